"""`cnncalc explain`: every number with its formula and its values."""

import click

from cnncalc.analysis.explain import explain as explain_layers
from cnncalc.analysis.summary import notes_of
from cnncalc.cli import options
from cnncalc.cli.network import bare_network, load_network
from cnncalc.cli.output import deliver, fail, page_width
from cnncalc.diagnostics import SpecError
from cnncalc.render import explain as pages


@options.command()
@options.network_argument(metavar="[NET]", required=False)
@options.layers_argument()
@options.bare_option
@options.retired_option("--layer", "write `-l LINE` or `--layers LINE`")
@options.count_options
@options.format_option(("text", "markdown", "json"))
@options.output_option
def explain(
    network: str | None,
    layers: tuple[str, ...],
    bare: tuple[str, ...],
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    form: str,
    output: str | None,
) -> None:
    """Show the formula behind each number of NET or its LAYERs.

    A LAYER is a path such as conv3.bottleneck1.add1, or a group: all layers in it. With -l,
    layers are explained without a spec:

    \b
    cnncalc explain -l "conv3x3 64 padding=1" --input 128x40x50
    """  # noqa: D301 - `\b` keeps click from wrapping lines
    if (network is None) == (not bare):
        raise click.UsageError("give either a network or -l")
    if len(bare) > 1:
        raise click.UsageError("give -l only once: separate its layers by commas")
    if bare:
        options.refuse_unused(["settings"], "bare layers", "they have no variables")
    try:
        named = network or ""
        graph = bare_network(bare[0], inputs) if bare else load_network(named, settings, inputs)
        explanations = explain_layers(graph, layers, dtype=dtype, batch=batch)
    except SpecError as error:
        fail(error)
    except KeyError as fault:
        raise click.UsageError(str(fault.args[0])) from None
    notes = notes_of(graph, batch)
    if form == "json":
        return deliver(pages.render_explain_json(explanations, notes), output)
    if form == "markdown":
        return deliver(pages.render_explain_markdown(explanations, notes), output)
    width = page_width(output) or 100
    return deliver(pages.render_explain_text(explanations, width, notes), output)
