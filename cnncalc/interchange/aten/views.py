"""The same values under other axes, or more than once. Source: PyTorch, `torch.Tensor`."""

from cnncalc.interchange.aten.call import Call
from cnncalc.interchange.aten.writer import Writer, writes


@writes(
    "contiguous", "clone", "detach", "detach_", "alias", "dropout", "feature_dropout",
    "alpha_dropout", "feature_alpha_dropout", "native_dropout", "lift_fresh", "lift_fresh_copy",
    "lift", "positive", "resolve_conj", "resolve_neg", "cpu", "_conj", "conj",
    "to_dense", "real",
)  # fmt: skip
def same(w: Writer, call: Call) -> None:
    """The same values; at inference nothing is dropped."""
    if not call.outputs:
        return
    if call.out.shape == call.first.shape:
        w.alias(call.out, call.first)
    else:
        reshaped(w, call)


@writes("to", "_to_copy", "type_as", "bfloat16", "float", "half", "double", "int", "long", "bool")
def cast(w: Writer, call: Call) -> None:
    """The same values in another type."""
    if call.out.dtype == call.first.dtype:
        w.alias(call.out, call.first)
    else:
        w.node("Cast", [call.first], call.out, kind=call.out.dtype)


@writes(
    "view", "reshape", "_unsafe_view", "view_as", "reshape_as", "unflatten", "_reshape_alias",
    "view_copy", "ravel",
)  # fmt: skip
def reshaped(w: Writer, call: Call) -> None:
    """The same values under other axes."""
    w.node("Reshape", [call.first, w.ints(*call.out.shape)], call.out)


@writes("flatten")
def flattened(w: Writer, call: Call) -> None:
    """All axes behind the batch as one; others are another view."""
    x, rank = call.first, len(call.first.shape)
    start, end = ((call.get(name) or 0) % max(rank, 1) for name in ("start_dim", "end_dim"))
    if rank > 1 and (start, end) == (1, rank - 1):
        w.node("Flatten", [x], call.out, axis=1)
    else:
        reshaped(w, call)


@writes("squeeze")
def squeezed(w: Writer, call: Call) -> None:
    """Without axes of length 1."""
    x, rank = call.first, len(call.first.shape)
    told = call.get("dim")
    named = range(rank) if told is None else told if isinstance(told, list | tuple) else (told,)
    axes = sorted(axis % rank for axis in named if rank and x.shape[axis] == 1)
    if axes:
        w.node("Squeeze", [x, w.ints(*axes)], call.out)
    else:
        w.alias(call.out, x)


@writes("unsqueeze")
def unsqueezed(w: Writer, call: Call) -> None:
    """With an axis of length 1."""
    w.node("Unsqueeze", [call.first, w.ints(call.get("dim") % len(call.out.shape))], call.out)


@writes("permute", "transpose", "t", "movedim", "moveaxis", "swapaxes", "swapdims", "numpy_T",
        "mT", "adjoint", "matrix_H")  # fmt: skip
def turned(w: Writer, call: Call) -> None:
    """The axes in another order."""
    rank = len(call.first.shape)
    order = list(range(rank))
    if call.op == "permute":
        order = [axis % rank for axis in call.get("dims")]
    elif call.op in {"movedim", "moveaxis"}:
        source, goal = _axes(call.get("source"), rank), _axes(call.get("destination"), rank)
        rest = iter(axis for axis in range(rank) if axis not in source)
        order = [source[goal.index(at)] if at in goal else next(rest) for at in range(rank)]
    elif call.op == "numpy_T":
        order.reverse()
    elif rank > 1:
        names = ("dim0", "dim1") if call.get("dim0") is not None else ("axis0", "axis1")
        told = [call.get(name) for name in names]
        one, other = (-2, -1) if None in told else told
        order[one], order[other] = order[other], order[one]
    if rank < 2:
        w.alias(call.out, call.first)
    else:
        w.node("Transpose", [call.first], call.out, perm=order)


def _axes(told: int | list[int], rank: int) -> list[int]:
    return [axis % rank for axis in (told if isinstance(told, list | tuple) else (told,))]


@writes("expand", "expand_as", "broadcast_to")
def expanded(w: Writer, call: Call) -> None:
    """Axes of length 1, repeated."""
    w.node("Expand", [call.first, w.ints(*call.out.shape)], call.out)


@writes("repeat", "tile")
def repeated(w: Writer, call: Call) -> None:
    """The tensor again and again."""
    x, rank = call.first, len(call.out.shape)
    own = (1,) * (rank - len(x.shape)) + x.shape
    times = [n // k if k else 1 for n, k in zip(call.out.shape, own, strict=True)]
    if own != x.shape:
        wide = w.node("Reshape", [x, w.ints(*own)], shape=own)
        w.node("Tile", [wide, w.ints(*times)], call.out)
    else:
        w.node("Tile", [x, w.ints(*times)], call.out)


@writes("repeat_interleave")
def interleaved(w: Writer, call: Call) -> None:
    """Each place again and again."""
    x, told = call.first, call.get("repeats")
    axis = call.get("dim")
    if not isinstance(told, int) or axis is None:
        w.node("repeat_interleave", [x], call.out, domain="torch.aten.free")
        return
    axis %= len(x.shape)
    cut = (*x.shape[: axis + 1], 1, *x.shape[axis + 1 :])
    wide = (*cut[: axis + 1], told, *cut[axis + 2 :])
    inner = w.node("Unsqueeze", [x, w.ints(axis + 1)], shape=cut)
    each = w.node("Expand", [inner, w.ints(*wide)], shape=wide)
    w.node("Reshape", [each, w.ints(*call.out.shape)], call.out)


@writes("pixel_shuffle")
def pixel_shuffled(w: Writer, call: Call) -> None:
    """Channels become space."""
    w.node(
        "DepthToSpace", [call.first], call.out, blocksize=call.get("upscale_factor"), mode="CRD"
    )


@writes("pixel_unshuffle", "channel_shuffle", "native_channel_shuffle")
def rearranged(w: Writer, call: Call) -> None:
    """Axes cut, the parts in another order, and joined again."""
    x, (batch, channels, *size) = call.first, call.first.shape
    if call.op == "pixel_unshuffle":
        r, (h, width) = call.get("downscale_factor"), size[-2:]
        cut = [batch, channels, h // r, r, width // r, r]
        order = [0, 1, 3, 5, 2, 4]
    else:
        groups = call.get("groups")
        cut = [batch, groups, channels // groups, *size]
        order = [0, 2, 1, *range(3, 3 + len(size))]
    parts = w.node("Reshape", [x, w.ints(*cut)], shape=tuple(cut))
    moved = w.node("Transpose", [parts], shape=tuple(cut[at] for at in order), perm=order)
    w.node("Reshape", [moved, w.ints(*call.out.shape)], call.out)


@writes("glu")
def gated(w: Writer, call: Call) -> None:
    """One half of the channels, gated by the other. Source: Dauphin et al. 2017, §2."""
    x, axis = call.first, call.get("dim") % len(call.first.shape)
    half = x.shape[axis] // 2
    shape = call.out.shape
    parts = [w.fresh(), w.fresh()]
    w.shapes.update(dict.fromkeys(parts, (shape, x.dtype)))
    w.node("Split", [x, w.ints(half, half)], parts, axis=axis)
    gate = w.node("Sigmoid", [parts[1]], shape=shape)
    w.node("Mul", [parts[0], gate], call.out)


@writes("copy")
def copied(w: Writer, call: Call) -> None:
    """Other values in the place of those of a tensor."""
    x = call.get("src")
    if x.shape == call.out.shape:
        w.alias(call.out, x)
    else:
        w.node("Expand", [x, w.ints(*call.out.shape)], call.out)


@writes("scatter_into")
def written(w: Writer, call: Call) -> None:
    """A tensor after a part of it was written to."""
    w.node("ScatterND", [call.get("self"), None, call.get("src")], call.out)
