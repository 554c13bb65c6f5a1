"""`cnncalc list` and `cnncalc show`: the networks that come with cnncalc."""

from collections.abc import Iterator, Sequence

import click

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.summary import summarize
from cnncalc.cli import options
from cnncalc.cli.output import deliver, fail, page_width
from cnncalc.diagnostics import SpecError, did_you_mean
from cnncalc.render.library import render_csv, render_json, render_markdown, render_table
from cnncalc.render.text import printable
from cnncalc.spec import Selection, build
from cnncalc.spec.catalogue import Entry, entries
from cnncalc.spec.library import STUDIES, bundled_names, find, plain


@options.command("list")
@click.argument(
    "words", metavar="[WORD]...", nargs=-1, shell_complete=options.completed("families")
)
@click.option(
    "--lectures",
    is_flag=True,
    help="List the studies of the lecture in the order of a course, with what they show.",
)
@options.format_option(("table", "json", "csv", "markdown"))
@options.output_option
def list_networks(words: tuple[str, ...], lectures: bool, form: str, output: str | None) -> None:
    """List the bundled networks and variants with their totals.

    A WORD chooses those with it in their name, such as resnet, or in what they are equal to, such
    as timm; `lecture` means the studies of the lecture.
    """
    if lectures:
        if words:
            raise click.UsageError("--lectures lists all studies: `cnncalc list lecture/WORD`")
        return deliver(course_text(form, page_width(output)), output)
    try:
        found = [counted(entry) for entry in _chosen(words)]
    except SpecError as error:
        fail(error)
    if form == "json":
        return deliver(render_json(found, bundled_names(STUDIES)), output)
    if form == "csv":
        return deliver(render_csv(found), output)
    if form == "markdown":
        return deliver(render_markdown(found), output)
    studies = () if words else bundled_names(STUDIES)
    return deliver(render_table(found, studies, page_width(output)), output)


def course_text(form: str, width: int | None) -> str:
    """The studies of the lecture in a form."""
    from cnncalc.render.course import (  # noqa: PLC0415 - one use of many
        render_course_json,
        render_course_markdown,
        render_course_table,
    )
    from cnncalc.spec.course import course  # noqa: PLC0415

    if form == "json":
        return render_course_json(course())
    if form == "markdown":
        return render_course_markdown(course())
    if form == "table":
        return render_course_table(course(), width)
    raise click.UsageError(f"--format {form} has no studies: write table, json or markdown")


def _chosen(words: Sequence[str]) -> list[Entry]:
    """The networks that a word chooses; all, and no study, where there is none."""
    networks = list(_entries(bundled_names()))
    if not words:
        return networks
    parts = [part for word in words for part in word.split() or [word]]
    stems = [part.rstrip("/").removesuffix(".yaml") for part in parts]
    studies = [*_entries(bundled_names(STUDIES))] if any(map(_is_study, stems)) else []
    found: dict[str, Entry] = {}
    for stem in stems:
        among = studies if _is_study(stem) else networks
        chosen = {entry.name: entry for entry in among if _has(entry, stem)}
        if not chosen:
            known = [*bundled_names(), STUDIES, *bundled_names(STUDIES)]
            hint = did_you_mean(stem, known) or "`cnncalc list` shows all of them"
            raise click.UsageError(f"no bundled network is named `{printable(stem)}`: {hint}")
        found |= chosen
    return list(found.values())


def _is_study(word: str) -> bool:
    return word == STUDIES or word.startswith(f"{STUDIES}/")


def _has(entry: Entry, word: str) -> bool:
    return any(plain(word) in plain(text) for text in (entry.name, entry.reference or ""))


def _entries(families: list[str]) -> Iterator[Entry]:
    for family in families:
        yield from entries(family)


def counted(entry: Entry) -> Entry:
    """The entry with its totals: counted where its file does not state them exactly."""
    if entry.parameters is not None and entry.macs is not None:
        return entry
    source = find(f"{entry.family}.yaml" if "/" in entry.family else entry.family)
    graph = build(source.text, source.file, Selection(entry.variant))
    totals = summarize(graph, Basis()).totals
    return entry._replace(parameters=totals.parameters, macs=totals.macs)


@options.command()
@options.network_argument("name")
@options.output_option
def show(name: str, output: str | None) -> None:
    """Print the spec of NET: a bundled network, or a file."""
    try:
        source = find(name)
        if source.variant is not None:
            build(source.text, source.file, Selection(source.variant))
    except SpecError as error:
        # A spec with faults is shown all the same; a variant that is not there is a slip.
        if not error.sources or any(fault.code == "E213" for fault in error.diagnostics):
            fail(error)
    return deliver(source.text, output)
