"""An ONNX model as a graph. The package `onnx` is loaded when a model is read, not before."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.interchange.formats import refuse_other, refuse_other_file
from cnncalc.interchange.onnx_model.bounds import WIDE, Allowance
from cnncalc.interchange.onnx_model.file import parse_model, read_model
from cnncalc.interchange.onnx_model.stored import Stored
from cnncalc.ops.values import Shape

Inputs = Mapping[str | None, Shape]
"""The shapes of inputs by their names; that of the only one under None."""


def read_onnx(
    path: str, inputs: Inputs | None = None, allowance: Allowance | None = None
) -> Graph:
    """As `cnncalc.read_onnx` says; without an allowance the model is one's own."""
    title = os.path.splitext(os.path.basename(path))[0]
    allowance = allowance or Allowance()

    def weigh(view: Stored | bytes) -> None:
        with _naming(path):
            allowance.weigh(view)

    try:
        model = read_model(path, weigh)  # whose other faults name the file
    except SpecError as fault:
        if fault.diagnostics[0].code == "E701":
            refuse_other_file(path)
        raise
    from cnncalc.interchange.onnx.read.graph import read_graph  # noqa: PLC0415 - needs `onnx`

    with _naming(path):
        return read_graph(model, title, inputs or {}, allowance)


def read_bytes(data: bytes, title: str, inputs: Inputs | None = None, steps: int = WIDE) -> Graph:
    """The graph of a model that is in memory, within the bounds of one in a file.

    Raises:
        SpecError: the bytes hold no model, or one that gives no graph.
    """
    allowance = Allowance(steps)
    try:
        model = parse_model(data, title, allowance.weigh)
    except SpecError:
        refuse_other(data, title)
        raise
    from cnncalc.interchange.onnx.read.graph import read_graph  # noqa: PLC0415 - needs `onnx`

    return read_graph(model, title, inputs or {}, allowance)


@contextmanager
def _naming(path: str) -> Iterator[None]:
    """Put the name of the file before what is told of the model in it."""
    try:
        yield
    except SpecError as fault:
        told = [one._replace(message=f"`{path}`: {one.message}") for one in fault.diagnostics]
        raise SpecError(told, fault.sources) from None
