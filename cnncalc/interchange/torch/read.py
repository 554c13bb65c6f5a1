"""A PyTorch module as a graph: what it runs is taken down, or exported where it cannot be."""

from collections.abc import Sequence
from typing import Any, NoReturn

from cnncalc.graph import Graph
from cnncalc.interchange.aten.call import Tape
from cnncalc.interchange.onnx_model.file import refuse, shown
from cnncalc.interchange.torch.examples import Example, Run, examples_of, runs
from cnncalc.interchange.torch.export import exported
from cnncalc.interchange.torch.run import WAYS, taken_down
from cnncalc.interchange.torch.state import (
    Parts,
    at_inference,
    kept_as_it_is,
    named_tensors,
    parts_of,
    silenced,
    unwrapped,
)
from cnncalc.interchange.torch.tape import OpenError

MOST_LETTERS = 200
"""Letters that are shown of what PyTorch says."""


def from_torch(module: Any, input_size: Any) -> Graph:
    """As `cnncalc.from_torch` says."""
    try:
        import torch  # noqa: PLC0415 - the caller has it, or is told
    except ImportError:
        refuse("E701", "reading a module needs PyTorch, which is not installed")
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"not a torch.nn.Module: {module!r:.60}")
    module = unwrapped(torch, module)
    parts = parts_of(module)
    _check_initialized(torch, parts)
    examples = examples_of(torch, module, input_size)
    with silenced(), at_inference(torch, parts):
        return read(torch, parts, examples)


def _check_initialized(torch: Any, parts: Parts) -> None:
    """Refuse a module whose parameters have no shape yet."""
    for name, (one, _, _) in named_tensors(parts).items():
        if torch.nn.parameter.is_lazy(one):
            hint = "run it once on an input, which gives them their shapes"
            refuse("E701", f"`{name}` of `{title_of(parts[0][1])}` has no shape yet", hint)


def title_of(module: Any) -> str:
    """What a module is called: its class."""
    return str(getattr(module, "original_name", None) or type(module).__name__)


def read(torch: Any, parts: Parts, examples: Sequence[Example]) -> Graph:
    """The graph of a module that is as at inference."""
    module = parts[0][1]
    first = next((one for one in module.parameters() if one.is_floating_point()), None)
    like = torch.get_default_dtype() if first is None else first.dtype
    choices = list(runs(torch, examples, like))
    tape, faults = first_tape(torch, parts, examples, choices)
    if tape is not None:
        return graph_of(torch, module, tape)
    if not any(isinstance(one, OpenError) for one in faults):
        refuse_run(module, faults[0], choices[0].shapes)
    with kept_as_it_is(parts):
        found = exported(torch, module, examples, choices)
    if not isinstance(found, Graph):
        refuse_export(module, found)
    return found


def refuse_export(module: Any, found: Exception) -> NoReturn:
    """Refuse a module that no exporter takes, for a reason that the first of them gives."""
    hint = "take the part of it whose shapes do not depend on values, as its backbone"
    refuse("E701", f"PyTorch cannot export `{title_of(module)}`: {line_of(found)}", hint)


def first_tape(
    torch: Any, parts: Parts, examples: Sequence[Example], choices: Sequence[Run]
) -> tuple[Tape | None, list[Exception]]:
    """What a module runs, by the first way that takes it; else what the last way said."""
    faults: list[Exception] = []
    for way in WAYS:
        faults = []
        for run in choices:
            try:
                return taken_down(torch, parts, way, examples, run), []
            except Exception as fault:  # noqa: BLE001 - a module's code may raise anything
                faults.append(fault)
    return None, faults


def graph_of(torch: Any, module: Any, tape: Any) -> Graph:
    """The graph of what a module ran."""
    from cnncalc.interchange.aten.model import modelled  # noqa: PLC0415 - needs the messages of ONNX
    from cnncalc.interchange.onnx.read.graph import read_graph  # noqa: PLC0415 - as this

    model, told = modelled(tape, str(torch.__version__).partition("+")[0])
    return read_graph(model, title_of(module), {}, told=told)


def refuse_run(module: Any, fault: Exception, shapes: Any) -> NoReturn:
    """Refuse a module that does not run on what it is given."""
    size = " and ".join("x".join(map(str, one)) for one in shapes)
    message = f"PyTorch cannot run `{title_of(module)}` on {size}: {line_of(fault)}"
    hint = "give the shapes that its `forward` takes, by name as {'input_ids': (128,)}"
    refuse("E701", message, hint)


def line_of(fault: BaseException) -> str:
    """What a fault says, in one line."""
    text = " ".join(shown(str(fault).replace("\n", " ")).split()) or type(fault).__name__
    first = text.partition(". ")[0]
    return first[:MOST_LETTERS]
