"""`cnncalc demonstrate`: a property of convolutional layers, shown by a run."""

from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.arrays import OUT_OF_MEMORY
from cnncalc.cli.network import bare_network, load_network, refuse_if_too_large, refuse_to_run
from cnncalc.cli.output import deliver, fail, is_ascii, page_width
from cnncalc.cli.progress import progress
from cnncalc.cli.worked import read_place
from cnncalc.diagnostics import SpecError, did_you_mean
from cnncalc.graph import Graph
from cnncalc.lessons.places import PlaceError
from cnncalc.lessons.properties import PROPERTIES
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.lessons.demonstrations.base import Demonstration


@options.command()
@click.argument(
    "words",
    nargs=-1,
    required=True,
    metavar="[NET] PROPERTY [LAYER]",
    shell_complete=options.completed("demonstrated", PROPERTIES),
)
@options.bare_option
@options.set_option
@options.input_option
@click.option(
    "--at",
    "place",
    callback=read_place,
    metavar="ROW,COLUMN",
    help="The output for sparsity, by its place; the middle unless said otherwise.",
)
@options.seed_option(0, "Seed of weights and inputs.")
@options.format_option(("text", "json"))
@options.output_option
def demonstrate(
    words: tuple[str, ...],
    bare: tuple[str, ...],
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    place: tuple[int, ...] | None,
    seed: int,
    form: str,
    output: str | None,
) -> None:
    """Show a property of NET, or of its LAYER, by runs in NumPy.

    \b
    PROPERTY is one of
      sharing           parameters shared, locally connected and dense
      sparsity          which inputs move an output
      shift             equivariance and invariance when the input shifts
      dense-equivalent  the matrix that gives the same output
      receptive-field   the field as it is computed and as it is seen

    \b
    cnncalc demonstrate -l "conv5x5 6" --input 3x32x32 dense-equivalent
    """  # noqa: D301 - `\b` keeps click from wrapping lines
    network, name, layer = _split(words, bare)
    if bare:
        options.refuse_unused(["settings"], "bare layers", "they have no variables")
    if name != "sparsity":
        options.refuse_unused(["place"], f"`{name}`", "it is of all outputs")
    try:
        if bare:
            graph = bare_network(bare[0], inputs)
        else:
            graph = load_network(str(network), settings, inputs)
    except SpecError as error:
        fail(error)
    part = _part(graph, name, layer)
    refuse_to_run(part)
    refuse_if_too_large(
        graph,
        network or "",
        settings,
        "float64",
        1,
        lines=bare[0] if bare else None,
        needed=lambda one: needed_of(one, name, layer),
    )
    shown = _shown(graph, name, layer, seed, place)
    from cnncalc.render import demonstration as pages  # noqa: PLC0415 - after NumPy

    if form == "json":
        return deliver(pages.render_demonstration_json(shown), output)
    width = page_width(output) or 80
    text = pages.render_demonstration_text(shown, width, is_ascii=is_ascii(output))
    return deliver(text, output)


def _split(words: tuple[str, ...], bare: tuple[str, ...]) -> tuple[str | None, str, str | None]:
    """The network, the property and the layer that the words mean."""
    rest = list(words)
    if len(bare) > 1:
        raise click.UsageError("give -l only once: separate its layers by commas")
    network = None if bare else rest.pop(0)
    if not rest:
        told = f"one of {', '.join(PROPERTIES)}"
        if network in PROPERTIES:
            raise click.UsageError("give either a network or -l")
        raise click.UsageError(f"name what is demonstrated behind the network: {told}")
    name, *layers = rest
    if name not in PROPERTIES:
        meant = next((one for one in layers if one in PROPERTIES), None)
        if meant is not None:
            raise click.UsageError(f"the property comes before the LAYER: `{meant}` first")
        hint = did_you_mean(name, PROPERTIES) or f"it is one of {', '.join(PROPERTIES)}"
        raise click.UsageError(f"there is no property `{printable(name)}`: {hint}")
    if len(layers) > (0 if bare else 1):
        raise click.UsageError(f"`{printable(layers[-1])}` is too much: one LAYER, none with -l")
    return network, name, layers[0] if layers else None


def _part(graph: Graph, name: str, layer: str | None) -> Graph:
    """What is run, as `ask.part_of` says it."""
    from cnncalc.lessons.demonstrations.ask import part_of  # noqa: PLC0415 - NumPy loads slowly

    try:
        return part_of(graph, name, layer)
    except KeyError as fault:
        raise click.UsageError(str(fault.args[0])) from None


def needed_of(graph: Graph, name: str, layer: str | None) -> int:
    """The bytes of a run of what is looked at."""
    from cnncalc.engine.estimate import needed_bytes  # noqa: PLC0415 - NumPy loads slowly

    return needed_bytes(_part(graph, name, layer), "float64")


def _shown(
    graph: Graph, name: str, layer: str | None, seed: int, place: tuple[int, ...] | None
) -> "Demonstration":
    from cnncalc.lessons.bounds import RefusedError  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.lessons.demonstrations import ask  # noqa: PLC0415

    axes = len(next(iter(graph.inputs.values()))) - 1
    done = iter(range(1, axes + 1))
    try:
        with progress("measuring") as advance:
            wished = ask.Wished(place, seed, lambda: advance(next(done), axes))
            return ask.demonstrate(graph, name, layer, wished)
    except (PlaceError, RefusedError) as fault:
        raise click.UsageError(str(fault)) from None
    except MemoryError:
        raise click.UsageError(OUT_OF_MEMORY) from None
