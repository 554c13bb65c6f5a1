"""A module by way of PyTorch's exporters to ONNX: for one whose shapes depend on values."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cnncalc.graph import Graph
from cnncalc.interchange.onnx.read.told import Told
from cnncalc.interchange.torch.examples import Example, Run, input_names
from cnncalc.interchange.torch.missing import completed
from cnncalc.interchange.torch.run import made

OPSET = 17
"""The first with layer normalisation as one node."""


def exported(
    torch: Any, module: Any, examples: Sequence[Example], choices: Sequence[Run]
) -> Graph | Exception:
    """The graph of a module as one of the exporters writes it, or what the first of them said."""
    told = told_of(module)
    faults: list[Exception] = []
    for export in (by_tracing, by_dynamo):
        for run in choices:
            try:
                data = export(torch, module, examples, run)
                return _read(data, type(module).__name__, told)
            except Exception as fault:  # noqa: BLE001 - exporters raise whatever they meet
                faults.append(fault)
    return faults[0]


def _read(data: bytes, title: str, told: Told) -> Graph:
    from cnncalc.interchange.onnx.read.graph import read_graph  # noqa: PLC0415 - needs `onnx`
    from cnncalc.interchange.onnx_model.file import parse_model  # noqa: PLC0415 - as this

    return read_graph(parse_model(data, title), title, {}, told=told)


def told_of(module: Any) -> Told:
    """Which tensors of a module are trained, and which are only kept."""
    parameters = {name: tuple(one.shape) for name, one in module.named_parameters()}
    return Told(parameters, frozenset(name for name, _ in module.named_buffers()))


def by_tracing(torch: Any, module: Any, examples: Sequence[Example], run: Run) -> bytes:
    """By the exporter that follows what is run."""
    tensors = _tensors(torch, module, examples, run)
    data = io.BytesIO()
    # Of what it cannot export PyTorch writes its whole graph to standard output.
    tell = getattr(torch._C, "_jit_set_onnx_log_enabled", bool)  # noqa: SLF001 - no public way
    try:
        tell(False)  # noqa: FBT003 - it has no name
        with completed(torch, OPSET), _inputs_alone(module):
            results = module(*tensors)
            torch.onnx.export(
                module,
                tensors,
                data,
                dynamo=False,
                opset_version=OPSET,
                do_constant_folding=False,
                input_names=input_names(module, len(tensors)),
                output_names=output_names(results),
                # Else tensors of equal values, all of a new module's scales, are made one.
                keep_initializers_as_inputs=True,
            )
    finally:
        tell(True)  # noqa: FBT003 - as above; PyTorch starts with it
    return data.getvalue()


def by_dynamo(torch: Any, module: Any, examples: Sequence[Example], run: Run) -> bytes:
    """By the exporter that reads the module's code; it needs the package `onnxscript`."""
    tensors = _tensors(torch, module, examples, run)
    program = torch.onnx.export(module, tensors, dynamo=True, verbose=False, optimize=False)
    return bytes(program.model_proto.SerializeToString())


def _tensors(torch: Any, module: Any, examples: Sequence[Example], run: Run) -> tuple[Any, ...]:
    """The inputs, in the order of their arguments."""
    if any(one.name is not None for one in examples):
        order = list(input_names(module, 10**6)) or [one.label for one in examples]
        both = sorted(zip(examples, *run, strict=True), key=lambda one: order.index(one[0].label))
    else:
        both = list(zip(examples, *run, strict=True))
    first = next(module.parameters(), None)
    device = "cpu" if first is None else str(first.device)
    return tuple(made(torch, one, (shape, dtype), device) for one, shape, dtype in both)


@contextmanager
def _inputs_alone(module: Any) -> Iterator[None]:
    """Hide the optional arguments of a module: the exporter makes tensors of their defaults."""
    own, forward = module.__dict__.get("forward"), module.forward

    def run(*inputs: Any) -> Any:
        return forward(*inputs)

    module.__dict__["forward"] = run
    try:
        yield
    finally:
        del module.__dict__["forward"]
        if own is not None:
            module.__dict__["forward"] = own


def output_names(results: Any) -> list[str]:
    """The keys of a dictionary of tensors; a lone tensor is the output."""
    if isinstance(results, dict) and not any(isinstance(one, tuple | list | dict)
                                             for one in results.values()):  # fmt: skip
        return list(map(str, results))
    return [] if isinstance(results, tuple | list | dict) else ["output"]
