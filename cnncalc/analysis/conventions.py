"""What each number means. Said here once, and printed with the numbers."""

from collections.abc import Iterable, Mapping

BYTES_PER_VALUE: Mapping[str, int] = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "int8": 1,
}
"""The size of one value of each type that weights and activations may have."""

OPTIMIZER_STATES: Mapping[str, int] = {
    "sgd": 0,
    "momentum": 1,
    "rmsprop": 1,
    "adam": 2,
    "adamw": 2,
}
"""Values that an optimizer keeps for each parameter."""


def footer(others: Iterable[str] = ()) -> str:
    """The conventions behind every summary, in one line.

    Args:
        others: what multiplies in a model beside layers of the spec language.
    """
    layers = ", ".join(("conv", *others))
    return (
        f"MACs of {layers} and linear layers, padding counted, bias not; FLOPs = 2 x MACs; "
        "buffers are no parameters; flatten and dropout store nothing."
    )
