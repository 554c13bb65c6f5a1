"""`cnncalc compare`: networks side by side."""

from typing import TYPE_CHECKING

import click

from cnncalc.analysis.compare import compare as compare_networks
from cnncalc.cli import options
from cnncalc.cli.network import bare_network
from cnncalc.cli.networks import load_networks, with_variants
from cnncalc.cli.output import deliver, fail, is_ascii, page_width
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.render.compare import FIGURES, render_compare_markdown, render_compare_table
from cnncalc.render.json_text import json_text

if TYPE_CHECKING:
    from cnncalc.bits import Precision


@options.command()
@options.network_argument("networks", metavar="[NET]...", nargs=-1)
@options.bare_option
@options.bit_options
@options.training_option
@options.columns_option(FIGURES, "network")
@options.format_option(("table", "markdown", "json", "csv", "latex"))
@options.output_option
def compare(
    networks: tuple[str, ...],
    bare: tuple[str, ...],
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    bits: "Precision | None",
    training: str | None,
    columns: tuple[str, ...] | None,
    form: str,
    output: str | None,
) -> None:
    """Compare networks side by side, with ratios to the first.

    `vgg:*` is every variant of one. With -l, layers are compared without a spec:

    \b
    cnncalc compare --input 64x56x56 -l "conv5x5 64 padding=2" \\
        -l "conv1x1 16, conv3x3 64 padding=1"
    """  # noqa: D301 - `\b` keeps click from wrapping lines
    if not networks:
        options.refuse_unused(["settings"], "bare layers", "they have no variables")
    if form == "json":
        options.refuse_unused(["columns"], "--format json")
    if columns is not None:
        _check_training(columns, training)
    basis = options.basis_of(dtype, batch, bits, training)
    try:
        graphs = _graphs(networks, bare, settings, inputs)
    except SpecError as error:
        fail(error)
    options.check_labels([graph for _, graph in graphs], bits)
    found = compare_networks(graphs, basis, has_bits="bops" in (columns or ()))
    if form == "json":
        return deliver(json_text(found.to_dict()), output)
    if form == "markdown":
        return deliver(render_compare_markdown(found, columns), output)
    if form in {"csv", "latex"}:
        from cnncalc.render import compare_rows  # noqa: PLC0415 - few ask for these

        rows = {"csv": compare_rows.render_compare_csv, "latex": compare_rows.render_compare_latex}
        return deliver(rows[form](found, columns), output)
    width = page_width(output)
    table = render_compare_table(found, width, columns, is_ascii=is_ascii(output))
    return deliver(table, output)


def _graphs(
    networks: tuple[str, ...],
    bare: tuple[str, ...],
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
) -> list[tuple[str, Graph]]:
    """The networks by their names, `NAME:*` as every variant, and the bare layers."""
    names = with_variants(networks)
    if len(names) + len(bare) < 2:
        raise click.UsageError("name at least two networks, or give -l at least twice")
    graphs = [*zip(names, load_networks(names, settings, inputs), strict=True)]
    return graphs + [(lines, bare_network(lines, inputs)) for lines in bare]


def _check_training(columns: tuple[str, ...], training: str | None) -> None:
    """Refuse the column of training memory without an optimizer, and the reverse."""
    if "training_bytes" not in columns:
        options.refuse_unused(["training"], "--columns", "name training_bytes among them")
    elif training is None:
        raise click.UsageError("--columns training_bytes needs an optimizer: --training adam")
