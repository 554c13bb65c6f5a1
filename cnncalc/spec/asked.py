"""Inputs that a caller asks for in place of a network's own, as text or as numbers."""

from collections.abc import Mapping, Sequence
from operator import index

from cnncalc.facts import MOST_AXES, read_shape, shape_meant
from cnncalc.ops.values import Shape

Written = str | Sequence[int]
"""A shape without the batch: `3x224x224`, or its numbers."""

Asked = Written | Mapping[str, Written]
"""A shape of the one input, or of each by its name."""


def inputs_asked(asked: Asked | None) -> Mapping[str | None, Shape]:
    """The shapes that are asked for, by the names of the inputs; None for the only one.

    Raises:
        ValueError: one is no shape.
        TypeError: it is neither text nor numbers.

    Example:
        >>> inputs_asked("3x64x64"), inputs_asked({"mask": [1, 64, 64]})
        ({None: (3, 64, 64)}, {'mask': (1, 64, 64)})
    """
    if asked is None:
        return {}
    if isinstance(asked, Mapping):
        return {name: _shape(written) for name, written in asked.items()}
    return {None: _shape(asked)}


def _shape(written: Written) -> Shape:
    text = written if isinstance(written, str) else "x".join(map(str, _numbers(written)))
    shape = read_shape(text)
    if shape is None:
        raise ValueError(misshapen(text))
    return shape


def _numbers(written: Sequence[int]) -> Shape:
    try:
        if not isinstance(written, bytes | bytearray):
            return tuple(map(index, written))
    except TypeError:
        pass
    message = "an input is a shape, such as (3, 224, 224) or '3x224x224', or shapes by names"
    raise TypeError(f"{message}, not {written!r}")


def misshapen(text: str) -> str:
    """What is wrong with a text that is no shape.

    Example:
        >>> misshapen("3by5").partition(":")[0]
        '`3by5` is not a shape'
    """
    from cnncalc.spec.document.definitions import SHAPE_HINT  # noqa: PLC0415 - only for a fault

    meant = shape_meant(text)
    if meant is not None:
        return f"`{text}` is not a shape: write `{meant}`"
    message = f"`{text}` is not a shape: {SHAPE_HINT}"
    if text.count("x") == MOST_AXES:
        message += "; leave off the batch, use `--batch`"
    return message
