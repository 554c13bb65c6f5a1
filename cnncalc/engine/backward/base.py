"""The table of backward kernels: for every op how a gradient goes back through it.

A backward kernel takes the op, the gradient of the loss with respect to its output, what the
forward pass kept, and the op's tensors; it gives the gradient with respect to each input and each
trained tensor. It can read nothing of the forward pass but what `backward_reads` of the op says
that training keeps, and is found out where it reads less.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.ops import Op

Tensors = Mapping[str, Array]
"""The parameters and buffers of one layer by their names."""


class Gradients(NamedTuple):
    """The gradient of the loss with respect to all that a layer read.

    Attributes:
        inputs: one for each input, of its shape.
        tensors: one for each trained tensor, by its name.
    """

    inputs: tuple[Array, ...]
    tensors: Mapping[str, Array] = {}


class NotKeptError(Exception):
    """A backward kernel asked for what the forward pass did not keep."""


class Kept:
    """What one layer keeps from the forward to the backward pass; it notes what is read of it.

    Attributes:
        shapes: the shape of each input, the batch first; these are known without any value.
        read: the words of `backward_reads` that were made use of so far.
    """

    def __init__(
        self,
        words: Sequence[str],
        arrays: Sequence[Array],
        output: Array,
        made: "Made | None" = None,
    ) -> None:
        """Keep of a layer's inputs, its output and its mask what the words say."""
        self.shapes = tuple(one.shape for one in arrays)
        self.read: set[str] = set()
        self._held: dict[str, Any] = {}
        if "input" in words:
            self._held["input"] = tuple(arrays)
        if "second" in words:
            self._held["second"] = arrays[1]
        if "output" in words:
            self._held["output"] = output
        if "mask" in words and made is not None:
            self._held["mask"] = made.mask
        self._within = {} if made is None else made.within

    @property
    def inputs(self) -> tuple[Array, ...]:
        """Every input."""
        found: tuple[Array, ...] = self._taken("input")
        return found

    @property
    def x(self) -> Array:
        """The only input."""
        [x] = self.inputs
        return x

    @property
    def second(self) -> Array:
        """The second of two inputs."""
        found: Array = self._taken("second")
        return found

    @property
    def output(self) -> Array:
        """The output."""
        found: Array = self._taken("output")
        return found

    @property
    def mask(self) -> Array:
        """A byte for each value, which dropout drew."""
        found: Array = self._taken("mask")
        return found

    def within(self, name: str) -> Array:
        """What the layer made on the way to its output."""
        self.read.add(name)
        if name not in self._within:
            raise NotKeptError(f"`{name}` is not kept")
        return self._within[name]

    @property
    def arrays(self) -> tuple[Array, ...]:
        """Every array that is kept."""
        held = {key: (one,) for key, one in self._held.items() if key != "input"}
        rest = [array for each in held.values() for array in each if array is not None]
        return (*self._held.get("input", ()), *rest, *self._within.values())

    @property
    def words(self) -> tuple[str, ...]:
        """The words for what is kept, in a fixed order."""
        return (*self._held, *self._within)

    def _taken(self, word: str) -> Any:
        self.read.add(word)
        if self._held.get(word) is None:
            raise NotKeptError(f"the {word} is not kept")
        return self._held[word]


class Made(NamedTuple):
    """What an op gives in training, where that is not what it gives at inference.

    Attributes:
        output: the output.
        mask: a byte for each value, of dropout.
        within: what is made on the way and kept, by its name.
    """

    output: Array
    mask: Array | None = None
    within: Mapping[str, Array] = {}


Kernel = TypeVar("Kernel", bound=Callable[..., Gradients])
Training = TypeVar("Training", bound=Callable[..., Made])

BACKWARD: dict[type[Op], Callable[..., Gradients]] = {}
"""How a gradient goes back, by the class of the op."""

TRAINED: dict[type[Op], Callable[..., Made]] = {}
"""What runs in training in the place of the kernel, of the ops that do something else then."""

WITHOUT: dict[type[Op], str] = {}
"""The ops that no gradient goes back through, each with the reason."""


def backward(*kinds: type[Op]) -> Callable[[Kernel], Kernel]:
    """Let a function be what takes a gradient back through some ops."""

    def note(function: Kernel) -> Kernel:
        BACKWARD.update(dict.fromkeys(kinds, function))
        return function

    return note


def trained(*kinds: type[Op]) -> Callable[[Training], Training]:
    """Let a function be what computes some ops in training."""

    def note(function: Training) -> Training:
        TRAINED.update(dict.fromkeys(kinds, function))
        return function

    return note


def without_gradient(*kinds: type[Op], because: str) -> None:
    """Say of some ops that no gradient goes back through them, and why."""
    WITHOUT.update(dict.fromkeys(kinds, because))


def to(gradient: Array, **tensors: Array) -> Gradients:
    """The gradients of an op with one input."""
    return Gradients((gradient,), tensors)


def summed_to(gradient: Array, shape: Sequence[int]) -> Array:
    """The gradient of a tensor that was stretched: the sum over the axes along which it was."""
    stretched = zip(gradient.shape, shape, strict=True)
    axes = tuple(axis for axis, (long, short) in enumerate(stretched) if long != short)
    return gradient.sum(axis=axes, keepdims=True) if axes else gradient


def over_channels(values: Array) -> Array:
    """One sum a channel of `N C *size`: the gradient of what each channel has one of."""
    found: Array = values.sum(axis=(0, *range(2, values.ndim)))
    return found


def moved(kernel: Callable[..., Array], op: Any, gradient: Array, kept: Kept) -> Gradients:
    """The gradient of an op that only moves, drops or repeats values, and may put zeros in.

    On the numbers of the places, from 1, its kernel says where each value came from, and 0 where
    it came from nowhere. There the gradient goes back to, added up.
    """
    sizes = [int(np.prod(shape[1:])) for shape in kept.shapes]
    numbers = np.arange(1, sum(sizes) + 1, dtype=np.float64)
    cuts = np.split(numbers, np.cumsum(sizes)[:-1])
    places = zip(cuts, kept.shapes, strict=True)
    came = kernel(op, *(cut.reshape(1, *shape[1:]) for cut, shape in places))
    source = came.astype(np.int64).ravel()
    batch = len(gradient)
    whole = np.zeros((batch, 1 + sum(sizes)), gradient.dtype)
    for example in range(batch):
        flat = gradient[example].ravel()
        whole[example] = np.bincount(source, flat, minlength=1 + sum(sizes))
    parts = np.split(whole[:, 1:], np.cumsum(sizes)[:-1], axis=1)
    shaped = zip(parts, kept.shapes, strict=True)
    return Gradients(tuple(part.reshape(shape) for part, shape in shaped))
