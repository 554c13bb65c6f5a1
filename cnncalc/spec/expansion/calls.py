"""Calls: of an op, of a block, of whatever a variable holds; and merges of branches."""

from collections.abc import Hashable, Iterator
from itertools import chain

from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.graph import Layer
from cnncalc.ops import OPS, Op
from cnncalc.ops.values import RejectedError, Shape, UnfitError, Value, Word, identity, show
from cnncalc.records import Record
from cnncalc.spec.bounds import CALL_STEPS, LAYER_STEPS, OP_STEPS, name_steps
from cnncalc.spec.expansion.arguments import by_default, given, held, is_lost, keyed
from cnncalc.spec.expansion.flow import branches
from cnncalc.spec.expansion.labels import flowing
from cnncalc.spec.expansion.scope import UNKNOWN, Frame, Move, Site, Tensor
from cnncalc.spec.expansion.state import Expansion, open_group
from cnncalc.spec.expansion.store import Template
from cnncalc.spec.expression_syntax import ExpressionError
from cnncalc.spec.expressions import Values
from cnncalc.spec.names import bind, callee_of_block, callee_of_op, split_head
from cnncalc.spec.operators import BareWord
from cnncalc.spec.syntax import BlockCall, Broken, Merge, Node, OpCall, VariableCall
from cnncalc.spec.tensor_words import TensorWord
from cnncalc.spec.walk import recursive_block

MOST_HISTORIES = 50
"""Faults for which it is told how their inputs came to have their shapes."""


def op_call(
    state: Expansion, node: OpCall, x: Tensor | None, frame: Frame, label: str | None = None
) -> Tensor:
    """The layer of an op and its arguments."""
    inputs: tuple[Tensor, ...] = ()
    if not node.kind.is_source:
        x = flowing(state, x, node.span, frame)
        if x.shape is None:
            if label is None:
                frame.scope.next_name(node.kind.name, node.span)
            return UNKNOWN
        inputs = (x,)
    key = id(node), x.shape if x else None
    made = state.known.fixed.get(key)
    if made is not None:  # most layers of most networks
        return added(state, node, inputs, made, named(node, frame, label), frame)
    values = arguments(state, node, x, frame)
    if values is None:
        return UNKNOWN
    name = named(node, frame, label)
    made = op_of(state, node, inputs, values, frame)
    if made is None:
        return UNKNOWN
    if all(one.name is None and one.tree is None for _, one in node.arguments):
        state.known.fixed[key] = made
    return added(state, node, inputs, made, name, frame)


def named(node: OpCall | Merge, frame: Frame, label: str | None) -> str:
    """The name of a new layer in its scope."""
    scope, kind = frame.scope, node.kind.name
    if label is None:
        return scope.next_name(kind, node.span)
    scope.count(kind)
    return label


def arguments(
    state: Expansion, node: OpCall | Merge, x: Tensor | None, frame: Frame
) -> tuple[Value, ...] | None:
    """The values of what an op is told; None when one has none."""
    values = []
    for key, expression in node.arguments:
        value = expression.value
        if expression.name is not None or expression.tree is not None:
            try:
                shape = x.shape if x else None
                value = state.evaluator.value(expression, frame.names, shape)
            except ExpressionError as fault:
                state.report.expression(fault, expression, x, frame)
                return None
            attribute = node.kind.attributes[key]
            if attribute.is_word and expression.name in attribute.words:
                # Beside a variable `width`, `axis=width` is the axis unless that holds a word.
                value = value if isinstance(value, Word) else Word(expression.name)
            if isinstance(value, TensorWord) and value not in node.kind.attributes[key].words:
                state.report.misplaced_tensor(key, value, expression, frame)
                return None
            if isinstance(value, Word) and not node.kind.attributes[key].words:
                message = unfit_word(node.kind, key, value)
                state.report.misplaced_word(message, value, expression, frame)
                return None
        values.append(value)
    return tuple(values)


def op_of(
    state: Expansion,
    node: OpCall | Merge,
    inputs: tuple[Tensor, ...],
    values: tuple[Value, ...],
    frame: Frame,
) -> tuple[Op, Shape] | None:
    """The op for its inputs, and the shape that it gives; None where it does not take them."""
    kind = node.kind
    shapes = tuple([tensor.shape for tensor in inputs if tensor.shape is not None])
    keys = tuple([key for key, _ in node.arguments])
    # Equal layers share their op, wherever they stand: what is said of it is worked out once.
    key = (kind, keys, tuple(map(identity, values)), shapes)
    try:
        made = state.known.ops.get(key)
        if made is None:
            state.meter.steps += OP_STEPS
            made = state.known.make(key, kind, dict(zip(keys, values, strict=True)), shapes)
    except RejectedError as fault:
        given = dict(node.arguments)
        value = given.get(fault.attribute or "")
        needs_none = fault.code in {"E212", "E403"} or len(state.faults) > MOST_HISTORIES
        histories = () if needs_none else state.draft.histories(inputs)
        state.report.rejected(
            fault, (node.span, value), inputs[0] if inputs else None, frame, histories=histories
        )
        return None
    return made


def added(
    state: Expansion,
    node: OpCall | Merge,
    inputs: tuple[Tensor, ...],
    made: tuple[Op, Shape],
    name: str,
    frame: Frame,
) -> Tensor:
    """Add the layer that an op makes of its inputs."""
    op, output = made
    scope = frame.scope
    path = scope.prefix + name
    names = tuple([tensor.name for tensor in inputs])
    shapes = tuple([tensor.shape for tensor in inputs if tensor.shape is not None])
    steps = LAYER_STEPS + len(inputs) * state.meter.reading_steps + name_steps(path)
    state.meter.paid += steps
    state.count(steps, node.span, frame)
    origin = (*frame.places, node.span)
    state.draft.current.append(Layer(path, scope.path, op, names, shapes, output, origin))
    return Tensor(path, output)


def merge(state: Expansion, node: Merge, x: Tensor | None, frame: Frame) -> Tensor:
    """The layer that joins branches."""
    inputs = tuple(
        [tensor for branch in node.branches for tensor in branches(state, branch, x, frame)]
    )
    if any(tensor.shape is None for tensor in inputs):
        return UNKNOWN
    if not inputs:
        message = f"`{node.kind.name}` has no branch: no loop in it has a value"
        state.report.fail("E212", message, node.span, frame, hint="give it one")
        return UNKNOWN
    if len(inputs) == 1:  # of a loop over one value: nothing has to meet
        return inputs[0]
    values = arguments(state, node, x, frame)
    if values is None:
        return UNKNOWN
    name = named(node, frame, None)
    made = op_of(state, node, inputs, values, frame)
    return UNKNOWN if made is None else added(state, node, inputs, made, name, frame)


def unfit_word(kind: type[Op], key: str, word: Word) -> str:
    """What is wrong with a word as the value of an attribute."""
    try:
        kind.attributes[key].read(word, 1)
    except UnfitError as fault:
        return f"`{key}` {fault.text}"
    return f"`{key}` takes no words"


def variable_call(state: Expansion, node: VariableCall, x: Tensor | None, frame: Frame) -> Tensor:
    """The call of whatever the variable holds, or the tensor that it holds."""
    value = frame.names[node.variable]
    if isinstance(value, TensorWord):
        return held(state, node, value, x, frame)
    return state.visit(callee(state, node, frame), x, frame)


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
    is_block = isinstance(value, Word) and value in state.spec.blocks
    split = split_head(value, span) if isinstance(value, Word) and not is_block else None
    if isinstance(value, Word) and is_block:  # the file's own wins over an op of that name
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
        given = f"`{node.variable}` is `{show(value)}`"
        message = f"{given}, which is not a block, an op or a label in scope"
        known = chain(labels_given(frame), state.spec.blocks, OPS)
        hint = state.faults.did_you_mean(show(value), known)
        hint = hint or "give it the name of one"
        if split_head(node.variable, node.head_span):
            hint = f"rename it to call the op `{node.variable}`"
        variable = state.spec.variables.get(node.variable)
        notes = (Note("the variable is given here", variable.span),) if variable else ()
        place = state.spec.places.get(value) if isinstance(value, Word) else None
        if place is not None and variable is None:
            notes = (Note("the label of that name is not in scope at the call", place),)
            hint = "a label is in scope after its layer, in its own group and in groups inside it"
        notes = (*notes, *frame.notes())
        state.faults.append(Diagnostic("E304", message, node.head_span, notes, hint))
    return Broken(node.head_span)


def labels_given(frame: Frame) -> Iterator[str]:
    """The labels that the call of the block around could give as arguments."""
    scope = frame.caller.scope if frame.caller else None
    while scope is not None:
        yield from scope.tensors
        scope = scope.outer


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
    kept, tensors = keyed(values.values(), x)
    key = (block.name, kept, x.shape if x else None)
    state.meter.steps += CALL_STEPS + len(values) // 4
    template = state.known.templates.get(key)
    if template is None or x is None:
        return _expanded(state, node, x, frame, _Call(name, values, key, tensors, bool(label)))
    state.meter.paid += template.steps
    state.count(template.steps, node.span, frame, coming=len(template.layers))
    path, places = (*frame.scope.path, name), (*frame.places, node.span)
    renamed = template.renaming(path, tensors)
    current = state.draft.current
    if label and template.labels:
        calls = len(places) - template.calls
        move = Move(renamed, len(current) - template.start, current, calls)
        frame.scope.inside[label] = (template.labels, (move,))
    layers, groups, tensor = template.put(path, places, renamed)
    current.extend(layers)
    state.draft.groups.update(groups)
    return tensor


class _Call(Record):
    """A call: its group, its parameters, what equal calls have in common, and its tensors."""

    name: str
    values: Values
    key: Hashable
    given: tuple[str, ...]
    is_labelled: bool


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
    if call.is_labelled and scope.tensors:
        frame.scope.inside[call.name] = (scope.tensors, ())
    if x is not None and len(state.faults) == faults and state.on_call is None:
        made = tuple(draft.current[layers:])
        opened = draft.groups_since(groups) if made else ()
        steps = meter.paid - paid if made else 0
        state.known.templates[call.key] = Template(
            scope.path, len(places), call.given, layers, made, opened, tensor, scope.tensors, steps
        )
    return tensor


def parameters(state: Expansion, node: BlockCall, x: Tensor | None, frame: Frame) -> Values | None:
    """The values of a call's parameters, in the block's order; None when one has none."""
    bound = dict(node.arguments)
    shape = x.shape if x else None
    values = Values({}, state.values)
    for parameter in state.spec.blocks[node.block].parameters:
        expression, names = bound.get(parameter.name), frame.names
        if expression is None:
            expression, names = parameter.default, values
        if expression is None:
            raise KeyError(parameter.name)  # bind() saw to it
        try:
            value = state.evaluator.value(expression, names, shape)
        except ExpressionError as fault:
            state.report.expression(fault, expression, x, frame._replace(names=names))
            return None
        if isinstance(value, BareWord | tuple):
            read = by_default if names is values else given
            value = read(state, value, expression, x, frame)
            if is_lost(value):
                return None
        values[parameter.name] = value
    return values
