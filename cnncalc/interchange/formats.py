"""What a file is by what stands in it: a model that is read, or what else it may be.

A file is known by its first bytes, not by its name. What is said of one that is not read here has
one remedy. Nothing is unpacked, and no pickle is loaded.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.files import open_regular
from cnncalc.interchange.onnx_model.stored import Stored
from cnncalc.interchange.onnx_model.wire import is_model
from cnncalc.records import Record

HEAD = 4096
"""Bytes by which a file is known."""


LARGE = 2**20
"""Bytes beyond which a file is no spec."""


class Form(Record):
    """What a file may be.

    Attributes:
        title: what it is, in words.
        remedy: what to do with it; None for what is read.
    """

    title: str
    remedy: str | None = None


ONNX = Form("an ONNX model")

_TO_ONNX = "python -m tf2onnx.convert"
_WEIGHTS_ALONE = "it has weights and no graph: export the network itself, as ONNX"

LFS = Form("a pointer of git LFS", "fetch the file that it stands for: git lfs pull")
HTML = Form("a web page", "download the file itself; on GitHub that is `Raw`")
GZIP = Form("packed by gzip", "unpack it: gunzip FILE")
BZIP2 = Form("packed by bzip2", "unpack it: bunzip2 FILE")
XZ = Form("packed by xz", "unpack it: unxz FILE")
ZSTD = Form("packed by zstd", "unpack it: unzstd FILE")
ZIP = Form("a zip archive", "unpack it, and name the model that is in it")
TAR = Form("a tar archive", "unpack it, and name the model that is in it")
TORCH = Form(
    "a PyTorch checkpoint",
    "pass the module to `cnncalc.from_torch`, or export it: torch.onnx.export",
)
PICKLE = TORCH._replace(title="a pickle, such as an old PyTorch checkpoint")
TORCH_SOURCE = Form(
    "Python source",
    "pass the module that it makes to `cnncalc.from_torch`, in Python, or export it: "
    "torch.onnx.export",
)
KERAS_SOURCE = Form("Python source", "save the model that it makes: model.save('model.keras')")
KERAS = Form("a Keras model")
HDF5 = Form(
    "an HDF5 file, the older format of Keras models",
    "load it with Keras and save it anew: model.save('model.keras')",
)
GRAPH_DEF = Form(
    "a frozen graph of TensorFlow",
    f"convert it: {_TO_ONNX} --graphdef FILE --inputs NAME:0 --outputs NAME:0 --output net.onnx",
)
SAVED_MODEL = Form(
    "a SavedModel of TensorFlow",
    f"save its Keras model as `model.keras`, or convert it: {_TO_ONNX} --saved-model FOLDER "
    "--output net.onnx",
)
TFLITE = Form("a TFLite model", f"convert it: {_TO_ONNX} --tflite FILE --output net.onnx")
ORT = Form("a model in the ORT format", "name the `.onnx` file that it was made from")
SAFETENSORS = Form("a safetensors file", _WEIGHTS_ALONE)
GGUF = Form("a GGUF file", _WEIGHTS_ALONE)
NPZ = Form("NumPy arrays", _WEIGHTS_ALONE)
ENGINE = Form("a TensorRT engine", "name the `.onnx` file that it was made from")
ONNX_TEXT = Form(
    "an ONNX model as text",
    "write it in binary: onnx.save(onnx.load(FILE, format='textproto'), 'net.onnx')",
)
ZEROS = Form("nothing but zeros", "copy or download it again")
EMPTY = Form("an empty file", "copy or download it again")
TEXT = Form("text, not an ONNX model", "name the file that the exporter has written")
UNKNOWN = Form("of no kind that is read", "name a spec, or the model as ONNX")

_MARKS: tuple[tuple[int, bytes, Form], ...] = (
    (0, b"version https://git-lfs.github.com/spec/", LFS),
    (0, b"\x1f\x8b", GZIP),
    (0, b"BZh", BZIP2),
    (0, b"\xfd7zXZ\0", XZ),
    (0, b"\x28\xb5\x2f\xfd", ZSTD),
    (257, b"ustar", TAR),
    (0, b"\x89HDF\r\n\x1a\n", HDF5),
    (4, b"TFL3", TFLITE),
    (4, b"ORTM", ORT),
    (0, b"ptrt", ENGINE),
    (0, b"ftrt", ENGINE),
    (0, b"\x93NUMPY", NPZ),
)
"""Where in a file which bytes stand, and what it is then."""

_ZIPPED: tuple[tuple[tuple[str, ...], Form], ...] = (
    (("data.pkl", "constants.pkl", "byteorder", "archive_format", ".format_version"), TORCH),
    (("metadata.json", "config.json", "model.weights.h5"), KERAS),
    ((".npy",), NPZ),
)
"""How the names of the first files of an archive end, and what it is then."""

_SOURCES = (
    (re.compile(rb"^(?:import|from) torch\b", re.MULTILINE), TORCH_SOURCE),
    (re.compile(rb"^(?:import|from) (?:keras|tensorflow)\b", re.MULTILINE), KERAS_SOURCE),
)
"""What Python source imports that makes a network, and what it is then."""

_CONTROLS = bytes({*range(32)} - {*b"\t\n\f\r\x1b"} | {127})


def form_of(name: str) -> Form | None:
    """What the file of a name is; None for text, for what is not known, and without a file."""
    try:
        with _opened(name) as view:
            return form_of_bytes(view)
    except (OSError, IndexError):
        return None  # whoever reads it says why


@contextmanager
def _opened(name: str) -> Iterator[Stored]:
    handle = open_regular(name)
    try:
        yield Stored(handle, 0, os.fstat(handle).st_size)
    finally:
        os.close(handle)


def form_of_bytes(view: Stored | bytes) -> Form | None:
    """What bytes are; None for text of no known kind, for nothing, and for what is not known."""
    head = _head(view)
    told = _by_marks(head) or _by_text(head) or _by_archive(head)
    if told is not None or is_text(head):
        return told
    if is_model(view):
        return ONNX
    if not any(head):
        return ZEROS if len(head) > 8 else None
    is_utf_16 = head[:2] in {b"\xff\xfe", b"\xfe\xff"}
    is_large = len(view) > LARGE and not is_utf_16
    return _by_structure(head, len(view)) or (UNKNOWN if is_large else None)


def refuse_other(view: Stored | bytes, name: str) -> None:
    """Refuse what was to be an ONNX model and is something else, where it is known what.

    Raises:
        SpecError: it is.
    """
    form, head = form_of_bytes(view), _head(view)
    if form is None and is_text(head) and _is_unicode(head):
        form = TEXT if head else EMPTY
    if form is not None and form not in {ONNX, UNKNOWN}:
        refuse_form(name, form, "E701")


def refuse_other_file(name: str) -> None:
    """The same of a file.

    Raises:
        SpecError: as above.
    """
    try:
        with _opened(name) as view:
            refuse_other(view, name)
    except (OSError, IndexError):
        return  # it is gone, or was cut off, meanwhile


def is_text(head: bytes) -> bool:
    """Whether the first bytes of a file may be text, in an encoding that has ASCII in it."""
    return len(head.translate(None, _CONTROLS)) == len(head)


def _is_unicode(head: bytes) -> bool:
    """Whether bytes are UTF-8, of which the last character may be cut off."""
    return len(head.decode(errors="ignore").encode()) > len(head) - 4


def refuse_form(name: str, form: Form, code: str = "E001") -> NoReturn:
    """Refuse a file that is no network.

    Raises:
        SpecError: always.
    """
    remedy = (form.remedy or "").replace("FILE", name).replace("FOLDER", os.path.dirname(name))
    raise SpecError([Diagnostic(code, f"`{name}` is {form.title}", None, (), remedy)], {})


def _head(view: Stored | bytes) -> bytes:
    head = view[0 : min(len(view), HEAD)]
    return head if isinstance(head, bytes) else head.whole()


def _by_marks(head: bytes) -> Form | None:
    for place, mark, form in _MARKS:
        if head.startswith(mark, place):
            return form
    if head.startswith(b"GGUF") and not is_text(head[:8]):
        return GGUF
    if head[:1] == b"\x80" and head[1:2] in {b"\2", b"\3", b"\4", b"\5"}:
        return PICKLE
    is_header = 2 <= int.from_bytes(head[:8], "little") <= 10**8
    return SAFETENSORS if is_header and head.startswith(b'{"', 8) else None


def _by_text(head: bytes) -> Form | None:
    start = head[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return HTML
    for imports, source in _SOURCES:
        if imports.search(head):
            return source
    is_written = start.startswith(
        (b"ir_version:", b"<ir_version:", b'{"irversion"', b"ir_version ")
    )
    return ONNX_TEXT if is_written else None


def _by_archive(head: bytes) -> Form | None:
    """What a zip archive is by the names of its first files.

    Source: APPNOTE.TXT, section 4.3.7.
    """
    if not head.startswith(b"PK\3\4"):
        return None
    names, place = [], 0
    while place >= 0:
        length = int.from_bytes(head[place + 26 : place + 28], "little")
        names.append(head[place + 30 : place + 30 + length].decode("latin-1"))
        place = head.find(b"PK\3\4", place + 30 + length)
    for ends, form in _ZIPPED:
        if any(name.endswith(ends) for name in names):
            return form
    return ZIP


def _by_structure(head: bytes, length: int) -> Form | None:
    """What a message of TensorFlow's is: its first field, and the first within that.

    Source: tensorflow/core/framework/graph.proto and core/protobuf/saved_model.proto.
    """
    if head.startswith(b"\x08\x01\x12"):
        body, place = _length(head, 3)
        is_graph = place + body <= length and head.startswith(b"\x0a", place)
        return SAVED_MODEL if is_graph else None
    body, place = _length(head, 1)
    if head[:1] != b"\x0a" or place + body > length or not head.startswith(b"\x0a", place):
        return None
    size, name = _length(head, place + 1)
    is_node = name + size < place + body and head.startswith(b"\x12", name + size)
    return GRAPH_DEF if is_node else None


def _length(head: bytes, place: int) -> tuple[int, int]:
    """A length in base 128, and the place behind it; of what is cut off none is."""
    number = shift = 0
    for at in range(place, min(len(head), place + 5)):
        number |= (head[at] & 127) << shift
        shift += 7
        if head[at] < 128:
            return number, at + 1
    return len(head), len(head)
