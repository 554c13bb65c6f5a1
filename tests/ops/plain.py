"""Ops with few attributes: how the laws draw them, on inputs that they take."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from cnncalc.engine import Array
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape, Value, Word
from ops.case import Law, OpCase, Tensors, Try, Use, accepts, few, moves_as, values
from ops.naive import mean, naive_adaptive, naive_join
from ops.peers import PeerCase

Drawn = tuple[Mapping[str, Value], Shape]
"""Attributes, and the shape of an input that suits them."""
Attributes = Callable[[st.DrawFn, Shape], Drawn]
"""Draws them; the shape that it is given has an axis count that the op takes."""
Uses = Callable[[str], st.SearchStrategy[Use]]
Naive = Callable[[Any, Array, Tensors], Array]


def no_attributes(_draw: st.DrawFn, shape: Shape) -> Drawn:
    """The op as it is."""
    return {}, shape


def plain(naive: Naive, attributes: Attributes = no_attributes) -> Uses:
    """The uses of an op of one input."""

    @st.composite
    def uses(draw: st.DrawFn, name: str) -> Use:
        kind = OPS[name]
        shape = draw(few(kind.axes))
        given, shape = attributes(draw, shape)
        op = kind(len(shape) - 1, **given)
        return Use(op, [shape], lambda x, t: naive(op, x[0], t))

    return uses


def alone(naive: Callable[[Any, Array], Array]) -> Naive:
    """Loops that need no tensors of the op."""
    return lambda op, x, _tensors: naive(op, x)


def index_map(
    naive: Callable[[Any, Array], Array],
    attributes: Attributes,
    refusal: str,
    peers: Callable[[Any, str], Iterator[PeerCase]],
) -> OpCase:
    """The case of an op that is free and moves values as `naive` does.

    `naive` raises a `ValueError` for attributes that do not suit the input, which the op refuses
    in the words of `refusal`.
    """

    @st.composite
    def tries(draw: st.DrawFn, name: str) -> Try:
        given, shape = attributes(draw, draw(few(OPS[name].axes, longest=6)))
        op = OPS[name](len(shape) - 1, **given)
        return moves_as(op, [shape], lambda: naive(op, values(shape)), refusal)

    def uses(name: str) -> st.SearchStrategy[Use]:
        own = plain(alone(naive), attributes)(name)
        return own.filter(lambda use: accepts(use.op, use.inputs))

    return OpCase(uses, (Law(tries),), peers)


@st.composite
def join_uses(draw: st.DrawFn, name: str) -> Use:
    """An op that joins one to three inputs."""
    shape = draw(few((0, 1, 2, 3)))
    count = 2 if name in {"sub", "div"} else draw(st.integers(1, 3))
    if name == "concat":
        inputs = [(draw(st.integers(1, 3)), *shape[1:]) for _ in range(count)]
    else:
        inputs = [tuple(draw(st.sampled_from([1, n])) for n in shape) for _ in range(count)]
    op = OPS[name](len(shape) - 1)
    return Use(op, inputs, lambda x, _t: naive_join(op, x))


# Attributes


def output_size(draw: st.DrawFn, shape: Shape) -> Drawn:
    """A size for each axis."""
    return {"output_size": tuple(draw(st.integers(1, 6)) for _ in shape[1:])}, shape


def affine(draw: st.DrawFn, shape: Shape) -> Drawn:
    """With factor and shift, or without."""
    return {"affine": draw(st.booleans())}, shape


def in_groups(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Channels that groups can share."""
    groups = draw(st.integers(1, 3))
    return {"groups": groups}, (groups * shape[0], *shape[1:])


def affine_in_groups(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Both."""
    attributes, shape = affine(draw, shape)
    groups, shape = in_groups(draw, shape)
    return {**attributes, **groups, "bias": draw(st.booleans())}, shape


def amounts(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Cells before and after each axis."""
    amount = st.integers(0, 2)
    return {"amounts": tuple((draw(amount), draw(amount)) for _ in shape[1:])}, shape


def smaller_size(draw: st.DrawFn, shape: Shape) -> Drawn:
    """A size that the input has."""
    return {"size": tuple(draw(st.integers(1, n)) for n in shape[1:])}, shape


def some_channels(draw: st.DrawFn, shape: Shape) -> Drawn:
    """A range of the channels."""
    start = draw(st.integers(0, shape[0] - 1))
    return {"start": start, "stop": draw(st.integers(start + 1, shape[0]))}, shape


def factor_or_size(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Either, with each mode that suits the axes."""
    between = Word(("linear", "bilinear", "trilinear")[len(shape) - 2])
    mode = draw(st.sampled_from([Word("nearest"), between]))
    what = draw(st.sampled_from(["factor", "size"]))
    return {"mode": mode, what: tuple(draw(st.integers(1, 5)) for _ in shape[1:])}, shape


def block_factor(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Channels that can be dealt to the places of blocks."""
    factor = draw(st.integers(1, 3))
    return {"factor": factor}, (shape[0] * factor * factor, *shape[1:])


def slopes(draw: st.DrawFn, shape: Shape) -> Drawn:
    """One, or one for each channel."""
    return {"num_parameters": draw(st.sampled_from([1, shape[0]]))}, shape


def sharpness(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Of a bend."""
    return {"beta": draw(st.sampled_from([1.0, 0.5, 3.0]))}, shape


def shared(draw: st.DrawFn, shape: Shape) -> Drawn:
    """An axis of the map, or groups of channels."""
    names = {2: ("length",), 3: ("height", "width"), 4: ("depth", "height", "width")}
    axis = Word(draw(st.sampled_from(["channels", "groups", *names.get(len(shape), ())])))
    groups = draw(st.integers(1 if axis == "channels" else 2, 3))
    if axis not in {"channels", "groups"}:
        return {"axis": axis}, shape
    return {"axis": axis, "groups": groups}, (groups * shape[0], *shape[1:])


def bounds(draw: st.DrawFn, shape: Shape) -> Drawn:
    """A lower and an upper one."""
    return {
        "min_val": draw(st.sampled_from([-1.0, 0.25])),
        "max_val": draw(st.sampled_from([1.0, 4])),
    }, shape


def constant_factor(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Of either sign."""
    return {"factor": draw(st.sampled_from([0.17, -2.0, 1.5]))}, shape


def channels_near(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Large enough to be seen: the default of `alpha` is a ten-thousandth."""
    return {"size": draw(st.integers(1, 6)), "alpha": 0.7, "k": 1.5}, shape


# Loops over a whole input


def naive_global(op: Any, x: Array, _tensors: Tensors) -> Array:
    """All places in one part."""
    return naive_adaptive(x, (1,) * (x.ndim - 1), max if op.name == "globalmaxpool" else mean)


def naive_parts(op: Any, x: Array, _tensors: Tensors) -> Array:
    """As many parts as the output has places."""
    return naive_adaptive(x, op.output_size, max if op.name == "adaptive_maxpool" else mean)
