"""`cnncalc summarize`: the layers of a network and their totals."""

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

import click

from cnncalc.analysis.summary import Summary
from cnncalc.analysis.summary import summarize as count
from cnncalc.cli import options
from cnncalc.cli.network import Loaded, load_whole
from cnncalc.cli.output import deliver, fail, has_color, is_ascii, page_width
from cnncalc.diagnostics import SpecError
from cnncalc.facts import parse_amount
from cnncalc.metrics import METRICS, RANKED
from cnncalc.render.columns import BYTES, COLUMNS, Look
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.bits import Precision

Columns = tuple[str, ...] | None
"""Those that were asked for."""

FORMATS = ("table", "json", "csv", "markdown", "latex")


def _depth(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    if value == "all":
        return sys.maxsize
    if not value.isdecimal() or len(value) > 9 or int(value) < 1:
        raise click.BadParameter(f"`{value}` is not a depth: write a number from 1, or `all`")
    return int(value)


def _bytes(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    try:
        digits, decimals, factor = parse_amount(value, "training_bytes")
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from None
    return int(digits * factor // 10**decimals)


VIEWS = {"profile": "--count", "published": "--published", "fit": "--fit"}
"""Options that each replace the layers by another output."""

DRAWN = ("depth", "columns", "layout", "has_bars")
"""Options that shape a table of layers."""

LISTED = ("sort", "top")
"""Options that list layers by a metric."""

TRAINED = ("training", "no_inplace")
"""Options that change memory alone."""

WIDTHS = ("dtype", "bits")
"""Options that say how wide values are."""


def _refuse_unused(form: str, columns: Columns, sort: str | None, *, trains: bool) -> None:
    """Refuse every option that would have no effect on what is asked for."""
    views = [view for view in VIEWS if options.is_given(view)]
    view = views[0] if views else ""
    others = {*views} - {"profile"}
    counted = view == "profile"
    has_shares = counted or not columns or any(one.endswith("%") for one in columns)
    has_bytes = not {*BYTES, "bops"}.isdisjoint((*(columns or ()), sort))
    rows: tuple[tuple[bool, Iterable[str], str, str], ...] = (
        (True, views[1:], VIEWS.get(view, ""), "each asks for another output"),
        (view == "published", (*DRAWN, *LISTED, *TRAINED), "--published", ""),
        (view == "fit", (*DRAWN, *LISTED, "batch"), "--fit", ""),
        (options.is_given("sort"), ("depth",), "--sort", "it lists layers, at any depth"),
        (not options.is_given("sort"), ("top",), "the tree", "add `--sort macs`"),
        (view == "fit" and trains, ("no_inplace",), "--fit and --training", ""),
        (form not in {"table", "json"}, others, f"--format {form}", "it has a table and json"),
        (
            form == "json" and counted,
            (*DRAWN, *LISTED, *TRAINED, *WIDTHS),
            "--count and --format json",
            "",
        ),
        (form != "table", ("has_bars",), f"--format {form}", "the table for terminals has them"),
        (not has_shares, ("has_bars",), "--columns", "name a share among them, such as macs%"),
        (form == "json", DRAWN, "--format json", ""),
        (form != "json", ("full",), f"--format {form}", "write `--format json`"),
        (options.is_given("full"), (*views, *LISTED), "--full", "it has every layer in order"),
        (form == "csv", ("profile", "depth", *TRAINED), "--format csv", "it has a row a layer"),
        (form == "csv" and not has_bytes, WIDTHS, "--format csv", "no column is in bytes"),
    )
    for applies, names, what, remedy in rows:
        if applies:
            options.refuse_unused(names, what, remedy)


def _counted(summary: Summary, profile: str, form: str, look: Look) -> str:
    """The summary with another tool's count in the place of ours, and what that counts."""
    import textwrap  # noqa: PLC0415

    from cnncalc.render.markdown_text import escaped  # noqa: PLC0415
    from cnncalc.render.views import profile_notes, render_profile_json  # noqa: PLC0415

    try:
        if form == "json":
            return render_profile_json(summary, profile)
        notes = profile_notes(summary, profile)
        text = " ".join(map(escaped, notes) if form == "markdown" else notes)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--count") from None
    own = look.columns or ("output", "macs")
    look = look._replace(columns=(*own, f"count:{profile}", f"count:{profile}%"))
    mark = "% " if form == "latex" else ""
    told = "".join(f"{mark}{line}\n" for line in textwrap.wrap(text, 80))
    return _render(summary, form, look) + told


def _published(summary: Summary, form: str, *, is_ascii: bool) -> str:
    from cnncalc.analysis.published import hold  # noqa: PLC0415
    from cnncalc.render.json_text import json_text  # noqa: PLC0415
    from cnncalc.render.views import render_published  # noqa: PLC0415

    try:
        holdings = list(hold(summary))
    except KeyError as fault:
        raise click.UsageError(f"published numbers: {fault.args[0]}") from None
    if not holdings:
        named = printable(summary.graph.name)
        raise click.UsageError(f"the spec of {named} states no published numbers")
    if not any(METRICS[one.published.metric].is_wide for one in holdings):
        options.refuse_unused(WIDTHS, "--published", "no number is in bytes")
    if form == "json":
        return json_text([one.to_dict() for one in holdings], is_ascii=True)
    return render_published(summary, holdings, is_ascii=is_ascii)


def _full(summary: Summary, loaded: Loaded, *, is_inplace: bool) -> str:
    """All that is known of a network, as the page reads it."""
    from cnncalc.cli.known import extras_of  # noqa: PLC0415 - one use of many
    from cnncalc.render.document import render_document  # noqa: PLC0415
    from cnncalc.report.document import network_document  # noqa: PLC0415

    extras = extras_of(loaded, is_inplace=is_inplace)
    return render_document(network_document(summary, extras))


def _render(summary: Summary, form: str, look: Look) -> str:
    """The summary in a form, whose module is imported now: json starts without the tables."""
    render: Callable[[Summary, Look], str] = getattr(
        import_module(f"cnncalc.render.{form}"), f"render_{form}"
    )
    return render(summary, look)


def _studies(network: str, form: str, width: int | None) -> str | None:
    """What the bundled studies show, where what is named is their folder and no network."""
    from cnncalc.spec.library import is_folder_of_studies  # noqa: PLC0415 - a model reads no spec

    if not is_folder_of_studies(network):
        return None
    from cnncalc.cli.library import course_text  # noqa: PLC0415 - one use of many

    told = {"network", "form", "output"}
    names = (one.name for one in click.get_current_context().command.params)
    options.refuse_unused({*filter(None, names)} - told, "the folder of the studies")
    return course_text(form, width)


@options.command()
@options.network_argument()
@options.bit_options
@click.option(
    "--depth",
    callback=_depth,
    metavar="N|all",
    help="Levels of groups to show; by default, as many as fit a screen.",
)
@click.option(
    "--sort",
    type=click.Choice(RANKED),
    metavar="METRIC",
    help=f"List the layers by a metric, the largest first: {', '.join(RANKED)}.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    metavar="N",
    help="Show the first N layers of --sort only.",
)
@options.columns_option(COLUMNS, "layer")
@click.option(
    "--bars",
    "has_bars",
    is_flag=True,
    help="Draw a bar beside each share of parameters and MACs.",
)
@click.option(
    "--layout",
    type=click.Choice(["chw", "hwc"]),
    default="chw",
    help="Order of the axes in shapes.",
)
@options.training_option
@click.option(
    "--fit",
    callback=_bytes,
    metavar="BYTES",
    help="Find the largest batch that fits this memory, such as 24GiB.",
)
@options.inplace_option
@click.option(
    "--count",
    "profile",
    metavar="TOOL",
    help="Count as this tool does; `cnncalc conventions` lists the tools.",
    shell_complete=options.completed("profiles"),
)
@click.option(
    "--published",
    is_flag=True,
    help="Compare with the numbers that the network's paper prints.",
)
@options.auxiliary_option
@options.format_option(FORMATS)
@click.option(
    "--full",
    is_flag=True,
    help="With --format json: also groups, formulas, memory, the spec and its check.",
)
@options.output_option
def summarize(
    network: str,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    bits: "Precision | None",
    depth: int | None,
    sort: str | None,
    top: int | None,
    columns: Columns,
    has_bars: bool,
    layout: str,
    training: str | None,
    fit: int | None,
    no_inplace: bool,
    profile: str | None,
    published: bool,
    auxiliary: bool,
    form: str,
    full: bool,
    output: str | None,
) -> None:
    """Show the layers of NET: output shapes, parameters, MACs.

    NET is a spec, an ONNX or Keras model, `-` for standard input, or a bundled network;
    `:VARIANT` after the name selects a variant: alexnet.yaml, my/vgg.yaml:16, vgg:16, resnet50,
    net.onnx, net.keras. `lecture/` lists the bundled studies.

    An option that has no effect on the output is an error. Exits with 1 when no batch fits the
    memory of --fit.
    """
    _refuse_unused(form, columns, sort, trains=training is not None)
    basis = options.basis_of(dtype, batch, bits, training)
    basis = basis._replace(auxiliary=auxiliary, inplace=not no_inplace)
    try:
        loaded = load_whole(network, settings, inputs)
    except SpecError as error:
        studies = _studies(network, form, page_width(output))
        if studies is None:
            fail(error)
        return deliver(studies, output)
    options.check_labels([loaded.graph], bits)
    summary = count(loaded.graph, basis)
    if full:
        return deliver(_full(summary, loaded, is_inplace=basis.inplace), output)
    width = page_width(output) if form == "table" else None
    ascii_only = is_ascii(output)
    has_colors = output is None and has_color(sys.stdout)
    look = Look(columns, depth, sort, top, layout, width, has_colors, ascii_only, has_bars)
    if profile is not None:
        return deliver(_counted(summary, profile, form, look), output)
    if published:
        return deliver(_published(summary, form, is_ascii=ascii_only), output)
    if fit is None:
        return deliver(_render(summary, form, look), output)
    from cnncalc.analysis.fit import fit as largest_batch  # noqa: PLC0415 - one use of many
    from cnncalc.render.json_text import json_text  # noqa: PLC0415
    from cnncalc.render.views import render_fit  # noqa: PLC0415

    found = largest_batch(summary, fit)
    is_json = form == "json"
    text = json_text(found.to_dict(), is_ascii=True) if is_json else render_fit(found, width or 80)
    deliver(text, output)
    if not found.is_met:
        raise click.exceptions.Exit(1)
    return None
