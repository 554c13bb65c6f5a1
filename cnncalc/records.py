"""Frozen records: what `typing.NamedTuple` makes, at a tenth of its price.

A named tuple runs generated source for every class. The package has fifty record classes, and
making them that way took a third of the start-up; these share one constructor instead, which is
slower. A record of which there are thousands, one a node or a layer, stays a named tuple.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar, Self, dataclass_transform

try:
    from _collections import _tuplegetter as getter  # type: ignore[import-not-found]
except ImportError:  # not on every implementation of Python

    def getter(place: int, doc: str | None) -> property:
        """A property that reads one item."""
        return property(itemgetter(place), doc=doc)


_new = tuple.__new__


@dataclass_transform(frozen_default=True)
class Record(tuple[Any, ...]):
    """A tuple whose items have names: the annotated fields of the subclass, in their order.

    Example:
        >>> class Point(Record):
        ...     x: int
        ...     y: int = 0
        >>> Point(3), Point(3)._replace(y=4).y
        (Point(x=3, y=0), 4)
    """

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]] = ()
    _size: ClassVar[int] = 0
    _defaults: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        fields = cls.__annotations__  # its own only; made when asked for since Python 3.14
        cls._fields = tuple(fields)
        cls._size = len(fields)
        cls._defaults = {name: cls.__dict__[name] for name in fields if name in cls.__dict__}
        for place, name in enumerate(fields):
            setattr(cls, name, getter(place, None))

    def __new__(cls, *values: Any, **named: Any) -> Self:
        """One value for each field, by place or by name.

        Raises:
            TypeError: a field is missing, or there is no such field.
        """
        if named or len(values) != cls._size:
            values = cls._complete(values, named)
        return _new(cls, values)

    @classmethod
    def _complete(cls, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        given = dict(zip(cls._fields, values, strict=False))
        given.update(named)
        complete = {**cls._defaults, **given}
        if len(complete) != len(cls._fields) or len(values) + len(named) != len(given):
            raise TypeError(f"{cls.__name__} takes {', '.join(cls._fields)}, not {sorted(given)}")
        return tuple(map(complete.__getitem__, cls._fields))

    def _replace(self, **changed: Any) -> Self:
        """The same record with other values in some fields."""
        return type(self)(**{**self._asdict(), **changed})

    def _asdict(self) -> dict[str, Any]:
        """The values by the names of their fields, in order."""
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        held = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({held})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)
