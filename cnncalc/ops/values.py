"""The kinds of value an attribute takes, and the reader of each kind."""

from collections.abc import Callable
from typing import Any, NoReturn

from cnncalc.diagnostics import did_you_mean
from cnncalc.records import Record

Shape = tuple[int, ...]
"""The axes of one example, channels first; a flat tensor has one axis."""

Sizes = tuple[int, ...]
"""One whole number for each spatial axis."""


class Word(str):
    """A bare word of the spec language: `same`, `bilinear`, the name of a block or an op."""

    __slots__ = ()


Value = int | float | bool | Word | tuple[Any, ...] | None
"""What an expression can give."""

Padding = tuple[tuple[int, int], ...] | Word
"""(before, after) for each spatial axis, or a word that `pads` knows."""

PADDING_WORDS = ("valid", "half", "full", "same")

PADDING = (
    "Rows of zeros on each side: `half` is half the window, `full` all of it but one, `same` what "
    "makes the output the input's size divided by the stride, `valid` none."
)
"""What the attribute `padding` is, wherever a window slides."""


class RejectedError(Exception):
    """An op cannot be what its attributes and inputs say.

    Attributes:
        attribute: the attribute at fault, or None for the op as a whole.
    """

    def __init__(self, code: str, attribute: str | None, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.code = code
        self.attribute = attribute
        self.message = message
        self.hint = hint


def reject(code: str, attribute: str | None, message: str, hint: str | None = None) -> NoReturn:
    """Refuse what an attribute or an input asks for, by one of the codes of `diagnostics`."""
    raise RejectedError(code, attribute, message, hint)


class UnfitError(Exception):
    """A value that its attribute does not take; the text follows the attribute's name."""

    def __init__(self, code: str, text: str, hint: str | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.hint = hint


class Attribute(Record):
    """How one attribute of an op is read: its reader, its default, the words it takes.

    One that `follows` another attribute has that one's value by default; a shape is always
    written in full. The text says what it is, as a sentence. One that `is_word` takes its words
    and nothing else.
    """

    text: str
    read: Callable[[Value, int], Any]
    default: Any = ...
    words: tuple[str, ...] = ()
    follows: str | None = None
    is_shape: bool = False
    is_word: bool = False

    @property
    def is_required(self) -> bool:
        return self.default is ... and self.follows is None


def as_value(value: object) -> Value:
    """A Python value as the spec language holds it: strings are words, lists tuples.

    Raises:
        TypeError: the language has no such value.
    """
    if isinstance(value, str):
        return Word(value)
    if isinstance(value, list | tuple):
        return tuple(map(as_value, value))
    if isinstance(value, bool | int | float):
        return value
    raise TypeError(f"a variable holds numbers, booleans, words and lists, not {value!r}")


def identity(value: Value) -> object:
    """What tells values apart where `==` does not: `true` is not 1, `1.0` is not 1."""
    if isinstance(value, tuple):
        return tuple(map(identity, value))
    return type(value), value


def shortest(value: Any) -> Any:
    """`2` for `(2, 2)`, and for `((1, 1), (1, 1))` a `1`."""
    if not isinstance(value, tuple) or not value:
        return value
    items = [shortest(item) for item in value]
    if all(type(item) is int and item == items[0] for item in items):
        return items[0]
    return tuple(items)


MOST_SHOWN = 50
"""Entries of a list, and characters of a word twice over, that are shown: no op has as many."""


def show(value: Value) -> str:
    """A value as the spec language writes it; of a long list, or a long word, the beginning."""
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, str) and len(value) > 2 * MOST_SHOWN:
        return f"{value[: 2 * MOST_SHOWN]}..."
    if isinstance(value, tuple) and len(value) > MOST_SHOWN:
        return f"{show(value[:MOST_SHOWN])}..."
    if isinstance(value, tuple):
        if value and all(type(item) is int and item >= 0 for item in value):
            return "x".join(map(str, value))
        inner = (show_pair(item) if isinstance(item, tuple) else show(item) for item in value)
        return f"({', '.join(inner)}{',' if len(value) == 1 else ''})"
    return "null" if value is None else str(value)


def no_number(value: Value) -> str:
    """A value that stands where a number must."""
    return f"`{show(value)}`, {'a list, ' if isinstance(value, tuple) else ''}not a number"


def show_pair(value: tuple[Any, ...]) -> str:
    """A list within a list: never as a size, which would read as one number an axis."""
    return f"({', '.join(map(show, value))})"


def show_shape(shape: Shape) -> str:
    """A shape as the spec language writes it: `3x224x224`; `?` where it is not known."""
    return "x".join(map(str, shape)) or "?"


def count(text: str, *, default: int | None = ..., at_least: int = 1) -> Any:  # type: ignore[assignment]
    """A whole number."""

    def read(value: Value, _axes: int) -> int | None:
        return value if value is None and default is None else whole(value, at_least)

    return Attribute(text, read, default)


def number(
    text: str,
    *,
    default: float | None = ...,  # type: ignore[assignment]
    low: float,
    high: float = float("inf"),
) -> Any:
    """A number from `low` to `high`, decimals allowed."""

    def read(value: Value, _axes: int) -> float | None:
        if value is None and default is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnfitError("E212", f"is {no_number(value)}")
        if value == float("inf") or not low <= value <= high:
            bounds = f"from {low} to {high}" if high < float("inf") else f"{low} or more"
            raise UnfitError("E212", f"is {value}; it takes {bounds}")
        return value

    return Attribute(text, read, default)


def flag(text: str, *, default: bool) -> Any:
    """`true` or `false`."""

    def read(value: Value, _axes: int) -> bool:
        if not isinstance(value, bool):
            raise UnfitError("E212", f"is `{show(value)}`; it takes `true` or `false`")
        return value

    return Attribute(text, read, default)


def word(text: str, *choices: str, default: str) -> Any:
    """One of a few words."""

    def read(value: Value, _axes: int) -> str:
        if value not in choices:
            text = f"is `{show(value)}`; it takes one of {', '.join(choices)}"
            raise UnfitError("E212", text, did_you_mean(str(value), choices))
        return str(value)

    return Attribute(text, read, default, choices, is_word=True)


def sizes(
    text: str,
    *,
    default: int | None = ...,  # type: ignore[assignment]
    at_least: int = 1,
    follows: str | None = None,
) -> Any:
    """One whole number for all spatial axes, or one for each."""

    def read(value: Value, axes: int) -> Sizes | None:
        if value is None and default is None:
            return None
        if not isinstance(value, tuple):
            return (whole(value, at_least),) * axes
        return tuple(whole(item, at_least) for item in fitting(value, axes))

    return Attribute(text, read, default, follows=follows)


def padding(text: str, *, default: Any = 0, words: tuple[str, ...] = PADDING_WORDS) -> Any:
    """One number, one for each spatial axis, a (before, after) pair for each, or a word.

    On a single axis two numbers are its pair.
    """

    def read(value: Value, axes: int) -> Padding:
        if isinstance(value, str):
            if value not in words:
                text = f"is `{value}`; it takes numbers or one of {', '.join(words)}"
                raise UnfitError("E212", text, did_you_mean(value, words))
            return Word(value)
        if axes == 1 and isinstance(value, tuple) and [*map(type, value)] == [int, int]:
            return (_pair(value),)
        each = fitting(value, axes) if isinstance(value, tuple) else (value,) * axes
        return tuple(_pair(item) for item in each)

    return Attribute(text, read, default, words)


def _pair(value: Value) -> tuple[int, int]:
    if not isinstance(value, tuple):
        amount = whole(value, 0)
        return amount, amount
    if len(value) != 2:
        raise UnfitError("E212", f"has the entry `{show(value)}`; a pair is (before, after)")
    return whole(value[0], 0), whole(value[1], 0)


def shape(text: str, *, default: None = ...) -> Any:  # type: ignore[assignment]
    """The shape of a tensor: `768x197`, or one number for a flat one."""

    def read(value: Value, _axes: int) -> Shape | None:
        if value is None and default is None:
            return None
        axes = value if isinstance(value, tuple) else (value,)
        if not 1 <= len(axes) <= MOST_AXES:
            raise UnfitError("E212", f"has {len(axes)} axes; a tensor has 1 to {MOST_AXES}")
        return tuple(whole(length, 1) for length in axes)

    return Attribute(text, read, default, is_shape=True)


MOST_AXES = 4
"""Of a tensor: channels, depth, height and width."""


def fitting(value: tuple[Any, ...], axes: int) -> tuple[Any, ...]:
    """`value` itself when it has one entry for each of the spatial axes."""
    if len(value) != axes:
        has = f"{len(value)} entries" if len(value) != 1 else "1 entry"
        wants = f"{axes} spatial axes" if axes != 1 else "1 spatial axis"
        hint = "give one number for all axes, or one for each"
        raise UnfitError("E405", f"has {has}, its input has {wants}", hint)
    return value


def whole(value: Value, at_least: int) -> int:
    """The exact integer that `value` is.

    Raises:
        UnfitError: it is no number, has a fraction, is below `at_least` or beyond all bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnfitError("E212", f"is {no_number(value)}")
    if isinstance(value, float):
        if not value.is_integer():
            raise UnfitError(
                "E403", f"is {value!r}, not a whole number", "round it yourself, say `floor(...)`"
            )
        value = int(value)
    if value < at_least:
        raise UnfitError("E212", f"is {value}; it takes {at_least} or more")
    if value > LARGEST:
        raise UnfitError("E506", f"is too large; the largest number is {LARGEST:,}")
    return value


LARGEST = 10**12
"""No attribute and no axis is larger: a bound for hostile specs, far above any network."""
