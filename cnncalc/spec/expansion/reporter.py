"""What is said of a fault that is met while a spec is expanded."""

from collections.abc import Iterator, Mapping, Sequence

from cnncalc.diagnostics import Diagnostic, Note, Remedy, Span
from cnncalc.graph import Layer
from cnncalc.ops.values import RejectedError, Shape, Word, show, show_shape
from cnncalc.spec.bounds import Faults
from cnncalc.spec.expansion.scope import Frame, Scope, Tensor
from cnncalc.spec.expression_syntax import Expression, ExpressionError
from cnncalc.spec.operators import unknown_name
from cnncalc.spec.tensor_words import TensorWord


class Reporter:
    """Gathers diagnostics, each with the calls and values that led to it."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def fail(
        self,
        code: str,
        message: str,
        span: Span,
        frame: Frame,
        *,
        hint: Remedy | None = None,
        notes: Sequence[Note] = (),
    ) -> None:
        """Any fault at a place; behind its own notes come those of the calls around it."""
        notes = (*notes, *frame.notes())
        self.faults.append(Diagnostic(code, message, span, notes, hint))

    def taken(self, name: str, span: Span, first: Span, frame: Frame) -> None:
        """A label whose name something else has."""
        notes = [Note("first defined here", first)]
        message = f"the name `{name}` is taken"
        self.fail("E209", message, span, frame, hint="choose another label", notes=notes)

    def unreachable(self, label: str, span: Span, frame: Frame, place: Span | None) -> None:
        """A reference to a label that is nowhere in reach; `place` is where it is given."""
        message = f"the label `{label}` is not in scope"
        notes = []
        if place is not None:
            where = "later" if place.line >= span.line else "elsewhere"
            notes = [Note(f"it is defined {where}", place)]
        hint = self.reach_hint(label, frame.scope, span)
        self.fail("E301", message, span, frame, hint=hint, notes=notes)

    def reach_hint(self, label: str, scope: Scope, span: Span | None = None) -> Remedy:
        """The remedy against a label that is nowhere in reach."""
        if rounds := _rounds(label, scope):
            named = " to ".join(f"`{name}`" for name in rounds)
            return f"it stands in a repeat or a loop: name its round, {named}"
        return (
            self.faults.did_you_mean(label, _labels_in_reach(scope), span)
            or "a label is in scope after its layer, in its own group and in groups inside it"
        )

    def expression(
        self, fault: ExpressionError, expression: Expression, x: Tensor | None, frame: Frame
    ) -> None:
        """An expression without a value."""
        hint: Remedy | None = fault.hint
        if fault.name:
            known, text = frame.names.known(), expression.text
            hint = hint or self.faults.did_you_mean(fault.name, known, expression.span, text)
        notes = _values_note(expression, x, frame)
        self.fail(fault.code, fault.message, expression.span, frame, hint=hint, notes=notes)

    def misplaced_word(
        self, message: str, word: Word, expression: Expression, frame: Frame
    ) -> None:
        """A word where a number belongs: most likely a name misspelt, here or at the call."""
        origin, outer = frame.origin(expression)
        if origin.name != word:
            self.fail("E212", message, expression.span, frame)
            return
        fault = unknown_name(word)
        known = outer.names.known()
        hint = fault.hint or self.faults.did_you_mean(word, known, origin.span, origin.text)
        notes = frame.notes() if origin is expression else ()
        self.faults.append(Diagnostic(fault.code, fault.message, origin.span, notes, hint))

    def misplaced_tensor(
        self, key: str, word: TensorWord, expression: Expression, frame: Frame
    ) -> None:
        """A tensor where an attribute takes a value."""
        text = expression.text
        message = f"`{key}` takes no tensor, and `{text}` is the tensor `{word}`"
        hint = f"ask for one of its axes, as in `{text}.channels`"
        self.fail("E212", message, expression.span, frame, hint=hint)

    def rejected(
        self,
        fault: RejectedError,
        place: tuple[Span, Expression | None],
        x: Tensor | None,
        frame: Frame,
        *,
        histories: tuple[Note, ...],
    ) -> None:
        """An op that refuses its attributes or inputs; `place` is its head, and the value."""
        span, expression = place
        values: tuple[Note, ...] = ()
        if expression:
            span, values = expression.span, _values_note(expression, x, frame)
        notes = (*values, *histories)
        self.fail(fault.code, fault.message, span, frame, hint=fault.hint, notes=notes)


def _values_note(expression: Expression, x: Tensor | None, frame: Frame) -> tuple[Note, ...]:
    """What the names in an expression stood for."""
    held = []
    for name in expression.names:
        if name == "x":
            if x is not None and x.shape is not None:
                held.append(f"x is {show_shape(x.shape)}")
        elif isinstance(word := frame.names.get(name), TensorWord):
            held.append(f"{name} is `{word}`, {show_shape(word.shape)}")
        elif frame.names.has(name):
            held.append(f"{name} = {show(frame.names[name])}")
    return (Note(f"`{expression.text}` where {', '.join(held)}"),) if held else ()


MOST_STEPS = 4
"""Layers that are named in telling how a shape came about."""


def history(tensor: Tensor, made: Mapping[str, Layer], inputs: Mapping[str, Shape]) -> Note | None:
    """How a tensor came to have its shape: the layers that changed it, the last ones."""
    steps: list[str] = []
    place = None
    name = tensor.name
    while name in made and len(steps) <= MOST_STEPS:
        layer = made[name]
        if not layer.inputs:
            steps.append(f"{layer.name} {show_shape(layer.output_shape)}")
            break
        if layer.output_shape != layer.input_shapes[0]:
            steps.append(f"{layer.name} {show_shape(layer.output_shape)}")
            place = place or layer.span
        name = layer.inputs[0]
    if name in inputs:
        steps.append(f"{name} {show_shape(inputs[name])}")
    if len(steps) < 2:
        return None
    steps = steps[:MOST_STEPS] + (["..."] if len(steps) > MOST_STEPS else [])
    path = " -> ".join(reversed(steps))
    return Note(f"the shape of `{tensor.name}`: {path}", place)


def _labels_in_reach(scope: Scope | None) -> Iterator[str]:
    while scope is not None:
        yield from scope.tensors
        scope = scope.outer


def _rounds(label: str, scope: Scope | None) -> list[str]:
    """The labels that a label takes in the rounds of its repeat: of the first and the last."""
    while scope is not None and f"{label}1" not in scope.tensors:
        scope = scope.outer
    if scope is None:
        return []
    last, beyond = 1, 2
    while f"{label}{beyond}" in scope.tensors:
        last, beyond = beyond, 2 * beyond
    while beyond - last > 1:
        middle = (last + beyond) // 2
        last, beyond = (middle, beyond) if f"{label}{middle}" in scope.tensors else (last, middle)
    return [f"{label}{number}" for number in sorted({1, last})]
