"""`cnncalc summarize`: a network at a glance."""

import sys
from collections.abc import Callable

import click

from cnncalc.analysis.conventions import OPTIMIZER_STATES
from cnncalc.analysis.summary import Options, Summary
from cnncalc.analysis.summary import summarize as count
from cnncalc.cli.network import load_network
from cnncalc.cli.options import batch_option, dtype_option, input_option, output_option, set_option
from cnncalc.cli.output import deliver, fail, has_color, page_width
from cnncalc.diagnostics import SpecError, did_you_mean
from cnncalc.facts import parse_amount
from cnncalc.render.columns import COLUMNS

FORMATS = ("table", "json", "csv", "markdown", "latex")


def _depth(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    if value == "all":
        return sys.maxsize
    if not value.isdecimal() or len(value) > 9 or int(value) < 1:
        raise click.BadParameter(f"`{value}` is neither `all` nor a number from 1")
    return int(value)


def _columns(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = tuple(name.strip() for name in value.split(",") if name.strip() not in {"", "layer"})
    if not names or len(set(names)) < len(names):
        raise click.BadParameter("name each column once, and one at least")
    for name in names:
        if name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS) or f"it is one of {', '.join(COLUMNS)}"
            raise click.BadParameter(f"there is no column `{name}`: {hint}")
    return names


def _bytes(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    try:
        digits, decimals, factor = parse_amount(value, "training_bytes")
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from None
    return int(digits * factor // 10**decimals)


def _fitting(summary: Summary, limit: int) -> str:
    """One line: the largest batch within so many bytes."""
    from cnncalc.analysis.memory import largest_batch  # noqa: PLC0415
    from cnncalc.facts import bytes_text  # noqa: PLC0415

    totals, step, batch = summary.totals, summary.training, summary.batch
    fixed, moving, what = totals.weight_bytes, totals.peak_activation_bytes, "inference"
    if step is not None:
        fixed, moving = step.total - step.activations, step.activations
        what = f"training with {step.optimizer}"
    most = largest_batch(limit, fixed, moving // batch)
    taken = bytes_text(fixed + most * (moving // batch))
    return (
        f"Largest batch for {what} in {bytes_text(limit)} ({summary.dtype}): {most:,} "
        f"({taken}: {bytes_text(fixed)} + {most:,} x {bytes_text(moving // batch)})\n"
    )


def _counted(summary: Summary, profile: str, form: str, render: Callable[..., str]) -> str:
    """The summary with another tool's count in the place of ours, and what that counts."""
    import textwrap  # noqa: PLC0415

    from cnncalc.render.markdown_text import escaped  # noqa: PLC0415
    from cnncalc.render.profile import profile_notes, render_profile_json  # noqa: PLC0415

    try:
        if form == "json":
            return render_profile_json(summary, profile)
        notes = list(profile_notes(summary, profile))
        if form == "markdown":
            notes = list(map(escaped, notes))
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--count") from None
    if form == "csv":
        raise click.UsageError("--count has no csv form: json has the number of every layer")
    text = render(("output", "macs", f"count:{profile}", f"count:{profile}%"))
    mark = "% " if form == "latex" else ""
    return text + "".join(f"{mark}{line}\n" for line in textwrap.wrap(" ".join(notes), 80))


def _published(summary: Summary, form: str) -> str:
    from cnncalc.analysis.published import hold  # noqa: PLC0415
    from cnncalc.render.published import render_published  # noqa: PLC0415

    try:
        holdings = list(hold(summary))
    except KeyError as fault:
        raise click.UsageError(f"published figures: {fault.args[0]}") from None
    if not holdings:
        raise click.UsageError(f"the spec of {summary.graph.name} has no published figures")
    if form == "json":
        import json  # noqa: PLC0415

        return json.dumps([one.to_dict() for one in holdings], indent=1) + "\n"
    return render_published(summary, holdings)


@click.command()
@click.argument("network", metavar="NET")
@set_option
@input_option
@batch_option
@dtype_option
@click.option(
    "--depth",
    callback=_depth,
    metavar="N|all",
    help="Levels of groups to show; by default as many as fit a screen.",
)
@click.option(
    "--columns",
    callback=_columns,
    metavar="A,B,...",
    help=f"Columns beside the layer: {', '.join(COLUMNS)}.",
)
@click.option(
    "--layout", type=click.Choice(["chw", "hwc"]), default="chw", help="How shapes are displayed."
)
@click.option(
    "--training",
    type=click.Choice(list(OPTIMIZER_STATES)),
    help="Memory of a training step as well, with this optimizer.",
)
@click.option(
    "--fit",
    callback=_bytes,
    metavar="BYTES",
    help="The largest batch that fits, as 24GiB; with --training in training.",
)
@click.option("--no-inplace", is_flag=True, help="No layer overwrites its input.")
@click.option(
    "--count",
    "profile",
    metavar="TOOL",
    help="Count as another tool does, by its rule and its word; `cnncalc conventions` lists them.",
)
@click.option(
    "--published",
    is_flag=True,
    help="Show the figures that the network's source prints beside ours.",
)
@click.option("--auxiliary", is_flag=True, help="Count heads that are used in training only.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", help="Form of the output."
)
@output_option
def summarize(
    network: str,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    depth: int | None,
    columns: tuple[str, ...] | None,
    layout: str,
    training: str | None,
    fit: int | None,
    no_inplace: bool,
    profile: str | None,
    published: bool,
    auxiliary: bool,
    form: str,
    output: str | None,
) -> None:
    """Show the layers of NET with their output shapes, parameters and MACs.

    NET is a spec file, `-` for standard input, or a bundled network; `:VARIANT` behind it
    chooses a variant: alexnet.yaml, my/vgg.yaml:16, vgg:16, resnet50.
    """
    try:
        graph = load_network(network, settings, inputs)
    except SpecError as error:
        return fail(error)
    summary = count(graph, Options(batch, dtype, auxiliary, not no_inplace, training))
    if profile is not None:
        counted = _counted(
            summary,
            profile,
            form,
            lambda chosen: _render(summary, form, columns or chosen, depth, layout, output),
        )
        return deliver(counted, output)
    if published:
        return deliver(_published(summary, form), output)
    if fit is not None:
        return deliver(_fitting(summary, fit), output)
    return deliver(_render(summary, form, columns, depth, layout, output), output)


def _render(
    summary: Summary,
    form: str,
    columns: tuple[str, ...] | None,
    depth: int | None,
    layout: str,
    output: str | None,
) -> str:
    # Each rendering is imported where it is used: `--format json` starts without rich.
    if form == "json":
        from cnncalc.render.json import render_json  # noqa: PLC0415

        return render_json(summary)
    if form == "csv":
        from cnncalc.render.csv import render_csv  # noqa: PLC0415

        return render_csv(summary)
    if form == "markdown":
        from cnncalc.render.markdown import render_markdown  # noqa: PLC0415

        return render_markdown(summary, columns, depth, layout)
    if form == "latex":
        from cnncalc.render.latex import render_latex  # noqa: PLC0415

        return render_latex(summary, columns, depth, layout)
    from cnncalc.render.table import Look, render_table  # noqa: PLC0415

    encoding = (sys.stdout.encoding or "ascii").lower()
    return render_table(
        summary,
        Look(
            columns=columns,
            depth=depth,
            layout=layout,
            width=page_width(output),
            has_color=output is None and has_color(sys.stdout),
            is_ascii=output is None and not encoding.startswith("utf"),
        ),
    )
