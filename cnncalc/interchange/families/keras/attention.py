"""Attention of Keras, as the layers that it is made of.

Source: Keras 3.15, `layers/attention`; Vaswani et al. 2017, §3.2.
"""

from typing import Any

from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.interchange.terms.keras_settings import brief
from cnncalc.ops.attention import Attend
from cnncalc.ops.linear import Linear
from cnncalc.ops.values import show_shape


@keras("MultiHeadAttention")
def multi_head_attention(use: Use) -> Tensor:
    """`linear` for queries, keys and values, `attend`, and a `linear` behind it."""
    query, value, key = _streams(use)
    heads, depth = use.whole("num_heads"), use.whole("key_dim")
    width = depth if use.value("value_dim", None) is None else use.whole("value_dim")
    for setting in ("use_gate", "sliding_window"):
        if use.value(setting, None):
            use.refuse(f"its `{setting}` is not known", code="E713")
    axes = use.value("attention_axes", None)
    if axes not in (None, [1], 1):
        use.refuse(f"its `attention_axes` are {brief(axes)}", code="E713")
    out = use.value("output_shape", None)
    out = out[0] if isinstance(out, list) and len(out) == 1 else out
    features = query.shape[-1] if out is None else use.whole_of("output_shape", out)
    settings: dict[str, Any] = {"bias": use.flag("use_bias", default=True)}
    use = use.grouped()
    q = use.ours(Linear, query, label="query", out_features=heads * depth, **settings)
    k = use.ours(Linear, key, label="key", out_features=heads * depth, **settings)
    v = use.ours(Linear, value, label="value", out_features=heads * width, **settings)
    attended = use.ours(Attend, q, k, v, label="attend", heads=heads)
    return use.ours(Linear, attended, label="output", out_features=features, **settings)


def _streams(use: Use) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, values and keys, which are the values unless they are given."""
    given = [one for one in use.args if isinstance(one, Tensor)]
    names = ("query", "value", "key")
    named = {name: one for name, one in use.kwargs.items() if isinstance(one, Tensor)}
    found = {**dict(zip(names, given, strict=False)), **named}
    if set(found) - set(names):
        unknown = min(set(found) - set(names))
        if not unknown.endswith("mask"):
            use.refuse(f"it is given `{unknown}`", code="E713")
    if "query" not in found or "value" not in found:
        use.refuse("it takes a query and a value", code="E712")
    streams = (found["query"], found["value"], found.get("key", found["value"]))
    for one in streams:
        if len(one.shape) != 2:
            use.refuse(
                f"it attends along one axis, its input is {show_shape(one.shape)}", code="E713"
            )
    q, v, k = (use.laid(one, first=False) for one in streams)
    return q, v, k


@keras("Attention")
def attention(use: Use) -> Tensor:
    """`attend` with one head, whose scores are divided by nothing."""
    tensors = [use.laid(one, first=False) for one in use.tensors]
    if use.flag("use_scale", default=False) or use.value("score_mode", "dot") != "dot":
        use.refuse("its scores are no plain products", code="E713")
    if not 2 <= len(tensors) <= 3 or any(len(one.shape) != 2 for one in tensors):
        use.refuse("it takes queries, values and perhaps keys, each a row of features")
    query, value, *key = tensors
    return use.ours(Attend, query, key[0] if key else value, value, heads=1, scale=1.0)
