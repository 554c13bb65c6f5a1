"""An ONNX file as a model, without the values of its weights.

The file is not mapped: one that is cut off meanwhile would end the program.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.files import NotRegularError, open_regular
from cnncalc.interchange.onnx_model.proto import messages
from cnncalc.interchange.onnx_model.shortened import Shortening, TooLongError
from cnncalc.interchange.onnx_model.stored import Stored

SHORT = 2**20
"""Bytes of a file up to which nothing is left out."""

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
    with opened(path) as handle:
        return _parsed(Stored(handle, 0, os.fstat(handle).st_size), path, weigh)


@contextmanager
def opened(path: str) -> Iterator[int]:
    """The descriptor of a model's file, which is closed afterwards.

    Raises:
        SpecError: there is no such file, or it cannot be read.
    """
    try:
        handle = open_regular(path)
        try:
            yield handle
        finally:
            os.close(handle)
    except IsADirectoryError:
        refuse("E001", f"`{path}` is a folder, not a file")
    except NotRegularError:
        refuse("E001", f"`{path}` is not a regular file")
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        refuse("E001", f"cannot read `{path}`: {reason}")


def parse_model(data: bytes, path: str, weigh: Weigh | None = None) -> Any:
    """The `ModelProto` of bytes in memory, read as those of a file are.

    Raises:
        SpecError: as `read_model`.
    """
    return _parsed(data, path, weigh)


def _parsed(view: Stored | bytes, path: str, weigh: Weigh | None) -> Any:
    """The `ModelProto` that bytes hold.

    Raises:
        SpecError: they hold none, or the package `onnx` is missing.
    """
    data = _shortened(view, path, weigh)
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
    try:
        if len(view) <= SHORT:
            return view if isinstance(view, bytes) else view.whole()
        if weigh is not None:
            weigh(view)
        return Shortening().model(view)
    except (IndexError, ValueError):
        refuse("E701", f"`{path}` is not an ONNX model, or only a part of one")
    except TooLongError as fault:
        refuse("E703", f"`{path}`: {fault}")
