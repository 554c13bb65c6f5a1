"""The layers of a Keras model, gathered under names that no two of them share."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from cnncalc.graph import Layer
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.ops.base import Op
from cnncalc.ops.values import LARGEST, Shape
from cnncalc.records import Record

Path = tuple[str, ...]

MOST_AXES = 8
"""Axes of one example: a map of video in windows has six."""


class Tensor(Record):
    """What a layer of Keras gives.

    Attributes:
        shape: as Keras has it, without the batch.
        place: the layer of ours, or the input, that gives it.
        first: whether its channels stand first in Keras, too.
        before: what was flattened to it.
    """

    shape: Shape
    place: str
    first: bool = False
    before: "Tensor | None" = None

    @property
    def own(self) -> Shape:
        """Its shape with the channels first; a single value is a tensor of one."""
        return turned(self.shape, first=self.first) or (1,)


Axis = TypeVar("Axis")


def turned(shape: tuple[Axis, ...], *, first: bool) -> tuple[Axis, ...]:
    """A shape of Keras with the channels first, which stand last unless they are first there."""
    return shape if first else (*shape[-1:], *shape[:-1])


def turned_back(shape: Shape, *, first: bool) -> Shape:
    """A shape of ours as Keras has it."""
    return shape if first else (*shape[1:], *shape[:1])


class Net:
    """The layers so far.

    Attributes:
        holders: for each layer of Keras the layers of ours that hold its tensors, in order.
        bypassed: layers that somebody has looked behind, and that may have no reader left.
        named: the layers by their names.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self.layers: list[Layer] = []
        self.taken = set(taken)
        self.counts: dict[str, int] = {}
        self.holders: dict[Hashable, list[str]] = {}
        self.bypassed: set[str] = set()
        self.named: dict[str, Layer] = {}

    def free(self, scope: Path, label: str) -> str:
        """A name that nothing has yet, and from now on that of one thing."""
        path = ".".join((*scope, label))
        name = path
        while name in self.taken:
            self.counts[path] = self.counts.get(path, 1) + 1
            name = f"{path}_{self.counts[path]}"
        self.taken.add(name)
        return name

    def put(  # noqa: PLR0913, PLR0917 - what a layer is
        self,
        scope: Path,
        label: str,
        op: Op,
        reads: Sequence[Tensor],
        shape: Shape,
        own: Mapping[str, Shape] | None = None,
        shares: str | None = None,
    ) -> str:
        """Add a layer that gives a shape, channels first; its name."""
        if len(shape) > MOST_AXES:
            refuse("E714", f"`{label}` gives {len(shape)} axes; {MOST_AXES} are read")
        if not all(0 <= axis <= LARGEST for axis in shape):
            refuse("E506", f"`{label}` gives an axis of {max(shape, key=abs)}")
        name = self.free(scope, label)
        inputs = tuple(one.place for one in reads)
        shapes = tuple(one.own for one in reads)
        made = Layer(name, scope, op, inputs, shapes, shape, own_parameters=own, shares=shares)
        self.add(made)
        return name

    def add(self, layer: Layer) -> None:
        """Add a layer that has its name."""
        self.layers.append(layer)
        self.named[layer.name] = layer

    def kept(self, ends: Iterable[str]) -> tuple[Layer, ...]:
        """The layers without those that were looked behind and that nobody reads."""
        read = {name for layer in self.layers for name in layer.inputs} | set(ends)
        unread = self.bypassed - read
        return tuple(layer for layer in self.layers if layer.name not in unread)
