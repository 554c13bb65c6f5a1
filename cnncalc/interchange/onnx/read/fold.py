"""Values that are known before anything runs: shapes, and what is computed from them.

Each operator here is one line of NumPy. Source: the ONNX operators of the same names.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from cnncalc.interchange.onnx_model.numbers import MOST
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.ops.values import Shape

Array = np.ndarray[Any, Any]
Fold = Callable[[Site, list[Any]], "Array | list[Array] | None"]

FOLDS: dict[str, Fold] = {
    "Abs": lambda _, x: np.abs(x[0]),
    "Add": lambda _, x: x[0] + x[1],
    "And": lambda _, x: np.logical_and(x[0], x[1]),
    "Cast": lambda s, x: _cast(x[0], s.cast_to),
    "CastLike": lambda s, x: _cast(x[0], s.value(1).dtype),
    "Ceil": lambda _, x: np.ceil(x[0]),
    "Concat": lambda s, x: np.concatenate(x, axis=int(s.get("axis", 0))),
    "Div": lambda _, x: _divided(x[0], x[1]),
    "Equal": lambda _, x: np.equal(x[0], x[1]),
    "Exp": lambda _, x: np.exp(x[0]),
    "Flatten": lambda s, x: x[0].reshape(prod(x[0].shape[: s.get("axis", 1)]), -1),
    "Floor": lambda _, x: np.floor(x[0]),
    "Gather": lambda s, x: np.take(x[0], x[1].astype(np.int64), axis=int(s.get("axis", 0))),
    "Greater": lambda _, x: np.greater(x[0], x[1]),
    "GreaterOrEqual": lambda _, x: np.greater_equal(x[0], x[1]),
    "Identity": lambda _, x: x[0],
    "Less": lambda _, x: np.less(x[0], x[1]),
    "LessOrEqual": lambda _, x: np.less_equal(x[0], x[1]),
    "Log": lambda _, x: np.log(x[0]),
    "Max": lambda _, x: np.max(np.broadcast_arrays(*x), axis=0),
    "Min": lambda _, x: np.min(np.broadcast_arrays(*x), axis=0),
    "Mod": lambda _, x: np.mod(x[0], x[1]),
    "Mul": lambda _, x: x[0] * x[1],
    "Neg": lambda _, x: -x[0],
    "NonZero": lambda _, x: np.asarray(np.nonzero(x[0]), np.int64),
    "Not": lambda _, x: np.logical_not(x[0]),
    "Or": lambda _, x: np.logical_or(x[0], x[1]),
    "Pow": lambda _, x: np.power(x[0], x[1]).astype(x[0].dtype),
    "Reciprocal": lambda _, x: 1 / x[0],
    "ReduceMax": lambda s, x: _reduced(s, x, np.max),
    "ReduceMin": lambda s, x: _reduced(s, x, np.min),
    "ReduceProd": lambda s, x: _reduced(s, x, np.prod),
    "ReduceSum": lambda s, x: _reduced(s, x, np.sum),
    "Round": lambda _, x: np.asarray(np.round(x[0])),
    "Sign": lambda _, x: np.sign(x[0]),
    "Sqrt": lambda _, x: np.sqrt(x[0]),
    "Squeeze": lambda s, x: np.squeeze(x[0], _axes(s, x)),
    "Sub": lambda _, x: x[0] - x[1],
    "Transpose": lambda s, x: np.transpose(x[0], s.get("perm")),
    "Unsqueeze": lambda s, x: np.expand_dims(x[0], _axes(s, x) or ()),
    "Where": lambda _, x: np.asarray(np.where(x[0], x[1], x[2])),
}
"""What is computed from known values alone."""

GROWING: dict[str, Fold] = {
    "ConstantOfShape": lambda s, x: _filled(s, x[0]),
    "Expand": lambda _, x: _expanded(x[0], x[1]),
    "Range": lambda _, x: _ranged(*x),
    "Reshape": lambda _, x: _reshaped(x[0], x[1]),
    "Tile": lambda _, x: _tiled(x[0], x[1]),
}
"""The same, for those whose result may be far longer than what they read."""


def fold(site: Site) -> list[Array] | None:
    """The outputs of a node as far as they are known; None when they are not."""
    kind = site.node.op_type
    if kind in {"Shape", "Size"} and site.values:
        return [_shape(site)]
    operation = FOLDS.get(kind) or GROWING.get(kind)
    if operation is None or not site.is_known:
        return None
    read = [None if value is None else value.data for value in site.values]
    if any(one is not None and one.dtype.kind == "c" for one in read):
        return None  # no shape is made of complex numbers, and NumPy warns where it drops a part
    try:
        with np.errstate(all="ignore"):
            found = operation(site, read)
    except (AttributeError, ArithmeticError, LookupError, TypeError, ValueError):
        return None  # what cannot be computed is told by its shape, or refused with that
    made = found if isinstance(found, list) else [np.asarray(found)]
    return None if found is None or sum(one.size for one in made) > MOST else made


def _shape(site: Site) -> Array:
    shape = site.x.shape
    if site.node.op_type == "Size":
        return np.asarray(prod(shape), np.int64)
    return np.asarray(shape[site.get("start", 0) : site.get("end")], np.int64)


_DTYPES = {
    1: np.float32, 2: np.uint8, 3: np.int8, 4: np.uint16, 5: np.int16, 6: np.int32, 7: np.int64,
    9: np.bool_, 10: np.float16, 11: np.float64, 12: np.uint32, 13: np.uint64, 16: np.float32,
}  # fmt: skip
"""NumPy's types by the numbers of `TensorProto.DataType`; bfloat16 is computed in float32."""


def _cast(x: Any, dtype: int) -> Any:
    return x.astype(_DTYPES[dtype]) if dtype in _DTYPES else None


def _divided(one: Array, other: Array) -> Array:
    if one.dtype.kind in "iu":
        # Integers are divided towards zero.
        quotient = np.sign(one) * np.sign(other) * (np.abs(one) // np.abs(other))
        return np.asarray(quotient, one.dtype)
    return np.asarray(one / other)


def _clipped(site: Site, x: list[Any]) -> Array:
    low, high = (*x[1:3], None, None)[:2]
    low = site.get("min") if low is None else low
    high = site.get("max") if high is None else high
    return np.asarray(x[0] if low is None is high else np.clip(x[0], low, high))


def _axes(site: Site, x: list[Any]) -> tuple[int, ...] | None:
    found = x[1] if len(x) > 1 and x[1] is not None else site.get("axes")
    return None if found is None else tuple(int(axis) for axis in np.ravel(found))


def _reduced(site: Site, x: list[Any], operation: Callable[..., Any]) -> Array:
    axes = _axes(site, x)
    if not axes and site.get("noop_with_empty_axes"):
        return np.asarray(x[0])
    kept = bool(site.get("keepdims", 1))
    return np.asarray(operation(x[0], axis=axes or None, keepdims=kept)).astype(x[0].dtype)


def _sliced(site: Site, x: list[Any]) -> Array:
    starts = np.ravel(x[1] if len(x) > 1 else site.get("starts"))
    ends = np.ravel(x[2] if len(x) > 2 else site.get("ends"))
    axes = x[3] if len(x) > 3 and x[3] is not None else site.get("axes")
    steps = x[4] if len(x) > 4 and x[4] is not None else np.ones(len(starts), np.int64)
    named = range(len(starts)) if axes is None else np.ravel(axes).tolist()
    part = [slice(None)] * x[0].ndim
    for start, end, axis, step in zip(starts, ends, named, np.ravel(steps), strict=True):
        part[axis] = slice(int(start), int(end), int(step))
    return np.asarray(x[0][tuple(part)])


def _split(site: Site, x: list[Any]) -> list[Array]:
    axis, count = int(site.get("axis", 0)), len(site.node.outputs)
    sizes = x[1] if len(x) > 1 and x[1] is not None else site.get("split")
    if sizes is None:
        each = -(-x[0].shape[axis] // count)
        places = [each * place for place in range(1, count)]
    else:
        places = np.cumsum(np.ravel(sizes))[:-1].tolist()
    return list(np.split(x[0], places, axis=axis))


def _is_short(shape: Shape) -> bool:
    return all(n >= 0 for n in shape) and prod(shape) <= MOST


def _filled(site: Site, shape: Array) -> Array | None:
    wanted = tuple(int(n) for n in np.ravel(shape))
    value = site.get("value")
    filler = np.zeros(1, np.float32) if value is None else value
    if not _is_short(wanted) or filler is True:
        return None
    return np.full(wanted, np.ravel(filler)[0], np.asarray(filler).dtype)


def _expanded(x: Array, shape: Array) -> Array | None:
    wanted = np.broadcast_shapes(x.shape, tuple(int(n) for n in np.ravel(shape)))
    return np.broadcast_to(x, wanted) if _is_short(wanted) else None


def _ranged(start: Array, limit: Array, delta: Array) -> Array | None:
    low, high, step = (np.ravel(one)[0].item() for one in (start, limit, delta))
    if not step or abs((high - low) / step) > MOST:
        return None
    return np.arange(low, high, step, dtype=start.dtype)


def _reshaped(x: Array, shape: Array) -> Array:
    wanted = [int(n) for n in np.ravel(shape)]
    return x.reshape([x.shape[at] if n == 0 else n for at, n in enumerate(wanted)])


def _tiled(x: Array, times: Array) -> Array | None:
    repeats = tuple(int(n) for n in np.ravel(times))
    grown = tuple(n * k for n, k in zip(x.shape, repeats, strict=True))
    return np.tile(x, repeats) if _is_short(grown) else None


FOLDS |= {"Clip": _clipped, "Slice": _sliced, "Split": _split}
