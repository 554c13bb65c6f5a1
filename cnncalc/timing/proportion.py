"""Few timings of a device that is like one that is known: its coefficients, all times one factor.

Networks differ more than devices of a kind do. So a handful of timings says more of the one factor
between two graphics cards than of coefficients of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log
from statistics import median

from cnncalc.timing.device import NETWORKS, Device
from cnncalc.timing.timed import About, Timing, described

Logs = Mapping[str, Sequence[float]]
"""For each known device the logarithm of measured over predicted time, for each timing."""


def proportional(
    timings: Sequence[Timing], about: About, others: Sequence[Device]
) -> Device | None:
    """The device in proportion to the known one that is most like it; None where none is known.

    Its errors are those of networks left out: which device is the most like it, and by what
    factor, is found anew without each of them.
    """
    logs = {one.name: found for one in others if (found := _logs(timings, one)) is not None}
    if not logs:
        return None
    import numpy as np

    from cnncalc.timing import fit  # noqa: PLC0415 - as above

    groups = [one.group for one in timings]
    predicted = np.zeros(len(timings))
    for group in dict.fromkeys(groups):
        rest = [place for place, one in enumerate(groups) if one != group]
        name, factor = _nearest(logs, rest)
        for place, one in enumerate(groups):
            if one == group:
                miss = exp(factor - logs[name][place])
                predicted[place] = timings[place].milliseconds * miss
    times = np.array([one.milliseconds for one in timings])
    errors = fit.errors(predicted, times, groups)
    name, factor = _nearest(logs, range(len(timings)))
    like = next(one for one in others if one.name == name)
    nanoseconds = {key: each * exp(factor) for key, each in like.nanoseconds.items()}
    device = described(timings, about, nanoseconds, errors, left_out=NETWORKS)
    return device._replace(like=name, kinds=device.kinds | like.kinds)


def _logs(timings: Iterable[Timing], device: Device) -> list[float] | None:
    """How far a device is from each timing; None where it says nothing of some."""
    found = []
    for one in timings:
        time = device.milliseconds(one.found, one.batch)
        if time <= 0:
            return None
        found.append(log(one.milliseconds / time))
    return found


def _nearest(logs: Logs, places: Iterable[int]) -> tuple[str, float]:
    """The device whose factor varies least over some timings, and the logarithm of that factor."""
    chosen = list(places)
    middle = {name: median(found[place] for place in chosen) for name, found in logs.items()}
    spread = {
        name: sum(abs(found[place] - middle[name]) for place in chosen)
        for name, found in logs.items()
    }
    name = min(spread, key=lambda one: spread[one])
    return name, middle[name]
