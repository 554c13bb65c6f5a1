"""Layers of ONNX Runtime on maps whose channels lie in blocks, as its highest optimisation writes.

Maps have their ordinary axes here: how values lie in memory changes no count. Channels that fill
up the last block are in the file's weights and multiply like others, so they count.

Source: onnxruntime, core/graph/contrib_ops/nchwc_schema_defs.cc, domain com.microsoft.nchwc.
"""

from functools import partial

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.made import (
    BLOCKED,
    MOST_TAPS,
    Made,
    alias,
    batched,
    foreign,
    reads,
)
from cnncalc.interchange.terms.standing import completed, on_places, standing_for
from cnncalc.ops.reshape import Upsample
from cnncalc.ops.values import Word

blocked = partial(reads, table=BLOCKED)
"""Registers the reader of operators on blocks."""


@blocked("Conv", multiplies=True)
def convolution(site: Site) -> Made | None:
    """`conv` or `dwconv`; then what is added to it, and the activation that follows."""
    x, weight = site.x, site.value(1)
    taken = (*weight.shape, 0, 0)[1] * int(site.get("group", 1))
    filled = x._replace(shape=(x.shape[0], taken, *x.shape[2:])) if len(x.shape) > 2 else x
    is_filled = x.shape[1:2] < filled.shape[1:2]
    values = (filled if is_filled else x, weight, site.optional(2))
    made = standing_for(site, "Conv", values)
    if made is not None and is_filled:
        before = foreign(site._replace(values=(x,)), filled.shape, name="onnx:ReorderInput")
        made = made._replace(after=before._replace(holds=()))
    return completed(site, made, site.optional(3))


@blocked("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")
def pooled(site: Site) -> Made | None:
    """The pooling of the same name."""
    return on_places(site, site.node.op_type, (0,))


@blocked("ReorderInput")
def put_in_blocks(site: Site) -> Made:
    """The map as it is; one whose channels stand last gets them second."""
    shape = site.x.shape
    if not site.get("channels_last") or len(shape) < 3:
        return alias(site)
    return foreign(site, (shape[0], shape[-1], *shape[1:-1]))


@blocked("ReorderOutput")
def taken_out(site: Site) -> Made:
    """The map as it is, without the channels that filled a block up; or with the others last."""
    items, channels, *size = site.x.shape if len(site.x.shape) > 2 else (1, 1, 1)
    kept = int(site.get("channels", 0)) or channels
    if not 0 < kept <= channels or len(site.x.shape) < 3:
        refuse("E703", f"`{site.title}` keeps {kept} channels of {channels}")
    if site.get("channels_last"):
        return foreign(site, (items, *size, kept))
    return alias(site) if kept == channels else foreign(site, (items, kept, *size))


@blocked("Upsample")
def enlarged(site: Site) -> Made | None:
    """`upsample`, by whole factors."""
    x, scales = site.x, tuple(site.get("scales") or ())
    if len(scales) != len(x.shape) or scales[:2] != (1, 1) or not 0 < max(scales) <= MOST_TAPS:
        refuse("E703", f"`{site.title}` has `scales` that do not suit its input")
    mode = site.get("mode", "nearest")
    kind = "nearest" if mode == "nearest" else ("linear", "bilinear", "trilinear")[len(scales) - 3]
    made = batched(site, Upsample, {"mode": Word(kind), "factor": scales[2:]})
    return made or foreign(site, tuple(n * k for n, k in zip(x.shape, scales, strict=True)))
