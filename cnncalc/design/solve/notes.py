"""What is told with an answer, and what is told where there is none."""

from collections.abc import Sequence
from itertools import pairwise

from cnncalc.design.conditions import Condition
from cnncalc.design.solve.answer import distance, told
from cnncalc.design.solve.line import Line
from cnncalc.design.solve.trials import MOST_LAYERS, Number, Trial
from cnncalc.diagnostics import shortened
from cnncalc.facts import bytes_text
from cnncalc.metrics import METRICS, title_of
from cnncalc.ops.values import show


def amount(name: str, number: Number) -> str:
    """A number of a metric or variable as people read it, exact but for bytes."""
    own = name.rpartition(".")[2]
    if own in METRICS and METRICS[own].is_bytes and isinstance(number, int):
        return bytes_text(number)
    return f"{number:,}" if isinstance(number, int) else f"{float(number):g}"


def title(name: str) -> str:
    """What people call a metric: that of a label with the label before it."""
    label, dot, own = name.rpartition(".")
    return f"{label}{dot}{title_of(own)}"


def notes_of(line: Line, conditions: Sequence[Condition]) -> tuple[str, ...]:
    """How a variable was searched: what was evaluated, and how the figures run along it."""
    name, values = line.axis.name, line.axis.values
    count, sound = len(line.trials), line.sound()
    if line.is_whole and not line.is_capped:
        found = [f"All {count:,} values of {name} were evaluated, {_ends(line)}."]
    else:
        found = [f"{count:,} of {len(values):,} values of {name} were evaluated, {_ends(line)}."]
    for metric in dict.fromkeys(one.name for one in conditions):
        if metric != name:
            found += _run(line, metric)
    faults = [at for at in sorted(line.trials) if at not in set(sound)]
    if faults:
        one = line.trials[faults[0]]
        found.append(
            f"{len(faults):,} of them {_have(len(faults))} no network, {told(one.point)} for one: "
            f"{shortened(one.fault or '')}."
        )
    if line.is_capped:
        last = told({name: values[line.end - 1]})
        found.append(f"Values above {last} give more than {MOST_LAYERS:,} layers: not tried.")
    for low, high in line.gaps[:1]:
        ends = f"{show(values[low])} and {show(values[high])}"
        found.append(
            f"Not every value between {ends} was tried: they have no network, one by one."
        )
    return tuple(found)


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _ends(line: Line) -> str:
    places = sorted(line.trials)
    return f"from {show(line.axis.values[places[0]])} to {show(line.axis.values[places[-1]])}"


def _run(line: Line, metric: str) -> list[str]:
    """How a metric runs along a variable, as far as that is known."""
    name, series = line.axis.name, line.series(metric)
    numbers = [*series.values()]
    if len(set(numbers)) < 2:
        return [f"{name} has no effect on {metric}."] if len(numbers) > 1 else []
    if line.runs_one_way(metric):
        word = "falls" if numbers[-1] > numbers[0] else "rises"
        return [f"{metric} never {word} as {name} grows, wherever it was evaluated."]
    places = [*series]
    way = 1 if numbers[-1] >= numbers[0] else -1
    turn = next(
        (one, other) for one, other in pairwise(places) if (series[other] - series[one]) * way < 0
    )
    first, second = (
        f"{amount(metric, series[at])} at {show(line.axis.values[at])}" for at in turn
    )
    all_ = "" if line.is_whole else " Values that were not evaluated may fit too."
    return [f"{metric} does not run one way with {name}: {first}, {second}.{all_}"]


def effects(line: Line, conditions: Sequence[Condition]) -> list[str]:
    """The limited figures that are the same at every value, where two at least are known."""
    found = []
    for metric in dict.fromkeys(one.name for one in conditions):
        numbers = [*line.series(metric).values()]
        if len(numbers) > 1 and len(set(numbers)) == 1:
            found.append(metric)
    return found


def no_effect(line: Line, metrics: Sequence[str]) -> str:
    """That a variable moves none of the figures that are limited."""
    names = " and ".join(f"`{one}`" for one in metrics)
    first = next(iter(line.series(metrics[0]).values()))
    held = f": it is {amount(metrics[0], first)} at every value" if len(metrics) == 1 else ""
    return f"`{line.axis.name}` has no effect on {names}{held}"


def nothing(trials: Sequence[Trial], conditions: Sequence[Condition], where: str) -> str:
    """Why no design fulfils some conditions: which one is to blame, and the nearest miss.

    Args:
        trials: the designs that were evaluated, one at least.
        conditions: what they must fulfil.
        where: what was tried, as `width from 1 to 64`.
    """
    sound = [one for one in trials if one.is_sound]
    where = f"{where}; {len(trials):,} evaluated"
    if not sound:
        return f"no design is a network ({where}): {trials[0].fault}"
    for one in conditions:
        if not any(one.name in each.figures for each in sound):
            return next(iter(each.missing[one.name] for each in sound))
    never = [one for one in conditions if not any(each.meets(one) for each in sound)]
    for one in never:
        known = [each for each in sound if one.name in each.figures]
        near = min(known, key=lambda each: distance(each, one) or 0)
        return f"nothing meets `{one.text}` ({where}): nearest is {_miss(near, one)}"
    near = min(sound, key=lambda each: len(each.missed(conditions)))
    fewest = len(near.missed(conditions))
    close = [each for each in sound if len(each.missed(conditions)) == fewest]
    near = min(close, key=lambda each: _relative(each, conditions))
    [first, *_] = near.missed(conditions)
    limits = " and ".join(f"`{one.text}`" for one in conditions)
    miss = f"{_miss(near, first)} for `{first.text}`"
    return f"nothing meets {limits} together ({where}): nearest is {miss}"


def _relative(trial: Trial, conditions: Sequence[Condition]) -> float:
    missed = trial.missed(conditions)
    return sum(float((distance(trial, one) or 0) / (one.limit or 1)) for one in missed)


def _miss(trial: Trial, condition: Condition) -> str:
    """A design that misses a limit: its value, and by how much."""
    value, by = trial.figures.get(condition.name), distance(trial, condition)
    if value is None or by is None:
        return told(trial.point)
    way = "more" if value > condition.limit else "less"
    own = amount(condition.name, value)
    which = "" if condition.name in trial.point else f" with {own} {title(condition.name)}"
    return f"{told(trial.point)}{which}, {amount(condition.name, by)} too {_much(way)}"


def _much(way: str) -> str:
    return "many" if way == "more" else "few"
