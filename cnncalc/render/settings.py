"""What holds for a file, with the place where each of it is said."""

from collections.abc import Sequence

from cnncalc.checks.project.held import Held
from cnncalc.printable import printable
from cnncalc.records import Record
from cnncalc.render.findings.encoding import encoded, listed
from cnncalc.render.grid import draw_row, widths_of

SCHEMA_VERSION = 1


class Whose(Record):
    """What settings are of.

    Attributes:
        name: the file or folder, as it was given.
        project: its project file, or None.
        is_left_out: whether a project leaves the file out.
    """

    name: str
    project: str | None
    is_left_out: bool


def render_settings(whose: Whose, held: Sequence[Held]) -> str:
    """A line for each value: its name, where it is said, and what it is."""
    rows = [(printable(one.name), printable(_place(one)), _value(one)) for one in held]
    widths = [*widths_of([row[:2] for row in rows]), 0]
    told = f"project file {printable(whose.project)}" if whose.project else "no project file"
    told += ", left out by `exclude`" if whose.is_left_out else ""
    lines = [f"{printable(whose.name)}: {told}", *(draw_row(row, widths) for row in rows)]
    return "".join(f"{line}\n" for line in lines)


def _place(held: Held) -> str:
    return held.origin if held.span is None else f"{held.span.file}:{held.span.line}"


def _value(held: Held) -> str:
    value = held.value
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or value == ():
        return "none"
    return printable(", ".join(value) if isinstance(value, tuple) else str(value))


def render_settings_json(whose: Whose, held: Sequence[Held]) -> str:
    """The same as JSON, a value on each line."""
    items = (
        encoded(
            {
                "name": one.name,
                "value": one.value,
                "origin": one.origin,
                "file": one.span and one.span.file,
                "line": one.span and one.span.line,
            }
        )
        for one in held
    )
    of = ("file", whose.name), ("project", whose.project), ("excluded", whose.is_left_out)
    head = ", ".join(f'"{key}": {encoded(value)}' for key, value in of)
    start = f'"schema_version": {SCHEMA_VERSION}, {head}'
    return f'{{{start}, "settings": {listed(items)}}}\n'
