"""A graph as a series of steps and merges of branches, in the order in which it runs.

Layers are read one by one. What reads the tensor that was given last continues a segment, what
reads another begins one. A merge takes the segments that it reads off the top, when they begin at
one tensor and nobody else reads what is in them: they are its branches. Whatever else is read
where it does not flow is referred to.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Union

from cnncalc.graph import Graph, Layer

DEEPEST = 10
"""Merges within branches of merges; beyond it a merge refers to its branches."""

LONGEST = 500
"""Pieces of a branch."""

_MOST_TRIED = 8
"""Tensors that are tried as the one at which the branches of a merge begin."""


class TooEntangledError(ValueError):
    """The graph has no such form that could be found within bounds."""


class Refer(NamedTuple):
    """A tensor that is referred to; as a step of its own it flows from there on."""

    tensor: str


class Flow(NamedTuple):
    """The tensor that flows in, as a branch."""


class Piece(NamedTuple):
    """A step of a series, or a merge.

    Attributes:
        layer: its layer; None of a reference.
        branches: of a merge.
        exit: the tensor that it gives.
        first: the number of its first layer.
        inner: the number of the last layer that reads what stands in its branches.
        depth: merges within each other.
        begin: the tensor that flows in; None of what reads nothing.
    """

    layer: Layer | None
    branches: "tuple[RawBranch, ...]"
    exit: str
    first: int
    inner: int
    depth: int
    begin: str | None


RawBranch = Union[Refer, Flow, list[Piece]]  # noqa: UP007 - as `Piece` names it


class _Segment:
    """Pieces each of which reads what the one before it gives."""

    __slots__ = ("entry", "pieces")

    def __init__(self, entry: str | None) -> None:
        self.entry = entry
        self.pieces: list[Piece] = []

    @property
    def exit(self) -> str | None:
        return self.pieces[-1].exit if self.pieces else self.entry


class _Match(NamedTuple):
    """How a merge takes its branches: what is left of the stack, and what was cut off."""

    branches: list[RawBranch]
    left: int
    cut: int
    refers: int
    start: str

    @property
    def is_odd(self) -> bool:
        """Whether most of what it reads is referred to, and yet not all."""
        is_split = any(isinstance(one, list) for one in self.branches)
        told = sum(isinstance(one, Refer) for one in self.branches)
        return is_split and 2 * told > len(self.branches)


class Series:
    """Reads a graph; `pieces` is what it is made of.

    Raises:
        TooEntangledError: it takes too long to find out, or what reads nothing has no merge.
    """

    def __init__(self, graph: Graph) -> None:
        self.layers = graph.layers
        self.readers: dict[str, list[int]] = {}
        for number, layer in enumerate(graph.layers):
            for name in dict.fromkeys(layer.inputs):
                self.readers.setdefault(name, []).append(number)
        for name in dict.fromkeys(graph.outputs.values()):
            self.readers.setdefault(name, []).append(len(graph.layers))
        self.effort = 400 * len(graph.layers) + 100_000
        self.stack = [_Segment(next(iter(graph.inputs), None))]
        self.at: dict[str, tuple[_Segment, int]] = {}
        for number, layer in enumerate(graph.layers):
            if layer.op.merges:
                self.merge(number, layer)
            else:
                self.step(number, layer)
        self.pieces = list(self.flat(self.stack))
        if len(graph.inputs) > 1:  # nothing flows in then
            start = Piece(None, (), next(iter(graph.inputs)), -1, -1, 0, None)
            self.pieces.insert(0, start)

    def step(self, number: int, layer: Layer) -> None:
        """A layer that reads one tensor, or none."""
        begin = layer.inputs[0] if layer.inputs else None
        if begin is None or self.stack[-1].exit != begin:
            self.stack.append(_Segment(begin))
        self.push(Piece(layer, (), layer.name, number, -1, 0, begin))

    def push(self, piece: Piece) -> None:
        """Put a piece behind the last."""
        segment = self.stack[-1]
        self.at[piece.exit] = (segment, len(segment.pieces))
        segment.pieces.append(piece)

    def merge(self, number: int, layer: Layer) -> None:
        """A layer that joins branches."""
        best: _Match | None = None
        for start in self.starts(layer):
            found = self.match(number, layer, start)
            if found and (not best or (found.is_odd, found.refers) < (best.is_odd, best.refers)):
                best = found
            if best and not best.refers:
                break
        if best is None:
            start = layer.inputs[0]
            self.stack.append(_Segment(start))
            branches = [Flow() if one == start else Refer(one) for one in layer.inputs]
            best = _Match([*branches], len(self.stack) - 1, 0, 0, start)
        del self.stack[best.left + 1 :]
        del self.stack[-1].pieces[best.cut :]
        parts = [one for one in best.branches if isinstance(one, list)]
        self.push(
            Piece(
                layer,
                tuple(best.branches),
                layer.name,
                min((part[0].first for part in parts), default=number),
                max((self.last(one) for part in parts for one in part), default=-1),
                1 + max((one.depth for part in parts for one in part), default=0),
                best.start,
            )
        )

    def last(self, piece: Piece) -> int:
        """The number of the last layer that reads what a piece gives, or what stands in it."""
        reading = self.readers.get(piece.exit, [-1])
        return max(piece.inner, reading[-1])

    def starts(self, layer: Layer) -> list[str]:
        """Tensors at which the branches of a merge might begin."""
        top = self.stack[: -_MOST_TRIED - 1 : -1]
        names = [
            *layer.inputs[:_MOST_TRIED],
            *(one.entry for one in top),
            layer.inputs[-1],
            self.stack[-1].exit,
        ]
        return list(dict.fromkeys(name for name in names if name is not None))

    def match(self, number: int, layer: Layer, start: str) -> _Match | None:
        """The branches of a merge, if they begin at `start`."""
        left, cut, end, refers = len(self.stack) - 1, -1, number, 0
        branches: list[RawBranch] = []
        times = Counter(layer.inputs)
        for name in reversed(layer.inputs):
            self.effort -= 1
            if name == start:
                branches.append(Flow())
                continue
            is_top = cut < 0 and left >= 0 and self.stack[left].exit == name and times[name] < 2
            taken = self.branch(left, start) if is_top else None
            if taken is None or taken[0][-1].exit != name:
                branches.append(Refer(name))
                refers += 1
                continue
            pieces, left, cut = taken
            if not self.is_quiet(pieces, end, number):
                return None
            end = next(one.first for one in pieces if one.layer is not None)
            refers += sum(one.layer is None for one in pieces)
            branches.append(pieces)
        if cut < 0 and left >= 0 and self.stack[left].exit == start:
            cut = len(self.stack[left].pieces)
        elif cut < 0:
            left, cut = left + 1, 0
            if left >= len(self.stack) or self.stack[left].entry != start:
                return None
        return _Match(branches[::-1], left, cut, refers, start)

    def branch(self, left: int, start: str) -> tuple[list[Piece], int, int] | None:
        """What stands on top of the stack from a tensor on, what is left, and where it is cut."""
        above: list[_Segment] = []
        while left >= 0:
            segment = self.stack[left]
            place = self.place(segment, start)
            self.effort -= 1
            if self.effort < 0:
                raise TooEntangledError
            if segment.entry in {start, None} and left and segment.pieces:
                return list(self.flat([segment, *reversed(above)])), left - 1, -1
            if place >= 0 and (above or place < len(segment.pieces)):
                if len(segment.pieces) - place > LONGEST:
                    return None
                lower = _Segment(start)
                lower.pieces = segment.pieces[place:]
                self.effort -= len(lower.pieces)
                return list(self.flat([lower, *reversed(above)])), left, place
            if len(above) == _MOST_TRIED:
                return None
            above.append(segment)
            left -= 1
        return None

    def place(self, segment: _Segment, tensor: str) -> int:
        """Where in a segment a tensor flows: the number of pieces before it; -1 where not."""
        if segment.entry == tensor:
            return 0
        held, place = self.at.get(tensor, (None, 0))
        is_there = held is segment and place < len(segment.pieces)
        return place + 1 if is_there and segment.pieces[place].exit == tensor else -1

    def is_quiet(self, pieces: Sequence[Piece], end: int, reader: int) -> bool:
        """Whether nobody but that layer reads what a branch makes, and it nothing but its end."""
        self.effort -= len(pieces)
        if self.effort < 0:
            raise TooEntangledError
        *before, last = (one for one in pieces if one.layer is not None)
        if any(one.depth >= DEEPEST for one in pieces):
            return False
        if last.inner >= end or any(self.last(one) >= end for one in before):
            return False
        reading = self.readers[last.exit]
        return all(one == reader for one in reading[bisect_left(reading, end) :])

    def flat(self, segments: Sequence[_Segment]) -> Iterator[Piece]:
        """Segments as one series, with references between them.

        Raises:
            TooEntangledError: one of them begins with what reads nothing.
        """
        for number, segment in enumerate(segments):
            if number and segment.entry != segments[number - 1].exit:
                if segment.entry is None:
                    raise TooEntangledError
                yield Piece(None, (), segment.entry, -1, -1, 0, None)
            yield from segment.pieces
