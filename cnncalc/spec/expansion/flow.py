"""What flows: `x`, references, repeats, loops and choices."""

from collections.abc import Iterable, Iterator

from cnncalc.ops.pool import MaxPool
from cnncalc.ops.values import UnfitError, Value, show, whole
from cnncalc.spec.bounds import ROUND_STEPS
from cnncalc.spec.expansion.arguments import given, of_branch
from cnncalc.spec.expansion.labels import find, flowing, read
from cnncalc.spec.expansion.scope import UNKNOWN, Frame, Tensor
from cnncalc.spec.expansion.state import Expansion
from cnncalc.spec.expression_syntax import Expression, ExpressionError
from cnncalc.spec.expressions import Values
from cnncalc.spec.names import listed_names
from cnncalc.spec.operators import BareWord, unknown_name
from cnncalc.spec.syntax import Body, Broken, Choice, Flow, Loop, Reference, Repeat


def broken(state: Expansion, node: Broken, x: Tensor | None, frame: Frame) -> Tensor:
    """A layer that could not be read gives nothing."""
    state.has_broken = True
    return UNKNOWN


def flow(state: Expansion, node: Flow, x: Tensor | None, frame: Frame) -> Tensor:
    """`x` is the tensor that flows in."""
    return flowing(state, x, node.span, frame)


def reference(state: Expansion, node: Reference, x: Tensor | None, frame: Frame) -> Tensor:
    """The tensor under a label."""
    if node.op is not None and frame.scope.find(node.label) is None:
        return state.visit(node.op, x, frame)
    tensor = read(state, find(state, node.label, node.span, frame))
    return pooled(state, node, tensor, frame) if node.is_pooled else tensor


def pooled(state: Expansion, node: Reference, tensor: Tensor, frame: Frame) -> Tensor:
    """The map that a max pooling read, by the tensor that it gave."""
    layer = state.draft.named(tensor.name)
    if tensor.shape is None:
        return UNKNOWN
    if layer is None or not isinstance(layer.op, MaxPool):
        message = f"`{node.label}` is no max pooling"
        hint = "give the label of the `maxpool` whose places are wanted"
        state.report.fail("E406", message, node.span, frame, hint=hint)
        return UNKNOWN
    return Tensor(layer.inputs[0], layer.input_shapes[0])


def repeat(state: Expansion, node: Repeat, x: Tensor | None, frame: Frame) -> Tensor:
    """A body so often in a row; its labels end with each round."""
    if is_unknown(node.times, x):
        return state.gap()
    try:
        times = number(state, node.times, x, frame)
    except ExpressionError as fault:
        return skip(state, fault, node.times, x, frame)
    for _ in range(times):
        x = one_round(state, node, x, frame, frame.names)
    return flowing(state, x, node.span, frame)


def one_round(
    state: Expansion, node: Repeat | Loop, x: Tensor | None, frame: Frame, names: Values
) -> Tensor:
    """A body once, where these names hold; labels are numbered, and end with the round."""
    labels: list[str] = []
    turns = frame.scope.turns
    state.meter.steps += ROUND_STEPS
    turn = turns[id(node)] = turns.get(id(node), 0) + 1
    inside = Frame(frame.scope, names, *frame[2:5], turn, labels, frame.places)
    tensor = state.body(node.body, x, inside)
    for label in labels:
        frame.scope.tensors.pop(label, None)
    return tensor


def loop(state: Expansion, node: Loop, x: Tensor | None, frame: Frame) -> Tensor:
    """A body for each value of a list, one after the other."""
    rounds = rounds_of(state, node, x, frame)
    if rounds is None:
        return state.gap()
    for names in rounds:
        x = one_round(state, node, x, frame, names)
    return flowing(state, x, node.span, frame)


def branches(state: Expansion, branch: Body, x: Tensor | None, frame: Frame) -> Iterator[Tensor]:
    """What a branch of a merge gives; a loop there gives one tensor for each of its values."""
    node = branch[0]
    if not isinstance(node, Loop) or not node.is_parallel:
        yield of_branch(state, branch, x, frame)
        return
    rounds = rounds_of(state, node, x, frame)
    if rounds is None:
        yield state.gap()
    inner = node.body[0]
    is_nested = isinstance(inner, Loop) and inner.is_parallel
    for names in rounds or ():
        if is_nested:
            yield from branches(state, node.body, x, frame._replace(names=names))
        else:
            yield one_round(state, node, x, frame, names)


def rounds_of(
    state: Expansion, node: Loop, x: Tensor | None, frame: Frame
) -> Iterable[Values] | None:
    """What names hold in each round of a loop; None when it runs over no list of rows that fit."""
    expression = node.values
    if is_unknown(expression, x):
        return None
    try:
        rows = list_of(state.evaluator.value(expression, frame.names, x.shape if x else None))
        if len(node.names) > 1:
            for place, row in enumerate(rows, 1):
                check_row(row, place, node)
    except ExpressionError as fault:
        state.report.expression(fault, expression, x, frame)
        return None
    return rounds(state, node, rows, x, frame)


def rounds(
    state: Expansion, node: Loop, rows: tuple[Value, ...], x: Tensor | None, frame: Frame
) -> Iterator[Values]:
    """The names in reach of each round."""
    keys = [name.text for name in node.names]
    for row in rows:
        names = Values(frame.names, frame.names.variables)
        held = row if len(keys) > 1 and isinstance(row, tuple) else (row,)
        for key, value in zip(keys, held, strict=True):
            names[key] = given(state, value, node.values, x, frame)
        yield names


def list_of(value: Value) -> tuple[Value, ...]:
    """What a loop runs over.

    Raises:
        ExpressionError: it is no list.
    """
    if isinstance(value, BareWord):
        raise unknown_name(value)
    if isinstance(value, tuple):
        return value
    hint = "write the values as a list, `[3, 5, 7]`"
    if isinstance(value, int) and not isinstance(value, bool):
        hint = f"write `range({value})`"
    raise ExpressionError("E212", f"`for` runs over a list, and this is `{show(value)}`", hint)


def check_row(row: Value, place: int, node: Loop) -> None:
    """Whether a value has an entry for each name of its loop.

    Raises:
        ExpressionError: it has not.
    """
    names = listed_names([f"`{name.text}`" for name in node.names])
    if not isinstance(row, tuple):
        message = f"value {place} is `{show(row)}`, and no list with entries for {names}"
        raise ExpressionError("E212", message, "write a list of rows, or one name")
    if len(row) != len(node.names):
        count = f"{len(row)} entr{'y' if len(row) == 1 else 'ies'}"
        message = f"row {place} has {count}, and the loop {len(node.names)} names: {names}"
        raise ExpressionError("E212", message, "give every row one entry for each name")


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
    """The body of the first condition that holds."""
    shape = x.shape if x else None
    for condition, body, _ in node.cases:
        if is_unknown(condition, x):
            return state.gap()
        try:
            holds = state.evaluator.truth(condition, frame.names, shape)
        except ExpressionError as fault:
            return skip(state, fault, condition, x, frame)
        if holds:
            return state.body(body, x, frame)
    return state.body(node.otherwise, x, frame)


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
