"""The table of writers: for every op the function that says it in ONNX operators.

A writer takes the op and a `Draft` of its layer, adds nodes to the draft, and gives the name of
the tensor that holds the result. Padding is always explicit: `auto_pad` is deprecated.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any, TypeVar

from cnncalc.graph import Layer
from cnncalc.ops import Op
from cnncalc.ops.values import Shape
from cnncalc.records import Record

OPSET = 20
"""The first with Gelu; average pooling in it (19) counts like PyTorch's."""

IR_VERSION = 9
"""The format that came with this opset: no reader of the one refuses the other."""


class Node(Record):
    """One use of an ONNX operator."""

    operator: str
    inputs: tuple[str, ...]
    output: str
    name: str
    attributes: dict[str, Any]
    others: tuple[str, ...] = ()


class Parameter(Record):
    """A parameter or buffer of a layer, under a shape that its operator takes it in.

    Attributes:
        name: as the op declares it.
        shape: as many values as declared, with axes of size 1 added where it must broadcast.
    """

    name: str
    shape: Shape


class Series(Record):
    """The values of a long constant, made when they are asked for.

    Attributes:
        length: how many there are.
        make: makes them, in their order.
        is_whole: whether they are whole numbers, held as int64; others are float32.
    """

    length: int
    make: Callable[[], Iterable[float]]
    is_whole: bool


class TooLongError(ValueError):
    """A layer takes more nodes, or parts, than may be written."""


class Draft:
    """One layer in ONNX, while it is written.

    Attributes:
        most: the most nodes, or parts of a node, that are wanted; None for any number.
        inputs: the names of the tensors that it reads.
        network_input: the name of an input of the network.
        shapes: their shapes, the batch left out.
        output: the shape of its result, the batch left out.
        nodes: what was written so far.
        parameters: the initializers that were asked for, by their names in the model.
    """

    def __init__(
        self, layer: Layer, inputs: Sequence[str], network_input: str = "", most: int | None = None
    ) -> None:
        self.most = most
        self.name = layer.name
        self.holder = layer.holder
        self.inputs = tuple(inputs)
        self.network_input = network_input
        self.shapes = layer.input_shapes
        self.output = layer.output_shape
        self.declared = layer.op.tensor_shapes(layer.input_shapes)
        self.nodes: list[Node] = []
        self.parameters: dict[str, Parameter] = {}

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; gives the name of its output.

        Raises:
            TooLongError: the layer has more nodes than are wanted.
        """
        self.reserve(len(self.nodes) + 1)
        name = f"{self.name}/{operator}_{len(self.nodes) + 1}"
        self.nodes.append(Node(operator, inputs, name, name, attributes))
        return name

    def constant(self, *values: float) -> str:
        """A list of whole numbers, as int64, or of decimals, as float32.

        It is a node and no initializer, so that initializers are what the network learns.
        """
        return self.node("Constant", value=values)

    def series(self, count: int, make: Callable[[], Iterable[float]], *, whole: bool) -> str:
        """The same of many numbers, which are made where they are looked at."""
        return self.node("Constant", value=Series(count, make, whole))

    def repeated(self, value: float, count: int) -> str:
        """One decimal as often as that."""
        return self.series(count, lambda: repeat(value, count), whole=False)

    def reserve(self, parts: int) -> None:
        """Say how many parts the layer is about to have, before they are made.

        Raises:
            TooLongError: they are more than are wanted.
        """
        if self.most is not None and parts > self.most:
            raise TooLongError(f"`{self.name}` has {parts:,} parts; {self.most:,} are wanted")

    def scalar(self, value: float) -> str:
        """One float32."""
        return self.node("Constant", value=float(value))

    def parameter(self, name: str, shape: Shape | None = None) -> str:
        """The initializer of one of the op's tensors."""
        full = f"{self.holder}.{name}"
        self.parameters[full] = Parameter(name, self.declared[name] if shape is None else shape)
        return full

    def given(self, *names: str) -> list[str]:
        """The initializers of those of the op's tensors that it has."""
        return [self.parameter(name) for name in names if name in self.declared]

    def per_channel(self, name: str, rank: int | None = None) -> str:
        """The initializer of one value a channel, shaped to meet `N C *size`."""
        axes = (len(self.shapes[0]) if rank is None else rank) - 1
        return self.parameter(name, (*self.declared[name], *[1] * axes))


Writer = TypeVar("Writer", bound=Callable[..., str])

WRITERS: dict[type[Op], Callable[[Any, Draft], str]] = {}
"""What writes, by the class of the op."""


def writes(*kinds: type[Op]) -> Callable[[Writer], Writer]:
    """Let a function be what writes some ops."""

    def note(function: Writer) -> Writer:
        WRITERS.update(dict.fromkeys(kinds, function))
        return function

    return note
