"""W617: activations that give back what they are given."""

from collections.abc import Mapping
from math import inf

from cnncalc.checks.lint.rule import Marks, Rule, Subject
from cnncalc.graph import Layer
from cnncalc.ops import Op
from cnncalc.ops.activation import Dropout, LeakyRelu, Relu6
from cnncalc.ops.merge import Concat, Sub


def _check(subject: Subject) -> Marks:
    largest: dict[str, float] = {}  # of the tensors that hold nothing below 0
    for layer in subject.layers:
        if not layer.inputs:
            continue
        bound = largest.get(layer.inputs[0])
        most = layer.op.largest_value
        if most is not None:
            largest[layer.name] = min(most, inf if bound is None else bound)
        elif bound is not None and (own := _largest_of(layer, bound, largest)) is not None:
            largest[layer.name] = own
        if message := _message(layer.op, layer.inputs[0], bound):
            yield subject.mark(layer, message, "remove it")


def _largest_of(layer: Layer, bound: float, largest: Mapping[str, float]) -> float | None:
    """The largest value that a layer can give; None when it can give some below 0."""
    op = layer.op
    if op.keeps_range or op.keeps_positive:
        return bound
    if isinstance(op, Dropout):
        return inf  # in training it scales up what it keeps
    bounds = [largest[name] for name in layer.inputs if name in largest]
    if not op.merges or isinstance(op, Sub) or len(bounds) < len(layer.inputs):
        return None
    return max(bounds) if isinstance(op, Concat) else inf


def _message(op: Op, source: str, bound: float | None) -> str | None:
    """The message for an op that gives what it is given: values from 0 to `bound`, or any."""
    if bound is None:
        is_idle = isinstance(op, LeakyRelu) and op.slope == 1
        return "with a slope of 1 `leaky_relu` changes nothing" if is_idle else None
    if isinstance(op, Relu6) and bound <= 6:
        return f"`{source}` stays within 0 and 6: `{op.name}` after it changes nothing"
    if op.keeps_positive:
        return f"`{source}` gives nothing below 0: `{op.name}` after it changes nothing"
    return None


RULE = Rule(
    "W617",
    finds="""An activation gives back what it is given.

A ReLU, leaky ReLU, PReLU or ELU changes nothing about values that are not below 0: after another
ReLU, a sigmoid or a softmax, also where pooling, dropout, `flatten`, or an `add`, `mul` or
`concat` of nothing but such values is between. Neither does `relu6` about values from 0 to 6, nor
a `leaky_relu` with a slope of 1 about any.""",
    because="""It takes memory and time and gives back what it is given. Often a layer between the
two has been lost, or a block that ends in an activation is followed by another one.""",
    example="""\
  name: Activation without effect
  input: 3x32x32
  layers:
    - conv3x3 16 padding=1
    - relu
    - maxpool2x2
-   - relu
""",
    network=_check,
)
