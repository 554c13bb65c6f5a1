"""`cnncalc schema`: the spec language and the project file for editors."""

import json

import click

from cnncalc.cli import options
from cnncalc.cli.output import deliver


@options.command()
@click.option("--project", is_flag=True, help="Of the project file, cnncalc.toml, instead.")
@options.output_option
def schema(project: bool, output: str | None) -> None:
    """Print a JSON Schema of the spec language for editors."""
    if project:
        from cnncalc.checks.project.schema import project_schema  # noqa: PLC0415 - one of two

        found = project_schema()
    else:
        from cnncalc.spec.schema import spec_schema  # noqa: PLC0415 - one of two

        found = spec_schema()
    # In ASCII, so that it is JSON on a terminal of any encoding.
    return deliver(f"{json.dumps(found, indent=2)}\n", output)
