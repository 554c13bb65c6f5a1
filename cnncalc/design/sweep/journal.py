"""The file from which a sweep goes on: one line a design, in the order in which they were done.

The first line says which sweep it is. A line that was cut short at the end is left out, as a run
may be ended at any moment; one in the middle was written by something else.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import file_digest, sha256
from time import monotonic
from typing import Any

from cnncalc.design.sweep.columns import Columns
from cnncalc.design.sweep.evaluate import LONGEST_FAULT, Block, Numbers
from cnncalc.design.sweep.space import TIME, Network, Points
from cnncalc.files import open_regular

VERSION = 1
"""Of the form of these files."""

LONGEST_LINE = 1_000_000
"""Bytes of a line."""

SECONDS_A_SYNC = 5.0
"""Seconds after which what is written is on the disk for sure."""


class JournalError(Exception):
    """A file from which this sweep cannot go on; the text says why."""


class OtherSweepError(ValueError):
    """The settings of a file are not those of this sweep."""


def settings_of(points: Points) -> dict[str, Any]:
    """What a sweep is known by: two with equal ones have the same designs and numbers."""
    space = points.space
    networks = [
        {
            "name": one.name,
            "spec": _text_digest(one),
            "variant": one.selection.variant,
            "set": _plain(one.selection.values),
            "input": {name or "": shape for name, shape in one.selection.inputs.items()},
        }
        for one in space.networks
    ]
    axes = {axis.name: _digest(axis.values) for axis in space.axes}
    return {
        "networks": networks,
        "axes": axes,
        "zip": space.is_zipped,
        "designs": len(points.chosen),
        "sample": None if isinstance(points.chosen, range) else _digest(points.chosen),
        "metrics": [*points.metrics],
        "basis": points.basis._asdict(),
        "devices": {name: _digest(device) for name, device in points.devices.items()},
    }


def _text_digest(network: Network) -> str:
    """What a spec or the file of a model is known by."""
    if not network.is_model:
        text = network.source.text.encode(errors="surrogatepass")
        return sha256(text).hexdigest()[:16]
    with open(network.source.file, "rb") as file:
        return file_digest(file, "sha256").hexdigest()[:16]


def _plain(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: repr(value) for name, value in values.items()}


def _digest(values: Sequence[Any]) -> str:
    if isinstance(values, range):
        return repr(values)
    shown = repr(tuple(values))
    return shown if len(shown) < 200 else sha256(shown.encode()).hexdigest()[:16]


class Journal:
    """An open file to which designs are added."""

    def __init__(self, path: str, handle: int, points: Points) -> None:
        self.path = path
        self.handle = handle
        self.points = points
        self.synced = monotonic()

    def add(self, block: Block) -> None:
        """Write what has been found of some designs, at once.

        Raises:
            OSError: it cannot be written.
        """
        places = zip(block.places, block.rows, strict=True)
        data = memoryview("".join(self._line(*one) for one in places).encode())
        while data:
            data = data[os.write(self.handle, data) :]
        if monotonic() > self.synced + SECONDS_A_SYNC:
            self.sync()

    def _line(self, place: int, row: Numbers | str) -> str:
        points = self.points
        told = points.space.values(points.chosen[place])
        found = (
            {"fault": row} if isinstance(row, str) else dict(zip(points.metrics, row, strict=True))
        )
        return json.dumps({"design": place, "of": told, "found": found}) + "\n"

    def sync(self) -> None:
        """Have the disk keep what is written."""
        os.fsync(self.handle)
        self.synced = monotonic()

    def close(self) -> None:
        """Write no more."""
        os.close(self.handle)


def begin(path: str, points: Points) -> Journal:
    """A new file, which must not be there yet.

    Raises:
        OSError: it is there, or cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666)
    head = json.dumps({"cnncalc sweep": VERSION, **settings_of(points)}) + "\n"
    try:
        _hold(handle)
        os.write(handle, head.encode())
    except OSError:
        os.close(handle)
        os.unlink(path)
        raise
    return Journal(path, handle, points)


def resume(path: str, points: Points, columns: Columns) -> Journal:
    """Take in the designs of a file, and open it for those that are missing.

    Raises:
        JournalError: it is of another sweep, or broken.
        OSError: it cannot be read or written.
    """
    kept = 0
    with open(open_regular(path), "rb") as stream:
        for number, line in enumerate(_lines(stream), start=1):
            end = kept + len(line)
            is_last = end == os.fstat(stream.fileno()).st_size
            try:
                _take(number, line, points, columns)
            except OtherSweepError as fault:
                raise JournalError(f"`{path}` {fault}") from None
            except ValueError as fault:
                if is_last and number > 1 and _is_cut(line):
                    break
                raise JournalError(f"line {number:,} of `{path}` is broken: {fault}") from None
            kept = end
    if not kept:
        raise JournalError(f"`{path}` is empty: it is no file of a sweep")
    flags = os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags)
    try:
        _hold(handle)
        os.ftruncate(handle, kept)
        os.lseek(handle, kept, os.SEEK_SET)
    except OSError:
        os.close(handle)
        raise
    return Journal(path, handle, points)


def _hold(handle: int) -> None:
    """Hold other runs off the file, as long as it is open; where the system can.

    Raises:
        OSError: another run has it.
    """
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OSError(11, "another sweep is writing there") from None


def _lines(stream: Any) -> Iterator[bytes]:
    while line := stream.readline(LONGEST_LINE):
        yield line


def _is_cut(line: bytes) -> bool:
    return not line.endswith(b"\n")


def _take(number: int, line: bytes, points: Points, columns: Columns) -> None:
    if _is_cut(line):
        raise ValueError("it has no end")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None
    if number == 1:
        _check_settings(value, points)
    else:
        columns.put(_block(value, points))


def _check_settings(value: Any, points: Points) -> None:
    if not isinstance(value, dict) or "cnncalc sweep" not in value:
        raise ValueError("it is not what a sweep begins with")
    own = json.loads(json.dumps({"cnncalc sweep": VERSION, **settings_of(points)}))
    other = [name for name in own if value.get(name) != own[name]]
    if other:
        raise OtherSweepError(f"is of another sweep: {', '.join(other)} differ")


def _block(value: Any, points: Points) -> Block:
    """One design of a line.

    Raises:
        ValueError: the line says something else.
    """
    if not isinstance(value, dict) or not isinstance(value.get("found"), dict):
        raise ValueError("it is no design")  # noqa: TRY004 - of a file, not of an argument
    place, found = value.get("design"), value["found"]
    if type(place) is not int or not 0 <= place < len(points.chosen):
        raise ValueError("there is no such design")
    if isinstance(fault := found.get("fault"), str):
        return Block((place,), (fault[:LONGEST_FAULT],))
    if [*found] != [*points.metrics] or not all(_is_number(*one) for one in found.items()):
        raise ValueError("its numbers are not those that are asked for")
    return Block((place,), (tuple(found.values()),))


def _is_number(metric: str, value: Any) -> bool:
    return value is None or type(value) is (float if metric.startswith(TIME) else int)
