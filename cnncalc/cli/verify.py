"""`cnncalc verify`: the numbers of a network compared with a run of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.network import load_network, refuse_if_too_large, refuse_to_run, shape_options
from cnncalc.cli.output import deliver, fail, is_ascii, print_message
from cnncalc.cli.progress import progress
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph

if TYPE_CHECKING:
    from cnncalc.engine.verify import Progress, Verification


@options.command()
@options.network_argument()
@options.set_option
@options.input_option
@click.option(
    "--scale",
    type=click.FloatRange(0, 1, min_open=True),
    metavar="FACTOR",
    help="Scale the spatial axes of the input by this, such as 0.5.",
)
@options.seed_option(0, "Random seed of weights and inputs.")
@options.dtype_option(options.RUN_DTYPES)
@click.option(
    "--training",
    "trains",
    is_flag=True,
    help="Run a training step: hold its gradients and what it keeps.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print only the verdict.")
@options.format_option(("table", "json"))
@options.output_option
def verify(
    network: str,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    scale: float | None,
    seed: int,
    dtype: str,
    trains: bool,
    quiet: bool,
    form: str,
    output: str | None,
) -> None:
    """Run NET in NumPy and compare every number with the run.

    The run measures shape, parameters, multiplications, values, bytes and receptive field of
    every layer, and the peak memory. With --training a loss goes back through the network: each
    gradient is held against differences, and the bytes that are kept for it against those that
    `summarize --training` tells. Exits with 1 when a number differs, with 2 when values were too
    large to be compared.
    """
    if trains:
        options.refuse_unused(["dtype"], "--training", "gradients are held in float64")
    if form == "json":
        options.refuse_unused(["quiet"], "--format json")
    graph = _loaded(network, settings, inputs, scale)
    refuse_to_run(graph, is_parted=True)
    run = _verification(graph, network, settings, dtype, trains=trains)
    from cnncalc.render.verify import (  # noqa: PLC0415
        disagreement,
        overflowing,
        render_verify_json,
        render_verify_table,
        verdict,
    )

    try:
        with progress("verifying", 0) as advance:
            found = run(seed, advance)
    except MemoryError:
        raise click.UsageError("the memory ran out: --scale 0.5 takes less") from None
    if form == "json":
        deliver(render_verify_json(found), output)
    else:
        table = "" if quiet else render_verify_table(found, is_ascii=is_ascii(output)) + "\n"
        deliver(table + verdict(found), output)
    if found.agrees and found.overflow is not None:
        raise click.UsageError(overflowing(found))
    if found.agrees:
        return
    for check in found.disagreements:
        print_message(disagreement(check))
    raise click.exceptions.Exit(1)


def _loaded(
    network: str, settings: tuple[str, ...], inputs: tuple[str, ...], scale: float | None
) -> Graph:
    """The network, on an input whose spatial axes are scaled."""
    try:
        graph = load_network(network, settings, inputs)
        if scale is None:
            return graph
        from cnncalc.engine.estimate import scaled  # noqa: PLC0415 - NumPy loads slowly

        return load_network(network, settings, shape_options(scaled(graph, scale)))
    except SpecError as error:
        fail(error)


def _verification(
    graph: Graph, network: str, settings: tuple[str, ...], dtype: str, *, trains: bool
) -> "Callable[[int, Progress], Verification]":
    """What verifies the network, by a seed and a progress; it is refused what does not fit."""
    if trains:
        from cnncalc.engine.verify_training import (  # noqa: PLC0415 - NumPy loads slowly
            needed_bytes,
            verify_training,
        )

        refuse_if_too_large(graph, network, settings, "float64", 1, needed=needed_bytes)
        return lambda seed, advance: verify_training(graph, seed, advance)
    from cnncalc.engine.verify import verify as run  # noqa: PLC0415

    refuse_if_too_large(graph, network, settings, dtype, 1)
    return lambda seed, advance: run(graph, seed, dtype, advance)
