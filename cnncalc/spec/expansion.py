"""Walks the bodies of a Spec: blocks put in, repeats unrolled, shapes known layer by layer."""

from collections.abc import Callable, Mapping
from itertools import chain, islice
from typing import Any

from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.graph import Layer
from cnncalc.ops import OPS, Op, make_op
from cnncalc.ops.values import RejectedError, Shape, UnfitError, Value, Word, identity, show, whole
from cnncalc.spec.bounds import (
    CALL_STEPS,
    GROUP_STEPS,
    LAYER_STEPS,
    NODES_A_STEP,
    OP_STEPS,
    ROUND_STEPS,
    Faults,
    StopError,
    name_steps,
)
from cnncalc.spec.cycles import recursive_block
from cnncalc.spec.expression_syntax import Expression, ExpressionError
from cnncalc.spec.expressions import BareWord, Evaluator, Values, unknown_name
from cnncalc.spec.names import MOST_LISTED, bind, callee_of_block, callee_of_op, split_head
from cnncalc.spec.reporter import Reporter, history
from cnncalc.spec.scope import UNKNOWN, Frame, Scope, Site, Tensor
from cnncalc.spec.syntax import (
    BlockCall,
    Body,
    Broken,
    Choice,
    Flow,
    Head,
    Labelled,
    Merge,
    Node,
    OpCall,
    Reference,
    Repeat,
    Spec,
    VariableCall,
)
from cnncalc.spec.template import Template

MOST_HISTORIES = 50
"""Faults for which it is told how their inputs came to have their shapes."""

MOST_BRANCHES = 4
"""Branches for which this is told."""

DEEPEST = 100
"""Bodies within bodies, calls included."""


class Expansion:
    """The state of one expansion: the layers so far, and the faults."""

    def __init__(self, spec: Spec, values: Mapping[str, Value], faults: Faults) -> None:
        self.spec = spec
        self.values = values
        self.faults = faults
        self.allowance = faults.allowance
        self.report = Reporter(faults)
        self.evaluator = Evaluator()
        self.layers: list[Layer] = []
        self.auxiliary: list[Layer] = []
        self.current = self.layers
        self.groups: dict[tuple[str, ...], str | None] = {}
        self.inputs: Mapping[str, Shape] = {}
        self.steps = 0
        self.paid = 0  # of the steps those for layers and groups
        self.reading_steps = 1
        self.depth = 0
        self.has_gaps = False
        self.has_broken = False
        self.made: dict[Any, tuple[Op, Shape]] = {}
        self.resolved: dict[tuple[int, Value], Node] = {}
        self.templates: dict[Any, Template] = {}
        self.misnamed: set[tuple[str, Value]] = set()
        self.by_name: dict[str, Layer] = {}

    def run(self, inputs: Mapping[str, Shape]) -> tuple[dict[str, str], dict[str, str]]:
        """Expand the layers and heads; gives the outputs and the auxiliary outputs."""
        self.inputs = inputs
        scope = Scope((), self.spec.labels)
        places = {item.label or "input": item.span for item in self.spec.inputs}
        start = Span(self.spec.file, 1, 1, 1, 2)
        for label, shape in inputs.items():
            place = places.get(label, start)
            scope.tensors[label] = (Tensor(label, shape), place)
            scope.taken[label] = place
        first = next(iter(inputs.items())) if len(inputs) == 1 else None
        self.reading_steps = 1 + len(inputs) // 4  # what sees several inputs is told of each
        frame = Frame(scope, Values(self.values))
        try:
            x = self.body(self.spec.layers, Tensor(*first) if first else None, frame)
            outputs = self.heads(self.spec.outputs, x, frame)
            self.current = self.auxiliary
            auxiliary = self.heads(self.spec.auxiliary, x, frame)
        finally:
            self.allowance.steps -= self.spent()
            self.allowance.layers -= len(self.layers) + len(self.auxiliary)
        if not self.layers and not self.faults and not self.has_broken:
            self.faults.append(Diagnostic("E202", "the network has no layer", start))
        if not self.spec.outputs:
            outputs = {x.name: x.name}
        return outputs, auxiliary

    def heads(self, heads: tuple[Head, ...], x: Tensor | None, frame: Frame) -> dict[str, str]:
        found = {}
        for head in heads:
            tensor = self.visit(head.body[0], x, frame)
            if len(head.body) > 1:
                is_free = self.check_label(head.name, head.name, head.span, frame)
                name = head.name if is_free else f"{head.name}~"
                scope = self.open(name, None, head.labels, span=head.span, frame=frame)
                tensor = self.body(head.body[1:], tensor, frame._replace(scope=scope))
            found[head.name] = tensor.name
        return found

    # Bodies

    def body(self, body: Body, x: Tensor | None, frame: Frame) -> Tensor:
        if self.depth > DEEPEST:
            message = f"blocks and groups nest deeper than {DEEPEST} levels"
            raise StopError(Diagnostic("E502", message, body[0].span, frame.notes()))
        self.depth += 1
        for node in body:
            x = VISITORS[type(node)](self, node, x, frame)
        self.depth -= 1
        self.count(len(body), body[0].span, frame)
        return UNKNOWN if x is None else x

    def count(self, steps: int, span: Span, frame: Frame, *, coming: int = 0) -> None:
        """Stop a spec that grows beyond all bounds, now or with the layers to come."""
        self.steps += steps
        layers = len(self.layers) + len(self.auxiliary) + coming
        allowance = self.allowance
        if layers > allowance.layers or self.spent() > allowance.steps:
            raise StopError(allowance.too_much_to_expand(layers, span, frame.notes()))

    def spent(self) -> int:
        """The steps so far."""
        return self.steps + self.evaluator.work // NODES_A_STEP

    def visit(self, node: Node, x: Tensor | None, frame: Frame) -> Tensor:
        return VISITORS[type(node)](self, node, x, frame)

    def broken(self, node: Broken, x: Tensor | None, frame: Frame) -> Tensor:
        self.has_broken = True
        return UNKNOWN

    def flow(self, node: Flow, x: Tensor | None, frame: Frame) -> Tensor:
        return self.flowing(x, node.span, frame)

    def flowing(self, x: Tensor | None, span: Span, frame: Frame) -> Tensor:
        if x is not None:
            return x
        if self.inputs:
            listed = ", ".join(f"`{label}`" for label in islice(self.inputs, MOST_LISTED))
            message = f"no tensor flows in: the network has {len(self.inputs)} inputs"
            self.report.fail(
                "E303", message, span, frame, hint=f"begin with one of them: {listed}"
            )
        return UNKNOWN

    def reference(self, node: Reference, x: Tensor | None, frame: Frame) -> Tensor:
        found = frame.scope.find(node.label)
        if found is not None:
            return found[0]
        if not self.has_gaps:
            place = self.spec.places.get(node.label)
            self.report.unreachable(node.label, node.span, frame, place)
        return UNKNOWN

    def repeat(self, node: Repeat, x: Tensor | None, frame: Frame) -> Tensor:
        try:
            times = self.number(node.times, x, frame)
        except ExpressionError as fault:
            return self.skip(fault, node.times, x, frame)
        if times is None:
            return self.gap()
        turns = frame.scope.turns
        for _ in range(times):
            labels: list[str] = []
            self.steps += ROUND_STEPS
            turns[id(node)] = turns.get(id(node), 0) + 1
            x = self.body(node.body, x, Frame(*frame[:5], turns[id(node)], labels, frame.places))
            for label in labels:
                frame.scope.tensors.pop(label, None)
        return self.flowing(x, node.span, frame)

    def number(self, expression: Expression, x: Tensor | None, frame: Frame) -> int | None:
        """The count of a repeat, or None when the shape it depends on is not known."""
        if self.is_unknown(expression, x):
            return None
        value = self.evaluator.value(expression, frame.names, x.shape if x else None)
        if isinstance(value, BareWord):
            raise unknown_name(value)
        try:
            times = whole(value, 0)
        except UnfitError as fault:
            raise ExpressionError(fault.code, f"the count {fault.text}", fault.hint) from None
        bounds = self.allowance.bounds
        if times > bounds.layers:
            message = f"{times:,} rounds exceed the {bounds.layers:,} layers of a network"
            raise ExpressionError("E504", message, bounds.lifted_by)
        return times

    def choice(self, node: Choice, x: Tensor | None, frame: Frame) -> Tensor:
        if self.is_unknown(node.condition, x):
            return self.gap()
        try:
            shape = x.shape if x else None
            holds = self.evaluator.truth(node.condition, frame.names, shape)
        except ExpressionError as fault:
            return self.skip(fault, node.condition, x, frame)
        return self.body(node.body if holds else node.otherwise, x, frame)

    def skip(
        self, fault: ExpressionError, expression: Expression, x: Tensor | None, frame: Frame
    ) -> Tensor:
        """Report an expression without a value and leave out what depends on it."""
        self.report.expression(fault, expression, x, frame)
        return self.gap()

    def gap(self) -> Tensor:
        """Labels may now be missing whose lack is no fault of their own."""
        self.has_gaps = True
        return UNKNOWN

    @staticmethod
    def is_unknown(expression: Expression, x: Tensor | None) -> bool:
        """Whether an expression asks for an axis of a tensor that a fault left without shape."""
        return x is not None and x.shape is None and "x" in expression.names

    # Labels

    def labelled(self, node: Labelled, x: Tensor | None, frame: Frame) -> Tensor:
        label = node.label if frame.round is None else f"{node.label}{frame.round}"
        scope = frame.scope
        if not self.check_label(node.label, label, node.span, frame):
            label = f"{label}~{len(scope.taken)}"  # so that no two layers have one name
        scope.taken[label] = node.span
        tensor = self.named(node, label, x, frame)
        scope.tensors[label] = (tensor, node.span)
        if frame.round_labels is not None and label != node.label:
            scope.tensors[node.label] = (tensor, node.span)
            frame.round_labels.append(node.label)
        return tensor

    def check_label(self, label: str, name: str, span: Span, frame: Frame) -> bool:
        """Whether a label is free; one that is not is reported."""
        found = frame.scope.find(label) or frame.scope.find(name)
        place = found[1] if found else frame.scope.taken.get(name)
        if place is not None:
            self.report.taken(name, span, place, frame)
        return place is None

    def open(
        self,
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
        self.steps += steps
        self.paid += steps
        self.groups[scope.path] = block
        return scope

    def named(self, node: Labelled, label: str, x: Tensor | None, frame: Frame) -> Tensor:
        """What a label names: a layer or a call takes it as its name, all else opens a group."""
        inner = node.body[0]
        if not node.is_list:
            if isinstance(inner, VariableCall):
                inner = self.callee(inner, frame)
            if isinstance(inner, OpCall):
                return self.op_call(inner, x, frame, label)
            if isinstance(inner, BlockCall):
                return self.block_call(inner, x, frame, label)
            if isinstance(inner, Flow | Reference | Broken):
                return self.visit(inner, x, frame)
        scope = self.open(label, None, node.labels, span=node.span, frame=frame)
        inside = frame._replace(scope=scope, round=None, round_labels=None)
        return self.body(node.body, x, inside)

    # Calls

    def variable_call(self, node: VariableCall, x: Tensor | None, frame: Frame) -> Tensor:
        return self.visit(self.callee(node, frame), x, frame)

    def callee(self, node: VariableCall, frame: Frame) -> Node:
        """The call of whatever the variable holds."""
        value = frame.names[node.variable]
        key = (id(node), value if isinstance(value, Word) else None)
        if key not in self.resolved:
            self.resolved[key] = self.resolve(node, value, frame)
        return self.resolved[key]

    def resolve(self, node: VariableCall, value: Value, frame: Frame) -> Node:
        span = node.head_span
        split = split_head(value, span) if isinstance(value, Word) else None
        if isinstance(value, Word) and value in self.spec.blocks:
            callee = callee_of_block(value, self.spec.blocks[value].parameters)
        elif split is not None:
            callee = callee_of_op(split[0])
        else:
            return self.misnamed_call(node, value, frame)
        before = len(self.faults)
        kernel = split[1] if split else None
        bound = bind(callee, node.arguments, kernel, span=span, faults=self.faults)
        for place in range(before, len(self.faults)):
            fault = self.faults[place]
            self.faults[place] = fault._replace(notes=fault.notes + frame.notes())
        if bound is None:
            return Broken(span)
        return OpCall(split[0], bound, span) if split else BlockCall(str(value), bound, span)

    def misnamed_call(self, node: VariableCall, value: Value, frame: Frame) -> Node:
        """Report, once, a variable that names no layer."""
        key = (node.variable, value if isinstance(value, Word) else None)
        if key not in self.misnamed:
            self.misnamed.add(key)
            message = f"`{node.variable}` is `{show(value)}`, which is no block and no op"
            hint = self.faults.did_you_mean(show(value), [*self.spec.blocks, *OPS])
            hint = hint or "give it the name of one"
            variable = self.spec.variables.get(node.variable)
            notes = (Note("the variable is given here", variable.span),) if variable else ()
            notes = (*notes, *frame.notes())
            self.faults.append(Diagnostic("E304", message, node.head_span, notes, hint))
        return Broken(node.head_span)

    def block_call(
        self, node: BlockCall, x: Tensor | None, frame: Frame, label: str | None = None
    ) -> Tensor:
        block = self.spec.blocks[node.block]
        sites = [site.block for site in frame.sites]
        if block.name in sites:
            cycle = [*sites[sites.index(block.name) :], block.name]
            self.faults.append(recursive_block(cycle, node.span))
            return UNKNOWN
        if x is not None and x.shape is None:
            return UNKNOWN
        values = self.parameters(node, x, frame)
        if values is None:
            return UNKNOWN
        name = label or frame.scope.next_name(block.name, node.span)
        if label:
            frame.scope.count(block.name)
        # A block sees its parameters, the variables and `x`, no more: equal calls expand equally.
        held = tuple(map(identity, values.values()))
        key = (block.name, held, x.shape if x else None)
        self.steps += CALL_STEPS + len(values) // 4
        template = self.templates.get(key)
        places = (*frame.places, node.span)
        if template is not None and x is not None:
            self.paid += template.steps
            self.count(template.steps, node.span, frame, coming=len(template.layers))
            path = (*frame.scope.path, name)
            layers, groups, tensor = template.put(path, places, x)
            self.current.extend(layers)
            self.groups.update(groups)
            return tensor
        before, opened, faults = len(self.current), len(self.groups), len(self.faults)
        paid = self.paid
        scope = self.open(name, block.name, block.labels, span=node.span, frame=frame)
        site = Site(block.name, node.span)
        calls = (*frame.sites, site)
        inner = Frame(scope, values, calls, dict(node.arguments), frame, places=places)
        tensor = self.body(block.body, x, inner)
        if x is not None and len(self.faults) == faults:
            made = tuple(self.current[before:])
            new = self.groups_since(opened) if made else ()
            steps = self.paid - paid if made else 0
            self.templates[key] = Template(
                scope.path, len(places), x.name, made, new, tensor, steps
            )
        return tensor

    def groups_since(self, count: int) -> tuple[tuple[tuple[str, ...], str | None], ...]:
        """The groups opened since there were so many, without walking those before."""
        newest = islice(reversed(self.groups.items()), len(self.groups) - count)
        return tuple(newest)[::-1]

    def parameters(self, node: BlockCall, x: Tensor | None, frame: Frame) -> Values | None:
        """The values of a call's parameters, in the block's order; None when one has none."""
        given = dict(node.arguments)
        shape = x.shape if x else None
        values = Values({}, self.values)
        for parameter in self.spec.blocks[node.block].parameters:
            expression, names = given.get(parameter.name), frame.names
            if expression is None:
                expression, names = parameter.default, values
            if expression is None:
                raise KeyError(parameter.name)  # bind() saw to it
            try:
                value = self.evaluator.value(expression, names, shape)
            except ExpressionError as fault:
                self.report.expression(fault, expression, x, frame._replace(names=names))
                return None
            values[parameter.name] = Word(value) if isinstance(value, BareWord) else value
        return values

    def op_call(
        self, node: OpCall, x: Tensor | None, frame: Frame, label: str | None = None
    ) -> Tensor:
        x = self.flowing(x, node.span, frame)
        if x.shape is None:
            if label is None:
                frame.scope.next_name(node.kind.name, node.span)
            return UNKNOWN
        values = []
        for key, expression in node.arguments:
            value = expression.value
            if expression.name is not None or expression.tree is not None:
                try:
                    value = self.evaluator.value(expression, frame.names, x.shape)
                except ExpressionError as fault:
                    self.report.expression(fault, expression, x, frame)
                    return UNKNOWN
                if isinstance(value, Word) and not node.kind.attributes[key].words:
                    message = unfit_word(node.kind, key, value)
                    self.report.misplaced_word(message, value, expression, frame)
                    return UNKNOWN
            values.append(value)
        return self.apply(node, (x,), tuple(values), frame, label=label)

    def apply(
        self,
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
            made = self.made.get(key)
            if made is None:
                self.steps += OP_STEPS
                made = make_op(kind, dict(zip(keys, values, strict=True)), shapes)
                self.made[key] = made
        except RejectedError as fault:
            given = dict(node.arguments) if isinstance(node, OpCall) else {}
            value = given.get(fault.attribute or "")
            needs_none = fault.code in {"E212", "E403"} or len(self.faults) > MOST_HISTORIES
            histories = () if needs_none else self.histories(inputs)
            self.report.rejected(fault, (node.span, value), inputs[0], frame, histories=histories)
            return UNKNOWN
        op, output = made
        path = scope.prefix + name
        names = tuple([tensor.name for tensor in inputs])
        steps = LAYER_STEPS + len(inputs) * self.reading_steps + name_steps(path)
        self.paid += steps
        self.count(steps, node.span, frame)
        origin = (*frame.places, node.span)
        self.current.append(Layer(path, scope.path, op, names, shapes, output, origin))
        return Tensor(path, output)

    def histories(self, tensors: tuple[Tensor, ...]) -> tuple[Note, ...]:
        """How the tensors came to have their shapes."""
        layers = len(self.layers) + len(self.auxiliary)
        for layer in islice(chain(self.layers, self.auxiliary), len(self.by_name), layers):
            self.by_name[layer.name] = layer
        shown = tensors
        if len(tensors) > MOST_BRANCHES:  # one of each shape
            shown = tuple({tensor.shape: tensor for tensor in reversed(tensors)}.values())
        notes = (history(one, self.by_name, self.inputs) for one in shown[:MOST_BRANCHES])
        return tuple(note for note in notes if note)

    def merge(self, node: Merge, x: Tensor | None, frame: Frame) -> Tensor:
        inputs = tuple(self.body(branch, x, frame) for branch in node.branches)
        if any(tensor.shape is None for tensor in inputs):
            return UNKNOWN
        return self.apply(node, inputs, (), frame)


Visitor = Callable[[Expansion, Any, Tensor | None, Frame], Tensor]

VISITORS: Mapping[type, Visitor] = {
    OpCall: Expansion.op_call,
    BlockCall: Expansion.block_call,
    VariableCall: Expansion.variable_call,
    Reference: Expansion.reference,
    Flow: Expansion.flow,
    Merge: Expansion.merge,
    Repeat: Expansion.repeat,
    Choice: Expansion.choice,
    Labelled: Expansion.labelled,
    Broken: Expansion.broken,
}
"""What each kind of node becomes."""


def unfit_word(kind: type[Op], key: str, word: Word) -> str:
    """What is wrong with a word as the value of an attribute."""
    try:
        kind.attributes[key].read(word, 1)
    except UnfitError as fault:
        return f"`{key}` {fault.text}"
    return f"`{key}` takes no words"
