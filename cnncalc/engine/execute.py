"""A network run layer by layer, each tensor freed after its last reader."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from cnncalc.engine.base import KERNELS, Array
from cnncalc.engine.weights import Tensors
from cnncalc.graph import Graph, Layer
from cnncalc.ops.values import Shape
from cnncalc.records import Record


class Step(NamedTuple):
    """A layer that has just been computed.

    Attributes:
        layer: which.
        inputs: its inputs; one that was overwritten holds the output now.
        output: what it gave.
        is_overwriting: whether it was told to write over its input.
        held: the bytes of all arrays alive, its inputs and its output included.
    """

    layer: Layer
    inputs: Sequence[Array]
    output: Array
    is_overwriting: bool
    held: int


Watch = Callable[[Step], None]
Compute = Callable[[Layer, Sequence[Array], Array | None], Array]
"""A layer on its inputs; the array, where there is one, is the memory to write to."""


class LayerError(Exception):
    """A layer that cannot be computed on the arrays it got.

    Attributes:
        layer: its name.
        reason: what its kernel said.
    """

    def __init__(self, layer: str, reason: str) -> None:
        super().__init__(f"`{layer}`: {reason}")
        self.layer = layer
        self.reason = reason


class Run(Record):
    """What a run gave, and what it held.

    Attributes:
        tensors: the network's outputs and what was asked to be kept, by the layer's name.
        held: the bytes of the arrays alive at once, the most of all moments, weights left out.
        moment: the layer that was computed then; empty for the inputs alone.
    """

    tensors: Mapping[str, Array]
    held: int
    moment: str


def owner(array: Array) -> Any:
    """The array that holds the memory of a view."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def held_bytes(arrays: Iterable[Array]) -> int:
    """The bytes behind some arrays, each piece of memory once."""
    owners = {id(one): one.nbytes for one in map(owner, arrays)}
    return sum(owners.values())


def execute(
    graph: Graph,
    tensors: Tensors,
    inputs: Mapping[str, Array],
    *,
    keep: Iterable[str] = (),
    watch: Watch | None = None,
) -> Run:
    """Run a network on arrays `N C *size`.

    An element-wise layer overwrites its input when it is the only reader. The inputs and what is
    given out or kept are never overwritten.

    Raises:
        LayerError: the arrays that reach a layer do not suit it.
    """

    def compute(layer: Layer, sources: Sequence[Array], room: Array | None) -> Array:
        out = {} if room is None else {"out": room}
        return KERNELS[type(layer.op)](layer.op, *sources, **tensors.get(layer.name, {}), **out)

    return walk(graph, inputs, compute, keep=keep, watch=watch)


def first_overflow(
    graph: Graph, tensors: Tensors, inputs: Mapping[str, Array], run: Run
) -> str | None:
    """The first layer whose output holds NaN or infinity, when the results of a run do.

    The run is repeated to find it: only results that are at fault pay for the search.
    """
    if all(np.isfinite(array).all() for array in run.tensors.values()):
        return None
    found: list[str] = []

    def watch(step: Step) -> None:
        if not found and not np.isfinite(step.output).all():
            found.append(step.layer.name)

    execute(graph, tensors, inputs, watch=watch)
    return found[0] if found else None


def walk(
    graph: Graph,
    inputs: Mapping[str, Array],
    compute: Compute,
    *,
    keep: Iterable[str] = (),
    watch: Watch | None = None,
) -> Run:
    """`execute` with another way to compute a layer.

    Raises:
        LayerError: the arrays that reach a layer do not suit it.
    """
    wanted = {*graph.outputs.values(), *keep}
    memory = _Memory(graph, inputs, wanted)
    most, moment = memory.held, ""
    with np.errstate(all="ignore"):  # what overflows is found by its result
        for layer in graph.layers:
            sources = [memory.alive[name] for name in layer.inputs]
            is_fed = not sources and bool(layer.input_shapes)
            sources = sources or [_constant(shape, memory.dtype) for shape in layer.input_shapes]
            is_function = layer.op.is_elementwise and not layer.op.is_view and not is_fed
            room = sources[0] if is_function and memory.is_lone[layer.inputs[0]] else None
            try:
                made = compute(layer, sources, room)
                if not layer.inputs:  # one tensor for all examples
                    made = made.astype(memory.dtype, copy=False)
                    if len(made) != memory.batch:
                        made = np.broadcast_to(made, (memory.batch, *made.shape[1:]))
                    if not layer.op.is_view and not made.flags.writeable:
                        made = made.copy()  # what follows may write over it
            except (ValueError, TypeError, IndexError) as fault:
                raise LayerError(layer.name, str(fault)) from fault
            memory.add(layer, made)
            held = memory.held
            if held > most:
                most, moment = held, layer.name
            if watch is not None:
                watch(Step(layer, sources, made, room is not None, held))
            del sources, room, made
            memory.free(layer)
    return Run({name: memory.alive[name] for name in wanted}, most, moment)


def _constant(shape: Shape, dtype: Any) -> Array:
    """What a layer reads that no other gives: a tensor of a model's file, one for all examples."""
    return np.linspace(-1, 1, prod(shape), dtype=dtype).reshape(1, *shape)


class _Memory:
    """The tensors alive, and how many readers each still has."""

    def __init__(self, graph: Graph, inputs: Mapping[str, Array], wanted: set[str]) -> None:
        self.alive: dict[str, Array] = {}
        self.held = 0  # bytes behind the tensors alive, each piece of memory once
        self.learned: set[int] = set()
        self._owners: dict[int, int] = {}  # how many of the tensors lie in a piece of memory
        for name, array in inputs.items():
            self._hold(name, array)
        self.readers = {name: len(layers) for name, layers in graph.readers().items()}
        for name in wanted:
            self.readers[name] = self.readers.get(name, 0) + 1
        first = next(iter(inputs.values()))
        self.batch, self.dtype = len(first), first.dtype
        # Whether a tensor's memory is nobody's but its one reader's.
        self.is_lone = dict.fromkeys(inputs, False)

    def _hold(self, name: str, array: Array) -> None:
        self.alive[name], held = array, owner(array)
        if id(held) not in self._owners and id(held) not in self.learned:
            self.held += held.nbytes
        self._owners[id(held)] = self._owners.get(id(held), 0) + 1

    def _let_go(self, name: str) -> None:
        held = owner(self.alive.pop(name))
        self._owners[id(held)] -= 1
        if not self._owners[id(held)]:
            del self._owners[id(held)]
            if id(held) not in self.learned:
                self.held -= held.nbytes

    def add(self, layer: Layer, made: Array) -> None:
        if not layer.inputs and layer.op.is_view:  # the memory is that of the weights
            self.learned.add(id(owner(made)))
        self._hold(layer.name, made)
        shared = [name for name in layer.inputs if np.may_share_memory(made, self.alive[name])]
        is_free = all(self.is_lone[name] for name in shared)
        self.is_lone[layer.name] = is_free and self.readers.get(layer.name, 0) == 1
        if not layer.inputs and layer.op.is_view:
            self.is_lone[layer.name] = False

    def free(self, layer: Layer) -> None:
        """Let go of what this layer read last, and of its own output when nobody reads it."""
        for name in set(layer.inputs):
            self.readers[name] -= 1
        for name in {layer.name, *layer.inputs}:
            if not self.readers.get(name, 0) and name in self.alive:
                self._let_go(name)
