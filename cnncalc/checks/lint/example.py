"""What the rules find in a spec that is given as text, above all in their examples."""

from collections.abc import Iterator

from cnncalc.analysis.costs import layer_costs
from cnncalc.analysis.receptive_field import receptive_fields
from cnncalc.checks.lint import ENTRIES, all_rules
from cnncalc.checks.lint.rule import Mark, Rule, Subject
from cnncalc.checks.suppression import UNUSED, find_ignores, silence
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.spec import Selection, parse_spec
from cnncalc.spec.expand import expand

FILE = "example.yaml"
"""What an example is called."""


def diagnostics_of(rule: Rule) -> tuple[Diagnostic, ...]:
    """The diagnostics of the failing example of a rule."""
    if rule.code == UNUSED:
        ignores, _ = find_ignores(rule.failing, FILE)
        return tuple(found.diagnostic for found in silence((), ignores, ENTRIES))
    return tuple(one.diagnostic(mark) for one, mark in marks_in(rule.failing) if one is rule)


def marks_in(text: str, variant: str | None = None) -> Iterator[tuple[Rule, Mark]]:
    """The marks of every rule in one network of a spec, and in the spec as it is written.

    Raises:
        SpecError: the spec has faults.
    """
    spec, faults = parse_spec(text, FILE)
    graph = None if spec is None or faults else expand(spec, Selection(variant), faults)
    if spec is None or graph is None:
        raise SpecError(faults, {FILE: text})
    layers = graph.layers
    subject = Subject(spec, graph, layer_costs(layers), lambda: receptive_fields(graph, layers))
    for rule in all_rules():
        if rule.network is not None:
            yield from ((rule, mark) for mark in rule.network(subject))
        if rule.spec is not None:
            yield from ((rule, mark) for mark in rule.spec(spec))
