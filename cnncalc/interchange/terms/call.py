"""The table of modules: for every op the function that says it as a call of PyTorch.

It takes the op and its layer and gives a `Call`: the module's class and its arguments, each with
the default that PyTorch has for it. An op that joins branches is an `Infix` or a `Function`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from cnncalc.graph import Layer
from cnncalc.ops import Op
from cnncalc.records import Record


class Argument(Record):
    """One argument of a call.

    Attributes:
        keyword: its name in PyTorch.
        value: a number, a flag, a word, or a tuple.
        default: what PyTorch takes without it; `...` where it must be given.
        attribute: the attribute of the op that it comes from, if it is that one's very value.
        role: `in` for the channels that flow in, `out` for those that flow out.
    """

    keyword: str
    value: Any
    default: Any = ...
    attribute: str | None = None
    role: str | None = None


class Call(Record):
    """The making of a module; `helper` is the class of ours that it needs in the file."""

    name: str
    arguments: tuple[Argument, ...] = ()
    helper: str | None = None


Maker = TypeVar("Maker", bound=Callable[..., Call])

MODULES: dict[type[Op], Callable[[Any, Layer], Call]] = {}
"""What makes the module, by the class of the op."""


class Join(Record):
    """How branches are joined: what stands before, between and behind them.

    `helper` is the function of ours that it calls.
    """

    before: str
    between: str
    behind: str
    helper: str | None = None


Joiner = TypeVar("Joiner", bound=Callable[..., Join])

JOINS: dict[type[Op], Callable[[Any, Layer], Join]] = {}
"""For ops that join branches, by the class of the op, what joins them."""


def join(*kinds: type[Op]) -> Callable[[Joiner], Joiner]:
    """Let a function say how some ops join their branches."""

    def note(function: Joiner) -> Joiner:
        JOINS.update(dict.fromkeys(kinds, function))
        return function

    return note


def module(*kinds: type[Op]) -> Callable[[Maker], Maker]:
    """Let a function say some ops."""

    def note(function: Maker) -> Maker:
        MODULES.update(dict.fromkeys(kinds, function))
        return function

    return note


def axes_of(layer: Layer) -> int:
    """The number of spatial axes that flow in."""
    return len(layer.input_shapes[0]) - 1


def channels_in(layer: Layer, keyword: str) -> Argument:
    """The channels, or features, that flow in."""
    return Argument(keyword, layer.input_shapes[0][0], role="in")


def same(op: Op, keyword: str, default: Any, attribute: str | None = None) -> Argument:
    """An argument that is an attribute of the op."""
    attribute = attribute or keyword
    return Argument(keyword, short(getattr(op, attribute)), default, attribute)


def short(value: Any) -> Any:
    """`2` for `(2, 2)`."""
    if isinstance(value, tuple) and value and all(item == value[0] for item in value):
        return value[0]
    return value


def flat_pads(pads: Any) -> tuple[int, ...]:
    """(before, after) for each axis as `F.pad` takes them: the last axis first."""
    return tuple(amount for pair in reversed(pads) for amount in pair)
