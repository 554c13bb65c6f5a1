"""An ONNX file as a model, without the values of its weights.

What is long and is only data is not read, but stepped over, so that a model of 500 MB costs what
its structure costs. The file is not mapped: one that is cut off meanwhile would end the program.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.files import NotRegularError, open_regular
from cnncalc.interchange.onnx_model.proto import messages
from cnncalc.interchange.onnx_model.stored import Stored

LONG = 4096
"""Bytes from which the data of a tensor is left out; shapes and axes are far shorter."""

SHORT = 2**20
"""Bytes of a file up to which nothing is left out."""

DEEPEST = 50
"""Graphs within graphs: a bound for hostile files."""

# Field numbers of the messages that may hold tensors; a True field of a tensor holds its values.
# Source: onnx/onnx.proto3.
_TENSOR: Mapping[int, Any] = dict.fromkeys((4, 5, 6, 7, 9, 10, 11), True)
_ATTRIBUTE: dict[int, Any] = {5: _TENSOR, 10: _TENSOR}
_NODE: Mapping[int, Any] = {5: _ATTRIBUTE}
_GRAPH: Mapping[int, Any] = {1: _NODE, 5: _TENSOR}
_FUNCTION: Mapping[int, Any] = {7: _NODE}
_MODEL: Mapping[int, Any] = {7: _GRAPH, 25: _FUNCTION}
_ATTRIBUTE |= {6: _GRAPH, 11: _GRAPH}


Weigh = Callable[[Stored | bytes], None]
"""Refuses a long model that holds too much to be read."""


def refuse(code: str, message: str, hint: str | None = None) -> NoReturn:
    """Refuse a model by one of the codes of `diagnostics`.

    Raises:
        SpecError: always.
    """
    # The names in a model are anything: a message stays one line.
    raise SpecError([Diagnostic(code, shown(message), None, (), hint)], {})


def shown(text: str) -> str:
    """A text of a model as a terminal may show it."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def read_model(path: str, weigh: Weigh | None = None) -> Any:
    """The `ModelProto` of a file, whose long tensors have lost their values.

    Args:
        path: the file.
        weigh: is shown the bytes of a long file.

    Raises:
        SpecError: there is no such file, it is no ONNX model, or the package `onnx` is missing.
    """
    try:
        handle = open_regular(path)
        try:
            whole = _shortened(Stored(handle, 0, os.fstat(handle).st_size), path, weigh)
        finally:
            os.close(handle)
    except IsADirectoryError:
        refuse("E001", f"`{path}` is a folder, not a file")
    except NotRegularError:
        refuse("E001", f"`{path}` is not a regular file")
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        refuse("E001", f"cannot read `{path}`: {reason}")
    return _parsed(whole, path)


def parse_model(data: bytes, path: str, weigh: Weigh | None = None) -> Any:
    """The `ModelProto` of bytes in memory, read as those of a file are.

    Raises:
        SpecError: as `read_model`.
    """
    return _parsed(_shortened(data, path, weigh), path)


def _parsed(data: bytes, path: str) -> Any:
    """The `ModelProto` that bytes hold.

    Raises:
        SpecError: they hold none, or the package `onnx` is missing.
    """
    try:
        model = messages().ModelProto()
        from google.protobuf.message import DecodeError  # noqa: PLC0415 - comes with it
    except ImportError:
        hint = "install it: pip install 'cnncalc[onnx]'"
        refuse("E701", f"reading `{path}` needs the package `onnx`, which is not installed", hint)
    try:
        model.ParseFromString(data)
    except DecodeError:
        refuse("E701", f"`{path}` is not an ONNX model, or only a part of one")
    if not _is_text(model):
        refuse("E701", f"`{path}` is damaged: it has names that are no text")
    if not model.opset_import or not model.graph.output:
        refuse("E701", f"`{path}` is not an ONNX model: it has no graph with an output")
    return model


def _is_text(model: Any) -> bool:
    """Whether the names of a model are text, which protobuf does not check."""
    graph = model.graph
    named = (*graph.input, *graph.output, *graph.initializer, *graph.value_info)
    texts = [model.producer_name, model.producer_version]
    texts += [one.domain for one in model.opset_import] + [one.name for one in named]
    texts += [axis.dim_param for one in graph.input for axis in one.type.tensor_type.shape.dim]
    return all(isinstance(text, str) for text in texts)


def _shortened(view: Stored | bytes, path: str, weigh: Weigh | None) -> bytes:
    """The bytes of a model; of a large one the values of its long tensors are left out."""
    if len(view) <= SHORT:
        return _bytes(view)
    if weigh is not None:
        weigh(view)
    try:
        return b"".join(_kept(view, _MODEL, DEEPEST))
    except (IndexError, ValueError):
        refuse("E701", f"`{path}` is not an ONNX model, or only a part of one")


def _kept(view: Stored | bytes, kind: Mapping[int, Any], depth: int) -> Iterator[bytes]:
    """The fields of a long message, those of long messages within it treated alike."""
    if not depth:
        raise ValueError("nested too deep")
    place, end = 0, len(view)
    while place < end:
        start = place
        key, place = _varint(view, place)
        inside = kind.get(key >> 3)
        if key & 7 == 2:
            length, body = _varint(view, place)
            place = body + length
        else:
            length, place = 0, _past(view, place, key & 7)
        if place > end:
            raise ValueError("cut off")
        if inside is None or (inside is not True and length < LONG):
            yield _bytes(view[start:place])
        elif inside is not True:
            told = b"".join(_kept(view[body:place], inside, depth - 1))
            yield _written(key) + _written(len(told)) + told


def _bytes(part: Stored | bytes) -> bytes:
    return part if isinstance(part, bytes) else part.whole()


def measured(view: Stored | bytes, most: int) -> tuple[int, int]:
    """How many fields the nested messages of a model have, and the bytes that are no values.

    Nothing is counted once the fields are past `most`.
    """
    waiting: list[tuple[Stored | bytes, Mapping[int, Any]]] = [(view, _MODEL)]
    count = length = 0
    try:
        while waiting and count <= most:
            message, kind = waiting.pop()
            place, end = 0, len(message)
            while place < end and count <= most:
                start, inside = place, None
                count += 1
                key, place = _varint(message, place)
                if key & 7 == 2:
                    inside = kind.get(key >> 3)
                    size, body = _varint(message, place)
                    place = body + size
                    if size and isinstance(inside, dict):
                        waiting.append((message[body:place], inside))
                        continue
                    inside = inside if size >= LONG else None
                else:
                    place = _past(message, place, key & 7)
                length += 0 if inside is True else place - start
    except (IndexError, ValueError):
        pass  # it is no model, which is told where it is read
    return count, length


def _past(view: Stored | bytes, place: int, wire: int) -> int:
    """The place behind a field that has no length of its own."""
    if wire == 0:
        return _varint(view, place)[1]
    if wire not in {1, 5}:
        raise ValueError("no such wire type")
    return place + (8 if wire == 1 else 4)


def _varint(view: Stored | bytes, place: int) -> tuple[int, int]:
    """A number in base 128, lowest digits first, and the place behind it."""
    number = shift = 0
    while True:
        byte = view[place]
        place += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, place
        shift += 7
        if shift > 63:
            raise ValueError("no number")


def _written(number: int) -> bytes:
    """A number in base 128."""
    digits = bytearray()
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])
