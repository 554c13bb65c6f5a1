"""`share LABEL`: the layers of a label once more on what flows in, with their weights."""

from collections.abc import Iterator

from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.graph import Layer
from cnncalc.ops import Op
from cnncalc.ops.values import RejectedError, Shape, identity, show_shape
from cnncalc.spec.bounds import LAYER_STEPS, MOVE_STEPS, OP_STEPS, StopError, name_steps
from cnncalc.spec.expansion.labels import find, flowing
from cnncalc.spec.expansion.scope import UNKNOWN, Frame, Made, Move, Tensor
from cnncalc.spec.expansion.state import DEEPEST, Expansion
from cnncalc.spec.syntax import Share


def share(
    state: Expansion, node: Share, x: Tensor | None, frame: Frame, label: str | None = None
) -> Tensor:
    """The layers of a label on `x`; each works with the weights of the one that it repeats."""
    name = label or frame.scope.next_name("share", node.span)
    if label:
        frame.scope.count("share")
    x = flowing(state, x, node.span, frame)
    found = find(state, node.label, node.label_span, frame)
    if found is None or found.tensor.shape is None or x.shape is None:
        return UNKNOWN
    made = found.made
    if made is not None:
        state.count(made.stop - made.start + len(made.moves) * MOVE_STEPS, node.span, frame)
    fault = unshareable(made, node.label)
    if fault is not None or made is None:
        message, hint = fault or ("", "")
        notes = (Note(f"`{node.label}` is defined here", found.span),)
        state.report.fail("E307", message, node.label_span, frame, hint=hint, notes=notes)
        return UNKNOWN
    repeat = _Repeat(state, node, made, x, frame)
    if not repeat.run(frame.scope.prefix + name):
        return UNKNOWN
    if made.labels:
        repeat.keep_labels(name)
    return repeat.tensor(found.tensor)


def unshareable(made: Made | None, label: str) -> tuple[str, str] | None:
    """Why what a label names cannot be run on another tensor, and the remedy."""
    if made is None or made.start == made.stop:
        message = f"`{label}` names a tensor, and no layer of its own"
        return message, "label the layer or group that is to run again"
    layers = made.layers[made.start : made.stop]
    own = {layer.name for layer in layers}
    outer = {name for layer in layers for name in layer.inputs if name not in own}
    if outer and made.x not in outer:
        message = f"`{label}` reads nothing of what flows in, since it begins with a label"
        return message, "label what comes behind that"
    if made.names_x:
        message = f"`{label}` reads the tensor that flows in by its label as well"
        return message, "write `x` for it in there, so that another can flow in"
    return None


class _Repeat:
    """One more run of some layers: the names and shapes of what it gives."""

    def __init__(self, state: Expansion, node: Share, made: Made, x: Tensor, frame: Frame) -> None:
        self.state, self.node, self.made, self.x, self.frame = state, node, made, x, frame
        self.current = state.draft.current
        self.start = len(self.current)
        self.names: dict[str, str] = {made.x: x.name}
        self.shapes: dict[str, Shape] = {x.name: x.shape or ()}

    def run(self, path: str) -> bool:
        """Add the layers below a path; whether all of them fit."""
        made, state = self.made, self.state
        count = made.stop - made.start
        steps = count * (LAYER_STEPS + state.meter.reading_steps + 1 + name_steps(path))
        state.meter.paid += steps
        state.count(steps, self.node.span, self.frame, coming=count)
        groups = state.draft.groups
        levels = made.name.count(".") + 1
        scope = tuple(path.split("."))
        for layer in made.layers[made.start : made.stop]:
            name = path + layer.name[len(made.name) :]
            if layer.name == made.name:
                own: tuple[str, ...] = scope[:-1]
            else:
                own = scope + layer.scope[levels:]
                for level in range(levels, len(layer.scope) + 1):
                    groups[scope + layer.scope[levels:level]] = groups.get(layer.scope[:level])
            if len(own) > DEEPEST:
                message = f"blocks and groups nest deeper than {DEEPEST} levels"
                notes = self.frame.notes()
                raise StopError(Diagnostic("E502", message, self.node.span, notes))
            done = self.layer(layer, name, own)
            if done is None:
                return False
            self.names[layer.name] = name
            self.shapes[name] = done.output_shape
            self.current.append(done)
        if scope in groups:
            self.frame.scope.taken.setdefault(scope[-1], self.node.span)
        return True

    def layer(self, layer: Layer, name: str, scope: tuple[str, ...]) -> Layer | None:
        """A layer once more; None when what it reads now does not suit it, which is reported."""
        inputs = tuple([self.names.get(one, one) for one in layer.inputs])
        shapes = tuple(
            [
                self.shapes.get(one, shape)
                for one, shape in zip(inputs, layer.input_shapes, strict=True)
            ]
        )
        op, output = layer.op, layer.output_shape
        if shapes != layer.input_shapes:
            try:
                op, output = remade(self.state, op, shapes)
            except RejectedError as fault:
                notes = (Note(f"its layer `{layer.name}` is defined here", layer.span),)
                place = (self.node.label_span, None)
                self.state.report.rejected(fault, place, self.x, self.frame, histories=notes)
                return None
            if difference := next(differences(layer, op, shapes), None):
                self.differs(layer, difference)
                return None
        kept = op.tensor_shapes(shapes)
        calls = self.made.calls
        origin = (*self.frame.places, self.node.span, *layer.origin[calls:])
        shares = layer.holder if kept else None
        return Layer(name, scope, op, inputs, shapes, output, origin, None, shares)

    def differs(self, layer: Layer, difference: str) -> None:
        """Report weights that cannot be those of a layer."""
        node, made = self.node, self.made
        first = next(
            shape
            for one in made.layers[made.start : made.stop]
            for read, shape in zip(one.inputs, one.input_shapes, strict=True)
            if read == made.x
        )
        given, wanted = show_shape(self.x.shape or ()), "of as many channels"
        if first[:1] == (self.x.shape or ())[:1]:
            wanted = "of that shape"
        message = f"`{node.label}` has no weights for {given}: of `{layer.name}` {difference}"
        notes = (Note(f"`{layer.name}` is defined here", layer.span),)
        hint = f"`{node.label}` runs on {show_shape(first)}: give it a tensor {wanted}"
        place = node.label_span
        self.state.report.fail("E307", message, place, self.frame, hint=hint, notes=notes)

    def keep_labels(self, name: str) -> None:
        """Let the labels among the layers be found in this run as well."""
        made, frame = self.made, self.frame
        names, calls = self.names, len(frame.places) + 1 - made.calls
        move = Move(
            lambda one: names.get(one, one),
            self.start - made.start,
            self.current,
            calls,
            self.shapes,
        )
        frame.scope.inside[name] = (made.labels, (*made.moves, move))

    def tensor(self, first: Tensor) -> Tensor:
        """What the run gives where the first one gave a tensor, which need not be its own."""
        name = self.names.get(first.name, first.name)
        return Tensor(name, self.shapes.get(name, first.shape))


def remade(state: Expansion, op: Op, shapes: tuple[Shape, ...]) -> tuple[Op, Shape]:
    """The op as its arguments make it for other inputs, and what it gives.

    Raises:
        RejectedError: it does not take them.
    """
    kind, values = state.known.store.arguments[id(op)]
    key = (kind, tuple(values), tuple(map(identity, values.values())), shapes)
    made = state.known.ops.get(key)
    if made is None:
        state.meter.steps += OP_STEPS
        made = state.known.make(key, kind, values, shapes)
    return made


def differences(layer: Layer, op: Op, shapes: tuple[Shape, ...]) -> Iterator[str]:
    """What a layer keeps, where the same op keeps another shape for other inputs."""
    old, new = layer.op.tensor_shapes(layer.input_shapes), op.tensor_shapes(shapes)
    for name, shape in old.items():
        if new.get(name) != shape:
            would = show_shape(new[name]) if name in new else "none"
            yield f"`{name}` is {show_shape(shape)} and would be {would}"
