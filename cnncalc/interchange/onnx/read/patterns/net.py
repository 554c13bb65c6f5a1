"""The nodes of a graph by what they give and read, as patterns ask for them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import isclose, prod
from typing import Any

from cnncalc.interchange.onnx_model.tensors import of_node
from cnncalc.interchange.onnx_model.values import Node, Value

Match = tuple[Node, set[int]]
"""What takes the place of nodes, and the places of all of these."""

MOST_CASTS = 16
"""Casts of a number, one of another."""


class Net:
    """The nodes of a graph by what they give and read."""

    def __init__(
        self,
        nodes: Sequence[Node],
        kept: Iterable[str],
        values: Mapping[str, Value],
        within: Mapping[tuple[str, ...], Collection[str]],
    ) -> None:
        self.nodes = nodes
        self.values = values
        self.kept = {*kept}
        self.makers = {name: at for at, node in enumerate(nodes) for name in node.outputs if name}
        self.readers: dict[str, set[int]] = {}
        for at, node in enumerate(nodes):
            for name in (*node.inputs, *within.get(node.outputs, ())):
                self.readers.setdefault(name, set()).add(at)
        self.fixed = self._fixed()

    def _fixed(self) -> set[str]:
        """The names that no input of the network reaches."""
        fixed = {name for name, value in self.values.items() if value.is_static}
        for node in self.nodes:
            if all(name in fixed or not name for name in node.inputs) and "" not in node.outputs:
                fixed.update(node.outputs)
        return fixed

    def maker(self, name: str, *op_types: str) -> int | None:
        """The place of the node that gives a name, when it is of one of these kinds."""
        at = self.makers.get(name)
        if at is None or self.nodes[at].domain not in {"", "ai.onnx"}:
            return None
        return at if self.nodes[at].op_type in op_types else None

    def scalar(self, name: str) -> float | None:
        """The number that a name stands for, when it is one that is known."""
        value = self.values.get(name)
        for _ in range(MOST_CASTS):
            at = self.makers.get(name)
            if value is not None or at is None:
                break
            node = self.nodes[at]
            if node.op_type == "Constant" and not node.domain:
                value = of_node(node)
            if node.op_type not in {"Cast", "CastLike", "Identity"}:
                break
            name = node.inputs[0]
            value = self.values.get(name)
        if value is None or not value.is_static or prod(value.shape) != 1:
            return None
        found = value.numbers
        return float(found[0]) if found and isinstance(found[0], float | int) else None

    def is_number(self, name: str, wanted: float) -> bool:
        """Whether a name stands for this number, or one as close as single precision has it."""
        number = self.scalar(name)
        return number is not None and isclose(number, wanted, rel_tol=1e-4)

    def length(self, name: str) -> int | None:
        """How many numbers a constant or an initializer holds, or None."""
        value = self.values.get(name)
        at = self.maker(name, "Constant")
        if value is None and at is not None:
            value = of_node(self.nodes[at])
        return value.shape[0] if value is not None and len(value.shape) == 1 else None

    def learned(self, at: int) -> tuple[str | None, str]:
        """Which input of a node no input of the network reaches, and the other one."""
        for one, other in self.split(at):
            if one in self.fixed and other not in self.fixed:
                return one, other
        return None, ""

    def numbers(self, node: Node, place: int, name: str) -> tuple[int, ...] | None:
        """Whole numbers of a node, from an input or an attribute."""
        if len(node.inputs) <= place:
            given = node.attributes.get(name)
            return tuple(given) if given else None
        value = self.values.get(node.inputs[place])
        at = self.maker(node.inputs[place], "Constant")
        if value is None and at is not None:
            value = of_node(self.nodes[at])
        found = None if value is None else value.numbers
        if found is None or not all(isinstance(one, int) for one in found):
            return None
        return found

    def is_closed(self, places: set[int], last: int) -> bool:
        """Whether nothing but these nodes reads what they give, save the last."""
        return all(
            name not in self.kept and self.readers.get(name, set()) <= places
            for at in places - {last}
            for name in self.nodes[at].outputs
        )

    def split(self, at: int) -> Iterator[tuple[str, str]]:
        """The two inputs of a node, either way round."""
        inputs = self.nodes[at].inputs
        if len(inputs) == 2:
            yield inputs[0], inputs[1]
            yield inputs[1], inputs[0]

    def put(self, last: int, op_type: str, inputs: tuple[str, ...], **attributes: Any) -> Node:
        """What takes the place of nodes up to the last of them."""
        node = self.nodes[last]
        return node._replace(op_type=op_type, domain="", inputs=inputs, attributes=attributes)
