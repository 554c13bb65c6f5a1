"""What is known of a device: its coefficients, what was timed there, and how far they miss."""

from collections.abc import Mapping

from cnncalc.records import Record
from cnncalc.timing.features import KNOWN, Amounts


class Missed(Record):
    """Relative errors on what a fit had not seen, as parts of the measured time.

    Attributes:
        half: what half of all stay within.
        nine_of_ten: what nine in ten stay within.
    """

    half: float
    nine_of_ten: float


FAMILIES, NETWORKS = "families", "networks"
"""What was left out of a fit to tell its errors: whole families of networks, or one network."""


class Device(Record):
    """A device on which networks were timed.

    Attributes:
        name: what it is called on the command line, or the path of its file.
        title: what it is.
        source: where the timings are from.
        date: when they were published or taken, as `2026-08` or `2026-08-31`.
        precision: the types of the values, and their layout.
        software: what ran the networks.
        timings: how many were fitted.
        networks: of how many networks.
        groups: how many parts they were left out in.
        left_out: what each part is, one of `families` and `networks`.
        usual_batch: the batch of most timings.
        batches: the least and the largest batch that was timed; one timing in twenty is below.
        macs: the least and the largest MACs of an example that were timed.
        errors: how far predictions miss what was left out.
        nanoseconds: the coefficient of each feature.
        kinds: the kinds of layers that were timed, as `features.kind` gives them.
        compared: errors of simpler fits to the same timings, by what they use.
        like: the known device in proportion to which the coefficients are; empty where they are
            fitted one by one.
    """

    name: str
    title: str
    source: str
    date: str
    precision: str
    software: str
    timings: int
    networks: int
    groups: int
    left_out: str
    usual_batch: int
    batches: tuple[int, int]
    macs: tuple[int, int]
    errors: Missed
    nanoseconds: Mapping[str, float]
    kinds: frozenset[str]
    compared: Mapping[str, Missed] = {}
    like: str = ""

    def milliseconds(self, found: Amounts, batch: int) -> float:
        """The time of a step on a batch of a network that has these features."""
        spent = 0.0
        for name, each in self.nanoseconds.items():
            count = found.get(name, 0)
            spent += each * (count if KNOWN[name].is_per_step else count * batch)
        return spent / 1e6
