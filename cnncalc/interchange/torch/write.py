"""Graphs as source for PyTorch."""

from textwrap import fill

from cnncalc.graph import Graph
from cnncalc.interchange import families  # noqa: F401 - it fills the table of modules
from cnncalc.interchange.auxiliary import with_auxiliary
from cnncalc.interchange.scopes import grouped
from cnncalc.interchange.terms.call import JOINS, MODULES
from cnncalc.interchange.torch.classes import File
from cnncalc.interchange.torch.folding import rejoined
from cnncalc.interchange.torch.helpers import HELPERS
from cnncalc.interchange.torch.hints import Hints
from cnncalc.interchange.torch.program import Program
from cnncalc.interchange.torch.sharing import pair
from cnncalc.interchange.torch.writer import NetworkWriter
from cnncalc.interchange.unwritable import check_ops
from cnncalc.ops.values import show_shape
from cnncalc.printable import printable


def render_torch(graph: Graph, hints: Hints | None = None, *, auxiliary: bool = False) -> str:
    """A module for PyTorch: a class for every block, with the names of the layers.

    A group of which several tensors are read is no module: what is in it stands in the group
    around, `stage2.high` as `stage2_high`. What shares weights is one module, called again.

    Heads that are used in training only are outputs like the others, when asked for.

    Raises:
        UnwritableError: an op has no module.
    """
    if auxiliary:
        graph = with_auxiliary(graph)
    check_ops(graph.layers, {*MODULES, *JOINS}, "PyTorch source")
    root = grouped(graph.layers, graph.groups, graph.outputs.values())
    pair(root)
    shapes = {**graph.inputs, **{layer.name: layer.output_shape for layer in graph.layers}}
    program = Program(root, shapes, hints or Hints())
    title = f"{graph.name} {graph.variant}" if graph.variant else graph.name
    network = NetworkWriter(program.file, root, graph).written(program.file.free_name(title))
    body = "".join(
        "\n\n\n" + text.rstrip("\n")
        for text in (
            *(rejoined(HELPERS[name]) for name in sorted(needed(program.file))),
            *(rejoined("\n".join(one.lines)) for one in program.file.classes),
        )
    )
    return "\n".join([*_heading(graph, body), body.removeprefix("\n"), _main(graph, network.name)])


def needed(file: File) -> set[str]:
    """The helpers that the classes call."""
    has_rounding = any("divisible(" in line for one in file.classes for line in one.lines)
    return {*file.helpers, *(["divisible"] if has_rounding else [])}


def _heading(graph: Graph, body: str) -> list[str]:
    """The docstring and the imports that the body needs."""
    said = printable(graph.name if graph.source is None else f"{graph.name}: {graph.source}")
    shapes = ", ".join(show_shape(shape) for shape in graph.inputs.values())
    first = fill(said, 96, initial_indent=" " * 3)[3:]  # behind the opening quotes
    text = f"{first}\n\nOn inputs of N x {shapes}.".replace("\\", "\\\\")
    text = text.replace('"' * 3, "'" * 3)
    lines = [f'"""{text}\n"""', ""]
    if "math." in body:
        lines.append("import math")
    if "OrderedDict" in body:
        lines.append("from collections import OrderedDict")
    if len(lines) > 2:
        lines.append("")
    lines.append("import torch")
    if "F." in body:
        lines.append("import torch.nn.functional as F")
    lines.append("from torch import nn")
    return lines


_MAIN = """

if __name__ == "__main__":
    network = {name}().eval()
    print(f"{{sum(p.numel() for p in network.parameters()):,}} parameters")
    with torch.inference_mode():
        print({found})
"""


def _main(graph: Graph, name: str) -> str:
    """What the file does when it is run: it says its parameters and the shape of its output."""
    sizes = [", ".join(map(str, (1, *shape))) for shape in graph.inputs.values()]
    call = f"network({', '.join(f'torch.randn({size})' for size in sizes)})"
    found = f"tuple({call}.shape)"
    if len(graph.outputs) > 1:
        found = f"{{name: tuple(y.shape) for name, y in {call}.items()}}"
    return _MAIN.format(name=name, found=found)
