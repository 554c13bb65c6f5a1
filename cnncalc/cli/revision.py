"""Files as git has them at a revision: all that the package does with git.

Git runs programs that the settings of a repository name, and the repository may be a stranger's.
So none of its commands is used that does more than read, nothing is fetched, and what its settings
could have it run is turned off.
"""

import os
import re
from collections.abc import Iterable

import click

from cnncalc.cli.output import reason_of
from cnncalc.cli.programs import BeyondBoundsError, find_program, run_bounded
from cnncalc.files import is_within

SETTINGS = (
    "safe.bareRepository=explicit",  # ignore folders that only look like a repository
    "protocol.allow=never",
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.pager=cat",
    "diff.external=",
)
"""Laid over the settings of the repository. Source: git-config(1)."""

ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # overrides `protocol.ext.allow` of the repository
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}
"""Laid over our environment; git before 2.45 fetches all the same, but by no protocol.

Source: git(1).
"""

SECONDS = 60.0
"""What a run of git may take."""

BYTES = 1 << 30
"""The memory that it may ask for, on systems that hold it to that."""

MOST_SAID = 1 << 16
"""Bytes of an answer that is a name or a size."""

MOST_LISTED = 1 << 25
"""Bytes of the names of files that are compared: a few trees may stand for any number of files."""

MOST_NAMED = 100
"""Files and folders that git is asked for by name."""


def read_revision(path: str, revision: str, largest: int) -> bytes:
    """The content of a file at a revision.

    Raises:
        UsageError: there is no git, no repository, no such revision, or no such file in it; or
            the file has more than the largest number of bytes.
    """
    folder, file = os.path.split(os.path.realpath(path))
    code, found, reason = _git(folder, "rev-parse", "--absolute-git-dir")
    _, top, _ = _git(folder, "rev-parse", "--show-toplevel")
    tree = os.path.realpath(os.fsdecode(top.rstrip(b"\r\n"))) if top.strip() else None
    if not code and (tree is None or not is_within(folder, tree)):
        # Git before 2.38 has no `safe.bareRepository`: check that the file is in the tree.
        code, reason = 1, f"{os.fsdecode(found.rstrip())} has no working tree with that file"
    if code:
        raise click.UsageError(f"`{path}` is in no repository that git can read: {reason}")
    blob = f"{_commit(folder, revision)}:./{file}"
    code, size, _ = _git(folder, "cat-file", "-s", blob)  # a small pack may hold a huge file
    if not code and int(size) > largest:
        message = f"`{path}` at the revision `{revision}` is larger than {largest:,} bytes"
        raise click.UsageError(f"{message}: check out that revision, and name both files")
    code, content, _ = _git(folder, "cat-file", "blob", blob, most=largest)
    if code:
        raise click.UsageError(f"there is no file `{path}` at the revision `{revision}`")
    return content


def top_of(path: str) -> str:
    """The folder of the working tree that a file or folder is in.

    Raises:
        UsageError: there is no git, or no repository that it may read.
    """
    real = os.path.realpath(path)
    folder = real if os.path.isdir(real) else os.path.dirname(real)
    code, top, reason = _git(folder, "rev-parse", "--show-toplevel")
    found = os.path.realpath(os.fsdecode(top.rstrip(b"\r\n")))
    if code or not top.strip() or not is_within(folder, found):
        raise click.UsageError(f"`{path}` is in no repository that git can read: {reason}")
    return found


def merge_base(folder: str, revision: str) -> str:
    """The last commit that the present one and a revision have in common.

    Raises:
        UsageError: there is no such revision, or nothing in common.
    """
    commit = _commit(folder, revision)
    code, found, _ = _git(folder, "merge-base", "HEAD", commit)
    base = found.decode("ascii", "replace").strip()
    if code or not base:
        hint = "fetch the history as well: `fetch-depth: 0`, `git fetch --unshallow`"
        raise click.UsageError(f"`HEAD` and `{revision}` have no commit in common: {hint}")
    return base


def files_at(folder: str, commit: str, places: Iterable[str]) -> dict[str, str]:
    """The files of a commit: for each path from the top the name of its content.

    Args:
        folder: the top of the working tree.
        commit: its name.
        places: the files and folders within it of which the files are wanted.

    Raises:
        UsageError: git cannot list them, or they are too many.
    """
    within = {place for place in places if is_within(place, folder)}
    if not within:
        return {}
    if len(within) > MOST_NAMED:
        within = {os.path.commonpath(within)}
    wanted = sorted(os.path.relpath(place, folder).replace(os.sep, "/") for place in within)
    paths = [] if os.curdir in wanted else ["--", *wanted]
    listing = ("ls-tree", "-r", "-z", "--full-tree", commit, *paths)
    code, found, reason = _git(folder, *listing, most=MOST_LISTED)
    if code:
        raise click.UsageError(f"git cannot list the files of `{commit}`: {reason}")
    files = {}
    for entry in found.split(b"\0"):
        head, tab, path = entry.partition(b"\t")
        kind = head.split()
        if tab and kind[1:2] == [b"blob"] and kind[0] in {b"100644", b"100755"}:
            files[os.fsdecode(path)] = kind[2].decode("ascii", "replace")
    return files


def content_name(data: bytes, like: str) -> str:
    """What git would call a content, by the kind of name that another has.

    Source: Pro Git, 10.2, Git Objects; hash-function-transition.
    """
    from hashlib import new  # noqa: PLC0415 - one use of many

    kind = "sha1" if len(like) == 40 else "sha256"
    return new(kind, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def read_content(folder: str, name: str, largest: int) -> bytes | None:
    """A content by its name; None where it is larger, or not there."""
    code, size, _ = _git(folder, "cat-file", "-s", name)
    if code or int(size) > largest:
        return None
    code, content, _ = _git(folder, "cat-file", "blob", name, most=largest)
    return None if code else content


def _commit(folder: str, revision: str) -> str:
    """The name of the one commit that a revision means."""
    # A name that begins with `-` would be taken for an option; git gives none to a revision.
    if revision and not revision.startswith("-") and "\0" not in revision:
        wanted = f"{revision}^{{commit}}"
        _, found, _ = _git(folder, "rev-parse", "--verify", "--quiet", wanted)
        commit = found.decode("ascii", "replace").strip()
        if re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", commit):  # `^HEAD` has a mark before it
            return commit
    remote, slash, branch = revision.partition("/")
    hint = ""
    if slash and re.fullmatch(r"[\w.-]+", remote) and re.fullmatch(r"[\w./-]+", branch):
        hint = f": `git fetch {remote} {branch}` brings it, in a workflow `fetch-depth: 0`"
    raise click.UsageError(f"unknown git revision `{revision}`{hint}")


def _git(folder: str, *arguments: str, most: int = MOST_SAID) -> tuple[int, bytes, str]:
    """Run git in a folder: its exit code, its output, and the first line of its complaint.

    Raises:
        UsageError: it cannot be run, or takes or gives too much.
    """
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    try:
        done = run_bounded(
            [find_program("git"), "--no-pager", *settings, "-C", folder, *arguments],
            {**os.environ, **ENVIRONMENT},
            seconds=SECONDS,
            memory=BYTES,
            output=most,
        )
    except BeyondBoundsError as fault:
        told = f"cannot read the repository of `{folder}`: git {fault}"
        raise click.UsageError(f"{told}; name fewer files or folders") from None
    except OSError as fault:
        raise click.UsageError(f"`--git` cannot run git: {reason_of(fault)}") from None
    complaint = done.complaint.partition("\n")[0]
    return done.code, done.output, complaint.removeprefix("fatal: ")
