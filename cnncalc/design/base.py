"""A network that is to be designed: read once, and built anew at every point."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cnncalc.design.written import reads_lengths
from cnncalc.diagnostics import Diagnostic, SpecError, did_you_mean
from cnncalc.graph import Graph
from cnncalc.ops.formula import axis_names
from cnncalc.ops.values import LARGEST, Shape, Value
from cnncalc.records import Record
from cnncalc.spec import Allowance, Selection, Spec, parse_spec
from cnncalc.spec.expand import expand, selected
from cnncalc.spec.library import Source

Point = Mapping[str, Value]
"""A value for each name that is moved: `{"width": 32, "input.height": 224}`."""


class Lengths(Record):
    """What a name of the input's size moves.

    Attributes:
        label: the label of the input.
        axes: the places of the axes that it sets, all to one length.
    """

    label: str
    axes: tuple[int, ...]


class Base(Record):
    """A spec or a model, and the network of it that all designs begin with.

    Attributes:
        source: its text and its name; of a model the name alone.
        spec: the same as read; of a model one without layers.
        selection: its variant, and the values and inputs that no design moves.
        values: the value of every variable there; None for one that has none.
        inputs: its inputs there.
        model: gives the network of a model with other inputs; None of a spec.
        cost: what reading a model anew takes, in layers of a spec that are built.
    """

    source: Source
    spec: Spec
    selection: Selection
    values: Mapping[str, Value]
    inputs: Mapping[str, Shape]
    model: Callable[[Mapping[str | None, Shape]], Graph] | None = None
    cost: int = 0

    @property
    def reads_lengths(self) -> bool:
        """Whether the layers may be others where the input has another length.

        A model is read anew: what its file says of shapes may hold at one input alone.
        """
        return self.model is not None or reads_lengths(self.spec)

    @property
    def title(self) -> str:
        """The name of the network, with its variant."""
        variant = self.selection.variant
        return f"{self.spec.name}:{variant}" if variant else self.spec.name


def read_base(source: Source, selection: Selection) -> Base:
    """The network that a spec and a selection mean.

    A variable may be without a value, as a design may give it.

    Raises:
        SpecError: the spec has faults, or there is no such variant, variable or input.
    """
    spec, faults = parse_spec(source.text, source.file)
    if spec is None or faults or not spec.is_sound:
        raise SpecError(faults, {source.file: source.text})
    open_ones = [name for name, one in spec.variables.items() if one.is_open]
    if open_ones or (selection.variant is not None and selection.variant not in spec.variants):
        expand(spec, selection, faults)
        faults = [one for one in faults if one.code != "E214"]
        if faults:
            raise SpecError(faults, {source.file: source.text})
    values, inputs = selected(spec, selection)
    return Base(source, spec, selection, dict.fromkeys(spec.variables) | values, inputs)


def lengths(inputs: Mapping[str, Shape], taken: Mapping[str, Any]) -> Mapping[str, Lengths]:
    """What can be moved of the inputs, by name.

    Each axis by `LABEL.height`, and all axes of space together by `LABEL.size`. Of a network's
    only input `height` and `size` will do, unless a variable has that name.

    Example:
        >>> [*lengths({"input": (3, 64)}, {"channels": 16})]
        ['input.channels', 'input.length', 'input.size', 'length', 'size']
    """
    long: dict[str, Lengths] = {}
    short: dict[str, Lengths] = {}
    for label, shape in inputs.items():
        for name, one in _of_input(label, shape):
            long[f"{label}.{name}"] = one
            if len(inputs) == 1 and name not in taken:
                short[name] = one
    return long | short


def _of_input(label: str, shape: Shape) -> Iterator[tuple[str, Lengths]]:
    for place, name in enumerate(axis_names(len(shape))):
        yield name, Lengths(label, (place,))
    if len(shape) > 1:
        yield "size", Lengths(label, tuple(range(1, len(shape))))


def movable(base: Base) -> Mapping[str, Lengths | None]:
    """Every name that a point may have; None stands behind a variable."""
    return {**dict.fromkeys(base.values), **lengths(base.inputs, base.values)}


def check_name(base: Base, name: str) -> None:
    """Refuse a name that moves nothing.

    Raises:
        ValueError: there is no such variable or length; the text says which there are.
    """
    known = movable(base)
    if name in known:
        return
    short = [one for one in known if "." not in one or len(base.inputs) > 1]
    hint = did_you_mean(name, known) or f"it has {', '.join(short)}"
    if base.model is not None:
        hint += (
            "; its widths are numbers in its file, `cnncalc convert MODEL net.yaml` gives a spec"
        )
    raise ValueError(f"`{base.source.file}` has no variable `{name}`: {hint}")


def other_length(base: Base, name: str) -> str:
    """A hint where a variable has the name of a length, behind which that is hidden."""
    long = [one for one in lengths(base.inputs, base.values) if one.endswith(f".{name}")]
    return f"; of the input it is `{long[0]}`" if name in base.values and long else ""


def value_at(base: Base, name: str) -> Value:
    """The value of a name in the base itself; of several axes, where they are equal.

    Returns:
        None where there is none.
    """
    place = movable(base)[name]
    if place is None:
        return base.values[name]
    found = {base.inputs[place.label][axis] for axis in place.axes}
    return found.pop() if len(found) == 1 else None


def selection_at(base: Base, point: Point) -> Selection:
    """What is selected of the spec at a point, whose names are known to move something.

    A length is set in the order of the point, so that `size` and then `height` give a shape that
    is not square.

    Raises:
        ValueError: a length is no whole number, below 1 or too large.
    """
    known = movable(base)
    given, only = base.selection.inputs, len(base.inputs) == 1
    values = dict(base.selection.values)
    shapes = {one: shape for one, shape in base.inputs.items() if one in given or (only and given)}
    for name, value in point.items():
        place = known[name]
        if place is None:
            values[name] = value
            continue
        if type(value) is not int or not 1 <= value <= LARGEST:
            raise ValueError(f"`{name}` is a length, from 1 to {LARGEST:,}, not {value}")
        shape = list(shapes.get(place.label, base.inputs[place.label]))
        for axis in place.axes:
            shape[axis] = value
        shapes[place.label] = tuple(shape)
    inputs: dict[str | None, Shape] = dict(shapes.items())
    return Selection(base.selection.variant, values, inputs)


def graph_at(base: Base, point: Point) -> Graph:
    """The network at a point.

    Raises:
        SpecError: it has faults there.
        ValueError: a length of the input cannot be.
    """
    if base.model is not None:
        return base.model(selection_at(base, point).inputs)
    faults: list[Diagnostic] = []
    graph = expand(base.spec, selection_at(base, point), faults, Allowance())
    if graph is None or faults:
        raise SpecError(faults, {base.source.file: base.source.text})
    return graph


def fault_of(error: SpecError) -> str:
    """The first fault of a spec, in a line."""
    first = error.diagnostics[0]
    place = f" (line {first.span.line})" if first.span else ""
    return f"{first.code} {first.message}{place}"
