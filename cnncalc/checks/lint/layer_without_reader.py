"""W616: layers and inputs that nobody reads."""

from cnncalc.checks.finding import counted
from cnncalc.checks.lint.rule import Mark, Marks, Rule, Subject


def _check(subject: Subject) -> Marks:
    spent = _spent(subject) if subject.idle else {}
    for layer in subject.idle:
        message = f"nothing reads `{layer.name}`{_costs(*spent[layer.name])}"
        yield subject.mark(layer, message, "remove it, or name it under `outputs`")
    for name in subject.idle_inputs:
        message = f"nothing reads the input `{name}`"
        yield Mark(subject.input_place(name), message, None, "remove it")


def _spent(subject: Subject) -> dict[str, tuple[int, int, int]]:
    """Layers, parameters and MACs that only serve a layer without a reader, by its name.

    What several of them need counts for the last of these.
    """
    needed = set(subject.outputs)
    serves: dict[str, str] = {}
    spent: dict[str, tuple[int, int, int]] = {}
    counted_layers = zip(subject.graph.layers, subject.costs, strict=False)
    costs = {layer.name: cost for layer, cost in counted_layers}  # of no auxiliary head
    for layer in reversed(subject.layers):
        if layer.name in needed:
            needed.update(layer.inputs)
            continue
        end = serves.setdefault(layer.name, layer.name)
        for name in layer.inputs:
            serves.setdefault(name, end)
        layers, parameters, macs = spent.get(end, (0, 0, 0))
        if cost := costs.get(layer.name):
            parameters, macs = parameters + cost.parameters, macs + cost.macs
        spent[end] = (layers + 1, parameters, macs)
    return spent


def _costs(layers: int, parameters: int, macs: int) -> str:
    before = f"; it and {counted(layers - 1, 'layer')} before it" if layers > 1 else ""
    numbers = [f"{parameters:,} parameters"] * bool(parameters) + [f"{macs:,} MACs"] * bool(macs)
    if numbers:
        verb = f"{before} cost" if before else ": it costs"
        return f"{verb} {' and '.join(numbers)} for nothing"
    return f"{before} are there for nothing" if before else ""


RULE = Rule(
    "W616",
    finds="""Nothing reads a layer, or an input of the network.

The layer is no output either. The numbers are those of the layer and of all layers before it that
serve nothing else.""",
    because="""Its parameters, MACs and memory are in every total without being of any use. Most
often a branch was left standing, or `outputs` does not name it.""",
    example="""\
  name: Layer without a reader
  input: 3x32x32
  layers:
    - conv3x3 16 padding=1
    - trunk: relu
    - [globalavgpool, flatten]
    - rotation: linear 4
    - trunk
    - [globalavgpool, flatten]
    - classes: linear 10
+ outputs: [rotation, classes]
""",
    network=_check,
)
