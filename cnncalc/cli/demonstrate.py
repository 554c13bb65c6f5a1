"""`cnncalc demonstrate`: a property of convolutional layers, shown by a run."""

from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.arrays import OUT_OF_MEMORY, unknown_layer
from cnncalc.cli.network import bare_network, load_network, refuse_if_too_large, refuse_to_run
from cnncalc.cli.output import deliver, fail, is_ascii, page_width
from cnncalc.cli.progress import progress
from cnncalc.cli.worked import read_place
from cnncalc.diagnostics import SpecError, did_you_mean
from cnncalc.graph import Graph, Layer
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.lessons.demonstrations import Demonstration

PROPERTIES = {
    "sharing": "parameters as they are, locally connected and dense; what one weight moves",
    "sparsity": "which inputs move an output",
    "shift": "equivariance and invariance, with and without padding and pooling",
    "dense-equivalent": "the matrix that gives the same output",
    "receptive-field": "the field as it is computed and as it is seen",
}
OF_ONE = ("sharing", "dense-equivalent")
"""What is shown of a named layer alone; the others, of the network up to it."""


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
    graph = _part(graph, name, layer)
    refuse_to_run(graph)
    refuse_if_too_large(graph, network or "", settings, "float64", 1)
    shown = _shown(graph, name, seed, place)
    notes = [f"weights and inputs are drawn from the seed {seed}, in float64"]
    if name == "receptive-field":
        notes = []
    from cnncalc.render import demonstration as pages  # noqa: PLC0415 - after NumPy

    if form == "json":
        return deliver(pages.render_demonstration_json(shown, notes), output)
    width = page_width(output) or 80
    text = pages.render_demonstration_text(shown, width, notes, is_ascii=is_ascii(output))
    return deliver(text.rstrip("\n") + "\n", output)


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
        hint = did_you_mean(name, PROPERTIES) or f"it is one of {', '.join(PROPERTIES)}"
        raise click.UsageError(f"there is no property `{printable(name)}`: {hint}")
    if len(layers) > (0 if bare else 1):
        raise click.UsageError(f"`{printable(layers[-1])}` is too much: one LAYER, none with -l")
    return network, name, layers[0] if layers else None


def _part(graph: Graph, name: str, layer: str | None) -> Graph:
    """What is run: the layer alone, the network up to it, or all of it."""
    from cnncalc.lessons.demonstrations import alone, up_to  # noqa: PLC0415 - NumPy loads slowly

    if layer is None:
        return graph if name == "sharing" else up_to(graph, graph.layers[-1].name)
    found: dict[str, Layer] = {one.name: one for one in graph.layers}
    if layer not in found:
        raise unknown_layer(layer, found)
    return alone(found[layer]) if name in OF_ONE else up_to(graph, layer)


def _shown(graph: Graph, name: str, seed: int, place: tuple[int, ...] | None) -> "Demonstration":
    from cnncalc.engine.execute import LayerError  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.lessons import demonstrations as made  # noqa: PLC0415
    from cnncalc.lessons.worked import PlaceError, place_in  # noqa: PLC0415

    try:
        if name == "sparsity":
            at = None if place is None else place_in(graph.layers[-1], place, None)
            return made.sparsity(graph, seed, at)
        if name == "receptive-field":
            axes = len(next(iter(graph.inputs.values()))) - 1
            with progress("measuring") as advance:
                done = iter(range(1, axes + 1))
                return made.receptive_field(graph, lambda: advance(next(done), axes))
        run = {
            "sharing": made.sharing,
            "shift": made.shift,
            "dense-equivalent": made.dense_equivalent,
        }[name]
        return run(graph, seed)
    except (made.RefusedError, PlaceError, LayerError) as fault:
        raise click.UsageError(str(fault)) from None
    except MemoryError:
        raise click.UsageError(OUT_OF_MEMORY) from None
