"""Functions of each value, and of values at the same place. Source: PyTorch, `torch`."""

from collections.abc import Mapping
from typing import Any

from cnncalc.interchange.aten.call import Call, Ref
from cnncalc.interchange.aten.writer import BOOL, Writer, writes

ALONE: Mapping[str, str] = {
    "relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "silu": "Silu", "mish": "Mish",
    "gelu": "Gelu", "hardswish": "HardSwish", "softsign": "Softsign", "selu": "Selu",
    "celu": "Celu", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "sin": "Sin", "cos": "Cos",
    "tan": "Tan", "asin": "Asin", "acos": "Acos", "atan": "Atan", "sinh": "Sinh", "cosh": "Cosh",
    "asinh": "Asinh", "acosh": "Acosh", "atanh": "Atanh", "erf": "Erf", "abs": "Abs",
    "absolute": "Abs", "neg": "Neg", "negative": "Neg", "sign": "Sign", "sgn": "Sign",
    "floor": "Floor", "ceil": "Ceil", "round": "Round", "reciprocal": "Reciprocal",
    "logical_not": "Not", "bitwise_not": "BitwiseNot", "isnan": "IsNaN", "isinf": "IsInf",
}  # fmt: skip
"""Functions of one value that ONNX has too."""

BOTH: Mapping[str, str] = {
    "mul": "Mul", "multiply": "Mul", "maximum": "Max", "minimum": "Min", "eq": "Equal",
    "lt": "Less", "le": "LessOrEqual", "gt": "Greater", "ge": "GreaterOrEqual", "less": "Less",
    "greater": "Greater", "logical_and": "And", "logical_or": "Or", "logical_xor": "Xor",
    "__and__": "And", "__or__": "Or", "__xor__": "Xor", "bitwise_and": "BitwiseAnd",
    "bitwise_or": "BitwiseOr", "bitwise_xor": "BitwiseXor", "remainder": "Mod", "fmod": "Mod",
    "pow": "Pow", "fmax": "Max", "fmin": "Min",
}  # fmt: skip
"""Functions of two values that ONNX has too."""


@writes(*ALONE)
def alone(w: Writer, call: Call) -> None:
    """A function of each value."""
    w.node(ALONE[call.op], [call.first], call.out)


def operand(w: Writer, value: Any) -> Ref | str:
    """A tensor, or a number as one."""
    return value if isinstance(value, Ref) else w.number(value if value is not None else 0)


def _operands(
    w: Writer, call: Call, first: str = "self", second: str = "other"
) -> list[Ref | str]:
    return [operand(w, call.get(first)), operand(w, call.get(second))]


@writes(*BOTH)
def both(w: Writer, call: Call) -> None:
    """A function of two values."""
    second = "exponent" if call.op == "pow" else "other"
    operator = BOTH[call.op]
    read = _operands(w, call, second=second)
    if operator.startswith("Bitwise") and call.out.dtype == BOOL:
        operator = operator.removeprefix("Bitwise")
    w.node(operator, read, call.out)


@writes("ne", "not_equal")
def different(w: Writer, call: Call) -> None:
    """Whether two values differ."""
    equal = w.node("Equal", _operands(w, call), shape=call.out.shape)
    w.node("Not", [equal], call.out)


@writes("add", "sub", "subtract", "rsub")
def added(w: Writer, call: Call) -> None:
    """A sum or a difference, the second term times a number."""
    one, other = _operands(w, call)
    factor = call.get("alpha", 1)
    if factor != 1:
        shape = other.shape if isinstance(other, Ref) else ()
        other = w.node("Mul", [other, w.number(factor)], shape=shape)
    if call.op == "rsub":
        one, other = other, one
    w.node("Add" if call.op == "add" else "Sub", [one, other], call.out)


@writes("div", "divide", "true_divide", "floor_divide")
def divided(w: Writer, call: Call) -> None:
    """A quotient, rounded where that is asked for."""
    mode = "floor" if call.op == "floor_divide" else call.get("rounding_mode")
    if mode is None:
        w.node("Div", _operands(w, call), call.out)
    else:
        exact = w.node("Div", _operands(w, call), shape=call.out.shape)
        w.node("Floor", [exact], call.out)


@writes("rsqrt")
def rsqrt(w: Writer, call: Call) -> None:
    """One by the root."""
    root = w.node("Sqrt", [call.first], shape=call.out.shape)
    w.node("Div", [w.filled(1.0, 1), root], call.out)


@writes("square")
def square(w: Writer, call: Call) -> None:
    """A value times itself."""
    w.node("Mul", [call.first, call.first], call.out)


@writes("elu", "leaky_relu", "rrelu", "hardsigmoid", "softplus")
def with_number(w: Writer, call: Call) -> None:
    """A function with a number in it."""
    x, out = call.first, call.out
    if call.op == "elu":
        w.node("Elu", [x], out, alpha=float(call.get("alpha", 1)))
    elif call.op == "leaky_relu":
        w.node("LeakyRelu", [x], out, alpha=float(call.get("negative_slope", 0.01)))
    elif call.op == "rrelu":
        slope = (call.get("lower", 1 / 8) + call.get("upper", 1 / 3)) / 2
        w.node("LeakyRelu", [x], out, alpha=float(slope))
    elif call.op == "hardsigmoid":
        w.node("HardSigmoid", [x], out, alpha=1 / 6, beta=0.5)
    else:
        w.node("Softplus", [x], out, beta=float(call.get("beta", 1)))


@writes("clamp", "clamp_min", "clamp_max", "hardtanh", "relu6", "clip")
def clamped(w: Writer, call: Call) -> None:
    """Values within bounds."""
    low, high = call.get("min", call.get("min_val")), call.get("max", call.get("max_val"))
    if call.op == "relu6":
        low, high = 0.0, 6.0
    elif call.op == "hardtanh":
        low, high = (-1.0 if low is None else low), (1.0 if high is None else high)
    x: Ref | str = call.first
    if isinstance(low, Ref) or isinstance(high, Ref):
        bounds = [("Max", low), ("Min", high)]
        told = [(kind, bound) for kind, bound in bounds if bound is not None]
        for number, (kind, bound) in enumerate(told, 1):
            to = call.out if number == len(told) else None
            x = w.node(kind, [x, operand(w, bound)], to, shape=call.out.shape)
        return
    limits = [None if one is None else w.number(one) for one in (low, high)]
    while limits and limits[-1] is None:
        limits.pop()
    w.node("Clip", [x, *limits], call.out)


@writes("where")
def chosen(w: Writer, call: Call) -> None:
    """One of two values."""
    parts = [operand(w, call.get(name)) for name in ("self", "other")]
    w.node("Where", [call.get("condition"), *parts], call.out)


@writes("masked_fill")
def masked(w: Writer, call: Call) -> None:
    """A number where a mask says so."""
    w.node("Where", [call.get("mask"), operand(w, call.get("value")), call.get("self")], call.out)


@writes("addcmul", "addcdiv")
def added_pair(w: Writer, call: Call) -> None:
    """A value, and a product or quotient of two others times a number."""
    x, one, other = list(call.read)[:3]
    made = w.node("Mul" if call.op == "addcmul" else "Div", [one, other], shape=call.out.shape)
    if call.get("value", 1) != 1:
        made = w.node("Mul", [made, w.number(call.get("value"))], shape=call.out.shape)
    w.node("Add", [x, made], call.out)


@writes("lerp")
def between(w: Writer, call: Call) -> None:
    """A value on the way from one to another."""
    start, end = list(call.read)[:2]
    way = w.node("Sub", [end, start], shape=call.out.shape)
    part = w.node("Mul", [way, operand(w, call.get("weight"))], shape=call.out.shape)
    w.node("Add", [start, part], call.out)


@writes("softmax", "_softmax", "log_softmax", "_log_softmax")
def softmax(w: Writer, call: Call) -> None:
    """Shares of a whole along an axis."""
    kind = "LogSoftmax" if "log" in call.op else "Softmax"
    axis = call.get("dim", -1)
    w.node(kind, [call.first], call.out, axis=axis % max(len(call.out.shape), 1))
