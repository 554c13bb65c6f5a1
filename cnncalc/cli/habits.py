"""Options as other commands and tools have them, and what the same is called here."""

from collections.abc import Mapping

import click

_MOVED: Mapping[str, str] = {
    "sweep": "values are given by `--set`, as in `--set width=16..64:16`",
    "solve": "what to solve for is given by `--for`, as in `--for width=8..512:8`",
    "formula": "what the formula is of is given by `--of`, as in `--of width`",
}
"""How each command that moves a variable is told which."""

_MOVES = {"--for", "--of", "--in", "--over", "--var", "--vary"}
"""What such an option is called in another of these commands, or may be called."""

_SHAPES = {"--size", "--shape", "--input-size", "--input-shape", "--resolution"}
_FORMS = {"--json": "json", "--csv": "csv", "--markdown": "markdown", "--latex": "latex"}


def instead_of(option: str, command: click.Command) -> str | None:
    """What is meant by an option that a command does not have; None where nothing is known."""
    known = {name: parameter for parameter in command.params for name in parameter.opts}
    forms = getattr(getattr(known.get("--format"), "type", None), "choices", ())
    if option in _MOVES:
        return _MOVED.get(command.name or "")
    if option in _SHAPES and "--input" in known:
        return "the input is given by `--input`, as in `--input 3x224x224`"
    if _FORMS.get(option) in forms:
        return f"write `--format {_FORMS[option]}`"
    return None


def missing(command: str | None) -> str | None:
    """What is said where the option is not given by which a command is told what moves."""
    how = _MOVED.get(command or "")
    return f"nothing is named that moves: {how}" if how else None


class Command(click.Command):
    """A command that knows what its options are called elsewhere."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, or say what is meant by an option that there is not."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as fault:
            meant = instead_of(fault.option_name, self)
            if meant is None:
                raise
            raise click.UsageError(f"no option `{fault.option_name}`: {meant}", ctx) from None
        except click.MissingParameter as fault:
            how = missing(self.name)
            if how is None or not isinstance(fault.param, click.Option):
                raise
            raise click.UsageError(how, ctx) from None
