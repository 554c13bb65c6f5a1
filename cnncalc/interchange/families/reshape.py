"""Ops that move values, or put others between them.

Source: ONNX operators Pad 13, Resize 19, DepthToSpace 13 and their kin; PyTorch `torch.nn`.
"""

from collections.abc import Callable, Mapping
from math import floor, prod
from typing import Any

from cnncalc.graph import Layer
from cnncalc.interchange.families.axes import reshaped, viewed
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.call import Argument, Call, axes_of, flat_pads, module, same
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.made import (
    MOST_TAPS,
    Made,
    batched,
    foreign,
    reads,
    real_axis,
)
from cnncalc.interchange.terms.row import plain
from cnncalc.ops import Op
from cnncalc.ops.footprint import Footprint, Reach, stretched
from cnncalc.ops.merge import place_of
from cnncalc.ops.reshape import (
    ChannelShuffle,
    Crop,
    Flatten,
    Pad,
    PixelShuffle,
    PixelUnshuffle,
    Slice,
    Upsample,
)
from cnncalc.ops.values import Shape, Word
from cnncalc.records import Record

plain(Flatten, "Flatten", "nn.Flatten", axis=1)


@reads("Flatten")
def flatten_from_onnx(site: Site) -> Made:
    """`flatten` from the channels on."""
    shape, rank = site.x.shape, len(site.x.shape)
    axis = int(site.get("axis", 1))
    axis = axis if axis == rank else real_axis(site, axis, rank)
    return viewed(site, (prod(shape[:axis]), prod(shape[axis:])))


# Borders


@reads("Pad")
def pad_from_onnx(site: Site) -> Made | None:
    """`pad` with zeros; other borders, and what is cut off, as they stand."""
    x, rank = site.x, len(site.x.shape)
    amounts = site.integers(1, "pads")
    if amounts is None:
        return None
    axes = site.integers(3)
    named = range(rank) if axes is None else [real_axis(site, int(axis), rank) for axis in axes]
    if len(amounts) != 2 * len(named):
        refuse("E703", f"`{site.title}` has {len(amounts)} amounts for {len(named)} axes")
    half = len(named)
    around = dict.fromkeys(range(rank), (0, 0))
    for place, axis in enumerate(named):
        around[axis] = int(amounts[place]), int(amounts[half + place])
    if not any(before or after for before, after in around.values()):
        return Made(None, x.shape, (x,))
    zero = site.numbers(2, "value")
    pairs = tuple(around[axis] for axis in range(2, rank))
    is_zero = site.get("mode", "constant") == "constant" and (not zero or zero[0] == 0)
    if is_zero and around[0] == (0, 0) == around[min(1, rank - 1)]:
        made = batched(site, Pad, {"amounts": pairs})
        if made:
            return made
    shape = tuple(n + sum(around[axis]) for axis, n in enumerate(x.shape))
    return foreign(site, shape)


@writes(Pad)
def pad_to_onnx(op: Pad, draft: Draft) -> str:
    """Pad with zeros. Source: ONNX operator Pad, opset 19."""
    before, after = zip(*op.amounts, strict=True)
    return draft.node("Pad", *draft.inputs, draft.constant(0, 0, *before, 0, 0, *after))


@module(Pad)
def pad_to_torch(op: Pad, layer: Layer) -> Call:
    """Source: PyTorch `nn.ConstantPad2d`."""
    pads = Argument("padding", flat_pads(op.amounts))
    return Call(f"nn.ConstantPad{axes_of(layer)}d", (pads, Argument("value", 0)))


# Sizes


@reads("Resize", "Upsample")
def resize_from_onnx(site: Site) -> Made | None:
    """`upsample` over space, by a factor or to a size; other ways of reading as they stand."""
    shape = _resized(site)
    if shape is None:
        return None
    own, size = site.x.shape, shape[2:]
    if any(n > MOST_TAPS for n in shape):
        refuse("E703", f"`{site.title}` makes an axis of {max(shape):,}")
    kind = site.get("mode", "nearest")
    mode = (
        "nearest"
        if kind == "nearest"
        else ("linear", "bilinear", "trilinear")[len(size) - 1 : len(size)]
    )
    is_ours = site.get("coordinate_transformation_mode", "half_pixel") in {
        "asymmetric", "half_pixel", "pytorch_half_pixel", "half_pixel_symmetric",
    }  # fmt: skip
    if kind == "nearest" or (kind == "linear" and is_ours and len(mode) == 1):
        settings: dict[str, Any] = {"mode": Word(mode if isinstance(mode, str) else mode[0])}
        if all(n and not m % n for n, m in zip(own[2:], size, strict=True)):
            factors = tuple(m // n for n, m in zip(own[2:], size, strict=True))
            settings["factor"] = factors
        else:
            settings["size"] = size
        made = batched(site, Upsample, settings) if own[:2] == shape[:2] else None
        if made:
            return made
    return foreign(site, shape)


def _resized(site: Site) -> Shape | None:
    """The shape after resizing, from sizes or scales."""
    x, rank = site.x, len(site.x.shape)
    is_upsample = site.node.op_type == "Upsample"
    at = 1 if is_upsample or site.opset < 11 else 2
    scales, sizes = site.numbers(at, "scales"), None if is_upsample else site.integers(3)
    axes = [real_axis(site, int(axis), rank) for axis in site.get("axes") or range(rank)]
    given = sizes or scales
    if not given or len(given) != len(axes):
        return None
    shape = list(x.shape)
    for axis, number in zip(axes, given, strict=True):
        if not sizes and not 0 < number < MOST_TAPS:
            refuse("E703", f"`{site.title}` has a scale of {number}")
        shape[axis] = int(number) if sizes else floor(shape[axis] * number)
    return tuple(shape)


@writes(Upsample)
def upsample_to_onnx(op: Upsample, draft: Draft) -> str:
    """Resize to a size: nearest takes the cell that an output starts on.

    Source: ONNX operator Resize, opset 19; PyTorch `nn.Upsample` (`align_corners=False`).
    """
    is_nearest = op.mode == "nearest"
    size = draft.constant(*draft.output[1:])
    return draft.node(
        "Resize",
        *draft.inputs,
        "",
        "",
        size,
        axes=list(range(2, 1 + len(draft.output))),
        mode="nearest" if is_nearest else "linear",
        coordinate_transformation_mode="asymmetric" if is_nearest else "half_pixel",
        **({"nearest_mode": "floor"} if is_nearest else {}),
    )


@module(Upsample)
def upsample_to_torch(op: Upsample, _layer: Layer) -> Call:
    """Source: PyTorch `nn.Upsample`."""
    arguments = (
        Argument("size", op.size, None),
        Argument("scale_factor", op.factor, None),
        Argument("mode", str(op.mode), "nearest"),
    )
    return Call("nn.Upsample", arguments)


# Channels and space


@reads("DepthToSpace")
def depth_to_space_from_onnx(site: Site) -> Made | None:
    """`pixel_shuffle` in its order; the other order as it stands."""
    factor, shape = _block(site), site.x.shape
    if site.get("mode", "DCR") == "CRD":
        made = batched(site, PixelShuffle, {"factor": factor})
        if made:
            return made
    if len(shape) != 4 or shape[1] % factor**2:
        refuse("E703", f"`{site.title}` takes four axes, the channels divisible by {factor**2}")
    out = (shape[0], shape[1] // factor**2, shape[2] * factor, shape[3] * factor)
    return foreign(site, out, place=(stretched(factor, 1),) * 2)


@reads("SpaceToDepth")
def space_to_depth_from_onnx(site: Site) -> Made:
    """Space becomes channels."""
    factor, shape = _block(site), site.x.shape
    if len(shape) != 4 or shape[2] % factor or shape[3] % factor:
        refuse("E703", f"`{site.title}` takes four axes, the last two divisible by {factor}")
    place: Reach = (Footprint(1, factor, (tuple(range(factor)),)),) * 2
    out = (shape[0], shape[1] * factor**2, shape[2] // factor, shape[3] // factor)
    return foreign(site, out, place=place)


def _block(site: Site) -> int:
    factor = int(site.get("blocksize", 0))
    if not 1 <= factor <= 4096:
        refuse("E703", f"`{site.title}` has a block of {factor}")
    return factor


@writes(PixelShuffle)
def pixel_shuffle_to_onnx(op: PixelShuffle, draft: Draft) -> str:
    """DepthToSpace, mode CRD. Source: ONNX operator DepthToSpace, opset 13."""
    return draft.node("DepthToSpace", *draft.inputs, blocksize=op.factor, mode="CRD")


@module(PixelShuffle)
def pixel_shuffle_to_torch(op: PixelShuffle, _layer: Layer) -> Call:
    """Source: PyTorch `nn.PixelShuffle`."""
    return Call("nn.PixelShuffle", (same(op, "upscale_factor", ..., "factor"),))


class Rearranged(Record):
    """An op that is Reshape, Transpose, Reshape: axes are cut, and their parts change places.

    Attributes:
        setting: its attribute.
        place: where the number of this stands in the shape after the first Reshape.
        cut: this shape, from the number and the axes of the input.
        order: the axes of this shape in their new order; those beyond stay.
    """

    setting: str
    place: int
    cut: Callable[..., Shape]
    order: Shape

    def permutation(self, rank: int) -> Shape:
        """The new order of as many axes."""
        return (*self.order, *range(len(self.order), rank))


REARRANGED: Mapping[type[Op], Rearranged] = {
    ChannelShuffle: Rearranged("groups", 0, lambda g, c, *size: (g, c // g, *size), (1, 0)),
    PixelShuffle: Rearranged(
        "factor", 1, lambda r, c, h, w: (c // r**2, r, r, h, w), (0, 3, 1, 4, 2)
    ),
    PixelUnshuffle: Rearranged(
        "factor", 2, lambda r, c, h, w: (c, h // r, r, w // r, r), (0, 2, 4, 1, 3)
    ),
}  # fmt: skip
"""Source: Zhang et al. 2018, §3.1; PyTorch `nn.PixelShuffle`, `nn.PixelUnshuffle`."""


@reads("Rearranged")
def rearranged_from_onnx(site: Site) -> Made | None:
    """What `onnx.read.patterns` puts together of three nodes; None if it is none of these ops."""
    own, between, last = site.x.shape, site.integers(1), site.integers(2)
    if own[:1] != (1,) or not between or not last:
        return None
    batch, *parts = reshaped(site, between)
    if 0 in parts or sorted(site.get("perm")) != list(range(1 + len(parts))):
        return None  # the reader of Transpose says what is wrong
    moved = site.x._replace(shape=tuple((batch, *parts)[axis] for axis in site.get("perm")))
    joined = reshaped(site._replace(values=(moved,)), last)
    order = tuple(axis - 1 for axis in site.get("perm"))[1:]
    for kind, row in REARRANGED.items():
        if len(own) - 2 in kind.axes and order == row.permutation(len(parts)):
            number = parts[row.place]
            if batch == 1 and row.cut(number, *own[1:]) == tuple(parts):
                made = batched(site, kind, {row.setting: number})
                if made and joined == made.shape:
                    return made
    return None


@writes(ChannelShuffle, PixelUnshuffle)
def rearranged_to_onnx(op: Any, draft: Draft) -> str:
    """Reshape, Transpose, Reshape."""
    row = REARRANGED[type(op)]
    cut = row.cut(getattr(op, row.setting), *draft.shapes[0])
    order = [0, *(axis + 1 for axis in row.permutation(len(cut)))]
    parts = draft.node("Reshape", *draft.inputs, draft.constant(0, *cut))
    moved = draft.node("Transpose", parts, perm=order)
    return draft.node("Reshape", moved, draft.constant(0, *draft.output))


@module(PixelUnshuffle)
def pixel_unshuffle_to_torch(op: PixelUnshuffle, _layer: Layer) -> Call:
    """Source: PyTorch `nn.PixelUnshuffle`."""
    return Call("nn.PixelUnshuffle", (same(op, "downscale_factor", ..., "factor"),))


@module(ChannelShuffle)
def channel_shuffle_to_torch(op: ChannelShuffle, _layer: Layer) -> Call:
    """A class of ours: PyTorch's takes no flat input."""
    return Call("ChannelShuffle", (same(op, "groups", ...),), "ChannelShuffle")


# Parts, which `select` reads


@writes(Slice)
def slice_to_onnx(op: Slice, draft: Draft) -> str:
    """Slice along one axis. Source: ONNX operator Slice, opset 13."""
    axis = 1 + place_of("slice", op.axis, draft.output)
    bounds = (draft.constant(op.start), draft.constant(op.stop), draft.constant(axis))
    return draft.node("Slice", *draft.inputs, *bounds)


@module(Slice)
def slice_to_torch(op: Slice, layer: Layer) -> Call:
    """A class of ours: in PyTorch it is an index."""
    axis = Argument("dim", 1 + place_of("slice", op.axis, layer.output_shape), 1)
    return Call("Channels", (same(op, "start", ...), same(op, "stop", ...), axis), "Channels")


@writes(Crop)
def crop_to_onnx(op: Crop, draft: Draft) -> str:
    """Slice along every spatial axis. Source: ONNX operator Slice, opset 13."""
    starts = [(have - want) // 2 for have, want in zip(draft.shapes[0][1:], op.size, strict=True)]
    ends = [start + want for start, want in zip(starts, op.size, strict=True)]
    axes = range(2, 2 + len(starts))
    bounds = (draft.constant(*starts), draft.constant(*ends), draft.constant(*axes))
    return draft.node("Slice", *draft.inputs, *bounds)


@module(Crop)
def crop_to_torch(op: Crop, _layer: Layer) -> Call:
    """A class of ours: PyTorch has no centred crop of a map."""
    return Call("Crop", (Argument("size", tuple(op.size)),), "Crop")
