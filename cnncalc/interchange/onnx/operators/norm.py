"""Normalisation. Source: ONNX BatchNormalization 15, LayerNormalization 17 and their kin."""

from cnncalc.interchange.onnx.model.values import Site
from cnncalc.interchange.onnx.operators.base import (
    Made,
    axis_of,
    batched,
    foreign,
    last_axis,
    reads,
)
from cnncalc.interchange.onnx.operators.holding import weight_names
from cnncalc.ops.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, LocalResponseNorm


def learned(site: Site) -> tuple[str, ...]:
    """The tensors behind a scale and a shift."""
    both = (site.optional(1), site.optional(2))
    return tuple(name for value in both if value is not None for name in value.sources)


@reads("BatchNormalization")
def batch_norm(site: Site) -> Made | None:
    """`bn`; a scale and shift that no initializer holds are not learned."""
    holds = learned(site)
    settings = {"eps": _eps(site), "affine": bool(holds)}
    return batched(site, BatchNorm, settings, holds)


@reads("InstanceNormalization")
def instance_norm(site: Site) -> Made | None:
    """`instance_norm`."""
    holds = learned(site)
    return batched(site, InstanceNorm, {"eps": _eps(site), "affine": bool(holds)}, holds)


@reads("GroupNormalization")
def group_norm(site: Site) -> Made | None:
    """`group_norm`; put together by `read.fuse`, it has what is written as a scale and a shift."""
    written = (*weight_names(site.optional(1)), *weight_names(site.optional(2)))
    holds, groups = written if site.node.parts else learned(site), int(site.get("num_groups", 1))
    settings = {"groups": groups, "eps": _eps(site), "affine": bool(holds)}
    return batched(site, GroupNorm, settings, holds)


@reads("LayerNormalization")
def layer_norm(site: Site) -> Made | None:
    """`layer_norm` of the last axis at every place; over several axes as it stands."""
    rank = len(site.x.shape)
    if axis_of(site, rank, -1) == rank - 1:
        holds = learned(site)
        return last_axis(site, LayerNorm, {"eps": _eps(site), "affine": bool(holds)}, holds)
    return foreign(site, site.x.shape, name="layer_norm")


@reads("ChannelNormalization")
def channel_norm(site: Site) -> Made | None:
    """`layer_norm` of the channels at each position, as it is put together by `read.fuse`."""
    holds = learned(site)
    return batched(site, LayerNorm, {"eps": _eps(site), "affine": bool(holds)}, holds)


@reads("RMSNormalization", "LpNormalization", "MeanVarianceNormalization")
def other_norm(site: Site) -> Made:
    """A normalisation that the spec language does not have."""
    return foreign(site, site.x.shape)


@reads("LRN")
def local_response_norm(site: Site) -> Made | None:
    """`lrn`."""
    settings = {
        "size": int(site.get("size", 1)),
        "alpha": _plain(site.get("alpha", 1e-4)),
        "beta": _plain(site.get("beta", 0.75)),
        "k": _plain(site.get("bias", 1.0)),
    }
    return batched(site, LocalResponseNorm, settings)


def _eps(site: Site) -> float:
    return _plain(site.get("epsilon", 1e-5))


def _plain(number: float) -> float:
    """The decimal number that a single-precision one stands for."""
    return float(f"{number:.7g}")
