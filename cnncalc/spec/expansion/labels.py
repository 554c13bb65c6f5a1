"""Scopes: the names that labels take, and the groups that are opened."""

from cnncalc.diagnostics import Span
from cnncalc.spec.bounds import GROUP_STEPS, name_steps
from cnncalc.spec.expansion.scope import Frame, Scope
from cnncalc.spec.expansion.state import Expansion


def check_label(state: Expansion, label: str, name: str, span: Span, frame: Frame) -> bool:
    """Whether a label is free; one that is not is reported."""
    found = frame.scope.find(label) or frame.scope.find(name)
    place = found[1] if found else frame.scope.taken.get(name)
    if place is not None:
        state.report.taken(name, span, place, frame)
    return place is None


def open_group(
    state: Expansion,
    name: str,
    block: str | None,
    labels: frozenset[str],
    *,
    span: Span,
    frame: Frame,
) -> Scope:
    """The scope of a new group; only that of a block cannot see the labels around it."""
    frame.scope.taken[name] = span
    scope = Scope((*frame.scope.path, name), labels, None if block else frame.scope)
    steps = GROUP_STEPS + name_steps(scope.prefix)
    state.meter.steps += steps
    state.meter.paid += steps
    state.draft.groups[scope.path] = block
    return scope
