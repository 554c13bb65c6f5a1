"""The attributes of ops as an editor knows them, told by the readers of their values."""

from cnncalc.ops import Op
from cnncalc.ops.values import Attribute, UnfitError, Value, show
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
        sentences.append(f"Unless given, {_default(attribute)}.")
    return " ".join(sentences).strip()


def _default(attribute: Attribute) -> str:
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
            parts.append(f"{key}={_default(attribute)}")
    return " ".join(parts)
