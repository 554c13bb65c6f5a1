"""W615: one dense layer that outweighs all the rest."""

from math import prod

from cnncalc.checks.lint.rule import Marks, Rule, Subject
from cnncalc.graph import Layer
from cnncalc.ops.activation import Dropout
from cnncalc.ops.linear import Linear
from cnncalc.ops.reshape import Flatten


def _check(subject: Subject) -> Marks:
    layer = subject.largest
    if layer is None or not isinstance(layer.op, Linear):
        return
    parameters = [cost.parameters for cost in subject.costs]
    total, largest = sum(parameters), max(parameters)
    is_shared = sum(cost.macs > 0 for cost in subject.costs) >= 3
    if is_shared and largest * 100 > 80 * total:
        share = f"{100 * largest / total:.1f} %"
        message = f"`{layer.name}` holds {largest:,} of {total:,} parameters, {share}"
        yield subject.mark(layer, message, _remedy(subject, layer))


def _remedy(subject: Subject, layer: Layer) -> str | None:
    """Global pooling, where a map is flattened right before the layer."""
    before = subject.by_name.get(layer.inputs[0])
    while before is not None and isinstance(before.op, Dropout):
        before = subject.by_name.get(before.inputs[0])
    if before is None or not isinstance(before.op, Flatten):
        return None
    channels, *size = before.input_shapes[0]
    if prod(size) == 1:
        return None
    left = sum(map(prod, layer.op.parameters([(channels,)]).values()))
    return f"put `globalavgpool` before `{before.label}`: it would have {left:,} parameters"


RULE = Rule(
    "W615",
    finds="""One dense layer holds more than 80 % of all parameters.

This is reported for networks with three or more convolutions and dense layers.""",
    because="""Most of what is stored and trained is in one matrix, which grows with the size of
the map that it reads. Pooling that map to one value a channel (Lin et al. 2014, section 3.2) is
how GoogLeNet comes to 7 million parameters where AlexNet has 61.""",
    example="""\
  name: Dense layer
  input: 3x32x32
  layers:
    - conv3x3 16 padding=1
    - relu
+   - globalavgpool
    - flatten
    - linear 64
    - relu
    - linear 10
""",
    severity="information",
    network=_check,
)
