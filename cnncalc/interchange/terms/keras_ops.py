"""Layers of Keras that the spec language has no op for, in the terms of an op."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc.interchange.terms.onnx_ops import OnnxOp
from cnncalc.ops.base import Op
from cnncalc.ops.values import Shape

Tensors = Mapping[str, Shape]
"""The shapes of tensors by their names."""


class KerasOp(OnnxOp):
    """A layer of Keras as it stands in a file, with the tensors that its class has.

    Attributes:
        trained: the tensors that it learns.
        kept: those that it keeps and does not train.
    """

    trained: Tensors
    kept: Tensors

    def __init__(
        self, name: str, output: Shape, trained: Tensors, kept: Tensors, **told: Any
    ) -> None:
        super().__init__(name, output, **told)
        self.__dict__.update(trained=trained, kept=kept)
        held = (tuple(trained.items()), tuple(kept.items()))
        self.__dict__["_values"] = (*self._values, *held)

    __hash__ = Op.__hash__

    def parameters(self, inputs: Sequence[Shape]) -> Tensors:
        return self.trained

    def buffers(self, inputs: Sequence[Shape]) -> Tensors:
        return self.kept
