"""Layers of a model that the spec language has no op for, in the terms of an op."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from cnncalc.ops.base import Op
from cnncalc.ops.footprint import SAME_PLACE, UNTOLD, Reach
from cnncalc.ops.formula import Factors, Formula
from cnncalc.ops.values import Shape
from cnncalc.printable import printable


class OnnxOp(Op):
    """An ONNX operator as it stands in a file: what it gives was told by its reader.

    What it holds is told by the layer.

    Attributes:
        output: the shape of its output.
        terms: the named numbers whose product are its MACs; none where it has none.
        products: those whose product are its MACs of activations with activations.
        is_counted: whether its MACs are known; where they are not, a summary is partial.
        order: where each axis comes from, the batch among them, if all that it does is move them.
        part: of an axis, counted from the end, its first place and that after its last, if all
            that it does is take these.
        along: the axes, counted from the end, over which it reduces.
        traits: what a class of the spec language would say of itself: `is_elementwise`, ...
    """

    merges: ClassVar[bool] = True
    has_told_axes: ClassVar[bool] = False

    output: Shape
    terms: Factors
    products: Factors
    place: Reach
    order: Shape
    part: Shape
    along: Shape

    def __init__(  # noqa: PLR0913 - a record of what an operator may say
        self,
        name: str,
        output: Shape,
        *,
        terms: Factors = (),
        products: Factors = (),
        place: Reach = UNTOLD,
        order: Shape = (),
        part: Shape = (),
        along: Shape = (),
        is_counted: bool = True,
        traits: Mapping[str, Any] | None = None,
    ) -> None:
        own = {"output": output, "place": place, "order": order, "part": part, "along": along}
        self.__dict__.update(terms=terms, products=products)
        flags = {"name": name, "is_counted": is_counted, "stays_in_place": place == SAME_PLACE}
        self.__dict__.update(own, **flags, **(traits or {}))
        self.__dict__["_values"] = (output, terms, products, is_counted)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, OnnxOp) and self.name == other.name and self._values == other._values
        )

    __hash__ = Op.__hash__

    def __repr__(self) -> str:
        return f"OnnxOp({self.name!r}, {self.output!r})"

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return self.output

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        return self.terms

    def product_factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        return self.products

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        return iter(())  # its reader worked the shape out from the model

    def tensor_axes(self, tensor: str, shape: Shape) -> tuple[str, ...]:
        return ()  # no one says what they are

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return self.place

    def resolved(self, inputs: Sequence[Shape]) -> Mapping[str, object]:
        return {}

    def notation(self) -> str:
        return printable(self.name)


class PerItem(Op):
    """An op applied to every item along leading axes, as a linear layer to every token.

    Attributes:
        over: the leading axes.
        op: what is done to each item.
    """

    has_told_axes: ClassVar[bool] = False

    over: Shape
    op: Op
    place: Reach

    def __init__(self, over: Shape, op: Op, place: Reach = SAME_PLACE) -> None:
        kind = type(op)
        told: dict[str, Any] = {
            **{name: getattr(op, name) for name in op.attributes},
            "name": op.name,
            "over": over,
            "op": op,
            "place": place,
            "stays_in_place": place == SAME_PLACE,
            "is_elementwise": kind.is_elementwise,
            "backward_reads": kind.backward_reads,
            "is_nonlinearity": kind.is_nonlinearity,
            "weight_axes": kind.weight_axes,
        }
        self.__dict__.update(told)
        self.__dict__["_values"] = (over, op)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PerItem) and self._values == other._values

    __hash__ = Op.__hash__

    def __repr__(self) -> str:
        return f"Each({self.over!r}, {self.op!r})"

    def items(self, inputs: Sequence[Shape]) -> tuple[Shape, ...]:
        """The shapes of one item."""
        return tuple(shape[len(self.over) :] for shape in inputs)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (*self.over, *self.op.output_shape(self.items(inputs)))

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        return self.op.parameters(self.items(inputs))

    def buffers(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        return self.op.buffers(self.items(inputs))

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        factors = self.op.factors(self.items(inputs), output[len(self.over) :])
        return (*(("items", length) for length in self.over), *factors) if factors else ()

    def product_factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        factors = self.op.product_factors(self.items(inputs), output[len(self.over) :])
        return (*(("items", length) for length in self.over), *factors) if factors else ()

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        return self.op.sizes_explained(self.items(inputs), output[len(self.over) :])

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return self.place

    def resolved(self, inputs: Sequence[Shape]) -> Mapping[str, object]:
        return {**self.op.resolved(self.items(inputs)), "over": self.over}

    def notation(self) -> str:
        return self.op.notation()


class ChannelsLast(PerItem):
    """An op that keeps the size, applied to a map or tokens whose channels stand last."""

    def __init__(self, op: Op) -> None:
        super().__init__((), op, UNTOLD)

    def items(self, inputs: Sequence[Shape]) -> tuple[Shape, ...]:
        """The shapes with the channels first."""
        return tuple((*shape[-1:], *shape[:-1]) for shape in inputs)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        channels, *size = super().output_shape(inputs)
        return (*size, channels)

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        return self.op.factors(self.items(inputs), (*output[-1:], *output[:-1]))

    def product_factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        return self.op.product_factors(self.items(inputs), (*output[-1:], *output[:-1]))


class Rounds(PerItem):
    """An op of a body that runs several times, the shapes being the same each time.

    Attributes:
        rounds: how often.
    """

    rounds: int

    def __init__(self, op: Op, rounds: int) -> None:
        super().__init__((), op, SAME_PLACE if op.stays_in_place else UNTOLD)
        told: dict[str, Any] = {name: getattr(op, name) for name in _TRAITS}
        self.__dict__.update(told, rounds=rounds)
        self.__dict__["_values"] = (rounds, op)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rounds) and self._values == other._values

    __hash__ = Op.__hash__

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        factors = self.op.factors(inputs, output)
        return (("rounds", self.rounds), *factors) if factors else ()

    def product_factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        factors = self.op.product_factors(inputs, output)
        return (("rounds", self.rounds), *factors) if factors else ()

    def tensor_axes(self, tensor: str, shape: Shape) -> tuple[str, ...]:
        return self.op.tensor_axes(tensor, shape)

    def notation(self) -> str:
        return f"{self.op.notation()}, {self.rounds:,} rounds"


_TRAITS = (
    "is_counted", "is_elementwise", "is_nonlinearity", "is_view", "backward_reads", "merges",
    "weight_axes",
)  # fmt: skip
"""What a layer of a body is as its op is."""
