"""A PyTorch module as a graph, through PyTorch's own exporter to ONNX: there is one reader."""

import inspect
import io
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cnncalc.graph import Graph
from cnncalc.interchange.onnx.read.entry import read_bytes
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.torch.missing import completed
from cnncalc.ops.values import Shape

OPSET = 17
"""The first with layer normalisation as one node."""


def from_torch(module: Any, input_size: Any) -> Graph:
    """As `cnncalc.from_torch` says."""
    try:
        import torch  # noqa: PLC0415 - the caller has it, or is told
    except ImportError:
        refuse("E701", "reading a module needs PyTorch, which is not installed")
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"not a torch.nn.Module: {module!r:.60}")
    sizes = list(shapes(input_size))
    title = type(module).__name__
    modes = {part: part.training for part in module.modules()}
    first = next(module.parameters(), None)
    like = {} if first is None else {"dtype": first.dtype, "device": first.device}
    examples = tuple(torch.zeros(1, *size, **like) for size in sizes)
    data = io.BytesIO()
    has_fast_path = torch.backends.mha.get_fastpath_enabled()
    # Of what it cannot export PyTorch writes its whole graph to standard output.
    tell = getattr(torch._C, "_jit_set_onnx_log_enabled", bool)  # noqa: SLF001 - no public way
    try:
        tell(False)  # noqa: FBT003 - it has no name
        # Attention has a fused form for inference, which the exporter does not know.
        torch.backends.mha.set_fastpath_enabled(value=False)
        with warnings.catch_warnings(), torch.no_grad(), completed(torch, OPSET):
            warnings.simplefilter("ignore")
            results = module.eval()(*examples)
            names = input_names(module, len(examples))
            with _inputs_alone(module):
                torch.onnx.export(
                    module,
                    examples,
                    data,
                    dynamo=False,
                    opset_version=OPSET,
                    do_constant_folding=False,
                    input_names=names,
                    output_names=output_names(results),
                    # Else tensors of equal values, all of a new module's scales, are made one.
                    keep_initializers_as_inputs=True,
                )
    except (
        RuntimeError,
        TypeError,
        ValueError,
        AttributeError,
        torch.onnx.OnnxExporterError,
    ) as fault:
        reason = str(fault).partition("\n")[0][:200]
        refuse("E701", f"PyTorch cannot export `{title}`: {reason}")
    finally:
        tell(True)  # noqa: FBT003 - as above; PyTorch starts with it
        torch.backends.mha.set_fastpath_enabled(value=has_fast_path)
        for part, mode in modes.items():
            part.training = mode
    return read_bytes(data.getvalue(), title)


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


def shapes(input_size: Any) -> Iterator[Shape]:
    """The shape of every input.

    Raises:
        TypeError: there is none.
    """
    given = input_size if isinstance(input_size, Sequence) else [input_size]
    for one in [given] if given and isinstance(given[0], int) else given:
        is_shape = isinstance(one, Sequence) and len(one) > 0
        if not is_shape or not all(isinstance(axis, int) and axis > 0 for axis in one):
            break
        yield tuple(one)
    else:
        if given:
            return
    raise TypeError(f"not a shape as (3, 224, 224), nor a list of such: {input_size!r:.60}")


def input_names(module: Any, number: int) -> list[str]:
    """The names that the module has for its inputs where there are several."""
    names = list(_signature(module.forward).parameters)
    return names[:number] if 1 < number <= len(names) else []


def _signature(function: Any) -> inspect.Signature:
    if sys.version_info >= (3, 14):
        # Annotations are evaluated when they are asked for, and may name what is not there.
        from annotationlib import Format  # noqa: PLC0415

        return inspect.signature(function, annotation_format=Format.STRING)
    return inspect.signature(function)


def output_names(results: Any) -> list[str]:
    """The keys of a dictionary of tensors; a lone tensor is the output."""
    if isinstance(results, dict) and not any(isinstance(one, tuple | list | dict)
                                             for one in results.values()):  # fmt: skip
        return list(map(str, results))
    return [] if isinstance(results, tuple | list | dict) else ["output"]
