"""`cnncalc verify`: the numbers of a network compared with a run of it."""

import click

from cnncalc.cli import options
from cnncalc.cli.network import load_network, refuse_if_too_large, refuse_to_run, shape_options
from cnncalc.cli.output import deliver, fail, is_ascii, print_message
from cnncalc.cli.progress import progress
from cnncalc.diagnostics import SpecError


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
    quiet: bool,
    form: str,
    output: str | None,
) -> None:
    """Run NET in NumPy and compare every number with the run.

    The run measures shape, parameters, multiplications, values, bytes and receptive field of
    every layer, and the peak memory. Exits with 1 when a number differs.
    """
    if form == "json":
        options.refuse_unused(["quiet"], "--format json")
    try:
        graph = load_network(network, settings, inputs)
        if scale is not None:
            from cnncalc.engine.estimate import scaled  # noqa: PLC0415 - NumPy loads slowly

            smaller = scaled(graph, scale)
            graph = load_network(network, settings, shape_options(smaller))
    except SpecError as error:
        fail(error)
    refuse_to_run(graph, is_parted=True)
    refuse_if_too_large(graph, network, settings, dtype, 1)
    from cnncalc.engine.verify import verify as run  # noqa: PLC0415
    from cnncalc.render.verify import (  # noqa: PLC0415
        disagreement,
        render_verify_json,
        render_verify_table,
        verdict,
    )

    try:
        with progress("verifying", 0) as advance:
            found = run(graph, seed, dtype, advance)
    except MemoryError:
        raise click.UsageError("the memory ran out: --scale 0.5 takes less") from None
    if form == "json":
        deliver(render_verify_json(found), output)
    else:
        table = "" if quiet else render_verify_table(found, is_ascii=is_ascii(output)) + "\n"
        deliver(table + verdict(found), output)
    if found.agrees:
        return
    for check in found.disagreements:
        print_message(disagreement(check))
    raise click.exceptions.Exit(1)
