"""`cnncalc compare`: designs weighed against each other."""

import click

from cnncalc.analysis.compare import compare as weigh
from cnncalc.analysis.summary import Options
from cnncalc.cli import options
from cnncalc.cli.network import bare_network, load_network
from cnncalc.cli.output import deliver, fail, is_ascii, page_width
from cnncalc.diagnostics import SpecError
from cnncalc.render.compare import (
    FIGURES,
    render_compare_json,
    render_compare_markdown,
    render_compare_table,
)

TRAINING = "training_bytes"
"""The figure that needs an optimizer."""


@options.command()
@options.network_argument("networks", metavar="[NET]...", nargs=-1)
@options.bare_option
@options.count_options
@options.training_option
@options.columns_option(FIGURES, "network")
@options.format_option(("table", "markdown", "json"))
@options.output_option
def compare(
    networks: tuple[str, ...],
    bare: tuple[str, ...],
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    training: str | None,
    columns: tuple[str, ...] | None,
    form: str,
    output: str | None,
) -> None:
    """Compare networks, one column each, with ratios to the first.

    Bare layers are compared on one input, as in
    compare --input 64x56x56 -l "conv5x5 64 padding=2" -l "conv1x1 16, conv3x3 64 padding=1"
    """
    if len(networks) + len(bare) < 2:
        raise click.UsageError("name two networks or more, or two times bare layers with -l")
    _refuse_unused(networks, form, columns, training)
    try:
        graphs = [(name, load_network(name, settings, inputs)) for name in networks]
        graphs += [(lines, bare_network(lines, inputs)) for lines in bare]
    except SpecError as error:
        return fail(error)
    found = weigh(graphs, Options(batch, dtype, training=training))
    if form == "json":
        return deliver(render_compare_json(found), output)
    if form == "markdown":
        return deliver(render_compare_markdown(found, columns), output)
    width = page_width(output)
    table = render_compare_table(found, width, columns, is_ascii=is_ascii(output))
    return deliver(table, output)


def _refuse_unused(
    networks: tuple[str, ...], form: str, columns: tuple[str, ...] | None, training: str | None
) -> None:
    """Refuse options that would be without effect.

    Raises:
        UsageError: there is one.
    """
    if not networks:
        options.refuse_unused(["settings"], "bare layers", "they have no variables")
    if form == "json":
        options.refuse_unused(["columns"], "--format json")
    if columns is not None and training is None and TRAINING in columns:
        raise click.UsageError(f"--columns {TRAINING} needs an optimizer: --training adam")
    if columns is not None and TRAINING not in columns:
        options.refuse_unused(["training"], "--columns", f"name {TRAINING} among them")
