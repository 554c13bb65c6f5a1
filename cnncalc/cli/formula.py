"""`cnncalc formula`: totals as exact polynomials, with where they hold."""

import click

from cnncalc.analysis.conventions import Basis
from cnncalc.cli import options
from cnncalc.cli.network import spec_base
from cnncalc.cli.output import deliver, fail, is_ascii, page_width
from cnncalc.design.asked import ask, read_names
from cnncalc.design.formula import Formula
from cnncalc.design.spaces import space_of
from cnncalc.diagnostics import SpecError
from cnncalc.render.formula import (
    reasons_text,
    render_formula_json,
    render_formula_latex,
    render_formula_markdown,
    render_formula_text,
)
from cnncalc.render.formula_python import render_formula_python


@options.command()
@options.network_argument()
@click.argument(
    "metrics", metavar="[METRIC]...", nargs=-1, shell_complete=options.completed("metrics")
)
@click.option(
    "--of",
    "names",
    multiple=True,
    required=True,
    metavar="NAME[=FIRST..LAST[:STEP]],...",
    help="Variables of the spec, and lengths of the input: size, height, input.width ...",
    shell_complete=options.completed("movable"),
)
@click.option(
    "--layers", "by_layer", is_flag=True, help="Tell the formulas of each layer as well."
)
@click.option(
    "--residues",
    is_flag=True,
    help="Show a polynomial for each rest that strides leave of the size, not of its own alone.",
)
@options.count_options
@options.seed_option(0, "What the points are drawn from at which formulas are held.")
@options.format_option(("table", "json", "latex", "markdown", "python"))
@options.output_option
def formula(
    network: str,
    metrics: tuple[str, ...],
    names: tuple[str, ...],
    by_layer: bool,
    residues: bool,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    seed: int,
    form: str,
    output: str | None,
) -> None:
    """Show METRICs of NET as exact polynomials in its variables.

    A METRIC is one that `check` knows, of the whole or of a label, such as conv1.macs; without
    one these are parameters and macs. Each formula says where it holds: it is held against the
    network at points that it was not found from, and none of them differs.

    \b
    cnncalc formula resnet:50 --of size
    cnncalc formula my.yaml macs --of width=8..512:8,depth
    """  # noqa: D301 - `\b` keeps click from wrapping lines
    if by_layer and residues:
        raise click.UsageError("--layers is told of one residue: leave --residues out")
    if by_layer and form in {"latex", "python"}:
        options.refuse_unused(["by_layer"], f"--format {form}")
    try:
        base = spec_base(network, settings, inputs)
        space = space_of(base, *read_names(names), seed)
        wanted = {"by_layer": by_layer, "every_residue": residues}
        found = ask(base, metrics, space, basis=Basis(dtype, batch), **wanted)
    except SpecError as error:
        fail(error)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None
    if not any(isinstance(one, Formula) for one in found.found):
        raise click.UsageError(reasons_text(found))
    if form == "table":
        text = render_formula_text(found, page_width(output), is_ascii=is_ascii(output))
        return deliver(text, output)
    ways = {
        "json": render_formula_json,
        "latex": render_formula_latex,
        "markdown": render_formula_markdown,
        "python": render_formula_python,
    }
    return deliver(ways[form](found), output)
