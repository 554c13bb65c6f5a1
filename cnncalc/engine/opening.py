"""Files that are opened only where they are files: a pipe or a device would be read for ever."""

import os
import stat
from typing import BinaryIO


def open_regular(path: str) -> BinaryIO:
    """A file for reading.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe or a device.
    """
    # Opening a pipe waits for its writer, unless it is told not to.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        reason = "Is a directory" if stat.S_ISDIR(mode) else "Is no regular file"
        raise OSError(0, reason)
    return os.fdopen(handle, "rb")
