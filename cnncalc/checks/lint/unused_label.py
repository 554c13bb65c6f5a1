"""W608: a further name for a tensor that nobody calls by it."""

from collections.abc import Iterator
from string import digits

from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.diagnostics import Edit, Fix, Remedy
from cnncalc.facts import Fact, Published
from cnncalc.spec.mentions import body_of_network, mentions
from cnncalc.spec.syntax import Body, Flow, Labelled, Node, Reference, Spec
from cnncalc.spec.walk import walk


def _check(spec: Spec) -> Marks:
    for body in (body_of_network(spec), *(block.body for block in spec.blocks.values())):
        if labels := list(_bare_labels(body)):
            read = mentions(body).labels | _stated(spec)
            read |= {label.rstrip(digits) for label in read}  # the label of one round of a repeat
            for node in labels:
                if node.label not in read:
                    message = f"nothing reads the label `{node.label}`"
                    yield Mark(node.span, message, None, _remedy(node, node.body[0]))


def _remedy(node: Labelled, inner: Node) -> Remedy:
    if not isinstance(inner, Reference):
        return "remove it"
    before, behind = node.span, inner.span
    if before.line != behind.line:
        return "remove the label"
    place = before._replace(end_column=behind.column)
    return Fix((Edit(place, ""),), "remove the label")


def _stated(spec: Spec) -> set[str]:
    """The labels of which something is stated; each part of a path counts."""
    facts: list[Fact | Published] = [*spec.expect, *spec.budget, *spec.published]
    for variant in spec.variants.values():
        facts += (*(variant.expect or ()), *(variant.budget or ()), *variant.published)
    return {part for fact in facts if fact.layer for part in fact.layer.split(".")}


def _bare_labels(body: Body) -> Iterator[Labelled]:
    """The labels that only give a further name to a tensor that has one."""
    labels = (node for node in walk(body) if isinstance(node, Labelled) and not node.is_list)
    return (node for node in labels if isinstance(node.body[0], Flow | Reference))


RULE = Rule(
    "W608",
    finds="""A label gives a tensor a further name that nothing reads.

It names `x` or another label, and no layer, output, auxiliary head, expectation or budget reads
it. The label of a layer or a group is its name and always has its use.""",
    because="""A name that promises a branch and has none misleads the reader, and most often a
branch was meant to read it: a skip connection that is not there.""",
    example="""\
  name: Unused label
  input: 8x32x32
  layers:
    - relu
    - skip: x
    - conv3x3 8 padding=1
+   - add: [x, skip]
    - relu
""",
    spec=_check,
)
