"""What layers of attention share: heads, and the linear layers around them.

Source: Vaswani et al. 2017, "Attention Is All You Need", §3.2.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from cnncalc.ops.base import SameShape
from cnncalc.ops.conv import divisors
from cnncalc.ops.formula import Factors, Formula
from cnncalc.ops.values import Shape, count, flag, reject


def check_heads(heads: int, width: int, what: str) -> None:
    """Refuse heads that cannot have equally many features each.

    Raises:
        RejectedError: they cannot.
    """
    if width % heads:
        message = f"{heads} heads cannot share {width} {what}"
        reject("E402", "heads", message, f"use a divisor: {divisors(width)}")


def distance_axes(shape: Shape) -> tuple[str, ...]:
    """The names of the axes of scores that are learned for distances."""
    return ("heads", *["distances"] * (len(shape) - 1))


class Projected(SameShape, backward_reads=("input",), weight_axes=("channels out", "channels in")):
    """Attention of a tensor with itself, between two layers that are linear at each position.

    The first makes queries, keys and values, the second puts the heads together.
    """

    heads: int = count("Heads that the channels are divided into.")
    dim: int | None = count(
        "Channels of queries, of keys and of values; without it those of the input.", default=None
    )
    bias: bool = flag("Whether queries, keys and values have a bias.", default=True)
    out_channels: int | None = count(
        "Channels of the output; without it those of the input.", default=None
    )

    @property
    def has_bias(self) -> bool:
        return False

    def width(self, inputs: Sequence[Shape]) -> int:
        """The channels of queries, of keys and of values."""
        return self.dim or inputs[0][0]

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        self.check(inputs)
        channels, *size = inputs[0]
        return (self.out_channels or channels, *size)

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        if self.out_channels:
            yield Formula("out channels", "out_channels", str(output[0]), output[0])

    def check(self, inputs: Sequence[Shape]) -> None:
        check_heads(self.heads, self.width(inputs), "channels")

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        channels, width = inputs[0][0], self.width(inputs)
        first: dict[str, Shape] = {"qkv_weight": (3 * width, channels)}
        if self.bias:
            first["qkv_bias"] = (3 * width,)
        out = self.out_channels or channels
        return {**first, "weight": (out, width), "bias": (out,)}

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        channels, *size = inputs[0]
        return (
            ("positions", prod(size)),
            ("channels of the heads", self.width(inputs)),
            ("(3 * channels in + channels out)", 3 * channels + output[0]),
        )

    def kept_within(self, inputs: Sequence[Shape]) -> int:
        """Queries, keys, values, the scores as softmax gives them, and what they sum up."""
        positions = prod(inputs[0][1:])
        return positions * (4 * self.width(inputs) + self.heads * self.seen(inputs))

    def seen(self, inputs: Sequence[Shape]) -> int:
        """The positions that each position attends to."""
        raise NotImplementedError

    def product_factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        return (
            ("queries", prod(inputs[0][1:])),
            ("keys of each", self.seen(inputs)),
            ("channels of keys and values", 2 * self.width(inputs)),
        )
