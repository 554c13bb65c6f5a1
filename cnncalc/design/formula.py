"""Metrics of a network as exact polynomials in its variables and the lengths of its input."""

from collections.abc import Mapping, Sequence
from itertools import islice, product
from math import prod
from typing import Any

from cnncalc.analysis.conventions import Basis
from cnncalc.design.base import Base, movable
from cnncalc.design.domain import holds_at
from cnncalc.design.figures import check_metric
from cnncalc.design.quest import Found, NoPolynomialError, Space
from cnncalc.design.search import find
from cnncalc.design.spaces import space_of
from cnncalc.design.table import NetworkTable, counted
from cnncalc.design.written import length_in, rounding_in
from cnncalc.records import Record


class Formula(Record):
    """A metric as polynomials: each holds in its own domain, and none is said to hold elsewhere.

    Attributes:
        network: the name of the network.
        metric: what they count, in the unit that `cnncalc.metrics` has.
        variables: what they count it by.
        pieces: at least one.
    """

    network: str
    metric: str
    variables: tuple[str, ...]
    pieces: tuple[Found, ...]

    def piece_at(self, point: Mapping[str, object]) -> Found | None:
        """The piece in whose domain a point lies; None where there is none.

        Args:
            point: a value for each variable; other names in it are not looked at.
        """
        return next((one for one in self.pieces if holds_at(one.domain, point)), None)

    def holds_at(self, point: Mapping[str, object]) -> bool:
        """Whether it says what the network costs at a point."""
        return self.piece_at(point) is not None

    def value(self, point: Mapping[str, object]) -> int:
        """The metric at a point, exactly.

        Raises:
            ValueError: the formula does not hold there.
        """
        piece = self.piece_at(point)
        if piece is None:
            told = ", ".join(f"{name}={point.get(name)}" for name in self.variables)
            raise ValueError(f"the formula of `{self.metric}` does not hold at {told}")
        return int(piece.polynomial.value(point))

    def values(self, columns: Mapping[str, Any]) -> tuple[Any, Any]:
        """The metric at many points at once.

        Args:
            columns: for every variable an array of whole numbers, all of one length; others are
                not looked at.

        Returns:
            An array of whole numbers (of Python's where 64 bits are too few), 0 where the formula
            does not hold; and an array that says where it holds.
        """
        import numpy as np

        arrays = {name: np.asarray(columns[name]) for name in self.variables}
        length = max(map(len, arrays.values()))
        found, holds = np.zeros(length, np.int64), np.zeros(length, bool)
        for piece in self.pieces:
            inside = ~holds
            for steps in piece.domain:
                inside &= steps.holds_each(arrays[steps.name])
            if not inside.any():
                continue
            at = {name: one[inside] for name, one in arrays.items()}
            counted = piece.polynomial.values(at)
            if counted.dtype == object:
                found = found.astype(object)
            found[inside] = counted
            holds |= inside
        return found, holds


class NoFormula(Record):
    """That a metric has no formula, and why in a sentence without its full stop."""

    network: str
    metric: str
    variables: tuple[str, ...]
    reason: str


def find_formula(  # noqa: PLR0913 - each is a part of the question
    base: Base,
    metric: str,
    names: Sequence[str],
    ranges: Mapping[str, range] | None = None,
    *,
    basis: Basis | None = None,
    seed: int = 0,
) -> Formula | NoFormula:
    """One metric as a formula; see `find_formulas`."""
    [found] = find_formulas(base, [metric], names, ranges, basis=basis, seed=seed)
    return found


def find_formulas(  # noqa: PLR0913 - as above
    base: Base,
    metrics: Sequence[str],
    names: Sequence[str],
    ranges: Mapping[str, range] | None = None,
    *,
    basis: Basis | None = None,
    seed: int = 0,
    every_residue: bool = False,
) -> list[Formula | NoFormula]:
    """Metrics of a network as exact polynomials in some of its variables, each with its domain.

    A polynomial is found from the network's own counts at as many points as its degree needs, and
    then held against the network at others. Where it differs once, it does not hold: the domain is
    narrowed till there is no such point left, or there is no formula.

    Args:
        base: the network.
        metrics: of `cnncalc.design.figures.NUMBERS`, or `LABEL.metric`. A receptive field is that
            of the axis which sees least.
        names: variables and lengths, as `cnncalc.design.base.movable` has them.
        ranges: the values in which the domain of a name lies, in place of those around the base;
            the step is above 0.
        basis: by what is counted: batch, type of the values.
        seed: what the other points are drawn from.
        every_residue: whether a formula has a piece for each residue that strides leave.

    Returns:
        For each metric its formula, or why it has none.

    Raises:
        ValueError: there is no such name or metric, or a value that is no whole number.
        SpecError: the network itself has faults at its own values.
    """
    for metric in metrics:
        check_metric(metric)
    space = space_of(base, names, ranges, seed)
    table = NetworkTable(base, names, counted(metrics, basis or Basis()))
    found = [formula_of(base, table, metric, space) for metric in metrics]
    if not every_residue:
        return found
    return [
        with_residues(one, table, one.metric, space) if isinstance(one, Formula) else one
        for one in found
    ]


def _cause(base: Base, metric: str, space: Space) -> str:
    """What is likely to break a polynomial, to be told behind a reason."""
    if metric.rpartition(".")[2] == "peak_activation_bytes":
        return "; a peak may lie in one layer here and in another there"
    known = movable(base)
    lengths = length_in(base.spec) if any(known[name] for name in space.names) else None
    rounds = None if all(known[name] for name in space.names) else rounding_in(base.spec)
    told = f"; the spec asks for lengths: {lengths}" if lengths else ""
    return f"{told}; the spec rounds: {rounds}" if rounds else told


MOST_PIECES = 256
"""Polynomials of one metric, one for each residue."""


def with_residues(formula: Formula, table: NetworkTable, metric: str, space: Space) -> Formula:
    """A formula with a piece for every residue of its steps, as far as there is one.

    Raises:
        ValueError: there are too many.
    """
    [first] = formula.pieces
    paces = [
        steps.modulus // of.step for steps, of in zip(first.domain, space.ranges, strict=True)
    ]
    if prod(paces) > MOST_PIECES:
        raise ValueError(
            f"`{metric}` has {prod(paces):,} residues, more than {MOST_PIECES}: name fewer "
            "variables at once"
        )
    pieces = [first]
    for moves in islice(product(*map(range, paces)), 1, None):
        anchor = tuple(
            _moved(own, move * of.step, of)
            for own, move, of in zip(space.anchor, moves, space.ranges, strict=True)
        )
        factors = tuple((pace,) for pace in paces)
        try:
            pieces.append(find(table, metric, space._replace(anchor=anchor, factors=factors)))
        except NoPolynomialError:
            continue  # it is not said to hold there
    return formula._replace(pieces=tuple(pieces))


def _moved(own: int, by: int, values: range) -> int:
    """The anchor of another residue: above the first one, or below it at the end of the range."""
    return own + by if own + by in values else own - by


def formula_of(base: Base, table: NetworkTable, metric: str, space: Space) -> Formula | NoFormula:
    """What a table counts under a name, as a formula in the names of a space."""
    try:
        piece = find(table, metric, space)
    except NoPolynomialError as fault:
        reason = f"{fault}{_cause(base, metric, space)}" if fault.may_round else str(fault)
        if fault.is_fault and table.fault:
            reason += f"; {table.fault}"
        return NoFormula(base.title, metric, space.names, reason)
    return Formula(base.title, metric, space.names, (piece,))
