"""Parts of tensors, and tensors of parts. Source: PyTorch, "Indexing, Slicing, Joining"."""

from cnncalc.interchange.aten.call import Call, Ref
from cnncalc.interchange.aten.writer import BOOL, END, Writer, writes


@writes("cat", "concat", "concatenate")
def joined(w: Writer, call: Call) -> None:
    """Tensors one behind the other; empty ones are left out."""
    parts = [one for one in call.read if one.shape != (0,)]
    axis = call.get("dim") or 0
    if len(parts) == 1:
        w.alias(call.out, parts[0])
    else:
        w.node("Concat", parts, call.out, axis=axis % len(call.out.shape))


@writes("stack")
def stacked(w: Writer, call: Call) -> None:
    """Tensors side by side along a new axis."""
    axis = (call.get("dim") or 0) % len(call.out.shape)
    shape = (*call.out.shape[:axis], 1, *call.out.shape[axis + 1 :])
    parts = [w.node("Unsqueeze", [one, w.ints(axis)], shape=shape) for one in call.read]
    w.node("Concat", parts, call.out, axis=axis)


@writes("chunk", "unsafe_chunk", "tensor_split")
def cut(w: Writer, call: Call) -> None:
    """Parts one behind the other along an axis, each by itself."""
    axis = (call.get("dim") or 0) % len(call.first.shape)
    start = 0
    for one in call.outputs:
        end = start + one.shape[axis]
        w.node("Slice", [call.first, *map(w.ints, (start, end, axis))], one)
        start = end


@writes("split", "split_with_sizes", "unsafe_split", "unsafe_split_with_sizes")  # fmt: skip
def split(w: Writer, call: Call) -> None:
    """Parts one behind the other along an axis."""
    axis = (call.get("dim") or 0) % len(call.first.shape)
    sizes = [one.shape[axis] for one in call.outputs]
    if len(sizes) == 1:
        w.alias(call.out, call.first)
    else:
        w.node("Split", [call.first, w.ints(*sizes)], call.outputs, axis=axis)


@writes("unbind")
def unbound(w: Writer, call: Call) -> None:
    """Every place along an axis."""
    x, axis = call.first, (call.get("dim") or 0) % len(call.first.shape)
    names = [w.fresh() for _ in call.outputs]
    shape = (*x.shape[:axis], 1, *x.shape[axis + 1 :])
    w.shapes.update(dict.fromkeys(names, (shape, x.dtype)))
    w.node("Split", [x, w.ints(*[1] * len(names))], names, axis=axis)
    for name, out in zip(names, call.outputs, strict=True):
        w.node("Squeeze", [name, w.ints(axis)], out)


@writes("select")
def selected(w: Writer, call: Call) -> None:
    """One place along an axis."""
    axis = call.get("dim") % len(call.first.shape)
    place = call.get("index") if isinstance(call.get("index"), int) else 0
    w.node("Gather", [call.first, w.whole(place)], call.out, axis=axis)


@writes("slice", "narrow")
def sliced(w: Writer, call: Call) -> None:
    """Places in a row along an axis."""
    x, axis = call.first, (call.get("dim") or 0) % len(call.first.shape)
    start, step = call.get("start") or 0, call.get("step") or 1
    end = call.get("end")
    if call.op == "narrow":
        start = start if isinstance(start, int) else 0
        start %= max(x.shape[axis], 1)
        end = start + call.get("length")
    bounds = (start, END if end is None else end, axis, step)
    w.node("Slice", [x, *map(w.ints, bounds)], call.out)


@writes("index_select")
def gathered(w: Writer, call: Call) -> None:
    """The places that indices name along an axis."""
    axis = call.get("dim") % max(len(call.first.shape), 1)
    w.node("Gather", [call.first, call.get("index")], call.out, axis=axis)


@writes("embedding", "embedding_renorm")
def embedded(w: Writer, call: Call) -> None:
    """The row of a table for each index."""
    w.node("Gather", [call.get("weight"), call.get("indices")], call.out, axis=0)


@writes("gather", "take_along_dim")
def gathered_each(w: Writer, call: Call) -> None:
    """For each place another one along an axis."""
    w.node("GatherElements", list(call.read)[:2], call.out, axis=call.get("dim") or 0)


@writes("index", "_unsafe_index")
def indexed(w: Writer, call: Call) -> None:
    """The places that indices name, along one axis or along several at once."""
    x, told = call.first, call.get("indices")
    named = [axis for axis, one in enumerate(told) if one is not None]
    if len(named) == 1 and told[named[0]].dtype != BOOL:
        w.node("Gather", [x, told[named[0]]], call.out, axis=named[0])
    else:
        w.node("index", list(call.read), call.out, domain="torch.aten.free")


@writes("roll")
def rolled(w: Writer, call: Call) -> None:
    """Values moved along axes, those that fall off at the other end."""
    x: Ref | str = call.first
    shape, dims = call.out.shape, _listed(call.get("dims"))
    shifts = _listed(call.get("shifts"))
    if not dims:
        w.node("roll", [x], call.out, domain="torch.aten.free")
        return
    for number, (axis, shift) in enumerate(zip(dims, shifts, strict=True), 1):
        at = axis % len(shape)
        by = shift % shape[at] if shape[at] else 0
        first, second = (
            w.node("Slice", [x, w.ints(start), w.ints(end), w.ints(at)], shape=_part(shape, at, n))
            for start, end, n in ((-by, END, by), (0, -by, shape[at] - by))
        )
        last = number == len(dims)
        x = w.node("Concat", [first, second], call.out if last else None, axis=at, shape=shape)


@writes("im2col")
def unfolded(w: Writer, call: Call) -> None:
    """Every window of a map as one column. Source: PyTorch `nn.Unfold`."""
    x, (batch, channels, *size) = call.first, (1, 1, *call.first.shape)[-4:]
    kernel, pads = call.get("kernel_size"), call.get("padding")
    if len(x.shape) != 4:
        w.node("im2col", [x], call.out, domain="torch.aten.free")
        return
    current: Ref | str = x
    if any(pads):
        size = [n + 2 * pad for n, pad in zip(size, pads, strict=True)]
        around = w.ints(0, 0, *pads, 0, 0, *pads)
        current = w.node("Pad", [x, around, w.number(0)], shape=(batch, channels, *size))
    counts = [
        (n - gap * (k - 1) - 1) // step + 1
        for n, k, gap, step in zip(
            size, kernel, call.get("dilation"), call.get("stride"), strict=True
        )
    ]
    rows = w.node("Gather", [current, w.unknown(kernel[0], counts[0])], axis=2)
    both = w.node("Gather", [rows, w.unknown(kernel[1], counts[1])], axis=4)
    turned = w.node("Transpose", [both], perm=[0, 1, 2, 4, 3, 5])
    w.node("Reshape", [turned, w.ints(*call.out.shape)], call.out)


def _part(shape: tuple[int, ...], axis: int, length: int) -> tuple[int, ...]:
    return (*shape[:axis], length, *shape[axis + 1 :])


def _listed(told: int | list[int] | None) -> list[int]:
    return [told] if isinstance(told, int) else list(told or ())


@writes("flip")
def flipped(w: Writer, call: Call) -> None:
    """Axes the other way round."""
    axes = _listed(call.get("dims"))
    count = len(axes)
    bounds = ([-1] * count, [-END] * count, axes, [-1] * count)
    w.node("Slice", [call.first, *(w.ints(*one) for one in bounds)], call.out)


@writes(
    "constant_pad_nd", "pad", "reflection_pad1d", "reflection_pad2d", "reflection_pad3d",
    "replication_pad1d", "replication_pad2d", "replication_pad3d", "_pad_circular",
)  # fmt: skip
def padded(w: Writer, call: Call) -> None:
    """A border; PyTorch says it from the last axis on, ONNX all before, then all behind."""
    rank, told = len(call.first.shape), list(call.get("pad") or call.get("padding"))
    mode = (
        call.get("mode")
        or {"c": "constant", "_": "circular"}.get(call.op[0])
        or call.op.partition("_")[0]
    )
    before, behind = [0] * rank, [0] * rank
    for place in range(len(told) // 2):
        before[rank - 1 - place], behind[rank - 1 - place] = told[2 * place : 2 * place + 2]
    names = {"reflect": "reflect", "reflection": "reflect", "replicate": "edge",
             "replication": "edge", "circular": "wrap"}  # fmt: skip
    inputs: list[Ref | str] = [call.first, w.ints(*before, *behind)]
    if mode == "constant":
        inputs.append(w.number(call.get("value") or 0))
    w.node("Pad", inputs, call.out, mode=names.get(mode, "constant"))
