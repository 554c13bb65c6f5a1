"""What each number means. Said here once, and printed with the numbers."""

from collections.abc import Mapping

BYTES_PER_VALUE: Mapping[str, int] = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "int8": 1,
}
"""The size of one value of each type that weights and activations may have."""

FOOTER = (
    "MACs: multiply-accumulates of convolutions and dense layers, taps on padding included; "
    "bias, normalisation, activation and pooling add none. FLOPs = 2 x MACs. "
    "Parameters: trainable values; running statistics are buffers."
)
"""The conventions behind every summary."""
