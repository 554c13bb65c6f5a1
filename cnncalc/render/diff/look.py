"""How a difference is drawn."""

from cnncalc.records import Record
from cnncalc.render.diagnostic import Style, plain

MARKS = {
    "added": "+",
    "removed": "-",
    "changed": "~",
    "replaced": "~",
    "moved": ">",
    "rewired": "%",
    "reshaped": ".",
}


class Look(Record):
    """How a difference is drawn; a width of None is without end.

    Attributes:
        titles: what the two networks are called; by default what they call themselves.
        has_all: whether to show every layer that differs, however many these are.
        width: columns of the terminal.
        is_ascii: whether arrows and rules must do without other characters.
        style: colours a text for a role: a status, `strong` or `dim`.
    """

    titles: tuple[str, str] | None = None
    has_all: bool = False
    width: int | None = None
    is_ascii: bool = False
    style: Style = plain

    @property
    def arrow(self) -> str:
        """What stands between a value before and after."""
        return "->" if self.is_ascii else "→"
