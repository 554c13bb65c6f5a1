"""Which rows of an input reach every layer along one axis: exactly, and as if maps had no ends.

Each axis is looked at alone; of channels, whether any of them is reached, and for the ends of what
they see each of them. Nothing is asked of
the rules of the ops or of the analysis: the taps are those that the kernels were seen to have.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cnncalc.engine.base import Array
from cnncalc.engine.channels import Numbers, channels_read, widened
from cnncalc.engine.execute import LayerError
from cnncalc.engine.spans import FAR, Rows, Spans, constant, read_by, tapped, widen
from cnncalc.engine.taps import (
    Taps,
    alone,
    each_taps,
    reached,
    reads_all,
    reads_some,
    rows_read,
)
from cnncalc.graph import Graph, Layer
from cnncalc.ops import Op
from cnncalc.ops.merge import Broadcast, Concat

Marks = npt.NDArray[np.bool_]

MOST = 1 << 20
"""Outputs of a layer beyond which the ends of its field are not computed."""


class Axis(NamedTuple):
    """A spatial axis of an input: the input's name, the axis from 0."""

    input: str
    place: int


class Map(NamedTuple):
    """What the channels of a layer see.

    Attributes:
        numbers: for each channel, or for all of them, the number of its view.
        views: what is seen; None where nothing of the input is.
    """

    numbers: Numbers
    views: tuple[Spans | None, ...]


BLIND = Map(np.zeros(1, np.int64), (None,))
"""A layer that sees nothing of the input."""


class Line:
    """A network along one axis of one input: how long its maps are, and what its layers read."""

    def __init__(self, graph: Graph, axis: Axis, shapes: Mapping[str, Sequence[int]]) -> None:
        """Probe every layer.

        Raises:
            LayerError: a kernel does not run along this axis.
        """
        self.graph = graph
        self.axis = axis
        every = {**graph.inputs, **shapes}
        rank = len(graph.inputs[axis.input])
        self.lengths = {
            name: shape[axis.place + 1] if len(shape) == rank > 1 else 1
            for name, shape in every.items()
        }
        self.layers = [layer for layer in graph.layers if layer.name in shapes]
        self.taps: dict[str, tuple[Taps, ...]] = {}
        known: dict[tuple[Op, tuple[int, ...]], tuple[Taps, ...]] = {}  # deep networks repeat few
        for layer in self.layers:
            if layer.inputs and not self.reads_all(layer) and self._reads_some(layer):
                key = layer.op, tuple(self.lengths[name] for name in layer.inputs)
                if key not in known:
                    known[key] = _probed(layer, axis.place, key[1])
                self.taps[layer.name] = known[key]
        self.seeing = {axis.input}
        for layer in self.layers:
            if not self.seeing.isdisjoint(layer.inputs):
                self.seeing.add(layer.name)

    def reads_all(self, layer: Layer) -> bool:
        """Whether every output reads all rows, or the layer has other axes than the input."""
        axes = _axes_of(layer)
        if reads_all(layer.op, self.axis.place, axes):
            return True
        ranks = {len(shape) for shape in (*layer.input_shapes, layer.output_shape)}
        is_other = ranks != {len(self.graph.inputs[self.axis.input])}
        return is_other and any(reads_some(layer.op, place, axes) for place in range(axes))

    def _reads_some(self, layer: Layer) -> bool:
        return reads_some(layer.op, self.axis.place, _axes_of(layer))

    def spans(self) -> dict[str, Spans]:
        """What the outputs of every layer that sees the input see on an endless map.

        What reads a whole map is taken to see the whole input, and so is what reads it in turn.
        Layers of which too many outputs would have to be looked at are left out.
        """
        needed = self._needed()
        start, stop = needed.get(self.axis.input, (0, 0))
        if stop - start > MOST:
            return {}
        rows = np.arange(start, stop, dtype=np.int64)
        found = {self.axis.input: Map(np.zeros(1, np.int64), (Spans(start, rows, rows),))}
        for layer in self.layers:
            start, stop = needed[layer.name]
            is_known = self.reads_all(layer) or all(
                name in found for name in layer.inputs if name in self.seeing
            )
            if layer.name in self.seeing and is_known and stop - start <= MOST:
                found[layer.name] = self._map(layer, found, (start, stop))
        return {name: hull for name, one in found.items() if (hull := self._hull(one.views))}

    def _map(self, layer: Layer, found: Mapping[str, Map], ends: tuple[int, int]) -> Map:
        """What the channels of a layer see, from what those of its inputs see."""
        sources = [found.get(name, BLIND) for name in layer.inputs]
        shapes = layer.input_shapes
        if len(sources) == 1:
            [source] = sources
            views = list(source.views)

            def join(numbers: Sequence[int]) -> int:
                if len(numbers) > 1:
                    views.append(self._hull([views[number] for number in numbers]))
                return len(views) - 1 if len(numbers) > 1 else numbers[0]

            every = widened(source.numbers, shapes[0][0])
            numbers = channels_read(layer.op, every, len(shapes[0]) - 1, join)
            combined: list[tuple[Spans | None, ...]] = [(view,) for view in views]
        elif isinstance(layer.op, Concat) and layer.op.axis == "channels":
            offsets = np.cumsum([0, *(len(one.views) for one in sources)])
            each = zip(sources, shapes, offsets, strict=False)
            numbers = np.concatenate([widened(one.numbers, n[0]) + at for one, n, at in each])
            blank = [None] * len(sources)
            combined = [
                (*blank[:place], view, *blank[place + 1 :])
                for place, one in enumerate(sources)
                for view in one.views
            ]
        else:
            numbers, combined = self._side_by_side(layer, sources)
        kept, numbers = np.unique(numbers, return_inverse=True)
        views = [self._through(layer, combined[number], ends) for number in kept.tolist()]
        return Map(numbers, tuple(views))

    def _side_by_side(
        self, layer: Layer, sources: Sequence[Map]
    ) -> tuple[Numbers, list[tuple[Spans | None, ...]]]:
        """The channels of several inputs that meet, each with the one in its place."""
        if not isinstance(layer.op, Broadcast):
            return np.zeros(1, np.int64), [tuple(self._hull(one.views) for one in sources)]
        channels = max(len(one.numbers) for one in sources)
        columns = [widened(one.numbers, channels).tolist() for one in sources]
        tuples = list(zip(*columns, strict=True))
        place = {one: number for number, one in enumerate(dict.fromkeys(tuples))}
        views = [
            tuple(source.views[n] for source, n in zip(sources, one, strict=True)) for one in place
        ]
        return np.array([place[one] for one in tuples]), views

    def _hull(self, views: Sequence[Spans | None]) -> Spans | None:
        """What channels of one map see together."""
        seeing = [view for view in views if view is not None]
        if len(seeing) < 2:
            return seeing[0] if seeing else None
        whole = 0, self.lengths[self.axis.input] - 1
        for view in seeing:
            if view.is_fixed and view.at(view.start) == whole:
                return view
        low, high = seeing[0].low, seeing[0].high
        for view in seeing[1:]:
            low, high = np.minimum(low, view.low), np.maximum(high, view.high)
        return Spans(seeing[0].start, low, high, all(view.is_fixed for view in seeing))

    def _needed(self) -> dict[str, tuple[int, int]]:
        """The outputs of each layer to look at: its real ones, and those that others read."""
        needed = {name: (0, length) for name, length in self.lengths.items()}
        for layer in reversed(self.layers):
            start, stop = needed[layer.name]
            if self.reads_all(layer):
                continue
            if layer.name in self.taps:
                for name, taps in zip(layer.inputs, self.taps[layer.name], strict=True):
                    widen(needed, name, read_by(taps, start, stop))
                continue
            for name in layer.inputs:
                if not self._is_stretched(name, layer):
                    widen(needed, name, (start, stop))
        return needed

    def _is_stretched(self, name: str, layer: Layer) -> bool:
        is_merge = layer.name not in self.taps
        return is_merge and self.lengths[name] == 1 < self.lengths[layer.name]

    def _through(
        self, layer: Layer, views: Sequence[Spans | None], ends: tuple[int, int]
    ) -> Spans | None:
        """What outputs see whose inputs see this; None where they see nothing of the input."""
        pairs = zip(layer.inputs, views, strict=True)
        sources = [(name, view) for name, view in pairs if view is not None]
        if not sources:
            return None
        start, stop = ends
        whole = 0, self.lengths[self.axis.input] - 1
        if self.reads_all(layer):
            return constant(start, stop, *whole)
        if layer.name in self.taps:
            each = zip(self.taps[layer.name], views, strict=True)
            read = [(taps, view) for taps, view in each if view is not None]
            return tapped(read, start, stop, whole)
        low = np.full(stop - start, FAR, np.int64)
        high = -low
        are_fixed = True
        for name, source in sources:
            before = source
            if self._is_stretched(name, layer):
                before = constant(start, stop, *(source.at(0) or (FAR, -FAR)))
            if before.is_fixed and before.at(before.start) == whole:
                return constant(start, stop, *whole)  # what sees all has no place of its own
            are_fixed = are_fixed and before.is_fixed
            part = slice(start - before.start, stop - before.start)
            low = np.minimum(low, before.low[part])
            high = np.maximum(high, before.high[part])
        return Spans(start, low, high, are_fixed)

    def reaching(self, rows: Sequence[int]) -> dict[str, Marks]:
        """Which real outputs of every layer each of some rows reaches, by the taps."""
        found: dict[str, Marks] = {
            name: np.zeros((len(rows), self.lengths[name]), bool) for name in self.graph.inputs
        }
        found[self.axis.input][np.arange(len(rows)), list(rows)] = True
        for layer in self.layers:
            sources = [found[name] for name in layer.inputs]
            marks = np.zeros((len(rows), self.lengths[layer.name]), bool)
            if self.reads_all(layer):
                for source in sources:
                    marks |= np.any(source, axis=1, keepdims=True)
            elif layer.name in self.taps:
                outputs = self._outputs(layer)
                for source, taps in zip(sources, self.taps[layer.name], strict=True):
                    for where, read in rows_read(taps, outputs):
                        inside = (read >= 0) & (read < source.shape[1])
                        marks[:, outputs[where[inside]]] |= source[:, read[inside]]
            else:
                for source in sources:
                    marks |= source
            found[layer.name] = marks
        return found

    def _outputs(self, layer: Layer) -> Rows:
        """The outputs of a layer that read a real row: beside the last window stands a zero."""
        outputs = np.arange(self.lengths[layer.name], dtype=np.int64)
        taps, length = self.taps[layer.name], self.lengths[layer.inputs[0]]
        if len(taps) == 1:
            return outputs
        read = [
            where[(rows >= 0) & (rows < length)] for where, rows in rows_read(taps[0], outputs)
        ]
        real: Rows = outputs[np.concatenate([*read, outputs[:0]])]
        return real

    def run(self, rows: Sequence[int]) -> dict[str, Marks]:
        """The same by running the kernels on the real lengths.

        Raises:
            LayerError: a kernel does not run along this axis.
        """
        marks: dict[str, Array] = {
            name: np.zeros((len(rows), 1, self.lengths[name]), np.float32)
            for name in self.graph.inputs
        }
        marks[self.axis.input][np.arange(len(rows)), 0, list(rows)] = 1
        for layer in self.layers:
            try:
                marks[layer.name] = self._marked(layer, [marks[name] for name in layer.inputs])
            except (ValueError, TypeError, IndexError) as fault:
                raise LayerError(layer.name, str(fault)) from fault
        return {name: each[:, 0] > 0 for name, each in marks.items()}

    def _marked(self, layer: Layer, sources: Sequence[Array]) -> Array:
        if not sources:
            return np.zeros((1, 1, self.lengths[layer.name]), np.float32)
        if layer.name in self.taps:
            return reached(alone(layer.op, self.axis.place), *sources)
        if self.reads_all(layer):
            most = reduce(np.maximum, [one.max(axis=2, keepdims=True) for one in sources])
            return np.broadcast_to(most, (len(most), 1, self.lengths[layer.name]))
        return reduce(np.maximum, sources)


def _axes_of(layer: Layer) -> int:
    """The spatial axes of what a layer reads."""
    return len(layer.input_shapes[0]) - 1 if layer.input_shapes else 0


def _probed(layer: Layer, place: int, lengths: tuple[int, ...]) -> tuple[Taps, ...]:
    try:
        return each_taps(layer.op, place, lengths)
    except (ValueError, TypeError, IndexError) as fault:
        raise LayerError(layer.name, str(fault)) from fault
