"""What formulas are asked for: names, with ranges of their own or without; and what is found."""

from collections.abc import Iterable, Mapping, Sequence

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.counts import Counts, NoFigureError
from cnncalc.design.alike import Alike, alike_layers
from cnncalc.design.axes import read_axis
from cnncalc.design.base import Base, movable
from cnncalc.design.figures import check_metric, figure
from cnncalc.design.formula import Formula, NoFormula, formula_of, with_residues
from cnncalc.design.quest import Space
from cnncalc.design.table import AXIS, NetworkTable, counted
from cnncalc.ops.formula import axis_names
from cnncalc.ops.values import Value
from cnncalc.shown import Shown

DEFAULT = ("parameters", "macs")
"""The metrics that are told where none is named."""


class Formulas(Shown):
    """Metrics of one network as formulas in the same variables.

    Attributes:
        network: the name of the network.
        variables: what they are in.
        lengths: for a variable that is a length of the input, the axes that it sets.
        basis: by what is counted.
        found: for each metric its formula, or why it has none.
        layers: the same of each layer, where it is asked for: those alike together.
    """

    network: str
    variables: tuple[str, ...]
    lengths: Mapping[str, tuple[str, ...]]
    basis: Basis
    found: tuple[Formula | NoFormula, ...]
    layers: tuple[Alike, ...] = ()

    def _line(self) -> str:
        told = ", ".join(one.metric for one in self.found)
        return f"of {self.network}: {told} by {', '.join(self.variables)}"

    def of(self, metric: str) -> Formula:
        """The formula of one metric.

        Raises:
            KeyError: it was not asked for, or has none; the text says why.
        """
        for one in self.found:
            if one.metric == metric:
                if isinstance(one, Formula):
                    return one
                raise KeyError(f"`{metric}` has no formula: {one.reason}")
        raise KeyError(f"`{metric}` was not asked for")


def read_names(texts: Iterable[str]) -> tuple[tuple[str, ...], dict[str, range]]:
    """The names and ranges that `--of` says: `width=8..512:8,size`.

    Raises:
        ValueError: a range is none of whole numbers at equal steps.

    Example:
        >>> read_names(["width=8..512:8, depth", "size"])
        (('width', 'depth', 'size'), {'width': range(8, 513, 8)})
    """
    names, ranges = [], {}
    for part in ",".join(texts).split(","):
        name = part.partition("=")[0].strip()
        names.append(name)
        if "=" in part:
            ranges[name] = _range(name, read_axis(part.strip()).values)
    return tuple(names), ranges


def _range(name: str, values: Sequence[Value]) -> range:
    if isinstance(values, range):
        return values
    if len(values) == 1 and type(values[0]) is int:
        return range(values[0], values[0] + 1)
    raise ValueError(f"`{name}`: a formula needs a range of whole numbers, as `{name}=8..512:8`")


def ask(  # noqa: PLR0913 - each is a part of the question
    base: Base,
    metrics: Sequence[str],
    space: Space,
    *,
    basis: Basis | None = None,
    by_layer: bool = False,
    every_residue: bool = False,
) -> Formulas:
    """Metrics as formulas, a receptive field along each axis where the axes differ.

    Args:
        base: the network.
        metrics: as `cnncalc.design.formula.find_formulas` takes them; none are `DEFAULT`.
        space: the variables, and where formulas are looked for.
        basis: by what is counted.
        by_layer: whether to tell them of each layer as well.
        every_residue: whether to tell a polynomial for each residue of the size that strides
            leave, not for that of the network itself alone.

    Raises:
        ValueError: there is no such metric, or there are too many residues.
    """
    basis = basis or Basis()
    metrics = tuple(metrics) or DEFAULT
    for metric in metrics:
        check_metric(metric)
    names = space.names
    table = NetworkTable(base, names, counted(metrics, basis))
    counts = Counts(table.graph_at(space.anchor), basis)
    for metric in metrics:
        try:
            figure(counts, metric)
        except NoFigureError as fault:
            raise ValueError(f"`{metric}`: {fault}") from None
    keys = [key for metric in metrics for key in _keys(metric, table.at(space.anchor) or {})]
    found = [formula_of(base, table, key, space) for key in keys]
    if every_residue:
        found = [
            with_residues(one, table, key, space) if isinstance(one, Formula) else one
            for key, one in zip(keys, found, strict=True)
        ]
    shown = _merged(base, found)
    layers = alike_layers(base, metrics, found, space, basis=basis) if by_layer else ()
    lengths = lengths_of(base, names)
    return Formulas(base.title, names, lengths, basis, tuple(shown), layers)


def lengths_of(base: Base, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The axes that each name sets which is a length of the input."""
    known = movable(base)
    lengths = {}
    for name in names:
        place = known[name]
        if place is not None:
            axes = axis_names(len(base.inputs[place.label]))
            lengths[name] = tuple(axes[one] for one in place.axes)
    return lengths


def _keys(metric: str, known: Mapping[str, int]) -> list[str]:
    """A metric, or what is told of it along each axis."""
    axes = [key for key in known if key.startswith(f"{metric}{AXIS}")]
    return axes or [metric]


def _merged(base: Base, found: Sequence[Formula | NoFormula]) -> list[Formula | NoFormula]:
    """What is told along each axis: once where all are alike, else with the name of the axis."""
    shown: list[Formula | NoFormula] = []
    for one in found:
        metric, mark, _ = one.metric.partition(AXIS)
        group = [other for other in found if other.metric.partition(AXIS)[0] == metric]
        if not mark:
            shown.append(one)
        elif len({_said(other) for other in group}) == 1:
            if one is group[0]:
                shown.append(one._replace(metric=metric))
        else:
            rank = len(next(iter(base.inputs.values())))
            axis = axis_names(rank)[1:][int(one.metric.partition(AXIS)[2])]
            shown.append(one._replace(metric=f"{metric} in {axis}"))
    return shown


def _said(one: Formula | NoFormula) -> object:
    return repr(one._replace(metric=""))
