"""W619: layers that give the same whatever they are given."""

from math import prod

from cnncalc.checks.lint.rule import Marks, Rule, Subject
from cnncalc.diagnostics import Remedy
from cnncalc.graph import Layer
from cnncalc.ops.activation import Dropout, Softmax
from cnncalc.ops.norm import GroupNorm, InstanceNorm, LayerNorm


def _check(subject: Subject) -> Marks:
    for layer in subject.of_kind(Softmax, InstanceNorm, LayerNorm, GroupNorm, Dropout):
        if found := _constant(subject, layer):
            message, hint, attribute = found
            yield subject.mark(layer, message, hint, attribute)


def _constant(subject: Subject, layer: Layer) -> tuple[str, Remedy, str] | None:
    """The message, the remedy, and the attribute that it is about; None where values differ."""
    op, (channels, *size) = layer.op, layer.input_shapes[0]
    constant = "the bias" if "bias" in layer.parameters else "0"
    alone = f"a value minus its own mean is 0: every output is {constant}"
    if isinstance(op, Softmax) and op.axis == "channels" and channels == 1:
        remedy = subject.another_op(layer, "sigmoid", "use `sigmoid`")
        return "a softmax over 1 channel gives 1 for every input", remedy, ""
    if isinstance(op, InstanceNorm) and prod(size) == 1:
        return f"each channel has 1 value, and {alone}", "use `bn`, or remove it", ""
    if isinstance(op, LayerNorm) and channels == 1:
        return f"each position has 1 channel, and {alone}", "remove it", ""
    if isinstance(op, GroupNorm) and channels // op.groups * prod(size) == 1:
        return f"each group has 1 value, and {alone}", "use fewer groups", "groups"
    if isinstance(op, Dropout) and op.p == 1:
        return "a dropout of 1 drops everything in training", "use a `p` below 1", "p"
    return None


RULE = Rule(
    "W619",
    finds="""A layer gives the same whatever it is given.

A softmax over one channel is always 1. What is normalised alone, less its own mean, is always 0:
`instance_norm` on a map of one position, `layer_norm` over one channel, `group_norm` with groups
of one value. A dropout of 1 leaves nothing in training.""",
    because="""Everything before it is computed for nothing and never trained, since no gradient
comes through. A single output with softmax is the common slip in two-class networks; normalisation
after global pooling the other.""",
    example="""\
  name: Constant output
  input: 784
  layers:
    - linear 300
    - relu
    - linear 1
-   - softmax
+   - sigmoid
""",
    network=_check,
)
