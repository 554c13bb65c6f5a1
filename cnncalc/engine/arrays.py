"""Arrays in files: weights, inputs, results."""

import io
from collections.abc import Iterator, Mapping
from zipfile import BadZipFile

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.engine.weights import Tensors, declared
from cnncalc.files import open_regular
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape, show_shape

MOST_SHOWN = 8
"""Faults of a file that are told at once."""


class ArrayError(Exception):
    """A file whose arrays are not what a network needs; the text says all that is wrong."""


def read_weights(path: str, graph: Graph, dtype: str) -> Tensors:
    """The weights of a network from an `.npz` file: `conv1.weight`, `conv1.bias`, by layer.

    Raises:
        ArrayError: the file cannot be read, or a tensor is missing, of another shape, or holds
            something else than finite numbers.
    """
    held = _read(path)
    if not isinstance(held, dict):
        raise ArrayError(f"`{path}` holds one array; weights are an .npz file with one a tensor")
    faults = list(_misfits(path, graph, held))
    if faults:
        more = len(faults) - MOST_SHOWN
        shown = [*faults[:MOST_SHOWN], *([f"... and {more} more"] if more > 0 else [])]
        raise ArrayError("\n".join([*shown, f"`{path}` holds {_names(held)}"]))
    return {
        layer.name: {
            name: np.ascontiguousarray(held[f"{layer.name}.{name}"], dtype)
            for name in declared(layer)
        }
        for layer in graph.layers
    }


def _misfits(path: str, graph: Graph, held: Mapping[str, Array]) -> Iterator[str]:
    for layer in graph.layers:
        for name, shape in declared(layer).items():
            key = f"{layer.name}.{name}"
            wanted = f"`{layer.name}` ({layer.op.notation()}) takes `{key}` of {show_shape(shape)}"
            if key not in held:
                yield f"{wanted}, `{path}` has none"
            elif held[key].shape != shape:
                has = show_shape(held[key].shape) or "a single number"
                yield f"{wanted}, `{path}` has {has}"
            elif held[key].dtype.kind not in "fiub":
                yield f"{wanted}, `{path}` has values of type {held[key].dtype}"
            elif not np.isfinite(held[key]).all():
                yield f"`{key}` in `{path}` holds NaN or infinity"


def _names(held: Mapping[str, Array]) -> str:
    names = [f"`{name}`" for name in list(held)[:4]]
    rest = [f"{len(held) - 4} more"] if len(held) > 4 else []
    return ", ".join([*names, *rest]) or "nothing"


def read_array(path: str, shape: Shape, dtype: str) -> Array:
    """An input from an `.npy` file, `C *size` or `N C *size`, as a batch.

    Raises:
        ArrayError: the file cannot be read, or its array is of another shape or kind.
    """
    held = _read(path)
    if isinstance(held, dict):
        raise ArrayError(f"`{path}` is an .npz archive; an input is a picture or an .npy file")
    if held.dtype.kind not in "fiub":
        raise ArrayError(f"`{path}` has values of type {held.dtype}, not numbers")
    batch = held[None] if held.ndim == len(shape) else held
    if batch.shape[1:] != shape or not len(batch):
        has = show_shape(held.shape) or "a single number"
        raise ArrayError(f"`{path}` is {has}, the network takes {show_shape(shape)}")
    if not np.isfinite(batch).all():
        raise ArrayError(f"`{path}` holds NaN or infinity")
    return np.ascontiguousarray(batch, dtype)


def _read(path: str) -> "Array | dict[str, Array]":
    try:
        with open(open_regular(path), "rb") as stream:
            loaded = np.load(stream, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return loaded
            with loaded:
                return {name: loaded[name] for name in loaded.files}
    except OSError as fault:
        raise ArrayError(
            f"cannot read `{path}`: {(fault.strerror or str(fault)).lower()}"
        ) from None
    except (ValueError, EOFError, BadZipFile, KeyError, MemoryError):
        raise ArrayError(f"`{path}` is no file of NumPy arrays (.npy, .npz)") from None


def archive(arrays: Mapping[str, Array]) -> bytes:
    """Arrays as the bytes of an `.npz` file."""
    stream = io.BytesIO()
    np.savez(stream, **dict(arrays))  # type: ignore[arg-type]
    return stream.getvalue()


def single(array: Array) -> bytes:
    """An array as the bytes of an `.npy` file."""
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()
