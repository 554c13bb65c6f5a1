"""`cnncalc compare`: designs weighed against each other."""

import click

from cnncalc.analysis.compare import compare as weigh
from cnncalc.analysis.conventions import BYTES_PER_VALUE, OPTIMIZER_STATES
from cnncalc.analysis.summary import Options
from cnncalc.cli.network import bare_network, load_network
from cnncalc.cli.output import deliver, fail, page_width
from cnncalc.diagnostics import SpecError
from cnncalc.render.compare import (
    render_compare_json,
    render_compare_markdown,
    render_compare_table,
)


@click.command()
@click.argument("networks", metavar="[NET]...", nargs=-1)
@click.option(
    "-l",
    "--layers",
    "bare",
    multiple=True,
    metavar="LINE",
    help="Bare layers, commas between them; repeatable, with --input.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a variable in every network.",
)
@click.option(
    "--input", "inputs", multiple=True, metavar="SHAPE", help="Another input for every network."
)
@click.option(
    "--batch", type=click.IntRange(1, 10**9), default=1, metavar="N", help="Examples at once."
)
@click.option(
    "--dtype",
    type=click.Choice(list(BYTES_PER_VALUE)),
    default="float32",
    help="Type of weights and activations.",
)
@click.option(
    "--training",
    type=click.Choice(list(OPTIMIZER_STATES)),
    help="Memory of a training step with this optimizer.",
)
@click.option(
    "--format", "form", type=click.Choice(["table", "markdown", "json"]), default="table"
)
@click.option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
def compare(
    networks: tuple[str, ...],
    bare: tuple[str, ...],
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    training: str | None,
    form: str,
    output: str | None,
) -> None:
    """Compare networks, one column each, with ratios to the first.

    Bare layers are compared on one input, as in
    compare --input 64x56x56 -l "conv5x5 64 padding=2" -l "conv1x1 16, conv3x3 64 padding=1"
    """
    if len(networks) + len(bare) < 2:
        raise click.UsageError("name two networks or more, or two times bare layers with -l")
    try:
        graphs = [(name, load_network(name, settings, inputs)) for name in networks]
        graphs += [(lines, bare_network(lines, inputs)) for lines in bare]
    except SpecError as error:
        return fail(error)
    found = weigh(graphs, Options(batch, dtype, training=training))
    if form == "json":
        return deliver(render_compare_json(found), output)
    if form == "markdown":
        return deliver(render_compare_markdown(found), output)
    return deliver(render_compare_table(found, page_width(output)), output)
