"""What a baseline stores, what a run has counted, and what a comparison of both has found."""

from collections.abc import Callable, Mapping

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.finding import Claim, Finding
from cnncalc.checks.reason import Reason
from cnncalc.checks.stored import Figures
from cnncalc.diagnostics import Span
from cnncalc.records import Record

SCHEMA_VERSION = 1

DEPTH = 3
"""Tables within tables: of everything, of networks, of figures."""

Key = tuple[str, str | None]
"""A network: the path of its spec from the baseline's folder, and its variant."""


class Baseline(Record):
    """A baseline that was read; its figures are keyed by the names of networks."""

    file: str
    text: str
    basis: Basis
    figures: Mapping[str, Figures]


class Run(Record):
    """What one run has counted.

    Attributes:
        basis: what was assumed.
        figures: those of each network that was counted.
        failed: the specs of which a network could not be counted, for faults reported elsewhere.
        covers: whether what has that name would have been part of the run, if it is there: the
            path of a spec, or a network as a baseline names it.
        place_of: where a label of a network, or without one the network, stands in its spec.
        reason_of: why a figure grew in this change, by the network and the figure's key, with
            what it was before; None where that is not known.
        owner_of: the project file that holds for a spec in place of that of the run.
    """

    basis: Basis
    figures: Mapping[Key, Figures]
    failed: frozenset[str] = frozenset()
    covers: Callable[[str], bool] = lambda _name: True
    place_of: Callable[[Key, str | None], Span | None] = lambda _key, _label: None
    reason_of: Callable[[Key, str], Reason | None] = lambda _key, _figure: None
    text_of: Callable[[str], tuple[str, str] | None] = lambda _spec: None
    owner_of: Callable[[str], str | None] = lambda _spec: None


class Comparison(Record):
    """What was found, and by the path of each spec what was held against the baseline.

    Attributes:
        findings: all of them; those that claims name are among them.
        claims: by the path of a spec.
        reason_of: why a figure of a network is more than what is stored; None where it is not, or
            that is not known.
    """

    findings: tuple[Finding, ...]
    claims: Mapping[str, tuple[Claim, ...]]
    reason_of: Callable[[Key, str], Reason | None] = lambda _key, _figure: None


def width_of(basis: Basis) -> tuple[str, str]:
    """What says how wide values are, and what it says: bits stand in the place of a type."""
    precision = basis.precision
    return ("dtype", basis.dtype) if precision is None else ("bits", precision.text)


def told_of(basis: Basis) -> dict[str, str | int]:
    """What a baseline keeps of how networks were counted."""
    key, width = width_of(basis)
    return {"batch": basis.batch, key: width, "optimizer": basis.optimizer}


def is_as_wide(one: Basis, other: Basis) -> bool:
    """Whether values take as many bits on both: labels may stand in any order."""
    if one.precision is None or other.precision is None:
        return one.precision is other.precision and one.dtype == other.dtype
    return frozenset(one.precision.rules) == frozenset(other.precision.rules)


def name_of(key: Key) -> str:
    """A network as a baseline names it: `nets/vgg.yaml:16`."""
    spec, variant = key
    return spec if variant is None else f"{spec}:{variant}"
