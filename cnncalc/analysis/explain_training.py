"""What a training step keeps and moves for one layer: each number with its formula."""

from collections.abc import Iterator, Sequence
from math import prod

from cnncalc.analysis.conventions import BYTES_PER_VALUE
from cnncalc.analysis.explain import select
from cnncalc.analysis.optimizers import OPTIMIZERS, Line
from cnncalc.graph import Graph, Layer
from cnncalc.ops.formula import Formula
from cnncalc.ops.values import Shape
from cnncalc.records import Record


class Worked(Record):
    """The first step of an optimizer on one weight.

    Attributes:
        tensor: the tensor of the weight.
        place: where in it the weight stands.
        weight: its value before the step.
        gradient: that of the loss.
        lines: the rule, line by line.
    """

    tensor: str
    place: tuple[int, ...]
    weight: float
    gradient: float
    lines: tuple[Line, ...]


class TrainingExplanation(Record):
    """A layer in a training step.

    Attributes:
        layer: the layer.
        optimizer: the name of the optimizer.
        formulas: what is kept and moved, in bytes.
        worked: one weight that is updated; None where there is none, or no run of the network.
    """

    layer: Layer
    optimizer: str
    formulas: tuple[Formula, ...]
    worked: Worked | None = None

    def to_dict(self) -> dict[str, object]:
        """The explanation as JSON has it."""
        rule = OPTIMIZERS[self.optimizer]
        return {
            "name": self.layer.name,
            "op": self.layer.op.name,
            "line": self.layer.op.notation(),
            "optimizer": self.optimizer,
            "source": rule.source,
            "settings": rule.settings,
            "formulas": [formula._asdict() for formula in self.formulas],
            "update": self.worked
            and {
                **self.worked._asdict(),
                "lines": [line._asdict() for line in self.worked.lines],
            },
        }


def explain_training(
    graph: Graph, names: Sequence[str], optimizer: str, *, dtype: str, batch: int
) -> list[TrainingExplanation]:
    """Explain a training step of the layers of those names; without names of all.

    Raises:
        KeyError: there is no such layer or group; the text says which is near.
    """
    chosen = graph.layers if not names else select(graph, names)
    size = BYTES_PER_VALUE[dtype]
    return [
        TrainingExplanation(layer, optimizer, tuple(_formulas(layer, optimizer, size, batch)))
        for layer in chosen
    ]


def _formulas(layer: Layer, optimizer: str, size: int, batch: int) -> Iterator[Formula]:
    yield from _kept(layer, size, batch)
    shared = "; they count at the layer that holds them" if layer.shares else None
    parameters = sum(map(prod, layer.parameters.values()))
    if layer.shares:
        yield Formula("gradients of weights", "", "0", 0, f"those of `{layer.shares}`{shared}")
    elif parameters:
        yield Formula(
            "gradients of weights", "parameters * bytes", f"{parameters}*{size}", parameters * size
        )
        yield from _state(parameters, optimizer, size)
    came = "comes in on the way back"
    yield _of_values("gradient of output", layer.output_shape, size, batch)._replace(note=came)
    many = len(layer.inputs) > 1
    for place, shape in enumerate(layer.input_shapes if layer.inputs else (), 1):
        name = f"gradient of input {place}" if many else "gradient of input"
        yield _of_values(name, shape, size, batch)._replace(note="goes on to what it reads")


def _state(parameters: int, optimizer: str, size: int) -> Iterator[Formula]:
    states = OPTIMIZERS[optimizer].states
    told = "; ".join(states) or f"{optimizer} keeps nothing"
    count = len(states)
    yield Formula(
        "optimizer state",
        "states * parameters * bytes",
        f"{count}*{parameters}*{size}",
        count * parameters * size,
        f"for each weight {told}" if states else told,
    )
    moved = 3 + 2 * count
    yield Formula(
        "moved by the update",
        "(3 + 2*states) * parameters * bytes",
        f"(3 + 2*{count})*{parameters}*{size}",
        moved * parameters * size,
        "weight, gradient and state are read, weight and state written",
    )


def _kept(layer: Layer, size: int, batch: int) -> Iterator[Formula]:
    """What the derivative reads; another layer that reads it as well keeps it with this one."""
    reads = layer.op.backward_reads
    inputs = layer.input_shapes[1:2] if "second" in reads else layer.input_shapes
    if "input" in reads or "second" in reads:
        many = len(inputs) > 1
        for place, shape in enumerate(inputs, 1):
            name = f"input {place}" if many else "second input" if "second" in reads else "input"
            yield _of_values(f"kept: {name}", shape, size, batch)
    if "output" in reads:
        yield _of_values("kept: output", layer.output_shape, size, batch)
    within = layer.op.kept_within(layer.input_shapes) if layer.inputs else 0
    if within:
        yield Formula(
            "kept: made within",
            "batch * values * bytes",
            f"{batch}*{within}*{size}",
            batch * within * size,
            "made on the way to the output",
        )
    if "mask" in reads:
        values = prod(layer.output_shape)
        yield Formula(
            "kept: mask",
            "batch * values",
            f"{batch}*{values}",
            batch * values,
            "a byte for each value",
        )
    if not reads and not within:
        yield Formula("kept for backward", "", "0", 0, "its derivative reads no value")


def _of_values(name: str, shape: Shape, size: int, batch: int) -> Formula:
    axes = "*".join(map(str, shape))
    total = batch * prod(shape) * size
    return Formula(name, "batch * values * bytes", f"{batch}*{axes}*{size}", total)
