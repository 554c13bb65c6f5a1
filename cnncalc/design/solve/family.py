"""The best of networks that are there, each built and counted: no variable is solved for."""

from collections.abc import Callable, Iterator, Sequence

from cnncalc.analysis.compare import compare
from cnncalc.analysis.conventions import Basis
from cnncalc.checks.finding import counted as told
from cnncalc.design.base import fault_of
from cnncalc.design.conditions import parse_conditions
from cnncalc.design.figures import check_metric
from cnncalc.design.solve import notes as words
from cnncalc.design.solve.answer import NETWORK, Next, Solution
from cnncalc.design.solve.asked import Asked, Question
from cnncalc.design.solve.find import SHOWN
from cnncalc.design.solve.members import Member, Members
from cnncalc.design.solve.target import Target
from cnncalc.design.solve.trials import MOST_BUILT, Trial, counted
from cnncalc.diagnostics import SpecError, shortened
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape, Word, show_shape

OnTrial = Callable[[int], None]


class _Family:
    """Networks that were built and counted.

    Attributes:
        trials: one for each network, in their order.
        graphs: those that could be built, by name.
    """

    def __init__(
        self,
        members: Members,
        names: Sequence[str],
        basis: Basis,
        on_trial: OnTrial | None,
    ) -> None:
        self.trials: list[Trial] = []
        self.graphs: dict[str, Graph] = {}
        left = MOST_BUILT
        for count, one in enumerate(members.each, 1):
            trial = self._counted(one, dict.fromkeys((*names, *SHOWN)), basis)
            self.trials.append(trial)
            left -= trial.layers
            if left < 0:
                raise ValueError(f"the networks have more than {MOST_BUILT:,} layers: name fewer")
            if on_trial is not None:
                on_trial(count)

    def _counted(self, member: Member, names: dict[str, None], basis: Basis) -> Trial:
        point = {NETWORK: Word(member.name)}
        try:
            graph = self.graphs[member.name] = member.build()
        except SpecError as error:
            if member.is_named:
                raise
            return Trial(point, {}, fault_of(error))
        return counted(graph, point, [*names], basis)

    def name(self, trial: Trial) -> str:
        """What the network of a trial is called."""
        return str(trial.point[NETWORK])

    def ordered(self, metric: str, *, is_largest: bool) -> list[Trial]:
        """Those that have a metric, the best first; of equal ones the one named first."""
        known = [one for one in self.trials if metric in one.figures]
        sign = -1 if is_largest else 1
        return sorted(known, key=lambda one: sign * one.figures[metric])

    def notes(self, fitting: int | None, best: Sequence[Trial], metric: str) -> Iterator[str]:
        """What was counted, and what to know of it, in sentences."""
        faults = [one for one in self.trials if not one.is_sound]
        count = len(self.trials)
        keep = "" if fitting is None else f": {fitting:,} keep{'s' * (fitting == 1)} the limits"
        all_of_them = "The network was" if count == 1 else f"All {count:,} networks were"
        yield f"{all_of_them} counted{keep}."
        if faults:
            have = "has" if len(faults) == 1 else "have"
            first = f"{self.name(faults[0])}: {shortened(faults[0].fault or '')}"
            yield f"{len(faults):,} of them {have} faults, {first}."
        lacking = [one for one in self.trials if metric in one.missing]
        if lacking:
            yield f"{self.name(lacking[0])} has {lacking[0].missing[metric]}."
        values = [one.figures[metric] for one in best]
        if len(set(values)) < len(values):
            yield "Of equal networks the one that was named first comes first."
        inputs = {tuple(one.inputs.values()) for one in self.graphs.values()}
        if len(inputs) > 1:
            ends = sorted(inputs, key=_volume)
            span = f"{_shapes(ends[0])} to {_shapes(ends[-1])}"
            yield f"Each is counted at its own input, {span}: `--input` sets one for all."


def _volume(shapes: tuple[Shape, ...]) -> tuple[int, tuple[Shape, ...]]:
    return sum(max(shape[1:], default=0) for shape in shapes), shapes


def _shapes(shapes: tuple[Shape, ...]) -> str:
    return " and ".join(map(show_shape, shapes))


def read_choice(question: Question) -> Asked:
    """Read a question about networks that are there.

    Raises:
        ValueError: it is none; the text says why.
    """
    objective = question.maximise or question.minimise
    if question.maximise and question.minimise:
        raise ValueError("either one metric is maximised or one is minimised")
    if objective is None:
        raise ValueError("which network is the best? `--maximise METRIC` or `--minimise METRIC`")
    if not any(one.strip() for one in question.where):
        raise ValueError("no limit is given: write one, as `macs <= 600M`")
    conditions = tuple(one for text in question.where for one in parse_conditions(text))
    check_metric(objective)
    return Asked((), conditions, objective, question.minimise is None)


def choose(
    members: Members,
    asked: Asked,
    basis: Basis,
    *,
    top: int = 1,
    on_trial: OnTrial | None = None,
) -> Solution:
    """The network that keeps all limits and has the largest or smallest metric.

    Args:
        members: the networks.
        asked: the limits, and the metric.
        basis: how they are counted.
        top: how many are told, the best first.
        on_trial: called with the number of networks counted, after each.

    Raises:
        SpecError: a network that was asked for by itself has faults.
        ValueError: none keeps the limits; says which is nearest.
    """
    names = [one.name for one in asked.conditions]
    family = _Family(members, [*names, asked.objective], basis, on_trial)
    ordered = family.ordered(asked.objective, is_largest=asked.is_largest)
    fitting = [one for one in ordered if not one.missed(asked.conditions)]
    if not fitting:
        where = f"of {told(len(members.each), 'network')}"
        raise ValueError(words.nothing(family.trials, asked.conditions, where))
    best = tuple(fitting[:top])
    own = best[0].figures[asked.objective]
    before = ordered[: ordered.index(best[0])]
    better = [one for one in before if one.figures[asked.objective] != own]
    after = better[-1] if better else None
    return Solution(
        title=members.title,
        names=(NETWORK,),
        objective=asked.objective,
        is_largest=asked.is_largest,
        conditions=asked.conditions,
        best=best,
        beyond=(Next(NETWORK, after, (), is_end=after is None),),
        notes=tuple(family.notes(len(fitting), best, asked.objective)),
        is_bound=False,
        evaluated=len(members.each),
    )


def nearest(members: Members, target: Target, basis: Basis) -> Solution:
    """The networks that cost what another one does: the nearest on both sides.

    The best one costs no more than the other network, the next one more.

    Raises:
        SpecError: a network that was asked for by itself has faults.
        ValueError: none costs as little.
    """
    other, metric = target.graph, target.metric
    cost = target.cost(basis)
    limit = target.limit(cost)
    family = _Family(members, [metric], basis, None)
    ordered = family.ordered(metric, is_largest=True)
    below: list[Trial] = [one for one in ordered if one.figures[metric] <= cost]
    above: list[Trial] = [one for one in ordered if one.figures[metric] > cost]
    if not below:
        raise ValueError(
            words.nothing(family.trials, (limit,), f"of {told(len(members.each), 'network')}")
        )
    best, over = below[0], above[-1] if above else None
    designs = [best, *([over] if over else [])]
    named = [(family.name(one), family.graphs[family.name(one)]) for one in designs]
    return Solution(
        title=members.title,
        names=(NETWORK,),
        objective=metric,
        is_largest=True,
        conditions=(limit,),
        best=(best,),
        beyond=(Next(NETWORK, over, (), is_end=over is None),),
        notes=tuple(family.notes(None, [best], metric)),
        is_bound=over is None,
        evaluated=len(members.each),
        target=other.title,
        comparison=compare([(other.title, other), *named], basis),
    )
