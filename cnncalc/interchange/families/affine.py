"""Factors and terms of each channel behind a layer, put together by `onnx.read.patterns`."""

from cnncalc.interchange.families.conv import upconv_from_onnx, weighed
from cnncalc.interchange.families.norm import lrn_from_onnx
from cnncalc.interchange.onnx_model.values import Site, Value
from cnncalc.interchange.terms.holding import weight_names
from cnncalc.interchange.terms.made import READERS, Made, batched, reads
from cnncalc.interchange.terms.standing import channels_last
from cnncalc.ops.norm import BatchNorm
from cnncalc.ops.values import Shape

EPS = 1e-3
"""What Keras adds to the variance; of a factor that the root is in it cannot be told."""


def axis_along(value: Value, shape: Shape) -> int | None:
    """The one axis of a shape along which a value has its numbers; None if it has none such."""
    padded = (1,) * (len(shape) - len(value.shape)) + value.shape
    long = [axis for axis, length in enumerate(padded) if length > 1]
    if len(padded) != len(shape) or len(long) != 1 or padded[long[0]] != shape[long[0]]:
        return None
    return long[0]


@reads("WrittenBatchNorm")
def batch_norm_from_parts(site: Site) -> Made | None:
    """`bn` of the second axis or of the last; the mean, and a variance, are not trained."""
    x = site.x
    told = site.values[1:]
    axes = {None if one is None or not one.is_static else axis_along(one, x.shape) for one in told}
    if len(axes) != 1 or None in axes or len(x.shape) < 2:
        return None
    [axis] = axes
    holds = (*weight_names(site.value(1)), *weight_names(site.value(2)))
    settings = {"eps": EPS, "affine": bool(holds)}
    if axis == 1:
        return batched(site, BatchNorm, settings, holds)
    if axis == len(x.shape) - 1:
        return channels_last(site, lambda turned: batched(turned, BatchNorm, settings, holds))
    return None


@reads("BiasedConv", "BiasedConvTranspose", multiplies=True)
def conv_from_parts(site: Site) -> Made | None:
    """A convolution with its bias, and the turn of axes that stood between them."""
    weight, bias = site.value(1), site.value(2)
    order = tuple(site.get("perm"))
    kind = site.node.op_type.removeprefix("Biased")
    channels = weight.shape[0]
    if kind == "ConvTranspose":
        channels = (*weight.shape, 0, 0)[1] * int(site.get("group", 1))
    flat = bias._replace(shape=(channels,))
    node = site.node._replace(op_type=kind, inputs=(*site.node.inputs[:2], bias.name))
    one = site._replace(node=node, values=(site.x, weight, flat))
    made = weighed(one, weight, flat) if kind == "Conv" else upconv_from_onnx(one)
    if not isinstance(made, Made) or not bias.is_static or not weight.is_static:
        return None
    if order and sorted(order) != list(range(len(made.shape))):
        return None
    shape = tuple(made.shape[axis] for axis in order) if order else made.shape
    axis = axis_along(bias, shape)
    if axis is None or (order[axis] if order else axis) != 1:
        return None
    if not order:
        return made
    given = Value("", made.shape, site.x.dtype, layer=site.x.layer)
    turning = site.node._replace(op_type="Transpose", inputs=("x",), attributes={"perm": order})
    turned = READERS["Transpose"](Site(turning, (given,), site.opset))
    return turned._replace(after=made) if isinstance(turned, Made) else None


@reads("WrittenLRN")
def lrn_from_parts(site: Site) -> Made | None:
    """`lrn`, where as many channels are padded before and behind as its neighbours reach."""
    amounts, size = site.integers(1), int(site.get("size"))
    if amounts is None or len(amounts) < 6 or len(amounts) % 2:
        return None
    around = [0] * len(amounts)
    around[2], around[len(amounts) // 2 + 2] = size // 2, (size - 1) // 2
    made = lrn_from_onnx(site) if list(amounts) == around else None
    return made if isinstance(made, Made) else None
