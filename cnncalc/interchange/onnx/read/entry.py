"""An ONNX model as a graph. The package `onnx` is loaded when a model is read, not before."""

import os
from collections.abc import Mapping

from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.interchange.onnx_model.bounds import WIDE, Allowance
from cnncalc.interchange.onnx_model.file import parse_model, read_model
from cnncalc.ops.values import Shape

Inputs = Mapping[str | None, Shape]
"""The shapes of inputs by their names; that of the only one under None."""


def read_onnx(
    path: str, inputs: Inputs | None = None, allowance: Allowance | None = None
) -> Graph:
    """As `cnncalc.read_onnx` says; without an allowance the model is one's own."""
    title = os.path.splitext(os.path.basename(path))[0]
    try:
        allowance = allowance or Allowance()
        model = read_model(path, allowance.weigh)
        from cnncalc.interchange.onnx.read.graph import read_graph  # noqa: PLC0415 - needs `onnx`

        return read_graph(model, title, inputs or {}, allowance)
    except SpecError as fault:
        raise _located(fault, path) from None


def read_bytes(data: bytes, title: str, inputs: Inputs | None = None, steps: int = WIDE) -> Graph:
    """The graph of a model that is in memory, within the bounds of one in a file.

    Raises:
        SpecError: the bytes hold no model, or one that gives no graph.
    """
    allowance = Allowance(steps)
    model = parse_model(data, title, allowance.weigh)
    from cnncalc.interchange.onnx.read.graph import read_graph  # noqa: PLC0415 - needs `onnx`

    return read_graph(model, title, inputs or {}, allowance)


def _located(fault: SpecError, path: str) -> SpecError:
    """The faults with the name of the file before those that do not say it."""
    return SpecError(
        [
            one if path in one.message else one._replace(message=f"`{path}`: {one.message}")
            for one in fault.diagnostics
        ],
        fault.sources,
    )
