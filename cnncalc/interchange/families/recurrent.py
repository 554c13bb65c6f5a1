"""Recurrent layers of one node: at each step one product with the input, one with the state.

Counted are the two products of every step, gate and direction: of the weights W with the input,
of R with the state. Peepholes, biases and gates take each value alone, and count nothing, as
`metrics` says of MACs. All steps of the input count, whatever `sequence_lens` will be, and all
gates, those that `input_forget` couples too, since both products have them.
Source: ONNX operators LSTM, GRU and RNN, opsets 1, 3, 7, 14 and 22.
"""

from collections.abc import Mapping, Sequence

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site, Value, per_example
from cnncalc.interchange.terms.holding import bias_names, held, is_set, weight_names
from cnncalc.interchange.terms.made import CONTRIB, Made, foreign, reads
from cnncalc.interchange.terms.onnx_ops import OnnxOp
from cnncalc.ops.formula import Factors
from cnncalc.ops.values import Shape, show_shape

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
"""Products of each step and direction, with the input and with the state."""

LAWS = {
    "LSTM": (
        "i, o, f = s(W x_t + R h_(t-1) + B), c_t = f c_(t-1) + i tanh(W x_t + R h_(t-1) + B), "
        "h_t = o tanh(c_t)"
    ),
    "GRU": (
        "z, r = s(W x_t + R h_(t-1) + B), n = tanh(W x_t + R (r h_(t-1)) + B), "
        "h_t = (1 - z) n + z h_(t-1)"
    ),
    "RNN": "h_t = tanh(W x_t + R h_(t-1) + B)",
}
"""What a step computes with the usual activations. Source: as above, their default equations."""

LATER = ("Y", "Y_h", "Y_c")
"""The outputs: what each step gives, and the states after the last."""

_AXES = {
    "W": ("gates*hidden", "in features"),
    "R": ("gates*hidden", "hidden"),
    "bias": ("2*gates*hidden",),
    "peepholes": ("3*hidden",),
}
"""The axes of the tensors, behind the directions."""

_STATES = (5, 6)
"""The inputs that hold the states before the first step."""


class Recurrent(OnnxOp):
    """A layer that goes through a sequence step by step.

    Attributes:
        kind: `LSTM`, `GRU` or `RNN`.
        tensors: the shapes of what it learns.
        runs: steps of all examples.
        states: values of the state in all of these and both directions.
    """

    kind: str
    tensors: Mapping[str, Shape]
    runs: int
    states: int

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        return self.tensors

    def law(self, inputs: Sequence[Shape]) -> str | None:
        law = LAWS[self.kind]
        return law.replace("+ B)", "+ P c + B)", 1) if "peepholes" in self.tensors else law

    def tensor_axes(self, tensor: str, shape: Shape) -> tuple[str, ...]:
        if shape != self.tensors.get(tensor):
            return super().tensor_axes(tensor, shape)
        return ("directions", *_AXES[tensor])


@reads(*GATES, multiplies=True)
def recurrent_from_onnx(site: Site) -> list[Made]:
    """What a step gives, of all steps one after the other; then the states after the last.

    A state that is asked for is taken from the layer, and so costs nothing more. What nobody
    asks for, which may be the first, is no layer.
    """
    return _made(site, site.node.op_type, site.value(1), site.value(2))


@reads("DynamicQuantizeLSTM", multiplies=True, table=CONTRIB)
def integer_lstm(site: Site) -> list[Made]:
    """The same with weights of integers, both of them turned.

    Source: onnxruntime, docs/ContribOperators.md, com.microsoft.DynamicQuantizeLSTM, version 1.
    """
    weight, state = (_turned(site, held(site.value(place))) for place in (1, 2))
    return _made(site, "LSTM", weight, state)


def _turned(site: Site, value: Value) -> Value:
    if len(value.shape) != 3:
        refuse("E703", f"`{site.title}` has weights of {len(value.shape)} axes, which take 3")
    return value._replace(shape=(value.shape[0], value.shape[2], value.shape[1]))


def _made(site: Site, kind: str, weight: Value, state: Value) -> list[Made]:
    """The layer as the output that is asked for first; what else is asked for, taken from it."""
    steps, batch, features, hidden = _sizes(site, kind, weight, state)
    directions = weight.shape[0]
    if site.get("layout", 0):
        every, last = (batch, steps, directions, hidden), (batch, directions, hidden)
    else:
        every, last = (steps, directions, batch, hidden), (directions, batch, hidden)
    shapes = (every, last, last)
    names = site.node.outputs
    first = next((place for place, name in enumerate(names) if name), 0)
    layer = foreign(site, shapes[min(first, 2)], holds=_held(site, weight, state))
    places = (("steps", steps), ("batch", batch), ("directions", directions))
    depths = ((("in features", features), weight), (("hidden", hidden), state))
    op = Recurrent(
        f"onnx:{site.node.op_type}",
        per_example(layer.shape),
        terms=_factors(kind, places, hidden, [one for one, by in depths if by.is_static]),
        products=_factors(kind, places, hidden, [one for one, by in depths if not by.is_static]),
    )
    told = {"kind": kind, "tensors": _tensors(site, kind, weight, state)}
    op.__dict__.update(told, runs=steps * batch, states=steps * batch * directions * hidden)
    layer = layer._replace(op=op)
    found = []
    for place, (name, shape) in enumerate(zip(names, shapes, strict=False)):
        if not name or place == first:
            found.append(layer)
            continue
        taken = foreign(site, shape, name=f"onnx:{kind} {LATER[place]}", holds=())
        found.append(taken._replace(reads=(site.x,), after=layer))
    return found


def _sizes(site: Site, kind: str, weight: Value, state: Value) -> tuple[int, int, int, int]:
    """How many steps, examples, features of the input and values of the state there are.

    Raises:
        SpecError: the weights do not suit what they multiply, or each other.
    """
    shapes = (site.x.shape, weight.shape, state.shape)
    shown = ", ".join(show_shape(shape) for shape in shapes)
    fault = f"`{site.title}` has an input, W and R that do not suit each other: {shown}"
    if set(map(len, shapes)) != {3}:
        refuse("E703", fault)
    first, second, features = site.x.shape
    directions, rows, width = state.shape
    is_sound = weight.shape == (directions, rows, features) and rows == GATES[kind] * width
    is_two = site.get("direction", "forward") == "bidirectional"
    if not is_sound or directions != 1 + is_two or site.get("hidden_size", width) != width:
        refuse("E703", fault)
    steps, batch = (second, first) if site.get("layout", 0) else (first, second)
    return steps, batch, features, width


def _tensors(site: Site, kind: str, weight: Value, state: Value) -> Mapping[str, Shape]:
    """The shapes of what the layer learns."""
    peepholes = site.optional(7) if kind == "LSTM" else None
    told = {"W": weight, "R": state, "bias": site.optional(3), "peepholes": peepholes}
    return {
        name: value.shape for name, value in told.items() if value is not None and value.is_static
    }


def _factors(
    kind: str, places: Factors, hidden: int, depths: Sequence[tuple[str, int]]
) -> Factors:
    """The factors of the products whose sums are as long as all depths together."""
    if not depths:
        return ()
    gates = GATES[kind]
    told = [one for one in (*places, ("gates", gates)) if one[1] != 1 or one[0] == "steps"]
    words = " + ".join(name for name, _ in depths)
    length = sum(number for _, number in depths)
    return (*told, ("hidden", hidden), (f"({words})" if len(depths) > 1 else words, length))


def _held(site: Site, weight: Value, state: Value) -> tuple[str, ...]:
    """The tensors of the layer; a state before the first step is one where it is not zero."""
    starts = (site.optional(place) for place in _STATES)
    learned = (
        name
        for value in starts
        if value is not None and value.is_static and 0 not in value.shape and is_set(value)
        for name in value.sources
    )
    peepholes = weight_names(site.optional(7)) if len(site.node.inputs) > 7 else ()
    names = (*weight_names(weight), *weight_names(state), *bias_names(site.optional(3)))
    return (*names, *peepholes, *learned)
