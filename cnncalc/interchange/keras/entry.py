"""A Keras model as a graph. Keras itself is not needed, and no code of a model is run."""

import json
import os
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.interchange.keras.document import most_bytes, read_document
from cnncalc.interchange.keras.file import parts_of, read_config
from cnncalc.interchange.onnx_model.bounds import Allowance
from cnncalc.ops.values import Shape

Inputs = Mapping[str | None, Shape]
"""The shapes of inputs by their names, channels first; that of the only one under None."""


def read_keras(
    path: str, inputs: Inputs | None = None, allowance: Allowance | None = None
) -> Graph:
    """The graph of a `.keras` file; without an allowance the model is one's own.

    Raises:
        SpecError: it is no sound model, has layers that are not known, or leaves an axis open.
    """
    title = os.path.splitext(os.path.basename(path))[0]
    allowance = allowance or Allowance()
    parts = read_config(path, most_bytes(allowance))  # whose faults name the file
    return _graph(parts, path, title=title, inputs=inputs or {}, allowance=allowance)


def read_keras_bytes(data: bytes, title: str, inputs: Inputs | None = None) -> Graph:
    """The graph of a `.keras` file that is in memory.

    Raises:
        SpecError: as above.
    """
    allowance = Allowance()
    parts = parts_of(BytesIO(data), title, most_bytes(allowance))
    return _graph(parts, title, title=title, inputs=inputs or {}, allowance=allowance)


def _graph(
    parts: tuple[bytes, bytes], path: str, *, title: str, inputs: Inputs, allowance: Allowance
) -> Graph:
    from cnncalc.interchange.keras.graph import read_graph  # noqa: PLC0415 - it loads all rows

    config, metadata = parts
    told: dict[str, Any] = {
        "version": _version(metadata),
        "given": inputs,
        "allowance": allowance,
    }
    try:
        return read_graph(read_document(config, allowance), title, **told)
    except SpecError as fault:
        named = [one._replace(message=f"`{path}`: {one.message}") for one in fault.diagnostics]
        raise SpecError(named, fault.sources) from None


def _version(metadata: bytes) -> str:
    """The version of Keras that wrote the file, where it says so."""
    try:
        found = json.loads(metadata)
    except (ValueError, RecursionError):
        return ""
    told = found.get("keras_version") if isinstance(found, dict) else None
    return told if isinstance(told, str) and re.fullmatch(r"[\w.+-]{1,40}", told) else ""
