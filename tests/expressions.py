"""Every regular expression of the package, and texts made to be hard for each."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]  # how `re` itself reads one
from typing import Any

import cnncalc
from cnncalc.records import Record

ROOT = Path(cnncalc.__file__).parent

AT_ONE_PLACE = {"match", "fullmatch"}
USES = {*AT_ONE_PLACE, "compile", "search", "sub", "subn", "split", "findall", "finditer"}

FLAGS = re.compile(r"re\.[A-Z]+(?: \| re\.[A-Z]+)*")
"""Flags as they are written; a call, such as `re.sub(...)`, may stand in their place."""

BEHIND = "\x01"
"""What no expression takes: a run of other characters before it is a near miss."""

CATEGORIES = {"DIGIT": "9", "WORD": "a9", "SPACE": " \t\n", "NOT_SPACE": "a", "NOT_WORD": " ",
              "NOT_DIGIT": "a"}  # fmt: skip

Pattern = re.Pattern[Any]
Items = Sequence[tuple[Any, Any]]


# Found


class Expression(Record):
    """A call of `re` with a pattern.

    Attributes:
        name: the module and the line of the call.
        is_anchored: whether it is looked for at one place alone, as written.
    """

    name: str
    pattern: Pattern
    is_anchored: bool


class _Values(dict[str, Any]):
    """What names stand for: those of a module, or else what a function assigns, or a letter."""

    def __init__(self, values: Mapping[str, Any], tree: ast.AST) -> None:
        super().__init__(values)
        self.assigned = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def __missing__(self, name: str) -> Any:
        node = self.assigned.pop(name, None)  # what is made of itself stands for a letter within
        if node is None:
            return "a"
        try:
            return value(node, self)
        except (AttributeError, KeyError, TypeError):  # given by a caller, or made of what is
            return "a"
        finally:
            self.assigned[name] = node


def value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    """What an expression of Python stands for."""
    return eval(ast.unparse(node), {"__builtins__": {}}, values)  # noqa: S307 - our own text


def found_in(text: str, module: str, names: Mapping[str, Any]) -> Iterator[Expression]:
    """The expressions that the text of a module calls for.

    Args:
        text: the source.
        module: its dotted name.
        names: what its names stand for.
    """
    tree = ast.parse(text)
    values = _Values(names, tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=used), args=[pattern, *others]
            ) if used in USES:
                said = [*others, *(keyword.value for keyword in node.keywords)]
                flags = [one for one in said if FLAGS.fullmatch(ast.unparse(one))]
                compiled = re.compile(
                    value(pattern, values), sum(int(value(flag, values)) for flag in flags)
                )
                name = f"{module}:{node.lineno}"
                yield Expression(name, compiled, _uses(used, node, tree) <= AT_ONE_PLACE)


def _uses(used: str, call: ast.Call, tree: ast.AST) -> set[str]:
    """The methods by which an expression is looked for."""
    names = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and node.value is call
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    methods = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in names
    }
    return methods if used == "compile" and methods else {used}


def expressions() -> Iterator[Expression]:
    """Every expression of the package; of the language server where it can be loaded."""
    has_pygls = find_spec("pygls") is not None
    for path in sorted(ROOT.rglob("*.py")):
        if path.parent.name == "protocol" and not has_pygls:
            continue
        text = path.read_text("utf-8")
        if "import re\n" in text:
            name = ".".join(("cnncalc", *path.relative_to(ROOT).with_suffix("").parts))
            module = name.removesuffix(".__init__")
            yield from found_in(text, module, vars(import_module(module)))


# Made hard


def hostile_texts(pattern: Pattern, size: int) -> Iterator[str]:
    """Texts of a size: long runs of all that it repeats, begun and not ended as it demands."""
    source = pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    pieces = dict.fromkeys(_pieces(parser.parse(text, pattern.flags)))
    runs = {run for _, run in pieces if run}
    for start, run in pieces:
        for repeated in filter(None, (run, start, start + run)):
            yield _long(start, repeated, size)
    for first, second in product(sorted(runs), repeat=2):
        yield _long(first * (size // 2 // len(first)), second, size)


def _long(start: str, repeated: str, size: int) -> str:
    return start + repeated * ((size - len(start)) // len(repeated)) + BEHIND


def _pieces(items: Items, before: str = "") -> Iterator[tuple[str, str]]:
    """What stands before each part of an expression, and what that part can be made of."""
    for operator, argument in items:
        found = [*_samples(operator, argument)]
        for sample in found:
            yield before, sample
        for inner in _inner(operator, argument):
            yield from _pieces(inner, before)
            if "REPEAT" in str(operator):
                yield before, _shortest(inner)
        before += found[0] if found else ""
    yield before, ""


def _inner(operator: Any, argument: Any) -> list[Items]:
    match str(operator):
        case "BRANCH":
            return list(argument[1])
        case "ASSERT" | "ASSERT_NOT" | "SUBPATTERN":
            return [argument[-1]]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return [argument[2]]
        case "ATOMIC_GROUP":
            return [argument]
    return []


def _shortest(items: Items) -> str:
    return "".join(next(iter(_samples(*item)), "") for item in items)


def _samples(operator: Any, argument: Any) -> Iterator[str]:
    """Texts that one part of an expression takes; of what follows or stops it, none."""
    match str(operator):
        case "IN":
            yield from _of_class(argument)
        case "ASSERT" | "ASSERT_NOT" | "AT" | "GROUPREF":
            if str(operator) == "ASSERT" and argument[0] < 0:
                yield _shortest(argument[1])
        case other if other in CHARACTERS:
            yield from CHARACTERS[other](argument)
        case _:
            yield from filter(None, map(_shortest, _inner(operator, argument)))


CHARACTERS: Mapping[str, Callable[[Any], str]] = {
    "LITERAL": chr,
    "NOT_LITERAL": lambda code: "b " if code == ord("a") else "a ",
    "ANY": lambda _: "a ",
    "RANGE": lambda ends: chr(ends[0]),
    "CATEGORY": lambda category: CATEGORIES[str(category).removeprefix("CATEGORY_")],
}
"""Characters of each kind of part that takes one."""


def _of_class(members: Items) -> Iterator[str]:
    if str(members[0][0]) != "NEGATE":
        for member in members:
            yield from _samples(*member)
        return
    left_out = {one for member in members[1:] for one in _samples(*member)}
    yield from (one for one in 'a9 ."[:' if one not in left_out)
