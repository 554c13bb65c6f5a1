"""Parts of tensors.

Source: ONNX operators Slice, opset 13, Split, opset 18, and their kin.
"""

from collections.abc import Sequence
from math import prod

from cnncalc.interchange.families.merge import axis_name
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.holding import held, is_quantized, weight_names
from cnncalc.interchange.terms.made import (
    Made,
    Moved,
    alias,
    axis_of,
    batched,
    broadcast,
    fitted,
    foreign,
    reads,
    real_axis,
)
from cnncalc.ops.reshape import Crop, Flatten, Slice
from cnncalc.ops.values import Shape, Word
from cnncalc.ops.values import Value as Setting


@reads("Slice")
def slice_from_onnx(site: Site) -> Made | None:
    """`slice` along one axis, `crop` of a map's centre; other parts as they stand."""
    x, rank = site.x, len(site.x.shape)
    starts, ends = site.integers(1, "starts"), site.integers(2, "ends")
    if starts is None or ends is None:
        return None
    axes = site.integers(3, "axes") or tuple(range(len(starts)))
    steps = site.integers(4) or (1,) * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps):
        refuse("E703", f"`{site.title}` has bounds of different lengths")
    shape, parts = list(x.shape), {}
    for start, end, named, step in zip(starts, ends, axes, steps, strict=True):
        axis = real_axis(site, int(named), rank)
        if not int(step):
            refuse("E703", f"`{site.title}` has a step of 0")
        part = range(*slice(int(start), int(end), int(step)).indices(shape[axis]))
        shape[axis] = len(part)
        parts[axis] = part
    if tuple(shape) == x.shape and all(part.step > 0 for part in parts.values()):
        return alias(site)
    return part_of(site, tuple(shape), parts)


def part_of(site: Site, shape: Shape, parts: dict[int, range]) -> Made:
    """Some places along some axes: `slice` in a row along one, `crop` the centre of several."""
    axis, part = next(iter(parts.items()), (0, range(0)))
    name = axis_name(len(shape), axis)
    is_run = len(parts) == 1 and part.step == 1 and len(part) > 0
    if is_run and name and site.x.shape[0] == 1:
        settings: dict[str, Setting] = {"start": part.start, "stop": part.stop, "axis": Word(name)}
        made = batched(site, Slice, settings)
        if made:
            return made._replace(moved=Moved(parts=parts))
    if is_centre(site.x.shape, parts) and site.x.shape[0] == 1:
        made = batched(site, Crop, {"size": shape[2:]})
        if made:
            return made._replace(moved=Moved(parts=parts))
    run = (axis - len(shape), part.start, part.stop) if is_run else ()
    return foreign(site, shape, part=run)._replace(moved=Moved(parts=parts))


def is_centre(shape: Shape, parts: dict[int, range]) -> bool:
    """Whether all that is cut off is a border of the map, an odd row at its end, as by `crop`."""
    return bool(parts) and all(
        axis > 1
        and part.step == 1
        and len(part) > 0
        and part.start == (shape[axis] - len(part)) // 2
        for axis, part in parts.items()
    )


@reads("Split")
def split_from_onnx(site: Site) -> Sequence[Made] | None:
    """One `slice` for each output."""
    shape = site.x.shape
    axis = axis_of(site, len(shape), 0)
    count, length = len(site.node.outputs), shape[axis] if shape else 0
    sizes = site.integers(1, "split")
    if sizes is None and site.optional(1) is not None:
        return None
    if sizes is None:
        each = -(-length // count)
        sizes = (*(each,) * (count - 1), length - each * (count - 1))
    if len(sizes) != count or sum(sizes) != length or min(sizes) < 0:
        refuse("E703", f"`{site.title}` cannot split {length} into {', '.join(map(str, sizes))}")
    made, start = [], 0
    for size in map(int, sizes):
        part = {axis: range(start, start + size)}
        made.append(part_of(site, (*shape[:axis], size, *shape[axis + 1 :]), part))
        start += size
    return made


@reads("Gather")
def gather_from_onnx(site: Site) -> Made:
    """The places that indices name, an embedding among them; one of them is a `slice`.

    Of a table of small integers an input of the network chooses from, the values are weights.
    """
    x, indices = site.x, site.value(1)
    axis = axis_of(site, len(x.shape), 0)
    shape = (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])
    is_embedding = x.is_static and not indices.is_static and is_quantized(x)
    place = site.integers(1) if prod(indices.shape) == 1 and x.shape else None
    if place is None or x.is_static or not -x.shape[axis] <= place[0] < x.shape[axis]:
        return foreign(site, shape, holds=weight_names(held(x)) if is_embedding else None)
    first = int(place[0]) % x.shape[axis]
    made = foreign(site, shape, part=(axis - len(x.shape), first, first + 1))
    parts = {axis: range(first, first + 1)}
    part = part_of(site, (*x.shape[:axis], 1, *x.shape[axis + 1 :]), parts)
    flat = fitted(Flatten, {}, part.shape[1:]) if isinstance(part.op, Slice) else None
    if flat and not indices.shape and len(flat[1]) == len(made.shape) - 1:  # one token of several
        return Made(flat[0], made.shape, (x,), (), part, moved=Moved())
    return made._replace(moved=Moved(parts=parts))


@reads("GatherND")
def gather_nd_from_onnx(site: Site) -> Made:
    """The parts that rows of indices name. Source: ONNX operator GatherND, opset 13."""
    shape, indices = site.x.shape, site.value(1).shape
    shared = int(site.get("batch_dims", 0))
    if not indices or not 0 <= shared < len(indices) or indices[-1] > len(shape) - shared:
        refuse("E703", f"`{site.title}` has indices that do not suit its input")
    return foreign(site, (*indices[:-1], *shape[shared + indices[-1] :]))


@reads("Expand")
def expand_from_onnx(site: Site) -> Made | None:
    """Axes of length 1, repeated."""
    wanted = site.integers(1)
    if wanted is None:
        return None
    shape = broadcast(site, (site.x.shape, tuple(map(int, wanted))))
    return alias(site) if shape == site.x.shape else foreign(site, shape)


@reads("Tile")
def tile_from_onnx(site: Site) -> Made | None:
    """The tensor again and again."""
    times = site.integers(1)
    if times is None or len(times) != len(site.x.shape):
        return None
    return foreign(site, tuple(n * int(k) for n, k in zip(site.x.shape, times, strict=True)))
