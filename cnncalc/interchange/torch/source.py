"""Values as Python source: an expression of the spec where it gives them, else the value."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from json import dumps
from typing import Any

from cnncalc.diagnostics import Span
from cnncalc.interchange.terms.call import short
from cnncalc.ops.values import Value, Word
from cnncalc.spec.expression_syntax import Expression, ExpressionError, Tree
from cnncalc.spec.expressions import Evaluator, Values

NOWHERE = Span("", 1, 1, 1, 1)


_QUOTED = re.compile(r"'([\w ./:-]*)'")


def unparsed(tree: ast.AST) -> str:
    """The text of a tree, its words in the quotes that formatters write."""
    return _QUOTED.sub(r'"\1"', ast.unparse(tree))


def literal(value: Any) -> str:
    """A value as Python writes it."""
    if isinstance(value, str):
        return dumps(value)
    if isinstance(value, tuple):
        inner = ", ".join(map(literal, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def same(one: Any, other: Any) -> bool:
    """Whether two values are one, `True` and 1 not being so."""
    return type(one) is type(other) and bool(one == other)


def parsed(source: str) -> ast.expr:
    """Source that this package has written."""
    return ast.parse(source, mode="eval").body


def evaluated(source: str, names: Mapping[str, Value]) -> Any:
    """What source is where `names` hold; None when it has no value."""
    expression = Expression(source, NOWHERE, tree=Tree(parsed(source), 0, (), ()))
    try:
        return Evaluator().value(expression, Values(names), None)
    except ExpressionError:
        return None


def gives(source: str, environments: Sequence[Mapping[str, Value]], values: Sequence[Any]) -> bool:
    """Whether source has these values, one in each environment."""
    for names, value in zip(environments, values, strict=True):
        found = evaluated(source, names)
        if not source.isidentifier():  # a name that holds `(2, 2)` is no 2 to count with
            found = short(found)
        if type(found) is not type(value) or found != value:
            return False
    return True


def named(source: str) -> set[str]:
    """The names in source, functions left out."""
    tree = parsed(source)
    called = {node.func.id for node in ast.walk(tree)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - called


def negated(condition: str) -> str:
    """The condition that holds where another does not, as a person writes it."""
    found = ast.parse(condition, mode="eval").body
    if isinstance(found, ast.Compare) and list(map(type, found.ops)) == [ast.Eq]:
        return f"{unparsed(found.left)} != {unparsed(found.comparators[0])}"
    return f"not ({condition})"


def translated(
    expression: Expression,
    parameters: set[str],
    variables: Mapping[str, Value],
    channels: str | None,
) -> str | None:
    """An expression of the spec in Python, variables put in; None when it has no such form.

    `channels` is what `x.channels` stands for.
    """
    if expression.name is None and expression.tree is None:
        return None if isinstance(expression.value, Word) else literal(short(expression.value))
    text = expression.name
    tree = parsed(text) if text is not None else _copied(expression.tree)
    try:
        tree = _Substitution(parameters, variables, channels).visit(tree)
    except LookupError:
        return None
    return unparsed(_Folding().visit(ast.fix_missing_locations(tree)))


def _copied(tree: Tree | None) -> ast.expr:
    return parsed(unparsed(tree.root)) if tree is not None else parsed("None")


class _Substitution(ast.NodeTransformer):
    """Variables by their values, `x.channels` by its source; LookupError for anything else."""

    def __init__(
        self, parameters: set[str], variables: Mapping[str, Value], channels: str | None
    ) -> None:
        self.parameters = parameters
        self.variables = variables
        self.channels = channels

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if node.attr not in {"channels", "features"} or self.channels is None:
            raise LookupError(node.attr)
        return parsed(self.channels)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.parameters:
            return node
        if node.id in {"true", "false"}:
            return ast.Constant(node.id == "true")
        value = self.variables[node.id]
        if isinstance(value, Word) or value is None:
            raise LookupError(node.id)
        return parsed(literal(value))


def bare(source: str) -> str:
    """What is rounded, without the rounding."""
    tree = parsed(source)
    if isinstance(tree, ast.Call) and unparsed(tree.func) in {"floor", "ceil"}:
        return unparsed(tree.args[0])
    return source


def total(parts: Sequence[str]) -> str:
    """The sum of sources, equal terms and whole numbers taken together: `x + 2 * growth`."""
    terms: dict[str, int] = {}
    for part in parts:
        for term, times in _terms(parsed(part)):
            terms[term] = terms.get(term, 0) + times
    number = terms.pop("1", 0)
    texts = [term if times == 1 else f"{times} * {term}" for term, times in terms.items()]
    return " + ".join([*texts, str(number)] if number or not texts else texts)


def _terms(tree: ast.expr) -> Iterator[tuple[str, int]]:
    """The terms of a sum, and how often each is taken; a whole number is so many ones."""
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add):
        yield from _terms(tree.left)
        yield from _terms(tree.right)
        return
    if isinstance(tree, ast.Constant) and type(tree.value) is int:
        yield "1", tree.value
        return
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
        times = tree.left
        if isinstance(times, ast.Constant) and type(times.value) is int:
            yield _factor(tree.right), times.value
            return
    yield _factor(tree), 1


def _factor(tree: ast.expr) -> str:
    """Source that may stand behind a factor."""
    is_plain = isinstance(tree, ast.Name | ast.Call | ast.Subscript)
    return unparsed(tree) if is_plain else f"({unparsed(tree)})"


class _Folding(ast.NodeTransformer):
    """What has no names by its value, and a choice that is made by what it chooses."""

    def visit(self, node: ast.AST) -> Any:
        node = super().visit(node)
        if isinstance(node, ast.IfExp) and isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            for one, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(one, ast.Constant) and type(one.value) is int and one.value == 1:
                    return other
        if isinstance(node, ast.expr) and not isinstance(node, ast.Constant):
            source = unparsed(node)
            if not named(source) and isinstance(node, _FOLDED):
                value = evaluated(source, {})
                if value is not None:
                    return parsed(literal(value))
        return node


_FOLDED = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.Subscript, ast.Call)


def python(source: str) -> str:
    """Source with the functions of the spec under their names in Python."""
    tree = parsed(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in {"floor", "ceil"}:
            node.id = f"math.{node.id}"
    return unparsed(tree)
