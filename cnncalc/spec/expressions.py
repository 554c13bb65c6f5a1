"""What an expression is worth: arithmetic, functions and lists, with everything bounded."""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from simpleeval import SimpleEval

from cnncalc.ops.values import Shape, Value, Word, show, show_shape
from cnncalc.records import Record
from cnncalc.spec.expression_syntax import (
    AXES,
    CONSTANTS,
    Expression,
    ExpressionError,
    bounded,
)

LONGEST_LIST = 1000
"""Values of a list, those of lists within it included."""

DEEPEST_LIST = 16
"""Levels of lists within lists."""

_NULLS = {"null", "Null", "NULL", "~"}


class BareWord(Word):
    """A name that no variable or parameter has, and so stands for itself."""

    __slots__ = ()


class Values(dict[str, Value]):
    """The values in reach of a body: those of its parameters, and behind them the variables.

    A name that neither has is a word that stands for itself.
    """

    __slots__ = ("variables",)

    def __init__(self, own: Mapping[str, Value] = {}, variables: Mapping[str, Value] = {}) -> None:
        super().__init__(own)
        self.variables = variables

    def __missing__(self, name: str) -> Value:
        return self.variables[name] if name in self.variables else BareWord(name)

    def has(self, name: str) -> bool:
        """Whether a parameter or a variable has that name."""
        return name in self or name in self.variables

    def known(self) -> Iterator[str]:
        """Every name that has a value."""
        yield from self
        yield from self.variables


class Tensor(Record):
    """What `x` is in an expression: only its axes can be asked for."""

    shape: Shape

    def axis(self, name: str) -> int:
        """The length of the axis with that name.

        Raises:
            ExpressionError: a tensor of this rank has no such axis.
        """
        names = AXES[len(self.shape)]
        if name not in names:
            has = " and ".join(f"`x.{axis}`" for axis in names if axis)
            message = f"`x` is {show_shape(self.shape)} and has no `{name}`"
            raise ExpressionError("E218", message, f"it has {has}")
        return self.shape[names.index(name)]


def _numeric(value: Any) -> Any:
    if isinstance(value, BareWord):
        raise unknown_name(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError("E218", f"`{show(value)}` is not a number")
    return value


def unknown_name(name: str) -> ExpressionError:
    """The fault of a name that nothing in reach has."""
    if name == "x":
        message = "`x` is a tensor, not a number"
        return ExpressionError("E211", message, "ask for `x.channels`, `x.height` or `x.width`")
    return ExpressionError("E211", f"there is no variable or parameter `{name}`", name=name)


def _arithmetic(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, right: bounded(function(_numeric(left), _numeric(right)))


def _power(base: float, exponent: float) -> Any:
    if abs(exponent) > 64:
        raise ExpressionError("E506", f"an exponent of {exponent} is beyond 64")
    return _real(base**exponent)


def _real(value: Any) -> Any:
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
    return lambda left, right: function(_numeric(left), _numeric(right))


_OPERATORS: Mapping[type, Callable[..., Any]] = {
    ast.Add: _arithmetic(operator.add),
    ast.Sub: _arithmetic(operator.sub),
    ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(operator.truediv),
    ast.FloorDiv: _arithmetic(operator.floordiv),
    ast.Mod: _arithmetic(operator.mod),
    ast.Pow: _arithmetic(_power),
    ast.USub: lambda value: -_numeric(value),
    ast.UAdd: _numeric,
    ast.Eq: _equality(operator.eq),
    ast.NotEq: _equality(operator.ne),
    ast.Lt: _ordering(operator.lt),
    ast.LtE: _ordering(operator.le),
    ast.Gt: _ordering(operator.gt),
    ast.GtE: _ordering(operator.ge),
}


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
                _numeric(item)
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


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "floor": _function(math.floor),
    "ceil": _function(math.ceil),
    "round": _function(_rounded),
    "min": _function(min),
    "max": _function(max),
    "sum": _function(sum),
    "divisible": _function(divisible),
    "len": _length,
}


class Evaluator(SimpleEval):  # type: ignore[misc]
    """Values of expressions; `names` and `x` are set for each.

    Attributes:
        work: how much was done so far, in nodes evaluated and values of lists looked at.
    """

    def __init__(self) -> None:  # all that the base makes for each evaluator is the same for ours
        self.names = Values()
        self.x: Shape | None = None
        self.expr = ""
        self.work = 0

    def value(self, expression: Expression, names: Values, x: Shape | None) -> Value:
        """What the expression is where `names` hold and `x` flows in.

        Raises:
            ExpressionError: it has no value.
        """
        if expression.name is not None:
            value: Value = names[expression.name]
            if isinstance(value, tuple):
                self.work += extent(value)
            return value
        tree = expression.tree
        if tree is None:
            return expression.value
        self.names, self.x, self.expr = names, x, expression.text
        self.work += tree.size
        try:
            return _plain(self._eval(tree.root))
        except ZeroDivisionError:
            raise ExpressionError("E218", f"`{expression.text}` divides by zero") from None
        except (TypeError, ValueError, OverflowError):
            hint = "look at the arguments of its functions, and at the size of its numbers"
            raise ExpressionError("E218", f"`{expression.text}` has no value", hint) from None

    def truth(self, expression: Expression, names: Values, x: Shape | None) -> bool:
        """The value of a condition.

        Raises:
            ExpressionError: it has no value, or one that is neither true nor false.
        """
        return self.as_truth(self.value(expression, names, x))

    @staticmethod
    def as_truth(value: Value) -> bool:
        if isinstance(value, BareWord):
            raise unknown_name(value)
        if not isinstance(value, bool):
            hint = "compare it with something"
            raise ExpressionError("E218", f"`{show(value)}` is neither true nor false", hint)
        return value

    def _eval(self, node: ast.expr) -> Any:
        # Only what was let through comes here, and numbers, words and lists are all there is.
        return _HANDLERS[type(node)](self, node)

    def eval_word(self, node: ast.Name) -> Value:
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        value: Value = self.names[node.id]
        if isinstance(value, tuple):
            self.work += extent(value)
        return value

    def eval_axis(self, node: ast.Attribute) -> int:
        if self.x is None:
            raise ExpressionError("E303", "no tensor flows in here, so `x` has no axes")
        return Tensor(self.x).axis(node.attr)

    def eval_list(self, node: ast.Tuple | ast.List) -> tuple[Value, ...]:
        items = tuple([self._eval(item) for item in node.elts])
        self.work += checked_extent(items)
        return items

    def eval_logic(self, node: ast.BoolOp) -> bool:
        values = (self.as_truth(self._eval(item)) for item in node.values)
        return all(values) if isinstance(node.op, ast.And) else any(values)

    def eval_choice(self, node: ast.IfExp) -> Value:
        value: Value = self._eval(
            node.body if self.as_truth(self._eval(node.test)) else node.orelse
        )
        return value

    def eval_subscript(self, node: ast.Subscript) -> Value:
        items, index = self._eval(node.value), self._eval(node.slice)
        if isinstance(items, BareWord):
            raise unknown_name(items)
        if not isinstance(items, tuple):
            raise ExpressionError("E218", f"`{show(items)}` is not a list")
        place = _numeric(index)
        if not isinstance(place, int) or not -len(items) <= place < len(items):
            raise ExpressionError("E218", f"a list of {len(items)} has no entry {place}")
        value: Value = items[place]
        return value

    operators: ClassVar[Mapping[type, Callable[..., Any]]] = {
        **_OPERATORS,
        ast.Not: lambda value: not Evaluator.as_truth(value),
    }
    functions: ClassVar[Mapping[str, Callable[..., Any]]] = _FUNCTIONS


_HANDLERS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Constant: lambda _evaluator, node: node.value,
    ast.Name: Evaluator.eval_word,
    ast.Attribute: Evaluator.eval_axis,
    ast.Tuple: Evaluator.eval_list,
    ast.List: Evaluator.eval_list,
    ast.BoolOp: Evaluator.eval_logic,
    ast.IfExp: Evaluator.eval_choice,
    ast.Subscript: Evaluator.eval_subscript,
    ast.UnaryOp: SimpleEval._eval_unaryop,  # noqa: SLF001 - what simpleeval is used for
    ast.BinOp: SimpleEval._eval_binop,  # noqa: SLF001
    ast.Compare: SimpleEval._eval_compare,  # noqa: SLF001
    ast.Call: SimpleEval._eval_call,  # noqa: SLF001
}


def extent(value: Value) -> int:
    """How many values there are, lists and all that is in them included."""
    return 1 + sum(map(extent, value)) if isinstance(value, tuple) else 1


def checked_extent(items: tuple[Value, ...]) -> int:
    """The extent of a new list, of values that are within the bounds themselves.

    Raises:
        ExpressionError: it has too many values, or nests too deeply.
    """
    if any(isinstance(item, tuple) for item in items) and _depth(items) > DEEPEST_LIST:
        raise ExpressionError("E505", f"lists nest deeper than {DEEPEST_LIST} levels")
    found = extent(items)
    if found > LONGEST_LIST:
        raise ExpressionError("E505", f"a list has at most {LONGEST_LIST:,} values")
    return found


def _depth(value: Value) -> int:
    return 1 + max(map(_depth, value), default=0) if isinstance(value, tuple) else 0


def constant(expression: Expression) -> Value:
    """The value of an expression that stands by itself: a lone name is a word.

    Raises:
        ExpressionError: it has no value.
    """
    if expression.name in _NULLS:
        return None
    if expression.tree is None:
        return expression.value if expression.name is None else Word(expression.name)
    return Evaluator().value(expression, Values(), None)


def _plain(value: Any) -> Value:
    """A quoted word is a word."""
    if isinstance(value, str) and not isinstance(value, Word):
        return Word(value)
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value
