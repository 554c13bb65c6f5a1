"""`cnncalc list` and `cnncalc show`: the networks that come with cnncalc."""

from collections.abc import Iterable, Iterator

import click

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.summary import summarize
from cnncalc.cli import options
from cnncalc.cli.output import deliver, fail, page_width
from cnncalc.diagnostics import SpecError, did_you_mean
from cnncalc.render.library import Entry, render_csv, render_json, render_markdown, render_table
from cnncalc.render.text import printable
from cnncalc.spec import Selection, build, parse_spec
from cnncalc.spec.library import STUDIES, bundled_names, find


@options.command("list")
@click.argument(
    "names", metavar="[NET]...", nargs=-1, shell_complete=options.completed("families")
)
@options.format_option(("table", "json", "csv", "markdown"))
@options.output_option
def list_networks(names: tuple[str, ...], form: str, output: str | None) -> None:
    """List the bundled networks and variants with their totals.

    A NET is a name such as resnet; `lecture` means all studies of the lecture.
    """
    families = tuple(_families(names))
    try:
        entries = [entry for family in families for entry in _entries(family)]
    except SpecError as error:
        fail(error)
    if form == "json":
        return deliver(render_json(entries, bundled_names(STUDIES)), output)
    if form == "csv":
        return deliver(render_csv(entries), output)
    if form == "markdown":
        return deliver(render_markdown(entries), output)
    studies = () if names else bundled_names(STUDIES)
    return deliver(render_table(entries, studies, page_width(output)), output)


def _families(names: Iterable[str]) -> Iterator[str]:
    """The specs that names mean, each once; all networks where none is named."""
    networks, studies = bundled_names(), bundled_names(STUDIES)
    found: dict[str, None] = {} if names else dict.fromkeys(networks)
    for name in names:
        stem = name.rstrip("/").removesuffix(".yaml")
        if stem == STUDIES:
            found |= dict.fromkeys(studies)
        elif stem in {*networks, *studies}:
            found[stem] = None
        else:
            known = [*networks, STUDIES, *studies]
            hint = did_you_mean(stem, known) or f"they are {', '.join(known[: len(networks) + 1])}"
            raise click.UsageError(f"no bundled network is named `{printable(name)}`: {hint}")
    yield from found


def _entries(family: str) -> Iterator[Entry]:
    source = find(f"{family}.yaml" if "/" in family else family)
    spec, faults = parse_spec(source.text, source.file)
    if spec is None or faults:
        raise SpecError(faults, {source.file: source.text})
    variants: list[str | None] = [None] if spec.is_whole else []
    for variant in (*variants, *spec.variants):
        graph = build(source.text, source.file, Selection(variant))
        totals = summarize(graph, Basis()).totals
        yield Entry(
            family, variant, graph.inputs, totals.parameters, totals.macs, graph.source or ""
        )


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
