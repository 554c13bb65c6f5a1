"""`cnncalc gradients`: how large the gradient of each layer is before any training."""

from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.network import refuse_if_too_large, refuse_to_run
from cnncalc.cli.networks import load_networks
from cnncalc.cli.output import deliver, fail, is_ascii
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph

if TYPE_CHECKING:
    from cnncalc.engine.gradients import Asked, NetworkGradients

LOSSES = ("cross-entropy", "sum")
"""The words of `--loss`."""

INITIALISATIONS = ("he", "xavier")
"""The words of `--init`."""


@options.command()
@options.network_argument("networks", metavar="NET...", nargs=-1, required=True)
@options.set_option
@options.input_option
@click.option(
    "--batch",
    type=click.IntRange(1, 10**6),
    default=4,
    metavar="N",
    help="Examples of the step.",
    show_default=True,
)
@click.option(
    "--loss",
    type=click.Choice(LOSSES),
    default=LOSSES[0],
    help="Cross-entropy of classes that are drawn, or the sum of outputs.",
    show_default=True,
)
@click.option(
    "--init",
    "initialisation",
    type=click.Choice(INITIALISATIONS),
    default=INITIALISATIONS[0],
    help="How weights are drawn: variance 2 / fan in, or 2 / (fan in + fan out).",
    show_default=True,
)
@options.seed_option(0, "Random seed of weights, inputs and classes.")
@click.option("--all", "is_whole", is_flag=True, help="Also show layers that do not multiply.")
@options.format_option(("table", "json"))
@options.output_option
def gradients(
    networks: tuple[str, ...],
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    loss: str,
    initialisation: str,
    seed: int,
    is_whole: bool,
    form: str,
    output: str | None,
) -> None:
    """Print the norm of the gradient of each layer of NET.

    Draws weights, runs one step forward and backward in NumPy, and changes no weight. Shows of
    each layer with weights the Euclidean norm of their gradient, the root mean square of it, and
    the norm of the gradient of its output. Of several networks it prints a line each.
    """
    if form == "json" or len(networks) > 1:
        options.refuse_unused(
            ["is_whole"], "--format json" if form == "json" else "several networks"
        )
    try:
        graphs = load_networks(networks, settings, inputs)
    except SpecError as error:
        fail(error)
    from cnncalc.engine.estimate import needed_for_step  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.engine.gradients import DTYPE, Asked  # noqa: PLC0415

    asked = Asked(loss, seed, batch, initialisation)
    for name, graph in zip(networks, graphs, strict=True):
        refuse_to_run(graph)
        refuse_if_too_large(
            graph,
            name,
            settings,
            DTYPE,
            batch,
            needed=lambda one: needed_for_step(one, DTYPE, batch),
        )
    found = [_measured(graph, asked) for graph in graphs]
    from cnncalc.render.gradients import (  # noqa: PLC0415 - as above
        render_compared,
        render_gradients,
        render_gradients_json,
    )

    if form == "json":
        return deliver(render_gradients_json(found), output)
    ascii_only = is_ascii(output)
    if len(found) > 1:
        return deliver(render_compared(found, asked, is_ascii=ascii_only), output)
    text = render_gradients(found[0], is_whole=is_whole, is_ascii=ascii_only)
    return deliver(text, output)


def _measured(graph: Graph, asked: "Asked") -> "NetworkGradients":
    from cnncalc.engine.execute import LayerError  # noqa: PLC0415 - as above
    from cnncalc.engine.gradients import gradients as measure  # noqa: PLC0415

    try:
        return measure(graph, asked)
    except LayerError as fault:
        raise click.UsageError(str(fault)) from None
    except MemoryError:
        raise click.UsageError("the memory ran out: a smaller --batch takes less") from None
