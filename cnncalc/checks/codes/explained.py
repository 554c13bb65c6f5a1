"""The record of a code that is not of lint, and the example in it."""

from collections.abc import Mapping

from cnncalc.checks.documented import Documented, unwrapped
from cnncalc.diagnostics import Severity
from cnncalc.records import Record

FILE = "net.yaml"
COMMAND = f"cnncalc check {FILE}"


class Explained(Record, Documented):
    """A code that is not of lint.

    Attributes:
        finds: what it finds, exactly; paragraphs apart by an empty line.
        because: why it is refused, or what it costs.
        remedy: what to do about it.
        example: the smallest files in which nothing else is found, as a difference: `-` marks the
            lines with the fault, `+` those without it. A line `== NAME` begins a file, and one
            with `$` is a command; without any it is one spec that is checked.
    """

    code: str
    finds: str
    because: str
    remedy: str
    example: str

    @property
    def severity(self) -> Severity:
        """How bad it is: an error stops the network or the check."""
        return "error" if self.code.startswith("E") else "warning"

    @property
    def cure(self) -> str:
        """The remedy in one line."""
        return unwrapped(self.remedy)


class Example(Record):
    """An example as it is run.

    Attributes:
        files: their texts by their names.
        commands: what is run, in order; the last one tells of the fault.
    """

    files: Mapping[str, str]
    commands: tuple[str, ...]


def read_example(text: str) -> Example:
    """The files and the commands of one side of an example."""
    files: dict[str, list[str]] = {}
    commands: list[str] = []
    name = FILE
    for line in text.splitlines(keepends=True):
        if line.startswith("$ "):
            commands.append(line[2:].strip())
        elif line.startswith("== "):
            name = line[3:].strip()
            files.setdefault(name, [])
        else:
            files.setdefault(name, []).append(line)
    texts = {name: "".join(lines) for name, lines in files.items()}
    return Example(texts, tuple(commands) or (COMMAND,))
