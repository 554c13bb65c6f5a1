"""Pooling of Keras: with `same` padding no mean counts what was padded.

Source: Keras 3.15, `layers/pooling`; TensorFlow, `tf.nn.avg_pool`.
"""

from typing import Any

from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.ops.pool import (
    AdaptiveAveragePool,
    AdaptiveMaxPool,
    AveragePool,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool,
)
from cnncalc.ops.reshape import Flatten
from cnncalc.ops.values import Word


@keras("MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "MaxPool1D", "MaxPool2D", "MaxPool3D")
def max_pool(use: Use) -> Tensor:
    """`maxpool`."""
    axes = int(use.kind[-2])
    return use.ours(MaxPool, use.mapped(axes), **_window(use, axes))


@keras(
    "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "AvgPool1D", "AvgPool2D",
    "AvgPool3D",
)  # fmt: skip
def average_pool(use: Use) -> Tensor:
    """`avgpool`."""
    axes = int(use.kind[-2])
    x, window = use.mapped(axes), _window(use, axes)
    return use.ours(AveragePool, x, **window, count_include_pad=False)


def _window(use: Use, axes: int) -> dict[str, Any]:
    kernel = use.taps("pool_size", axes)
    stride = kernel if use.value("strides", None) is None else use.taps("strides", axes)
    padding = Word("same") if use.word("padding", "valid", "same") == "same" else 0
    return {"kernel_size": kernel, "stride": stride, "padding": padding}


_GLOBAL = tuple(
    f"Global{kind}{axes}D"
    for kind in ("AveragePooling", "AvgPool", "MaxPooling", "MaxPool")
    for axes in (1, 2, 3)
)


@keras(*_GLOBAL)
def global_pool(use: Use) -> Tensor:
    """`globalavgpool` or `globalmaxpool`, and a `flatten` unless the axes are kept."""
    kind = GlobalMaxPool if "Max" in use.kind else GlobalAveragePool
    y = use.ours(kind, use.mapped(int(use.kind[-2])))
    return y if use.flag("keepdims", default=False) else flattened(use, y)


def flattened(use: Use, x: Tensor, label: str | None = "flatten") -> Tensor:
    """All values in one axis."""
    return use.ours(Flatten, x, label=label)._replace(before=x)


@keras("AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D",
       "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D")  # fmt: skip
def adaptive_pool(use: Use) -> Tensor:
    """`adaptive_avgpool` or `adaptive_maxpool`."""
    axes = int(use.kind[-2])
    kind = AdaptiveMaxPool if "Max" in use.kind else AdaptiveAveragePool
    return use.ours(kind, use.mapped(axes), output_size=use.taps("output_size", axes))
