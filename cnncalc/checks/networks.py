"""One spec: every variant expanded, compared with its stated numbers, and linted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.counts import Counted, Counts, Sight
from cnncalc.checks.finding import Checked, Claim, Finding, in_order
from cnncalc.checks.lint import chosen, held_by, rules_for, written_in
from cnncalc.checks.lint.rule import Mark, Rule, Subject
from cnncalc.checks.memo import Memo
from cnncalc.diagnostics import Diagnostic, Severity
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape
from cnncalc.records import Record
from cnncalc.spec import Selection, Spec
from cnncalc.spec.bounds import TIGHT, Allowance, Bounds
from cnncalc.spec.expand import expand
from cnncalc.spec.library import Source

if TYPE_CHECKING:
    from cnncalc.checks.claims import Network
    from cnncalc.checks.gathering import Gathering
    from cnncalc.checks.project.values import Project

Expander = Callable[[Spec, Selection, list[Diagnostic], Allowance], Graph | None]
"""What makes a network of a spec, as `expand` does."""

USUAL_RULES = chosen()


class Plan(Record):
    """What a check looks for.

    Attributes:
        codes: the lint rules that take part.
        basis: what the metrics assume.
        bounds: how large a spec may be.
        project: the project file, with budgets of its own.
        has_figures: whether the figures of every network are wanted, for a baseline.
        severities: how bad warnings are, by code, where that is not as usual.
    """

    codes: frozenset[str] = USUAL_RULES
    basis: Basis = Basis()
    bounds: Bounds = TIGHT
    project: "Project | None" = None
    has_figures: bool = False
    severities: Mapping[str, Severity] = {}


class SpecRead(Record):
    """A spec as it was read.

    Attributes:
        faults: what was met on the way.
        stated: how many of them are of stated numbers alone.
        expanded: what makes its networks.
    """

    spec: Spec
    source: Source
    faults: Sequence[Diagnostic]
    stated: int
    expanded: Expander = expand


def check_spec(  # noqa: PLR0913 - each has its own callers
    reading: SpecRead,
    allowance: Allowance,
    plan: Plan,
    graph: Graph | None = None,
    *,
    counted: Counted | None = None,
    memo: Memo | None = None,
) -> Checked:
    """Check a spec; the faults that were found in reading it are part of the result.

    A spec with faults is expanded for those that only show then; its stated numbers are not
    checked, unless nothing but numbers is at fault.

    Args:
        reading: the spec.
        allowance: what expanding it may cost.
        plan: what to look for.
        graph: the network of the variant that is asked for, where it is expanded already.
        counted: what all its layers see and cost, where that is known, too.
        memo: what is known of the networks of other files.
    """
    spec, source, faults, stated, expanded = reading
    is_whole = len(faults) == stated
    if spec.is_translated:  # the rules are for what is written in the spec language
        plan = plan._replace(codes=frozenset())
    is_one = graph is not None or source.variant is not None
    names = (source.variant,) if is_one else networks_of(spec)
    if not spec.is_sound:
        names = ()
    check = _Check(spec, names, plan, allowance, known=(memo or Memo(), counted))
    check.add_faults(faults, None)
    for variant in names:
        known = list(faults)  # what they explain is not reported again
        found = graph or expanded(spec, Selection(variant), known, allowance)
        check.add_faults(known[len(faults) :], variant)
        if found is not None and is_whole:
            check.network(found)
    for rule in check.rules:  # of the file as it is written, that a network of it called for
        check.add_marks(rule, rule.spec(spec) if rule.spec else (), None)
    findings = [*check.gathered(), *_broken(check.claims, spec.file)]
    if "cnncalc:" in source.text:
        from cnncalc.checks.suppression import find_ignores, silence  # noqa: PLC0415 - it is rare

        ignores, malformed = find_ignores(source.text, spec.file)
        is_complete = len(check.gathering.faults) == stated and not is_one
        active = plan.codes if is_complete else ()  # what was not looked for may yet be there
        findings = [*silence(findings, ignores, active), *map(Finding, malformed)]
    if plan.severities:
        from cnncalc.checks.severity import with_severities  # noqa: PLC0415 - few state some

        findings = [*with_severities(findings, plan.severities)]
    claims = tuple(check.claims)
    told = names, in_order(findings), claims, check.figures, check.absent
    return Checked(spec.file, source.text, *told, spec.name)


def _broken(claims: Sequence[Claim], file: str) -> tuple[Finding, ...]:
    """What is wrong with stated numbers, one finding for each cause."""
    if all(one.finding is None for one in claims):
        return ()
    from cnncalc.checks.causes import one_for_each_cause  # noqa: PLC0415 - most numbers hold

    told = one_for_each_cause(claims, file)
    return tuple(dict.fromkeys(one.finding for one in told if one.finding))


class _Check:
    """What is found in the networks of one file so far."""

    def __init__(
        self,
        spec: Spec,
        names: Sequence[str | None],
        plan: Plan,
        allowance: Allowance,
        *,
        known: tuple[Memo, Counted | None],
    ) -> None:
        self.spec = spec
        self.memo, self.counted = known
        self.names = names
        self.plan = plan
        self.allowance = allowance
        self.claims: list[Claim] = []
        self.sight = Sight(plan.bounds.phases, lambda: self.memo.fields)
        self.rules: dict[Rule, None] = {}
        self.project: Project | None = None
        self.figures: dict[str | None, Mapping[str, int | Shape]] = {}
        self.absent: frozenset[str] | None = None

    @cached_property
    def written(self) -> set[str]:
        """What the rules may need of the spec as it is written."""
        return written_in(self.spec) if self.plan.codes else set()

    @cached_property
    def gathering(self) -> "Gathering":
        """What is found so far; in most files nothing is."""
        from cnncalc.checks.gathering import Gathering  # noqa: PLC0415 - as it says

        return Gathering(self.names)

    def add_faults(self, faults: Sequence[Diagnostic], variant: str | None) -> None:
        """Faults of one network, or of the file as a whole."""
        if faults:
            self.gathering.add_faults(faults, variant)

    def add_marks(self, rule: Rule, marks: Iterable[Mark], variant: str | None) -> None:
        """What a rule finds in one network, or in the file as it is written."""
        if found := tuple(marks):
            self.gathering.add_marks(rule, found, variant)

    def gathered(self) -> Sequence[Finding]:
        """What is found, the same of several networks once."""
        return tuple(self.gathering.findings()) if "gathering" in vars(self) else ()

    def network(self, graph: Graph) -> None:
        """Compare one network with its stated numbers, and lint it."""
        spec, plan = self.spec, self.plan
        counts = Counts(graph, plan.basis, self.sight, self.counted, memo=self.memo.costs)
        absent = absent_labels(graph, plan.basis)
        self.absent = absent if self.absent is None or absent is None else self.absent & absent
        if graph.expect or graph.budget or plan.project is not None:
            self.claims.extend(self.stated(graph, counts))
        if plan.has_figures:
            from cnncalc.checks.baseline.figures import figures_of  # noqa: PLC0415 - few have one

            self.figures[graph.variant] = figures_of(counts, spec.labels)
        see, slides = (lambda: counts.fields), (lambda: self.memo.slides)
        subject = Subject(spec, graph, counts.costs, see, memo=slides)
        for rule in rules_for(plan.codes, self.written | held_by(subject)):
            if rule.network is not None:
                self.add_marks(rule, rule.network(subject), graph.variant)
            else:
                self.rules[rule] = None

    def stated(self, graph: Graph, counts: Counts) -> Iterator[Claim]:
        """What is stated of one network, each compared with the count."""
        from cnncalc.checks.claims import Network, check_fact  # noqa: PLC0415 - some state nothing

        network = Network(title_of(self.spec.file, graph.variant), graph.variant, counts)
        yield from (check_fact(fact, "expect", network) for fact in graph.expect)
        yield from (check_fact(fact, "budget", network) for fact in graph.budget)
        if self.plan.project is not None:
            yield from self.demands(self.plan.project, network)

    def demands(self, project: "Project", network: "Network") -> Iterator[Claim]:
        """The budgets of the project file for one network."""
        from cnncalc.checks.budgets import (  # noqa: PLC0415 - few have a project file
            Inputs,
            check_budgets,
            narrow_to_file,
        )
        from cnncalc.checks.causes import at_cause  # noqa: PLC0415 - as above

        def at(inputs: Inputs) -> Graph | list[Diagnostic]:
            faults: list[Diagnostic] = []
            selection = Selection(network.variant, {}, inputs)
            # Steps are time, and the whole file has one allowance of them; layers are memory, and
            # those of one input are gone before the next.
            allowance = Allowance(self.plan.bounds)
            allowance.steps = self.allowance.steps
            graph = expand(self.spec, selection, faults, allowance)
            self.allowance.steps = min(allowance.steps, self.allowance.steps)
            return faults if graph is None else graph

        file, allowance = self.spec.file, self.allowance
        self.project = self.project or narrow_to_file(project, file, allowance)
        for claim in check_budgets(self.project, file, network, expand=at, allowance=allowance):
            yield at_cause(claim, network)


def absent_labels(graph: Graph, basis: Basis) -> frozenset[str] | None:
    """The labels of a precision that a network does not have; None without a precision."""
    if basis.precision is None:
        return None
    from cnncalc.analysis.widths import absent  # noqa: PLC0415 - where bits are asked for

    return absent(graph, basis.precision)


def networks_of(spec: Spec) -> tuple[str | None, ...]:
    """The networks of a file: its variants, and itself when every variable has a value."""
    itself: tuple[str | None, ...] = (None,) if spec.is_whole or not spec.variants else ()
    return (*itself, *spec.variants)


def title_of(file: str, variant: str | None) -> str:
    """What a network is called on the command line: `resnet.yaml:50`."""
    return file if variant is None else f"{file}:{variant}"
