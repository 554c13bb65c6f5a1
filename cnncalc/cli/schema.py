"""`cnncalc schema`: the spec language for editors."""

import json

from cnncalc.cli import options
from cnncalc.cli.output import deliver
from cnncalc.spec.schema import spec_schema


@options.command()
@options.output_option
def schema(output: str | None) -> None:
    """Print a JSON Schema of the spec language for editors."""
    # In ASCII, so that it is JSON on a terminal of any encoding.
    return deliver(f"{json.dumps(spec_schema(), indent=2)}\n", output)
