"""What flows: `x`, references, repeats and choices."""

from itertools import islice

from cnncalc.diagnostics import Span
from cnncalc.ops.values import UnfitError, whole
from cnncalc.spec.bounds import ROUND_STEPS
from cnncalc.spec.expansion.scope import UNKNOWN, Frame, Tensor
from cnncalc.spec.expansion.state import Expansion
from cnncalc.spec.expression_syntax import Expression, ExpressionError
from cnncalc.spec.names import MOST_LISTED
from cnncalc.spec.operators import BareWord, unknown_name
from cnncalc.spec.syntax import Broken, Choice, Flow, Reference, Repeat


def broken(state: Expansion, node: Broken, x: Tensor | None, frame: Frame) -> Tensor:
    """A layer that could not be read gives nothing."""
    state.has_broken = True
    return UNKNOWN


def flow(state: Expansion, node: Flow, x: Tensor | None, frame: Frame) -> Tensor:
    """`x` is the tensor that flows in."""
    return flowing(state, x, node.span, frame)


def flowing(state: Expansion, x: Tensor | None, span: Span, frame: Frame) -> Tensor:
    """The tensor that flows in; where there is none, one of several inputs must be named."""
    if x is not None:
        return x
    inputs = state.draft.inputs
    if inputs:
        listed = ", ".join(f"`{label}`" for label in islice(inputs, MOST_LISTED))
        message = f"no tensor flows in: the network has {len(inputs)} inputs"
        state.report.fail("E303", message, span, frame, hint=f"begin with one of them: {listed}")
    return UNKNOWN


def reference(state: Expansion, node: Reference, x: Tensor | None, frame: Frame) -> Tensor:
    """The tensor under a label."""
    found = frame.scope.find(node.label)
    if found is not None:
        return found[0]
    if node.op is not None:
        return state.visit(node.op, x, frame)
    if not state.has_gaps:
        place = state.spec.places.get(node.label)
        state.report.unreachable(node.label, node.span, frame, place)
    return UNKNOWN


def repeat(state: Expansion, node: Repeat, x: Tensor | None, frame: Frame) -> Tensor:
    """A body so often in a row; its labels end with each round."""
    if is_unknown(node.times, x):
        return state.gap()
    try:
        times = number(state, node.times, x, frame)
    except ExpressionError as fault:
        return skip(state, fault, node.times, x, frame)
    turns = frame.scope.turns
    for _ in range(times):
        labels: list[str] = []
        state.meter.steps += ROUND_STEPS
        turns[id(node)] = turns.get(id(node), 0) + 1
        x = state.body(node.body, x, Frame(*frame[:5], turns[id(node)], labels, frame.places))
        for label in labels:
            frame.scope.tensors.pop(label, None)
    return flowing(state, x, node.span, frame)


def number(state: Expansion, expression: Expression, x: Tensor | None, frame: Frame) -> int:
    """The count of a repeat."""
    value = state.evaluator.value(expression, frame.names, x.shape if x else None)
    if isinstance(value, BareWord):
        raise unknown_name(value)
    try:
        times = whole(value, 0)
    except UnfitError as fault:
        raise ExpressionError(fault.code, f"the count {fault.text}", fault.hint) from None
    bounds = state.meter.allowance.bounds
    if times > bounds.layers:
        message = f"{times:,} rounds exceed the {bounds.layers:,} layers of a network"
        raise ExpressionError("E504", message, bounds.lifted_by)
    return times


def choice(state: Expansion, node: Choice, x: Tensor | None, frame: Frame) -> Tensor:
    """The body whose condition holds."""
    if is_unknown(node.condition, x):
        return state.gap()
    try:
        shape = x.shape if x else None
        holds = state.evaluator.truth(node.condition, frame.names, shape)
    except ExpressionError as fault:
        return skip(state, fault, node.condition, x, frame)
    return state.body(node.body if holds else node.otherwise, x, frame)


def skip(
    state: Expansion,
    fault: ExpressionError,
    expression: Expression,
    x: Tensor | None,
    frame: Frame,
) -> Tensor:
    """Report an expression without a value and leave out what depends on it."""
    state.report.expression(fault, expression, x, frame)
    return state.gap()


def is_unknown(expression: Expression, x: Tensor | None) -> bool:
    """Whether an expression asks for an axis of a tensor that a fault left without shape."""
    return x is not None and x.shape is None and "x" in expression.names
