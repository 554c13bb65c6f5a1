"""A Spec to a Graph: blocks put in, repeats unrolled, every shape known as its layer is added."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cnncalc.diagnostics import Diagnostic, Note, Span, did_you_mean
from cnncalc.graph import Graph, Layer
from cnncalc.ops import Op, check_rank
from cnncalc.ops.values import (
    RejectedError,
    Shape,
    UnfitError,
    Value,
    Word,
    reject,
    show,
    show_shape,
    whole,
)
from cnncalc.spec.cycles import recursive_block
from cnncalc.spec.expressions import (
    BareWord,
    Evaluator,
    Expression,
    ExpressionError,
    unknown_name,
)
from cnncalc.spec.names import Callee, bind, callee_of_block, callee_of_op, split_head
from cnncalc.spec.scope import UNKNOWN, Frame, Scope, Site, Tensor
from cnncalc.spec.syntax import (
    BlockCall,
    Body,
    Bound,
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

MOST_LAYERS = 1_000_000
"""Layers of one network."""

MOST_STEPS = 4 * MOST_LAYERS
"""Statements on the way there: blocks that call blocks may double without adding a layer."""

DEEPEST = 100
"""Bodies within bodies, calls included."""


class Selection(NamedTuple):
    """Which network of a spec is meant: its variant, and values and inputs put in its place."""

    variant: str | None = None
    values: Mapping[str, Value] = {}
    inputs: Mapping[str | None, Shape] = {}


def expand(spec: Spec, selection: Selection, faults: list[Diagnostic]) -> Graph | None:
    """The graph of the selected network; None when `faults` were found on the way."""
    before = len(faults)
    variant = spec.variants.get(selection.variant or "")
    if selection.variant is not None and variant is None:
        faults.append(_unknown_variant(spec, selection.variant))
        return None
    values = _variables(spec, selection, faults)
    inputs = _inputs(spec, selection, faults)
    if len(faults) > before:
        return None
    expansion = _Expansion(spec, values, faults)
    outputs, auxiliary_outputs = expansion.run(inputs)
    if len(faults) > before:
        return None
    source = variant.source if variant and variant.source else spec.source
    expect = variant.expect if variant and variant.expect is not None else spec.expect
    budget = variant.budget if variant and variant.budget is not None else spec.budget
    return Graph(
        name=spec.name,
        source=source,
        description=spec.description,
        variant=selection.variant,
        inputs=inputs,
        layers=tuple(expansion.layers),
        outputs=outputs,
        auxiliary=tuple(expansion.auxiliary),
        auxiliary_outputs=auxiliary_outputs,
        groups=expansion.groups,
        expect=expect,
        budget=budget,
    )


def _unknown_variant(spec: Spec, name: str) -> Diagnostic:
    known = f"its variants are {', '.join(spec.variants)}" if spec.variants else "it has none"
    hint = did_you_mean(name, spec.variants) or known
    return Diagnostic("E213", f"`{spec.file}` has no variant `{name}`", None, (), hint)


def _variables(spec: Spec, selection: Selection, faults: list[Diagnostic]) -> dict[str, Value]:
    values = {name: variable.value for name, variable in spec.variables.items()}
    if selection.variant is not None:
        own = spec.variants[selection.variant].variables
        values |= {variable.name: variable.value for variable in own}
    for name, value in selection.values.items():
        if name not in values:
            known = f"its variables are {', '.join(values)}" if values else "it has none"
            hint = did_you_mean(name, values) or known
            message = f"`{spec.file}` has no variable `{name}`"
            faults.append(Diagnostic("E211", message, None, (), hint))
        else:
            values[name] = value
    missing = [name for name, value in values.items() if value is None]
    if missing:
        listed = ", ".join(f"`{name}`" for name in missing)
        plural = "variables have" if len(missing) > 1 else "variable has"
        hint = f"give it: `--set {missing[0]}=...`"
        if spec.variants:
            hint = f"choose a variant: {', '.join(spec.variants)}"
        place = spec.variables[missing[0]].span
        faults.append(Diagnostic("E214", f"the {plural} no value: {listed}", place, (), hint))
    return values


def _inputs(spec: Spec, selection: Selection, faults: list[Diagnostic]) -> dict[str, Shape]:
    stated = spec.inputs
    if selection.variant is not None:
        own = spec.variants[selection.variant].inputs
        stated = stated if own is None else own
    inputs = {item.label or "input": item.shape for item in stated}
    for label, shape in selection.inputs.items():
        if label is None and len(inputs) == 1:
            inputs[next(iter(inputs))] = shape
        elif label in inputs:
            inputs[label or "input"] = shape
        else:
            listed = ", ".join(inputs)
            message = f"`{spec.file}` has no input `{label}`" if label else "which input?"
            hint = f"name one of {listed}: `{next(iter(inputs), 'input')}=3x224x224`"
            faults.append(Diagnostic("E211", message, None, (), hint))
    return inputs


class _Stop(Exception):  # noqa: N818 - never leaves this module
    """A bound is exceeded: no sense in going on."""


class _Expansion:
    """The state of one expansion: the layers so far, and the faults."""

    def __init__(self, spec: Spec, values: Mapping[str, Value], faults: list[Diagnostic]) -> None:
        self.spec = spec
        self.values = values
        self.faults = faults
        self.evaluator = Evaluator()
        self.layers: list[Layer] = []
        self.auxiliary: list[Layer] = []
        self.current = self.layers
        self.groups: dict[tuple[str, ...], str | None] = {}
        self.inputs: Mapping[str, Shape] = {}
        self.steps = 0
        self.has_gaps = False
        self.made: dict[Any, tuple[Op, Shape]] = {}
        self.resolved: dict[tuple[int, str], Node] = {}
        self.visitors: dict[type, Callable[[Any, Tensor | None, Frame], Tensor]] = {
            OpCall: self.op_call,
            BlockCall: self.block_call,
            VariableCall: self.variable_call,
            Reference: self.reference,
            Flow: self.flow,
            Merge: self.merge,
            Repeat: self.repeat,
            Choice: self.choice,
            Labelled: self.labelled,
            Broken: lambda _node, _x, _frame: UNKNOWN,
        }

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
        frame = Frame(scope, self.values)
        outputs: dict[str, str] = {}
        auxiliary: dict[str, str] = {}
        try:
            x = self.body(self.spec.layers, Tensor(*first) if first else None, frame)
            outputs = self.heads(self.spec.outputs, x, frame)
            self.current = self.auxiliary
            auxiliary = self.heads(self.spec.auxiliary, x, frame)
        except _Stop:
            return {}, {}
        if not self.layers and not self.faults:
            self.faults.append(Diagnostic("E202", "the network has no layer", start))
        if not self.spec.outputs and x is not None:
            outputs = {x.name: x.name}
        return outputs, auxiliary

    def heads(self, heads: tuple[Head, ...], x: Tensor | None, frame: Frame) -> dict[str, str]:
        found = {}
        for head in heads:
            start = self.visit(head.body[0], x, frame)
            rest = head.body[1:]
            if rest:
                self.check_label(head.name, head.name, head.span, frame)
                frame.scope.taken[head.name] = head.span
                scope = Scope((head.name,), head.labels, frame.scope)
                self.groups[scope.path] = None
                start = self.body(rest, start, frame._replace(scope=scope))
            found[head.name] = start.name
        return found

    # Bodies

    def body(self, body: Body, x: Tensor | None, frame: Frame) -> Tensor:
        if frame.depth > DEEPEST:
            message = f"blocks and groups nest deeper than {DEEPEST} levels"
            self.fail("E502", message, body[0].span, frame)
            raise _Stop
        frame = frame._replace(depth=frame.depth + 1)
        visitors = self.visitors
        for node in body:
            x = visitors[type(node)](node, x, frame)
        self.steps += len(body)
        if self.steps > MOST_STEPS or len(self.layers) > MOST_LAYERS:
            message = f"the network has more than {MOST_LAYERS:,} layers"
            self.fail("E504", message, body[0].span, frame, hint="lower the repeats")
            raise _Stop
        return UNKNOWN if x is None else x

    def visit(self, node: Node, x: Tensor | None, frame: Frame) -> Tensor:
        return self.visitors[type(node)](node, x, frame)

    def flow(self, node: Flow, x: Tensor | None, frame: Frame) -> Tensor:
        return self.flowing(x, node.span, frame)

    def flowing(self, x: Tensor | None, span: Span, frame: Frame) -> Tensor:
        if x is not None:
            return x
        listed = ", ".join(f"`{label}`" for label in self.inputs)
        if self.inputs:
            message = f"no tensor flows in: the network has {len(self.inputs)} inputs"
            self.fail("E303", message, span, frame, hint=f"begin with one of them: {listed}")
        return UNKNOWN

    def reference(self, node: Reference, x: Tensor | None, frame: Frame) -> Tensor:
        found = frame.scope.find(node.label)
        if found is not None:
            return found[0]
        if not self.has_gaps:
            known = _labels_in_reach(frame.scope)
            message = f"the label `{node.label}` is not in reach here"
            hint = _reach_hint(node.label, known)
            self.fail("E301", message, node.span, frame, hint=hint)
        return UNKNOWN

    def repeat(self, node: Repeat, x: Tensor | None, frame: Frame) -> Tensor:
        try:
            times = self.number(node.times, x, frame)
        except ExpressionError as fault:
            return self.skip(fault, node.times, x, frame)
        if times is None:
            return self.gap()
        first = ((frame.round or 1) - 1) * times
        for index in range(times):
            labels: list[str] = []
            inner = frame._replace(round=first + index + 1, round_labels=labels)
            x = self.body(node.body, x, inner)
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
        if times > MOST_LAYERS:
            message = f"{times:,} rounds exceed the {MOST_LAYERS:,} layers of a network"
            raise ExpressionError("E504", message)
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
        self.fail_expression(fault, expression, x, frame)
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
        self.check_label(node.label, label, node.span, frame)
        scope.taken[label] = node.span
        tensor = self.named(node, label, x, frame)
        scope.tensors[label] = (tensor, node.span)
        if frame.round_labels is not None and label != node.label:
            scope.tensors[node.label] = (tensor, node.span)
            frame.round_labels.append(node.label)
        return tensor

    def check_label(self, label: str, name: str, span: Span, frame: Frame) -> None:
        found = frame.scope.find(label) or frame.scope.find(name)
        place = found[1] if found else frame.scope.taken.get(name)
        if place is not None:
            message = f"the name `{name}` is taken"
            notes = (Note("it is given here first", place), *frame.notes())
            hint = "choose another label"
            self.faults.append(Diagnostic("E209", message, span, notes, hint))

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
        scope = Scope((*frame.scope.path, label), node.labels, frame.scope)
        self.groups[scope.path] = None
        inside = frame._replace(scope=scope, round=None, round_labels=None)
        return self.body(node.body, x, inside)

    # Calls

    def variable_call(self, node: VariableCall, x: Tensor | None, frame: Frame) -> Tensor:
        return self.visit(self.callee(node, frame), x, frame)

    def callee(self, node: VariableCall, frame: Frame) -> Node:
        """The call of whatever the variable holds."""
        value = frame.names.get(node.variable)
        key = (id(node), str(value))
        if key not in self.resolved:
            self.resolved[key] = self.resolve(node, value, frame)
        return self.resolved[key]

    def resolve(self, node: VariableCall, value: Value, frame: Frame) -> Node:
        span = node.head_span
        callee: Callee | None = None
        kernel = None
        if isinstance(value, Word):
            split = split_head(value, span)
            if value in self.spec.blocks:
                callee = callee_of_block(value, self.spec.blocks[value].parameters)
            elif split is not None:
                callee, kernel = callee_of_op(split[0]), split[1]
        if callee is None:
            message = f"`{node.variable}` is `{show(value)}`, which is no block and no op"
            self.fail(
                "E304", message, span, frame, hint=did_you_mean(str(value), self.spec.blocks)
            )
            return Broken(span)
        own: list[Diagnostic] = []
        bound = bind(callee, node.arguments, kernel, span=span, faults=own)
        self.faults.extend(fault._replace(notes=fault.notes + frame.notes()) for fault in own)
        if bound is None:
            return Broken(span)
        if split_kind := split_head(str(value), span):
            return OpCall(split_kind[0], bound, span)
        return BlockCall(str(value), bound, span)

    def block_call(
        self, node: BlockCall, x: Tensor | None, frame: Frame, label: str | None = None
    ) -> Tensor:
        block = self.spec.blocks[node.block]
        chain = [site.block for site in frame.sites]
        if block.name in chain:
            cycle = [*chain[chain.index(block.name) :], block.name]
            self.faults.append(recursive_block(cycle, node.span))
            return UNKNOWN
        if x is not None and x.shape is None:
            return UNKNOWN
        names = dict(self.values)
        given = dict(node.arguments)
        if not self.evaluate_into(names, node.arguments, x, frame):
            return UNKNOWN
        inside = frame._replace(names=names)
        for parameter in block.parameters:
            if parameter.name not in given and parameter.default is not None:
                default = ((parameter.name, parameter.default),)
                if not self.evaluate_into(names, default, x, inside):
                    return UNKNOWN
        name = label or frame.scope.next_name(block.name, node.span)
        if label:
            frame.scope.count(block.name)
        scope = Scope((*frame.scope.path, name), block.labels)
        self.groups[scope.path] = block.name
        site = Site(block.name, node.span)
        inner = Frame(scope, names, (*frame.sites, site), given, frame, depth=frame.depth)
        return self.body(block.body, x, inner)

    def evaluate_into(
        self, names: dict[str, Value], arguments: Bound, x: Tensor | None, frame: Frame
    ) -> bool:
        """Put the values of arguments under their names; False when one has none."""
        shape = x.shape if x else None
        found: dict[str, Value] = {}
        for name, expression in arguments:
            try:
                value = self.evaluator.value(expression, frame.names, shape)
            except ExpressionError as fault:
                self.fail_expression(fault, expression, x, frame)
                return False
            found[name] = Word(value) if isinstance(value, BareWord) else value
        names |= found
        return True

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
                    self.fail_expression(fault, expression, x, frame)
                    return UNKNOWN
                if isinstance(value, Word) and not node.kind.attributes[key].words:
                    return self.misplaced_word(key, value, expression, frame)
            values.append(value)
        return self.apply(node, (x,), tuple(values), frame, label=label)

    def misplaced_word(self, key: str, word: Word, expression: Expression, frame: Frame) -> Tensor:
        """A word where a number belongs: most likely a name misspelt, here or at the call."""
        origin = frame.origin(expression)
        if origin.name == word:
            fault = unknown_name(word)
            hint = fault.hint or did_you_mean(word, frame.names)
            notes = frame.notes() if origin is expression else ()
            self.faults.append(Diagnostic(fault.code, fault.message, origin.span, notes, hint))
        else:
            self.fail("E212", f"`{key}` is `{word}`, not a number", expression.span, frame)
        return UNKNOWN

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
        shapes = tuple(tensor.shape for tensor in inputs if tensor.shape is not None)
        key = (id(node), values, shapes)
        scope = frame.scope
        name = label or scope.next_name(kind.name, node.span)
        if label:
            scope.count(kind.name)
        try:
            made = self.made.get(key)
            if made is None:
                arguments = node.arguments if isinstance(node, OpCall) else ()
                keys = [name for name, _ in arguments]
                made = make(kind, dict(zip(keys, values, strict=True)), shapes)
                self.made[key] = made
        except RejectedError as fault:
            self.fail_op(fault, node, inputs, frame)
            return UNKNOWN
        op, output = made
        path = scope.prefix + name
        names = tuple(tensor.name for tensor in inputs)
        self.current.append(Layer(path, scope.path, op, names, shapes, output, node.span))
        return Tensor(path, output)

    def merge(self, node: Merge, x: Tensor | None, frame: Frame) -> Tensor:
        inputs = tuple(self.body(branch, x, frame) for branch in node.branches)
        if any(tensor.shape is None for tensor in inputs):
            return UNKNOWN
        return self.apply(node, inputs, (), frame)

    # Faults

    def fail(
        self, code: str, message: str, span: Span, frame: Frame, *, hint: str | None = None
    ) -> None:
        self.faults.append(Diagnostic(code, message, span, frame.notes(), hint))

    def fail_expression(
        self, fault: ExpressionError, expression: Expression, x: Tensor | None, frame: Frame
    ) -> None:
        hint = fault.hint
        if fault.name:
            hint = hint or did_you_mean(fault.name, frame.names)
        notes = (*_values_note(expression, x, frame), *frame.notes())
        self.faults.append(Diagnostic(fault.code, fault.message, expression.span, notes, hint))

    def fail_op(
        self,
        fault: RejectedError,
        node: OpCall | Merge,
        inputs: tuple[Tensor, ...],
        frame: Frame,
    ) -> None:
        arguments = dict(node.arguments) if isinstance(node, OpCall) else {}
        expression = arguments.get(fault.attribute or "")
        span = expression.span if expression else node.span
        notes: list[Note] = []
        if expression:
            notes.extend(_values_note(expression, inputs[0], frame))
        if fault.code not in {"E212", "E403"}:
            made = {layer.name: layer for layer in (*self.layers, *self.auxiliary)}
            histories = (_history(tensor, made, self.inputs) for tensor in inputs)
            notes.extend(note for note in histories if note)
        notes.extend(frame.notes())
        self.faults.append(Diagnostic(fault.code, fault.message, span, tuple(notes), fault.hint))


def make(
    kind: type[Op], values: Mapping[str, Value], shapes: tuple[Shape, ...]
) -> tuple[Op, Shape]:
    """An op for these inputs, and the shape that it gives.

    Raises:
        RejectedError: the op does not take the values or the inputs.
    """
    axes = check_rank(kind, shapes[0])
    kernel = values.get(kind.on_head or "")
    if isinstance(kernel, tuple) and len(kernel) != axes:
        wants = f"{len(kernel)} spatial {'axes' if len(kernel) > 1 else 'axis'}"
        message = (
            f"a kernel of {show(kernel)} slides over {wants}, its input is {show_shape(shapes[0])}"
        )
        reject("E405", kind.on_head, message, "give the kernel one size for each axis")
    op = kind(axes, **values)
    return op, op.output_shape(shapes)


def _values_note(expression: Expression, x: Tensor | None, frame: Frame) -> tuple[Note, ...]:
    """What the names in an expression stood for."""
    held = []
    for name in expression.names:
        if name == "x":
            if x is not None and x.shape is not None:
                held.append(f"x is {show_shape(x.shape)}")
        elif name in frame.names:
            held.append(f"{name} = {show(frame.names[name])}")
    return (Note(f"`{expression.text}` where {', '.join(held)}"),) if held else ()


def _history(
    tensor: Tensor, made: Mapping[str, Layer], inputs: Mapping[str, Shape]
) -> Note | None:
    """How a tensor came to have its shape: the layers that changed it, the last ones."""
    steps: list[str] = []
    place = None
    name = tensor.name
    while name in made:
        layer = made[name]
        if layer.output_shape != layer.input_shapes[0]:
            steps.append(f"{layer.name} {show_shape(layer.output_shape)}")
            place = place or layer.span
        name = layer.inputs[0]
    if name in inputs:
        steps.append(f"{name} {show_shape(inputs[name])}")
    if len(steps) < 2:
        return None
    steps = steps[:4] + (["..."] if len(steps) > 4 else [])
    path = " -> ".join(reversed(steps))
    return Note(f"the shape of `{tensor.name}`: {path}", place)


def _labels_in_reach(scope: Scope | None) -> list[str]:
    known: list[str] = []
    while scope is not None:
        known.extend(scope.tensors)
        scope = scope.outer
    return known


def _reach_hint(label: str, known: list[str]) -> str:
    rounds = [name for name in known if name.startswith(label) and name[len(label) :].isdigit()]
    if rounds:
        each = f"`{rounds[0]}` to `{rounds[-1]}`" if len(rounds) > 1 else f"`{rounds[0]}`"
        return f"it stands in a repeat: name its round, {each}"
    return (
        did_you_mean(label, known)
        or "a label is in reach below its layer, in its own group and the groups inside"
    )
