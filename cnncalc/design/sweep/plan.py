"""What is asked for as a space of designs: networks by name, axes, and shapes of the input."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from re import compile as pattern

from cnncalc.design.axes import Axis, read_input_axes
from cnncalc.design.base import Base, Lengths, check_name, movable, selection_at
from cnncalc.design.conditions import LONGEST, parse_conditions
from cnncalc.design.figures import check_metric
from cnncalc.design.sweep.select import Wish, read_aims
from cnncalc.design.sweep.space import FAULT, NETWORK, TIME, Network, Space
from cnncalc.diagnostics import SpecError
from cnncalc.interchange.networks import model_form
from cnncalc.ops.values import Value, as_value
from cnncalc.spec import Selection, parse_spec
from cnncalc.spec.library import Source, find

USUAL = ("parameters", "macs", "peak_activation_bytes", "receptive_field")
"""The metrics of a sweep that names none."""

ALL = ":*"
"""How a name ends that means every variant."""

TIMES = pattern(rf"{TIME}[\w.-]+")
"""The times that a condition speaks of."""

MOST_NETWORKS = 1000
"""Networks of one sweep."""


def networks_of(names: Iterable[str]) -> list[Network]:
    """Networks by their names; `NAME:*` is every variant of a spec.

    Raises:
        SpecError: there is no such network, or it has faults.
        ValueError: it has no variants, or is named twice.
    """
    found: list[Network] = []
    for name in names:
        form = None if name == "-" else model_form(name)
        if form is not None:
            found.append(
                Network(name, Source("", name, None), Selection(None, {}, {}), is_model=True)
            )
        elif name.endswith(ALL):
            found.extend(_variants(name.removesuffix(ALL)))
        else:
            source = find(name)
            found.append(Network(name, source, Selection(source.variant, {}, {})))
    named = [one.name for one in found]
    twice = next((name for name in named if named.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"`{twice}` is named twice")
    if len(found) > MOST_NETWORKS:
        raise ValueError(f"more than {MOST_NETWORKS:,} networks")
    return found


def _variants(stem: str) -> list[Network]:
    source = find(stem)
    spec, faults = parse_spec(source.text, source.file)
    if spec is None or faults:
        raise SpecError(faults, {source.file: source.text})
    if not spec.variants:
        raise ValueError(f"`{stem}` has no variants: name it without `{ALL}`")
    return [
        Network(f"{stem}:{variant}", source, Selection(variant, {}, {}))
        for variant in spec.variants
    ]


def space_of(
    networks: Sequence[Network],
    axes: Sequence[Axis],
    shapes: Sequence[str] = (),
    *,
    is_zipped: bool = False,
) -> Space:
    """The designs of some networks.

    Args:
        networks: the networks.
        axes: what is moved.
        shapes: shapes of the input, of which lengths may be ranges: `3x{128..320:32}`.
        is_zipped: whether the axes move together.

    Raises:
        SpecError: a spec has faults.
        ValueError: there is no such name, or two axes move the same.
    """
    bases = [one.base() for one in networks]
    for base in bases:
        for axis in axes:
            check_name(base, axis.name)
    lengths = [axis for shape in shapes for axis in _of_inputs(shape, bases)]
    _check_once(lengths, shapes)
    moved = [*axes, *(axis for axis in lengths if len(axis.values) > 1)]
    _check_apart(moved, bases)
    fixed: dict[str, Value] = {
        axis.name: axis.values[0] for axis in lengths if len(axis.values) == 1
    }
    settled = tuple(
        one._replace(selection=selection_at(base, fixed)) if fixed else one
        for one, base in zip(networks, bases, strict=True)
    )
    space = Space(settled, tuple(moved), is_zipped)
    space.check_zip()
    return space


def _check_once(lengths: Sequence[Axis], shapes: Sequence[str]) -> None:
    """Refuse two shapes of one input: the later would win, and say nothing of the other."""
    names = [axis.name for axis in lengths]
    if len(set(names)) < len(names):
        listed = ", ".join(f"`{shape}`" for shape in shapes[:9])
        raise ValueError(
            f"{listed} are shapes of one input: for several sizes write a range, such as "
            "`3x{128..320:32}`, or `--set size=96,128`"
        )


def _of_inputs(shape: str, bases: Sequence[Base]) -> list[Axis]:
    """The axes of a shape, by their short names where every network has those."""
    found = [read_input_axes(shape, base.inputs) for base in bases]
    axes = found[0]
    for base, others in zip(bases, found, strict=True):
        if [one.name for one in others] != [one.name for one in axes]:
            raise ValueError(f"`{shape}` means other lengths in `{base.source.file}`")
    short = [axis.name.rpartition(".")[2] for axis in axes]
    return [
        axis._replace(name=name) if all(_is_length(base, name) for base in bases) else axis
        for axis, name in zip(axes, short, strict=True)
    ]


def _is_length(base: Base, name: str) -> bool:
    return movable(base).get(name) is not None


def _check_apart(axes: Sequence[Axis], bases: Sequence[Base]) -> None:
    """Refuse axes of which one would undo another.

    Raises:
        ValueError: two move the same; the text says which.
    """
    names = [axis.name for axis in axes]
    for base in bases:
        places = movable(base)
        for one, other in combinations(names, 2):
            if one == other:
                raise ValueError(f"`{one}` is given twice")
            if _meet(places[one], places[other]):
                raise ValueError(f"`{one}` and `{other}` move the same length")


def _meet(one: Lengths | None, other: Lengths | None) -> bool:
    if one is None or other is None:
        return False
    return one.label == other.label and bool(set(one.axes) & set(other.axes))


def axes_of(variables: Mapping[str, Iterable[object]]) -> list[Axis]:
    """The axes of Python values.

    Raises:
        TypeError: a value that no variable can hold.
        ValueError: a name has no value, or one twice.
    """
    axes = []
    for name, values in variables.items():
        if isinstance(values, str | bytes) or not isinstance(values, Iterable):
            raise TypeError(f"`{name}` takes several values, not {values!r}")
        held = values if isinstance(values, range) else tuple(as_value(one) for one in values)
        if not held:
            raise ValueError(f"`{name}` has no value")
        if len({(type(one), one) for one in held}) < len(held):
            raise ValueError(f"`{name}` has a value twice")
        axes.append(Axis(name, held))
    return axes


def metrics_of(asked: Iterable[str]) -> tuple[str, ...]:
    """Metrics by their names.

    Raises:
        ValueError: there is no such metric, or one is named twice.
    """
    names = tuple(one.strip() for one in asked)
    for name in names:
        if not name.startswith(TIME):
            check_metric(name)
    if len(set(names)) < len(names) or not names:
        raise ValueError("name at least one metric, and each only once")
    return names


def wish_of(
    names: Collection[str],
    *,
    where: Iterable[str] = (),
    pareto: str | None = None,
    sort: str | None = None,
    top: int | None = None,
) -> Wish:
    """Which designs are kept.

    Args:
        names: what is moved.
        where: conditions, all of which hold.
        pareto: columns, parted by commas.
        sort: the same.
        top: how many are kept.

    Raises:
        ValueError: it is no condition, or there is no such column.
    """
    moved = [name for name in names if name != NETWORK]
    conditions = tuple(
        one
        for text in where
        for one in parse_conditions(text, [*moved, *TIMES.findall(text[:LONGEST])])
    )
    front = read_aims(pareto, moved) if pareto is not None else ()
    order = read_aims(sort, names) if sort is not None else ()
    return Wish(conditions, front, order, top)


def with_wished(metrics: tuple[str, ...], wish: Wish, names: Collection[str]) -> tuple[str, ...]:
    """Metrics, and those behind them that a wish needs.

    Raises:
        ValueError: two columns would have one name.
    """
    every = dict.fromkeys((*metrics, *(one for one in wish.names if one not in names)))
    for name in names:
        if name in every:
            raise ValueError(f"`{name}` is a variable here: leave the metric of that name out")
        if name == FAULT or [*names].count(name) > 1:
            raise ValueError(
                f"a variable cannot be called `{name}`: every sweep has such a column"
            )
    return tuple(every)
