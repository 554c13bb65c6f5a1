"""What is known of the tensors of a model while its graph is read."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnncalc.interchange.onnx_file import refuse
from cnncalc.ops.values import LARGEST, Shape
from cnncalc.records import Record


class Value(NamedTuple):
    """A tensor of an ONNX graph, all its axes with the batch among them.

    Attributes:
        name: its name in the model.
        shape: its axes.
        dtype: the number of its element type.
        data: its values, where they are few and known.
        layer: the layer or input that gives it; None for what no input of the network reaches.
        sources: the trainable initializers that it is computed from, when no layer holds them.
        is_stored: whether the file holds it as it is, so that it counts where a weight stands.
    """

    name: str
    shape: Shape
    dtype: int
    data: Any = None
    layer: str | None = None
    sources: tuple[str, ...] = ()
    is_stored: bool = False

    @property
    def is_static(self) -> bool:
        """Whether no input of the network reaches it."""
        return self.layer is None


class Node(Record):
    """One node of an ONNX graph, or what takes the place of several.

    Attributes:
        proto: the node as it stands in the file, of several the last.
        is_fused: whether it stands for others, so that `proto` does not say what it does.
        parts: the several, to be read each for itself where it turns out to be no such node.
    """

    op_type: str
    domain: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    proto: Any
    is_fused: bool = False
    parts: "tuple[Node, ...]" = ()


class Site(Record):
    """A node and the values that flow into it: all that a reader sees.

    Attributes:
        values: one for each input; None for one that is left out.
    """

    node: Node
    values: tuple[Value | None, ...]
    opset: int

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
    def active(self) -> tuple[Value, ...]:
        """The inputs that depend on the network's input."""
        return tuple(value for value in self.values if value is not None and not value.is_static)

    @property
    def static(self) -> tuple[Value, ...]:
        """The inputs that do not."""
        return tuple(value for value in self.values if value is not None and value.is_static)

    @property
    def title(self) -> str:
        """The node as messages name it."""
        return self.node.name or f"{self.node.op_type} of {(*self.node.outputs, '?')[0]}"

    def numbers(self, place: int, name: str | None = None) -> tuple[Any, ...] | None:
        """Known numbers, from an input or, in older opsets, from an attribute; or None."""
        value = self.optional(place)
        if value is not None:
            return None if value.data is None else tuple(value.data.reshape(-1).tolist())
        found = self.get(name) if name else None
        if found is None:
            return None
        return tuple(found) if isinstance(found, list | tuple) else (found,)


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
    if any(axis < 0 or axis > LARGEST for axis in shape):
        refuse("E703", f"`{title}` has an axis of {max(shape, key=abs)}")
    return shape
