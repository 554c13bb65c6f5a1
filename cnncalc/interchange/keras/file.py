"""A `.keras` file: an archive whose `config.json` says what the model is. Nothing else is read.

Source: Keras 3.15, `saving/saving_lib.py`; PKWARE, APPNOTE.TXT, §4.3.16.
"""

import os
import zipfile
from typing import BinaryIO

from cnncalc.interchange.formats import HEAD, form_of_bytes, refuse_form
from cnncalc.interchange.onnx_model.file import opened, refuse

CONFIG, METADATA = "config.json", "metadata.json"

MOST_LISTED = 4 * 2**20
"""Bytes of the list of an archive's files: a model has three, and some more for its assets."""

_END = b"PK\x05\x06"
_END_LENGTH = 22
_LONGEST_COMMENT = 2**16


def read_config(path: str, most: int) -> tuple[bytes, bytes]:
    """The bytes of the configuration, and those of the metadata, which may be missing.

    Raises:
        SpecError: there is no such file, or it is no model of Keras 3.
    """
    with opened(path) as handle, os.fdopen(handle, "rb", closefd=False) as stream:
        return parts_of(stream, path, most)


def parts_of(stream: BinaryIO, path: str, most: int) -> tuple[bytes, bytes]:
    """The same of an archive that is open.

    Raises:
        SpecError: it is no model of Keras 3.
    """
    start = stream.read(HEAD)
    if not start.startswith(b"PK"):
        form = form_of_bytes(start)
        if form is not None and form.remedy is not None:
            refuse_form(path, form, "E711")
        refuse("E711", f"`{path}` is not a model of Keras 3: it is no archive")
    _check_list(stream, path)
    from struct import error as short  # noqa: PLC0415 - what goes wrong within an archive
    from zlib import error as torn  # noqa: PLC0415

    sorts = (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, short, torn)
    try:
        with zipfile.ZipFile(stream) as archive:
            return _read(archive, CONFIG, path, most), _read(archive, METADATA, path, 2**16)
    except sorts:
        refuse("E711", f"`{path}` is damaged: it is no sound archive")


def _check_list(stream: BinaryIO, path: str) -> None:
    """Refuse an archive that lists very many files, all of which would be kept in memory."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _END_LENGTH - _LONGEST_COMMENT))
    tail = stream.read(_END_LENGTH + _LONGEST_COMMENT)
    at = tail.rfind(_END)
    listed = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else -1
    if listed < 0 or at + _END_LENGTH > len(tail):
        refuse("E711", f"`{path}` is not a whole archive: its end is missing")
    if listed > MOST_LISTED:
        refuse("E501", f"`{path}` lists {listed:,} bytes of files; {MOST_LISTED:,} are read")
    stream.seek(0)


def _read(archive: zipfile.ZipFile, name: str, path: str, most: int) -> bytes:
    found = [one for one in archive.infolist() if one.filename == name]
    if not found and name == METADATA:
        return b""
    if len(found) != 1:
        has = "no" if not found else "more than one"
        refuse("E711", f"`{path}` is not a model of Keras: it has {has} `{name}`")
    if found[0].compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        refuse("E711", f"`{path}` has its `{name}` packed in a way that Keras does not use")
    with archive.open(found[0]) as stream:
        data = stream.read(most + 1)  # whatever length it claims to have
    if len(data) > most:
        refuse("E501", f"the `{name}` of `{path}` has more than {most:,} bytes")
    return data
