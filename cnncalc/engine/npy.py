"""NumPy's files, read as those of strangers: first what they say they hold, then so many bytes."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from cnncalc.engine.base import Array
from cnncalc.ops.values import Shape
from cnncalc.printable import printable
from cnncalc.records import Record

LONGEST_HEADER = 4096
"""Bytes of the header of an array; NumPy writes 118."""

MOST_AXES = 32

LARGEST_DIRECTORY = 8 << 20
"""Bytes of the list of an archive's members: 80,000 tensors with long names."""

_MAGIC = b"\x93NUMPY"
_ENCRYPTED = 1
_DAMAGED = (
    BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""What `zipfile` raises for archives that are none, or are damaged."""

_TYPE = re.compile(r"""['"]descr['"]\s*:\s*['"]([<>|=]?[A-Za-z]\d{0,3}(?:\[\w{1,8}\])?)['"]""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)\b""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\d\s,]*)\)""")


class ArrayError(Exception):
    """A file whose arrays are not what a network needs; the text says all that is wrong."""


class Header(Record):
    """What a file says of an array before its values.

    Attributes:
        kind: NumPy's word for the type of its values.
        is_transposed: whether the first axis runs fastest.
    """

    shape: Shape
    kind: Any
    is_transposed: bool

    @property
    def nbytes(self) -> int:
        """The bytes of its values."""
        return prod(self.shape) * int(self.kind.itemsize)


def read_header(stream: IO[bytes]) -> Header:
    """The header of an array; the stream stands before its values.

    It is matched, not evaluated: nothing in it is code, however deep or long it is.

    Raises:
        ArrayError: there is none, or it is not as NumPy writes it; the text has no subject.
    """
    start = stream.read(8)
    if len(start) < 8 or not start.startswith(_MAGIC):
        raise ArrayError("is no NumPy array")
    major, minor = start[6:]
    if (major, minor) not in {(1, 0), (2, 0), (3, 0)}:
        raise ArrayError(f"is in a format of NumPy that is unknown, {major}.{minor}")
    size = stream.read(2 if major == 1 else 4)
    length = int.from_bytes(size, "little")
    if length > LONGEST_HEADER:
        raise ArrayError(f"has a header of {length:,} bytes, at most {LONGEST_HEADER:,} are read")
    text = stream.read(length).decode("latin-1" if major < 3 else "utf-8", "replace")
    found = [pattern.findall(text) for pattern in (_TYPE, _ORDER, _SHAPE)]
    if not found[0] and "descr" in text and "[" in text:
        raise ArrayError("has values of several fields, not numbers")
    if [len(each) for each in found] != [1, 1, 1]:
        raise ArrayError("has a damaged header")
    return Header(_shape(found[2][0]), _kind(found[0][0]), found[1][0] == "True")


def _shape(text: str) -> Shape:
    sizes = [size.strip() for size in text.split(",") if size.strip()]
    if len(sizes) > MOST_AXES:
        raise ArrayError(f"has {len(sizes)} axes, at most {MOST_AXES} are read")
    if not all(size.isdecimal() and len(size) <= 18 for size in sizes):
        raise ArrayError("has a damaged header")
    return tuple(map(int, sizes))


def _kind(text: str) -> Any:
    try:
        kind = np.dtype(text)
    except (TypeError, ValueError):
        raise ArrayError("has a damaged header") from None
    if kind.hasobject:
        raise ArrayError("is no file of NumPy arrays: Python objects are never loaded")
    return kind


def read_values(stream: IO[bytes], header: Header) -> Array:
    """The values behind a header: just as many bytes as it says.

    Raises:
        ArrayError: there are fewer, or more; the text has no subject.
    """
    data = bytearray(header.nbytes)
    view, filled = memoryview(data), 0
    while filled < len(data):
        part = stream.read(min(len(data) - filled, 1 << 20))
        if not part:
            raise ArrayError("ends before its values do")
        view[filled : filled + len(part)] = part
        filled += len(part)
    if stream.read(1):  # of an archive, the check sum is held against the values here
        raise ArrayError("holds more bytes than its shape takes")
    values = np.frombuffer(data, header.kind)
    if header.is_transposed:
        return values.reshape(header.shape[::-1]).T
    return values.reshape(header.shape)


class _Stream(io.BufferedReader):
    """A file of which no more than a bound is read at once while its directory is."""

    is_open = False

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.is_open and size is not None and size > LARGEST_DIRECTORY:
            raise ArrayError(f"lists its members in {size:,} bytes, which is too much")
        return super().read(size)


class Archive:
    """The arrays of an `.npz` file; each is read when it is asked for, and no other."""

    def __init__(self, stream: IO[bytes]) -> None:
        bounded = _Stream(io.FileIO(stream.fileno(), closefd=False))
        with _as_faults():
            self.zip = ZipFile(bounded)
        bounded.is_open = True
        self.members: dict[str, ZipInfo] = {}
        for member in self.zip.infolist():
            name = member.filename.removesuffix(".npy")
            if name in self.members:
                raise ArrayError(f"holds `{printable(name)}` twice")
            self.members[name] = member

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """One member, unpacked as it is read.

        Raises:
            ArrayError: it cannot be, or is damaged; the text has no subject.
        """
        member = self.members[name]
        if member.flag_bits & _ENCRYPTED:
            raise ArrayError("is encrypted")
        if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise ArrayError(f"is packed by method {member.compress_type}, which NumPy never uses")
        with _as_faults(), self.zip.open(member) as stream:
            yield stream


@contextmanager
def _as_faults() -> Iterator[None]:
    try:
        yield
    except _DAMAGED:
        raise ArrayError("is damaged") from None


def is_archive(stream: IO[bytes]) -> bool:
    """Whether a file begins as an `.npz` does."""
    start = stream.read(4)
    stream.seek(0)
    return start in {b"PK\x03\x04", b"PK\x05\x06"}
