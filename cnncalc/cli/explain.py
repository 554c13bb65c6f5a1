"""`cnncalc explain`: every number with its formula and its values."""

from typing import TYPE_CHECKING, Any

import click

from cnncalc.analysis.conventions import OF_PRECISIONS, OPTIMIZER_STATES, Basis
from cnncalc.analysis.costs import Uniform
from cnncalc.analysis.explain import Explanation
from cnncalc.analysis.explain import explain as explain_layers
from cnncalc.analysis.measures import widths_of
from cnncalc.analysis.summary import notes_of
from cnncalc.cli import options
from cnncalc.cli.arrays import files_option
from cnncalc.cli.explain_training import explain_training
from cnncalc.cli.network import bare_network, load_network, spec_base
from cnncalc.cli.output import deliver, fail, page_width
from cnncalc.cli.worked import PLACED, Request, place_options, show_worked
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.render import explain as pages

if TYPE_CHECKING:
    from cnncalc.bits import Precision
    from cnncalc.design.base import Base


@options.command()
@options.network_argument(metavar="[NET]", required=False)
@options.layers_argument()
@options.bare_option
@options.retired_option("--layer", "write `-l LINE` or `--layers LINE`")
@click.option(
    "--symbolic",
    is_flag=True,
    help="Put the variables of the spec in place of numbers, with where that holds.",
)
@click.option(
    "--of",
    "variables",
    multiple=True,
    metavar="NAME[=FIRST..LAST[:STEP]],...",
    help="The variables for --symbolic, or lengths of the input such as size; those of the spec "
    "by themselves.",
    shell_complete=options.completed("movable"),
)
@click.option(
    "--training",
    type=click.Choice(list(OPTIMIZER_STATES)),
    help="Show what a training step with this optimizer keeps and moves, and one update.",
)
@place_options
@options.set_option
@files_option(
    "Input shape, such as 3x224x224; LABEL=SHAPE if there are several inputs. With --at also an "
    "image or .npy array."
)
@options.batch_option
@options.dtype_option(has_kinds=True)
@options.bits_option
@options.format_option(("text", "markdown", "json"))
@options.output_option
def explain(
    network: str | None,
    layers: tuple[str, ...],
    bare: tuple[str, ...],
    symbolic: bool,
    variables: tuple[str, ...],
    training: str | None,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    bits: "Precision | None",
    form: str,
    output: str | None,
    **placed: Any,
) -> None:
    """Show the formula behind each number of NET or its LAYERs.

    A LAYER is a path such as conv3.bottleneck1.add1, or a group: all layers in it. With -l,
    layers are explained without a spec:

    \b
    cnncalc explain -l "conv3x3 64 padding=1" --input 128x40x50

    With --at, one value of the output is worked by hand. Bit operations are told with --bits, and
    of a quantised model.
    """  # noqa: D301 - `\b` keeps click from wrapping lines
    _check_options(network, bare, symbolic=symbolic, variables=variables)
    if placed["place"] is not None:
        options.refuse_unused(["bits"], "--at", "the engine runs float32 and float64")
        request = Request(network, layers, bare, settings, inputs, dtype, **placed)
        return show_worked(request, form, output)
    options.refuse_unused(PLACED, "formulas alone", "name a place, `--at 2,3`")
    basis = options.basis_of(dtype, batch, bits, training)
    _refuse_bits(basis, dtype)
    try:
        if training is not None:
            options.refuse_unused(["symbolic", "variables"], "--training")
            graph = _graph(network, bare, settings, inputs)
            return explain_training(
                graph, layers, training, dtype=dtype, batch=batch, form=form, output=output
            )
        if symbolic:
            base = spec_base(network or "", settings, inputs)
            explanations, notes = _in_symbols(base, layers, variables, basis)
        else:
            graph = _graph(network, bare, settings, inputs)
            options.check_labels([graph], bits)
            explanations, notes = explain_layers(graph, layers, basis), _notes(graph, basis)
    except SpecError as error:
        fail(error)
    except (KeyError, ValueError) as fault:
        raise click.UsageError(str(fault.args[0])) from None
    return deliver(_written(explanations, notes, form, output), output)


def _written(
    explanations: list[Explanation], notes: tuple[str, ...], form: str, output: str | None
) -> str:
    if form == "json":
        return pages.render_explain_json(explanations, notes)
    if form == "markdown":
        return pages.render_explain_markdown(explanations, notes)
    return pages.render_explain_text(explanations, page_width(output) or 100, notes)


def _refuse_bits(basis: Basis, dtype: str) -> None:
    """Refuse bits of layers where all values have one type."""
    option = next((f"--{one}" for one in ("training", "symbolic") if options.is_given(one)), None)
    if option is None:
        return
    options.refuse_unused(["bits"], option, "its formulas are of values of one type, a --dtype")
    if basis.precision is not None:
        one = dtype.partition(",")[0].rpartition("=")[2]
        what = f"{option} tells formulas of values of one type"
        raise click.UsageError(f"{what}: write `--dtype {one}`")


def _notes(graph: Graph, basis: Basis) -> tuple[str, ...]:
    """What the formulas are to be read with, as sentences in lower case."""
    widths, notes = widths_of(graph, basis), notes_of(graph, basis.batch)
    if isinstance(widths, Uniform):
        return notes
    return (*notes, OF_PRECISIONS[widths.source].removeprefix("; "))


def _graph(
    network: str | None, bare: tuple[str, ...], settings: tuple[str, ...], inputs: tuple[str, ...]
) -> Graph:
    return bare_network(bare[0], inputs) if bare else load_network(network or "", settings, inputs)


def _check_options(
    network: str | None, bare: tuple[str, ...], *, symbolic: bool, variables: tuple[str, ...]
) -> None:
    if (network is None) == (not bare):
        raise click.UsageError("give either a network or -l")
    if len(bare) > 1:
        raise click.UsageError("give -l only once: separate its layers by commas")
    if bare:
        options.refuse_unused(["settings", "symbolic"], "bare layers", "they have no variables")
    if variables and not symbolic:
        raise click.UsageError("--of needs --symbolic")


def _in_symbols(
    base: "Base", layers: tuple[str, ...], variables: tuple[str, ...], basis: Basis
) -> tuple[list[Explanation], tuple[str, ...]]:
    """The layers in variables, and where that holds.

    Raises:
        KeyError: there is no such layer or group.
        ValueError: there is no such variable, or it is no whole number.
        SpecError: the network has faults at its own values.
    """
    from cnncalc.design.asked import lengths_of, read_names  # noqa: PLC0415 - most have numbers
    from cnncalc.design.spaces import space_of  # noqa: PLC0415
    from cnncalc.design.symbolic import explain_in, own_variables  # noqa: PLC0415
    from cnncalc.render.symbolic import in_symbols, symbols_note  # noqa: PLC0415

    if variables:
        names, ranges = read_names(variables)
    else:
        names, ranges = tuple(own_variables(base, layers, basis)), {}
    space = space_of(base, names, ranges)
    found = explain_in(base, space, layers, basis)
    return in_symbols(found), (symbols_note(found, lengths_of(base, space.names)),)
