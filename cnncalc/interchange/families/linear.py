"""Dense layers and products of matrices.

Source: ONNX operators Gemm, opset 13, and MatMul, opset 13; PyTorch `nn.Linear`.
"""

from math import prod

from cnncalc.graph import Layer
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site, Value, per_example
from cnncalc.interchange.terms.call import Argument, Call, channels_in, module, same
from cnncalc.interchange.terms.draft import Draft, writes
from cnncalc.interchange.terms.holding import bias_names, weight_names
from cnncalc.interchange.terms.made import Made, broadcast, fitted, foreign, last_axis, reads
from cnncalc.ops.attention import Matmul
from cnncalc.ops.formula import Factors
from cnncalc.ops.linear import Linear
from cnncalc.ops.values import Shape


@module(Linear)
def linear_to_torch(op: Linear, layer: Layer) -> Call:
    """Source: PyTorch `nn.Linear`."""
    out = Argument("out_features", op.out_features, ..., "out_features", "out")
    bias = same(op, "bias", True)  # noqa: FBT003 - PyTorch's default
    if len(layer.input_shapes[0]) == 1:
        return Call("nn.Linear", (channels_in(layer, "in_features"), out, bias))
    if op.axis == "channels":  # PyTorch's works on the last axis
        return Call(
            "ChannelLinear", (channels_in(layer, "in_features"), out, bias), "ChannelLinear"
        )
    length = Argument("in_features", layer.input_shapes[0][1])
    return Call("nn.Linear", (length, out._replace(role=None), bias))


@writes(Linear)
def linear_to_onnx(op: Linear, draft: Draft) -> str:
    """Gemm with the weight transposed; of tokens MatMul, and the bias added.

    Source: ONNX operators Gemm and MatMul, opset 13.
    """
    if len(draft.shapes[0]) > 1 and op.axis == "channels":
        y = draft.node("MatMul", draft.parameter("weight"), *draft.inputs)
        return draft.node("Add", y, draft.per_channel("bias", 2)) if op.bias else y
    if len(draft.shapes[0]) > 1:
        turned = draft.node("Transpose", draft.parameter("weight"), perm=[1, 0])
        y = draft.node("MatMul", *draft.inputs, turned)
        return draft.node("Add", y, draft.parameter("bias")) if op.bias else y
    return draft.node("Gemm", *draft.inputs, *draft.given("weight", "bias"), transB=1)


# ONNX in


def product_shape(site: Site, one: Shape, other: Shape) -> tuple[Shape, int]:
    """The shape of a product of stacks of matrices, and the length of its sums.

    Source: `numpy.matmul`, which ONNX follows.
    """
    left = one if len(one) > 1 else (1, *one)
    right = other if len(other) > 1 else (*other, 1)
    if not one or not other or left[-1] != right[-2]:
        shown = " and ".join("x".join(map(str, shape)) for shape in (one, other))
        refuse("E703", f"`{site.title}` cannot multiply {shown}")
    stacked = broadcast(site, (left[:-2], right[:-2]))
    rows = left[-2:-1] if len(one) > 1 else ()
    columns = right[-1:] if len(other) > 1 else ()
    return (*stacked, *rows, *columns), left[-1]


def multiplied(site: Site, one: Value, other: Value, bias: Value | None = None) -> Made:
    """A product of two tensors, each of its values a sum of products."""
    shape, length = product_shape(site, one.shape, other.shape)
    terms = (*(("out", axis) for axis in per_example(shape)), ("in features", length))
    if not (one.is_static or other.is_static):
        return multiplied_activations(site, shape, terms)
    holds = (*weight_names(one), *weight_names(other), *bias_names(bias))
    return foreign(site, shape, name="matmul", terms=terms, holds=holds)


def multiplied_activations(site: Site, shape: Shape, terms: Factors) -> Made:
    """`matmul` of two matrices that both depend on the input; of stacks of them as it stands."""
    examples = [value.shape[1:] for value in site.values[:2] if value is not None]
    is_plain = shape[:1] == (1,) and not site.node.attributes
    is_even = set(map(len, examples)) in ({2}, {3})
    made = fitted(Matmul, {}, *examples) if is_plain and is_even else None
    if made:
        return Made(made[0], shape, site.active)
    return foreign(site, shape, name="matmul", products=terms)


@reads("MatMul", "Linear", multiplies=True)
def matmul_from_onnx(site: Site) -> Made | None:
    """`linear` at every place when the right side is a matrix of weights; else a product."""
    return by_weight(site, site.value(1), site.optional(2))


def by_weight(site: Site, weight: Value, bias: Value | None) -> Made | None:
    """The first input times a weight."""
    x = site.x
    if x.is_static and len(x.shape) == 2 and len(weight.shape) == 3 and bias is None:
        return of_channels(site, weight, x, None)
    if not weight.is_static or len(weight.shape) != 2:
        return multiplied(site, x, weight, bias)
    product_shape(site, x.shape, weight.shape)
    settings = {"out_features": weight.shape[1], "bias": bool(bias_names(bias))}
    return last_axis(site, Linear, settings, (*weight_names(weight), *bias_names(bias)))


@reads("ChannelLinear", multiplies=True)
def channel_linear_from_onnx(site: Site) -> Made | None:
    """`linear` on the channels of tokens, put together by `onnx.read.patterns`."""
    return of_channels(site, site.x, site.value(1), site.value(2))


def of_channels(site: Site, x: Value, weight: Value, bias: Value | None) -> Made | None:
    """A matrix of weights times tokens, C x L."""
    if len(weight.shape) != 2 or len(x.shape) != 3 or x.shape[0] != 1:
        return None
    if bias is not None and bias.shape != (weight.shape[0], 1):
        return None
    product_shape(site, weight.shape, x.shape)
    settings = {"out_features": weight.shape[0], "bias": bool(bias_names(bias))}
    made = fitted(Linear, settings, x.shape[1:])
    holds = (*weight_names(weight), *bias_names(bias))
    return Made(made[0], (1, *made[1]), (x,), holds) if made else None


@reads("Gemm", multiplies=True)
def gemm_from_onnx(site: Site) -> Made | None:
    """`linear`, one row an example."""
    x, weight, bias = site.x, site.value(1), site.optional(2)
    if len(x.shape) != 2 or len(weight.shape) != 2:
        refuse("E703", f"`{site.title}` takes two matrices")
    turned = weight.shape[::-1] if site.get("transB") else weight.shape
    rows = x.shape[::-1] if site.get("transA") else x.shape
    shape, length = product_shape(site, rows, turned)
    if weight.is_static and not site.get("transA"):
        settings = {"out_features": turned[1], "bias": bool(bias_names(bias))}
        return last_axis(site, Linear, settings, (*weight_names(weight), *bias_names(bias)))
    holds = (*weight_names(x), *weight_names(weight), *bias_names(bias))
    terms = (("in features", length), ("out", prod(shape)))
    if not (x.is_static or weight.is_static):
        return foreign(site, shape, name="matmul", products=terms, holds=holds)
    return foreign(site, shape, name="matmul", terms=terms, holds=holds)


@reads("Attention", multiplies=True)
def attention_from_onnx(site: Site) -> Made | None:
    """The products of queries with keys, and of what comes of these with values.

    Source: ONNX operator Attention, opset 23; heads are an axis, or lie side by side in the last.
    """
    queries, keys, values = (site.value(place).shape for place in range(3))
    ranks = {len(queries), len(keys), len(values)}
    heads = queries[1] if ranks == {4} else int(site.get("q_num_heads", 0))
    if ranks not in ({3}, {4}) or heads < 1:
        return None
    shared = heads if ranks == {4} else max(1, int(site.get("kv_num_heads", heads)))
    widths = [shape[-1] if len(shape) == 4 else shape[-1] // shared for shape in (keys, values)]
    past = site.optional(4)
    length = keys[-2] + (past.shape[-2] if past is not None and len(past.shape) == 4 else 0)
    terms = (
        ("batch", queries[0]), ("heads", heads), ("queries", queries[-2]), ("keys", length),
        ("features of keys and values", sum(widths)),
    )  # fmt: skip
    width = (widths[1],) if len(queries) == 4 else (heads * widths[1],)
    return foreign(site, (*queries[:-1], *width), products=terms[queries[0] == 1 :])
