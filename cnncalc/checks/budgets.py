"""Budgets of the project file, at one input or over a range."""

from collections.abc import Callable, Iterator, Mapping

from cnncalc.checks.claims import Network, check_fact
from cnncalc.checks.counts import Counts
from cnncalc.checks.finding import Claim, Finding, counted
from cnncalc.checks.project.sizes import InputSizes
from cnncalc.checks.project.values import (
    Project,
    facts_for,
    match_steps,
    narrowed,
    project_path,
)
from cnncalc.checks.statements import claim_without_figure
from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.facts import Fact
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape, show_shape
from cnncalc.spec.bounds import FACT_STEPS, Allowance

Inputs = Mapping[str | None, Shape]
Expand = Callable[[Inputs], Graph | list[Diagnostic]]
"""The network at other inputs, or its faults there."""


def check_budgets(
    project: Project, file: str, network: Network, *, expand: Expand, allowance: Allowance
) -> Iterator[Claim]:
    """Check every budget of the project file for a network, as long as there are steps left."""
    if allowance.steps <= 0:
        return  # it was reported for the network that took the last of them
    path = project_path(project, file)
    allowance.steps -= match_steps(project, path)
    if allowance.steps <= 0:
        first = next(fact for budget in project.budgets for fact in budget.facts)
        yield _stopped(first, network, allowance)
        return
    has_labels = any(budget.label for budget in project.budgets)
    labels = network.counts.labels if has_labels else None
    for sizes, facts in facts_for(project, path, network.variant, labels):
        if sizes is None:
            allowance.steps -= FACT_STEPS * len(facts)
            yield from (check_fact(fact, "budget", network) for fact in facts)
        else:
            yield from _over_range(sizes, facts, network, expand=expand, allowance=allowance)
        if allowance.steps <= 0:
            yield _stopped(facts[0], network, allowance)
            return


def narrow_to_file(project: Project, file: str, allowance: Allowance) -> Project:
    """The project reduced to what concerns a file of many networks; the search takes steps."""
    path = project_path(project, file)
    steps = match_steps(project, path)
    if steps > allowance.steps:
        return project  # it is reported for its first network
    allowance.steps -= steps
    return narrowed(project, path)


def _over_range(
    sizes: InputSizes,
    facts: tuple[Fact, ...],
    network: Network,
    *,
    expand: Expand,
    allowance: Allowance,
) -> Iterator[Claim]:
    """Budgets that must hold at every input: each with the first that breaks it.

    Those that hold as far as the allowance goes are not reported.
    """
    allowance.steps -= sizes.steps
    if allowance.steps <= 0:
        return
    shapes = sizes.shapes()
    pending = dict.fromkeys(facts)
    for inputs in shapes:
        if not pending:
            break
        graph = expand(inputs)
        allowance.steps -= FACT_STEPS * len(pending)
        if allowance.steps <= 0:
            return
        for fact in tuple(pending):
            claim = _claim_at(fact, inputs, network, graph)
            if claim.finding is not None:
                del pending[fact]
                first = f", the first of {len(shapes):,} that breaks it" if shapes[1:] else ""
                yield _noted(claim, claim.finding, f"at the input {_text(inputs)}{first}")
    holding = f"holds at {counted(len(shapes), 'input')}"
    for fact in pending:
        told = fact.layer, fact.metric
        yield Claim(network.variant, *told, "budget", fact.text, holding, span=fact.span)


def _stopped(fact: Fact, network: Network, allowance: Allowance) -> Claim:
    """The budgets of a file that take too long together; where it stops."""
    bounds = allowance.bounds
    message = f"checking the budgets of `{network.title}` takes more than {bounds.steps:,} steps"
    hint = bounds.hint("take a larger step in `input`, or fewer budgets")
    fault = Diagnostic("E504", message, fact.span, (), hint)
    return claim_without_figure(fact, "budget", fault, network.variant)


def _claim_at(
    fact: Fact, inputs: Inputs, network: Network, graph: Graph | list[Diagnostic]
) -> Claim:
    if not isinstance(graph, list):
        counts = Counts(graph, network.counts.basis, network.counts.sight)
        return check_fact(fact, "budget", network._replace(counts=counts))
    first = graph[0]
    message = f"`{network.title}` has no shape at the input {_text(inputs)}: {first.message}"
    notes = (Note("where it fails", first.span),) if first.span else ()
    hint = "leave that size out of the range, or change the network"
    fault = Diagnostic("E805", message, fact.span, notes, hint)
    return claim_without_figure(fact, "budget", fault, network.variant)


def _noted(claim: Claim, finding: Finding, text: str) -> Claim:
    fault = finding.diagnostic
    if fault.code == "E805":
        return claim  # it names the input itself
    noted = fault._replace(notes=(Note(text), *fault.notes))
    return claim._replace(finding=finding._replace(diagnostic=noted))


def _text(inputs: Inputs) -> str:
    return ", ".join(
        show_shape(shape) if label is None else f"{label} {show_shape(shape)}"
        for label, shape in inputs.items()
    )
