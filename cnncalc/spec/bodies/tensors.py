"""Tensors by name on a line: `x`, a label, and the label of what stands in an ended group."""

from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.spec.bounds import Faults
from cnncalc.spec.expression_syntax import ExpressionError, no_axis
from cnncalc.spec.names import Names, article, callee_of_op, split_head
from cnncalc.spec.notation import Line
from cnncalc.spec.syntax import (
    Broken,
    Flow,
    Labelled,
    Node,
    OpCall,
    Reference,
    Share,
    VariableCall,
)


def tensor(line: Line, faults: Faults) -> Node:
    """`x` or a label: a tensor, which takes no arguments."""
    if line.arguments:
        message = f"`{line.head}` is a tensor and takes no arguments"
        faults.append(Diagnostic("E207", message, line.arguments[0].span, (), "remove them"))
        return Broken(line.span)
    if line.head == "x":
        return Flow(line.span)
    return Reference(line.head, line.span, op_without_arguments(line))


def op_without_arguments(line: Line) -> OpCall | None:
    """The op that a label has the name of, where that takes nothing more; else None."""
    split = split_head(line.head, line.head_span)
    if split is None or split[0].merges:
        return None
    kind, kernel = split
    bound = ((kind.on_head, kernel),) if kind.on_head and kernel else ()
    if {*callee_of_op(kind).required} - {key for key, _ in bound}:
        return None
    return OpCall(kind, bound, line.head_span)


def as_step(node: Node) -> Node:
    """A layer that follows another one in its body."""
    if isinstance(node, VariableCall):
        return node._replace(is_step=True)
    if isinstance(node, Labelled) and not node.is_list and isinstance(node.body[0], VariableCall):
        return node._replace(body=(as_step(node.body[0]),))
    return node


def share(names: Names, line: Line, faults: Faults) -> Node:
    """`share LABEL`."""
    arguments = line.arguments or ()
    first = arguments[0] if arguments else None
    label = first.value.name if first and not first.name else None
    fault = None
    if first is None:
        fault = Diagnostic("E206", "`share` needs a label", line.head_span, (), "`share stem`")
    elif len(arguments) > 1:
        message = "`share` takes one label and nothing else"
        fault = Diagnostic("E207", message, arguments[1].span, (), "remove it")
    elif label is None or label == "x":
        message = "`share` takes the label of layers that stand before it"
        fault = Diagnostic("E212", message, first.span, (), "`share stem`")
    elif not is_label_of_round(names, label.partition(".")[0]):
        fault = unknown_shared(names, label, first.span, faults)
    if fault is not None or label is None or first is None:
        faults.extend([fault] if fault and line.arguments is not None else [])
        return Broken(line.span)
    return Share(label, first.span, line.span)


def unknown_shared(names: Names, label: str, span: Span, faults: Faults) -> Diagnostic:
    """The fault of a `share` of what is no label of the file."""
    place = names.place(label.partition(".")[0])
    if place is None:
        near = faults.did_you_mean(label, names.labels, span)
        hint = near or "label the layer or group that is to run again"
        return Diagnostic("E204", f"unknown label `{label}`", span, (), hint)
    message = f"`{label}` is {article(place.kind)}, and `share` takes a label"
    notes = (Note(f"the {place.kind} is defined here", place.span),)
    hint = f"label the call that is to run again, as in `first: {label} ...`"
    return Diagnostic("E204", message, span, notes, hint if place.kind == "block" else None)


def is_dotted(text: str) -> bool:
    """Whether a text is names with dots between them."""
    return "." in text and all(part.isidentifier() for part in text.split("."))


def is_label_of_round(names: Names, name: str) -> bool:
    """Whether it is a label, or one with the number that a round of a repeat adds."""
    return names.is_label(name) or names.is_label(name.rstrip("0123456789"))


def dotted(names: Names, line: Line, faults: Faults) -> Node:
    """A dotted label: of something that stands in a group or call that has ended."""
    first, _, rest = line.head.partition(".")
    if is_label_of_round(names, first):
        return tensor(line, faults)
    faults.append(unknown_first(names, first, rest, line.head_span, faults))
    return Broken(line.span)


def unknown_path(names: Names, path: str) -> ExpressionError:
    """The fault of a dotted name where a value belongs."""
    first, _, rest = path.partition(".")
    if names.has_value(first):
        return no_axis(first, rest)
    if is_label_of_round(names, first):
        hint = "give it to a block, where a parameter has its axes: `skip.channels`"
        return ExpressionError("E211", f"`{path}` is a tensor, not a number", hint)
    return ExpressionError("E211", f"unknown label or parameter `{first}`")


def unknown_first(names: Names, first: str, rest: str, span: Span, faults: Faults) -> Diagnostic:
    """The fault of a dotted label that no label of the file begins."""
    place = names.place(first)
    if place is not None:
        message = f"`{first}` is {article(place.kind)}, and only labels have labels inside"
        notes = (Note(f"the {place.kind} is defined here", place.span),)
        hint = f"label the call, as in `stage1: {first} ...`, and write `stage1.{rest}`"
        return Diagnostic("E204", message, span, notes, hint if place.kind == "block" else None)
    near = faults.closest(first, names.labels)
    hint = f"did you mean `{near}.{rest}`?" if near else "label the group, and the layer in it"
    return Diagnostic("E204", f"unknown label `{first}`", span, (), hint)
