"""Layers: an op with its arguments, or a merge of branches."""

from cnncalc.graph import Layer
from cnncalc.ops import Op, make_op
from cnncalc.ops.values import RejectedError, UnfitError, Value, Word, identity
from cnncalc.spec.bounds import LAYER_STEPS, OP_STEPS, name_steps
from cnncalc.spec.expansion.flow import flowing
from cnncalc.spec.expansion.scope import UNKNOWN, Frame, Tensor
from cnncalc.spec.expansion.state import Expansion
from cnncalc.spec.expression_syntax import ExpressionError
from cnncalc.spec.syntax import Merge, OpCall

MOST_HISTORIES = 50
"""Faults for which it is told how their inputs came to have their shapes."""


def op_call(
    state: Expansion, node: OpCall, x: Tensor | None, frame: Frame, label: str | None = None
) -> Tensor:
    """The layer of an op and its arguments."""
    x = flowing(state, x, node.span, frame)
    if x.shape is None:
        if label is None:
            frame.scope.next_name(node.kind.name, node.span)
        return UNKNOWN
    values = []
    for key, expression in node.arguments:
        value = expression.value
        if expression.name is not None or expression.tree is not None:
            try:
                value = state.evaluator.value(expression, frame.names, x.shape)
            except ExpressionError as fault:
                state.report.expression(fault, expression, x, frame)
                return UNKNOWN
            if isinstance(value, Word) and not node.kind.attributes[key].words:
                message = unfit_word(node.kind, key, value)
                state.report.misplaced_word(message, value, expression, frame)
                return UNKNOWN
        values.append(value)
    return apply(state, node, (x,), tuple(values), frame, label=label)


def apply(
    state: Expansion,
    node: OpCall | Merge,
    inputs: tuple[Tensor, ...],
    values: tuple[Value, ...],
    frame: Frame,
    *,
    label: str | None = None,
) -> Tensor:
    """Add the layer that an op makes of its inputs."""
    kind = node.kind
    shapes = tuple([tensor.shape for tensor in inputs if tensor.shape is not None])
    keys = () if isinstance(node, Merge) else tuple([key for key, _ in node.arguments])
    # Equal layers share their op, wherever they stand: what is said of it is worked out once.
    key = (kind, keys, tuple(map(identity, values)), shapes)
    scope = frame.scope
    name = label or scope.next_name(kind.name, node.span)
    if label:
        scope.count(kind.name)
    try:
        made = state.known.ops.get(key)
        if made is None:
            state.meter.steps += OP_STEPS
            made = make_op(kind, dict(zip(keys, values, strict=True)), shapes)
            state.known.ops[key] = made
    except RejectedError as fault:
        given = dict(node.arguments) if isinstance(node, OpCall) else {}
        value = given.get(fault.attribute or "")
        needs_none = fault.code in {"E212", "E403"} or len(state.faults) > MOST_HISTORIES
        histories = () if needs_none else state.draft.histories(inputs)
        state.report.rejected(fault, (node.span, value), inputs[0], frame, histories=histories)
        return UNKNOWN
    op, output = made
    path = scope.prefix + name
    names = tuple([tensor.name for tensor in inputs])
    steps = LAYER_STEPS + len(inputs) * state.meter.reading_steps + name_steps(path)
    state.meter.paid += steps
    state.count(steps, node.span, frame)
    origin = (*frame.places, node.span)
    state.draft.current.append(Layer(path, scope.path, op, names, shapes, output, origin))
    return Tensor(path, output)


def merge(state: Expansion, node: Merge, x: Tensor | None, frame: Frame) -> Tensor:
    """The layer that joins branches."""
    inputs = tuple(state.body(branch, x, frame) for branch in node.branches)
    if any(tensor.shape is None for tensor in inputs):
        return UNKNOWN
    return apply(state, node, inputs, (), frame)


def unfit_word(kind: type[Op], key: str, word: Word) -> str:
    """What is wrong with a word as the value of an attribute."""
    try:
        kind.attributes[key].read(word, 1)
    except UnfitError as fault:
        return f"`{key}` {fault.text}"
    return f"`{key}` takes no words"
