"""Calls: of an op, of a block, of whatever a variable holds; and merges of branches."""

from collections.abc import Hashable

from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.graph import Layer
from cnncalc.ops import OPS, Op, make_op
from cnncalc.ops.values import RejectedError, UnfitError, Value, Word, identity, show
from cnncalc.records import Record
from cnncalc.spec.bounds import CALL_STEPS, LAYER_STEPS, OP_STEPS, name_steps
from cnncalc.spec.expansion.flow import flowing
from cnncalc.spec.expansion.scope import UNKNOWN, Frame, Site, Tensor
from cnncalc.spec.expansion.state import Expansion, Template, open_group
from cnncalc.spec.expression_syntax import ExpressionError
from cnncalc.spec.expressions import Values
from cnncalc.spec.names import bind, callee_of_block, callee_of_op, split_head
from cnncalc.spec.operators import BareWord
from cnncalc.spec.syntax import BlockCall, Broken, Merge, Node, OpCall, VariableCall
from cnncalc.spec.walk import recursive_block

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


def callee(state: Expansion, node: VariableCall, frame: Frame) -> Node:
    """The call of whatever the variable holds."""
    value = frame.names[node.variable]
    key = (id(node), value if isinstance(value, Word) else None)
    if key not in state.known.callees:
        state.known.callees[key] = resolve(state, node, value, frame)
    return state.known.callees[key]


def resolve(state: Expansion, node: VariableCall, value: Value, frame: Frame) -> Node:
    """The call of a block or op, its arguments bound to the parameters of what was found."""
    span = node.head_span
    split = split_head(value, span) if isinstance(value, Word) else None
    if isinstance(value, Word) and value in state.spec.blocks:
        target = callee_of_block(value, state.spec.blocks[value].parameters)
    elif split is not None:
        target = callee_of_op(split[0])
    else:
        return misnamed_call(state, node, value, frame)
    before = len(state.faults)
    kernel = split[1] if split else None
    bound = bind(target, node.arguments, kernel, span=span, faults=state.faults)
    for place in range(before, len(state.faults)):
        fault = state.faults[place]
        state.faults[place] = fault._replace(notes=fault.notes + frame.notes())
    if bound is None:
        return Broken(span)
    return OpCall(split[0], bound, span) if split else BlockCall(str(value), bound, span)


def misnamed_call(state: Expansion, node: VariableCall, value: Value, frame: Frame) -> Node:
    """Report, once, a variable that names no layer."""
    key = (node.variable, value if isinstance(value, Word) else None)
    if key not in state.known.misnamed:
        state.known.misnamed.add(key)
        message = f"`{node.variable}` is `{show(value)}`, which is not a block or an op"
        hint = state.faults.did_you_mean(show(value), [*state.spec.blocks, *OPS])
        hint = hint or "give it the name of one"
        if split_head(node.variable, node.head_span):
            hint = f"rename it to call the op `{node.variable}`"
        variable = state.spec.variables.get(node.variable)
        notes = (Note("the variable is given here", variable.span),) if variable else ()
        notes = (*notes, *frame.notes())
        state.faults.append(Diagnostic("E304", message, node.head_span, notes, hint))
    return Broken(node.head_span)


def block_call(
    state: Expansion, node: BlockCall, x: Tensor | None, frame: Frame, label: str | None = None
) -> Tensor:
    """The layers of a block, under the name of the call."""
    block = state.spec.blocks[node.block]
    sites = [site.block for site in frame.sites]
    if block.name in sites:
        cycle = [*sites[sites.index(block.name) :], block.name]
        state.faults.append(recursive_block(cycle, node.span))
        return UNKNOWN
    if x is not None and x.shape is None:
        return UNKNOWN
    values = parameters(state, node, x, frame)
    if values is None:
        return UNKNOWN
    name = label or frame.scope.next_name(block.name, node.span)
    if label:
        frame.scope.count(block.name)
    if state.on_call is not None:
        state.on_call((*frame.scope.path, name), node.span, values)
    # A block sees its parameters, the variables and `x`, no more: equal calls expand equally.
    held = tuple(map(identity, values.values()))
    key = (block.name, held, x.shape if x else None)
    state.meter.steps += CALL_STEPS + len(values) // 4
    template = state.known.templates.get(key)
    if template is None or x is None:
        return _expanded(state, node, x, frame, _Call(name, values, key))
    state.meter.paid += template.steps
    state.count(template.steps, node.span, frame, coming=len(template.layers))
    path, places = (*frame.scope.path, name), (*frame.places, node.span)
    layers, groups, tensor = template.put(path, places, x)
    state.draft.current.extend(layers)
    state.draft.groups.update(groups)
    return tensor


class _Call(Record):
    """A call: the name of its group, its parameters, and what equal calls have in common."""

    name: str
    values: Values
    key: Hashable


def _expanded(
    state: Expansion, node: BlockCall, x: Tensor | None, frame: Frame, call: _Call
) -> Tensor:
    """Walk the body of a block; what it made is kept for calls that are equal."""
    block, draft, meter = state.spec.blocks[node.block], state.draft, state.meter
    layers, groups, faults = len(draft.current), len(draft.groups), len(state.faults)
    paid, places = meter.paid, (*frame.places, node.span)
    scope = open_group(state, call.name, block.name, block.labels, span=node.span, frame=frame)
    sites = (*frame.sites, Site(block.name, node.span))
    inside = Frame(scope, call.values, sites, dict(node.arguments), frame, places=places)
    tensor = state.body(block.body, x, inside)
    if x is not None and len(state.faults) == faults and state.on_call is None:
        made = tuple(draft.current[layers:])
        opened = draft.groups_since(groups) if made else ()
        steps = meter.paid - paid if made else 0
        state.known.templates[call.key] = Template(
            scope.path, len(places), x.name, made, opened, tensor, steps
        )
    return tensor


def parameters(state: Expansion, node: BlockCall, x: Tensor | None, frame: Frame) -> Values | None:
    """The values of a call's parameters, in the block's order; None when one has none."""
    given = dict(node.arguments)
    shape = x.shape if x else None
    values = Values({}, state.values)
    for parameter in state.spec.blocks[node.block].parameters:
        expression, names = given.get(parameter.name), frame.names
        if expression is None:
            expression, names = parameter.default, values
        if expression is None:
            raise KeyError(parameter.name)  # bind() saw to it
        try:
            value = state.evaluator.value(expression, names, shape)
        except ExpressionError as fault:
            state.report.expression(fault, expression, x, frame._replace(names=names))
            return None
        values[parameter.name] = Word(value) if isinstance(value, BareWord) else value
    return values
