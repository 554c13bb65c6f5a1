"""What a baseline keeps of a network, and the figures of many as its text."""

import json
from collections.abc import Mapping

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.baseline.compare import gone_from, networks_of, other_basis
from cnncalc.checks.baseline.records import SCHEMA_VERSION, Baseline, Run, name_of, told_of
from cnncalc.checks.project.tolerances import Tolerances
from cnncalc.checks.stored import Figures, metric_of
from cnncalc.ops.values import show_shape


def write_baseline(figures: Mapping[str, Figures], basis: Basis) -> str:
    """The text of a baseline: the same for the same figures, whatever their order.

    Every network is one line, and they are sorted by name, so that git merges what two branches
    say of different networks. In each, its own figures come first, then those of its layers.
    """
    head = {"schema_version": SCHEMA_VERSION, "basis": told_of(basis)}
    lines = [
        f"{_encoded(name)}: {_encoded(_as_written(figures[name]))}" for name in sorted(figures)
    ]
    start = _encoded(head).removesuffix("}")
    body = "".join(f"{line}\n" for line in ",\n".join(lines).split("\n") if line)
    return f'{start}, "figures": {{\n{body}}}}}\n'


def _as_written(figures: Figures) -> dict[str, int | str]:
    ordered = sorted(figures.items(), key=lambda one: ("." in one[0], one[0]))
    return {
        key: show_shape(figure) if isinstance(figure, tuple) else figure for key, figure in ordered
    }


def _encoded(value: object) -> str:
    """One line of JSON; what is no text, or would break the line elsewhere, is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    is_text = not any("\ud800" <= character <= "\udfff" for character in text)
    return text if is_text and len(text.splitlines()) <= 1 else json.dumps(value)


def merge(
    baseline: Baseline | None,
    run: Run,
    tolerances: Tolerances | None = None,
    *,
    with_growth: bool = True,
) -> dict[str, Figures]:
    """The figures of a run, with those stored of networks that were not part of it.

    What a run covers and no longer finds is dropped. What it could not count for faults is kept,
    and so is what has not changed by more than its tolerance. Of what is kept, figures that were
    counted on another basis are left out: they would be wrong.
    """
    counted = {name_of(key): figures for key, figures in run.figures.items()}
    if baseline is None:
        return counted
    merged: dict[str, Figures] = {}
    stale = other_basis(baseline.basis, run.basis)
    gone = {name for name, *_ in gone_from(baseline, run)}
    for name, figures in baseline.figures.items():
        if name not in gone:
            merged[name] = {
                key: one for key, one in figures.items() if metric_of(key) not in stale
            }
    if not stale:
        for one in networks_of(baseline, run, tolerances or Tolerances()):
            counted[one.name] = one.accepted(with_growth=with_growth)
    return merged | counted
