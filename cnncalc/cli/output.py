"""Where text goes: standard output, standard error, or a file written whole or not at all."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import IO, NoReturn

import click

from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.files import MODELS, write_whole
from cnncalc.render.text import gated, printable

MOST_SHOWN = 50
"""Faults that are printed in one run; more of them usually have one cause."""

_COLORS = {"error": "red", "warning": "yellow", "information": "blue", "frame": "blue"}


def has_color(stream: IO[str]) -> bool:
    """Whether to colour: on a terminal that can, unless the environment says other.

    Source: no-color.org, force-color.org; of both, `NO_COLOR` is heard first, as in Python.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def page_width(path: str | None) -> int | None:
    """Columns to write for: those of the terminal; None for a pipe or a file."""
    is_screen = path is None and sys.stdout.isatty()
    if not is_screen and (path is not None or "COLUMNS" not in os.environ):
        return None
    import shutil  # noqa: PLC0415 - only a table has a width

    return shutil.get_terminal_size().columns


def is_ascii(path: str | None) -> bool:
    """Whether text must do without other characters: a file is UTF-8, an output may not be."""
    encoding = (sys.stdout.encoding or "ascii").lower()
    return path is None and not encoding.startswith("utf")


def fail(error: SpecError) -> NoReturn:
    """Print every fault to standard error and exit with 2: the command could not run.

    Raises:
        Exit: always.
    """
    from cnncalc.render.diagnostic import plain, render_diagnostics  # noqa: PLC0415 - rare

    style = colored if has_color(sys.stderr) else plain
    shown = error.diagnostics[:MOST_SHOWN]
    text = render_diagnostics(shown, error.sources, style)
    if len(error.diagnostics) > len(shown):
        text += f"\n... and {len(error.diagnostics) - len(shown):,} more\n"
    print_message(text)
    raise click.exceptions.Exit(2)


def colored(text: str, role: str) -> str:
    """A part of a diagnostic in the colour of its role."""
    if role == "strong":
        return click.style(text, bold=True)
    return click.style(text, fg=_COLORS[role], bold=role != "frame")


class FaultsError(click.UsageError):
    """A message of several lines whose values are printable already."""


_OURS = (FaultsError, click.MissingParameter, click.exceptions.NoArgsIsHelpError)
"""What says nothing but our own words, which may have several lines."""


def show_error(fault: click.ClickException) -> None:
    """Show a usage error; text of the user or of a file cannot add a line to it."""
    is_ours = isinstance(fault, _OURS)
    vars(fault)["message"] = gated(fault.message if is_ours else printable(fault.message))
    fault.show()


def deliver(text: str, path: str | None, *, has_commands: bool = False) -> None:
    """Print a result, or write it to a file: all of it, or nothing.

    Every result of the program passes here, and with it the gate for what cannot be printed.

    Raises:
        UsageError: the file cannot be written.
    """
    is_shown = path in {None, "-"}
    has_colors = is_shown and "\x1b" in text and has_color(sys.stdout)
    text = gated(text, has_colors=has_colors, has_commands=has_commands)
    if is_shown:
        if not is_paged(text):
            click.echo(text, nl=False, color=has_colors or None)
        return
    # A file's name may be no text; it is written as it is printed.
    deliver_bytes(text.encode(errors="backslashreplace"), str(path))


def deliver_parts(parts: Iterable[str], path: str | None) -> None:
    """As `deliver`, of a long result in parts that end with a line; it is never paged.

    Raises:
        UsageError: the file cannot be written.
    """
    if path in {None, "-"}:
        for part in parts:
            click.echo(gated(part), nl=False)
        return
    deliver_bytes((gated(part).encode(errors="backslashreplace") for part in parts), str(path))


def is_paged(text: str) -> bool:
    """Whether a finished text was shown in a pager: one that is longer than the terminal."""
    if not sys.stdout.isatty():
        return False
    from cnncalc.cli.pager import page  # noqa: PLC0415 - only a terminal has one

    return page(text)


def check_page(path: str | None) -> None:
    """Refuse to print a page on a terminal, or to write it over what may be a network.

    Raises:
        UsageError: the page has nowhere to go.
    """
    if path is None and sys.stdout.isatty():
        raise click.UsageError("a page is for a browser: write it to a file, `-o net.html`")
    from cnncalc.spec.library import SUFFIXES  # noqa: PLC0415 - only for a page

    if path is not None and path.lower().endswith((*SUFFIXES, *MODELS)):
        raise click.UsageError(f"`{path}` is the name of a network: a page is named `net.html`")


def deliver_page(text: str, path: str | None) -> None:
    """Print a page, or write it: all of it, or nothing.

    It is in ASCII and holds what others wrote as JSON alone: there is nothing to spell out, and
    its script must stay as it is.

    Raises:
        UsageError: the file cannot be written.
    """
    if path is None or path == "-":
        click.echo(text, nl=False)
    else:
        deliver_bytes(text.encode("ascii"), path)


def print_message(text: str) -> None:
    """Print what is no result to standard error, through the same gate."""
    has_colors = "\x1b" in text and has_color(sys.stderr)
    text = gated(text, has_colors=has_colors)
    click.echo(text, err=True, nl=False, color=has_colors or None)


def deliver_bytes(data: bytes | Iterable[bytes], path: str) -> None:
    """Write to a file: all of it, or its parts one after the other, or nothing.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        write_whole(path, data)
    except OSError as fault:
        raise click.UsageError(f"cannot write `{path}`: {reason_of(fault)}") from None


def reason_of(fault: OSError) -> str:
    """Why the system refuses, in its own words."""
    return (fault.strerror or str(fault)).lower()


Decode = Callable[[bytes, str], tuple[str, tuple[Diagnostic, ...]]]
"""Gives the text of some bytes of a named file, and what is wrong with them."""


def read_settings(file: str, decode: Decode, most: int = 2**23) -> str:
    """The text of a project file or of a baseline; its faults end the program.

    Raises:
        Exit: it cannot be read, or its bytes are no text.
    """
    from cnncalc.spec.library import read_kept  # noqa: PLC0415 - few commands have settings

    try:
        text, faults = decode(read_kept(file, most), file)
    except SpecError as error:
        fail(error)
    if faults:
        fail(SpecError(faults, {}))  # what is no text is not quoted
    return text
