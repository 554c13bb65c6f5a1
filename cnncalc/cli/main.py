"""The program `cnncalc`."""

import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from cnncalc.cli.errors import open_errors
from cnncalc.cli.options import no_pager_option
from cnncalc.cli.output import show_error
from cnncalc.diagnostics import did_you_mean
from cnncalc.render.text import printable

COMMANDS = {
    "summarize": ("summarize", "summarize"),
    "compare": ("compare", "compare"),
    "report": ("report", "report"),
    "edit": ("edit", "edit"),
    "explain": ("explain", "explain"),
    "verify": ("verify", "verify"),
    "run": ("run", "run"),
    "demonstrate": ("demonstrate", "demonstrate"),
    "gradients": ("gradients", "gradients"),
    "diff": ("diff", "diff"),
    "formula": ("formula", "formula"),
    "sweep": ("sweep", "sweep"),
    "solve": ("solve", "solve"),
    "estimate": ("estimate", "estimate"),
    "calibrate": ("calibrate", "calibrate"),
    "check": ("check", "check"),
    "rule": ("rule", "rule"),
    "convert": ("convert", "convert"),
    "list": ("library", "list_networks"),
    "show": ("library", "show"),
    "conventions": ("conventions", "conventions"),
    "schema": ("schema", "schema"),
    "lsp": ("lsp", "lsp"),
}
"""Every command: its module, and its name there."""


MORE = (
    ("cnncalc COMMAND --help", "the options of a command"),
    ("cnncalc list [WORD]", "the networks that NET may name without a file"),
    ("cnncalc list --lectures", "the studies of the lecture, each with its command"),
)
"""What to ask for next, below the commands."""


class Commands(click.Group):
    """A group whose commands are imported when they are called."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say where the rest stands: a screen has room for the commands alone."""
        del ctx
        with formatter.section("More"):
            formatter.write_dl(MORE)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS and ctx.resilient_parsing:
            return None  # a shell asks
        if cmd_name not in COMMANDS:
            ctx.fail(f"There is no command `{printable(cmd_name)}`: {_instead_of(cmd_name)}")
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"cnncalc.cli.{module}"), name)
        return command


def _instead_of(word: str) -> str:
    """What is meant by a word that is no command."""
    if os.path.isfile(word):
        return f"did you mean `cnncalc summarize {printable(word)}`?"
    return did_you_mean(word, COMMANDS) or f"the commands are {', '.join(COMMANDS)}"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@no_pager_option
@click.version_option(package_name="cnncalc", prog_name="cnncalc")
def main() -> None:
    """Exact shapes, parameters and MACs of convolutional networks, read from YAML specs."""


def run() -> NoReturn:
    """Run the program, and exit without freeing memory: the system does that faster."""
    code = 2
    try:
        if sys.stdout is None:
            os._exit(code)  # there is no output
        sys.stderr = open_errors(sys.stderr)
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        if "_CNNCALC_COMPLETE" in os.environ:
            from cnncalc.cli.completion import install  # noqa: PLC0415 - only a shell asks

            install()
        code = main(prog_name="cnncalc", standalone_mode=False) or 0
        sys.stdout.flush()
    except click.ClickException as fault:
        show_error(fault)
        code = fault.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = 130
    except BrokenPipeError:
        code = 0  # the reader closed the pipe
    except SystemExit as end:
        # Nothing of ours raises it: click does, when it has answered a shell, and, always with 1,
        # when the reader closed the pipe.
        code = int(end.code or 0) if "_CNNCALC_COMPLETE" in os.environ else 0
    except OSError as fault:
        reason = printable(fault.strerror or str(fault)).lower()
        click.echo(f"cnncalc: cannot write: {reason}", err=True)
    sys.stderr.flush()
    os._exit(code)
