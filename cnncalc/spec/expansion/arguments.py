"""Tensors as arguments of a block: what a call is given, and what the block does with it."""

from collections.abc import Hashable, Iterable

from cnncalc.ops.values import Value, Word, identity, show_shape
from cnncalc.spec.expansion.flow import flowing
from cnncalc.spec.expansion.labels import find
from cnncalc.spec.expansion.scope import UNKNOWN, Frame, Tensor
from cnncalc.spec.expansion.state import Expansion
from cnncalc.spec.expression_syntax import Expression, no_axis
from cnncalc.spec.operators import BareWord
from cnncalc.spec.syntax import VariableCall
from cnncalc.spec.tensor_words import TensorWord


def argument(
    state: Expansion, word: BareWord, expression: Expression, x: Tensor | None, frame: Frame
) -> Word | None:
    """A word that an argument gives: a tensor, where it is `x` or a label that is in reach.

    None where the tensor is not known, which is said already.
    """
    if word == "x":
        tensor = flowing(state, x, expression.span, frame)
    elif "." in word:
        first, _, rest = word.partition(".")
        if frame.names.has(first):
            state.report.expression(no_axis(first, rest), expression, x, frame)
            return None
        found = find(state, word, expression.span, frame)
        tensor = UNKNOWN if found is None else found.tensor
    else:
        found = frame.scope.find(word)
        if found is None:
            return Word(word)
        tensor = found.tensor
    return None if tensor.shape is None else TensorWord(word, tensor.name, tensor.shape)


def by_default(
    state: Expansion, word: BareWord, expression: Expression, x: Tensor | None, frame: Frame
) -> Word | None:
    """A word that a default gives: no label is in reach of a block, but `x` is."""
    if word == "x":
        return argument(state, word, expression, x, frame)
    return Word(word)


def keyed(values: Iterable[Value], x: Tensor | None) -> tuple[Hashable, tuple[str, ...]]:
    """What equal calls have in common, and the tensors that this one is given.

    Of a tensor these share its shape, and which of the others it is.
    """
    given = {x.name: 0} if x else {}
    held: list[object] = []
    for value in values:
        if type(value) is TensorWord:
            place = given.setdefault(value.tensor, len(given))
            held.append((TensorWord, str(value), value.shape, place))
        else:
            held.append(identity(value))
    return tuple(held), tuple(given)


def held(
    state: Expansion, node: VariableCall, word: TensorWord, x: Tensor | None, frame: Frame
) -> Tensor:
    """The tensor that a parameter holds, as a step; `x` as a step changes nothing."""
    if node.arguments:
        message = f"`{node.variable}` is the tensor `{word}` and takes no arguments"
        place = node.arguments[0].span
        state.report.fail("E207", message, place, frame, hint="remove them")
        return UNKNOWN
    tensor = Tensor(word.tensor, word.shape)
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
