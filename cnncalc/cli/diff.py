"""`cnncalc diff`: what changed between two networks."""

import os
import sys

import click

from cnncalc.analysis.changes import Diff
from cnncalc.analysis.diff import diff as compare
from cnncalc.cli import options
from cnncalc.cli.network import (
    MOST_BYTES,
    Loaded,
    chosen,
    input_shapes,
    load_whole,
    model_form,
    read_source,
)
from cnncalc.cli.output import (
    check_page,
    deliver,
    deliver_page,
    fail,
    has_color,
    is_ascii,
    page_width,
)
from cnncalc.cli.revision import read_revision
from cnncalc.diagnostics import SpecError
from cnncalc.spec import WIDE
from cnncalc.spec.library import decode

FORMATS = ("table", "markdown", "json", "html")

_COLORS = {
    "added": "green",
    "removed": "red",
    "changed": "yellow",
    "replaced": "yellow",
    "moved": "cyan",
    "rewired": "cyan",
}


@options.command()
@options.network_argument("networks", metavar="[OLD] NEW", nargs=-1, required=True)
@click.option(
    "--git",
    "revision",
    metavar="REV",
    help="Compare a file with its version at a git revision, such as HEAD.",
)
@options.count_options
@options.auxiliary_option
@click.option("--all", "has_all", is_flag=True, help="Show every layer that differs.")
@options.format_option(FORMATS)
@options.output_option
def diff(
    networks: tuple[str, ...],
    revision: str | None,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    auxiliary: bool,
    has_all: bool,
    form: str,
    output: str | None,
) -> None:
    """Show what changed from OLD to NEW, and what it costs.

    Both are networks as `cnncalc summarize` takes them. With `--git REV`, one file is compared
    with its version at that revision.

    Exits with 0 when nothing changed in the network, with 1 when something did, and with 2
    when the two could not be compared.
    """
    if form in {"json", "html"}:
        options.refuse_unused(["has_all"], f"--format {form}", "it has every layer")
    if form == "html":
        check_page(output)
    try:
        titles, old, new = _load(networks, revision, settings, inputs)
    except SpecError as error:
        fail(error)
    told = dtype if options.is_given("dtype") else None
    found = compare(old.graph, new.graph, batch, told, auxiliary=auxiliary)
    if form == "html":
        deliver_page(_page(found, titles, old, new), output)
    else:
        deliver(_render(found, form, titles, output, has_all=has_all), output)
    raise click.exceptions.Exit(1 if found.is_changed else 0)


def _load(
    networks: tuple[str, ...],
    revision: str | None,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
) -> tuple[tuple[str, str], Loaded, Loaded]:
    """The names of the two networks, and what they mean."""
    if revision is not None:
        if len(networks) != 1:
            raise click.UsageError("with `--git` name one file: cnncalc diff --git REV FILE")
        return _load_revision(networks[0], revision, settings, inputs)
    if len(networks) != 2:
        raise click.UsageError(
            "name two networks: cnncalc diff OLD NEW, or cnncalc diff --git REV FILE"
        )
    if [name.partition(":")[0] for name in networks] == ["-", "-"]:
        raise click.UsageError("only one of the two can be standard input")
    old, new = (load_whole(name, settings, inputs) for name in networks)
    return (networks[0], networks[1]), old, new


def _load_revision(
    name: str, revision: str, settings: tuple[str, ...], inputs: tuple[str, ...]
) -> tuple[tuple[str, str], Loaded, Loaded]:
    """A file as it was at a revision, and as it is."""
    titles = f"{revision}:{name}", name
    form = model_form(name) if os.path.isfile(name) else None
    if form is not None:
        from cnncalc.interchange.networks import read_model_bytes  # noqa: PLC0415 - only for a model

        after = load_whole(name, settings, inputs)
        data = read_revision(name, revision, MOST_BYTES)
        before = read_model_bytes(data, titles[0], form, input_shapes(inputs))
        return titles, Loaded(before), after
    source, selection = chosen(name, settings, inputs)
    is_named = name == source.file or name.startswith(f"{source.file}:")
    if not is_named or not os.path.isfile(source.file):
        raise click.UsageError(f"`{name}` is not a file: `--git` compares files of a repository")
    file = f"{revision}:{source.file}"
    content = read_revision(source.file, revision, WIDE.file_bytes)
    old = read_source(source._replace(text=decode(content, file), file=file), selection)
    return titles, old, read_source(source, selection)


def _page(found: Diff, titles: tuple[str, str], old: Loaded, new: Loaded) -> str:
    """Both networks as a page."""
    from cnncalc.cli.known import extras_of  # noqa: PLC0415 - one form of several
    from cnncalc.report.difference import difference_of, union_document  # noqa: PLC0415
    from cnncalc.report.names import name_on_page  # noqa: PLC0415
    from cnncalc.report.page import page_of, render_page  # noqa: PLC0415

    titles = name_on_page(titles[0]), name_on_page(titles[1])
    extras = extras_of(new)
    before = {old.source.file: old.source.text} if old.source else {}
    document = union_document(found, extras._replace(files={**before, **extras.files}))
    difference = difference_of(found, titles)
    title = f"{titles[0]} \N{RIGHTWARDS ARROW} {titles[1]}"
    return render_page(page_of(title, [document], difference=difference))


def _render(
    found: Diff, form: str, titles: tuple[str, str], output: str | None, *, has_all: bool
) -> str:
    if form == "json":
        from cnncalc.render.diff.json import render_diff_json  # noqa: PLC0415 - one form of several

        return render_diff_json(found)
    from cnncalc.render.diff.parts import Look  # noqa: PLC0415 - as above

    if form == "markdown":
        from cnncalc.render.diff.markdown import render_diff_markdown  # noqa: PLC0415 - as above

        return render_diff_markdown(found, Look(titles, has_all))
    from cnncalc.render.diff.table import render_diff_table  # noqa: PLC0415

    look = Look(titles, has_all, page_width(output), is_ascii(output))
    has_colors = output is None and has_color(sys.stdout)
    return render_diff_table(found, look._replace(style=_style) if has_colors else look)


def _style(text: str, role: str) -> str:
    if role == "strong":
        return click.style(text, bold=True)
    return click.style(text, fg=_COLORS.get(role), dim=role in {"dim", "reshaped"} or None)
