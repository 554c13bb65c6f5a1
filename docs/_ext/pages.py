"""What the site has beyond its pages: parts that are made of cnncalc's records when it is built.

`<!-- made: NAME ARGUMENT ... -->` in a page is where such a part goes. It is put in before the page
is parsed, as Markdown, so that its headings are headings of the page. None of it is committed.
"""

import re
from collections.abc import Callable

import figures
import made_codes
import made_conventions
import made_networks
import made_ops
import made_python
import play
from sphinx.application import Sphinx

PARTS: dict[str, Callable[..., str]] = {
    "ops": made_ops.family,
    "op-names": made_ops.names,
    "rules": made_codes.rules,
    "faults": made_codes.faults,
    "networks": made_networks.by_year,
    "studies": made_networks.studies,
    "python": made_python.names,
    "conventions": made_conventions.own,
    "profiles": made_conventions.profiles,
}
"""What makes each part, by the name that pages call it."""

MARK = re.compile(r"^<!-- made: (?P<words>[\w -]+) -->$", re.MULTILINE)
NAMED = re.compile(r"^```(?P<language>\w+) (?P<name>[\w.-]+)$", re.MULTILINE)


def complete(text: str) -> str:
    """The text of a page with its parts put in, and the files that it shows under their names.

    Raises:
        KeyError: there is no such part.
    """

    def made(found: re.Match[str]) -> str:
        name, *arguments = found["words"].split()
        return PARTS[name](*arguments)

    text = MARK.sub(made, text)
    return NAMED.sub("```{code-block} \\g<language>\n:caption: \\g<name>\n", text)


def _read(_app: Sphinx, _page: str, content: list[str]) -> None:
    content[0] = complete(content[0])


def setup(app: Sphinx) -> dict[str, object]:
    """Let Sphinx know."""
    app.connect("source-read", _read)
    figures.setup(app)
    play.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
