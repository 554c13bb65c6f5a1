"""Expressions: whole numbers, names, `x.channels` and arithmetic, with everything bounded."""

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from simpleeval import SimpleEval

from cnncalc.diagnostics import Span, did_you_mean
from cnncalc.ops.values import LARGEST, Shape, Value, Word, show, show_shape
from cnncalc.records import Record

LONGEST = 500
"""Characters of one expression."""

MOST_NODES = 200
"""Nodes of one expression's tree."""

LONGEST_LIST = 1000
"""Values of a list, those of lists within it included."""

DEEPEST_LIST = 16
"""Levels of lists within lists."""

LARGEST_INTERMEDIATE = LARGEST**2
"""No number on the way to a result is larger."""

# Patterns are compiled where they are needed: all of them at once would be felt at every start.
_SIZE = r"(?<![\w.])[0-9]+(?:x[0-9]+)+(?![\w.])"
_HEX = r"(?<![\w.])0[xXbBoO]\w*"
_DIGIT_BEFORE_LETTER = r"[0-9]\.?[A-Za-z]|\\"
"""Where a size may stand, and what Python itself may warn about: `1if true`, an escape."""
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


class Tree(NamedTuple):
    """An expression beyond a constant and a lone name.

    Attributes:
        root: its syntax, of nothing but what is part of the language.
        size: its nodes.
        names: the names that it reads, each once, in order.
        operands: those of them that must be numbers or lists wherever it is evaluated.
    """

    root: ast.expr
    size: int
    names: tuple[str, ...]
    operands: tuple[str, ...]


class Expression(NamedTuple):
    """A parsed expression: a constant, a lone name, or a tree."""

    text: str
    span: Span
    value: Value = None
    name: str | None = None
    tree: Tree | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it reads, each once, in order."""
        if self.name is not None:
            return (self.name,)
        return () if self.tree is None else self.tree.names


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
    if len(text) > LONGEST:
        raise ExpressionError("E505", f"an expression has at most {LONGEST} characters")
    if text.isidentifier():
        if text in _CONSTANTS:
            return Expression(text, span, _CONSTANTS[text])
        return Expression(text, span, name=text)
    return Expression(text, span, tree=_parse(text))


@lru_cache(512)
def _parse(text: str) -> Tree:
    """The tree of an expression; equal ones stand in many specs."""
    root = _syntax(text)
    size, is_open = 0, False
    names: dict[str, None] = {}
    operands: set[str] = set()
    pending: list[Any] = [root]
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is ast.Name:
            names[node.id] = None
            size += 2
            continue
        parts, weight, needed = _parts(node)
        size += weight
        if size > MOST_NODES:
            raise ExpressionError("E505", "the expression is too long", "split it with `vars`")
        operands.update([one.id for one in needed if type(one) is ast.Name])
        is_open = is_open or kind is ast.IfExp or (kind is ast.Compare and _is_equality(node))
        pending.extend(reversed(parts))
    read = tuple([name for name in names if name not in _CONSTANTS])
    # What is compared, or chosen, may be a word.
    return Tree(
        root, size, read, () if is_open else tuple([one for one in read if one in operands])
    )


_Parts = tuple[Sequence[ast.expr], int, Sequence[ast.expr]]


def _parts(node: Any) -> _Parts:
    """What an operation is applied to, its nodes, and which parts must be numbers or lists.

    Raises:
        ExpressionError: it is Python, but not part of the language.
    """
    kind = type(node)
    if kind is ast.Constant:
        return _check_constant(node)
    if kind is ast.BinOp:
        _check_sign(node.op)
        both = (node.left, node.right)
        return both, 2, both
    if kind is ast.Attribute:
        return _check_property(node)
    if kind is ast.Call:
        _check_call(node)
        return node.args, 3, node.args
    if kind is ast.Compare:
        for sign in node.ops:
            _check_sign(sign)
        each = (node.left, *node.comparators)
        return each, 1 + len(node.ops), each
    return _further_parts(node)


def _further_parts(node: Any) -> _Parts:
    kind = type(node)
    if kind is ast.UnaryOp:
        _check_sign(node.op)
        return (node.operand,), 2, (node.operand,)
    if kind is ast.Tuple or kind is ast.List:
        return node.elts, 2, ()
    if kind is ast.Subscript:
        return (node.value, node.slice), 2, (node.value,)
    if kind is ast.BoolOp:
        return node.values, 2, ()
    if kind is ast.IfExp:
        return (node.test, node.body, node.orelse), 1, ()
    raise _foreign(node)


def _check_sign(sign: ast.AST) -> None:
    if type(sign) not in _SIGNS:
        raise _foreign(sign)


def _foreign(node: ast.AST) -> ExpressionError:
    kind = type(node).__name__
    return ExpressionError("E210", f"Python's `{kind}` is not part of expressions")


def _is_equality(node: ast.Compare) -> bool:
    return any(type(sign) is ast.Eq or type(sign) is ast.NotEq for sign in node.ops)


def _syntax(text: str) -> ast.expr:
    python = text.strip()
    try:
        if not re.search(_DIGIT_BEFORE_LETTER, python):
            return ast.parse(python, mode="eval").body
        python = re.sub(_SIZE, lambda size: f"({size[0].replace('x', ',')})", python)
        if found := re.search(_HEX, python):
            raise ExpressionError("E210", f"`{found[0]}` is not a number: numbers are decimal")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(python, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as fault:
        remedy = _remedy(text, fault)
        raise ExpressionError("E210", f"`{text}` is not an expression", remedy) from None


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


_SIGNS = {
    ast.UAdd, ast.USub, ast.Not,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
}  # fmt: skip


def _check_constant(node: ast.Constant) -> _Parts:
    if type(node.value) not in {int, float, bool, str}:
        raise ExpressionError("E210", f"`{ast.unparse(node)}` is not a value of the language")
    _bounded(node.value)
    return (), 1, ()


def _check_property(node: ast.Attribute) -> _Parts:
    if not (isinstance(node.value, ast.Name) and node.value.id == "x"):
        raise ExpressionError("E210", "only `x` has properties: `x.channels`, `x.height`, ...")
    if node.attr not in _ALL_AXES:
        hint = did_you_mean(node.attr, _ALL_AXES) or f"it has {', '.join(sorted(_ALL_AXES))}"
        raise ExpressionError("E211", f"`x` has no `{node.attr}`", hint)
    return (node.value,), 2, ()


def _check_call(node: ast.Call) -> None:
    if node.keywords:
        raise ExpressionError("E210", "functions of expressions take no named arguments")
    name = node.func.id if isinstance(node.func, ast.Name) else None
    if name not in FUNCTIONS:
        shown = name or _source(node.func)
        known = f"the functions are {', '.join(sorted(FUNCTIONS))}"
        raise ExpressionError(
            "E211", f"there is no function `{shown}`", did_you_mean(shown, FUNCTIONS) or known
        )


def _source(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:  # of calls of calls, of which there may be some hundred
        return "..."


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


def _rounded(value: Any, digits: Any = 0) -> Any:
    if abs(digits) > 24:
        raise ValueError  # Python would make a number of so many digits on the way
    return round(value, digits) if digits else round(value)


def _length(value: Any) -> int:
    if not isinstance(value, tuple):
        raise ExpressionError("E218", f"`{show(value)}` is not a list")
    return len(value)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
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
        # Only what `_parse` let through comes here, and numbers, words and lists are all there is.
        return _HANDLERS[type(node)](self, node)

    def eval_word(self, node: ast.Name) -> Value:
        if node.id in _CONSTANTS:
            return _CONSTANTS[node.id]
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
    functions: ClassVar[Mapping[str, Callable[..., Any]]] = FUNCTIONS


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
