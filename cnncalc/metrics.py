"""Every number that a network has: its name, its title, its unit, and what it counts.

A metric is one record. Tables, comparisons, differences, `expect` and `budget`, the schema, JSON
and `cnncalc conventions` read it here. To add one, add its record, and its computation: a metric
that layers add up to says what it adds (`parts`), any other is computed in `checks/counts.py`
and, where a summary shows it, in `analysis/summary.py`.
"""

from collections.abc import Mapping

from cnncalc.records import Record

VALUES, BYTES, LAYERS, SHAPE, PERCENT = "values", "bytes", "layers", "shape", "percent"


class Metric(Record):
    """One number of a network or of its layers.

    Attributes:
        name: as specs, options and JSON write it.
        title: as tables head it, in lower case.
        unit: `values`, `bytes`, `layers`, `shape` or `percent`.
        sentence: what it counts, without a full stop.
        parts: the counts of a layer's cost that it is the sum of; empty where layers do not add
            up to it.
        shown_in: where it stands: in a `spec` (expect, budget, published, documents, project
            files), as a column of `summarize`, in `compare`, `diff`, a `baseline`, or there of a
            `layer`.
        factor: what the sum of the parts is multiplied by.
        is_per_example: whether the batch multiplies it.
        needs: what must be known of every layer: `macs`, `shape`, or None.
    """

    name: str
    title: str
    unit: str
    sentence: str
    parts: tuple[str, ...]
    shown_in: tuple[str, ...]
    factor: int = 1
    is_per_example: bool = False
    needs: str | None = None

    @property
    def adds_up(self) -> bool:
        """Whether the layers of a network add up to it, so that one has a share of the whole."""
        return bool(self.parts)

    @property
    def is_bytes(self) -> bool:
        """Whether it is counted in bytes, and so needs a unit where it is stated."""
        return self.unit == BYTES

    @property
    def description(self) -> str:
        """The sentence with a capital and a full stop."""
        return f"{self.sentence[:1].upper()}{self.sentence[1:]}."

    @property
    def heading(self) -> str:
        """The title as a column of its own has it."""
        return self.title[:1].upper() + self.title[1:]


_ALL = (
    Metric(
        name="parameters",
        title="parameters",
        unit=VALUES,
        sentence="trainable values: weights and biases",
        parts=("weights", "biases"),
        shown_in=("spec", "summarize", "compare", "diff", "baseline", "layer"),
    ),
    Metric(
        name="weights",
        title="weights",
        unit=VALUES,
        sentence="trainable values without the biases",
        parts=("weights",),
        shown_in=("spec", "summarize"),
    ),
    Metric(
        name="biases",
        title="biases",
        unit=VALUES,
        sentence="trainable values that are added",
        parts=("biases",),
        shown_in=("spec", "summarize"),
    ),
    Metric(
        name="buffers",
        title="buffers",
        unit=VALUES,
        sentence="values that are kept but not trained: running means and variances",
        parts=("buffers",),
        shown_in=("spec", "summarize", "diff"),
    ),
    Metric(
        name="macs",
        title="MACs",
        unit=VALUES,
        sentence="multiply-accumulates of convolutions, transposed convolutions and dense "
        "layers, in a model also of two tensors that are multiplied; taps on padding count; "
        "biases, normalisation, activation and pooling do not",
        parts=("macs",),
        shown_in=("spec", "summarize", "compare", "diff", "baseline", "layer"),
        is_per_example=True,
        needs="macs",
    ),
    Metric(
        name="flops",
        title="FLOPs (2 x MACs)",
        unit=VALUES,
        sentence="2 x macs",
        parts=("macs",),
        shown_in=("spec", "summarize", "compare", "diff"),
        factor=2,
        is_per_example=True,
        needs="macs",
    ),
    Metric(
        name="output_elements",
        title="elements",
        unit=VALUES,
        sentence="values of the output",
        parts=("output_elements",),
        shown_in=("summarize",),
        is_per_example=True,
        needs="shape",
    ),
    Metric(
        name="weight_bytes",
        title="weight memory",
        unit=BYTES,
        sentence="bytes of parameters and buffers",
        parts=("weights", "biases", "buffers"),
        shown_in=("spec", "compare", "diff", "baseline"),
    ),
    Metric(
        name="activation_bytes",
        title="activations",
        unit=BYTES,
        sentence="bytes of every layer's output, once; flatten and dropout store nothing",
        parts=("stored_elements",),
        shown_in=("spec", "compare", "diff", "baseline"),
        is_per_example=True,
        needs="shape",
    ),
    Metric(
        name="peak_activation_bytes",
        title="peak activations",
        unit=BYTES,
        sentence="bytes of the largest sum of tensors alive at once, in execution order; a tensor "
        "lives until its last reader, and an element-wise layer whose input no other layer reads "
        "works in place",
        parts=(),
        shown_in=("spec", "compare", "diff", "baseline"),
        is_per_example=True,
        needs="shape",
    ),
    Metric(
        name="training_bytes",
        title="training memory",
        unit=BYTES,
        sentence="bytes of weights, gradients, the optimizer's state and the activations kept "
        "for backward",
        parts=(),
        shown_in=("spec", "compare", "baseline"),
        is_per_example=True,
        needs="shape",
    ),
    Metric(
        name="depth",
        title="depth",
        unit=LAYERS,
        sentence="layers with weights on the longest path",
        parts=(),
        shown_in=("spec", "compare", "diff", "baseline"),
    ),
    Metric(
        name="receptive_field",
        title="receptive field",
        unit=SHAPE,
        sentence="values of the input that one value sees, along each axis",
        parts=(),
        shown_in=("spec", "baseline"),
    ),
    Metric(
        name="output",
        title="output",
        unit=SHAPE,
        sentence="shape of the output for one example, channels first",
        parts=(),
        shown_in=("spec", "baseline"),
        needs="shape",
    ),
    Metric(
        name="share",
        title="share",
        unit=PERCENT,
        sentence="part of the network's parameters, in percent",
        parts=(),
        shown_in=("spec",),
    ),
    Metric(
        name="nonlinearities",
        title="non-linearities",
        unit=LAYERS,
        sentence="layers that are an activation function",
        parts=(),
        shown_in=("compare",),
    ),
    Metric(
        name="layers",
        title="layers",
        unit=LAYERS,
        sentence="uses of an operation",
        parts=(),
        shown_in=("compare", "diff"),
    ),
)

METRICS: Mapping[str, Metric] = {one.name: one for one in _ALL}
"""Every metric by its name, in the order in which they are shown."""


def shown_in(place: str) -> tuple[str, ...]:
    """The names of the metrics that stand in a place, in their order.

    Example:
        >>> shown_in("layer")
        ('parameters', 'macs')
    """
    return tuple(name for name, one in METRICS.items() if place in one.shown_in)


def title_of(name: str) -> str:
    """The title of a metric; the name itself where there is none of that name."""
    return METRICS[name].title if name in METRICS else name
