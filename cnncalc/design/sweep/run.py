"""A sweep from what is asked for to its result, for `cnncalc.sweep`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cnncalc.analysis.conventions import Basis
from cnncalc.design.sweep.columns import Columns
from cnncalc.design.sweep.engine import Progress, sweep
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
from cnncalc.design.sweep.space import Points, choose
from cnncalc.records import Record

if TYPE_CHECKING:
    from concurrent.futures import Executor


class Asked(Record):
    """What is asked for beside networks and variables; as `cnncalc.sweep` says."""

    metrics: Sequence[str] | None = None
    where: str | Iterable[str] = ()
    pareto: Sequence[str] | None = None
    sort: Sequence[str] | None = None
    top: int | None = None
    sample: int | None = None
    seed: int = 0
    is_zipped: bool = False
    is_exact: bool = False
    basis: Basis = Basis()


def run(
    names: str | Iterable[str],
    variables: Mapping[str, Iterable[object]],
    asked: Asked,
    *,
    executor: "Executor | None" = None,
    on_done: Progress | None = None,
) -> Sweep:
    """As `cnncalc.sweep` says."""
    asked.basis.check()
    networks = networks_of([names] if isinstance(names, str) else names)
    space = space_of(networks, axes_of(variables), is_zipped=asked.is_zipped)
    where = [asked.where] if isinstance(asked.where, str) else asked.where
    front, order = (_joined(one) for one in (asked.pareto, asked.sort))
    wish = wish_of(space.names, where=where, pareto=front, sort=order, top=asked.top)
    metrics = USUAL if asked.metrics is None else metrics_of(_listed(asked.metrics))
    metrics = with_wished(metrics, wish, space.names)
    points = Points(space, choose(space, asked.sample, asked.seed), metrics, asked.basis)
    columns = Columns(len(points.chosen), metrics)
    formulas = "" if asked.is_exact else fill_by_formulas(points, columns)
    for block in sweep(points, columns.open_places(), executor=executor, on_done=on_done):
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
