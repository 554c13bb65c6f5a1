"""`cnncalc edit`: a spec and its report side by side, in the browser."""

import gc
import os
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.checking.settings import plan_for, project_near
from cnncalc.cli.output import fail, print_message, reason_of
from cnncalc.diagnostics import SpecError
from cnncalc.files import MODELS
from cnncalc.printable import printable

if TYPE_CHECKING:
    from cnncalc.edit.session import Session


@options.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port; 0 takes a free one.",
)
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
def edit(file: str, port: int, no_open: bool) -> None:
    """Edit FILE in the browser; its report follows what is typed.

    FILE is a spec, or the name of a bundled network, of which a copy is edited: the first save
    writes it to the current folder. The page is served on this machine alone, until Ctrl-C.
    """
    if file.lower().endswith(MODELS):
        raise click.UsageError("a model is not edited: `cnncalc convert` makes a spec of it")
    from cnncalc.edit.server import EditServer  # noqa: PLC0415 - slow to load

    session = session_of(file)
    try:
        server = EditServer(session, port, _tell)
    except OSError as fault:
        raise click.UsageError(f"port {port} cannot be used: {reason_of(fault)}") from None
    try:
        print_message(f"{printable(session.path)} is at {server.address} until Ctrl-C\n")
        if not no_open:
            import webbrowser  # noqa: PLC0415 - slow to load

            webbrowser.open(server.address)
        gc.freeze()
        gc.disable()  # it takes as long as the answer; the server does it between answers
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        click.echo(err=True)
    finally:
        server.server_close()


def _tell(fault: Exception) -> None:
    """Show a fault of ours, as any other command does, and go on."""
    import traceback  # noqa: PLC0415 - it should never be needed

    print_message("".join(traceback.format_exception(fault)))


def session_of(file: str) -> "Session":
    """The file, as it is, or the copy of a bundled network that is not written yet."""
    from cnncalc.edit.draft import OnDisk, on_disk  # noqa: PLC0415 - as above
    from cnncalc.edit.session import Session  # noqa: PLC0415
    from cnncalc.spec.library import find, is_bundled  # noqa: PLC0415

    if file.partition(":")[0] == "-":
        raise click.UsageError("standard input is no file: name one")
    try:
        source = find(file)
        if not os.path.lexists(source.file) or is_bundled(file.rpartition(":")[0] or file):
            path = os.path.basename(source.file)
            if os.path.lexists(path):
                raise click.UsageError(f"`{path}` is here already: `cnncalc edit {path}` edits it")
            return Session(path, OnDisk(None, None), source, plan_for(project_near(path), path))
        disk = on_disk(source.file)
    except SpecError as error:
        fail(error)
    path = source.file
    return Session(path, disk, source, plan_for(project_near(path), path))
