"""Expressions as they are written: what is part of the language, and text to an Expression."""

import ast
import re
import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from cnncalc.diagnostics import Remedy, Span, closest, rename
from cnncalc.ops.values import LARGEST, Value
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
_DIGIT_BEFORE_LETTER = r"[0-9]\.?[A-Za-z]|\\"
"""Where a size may stand, and what Python itself may warn about: `1if true`, an escape."""

CONSTANTS: Mapping[str, Value] = {
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
"""The booleans of YAML 1.2 core."""

AXES: Mapping[int, tuple[str, ...]] = {
    1: ("features",),
    2: ("channels", "length"),
    3: ("channels", "height", "width"),
    4: ("channels", "depth", "height", "width"),
}
"""The axes that an expression can name, by the rank of the tensor."""

ALL_AXES = {name for names in AXES.values() for name in names if name}

FUNCTIONS = ("floor", "ceil", "round", "min", "max", "sum", "log", "divisible", "len", "range")
"""The functions that an expression can call."""


class ExpressionError(Exception):
    """An expression that cannot be read or has no value.

    Attributes:
        name: the unknown name, when that is the fault.
        misspelt: a word of the language as it is written, and as it most likely is meant.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        name: str | None = None,
        *,
        misspelt: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = str(rename(*misspelt, None)) if misspelt else hint
        self.name = name
        self.misspelt = misspelt

    def remedy(self, span: Span, text: str) -> Remedy | None:
        """What helps, given the expression and its place."""
        return rename(*self.misspelt, span, text) if self.misspelt else self.hint


class Tree(Record):
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
        if text in CONSTANTS:
            return Expression(text, span, CONSTANTS[text])
        return Expression(text, span, name=text)
    if "." in text and is_path(text):
        return Expression(text, span, name=text)
    return Expression(text, span, tree=_parse(text))


def is_path(text: str) -> bool:
    """Whether it is a dotted label, `stage2.high`, and no axis of a tensor, `skip.channels`."""
    first, *rest = text.split(".")
    names = (first, *rest)
    return (
        all(name.isidentifier() for name in names)
        and first != "x"
        and not (len(rest) == 1 and rest[0] in ALL_AXES)
    )


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
        if kind is ast.Attribute and (path := _path(node)):
            names[path] = None
            size += 2
            continue
        parts, weight, needed = _parts(node)
        size += weight
        if size > MOST_NODES:
            raise ExpressionError("E505", "the expression is too long", "split it with `vars`")
        operands.update([one.id for one in needed if type(one) is ast.Name])
        is_open = is_open or kind is ast.IfExp or (kind is ast.Compare and _is_equality(node))
        pending.extend(reversed(parts))
    read = tuple([name for name in names if name not in CONSTANTS])
    # What is compared, or chosen, may be a word.
    return Tree(
        root, size, read, () if is_open else tuple([one for one in read if one in operands])
    )


_Parts = tuple[Sequence[ast.expr], int, Sequence[ast.expr]]

_NODES: Mapping[type, int] = {
    ast.Constant: 1, ast.BinOp: 2, ast.Attribute: 2, ast.Call: 3, ast.Compare: 1, ast.UnaryOp: 2,
    ast.Tuple: 2, ast.List: 2, ast.Subscript: 2, ast.BoolOp: 2, ast.IfExp: 1,
}  # fmt: skip
"""The nodes that an operation counts for, without its parts; each sign of a comparison is one."""


def _parts(node: Any) -> _Parts:
    """What an operation is applied to, its nodes, and which parts must be numbers or lists.

    Raises:
        ExpressionError: it is Python, but not part of the language.
    """
    kind = type(node)
    if kind not in _NODES:
        raise _foreign(node)
    children = list(ast.iter_child_nodes(node))
    for sign in children:
        if isinstance(sign, ast.operator | ast.unaryop | ast.cmpop) and type(sign) not in _SIGNS:
            raise _foreign(sign)
    parts = [child for child in children if isinstance(child, ast.expr)]
    if kind is ast.Constant:
        _check_constant(node)
    elif kind is ast.Attribute:
        _check_property(node)
    elif kind is ast.Call:
        _check_call(node)
        parts = node.args
    nodes = _NODES[kind] + (len(node.ops) if kind is ast.Compare else 0)
    if kind is ast.Subscript:
        return parts, nodes, parts[:1]
    is_arithmetic = kind in {ast.BinOp, ast.UnaryOp, ast.Call, ast.Compare, ast.Attribute}
    return parts, nodes, parts if is_arithmetic else ()


def _foreign(node: ast.AST) -> ExpressionError:
    kind = type(node).__name__
    return ExpressionError("E210", f"Python's `{kind}` is not part of expressions")


def _is_equality(node: ast.Compare) -> bool:
    return any(type(sign) is ast.Eq or type(sign) is ast.NotEq for sign in node.ops)


def _syntax(text: str) -> ast.expr:
    python = text.strip()
    if "#" in python:  # where Python would begin a comment
        remedy = "put a blank before the `#` of a comment"
        raise ExpressionError("E210", f"`{text}` is not an expression", remedy)
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
    if text.count("(") != text.count(")"):
        return "close each bracket that is opened"
    if "," in {text[0], text[-1]}:
        return "put blanks between arguments, no commas"
    return _common_remedy(text)


def _common_remedy(text: str) -> str:
    if not any(character.isalnum() for character in text):
        return "write arguments as `stride=2`, and expressions without blanks or in brackets"
    if re.search(r"[^=<>!]=(?!=)", text):
        return "equality is written `==`"
    return "arguments are numbers, names and arithmetic without blanks: `4*width`"


_SIGNS = {
    ast.UAdd, ast.USub, ast.Not,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
}  # fmt: skip


def _check_constant(node: ast.Constant) -> None:
    if type(node.value) not in {int, float, bool, str}:
        raise ExpressionError("E210", f"`{ast.unparse(node)}` is not a value of the language")
    bounded(node.value)


def _check_property(node: ast.Attribute) -> None:
    if not isinstance(node.value, ast.Name):
        raise ExpressionError("E210", "only tensors have axes: `x.channels`, `x.height`, ...")
    if node.attr not in ALL_AXES:
        raise no_axis(node.value.id, node.attr)


def _path(node: ast.Attribute) -> str | None:
    """The dotted label that an attribute of names is, or None where it is an axis."""
    parts = [node.attr]
    inner = node.value
    while isinstance(inner, ast.Attribute) and len(parts) < MOST_NODES:
        parts.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name):
        return None
    path = ".".join([inner.id, *reversed(parts)])
    return path if is_path(path) else None


def no_axis(name: str, axis: str) -> ExpressionError:
    """The fault of an axis that no tensor has."""
    near = closest(axis, ALL_AXES)
    has = f"{'it' if name == 'x' else 'a tensor'} has {', '.join(sorted(ALL_AXES))}"
    misspelt = (f"{name}.{axis}", f"{name}.{near}") if near else None
    return ExpressionError("E211", f"`{name}` has no `{axis}`", has, misspelt=misspelt)


def _check_call(node: ast.Call) -> None:
    if node.keywords:
        raise ExpressionError("E210", "functions of expressions take no named arguments")
    name = node.func.id if isinstance(node.func, ast.Name) else None
    if name not in FUNCTIONS:
        shown = name or _source(node.func)
        known = f"the functions are {', '.join(sorted(FUNCTIONS))}"
        near = closest(shown, FUNCTIONS)
        misspelt = (shown, near) if near else None
        raise ExpressionError("E211", f"unknown function `{shown}`", known, misspelt=misspelt)


def _source(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:  # of calls of calls, of which there may be some hundred
        return "..."


def bounded(value: Any) -> Any:
    """A number as it is.

    Raises:
        ExpressionError: it is larger than a number may be on the way to a result.
    """
    if isinstance(value, int | float) and not abs(value) <= LARGEST_INTERMEDIATE:
        raise ExpressionError("E506", f"the expression exceeds {LARGEST_INTERMEDIATE:.0e}")
    return value
