"""W619: layers that give the same whatever they are given."""

from collections.abc import Iterator
from math import prod

from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.checks.lint.subject import Subject
from cnncalc.graph import Layer
from cnncalc.ops.activation import Dropout, Softmax
from cnncalc.ops.norm import GroupNorm, InstanceNorm, LayerNorm, Normalisation


def _check(subject: Subject) -> Iterator[Mark]:
    for layer in subject.of_kind(Softmax, InstanceNorm, LayerNorm, GroupNorm, Dropout):
        if said := _said(layer):
            message, attribute, hint = said
            yield Mark(subject.place(layer, attribute), message, layer.name, hint)


def _said(layer: Layer) -> tuple[str, str, str] | None:
    """The message, the attribute that it is about, and the remedy; None where values differ."""
    op, (channels, *size) = layer.op, layer.input_shapes[0]
    constant = "the bias" if isinstance(op, Normalisation) and op.affine else "0"
    alone = f"a value less its own mean is 0: every output is {constant}"
    if isinstance(op, Softmax) and channels == 1:
        return "a softmax over 1 channel gives 1 for every input", "", "use `sigmoid`"
    if isinstance(op, InstanceNorm) and prod(size) == 1:
        return f"each channel has 1 value, and {alone}", "", "use `bn`, or remove it"
    if isinstance(op, LayerNorm) and channels == 1:
        return f"each position has 1 channel, and {alone}", "", "remove it"
    if isinstance(op, GroupNorm) and channels // op.groups * prod(size) == 1:
        return f"each group has 1 value, and {alone}", "groups", "use fewer groups"
    if isinstance(op, Dropout) and op.p == 1:
        return "a dropout of 1 drops everything in training", "p", "use a `p` below 1"
    return None


RULE = Rule(
    code="W619",
    severity="warning",
    about=(
        "A layer gives the same whatever it is given.\n\n"
        "A softmax over one channel is always 1. What is normalised alone, less its own mean, "
        "is always 0: `instance_norm` on a map of one position, `layer_norm` over one channel, "
        "`group_norm` with groups of one value. A dropout of 1 leaves nothing in training."
    ),
    why=(
        "Everything before it is computed for nothing and never trained, since no gradient "
        "comes through. A single output with softmax is the common slip in two-class networks; "
        "normalisation behind global pooling the other."
    ),
    failing="""\
name: Constant output
input: 784
layers:
  - linear 300
  - relu
  - linear 1
  - softmax
""",
    passing="""\
name: Constant output
input: 784
layers:
  - linear 300
  - relu
  - linear 1
  - sigmoid
""",
    network=_check,
)
