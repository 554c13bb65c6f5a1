"""The program `cnncalc`."""

import gc

# A run makes its values and ends: looking for cycles among them costs a tenth of its time.
gc.disable()

import os
import sys
from importlib import import_module
from typing import NoReturn

import click

COMMANDS = {
    "summarize": ("summarize", "summarize"),
    "compare": ("compare", "compare"),
    "explain": ("explain", "explain"),
    "diff": ("diff", "diff"),
    "list": ("library", "list_networks"),
    "show": ("library", "show"),
    "conventions": ("conventions", "conventions"),
}
"""Every command, the module that it lives in, and its name there."""


class Commands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"cnncalc.cli.{module}"), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cnncalc")
def main() -> None:
    """Exact shapes, parameters and MACs of convolutional networks, read from YAML specs."""


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
