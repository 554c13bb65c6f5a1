"""What the numbers mean, here and in other tools, as `cnncalc conventions` tells it."""

from collections.abc import Iterable

from cnncalc.analysis.profiles import PROFILES
from cnncalc.cli.conventions import FUNCTIONS, OWN
from cnncalc.render.grid import markdown_table
from cnncalc.render.markdown_text import code, prose


def own() -> str:
    """A row for each of our own numbers."""
    rows = ((code(name), prose(text)) for name, text in OWN.items())
    return _table(("Number", "Meaning"), rows)


def profiles() -> str:
    """A row for each tool, and which ops it was not seen to count."""
    rows = ((code(one.name), one.word, prose(one.counts)) for one in PROFILES.values())
    told = [
        f"`{one.name}`\n: {prose(one.source)}. Not confirmed: "
        f"{', '.join(map(code, sorted(one.unknown))) or 'nothing'}."
        for one in PROFILES.values()
    ]
    table = _table(("Profile", "Its word", "What it counts"), rows)
    return "\n\n".join([table, FUNCTIONS, "## Sources, and what is not confirmed", *told])


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(markdown_table(heads, rows))
