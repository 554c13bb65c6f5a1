"""Recurrent layers, one node for each of a stack.

Source: PyTorch `nn.LSTM`, `nn.GRU`, `nn.RNN`; ONNX operators LSTM, GRU and RNN, opset 14.
"""

from collections.abc import Sequence

from cnncalc.interchange.aten.call import Call, Ref
from cnncalc.interchange.aten.writer import Writer, writes

KINDS = {"lstm": "LSTM", "gru": "GRU", "rnn_tanh": "RNN", "rnn_relu": "RNN"}
"""The operator of ONNX."""


@writes(*KINDS)
def recurrent(w: Writer, call: Call) -> None:
    """A stack of layers, each of one direction or of both."""
    kind = KINDS[call.op]
    x, weights = call.get("input"), list(call.get("params") or ())
    told = call.get("hx")
    states: list[Ref] = [told] if isinstance(told, Ref) else list(told or ())
    directions, layers = 1 + bool(call.get("bidirectional")), int(call.get("num_layers", 1))
    each = len(weights) // (directions * layers)
    is_plain = isinstance(x, Ref) and len(x.shape) == 3 and each in {2, 4}
    if not is_plain or call.get("batch_sizes") is not None:
        w.node(call.op, list(call.read), call.outputs, domain="torch.aten")
        return
    current: Ref | str = x
    length, batch, width = x.shape
    if call.get("batch_first"):
        batch, length = x.shape[:2]
        current = w.node("Transpose", [x], shape=(length, batch, width), perm=[1, 0, 2])
    ends: list[list[str]] = [[] for _ in states]
    hidden = weights[1].shape[-1]
    for layer in range(layers):
        own = weights[layer * each * directions : (layer + 1) * each * directions]
        start = [_part(w, one, layer, directions) for one in states]
        read = [current, *_tensors(w, own, each), None, *start]
        shape = (length, directions, batch, hidden)
        given = [w.fresh() for _ in range(len(states) + 1)]
        w.shapes[given[0]] = shape, x.dtype
        w.shapes.update(dict.fromkeys(given[1:], ((directions, batch, hidden), x.dtype)))
        w.node(
            kind, read, given, hidden_size=hidden,
            direction="bidirectional" if directions == 2 else None,
            linear_before_reset=1 if kind == "GRU" else None,
        )  # fmt: skip
        for found, end in zip(ends, given[1:], strict=True):
            found.append(end)
        wide = (length, batch, directions * hidden)
        if directions == 1:
            current = w.node("Squeeze", [given[0], w.ints(1)], shape=wide)
        else:
            turned = w.node("Transpose", [given[0]], perm=[0, 2, 1, 3])
            current = w.node("Reshape", [turned, w.ints(*wide)], shape=wide)
    _give(w, call, current, ends)


def _give(w: Writer, call: Call, current: Ref | str, ends: Sequence[Sequence[str]]) -> None:
    """What the last layer gives, and the states of all of them."""
    if call.get("batch_first"):
        w.node("Transpose", [current], call.out, perm=[1, 0, 2])
    else:
        w.node("Identity", [current], call.out)
    for found, out in zip(ends, call.outputs[1:], strict=False):
        if len(found) == 1:
            w.alias(out, found[0])
        else:
            w.node("Concat", found, out, axis=0)


def _tensors(w: Writer, own: Sequence[Ref], each: int) -> list[str | None]:
    """The weights of a layer as ONNX orders them: of the input, of the state, and the biases."""
    found: list[str | None] = [_stacked(w, own[at::each]) for at in range(2)]
    biases = _biases(w, [own[at::each] for at in (2, 3)]) if each > 2 else None
    return [*found, biases]


def _stacked(w: Writer, weights: Sequence[Ref]) -> str:
    """The tensors of both directions as one."""
    parts = [w.node("Unsqueeze", [one, w.ints(0)], shape=(1, *one.shape)) for one in weights]
    if len(parts) == 1:
        return parts[0]
    return w.node("Concat", parts, shape=(len(parts), *weights[0].shape), axis=0)


def _biases(w: Writer, both: Sequence[Sequence[Ref]]) -> str:
    """Both biases of each direction, one behind the other."""
    joined = []
    for one, other in zip(*both, strict=True):
        shape = (one.shape[0] + other.shape[0],)
        flat = w.node("Concat", [one, other], shape=shape, axis=0)
        joined.append(w.node("Unsqueeze", [flat, w.ints(0)], shape=(1, *shape)))
    if len(joined) == 1:
        return joined[0]
    return w.node("Concat", joined, shape=(len(joined), *shape), axis=0)


def _part(w: Writer, state: Ref, layer: int, directions: int) -> Ref | str:
    """The start of one layer of a stack."""
    if state.shape[0] == directions:
        return state
    bounds = (layer * directions, (layer + 1) * directions, 0)
    return w.node("Slice", [state, *map(w.ints, bounds)], shape=(directions, *state.shape[1:]))
