"""A variable that was another when a baseline was stored, where what is stored shows it.

A baseline has numbers and no text, so nothing is guessed: the network is counted at other values
of its variables. One is named only where it alone gives everything that is stored, and where it
makes more than one line another: of these, nobody would have changed each by hand to the same.
"""

from collections.abc import Iterator
from typing import NamedTuple

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.diff import diff
from cnncalc.checks.baseline.figures import figures_of
from cnncalc.checks.baseline.network import Network
from cnncalc.checks.counts import Counts
from cnncalc.checks.reason import Reason
from cnncalc.checks.stored import Figures, metric_of
from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.graph import Graph
from cnncalc.spec import TIGHT, Allowance, Selection, Spec, parse_spec
from cnncalc.spec.expand import expand
from cnncalc.spec.syntax import Variable

MOST_VARIABLES = 4
"""Variables that are tried."""

COARSE = 8
"""Widths are most often multiples of it."""

FURTHEST = 8
"""By how much a value may have been larger, as a factor."""


class Found(NamedTuple):
    """A variable of a spec, and the value that it had."""

    variable: Variable
    before: int

    @property
    def reason(self) -> Reason:
        """What is said of it."""
        name, value = self.variable.name, self.variable.value
        words = f"by the variable `{name}` ({self.before} to {value})"
        shown = f"with {self.before} for `{name}`, all counts are those that are stored"
        place = self.variable.place or self.variable.span
        return Reason("variable", words, place, None, (Note(shown),))


class Variables:
    """The variables of one spec; what is found for one network is tried for the others first."""

    def __init__(self, text: str, file: str, basis: Basis) -> None:
        self.allowance = Allowance(TIGHT)
        self.spec, self.faults = parse_spec(text, file, self.allowance)
        self.basis = basis
        self.found: Found | None = None
        self.is_sought = False

    def behind(self, network: Network) -> Reason | None:
        """The one variable with which, at another value, a network had all that is stored."""
        key = next((one for one in network.keys if "." not in one and network.more(one) > 0), None)
        if self.spec is None or self.faults or not self.spec.is_sound or key is None:
            return None
        trial = _Trial(self.spec, network, self.basis, self.allowance)
        own = _whole_numbers(self.spec, network.variant)[:MOST_VARIABLES]
        if not self.is_sought:
            self.is_sought = True
            values = ((one, trial.value_of(one, key)) for one in own)
            found = [Found(one, value) for one, value in values if value is not None]
            self.found = found[0] if len(found) == 1 else None
        elif self.found is not None and not (
            self.found.variable in own and trial.is_sure(self.found)
        ):
            return None
        return None if self.found is None else self.found.reason


def _whole_numbers(spec: Spec, variant: str | None) -> list[Variable]:
    """The variables of a network that are positive whole numbers, as the file has them."""
    own = spec.variants[variant].variables if variant is not None else ()
    given = {**spec.variables, **{one.name: one for one in own}}
    return [one for one in given.values() if type(one.value) is int and one.value > 0]


class _Trial:
    """A network of a spec, at other values of its variables."""

    def __init__(self, spec: Spec, network: Network, basis: Basis, allowance: Allowance) -> None:
        self.spec = spec
        self.network = network
        self.basis = basis
        self.allowance = allowance

    def value_of(self, variable: Variable, key: str) -> int | None:
        """The other value of a variable that gives all that is stored; None where none is sure."""
        now = variable.value
        assert isinstance(now, int)  # noqa: S101 - others are not tried
        for steps, is_growing in self.ranges(now):
            place = self.search(variable.name, key, steps, is_growing=is_growing)
            if place is not None and self.is_sure(Found(variable, place)):
                return place
        return None

    def ranges(self, now: int) -> Iterator[tuple[range, bool]]:
        """Values to look among, and whether more of the variable is more of the figure."""
        if now % COARSE == 0:
            yield range(COARSE, now, COARSE), True
        yield range(1, now), True
        yield range(now + 1, FURTHEST * now + 1), False

    def search(self, name: str, key: str, values: range, *, is_growing: bool) -> int | None:
        """The value at which a figure is as it is stored, by halves."""
        wanted, now = self.network.stored[key], self.network.now[key]
        if not values or not isinstance(wanted, int) or not isinstance(now, int):
            return None
        nearest = self.figure(name, values[0], key)
        if nearest is not None and (nearest > wanted if is_growing else nearest >= now):
            return None  # the variable does not make it grow that way
        low, high = 0, len(values)
        while low < high:
            middle = (low + high) // 2
            figure = self.figure(name, values[middle], key)
            if figure is None or figure == wanted:
                return None if figure is None else values[middle]
            if (figure < wanted) is is_growing:
                low = middle + 1
            else:
                high = middle
        return None

    def figure(self, name: str, value: int, key: str) -> int | None:
        """A figure of the whole at a value of a variable; None where there is no network."""
        graph = self.graph(name, value)
        figure = None if graph is None else Counts(graph, self.basis).figure(None, metric_of(key))
        return figure if isinstance(figure, int) else None

    def is_sure(self, found: Found) -> bool:
        """Whether a value gives all that is stored, and makes more than one line another."""
        name, now = found.variable.name, found.variable.value
        assert isinstance(now, int)  # noqa: S101 - as above
        before, after = self.graph(name, found.before), self.graph(name, now)
        if before is None or after is None:
            return False
        figures: Figures = figures_of(Counts(before, self.basis), self.spec.labels)
        stored = self.network.stored
        keys = (one for one in stored if metric_of(one) not in self.network.other_basis)
        if any(figures.get(one) != stored[one] for one in keys):
            return False
        lines = {
            entry.layer.origin
            for entry in diff(before, after).entries
            if entry.status not in {"moved", "reshaped"}
        }
        return len({origin[0].line for origin in lines if origin}) > 1

    def graph(self, name: str, value: int) -> Graph | None:
        """The network at a value of a variable; None where there is none."""
        faults: list[Diagnostic] = []
        selection = Selection(self.network.variant, {name: value})
        graph = expand(self.spec, selection, faults, self.allowance)
        return None if faults else graph
