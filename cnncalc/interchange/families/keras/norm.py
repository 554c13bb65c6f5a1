"""Normalisation of Keras: each of scale and shift may be left out.

Source: Keras 3.15, `layers/normalization` and `layers/preprocessing/normalization.py`.
"""

from typing import Any

from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.interchange.terms.keras_settings import brief
from cnncalc.ops.norm import BatchNorm, GroupNorm, L2Norm, LayerNorm, RmsNorm
from cnncalc.ops.values import Shape

EPSILON = 1e-3


@keras("BatchNormalization")
def batch_norm(use: Use) -> Tensor:
    """`bn`; the moving mean and variance are kept whatever is learned."""
    x = _by_channels(use, use.value("axis", -1))
    channels = x.own[:1]
    own = _learned(use, channels)
    eps = use.number("epsilon", EPSILON)
    return use.ours(BatchNorm, x, eps=eps, affine=bool(own), own=own)


@keras("SyncBatchNormalization")
def sync_batch_norm(use: Use) -> Tensor:
    """`bn`."""
    return batch_norm(use)


def _by_channels(use: Use, axis: Any) -> Tensor:
    """The tensor that flows in, with the named axis as its channels."""
    x = use.x
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if not use.axis(axis, x):
        return x
    other = use.laid(x, first=not x.first) if len(x.shape) > 1 else x
    if use.axis(axis, other):
        use.refuse(f"`axis` is {brief(axis)}, neither the first nor the last", code="E713")
    return other


def _learned(use: Use, shape: Shape) -> dict[str, Shape]:
    """A scale and a shift, where they are learned."""
    found = {}
    if use.flag("scale", default=True):
        found["gamma"] = shape
    if use.flag("center", default=True):
        found["beta"] = shape
    return found


def _own(found: dict[str, Shape]) -> dict[str, Any]:
    """What is learned, in the terms of a normalisation whose scale may come without a shift."""
    return {"affine": bool(found), "bias": "beta" in found or not found, "own": found}


@keras("LayerNormalization")
def layer_norm(use: Use) -> Tensor:
    """`layer_norm` of the channels; over other axes as it stands."""
    x, axes, eps = use.x, _axes(use), use.number("epsilon", EPSILON)
    is_rms = use.flag("rms_scaling", default=False)
    if axes == [0]:
        own = _learned(use, x.own[:1])
        if is_rms:
            own = {"gamma": x.own[:1]}
            return use.ours(RmsNorm, x, eps=eps)
        return use.ours(LayerNorm, x, eps=eps, **_own(own))
    shape = _along(x, axes)
    return use.foreign(x.shape, x, trained={"gamma": shape} if is_rms else _learned(use, shape))


@keras("RMSNormalization")
def rms_norm(use: Use) -> Tensor:
    """`rms_norm` of the channels; over other axes as it stands."""
    x, axes = use.x, _axes(use)
    if axes == [0]:
        return use.ours(RmsNorm, x, eps=use.number("epsilon", 1e-6))
    return use.foreign(x.shape, x, trained={"scale": _along(x, axes)})


@keras("UnitNormalization")
def unit_norm(use: Use) -> Tensor:
    """`l2_norm` of the channels; over other axes as it stands."""
    x = use.x
    return use.ours(L2Norm, x) if _axes(use) == [0] else use.foreign(x.shape, x)


def _axes(use: Use) -> list[int]:
    """The axes of ours that are normalised over, in Keras' order."""
    axis = use.value("axis", -1)
    found = [use.axis(one, use.x) for one in (axis if isinstance(axis, list) else [axis])]
    if not found or len(set(found)) < len(found):
        use.refuse(f"`axis` is {brief(axis)}", code="E712")
    return found


def _along(x: Tensor, axes: list[int]) -> Shape:
    return tuple(x.own[axis] for axis in axes)


@keras("GroupNormalization")
def group_norm(use: Use) -> Tensor:
    """`group_norm`; -1 groups are one for each channel."""
    x = _by_channels(use, use.value("axis", -1))
    channels, given = x.own[0], use.value("groups", 32)
    groups = channels if given == -1 else use.whole("groups", 32)
    told = _own(_learned(use, (channels,)))
    return use.ours(GroupNorm, x, groups=groups, eps=use.number("epsilon", EPSILON), **told)


@keras("Normalization")
def normalization(use: Use) -> Tensor:
    """Less a mean, by a deviation, that were taken of data: kept, with the number of examples."""
    x, axis = use.x, use.value("axis", -1)
    axes = [] if axis is None else axis if isinstance(axis, list) else [axis]
    shape = tuple(x.own[use.axis(one, x)] for one in axes)
    is_given = use.value("mean", None) is not None
    kept = {} if is_given else {"mean": shape, "variance": shape, "count": ()}
    return use.foreign(x.shape, x, kept=kept, elementwise=True)
