"""Softmax over the channels, another axis, or groups of channels.

Source: ONNX operator Softmax, opset 13; PyTorch `nn.Softmax`.
"""

from cnncalc.graph import Layer
from cnncalc.interchange.families.axes import reshaped
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.call import Argument, Call, module, same
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.made import (
    Made,
    axis_of,
    batched,
    each_place,
    fitted,
    foreign,
    last_axis,
    reads,
)
from cnncalc.ops.activation import Softmax
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.ops.merge import place_of
from cnncalc.ops.values import Value as Setting
from cnncalc.ops.values import Word


@module(Softmax)
def softmax_to_torch(op: Softmax, layer: Layer) -> Call:
    """Source: PyTorch `nn.Softmax`; over groups a class of ours."""
    if op.groups > 1:
        across = Argument("across", op.axis == "groups", default=False)
        return Call("GroupSoftmax", (same(op, "groups", ...), across), "GroupSoftmax")
    return Call(
        "nn.Softmax", (Argument("dim", 1 + place_of("softmax", op.axis, layer.output_shape)),)
    )


@writes(Softmax)
def softmax_to_onnx(op: Softmax, draft: Draft) -> str:
    """Softmax, of groups on an axis of their own. Source: ONNX operator Softmax, opset 13."""
    [x], (channels, *size) = draft.inputs, draft.shapes[0]
    if op.groups == 1:
        return draft.node("Softmax", x, axis=1 + place_of("softmax", op.axis, draft.output))
    cut = draft.constant(0, op.groups, channels // op.groups, *size)
    over = 1 if op.axis == "groups" else 2
    y = draft.node("Softmax", draft.node("Reshape", x, cut), axis=over)
    return draft.node("Reshape", y, draft.constant(0, channels, *size))


@reads("GroupSoftmax")
def group_softmax_from_onnx(site: Site) -> Made | None:
    """What `onnx.read.patterns` puts together of Reshape, Softmax and Reshape."""
    own, cut, last = site.x.shape, site.integers(1), site.integers(2)
    if own[:1] != (1,) or not cut or not last:
        return None
    between = reshaped(site, cut)
    if len(between) != len(own) + 1 or between[0] != 1 or between[3:] != own[2:]:
        return None
    axis = axis_of(site, len(between), -1)
    joined = reshaped(site._replace(values=(site.x._replace(shape=between),)), last)
    if axis not in {1, 2} or joined != own or site.opset < 13:
        return None
    settings: dict[str, Setting] = {
        "groups": between[1],
        "axis": Word("groups" if axis == 1 else "channels"),
    }
    return batched(site, Softmax, settings)


@reads("Softmax")
def softmax_from_onnx(site: Site) -> Made | None:
    """`softmax` over an axis, or over the last one at every place."""
    x, rank = site.x, len(site.x.shape)
    axis = axis_of(site, rank, -1 if site.opset >= 13 else 1)
    if axis == rank - 1 and (rank < 3 or site.opset >= 13):
        if 2 < rank < 6 and x.shape[0] == 1:
            name = Word(AXIS_NAMES[rank - 1][-1])
            made = fitted(Softmax, {"axis": name}, x.shape[1:])
            if made:
                return Made(made[0], x.shape, (x,))
        return last_axis(site, Softmax, {})
    if axis == 1 and x.shape[0] == 1 and site.opset >= 13:
        return each_place(site, Softmax, {})
    if 1 < axis < rank < 6 and x.shape[0] == 1 and site.opset >= 13:
        return batched(site, Softmax, {"axis": Word(AXIS_NAMES[rank - 1][axis - 1])})
    return foreign(site, x.shape)
