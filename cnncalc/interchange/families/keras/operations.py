"""Functions of `keras.ops`, which stand in a file as layers of their own.

Source: Keras 3.15, `ops/numpy.py`, `ops/nn.py`, `ops/core.py`.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from cnncalc.interchange.families.keras.activation import softmax_along
from cnncalc.interchange.families.keras.merge import aligned, concatenated, join, stretched
from cnncalc.interchange.families.keras.pool import flattened
from cnncalc.interchange.families.keras.reshape import filled, permuted, viewed
from cnncalc.interchange.terms.keras import ACTIVATIONS, OPERATIONS, Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.interchange.terms.keras_settings import brief
from cnncalc.ops import Op
from cnncalc.ops.activation import Elu, Gelu, LeakyRelu, Times
from cnncalc.ops.attention import Matmul
from cnncalc.ops.merge import Add, Div, Maximum, Mul, Sub
from cnncalc.ops.pool import GlobalAveragePool, GlobalMaxPool
from cnncalc.ops.reshape import Slice
from cnncalc.ops.values import LARGEST, Shape, Word, show_shape

operation = partial(keras, table=OPERATIONS)

# Value by value

_BINARY: dict[str, type[Op] | None] = {
    "Add": Add,
    "Subtract": Sub,
    "Multiply": Mul,
    "Divide": Div,
    "TrueDivide": Div,
    "Maximum": Maximum,
    "Minimum": None,
    "Power": None,
    "FloorDivide": None,
    "Mod": None,
}


@operation(*_BINARY)
def binary(use: Use) -> Tensor:
    """Two tensors value by value, or a tensor and a number."""
    sides = [use.argument("x1", 0, None), use.argument("x2", 1, None)]
    for place, side in enumerate(use.args[:2]):
        sides[place] = side
    if not any(isinstance(side, Tensor) for side in sides):
        use.refuse("it joins two values that are no tensors")
    if all(isinstance(side, Tensor) for side in sides):
        return join(use, _BINARY[use.kind], aligned(use))
    [fixed] = [side for side in sides if not isinstance(side, Tensor)] or [None]
    x = use.x
    if isinstance(fixed, int | float) and not isinstance(fixed, bool) and abs(fixed) <= 1e12:
        if use.kind == "Multiply":
            return use.ours(Times, x, factor=float(fixed))
        if use.kind in {"Divide", "TrueDivide"} and sides[0] is not fixed and abs(fixed) > 1e-12:
            return use.ours(Times, x, factor=1 / fixed)
        return use.foreign(x.shape, x, elementwise=True)
    axes = _axes_of(use, fixed)
    if len(axes) > len(x.shape) or any(
        n not in {1, m} for n, m in zip(axes[::-1], x.shape[::-1], strict=False)
    ):
        use.refuse(f"it joins {show_shape(x.shape)} and a constant of {show_shape(axes)}")
    return use.foreign(x.shape, x, elementwise=True)


def _axes_of(use: Use, value: Any) -> Shape:
    """The axes of a constant, which stands in the file as lists in lists."""
    value = value.get("config") if isinstance(value, Mapping) else value
    value = value.get("value") if isinstance(value, Mapping) else value
    axes: list[int] = []
    while isinstance(value, list) and value and len(axes) < 8:
        axes.append(len(value))
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int | float):
        use.refuse("it joins a tensor and what is no number", code="E713")
    return tuple(axes)


@operation(
    "Abs", "Absolute", "Ceil", "Clip", "Cos", "Erf", "Exp", "Expm1", "Floor", "Log", "Log1p",
    "Negative", "Reciprocal", "Round", "Rsqrt", "Selu", "Sign", "Sin", "Softsign", "LogSigmoid",
    "Sqrt", "Square", "Celu", "Squareplus", "Cosh", "Sinh", "Tan",
)  # fmt: skip
def function(use: Use) -> Tensor:
    """A function of each value that the spec language does not have."""
    return use.foreign(use.x.shape, use.x, elementwise=True)


_FUNCTIONS = {
    "Relu": "relu", "Relu6": "relu6", "Sigmoid": "sigmoid", "Tanh": "tanh", "Silu": "silu",
    "Softplus": "softplus", "HardSigmoid": "hard_sigmoid", "HardSilu": "hard_silu",
    "HardTanh": "hard_tanh",
}  # fmt: skip


@operation(*_FUNCTIONS)
def named_function(use: Use) -> Tensor:
    """The function that `activation=` names, too."""
    name = _FUNCTIONS[use.kind]
    return ACTIVATIONS[name](use, use.x, name, None)


@operation("LeakyRelu", "Elu", "Gelu")
def bent(use: Use) -> Tensor:
    """A function with a setting."""
    if use.kind == "LeakyRelu":
        return use.ours(LeakyRelu, use.x, slope=use.number("negative_slope", 0.2))
    return (
        use.ours(Gelu, use.x)
        if use.kind == "Gelu"
        else use.ours(Elu, use.x, alpha=use.number("alpha", 1.0))
    )


@operation("Softmax", "LogSoftmax")
def softmax(use: Use) -> Tensor:
    """`softmax`."""
    axis = use.argument("axis", 1, -1)
    if use.kind == "LogSoftmax" or not isinstance(axis, int):
        return use.foreign(use.x.shape, use.x)
    return softmax_along(use, use.x, axis)


@operation(
    "NotEqual", "Equal", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalAnd", "LogicalOr",
    "LogicalNot",
)  # fmt: skip
def comparison(use: Use) -> Tensor:
    """A mask, which Keras makes of inputs: left out where nothing but masks is made of it."""
    tensors = aligned(use)
    if not tensors:
        use.refuse("it compares no tensors", code="E712")
    shape = stretched(use, [one.shape for one in tensors])
    made = use.foreign(shape, *tensors, elementwise=True)
    use.net.bypassed.add(made.place)
    return made


@operation("Cast", "StopGradient", "Copy")
def same(use: Use) -> Tensor:
    """Nothing that is counted."""
    return use.x


# Sums


@operation("Mean", "Sum", "Max", "Min", "Amax", "Amin", "Prod", "Std", "Var")
def reduced(use: Use) -> Tensor:
    """`globalavgpool` or `globalmaxpool` of a map; over other axes as it stands."""
    x, axis = use.x, use.argument("axis", 1, None)
    each = axis if isinstance(axis, list) else [axis]
    if axis is None:
        use.refuse("it joins all examples of a batch", code="E713")
    places = {use.axis(one, x) for one in each}
    kept = use.argument("keepdims", 2, default=False) is True
    rank = len(x.own)
    kind = {"Mean": GlobalAveragePool, "Max": GlobalMaxPool, "Amax": GlobalMaxPool}.get(use.kind)
    if kind is not None and 1 < rank <= 4 and places == set(range(1, rank)):
        y = use.ours(kind, x)
        return y if kept else flattened(use, y)
    own = [None if axis in places else n for axis, n in enumerate(x.own)]
    back = own if x.first else [*own[1:], own[0]]
    shape = tuple(1 if n is None else n for n in back if kept or n is not None)
    return use.foreign(shape, x)


@operation("Matmul")
def matmul(use: Use) -> Tensor:
    """The product of two matrices of each example."""
    if len(use.tensors) != 2:
        use.refuse("it multiplies a tensor and a constant", code="E713")
    a, b = use.tensors
    if len(a.shape) != len(b.shape) or len(a.shape) < 2 or a.shape[-1] != b.shape[-2]:
        use.refuse(f"it cannot multiply {show_shape(a.shape)} and {show_shape(b.shape)}")
    if len(a.shape) == 2:
        # Of `a b` and `b c` we have `b a` and `c b`, and the other way round their product.
        return _turned_product(use, a, b)
    stack = tuple(max(m, n) for m, n in zip(a.shape[:-2], b.shape[:-2], strict=True))
    products = (
        *(("products", n) for n in stack),
        ("rows", a.shape[-2]),
        ("terms", a.shape[-1]),
        ("columns", b.shape[-1]),
    )
    return use.foreign((*stack, a.shape[-2], b.shape[-1]), a, b, first=a.first, products=products)


def _turned_product(use: Use, a: Tensor, b: Tensor) -> Tensor:
    b = use.laid(b, first=a.first)
    return use.ours(Matmul, a, b) if a.first else use.ours(Matmul, b, a)


# Shapes


@operation("Reshape")
def reshape(use: Use) -> Tensor:
    """Another shape of the values of each example."""
    target = use.argument("newshape", 1)
    if not isinstance(target, list) or not target or target[0] not in (-1, None):
        use.refuse(f"its shape {brief(target)} does not begin with the batch", code="E713")
    return viewed(use, use.x, filled(use, use.x.shape, target[1:]))


@operation("Transpose")
def transpose(use: Use) -> Tensor:
    """Axes in another order."""
    axes, rank = use.argument("axes", 1, None), len(use.x.shape) + 1
    is_order = isinstance(axes, list) and sorted(map(str, axes)) == sorted(map(str, range(rank)))
    if not isinstance(axes, list) or not is_order or axes[0] != 0:
        use.refuse(f"`axes` is {brief(axes)}, its input has {rank}", code="E713")
    return permuted(use, use.x, [axis - 1 for axis in axes[1:]])


@operation("ExpandDims", "Squeeze")
def with_axis(use: Use) -> Tensor:
    """An axis of 1 put in or taken out."""
    x, axis = use.x, use.argument("axis", 1, None)
    rank = len(x.shape) + 1 + (use.kind == "ExpandDims")
    if (
        isinstance(axis, bool)
        or not isinstance(axis, int)
        or not -rank <= axis < rank
        or axis % rank < 1
    ):
        use.refuse(f"`axis` is {brief(axis)}", code="E713")
    place, shape = axis % rank - 1, x.shape
    if use.kind == "ExpandDims":
        return viewed(use, x, (*shape[:place], 1, *shape[place:]))
    if shape[place] != 1:
        use.refuse(f"the axis has {shape[place]} places, not 1")
    return viewed(use, x, (*shape[:place], *shape[place + 1 :]))


@operation("Concatenate")
def concatenate(use: Use) -> Tensor:
    """`concat`."""
    return concatenated(use, use.argument("axis", 1, -1))


@operation("GetItem")
def item(use: Use) -> Tensor:
    """A part of a tensor: `slice` where it is one."""
    key = use.argument("key", 1)
    keys = key if isinstance(key, list) else [key]
    x = use.x
    if not keys or (_range(use, keys[0], 1) is not None and keys[0] == 0):
        use.refuse("it takes one example of a batch", code="E713")
    parts = [_range(use, one, n) for one, n in zip(keys[1:], x.shape, strict=False)]
    whole = keys[0] if isinstance(keys[0], Mapping) else None
    if whole is None or _range(use, whole, 5) != range(5) or len(keys) - 1 > len(x.shape):
        use.refuse(f"its key {brief(key)} is not known", code="E713")
    cut = [axis for axis, part in enumerate(parts) if part != range(x.shape[axis])]
    if not cut:
        return x
    is_whole = all(isinstance(one, Mapping) for one in keys)
    if len(cut) == 1 and is_whole and parts[cut[0]].step == 1 and parts[cut[0]]:
        [axis] = cut
        place = axis if x.first else (axis + 1) % len(x.shape)
        word = use.axis_word(place, len(x.own))
        if word is not None:
            part = parts[axis]
            return use.ours(Slice, x, start=part.start, stop=part.stop, axis=Word(word))
    lengths = [*map(len, parts), *x.shape[len(parts) :]]
    dropped = {axis for axis, one in enumerate(keys[1:]) if not isinstance(one, Mapping)}
    shape = tuple(n for axis, n in enumerate(lengths) if axis not in dropped)
    if not all(shape):
        use.refuse("it takes nothing of an axis")
    return use.foreign(shape, x)


def _range(use: Use, key: Any, length: int) -> range:
    """The places of an axis that a part of a key names."""
    if isinstance(key, int) and not isinstance(key, bool) and -length <= key < length:
        return range(key % length, key % length + 1)
    told = (
        key.get("config")
        if isinstance(key, Mapping) and key.get("class_name") == "__slice__"
        else None
    )
    if not isinstance(told, Mapping):
        use.refuse(f"the part {brief(key)} of its key is not known", code="E713")
    ends = [told.get(end) for end in ("start", "stop", "step")]
    for end in ends:
        if end is not None and (
            isinstance(end, bool) or not isinstance(end, int) or abs(end) > LARGEST
        ):
            use.refuse(f"the part {brief(key)} of its key is not known", code="E713")
    if ends[2] == 0:
        use.refuse("its key steps by 0", code="E712")
    return range(*slice(*ends).indices(length))
