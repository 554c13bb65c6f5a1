"""Files that may be a stranger's: read only where they are files, written whole or not at all."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

MODELS = (".onnx", ".keras")
"""How the names of files end that promise a model."""

DEVICES = ("/dev/", "/proc/")
"""Where the system keeps what is no file, such as `/dev/stdout`."""

LONGEST_WAIT = 10.0
"""Seconds that a writer waits for another."""


class NotRegularError(OSError):
    """What is no regular file, such as a device or a pipe, and may never end."""


def open_regular(path: str) -> int:
    """A handle for reading a regular file: nothing is waited for, whatever stands there.

    Raises:
        NotRegularError: it is something else.
        OSError: it cannot be opened.
    """
    if "\0" in path:
        raise FileNotFoundError(2, "no such file or directory")
    # Whatever is no regular file is not even opened: a tape would wind back.
    _check_regular(os.stat(path))
    # Nor waited for, should a pipe have taken its place since.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0))
    try:
        _check_regular(os.fstat(handle))
    except OSError:
        os.close(handle)
        raise
    return handle


def read_regular(path: str, most: int) -> bytes:
    """The first bytes of a regular file; it may grow or shrink while it is read.

    Raises:
        OSError: as `open_regular`, or it cannot be read.
    """
    handle = open_regular(path)
    try:
        parts = []
        while most > 0 and (part := os.read(handle, min(most, 1 << 24))):
            parts.append(part)
            most -= len(part)
        return b"".join(parts)
    finally:
        os.close(handle)


def _check_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(21, "is a directory")
    if not stat.S_ISREG(status.st_mode):
        raise NotRegularError(22, "is not a regular file")


def way_out(path: str) -> str | None:
    """The tree that a path leaves by a symbolic link; None where it stays within.

    Whoever wrote a tree of files chose its links, too. So each link of a path below the folder we
    are in, or else the last part of the path, must lead to the repository that the link is in, or
    without one to the folder that it is in.
    """
    try:
        here = os.getcwd()
    except OSError:  # the folder that we are in is gone, and with it whatever was in there
        if not os.path.isabs(path):
            return None
        here = os.path.dirname(path)
    place = os.path.abspath(path)
    base = here if is_within(place, here) else os.path.dirname(place)
    at = os.path.realpath(base)
    for part in os.path.relpath(place, base).split(os.sep):
        at = os.path.join(at, part)
        if os.path.islink(at):
            tree, at = tree_of(os.path.dirname(at)), os.path.realpath(at)
            if not is_within(at, tree):
                return tree
    return None


def tree_of(folder: str) -> str:
    """The repository that a folder is in, or the folder alone."""
    return repository_of(folder) or folder


def repository_of(folder: str) -> str | None:
    """The folder of the repository that a folder is in; None where it is in none."""
    at = folder
    while not os.path.lexists(os.path.join(at, ".git")):
        parent = os.path.dirname(at)
        if parent == at:
            return None
        at = parent
    return at


def is_within(path: str, folder: str) -> bool:
    """Whether a path is that of a folder, or of something below it; both without links."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def write_whole(path: str, data: bytes | Iterable[bytes]) -> None:
    """Write beside the target, then put it in the target's place in one step.

    A link is followed where it stays in its tree, see `way_out`.

    Args:
        path: the target.
        data: all of it, or its parts one after the other.

    Raises:
        OSError: it cannot be written.
    """
    if "\0" in path:
        raise FileNotFoundError(2, "no such file or directory")
    parts = (data,) if isinstance(data, bytes) else data
    if os.path.abspath(path).startswith(DEVICES):
        # A device cannot be replaced; where it leads may have no name, or be a file in use.
        with open(path, "wb") as stream:
            stream.writelines(parts)
        return
    tree = way_out(path)
    if tree is not None:
        raise PermissionError(1, f"it is a link that leads out of `{tree}`: name where it leads")
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as stream:  # a pipe of the user's
            stream.writelines(parts)
        return
    _replace(os.path.realpath(path), parts)


def is_whole(path: str) -> bool:
    """Whether what is written there takes a file's place in one step: no device, and no pipe."""
    if os.path.abspath(path).startswith(DEVICES):
        return False
    return not os.path.exists(path) or os.path.isfile(path)


def _replace(target: str, parts: Iterable[bytes]) -> None:
    # Nobody can have put a file or a link of that name there beforehand.
    draft = os.path.join(os.path.dirname(target), f".cnncalc-{os.urandom(8).hex()}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(draft, flags | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with open(handle, "wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())  # else a full disk may tell only afterwards
        if os.path.exists(target):
            os.chmod(draft, stat.S_IMODE(os.stat(target).st_mode))
        os.replace(draft, target)
    except BaseException:
        if os.path.exists(draft):
            os.unlink(draft)
        raise


@contextmanager
def alone_in(folder: str) -> Iterator[None]:
    """Hold other processes off that change a file of a folder in this way, too.

    The lock ends with the process, and leaves no file. Where the system has none, nothing is held
    off.

    Raises:
        TimeoutError: another process has held it for too long.
    """
    try:
        import fcntl  # noqa: PLC0415 - Windows has none

        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except (ImportError, OSError):
        yield
        return
    try:
        from time import monotonic, sleep  # noqa: PLC0415 - see above

        end = monotonic() + LONGEST_WAIT
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if monotonic() > end:
                    raise TimeoutError(110, "another process is writing there") from None
                sleep(0.02)
            except OSError:  # a file system without locks
                break
            else:
                break
        yield
    finally:
        os.close(handle)
