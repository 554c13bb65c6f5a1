"""The series of a graph as units: what a person would write on a line of its own."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.folded.nodes import (
    Body,
    Branch,
    Item,
    Join,
    Mark,
    Ref,
    Step,
    Through,
    Unit,
)
from cnncalc.interchange.folded.series import Flow, Piece, RawBranch, Refer, Series
from cnncalc.ops import OPS
from cnncalc.ops.values import shortest

FOLLOWERS = frozenset(
    {"bn", "instance_norm", "layer_norm", "group_norm", "rms_norm", "lrn", "grn", "l2_norm",
     "dropout", "flatten", "scale", "times", "identity"}
    | {name for name, kind in OPS.items() if kind.is_nonlinearity}
)  # fmt: skip
"""Ops that stand on the line of the layer before them."""

NORMS = frozenset({"bn", "instance_norm", "layer_norm", "group_norm", "rms_norm"})


class Units:
    """Makes the body of a whole graph.

    Attributes:
        marks: the labels of the tensors that are referred to.
        body: the network, in one row.
        outputs: for each output the label of its tensor; empty where the last layer gives it.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.scopes = {layer.name: layer for layer in graph.layers}
        self.shapes = {**graph.inputs, **{one.name: one.output_shape for one in graph.layers}}
        self.marks: dict[str, Mark] = {}
        pieces = Series(graph).pieces
        end = pieces[-1].exit
        is_plain = list(graph.outputs.values()) == [end]
        self.outputs = {} if is_plain else {k: self.mark(v) for k, v in graph.outputs.items()}
        self.note(pieces)
        self.body = Body(self.units(pieces), [0])

    def note(self, pieces: Sequence[Piece]) -> None:
        """Give every tensor that is referred to its label, before units are told apart."""
        for piece in pieces:
            if piece.layer is None:
                self.mark(piece.exit)
            for branch in piece.branches:
                if isinstance(branch, Refer):
                    self.mark(branch.tensor)
                elif isinstance(branch, list):
                    self.note(branch)

    def mark(self, tensor: str) -> Mark:
        """The label of a tensor."""
        if tensor not in self.marks:
            is_input = tensor in self.graph.inputs
            self.marks[tensor] = Mark(tensor, is_input=is_input)
        return self.marks[tensor]

    def channels(self, tensor: str | None) -> int:
        """The channels of a tensor; 0 where an expression cannot say them."""
        shape = self.shapes.get(tensor or "", ())
        return shape[0] if len(shape) > 1 else 0

    def units(self, pieces: Sequence[Piece]) -> list[Unit]:
        """Pieces by their lines."""
        units: list[Unit] = []
        last: Item | None = None
        for piece in pieces:
            item = self.item(piece)
            if last is None or units[-1].mark or not follows(last, item):
                units.append(Unit([]))
            units[-1].items.append(item)
            last = item
            if piece.layer is not None and piece.exit in self.marks:
                units[-1].mark = self.marks[piece.exit]
        return units

    def item(self, piece: Piece) -> Item:
        """What a piece is."""
        if piece.layer is None:
            return Ref(self.marks[piece.exit])
        channels = [self.channels(piece.begin)]
        if not piece.branches:
            return step(piece.layer, channels)
        branches: list[Branch] = [self.branch(one) for one in piece.branches]
        return Join(piece.layer.op.notation(), branches, channels, piece.layer.scope)

    def branch(self, raw: RawBranch) -> Branch:
        """A branch of a merge."""
        if isinstance(raw, Flow):
            return Through()
        if isinstance(raw, Refer):
            return Ref(self.marks[raw.tensor])
        return Body(self.units(raw), [0])


def follows(last: Item, item: Item) -> bool:
    """Whether an item stands on the line of the one before it."""
    if isinstance(last, Ref) or not isinstance(item, Step):
        return False
    name = item.op.name
    if name in FOLLOWERS:
        return not (name in NORMS and isinstance(last, Join))
    is_first = isinstance(last, Step) and last.op.name in FOLLOWERS - NORMS
    return is_first and False


def step(layer: Layer, channels: list[int]) -> Step:
    """A layer as a step: flags and words are its structure, numbers its values."""
    told = dict(attributes(layer))
    values = {key: [value] for key, value in told.items() if is_number(value)}
    rest = tuple((key, value) for key, value in told.items() if key not in values)
    structure = (layer.op.name, len(layer.input_shapes[0]) if layer.inputs else 0, rest)
    return Step(layer.op, structure, values, (channels, layer.scope))


def attributes(layer: Layer) -> Iterator[tuple[str, Any]]:
    """The attributes of a layer, a padding in numbers."""
    resolved: Mapping[str, object] = {}
    for key in layer.op.attributes:
        value = layer.op.__dict__[key]
        if key == "padding" and isinstance(value, str):
            resolved = resolved or layer.op.resolved(layer.input_shapes)
            value = resolved[key]
        yield key, value if layer.op.attributes[key].is_shape else shortest(value)


def is_number(value: Any) -> bool:
    """Whether a value may differ between the rows of a stretch."""
    return isinstance(value, int | float | tuple) and not isinstance(value, bool)
