"""A network expanded: its layers, outputs and heads."""

from collections.abc import Callable, Mapping

from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.ops.values import Shape, Value
from cnncalc.spec.bounds import Faults
from cnncalc.spec.expansion import calls, flow
from cnncalc.spec.expansion.scope import NO_LABELS, Found, Frame, Made, Scope, Tensor
from cnncalc.spec.expansion.state import (
    CallReader,
    Expansion,
    Visitor,
    check_label,
    open_group,
)
from cnncalc.spec.expansion.store import Store
from cnncalc.spec.expressions import Values
from cnncalc.spec.syntax import (
    BlockCall,
    Broken,
    Choice,
    Flow,
    Head,
    Labelled,
    Loop,
    Merge,
    OpCall,
    Reference,
    Repeat,
    Share,
    Spec,
    VariableCall,
)
from cnncalc.spec.tensor_words import TensorWord

Ends = dict[str, str]
"""For each output's name the layer that gives it."""


def expansion_of(
    spec: Spec,
    values: Mapping[str, Value],
    faults: Faults,
    on_call: CallReader | None = None,
    store: Store | None = None,
) -> Expansion:
    """An expansion that has not begun.

    Args:
        spec: what is expanded.
        values: the values of its variables.
        faults: where faults go; its allowance pays.
        on_call: is told of every call of a block.
        store: what is made already; what it makes is added.
    """
    return Expansion(spec, values, faults, VISITORS, on_call, store)


def run(state: Expansion, inputs: Mapping[str, Shape]) -> tuple[Ends, Ends]:
    """Expand the layers and heads; gives the outputs and the auxiliary outputs."""
    draft, meter = state.draft, state.meter
    draft.inputs = inputs
    scope = Scope((), state.spec.labels)
    places = {item.label or "input": item.span for item in state.spec.inputs}
    start = Span(state.spec.file, 1, 1, 1, 2)
    for label, shape in inputs.items():
        place = places.get(label, start)
        scope.tensors[label] = Found(Tensor(label, shape), place)
        scope.taken[label] = place
    first = next(iter(inputs.items())) if len(inputs) == 1 else None
    meter.reading_steps = 1 + len(inputs) // 4  # what sees several inputs is told of each
    frame = Frame(scope, Values(state.values))
    try:
        x = state.body(state.spec.layers, Tensor(*first) if first else None, frame)
        outputs = _heads(state, state.spec.outputs, x, frame)
        draft.current = draft.auxiliary
        auxiliary = _heads(state, state.spec.auxiliary, x, frame)
    finally:
        meter.allowance.steps -= meter.spent()
        meter.allowance.layers -= len(draft)
    if not draft.layers and not state.faults and not state.has_broken:
        state.faults.append(Diagnostic("E202", "the network has no layer", start))
    if not state.spec.outputs:
        outputs = {x.name: x.name}
    return outputs, auxiliary


def _heads(state: Expansion, heads: tuple[Head, ...], x: Tensor | None, frame: Frame) -> Ends:
    """Each head from the label that it starts from."""
    found = {}
    for head in heads:
        tensor = state.visit(head.body[0], x, frame)
        if len(head.body) > 1:
            is_free = check_label(state, head.name, head.name, head.span, frame)
            name = head.name if is_free else f"{head.name}~"
            scope = open_group(state, name, None, head.labels, span=head.span, frame=frame)
            tensor = state.body(head.body[1:], tensor, frame._replace(scope=scope))
        found[head.name] = tensor.name
    return found


def labelled(state: Expansion, node: Labelled, x: Tensor | None, frame: Frame) -> Tensor:
    """What a label names; in a repeat it takes the number of the round."""
    label = node.label if frame.round is None else f"{node.label}{frame.round}"
    scope = frame.scope
    if not check_label(state, node.label, label, node.span, frame):
        label = f"{label}~{len(scope.taken)}"  # so that no two layers have one name
    scope.taken[label] = node.span
    layers = state.draft.current
    start, readings = len(layers), state.readings
    tensor = named(state, node, label, x, frame)
    inside, moves = scope.inside.pop(label, NO_LABELS)
    made = None
    if len(layers) > start or inside:
        entering = x.name if x else ""
        path = scope.prefix + label
        names_x = state.read_last.get(entering, 0) > readings
        calls, stop = len(frame.places), len(layers)
        made = Made(path, entering, layers, start, stop, calls, names_x, inside, moves)
    found = scope.tensors[label] = Found(tensor, node.span, made)
    if frame.round_labels is not None and label != node.label:
        scope.tensors[node.label] = found
        frame.round_labels.append(node.label)
    return tensor


def named(state: Expansion, node: Labelled, label: str, x: Tensor | None, frame: Frame) -> Tensor:
    """What a label names: a layer or a call takes it as its name, all else opens a group."""
    inner = node.body[0]
    if not node.is_list:
        if isinstance(inner, VariableCall):
            if isinstance(frame.names[inner.variable], TensorWord):
                return state.visit(inner, x, frame)
            inner = calls.callee(state, inner, frame)
        if isinstance(inner, Reference) and inner.op and not frame.scope.find(inner.label):
            inner = inner.op
        call = _NAMED.get(type(inner))
        if call is not None:
            return call(state, inner, x, frame, label)
        if isinstance(inner, Flow | Reference | Broken):
            return state.visit(inner, x, frame)
    scope = open_group(state, label, None, node.labels, span=node.span, frame=frame)
    inside = frame._replace(scope=scope, round=None, round_labels=None)
    tensor = state.body(node.body, x, inside)
    if scope.tensors:
        frame.scope.inside[label] = (scope.tensors, ())
    return tensor


def share(
    state: Expansion, node: Share, x: Tensor | None, frame: Frame, label: str | None = None
) -> Tensor:
    """The layers of a label once more."""
    from cnncalc.spec.expansion.sharing import share as again  # noqa: PLC0415 - few networks share

    return again(state, node, x, frame, label)


_NAMED: Mapping[type, Callable[..., Tensor]] = {
    OpCall: calls.op_call,
    BlockCall: calls.block_call,
    Share: share,
}
"""What takes a label as its name."""

VISITORS: Mapping[type, Visitor] = {
    OpCall: calls.op_call,
    BlockCall: calls.block_call,
    VariableCall: calls.variable_call,
    Reference: flow.reference,
    Share: share,
    Flow: flow.flow,
    Merge: calls.merge,
    Repeat: flow.repeat,
    Loop: flow.loop,
    Choice: flow.choice,
    Labelled: labelled,
    Broken: flow.broken,
}
"""What each kind of node becomes."""
