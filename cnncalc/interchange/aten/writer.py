"""Nodes of ONNX as the calls of a tape become them, and the table of the operators that do."""

from collections.abc import Callable, Iterable, Sequence
from math import prod
from struct import pack
from typing import Any

from cnncalc.interchange.aten.call import Call, Ref
from cnncalc.interchange.onnx_model.proto import messages
from cnncalc.ops.values import Shape

FLOAT, INT64, BOOL = 1, 7, 9
"""Numbers of `TensorProto.DataType`."""

END = 2**63 - 1
"""The end of an axis, however long it is."""

Write = Callable[["Writer", Call], None]
TABLE: dict[str, Write] = {}
"""How an operator of PyTorch is written, by its name."""


def writes(*ops: str) -> Callable[[Write], Write]:
    """Register how these operators are written."""

    def register(write: Write) -> Write:
        TABLE.update(dict.fromkeys(ops, write))
        return write

    return register


class Writer:
    """The nodes so far.

    Attributes:
        shapes: the shape and element type of what nodes give, where they are told.
        constants: tensors of a few numbers, by their names.
    """

    def __init__(self) -> None:
        self.proto = messages()
        self.nodes: list[Any] = []
        self.shapes: dict[str, tuple[Shape, int]] = {}
        self.constants: dict[str, Any] = {}
        self.known: dict[tuple[int, Shape, bytes], str] = {}
        self.same: dict[str, str] = {}
        self.scope = ""
        self.count = 0

    def name(self, ref: Ref | str) -> str:
        """The name that a tensor has, or the one that it is the same as."""
        name = ref if isinstance(ref, str) else ref.name
        while name in self.same:
            name = self.same[name]
        return name

    def alias(self, out: Ref, x: Ref | str) -> None:
        """Let a tensor be the same as another."""
        self.same[out.name] = self.name(x)

    def node(
        self,
        op_type: str,
        inputs: Iterable[Ref | str | None],
        to: Ref | Sequence[Ref | str] | None = None,
        *,
        shape: Shape | None = None,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        """Add a node, and say the name of its first output.

        Args:
            op_type: its operator.
            inputs: what it reads; None for what is left out.
            to: what it gives; without any it is a tensor between others.
            shape: that of a tensor between others, where its node may stand among weights.
            domain: of the operator.
            attributes: of the node; those that are None are left out.
        """
        read = ["" if one is None else self.name(one) for one in inputs]
        if to is None:
            given = [self.fresh()]
            if shape is not None:
                self.shapes[given[0]] = shape, FLOAT
        else:
            both = (to,) if isinstance(to, Ref) else to
            given = [one if isinstance(one, str) else one.name for one in both]
            self.shapes.update(
                {one.name: (one.shape, one.dtype) for one in both if isinstance(one, Ref)}
            )
        made = self.proto.NodeProto(op_type=op_type, domain=domain, input=read, output=given)
        if self.scope:
            made.name = f"{self.scope}/{op_type}"
        for name, value in attributes.items():
            if value is not None:  # `to` is what is given: the one of Cast has another name here
                self._attribute(made, "to" if name == "kind" else name, value)
        self.nodes.append(made)
        return given[0]

    def _attribute(self, node: Any, name: str, value: Any) -> None:
        one = node.attribute.add(name=name)
        if isinstance(value, float):
            one.type, one.f = 1, value
        elif isinstance(value, int):
            one.type, one.i = 2, int(value)
        elif isinstance(value, str):
            one.type, one.s = 3, value.encode()
        else:
            one.type = 7
            one.ints.extend(map(int, value))

    def fresh(self) -> str:
        """A name that no tensor has."""
        self.count += 1
        return f"/{self.count}"

    def ints(self, *numbers: int) -> str:
        """A list of whole numbers."""
        return self._constant(INT64, (len(numbers),), pack(f"<{len(numbers)}q", *numbers))

    def whole(self, number: int) -> str:
        """One whole number, without an axis."""
        return self._constant(INT64, (), pack("<q", number))

    def number(self, number: float) -> str:
        """One number, without an axis."""
        return self._constant(FLOAT, (), pack("<f", within(number)))

    def filled(self, number: float, *shape: int) -> str:
        """A tensor of equal numbers; of a long one only the shape is told."""
        length = prod(shape)
        data = pack("<f", number) * length if length <= 1024 else b""
        return self._constant(FLOAT, shape, data)

    def unknown(self, *shape: int) -> str:
        """Whole numbers of which only the shape is told."""
        return self._constant(INT64, shape, b"")

    def _constant(self, dtype: int, shape: Shape, data: bytes) -> str:
        key = (dtype, shape, data)
        if data and key in self.known:
            return self.known[key]
        name = self.known[key] = self.fresh()
        self.constants[name] = self.proto.TensorProto(
            name=name, data_type=dtype, dims=shape, raw_data=data
        )
        return name


def within(number: float) -> float:
    """A number that single precision has."""
    most = 3.4028234e38
    return number if number != number else max(min(float(number), most), -most)  # noqa: PLR0124
