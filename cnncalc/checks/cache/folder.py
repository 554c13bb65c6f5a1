"""Where results are kept: a folder of one's own, outside of every repository."""

import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from cnncalc.files import read_regular, tree_of, write_whole

VARIABLE = "CNNCALC_CACHE_DIR"
"""The variable of the environment that names another folder."""

LARGEST = 64 * 1024 * 1024
"""Bytes of what is kept of one kind of run; more is not read."""

OLDEST = 30 * 24 * 3600
"""Seconds after which what no run has written anew is removed."""

TAG = """\
Signature: 8a477f597d28d172789f06886806bc55
# The results of checks of cnncalc, which can be removed at any time.
# What this file is for: https://bford.info/cachedir/
"""


class UnfitFolderError(Exception):
    """A folder in which nothing may be kept; the text says why."""


def usual_folder(environment: Mapping[str, str]) -> str | None:
    """The user's own folder of caches; None where the system names none."""
    if named := environment.get(VARIABLE):
        return named
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        base = environment.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(base, "cnncalc") if base and os.path.isabs(base) else None


def check_place(folder: str) -> None:
    """Refuse a folder that came with a repository, or that others may write to.

    Raises:
        UnfitFolderError: it is such a folder.
    """
    real = os.path.realpath(folder)
    tree = tree_of(real)
    # Some keep the settings of their home so; of a home that is what we check, others may write.
    is_home = tree == os.path.realpath(os.path.expanduser("~")) != tree_of(os.path.realpath("."))
    if os.path.lexists(os.path.join(tree, ".git")) and not is_home:
        raise UnfitFolderError(f"it is within the repository `{tree}`: what others have put there")
    if not os.path.lexists(real):
        return
    status = os.stat(real)
    if not stat.S_ISDIR(status.st_mode):
        raise UnfitFolderError("it is no folder")
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        raise UnfitFolderError("it belongs to another user")
    if os.name == "posix" and status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UnfitFolderError("others may write to it")


def read_results(folder: str, key: str) -> dict[str, Any]:
    """What is kept under a key, by the names of files; nothing where it is none or unsound."""
    import json  # noqa: PLC0415 - few runs have a cache

    try:
        data = read_regular(_path(folder, key), LARGEST + 1)
        found = json.loads(data) if len(data) <= LARGEST else None
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def write_results(folder: str, key: str, results: Mapping[str, Any]) -> None:
    """Keep results, all or none of them; two runs at once both write, and the later one stays.

    Raises:
        OSError: they cannot be written.
    """
    import json  # noqa: PLC0415 - as above

    if not os.path.isdir(folder):
        os.makedirs(folder, mode=0o700, exist_ok=True)
    for name, text in (("CACHEDIR.TAG", TAG), (".gitignore", "*\n")):
        path = os.path.join(folder, name)
        if not os.path.lexists(path):
            write_whole(path, text.encode())
    data = json.dumps(results, separators=(",", ":")).encode()
    if len(data) <= LARGEST:
        path = _path(folder, key)
        # A pipe would be waited for, and a link lead elsewhere; neither is of ours.
        if os.path.lexists(path) and not stat.S_ISREG(os.lstat(path).st_mode):
            os.unlink(path)
        write_whole(path, data)
    _remove_old(folder)


def _path(folder: str, key: str) -> str:
    return os.path.join(folder, f"check-{key[:40]}.json")


def _remove_old(folder: str) -> None:
    """Remove what no run has written for long, and what a run that was killed left behind."""
    from time import time  # noqa: PLC0415 - where something is written

    now = time()
    with os.scandir(folder) as entries:
        for entry in entries:
            is_ours = entry.name.startswith(("check-", ".cnncalc-"))
            with suppress(OSError):
                if is_ours and now - entry.stat(follow_symlinks=False).st_mtime > OLDEST:
                    os.unlink(entry.path)
