"""Where text goes: standard output, standard error, or a file written whole or not at all."""

import os
import sys
import tempfile
from pathlib import Path
from typing import IO

import click

from cnncalc.diagnostics import SpecError
from cnncalc.render.diagnostic import plain, render_diagnostics

_COLORS = {"error": "red", "warning": "yellow", "information": "blue", "frame": "blue"}


def has_color(stream: IO[str]) -> bool:
    """Whether to colour: on a terminal, unless `NO_COLOR` is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def fail(error: SpecError) -> None:
    """Print every fault to standard error and leave with 2: no result could be had.

    Raises:
        Exit: always.
    """
    style = _style if has_color(sys.stderr) else plain
    text = render_diagnostics(error.diagnostics, error.sources, style)
    click.echo(text, err=True, nl=False)
    raise click.exceptions.Exit(2)


def _style(text: str, role: str) -> str:
    if role == "strong":
        return click.style(text, bold=True)
    return click.style(text, fg=_COLORS[role], bold=role != "frame")


def deliver(text: str, path: str | None) -> None:
    """Print a result, or write it to a file: all of it, or nothing.

    Raises:
        UsageError: the file cannot be written.
    """
    if path is None or path == "-":
        click.echo(text, nl=False)
        return
    target = Path(path)
    try:
        _replace(target, text)
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise click.UsageError(f"cannot write `{path}`: {reason}") from None


def _replace(target: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
