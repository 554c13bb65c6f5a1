"""W614: a softmax that is not the end."""

from collections.abc import Iterator

from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.checks.lint.subject import Subject
from cnncalc.graph import Layer
from cnncalc.ops.activation import Softmax
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.linear import Linear
from cnncalc.ops.merge import Mul

_WEIGHTED = (Conv, DepthwiseConv, TransposedConv, Linear)


def _check(subject: Subject) -> Iterator[Mark]:
    if Softmax not in subject.by_kind:
        return
    meant = set(subject.outputs)  # what is given out, or is a factor: probabilities
    weighted: dict[str, str] = {}  # for each tensor the layer with weights that it comes to
    found: list[tuple[Layer, str]] = []
    for layer in reversed(subject.layers):
        name, source, op = layer.name, layer.inputs[0], layer.op
        if isinstance(op, Softmax) and name in weighted and name not in meant:
            found.append((layer, weighted[name]))
        if isinstance(op, Mul):
            meant.update(layer.inputs)
        elif isinstance(op, _WEIGHTED):
            weighted[source] = name
        elif not op.merges:
            meant.update([source] * (name in meant))
            weighted.update({source: weighted[name]} if name in weighted else {})
    for layer, reader in reversed(found):
        yield _mark(subject, layer, reader)


def _mark(subject: Subject, layer: Layer, reader: str) -> Mark:
    values = layer.output_shape[0]
    message = f"`{reader}` reads {values:,} values that a softmax has scaled to a sum of 1"
    hint = "use `relu`, and keep softmax for the end"
    return Mark(subject.line(layer), message, layer.name, hint)


RULE = Rule(
    code="W614",
    severity="warning",
    about=(
        "A softmax feeds a convolution or a dense layer.\n\n"
        "Between the two stand only layers with one input: activations, normalisation, "
        "pooling, dropout, `flatten`. Where the result is multiplied with something it is "
        "attention, and where it is an output it is meant as probabilities: neither is a "
        "fault."
    ),
    why=(
        "Softmax lets its values share a sum of 1: most of them vanish, their gradients with "
        "them, and the layer behind it learns slowly. As an activation it is taken for a "
        "sigmoid or a ReLU."
    ),
    failing="""\
name: Softmax inside
input: 784
layers:
  - linear 300
  - softmax
  - linear 10
  - softmax
""",
    passing="""\
name: Softmax inside
input: 784
layers:
  - linear 300
  - relu
  - linear 10
  - softmax
""",
    network=_check,
)
