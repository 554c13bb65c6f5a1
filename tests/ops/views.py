"""Other axes of the same values: how the laws draw them, and loops that do the same."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from cnncalc.engine import Array
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape
from ops.case import Law, OpCase, Try, few, moves_as, values
from ops.peers import PeerCase
from ops.plain import Drawn, alone, plain
from ops.windows import places


def naive_reshape(op: Any, x: Array) -> Array:
    """Value after value."""
    if len(places(x.shape)) != math.prod(op.shape):
        raise ValueError("another number of values")
    y = np.zeros(op.shape, x.dtype)
    for own, other in zip(places(x.shape), places(op.shape), strict=True):
        y[other] = x[own]
    return y


def naive_permute(op: Any, x: Array) -> Array:
    """Value by value, its place in the order that is told."""
    if {*op.order} != {*range(1, x.ndim + 1)} or len(op.order) != x.ndim:
        raise ValueError("no order of the axes")
    y = np.zeros([x.shape[axis - 1] for axis in op.order], x.dtype)
    for place in places(x.shape):
        y[tuple(place[axis - 1] for axis in op.order)] = x[place]
    return y


def shape_of_as_many(draw: st.DrawFn, shape: Shape) -> Drawn:
    """The axes in another order, some of them one."""
    axes = draw(st.permutations(shape))
    joined = draw(st.integers(1, len(axes)))
    return {"shape": (math.prod(axes[:joined]), *axes[joined:])}, shape


def any_order(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Of all axes."""
    return {"order": tuple(draw(st.permutations(range(1, len(shape) + 1))))}, shape


@st.composite
def reshape_keeps_every_value(draw: st.DrawFn, name: str) -> Try:
    """And refuses another number of them."""
    shape, other = draw(few(range(4))), draw(few(range(4)))
    op = OPS[name](len(shape) - 1, shape=other)
    return moves_as(op, [shape], lambda: naive_reshape(op, values(shape)), "values, the input is")


@st.composite
def permute_keeps_every_value(draw: st.DrawFn, name: str) -> Try:
    """And refuses what is no order of the axes."""
    shape = draw(few(range(4)))
    order = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    op = OPS[name](len(shape) - 1, order=order)
    return moves_as(op, [shape], lambda: naive_permute(op, values(shape)), "is no order of")


def view_peers(torch: Any, name: str) -> Iterator[PeerCase]:
    """Views of PyTorch."""
    del torch
    if name == "reshape":
        yield 2, {"shape": (4, 15)}, lambda x: x.reshape(len(x), 4, 15), ((5, 4, 3),)
        yield 0, {"shape": (3, 2, 2)}, lambda x: x.reshape(len(x), 3, 2, 2), ((12,),)
    else:
        yield 2, {"order": (2, 3, 1)}, lambda x: x.permute(0, 2, 3, 1), ((5, 4, 3),)
        yield 3, {"order": (4, 1, 3, 2)}, lambda x: x.permute(0, 4, 1, 3, 2), ((5, 4, 3, 2),)


RESHAPE = OpCase(
    plain(alone(naive_reshape), shape_of_as_many), (Law(reshape_keeps_every_value),), view_peers
)
PERMUTE = OpCase(
    plain(alone(naive_permute), any_order), (Law(permute_keeps_every_value),), view_peers
)
