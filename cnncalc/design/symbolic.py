"""The formulas of layers in the variables of their spec: each number in them as a polynomial."""

import re
from collections.abc import Mapping, Sequence

from cnncalc.analysis.conventions import BYTES_PER_VALUE, Basis
from cnncalc.analysis.explain import Explanation, byte_formulas, count_formulas, select
from cnncalc.design.base import Base, movable
from cnncalc.design.common import common_space, formulas_of
from cnncalc.design.formula import Formula
from cnncalc.design.polynomial import Polynomial
from cnncalc.design.quest import Found, NoPolynomialError, Space
from cnncalc.design.search import along_axis
from cnncalc.design.spaces import space_of
from cnncalc.design.table import NetworkTable
from cnncalc.graph import Graph, Layer
from cnncalc.ops.formula import Formula as Step
from cnncalc.ops.values import Shape
from cnncalc.records import Record

NUMBER = re.compile(r"[0-9]+")
"""A number in the values of a formula."""


class Symbolic(Record):
    """A layer whose formulas are told in variables.

    Attributes:
        explanation: with numbers, at the network's own values.
        numbers: for each of its formulas the polynomial of every number in its values, in order;
            None where one of them has none.
    """

    explanation: Explanation
    numbers: tuple[tuple[Polynomial, ...] | None, ...]


class Symbols(Record):
    """Layers in variables, and where that holds.

    Attributes:
        layers: the layers.
        variables: the names that may stand in them.
        claims: the claim for each number that is no constant, all in one domain.
    """

    layers: tuple[Symbolic, ...]
    variables: tuple[str, ...]
    claims: tuple[Found, ...]


class _Numbers:
    """The numbers in the formulas of some layers, by the layer, the formula and the place."""

    def __init__(self, layers: Sequence[Layer], basis: Basis) -> None:
        self.size, self.batch = BYTES_PER_VALUE[basis.dtype], basis.batch
        self.steps = {layer.name: self.steps_of(layer) for layer in layers}
        self.forms = {
            name: tuple(NUMBER.sub("0", step.values) for step in steps)
            for name, steps in self.steps.items()
        }

    def steps_of(self, layer: Layer) -> tuple[Step, ...]:
        return (*count_formulas(layer), *byte_formulas(layer, self.size, self.batch))

    def count(self, graph: Graph) -> Mapping[str, int]:
        """All of them; a formula that is written otherwise than at the network itself has none."""
        found: dict[str, int] = {}
        known: dict[tuple[int, tuple[Shape, ...]], tuple[Step, ...]] = {}
        for layer in graph.layers:
            forms = self.forms.get(layer.name)
            if forms is None:
                continue
            alike = id(layer.op), layer.input_shapes
            is_plain = layer.own_parameters is None and layer.shares is None
            steps = known.get(alike) if is_plain else None
            if steps is None:
                steps = self.steps_of(layer)
                if is_plain:
                    known[alike] = steps
            for place, (step, form) in enumerate(zip(steps, forms, strict=False)):
                if NUMBER.sub("0", step.values) == form:
                    for at, number in enumerate(NUMBER.findall(step.values)):
                        found[_key(layer.name, place, at)] = int(number)
        return found

    def told(self, layer: Layer, found: Mapping[str, object]) -> Symbolic:
        """A layer with the polynomials that its numbers have."""
        numbers: list[tuple[Polynomial, ...] | None] = []
        steps = self.steps[layer.name]
        for place, step in enumerate(steps):
            count = len(NUMBER.findall(step.values))
            known = [found[_key(layer.name, place, at)] for at in range(count)]
            polynomials = [one.pieces[0].polynomial for one in known if isinstance(one, Formula)]
            numbers.append(tuple(polynomials) if len(polynomials) == count else None)
        return Symbolic(Explanation(layer, steps, None), tuple(numbers))


def explain_in(base: Base, space: Space, names: Sequence[str], basis: Basis) -> Symbols:
    """The formulas of layers, each number in them as a polynomial in the names of a space.

    Args:
        base: the network.
        space: the variables, and where polynomials are looked for.
        names: layers, or groups of them; none are all.
        basis: by what is counted.

    Raises:
        KeyError: there is no such layer or group.
    """
    layers, numbers, network = _table(base, space, names, basis)
    keys = [*(network.at(space.anchor) or {})]
    whole = formulas_of(base, network, keys, space)
    narrow = common_space(space, [one for one in whole if isinstance(one, Formula)])
    again = dict(zip(keys, formulas_of(base, network, keys, narrow), strict=True))
    told = tuple(numbers.told(layer, again) for layer in layers)
    claims = [one.pieces[0] for one in again.values() if isinstance(one, Formula)]
    moving = tuple(one for one in claims if any(map(any, one.polynomial.terms)))
    return Symbols(told, space.names, moving or tuple(claims[:1]))


def _table(
    base: Base, space: Space, names: Sequence[str], basis: Basis
) -> tuple[Sequence[Layer], _Numbers, NetworkTable]:
    """The layers of those names, their numbers, and what counts these."""
    graph = NetworkTable(base, space.names, lambda _: {}).graph_at(space.anchor)
    layers = select(graph, names) if names else graph.layers
    numbers = _Numbers(layers, basis)
    return layers, numbers, NetworkTable(base, space.names, numbers.count)


def own_variables(base: Base, names: Sequence[str], basis: Basis) -> list[str]:
    """The variables of a spec in which every number of some layers is a polynomial.

    Left out are those that change which layers there are, and those that divide: strides, groups.
    Where a spec has no such variable it is the size of the input.

    Raises:
        KeyError: there is no such layer or group.
    """
    whole = [name for name, value in base.values.items() if type(value) is int]
    found = [name for name in whole if _is_smooth(base, name, names, basis)]
    return found or [name for name in movable(base) if name.rpartition(".")[2] == "size"][-1:]


def _is_smooth(base: Base, name: str, names: Sequence[str], basis: Basis) -> bool:
    space = space_of(base, [name])
    table = _table(base, space, names, basis)[2]
    values = space.ranges[0]
    at = values.index(space.anchor[0])
    beside = values[at + 1] if at + 1 < len(values) else values[at - 1]
    try:
        here = table.graph_at(space.anchor)
        there = table.graph_at((beside,)) if table.at((beside,)) is not None else here
        if [one.name for one in here.layers] != [one.name for one in there.layers]:
            return False
        for key in table.at(space.anchor) or {}:
            along_axis(table, key, space)
    except NoPolynomialError:
        return False
    return True


def _key(layer: str, place: int, at: int) -> str:
    return f"{layer} {place} {at}"
