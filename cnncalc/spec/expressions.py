"""What an expression is worth where names hold and a tensor flows in, with everything bounded."""

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cnncalc.ops.values import Shape, Value, Word, show, show_shape
from cnncalc.records import Record
from cnncalc.spec.expression_syntax import (
    ALL_AXES,
    AXES,
    CONSTANTS,
    Expression,
    ExpressionError,
    no_axis,
)
from cnncalc.spec.operators import (
    FUNCTION_VALUES,
    LONGEST_LIST,
    OPERATORS,
    BareWord,
    numeric,
    truth,
    unknown_name,
)
from cnncalc.spec.tensor_words import TensorWord

DEEPEST_LIST = 16
"""Levels of lists within lists."""

_NULLS = {"null", "Null", "NULL", "~"}


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
    """What `x` is in an expression, or a parameter: only its axes can be asked for."""

    shape: Shape
    name: str = "x"

    def axis(self, name: str) -> int:
        """The length of the axis with that name.

        Raises:
            ExpressionError: a tensor of this rank has no such axis.
        """
        names = AXES[len(self.shape)]
        if name not in names:
            has = " and ".join(f"`{self.name}.{axis}`" for axis in names if axis)
            message = f"`{self.name}` is {show_shape(self.shape)} and has no `{name}`"
            raise ExpressionError("E218", message, f"it has {has}")
        return self.shape[names.index(name)]


class Evaluator:
    """Values of expressions; `names` and `x` are set for each.

    Attributes:
        work: how much was done so far, in nodes evaluated and values of lists looked at.
    """

    def __init__(self) -> None:
        self.names = Values()
        self.x: Shape | None = None
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
        self.names, self.x = names, x
        self.work += tree.size
        try:
            return _plain(self.eval(tree.root))
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
        return truth(self.value(expression, names, x))

    def eval(self, node: ast.expr) -> Any:
        """The value of a part, by its kind."""
        # Only what was let through comes here, and numbers, words and lists are all there is.
        return _HANDLERS[type(node)](self, node)

    def eval_word(self, node: ast.Name) -> Value:
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        value: Value = self.names[node.id]
        if isinstance(value, tuple):
            self.work += extent(value)
        return value

    def eval_axis(self, node: ast.Attribute) -> Value:
        if node.attr not in ALL_AXES or not isinstance(node.value, ast.Name):
            return self.eval_path(ast.unparse(node))
        name = node.value.id
        if name != "x":
            held = self.names[name]
            if isinstance(held, BareWord):
                raise unknown_name(held)
            if not isinstance(held, TensorWord):
                message = f"`{name}` is `{show(held)}` and no tensor, so it has no axes"
                raise ExpressionError("E218", message)
            return Tensor(held.shape, name).axis(node.attr)
        if self.x is None:
            raise ExpressionError("E303", "no tensor flows in here, so `x` has no axes")
        return Tensor(self.x).axis(node.attr)

    def eval_path(self, path: str) -> BareWord:
        """A dotted label: a word that stands for itself."""
        first, _, rest = path.partition(".")
        if self.names.has(first):
            raise no_axis(first, rest)
        return BareWord(path)

    def eval_list(self, node: ast.Tuple | ast.List) -> tuple[Value, ...]:
        items = tuple([self.eval(item) for item in node.elts])
        self.work += checked_extent(items)
        return items

    def eval_pair(self, node: ast.BinOp) -> Value:
        left, right = self.eval(node.left), self.eval(node.right)
        if isinstance(node.op, ast.Add) and isinstance(left, tuple) and isinstance(right, tuple):
            joined = left + right
            self.work += checked_extent(joined)
            return joined
        found: Value = OPERATORS[type(node.op)](left, right)
        return found

    def eval_subscript(self, node: ast.Subscript) -> Value:
        items, index = self.eval(node.value), self.eval(node.slice)
        if isinstance(items, BareWord):
            raise unknown_name(items)
        if not isinstance(items, tuple):
            raise ExpressionError("E218", f"`{show(items)}` is not a list")
        place = numeric(index)
        if not isinstance(place, int) or not -len(items) <= place < len(items):
            raise ExpressionError("E218", f"a list of {len(items)} has no entry {place}")
        value: Value = items[place]
        return value

    def eval_call(self, node: Any) -> Any:
        value = FUNCTION_VALUES[node.func.id](*map(self.eval, node.args))
        if isinstance(value, tuple):
            self.work += len(value)
        return value

    def eval_comparison(self, node: ast.Compare) -> bool:
        """`a < b < c` as Python reads it: what stands behind a failed part has no value."""
        left = self.eval(node.left)
        for sign, other in zip(node.ops, node.comparators, strict=True):
            right = self.eval(other)
            if not OPERATORS[type(sign)](left, right):
                return False
            left = right
        return True


_HANDLERS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Constant: lambda _own, node: node.value,
    ast.Name: Evaluator.eval_word,
    ast.Attribute: Evaluator.eval_axis,
    ast.Tuple: Evaluator.eval_list,
    ast.List: Evaluator.eval_list,
    ast.BoolOp: lambda own, node: (all if isinstance(node.op, ast.And) else any)(
        truth(own.eval(item)) for item in node.values
    ),
    ast.IfExp: lambda own, node: own.eval(
        node.body if truth(own.eval(node.test)) else node.orelse
    ),
    ast.Subscript: Evaluator.eval_subscript,
    ast.UnaryOp: lambda own, node: OPERATORS[type(node.op)](own.eval(node.operand)),
    ast.BinOp: Evaluator.eval_pair,
    ast.Compare: Evaluator.eval_comparison,
    ast.Call: Evaluator.eval_call,
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
