"""The settings of a layer of Keras, which may be anything, as values of their kinds."""

from collections.abc import Mapping
from typing import Any, NoReturn

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.ops.values import LARGEST, Shape, show_shape

MOST_TAPS = 10**6
"""No kernel, stride or factor is longer: what it reads could not be listed."""


def brief(value: Any) -> str:
    """A value of a file as a message shows it."""
    shown = repr(value)
    return f"`{shown}`" if len(shown) <= 60 else f"`{shown[:57]}...`"


class Settings:
    """The settings of one layer.

    Attributes:
        title: its name as the file has it.
        kind: its class.
        config: its settings.
        path: where it stands in `config.json`.
    """

    def __init__(self, title: str, kind: str, config: Mapping[str, Any], path: str) -> None:
        self.title, self.kind, self.config, self.path = title, kind, config, path

    def refuse(self, message: str, hint: str | None = None, code: str = "E714") -> NoReturn:
        """Refuse the layer, by its name, class and place.

        Raises:
            SpecError: always.
        """
        refuse(code, f"layer `{self.title}` ({self.kind}, {self.path}): {message}", hint)

    def value(self, key: str, default: Any = ...) -> Any:
        """A setting as the file has it."""
        found = self.config.get(key, default)
        if found is ...:
            self.refuse(f"it has no `{key}`", code="E712")
        return found

    def whole(self, key: str, default: Any = ...) -> int:
        """A whole number of at least 0."""
        return self.whole_of(key, self.value(key, default))

    def whole_of(self, key: str, found: Any) -> int:
        """A value of a setting as such a number."""
        if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= LARGEST:
            self.refuse(
                f"`{key}` is {brief(found)}, not a number from 0 to {LARGEST:,}", code="E712"
            )
        return found

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        found = self.value(key, default)
        if not isinstance(found, bool):
            self.refuse(f"`{key}` is {brief(found)}, not true or false", code="E712")
        return found

    def number(self, key: str, default: Any = ...) -> float:
        """A number."""
        found = self.value(key, default)
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        if not is_number or not -1e12 <= found <= 1e12:
            self.refuse(f"`{key}` is {brief(found)}, not a number", code="E712")
        return float(found)

    def one_of(self, key: str, found: Any, *words: str) -> str:
        """One of a few words."""
        if found not in words:
            listed = ", ".join(words)
            self.refuse(f"`{key}` is {brief(found)}; it is one of {listed}", code="E713")
        return str(found)

    def word(self, key: str, default: str, *others: str) -> str:
        """A setting that is one of a few words."""
        return self.one_of(key, self.value(key, default), default, *others)

    def sizes(self, key: str, axes: int, default: Any = ...) -> Shape:
        """One whole number for all axes, or one for each."""
        found = self.value(key, default)
        each = found if isinstance(found, list | tuple) else [found] * axes
        if len(each) != axes:
            self.refuse(f"`{key}` is {brief(found)}, for {axes} axes", code="E712")
        return tuple(self.whole_of(key, one) for one in each)

    def taps(self, key: str, axes: int, default: Any = ...) -> Shape:
        """The same of what cannot be very long."""
        found = self.sizes(key, axes, default)
        if max(found) > MOST_TAPS:
            self.refuse(f"`{key}` is {show_shape(found)}; {MOST_TAPS:,} is the most", code="E506")
        return found
