"""Operators that ONNX Runtime adds: integer forms, and layers that it has fused.

Source: onnxruntime, docs/ContribOperators.md, domain com.microsoft, version 1. Most are an
operator of ONNX on some of their inputs; scales and zero points are not trained.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from cnncalc.interchange.families.linear import multiplied
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.holding import bias_names, held, weight_names
from cnncalc.interchange.terms.made import (
    CONTRIB,
    MULTIPLIES,
    Made,
    each_place,
    foreign,
    reads,
)
from cnncalc.interchange.terms.standing import (
    channels_last,
    completed,
    on_places,
    standing_for,
)
from cnncalc.ops.activation import Gelu, Silu
from cnncalc.ops.values import Shape

_SAME: Mapping[str, tuple[str, Sequence[int]]] = {
    "FusedConv": ("Conv", (0, 1, 2)),
    "FusedGemm": ("Gemm", (0, 1, 2)),
    "QGemm": ("Gemm", (0, 3, 6)),
    "QLinearConv": ("Conv", (0, 3, 8)),
    "QLinearAdd": ("Add", (0, 3)),
    "QLinearMul": ("Mul", (0, 3)),
    "QLinearAveragePool": ("AveragePool", (0,)),
    "QLinearGlobalAveragePool": ("GlobalAveragePool", (0,)),
    "QLinearLeakyRelu": ("LeakyRelu", (0,)),
    "QLinearReduceMean": ("ReduceMean", (0,)),
    "QLinearSigmoid": ("Sigmoid", (0,)),
    "QLinearSoftmax": ("Softmax", (0,)),
    "QLinearWhere": ("Where", (0, 1, 4)),
    "DynamicQuantizeMatMul": ("Linear", (0, 1, 4)),
    "MatMulIntegerToFloat": ("Linear", (0, 1, 6)),
}
"""The operator of ONNX that each is, and which of its inputs that reads."""


contributed = partial(reads, table=CONTRIB)
"""Registers the reader of operators of ONNX Runtime."""


@contributed(*(name for name, (same, _) in _SAME.items() if same not in MULTIPLIES))
@contributed(*(name for name, (same, _) in _SAME.items() if same in MULTIPLIES), multiplies=True)
def integer_or_fused(site: Site) -> Made | None:
    """The layer; then what is added to it, and the activation that follows."""
    op_type, places = _SAME[site.node.op_type]
    if site.get("channels_last"):
        return channels_last(site, lambda turned: on_places(turned, op_type, places))
    added = site.optional(3) if site.node.op_type == "FusedConv" else None
    return completed(site, on_places(site, op_type, places), added)


@contributed("NhwcMaxPool")
def pool_of_channels_last(site: Site) -> Made | None:
    """`maxpool` of a map whose channels stand last."""
    return channels_last(site, lambda turned: on_places(turned, "MaxPool", (0,)))


@contributed("NhwcConv", "NhwcFusedConv", multiplies=True)
def conv_of_channels_last(site: Site) -> Made | None:
    """`conv` of a map whose channels stand last, as those of its weight may; then the rest."""
    weight, added = site.value(1), site.optional(3)
    each = (0, *site.x.shape)[-1] // max(int(site.get("group", 1)), 1)
    if weight.shape[1:2] != (each,) and len(weight.shape) > 2:
        weight = weight._replace(shape=(weight.shape[0], weight.shape[-1], *weight.shape[1:-1]))
    places = (site.x, weight, site.optional(2))
    made = channels_last(
        site, lambda turned: standing_for(turned, "Conv", (turned.x, *places[1:]))
    )
    return completed(site, made, added)


@contributed("QLinearConcat")
def concat(site: Site) -> Made | None:
    """The third, sixth, ... inputs side by side."""
    return on_places(site, "Concat", range(2, len(site.values), 3))


@contributed("QuantizeLinear", "DequantizeLinear")
def scaled(site: Site) -> Made:
    """From numbers to integers or back."""
    return foreign(site, site.x.shape, elementwise=True, holds=())


@contributed("Gelu", "FastGelu", "BiasGelu", "QuickGelu")
def gelu(site: Site) -> Made:
    """`gelu`, before which a bias may be added; `silu` where its slope is 1."""
    bias = site.optional(1)
    if site.node.op_type == "QuickGelu" and site.get("alpha", 1.702) == 1:
        return each_place(site, Silu, {})
    if bias is None and site.node.op_type != "QuickGelu":
        return each_place(site, Gelu, {})
    return foreign(site, site.x.shape, elementwise=True, holds=bias_names(bias))


@contributed("SkipLayerNormalization", "SkipSimplifiedLayerNormalization")
def skip_norm(site: Site) -> list[Made]:
    """The sum of two inputs, normalised; then what was made on the way, and the sum itself."""
    made = foreign(site, site.x.shape, holds=_names(site, range(2, len(site.values))))
    row = made._replace(shape=(*site.x.shape[:-1], 1))
    return [made, row, row, made][: max(1, len(site.node.outputs))]


_FREE: Mapping[str, Sequence[int]] = {
    "BiasAdd": (1,),
    "BiasSoftmax": (),
    "GroupNorm": (1, 2),
    "RotaryEmbedding": (),
    "SkipGroupNorm": (1, 2, 4),
}
"""Operators without MACs that keep the shape, and which of their inputs are trained."""


@contributed(*_FREE)
def free(site: Site) -> list[Made]:
    """A layer that multiplies nothing by weights, as it stands; all that it gives is one shape."""
    made = foreign(site, site.x.shape, holds=_names(site, _FREE[site.node.op_type]))
    return [made] * max(1, len(site.node.outputs))


@contributed("BiasSplitGelu")
def split_gelu(site: Site) -> Made | None:
    """Half of the channels, with a bias, times `gelu` of the other half."""
    shape = site.x.shape
    if not shape or shape[-1] % 2:
        return None
    return foreign(site, (*shape[:-1], shape[-1] // 2), holds=_names(site, (1,)))


@contributed("EmbedLayerNormalization")
def embedded(site: Site) -> Made | None:
    """The sum of up to three embeddings, normalised."""
    tokens, table = site.x.shape, site.value(2).shape
    if len(table) != 2:
        return None
    return foreign(site, (*tokens, table[1]), holds=_names(site, range(2, 7)))


@contributed("FusedMatMul", "TransposeMatMul", "FusedMatMulActivation", multiplies=True)
def product(site: Site) -> Made | None:
    """A product of two tensors, each of them turned first where it is said; then the rest."""
    one, other = (
        value._replace(shape=_turned(site, value.shape, name))
        for value, name in ((site.x, "A"), (site.value(1), "B"))
    )
    return completed(site, multiplied(site, one, other))


def _turned(site: Site, shape: Shape, name: str) -> Shape:
    """The first axis behind the batch, then the last two changed, each where it is said."""
    if site.get(f"transBatch{name}") and len(shape) > 2:
        shape = (*shape[1:-1], shape[0], shape[-1])
    return (*shape[:-2], *shape[-2:][::-1]) if site.get(f"trans{name}") else shape


@contributed("Attention", multiplies=True)
def self_attention(site: Site) -> Made | None:
    """Queries, keys and values of one product, and the two products of attention."""
    shape, weight = site.x.shape, site.value(1).shape
    if len(shape) != 3 or len(weight) != 2 or site.optional(4) or site.get("qkv_hidden_sizes"):
        return None
    rows, width = shape[1], weight[1] // 3
    terms = (
        ("batch", shape[0]),
        ("rows", rows),
        ("in features", weight[0]),
        ("out features", weight[1]),
    )
    products = (*terms[:2], ("keys", rows), ("features of keys and values", 2 * width))
    holds = _names(site, (1, 2))
    return foreign(site, (*shape[:2], width), terms=terms, products=products, holds=holds)


@contributed("QAttention", multiplies=True)
def attention_of_integers(site: Site) -> Made | None:
    """The same of integers."""
    weight = held(site.value(1))
    if site.optional(8) is not None:
        return None
    made = self_attention(site._replace(values=(site.x, weight, site.optional(2))))
    return made if isinstance(made, Made) else None


@contributed("MultiHeadAttention", multiplies=True)
def attention(site: Site) -> Made | None:
    """The products of queries with keys, and of what comes of these with values."""
    if any(value is None or len(value.shape) != 3 for value in (*site.values, None, None)[:3]):
        return None
    if any(site.optional(place) for place in (6, 7)):
        return None
    queries, keys, values = (site.value(place).shape for place in range(3))
    terms = (
        ("batch", queries[0]), ("queries", queries[1]), ("keys", keys[1]),
        ("features of queries and values", queries[2] + values[2]),
    )  # fmt: skip
    return foreign(site, (*queries[:2], values[2]), products=terms, holds=_names(site, (3,)))


def _names(site: Site, places: Sequence[int]) -> tuple[str, ...]:
    return tuple(name for place in places for name in weight_names(site.optional(place)))
