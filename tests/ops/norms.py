"""Normalisation by lengths, value by value."""

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from cnncalc.engine import Array
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape, Value
from ops.case import Counts, Law, OpCase, Try, shapes
from ops.laws import channels_met
from ops.naive import mean, naive_norm
from ops.peers import PeerCase, composed, shape_of
from ops.plain import Drawn, affine, alone, plain
from ops.windows import places


def with_or_without_shift(draw: st.DrawFn, shape: Shape) -> Drawn:
    """With a scale alone, too."""
    return {"affine": draw(st.booleans()), "bias": draw(st.booleans())}, shape


def naive_layer_norm(op: Any, x: Array, tensors: Mapping[str, Array]) -> Array:
    """A shift that is not learned is 0."""
    return naive_norm(op, x, {"bias": np.zeros(len(x)), **tensors})


def naive_rms(op: Any, x: Array, tensors: Mapping[str, Array]) -> Array:
    """Each value by what stands at its place."""
    y = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        squares = [float(x[(one, *place[1:])]) ** 2 for one in range(len(x))]
        y[place] = float(x[place]) / math.sqrt(mean(squares) + op.eps)
        if op.affine:
            y[place] *= tensors["weight"][place[0]]
    return y


def naive_l2(_op: Any, x: Array) -> Array:
    """Each value by the length of what stands at its place."""
    y = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        y[place] = float(x[place]) / math.hypot(*(float(v) for v in x[(slice(None), *place[1:])]))
    return y


def naive_grn(op: Any, x: Array, tensors: Mapping[str, Array]) -> Array:
    """Each channel by its length among the lengths of all."""
    spots = places(x.shape[1:])
    lengths = [math.hypot(*(float(channel[spot]) for spot in spots)) for channel in x]
    y = np.zeros_like(x)
    for channel, *spot in np.ndindex(*x.shape):
        value = float(x[(channel, *spot)])
        share = lengths[channel] / (mean(lengths) + op.eps)
        weight, bias = (float(tensors[name][channel]) for name in ("weight", "bias"))
        y[(channel, *spot)] = value + weight * value * share + bias
    return y


@st.composite
def layer_norm_learns_a_scale_with_or_without_a_shift(draw: st.DrawFn, name: str) -> Try:
    """For each channel."""
    shape = draw(shapes())
    given = {"affine": draw(st.booleans()), "bias": draw(st.booleans())}
    learned = len(channels_met(shape)) if given["affine"] else 0
    counts = Counts(learned, learned if given["bias"] else 0)
    return Try(OPS[name](len(shape) - 1, **given), [shape], shape, counts)


@st.composite
def rms_norm_learns_a_scale_a_channel(draw: st.DrawFn, name: str) -> Try:
    """And no shift."""
    shape, is_affine = draw(shapes()), draw(st.booleans())
    learned = len(channels_met(shape)) if is_affine else 0
    return Try(OPS[name](len(shape) - 1, affine=is_affine), [shape], shape, Counts(learned))


@st.composite
def l2_norm_is_free(draw: st.DrawFn, name: str) -> Try:
    """And keeps the shape."""
    shape = draw(shapes())
    return Try(OPS[name](len(shape) - 1), [shape], shape)


@st.composite
def grn_learns_scale_and_shift_a_channel(draw: st.DrawFn, name: str) -> Try:
    """However large the map is."""
    shape = draw(shapes((1, 2, 3)))
    learned = len(channels_met(shape))
    return Try(OPS[name](len(shape) - 1), [shape], shape, Counts(learned, learned))


def layer_norms(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes, is_affine, bias in product((0, 1, 2, 3), (True, False), (True, False)):
        norm = torch.nn.LayerNorm(6, elementwise_affine=is_affine, bias=bias)
        attributes: dict[str, Value] = {"affine": is_affine, "bias": bias}
        yield axes, attributes, channels_last(torch, norm), (shape_of(6, axes),)
    yield 0, {}, torch.nn.LayerNorm(6), ((6,),)


def channels_last(torch: Any, norm: Any) -> Any:
    return composed(torch, norm, lambda x, norm=norm: norm(x.movedim(1, -1)).movedim(-1, 1))


def rms_norms(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes, is_affine in product((0, 1, 2, 3), (True, False)):
        norm = torch.nn.RMSNorm(6, eps=1e-5, elementwise_affine=is_affine)
        yield axes, {"affine": is_affine}, channels_last(torch, norm), (shape_of(6, axes),)


def l2_norms(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes in (0, 1, 2, 3):
        yield axes, {}, torch.nn.functional.normalize, (shape_of(6, axes),)


def response_norms(torch: Any, _name: str) -> Iterator[PeerCase]:
    """As timm has it, channels first."""

    def forward(x: Any, learned: Any) -> Any:
        channels = (-1, *[1] * (x.ndim - 2))
        weight, bias = learned["weight"].view(channels), learned["bias"].view(channels)
        length = x.norm(p=2, dim=tuple(range(2, x.ndim)), keepdim=True)
        return x + torch.addcmul(
            bias, weight, x * (length / (length.mean(1, keepdim=True) + 1e-6))
        )

    for axes in (1, 2, 3):
        part = torch.nn.ParameterDict(
            {key: torch.nn.Parameter(torch.randn(6)) for key in ("weight", "bias")}
        )
        yield (
            axes,
            {},
            composed(torch, part, lambda x, p=part: forward(x, p)),
            (shape_of(6, axes),),
        )


LAYER_NORM = OpCase(
    plain(naive_layer_norm, with_or_without_shift),
    (Law(layer_norm_learns_a_scale_with_or_without_a_shift),),
    layer_norms,
    may_cancel=True,
)
RMS_NORM = OpCase(
    plain(naive_rms, affine), (Law(rms_norm_learns_a_scale_a_channel),), rms_norms, may_cancel=True
)
L2_NORM = OpCase(plain(alone(naive_l2)), (Law(l2_norm_is_free),), l2_norms, may_cancel=True)
RESPONSE_NORM = OpCase(
    plain(naive_grn), (Law(grn_learns_scale_and_shift_a_channel),), response_norms
)
