"""Attention that a model has written out, found among its layers and made one.

Every value between its two linear layers has to stand where it stands in attention as defined by
Vaswani et al. 2017, §3.2: however a model cuts, turns and reshapes, this is followed value for
value. Where one stands elsewhere, where another layer looks in, or where anything is done besides
the products, the scale and the softmax over the keys, the layers stay as they are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import takewhile
from math import isclose, prod, sqrt
from typing import NamedTuple

from cnncalc.interchange.onnx.read.layers import Draft
from cnncalc.interchange.onnx.read.order import Order
from cnncalc.interchange.onnx.read.traces import Traced, Traces
from cnncalc.interchange.terms.made import Made, fitted
from cnncalc.interchange.terms.onnx_ops import ChannelsLast, PerItem
from cnncalc.ops.activation import Softmax
from cnncalc.ops.attention import Attention
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.ops.linear import Linear
from cnncalc.ops.values import Shape, Value


class End(NamedTuple):
    """One of the two linear layers of attention.

    Attributes:
        number: its number.
        op: what it does to a token.
        length: how many tokens there are.
        is_last: whether the channels are the last axis.
    """

    number: int
    op: Linear
    length: int
    is_last: bool


def with_attention(drafts: Sequence[Draft], outputs: Collection[int]) -> Mapping[int, Draft]:
    """The layers by their numbers, with `attention` in the place of what it consists of."""
    found = dict(enumerate(drafts))
    anchors = [number for number, one in found.items() if _is_softmax(one)]
    search = Search(found, outputs) if anchors else None
    for anchor in anchors:
        match = search.attention(anchor) if search else None
        if match is not None:
            last, draft, gone = match
            for number in gone:
                del found[number]
            found[last] = draft
    return dict(sorted(found.items()))


def _is_softmax(draft: Draft) -> bool:
    """Whether a layer is a softmax over the last axis at every place."""
    op, shape = draft.op, draft.shape
    if isinstance(op, PerItem):
        return isinstance(op.op, Softmax) and op.over == shape[:-1]
    names = AXIS_NAMES.get(len(shape), ())
    return isinstance(op, Softmax) and len(names) > 1 and op.axis == names[-1] and op.groups == 1


def _end(number: int, draft: Draft | None) -> End | None:
    """A layer as one of the two ends, where it is linear and its weights are its own."""
    if draft is None or len(draft.reads) != 1 or (draft.held, draft.shares) != (None, None):
        return None
    op, shape = draft.op, draft.read_shapes[0]
    if isinstance(op, PerItem) and isinstance(op.op, Linear) and op.over == shape[:-1]:
        return End(number, op.op, prod(op.over), is_last=True)
    if isinstance(op, Linear) and len(shape) == 2 and op.axis == "channels":
        return End(number, op, shape[1], is_last=False)
    return None


class Search(Traces):
    """The layers of a model by what they read and what reads them."""

    def attention(self, softmax: int) -> tuple[int, Draft, set[int]] | None:
        """What takes the place of which layer, and all others that it takes in."""
        traced = self.traced(softmax)
        if traced is None:
            return None
        scores, q, k, v, weights, heads = traced
        first = [_end(one.end, self.found.get(one.end)) for one in (q, k, v)]
        makers = tuple(dict.fromkeys(one for one in first if one is not None))
        other = _end(heads.end, self.found.get(heads.end))
        depth = self.found[scores.end].made.reads[0].shape[-1]
        if None in first or other is None or not self.fits(makers, other, depth):
            return None
        factor = scores.factor * q.factor * k.factor
        is_scaled = isclose(factor, 1 / sqrt(depth), rel_tol=1e-4)
        is_scaled &= (v.factor, weights.factor, heads.factor) == (1, 1, 1)
        orders = _orders(makers, other, depth, is_turned=weights.place == 1)
        if not is_scaled or tuple(trace.order.plain for trace in traced) != orders:
            return None
        within = {softmax, scores.end, weights.end, q.end, k.end, v.end}
        within |= {number for trace in traced for number in trace.between}
        return self.joined(makers, other, within, depth)

    def traced(self, softmax: int) -> tuple[Traced, ...] | None:
        """Where the scores, queries, keys, values, weights and heads around a softmax stand."""
        scores, weights = self.source(softmax, 0), self.sink(softmax)
        if scores is None or weights is None or not self.is_product(scores.end, weights.end):
            return None
        q, k = (self.source(scores.end, place) for place in (0, 1))
        v = self.source(weights.end, 1 - weights.place)
        heads = self.sink(weights.end)
        if q is None or k is None or v is None or heads is None:
            return None
        return scores, q, k, v, weights, heads

    def is_product(self, *numbers: int) -> bool:
        """Whether layers are each a product of two tensors that depend on the input."""
        drafts = [self.found.get(number) for number in numbers]
        return all(one and one.op.name == "matmul" and len(one.reads) == 2 for one in drafts)

    def fits(self, makers: tuple[End, ...], other: End, depth: int) -> bool:
        """Whether ends are those of attention with heads of so many channels.

        One layer makes queries, keys and values, or three make one each of the same tensor.
        """
        one = makers[0]
        if len(makers) not in {1, 3} or depth < 1 or not other.op.bias:
            return False
        alike = {(end.op, end.length, end.is_last, self.found[end.number].reads) for end in makers}
        parts = 3 // len(makers)
        width = one.op.out_features // parts
        is_whole = one.op.out_features % parts == 0 and width % depth == 0
        return len(alike) == 1 and is_whole and one.length == other.length

    def joined(
        self, makers: tuple[End, ...], other: End, within: set[int], depth: int
    ) -> tuple[int, Draft, set[int]] | None:
        """Attention instead of its layers, when nothing else looks into these."""
        one, width = makers[0], makers[0].op.out_features * len(makers) // 3
        first, second = self.found[one.number], self.found[other.number]
        start, before = self.entry(one.number)
        last, after = self.exit(other.number)
        read, shape = start.made.reads[0], self.found[last].shape
        size = read.example if not one.is_last else (read.example[-1], *read.example[:-1])
        op = _op(one.op, other.op, (width, depth), size) if size[1:] == (one.length,) else None
        wanted = (other.op.out_features, other.length)
        if (
            op is None
            or one.is_last != other.is_last
            or shape != (wanted[::-1] if other.is_last else wanted)
        ):
            return None
        gone = {*within, other.number, *after} - {last}
        if not self.is_closed(gone, last):
            return None
        gone |= self.unread(before, gone)
        wrapped = ChannelsLast(op) if one.is_last else op
        made = Made(wrapped, self.found[last].made.shape, (read,))
        scopes, module = (
            _shared(getattr(first, name), getattr(second, name)) for name in ("scopes", "module")
        )
        names = frozenset[str]().union(*(self.found[end.number].names for end in makers))
        draft = Draft(
            wrapped, start.reads[:1], (read.example,), shape, None, scopes, module,
            made, names | second.names,
        )  # fmt: skip
        return last, draft, gone

    def is_closed(self, gone: Iterable[int], last: int) -> bool:
        """Whether nothing looks into layers but they themselves and the last."""
        within = {*gone, last}
        return all(
            number not in self.kept
            and all(reader in within for reader in self.readers.get(number, ()))
            for number in within - {last}
        )

    def unread(self, before: Sequence[int], gone: Collection[int]) -> set[int]:
        """Which of the layers that led to attention lead to nothing else."""
        within = {*gone}
        for number in before:
            if number in self.kept or not all(one in within for one in self.readers[number]):
                break
            within.add(number)
        return within.difference(gone)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The groups that two layers both stand in."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return tuple(name for name, _ in pairs)


def _orders(
    makers: tuple[End, ...], other: End, depth: int, *, is_turned: bool
) -> tuple[Order, ...]:
    """How values stand in attention: the scores, queries, keys, values, weights and heads.

    Args:
        makers: the layer that makes queries, keys and values, or the three that do.
        other: the layer on the heads.
        depth: the channels of a head.
        is_turned: whether the values stand before the weights in their product.
    """
    one, length = makers[0], makers[0].length
    width = one.op.out_features * len(makers) // 3
    heads = width // depth
    # How far apart two tokens, two features and two parts are as the first layer gives them.
    token, feature = (one.op.out_features, 1) if one.is_last else (1, length)
    head, place, of = (heads, depth * feature), (length, token), (depth, feature)
    wide = (head,), (place,), (of,)
    tall = (head,), (of,), (place,)
    square = ((heads, length**2),), ((length, length),), ((length, 1),)
    parts = [part * width * feature if len(makers) == 1 else 0 for part in range(3)]
    if is_turned:
        given = (heads, width * length // heads), (depth, length), (length, 1)
        weights = square[0], square[2], square[1]
    else:
        given = (heads, width * length // heads), (depth, 1), (length, depth)
        weights = square
    joined = ((given[0], given[1]), (given[2],))
    found = (
        Order(square),
        Order(wide, parts[0]),
        Order(tall, parts[1]),
        Order(tall if is_turned else wide, parts[2]),
        Order(weights),
        Order(joined[::-1] if other.is_last else joined),
    )
    return tuple(order.plain for order in found)


def _op(first: Linear, second: Linear, widths: tuple[int, int], size: Shape) -> Attention | None:
    """The layer for channels of all heads, and of one."""
    width, depth = widths
    settings: dict[str, Value] = {"heads": width // depth, "bias": first.bias}
    if width != size[0]:
        settings["dim"] = width
    if second.out_features != size[0]:
        settings["out_channels"] = second.out_features
    made = fitted(Attention, settings, size)
    return made[0] if made and isinstance(made[0], Attention) else None
