"""`cnncalc list` and `cnncalc show`: the networks that come with cnncalc."""

import textwrap

import click

from cnncalc.analysis.summary import Options, summarize
from cnncalc.cli.output import deliver, fail
from cnncalc.diagnostics import SpecError
from cnncalc.render.text import printable
from cnncalc.spec import Selection, build, parse_spec
from cnncalc.spec.library import STUDIES, bundled_names, find


@click.command(name="list")
def list_networks() -> None:
    """List the bundled networks and their variants, with their totals."""
    rows = [("Network", "Parameters", "MACs", "Source")]
    try:
        for stem in bundled_names():
            rows.extend(_rows(stem))
    except SpecError as error:
        return fail(error)
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    lines = [
        f"{name:<{widths[0]}}  {parameters:>{widths[1]}}  {macs:>{widths[2]}}  {source}"
        for name, parameters, macs, source in rows
    ]
    studies = textwrap.fill(f"Studies: {', '.join(bundled_names(STUDIES))}", 100)
    text = "".join(f"{line.rstrip()}\n" for line in lines)
    return deliver(f"{text}\n{studies}\n", None)


def _rows(stem: str) -> list[tuple[str, str, str, str]]:
    source = find(stem)
    spec, faults = parse_spec(source.text, source.file)
    if spec is None or faults:
        raise SpecError(faults, {source.file: source.text})
    needs_variant = any(variable.value is None for variable in spec.variables.values())
    variants: list[str | None] = [] if needs_variant else [None]
    rows = []
    for variant in (*variants, *spec.variants):
        graph = build(source.text, source.file, Selection(variant))
        totals = summarize(graph, Options()).totals
        name = f"{stem}:{variant}" if variant else stem
        source_text = printable(graph.source or "")
        rows.append((name, f"{totals.parameters:,}", f"{totals.macs:,}", source_text))
    return rows


@click.command()
@click.argument("name", metavar="NET")
def show(name: str) -> None:
    """Print the spec of NET: a bundled network, or a file."""
    try:
        source = find(name)
    except SpecError as error:
        return fail(error)
    return deliver(source.text, None)
