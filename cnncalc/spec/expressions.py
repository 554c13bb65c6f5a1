"""Expressions: whole numbers, names, `x.channels` and arithmetic, with everything bounded."""

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from simpleeval import SimpleEval

from cnncalc.diagnostics import Span, did_you_mean
from cnncalc.ops.values import LARGEST, Shape, Value, Word, show, show_shape
from cnncalc.records import Record

LONGEST = 500
"""Characters of one expression."""

MOST_NODES = 200
"""Nodes of one expression's tree."""

LARGEST_INTERMEDIATE = LARGEST**2
"""No number on the way to a result is larger."""

# Patterns are compiled where they are needed: all of them at once would be felt at every start.
_SIZE = r"(?<![\w.])[0-9]+(?:x[0-9]+)+(?![\w.])"
_HEX = r"(?<![\w.])0[xXbBoO]\w*"
_CONSTANTS: Mapping[str, Value] = {
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
"""The booleans of YAML 1.2 core."""

_NULLS = {"null", "Null", "NULL", "~"}


class ExpressionError(Exception):
    """An expression that cannot be read or has no value.

    Attributes:
        name: the unknown name, when that is the fault.
    """

    def __init__(
        self, code: str, message: str, hint: str | None = None, name: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.name = name


class BareWord(Word):
    """A name that no variable or parameter has, and so stands for itself."""

    __slots__ = ()


class Expression(NamedTuple):
    """A parsed expression: a constant, a lone name, or a tree."""

    text: str
    span: Span
    value: Value = None
    name: str | None = None
    tree: ast.expr | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it reads, each once, in order."""
        if self.name is not None:
            return (self.name,)
        if self.tree is None:
            return ()
        called = {id(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        found = [
            node.id
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Name) and id(node) not in called
        ]
        return tuple(dict.fromkeys(name for name in found if name not in _CONSTANTS))


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


AXES: Mapping[int, tuple[str, ...]] = {
    1: ("features",),
    2: ("channels", "length"),
    3: ("channels", "height", "width"),
    4: ("channels", "", "height", "width"),
}
"""The axes that an expression can name, by the rank of the tensor."""

_ALL_AXES = {name for names in AXES.values() for name in names if name}


def parse_expression(text: str, span: Span) -> Expression:
    """Read an expression without evaluating it.

    Raises:
        ExpressionError: it is no expression of the language, or exceeds a bound.
    """
    if not text:
        raise ExpressionError("E210", "a value is missing here", "write it behind the `=`")
    if text.isdecimal() and text.isascii() and len(text) < 20 and (text[0] != "0" or text == "0"):
        return Expression(text, span, int(text))
    if text.isidentifier():
        if text in _CONSTANTS:
            return Expression(text, span, _CONSTANTS[text])
        return Expression(text, span, name=text)
    if len(text) > LONGEST:
        raise ExpressionError("E505", f"an expression has at most {LONGEST} characters")
    return Expression(text, span, tree=_parse(text))


def _parse(text: str) -> ast.expr:
    python = text
    if any(before.isdigit() and after in "xXbBoO" for before, after in pairwise(text)):
        python = re.sub(_SIZE, lambda size: f"({size[0].replace('x', ',')})", text)
        if found := re.search(_HEX, python):
            raise ExpressionError("E210", f"`{found[0]}` is not a number: numbers are decimal")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python's, about `1if true`
            tree = ast.parse(python.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as fault:
        remedy = _remedy(text, fault)
        raise ExpressionError("E210", f"`{text}` is not an expression", remedy) from None
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES:
        raise ExpressionError("E505", "the expression is too long", "split it with `vars`")
    for node in nodes:
        _check_node(node)
    return tree


def _remedy(text: str, fault: Exception) -> str:
    if isinstance(fault, SyntaxError) and "leading zeros" in str(fault.msg):
        return "write the number without leading zeros"
    name, colon, _ = text.partition(":")
    if colon and name.isidentifier():
        return f"write `{name}=...`"
    if text.endswith(","):
        return "put blanks between arguments, no commas"
    if not any(character.isalnum() for character in text):
        return "write arguments as `stride=2`, and expressions without blanks or in brackets"
    return "arguments are numbers, names and arithmetic without blanks: `4*width`"


_NODES = (
    ast.Constant, ast.Name, ast.Load, ast.Tuple, ast.List, ast.Subscript, ast.Attribute, ast.Call,
    ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp,
    ast.UAdd, ast.USub, ast.Not, ast.And, ast.Or,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
)  # fmt: skip


def _check_node(node: ast.AST) -> None:
    """Refuse whatever is Python but not the language."""
    if not isinstance(node, _NODES):
        kind = type(node).__name__
        raise ExpressionError("E210", f"Python's `{kind}` is not part of expressions")
    if isinstance(node, ast.Constant) and type(node.value) not in {int, float, bool, str}:
        raise ExpressionError("E210", f"`{ast.unparse(node)}` is not a value of the language")
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        _bounded(node.value)
    if isinstance(node, ast.Attribute) and not (
        isinstance(node.value, ast.Name) and node.value.id == "x"
    ):
        raise ExpressionError("E210", "only `x` has properties: `x.channels`, `x.height`, ...")
    if isinstance(node, ast.Attribute) and node.attr not in _ALL_AXES:
        hint = did_you_mean(node.attr, _ALL_AXES) or f"it has {', '.join(sorted(_ALL_AXES))}"
        raise ExpressionError("E211", f"`x` has no `{node.attr}`", hint)
    if isinstance(node, ast.Call):
        _check_call(node)


def _check_call(node: ast.Call) -> None:
    if node.keywords:
        raise ExpressionError("E210", "functions of expressions take no named arguments")
    name = node.func.id if isinstance(node.func, ast.Name) else None
    if name not in FUNCTIONS:
        shown = name or ast.unparse(node.func)
        known = f"the functions are {', '.join(sorted(FUNCTIONS))}"
        raise ExpressionError(
            "E211", f"there is no function `{shown}`", did_you_mean(shown, FUNCTIONS) or known
        )


def _bounded(value: Any) -> Any:
    if isinstance(value, int | float) and not abs(value) <= LARGEST_INTERMEDIATE:
        raise ExpressionError("E506", f"the expression exceeds {LARGEST_INTERMEDIATE:.0e}")
    return value


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
    return lambda left, right: _bounded(function(_numeric(left), _numeric(right)))


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
        return _bounded(function(*values))

    return call


def _length(value: Any) -> int:
    if not isinstance(value, tuple):
        raise ExpressionError("E218", f"`{show(value)}` is not a list")
    return len(value)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "floor": _function(math.floor),
    "ceil": _function(math.ceil),
    "round": _function(round),
    "min": _function(min),
    "max": _function(max),
    "sum": _function(sum),
    "divisible": _function(divisible),
    "len": _length,
}


class Evaluator(SimpleEval):  # type: ignore[misc]
    """Values of expressions; `names` and `x` are set for each."""

    def __init__(self) -> None:
        super().__init__(operators=dict(_OPERATORS), functions=dict(FUNCTIONS), names={})
        self.x: Shape | None = None
        self.nodes.update(
            {
                ast.Name: self._eval_word,
                ast.Attribute: self._eval_axis,
                ast.Tuple: self._eval_list,
                ast.List: self._eval_list,
                ast.BoolOp: self._eval_logic,
                ast.IfExp: self._eval_choice,
            }
        )
        self.operators[ast.Not] = lambda value: not self._truth(value)

    def value(self, expression: Expression, names: Mapping[str, Value], x: Shape | None) -> Value:
        """What the expression is where `names` hold and `x` flows in.

        Raises:
            ExpressionError: it has no value.
        """
        if expression.name is not None:
            name = expression.name
            return names[name] if name in names else BareWord(name)
        if expression.tree is None:
            return expression.value
        self.names, self.x = names, x
        try:
            return _plain(self.eval(expression.text, expression.tree))
        except ZeroDivisionError:
            raise ExpressionError("E218", f"`{expression.text}` divides by zero") from None
        except (TypeError, ValueError, OverflowError):
            hint = "look at the arguments of its functions, and at the size of its numbers"
            raise ExpressionError("E218", f"`{expression.text}` has no value", hint) from None

    def truth(self, expression: Expression, names: Mapping[str, Value], x: Shape | None) -> bool:
        """The value of a condition.

        Raises:
            ExpressionError: it has no value, or one that is neither true nor false.
        """
        return self._truth(self.value(expression, names, x))

    @staticmethod
    def _truth(value: Value) -> bool:
        if isinstance(value, BareWord):
            raise unknown_name(value)
        if not isinstance(value, bool):
            hint = "compare it with something"
            raise ExpressionError("E218", f"`{show(value)}` is neither true nor false", hint)
        return value

    def _eval_word(self, node: ast.Name) -> Value:
        if node.id in _CONSTANTS:
            return _CONSTANTS[node.id]
        value: Value = self.names[node.id] if node.id in self.names else BareWord(node.id)
        return value

    def _eval_axis(self, node: ast.Attribute) -> int:
        if self.x is None:
            raise ExpressionError("E303", "no tensor flows in here, so `x` has no axes")
        return Tensor(self.x).axis(node.attr)

    def _eval_list(self, node: ast.Tuple | ast.List) -> tuple[Value, ...]:
        return tuple(self._eval(item) for item in node.elts)

    def _eval_logic(self, node: ast.BoolOp) -> bool:
        values = (self._truth(self._eval(item)) for item in node.values)
        return all(values) if isinstance(node.op, ast.And) else any(values)

    def _eval_choice(self, node: ast.IfExp) -> Value:
        value: Value = self._eval(node.body if self._truth(self._eval(node.test)) else node.orelse)
        return value

    def _eval_subscript(self, node: ast.Subscript) -> Value:
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


def constant(expression: Expression) -> Value:
    """The value of an expression that stands by itself: a lone name is a word.

    Raises:
        ExpressionError: it has no value.
    """
    if expression.name in _NULLS:
        return None
    if expression.tree is None:
        return expression.value if expression.name is None else Word(expression.name)
    return Evaluator().value(expression, {}, None)


def _plain(value: Any) -> Value:
    """A quoted word is a word."""
    if isinstance(value, str) and not isinstance(value, Word):
        return Word(value)
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value
