"""Arrays in files: weights, inputs, results."""

import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import prod
from typing import IO, TypeVar
from zipfile import ZipFile

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.engine.estimate import available_bytes
from cnncalc.engine.npy import Archive, ArrayError, Header, is_archive, read_header, read_values
from cnncalc.engine.weights import Tensors, declared, filled
from cnncalc.facts import bytes_text
from cnncalc.files import open_regular
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape, show_shape
from cnncalc.printable import printable

__all__ = ["ArrayError", "archive", "read_array", "read_weights", "single"]

MOST_SHOWN = 8
"""Faults of a file that are told at once."""

Found = TypeVar("Found")


def read_weights(path: str, graph: Graph, dtype: str) -> Tensors:
    """The weights of a network from an `.npz` file: `conv1.weight`, `conv1.bias`, by layer.

    What the spec states is not read. Of every other tensor the header is held against the network
    first; only when all fit are values read, and of no other member of the file. So no file takes
    more than the network does.

    Raises:
        ArrayError: the file cannot be read, or a tensor is missing, of another shape, or holds
            something else than finite numbers.
    """
    return _opened(path, lambda stream: _weights(stream, printable(path), graph, dtype))


def _weights(stream: IO[bytes], path: str, graph: Graph, dtype: str) -> Tensors:
    if not is_archive(stream):
        read_header(stream)
        raise _ToldError(f"`{path}` holds one array; weights are an .npz file with one a tensor")
    held = Archive(stream)
    _refuse(path, held, _misfits(path, graph, held))
    tensors: dict[str, dict[str, Array]] = {}
    faults = []
    for layer in graph.layers:
        if layer.shares is not None:
            tensors[layer.name] = tensors[layer.shares]
            continue
        if layer.name in graph.weights:
            tensors[layer.name] = filled(graph.weights[layer.name], declared(layer), dtype)
            continue
        own = tensors[layer.name] = {}
        for name in declared(layer):
            key = f"{layer.name}.{name}"
            try:
                with held.opened(key) as member:
                    values = read_values(member, read_header(member))
            except ArrayError as fault:
                faults.append(f"`{printable(key)}` in `{path}` {fault}")
                continue
            if not np.isfinite(values).all():
                faults.append(f"`{printable(key)}` in `{path}` holds NaN or infinity")
            own[name] = np.ascontiguousarray(values, dtype)
    _refuse(path, held, faults)
    return tensors


def _refuse(path: str, held: Archive, found: Iterable[str]) -> None:
    faults = list(found)
    if faults:
        more = len(faults) - MOST_SHOWN
        shown = [*faults[:MOST_SHOWN], *([f"... and {more} more"] if more > 0 else [])]
        every = [f"`{printable(name)}`" for name in held.members]
        rest = [f"{len(every) - 4} more"] if len(every) > 4 else []
        listed = ", ".join([*every[:4], *rest]) or "nothing"
        raise _ToldError("\n".join([*shown, f"`{path}` holds {listed}"]))


def _misfits(path: str, graph: Graph, held: Archive) -> Iterator[str]:
    for layer in graph.layers:
        is_given = layer.holder in graph.weights or layer.shares is not None
        for name, shape in () if is_given else declared(layer).items():
            key = f"{layer.name}.{name}"
            told = f"`{printable(layer.name)}` ({printable(layer.op.notation())})"
            wanted = f"{told} takes `{printable(key)}` of {show_shape(shape)}"
            if key not in held.members:
                yield f"{wanted}, `{path}` has none"
                continue
            try:
                with held.opened(key) as member:
                    header = read_header(member)
            except ArrayError as fault:
                yield f"`{printable(key)}` in `{path}` {fault}"
                continue
            if header.shape != shape:
                yield f"{wanted}, `{path}` has {show_shape(header.shape) or 'a single number'}"
            elif header.kind.kind not in "fiub":
                yield f"{wanted}, `{path}` has values of type {header.kind}"


def read_array(path: str, shape: Shape, dtype: str) -> Array:
    """An input from an `.npy` file, `C *size` or `N C *size`, as a batch.

    Raises:
        ArrayError: the file cannot be read, or its array is of another shape or kind.
    """
    return _opened(path, lambda stream: _array(stream, printable(path), shape, dtype))


def _array(stream: IO[bytes], path: str, shape: Shape, dtype: str) -> Array:
    if is_archive(stream):
        raise _ToldError(f"`{path}` is an .npz archive; an input is a picture or an .npy file")
    header = read_header(stream)
    if header.kind.kind not in "fiub":
        raise _ToldError(f"`{path}` has values of type {header.kind}, not numbers")
    whole = (1, *header.shape) if len(header.shape) == len(shape) else header.shape
    if whole[1:] != shape or not whole[0]:
        has = show_shape(header.shape) or "a single number"
        raise _ToldError(f"`{path}` is {has}, the network takes {show_shape(shape)}")
    _refuse_size(stream, header, dtype)
    batch = read_values(stream, header).reshape(whole)
    if not np.isfinite(batch).all():
        raise ArrayError("holds NaN or infinity")
    return np.ascontiguousarray(batch, dtype)


def _refuse_size(stream: IO[bytes], header: Header, dtype: str) -> None:
    """Refuse values that are not there, or that the memory does not hold, before any is read."""
    if os.fstat(stream.fileno()).st_size - stream.tell() < header.nbytes:
        raise ArrayError("ends before its values do")
    needed = header.nbytes + prod(header.shape) * np.dtype(dtype).itemsize
    available = available_bytes()
    if available is not None and needed > available:
        has = bytes_text(available)
        raise ArrayError(f"takes {bytes_text(needed)}, {has} of memory are available")


class _ToldError(ArrayError):
    """A fault whose text names the file already."""


def _opened(path: str, read: Callable[[IO[bytes]], Found]) -> Found:
    """What is read of a file; faults that have no subject yet get its name."""
    try:
        with open(open_regular(path), "rb") as stream:
            return read(stream)
    except _ToldError:
        raise
    except ArrayError as fault:
        if str(fault) == "is no NumPy array":
            fault = ArrayError("is no file of NumPy arrays (.npy, .npz)")
        raise ArrayError(f"`{printable(path)}` {fault}") from None
    except (OSError, ValueError) as fault:  # a name with NUL is a ValueError
        reason = printable(getattr(fault, "strerror", None) or str(fault)).lower()
        raise ArrayError(f"cannot read `{printable(path)}`: {reason}") from None


def archive(arrays: Mapping[str, Array]) -> bytes:
    """Arrays as the bytes of an `.npz` file, whatever their names are."""
    stream = io.BytesIO()
    with ZipFile(stream, "w") as held:
        for name, array in arrays.items():
            with held.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)
    return stream.getvalue()


def single(array: Array) -> bytes:
    """An array as the bytes of an `.npy` file."""
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()
