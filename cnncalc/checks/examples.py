"""What is found in a spec that is given as text, above all in the examples of the codes."""

from collections.abc import Iterator

from cnncalc.analysis.costs import layer_costs
from cnncalc.analysis.receptive_field import receptive_fields
from cnncalc.checks.codes.explained import COMMAND, Explained, read_example
from cnncalc.checks.codes.explained import FILE as SPEC
from cnncalc.checks.files import check_source
from cnncalc.checks.lint import ENTRIES, all_rules
from cnncalc.checks.lint.rule import Mark, Rule, Subject
from cnncalc.checks.networks import Plan
from cnncalc.checks.overlooked import OVERLOOKED, overlooked
from cnncalc.checks.suppression import UNUSED, find_ignores, silence
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.spec import Selection, parse_spec
from cnncalc.spec.bounds import Allowance
from cnncalc.spec.expand import expand
from cnncalc.spec.library import Source

FILE = "example.yaml"
"""What an example is called."""


def diagnostics_of(rule: Rule | Explained) -> tuple[Diagnostic, ...]:
    """The diagnostics of the failing example of a code; none where it is more than one spec."""
    if isinstance(rule, Explained):
        example = read_example(rule.failing)
        if example.commands != (COMMAND,):
            return ()
        checked = check_source(Source(rule.failing, SPEC, None), Plan(), is_sure=True)
        found = () if checked is None else checked.findings
        return tuple(one.diagnostic for one in found if one.diagnostic.code == rule.code)
    if rule.code == UNUSED:
        ignores, _ = find_ignores(rule.failing, FILE)
        return tuple(found.diagnostic for found in silence((), ignores, ENTRIES))
    if rule.code == OVERLOOKED:
        return tuple(filter(None, [overlooked(rule.failing, FILE, Allowance())]))
    return tuple(one.diagnostic(mark) for one, mark in marks_in(rule.failing) if one is rule)


def marks_in(text: str, variant: str | None = None) -> Iterator[tuple[Rule, Mark]]:
    """The marks of every rule in one network of a spec, and in the spec as it is written.

    Raises:
        SpecError: the spec has faults.
    """
    subject = subject_of(text, variant)
    for rule in all_rules():
        if rule.network is not None:
            yield from ((rule, mark) for mark in rule.network(subject))
        if rule.spec is not None:
            yield from ((rule, mark) for mark in rule.spec(subject.spec))


def subject_of(text: str, variant: str | None = None) -> Subject:
    """One network of a spec, for rules to look at.

    Raises:
        SpecError: the spec has faults.
    """
    spec, faults = parse_spec(text, FILE)
    graph = None if spec is None or faults else expand(spec, Selection(variant), faults)
    if spec is None or graph is None:
        raise SpecError(faults, {FILE: text})
    layers = graph.layers
    return Subject(spec, graph, layer_costs(layers), lambda: receptive_fields(graph, layers))
