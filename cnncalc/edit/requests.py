"""What a page asks for, as it came: read, or refused."""

from collections.abc import Mapping
from typing import Any

from cnncalc.edit.answer import Asked
from cnncalc.ops.values import Value
from cnncalc.records import Record
from cnncalc.spec.document.variables import read_assignment
from cnncalc.spec.expression_syntax import ExpressionError

MOST_VALUES = 1000
"""Variables whose values one request may give."""

MOST_LETTERS = 100
"""Characters of a value."""


MOST_NUMBERS = 8
"""Numbers of a place: there are fewer axes."""

LARGEST = 10**9
"""The largest of them."""


class Wanted(Record):
    """A value that a page asks for: of which layer of which network, at which place."""

    asked: Asked
    layer: str
    place: tuple[int, ...]
    channel: int | None


class RequestError(Exception):
    """A request that the page would not make; its text says what is wrong."""


class FaultyValueError(Exception):
    """What was typed for a variable is no value; its text says why."""


def requested(asked: Mapping[str, Any]) -> Asked:
    """What a page asks for, as it came.

    Raises:
        RequestError: it is no such request.
    """
    text, variant, given = text_of(asked), asked.get("variant"), asked.get("values", {})
    if not isinstance(variant, str | None):
        raise RequestError("a variant has a name")
    if not isinstance(given, dict) or len(given) > MOST_VALUES:
        raise RequestError("values of variables stand under their names")
    known = asked.get("known")
    if not isinstance(known, int | None) or isinstance(known, bool):
        raise RequestError("a page that is known has a number")
    values = {name: _value(name, one) for name, one in given.items()}
    return Asked(text, variant, values, known)


def wanted(asked: Mapping[str, Any]) -> Wanted:
    """The value that a page asks for, as it came.

    Raises:
        RequestError: it is no such request.
    """
    layer, place, channel = asked.get("layer"), asked.get("place"), asked.get("channel")
    if not isinstance(layer, str):
        raise RequestError("a layer has a name")
    if not isinstance(place, list):
        raise RequestError("a place is a list of numbers")
    numbers = [*place, *([] if channel is None else [channel])]
    if len(numbers) > MOST_NUMBERS or not all(
        type(one) is int and 0 <= one <= LARGEST for one in numbers
    ):
        raise RequestError("a place is a few whole numbers")
    return Wanted(requested(asked), layer, tuple(place), channel)


def text_of(asked: Mapping[str, Any]) -> str:
    """The text of a request.

    Raises:
        RequestError: it has none that a file can hold.
    """
    text = asked.get("text")
    if not isinstance(text, str):
        raise RequestError("there is no text")
    try:
        text.encode()
    except UnicodeEncodeError:  # JSON can hold halves of characters
        raise RequestError("the text has half a character, which no file can hold") from None
    return text


def _value(name: str, told: Any) -> Value:
    if not isinstance(told, str) or len(told) > MOST_LETTERS:
        raise RequestError("a value of a variable is a short text")
    try:
        return read_assignment(told)
    except ExpressionError as fault:
        raise FaultyValueError(f"{name}: {fault.message}") from None
