"""Graphs as ONNX models."""

from collections.abc import Mapping
from os import PathLike, fspath
from os.path import basename
from typing import Any

from cnncalc.engine.weights import initial_weights
from cnncalc.files import write_whole
from cnncalc.graph import Graph
from cnncalc.interchange import families  # noqa: F401 - it fills the table of writers
from cnncalc.interchange.auxiliary import with_auxiliary
from cnncalc.interchange.onnx.write.model import ModelTooLargeError, check_size, model
from cnncalc.interchange.terms.draft import WRITERS
from cnncalc.interchange.unwritable import check_ops

__all__ = [
    "ModelTooLargeError",
    "model",
    "model_bytes",
    "write_onnx",
]


def model_bytes(
    graph: Graph,
    file: str,
    seed: int | None = 0,
    weights: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    auxiliary: bool = False,
) -> bytes:
    """What `write_onnx` writes to that file."""
    check_ops((*graph.layers, *graph.auxiliary), WRITERS, "this writer of ONNX")
    if weights is not None or seed is not None:
        check_size((*graph.layers, *graph.auxiliary))
    if weights is None and seed is not None:
        weights = initial_weights(with_auxiliary(graph) if auxiliary else graph, seed)
    data: bytes = model(graph, weights, file, auxiliary=auxiliary).SerializeToString()
    return data


def write_onnx(
    graph: Graph,
    path: str | PathLike[str],
    seed: int | None = 0,
    weights: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    auxiliary: bool = False,
) -> None:
    """Write a network to an ONNX file, opset 20, whole or not at all.

    Args:
        graph: the network.
        path: where to.
        seed: what weights are drawn from; None leaves their values out.
        weights: for each layer's name its tensors by their names, in place of drawn ones.
        auxiliary: whether to write heads that are used in training only.

    Raises:
        OSError: the file cannot be written.
        ModelTooLargeError: the weights take more than 2 GiB.
        UnwritableError: an op has no ONNX operators here.
    """
    file = fspath(path)
    write_whole(file, model_bytes(graph, basename(file), seed, weights, auxiliary=auxiliary))
