"""What was worked out for one document and may serve the next."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Value = TypeVar("Value")

_MISSING = object()


class Kept:
    """Values by what they follow from: those that this document asked for, and the one before it.

    A key holds all that its value depends on, so that a value is the same whether it was kept or
    is made anew. What two documents in a row did not ask for is forgotten, so it never holds more
    than two documents need.

    Example:
        >>> kept = Kept()
        >>> kept.of("a", lambda: 1), kept.of("a", lambda: 2)
        (1, 1)
        >>> kept.turn()
        >>> kept.turn()
        >>> kept.of("a", lambda: 3)
        3
    """

    def __init__(self) -> None:
        self._now: dict[Hashable, Any] = {}
        self._before: dict[Hashable, Any] = {}

    def of(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of a key, made where it is not known. What it holds must not be changed."""
        found = self._now.get(key, _MISSING)
        if found is _MISSING:
            found = self._before.get(key, _MISSING)
            if found is _MISSING:
                found = make()
            self._now[key] = found
        value: Value = found
        return value

    def __len__(self) -> int:
        """How many values are held; one that both documents asked for counts twice."""
        return len(self._now) + len(self._before)

    def turn(self) -> None:
        """Begin another document."""
        self._before, self._now = self._now, {}
