"""Tables of tolerances: how far figures may grow beyond the baseline, or in one change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from cnncalc.checks.project.globs import read_pattern
from cnncalc.checks.project.tolerances import Rule, Tolerance, read_tolerance
from cnncalc.checks.settings.places import Path
from cnncalc.checks.stored import GROWING, LAYER_METRICS
from cnncalc.diagnostics import Span

Read = TypeVar("Read")


class Reading(Protocol):
    """What reads the values of a project file, and refuses those that will not do."""

    def check_keys(
        self, path: Path, table: Mapping[str, Any], known: Sequence[str], homes: Mapping[str, str]
    ) -> set[str]:
        """Report unknown keys."""

    def each(
        self, value: Any, path: Path, read: Callable[[str, Span], Read], hint: str | None = None
    ) -> tuple[Read, ...]:
        """What a text says, or every text of a list."""

    def attempt(
        self, path: Path, read: Callable[[str, Span], Read], text: str, hint: str | None
    ) -> list[Read]:
        """What a text says; nothing, with a fault, where it is refused."""

    def written(self, value: Any, path: Path) -> str | None:
        """A text, or a number as it is written."""

    def flag(self, table: Mapping[str, Any], path: Path) -> bool:
        """Whether `allow_empty` is set."""

    def refuse(self, path: Path, message: str, hint: str | None = None) -> None:
        """A value that will not do."""


_FORM = 'write `"2%"`, or `"2% or 10K"`'


def read_rule(reader: Reading, table: Mapping[str, Any], path: Path) -> Rule:
    """A table of tolerances, by metric and under `layers` by label and metric.

    `macs = "1% or 10K"` is for the whole, `layers.fc6.parameters = "0"` for a label, and `specs`
    has the globs of the networks that it is about; without it, it is about all.
    """
    reader.check_keys(path, table, (*GROWING, "layers", "specs", "allow_empty"), {})
    patterns = None
    if "specs" in table:
        read = partial(read_pattern, has_variant=True)
        patterns = reader.each(table["specs"], (*path, "specs"), read)
    figures: dict[str, Tolerance] = {}
    costs = {key: value for key, value in table.items() if key not in {"specs", "allow_empty"}}
    for names, value, at in leaves(costs, path):
        of_label = names[0] == "layers"
        metric, figure = names[-1], ".".join(names[1:] if of_label else names)
        if of_label and len(names) < 3:
            message = (
                "`layers` must be a table" if len(names) == 1 else f"`{metric}` has no metric"
            )
            reader.refuse(at, message, 'write `layers.LABEL.parameters = "2%"`')
        elif of_label and metric not in LAYER_METRICS:
            known = ", ".join(LAYER_METRICS)
            reader.refuse(at, f"`{metric}` of a label is not stored", f"it is one of {known}")
        elif metric in GROWING:
            text = reader.written(value, at)
            if text is None:
                reader.refuse(at, f"`{metric}` must be a percentage", _FORM)
                continue
            for tolerance in reader.attempt(at, partial(_tolerance, figure), text, _FORM):
                figures[figure] = tolerance
    return Rule(patterns, figures, reader.flag(table, path))


def _tolerance(figure: str, text: str, _span: Span) -> Tolerance:
    return read_tolerance(text.replace("+", ""), figure)


def leaves(value: Any, path: Path) -> Iterator[tuple[tuple[str, ...], Any, Path]]:
    """The values in tables within tables, each with the keys that lead to it and its path."""
    pending: list[tuple[tuple[str, ...], Any, Path]] = [((), value, path)]
    while pending:
        names, value, at = pending.pop()
        if isinstance(value, dict):
            items = [((*names, key), inner, (*at, key)) for key, inner in value.items()]
            pending.extend(reversed(items))
        else:
            yield names, value, at
