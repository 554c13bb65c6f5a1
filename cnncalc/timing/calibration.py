"""A device made of timings: the features that they bear, and the errors on what is left out."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cnncalc.timing.device import NETWORKS, Device, Missed
from cnncalc.timing.device_file import COMPARED
from cnncalc.timing.features import FEATURES, KNOWN
from cnncalc.timing.proportion import proportional
from cnncalc.timing.timed import About, Timing, described

if TYPE_CHECKING:
    from cnncalc.timing.fit import Array

FEWEST = 5
"""Timings below which nothing could be left out that tells of an error."""

TIMINGS_A_COEFFICIENT = 2
"""Timings that each coefficient needs, at the least."""

FEW = 16
"""A batch from which on weights take no time that would be noticed."""

MOST_NESTED = 15
"""Networks up to which the choice of a fit is tried, too: of more it no longer tells."""

MOST_PARTS = 100
"""Parts that timings are left out in: more would only take longer."""

LEVELS: tuple[tuple[str, ...], ...] = (
    ("macs", "activations"),
    ("macs", "activations", "layers"),
    ("macs", "activations", "values", "layers", "weights"),
    (
        "dense_macs", "pointwise_macs", "grouped_macs", "depthwise_macs", "large_depthwise_macs",
        "linear_macs", "attention_macs", "activations", "values", "kernels", "layers", "weights",
    ),
    tuple(FEATURES),
)  # fmt: skip
"""What may be fitted, from the fewest coefficients to the most."""


class FewTimingsError(ValueError):
    """Timings that are too few to fit anything to them."""


def calibrated(timings: Sequence[Timing], about: About, others: Sequence[Device] = ()) -> Device:
    """The device whose fit misses left-out networks least, of those that the timings can bear.

    Args:
        timings: the timings, each in the group of its network.
        about: what the file says of them.
        others: devices in whose proportions the coefficients may be.

    Raises:
        FewTimingsError: there are not enough timings, or of too few networks.
    """
    networks = len({one.network for one in timings})
    if networks < FEWEST:
        count = f"{len(timings)} timings of {networks} network{'s' * (networks != 1)}"
        raise FewTimingsError(f"{count}: at least {FEWEST} networks are needed")
    best = _best(timings, about, others)
    if not best.nanoseconds:
        raise FewTimingsError("no time follows from what these networks compute")
    if networks <= MOST_NESTED:
        best = best._replace(errors=_of_the_choice(timings, about, others))
    return best._replace(compared=compared(timings, COMPARED))


def _best(timings: Sequence[Timing], about: About, others: Sequence[Device]) -> Device:
    """The device of the fit that misses left-out networks least."""
    networks = len({one.network for one in timings})
    tried = [
        fitted(timings, about, names, NETWORKS)
        for names in (told_apart(timings, level) for level in LEVELS)
        if TIMINGS_A_COEFFICIENT * len(names) <= networks
    ]
    if (like := proportional(timings, about, others)) is not None:
        tried.append(like)
    return min(tried, key=lambda one: one.errors.half + one.errors.nine_of_ten)


def _of_the_choice(timings: Sequence[Timing], about: About, others: Sequence[Device]) -> Missed:
    """The errors on left-out networks where the fit, too, is chosen anew without each of them.

    Among few networks some fit always does well by chance: the errors by which one was chosen
    are too small, by half of five or six networks.
    """
    import numpy as np

    from cnncalc.timing import fit  # noqa: PLC0415 - as above

    groups = [one.group for one in timings]
    predicted = np.zeros(len(timings))
    for group in dict.fromkeys(groups):
        device = _best([one for one in timings if one.group != group], about, others)
        for place, one in enumerate(timings):
            if one.group == group:
                predicted[place] = device.milliseconds(one.found, one.batch)
    return fit.errors(predicted, np.array([one.milliseconds for one in timings]), groups)


def told_apart(timings: Sequence[Timing], names: Iterable[str]) -> tuple[str, ...]:
    """The features of which timings can tell something.

    Of weights they cannot where each weight that is read serves many examples: its time is lost in
    theirs.
    """
    alone = sum(one.batch < FEW for one in timings)
    return tuple(one for one in names if one != "weights" or 2 * alone > len(timings))


def made(timings: Sequence[Timing], about: About, names: Sequence[str], left_out: str) -> Device:
    """A device fitted to timings by the features of those names, compared with simpler fits.

    Args:
        timings: the timings, of several groups.
        about: what its file says of it.
        names: the features.
        left_out: what the groups are, as `Device.left_out`.
    """
    device = fitted(timings, about, names, left_out)
    return device._replace(compared=compared(timings, COMPARED))


def fitted(timings: Sequence[Timing], about: About, names: Sequence[str], left_out: str) -> Device:
    """The same without the comparison."""
    import numpy as np

    from cnncalc.timing import fit  # noqa: PLC0415 - as above

    times = np.array([one.milliseconds for one in timings])
    weights = np.sqrt(fit.group_weights([one.group for one in timings]))
    found = fit.fit(_columns(timings, names), times, weights) * 1e6
    nanoseconds = dict(zip(names, map(float, found), strict=True))
    errors = missed(timings, names)
    return described(timings, about, nanoseconds, errors, left_out=left_out)


def compared(timings: Sequence[Timing], several: Mapping[str, Sequence[str]]) -> dict[str, Missed]:
    """How far fits by other features miss the same groups, by the names of the fits."""
    return {name: missed(timings, names) for name, names in several.items()}


def missed(timings: Sequence[Timing], names: Sequence[str]) -> Missed:
    """How far fits by these features miss the groups that they were not fitted to."""
    import numpy as np

    from cnncalc.timing import fit  # noqa: PLC0415 - as above

    times = np.array([one.milliseconds for one in timings])
    groups = _parts([one.group for one in timings])
    predicted = fit.left_out(_columns(timings, names), times, groups)
    return fit.errors(predicted, times, [one.group for one in timings])


def _parts(groups: Iterable[Hashable]) -> list[Hashable]:
    """The part that each timing is left out in: a group, or some groups where there are many."""
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(one, len(numbers)) % MOST_PARTS for one in groups]


def _columns(timings: Iterable[Timing], names: Sequence[str]) -> "Array":
    """How much each step has of each feature, in whole steps."""
    import numpy as np

    rows = [
        [
            float(one.found.get(name, 0) * (1 if KNOWN[name].is_per_step else one.batch))
            for name in names
        ]
        for one in timings
    ]
    return np.array(rows)
