"""The same values under other axes, `flatten` among them.

Source: ONNX operators Reshape, opset 14, Transpose, opset 13, and their kin; PyTorch `nn.Flatten`.
"""

from math import prod

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site, check_axes, per_example
from cnncalc.interchange.terms.made import Made, Moved, fitted, foreign, reads, real_axis
from cnncalc.ops.base import Op
from cnncalc.ops.footprint import SAME_PLACE, UNTOLD
from cnncalc.ops.reshape import Flatten
from cnncalc.ops.tokens import AsMap, MergeHeads, SplitHeads, Tokens, Transpose
from cnncalc.ops.values import Shape


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
            return Made(flat[0], shape, (x,), moved=Moved())
    made = _as_tokens(own, other)
    if made and prod(shape) == prod(other):
        return Made(made[0], shape, (x,), moved=Moved())
    return foreign(site, shape, view=True)._replace(moved=Moved())


def _as_tokens(own: Shape, other: Shape) -> tuple[Op, Shape] | None:
    """`tokens`, or `as_map` from them, where the channels stay; heads where the length does."""
    if len(own) < 2:
        return None
    if own[0] != other[0]:
        return _as_heads(own, other)
    if len(other) == 2 < len(own):
        return fitted(Tokens, {}, own)
    if len(own) == 2 < len(other) < 5:
        return fitted(AsMap, {"size": other[1:]}, own)
    return None


def _as_heads(own: Shape, other: Shape) -> tuple[Op, Shape] | None:
    if own[-1] != other[-1] or {len(own), len(other)} != {2, 3}:
        return None
    if len(own) == 3:
        return fitted(MergeHeads, {}, own)
    return fitted(SplitHeads, {"heads": other[0]}, own)


@reads("Reshape")
def reshape_from_onnx(site: Site) -> Made | None:
    """Another shape: 0 keeps an axis, -1 takes what is left."""
    wanted = site.integers(1, "shape")
    if wanted is None:
        return None
    return viewed(site, reshaped(site, tuple(map(int, wanted))))


def reshaped(site: Site, wanted: Shape) -> Shape:
    """The shape that Reshape gives: 0 keeps an axis, -1 takes what is left.

    Raises:
        SpecError: it does not suit the input.
    """
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
            refuse("E703", f"`{site.title}` cannot reshape {shown}, not divisible by {rest}", hint)
        shape[shape.index(-1)] = prod(own) // rest
    return check_axes(tuple(shape), site.title)


@reads("Squeeze")
def squeeze_from_onnx(site: Site) -> Made | None:
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
def unsqueeze_from_onnx(site: Site) -> Made | None:
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
def strided_from_onnx(site: Site) -> Made | None:
    """Another shape, where the places of a row are all of it in order; None if they are not."""
    places = site.integers(1)
    length = prod(site.x.shape)
    if places is None or len(places) != length or places != tuple(range(length)):
        return None
    return viewed(site, site.value(1).shape)


@reads("Transpose")
def transpose_from_onnx(site: Site) -> Made:
    """The axes in another order; places stay where only the channels move."""
    shape, rank = site.x.shape, len(site.x.shape)
    order = tuple(site.get("perm") or reversed(range(rank)))
    if sorted(order) != list(range(rank)):
        refuse("E703", f"`{site.title}` does not permute {rank} axes")
    space = tuple(range(2, rank))
    last, first = (0, *space, 1), (0, rank - 1, *range(1, rank - 1))
    place = SAME_PLACE if rank > 2 and order in {last, first} else UNTOLD
    moved = tuple(shape[axis] for axis in order)
    if shape[:1] == (1,) and order in {(0, 2, 1), (0, 1, 3, 2)}:
        made = fitted(Transpose, {}, shape[1:])
        if made:
            return Made(made[0], moved, (site.x,), moved=Moved(order))
    return foreign(site, moved, place=place, order=order)._replace(moved=Moved(order))
