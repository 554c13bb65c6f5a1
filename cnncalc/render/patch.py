"""Two texts of one file as a unified diff, as `patch` and `git apply` read it."""

from cnncalc.render.text import printable


def render_patch(file: str, before: str, after: str) -> str:
    """The lines that differ, each with three lines around it; nothing where none does.

    Source: GNU diffutils manual, "Detailed Description of Unified Format".
    """
    from difflib import unified_diff  # noqa: PLC0415 - few commands show a difference

    name = printable(file)
    lines = unified_diff(_lines(before), _lines(after), name, name)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )


def _lines(text: str) -> list[str]:
    """Lines with their ends: no other break parts two for `patch`."""
    lines = text.split("\n")
    last = lines.pop()
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]
