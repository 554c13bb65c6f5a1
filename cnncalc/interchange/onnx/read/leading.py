"""Inputs whose first axis is no batch, since a model works along it.

A batch holds examples that know nothing of each other. What goes along the first axis step by
step, adds it up, sorts or cuts it, so says that it is none. The axis is followed through operators
that keep it in front; where one moves it, nothing more is said of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.interchange.onnx_model.numbers import has_numbers, plain_numbers

_KEEP = frozenset(
    {
        "Abs", "Add", "AveragePool", "BatchNormalization", "Cast", "Celu", "Clip", "Conv",
        "ConvTranspose", "DequantizeLinear", "Div", "Dropout", "Elu", "Erf", "Exp", "Gelu",
        "GlobalAveragePool", "GlobalMaxPool", "GroupNormalization", "HardSigmoid", "HardSwish",
        "Identity", "InstanceNormalization", "LRN", "LayerNormalization", "LeakyRelu", "Log",
        "LpNormalization", "MatMul", "MaxPool", "Mish", "Mul", "Neg", "PRelu", "Pow",
        "QuantizeLinear", "RMSNormalization", "Reciprocal", "Relu", "Selu", "Sigmoid", "Softplus",
        "Softsign", "Sqrt", "Sub", "Swish", "Tanh",
    }
)  # fmt: skip
"""What leaves the first axis of its input in front, and works at each of its places alone."""

_STEPS = frozenset({"LSTM", "GRU", "RNN", "DynamicQuantizeLSTM"})

_AXIS = {
    "ArgMax": 0, "ArgMin": 0, "Concat": None, "CumSum": None, "Gather": 0, "Hardmax": -1,
    "LogSoftmax": -1, "LpNormalization": -1, "Softmax": -1, "Split": 0, "SplitToSequence": 0,
    "TopK": -1,
}  # fmt: skip
"""What works along one axis, with the one that it takes where none is told."""

_REDUCES = "Reduce"

_ENDLESS = 2**31 - 1
"""What exporters write for the end of an axis."""

WORKING = _STEPS | _AXIS.keys() | {"Scan", "Slice"}
"""Operators that may say of an axis that it is no batch; all those that reduce beside them."""


def is_working(op_type: str) -> bool:
    """Whether an operator may work along the first axis of what it reads."""
    # A name of a damaged file that is no UTF-8 comes as bytes.
    return op_type in WORKING or str(op_type).startswith(_REDUCES)


class Leading(NamedTuple):
    """A tensor in front of which stands the first axis of an input.

    Attributes:
        input: the name of that input.
        length: how long the axis is; a name where the file leaves it open.
        rank: how many axes the tensor has; 0 where that is not followed.
    """

    input: str
    length: int | str
    rank: int


def worked_along(
    graph: Any, inputs: Mapping[str, Sequence[int | str]], tensors: Mapping[str, Any]
) -> dict[str, str]:
    """Those of the inputs whose first axis is no batch, each with what works along it.

    Of an axis that the file leaves open only recurrent layers say so: what joins or picks examples
    of any number may still be one network for each.

    Args:
        graph: of the model.
        inputs: the axes of each input that has several; a name for one that the file leaves open.
        tensors: what the file stores, by name.
    """
    if not any(is_working(node.op_type) for node in graph.node):
        return {}
    origin = {name: Leading(name, axes[0], len(axes)) for name, axes in inputs.items()}
    numbers = {name: value.told for name, value in tensors.items()}
    found: dict[str, str] = {}
    for node in graph.node:
        if node.op_type == "Constant":
            numbers.update((name, one.t) for name in node.output for one in node.attribute)
            continue
        followed = next((name for name in _followed(node, origin) if name in origin), None)
        if followed is None:
            continue
        read = origin[followed]
        is_index = node.op_type == "Gather" and node.input[0] != followed
        works = False if is_index else _works(node, numbers, read)
        if works and (node.op_type in _STEPS or not isinstance(read.length, str)):
            found.setdefault(read.input, node.op_type)
        elif works is False:
            after = read if node.op_type in _KEEP else read._replace(rank=0)
            origin |= {name: after for name in node.output if name}
    return found


def _followed(node: Any, origin: Mapping[str, Leading]) -> list[str]:
    """The inputs of a node whose first axis is that of its output."""
    if node.op_type == "Concat":
        return list(node.input)
    if node.op_type == "Gather" and node.input[0] not in origin:  # rows of a table
        return list(node.input[1:2])
    if node.op_type == "Scan":
        scanned = next((one.i for one in node.attribute if one.name == "num_scan_inputs"), 0)
        return list(node.input)[len(node.input) - scanned :]
    return list(node.input[:2] if node.op_type in {"Add", "Mul", "MatMul"} else node.input[:1])


def _works(node: Any, numbers: Mapping[str, Any], read: Leading) -> bool | None:
    """Whether a node works along the first axis; None where it moves it or nothing is known."""
    kind, told = node.op_type, {one.name: one for one in node.attribute}
    if kind in _STEPS:
        return not (told["layout"].i if "layout" in told else 0)
    if kind == "Slice":
        return _cuts(node, told, numbers, read)
    if kind.startswith(_REDUCES):
        axes = _axes(node, told, numbers)
        return None if axes is None else _is_among(axes, read) if axes else not _is_idle(told)
    if kind in _AXIS:
        given = _axis(node, told, numbers, _AXIS[kind])
        return None if given is None else _is_among((given,), read)
    if kind == "Scan":
        axes = told["scan_input_axes"].ints if "scan_input_axes" in told else (0,)
        return _is_among(axes, read) or None
    is_turned = kind == "Gemm" and "transA" in told and told["transA"].i
    return False if kind in _KEEP and not is_turned else None


def _is_among(axes: Sequence[int], read: Leading) -> bool:
    """Whether the first axis is among those told, which may be counted from the last."""
    return 0 in axes or (read.rank > 0 and -read.rank in axes)


def _is_idle(told: Mapping[str, Any]) -> bool:
    """Whether a reduction without axes does nothing."""
    return "noop_with_empty_axes" in told and bool(told["noop_with_empty_axes"].i)


def _axis(
    node: Any, told: Mapping[str, Any], numbers: Mapping[str, Any], default: int | None
) -> int | None:
    if node.op_type == "CumSum":
        found = _numbers(node, numbers, 1)
        return found[0] if found else None
    return int(told["axis"].i) if "axis" in told else default


def _axes(
    node: Any, told: Mapping[str, Any], numbers: Mapping[str, Any]
) -> tuple[int, ...] | None:
    """The axes of a reduction, from its attribute or its input; () where it has none."""
    if "axes" in told:
        return tuple(told["axes"].ints)
    if len(node.input) < 2 or not node.input[1]:
        return ()
    return _numbers(node, numbers, 1)


def _cuts(
    node: Any, told: Mapping[str, Any], numbers: Mapping[str, Any], read: Leading
) -> bool | None:
    """Whether a slice takes parts of the first axis, and not all of it."""
    parts = {}
    for place, name in enumerate(("starts", "ends", "axes", "steps"), 1):
        parts[name] = tuple(told[name].ints) if name in told else _numbers(node, numbers, place)
    starts, ends = parts["starts"], parts["ends"]
    if starts is None or ends is None or len(starts) != len(ends):
        return None
    if parts["axes"] is None and len(node.input) > 3 and node.input[3]:
        return None
    axes = parts["axes"] or tuple(range(len(starts)))
    if 0 not in axes or len(axes) != len(starts):
        return False if 0 not in axes else None
    at = axes.index(0)
    steps = parts["steps"] or (1,) * len(axes)
    most = read.length if isinstance(read.length, int) else _ENDLESS
    return not (starts[at] == 0 and ends[at] >= most and steps[at : at + 1] == (1,))


def _numbers(node: Any, numbers: Mapping[str, Any], place: int) -> tuple[int, ...] | None:
    """The whole numbers of a stored input; None where they are not known."""
    name = node.input[place] if place < len(node.input) else ""
    tensor = numbers.get(name)
    if tensor is None or not hasattr(tensor, "raw_data") or not has_numbers(tensor):
        return None
    found = plain_numbers(tensor)
    return None if found is None else tuple(map(int, found))


def verb(kind: str) -> str:
    """What an operator does along an axis."""
    return f"{kind} steps" if kind in _STEPS or kind == "Scan" else f"{kind} works"
