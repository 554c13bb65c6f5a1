"""The program `cnncalc`."""

import gc

# A run makes its values and ends: looking for cycles among them costs a tenth of its time.
gc.disable()

import os
import sys
from typing import NoReturn

import click

from cnncalc.cli.summarize import summarize


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cnncalc")
def main() -> None:
    """Exact shapes, parameters and MACs of convolutional networks, read from YAML specs."""


main.add_command(summarize)


@main.command(name="list")
def list_networks() -> None:
    """List the bundled networks and their variants, with their totals."""
    from cnncalc.cli.library import print_networks  # noqa: PLC0415

    print_networks()


@main.command()
@click.argument("name", metavar="NET")
def show(name: str) -> None:
    """Print the spec of NET: a bundled network, or a file."""
    from cnncalc.cli.library import print_spec  # noqa: PLC0415

    print_spec(name)


def run() -> NoReturn:
    """Run the program, and leave without freeing memory: the system takes it back faster."""
    code: object = 0
    try:
        main(prog_name="cnncalc")
    except SystemExit as done:
        code = done.code
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code if isinstance(code, int) else code is not None)
