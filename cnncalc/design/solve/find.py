"""A question to its solution, every number of which is that of a network which was built."""

from collections.abc import Callable
from fractions import Fraction

from cnncalc.analysis.compare import compare
from cnncalc.analysis.conventions import Basis
from cnncalc.design.axes import Axis
from cnncalc.design.base import Base, Point, graph_at, value_at
from cnncalc.design.solve import notes as words
from cnncalc.design.solve.answer import Next, Solution, told
from cnncalc.design.solve.asked import Asked, read_variables
from cnncalc.design.solve.line import LONGEST_STRIDE, Line
from cnncalc.design.solve.spread import Found, search
from cnncalc.design.solve.target import Target
from cnncalc.design.solve.trials import Bench, Trial, evaluate
from cnncalc.ops.values import show

SHOWN = ("parameters", "macs", "activation_bytes", "receptive_field")
"""The costs of an answer that are told whether or not they are limited."""

OnTrial = Callable[[int], None]


def solve(
    base: Base, asked: Asked, basis: Basis, *, top: int = 1, on_trial: OnTrial | None = None
) -> Solution:
    """The largest or smallest design that keeps all limits.

    Args:
        base: the network.
        asked: the question.
        basis: how it is counted.
        top: how many designs are told, the best first.
        on_trial: called with the number of designs evaluated, after each.

    Raises:
        ValueError: no design keeps the limits, or none of them depends on what is solved for.
    """
    names = [one.name for one in asked.conditions]
    bench = Bench(base, (*names, asked.objective), basis, on_trial)
    if asked.is_line:
        return _on_line(bench, asked)
    found = search(bench, asked)
    if not found.best:
        raise ValueError(words.nothing(found.trials, asked.conditions, _tried(asked)))
    best = tuple(_again(bench, one, asked) for one in found.best[:top])
    beyond = tuple(_beyond(bench, asked, axis, best[0]) for axis in asked.axes)
    return Solution(
        title=base.title,
        names=asked.names,
        objective=asked.objective,
        is_largest=asked.is_largest,
        conditions=asked.conditions,
        best=best,
        beyond=beyond,
        notes=_notes_of_many(asked, found, is_listed=len(best) > 1),
        is_bound=False,
        evaluated=bench.count,
    )


def _on_line(bench: Bench, asked: Asked) -> Solution:
    [axis] = asked.axes
    sign = 1 if asked.is_largest else -1
    line = Line(bench, axis, {})
    line.sample(value_at(bench.base, axis.name))
    place = line.best(asked.conditions, sign)
    metrics = {one.name for one in asked.conditions} - {axis.name}
    idle = words.effects(line, asked.conditions)
    if metrics and metrics <= {*idle}:
        raise ValueError(words.no_effect(line, idle))
    if place is None:
        trials = [line.trials[at] for at in sorted(line.trials)]
        fault = words.nothing(trials, asked.conditions, _tried(asked))
        raise ValueError(fault + _finer(line, asked))
    after = _next_of(line, place, sign)
    return Solution(
        title=bench.base.title,
        names=asked.names,
        objective=asked.objective,
        is_largest=asked.is_largest,
        conditions=asked.conditions,
        best=(_again(bench, line.trials[place], asked),),
        beyond=(_shown(bench, after, asked),),
        notes=words.notes_of(line, asked.conditions) + _further(line, asked, after),
        is_bound=after.is_end,
        evaluated=bench.count,
    )


def _finer(line: Line, asked: Asked) -> str:
    """What may help where even the least whole number is too large, as of a multiplier."""
    first = line.trials.get(0)
    is_small = (
        first is not None
        and first.figures.keys()
        and value_at(line.bench.base, line.axis.name) == 1
    )
    if not asked.is_open or not is_small:
        return ""
    return f"; for values between give a step, `{line.axis.name}=0.05..1:0.05`"


def _further(line: Line, asked: Asked, after: Next) -> tuple[str, ...]:
    """How to go beyond the largest value that is tried without a range."""
    if not (after.is_end and asked.is_open and asked.is_largest) or line.is_capped:
        return ()
    last = len(line.axis.values)
    return (f"`{line.axis.name}=1..{16 * last}` goes beyond {last}.",)


def match(
    base: Base,
    variables: tuple[str, ...],
    target: Target,
    basis: Basis,
) -> Solution:
    """The value at which a design costs what another network does: the nearest on both sides.

    The best design costs no more than the other network, the next one no less.

    Args:
        base: the network.
        variables: the variable that is solved for, as text; one alone.
        target: the network that is matched, and the metric.
        basis: how both are counted.

    Raises:
        ValueError: no value costs as little, or the question is none.
    """
    other, metric = target.graph, target.metric
    (axis, *more), _ = read_variables(base, variables)
    if more:
        raise ValueError(f"one variable is matched, not {axis.name} and {more[0].name}")
    cost = target.cost(basis)
    limit = target.limit(cost)
    asked = Asked((axis,), (limit,), metric)
    line = Line(Bench(base, (metric,), basis), axis, {})
    line.sample(value_at(base, axis.name))
    line.surround(metric, Fraction(cost))
    if words.effects(line, (limit,)):
        raise ValueError(words.no_effect(line, [metric]))
    series = line.series(metric)
    below = [(number, place) for place, number in series.items() if number <= cost]
    above = [(number, place) for place, number in series.items() if number >= cost]
    if not below:
        trials = [line.trials[at] for at in sorted(line.trials)]
        raise ValueError(words.nothing(trials, (limit,), _tried(asked)))
    best = line.trials[max(below)[1]]
    over = line.trials[min(above)[1]] if above else None
    after = _shown(line.bench, Next(axis.name, over, (), is_end=over is None), asked)
    designs = [best, *([over] if over and over.point != best.point else [])]
    named = [(f"{told(one.point)}", graph_at(base, one.point)) for one in designs]
    return Solution(
        title=base.title,
        names=(axis.name,),
        objective=metric,
        is_largest=True,
        conditions=(limit,),
        best=(_again(line.bench, best, asked),),
        beyond=(after,),
        notes=words.notes_of(line, (limit,)),
        is_bound=over is None,
        evaluated=line.bench.count,
        target=other.title,
        comparison=compare([(other.title, other), *named], basis),
    )


def _again(bench: Bench, trial: Trial, asked: Asked) -> Trial:
    """A design built and counted once more, with all that is told of an answer."""
    names = [one.name for one in asked.conditions]
    names += [asked.objective] if asked.objective not in trial.point else []
    return evaluate(bench.base, trial.point, dict.fromkeys((*names, *SHOWN)), bench.basis)


def _shown(bench: Bench, after: Next, asked: Asked) -> Next:
    trial = after.trial
    return after if trial is None else after._replace(trial=_again(bench, trial, asked))


def _next_of(line: Line, place: int, sign: int) -> Next:
    """What lies beyond an answer, of all that was evaluated."""
    found = line.next_sound(place, sign)
    edge = (line.end if sign > 0 else -1) if found is None else found
    between = range(place + sign, edge, sign)
    faults = tuple(line.trials[at] for at in between if at in line.trials)
    trial = None if found is None else line.trials[found]
    return Next(line.axis.name, trial, faults, is_end=not between and found is None)


def _beyond(bench: Bench, asked: Asked, axis: Axis, best: Trial) -> Next:
    """The next value of one of several variables, the others as they are in an answer."""
    sign = 1 if asked.is_largest else -1
    place = axis.values.index(best.point[axis.name]) + sign
    faults: list[Trial] = []
    while 0 <= place < len(axis.values) and len(faults) < LONGEST_STRIDE:
        point: Point = {**best.point, axis.name: axis.values[place]}
        trial = bench.trial(point)
        if trial.is_sound:
            return _shown(bench, Next(axis.name, trial, tuple(faults)), asked)
        faults.append(trial)
        place += sign
    return Next(axis.name, None, tuple(faults), is_end=not faults)


def _tried(asked: Asked) -> str:
    """The values that were allowed: `width from 1 to 64`."""
    return ", ".join(
        f"{one.name} from {show(one.values[0])} to {show(one.values[-1])}" for one in asked.axes
    )


def _notes_of_many(asked: Asked, found: Found, *, is_listed: bool) -> tuple[str, ...]:
    """What was evaluated, and how designs that are equal were put in order."""
    count = len(found.trials)
    faults = sum(not one.is_sound for one in found.trials)
    if found.line is None:
        first = f"All {count:,} designs were evaluated: {len(found.best):,} keep the limits"
        first += f", {faults:,} have no network." if faults else "."
    else:
        where = "for all values of the other variables " if len(asked.names) > 1 else ""
        first = (
            f"{count:,} of {asked.designs:,} designs were evaluated: {where}{found.line} was "
            "searched to where the limits end."
        )
        if is_listed:
            first += " Others than the best may lie between those that are told."
    size = "larger" if asked.is_largest else "smaller"
    order = f"Of equal designs the one with the {size} {asked.names[0]} comes first"
    return (first, f"{order}, then {asked.names[1]}." if len(asked.names) > 1 else f"{order}.")
