"""Ops that only move values. Source: ONNX Reshape 14, Transpose 13, Pad 13, Resize 19, ..."""

from math import floor, prod
from typing import Any

from cnncalc.interchange.onnx.model.file import refuse
from cnncalc.interchange.onnx.model.values import Site, check_axes, per_example
from cnncalc.interchange.onnx.operators.base import (
    MOST_TAPS,
    Made,
    batched,
    fitted,
    foreign,
    reads,
    real_axis,
)
from cnncalc.ops.footprint import SAME_PLACE, UNTOLD, Footprint, Reach, stretched
from cnncalc.ops.reshape import ChannelShuffle, Flatten, Pad, PixelShuffle, Upsample
from cnncalc.ops.values import Shape, Word


def viewed(site: Site, shape: Shape) -> Made:
    """The same values under other axes: `flatten` where all become one."""
    x = site.x
    own, other = per_example(x.shape), per_example(shape)
    if prod(own) != prod(other):
        sizes = f"{prod(own):,} values, not {prod(other):,}"
        refuse(
            "E703",
            f"`{site.title}` has {sizes}",
            "if it was exported for a batch of several, export it for one",
        )
    if own == other:
        return Made(None, shape, (x,))
    if len(own) > 1 and len(other) == 1:
        flat = fitted(Flatten, {}, own)
        if flat:
            return Made(flat[0], shape, (x,))
    return foreign(site, shape, view=True)


@reads("Flatten")
def flatten(site: Site) -> Made:
    """`flatten` from the channels on."""
    shape, rank = site.x.shape, len(site.x.shape)
    axis = int(site.get("axis", 1))
    axis = axis if axis == rank else real_axis(site, axis, rank)
    return viewed(site, (prod(shape[:axis]), prod(shape[axis:])))


@reads("Reshape")
def reshape(site: Site) -> Made | None:
    """Another shape: 0 keeps an axis, -1 takes what is left."""
    wanted = site.integers(1, "shape")
    if wanted is None:
        return None
    return viewed(site, _reshaped(site, tuple(map(int, wanted))))


def _reshaped(site: Site, wanted: Shape) -> Shape:
    own = site.x.shape
    keeps = not site.get("allowzero")
    if keeps and any(n == 0 and place >= len(own) for place, n in enumerate(wanted)):
        refuse("E703", f"`{site.title}` keeps an axis that its input does not have")
    shape = [own[place] if n == 0 and keeps else n for place, n in enumerate(wanted)]
    if shape.count(-1) > 1 or min(shape, default=0) < -1:
        refuse("E703", f"`{site.title}` leaves more than one axis open")
    if -1 in shape:
        rest = prod(n for n in shape if n != -1)
        if not rest or prod(own) % rest:
            shown = "x".join(map(str, own))
            hint = "if it was exported for a batch of several, export it for one"
            refuse("E703", f"`{site.title}` cannot deal {shown} to {rest}", hint)
        shape[shape.index(-1)] = prod(own) // rest
    return check_axes(tuple(shape), site.title)


@reads("Squeeze")
def squeeze(site: Site) -> Made | None:
    """Without axes of length 1."""
    shape, rank = site.x.shape, len(site.x.shape)
    found = site.integers(1, "axes")
    if found is None and site.optional(1) is not None:
        return None
    axes = {real_axis(site, int(axis), rank) for axis in found or ()}
    axes = axes or {axis for axis in range(rank) if shape[axis] == 1}
    if any(shape[axis] != 1 for axis in axes):
        refuse("E703", f"`{site.title}` drops an axis that is longer than 1")
    return viewed(site, tuple(n for axis, n in enumerate(shape) if axis not in axes))


@reads("Unsqueeze")
def unsqueeze(site: Site) -> Made | None:
    """With axes of length 1."""
    found = site.integers(1, "axes")
    if found is None:
        return None
    rank = len(site.x.shape) + len(found)
    axes = {real_axis(site, int(axis), rank) for axis in found}
    if len(axes) < len(found):
        refuse("E703", f"`{site.title}` names an axis twice")
    rest = iter(site.x.shape)
    return viewed(site, tuple(1 if axis in axes else next(rest) for axis in range(rank)))


@reads("Strided")
def strided(site: Site) -> Made | None:
    """Another shape, where the places of a row are all of it in order; None if they are not."""
    places = site.integers(1)
    length = prod(site.x.shape)
    if places is None or len(places) != length or places != tuple(range(length)):
        return None
    return viewed(site, site.value(1).shape)


@reads("Dealt")
def dealt(site: Site) -> Made | None:
    """`channel_shuffle` or `pixel_shuffle`, as `read.fuse` finds them; None if it is neither."""
    own, between, last = site.x.shape, site.integers(1), site.integers(2)
    if own[:1] != (1,) or not between or not last or 0 in (*between, *last):
        return None
    parts = _reshaped(site, tuple(map(int, between)))
    turned = tuple(parts[axis] for axis in site.get("perm"))
    made = None
    if site.get("perm")[1] == 2 and parts[3:] == own[2:]:
        made = batched(site, ChannelShuffle, {"groups": parts[1]})
    elif site.get("perm")[1] == 1 and parts[2] == parts[3] and parts[4:] == own[2:]:
        made = batched(site, PixelShuffle, {"factor": parts[2]})
    is_whole = parts[0] == 1 and prod(parts) == prod(own)
    joined = _reshaped(
        site._replace(values=(site.x._replace(shape=turned),)), tuple(map(int, last))
    )
    return made if made and is_whole and joined == made.shape else None


@reads("Transpose")
def transpose(site: Site) -> Made:
    """The axes in another order; places stay where only the channels move."""
    shape, rank = site.x.shape, len(site.x.shape)
    order = tuple(site.get("perm") or reversed(range(rank)))
    if sorted(order) != list(range(rank)):
        refuse("E703", f"`{site.title}` does not permute {rank} axes")
    space = tuple(range(2, rank))
    last, first = (0, *space, 1), (0, rank - 1, *range(1, rank - 1))
    place = SAME_PLACE if rank > 2 and order in {last, first} else UNTOLD
    moved = tuple(shape[axis] for axis in order)
    return foreign(site, moved, place=place, order=order)


@reads("Pad")
def pad(site: Site) -> Made | None:
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


@reads("Resize", "Upsample")
def resize(site: Site) -> Made | None:
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


@reads("DepthToSpace")
def depth_to_space(site: Site) -> Made | None:
    """`pixel_shuffle` in its order; the other order as it stands."""
    factor, shape = _block(site), site.x.shape
    if site.get("mode", "DCR") == "CRD":
        made = batched(site, PixelShuffle, {"factor": factor})
        if made:
            return made
    if len(shape) != 4 or shape[1] % factor**2:
        refuse("E703", f"`{site.title}` cannot deal its channels to {factor}x{factor} places")
    out = (shape[0], shape[1] // factor**2, shape[2] * factor, shape[3] * factor)
    return foreign(site, out, place=(stretched(factor, 1),) * 2)


@reads("SpaceToDepth")
def space_to_depth(site: Site) -> Made:
    """Space becomes channels."""
    factor, shape = _block(site), site.x.shape
    if len(shape) != 4 or shape[2] % factor or shape[3] % factor:
        refuse("E703", f"`{site.title}` cannot deal its places to blocks of {factor}x{factor}")
    place: Reach = (Footprint(1, factor, (tuple(range(factor)),)),) * 2
    out = (shape[0], shape[1] * factor**2, shape[2] // factor, shape[3] // factor)
    return foreign(site, out, place=place)


def _block(site: Site) -> int:
    factor = int(site.get("blocksize", 0))
    if not 1 <= factor <= 4096:
        refuse("E703", f"`{site.title}` has a block of {factor}")
    return factor
