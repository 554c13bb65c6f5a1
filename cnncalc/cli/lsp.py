"""`cnncalc lsp`: what an editor asks, over standard input and output."""

import os
import sys

import click

from cnncalc.cli import options


@options.command()
@click.option("--stdio", is_flag=True, hidden=True, help="As many editors ask; it is so anyway.")
def lsp(stdio: bool) -> int:
    """Serve an editor by the language server protocol.

    An editor starts this and speaks with it over standard input and output; `docs/guide/lsp.md`
    says how each of them is set up.
    """
    try:
        import pygls  # noqa: F401, PLC0415 - few have it
    except ImportError:
        message = "the language server needs the package `pygls`: pip install 'cnncalc[lsp]'"
        raise click.UsageError(message) from None
    from cnncalc.cli.protocol.server import serve  # noqa: PLC0415 - as above

    if sys.stdin is None:
        raise click.UsageError("standard input is closed: an editor starts `cnncalc lsp`")
    # What else is printed would be taken for a message: only the server has the real output.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
        sys.stdout = sys.stderr
        return serve(sys.stdin.buffer, output)
