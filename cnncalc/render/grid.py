"""Tables: aligned columns for a terminal, and rows as Markdown has them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

GAP = 2
"""Blanks between two columns."""

_NARROW = dict.fromkeys(map(ord, "│├└┬─…·█▉▊▋▌▍▎▏"))
"""What we draw with: of one column, without asking."""

Paint = Callable[[int, str], str]
"""Colours a cell of a line: by its place and its text."""


def width_of(text: str) -> int:
    """Columns that a text takes on a terminal.

    Example:
        >>> width_of("conv"), width_of("卷积")
        (4, 4)
    """
    if text.isascii() or text.translate(_NARROW).isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int, mark: str = "...") -> str:
    """A text within some columns; what is left of a longer one ends in the mark.

    Example:
        >>> cut("Simonyan & Zisserman", 12), cut("Simonyan", 12)
        ('Simonyan...', 'Simonyan')
    """
    if not text or width_of(text) <= width:
        return text
    room = max(width - width_of(mark), 0)
    if text.isascii():
        return text[:room].rstrip() + mark
    from rich.cells import set_cell_size

    return set_cell_size(text, room).rstrip() + mark


def widths_of(rows: Iterable[Sequence[str]]) -> list[int]:
    """The width of every column."""
    return [max(map(width_of, column)) for column in zip(*rows, strict=True)]


def taken(widths: Sequence[int]) -> int:
    """Columns of the terminal that a line takes."""
    return sum(widths) + GAP * (len(widths) - 1)


def draw_row(
    row: Sequence[str],
    widths: Sequence[int],
    numbers: Iterable[int] = (),
    paint: Paint | None = None,
) -> str:
    """One line, its cells padded; a colour does not reach into the padding.

    Args:
        row: the cells.
        widths: the width of every column.
        numbers: the places of the columns that are aligned to the right.
        paint: colours a cell that is not empty.
    """
    right = frozenset(numbers)
    cells = []
    for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
        blanks = " " * (width - width_of(cell))
        text = paint(place, cell) if paint and cell else cell
        cells.append(blanks + text if place in right else text + blanks)
    return (" " * GAP).join(cells).rstrip()


def draw_rule(widths: Sequence[int], *, is_ascii: bool = False) -> str:
    """The line below a heading."""
    return (" " * GAP).join(("-" if is_ascii else "─") * width for width in widths)


def draw_table(
    rows: Sequence[Sequence[str]], numbers: Iterable[int] = (), *, is_ascii: bool = False
) -> list[str]:
    r"""A heading, a rule below it, and rows; what follows the last heading has no rule.

    Example:
        >>> rows = [("Layer", "MACs", ""), ("conv", "1,024", "DIFFERS"), ("fc", "10", "")]
        >>> print("\n".join(draw_table(rows, numbers=[1], is_ascii=True)))
        Layer   MACs
        -----  -----
        conv   1,024  DIFFERS
        fc        10
    """
    widths, right = widths_of(rows), frozenset(numbers)
    heading, *lines = (draw_row(row, widths, right) for row in rows)
    ruled = 1 + max(place for place, name in enumerate(rows[0]) if name)
    return [heading, draw_rule(widths[:ruled], is_ascii=is_ascii), *lines]


def wrapped_table(rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    r"""Columns of which the last is prose, wrapped to the rest of the width.

    Example:
        >>> print("\n".join(wrapped_table([("fc", "one two three")], width=12)))
        fc  one two
            three
    """
    import textwrap  # noqa: PLC0415 - most tables hold no prose

    rows = list(rows)
    *widths, _ = widths_of(rows)
    blanks = " " * (sum(widths) + GAP * len(widths))
    for *cells, text in rows:
        start = draw_row(cells, widths).ljust(len(blanks))
        yield from textwrap.wrap(
            text, width, initial_indent=start, subsequent_indent=blanks, break_on_hyphens=False
        )


def markdown_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()
) -> Iterator[str]:
    r"""The lines of a table as GitHub renders it; cells are Markdown already.

    Example:
        >>> print("\n".join(markdown_table(["op", "MACs"], [["`fc`", "10"]], numbers=[1])))
        | op | MACs |
        | :-- | --: |
        | `fc` | 10 |
    """
    right = frozenset(numbers)
    sides = ["--:" if place in right else ":--" for place in range(len(headings))]
    for row in (headings, sides, *rows):
        yield f"| {' | '.join(row)} |"
