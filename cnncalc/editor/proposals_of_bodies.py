"""What may stand in a body: layers, their arguments, and values."""

from collections.abc import Iterator

from cnncalc.editor.context import Call, Context, call_at, callee, named
from cnncalc.editor.document import Document
from cnncalc.editor.proposals import Proposal, hole
from cnncalc.editor.values import value_of_variable, written
from cnncalc.ops import OPS, Op
from cnncalc.ops.values import Attribute, show
from cnncalc.spec.expression_syntax import ALL_AXES, FUNCTIONS
from cnncalc.spec.schema.lines import default_of, example_of, is_flag, takes, usage
from cnncalc.spec.symbols import Symbol
from cnncalc.spec.syntax import Block, Parameter

SNIPPETS = (
    ("add", "branches that are added", "add:\n    - x\n    - [$1]"),
    ("concat", "branches whose channels are joined", "concat:\n    - [$1]\n    - [$2]"),
    ("mul", "branches that are multiplied", "mul:\n    - x\n    - [$1]"),
    ("repeat", "a body several times", "repeat ${1:3}:\n    - $0"),
    ("for", "a body for each value of a list", "for ${1:i} in ${2:range(4)}:\n    - $0"),
    ("if", "a body under a condition", "if ${1:stride != 1}: $2\n  else: ${3:x}"),
    ("share", "the layers of a label once more, with their weights", "share ${1:label}"),
)
"""What opens a body, each with its sentence and its form below a dash."""


def of_body(document: Document, context: Context) -> Iterator[Proposal]:
    """What may stand in a body."""
    tail = context.path[-1]
    kind, block = callee(document, tail.split()[0] if tail.strip() else "")
    if (kind or block) and not context.is_item:
        yield from _of_long_form(document, context, kind, block)
        return
    words = context.before.split()
    if words and words[0] in {"repeat", "if", "elif", "for"} and context.before != words[0]:
        yield from values(document, context)
        return
    call = call_at(document, context)
    if call is None:
        yield from _heads(document, context)
    elif call.head == "share":
        yield from _labels(document, context)
    else:
        yield from _arguments(document, context, call)


# Heads


def _heads(document: Document, context: Context) -> Iterator[Proposal]:
    """What a layer may begin with."""
    spec = document.spec
    yield from _labels(document, context)
    for block in spec.blocks.values() if spec is not None else ():
        yield _block(block)
    for one in _names_in_reach(document, context):
        if one.kind == "variable" and callee(document, one.name) != (None, None):
            yield Proposal(one.name, "variable", f"= {_value(document, one.name)}")
    yield Proposal("x", "keyword", "the tensor that flows in")
    yield from _forms(context)
    for name, kind in OPS.items():
        if not kind.merges:
            yield _op(name, kind)
        elif not context.is_flow:
            yield Proposal(
                name, "op", "a merge", _about(kind), f"{name}: [x, $1]", is_snippet=True
            )


def _forms(context: Context) -> Iterator[Proposal]:
    """What opens a body."""
    for word, sentence, form in SNIPPETS:
        if not context.is_flow:
            yield Proposal(word, "keyword", sentence, "", form, is_snippet=True)
        elif word == "share":
            yield Proposal(word, "keyword", sentence)


def _op(name: str, kind: type[Op]) -> Proposal:
    shown = [example_of(key, kind.attributes[key]) for key in kind.positional]
    holes = [hole(place, text) for place, text in enumerate(shown, 2 if kind.on_head else 1)]
    head = f"{name}{hole(1, '3x3')}" if kind.on_head else name
    insert = " ".join([head, *holes])
    return Proposal(name, "op", usage(kind), _about(kind), insert, is_snippet="$" in insert)


def _about(kind: type[Op]) -> str:
    """What an op is: the first paragraph of its text."""
    return (kind.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")


def signature_of(block: Block) -> str:
    """A block with its parameters, as the file has it."""
    return " ".join([block.name, *map(_parameter, block.parameters)])


def _parameter(one: Parameter) -> str:
    return one.name if one.default is None else f"{one.name}={one.default.text}"


def _block(block: Block) -> Proposal:
    needed = [one.name for one in block.parameters if one.default is None]
    holes = [hole(place, name) for place, name in enumerate(needed, 1)]
    insert = " ".join([block.name, *holes])
    return Proposal(block.name, "block", signature_of(block), "", insert, is_snippet=bool(holes))


def _labels(document: Document, context: Context) -> Iterator[Proposal]:
    """The labels and inputs that can be read from a place."""
    line = document.place(context.start)[0]
    for one in document.symbols:
        if one.kind == "input" and context.block is None:
            yield Proposal(one.name, "label", "an input")
        if one.kind == "label" and one.block == context.block and one.definition.line < line:
            yield Proposal(one.name, "label", _shape(document, one))
    spec = document.spec
    if spec is not None and context.block is None and [one.label for one in spec.inputs] == [None]:
        yield Proposal("input", "label", "the network's input")


def _shape(document: Document, label: Symbol) -> str:
    total = document.line_totals.get(label.definition.line)
    return show(total.shape) if total is not None and total.shape else "a label"


# Arguments


def _arguments(document: Document, context: Context, call: Call) -> Iterator[Proposal]:
    """What may stand behind a head: values of the argument that is begun, or names of others."""
    name = named(call.current)
    if name is not None:
        yield from _values_of(call, name)
        yield from values(document, context)
        return
    active = call.active
    if active is not None:
        yield from _values_of(call, active)
    for key in call.names:
        if key not in call.given and key != call.on_head:
            yield _argument(call, key)
    yield from values(document, context)


def _argument(call: Call, key: str) -> Proposal:
    if call.block is not None:
        parameter = next(one for one in call.block.parameters if one.name == key)
        default = parameter.default.text if parameter.default is not None else None
        insert = f"{key}={hole(1, default)}" if default is not None else f"{key}="
        detail = f"= {default}" if default is not None else "required"
        return Proposal(f"{key}=", "parameter", detail, "", insert, is_snippet=default is not None)
    return attribute(call.attributes[key], f"{key}=")


def attribute(one: Attribute, label: str) -> Proposal:
    """An attribute of an op, with its default in the hole."""
    default = None if one.is_required else default_of(one)
    text = f"{one.text} It takes {takes(one)}."
    shown = "" if default in {None, "null"} or one.follows else str(default)
    insert = f"{label}{hole(1, shown)}" if shown else label
    detail = "required" if default is None else f"= {default}"
    return Proposal(label, "attribute", detail, text, insert, is_snippet=bool(shown))


def _values_of(call: Call, key: str) -> Iterator[Proposal]:
    """The words that an argument takes."""
    if call.kind is None or key not in call.kind.attributes:
        return
    one = call.kind.attributes[key]
    for word in one.words:
        yield Proposal(word, "word", f"{key} of {call.kind.name}")
    if is_flag(one):
        for word in ("true", "false"):
            default = " (default)" if show(one.default) == word else ""
            yield Proposal(word, "value", f"{key}{default}")


def _of_long_form(
    document: Document, context: Context, kind: type[Op] | None, block: Block | None
) -> Iterator[Proposal]:
    """What stands below `conv:` or a block, each on a line or in braces."""
    if block is not None:
        for one in block.parameters:
            yield Proposal(f"{one.name}: ", "parameter", _parameter(one))
    elif kind is not None:
        for key in kind.attributes:
            yield attribute(kind.attributes[key], f"{key}: ")
    yield from values(document, context) if context.before.strip() else ()


# Values


def values(document: Document, context: Context) -> Iterator[Proposal]:
    """What an expression may be made of."""
    axis = context.before.rpartition(".")
    if axis[1] and axis[0][-1:].isidentifier() and " " not in axis[2]:
        for name in sorted(ALL_AXES):
            yield Proposal(name, "attribute", "an axis of the tensor")
        return
    for one in _names_in_reach(document, context):
        if one.kind == "parameter":
            yield Proposal(one.name, "parameter", f"of {one.block}")
        else:
            yield Proposal(one.name, "variable", f"= {_value(document, one.name)}")
    for name in ("x.channels", "x.height", "x.width"):
        yield Proposal(name, "value", "of the tensor that flows in")
    for name in FUNCTIONS:
        yield Proposal(name, "function", "", "", f"{name}($1)", is_snippet=True)


def _names_in_reach(document: Document, context: Context) -> Iterator[Symbol]:
    """The parameters and variables that can be read at a place."""
    for one in document.symbols:
        if one.kind == "parameter" and one.block == context.block:
            yield one
        if one.kind == "variable" and one.block in {None, context.block}:
            yield one


def _value(document: Document, name: str) -> str:
    found = value_of_variable(document, name)
    return written(found) if found is not None else "no value yet"
