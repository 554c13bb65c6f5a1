"""`cnncalc verify`: a network's numbers held against a run of it."""

import click

from cnncalc.cli import options
from cnncalc.cli.network import load_network, refuse_if_too_large, refuse_to_run, shape_options
from cnncalc.cli.output import deliver, deliver_aside, fail, is_ascii
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
    help="A smaller input: its spatial axes times this, as 0.5.",
)
@options.seed_option(0, "What weights and inputs are drawn from.")
@options.dtype_option(options.RUN_DTYPES)
@click.option("--quiet", "-q", is_flag=True, help="Print the verdict, not every check.")
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
    """Run NET in NumPy and hold every predicted number against what happened.

    Shapes, parameters, multiplications, values, bytes and receptive fields of every layer are
    seen in the run, and the peak of memory. Exits with 1 when a number disagrees.
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
    refuse_to_run(graph)
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
        deliver_aside(disagreement(check))
    raise click.exceptions.Exit(1)
