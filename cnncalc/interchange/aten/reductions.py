"""Values of many as one. Source: PyTorch, "Reduction Ops"."""

from math import prod
from typing import Any

from cnncalc.interchange.aten.call import Call, Ref
from cnncalc.interchange.aten.writer import Writer, writes

REDUCED = {
    "mean": "ReduceMean", "sum": "ReduceSum", "amax": "ReduceMax", "amin": "ReduceMin",
    "max": "ReduceMax", "min": "ReduceMin", "prod": "ReduceProd", "logsumexp": "ReduceLogSumExp",
    "any": "ReduceMax", "all": "ReduceMin",
}  # fmt: skip


def axes_of(call: Call, name: str = "dim") -> list[int]:
    """The axes that a call names; all where it names none."""
    rank, told = len(call.first.shape), call.get(name)
    named = range(rank) if told is None or told == [] else told
    return [axis % max(rank, 1) for axis in ([named] if isinstance(named, int) else named)]


@writes(*REDUCED)
def reduced(w: Writer, call: Call) -> None:
    """A sum, a mean or an extreme; of two tensors that at each place."""
    if isinstance(call.get("other"), Ref):
        kind = "Max" if call.op == "max" else "Min"
        w.node(kind, [call.first, call.get("other")], call.out)
        return
    axes, keeps = axes_of(call), int(bool(call.get("keepdim")))
    w.node(REDUCED[call.op], [call.first], call.out, axes=axes, keepdims=keeps)
    if len(call.outputs) > 1:
        kind = "ArgMax" if call.op == "max" else "ArgMin"
        w.node(kind, [call.first], call.outputs[1], axis=axes[0], keepdims=keeps)


@writes("argmax", "argmin")
def place(w: Writer, call: Call) -> None:
    """Where an extreme stands."""
    kind = "ArgMax" if call.op == "argmax" else "ArgMin"
    w.node(
        kind,
        [call.first],
        call.out,
        axis=call.get("dim", 0),
        keepdims=int(bool(call.get("keepdim"))),
    )


@writes("cumsum")
def summed_up(w: Writer, call: Call) -> None:
    """Sums of all so far."""
    w.node("CumSum", [call.first, w.whole(call.get("dim"))], call.out)


@writes("norm", "linalg_vector_norm", "frobenius_norm")
def length(w: Writer, call: Call) -> None:
    """The length of vectors, of squares or of absolute values."""
    power = call.get("p", call.get("ord", 2))
    attributes: dict[str, Any] = {
        "axes": axes_of(call),
        "keepdims": int(bool(call.get("keepdim"))),
    }
    if power in {1, 2}:
        w.node("ReduceL1" if power == 1 else "ReduceL2", [call.first], call.out, **attributes)
        return
    sizes = w.node("Abs", [call.first], shape=call.first.shape)
    if power in {float("inf"), float("-inf")}:
        w.node("ReduceMax" if power > 0 else "ReduceMin", [sizes], call.out, **attributes)
        return
    powers = w.node("Pow", [sizes, w.number(power)], shape=call.first.shape)
    total = w.node("ReduceSum", [powers], shape=call.out.shape, **attributes)
    w.node("Pow", [total, w.number(1 / power)], call.out)


@writes("var", "std", "var_mean", "std_mean")
def variance(w: Writer, call: Call) -> None:
    """The mean square of the distance from the mean, with Bessel's correction."""
    x, axes, keeps = call.first, axes_of(call), int(bool(call.get("keepdim")))
    out = call.out
    kept = tuple(1 if axis in axes else n for axis, n in enumerate(x.shape))
    mean = w.node("ReduceMean", [x], shape=kept, axes=axes, keepdims=1)
    apart = w.node("Sub", [x, mean], shape=x.shape)
    squares = w.node("Mul", [apart, apart], shape=x.shape)
    is_root = call.op.startswith("std")
    found = w.node("ReduceMean", [squares], shape=out.shape, axes=axes, keepdims=keeps)
    count = prod(x.shape[axis] for axis in axes)
    correction = call.get("correction", 1 if call.get("unbiased", True) else 0)
    if correction:
        whole = w.node("Mul", [found, w.number(count)], shape=out.shape)
        found = w.node("Div", [whole, w.number(max(count - correction, 1))], shape=out.shape)
    if is_root:
        w.node("Sqrt", [found], out)
    else:
        w.node("Identity", [found], out)
    if len(call.outputs) > 1:
        given = call.outputs[1]
        w.node("ReduceMean", [x], given, axes=axes, keepdims=keeps)
