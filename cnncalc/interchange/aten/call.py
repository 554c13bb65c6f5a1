"""What PyTorch ran, as values: one call of an operator, and the tensors that it read and gave."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cnncalc.ops.values import Shape


class Ref(NamedTuple):
    """A tensor as it was at one moment: one that is written to afterwards is another.

    Attributes:
        name: unique in a tape; of a parameter or a buffer its name in the module.
        dtype: the number of its element type in ONNX.
    """

    name: str
    shape: Shape
    dtype: int


class Call(NamedTuple):
    """One call of an operator.

    Attributes:
        op: its name without its name space, as `conv2d`; one in place is that without `_`.
        values: its arguments by their names, those that were left out among them.
        outputs: the tensors that it gave, in order.
        scope: the modules that it ran in, as the beginning of a node's name: `/layer1/layer1.0`.
        domain: the name space of the operator, as `aten`.
    """

    op: str
    values: Mapping[str, Any]
    outputs: tuple[Ref, ...]
    scope: str = ""
    domain: str = "aten"

    def get(self, name: str, default: Any = None) -> Any:
        """The argument of that name; another value where it is left out or None."""
        found = self.values.get(name)
        return default if found is None else found

    @property
    def first(self) -> Ref:
        """The first tensor that it read."""
        return next(self.read)

    @property
    def out(self) -> Ref:
        """The first tensor that it gave."""
        return self.outputs[0]

    @property
    def read(self) -> Iterator[Ref]:
        """All tensors that it read, those in lists among them."""
        return tensors(self.values.values())


def tensors(values: Any) -> Iterator[Ref]:
    """The tensors among values, and in lists among these."""
    for value in values:
        if isinstance(value, Ref):
            yield value
        elif isinstance(value, list | tuple):
            yield from tensors(value)


class Stored(NamedTuple):
    """A tensor that no call gave.

    Attributes:
        data: its values as ONNX stores them, where they are few and known.
        is_trained: whether it is a parameter.
    """

    ref: Ref
    data: bytes | None = None
    is_trained: bool = False


class Tape(NamedTuple):
    """All that a module ran.

    Attributes:
        outputs: the tensors that it gave, by their names.
        classes: the class of each module that ran, by its scope.
        is_real: whether it ran on values, on which what it did may depend.
    """

    calls: tuple[Call, ...]
    inputs: tuple[Ref, ...]
    outputs: Mapping[str, Ref]
    stored: tuple[Stored, ...]
    is_real: bool = False
    classes: Mapping[str, str] = {}
