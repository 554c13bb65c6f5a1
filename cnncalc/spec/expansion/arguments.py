"""Tensors as arguments of a block: what a call is given, and what the block does with it."""

from collections.abc import Hashable, Iterable

from cnncalc.ops.values import Value, Word, identity, show_shape
from cnncalc.spec.expansion.labels import find, flowing, read
from cnncalc.spec.expansion.scope import UNKNOWN, Frame, Tensor
from cnncalc.spec.expansion.state import Expansion
from cnncalc.spec.expression_syntax import Expression, no_axis
from cnncalc.spec.operators import BareWord
from cnncalc.spec.syntax import Body, VariableCall
from cnncalc.spec.tensor_words import TensorWord


def given(
    state: Expansion, value: Value, expression: Expression, x: Tensor | None, frame: Frame
) -> Value:
    """A value as a parameter holds it: a word that is `x`, or a label in reach, is a tensor.

    What has no tensor, which is said already, is the tensor of no shape.
    """
    if isinstance(value, tuple):
        if any(isinstance(item, BareWord | tuple) for item in value):
            return tuple([given(state, item, expression, x, frame) for item in value])
    elif isinstance(value, BareWord):
        return tensor_of(state, value, expression, x, frame)
    return value


def tensor_of(
    state: Expansion, word: BareWord, expression: Expression, x: Tensor | None, frame: Frame
) -> Word:
    """The tensor that a word is, or the word itself."""
    first, _, rest = word.partition(".")
    if word == "x":
        tensor = flowing(state, x, expression.span, frame)
    elif rest and frame.names.has(first):
        state.report.expression(no_axis(first, rest), expression, x, frame)
        tensor = UNKNOWN
    elif rest or frame.scope.find(word):
        tensor = read(state, find(state, word, expression.span, frame))
    else:
        return Word(word)
    return TensorWord(word, tensor.name, tensor.shape or ())


def by_default(
    state: Expansion, value: Value, expression: Expression, x: Tensor | None, frame: Frame
) -> Value:
    """The value of a default: no label is in reach of a block, but `x` is."""
    if isinstance(value, BareWord):
        return tensor_of(state, value, expression, x, frame) if value == "x" else Word(value)
    return value


def is_lost(value: Value) -> bool:
    """Whether a value is a tensor that is not known, or has one in it."""
    if isinstance(value, tuple):
        return any(map(is_lost, value))
    return type(value) is TensorWord and not value.shape


def keyed(values: Iterable[Value], x: Tensor | None) -> tuple[Hashable, tuple[str, ...]]:
    """What equal calls have in common, and the tensors that this one is given.

    Of a tensor these share its shape, and which of the others it is.
    """
    names = {x.name: 0} if x else {}

    def key(value: Value) -> object:
        if type(value) is TensorWord:
            place = names.setdefault(value.tensor, len(names))
            return TensorWord, str(value), value.shape, place
        return tuple(map(key, value)) if isinstance(value, tuple) else identity(value)

    return tuple(map(key, values)), tuple(names)


def held(
    state: Expansion, node: VariableCall, word: TensorWord, x: Tensor | None, frame: Frame
) -> Tensor:
    """The tensor that a parameter holds, as a step; `x` as a step changes nothing."""
    if node.arguments:
        message = f"`{node.variable}` is the tensor `{word}` and takes no arguments"
        place = node.arguments[0].span
        state.report.fail("E207", message, place, frame, hint="remove them")
        return UNKNOWN
    tensor = Tensor(word.tensor, word.shape or None)
    if word != "x" or x is None or x.name == word.tensor:
        return tensor
    if not node.is_step:
        if x.shape is not None:
            ambiguous(state, node, x, frame)
        return UNKNOWN
    return x


def ambiguous(state: Expansion, node: VariableCall, x: Tensor, frame: Frame) -> None:
    """Report an `x` that could be the tensor of the call, or a layer that changes nothing."""
    block = frame.sites[-1].block if frame.sites else "the call"
    message = (
        f"`{node.variable}` is `x`: the tensor that flows into `{block}`, or, as a layer that "
        f"changes nothing, the one that flows in here, of {show_shape(x.shape or ())}"
    )
    hint = "label the tensor that is meant and pass the label, or pass an op for a layer"
    state.report.fail("E306", message, node.head_span, frame, hint=hint)


def of_branch(state: Expansion, branch: Body, x: Tensor | None, frame: Frame) -> Tensor:
    """What a branch of a merge gives: a parameter that is all of it gives the tensor it holds."""
    node = branch[0]
    if type(node) is VariableCall and len(branch) == 1 and not node.arguments:
        word = frame.names[node.variable]
        if isinstance(word, TensorWord):
            return Tensor(word.tensor, word.shape or None)
    return state.body(branch, x, frame)
