"""Operators without MACs that need no reader: only their shapes have to be known."""

from cnncalc.interchange.onnx_model.values import TRACED

FREE = frozenset(
    {
        "AffineGrid", "ArgMax", "ArgMin", "Bernoulli", "BlackmanWindow", "CenterCropPad",
        "Col2Im", "Compress", "ConstantOfShape", "EyeLike", "GatherElements", "GlobalLpPool",
        "HammingWindow", "HannWindow", "MaxRoiPool", "MaxUnpool", "MelWeightMatrix", "Multinomial",
        "NonMaxSuppression", "NonZero", "OneHot", "RandomNormal", "RandomNormalLike",
        "RandomUniform", "RandomUniformLike", "Range", "ReverseSequence", "RoiAlign",
        "RotaryEmbedding", "Scatter", "ScatterElements", "ScatterND", "Shape", "Size",
        "StringNormalizer", "TopK", "Trilu", "Unique", "TensorScatter", "BitCast", "CumProd",
        "ImageDecoder", "NegativeLogLikelihoodLoss", "RegexFullMatch", "SoftmaxCrossEntropyLoss",
        "ConcatFromSequence", "SequenceAt", "SequenceErase", "SequenceInsert", "SequenceLength",
        "SplitToSequence", "StringConcat", "StringSplit", "SwiGLU", "TfIdfVectorizer",
    }
)  # fmt: skip
"""They move, choose or compare values; by the convention of `analysis.conventions` that is free.

Source: ONNX operators, opsets 1 to 26.
"""


LEARNING = frozenset(
    {
        "ArrayFeatureExtractor", "Binarizer", "CategoryMapper", "DictVectorizer",
        "FeatureVectorizer", "Imputer", "LabelEncoder", "Normalizer", "OneHotEncoder", "Scaler",
        "ZipMap",
    }
)  # fmt: skip
"""The same of the domain `ai.onnx.ml`. Source: ONNX-ML operators, version 5."""


def is_free(op_type: str, domain: str = "") -> bool:
    """Whether an operator is known to have no MACs."""
    if domain.startswith(TRACED):
        return domain.endswith(".free")
    return op_type in (LEARNING if domain == "ai.onnx.ml" else FREE if not domain else ())
