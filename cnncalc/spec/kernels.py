"""Kernels that have a name: what a picture is blurred, sharpened or searched for edges with.

They are applied as they stand, as every convolution of the spec language is: no kernel is flipped.
"""

from collections.abc import Mapping

from cnncalc.ops.values import LARGEST, Value

NINTH = 1 / 9

KERNELS: Mapping[str, Value] = {
    "blur": ((NINTH,) * 3,) * 3,
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
    "outline": ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
    "vertical_edge": ((1, 0, -1), (1, 0, -1), (1, 0, -1)),
    "horizontal_edge": ((1, 1, 1), (0, 0, 0), (-1, -1, -1)),
}
"""Each kernel as rows of numbers; `blur` is the mean of its window.

Source: Powell, "Image Kernels Explained Visually", setosa.io, 2015; the edges as in Ng,
"Convolutional Neural Networks", week 1, where a kernel finds what is bright before dark.
"""


def written(value: Value) -> str:
    """Values of weights as a spec has them: a kernel by its name, else lists of numbers.

    Example:
        >>> written(((1, 0, -1), (0.5, 1 / 9, -2 / 3)))
        '[[1, 0, -1], [0.5, 1/9, -2/3]]'
        >>> written(KERNELS["blur"])
        'blur'
    """
    return name_of(value) or listed(value)


def name_of(value: Value) -> str | None:
    """The name of a kernel; None where it has none."""
    return next((name for name, kernel in KERNELS.items() if kernel == value), None)


def listed(value: Value) -> str:
    """Values as lists of numbers, small fractions as such."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(listed, value))}]"
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST:
        return str(int(value))
    return _short(value) if isinstance(value, float) else str(value)


def _short(number: float) -> str:
    """A number as a fraction of small whole numbers where that is the same and shorter."""
    from fractions import Fraction  # noqa: PLC0415 - few specs have such numbers

    decimal = repr(number)
    near = Fraction(number).limit_denominator(1000)
    fraction = f"{near.numerator}/{near.denominator}"
    is_same = near.numerator / near.denominator == number
    return fraction if is_same and len(fraction) < len(decimal) else decimal
