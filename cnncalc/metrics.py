"""Every number that a network has: its name, its title, its unit, and what it counts.

A metric is one record. Tables, comparisons, differences, `expect` and `budget`, the schema, JSON
and `cnncalc conventions` read it here. To add one, add its record, and its computation: a metric
that layers add up to says what it adds (`parts`), any other is computed in `checks/counts.py`
and, where a summary shows it, in `analysis/summary.py`.
"""

from collections.abc import Mapping
from typing import Any

from cnncalc.records import Record

VALUES, BYTES, LAYERS, SHAPE, PERCENT = "values", "bytes", "layers", "shape", "percent"
OPERATIONS = "bit operations"


class Metric(Record):
    """One number of a network or of its layers.

    Attributes:
        name: as specs, options and JSON write it.
        title: as tables head it, in lower case.
        unit: `values`, `bytes`, `layers`, `shape`, `percent` or `bit operations`.
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
    def is_wide(self) -> bool:
        """Whether it depends on how many bits values take."""
        return self.unit in {BYTES, OPERATIONS}

    @property
    def description(self) -> str:
        """The sentence with a capital and a full stop."""
        return f"{self.sentence[:1].upper()}{self.sentence[1:]}."

    @property
    def heading(self) -> str:
        """The title as a column of its own has it."""
        return self.title[:1].upper() + self.title[1:]


def _metric(*texts: str, parts: str = "", **more: Any) -> Metric:
    """A metric by its name, title and unit, the places where it is shown, and its sentence."""
    name, title, unit, places, sentence = texts
    return Metric(name, title, unit, sentence, (*parts.split(),), (*places.split(),), **more)


_ALL = (
    _metric("parameters", "parameters", VALUES, "spec summarize compare diff baseline layer",
            "trainable values: weights and biases", parts="weights biases"),
    _metric("weights", "weights", VALUES, "spec summarize",
            "trainable values without the biases", parts="weights"),
    _metric("biases", "biases", VALUES, "spec summarize",
            "trainable values that are added", parts="biases"),
    _metric("buffers", "buffers", VALUES, "spec summarize diff",
            "values that are kept but not trained: running means and variances", parts="buffers"),
    _metric("macs", "MACs", VALUES, "spec summarize compare diff baseline layer",
            "multiply-accumulates of convolutions, transposed convolutions, dense and recurrent "
            "layers, those of attention too; taps on padding count; biases, gates, peepholes, "
            "normalisation, activation, pooling and products of two activations do not",
            parts="macs", is_per_example=True, needs="macs"),
    _metric("product_macs", "product MACs", VALUES, "spec summarize diff",
            "multiply-accumulates of activations with activations, which are no MACs here: the "
            "two products of attention, and matmul",
            parts="product_macs", is_per_example=True, needs="macs"),
    _metric("flops", "FLOPs (2 x MACs)", VALUES, "spec summarize compare diff",
            "2 x macs", parts="macs", factor=2, is_per_example=True, needs="macs"),
    _metric("bops", "BOPs", OPERATIONS, "spec summarize compare",
            "bit operations: each MAC counts the bits of its weight times those of its "
            "activation (van Baalen et al., NeurIPS 2020), a product of two activations the bits "
            "of the one times those of the other; carries of the sums, which Baskin et al. "
            "(UNIQ, 2018) add, do not count",
            parts="macs product_macs", is_per_example=True, needs="macs"),
    _metric("output_elements", "elements", VALUES, "summarize",
            "values of the output", parts="output_elements", is_per_example=True, needs="shape"),
    _metric("weight_bytes", "weight memory", BYTES, "spec compare diff baseline",
            "bytes of parameters and buffers", parts="weights biases buffers"),
    _metric("activation_bytes", "activations", BYTES, "spec compare diff baseline",
            "bytes of every layer's output, once, of shared layers each time that they run; "
            "flatten, dropout and what else hands its input on store nothing; what attention "
            "makes on the way to its output does not count",
            parts="stored_elements", is_per_example=True, needs="shape"),
    _metric("peak_activation_bytes", "peak activations", BYTES, "spec compare diff baseline",
            "bytes of the largest sum of tensors alive at once, in execution order; a tensor "
            "lives until its last reader, and an element-wise layer whose input no other layer "
            "reads works in place", is_per_example=True, needs="shape"),
    _metric("training_bytes", "training memory", BYTES, "spec compare baseline",
            "bytes of weights, gradients, the optimizer's state and the activations kept for "
            "backward", is_per_example=True, needs="shape"),
    _metric("depth", "depth", LAYERS, "spec compare diff baseline",
            "layers with weights on the longest path"),
    _metric("receptive_field", "receptive field", SHAPE, "spec baseline",
            "values of the input that one value sees, along each axis"),
    _metric("output", "output", SHAPE, "spec baseline",
            "shape of the output for one example, channels first", needs="shape"),
    _metric("share", "share", PERCENT, "spec",
            "part of the network's parameters, in percent"),
    _metric("nonlinearities", "non-linearities", LAYERS, "compare",
            "layers that are an activation function"),
    _metric("layers", "layers", LAYERS, "compare diff",
            "uses of an operation"),
)  # fmt: skip

METRICS: Mapping[str, Metric] = {one.name: one for one in _ALL}
"""Every metric by its name, in the order in which they are shown."""


RANKED = tuple(name for name, one in METRICS.items() if one.adds_up)
"""The metrics that layers add up to, by which they can be sorted."""


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
