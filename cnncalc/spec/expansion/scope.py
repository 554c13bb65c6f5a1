"""Where a layer stands while a spec is expanded: its scope, its names, the calls around it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from cnncalc.diagnostics import Note, Span
from cnncalc.graph import Layer
from cnncalc.ops.values import Shape
from cnncalc.records import Record
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.expressions import Values
from cnncalc.spec.names import numbered


class Tensor(NamedTuple):
    """What a layer, or an input, gives; its shape is None when a fault lies before it."""

    name: str
    shape: Shape | None


UNKNOWN = Tensor("", None)


class Move(NamedTuple):
    """How what a block made is called, and where it stands, when it is put in again.

    Attributes:
        name: the name that a tensor has there.
        offset: how much further on in the draft its layers stand.
        layers: where they stand.
        calls: by how many calls more they are led to.
        shapes: by its new name the shape of a tensor, where that is another.
    """

    name: Callable[[str], str]
    offset: int
    layers: list[Layer]
    calls: int = 0
    shapes: Mapping[str, Shape] = {}


class Made(NamedTuple):
    """The layers that a label names.

    Attributes:
        name: the dotted name of the layer or group.
        x: the name of the tensor that flowed in.
        layers: the draft that they stand in, from `start` up to `stop`.
        calls: how many calls led to the label.
        names_x: whether a label among them names the tensor that flowed in.
        labels: what is labelled among them, as it was found when their block was first walked.
        moves: how that is to be moved to here, the innermost first.
    """

    name: str
    x: str
    layers: list[Layer]
    start: int
    stop: int
    calls: int
    names_x: bool
    labels: "Mapping[str, Found]"
    moves: tuple[Move, ...] = ()

    def find(self, label: str) -> "Found | None":
        """What a label among the layers names."""
        found = self.labels.get(label)
        for move in self.moves if found is not None else ():
            found = found.moved(move)  # type: ignore[union-attr]
        return found

    def moved(self, move: Move) -> "Made":
        """The same, put in again elsewhere."""
        return Made(
            move.name(self.name),
            move.name(self.x) if self.x else "",
            move.layers,
            self.start + move.offset,
            self.stop + move.offset,
            self.calls + move.calls,
            self.names_x,
            self.labels,
            (*self.moves, move),
        )


class Found(NamedTuple):
    """What a label names: a tensor, where it says so, and the layers that gave the tensor.

    Without `made` it is a further name, of an input or of the tensor of another label.
    """

    tensor: Tensor
    span: Span
    made: Made | None = None

    def moved(self, move: Move) -> "Found":
        """The same, put in again elsewhere."""
        tensor = self.tensor
        if tensor.shape is not None:
            name = move.name(tensor.name)
            tensor = Tensor(name, move.shapes.get(name, tensor.shape))
        return Found(tensor, self.span, self.made.moved(move) if self.made else None)


Labels = tuple[Mapping[str, Found], tuple[Move, ...]]
"""What is labelled in a group, and how it is to be moved to where it is asked for."""

NO_LABELS: Labels = ({}, ())


class Scope:
    """The names of one group: its labels, and the names its layers have taken."""

    def __init__(
        self, path: tuple[str, ...], labels: frozenset[str], outer: "Scope | None" = None
    ) -> None:
        self.path = path
        self.prefix = ".".join(path) + "." if path else ""
        self.outer = outer
        self.reserved = labels
        self.tensors: dict[str, Found] = {}
        self.inside: dict[str, Labels] = {}  # of the labelled groups that have ended
        self.taken: dict[str, Span] = {}
        self.counts: dict[str, int] = {}
        self.ends: dict[str, int] = {}  # where looking for a free ordinal ended, by head
        self.turns: dict[int, int] = {}  # rounds so far of each repeat, by identity

    def find(self, label: str) -> Found | None:
        """What a label of this scope or one around it names."""
        scope: Scope | None = self
        while scope is not None:
            if label in scope.tensors:
                return scope.tensors[label]
            scope = scope.outer
        return None

    def next_name(self, head: str, span: Span) -> str:
        """The head and its ordinal among the uses of that head; never a name that a label has."""
        ordinal = self.counts[head] = self.counts.get(head, 0) + 1
        name = numbered(head, ordinal)
        if name in self.taken or name in self.reserved:
            name = self.free_name(head, ordinal)
        self.taken[name] = span
        return name

    def free_name(self, head: str, ordinal: int) -> str:
        """The first free ordinal from there on: none is free up to where the last search ended."""
        ordinal = max(ordinal, self.ends.get(head, 0) + 1)
        while (name := numbered(head, ordinal)) in self.taken or name in self.reserved:
            ordinal += 1
        self.ends[head] = ordinal
        return name

    def count(self, head: str) -> None:
        """A labelled use of a head: the ordinals of the others stay when labels come and go."""
        self.counts[head] = self.counts.get(head, 0) + 1


class Site(Record):
    """One call of a block."""

    block: str
    span: Span


class Frame(NamedTuple):
    """What surrounds a body: its scope, the values in reach, and the calls that led there.

    Attributes:
        given: the expressions that the block's call gave for its parameters.
        caller: the frame of that call.
        round: the round of the repeat that the body stands in, or None.
        round_labels: the labels set in this round, which end with it.
        places: where each of the calls stands, the outermost first.
    """

    scope: Scope
    names: Values
    sites: tuple[Site, ...] = ()
    given: Mapping[str, Expression] = {}
    caller: "Frame | None" = None
    round: int | None = None
    round_labels: list[str] | None = None
    places: tuple[Span, ...] = ()

    def notes(self) -> tuple[Note, ...]:
        """How the body came to be expanded, innermost call first."""
        return tuple(
            Note(f"in the block `{site.block}`, called here", site.span)
            for site in reversed(self.sites)
        )

    def origin(self, expression: Expression) -> "tuple[Expression, Frame]":
        """The expression at the outermost call that a mere parameter stands for, and its frame."""
        frame = self
        while (given := frame.given.get(expression.name or "")) and frame.caller is not None:
            expression, frame = given, frame.caller
        return expression, frame
