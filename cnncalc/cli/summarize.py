"""`cnncalc summarize`: a network at a glance."""

import sys
from collections.abc import Callable

import click

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.summary import Summary
from cnncalc.analysis.summary import summarize as count
from cnncalc.cli.network import load_network
from cnncalc.cli.options import (
    auxiliary_option,
    batch_option,
    columns_option,
    command,
    completed,
    dtype_option,
    format_option,
    input_option,
    network_argument,
    output_option,
    read_columns,
    set_option,
    training_option,
)
from cnncalc.cli.output import deliver, fail, has_color, is_ascii, page_width
from cnncalc.cli.unused import given, refuse_unused
from cnncalc.diagnostics import SpecError
from cnncalc.facts import parse_amount
from cnncalc.metrics import METRICS
from cnncalc.render.columns import COLUMNS
from cnncalc.render.text import printable

FORMATS = ("table", "json", "csv", "markdown", "latex")


def _depth(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    if value == "all":
        return sys.maxsize
    if not value.isdecimal() or len(value) > 9 or int(value) < 1:
        raise click.BadParameter(f"`{value}` is neither `all` nor a number from 1")
    return int(value)


def _bytes(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    try:
        digits, decimals, factor = parse_amount(value, "training_bytes")
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from None
    return int(digits * factor // 10**decimals)


VIEWS = ("profile", "published", "fit")
"""Options that each ask for something other than the layers."""

DRAWN = ("depth", "columns", "layout")
"""Options that shape a table of layers."""


def _refuse_unused(form: str, *, trains: bool, columns: tuple[str, ...] | None) -> None:
    """Refuse every option that what is asked for has no use for.

    Raises:
        UsageError: there is one.
    """
    views = [view for view in VIEWS if given(view)]
    if len(views) > 1:
        refuse_unused(views[1:], f"--{_NAMES[views[0]]}", "each asks for another output")
    elif views == ["published"]:
        refuse_unused((*DRAWN, "training", "no_inplace"), "--published")
    elif views == ["fit"]:
        refuse_unused((*DRAWN, "batch"), "--fit")
        if trains:
            refuse_unused(["no_inplace"], "--fit and --training")
    if form != "table":
        _refuse_by_form(form, views, columns)


def _refuse_by_form(form: str, views: list[str], columns: tuple[str, ...] | None) -> None:
    """Refuse the options that json, csv, markdown or latex have no use for.

    Raises:
        UsageError: there is one.
    """
    if form != "json":
        refuse_unused(set(views) - {"profile"}, f"--format {form}", "it has a table and json")
    elif views == ["profile"]:
        unused = (*DRAWN, "training", "no_inplace", "dtype")
        refuse_unused(unused, "--count and --format json")
    else:
        refuse_unused(DRAWN, "--format json")
    if form == "csv":
        useless = ("profile", "depth", "training", "no_inplace")
        refuse_unused(useless, "--format csv", "json has every figure")
        if "activation_bytes" not in (columns or ()):
            refuse_unused(["dtype"], "--format csv", "no column is in bytes")


_NAMES = {"profile": "count", "published": "published", "fit": "fit"}


def _counted(
    summary: Summary,
    profile: str,
    form: str,
    columns: tuple[str, ...] | None,
    render: Callable[[tuple[str, ...]], str],
) -> str:
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
    own = columns if columns is not None else ("output", "macs")
    text = render((*own, f"count:{profile}", f"count:{profile}%"))
    mark = "% " if form == "latex" else ""
    return text + "".join(f"{mark}{line}\n" for line in textwrap.wrap(" ".join(notes), 80))


def _deliver_fit(summary: Summary, limit: int, form: str, output: str | None) -> None:
    """The largest batch; leaves with 1 when there is none."""
    from cnncalc.analysis.fit import fit  # noqa: PLC0415 - one use of many
    from cnncalc.render.fit import render_fit, render_fit_json  # noqa: PLC0415

    found = fit(summary, limit)
    width = page_width(output) or 80
    deliver(render_fit_json(found) if form == "json" else render_fit(found, width), output)
    if not found.is_met:
        raise click.exceptions.Exit(1)


def _published(summary: Summary, form: str, output: str | None) -> str:
    from cnncalc.analysis.published import hold  # noqa: PLC0415
    from cnncalc.render.published import render_published  # noqa: PLC0415

    try:
        holdings = list(hold(summary))
    except KeyError as fault:
        raise click.UsageError(f"published figures: {fault.args[0]}") from None
    if not holdings:
        named = printable(summary.graph.name)
        raise click.UsageError(f"the spec of {named} has no published figures")
    if not any(METRICS[one.published.metric].is_bytes for one in holdings):
        refuse_unused(["dtype"], "--published", "no figure is in bytes")
    if form == "json":
        import json  # noqa: PLC0415

        return json.dumps([one.to_dict() for one in holdings], indent=1) + "\n"
    return render_published(summary, holdings, is_ascii=is_ascii(output))


@command()
@network_argument()
@set_option
@input_option
@batch_option
@dtype_option()
@click.option(
    "--depth",
    callback=_depth,
    metavar="N|all",
    help="Levels of groups to show; by default as many as fit a screen.",
)
@columns_option(lambda text: read_columns(text, COLUMNS, "layer"), COLUMNS)
@click.option(
    "--layout", type=click.Choice(["chw", "hwc"]), default="chw", help="How shapes are displayed."
)
@training_option
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
    shell_complete=completed("profiles"),
)
@click.option(
    "--published",
    is_flag=True,
    help="Show the figures that the network's source prints beside ours.",
)
@auxiliary_option
@format_option(FORMATS)
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

    An option that the form has no use for is refused. Exits with 1 when
    nothing fits.
    """
    _refuse_unused(form, trains=training is not None, columns=columns)
    try:
        graph = load_network(network, settings, inputs)
    except SpecError as error:
        return fail(error)
    basis = Basis(dtype, batch, auxiliary=auxiliary, inplace=not no_inplace)
    summary = count(graph, basis.with_training(training))
    if profile is not None:
        counted = _counted(
            summary,
            profile,
            form,
            columns,
            lambda chosen: _render(summary, form, chosen, depth, layout, output),
        )
        return deliver(counted, output)
    if published:
        return deliver(_published(summary, form, output), output)
    if fit is not None:
        return _deliver_fit(summary, fit, form, output)
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

        return render_csv(summary, columns, layout)
    if form == "markdown":
        from cnncalc.render.markdown import render_markdown  # noqa: PLC0415

        return render_markdown(summary, columns, depth, layout)
    if form == "latex":
        from cnncalc.render.latex import render_latex  # noqa: PLC0415

        return render_latex(summary, columns, depth, layout)
    from cnncalc.render.table import Look, render_table  # noqa: PLC0415

    return render_table(
        summary,
        Look(
            columns=columns,
            depth=depth,
            layout=layout,
            width=page_width(output),
            has_color=output is None and has_color(sys.stdout),
            is_ascii=is_ascii(output),
        ),
    )
