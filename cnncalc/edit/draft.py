"""The file that is edited: what is on the disk, and how it is written."""

import os
from hashlib import sha256

from cnncalc.files import write_whole
from cnncalc.records import Record
from cnncalc.spec.bounds import WIDE
from cnncalc.spec.library import decode, read_kept


class ChangedError(Exception):
    """The file on the disk is not the one that was read: saving would lose what is there."""


class OnDisk(Record):
    """A file as it is.

    Attributes:
        text: its text, lines ended by a line feed alone; None where it cannot be read as text.
        state: a word for its content; None where there is no file.
        has_returns: whether its lines end as those of Windows do.
    """

    text: str | None
    state: str | None
    has_returns: bool = False


def on_disk(path: str) -> OnDisk:
    """What the file holds now.

    Raises:
        SpecError: it is no text, too large, or cannot be read.
    """
    data = _data(path)
    if data is None:
        return OnDisk(None, None)
    text = decode(data, path, WIDE)
    return OnDisk(text.replace("\r\n", "\n"), _word(data), "\r\n" in text)


def state_of(path: str) -> str | None:
    """The word for what the file holds now; None where there is none.

    Raises:
        SpecError: it is there and cannot be read.
    """
    data = _data(path)
    return None if data is None else _word(data)


def save(path: str, text: str, known: str | None, *, has_returns: bool = False) -> str:
    """Write the text whole or not at all, and give the word for it.

    Args:
        path: the file.
        text: its text, lines ended by a line feed.
        known: the word for what the file is thought to hold; None for no file.
        has_returns: whether lines are to end as those of Windows do.

    Raises:
        ChangedError: it holds something else.
        SpecError: what is there cannot be read.
        OSError: it cannot be written.
    """
    if state_of(path) != known:
        raise ChangedError
    data = (text.replace("\n", "\r\n") if has_returns else text).encode()
    write_whole(path, data)
    return _word(data)


def _data(path: str) -> bytes | None:
    if not os.path.lexists(path):
        return None
    # Whatever took its place meanwhile may be a stranger's: a link that leads out is not followed.
    return read_kept(path, WIDE.file_bytes)


def _word(data: bytes) -> str:
    return sha256(data).hexdigest()
