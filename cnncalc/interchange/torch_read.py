"""A PyTorch module as a graph, through PyTorch's own exporter to ONNX: there is one reader."""

import io
import warnings
from collections.abc import Sequence
from typing import Any

from cnncalc.graph import Graph
from cnncalc.interchange.onnx_file import refuse
from cnncalc.interchange.onnx_read import read_bytes
from cnncalc.ops.values import Shape

OPSET = 17
"""The first with layer normalisation as one node."""


def from_torch(module: Any, input_size: Shape | Sequence[Shape]) -> Graph:
    """As `cnncalc.from_torch` says."""
    try:
        import torch  # noqa: PLC0415 - the caller has it, or is told
    except ImportError:
        refuse("E701", "reading a module needs PyTorch, which is not installed")
    sizes: Any = [input_size] if isinstance(input_size[0], int) else input_size
    title = type(module).__name__
    modes = {part: part.training for part in module.modules()}
    first = next(module.parameters(), None)
    like = {} if first is None else {"dtype": first.dtype, "device": first.device}
    examples = tuple(torch.zeros(1, *size, **like) for size in sizes)
    data = io.BytesIO()
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                module.eval(),
                examples,
                data,
                dynamo=False,
                opset_version=OPSET,
                do_constant_folding=False,
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
        for part, mode in modes.items():
            part.training = mode
    return read_bytes(data.getvalue(), title)
