"""`cnncalc explain`: every number with its formula and its values."""

import click

from cnncalc.analysis.explain import explain as explain_layers
from cnncalc.cli.network import bare_network, load_network
from cnncalc.cli.options import batch_option, dtype_option, input_option, output_option, set_option
from cnncalc.cli.output import deliver, fail, page_width
from cnncalc.diagnostics import SpecError
from cnncalc.render.explain import (
    render_explain_json,
    render_explain_markdown,
    render_explain_text,
)


@click.command()
@click.argument("network", metavar="[NET]", required=False)
@click.argument("layers", metavar="[LAYER]...", nargs=-1)
@click.option("-l", "--layer", "bare", metavar="LINE", help="Explain bare layers instead.")
@set_option
@input_option
@batch_option
@dtype_option
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text")
@output_option
def explain(
    network: str | None,
    layers: tuple[str, ...],
    bare: str | None,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    form: str,
    output: str | None,
) -> None:
    """Show how each number of NET, or of its LAYERs, comes about.

    A LAYER is a path such as conv3.bottleneck1.add1, or a group, which means all layers in it.
    Bare layers need an input: explain -l "conv3x3 64 padding=1" --input 128x40x50
    """
    if (network is None) == (bare is None):
        raise click.UsageError("name a network, or bare layers with -l")
    try:
        if bare is not None:
            graph = bare_network(bare, inputs)
        else:
            graph = load_network(network or "", settings, inputs)
    except SpecError as error:
        return fail(error)
    try:
        explanations = explain_layers(graph, layers, dtype=dtype, batch=batch)
    except KeyError as fault:
        raise click.UsageError(str(fault.args[0])) from None
    if form == "json":
        return deliver(render_explain_json(explanations), output)
    if form == "markdown":
        return deliver(render_explain_markdown(explanations), output)
    return deliver(render_explain_text(explanations, page_width(output) or 100), output)
