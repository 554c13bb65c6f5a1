"""W612: a dropout after the last layer with weights."""

from cnncalc.checks.lint.rule import Marks, Rule, Subject
from cnncalc.graph import Layer
from cnncalc.ops import Op
from cnncalc.ops.activation import Dropout


def _check(subject: Subject) -> Marks:
    given = dict(subject.outputs)  # for each tensor the output that it comes to without weights
    found: list[tuple[Layer, str]] = []
    for layer in reversed(subject.layers):
        output = given.get(layer.name)
        if output is None or _has_weights(layer.op):
            continue
        if isinstance(layer.op, Dropout) and layer.op.p > 0:
            way = "" if output == layer.name else f" up to the output `{output}`"
            found.append((layer, f"{layer.op.p:g}{way}"))
        for name in layer.inputs:
            given.setdefault(name, output)
    weighted = _weighted(subject) if found else {}
    for layer, drop in reversed(found):
        message = f"no layer with weights follows this dropout of {drop}"
        before = weighted.get(layer.name)
        yield subject.mark(layer, message, f"move it before `{before}`" if before else "remove it")


def _has_weights(op: Op) -> bool:
    return type(op).parameters is not Op.parameters


def _weighted(subject: Subject) -> dict[str, str]:
    """For each layer the last layer with weights before it, along first inputs."""
    found: dict[str, str] = {}
    for layer in subject.layers:
        source = next(iter(layer.inputs), "")
        before = subject.by_name.get(source)
        if before is not None and _has_weights(before.op):
            found[layer.name] = source
        elif source in found:
            found[layer.name] = found[source]
    return found


RULE = Rule(
    "W612",
    finds="""No layer with weights follows a dropout.

What it gives reaches an output of the network, or of an auxiliary head, without passing a layer
with weights; softmax or pooling make no difference. A dropout of 0 drops nothing and is no
fault.""",
    because="""Dropout makes the layer after it learn from a random part of its input. After the
last layer with weights nothing learns: in training, logits are set to zero at random, half of the
classes with the usual `p=0.5`, and the loss is noise.""",
    example="""\
  name: Dropout at the end
  input: 784
  layers:
    - linear 300
    - relu
+   - dropout 0.5
    - linear 10
-   - dropout 0.5
""",
    network=_check,
)
