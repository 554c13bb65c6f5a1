"""What holds for a file, and where each of it is said: for people who ask why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from cnncalc.checks.project.settings import SETTINGS
from cnncalc.checks.project.tolerances import Rule
from cnncalc.checks.project.values import Project, facts_for
from cnncalc.diagnostics import Span
from cnncalc.records import Record

Origin = Literal["command line", "project file", "default"]

Network = tuple[str, str | None]
"""The path of a spec from the project file's folder, and a variant."""


class Held(Record):
    """One value that holds.

    Attributes:
        name: the setting, or the table and the figure: `budget fc.macs`.
        value: a text or several, a number, or None for nothing.
        origin: who says so.
        span: where it stands in the project file.
    """

    name: str
    value: str | int | bool | tuple[str, ...] | None
    origin: Origin
    span: Span | None = None


def held_by(
    project: Project | None, given: Mapping[str, str | tuple[str, ...]], network: Network | None
) -> Iterator[Held]:
    """Everything that holds for a network, or for all of a folder.

    Args:
        project: the project file, or None.
        given: what the command line says, by setting.
        network: the network; None for whatever a folder holds.
    """
    for name in SETTINGS:
        if name in given:
            yield Held(name, given[name], "command line")
        else:
            yield from _setting(project, name, network) or [Held(name, _default(name), "default")]
    if project is not None:
        yield from _budgets(project, network)
        if "tolerance" not in given:  # which holds for every figure
            yield from _growths("tolerances", project.tolerances, network)
        yield from _growths("change", project.changes, network)


def _setting(project: Project | None, name: str, network: Network | None) -> list[Held]:
    """What the project file says of a setting; nothing where it does not."""
    if project is None or name not in project.places:
        return []
    if name == "per_file_ignores":
        stated = project.per_file_ignores if network is not None else ()
        return [
            _of_file(name, one.codes, one.pattern.span)
            for one in stated
            if network is not None and one.pattern.meets(network[0])
        ]
    if name == "severity":
        return [
            _of_file(f"severity {code}", severity, project.places[f"severity.{code}"])
            for code, severity in project.severity.items()
        ]
    return [_of_file(name, _value(project, name), project.places[name])]


def _of_file(name: str, value: str | int | tuple[str, ...], span: Span) -> Held:
    return Held(name, value, "project file", span)


def _value(project: Project, name: str) -> str | int | tuple[str, ...]:
    if name == "exclude":
        return tuple(one.text for one in project.exclude)
    value: str | int | tuple[str, ...] = getattr(project, name.replace("-", "_"))
    return value


def _default(name: str) -> str | int | bool | tuple[str, ...] | None:
    setting = SETTINGS[name]
    if setting.kind == "flag":
        return False
    if setting.kind == "whole":
        return int(setting.default)
    return setting.default or None


def _budgets(project: Project, network: Network | None) -> Iterator[Held]:
    path, variant = network or ("", None)
    of_all = project if network else project._replace(budgets=())
    for sizes, facts in facts_for(of_all, path, variant):
        at = f" at {sizes.text}" if sizes is not None else ""
        for fact in facts:
            figure = f"{fact.layer}.{fact.metric}" if fact.layer else fact.metric
            yield _of_file(f"budget {figure}{at}", fact.text, fact.span)


def _growths(table: str, rules: Sequence[Rule], network: Network | None) -> Iterator[Held]:
    """How far each figure may grow: the last rule about it says so."""
    found: dict[str, Held] = {}
    for rule in rules:
        if rule.is_about(*network) if network else rule.patterns is None:
            for figure, tolerance in rule.figures.items():
                text = tolerance.text.removesuffix(" is allowed")
                found[figure] = _of_file(f"{table} {figure}", text, rule.places[figure])
    yield from found.values()
