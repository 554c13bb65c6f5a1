"""Every metric of one network or one of its labels, each counted once and only when asked."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Literal

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.costs import Cost, depth, layer_costs
from cnncalc.analysis.field import Views, to_receptive_fields
from cnncalc.analysis.receptive_field import FieldMap, WorkLimit, receptive_fields
from cnncalc.graph import Graph, Layer
from cnncalc.metrics import METRICS, Metric
from cnncalc.ops.values import Shape
from cnncalc.records import Record

if TYPE_CHECKING:
    from cnncalc.analysis.memory import Kept


class Share(Record):
    """A part of a whole, exactly: `Share(1, 4)` is 25 %."""

    part: int
    whole: int


Figure = int | Shape | Share
"""A count, a shape (of an output, or of a receptive field), or a share.

A share is a tuple as a shape is: ask for it first.
"""


Cause = Literal["label", "outputs", "uncounted", "unshaped", "no total", "no field"]


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


class Counts:
    """The figures of one network. Auxiliary heads are left out, as in a summary."""

    def __init__(self, graph: Graph, basis: Basis, limit: WorkLimit | None = None) -> None:
        self.graph = graph
        self.limit = limit or WorkLimit()
        self.basis = basis
        self.size = basis.value_bytes
        self.costs: Sequence[Cost] = layer_costs(graph.layers)
        self.known: dict[tuple[str | None, str], Figure] = {}

    @cached_property
    def fields(self) -> FieldMap:
        """What every layer sees, auxiliary layers too."""
        layers = (*self.graph.layers, *self.graph.auxiliary)
        return receptive_fields(self.graph, layers, self.limit)

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

        amount = self._amount(METRICS[metric])
        parts = (Part(amount(self.costs[i]), self.graph.layers[i]) for i in self.places(label))
        chosen: list[Part] = nlargest(count, parts, key=lambda part: part.amount)
        return [part for part in chosen if part.amount]

    def places(self, label: str | None) -> Sequence[int]:
        """Where the layers of a label stand in the order.

        Raises:
            NoFigureError: there is no such label.
        """
        if label is None:
            return range(len(self.graph.layers))
        found = self._by_label.get(label)
        if found is None:
            raise NoFigureError("label", f"no layer or group `{label}`")
        return found

    @property
    def labels(self) -> Mapping[str, Sequence[int]]:
        """The places of the layers of every group and of every layer, by path."""
        return self._by_label

    @cached_property
    def _by_label(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for place, layer in enumerate(self.graph.layers):
            found.setdefault(layer.name, []).append(place)
            path = ""
            for name in layer.scope:
                path = f"{path}.{name}" if path else name
                found.setdefault(path, []).append(place)
        return found

    def _amount(self, metric: Metric) -> Callable[[Cost], int]:
        """What one layer adds to a metric that layers add up to."""
        times = metric.factor * (self.basis.batch if metric.is_per_example else 1)
        times *= self.size if metric.is_bytes else 1
        return lambda cost: times * sum([getattr(cost, part) for part in metric.parts])

    def _count(self, label: str | None, metric: str) -> Figure:
        places = self.places(label)
        told = METRICS[metric]
        if told.needs == "macs":
            self._check_counted(places)
        elif told.needs == "shape":
            self._check_shaped(places)
        if told.adds_up:
            amount = self._amount(told)
            return sum([amount(self.costs[place]) for place in places])
        ways: Mapping[str, Callable[[str | None, Sequence[int]], Figure]] = {
            "share": self._share,
            "depth": self._depth,
            "output": self._output,
            "receptive_field": self._field,
            "peak_activation_bytes": self._peak,
            "training_bytes": self._training,
        }
        return ways[metric](label, places)

    def _check_counted(self, places: Sequence[int]) -> None:
        layers = [self.graph.layers[place] for place in places]
        kinds = sorted({layer.op.name for layer in layers if not layer.op.is_counted})
        if kinds:
            raise NoFigureError("uncounted", f"no known MACs: {', '.join(kinds)} is uncounted")

    def _check_shaped(self, places: Sequence[int]) -> None:
        layers = [self.graph.layers[place] for place in places]
        unknown = next((layer for layer in layers if not layer.is_shaped), None)
        if unknown is not None:
            raise NoFigureError("unshaped", f"no known shape behind `{unknown.name}`")

    def _share(self, label: str | None, _places: Sequence[int]) -> Figure:
        """Of the parameters: those of a label, or of the one layer that has most."""
        if label is not None:
            return self.share(label, "parameters")
        for part in self.largest(None, "parameters", 1):
            return self.share(part.layer.name, "parameters")
        raise NoFigureError("no total", "no parameters to share")

    def _depth(self, _label: str | None, places: Sequence[int]) -> Figure:
        layers = self.graph.layers
        return depth([layers[i] for i in places], [self.costs[i] for i in places])

    def _output(self, label: str | None, places: Sequence[int]) -> Figure:
        graph = self.graph
        if label is not None:
            shape: Shape = graph.layers[places[-1]].output_shape
            return shape
        shapes = {**graph.inputs, **{layer.name: layer.output_shape for layer in graph.layers}}
        given = {name: shapes[source] for name, source in graph.outputs.items()}
        if len(given) != 1:
            listed = ", ".join(given)
            raise NoFigureError("outputs", f"{len(given)} outputs: {listed}")
        [only] = given.values()
        return only

    def _field(self, label: str | None, places: Sequence[int]) -> Figure:
        views = self._last_moving() if label is None else self._view(places[-1])
        told = [field.size for field in to_receptive_fields(views).values() if field]
        if not told or len(told) != len(views) or not told[0]:
            where = "" if label is None else f" at `{label}`"
            raise NoFigureError("no field", "no known receptive field" + where)
        return tuple(max(sizes) for sizes in zip(*told, strict=True)) if told else ()

    def _view(self, place: int) -> Views:
        views: Views = self.fields.views[self.graph.layers[place].name]
        return views

    def _last_moving(self) -> Views:
        """The fields of the last layer whose outputs see different places."""
        for place in reversed(range(len(self.graph.layers))):
            views = self._view(place)
            if any(field.advance for each in views.values() for field in each or ()):
                return views
        return {}

    def _peak(self, label: str | None, places: Sequence[int]) -> Figure:
        inputs = sum(map(prod, self.graph.inputs.values())) if label is None else 0
        values = max([inputs, *(self._held[place] for place in places)])
        return int(values * self.basis.batch * self.size)

    @cached_property
    def _held(self) -> list[int]:
        from cnncalc.analysis.memory import held_during  # noqa: PLC0415 - where it is asked for

        sizes = [cost.output_elements for cost in self.costs]
        return held_during(self.graph, self.graph.layers, sizes)

    def _training(self, label: str | None, places: Sequence[int]) -> Figure:
        """The bytes of a training step: those of a label are its part of them."""
        from cnncalc.analysis.memory import Kept, training  # noqa: PLC0415 - as above

        names = [self.graph.layers[place].name for place in places]
        if label is None:
            names.extend(self.graph.inputs)
        kept = [self._kept[name] for name in names if name in self._kept]
        among = Kept(sum(one.values for one in kept), sum(one.mask_bytes for one in kept))
        costs = [self.costs[place] for place in places]
        parameters = sum(cost.parameters for cost in costs)
        buffers = sum(cost.buffers for cost in costs)
        return int(training(parameters, buffers, among, self.basis).total)

    @cached_property
    def _kept(self) -> "Mapping[str, Kept]":
        from cnncalc.analysis.memory import kept_by_tensor  # noqa: PLC0415 - as above

        return kept_by_tensor(self.graph, self.graph.layers)
