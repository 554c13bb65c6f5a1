"""The columns of a table as they are drawn: their cells, bars and colours."""

from collections.abc import Iterator, Sequence

from cnncalc.analysis.summary import Summary
from cnncalc.records import Record
from cnncalc.render.columns import Column, Look, column, input_rows
from cnncalc.render.grid import GAP, width_of
from cnncalc.render.outline import Entry


class Strip(Record):
    """A column from its heading to its total.

    Attributes:
        cells: one for each row.
        is_number: whether they are aligned to the right.
        width: that of the widest.
        colors: those of the entries; none where nothing is coloured.
        parts: what the entries have of a whole, where bars may show it; else none.
    """

    cells: Sequence[str]
    is_number: bool
    width: int
    colors: Sequence[str] = ()
    parts: Sequence[int] = ()


def strip_of(cells: Sequence[str], *, is_number: bool) -> Strip:
    """Cells without colours, and their width."""
    return Strip(cells, is_number, max(map(width_of, cells)))


def strips_of(
    names: Sequence[str], summary: Summary, entries: Sequence[Entry], look: Look
) -> list[Strip]:
    """The columns of some names."""
    columns = [column(name, summary, look.layout) for name in names]
    inputs = [cells for _, cells in input_rows(summary, columns, look)]
    opened = _opened(entries) if look.has_color else []
    strips = []
    before = ""
    for place, one in enumerate(columns):
        # Beside its number a share needs no more than this.
        heading = "%" if one.heading == f"{before} %" else one.heading
        above = [heading, *(row[place] for row in inputs)]
        strip = strip_of([*above, *map(one.cell, entries), one.total], is_number=one.is_number)
        parts = _parts(one, entries) if one.is_share and look.has_bars else []
        strips.append(strip._replace(colors=_colors(one, entries, opened), parts=parts))
        before = one.heading
    return strips


def with_bars(strips: Sequence[Strip], look: Look, name_width: int) -> list[Strip]:
    """A column of bars behind each of shares, as wide as there is room."""
    from cnncalc.render.shares import LONGEST, SHORTEST  # noqa: PLC0415 - rare

    number = sum(bool(one.parts) for one in strips)
    width = LONGEST
    if look.width is not None and number:
        taken = name_width + sum(GAP + one.width for one in strips)
        width = min(max((look.width - taken) // number - GAP, SHORTEST), LONGEST)
    return [each for one in strips for each in _with_bar(one, width, is_ascii=look.is_ascii)]


def _with_bar(strip: Strip, width: int, *, is_ascii: bool) -> Iterator[Strip]:
    from cnncalc.render.shares import FAINT, bars  # noqa: PLC0415 - rare

    yield strip
    if strip.parts:
        drawn = bars(strip.parts, width, is_ascii=is_ascii)
        above = [""] * (len(strip.cells) - len(drawn) - 1)
        colors = [one or FAINT for one in strip.colors]
        yield Strip([*above, *drawn, ""], is_number=False, width=width, colors=colors)


def _parts(one: Column, entries: Sequence[Entry]) -> list[int]:
    """The counts of a column; the many layers of a gap would make all others small."""
    if one.part is None:
        return []
    return [0 if entry.is_gap else one.part(entry) for entry in entries]


def _colors(one: Column, entries: Sequence[Entry], opened: Sequence[bool]) -> list[str]:
    """The colours of a column of costs; where something stands open, its parts have them."""
    if one.part is None or not opened:
        return []
    from cnncalc.render.shares import heat  # noqa: PLC0415 - only where there are colours

    return [
        "" if has_parts or entry.is_gap else heat(one.part(entry), one.whole)
        for entry, has_parts in zip(entries, opened, strict=True)
    ]


def _opened(entries: Sequence[Entry]) -> list[bool]:
    """Of each entry whether what it consists of stands below it."""
    levels = [entry.level for entry in entries]
    return [below > level for level, below in zip(levels, [*levels[1:], 0], strict=True)]
