"""The columns that a summary can show."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from cnncalc.analysis.axes import has_maps
from cnncalc.analysis.field import ReceptiveField
from cnncalc.analysis.summary import Summary, Totals
from cnncalc.metrics import METRICS, shown_in
from cnncalc.records import Record
from cnncalc.render.text import layout_text, printable, separated, shape_text, share_text

if TYPE_CHECKING:  # the command line reads COLUMNS at every start
    from cnncalc.render.outline import Entry


class Look(Record):
    """How a table is drawn, and what the terminal can show; a width of None has no limit.

    Attributes:
        sort: the metric by which layers are listed, the largest first; None for the tree.
        top: how many of them.
        has_bars: whether shares have bars.
    """

    columns: tuple[str, ...] | None = None
    depth: int | None = None
    sort: str | None = None
    top: int | None = None
    layout: str = "chw"
    width: int | None = None
    has_color: bool = False
    is_ascii: bool = False
    has_bars: bool = False


PLAIN = Look()
"""A table as it is without any option."""


class Column(Record):
    """A column: its heading, a cell for each entry, and the cell of the totals.

    Attributes:
        is_number: whether it is aligned to the right.
        is_shape: whether it shows the shapes of tensors, and so of the inputs too.
        part: the count of an entry that is a part of a whole; None where there is no whole.
        whole: what the parts of all layers are together.
        is_share: whether it shows the part in percent.
    """

    heading: str
    cell: "Callable[[Entry], str]"
    total: str
    is_number: bool = True
    is_shape: bool = False
    part: "Callable[[Entry], int] | None" = None
    whole: int = 0
    is_share: bool = False


COUNTS: Mapping[str, str] = {name: METRICS[name].heading for name in shown_in("summarize")}
"""The metrics that layers add up to, and their headings."""

BYTES = {"weight_bytes": "Weight bytes", "activation_bytes": "Bytes"}
"""The columns in bytes, and their headings."""

COLUMNS = (
    "op", "output", *COUNTS, "parameters%", "macs%", *BYTES, "receptive_field",
    "stride", "start", "inputs", "line",
)  # fmt: skip
"""Every column by the name that `--columns` takes; the layer comes first always."""

FIELDS = {
    "receptive_field": ("size", "Sees"),
    "stride": ("stride", "Stride"),
    "start": ("start", "Start"),
}
"""The parts of a receptive field, along every axis of the input."""

AS = "count:"
"""Before the name of a tool: the column of its count."""

DEFAULT = ("op", "output", "parameters", "parameters%", "macs", "macs%")


def chosen(look: Look) -> tuple[str, ...]:
    """The columns asked for, or the usual ones with what is sorted by among them."""
    if look.columns is not None:
        return look.columns
    if look.sort is None or look.sort in DEFAULT:
        return DEFAULT
    if look.has_bars:
        return (*DEFAULT, look.sort)
    return (*DEFAULT[:3], DEFAULT[4], look.sort)


def column(name: str, summary: Summary, layout: str) -> Column:
    """One column of a summary."""
    if name in COUNTS:
        return _count(name, summary)
    if name.startswith(AS):
        return _as_counted(name.removeprefix(AS), summary)
    if name.endswith("%"):
        return _share(name[:-1], summary)
    if name in BYTES:
        return Column(
            BYTES[name],
            lambda entry: _counted(entry, name, METRICS[name].needs),
            _number(getattr(summary.totals, name)),
        )
    return _plain(name, summary, layout)


def input_rows(
    summary: Summary, columns: Sequence[Column], look: Look
) -> Iterator[tuple[str, list[str]]]:
    """For each input its name and its cells: its shape, nothing else; none in a sorted list."""
    if look.sort is not None:
        return
    for name, shape in summary.graph.inputs.items():
        yield name, [shape_text(shape, look.layout) if one.is_shape else "" for one in columns]


def _count(metric: str, summary: Summary) -> Column:
    full = whole(metric, summary)
    needed = METRICS[metric].needs
    return Column(
        COUNTS[metric],
        lambda entry: _counted(entry, metric, needed),
        _number(full),
        part=lambda entry: entry.total(metric),
        whole=full,
    )


def _counted(entry: "Entry", metric: str, needed: str | None) -> str:
    """A count; `?` where it is 0 and a layer lacks what is needed: its MACs, or its shape."""
    count = entry.total(metric)
    if count:
        return _number(count)
    is_known = {
        None: lambda _row: True,
        "macs": lambda row: row.is_counted,
        "shape": lambda row: row.layer.is_shaped,
    }[needed]
    return _number(count) if all(map(is_known, entry.rows)) else "?"


def _as_counted(name: str, summary: Summary) -> Column:
    """Another tool's count under its own word; with a `%` behind the name its shares."""
    from cnncalc.analysis.profiles import count, find_profile  # noqa: PLC0415 - rare

    profile = find_profile(name.removesuffix("%"))
    layers = [row.layer for row in summary.rows]
    counts = count(profile.name, layers, summary.batch)
    numbers = {layer.name: number for layer, number in zip(layers, counts, strict=True)}
    whole = sum(counts)

    def total(entry: "Entry") -> int:
        return sum(numbers[row.layer.name] for row in entry.rows)

    heading = f"{profile.word} ({profile.name})"
    if name.endswith("%"):
        return _share_of(heading, total, whole)
    return Column(
        heading, lambda entry: _number(total(entry)), _number(whole), part=total, whole=whole
    )


def _share(metric: str, summary: Summary) -> Column:
    full = whole(metric, summary)
    return _share_of(COUNTS[metric], lambda entry: entry.total(metric), full)


def _share_of(heading: str, part: "Callable[[Entry], int]", full: int) -> Column:
    return Column(
        f"{heading} %",
        lambda entry: share_text(part(entry), full),
        share_text(full, full),
        part=part,
        whole=full,
        is_share=True,
    )


def whole(metric: str, summary: Summary) -> int:
    """The total of a metric that layers add up to."""
    if metric in Totals._fields:
        return int(getattr(summary.totals, metric))
    return sum(getattr(row, metric) for row in summary.rows)


def _plain(name: str, summary: Summary, layout: str) -> Column:
    if name == "op":
        return Column("Op", _op, "", is_number=False)
    if name == "output":
        shapes = list(summary.outputs.values())
        last = shape_text(shapes[0], layout) if len(shapes) == 1 else ""
        rank = max(map(len, summary.graph.inputs.values()))
        heading = f"Output {layout_text(rank, layout) if has_maps(summary.graph) else 'shape'}"
        return Column(heading, partial(_output, layout), last, is_shape=True)
    if name in FIELDS:
        part, heading = FIELDS[name]
        last = field_text(summary.totals.receptive_field, part)
        return Column(heading, lambda entry: _field(entry, part), last if part == "size" else "")
    if name == "inputs":
        return Column("Inputs", _inputs, "", is_number=False)
    return Column("Line", _line, "")


def _op(entry: "Entry") -> str:
    return printable(f"{entry.op} {entry.reads}".strip())


def _output(layout: str, entry: "Entry") -> str:
    return "" if entry.output_shape is None else shape_text(entry.output_shape, layout)


def _field(entry: "Entry", part: str) -> str:
    """What the last layer of an entry sees; the middle of a long level is many layers."""
    return "" if entry.is_gap else field_text(entry.rows[-1].fields, part)


def field_text(fields: Mapping[str, ReceptiveField | None], part: str) -> str:
    """One part of what is seen of each input."""
    texts = [
        "?" if field is None else separated(getattr(field, part))
        for field in fields.values()
        if field is None or field.size
    ]
    return " ".join(texts) or "-"


def _inputs(entry: "Entry") -> str:
    return "" if entry.is_group else printable(", ".join(entry.rows[0].layer.inputs))


def _line(entry: "Entry") -> str:
    span = None if entry.is_group else entry.rows[0].layer.span
    return str(span.line) if span else ""


def _number(count: int) -> str:
    return f"{count:,}" if count else "-"
