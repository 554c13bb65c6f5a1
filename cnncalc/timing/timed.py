"""Networks that were timed on a device, and what a device file says of them."""

from collections.abc import Hashable, Mapping, Sequence

from cnncalc.records import Record
from cnncalc.timing.device import Device, Missed
from cnncalc.timing.features import Amounts


class Timing(Record):
    """A network that was timed.

    Attributes:
        group: what it is left out with: its network, or its family.
        network: what tells networks apart.
        found: how much it has of each feature, for one example.
        kinds: the kinds of its layers.
        batch: the examples of a step.
        milliseconds: the time of a step, above 0.
    """

    group: Hashable
    network: Hashable
    found: Amounts
    kinds: frozenset[str]
    batch: int
    milliseconds: float


class About(Record):
    """What a device file says of its device and timings; see `Device`."""

    name: str
    title: str
    source: str
    date: str
    precision: str
    software: str


def described(
    timings: Sequence[Timing],
    about: About,
    nanoseconds: Mapping[str, float],
    errors: Missed,
    *,
    left_out: str,
) -> Device:
    """The device of which these timings were taken, with coefficients and their errors."""
    batches = sorted(one.batch for one in timings)
    macs = [max(one.found.get("macs", 0), 1) for one in timings]
    return Device(
        **about._asdict(),
        timings=len(timings),
        networks=len({one.network for one in timings}),
        groups=len({one.group for one in timings}),
        left_out=left_out,
        usual_batch=max(batches, key=lambda one: (batches.count(one), one)),
        batches=(batches[len(batches) // 20], batches[-1]),
        macs=(min(macs), max(macs)),
        errors=errors,
        nanoseconds={name: float(f"{each:.4g}") for name, each in nanoseconds.items() if each > 0},
        kinds=frozenset().union(*(one.kinds for one in timings)),
    )
