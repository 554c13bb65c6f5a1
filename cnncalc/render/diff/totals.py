"""Totals before and after, and by how much they changed."""

from collections.abc import Iterator, Sequence

from cnncalc.analysis.changes import Diff, Total
from cnncalc.facts import bytes_text
from cnncalc.metrics import METRICS
from cnncalc.ops.values import show_shape


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
