"""`cnncalc compare`: designs weighed against each other."""

import click

from cnncalc.analysis.compare import compare as weigh
from cnncalc.analysis.conventions import OPTIMIZER_STATES
from cnncalc.analysis.summary import Options
from cnncalc.cli.network import bare_network, load_network
from cnncalc.cli.options import batch_option, dtype_option, input_option, output_option, set_option
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
@set_option
@input_option
@batch_option
@dtype_option
@click.option(
    "--training",
    type=click.Choice(list(OPTIMIZER_STATES)),
    help="Memory of a training step with this optimizer.",
)
@click.option(
    "--format", "form", type=click.Choice(["table", "markdown", "json"]), default="table"
)
@output_option
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
