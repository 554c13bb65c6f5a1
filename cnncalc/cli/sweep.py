"""`cnncalc sweep`: many designs, their costs, and the best of them."""

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.kept import Kept, kept_in
from cnncalc.cli.output import (
    check_page,
    deliver,
    deliver_bytes,
    deliver_page,
    deliver_parts,
    fail,
    is_ascii,
    page_width,
    print_message,
)
from cnncalc.cli.progress import progress
from cnncalc.design.axes import read_axis
from cnncalc.design.figures import NUMBERS
from cnncalc.design.sweep.columns import Columns
from cnncalc.design.sweep.engine import sweep as evaluated
from cnncalc.design.sweep.evaluate import first_graphs
from cnncalc.design.sweep.formulas import fill_by_formulas
from cnncalc.design.sweep.plan import (
    USUAL,
    metrics_of,
    networks_of,
    space_of,
    wish_of,
    with_wished,
)
from cnncalc.design.sweep.result import Sweep
from cnncalc.design.sweep.run import finished
from cnncalc.design.sweep.space import Points, choose, devices_of
from cnncalc.diagnostics import SpecError
from cnncalc.processes import WorkerLostError, cores
from cnncalc.render.sweep import (
    MOST_ROWS,
    csv_parts,
    json_line_parts,
    json_parts,
    render_sweep_table,
    time_lines,
)

if TYPE_CHECKING:
    from cnncalc.bits import Precision

FORMS = ("table", "csv", "jsonl", "json", "parquet", "html")

FEWEST_DESIGNS = 500
"""Designs from which on further processes are worth their start."""


@options.command()
@options.network_argument("networks", metavar="NET...", nargs=-1, required=True)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUES",
    help="Values of a variable or a length of the input: `width=16..128:16`, `size=96,128`.",
    shell_complete=options.completed("variables"),
)
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="SHAPE",
    help="Input shapes, such as 3x{128..320:32}; LABEL=SHAPE if there are several inputs.",
)
@click.option("--zip", "is_zipped", is_flag=True, help="Move all values together, not each alone.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Take N designs by chance.")
@options.seed_option(0, "What the sample is drawn from.")
@click.option(
    "--metrics",
    metavar="A,B,...",
    help=f"What is counted; by default {', '.join(USUAL)}.",
    shell_complete=options.completed("listed", NUMBERS),
)
@click.option(
    "--where",
    multiple=True,
    metavar="CONDITION",
    help='Keep designs by "macs <= 600M and ...".',
    shell_complete=options.completed("limited"),
)
@click.option(
    "--pareto",
    metavar="A,B,...",
    help="Keep designs that no other one is better than.",
    shell_complete=options.completed("listed", NUMBERS),
)
@click.option(
    "--sort",
    metavar="A,B,...",
    help="Show the best designs first.",
    shell_complete=options.completed("listed", NUMBERS),
)
@click.option("--top", type=click.IntRange(1), metavar="N", help="Show N designs at most.")
@options.batch_option
@options.dtype_option(has_kinds=True)
@options.bits_option
@options.training_option
@click.option("--exact", "is_exact", is_flag=True, help="Evaluate each design, without formulas.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Number of processes.")
@click.option("--dask", metavar="ADDRESS", help="Evaluate on a Dask cluster, by its scheduler.")
@click.option(
    "--resume",
    metavar="FILE",
    help="Go on from FILE, to which what is done is added; begin it if there is none.",
    shell_complete=options.completed("files"),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="Output format; by default that of the ending of FILE, or a table.",
)
@options.output_option
def sweep(
    networks: tuple[str, ...],
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    is_zipped: bool,
    sample: int | None,
    seed: int,
    metrics: str | None,
    where: tuple[str, ...],
    pareto: str | None,
    sort: str | None,
    top: int | None,
    batch: int,
    dtype: str,
    bits: "Precision | None",
    training: str | None,
    is_exact: bool,
    jobs: int | None,
    dask: str | None,
    resume: str | None,
    form: str | None,
    output: str | None,
) -> None:
    """Count many designs: NET at all combinations of values.

    A NET may be several, and `vgg:*` is every variant of one. A design that has a fault is a row
    that says so. --pareto and --sort take smaller numbers as better, and larger receptive fields;
    `max:NAME` and `min:NAME` say otherwise.

    \b
    cnncalc sweep my/net.yaml --set width=16..128:16 --set depth=2,3,4 \\
        --input "3x{128..320:32}"
    cnncalc sweep vgg:11 vgg:16 --input "3x{64..224:32}" \\
        --where "macs <= 2G" --sort macs
    cnncalc sweep my/net.yaml --set width=8..512 --set depth=1..20 \\
        --sample 1000 -o designs.csv
    """  # noqa: D301 - `\b` keeps click from wrapping lines
    form = _form(form, output)
    _refuse_unused(sample, dask, form, output)
    try:
        axes = [read_axis(one) for one in settings]
        space = space_of(networks_of(networks), axes, inputs, is_zipped=is_zipped)
        wish = wish_of(space.names, where=where, pareto=pareto, sort=sort, top=top)
        named = with_wished(_metrics(metrics, training), wish, space.names)
        basis = options.basis_of(dtype, batch, bits, training)
        points = Points(space, choose(space, sample, seed), named, basis, devices_of(named))
    except SpecError as error:
        fail(error)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None
    if bits is not None:
        options.check_labels(first_graphs(points), bits)
    for line in time_lines(points):
        print_message(f"{line}\n")
    columns = Columns(len(points.chosen), points.metrics)
    with kept_in(points, columns, output, resume) as kept:
        formulas = _evaluate(points, columns, kept, is_exact=is_exact, jobs=jobs, dask=dask)
        try:
            result = finished(points, columns, wish, formulas)
        except ValueError as fault:
            raise click.UsageError(str(fault)) from None
        is_done = len(result.done) == len(points.chosen)
        if is_done or not kept.is_kept:
            _deliver(result, form, output, top)
        if not is_done:
            kept.tell_interrupted(len(result.done))
            raise click.exceptions.Exit(130)
        kept.is_finished = True


def _form(form: str | None, output: str | None) -> str:
    """The format that is asked for, or that the name of the output says."""
    ending = os.path.splitext(output or "")[1].lower().removeprefix(".")
    return form or (ending if ending in FORMS else "table")


def _metrics(names: str | None, training: str | None) -> tuple[str, ...]:
    """The metrics that are asked for; with an optimizer the memory of training among them."""
    found = USUAL if names is None else metrics_of(names.split(","))
    more = ("training_bytes",) if training else ()
    return tuple(dict.fromkeys((*found, *more)))


def _refuse_unused(sample: int | None, dask: str | None, form: str, output: str | None) -> None:
    """Refuse options that would have no effect, and results that have nowhere to go."""
    if sample is None:
        options.refuse_unused(["seed"], "all designs", "--sample takes some of them")
    if dask is not None:
        options.refuse_unused(["jobs"], "--dask", "the cluster has its own workers")
    if form == "html":
        check_page(output)
    if form == "parquet":
        from cnncalc.render.parquet import REMEDY, writer  # noqa: PLC0415 - rare

        if output in {None, "-"}:
            raise click.UsageError("Parquet is no text: write it to a file, `-o designs.parquet`")
        if writer() is None:
            raise click.UsageError(f"Parquet needs pyarrow or polars: {REMEDY}")


def _evaluate(
    points: Points,
    columns: Columns,
    kept: Kept,
    *,
    is_exact: bool,
    jobs: int | None,
    dask: str | None,
) -> str:
    """Fill the columns, or as much of them as is done before an interrupt.

    Returns:
        What was computed by formulas.
    """
    formulas = ""
    try:
        if not is_exact:
            formulas = fill_by_formulas(points, columns)
            if formulas:
                print_message(f"{formulas}\n")
        places = columns.open_places()
        with ExitStack() as stack:
            executor = None
            if dask is not None and places:
                from cnncalc.cli.dask import cluster  # noqa: PLC0415 - rare

                executor = stack.enter_context(cluster(dask))
            advance = stack.enter_context(progress("evaluating", unit="designs"))
            count = jobs or (cores() if len(places) >= FEWEST_DESIGNS else 1)
            for block in evaluated(points, places, executor=executor, jobs=count, on_done=advance):
                columns.put(block)
                kept.add(block)
    except KeyboardInterrupt:
        pass  # what is done is told
    except WorkerLostError:
        message = "the system has ended a process of the sweep again and again: it may lack memory"
        raise click.UsageError(f"{message}; try `--jobs 1`") from None
    return formulas


def _deliver(result: Sweep, form: str, output: str | None, top: int | None) -> None:
    if form == "parquet":
        from cnncalc.render.parquet import parquet_bytes  # noqa: PLC0415 - rare

        return deliver_bytes(parquet_bytes(result), str(output))
    if form == "html":
        from cnncalc.render.sweep_page import render_sweep_page  # noqa: PLC0415 - rare

        return deliver_page(render_sweep_page(result), output)
    if form == "table":
        most = MOST_ROWS if top is None else top
        width = page_width(output)
        return deliver(render_sweep_table(result, width, most, is_ascii=is_ascii(output)), output)
    parts = {"csv": csv_parts, "jsonl": json_line_parts, "json": json_parts}[form]
    return deliver_parts(parts(result), output)
