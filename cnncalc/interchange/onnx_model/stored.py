"""A stretch of a file that is read where it is looked at."""

import os
from typing import overload

AHEAD = 1 << 16
"""Bytes that are read at once, since what is looked at next is close by."""

LARGE = 1 << 20
"""Bytes beyond which a part is not read as a whole."""


class Stored:
    """Bytes of a file, taken as those of `bytes` are; a large part is not read when it is taken.

    A file that is cut off meanwhile has no byte where one is looked for: that is an `IndexError`.
    """

    def __init__(self, handle: int, start: int, end: int) -> None:
        self.handle = handle
        self.start = start
        self.end = end
        self.read_from = 0
        self.read = b""

    def __len__(self) -> int:
        return self.end - self.start

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> "Stored | bytes": ...
    def __getitem__(self, place: int | slice) -> "int | Stored | bytes":
        if isinstance(place, slice):
            return self.part(place.start, place.stop)
        at = self.start + place
        if not 0 <= at - self.read_from < len(self.read):
            if at >= self.end:
                raise IndexError(place)
            self.read = self.take(at, min(AHEAD, self.end - at))
            self.read_from = at
        return self.read[at - self.read_from]

    def window(self, place: int) -> tuple[bytes, int]:
        """The bytes from a place on as far as they are read at once, and where they begin."""
        self[place]
        return self.read, self.read_from - self.start

    def part(self, start: int, stop: int) -> "Stored | bytes":
        """The bytes from one place to another; those of a large part are still in the file."""
        at, size = self.start + start, stop - start
        if size > LARGE:
            return Stored(self.handle, at, at + size)
        before = at - self.read_from
        if before >= 0 and before + size <= len(self.read):
            return self.read[before : before + size]
        return self.take(at, size)

    def whole(self) -> bytes:
        """All of it."""
        return self.take(self.start, len(self))

    def take(self, at: int, size: int) -> bytes:
        """Bytes of the file.

        Raises:
            IndexError: it has them no more.
        """
        os.lseek(self.handle, at, os.SEEK_SET)
        parts = []
        while size > 0 and (part := os.read(self.handle, size)):
            parts.append(part)
            size -= len(part)
        if size:
            raise IndexError(at)
        return b"".join(parts)
