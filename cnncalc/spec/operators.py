"""Signs and functions of expressions: what each gives of values, and which values it refuses."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from cnncalc.ops.values import Value, Word, show
from cnncalc.spec.expression_syntax import ExpressionError, bounded
from cnncalc.spec.tensor_words import TensorWord

LONGEST_LIST = 1000
"""Values of a list, those of lists within it included."""


class BareWord(Word):
    """A name that no variable or parameter has, and so stands for itself."""

    __slots__ = ()


def numeric(value: Any) -> Any:
    """A value as a number.

    Raises:
        ExpressionError: it is none.
    """
    if isinstance(value, BareWord):
        raise unknown_name(value)
    if isinstance(value, TensorWord):
        hint = "ask for one of its axes, as in `x.channels`"
        raise ExpressionError("E211", f"`{show(value)}` is a tensor, not a number", hint)
    if isinstance(value, bool) or not isinstance(value, int | float):
        kind = "a list, " if isinstance(value, tuple) else ""
        raise ExpressionError("E218", f"`{show(value)}` is {kind}not a number")
    return value


def truth(value: Value) -> bool:
    """A value as true or false.

    Raises:
        ExpressionError: it is neither.
    """
    if isinstance(value, BareWord):
        raise unknown_name(value)
    if not isinstance(value, bool):
        hint = "compare it with something"
        raise ExpressionError("E218", f"`{show(value)}` is neither true nor false", hint)
    return value


def unknown_name(name: str) -> ExpressionError:
    """The fault of a name that nothing in reach has."""
    if name == "x":
        message = "`x` is a tensor, not a number"
        return ExpressionError("E211", message, "ask for `x.channels`, `x.height` or `x.width`")
    return ExpressionError("E211", f"unknown variable or parameter `{name}`", name=name)


def _arithmetic(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, right: bounded(function(numeric(left), numeric(right)))


def _power(base: float, exponent: float) -> Any:
    if abs(exponent) > 64:
        raise ExpressionError("E506", f"an exponent of {exponent} is beyond 64")
    value = base**exponent
    if isinstance(value, complex):
        raise ExpressionError("E218", "the result is not a real number")
    return value


def _equality(function: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        for side, other in ((left, right), (right, left)):
            # A word may be compared with a variable that holds one; else it is a misspelt name.
            if isinstance(side, BareWord) and (
                isinstance(other, BareWord) or not isinstance(other, Word)
            ):
                raise unknown_name(side)
        return function(left, right)

    return compare


def _ordering(function: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: function(numeric(left), numeric(right))


OPERATORS: Mapping[type, Callable[..., Any]] = {
    ast.Add: _arithmetic(operator.add),
    ast.Sub: _arithmetic(operator.sub),
    ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(operator.truediv),
    ast.FloorDiv: _arithmetic(operator.floordiv),
    ast.Mod: _arithmetic(operator.mod),
    ast.Pow: _arithmetic(_power),
    ast.USub: lambda value: -numeric(value),
    ast.UAdd: numeric,
    ast.Not: lambda value: not truth(value),
    ast.Eq: _equality(operator.eq),
    ast.NotEq: _equality(operator.ne),
    ast.Lt: _ordering(operator.lt),
    ast.LtE: _ordering(operator.le),
    ast.Gt: _ordering(operator.gt),
    ast.GtE: _ordering(operator.ge),
}
"""What each sign does to the values beside it."""


def divisible(value: float, divisor: int) -> int:
    """`value` to the nearest multiple of `divisor`, at least one, never below 90 % of it.

    Source: Sandler et al. 2018, MobileNetV2, the reference code's `_make_divisible`.
    """
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def _function(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*values: Any) -> Any:
        for value in values:
            for item in value if isinstance(value, tuple) else (value,):
                numeric(item)
        return bounded(function(*values))

    return call


def _rounded(value: Any, digits: Any = 0) -> Any:
    if abs(digits) > 24:
        raise ValueError  # Python would make a number of so many digits on the way
    return round(value, digits) if digits else round(value)


def _length(value: Any) -> int:
    if not isinstance(value, tuple):
        raise ExpressionError("E218", f"`{show(value)}` is not a list")
    return len(value)


def _logarithm(value: Any, base: Any = math.e) -> float:
    """The natural logarithm, or the one to a base; exact for powers of 2 and 10."""
    if value <= 0 or base <= 0 or base == 1:
        raise ExpressionError("E218", f"`log` of {value} has no value", "it takes what is above 0")
    exact = {2: math.log2, 10: math.log10}.get(base)
    return exact(value) if exact else math.log(value, base)


def _range(*bounds: Any) -> tuple[int, ...]:
    """Whole numbers in a row, as Python counts them: from 0 or a start, the end left out."""
    if not 1 <= len(bounds) <= 3:
        raise TypeError
    for bound in bounds:
        if not isinstance(numeric(bound), int):
            hint = "write `floor(...)`" if isinstance(bound, float) else None
            raise ExpressionError("E218", f"`range` takes whole numbers, not {show(bound)}", hint)
    found = range(*bounds)
    # Its length is worked out here, since that of so many numbers need not fit a machine.
    if bounds and found[:LONGEST_LIST] != found:
        raise ExpressionError("E505", f"a list has at most {LONGEST_LIST:,} values")
    return tuple(found)


FUNCTION_VALUES: Mapping[str, Callable[..., Any]] = {
    "floor": _function(math.floor),
    "ceil": _function(math.ceil),
    "round": _function(_rounded),
    "min": _function(min),
    "max": _function(max),
    "sum": _function(sum),
    "log": _function(_logarithm),
    "divisible": _function(divisible),
    "len": _length,
    "range": _range,
}
"""What each function gives."""
