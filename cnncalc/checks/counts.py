"""Every metric of one network or one of its labels, each counted once and only when asked."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Literal

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.costs import Cost, CostMemo, Uniform, depth, layer_costs
from cnncalc.analysis.measures import amount_of, widths_of
from cnncalc.graph import Graph, Layer
from cnncalc.metrics import METRICS, Metric
from cnncalc.ops.values import Shape
from cnncalc.records import Record

if TYPE_CHECKING:
    from cnncalc.analysis.field import Views, WorkLimit
    from cnncalc.analysis.field_steps import FieldMemo
    from cnncalc.analysis.receptive_field import FieldMap
    from cnncalc.analysis.training import Kept
    from cnncalc.analysis.widths import Bits


class Share(Record):
    """A part of a whole, exactly: `Share(1, 4)` is 25 %."""

    part: int
    whole: int


Figure = int | Shape | Share
"""A count, a shape (of an output, or of a receptive field), or a share.

A share is a tuple as a shape is: ask for it first.
"""


Cause = Literal["label", "outputs", "uncounted", "unshaped", "no total", "no field", "bits"]


class NoFigureError(Exception):
    """A metric that a network or a label does not have.

    Attributes:
        cause: why, for those who decide by it.
        missing: the same in words, behind "the network has".
    """

    def __init__(self, cause: Cause, missing: str) -> None:
        super().__init__(f"the network has {missing}")
        self.cause = cause
        self.missing = missing


class Part(Record):
    """A layer's place in the order, its share of a metric, and the layer."""

    amount: int
    layer: Layer


class Counted(Record):
    """What is known already of a network without auxiliary layers: what layers see, and cost."""

    fields: "FieldMap"
    costs: Sequence[Cost]


class Sight:
    """What networks see, with one limit for all of them; few ask, and it is loaded for these.

    Attributes:
        phases: that limit, or None for the usual one.
        memo: gives what is known of other networks, or None.
    """

    def __init__(
        self, phases: int | None = None, memo: "Callable[[], FieldMemo] | None" = None
    ) -> None:
        self.phases = phases
        self.memo = memo

    @cached_property
    def limit(self) -> "WorkLimit":
        """What is left of it."""
        from cnncalc.analysis.field import MOST_WORK, WorkLimit  # noqa: PLC0415 - as it says

        return WorkLimit(MOST_WORK if self.phases is None else self.phases)

    def fields(self, graph: Graph) -> "FieldMap":
        """What every layer of a network sees, auxiliary layers too."""
        from cnncalc.analysis.receptive_field import receptive_fields  # noqa: PLC0415 - as above

        layers = (*graph.layers, *graph.auxiliary)
        known = None if self.memo is None else self.memo()
        return receptive_fields(graph, layers, self.limit, known)


class Counts:
    """The figures of one network. Auxiliary heads are left out, as in a summary."""

    def __init__(
        self,
        graph: Graph,
        basis: Basis,
        sight: Sight | None = None,
        known: Counted | None = None,
        *,
        memo: CostMemo | None = None,
    ) -> None:
        self.graph = graph
        self.sight = sight or Sight()
        self.basis = basis
        self.widths = widths_of(graph, basis)
        self.known_fields = known and known.fields
        self.costs: Sequence[Cost] = known.costs if known else layer_costs(graph.layers, memo)
        self.known: dict[tuple[str | None, str], Figure] = {}
        self.added: dict[str, list[int]] = {}

    @cached_property
    def fields(self) -> "FieldMap":
        """What every layer sees, auxiliary layers too."""
        return self.known_fields or self.sight.fields(self.graph)

    def figure(self, label: str | None, metric: str) -> Figure:
        """A metric of a labelled layer or group, or of the whole network.

        Raises:
            NoFigureError: there is no such label, or it has no such metric.
        """
        key = label, metric
        if key not in self.known:
            self.known[key] = self._count(label, metric)
        return self.known[key]

    def share(self, label: str, metric: str) -> Share:
        """The part of a network's total that lies in a label.

        Raises:
            NoFigureError: there is no such label, or the total is nothing.
        """
        part, whole = self.figure(label, metric), self.figure(None, metric)
        if not isinstance(part, int) or not isinstance(whole, int) or whole == 0:
            raise NoFigureError("no total", f"no `{metric}` to share")
        return Share(part, whole)

    def largest(self, label: str | None, metric: str, count: int) -> list[Part]:
        """The layers that add most to a sum, the largest first; those with nothing left out."""
        from heapq import nlargest  # noqa: PLC0415 - only what fails asks for them

        amounts = self._amounts(METRICS[metric])
        some = [place for place in self.places(label) if amounts[place]]
        chosen = nlargest(count, some, key=amounts.__getitem__)
        return [Part(amounts[place], self.graph.layers[place]) for place in chosen]

    def places(self, label: str | None) -> Sequence[int]:
        """The indices of the layers of a label in the order.

        Raises:
            NoFigureError: there is no such label.
        """
        if label is None:
            return range(len(self.graph.layers))
        if label not in self.labels:
            raise NoFigureError("label", f"no layer or group `{label}`")
        return self.labels[label]

    @cached_property
    def labels(self) -> Mapping[str, Sequence[int]]:
        """The places of the layers of every group and of every layer, by path."""
        found: dict[str, list[int]] = {}
        for place, layer in enumerate(self.graph.layers):
            found.setdefault(layer.name, []).append(place)
            path = ""
            for name in layer.scope:
                path = f"{path}.{name}" if path else name
                found.setdefault(path, []).append(place)
        return found

    def _amounts(self, metric: Metric) -> list[int]:
        """What each layer adds to a metric that layers add up to; many labels ask for the same."""
        if metric.name not in self.added:
            self.added[metric.name] = self._added(metric)
        return self.added[metric.name]

    def _added(self, metric: Metric) -> list[int]:
        amount = amount_of(metric, self.widths, self.basis.batch)
        if not isinstance(self.widths, Uniform):
            pairs = zip(self.graph.layers, self.costs, strict=True)
            return [amount(layer, cost) for layer, cost in pairs]
        known: dict[int, int] = {}  # equal layers share their cost
        for layer, cost in zip(self.graph.layers, self.costs, strict=True):
            if id(cost) not in known:
                known[id(cost)] = amount(layer, cost)
        return [known[id(cost)] for cost in self.costs]

    @property
    def bits(self) -> "Bits | None":
        """The bits of each tensor, where these are not alike."""
        return None if isinstance(self.widths, Uniform) else self.widths

    def _count(self, label: str | None, metric: str) -> Figure:
        places, one = self.places(label), METRICS[metric]
        if one.needs is not None:
            self._check_known(places, one.needs)
        if one.adds_up:
            amounts = self._amounts(one)
            return sum([amounts[place] for place in places])
        ways: Mapping[str, Callable[[str | None, Sequence[int]], Figure]] = {
            "share": self._share,
            "depth": self._depth,
            "output": self._output,
            "receptive_field": self._field,
            "peak_activation_bytes": self._peak,
            "training_bytes": self._training,
        }
        return ways[metric](label, places)

    def _check_known(self, places: Sequence[int], needs: str) -> None:
        """Refuse a metric where not every layer has what it needs: `macs`, or a `shape`."""
        layers = [self.graph.layers[place] for place in places]
        kinds = sorted({layer.op.name for layer in layers if not layer.op.is_counted})
        unknown = next((layer.name for layer in layers if not layer.is_shaped), None)
        if needs == "macs" and kinds:
            raise NoFigureError("uncounted", f"no known MACs: {', '.join(kinds)} is uncounted")
        if needs == "shape" and unknown is not None:
            raise NoFigureError("unshaped", f"no known shape after `{unknown}`")

    def _share(self, label: str | None, _places: Sequence[int]) -> Figure:
        """Of the parameters: those of a label, or of the one layer that has most."""
        if label is not None:
            return self.share(label, "parameters")
        for _, layer in self.largest(None, "parameters", 1):
            return self.share(layer.name, "parameters")
        raise NoFigureError("no total", "no parameters to share")

    def _depth(self, _label: str | None, places: Sequence[int]) -> Figure:
        return depth([self.graph.layers[i] for i in places], [self.costs[i] for i in places])

    def _output(self, label: str | None, places: Sequence[int]) -> Figure:
        graph = self.graph
        if label is not None:
            shape: Shape = graph.layers[places[-1]].output_shape
            return shape
        if len(graph.outputs) != 1:
            listed = ", ".join(graph.outputs)
            raise NoFigureError("outputs", f"{len(graph.outputs)} outputs: {listed}")
        shapes = {**graph.inputs, **{layer.name: layer.output_shape for layer in graph.layers}}
        [source] = graph.outputs.values()
        return shapes[source]

    def _field(self, label: str | None, places: Sequence[int]) -> Figure:
        """Of the network: that of the last layer whose outputs see different places."""
        from cnncalc.analysis.field import to_receptive_fields  # noqa: PLC0415 - as in `Sight`

        names = (self.graph.layers[place].name for place in reversed(places))
        ungated = self.fields.ungated
        last = next(
            (name for name in names if label is not None or is_moving(ungated[name])), None
        )
        views = {} if last is None else self.fields.views[last]
        sizes = [field.size for field in to_receptive_fields(views).values() if field]
        if not sizes or len(sizes) != len(views) or not sizes[0]:
            where = "" if label is None else f" at `{label}`"
            raise NoFigureError("no field", "no known receptive field" + where)
        return tuple(map(max, zip(*sizes, strict=True)))

    def _peak(self, label: str | None, places: Sequence[int]) -> Figure:
        bits, inputs = self.bits, 0
        if label is None:
            values = {name: prod(shape) for name, shape in self.graph.inputs.items()}
            each = (bits.tensor_bytes(*one) if bits else one[1] for one in values.items())
            inputs = sum(each)
        most = max([inputs, *(self._held[place] for place in places)])
        return int(most * self.basis.batch * self.widths.peak_scale)

    @cached_property
    def _held(self) -> list[int]:
        from cnncalc.analysis.memory import held_during  # noqa: PLC0415 - where it is asked for

        sizes = [cost.output_elements for cost in self.costs]
        return held_during(self.graph, self.graph.layers, sizes, bits=self.bits)

    def _training(self, label: str | None, places: Sequence[int]) -> Figure:
        """The bytes of a training step: those of a label are its part of them."""
        from cnncalc.analysis.training import Kept, training  # noqa: PLC0415 - as above

        if self.basis.precision is not None:
            told = "no training memory in bits: a training step keeps values of one data type"
            raise NoFigureError("bits", told)
        names = [self.graph.layers[place].name for place in places]
        if label is None:
            names.extend(self.graph.inputs)
        kept = [self._kept[name] for name in names if name in self._kept]
        among = Kept(sum(one.values for one in kept), sum(one.mask_bytes for one in kept))
        parameters = sum(self.costs[place].parameters for place in places)
        buffers = sum(self.costs[place].buffers for place in places)
        return int(training(parameters, buffers, among, self.basis).total)

    @cached_property
    def _kept(self) -> "Mapping[str, Kept]":
        from cnncalc.analysis.training import kept_by_tensor  # noqa: PLC0415 - as above

        return kept_by_tensor(self.graph, self.graph.layers)


def is_moving(views: "Views") -> bool:
    """Whether the outputs of a layer see different places of an input."""
    return any(field.advance for fields in views.values() for field in fields or ())
