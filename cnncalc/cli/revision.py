"""Files as git has them at a revision."""

import os

import click


def read_revision(path: str, revision: str) -> bytes:
    """The content of a file at a revision.

    Raises:
        UsageError: there is no git, no repository, no such revision, or no such file in it.
    """
    folder, file = os.path.split(os.path.realpath(path))
    code, _, reason = _git(folder, "rev-parse", "--git-dir")
    if code:
        raise click.UsageError(f"`{path}` is in no repository that git can read: {reason}")
    # A name that begins with `-` would be taken for an option; git gives none to a revision.
    code, commit, _ = (1, b"", "")
    if revision and not revision.startswith("-") and "\0" not in revision:
        wanted = f"{revision}^{{commit}}"
        code, commit, _ = _git(folder, "rev-parse", "--verify", "--quiet", wanted)
    if code:
        raise click.UsageError(f"git knows no revision `{revision}`")
    code, content, _ = _git(folder, "show", f"{commit.decode().strip()}:./{file}")
    if code:
        raise click.UsageError(f"there is no file `{path}` at the revision `{revision}`")
    return content


def _git(folder: str, *arguments: str) -> tuple[int, bytes, str]:
    """Run git in a folder: its exit code, its output, and the first line of its complaint."""
    import subprocess  # noqa: PLC0415 - only `--git` runs a program

    try:
        done = subprocess.run(  # noqa: S603 - an argument list, and no shell
            ["git", "-C", folder, *arguments],  # noqa: S607 - wherever the user has it
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
        )
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise click.UsageError(f"`--git` cannot run git: {reason}") from None
    complaint = done.stderr.decode(errors="replace").partition("\n")[0]
    return done.returncode, done.stdout, complaint.removeprefix("fatal: ")
