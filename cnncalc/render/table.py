"""A summary as a table for the terminal."""

from collections.abc import Iterator, Mapping, Sequence

from cnncalc.analysis.summary import COMPLETE, Summary
from cnncalc.render.columns import DEFAULT, Look, chosen, input_rows
from cnncalc.render.grid import GAP, Paint, cut, draw_row, draw_rule, width_of
from cnncalc.render.outline import Entry
from cnncalc.render.sheet import entries_of, fact_lines
from cnncalc.render.strips import Strip, strip_of, strips_of, with_bars
from cnncalc.render.text import printable, title

CHOICES = (
    DEFAULT,
    ("op", "output", "parameters", "macs"),
    ("op", "parameters", "macs"),
    ("op", "parameters"),
    ("parameters",),
)
"""The usual columns, then fewer and fewer of them for narrow terminals: shares go first."""

CHOICES_WITH_BARS = (
    DEFAULT,
    ("op", "parameters", "parameters%", "macs", "macs%"),
    ("parameters", "parameters%", "macs", "macs%"),
    ("parameters%", "macs%"),
    ("parameters%",),
)
"""The same where shares have bars: they go last."""

NARROWEST_OP = 10
"""The fewest columns of an op; only shares go before an op is cut to as few."""

NARROWEST_NAME = 16
"""The fewest columns of a name; if even that is too much, lines are wider than the terminal."""

_GUIDES = {
    "pipe": "│  ", "tee": "├─ ", "elbow": "└─ ", "blank": "   ", "fork": "├─", "side": "│ ",
    "start": "┬ ", "next": "├ ", "end": "└ ", "only": "─ ", "beside": "│ ", "past": "  ",
    "start fork": "┬─", "next fork": "├─", "cut": "…",
}  # fmt: skip
_ASCII_GUIDES = {
    "pipe": "|  ", "tee": "|- ", "elbow": "`- ", "blank": "   ", "fork": "|-", "side": "| ",
    "start": "+ ", "next": "| ", "end": "` ", "only": "- ", "beside": "| ", "past": "  ",
    "start fork": "+-", "next fork": "|-", "cut": "..",
}  # fmt: skip
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class Page:
    """Lines as they are written, wrapped and styled."""

    def __init__(self, width: int, *, has_color: bool) -> None:
        self.width = width
        self.has_color = has_color
        self.lines: list[str] = []

    def write(self, text: str, style: str = "") -> None:
        """Text, on as many lines as it takes."""
        for line in _wrapped(text, self.width):
            self.draw(line, style)

    def draw(self, line: str, style: str = "") -> None:
        """One line as it is."""
        line = line.rstrip()
        self.lines.append(f"{style}{line}{_RESET}" if self.has_color and style else line)


def render_table(summary: Summary, look: Look) -> str:
    """The whole summary: title, tree, totals, conventions."""
    entries, shown, deepest = entries_of(summary, look)
    names = _name_strip(summary, entries, look, None)
    strips, hidden = _fitting_strips(summary, entries, look, names.width)
    taken = sum(GAP + one.width for one in strips)
    if look.width is not None and names.width + taken > look.width:
        names = _name_strip(summary, entries, look, max(look.width - taken, NARROWEST_NAME))
    page = Page(look.width or max(names.width + taken, 80), has_color=look.has_color)
    _write_title(page, summary)
    _draw_rows(page, entries, [names, *strips], is_ascii=look.is_ascii)
    _write_facts(page, summary, look)
    if any(entry.times > 1 for entry in entries):
        page.write("`x N (sum)` is the sum of N equal rounds, and so is what stands in it.", _DIM)
    if shown < deepest:
        page.write(f"Depth {shown} of {deepest} is shown; `--depth all` shows every layer.", _DIM)
    elif look.sort is None and any(entry.times > 1 or entry.is_gap for entry in entries):
        page.write("`--depth all` shows every layer.", _DIM)
    if look.has_bars:
        page.write("A full bar is the largest share of its column.", _DIM)
    if hidden:
        told = ", ".join(hidden)
        page.write(f"Hidden at this width: {told}; choose with `--columns op,macs`.", _DIM)
    return "\n".join([*page.lines, ""])


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines broken at blanks; a word wider than a line gets a line of its own."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer) > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def _name_strip(
    summary: Summary, entries: Sequence[Entry], look: Look, width: int | None
) -> Strip:
    """The column of names, those that are wider than a width cut to it."""
    names = [
        ("", "Layer"),
        *((printable(name), "") for name, _ in input_rows(summary, (), look)),
        *(_name(entry, _guides(look)) for entry in entries),
        ("", "total"),
    ]
    mark = _guides(look)["cut"]
    cells = [
        name + whole if width is None else cut(name, width - width_of(whole), mark) + whole
        for name, whole in names
    ]
    return strip_of(cells, is_number=False)


def _guides(look: Look) -> Mapping[str, str]:
    """The lines of the tree, and the mark after a cut name."""
    return _ASCII_GUIDES if look.is_ascii else _GUIDES


def _name(entry: Entry, guides: Mapping[str, str]) -> tuple[str, str]:
    """The part of an entry's name that may be cut, and the part that may not."""
    guide = "".join([guides[one] for one in entry.guides])
    name = f"{guide}{printable(entry.label)}"
    if entry.is_gap:
        return "", name
    return name, f" x {entry.times} (sum)" if entry.times > 1 else ""


def _fitting_strips(
    summary: Summary, entries: Sequence[Entry], look: Look, name_width: int
) -> tuple[list[Strip], list[str]]:
    """The columns asked for, or as many of the usual ones as fit; and the names of the rest.

    Columns of words are cut before a column goes, and columns go before a name is cut that
    takes no more than two thirds of the width.
    """
    if look.width is not None:
        name_width = min(name_width, look.width * 2 // 3)
    names = chosen(look)
    choices = [names]
    if names == DEFAULT:
        choices = [*(CHOICES_WITH_BARS if look.has_bars else CHOICES)]
    for choice in choices:
        strips = strips_of(choice, summary, entries, look)
        if look.has_bars:
            strips = with_bars(strips, look, name_width)
        if choice != DEFAULT:
            strips = _narrowed(strips, look.width, name_width, _guides(look)["cut"])
        needed = sum(GAP + one.width for one in strips)
        if look.width is None or name_width + needed <= look.width:
            break
    return strips, [name for name in names if name not in choice]


def _narrowed(
    strips: Sequence[Strip], width: int | None, name_width: int, mark: str
) -> list[Strip]:
    """Columns of words cut, the widest first, as far as the width asks for it."""
    found = list(strips)
    words = [place for place, one in enumerate(found) if not one.is_number]
    while width is not None and words:
        over = name_width + sum(GAP + one.width for one in found) - width
        widest = max(words, key=lambda place: found[place].width)
        one = found[widest]
        if over <= 0 or one.width <= NARROWEST_OP:
            break
        most = max(one.width - over, NARROWEST_OP)
        found[widest] = strip_of(
            [_cut_words(cell, most, mark) for cell in one.cells], is_number=False
        )
    return found


def _cut_words(text: str, width: int, mark: str) -> str:
    """A text within some columns, cut between two words where its first word fits."""
    if width_of(text) <= width:
        return text
    head, *words = text.split(" ")
    room = width - width_of(mark)
    for word in words:
        if width_of(head) + 1 + width_of(word) > room:
            if head.endswith((" with", " from")):  # which is nothing without what follows
                return cut(text, width, mark)
            break
        head = f"{head} {word}"
    return cut(text, width, mark) if width_of(head) > room else head + mark


def _draw_rows(
    page: Page, entries: Sequence[Entry], strips: Sequence[Strip], *, is_ascii: bool
) -> None:
    widths = [one.width for one in strips]
    numbers = [place for place, one in enumerate(strips) if one.is_number]
    heading, *rows, total = zip(*(one.cells for one in strips), strict=True)
    ruled = draw_rule(widths, is_ascii=is_ascii)
    page.draw(draw_row(heading, widths, numbers), _BOLD)
    page.draw(ruled, _DIM)
    inputs = len(rows) - len(entries)
    for row in rows[:inputs]:
        page.draw(draw_row(row, widths, numbers))
    for place, (entry, row) in enumerate(zip(entries, rows[inputs:], strict=True)):
        style = _BOLD if entry.is_group else ""
        paint = _paint(strips, place, style) if page.has_color else None
        page.draw(draw_row(row, widths, numbers, paint), style)
    page.draw(ruled, _DIM)
    page.draw(draw_row(total, widths, numbers), _BOLD)


def _paint(strips: Sequence[Strip], row: int, style: str) -> Paint:
    """Colours the cells of a row, and goes on in its own style behind each."""

    def paint(place: int, cell: str) -> str:
        color = strips[place].colors[row] if strips[place].colors else ""
        return f"{color}{cell}{_RESET}{style}" if color else cell

    return paint


def _write_title(page: Page, summary: Summary) -> None:
    graph = summary.graph
    page.write(printable(title(graph)), _BOLD)
    for text in (graph.source, graph.description):
        if text:
            page.write(printable(text), _DIM)
    page.draw("")


def _write_facts(page: Page, summary: Summary, look: Look) -> None:
    page.draw("")
    for line in fact_lines(summary, look.layout):
        page.write(line)
    if summary.status != COMPLETE:
        page.write(f"Status: {printable(summary.status)}", _BOLD)
    page.write(printable(summary.footer), _DIM)
