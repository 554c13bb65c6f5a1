"""Layers on a line, and the attributes of ops, as an editor knows them: told by their readers."""

from collections.abc import Iterator

from cnncalc.ops import OPS, Op
from cnncalc.ops.values import Attribute, UnfitError, Value, show
from cnncalc.spec.names import callee_of_op
from cnncalc.spec.schema import patterns
from cnncalc.spec.schema.patterns import Schema


def fits(attribute: Attribute, value: Value, axes: int = 1) -> bool:
    """Whether an attribute takes a value."""
    try:
        attribute.read(value, axes)
    except UnfitError:
        return False
    return True


def is_flag(attribute: Attribute) -> bool:
    """Whether an attribute takes true and false; no other attribute takes either."""
    return fits(attribute, value=True)


def bounds(attribute: Attribute) -> str:
    """What an attribute takes, in the words in which its reader refuses a value."""
    try:
        attribute.read(-1, 1)
    except UnfitError as fault:
        return fault.text.partition("it takes ")[2].replace("`", "")
    return ""


def takes(attribute: Attribute) -> str:
    """The values that an attribute takes."""
    said = bounds(attribute)
    if is_flag(attribute) or not fits(attribute, 1):
        return said
    parts = ["a number" if fits(attribute, 0.5) else "a whole number"]
    if said:
        parts.append(f", {said}")
    if fits(attribute, (1, 1), 2):
        parts.append("; or one for each axis")
    if fits(attribute, ((1, 1), (1, 1)), 2):
        parts.append("; or a pair (before, after) for each")
    if attribute.words:
        parts.append(f"; or one of {', '.join(attribute.words)}")
    return "".join(parts)


def attribute_schema(kind: type[Op], key: str) -> Schema:
    """An attribute's value in the long form.

    Whether a number suits is for cnncalc to judge: `0` and `0.0` are one to a schema and two to
    the language, which asks for the second one's value only where a condition leads to it.
    """
    attribute = kind.attributes[key]
    schema: Schema = {"description": _description(kind, key)}
    if isinstance(attribute.default, str | int | float):
        schema["default"] = attribute.default
    if attribute.words:
        schema["anyOf"] = [{"enum": list(attribute.words)}, {"$ref": "#/definitions/quantity"}]
    elif is_flag(attribute):
        schema["anyOf"] = [{"type": "boolean"}, {"$ref": "#/definitions/expression"}]
    else:
        schema["allOf"] = [{"$ref": "#/definitions/quantity"}]
    return schema


def _description(kind: type[Op], key: str) -> str:
    attribute = kind.attributes[key]
    said = takes(attribute)
    sentences = [attribute.text, f"{said[:1].upper()}{said[1:]}."]
    if attribute.is_required:
        sentences.append("Required.")
    elif attribute.follows or attribute.default is not None:
        sentences.append(f"Unless given, {default_of(attribute)}.")
    return " ".join(sentences).strip()


def default_of(attribute: Attribute) -> str:
    """The default of an attribute as it is written, or the attribute that it follows."""
    return attribute.follows or show(attribute.default)


def usage(kind: type[Op]) -> str:
    """An op with all that it takes, as a line has it."""
    parts = [f"{kind.name}3x3" if kind.on_head else kind.name]
    for key, attribute in kind.attributes.items():
        if key == kind.on_head:
            continue
        if attribute.is_required or (attribute.default is None and key in kind.positional):
            parts.append(key)
        elif attribute.follows or attribute.default is not None:
            parts.append(f"{key}={default_of(attribute)}")
    return " ".join(parts)


_IS = "=(?!=)"
"""What gives an argument by its name; `stride==2` compares."""


def line_definitions() -> dict[str, Schema]:
    """A line, and what holds of the arguments of ops on a line and in a key."""
    kinds = [kind for kind in OPS.values() if not kind.merges]
    most = max(len(kind.positional) for kind in kinds)
    message = "a line begins with an op, a block or a label; `repeat`, `if` and merges open a body"
    text = {"type": "string", "pattern": patterns.LINE, "patternErrorMessage": message}
    rules = [{"$ref": "#/definitions/call"}, *_completeness(kinds)]
    return {
        "line": {
            # A label may be called `True`, which YAML reads as a boolean: rare, so not proposed.
            "if": {"type": "boolean"},
            "else": {"allOf": [text, {"if": _begins(patterns.CALLED), "then": {"allOf": rules}}]},
            "defaultSnippets": [_snippet(kind) for kind in kinds],
        },
        "call": {
            "if": _begins(patterns.CALLED),
            "then": {"allOf": [*map(_call, kinds)]},
            "else": {"allOf": [_call(OPS[name]) for name in sorted(patterns.TOLD)]},
        },
        **{f"call.{count}": _counted(count) for count in range(most + 1)},
    }


def _snippet(kind: type[Op]) -> Schema:
    """What an editor proposes where a layer may begin, its arguments to be filled in."""
    head = f"{kind.name}3x3" if kind.on_head else kind.name
    shown = {key: example_of(key, kind.attributes[key]) for key in kind.positional}
    holes = (f"${{{place}:{text}}}" for place, text in enumerate(shown.values(), 1))
    return {
        "label": " ".join([head, *shown.values()]),
        "description": usage(kind),
        "body": " ".join([head, *holes]),
    }


def example_of(key: str, attribute: Attribute) -> str:
    """What may stand for an attribute on a line: its default, or else its name."""
    is_open = attribute.is_required or attribute.default is None
    return key if is_open else show(attribute.default)


def _begins(head: str) -> Schema:
    return {"type": "string", "pattern": rf"^\s*{head}{patterns.END}"}


def _counted(count: int) -> Schema:
    shown = f"{count or 'no'} positional argument{'s' * (count != 1)}"
    message = f"too many arguments: it takes {shown}"
    return {"pattern": patterns.at_most(count), "errorMessage": message}


def _call(kind: type[Op]) -> Schema:
    """What holds of an op's arguments, complete or not."""
    return {
        "if": _begins(patterns.head(kind)),
        "then": {
            "allOf": [
                {"$ref": f"#/definitions/about.{kind.name}"},
                {"$ref": f"#/definitions/call.{len(kind.positional)}"},
                *_rules(kind),
            ]
        },
    }


def _rules(kind: type[Op]) -> Iterator[Schema]:
    names = patterns.one_of(kind.attributes)
    wrong = [f"(?!{names}=)" * bool(kind.attributes) + r"[^\s=<>!]*" + _IS]
    if kind.attributes:
        wrong += [
            f"{names}={patterns.END}",
            rf"({'|'.join(kind.attributes)}){_IS}[\s\S]*\s\1{_IS}",
        ]
    taken = f"each of {', '.join(kind.attributes)} once" if kind.attributes else "no arguments"
    yield _without(rf"[\s\S]*\s{patterns.one_of(wrong)}", f"`{kind.name}` takes {taken}")
    for literals, keys in _refused(kind).items():
        unfit = [rf"[\s\S]*\s{patterns.one_of(keys)}={literals}{patterns.END}"]
        if kind.positional and kind.positional[0] in keys:
            unfit.append(rf"\s*{patterns.head(kind)}\s+{literals}{patterns.END}")
        said = " and ".join(sorted({bounds(kind.attributes[key]) or "a number" for key in keys}))
        yield _without(patterns.one_of(unfit), f"{', '.join(keys)} of `{kind.name}`: {said}")
    if patterns.has_kernel(kind):
        again = rf"\s*{kind.name}{patterns.KERNEL}\s(?:[\s\S]*\s)?{kind.on_head}{_IS}"
        yield _without(again, f"`{kind.on_head}` of `{kind.name}` is on its head already")
    for place, key in enumerate(kind.positional, 1):
        both = rf"(?=[\s\S]*\s{key}{_IS}){patterns.positional(place)}"
        yield {
            "pattern": rf"{patterns.UNCLEAR}|^(?!{both})",
            "errorMessage": f"duplicate argument `{key}` of `{kind.name}`",
        }


def _without(fault: str, message: str) -> Schema:
    """No line in which this is found, unless quotes may hide what it is."""
    return {"pattern": rf"{patterns.ODD}|^(?!{fault})", "errorMessage": message}


def _refused(kind: type[Op]) -> dict[str, list[str]]:
    """The attributes by the literals that they take for no input, as a pattern of those."""
    found: dict[str, list[str]] = {}
    for key, attribute in kind.attributes.items():
        literals = [str(number) for number in (0, 1) if not fits(attribute, number)]
        if not any(fits(attribute, number) for number in (2, 10, 10**3, 10**6)):
            literals.append("(?:[2-9]|[1-9][0-9]{1,18})")
        if not is_flag(attribute):
            literals.append("(?:true|True|TRUE|false|False|FALSE)")
        found.setdefault(patterns.one_of(literals), []).append(key)
    return found


def _completeness(kinds: list[type[Op]]) -> Iterator[Schema]:
    """A line of an op gives all that the op requires."""
    for kind in kinds:
        if required := callee_of_op(kind).required:
            rules = [_given(kind, key) for key in required]
            yield {"if": _begins(patterns.head(kind)), "then": {"allOf": rules}}


def _given(kind: type[Op], key: str) -> Schema:
    given = [rf"\s{key}{_IS}"]
    if key == kind.on_head and patterns.has_kernel(kind):
        given.append(rf"^\s*{kind.name}{patterns.KERNEL}")
    if key in kind.positional:
        given += [patterns.UNCLEAR, f"^{patterns.positional(kind.positional.index(key) + 1)}"]
    message = f"`{kind.name}` needs `{key}`, as `{usage(kind)}`"
    return {"pattern": "|".join(given), "errorMessage": message}
