"""Operators without MACs that need no reader: only their shapes have to be known."""

FREE = frozenset(
    {
        "AffineGrid", "ArgMax", "ArgMin", "Bernoulli", "BlackmanWindow", "CenterCropPad", "Clip",
        "Col2Im", "Compress", "ConstantOfShape", "EyeLike", "GatherElements", "GatherND",
        "GlobalLpPool", "GridSample", "HammingWindow", "HannWindow", "MaxRoiPool", "MaxUnpool",
        "Multinomial", "NonMaxSuppression", "NonZero", "OneHot", "RandomNormal",
        "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Range", "ReverseSequence",
        "RoiAlign", "Scatter", "ScatterElements", "ScatterND", "Shape", "Size", "StringNormalizer",
        "TopK", "Trilu", "Unique", "DynamicQuantizeLinear", "TensorScatter",
    }
)  # fmt: skip
"""They move, choose or compare values; by the convention of `analysis.conventions` that is free.

Source: ONNX operators, opsets 1 to 24.
"""


def is_free(op_type: str) -> bool:
    """Whether an operator is known to have no MACs."""
    return op_type in FREE
