"""The reverse of a max pooling.

Source: ONNX operators MaxPool, opset 12, with its indices, and MaxUnpool, opset 11; PyTorch
`nn.MaxUnpool2d`, `F.max_pool2d` with `return_indices`.
"""

from typing import Any

from cnncalc.graph import Layer
from cnncalc.interchange.families.conv import padding_of, windows_of
from cnncalc.interchange.families.pool import flat, widened
from cnncalc.interchange.onnx_model.values import Site, per_example
from cnncalc.interchange.terms.call import Join, flat_pads, join
from cnncalc.interchange.terms.draft import Draft, Node, writes
from cnncalc.interchange.terms.made import Made, fitted, reads
from cnncalc.ops.pool import MaxUnpool


@join(MaxUnpool)
def max_unpool_to_torch(op: MaxUnpool, layer: Layer) -> Join:
    """A function of ours, which pools again for the indices."""
    pads = flat_pads(widened(op, layer.input_shapes[1:], layer.input_shapes[0]))
    behind = f", {op.kernel_size}, {op.stride}, {pads})"
    return Join("unpooled(", ", ", behind, "unpooled")


@writes(MaxUnpool)
def max_unpool_to_onnx(op: MaxUnpool, draft: Draft) -> str:
    """The second branch pooled again for its indices, and MaxUnpool of a map with its border."""
    x, pooled = draft.inputs
    channels, *size = draft.shapes[1]
    pads = widened(op, draft.shapes[1:], draft.shapes[0])
    wide = [n + before + after for n, (before, after) in zip(size, pads, strict=True)]
    has_border = any(before or after for before, after in pads)
    if has_border:
        axes = len(size)
        amounts = flat(pads)
        around = draft.constant(0, 0, *amounts[:axes], 0, 0, *amounts[axes:])
        pooled = draft.node("Pad", pooled, around, draft.scalar(-3.4e38))
    attributes = {"kernel_shape": list(op.kernel_size), "strides": list(op.stride)}
    name = f"{draft.name}/MaxPool_{len(draft.nodes) + 1}"
    indices = f"{name}_indices"
    draft.nodes.append(Node("MaxPool", (pooled,), name, name, attributes, (indices,)))
    shape = draft.node(
        "Concat", draft.node("Shape", x, start=0, end=1), draft.constant(channels, *wide), axis=0
    )
    y = draft.node("MaxUnpool", x, indices, shape, **attributes)
    # The shape is known to us alone: inference does not look at what it is told.
    y = draft.node("Reshape", y, draft.constant(0, channels, *wide))
    if not has_border:
        return y
    starts = draft.constant(*(before for before, _ in pads))
    ends = draft.constant(*(before + n for n, (before, _) in zip(size, pads, strict=True)))
    return draft.node("Slice", y, starts, ends, draft.constant(*range(2, 2 + len(size))))


@reads("Unpooled")
def max_unpool_from_onnx(site: Site) -> Made | None:
    """`max_unpool`, put together by `onnx.read.patterns` with the pooling that it reverses."""
    x, pooled = site.value(0), site.value(1)
    size, kernel = pooled.shape[2:], tuple(site.get("kernel_shape") or ())
    if len(kernel) != len(size) or not size or x.shape[0] != 1:
        return None
    windows = windows_of(site, kernel)
    if any(one.dilation > 1 for one in windows):
        return None
    settings: dict[str, Any] = {
        "kernel_size": kernel,
        "stride": tuple(one.stride for one in windows),
        "padding": padding_of(site, size, windows),
        "ceil_mode": bool(site.get("ceil_mode")),
    }
    made = fitted(MaxUnpool, settings, per_example(x.shape), per_example(pooled.shape))
    return Made(made[0], (1, *made[1]), (x, pooled), ()) if made else None
