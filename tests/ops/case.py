"""What a row of the table of ops holds, and what every law draws from it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import strategies as st

from cnncalc.analysis.costs import cost
from cnncalc.engine import Array
from cnncalc.graph import Graph, Layer
from cnncalc.ops import Op
from cnncalc.ops.values import RejectedError, Shape
from ops.peers import PeerCase

Tensors = dict[str, Array]
Loops = Callable[[list[Array], Tensors], Array]
"""What naive loops make of one example of each input, and of the op's tensors."""


class Counts(NamedTuple):
    """What an op costs."""

    weights: int = 0
    biases: int = 0
    buffers: int = 0
    macs: int = 0


def counts_of(op: Op, inputs: Sequence[Shape]) -> Counts:
    """What the op says that it costs."""
    counted = cost(op, tuple(inputs), op.output_shape(inputs))
    return Counts(*(getattr(counted, name) for name in Counts._fields))


class Use:
    """An op on inputs that it takes, and what the loops make of one example."""

    def __init__(self, op: Op, inputs: Sequence[Shape], naive: Loops) -> None:
        self.op = op
        self.inputs = tuple(inputs)
        self.naive = naive

    def __repr__(self) -> str:
        return f"{self.op.notation()} on {self.inputs}"


class Try(NamedTuple):
    """An op on any inputs: the shape and the costs that were counted, or how it must refuse."""

    op: Op
    inputs: Sequence[Shape]
    shape: Shape | None
    counts: Counts | None = Counts()
    refusal: str = ""
    alike: Sequence[Op] = ()
    """Other ways to write the op, which must give the same shape."""

    def hold(self) -> None:
        """Hold the op to it."""
        if self.shape is None:
            assert self.refusal
            with pytest.raises(RejectedError, match=self.refusal):
                self.op.output_shape(self.inputs)
            return
        assert self.op.output_shape(self.inputs) == self.shape
        assert all(op.output_shape(self.inputs) == self.shape for op in self.alike)
        if self.counts is not None:
            assert counts_of(self.op, self.inputs) == self.counts


class Law(NamedTuple):
    """What an op of some name is tried with, and how often."""

    tries: Callable[[str], st.SearchStrategy[Try]]
    examples: int = 60


class OpCase(NamedTuple):
    """All that the laws need to know of an op."""

    uses: Callable[[str], st.SearchStrategy[Use]]
    """Attributes and inputs that it takes, with the loops that do the same."""
    laws: tuple[Law, ...]
    """Its shape and its costs as counted, and what it refuses."""
    peers: Callable[[Any, str], Iterator[PeerCase]]
    """What PyTorch, which is handed in, has for it."""
    thinned: int = 1
    """Of PyTorch's cases every so many are run."""
    may_cancel: bool = False
    """Whether an input may move without any output: an interpolated value at the border, or a
    group of one value."""


def shapes(axes: Iterable[int] = range(4), longest: int = 5) -> st.SearchStrategy[Shape]:
    """Channels and as many spatial axes as one of `axes` says."""
    size = st.integers(1, longest)
    return st.one_of([st.tuples(*[size] * (count + 1)) for count in axes])


def few(axes: Sequence[int], channels: int = 4, longest: int = 4) -> st.SearchStrategy[Shape]:
    """As `shapes`, small enough for loops over all values."""
    return st.sampled_from(list(axes)).flatmap(
        lambda n: st.tuples(st.integers(1, channels), *[st.integers(1, longest)] * n)
    )


def values(shape: Shape) -> Array:
    """Values from -2 to 2."""
    return np.linspace(-2, 2, prod(shape)).reshape(shape)


def moves_as(
    op: Op, inputs: Sequence[Shape], run: Callable[[], Array], refusal: str | None = None
) -> Try:
    """The op gives the shape that NumPy gives, for free, and refuses what NumPy refuses."""
    try:
        shape = run().shape
    except (ValueError, IndexError):
        if refusal is None:
            raise
        return Try(op, inputs, None, refusal=refusal)
    return Try(op, inputs, shape)


def accepts(op: Op, inputs: Sequence[Shape]) -> bool:
    """Whether the op takes the inputs."""
    try:
        op.output_shape(inputs)
    except RejectedError:
        return False
    return True


def drawn(
    use: Use, dtype: str, seed: int, *, is_positive: bool = False
) -> tuple[list[Array], Tensors]:
    """Two examples for each input, and the op's tensors."""
    random = np.random.default_rng(seed)

    def made(shape: Shape) -> Array:
        if is_positive:
            return random.uniform(0.5, 1.5, shape).astype(dtype)
        return random.standard_normal(shape).astype(dtype)

    arrays = [made((2, *shape)) for shape in use.inputs]
    shapes_of = {**use.op.parameters(use.inputs), **use.op.buffers(use.inputs)}
    tensors = {name: made(shape) for name, shape in shapes_of.items()}
    if "running_var" in tensors:
        tensors["running_var"] = np.abs(tensors["running_var"]) + 0.5
    return arrays, tensors


def one_layer(use: Use, name: str = "layer") -> Graph:
    """The network of a single op."""
    inputs = {f"in{place}": shape for place, shape in enumerate(use.inputs)}
    output = use.op.output_shape(use.inputs)
    layer = Layer(name, (), use.op, tuple(inputs), use.inputs, output)
    return Graph("one", None, None, None, inputs, (layer,), {name: name}, (), {}, {})
