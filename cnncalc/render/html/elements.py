"""The parts of which every value's HTML is made: text, paragraphs and tables."""

from collections.abc import Iterable, Sequence

from cnncalc.records import Record
from cnncalc.render.text import printable

LONGEST_CELL = 80
"""Characters of a text in a table, of which many stand side by side."""

TAIL = 30
"""Characters at the end of a longer one: names that lie deep differ there."""

LONGEST_LINE = 600
"""Characters of a line of its own."""

MOST_LINES = 20
"""Lines of prose above or below a table."""

_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&#x27;",
        # Jupyter typesets `$...$`, `\\(...\\)` and `\\begin{...}` in any text. It looks for both
        # ends in one element, so a mark in an element of its own is none.
        "$": "<span>$</span>",
        "\\": "<span>\\</span>",
    }
)

_QUIET = "opacity:0.75"
_RULE = "1px solid rgba(128,128,128,0.5)"
"""A line that is seen on white and on black."""

_BAR = "rgba(90,140,220,0.28)"
"""The colour of a bar, below text in the page's own colour."""


class Cell(Record):
    """A cell of a table.

    Attributes:
        html: what stands in it.
        share: the percentage that a bar behind it shows; None for no bar.
    """

    html: str
    share: float | None = None


def escaped(text: str, most: int = LONGEST_CELL) -> str:
    """Text of anyone's as HTML that shows it as it is; a longer one without its middle.

    Example:
        >>> escaped("<b>"), escaped("x^$2$")
        ('&lt;b&gt;', 'x^<span>$</span>2<span>$</span>')
        >>> escaped("layer" * 100 + ":12")[-6:]
        'yer:12'
    """
    if len(text) > 3 * most:  # what is spelt out is longer, so all that is shown is still there
        text = f"{text[:most]}{text[-most:]}"
    shown = printable(text)
    if len(shown) > most:
        shown = f"{shown[: most - TAIL - 1]}…{shown[-TAIL:]}"
    return _isolated(shown)


def line(text: str) -> str:
    """Text as a line of its own, no longer than anyone reads."""
    shown = printable(text[: LONGEST_LINE + 1])
    return _isolated(shown if len(shown) <= LONGEST_LINE else f"{shown[: LONGEST_LINE - 1]}…")


def _isolated(text: str) -> str:
    """Text as HTML: letters that are written from the right turn nothing that stands beside."""
    html = text.translate(_ESCAPES)
    return html if text.replace("…", "").isascii() else f"<bdi>{html}</bdi>"


def prose(text: str) -> str:
    """A message, with its names in backticks shown as code."""
    pieces = (text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…").split("`")
    if len(pieces) % 2 == 0:  # a backtick has no partner
        return line("`".join(pieces))
    return "".join(
        f"<code>{line(piece)}</code>" if place % 2 else line(piece)
        for place, piece in enumerate(pieces)
    )


def heading(text: str, *below: str | None) -> str:
    """What is shown, and quiet lines about it: plain texts, of which None is none."""
    lines = "".join(f"<br>{_quiet(line(one))}" for one in below if one)
    return _paragraph(f"<b>{escaped(text, 2 * LONGEST_CELL)}</b>{lines}")


def paragraph(lines: Iterable[str], *, is_quiet: bool = False) -> str:
    """Lines of HTML below each other; what is beyond a screen of them is only counted."""
    every = list(lines)
    shown = every if len(every) <= MOST_LINES else every[: MOST_LINES - 1]
    if len(shown) < len(every):
        shown.append(f"… {len(every) - len(shown):,} more lines")
    text = "<br>".join(shown)
    return _paragraph(_quiet(text) if is_quiet else text) if text else ""


def _paragraph(html: str) -> str:
    return f'<p style="margin:0.5em 0;text-align:left;overflow-wrap:break-word">{html}</p>\n'


def _quiet(html: str) -> str:
    return f'<span style="{_QUIET}">{html}</span>'


def picture(rows: Iterable[str]) -> str:
    """A map whose rows stand below each other, a character a place."""
    text = "<br>".join(f"<code>{escaped(row)}</code>" for row in rows)
    return f'<p style="margin:0.5em 0;white-space:pre">{text}</p>\n'


def page(parts: Iterable[str]) -> str:
    """The whole of a value; what is wider than the page scrolls by itself."""
    return f'<div style="overflow-x:auto;max-width:100%">\n{"".join(parts)}</div>'


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str | Cell]],
    numbers: Iterable[int] = (),
    total: Sequence[str] | None = None,
) -> str:
    """A table of cells that are HTML already.

    Args:
        headings: the cells of its head.
        rows: those of its body.
        numbers: the places of the columns that are aligned to the right.
        total: the cells of a last row, set off from those above.
    """
    right = frozenset(numbers)
    head = _row(headings, right, f"border-bottom:{_RULE}", is_head=True)
    body = "".join(_row(row, right) for row in rows)
    foot = ""
    if total is not None:
        bold = [f"<b>{cell}</b>" if cell else "" for cell in total]
        foot = f"<tfoot>\n{_row(bold, right, f'border-top:{_RULE}')}</tfoot>\n"
    return (
        '<table style="border-collapse:collapse;margin:0.5em 0;table-layout:auto">\n'
        f"<thead>\n{head}</thead>\n<tbody>\n{body}</tbody>\n{foot}</table>\n"
    )


def _row(
    cells: Iterable[str | Cell],
    right: frozenset[int],
    style: str = "",
    *,
    is_head: bool = False,
) -> str:
    made = []
    for place, cell in enumerate(cells):
        side = "right" if place in right else "left"
        held = Cell(cell) if isinstance(cell, str) else cell
        styles = [f"text-align:{side}", style, _bar(held.share)]
        # Numbers and names are read across a row, so neither is broken.
        styles += ["white-space:nowrap"] if place in right or place == 0 else []
        is_heading = is_head and held.html  # an empty one would be read as a heading of nothing
        start, end = ('<th scope="col"', "</th>") if is_heading else ("<td", "</td>")
        made.append(
            f'{start} align="{side}" style="{";".join(filter(None, styles))}">{held.html}{end}'
        )
    return f"<tr>{''.join(made)}</tr>\n"


def _bar(share: float | None) -> str:
    if share is None:
        return ""
    return f"background:linear-gradient(to right,{_BAR} {share:g}%,transparent {share:g}%)"
