"""What convolutions and dense layers compute."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc.analysis.meanings.base import FLIP, Meaning, Tell
from cnncalc.ops import Op
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.linear import Linear
from cnncalc.ops.values import Shape, show_shape

SLOPE = "dy/dx of a tap is its weight, dy/dweight the x under it, dy/dbias 1"
STANDARDIZED = 'Qiao et al. 2019, "Weight Standardization", §3'
SCALED = (
    'Brock et al. 2021, "Characterizing signal propagation", §4.3, scaled weight standardization'
)
BY_POSITION = "Vaswani et al. 2017, §3.3"
BY_CHANNEL = 'Tolstikhin et al. 2021, "MLP-Mixer", §2'


def _conv(op: Any, inputs: Sequence[Shape]) -> Meaning:
    _, channels, *kernel = op.parameters(inputs)["weight"]
    taps = f"{show_shape(tuple(kernel))} taps of {channels} channel{'s' * (channels > 1)}"
    value = f"y = sum of x * weight over {taps}{' + bias' * op.bias}"
    where = [("x", f"what lies under the kernel, 0 on padding; {FLIP}")]
    if getattr(op, "groups", 1) > 1 or isinstance(op, DepthwiseConv):
        groups = inputs[0][0] // channels
        where.append(("channels", f"those of the group of y, one of {groups}"))
    sources = []
    if getattr(op, "standardized", False):
        sources.append(STANDARDIZED)
        told = "brought to mean 0 and variance 1 over the taps of y"
        more = ", then times gain / sqrt(number of taps)" if op.gain else ""
        where.append(("weight", f"{told}, {op.eps} being added to the variance{more}"))
        if op.gain:
            sources.append(SCALED)
    return Meaning(value, tuple(where), SLOPE, sources=tuple(sources))


def _upconv(op: Any, inputs: Sequence[Shape]) -> Meaning:
    channels = inputs[0][0] // op.groups
    value = f"y = sum of x * weight over what falls on y{' + bias' * op.bias}"
    kernel, stride = show_shape(op.kernel_size), show_shape(op.stride)
    laid = (
        f"each x of {channels} channels, times the {kernel} weights, is laid on the output, "
        f"{stride} apart; of the rim the padding is cut off"
    )
    return Meaning(value, (("falls on y", laid),), SLOPE)


def _linear(op: Any, inputs: Sequence[Shape]) -> Meaning:
    taken = inputs[0][op.place]
    told = "features" if len(inputs[0]) == 1 else f"{op.axis} of a {_other(op)}"
    value = f"y = sum of x * weight over {taken} {told}{' + bias' * op.bias}"
    sources: tuple[str, ...] = ()
    if len(inputs[0]) > 1:
        sources = (BY_CHANNEL if op.axis == "length" else BY_POSITION,)
    slope = "dy/dx is its weight, dy/dweight its x, dy/dbias 1"
    return Meaning(value, slope=slope, sources=sources)


def _other(op: Any) -> str:
    return "channel" if op.axis == "length" else "position"


MEANINGS: Mapping[type[Op], Tell] = {
    Conv: _conv,
    DepthwiseConv: _conv,
    TransposedConv: _upconv,
    Linear: _linear,
}
