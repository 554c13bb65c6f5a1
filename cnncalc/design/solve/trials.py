"""Designs that were evaluated: the network is built and counted at a point."""

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.counts import Counts, NoFigureError
from cnncalc.design.base import Base, Point, fault_of, graph_at, lengths, selection_at
from cnncalc.design.conditions import Condition
from cnncalc.design.figures import as_number, figure
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.ops.values import Value
from cnncalc.records import Record
from cnncalc.spec.bounds import WIDE
from cnncalc.spec.expand import selected

Number = int | Fraction

MOST_LAYERS = 4_000
"""Layers of the largest network that is built on the way up: it takes a tenth of a second."""


MOST_BUILT = 5_000_000
"""Layers of all networks of one search together: about two minutes."""

TOO_MANY = "E504"
"""The code of the fault that a network has more layers than a spec may ask for."""


class Trial(Record):
    """A design that was evaluated.

    Attributes:
        point: the value of every variable that is solved for.
        figures: numbers of its network by name, those of variables too; without those that it
            does not have. Of a receptive field the smallest length.
        fault: why there is no such network; None where there is one.
        layers: how many layers it has.
        missing: why it does not have a figure, by the figure's name.
    """

    point: Mapping[str, Value]
    figures: Mapping[str, Number]
    fault: str | None = None
    layers: int = 0
    missing: Mapping[str, str] = {}

    @property
    def is_sound(self) -> bool:
        """Whether there is such a network."""
        return self.fault is None

    @property
    def is_too_large(self) -> bool:
        """Whether the network has more layers than any may have."""
        return self.fault is not None and self.fault.startswith(TOO_MANY)

    def meets(self, condition: Condition) -> bool:
        """Whether it is sound and fulfils a condition; not where it lacks the figure."""
        value = self.figures.get(condition.name)
        return value is not None and condition.holds(value)

    def missed(self, conditions: Sequence[Condition]) -> tuple[Condition, ...]:
        """The conditions that it does not fulfil."""
        return tuple(one for one in conditions if not self.meets(one))


class Bench:
    """Evaluates designs of one base, each once.

    Attributes:
        base: the spec.
        names: the figures that are asked for.
        count: how many designs were evaluated.
    """

    def __init__(
        self,
        base: Base,
        names: Collection[str],
        basis: Basis,
        on_trial: Callable[[int], None] | None = None,
    ) -> None:
        self.base = base
        self.names = tuple(dict.fromkeys(names))
        self.basis = basis
        self.on_trial = on_trial
        self.built = 0
        self.known: dict[tuple[tuple[str, Value], ...], Trial] = {}

    @property
    def count(self) -> int:
        return len(self.known)

    def trial(self, point: Point) -> Trial:
        """The design at a point.

        Raises:
            ValueError: too many layers were built already.
        """
        key = (*point.items(),)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = evaluate(self.base, point, self.names, self.basis)
            self.built += WIDE.layers if found.is_too_large else found.layers
            self.built += self.base.cost
            if self.built > MOST_BUILT:
                reason = f"more than {MOST_BUILT:,} layers in {len(self.known):,} of them"
                raise ValueError(f"the designs are too large: {reason}: give a smaller range")
            if self.on_trial is not None:
                self.on_trial(len(self.known))
        return found


def evaluate(base: Base, point: Point, names: Collection[str], basis: Basis) -> Trial:
    """Build the network at a point and count it."""
    try:
        graph = graph_at(base, point)
    except SpecError as error:
        return Trial(point, {}, fault_of(error))
    except ValueError as error:
        return Trial(point, {}, str(error))
    others = [name for name in names if name not in point]
    values = {**_of_variables(base, point, graph, others), **point}
    return counted(graph, point, names, basis, values=values)


def counted(
    graph: Graph,
    point: Point,
    names: Collection[str],
    basis: Basis,
    *,
    values: Mapping[str, Value | None] = {},
) -> Trial:
    """A network that is built: its figures by name, and variables among them by their values."""
    counts = Counts(graph, basis)
    found: dict[str, Number] = {}
    missing: dict[str, str] = {}
    for name in names:
        if name in values:
            number = number_of(values[name])
            if number is None:
                missing[name] = f"`{name}` is no number"
            else:
                found[name] = number
            continue
        try:
            found[name] = as_number(figure(counts, name))
        except NoFigureError as fault:
            missing[name] = str(fault)
    return Trial(point, found, None, len(graph.layers), missing)


def _of_variables(
    base: Base, point: Point, graph: Graph, names: Collection[str]
) -> dict[str, Value | None]:
    """Variables and lengths of the input by name, of those names that are one."""
    found: dict[str, Value | None] = {}
    if any(name in base.values for name in names):
        values, _ = selected(base.spec, selection_at(base, point))
        found.update((name, values.get(name)) for name in names if name in base.values)
    for name, place in lengths(base.inputs, base.values).items():
        if name in names:
            shape = graph.inputs[place.label]
            found[name] = min(shape[axis] for axis in place.axes)
    return found


def number_of(value: Value | None) -> Number | None:
    """A value as an exact number, as it is written; None for what is none.

    Example:
        >>> number_of(3), number_of(0.1), number_of("basic"), number_of(True)
        (3, Fraction(1, 10), None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return Fraction(repr(value)) if isinstance(value, float) else None
