"""Where values of a model come from and go to, past layers that only move or scale them."""

from collections.abc import Collection, Mapping
from math import prod
from typing import NamedTuple

from cnncalc.interchange.onnx.read.layers import Draft
from cnncalc.interchange.onnx.read.order import Order, in_order
from cnncalc.ops.activation import Times

MOST_MOVES = 16
"""Layers between two products that move values; more are not followed."""


class Traced(NamedTuple):
    """Where values come from or go to.

    Attributes:
        end: the number of the layer at the other end.
        place: which of its inputs they are, where they go to it.
        order: how they stand at the later end, told by how they stand at the earlier.
        factor: what they were multiplied by.
        between: the numbers of the layers between the two.
    """

    end: int
    place: int
    order: Order
    factor: float
    between: tuple[int, ...]


class Traces:
    """The layers of a model by what they read and what reads them."""

    def __init__(self, found: Mapping[int, Draft], outputs: Collection[int]) -> None:
        self.found = found
        self.readers: dict[int, list[int]] = {}
        for number, draft in found.items():
            for read in draft.reads:
                if isinstance(read, int):
                    self.readers.setdefault(read, []).append(number)
        self.kept = {*outputs, *(one.shares for one in found.values() if one.shares is not None)}

    def source(self, number: int, place: int) -> Traced | None:
        """Where an input of a layer comes from, past what only moves or scales values."""
        draft, factor = self.found[number], 1.0
        between: list[int] = []
        if place >= len(draft.reads):
            return None
        read = draft.reads[place]
        while isinstance(read, int) and self.passes(read) and len(between) < MOST_MOVES:
            between.append(read)
            factor *= _factor(self.found[read])
            read = self.found[read].reads[0]
        if not isinstance(read, int) or read not in self.found:
            return None
        order: Order | None = in_order(self.found[read].made.shape)
        for one in reversed(between):
            order = _moved(order, self.found[one])
        order = order.reshaped(draft.made.reads[place].shape) if order else None
        return Traced(read, place, order, factor, tuple(between)) if order else None

    def sink(self, number: int) -> Traced | None:
        """Where the output of a layer goes to, past what only moves or scales values."""
        between: list[int] = []
        order: Order | None = in_order(self.found[number].made.shape)
        at, factor = number, 1.0
        while len(between) <= MOST_MOVES:
            readers = self.readers.get(at, ())
            if len(readers) != 1 or readers[0] not in self.found or order is None:
                return None
            [reader] = readers
            draft = self.found[reader]
            if not self.passes(reader):
                place = draft.reads.index(at)
                order = order.reshaped(draft.made.reads[place].shape)
                return Traced(reader, place, order, factor, tuple(between)) if order else None
            between.append(reader)
            factor *= _factor(draft)
            order, at = _moved(order, draft), reader
        return None

    def passes(self, number: int) -> bool:
        """Whether a layer only moves values, or multiplies all by one number."""
        draft = self.found.get(number)
        if draft is None or len(draft.reads) != 1:
            return False
        return draft.made.moved is not None or isinstance(draft.op, Times)

    def keeps(self, number: int) -> bool:
        """Whether a layer leaves all values in their order, as where an axis of length 1 moves."""
        draft = self.found.get(number)
        if draft is None or len(draft.reads) != 1 or draft.made.moved is None:
            return False
        start = in_order(draft.made.reads[0].shape)
        order = _moved(start, draft)
        flat = (prod(draft.made.shape),)
        return order is not None and order.reshaped(flat) == start.reshaped(flat)

    def entry(self, number: int) -> tuple[Draft, list[int]]:
        """The first of the layers that lead to one with their values in order, and the others."""
        draft = self.found[number]
        before: list[int] = []
        while len(before) < MOST_MOVES and len(draft.made.reads[0].example) != 2:
            read = draft.reads[0]
            if not isinstance(read, int) or not self.keeps(read):
                break
            before.append(read)
            draft = self.found[read]
        return draft, before

    def exit(self, number: int) -> tuple[int, list[int]]:
        """The last of the layers that one leads to with its values in order, and those before.

        It is followed only as far as an axis of length 1 has come into the shape and is gone.
        """
        shape, at, after = self.found[number].shape, number, [number]
        while len(after) < MOST_MOVES:
            readers = self.readers.get(at, [])
            if len(readers) != 1 or at in self.kept or not self.keeps(readers[0]):
                break
            at = readers[0]
            after.append(at)
            if self.found[at].shape == shape:
                return at, after[:-1]
        return number, []


def _moved(order: Order | None, draft: Draft) -> Order | None:
    """An order after a layer that moves values, or scales them."""
    made = draft.made
    order = order.reshaped(made.reads[0].shape) if order else None
    if order and made.moved:
        order = order.turned(made.moved.order) if made.moved.order else order
        order = order.cut(made.moved.parts) if order else None
    return order.reshaped(made.shape) if order else None


def _factor(draft: Draft) -> float:
    return draft.op.factor if isinstance(draft.op, Times) else 1.0
