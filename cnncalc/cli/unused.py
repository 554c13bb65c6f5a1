"""Options that a form of the output has no use for are refused, never ignored."""

from collections.abc import Iterable

import click
from click.core import ParameterSource

GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)


def given(name: str) -> bool:
    """Whether the parameter of that name was written on the command line."""
    return click.get_current_context().get_parameter_source(name) in GIVEN


def refuse_unused(names: Iterable[str], what: str, remedy: str = "") -> None:
    """Refuse options that would be without effect, by the names of their parameters.

    Args:
        names: the parameters that have no use.
        what: what has none for them, as `--format json`.
        remedy: what to do instead.

    Raises:
        UsageError: one of them is given.
    """
    wanted = set(names)
    for parameter in click.get_current_context().command.params:
        if parameter.name in wanted and given(parameter.name):
            option = max(parameter.opts, key=len)
            tail = f": {remedy}" if remedy else ""
            raise click.UsageError(f"{option} has no use with {what}{tail}")
