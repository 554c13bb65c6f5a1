"""W608: a further name for a tensor that nobody calls by it."""

from collections.abc import Iterable, Iterator
from string import digits

from cnncalc.checks.lint.mentions import mentions
from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.checks.lint.subject import bodies
from cnncalc.facts import Fact, Published
from cnncalc.spec.syntax import Flow, Labelled, Node, Reference, Spec


def _check(spec: Spec) -> Iterator[Mark]:
    heads = (node for head in (*spec.outputs, *spec.auxiliary) for node in head.body)
    for body in ((*spec.layers, *heads), *(block.body for block in spec.blocks.values())):
        if labels := list(_bare_labels(body)):
            yield from _unread(labels, mentions(body).labels | _stated(spec))


def _stated(spec: Spec) -> set[str]:
    """The labels of which something is stated; each part of a path counts."""
    facts: list[Fact | Published] = [*spec.expect, *spec.budget, *spec.published]
    for variant in spec.variants.values():
        facts += (*(variant.expect or ()), *(variant.budget or ()), *variant.published)
    return {part for fact in facts if fact.layer for part in fact.layer.split(".")}


def _unread(labels: Iterable[Labelled], read: set[str]) -> Iterator[Mark]:
    read = read | {label.rstrip(digits) for label in read}  # the label of one round of a repeat
    for node in labels:
        if node.label not in read:
            hint = "remove it" if isinstance(node.body[0], Flow) else "remove the label"
            yield Mark(node.span, f"nothing reads the label `{node.label}`", None, hint)


def _bare_labels(body: Iterable[Node]) -> Iterator[Labelled]:
    """The labels that only give a further name to a tensor that has one."""
    pending = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, Labelled) and isinstance(node.body[0], Flow | Reference):
            if not node.is_list:
                yield node
            continue
        pending.extend(inner for body in bodies(node) for inner in body)


RULE = Rule(
    code="W608",
    severity="warning",
    about=(
        "A label gives a tensor a further name that nothing reads.\n\n"
        "It stands on `x` or on another label, and no layer, output, auxiliary head, "
        "expectation or budget reads it. The label of a layer or a group is its name and "
        "always has its use."
    ),
    why=(
        "A name that promises a branch and has none misleads the reader, and most often a "
        "branch was meant to read it: a skip connection that is not there."
    ),
    failing="""\
name: Unused label
input: 8x32x32
layers:
  - relu
  - skip: x
  - conv3x3 8 padding=1
  - relu
""",
    passing="""\
name: Unused label
input: 8x32x32
layers:
  - relu
  - skip: x
  - conv3x3 8 padding=1
  - add: [x, skip]
  - relu
""",
    spec=_check,
)
