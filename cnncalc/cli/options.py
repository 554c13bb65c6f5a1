"""Options that mean the same in every command that has them."""

import click

from cnncalc.analysis.conventions import BYTES_PER_VALUE

set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a variable of the spec.",
)
input_option = click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="SHAPE",
    help="Another input, as 3x224x224; LABEL=SHAPE where there are several.",
)
batch_option = click.option(
    "--batch",
    type=click.IntRange(1, 10**9),
    default=1,
    metavar="N",
    help="Examples at once: a factor on MACs and activations.",
)
dtype_option = click.option(
    "--dtype",
    type=click.Choice(list(BYTES_PER_VALUE)),
    default="float32",
    help="Type of weights and activations.",
    show_default=True,
)
output_option = click.option(
    "-o", "--output", metavar="FILE", help="Write to a file, whole or not at all."
)
