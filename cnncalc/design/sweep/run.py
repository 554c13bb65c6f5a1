"""A sweep from what is asked for to its result: `cnncalc.sweep`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cnncalc.analysis.batches import basis_of
from cnncalc.analysis.precision import read_bits
from cnncalc.analysis.widths import check_labels
from cnncalc.design.sweep.columns import Columns
from cnncalc.design.sweep.engine import Progress
from cnncalc.design.sweep.engine import sweep as evaluated
from cnncalc.design.sweep.evaluate import first_graphs
from cnncalc.design.sweep.formulas import fill_by_formulas
from cnncalc.design.sweep.plan import (
    USUAL,
    axes_of,
    metrics_of,
    networks_of,
    space_of,
    wish_of,
    with_wished,
)
from cnncalc.design.sweep.result import Sweep
from cnncalc.design.sweep.select import Wish, keep
from cnncalc.design.sweep.space import Points, choose, devices_of

if TYPE_CHECKING:
    from concurrent.futures import Executor


def sweep(  # noqa: PLR0913 - one argument for each thing that can be asked for
    names: str | Iterable[str],
    variables: Mapping[str, Iterable[object]],
    /,
    *,
    metrics: Sequence[str] | None = None,
    where: str | Iterable[str] = (),
    pareto: Sequence[str] | None = None,
    sort: Sequence[str] | None = None,
    top: int | None = None,
    sample: int | None = None,
    seed: int = 0,
    zip: bool = False,  # noqa: A002 - the word of the command
    batch: int = 1,
    dtype: str | None = None,
    bits: str | None = None,
    optimizer: str = "adam",
    exact: bool = False,
    executor: "Executor | None" = None,
    on_done: Progress | None = None,
) -> Sweep:
    """Count many designs: a network at all combinations of values.

    A design that has a fault is a row that says so. Numbers are exact, in the units of
    `cnncalc conventions`: values, or bytes where the metric's name says so; a receptive field is
    that of the axis which sees least.

    Args:
        names: a network or several, each a spec or a bundled one; `vgg:*` is every variant.
        variables: for each variable its values. `height`, `width`, `size` (all axes of space) and
            `channels` are those of the input where no variable is called so; `LABEL.height` is of
            one of several inputs.
        metrics: names of metrics, also `LABEL.metric` of a layer or group; by default parameters,
            macs, peak_activation_bytes and receptive_field.
        where: conditions that kept designs fulfil, such as `"macs <= 600M and width > 8"`.
        pareto: columns; only designs are kept that no other one is better than in these. Less is
            better but of a receptive field; `max:NAME` and `min:NAME` say otherwise.
        sort: columns, the better designs first.
        top: how many are kept.
        sample: how many are taken by chance, none of them twice; by default all.
        seed: what the sample is drawn from.
        zip: whether the values move together, the first with the first, not each on its own.
        batch: examples at once, a factor on MACs and activations.
        dtype: the type of weights and activations; None: float32.
        bits: those of weights and activations, in the place of a dtype: `w8a8, fc: w32a32`.
        optimizer: that of `training_bytes`.
        exact: whether every design is evaluated, where formulas would do.
        executor: who evaluates, in batches: any `concurrent.futures.Executor`, which is left open;
            by default this process. The result does not depend on it.
        on_done: called with the number of designs that are done, and of all.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        TypeError: a value that no variable can hold.
        ValueError: there is no such variable, metric, dtype or label of bits, what is no
            condition, or more than 10,000,000 designs.

    Example:
        >>> from cnncalc import sweep
        >>> found = sweep("resnet:50", {"size": range(128, 257, 32)}, where="macs <= 4G")
        >>> [(row["size"], row["macs"]) for row in found.rows]
        [(128, 1336623104), (160, 2087321600), (192, 3004841984)]
    """
    precision = None if bits is None else read_bits([bits])
    if dtype is not None and precision is not None:
        raise ValueError("a dtype and bits both say how wide values are: give one")
    basis = basis_of((), dtype, batch, None)._replace(optimizer=optimizer, precision=precision)
    basis.check()
    networks = networks_of([names] if isinstance(names, str) else names)
    space = space_of(networks, axes_of(variables), is_zipped=zip)
    conditions = [where] if isinstance(where, str) else where
    wish = wish_of(
        space.names, where=conditions, pareto=_joined(pareto), sort=_joined(sort), top=top
    )
    named = USUAL if metrics is None else metrics_of(_listed(metrics))
    named = with_wished(named, wish, space.names)
    points = Points(space, choose(space, sample, seed), named, basis, devices_of(named))
    if precision is not None:
        check_labels(first_graphs(points), precision)
    columns = Columns(len(points.chosen), named)
    formulas = "" if exact else fill_by_formulas(points, columns)
    for block in evaluated(points, columns.open_places(), executor=executor, on_done=on_done):
        columns.put(block)
    return finished(points, columns, wish, formulas)


def finished(points: Points, columns: Columns, wish: Wish, formulas: str = "") -> Sweep:
    """The result of what is done.

    Raises:
        ValueError: a condition or an aim is on a column that has no numbers.
    """
    done = columns.done_places()
    numbers = columns.by_metric()
    # What has a fault has no numbers that could fulfil anything.
    sound = columns.sound_places() if wish.where or wish.pareto else done
    if wish == Wish():
        kept, count = done, len(done)
    else:
        kept, count = keep(points, numbers, sound, wish)
    return Sweep(points, numbers, columns.faults, done, kept, count, wish.pareto, formulas)


def _listed(names: str | Sequence[str]) -> Sequence[str]:
    return names.split(",") if isinstance(names, str) else names


def _joined(names: str | Sequence[str] | None) -> str | None:
    return names if names is None or isinstance(names, str) else ",".join(names)
