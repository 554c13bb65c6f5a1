"""`cnncalc report`: a page about networks, in one file."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.analysis.compare import Candidate, compare_all
from cnncalc.analysis.summary import summarize
from cnncalc.cli import options
from cnncalc.cli.known import extras_of
from cnncalc.cli.network import load_whole
from cnncalc.cli.output import check_page, deliver_page, fail
from cnncalc.diagnostics import SpecError
from cnncalc.report.document import network_document
from cnncalc.report.names import name_on_page
from cnncalc.report.page import page_of, render_page

if TYPE_CHECKING:
    from cnncalc.bits import Precision


@options.command()
@options.network_argument("networks", metavar="NET...", nargs=-1, required=True)
@options.bit_options
@options.training_option
@options.inplace_option
@options.auxiliary_option
@options.output_option
def report(
    networks: tuple[str, ...],
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    bits: "Precision | None",
    training: str | None,
    no_inplace: bool,
    auxiliary: bool,
    output: str | None,
) -> None:
    """Write a page about NET: graph, layers, costs, memory.

    The page is one file of HTML that loads nothing. It goes to standard output without -o.
    Several networks are compared:

    \b
    cnncalc report resnet:50 -o resnet50.html
    cnncalc report vgg:16 resnet:50 my/net.yaml -o three.html
    """  # noqa: D301 - `\b` keeps click from wrapping lines
    check_page(output)
    basis = options.basis_of(dtype, batch, bits, training)
    basis = basis._replace(auxiliary=auxiliary, inplace=not no_inplace)
    if [name.partition(":")[0] for name in networks].count("-") > 1:
        raise click.UsageError("only one of the networks can be standard input")
    try:
        loaded = [load_whole(name, settings, inputs) for name in networks]
    except SpecError as error:
        fail(error)
    options.check_labels([one.graph for one in loaded], bits)
    summaries = [summarize(one.graph, basis) for one in loaded]
    has_bits = any(one.is_mixed for one in summaries)
    candidates = [
        Candidate(name_on_page(name), one, has_bits)
        for name, one in zip(networks, summaries, strict=True)
    ]
    documents = [
        network_document(one.summary, extras_of(each, is_inplace=basis.inplace))
        for one, each in zip(candidates, loaded, strict=True)
    ]
    comparison = compare_all(candidates).to_dict() if len(candidates) > 1 else None
    page = page_of(_title(candidates), documents, comparison=comparison)
    deliver_page(render_page(page), output)


def _title(candidates: Sequence[Candidate]) -> str:
    """What the page is called: the network, or as many of them as a heading has room for."""
    from cnncalc.render.text import title  # noqa: PLC0415 - for a page alone

    names = [title(one.summary.graph) for one in candidates]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
