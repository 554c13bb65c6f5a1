"""Lint: what a sound spec says that its author most likely does not mean.

A rule is one file with its text, its example and its check. The table here says where each is and
what a network must have for it to find anything: the rules that cannot are not even loaded. Faults
that stop a spec from being expanded are not lint: they are reported where the spec is read.
"""

from collections.abc import Container, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from cnncalc.checks.choice import ON_REQUEST, WARNINGS

if TYPE_CHECKING:
    from cnncalc.checks.lint.rule import Rule, Subject
    from cnncalc.spec.syntax import Spec


ENTRIES: Mapping[str, tuple[str, ...]] = {
    "W601": ("dropped_border", "unread"),
    "W602": ("skipped_input", "unread"),
    "W603": ("bias_before_normalisation", "bn", "instance_norm"),
    "W604": ("even_kernel_with_half_padding", "padding"),
    "W605": ("padding_as_large_as_kernel", "padding", "pad"),
    "W606": ("linear_layers_in_row",),
    "W607": ("field_beyond_input",),
    "W608": ("unused_label", "further names"),
    "W609": ("unused_block", "blocks"),
    "W610": ("unused_variable", "vars"),
    "W611": ("unused_parameter", "blocks"),
    "W612": ("dropout_at_end", "dropout"),
    "W613": ("misaligned_branches", "add", "mul", "concat", "sub", "div", "max", "mean"),
    "W614": ("softmax_inside", "softmax"),
    "W615": ("dense_layer_holds_most_parameters", "largest linear"),
    "W616": ("layer_without_reader", "idle"),
    "W617": ("activation_without_effect", "rectifiers", "relu6"),
    "W618": ("unused_ignore", "ignores"),
    "W619": ("constant_output", "softmax", "instance_norm", "layer_norm", "group_norm", "dropout"),
    "W620": ("taps_on_padding", "padding", "pad"),
    "W621": ("uneven_overlap", "upconv"),
    "W622": ("block_of_an_op", "blocks"),
    "W623": ("label_of_an_op", "labels of ops"),
    "W624": ("step_without_effect", "choices"),
    "W625": ("channels_last", "narrow inputs"),
    "W626": ("label_that_promises_merge", "labels of lists"),
    "W627": ("overlooked_spec", "files"),
}
"""By code the module of every rule, and the ops or parts of a spec of which it needs one."""


def chosen(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> frozenset[str]:
    """The codes of the warnings that take part.

    Args:
        select: what their codes begin with; without any, all but those on request, which take
            part where their whole code is given.
        ignore: what the codes of those left out begin with.
    """
    return frozenset(
        code
        for code in WARNINGS
        if (code in select or (code.startswith(select or "W") and code not in ON_REQUEST))
        and not code.startswith(ignore)
    )


@cache
def load_rule(code: str) -> "Rule":
    """The rule of a code.

    Raises:
        KeyError: there is none.
    """
    rule: Rule = import_module(f"cnncalc.checks.lint.{ENTRIES[code][0]}").RULE
    return rule


def all_rules() -> "tuple[Rule, ...]":
    """Every rule, sorted by its code."""
    return tuple(map(load_rule, ENTRIES))


def written_in(spec: "Spec") -> set[str]:
    """The parts of a spec that `needs` has, by what is written and not by its networks.

    `ignores` and `files` are not among these: what silences nothing is found after all else, and
    which files are none of a run by who looks at all of them.
    """
    from cnncalc.spec.names import is_op_name  # noqa: PLC0415 - who lists the rules reads no spec
    from cnncalc.spec.syntax import Choice, Flow, Labelled, Reference, Repeat  # noqa: PLC0415
    from cnncalc.spec.walk import walk  # noqa: PLC0415

    heads = (head.body for head in (*spec.outputs, *spec.auxiliary))
    bodies = (spec.layers, *heads, *(block.body for block in spec.blocks.values()))
    given = (variant.inputs or () for variant in spec.variants.values())
    shapes = [one.shape for inputs in (spec.inputs, *given) for one in inputs]
    parts = {"vars": spec.variables, "blocks": spec.blocks}
    found = {name for name, part in parts.items() if part}
    if any(shape[-1] < shape[0] for shape in shapes):
        found.add("narrow inputs")
    for node in (node for body in bodies for node in walk(body)):
        if isinstance(node, Labelled):
            if is_op_name(node.label):
                found.add("labels of ops")
            if node.is_list:
                found.add("labels of lists")
            elif isinstance(node.body[0], Flow | Reference):
                found.add("further names")
        elif isinstance(node, Choice | Repeat):
            found.add("choices")
    return found


def held_by(subject: "Subject") -> set[str]:
    """The ops of a network and what their windows do, as `needs` has them."""
    ops = {id(layer.op): layer.op for layer in subject.layers}.values()
    is_moving = any(
        _exceeds(getattr(op, name, None), 1) for op in ops for name in ("stride", "dilation")
    )
    largest = subject.largest
    parts = {
        "largest linear": largest is not None and largest.op.name == "linear",
        "idle": subject.idle or subject.idle_inputs,
        "unread": is_moving and subject.unread,
        "padding": any(_exceeds(getattr(op, "padding", None), 0) for op in ops),
        "rectifiers": any(op.keeps_positive for op in ops),
    }
    return {op.name for op in ops} | {name for name, part in parts.items() if part}


def _exceeds(value: object, bound: int) -> bool:
    """Whether any number of an attribute is larger; a word may mean one."""
    if isinstance(value, tuple):
        return any(_exceeds(part, bound) for part in value)
    return value is not None and (not isinstance(value, int) or value > bound)


def rules_for(codes: Container[str], held: Container[str]) -> "Iterator[Rule]":
    """The rules of these codes that can find anything.

    Args:
        codes: those that take part.
        held: the ops of a network, and the parts of its spec.
    """
    for code, (_, *needs) in ENTRIES.items():
        if code in codes and (not needs or any(need in held for need in needs)):
            yield load_rule(code)
