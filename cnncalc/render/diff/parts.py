"""What every form of a difference shares: its marks, its look, its totals and its notes."""

from collections.abc import Iterator, Sequence

from cnncalc.analysis.changes import Diff, EndChange, Total
from cnncalc.analysis.summary import COMPLETE
from cnncalc.facts import bytes_text
from cnncalc.metrics import METRICS
from cnncalc.ops.values import show_shape
from cnncalc.records import Record
from cnncalc.render.diagnostic import Style, plain
from cnncalc.render.text import printable, title

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
    """How a difference is drawn; a width of None has no limit.

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
        """The sign between a value before and after."""
        return "->" if self.is_ascii else "→"


def signed(change: int, old: int | None = None) -> str:
    """A change with its sign, and its share of what was before: `+1,234 (+5.6 %)`.

    Example:
        >>> signed(1234, 22036), signed(-5), signed(7, 0), signed(1, 10**9)
        ('+1,234 (+5.6 %)', '-5', '+7', '+1 (+<0.1 %)')
    """
    return f"{change:+,}{_percent(change, old)}"


def _percent(change: int, old: int | None) -> str:
    if not old:
        return ""
    tenths = (2000 * abs(change) + old) // (2 * old)
    share = f"{tenths // 10:,}.{tenths % 10}" if tenths else "<0.1"
    return f" ({'-' if change < 0 else '+'}{share} %)"


def _total_cells(metric: str, total: Total) -> tuple[str, str, str]:
    """A total before, after, and the change: bytes in binary units."""
    if not METRICS[metric].is_bytes:
        change = signed(total.change, total.old) if total.change else "="
        return f"{total.old:,}", f"{total.new:,}", change
    sign = "-" if total.change < 0 else "+"
    size = f"{sign}{bytes_text(abs(total.change))}{_percent(total.change, total.old)}"
    return bytes_text(total.old), bytes_text(total.new), size if total.change else "="


def total_rows(diff: Diff) -> Iterator[list[str]]:
    """Name, old, new and change of each total; `=` for one that is the same."""
    for metric, total in diff.totals.items():
        yield [METRICS[metric].title, *_total_cells(metric, total)]
    # What one place of the last map sees, of networks with one input each.
    views = [summary.totals.receptive_field for summary in (diff.old, diff.new)]
    sizes = [field.size for fields in views for field in fields.values() if field]
    if [len(fields) for fields in views] == [1, 1] and len(sizes) == 2:
        yield ["receptive field", *map(show_shape, sizes), _grown(*sizes)]


def _grown(old: Sequence[int], new: Sequence[int]) -> str:
    """By how much a field grew: once where it is the same on every axis."""
    if old == new or len(old) != len(new):
        return "=" if old == new else ""
    grown = [signed(after - before) for before, after in zip(old, new, strict=True)]
    return grown[0] if len(set(grown)) == 1 else ", ".join(grown)


def titles(diff: Diff, look: Look) -> tuple[str, str]:
    """What the two networks are called."""
    if look.titles:
        return look.titles
    return title(diff.old.graph), title(diff.new.graph)


def partial_texts(diff: Diff) -> Iterator[str]:
    """A line for each network with uncounted layers, and for each note."""
    for which, summary in (("old", diff.old), ("new", diff.new)):
        if summary.status != COMPLETE:
            yield f"{which} is {printable(summary.status)}"
        yield from (f"{which}: {printable(note)}" for note in summary.notes)


def end_texts(diff: Diff, look: Look) -> Iterator[str]:
    """The changes of inputs, outputs and auxiliary heads."""
    for kind, changes in (("input", diff.inputs), ("output", diff.outputs)):
        for change in changes:
            yield f"{kind} {_end_text(change, look)}".replace("input input", "input")
    if diff.is_auxiliary_changed:
        yield "Heads for training differ, too; `--auxiliary` compares them."


def _end_text(change: EndChange, look: Look) -> str:
    """`fc: 1000 → 10`, `mask 1x32x32 added`, `fc 1000 → head 1000`."""
    old, new = change.old, change.new
    if old is None or new is None:
        end = old or new
        assert end is not None  # noqa: S101 - a change has one end at least
        what = "added" if old is None else "removed"
        return f"{printable(end.name)} {show_shape(end.shape)} {what}"
    if (old.name, old.layer) == (new.name, new.layer):
        shapes = f" {look.arrow} ".join(map(show_shape, (old.shape, new.shape)))
        return f"{printable(new.name)}: {shapes if old.shape != new.shape else 'other layer'}"
    before, after = (
        printable(f"{end.name} {show_shape(end.shape)}")
        + ("" if end.name == end.layer else printable(f" of {end.layer}"))
        for end in (old, new)
    )
    return f"{before} {look.arrow} {after}"


def layers_text(count: int) -> str:
    """A count of layers: `1 layer`."""
    return f"{count:,} layer{'s' * (count != 1)}"
