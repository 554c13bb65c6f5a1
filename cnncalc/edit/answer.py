"""What a text comes to while it is written: the page's document, or what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnncalc.analysis.changes import totals_of
from cnncalc.analysis.receptive_field import receptive_fields
from cnncalc.analysis.summary import Summary, summarize
from cnncalc.checks.counts import Counted
from cnncalc.checks.finding import Finding
from cnncalc.checks.networks import Plan, SpecRead, check_spec
from cnncalc.diagnostics import Diagnostic
from cnncalc.edit.lines import told_of_lines
from cnncalc.editor.heads import heads_of
from cnncalc.graph import Graph
from cnncalc.ops.values import Value
from cnncalc.records import Record
from cnncalc.report.claims import finding_to_dict
from cnncalc.report.document import Extras, network_document
from cnncalc.report.kept import Kept
from cnncalc.report.page import made_by, page_of
from cnncalc.spec import Selection, Spec, parse_spec
from cnncalc.spec.bounds import Allowance
from cnncalc.spec.expand import expand
from cnncalc.spec.library import Source


class Asked(Record):
    """What the page asks for.

    Attributes:
        text: the text as it stands.
        variant: which network of it; None for itself, or for the first where it is none.
        values: what the sliders and fields put in the place of variables.
        known: the number of the page that it has, or None.
    """

    text: str
    variant: str | None = None
    values: Mapping[str, Value] = {}
    known: int | None = None


def answer(
    asked: Asked,
    file: str,
    plan: Plan,
    *,
    saved: Summary | None = None,
    kept: Kept | None = None,
) -> dict[str, Any]:
    """The page of a text; where it has faults, these alone.

    Args:
        asked: the text, and which network of it.
        file: what the text is called in messages.
        plan: what is looked for, and how large a spec may be.
        saved: the network as it is saved, to compare with.
        kept: what is known from the answer before; the answer is the same without it.
    """
    kept = Kept() if kept is None else kept
    kept.turn()
    spec, graph, faults, variant = read(asked, file, plan)
    told = {"variant": variant, **_told(spec, variant, asked.values)}
    if spec is None or graph is None or faults:
        findings = [finding_to_dict(Finding(fault)) for fault in faults]
        return {**told, "page": None, "findings": findings, "lines": [], "change": None}
    # Without auxiliary layers, which a check looks at too, one look at fields and costs is enough.
    fields = None if graph.auxiliary else receptive_fields(graph, graph.layers)
    summary = summarize(graph, plan.basis, fields)
    is_as_written = not asked.values
    source = Source(asked.text, file, variant)
    stated = graph if is_as_written else graph._replace(expect=())
    reading = SpecRead(spec, source, (), 0)
    counted = None if fields is None else Counted(fields, [row.cost for row in summary.rows])
    checked = check_spec(reading, Allowance(plan.bounds), plan, stated, counted=counted)
    extras = Extras({file: asked.text}, checked, plan.basis.inplace, is_as_written)
    document = network_document(summary, extras, kept)
    return {
        **told,
        "page": page_of(graph.title, [document], kept.of("made by", made_by)),
        "findings": document["findings"],
        "lines": list(told_of_lines(summary, file, heads_of(spec))),
        "change": saved and _change(saved, summary),
    }


def read(
    asked: Asked, file: str, plan: Plan
) -> tuple[Spec | None, Graph | None, Sequence[Diagnostic], str | None]:
    """The spec and the network that are asked for, as far as faults let them be read."""
    allowance = Allowance(plan.bounds)
    spec, faults = parse_spec(asked.text, file, allowance)
    if spec is None:
        return None, None, faults, asked.variant
    variant = asked.variant if asked.variant in spec.variants else None
    if variant is None and not spec.is_whole:
        variant = next(iter(spec.variants), None)
    graph = None
    if spec.is_sound:
        values = {name: one for name, one in asked.values.items() if name in spec.variables}
        graph = expand(spec, Selection(variant, values), faults, allowance)
    return spec, graph, faults, variant


def summary_of(text: str, file: str, variant: str | None, plan: Plan) -> Summary | None:
    """The network of a text, counted; None where it has faults or lacks the variant."""
    _, graph, faults, found = read(Asked(text, variant), file, plan)
    if graph is None or faults or found != variant:
        return None
    return summarize(graph, plan.basis)


def _change(saved: Summary, now: Summary) -> dict[str, Any]:
    return {name: total.to_dict() for name, total in totals_of(saved, now).items()}


def _told(spec: Spec | None, variant: str | None, values: Mapping[str, Value]) -> dict[str, Any]:
    """What the page offers: variants, and variables with a number."""
    if spec is None:
        return {"variants": None, "variables": None}
    variants: list[str | None] = [*([None] if spec.is_whole else []), *spec.variants]
    return {
        "variants": variants,
        "variables": list(_variables(spec, variant, values)),
    }


def _variables(
    spec: Spec, variant: str | None, values: Mapping[str, Value]
) -> Iterator[dict[str, Any]]:
    """The variables with a number of their own, and their value in the network that is shown."""
    chosen = spec.variants[variant].variables if variant is not None else ()
    own = {**spec.variables, **{one.name: one for one in chosen}}
    for name, variable in own.items():
        written = variable.value
        if isinstance(written, int | float) and not isinstance(written, bool):
            yield {
                "name": name,
                "written": written,
                "value": values.get(name, written),
                "place": variable.place and variable.place._asdict(),
            }
