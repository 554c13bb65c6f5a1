"""A layer on one line: its head resolved, its arguments bound."""

from collections.abc import Callable

from cnncalc.diagnostics import Diagnostic, Remedy, Span, rename
from cnncalc.ops import OPS, Op
from cnncalc.ops.values import UnfitError, Word
from cnncalc.spec.bodies.tensors import dotted, is_dotted, share, tensor, unknown_path
from cnncalc.spec.bounds import ARGUMENT_STEPS, LINE_STEPS, Faults, reading_steps
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.names import (
    KERNEL,
    KEYWORDS,
    Names,
    bind,
    callee_of_op,
    split_head,
)
from cnncalc.spec.notation import Argument, Line, parse_line
from cnncalc.spec.operators import unknown_name
from cnncalc.spec.syntax import (
    BlockCall,
    Body,
    Bound,
    Broken,
    Node,
    OpCall,
    Reference,
    VariableCall,
)
from cnncalc.spec.yaml_tree import Node as YamlNode
from cnncalc.spec.yaml_tree import Text

_DASHES = "-\u2013\u2014\u2212"
"""What a layer may seem to begin with: a minus without a blank, and what an editor makes of it."""


class BodyReader:
    """Reads bodies in one space of names; faults gather in `faults`.

    Attributes:
        names: the names in reach.
        read: reads a body that stands within another.
    """

    def __init__(
        self,
        names: Names,
        faults: Faults,
        read: "Callable[[BodyReader, YamlNode], Body]",
    ) -> None:
        self.names = names
        self.faults = faults
        self.read = read

    def within(self, names: Names) -> "BodyReader":
        """A reader of what stands where further names are in reach."""
        return BodyReader(names, self.faults, self.read)

    def body(self, node: YamlNode) -> Body:
        """One layer, or a list of layers."""
        return self.read(self, node)

    def check_expression(self, expression: Expression) -> None:
        """Report names in arithmetic that nothing has; a lone name may be a word."""
        tree = expression.tree
        for name in tree.operands if tree else ():
            if name != "x" and not self.names.has_value(name):
                self.unknown(name, expression)

    def unknown(self, name: str, expression: Expression) -> None:
        """Report a name in an expression that nothing has."""
        fault, span = unknown_name(name), expression.span
        if "." in name:
            fault = unknown_path(self.names, name)
            self.fault(fault.code, fault.message, span, fault.remedy(span, expression.text))
            return
        from cnncalc.spec.foreign import BOOLEANS  # noqa: PLC0415 - only a fault pays for it

        known = [*self.names.values()]
        hint = fault.hint or self.faults.did_you_mean(name, known, span, expression.text)
        if hint is None and name.lower() in BOOLEANS:
            hint = rename(name, BOOLEANS[name.lower()], span, expression.text, is_sure=True)
        self.fault(fault.code, fault.message, span, hint or "define it under `vars`")

    def fault(self, code: str, message: str, span: Span, hint: Remedy | None = None) -> None:
        """Report a fault at a place."""
        self.faults.append(Diagnostic(code, message, span, (), hint))


def line(reader: BodyReader, node: Text) -> Node:
    """A layer on one line."""
    if node.is_null or not node.text.strip():
        reader.fault(
            "E217",
            "a layer is missing here",
            node.span,
            "write it; a branch that changes nothing is `x`",
        )
        return Broken(node.span)
    if node.span.line != node.span.end_line and " - " in node.text:
        message = "two layers run into one: the second `-` is indented deeper"
        reader.fault("E217", message, node.span, "begin both in the same column")
        return Broken(node.span)
    if node.text.lstrip()[0] in _DASHES:
        hint = "begin each layer with `- `, a minus and a blank"
        reader.fault("E217", "this dash begins no layer", node.part(0, 1), hint)
        return Broken(node.span)
    head = node.text.split(maxsplit=1)[0]
    is_keyword = head in KEYWORDS - {"x"} and not reader.names.is_own(head)
    if is_keyword and head != "share":
        return lone_keyword(reader, node, head)
    read = parse_line(node, reader.faults)
    return share(reader.names, read, reader.faults) if is_keyword else call(reader, read)


def lone_keyword(reader: BodyReader, node: Text, head: str) -> Node:
    """A keyword on a line, with no body below it; what else stands there is none of a line."""
    forms = {
        "repeat": "`repeat 6: layer`",
        "for": "`for i in range(4): layer`",
        "if": "`if stride != 1: layer`",
        "elif": "it stands beside an `if`, in the same mapping",
        "else": "it stands beside an `if`, in the same mapping",
    }
    hint = forms.get(head, f"`{head}: [layer, x]`")
    start = node.text.index(head)
    place = node.part(start, start + len(head))
    reader.fault("E217", f"`{head}` has no body", place, hint)
    return Broken(node.span)


def call(reader: BodyReader, line: Line) -> Node:
    """What a head calls, with its arguments bound."""
    head, names, arguments = line.head, reader.names, line.arguments
    if arguments is None:
        check_head(reader, line)
        return Broken(line.span)
    check_names(reader, line.head_span, arguments)
    if is_dotted(head):
        return dotted(names, line, reader.faults)
    if head == "x" or (names.is_label(head) and not arguments):
        return tensor(line, reader.faults)
    if names.has_value(head) and head not in names.blocks:
        return VariableCall(head, arguments, line.head_span, line.span)
    split = split_head(head, line.head_span)
    if head in names.blocks:
        split = None
    elif split is None:
        return unknown_head(reader, line)
    return bound_call(reader, line, arguments, split)


def bound_call(
    reader: BodyReader,
    line: Line,
    arguments: tuple[Argument, ...],
    split: tuple[type[Op], Expression | None] | None,
) -> Node:
    """The call of an op, or without one of a block."""
    callee = callee_of_op(split[0]) if split else reader.names.blocks[line.head]
    kernel = split[1] if split else None
    bound = bind(callee, arguments, kernel, span=line.head_span, faults=reader.faults)
    if bound is None or has_comma(reader, arguments):
        return Broken(line.span)
    if split and not check_values(reader, split[0], bound):
        return Broken(line.span)
    if split:
        return OpCall(split[0], bound, line.head_span)
    return BlockCall(line.head, bound, line.head_span)


def has_comma(reader: BodyReader, arguments: tuple[Argument, ...]) -> bool:
    """Report a comma behind an argument, which makes a list of its value."""
    for argument in arguments:
        if argument.value.text.endswith(","):
            message = f"`{argument.value.text}` is a list of one value"
            hint = "remove the comma: blanks stand between arguments"
            reader.fault("E210", message, argument.span, hint)
            return True
    return False


def check_values(reader: BodyReader, kind: type[Op], bound: Bound) -> bool:
    """Report values that an attribute takes for no input at all."""
    before = len(reader.faults)
    for key, expression in bound:
        attribute = kind.attributes[key]
        name = expression.name
        if name is not None:
            if name in attribute.words or reader.names.has_value(name):
                continue
            if not attribute.words:
                reader.unknown(name, expression)
                continue
        elif expression.tree is not None or isinstance(expression.value, tuple):
            continue  # only known where the number of axes is
        try:
            attribute.read(Word(name) if name else expression.value, 1)
        except UnfitError as fault:
            reader.fault(fault.code, f"`{key}` {fault.text}", expression.span, fault.hint)
    return len(reader.faults) == before


def check_head(reader: BodyReader, line: Line) -> None:
    """Report an unknown head although an argument is at fault already."""
    known = reader.names.is_head(line.head) or is_dotted(line.head)
    if not known and split_head(line.head, line.head_span) is None:
        unknown_head(reader, line)


def unknown_head(reader: BodyReader, line: Line) -> Node:
    """The label of one round of a repeat, or a head that there is not."""
    head, names = line.head, reader.names
    from cnncalc.spec.bodies.unpool import is_unpooling, unpool  # noqa: PLC0415 - heads are known

    if is_unpooling(line):
        return unpool(names, line, reader.faults)
    if not line.arguments and names.is_label(head.rstrip("0123456789")):
        return Reference(head, line.span)  # the label of one round of a repeat
    if names.is_label(head):
        message = f"the label `{head}` is a tensor and takes no arguments"
        reader.fault("E207", message, line.head_span, "remove them")
        return Broken(line.span)
    return no_such_head(reader, line)


def no_such_head(reader: BodyReader, line: Line) -> Node:
    """A head that nothing has."""
    head = line.head
    message = f"unknown op, block or label `{head}`"
    bare, opened = head.rstrip(KERNEL), head.partition("(")[0]
    near: Remedy = "define it under `blocks`"
    if head.partition("=")[0].isidentifier() and "=" in head:
        message, near = f"`{head}` is no layer", "no comma stands before a layer's argument"
    elif opened != head and split_head(opened, line.head_span):
        near = f"arguments stand behind a blank: `{opened} ...`"
    if bare != head and bare in OPS:
        message, near = f"`{bare}` takes no kernel size", f"write `{bare}`"
    else:
        from cnncalc.spec.foreign import suggest_head  # noqa: PLC0415 - only a fault pays for it

        near = suggest_head(head, reader.names.heads(), reader.faults, line.head_span) or near
    reader.fault("E204", message, line.head_span, near)
    return Broken(line.span)


def check_names(reader: BodyReader, span: Span, arguments: tuple[Argument, ...]) -> None:
    """Look over the arguments of a line, and pay for having read it."""
    steps = LINE_STEPS + ARGUMENT_STEPS * len(arguments)
    for argument in arguments:
        tree = argument.value.tree
        if tree is not None:
            steps += reading_steps(tree.size, len(argument.value.text))
            reader.check_expression(argument.value)
    reader.faults.allowance.take(steps, span)
