"""What is known of the tensors of a model while its graph is read."""

from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.numbers import MOST, array_of, plain_numbers
from cnncalc.interchange.onnx_model.proto import messages
from cnncalc.ops.values import LARGEST, Shape

RUNTIME = "com.microsoft"
"""The domain of the operators that ONNX Runtime adds to ONNX's."""

NCHWC = "com.microsoft.nchwc"
"""The domain of those that it writes for maps whose channels lie in blocks."""


TRACED = "torch."
"""What the domain of an operator of PyTorch begins with that is none of ONNX."""


MOST_AXES = 64
"""Axes of a tensor: as many as NumPy has."""


class Value(NamedTuple):
    """A tensor of an ONNX graph, all its axes with the batch among them.

    Attributes:
        name: its name in the model.
        shape: its axes.
        dtype: the number of its element type.
        told: its numbers where they are few and known: an array, or the tensor in the file.
        layer: the layer or input that gives it; None for what no input of the network reaches.
        sources: the trainable initializers that it is computed from, when no layer holds them.
        is_stored: whether the file holds it as it is, so that it counts where a weight stands.
        is_open: whether its shape is not known, as it depends on values; then that is written ().
    """

    name: str
    shape: Shape
    dtype: int
    told: Any = None
    layer: str | None = None
    sources: tuple[str, ...] = ()
    is_stored: bool = False
    is_open: bool = False

    @property
    def data(self) -> Any:
        """Its numbers as an array, or None."""
        return array_of(self.told) if self._is_in_file else self.told

    @property
    def numbers(self) -> tuple[Any, ...] | None:
        """Its numbers in their order, or None."""
        found = plain_numbers(self.told) if self._is_in_file else None
        if found is None and (data := self.data) is not None:
            return tuple(data.reshape(-1).tolist())
        return found

    @property
    def _is_in_file(self) -> bool:
        return hasattr(self.told, "raw_data")

    @property
    def is_static(self) -> bool:
        """Whether no input of the network reaches it."""
        return self.layer is None

    @property
    def example(self) -> Shape:
        """The shape as we write it."""
        return () if self.is_open else per_example(self.shape)


class Node(NamedTuple):
    """One node of an ONNX graph, or what takes the place of one or of several.

    Attributes:
        proto: the node as it stands in the file, of several the last.
        parts: the several.
    """

    op_type: str
    domain: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    proto: Any
    parts: "tuple[Node, ...]" = ()

    @property
    def is_standard(self) -> bool:
        """Whether its operator is one of ONNX's own."""
        return self.domain in {"", "ai.onnx"}

    @property
    def space(self) -> str:
        """Whose its operator is: `onnx`, or `aten` of what PyTorch ran."""
        return self.domain.split(".")[1] if self.domain.startswith(TRACED) else "onnx"

    @property
    def title(self) -> str:
        """The node as messages name it."""
        return self.name or f"{self.op_type} of {self.outputs[0] if self.outputs else '?'}"


class Site(NamedTuple):
    """A node and the values that flow into it: all that a reader sees.

    Attributes:
        values: one for each input; None for one that is left out.
        captured: what the graphs within the node read of the graph around it, or hold.
    """

    node: Node
    values: tuple[Value | None, ...]
    opset: int
    captured: tuple[Value, ...] = ()

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute of the node."""
        return self.node.attributes.get(name, default)

    def value(self, place: int) -> Value:
        """The value of an input that the operator cannot do without."""
        found = self.optional(place)
        if found is None:
            refuse("E702", f"`{self.title}` lacks its input {place + 1}")
        return found

    def optional(self, place: int) -> Value | None:
        """The value of an input, or None when it is left out."""
        return self.values[place] if place < len(self.values) else None

    @property
    def x(self) -> Value:
        """The first input."""
        return self.value(0)

    @property
    def known(self) -> tuple[Value, ...]:
        """All that it reads."""
        return (*(value for value in self.values if value is not None), *self.captured)

    @property
    def is_open(self) -> bool:
        """Whether the shape of some input is not known."""
        return any(value.is_open for value in self.known)

    @property
    def active(self) -> tuple[Value, ...]:
        """The inputs that depend on the network's input."""
        return tuple(value for value in self.known if not value.is_static)

    @property
    def is_known(self) -> bool:
        """Whether all that flows in is known, and short."""
        read = [value for value in self.values if value is not None]
        needed = read[:1] if self.node.op_type == "CastLike" else read
        if not needed or any(value.told is None for value in needed):
            return False
        return sum(prod(value.shape) for value in needed) <= MOST

    @property
    def static(self) -> tuple[Value, ...]:
        """The inputs that do not."""
        return tuple(value for value in self.known if value.is_static)

    @property
    def title(self) -> str:
        """The node as messages name it."""
        return self.node.title

    @property
    def cast_to(self) -> int:
        """The number of the element type that a cast gives; before opset 6 it was a name."""
        told = self.get("to", 1)
        if isinstance(told, int):
            return told
        try:
            return int(messages().TensorProto.DataType.Value(told))
        except ValueError:
            refuse("E702", f"`{self.title}` casts to `{told}`, which is not a type")

    def numbers(self, place: int, name: str | None = None) -> tuple[Any, ...] | None:
        """Known numbers, from an input or, in older opsets, from an attribute; or None."""
        value = self.optional(place)
        found = value.numbers if value is not None else self.get(name) if name else None
        if found is None:
            return None
        listed = tuple(found) if isinstance(found, list | tuple) else (found,)
        if not all(isinstance(one, float | int) for one in listed):
            refuse("E703", f"`{self.title}` has no real numbers as its input {place + 1}")
        return listed

    def integers(self, place: int, name: str | None = None) -> Shape | None:
        """The same, where they are sizes, axes or places."""
        found = self.numbers(place, name)
        if found is not None and not all(isinstance(n, int) or n.is_integer() for n in found):
            refuse("E703", f"`{self.title}` has no whole numbers as its input {place + 1}")
        return None if found is None else tuple(map(int, found))


def per_example(shape: Shape) -> Shape:
    """A shape as we write it: without the batch, which is one."""
    if len(shape) > 1 and shape[0] == 1:
        return shape[1:]
    return shape or (1,)


def check_axes(shape: Shape, title: str) -> Shape:
    """The shape itself, when its axes are within bounds.

    Raises:
        SpecError: an axis is absurd.
    """
    if len(shape) > MOST_AXES:
        refuse("E703", f"`{title}` has {len(shape):,} axes; {MOST_AXES} are read")
    for axis in shape:
        if not 0 <= axis <= LARGEST:
            refuse("E703", f"`{title}` has an axis of {axis}")
    return shape
