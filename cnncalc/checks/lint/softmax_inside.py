"""W614: a softmax that is not the end."""

from cnncalc.checks.lint.rule import Marks, Rule, Subject
from cnncalc.graph import Layer
from cnncalc.ops.activation import Softmax
from cnncalc.ops.conv import Conv, DepthwiseConv, TransposedConv
from cnncalc.ops.linear import Linear
from cnncalc.ops.merge import Mul


def _check(subject: Subject) -> Marks:
    meant = set(subject.outputs)  # what is given out, or is a factor: probabilities
    weighted: dict[str, str] = {}  # for each tensor the layer with weights that it comes to
    found: list[tuple[Layer, str]] = []
    for layer in reversed(subject.layers):
        if not layer.inputs:
            continue
        name, source, op = layer.name, layer.inputs[0], layer.op
        if isinstance(op, Softmax) and name in weighted and name not in meant:
            found.append((layer, weighted[name]))
        if isinstance(op, Mul):
            meant.update(layer.inputs)
        elif isinstance(op, Conv | DepthwiseConv | TransposedConv | Linear):
            weighted[source] = name
        elif not op.merges:
            meant.update([source] * (name in meant))
            weighted.update({source: weighted[name]} if name in weighted else {})
    for layer, reader in reversed(found):
        values = layer.output_shape[0]
        message = f"`{reader}` reads {values:,} values that a softmax has scaled to a sum of 1"
        hint = subject.another_op(layer, "relu", "use `relu`, and keep softmax for the end")
        yield subject.mark(layer, message, hint)


RULE = Rule(
    "W614",
    finds="""A softmax feeds a convolution or a dense layer.

Between the two are only layers with one input: activations, normalisation, pooling, dropout,
`flatten`. Where the result is multiplied with something it is attention, and where it is an output
it is meant as probabilities: neither is a fault.""",
    because="""Softmax lets its values share a sum of 1: most of them vanish, their gradients with
them, and the layer after it learns slowly. As an activation it is taken for a sigmoid or a
ReLU.""",
    example="""\
  name: Softmax inside
  input: 784
  layers:
    - linear 300
-   - softmax
+   - relu
    - linear 10
    - softmax
""",
    network=_check,
)
