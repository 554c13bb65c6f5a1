"""A tensor as the value of a parameter."""

from typing import Self

from cnncalc.ops.values import Shape, Word


class TensorWord(Word):
    """A tensor that a parameter holds; as a word it is what the call was given: `x`, a label.

    Attributes:
        tensor: the name of the tensor.
        shape: its shape.
    """

    __slots__ = ("shape", "tensor")

    tensor: str
    shape: Shape

    def __new__(cls, text: str, tensor: str, shape: Shape) -> Self:
        """Make the word, and hold the tensor."""
        word = super().__new__(cls, text)
        word.tensor, word.shape = tensor, shape
        return word
