"""A fixed filter over each channel, cell by cell."""

from collections.abc import Iterator
from itertools import product
from math import comb
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from cnncalc.engine import Array
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape, Value
from ops.case import Law, OpCase, Try, Use, accepts, few
from ops.peers import PeerCase, shape_of
from ops.plain import Drawn, index_map


def filters(draw: st.DrawFn, shape: Shape) -> Drawn:
    """Kernels and strides, some of which do not suit."""
    kernel = tuple(draw(st.integers(1, 5)) for _ in shape[1:])
    return {"kernel_size": kernel, "stride": tuple(draw(st.integers(1, 3)) for _ in kernel)}, shape


def naive_blur(op: Any, x: Array) -> Array:
    """Axis by axis: the rows in a mirror at both ends, of which every output sums some."""
    for axis, (size, stride) in enumerate(zip(op.kernel_size, op.stride, strict=True), 1):
        if size % 2 == 0 or stride > 2 or size // 2 >= x.shape[axis]:
            raise ValueError("is refused")
        rows = list(range(x.shape[axis]))
        mirror = [*rows[1 : size // 2 + 1][::-1], *rows, *rows[::-1][1 : size // 2 + 1]]
        made = []
        while len(mirror) >= size:
            terms = zip(mirror[:size], range(size), strict=True)
            made.append(
                sum(x.take(row, axis) * comb(size - 1, tap) for row, tap in terms)
                / 2 ** (size - 1)
            )
            mirror = mirror[stride:]
        x = np.stack(made, axis)
    return x


def blurs(torch: Any, _name: str) -> Iterator[PeerCase]:
    """As timm has it: the border mirrored, and a convolution whose weights are fixed."""

    def filtered(x: Any, size: int, stride: int) -> Any:
        taps = torch.tensor([comb(size - 1, place) for place in range(size)]).to(x.dtype)
        weight = (taps[:, None] * taps[None]) / 4 ** (size - 1)
        weight = weight.expand(x.shape[1], 1, size, size)
        around = ((stride - 1) + (size - 1)) // 2
        x = torch.nn.functional.pad(x, [around] * 4, mode="reflect")
        return torch.nn.functional.conv2d(x, weight, stride=stride, groups=x.shape[1])

    for size, stride in product((3, 5), (1, 2)):
        attributes: dict[str, Value] = {"kernel_size": size, "stride": stride}
        yield 2, attributes, lambda x, k=size, s=stride: filtered(x, k, s), (shape_of(4, 2),)
    yield 2, {}, lambda x: filtered(x, 3, 2), ((3, 8, 9),)


@st.composite
def unpool_uses(draw: st.DrawFn, name: str) -> Use:
    """Windows side by side, or apart, on a map that they pooled."""
    shape = draw(few((1, 2, 3), channels=2, longest=5))
    kernel = tuple(draw(st.integers(1, min(2, n))) for n in shape[1:])
    stride = tuple(k + draw(st.integers(0, 1)) for k in kernel)
    padding = tuple(draw(st.integers(0, k - 1)) for k in kernel)
    given: dict[str, Value] = {"kernel_size": kernel, "stride": stride, "padding": padding}
    given["ceil_mode"] = draw(st.booleans())
    pool = OPS["maxpool"](len(kernel), **given)
    assume(accepts(pool, [shape]))
    op = OPS[name](len(kernel), **given)
    inputs = [pool.output_shape([shape]), shape]
    return Use(op, inputs, lambda arrays, _t: naive_unpool(op, *arrays))


def naive_unpool(op: Any, x: Array, pooled: Array) -> Array:
    """Window by window: the largest value is looked for, and gives the place."""
    y = np.zeros_like(pooled)
    for channel, *output in np.ndindex(*x.shape):
        along = [
            [at * s - before + tap for tap in range(k)]
            for at, s, k, (before, _) in zip(
                output, op.stride, op.kernel_size, op.padding, strict=True
            )
        ]
        places = [
            (channel, *at)
            for at in product(*along)
            if all(0 <= one < n for one, n in zip(at, pooled.shape[1:], strict=True))
        ]
        y[max(places, key=lambda at: float(pooled[at]))] = x[(channel, *output)]
    return y


@st.composite
def unpool_gives_the_map_that_was_pooled(draw: st.DrawFn, name: str) -> Try:
    """For free."""
    use = draw(unpool_uses(name))
    return Try(use.op, use.inputs, use.inputs[1])


def unpoolings(torch: Any, _name: str) -> Iterator[PeerCase]:
    """With the indices of the pooling."""

    def unpooled(x: Any, pooled: Any) -> Any:
        _, places = torch.nn.functional.max_pool2d(pooled, 2, return_indices=True)
        return torch.nn.functional.max_unpool2d(x, places, 2, output_size=pooled.shape[2:])

    for size in ((8, 6), (7, 9)):
        inputs = ((3, size[0] // 2, size[1] // 2), (3, *size))
        yield 2, {"kernel_size": 2}, unpooled, inputs


UNPOOL = OpCase(
    unpool_uses, (Law(unpool_gives_the_map_that_was_pooled),), unpoolings, may_cancel=True
)
BLUR = index_map(naive_blur, filters, "has no middle|steps by|mirrors", blurs)
