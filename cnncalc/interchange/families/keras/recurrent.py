"""Recurrent layers of Keras, and those that apply another layer step by step or both ways.

Source: Keras 3.15, `layers/rnn`; Hochreiter & Schmidhuber 1997; Cho et al. 2014.
"""

from collections.abc import Mapping

from cnncalc.graph import Layer
from cnncalc.interchange.families.keras.merge import aligned, concatenated, join
from cnncalc.interchange.terms.keras import Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.interchange.terms.keras_ops import KerasOp
from cnncalc.ops.merge import Add, Mean, Mul
from cnncalc.ops.values import Shape, show_shape

_GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}


@keras(*_GATES)
def recurrent(use: Use) -> Tensor | tuple[Tensor, ...]:
    """Gates that each weigh the step's features and the state of the step before."""
    if len(use.tensors) > 1:
        use.refuse("a state of its own flows in", code="E713")
    x, units = use.laid(use.x, first=False), use.whole("units")
    if len(x.shape) != 2:
        use.refuse(f"it takes steps of features, its input is {show_shape(x.shape)}")
    (steps, features), gates = x.shape, _GATES[use.kind]
    own: dict[str, Shape] = {
        "kernel": (features, gates * units),
        "recurrent_kernel": (units, gates * units),
    }
    if use.flag("use_bias", default=True):
        is_twice = use.kind == "GRU" and use.flag("reset_after", default=True)
        own["bias"] = (2, gates * units) if is_twice else (gates * units,)
    shape = (steps, units) if use.flag("return_sequences", default=False) else (units,)
    each = (("units", units), ("features + units", features + units))
    terms = (("steps", steps), ("gates", gates), *each)
    y = use.foreign(shape, x, trained=own, terms=terms, first=False)
    if not use.flag("return_state", default=False):
        return y
    # The states are the last outputs of the same layer.
    states = 2 if use.kind == "LSTM" else 1
    last = y if shape == (units,) else use.foreign((units,), y, title="keras:state", label="state")
    return (y, *[last] * states)


@keras("Bidirectional")
def bidirectional(use: Use) -> Tensor | tuple[Tensor, ...]:
    """One layer from each end, and what joins them."""
    way = use.value("merge_mode", "concat")
    inner = use.value("layer")
    settings = inner.get("config") if isinstance(inner, Mapping) else None
    if not isinstance(settings, Mapping) or settings.get("return_state"):
        use.refuse("the layer in it gives its states, too", code="E713")
    backward = (
        "backward_layer" if isinstance(use.value("backward_layer", None), Mapping) else "layer"
    )
    use.grouped()
    ends = (
        *use.call("layer", "forward", use.tensors),
        *use.call(backward, "backward", use.tensors),
    )
    if way is None:
        return ends
    joining = use.holding(ends)
    if way == "concat":
        return concatenated(joining, -1)
    kinds = {"sum": Add, "mul": Mul, "ave": Mean}
    return join(joining, kinds[use.one_of("merge_mode", way, *kinds)], aligned(joining))


_OF_EACH_PLACE = frozenset({"Activation", "Dense", "Dropout"})
"""Layers that do to all steps at once what they do to each."""


@keras("TimeDistributed")
def time_distributed(use: Use) -> Tensor:
    """The layer in it, as many times as there are steps, with the same weights."""
    x, inner = use.x, use.value("layer")
    if len(x.shape) < 2:
        use.refuse("it takes steps, its input is a row of features")
    if isinstance(inner, Mapping) and inner.get("class_name") in _OF_EACH_PLACE:
        return use.call("layer", None, [x])[0]
    steps, at, before = x.shape[0], int(not x.first), len(use.net.layers)
    [*found] = use.call("layer", None, [x._replace(shape=x.shape[1:], before=None)])
    if len(found) != 1 or found[0].first != x.first:
        use.refuse("the layer in it gives several tensors, or turns its axes", code="E713")
    made = use.net.layers[before:]
    del use.net.layers[before:]
    for layer in made:
        use.net.add(_spread(layer, steps, at))
    [y] = found
    return y._replace(shape=(steps, *y.shape), before=None)


def _spread(layer: Layer, steps: int, at: int) -> Layer:
    """A layer as it is for all steps, which are an axis more."""
    op, inputs, output = layer.op, layer.input_shapes, layer.output_shape

    def told(shape: Shape) -> Shape:
        return (*shape[:at], steps, *shape[at:])

    factors, products = op.factors(inputs, output), op.product_factors(inputs, output)
    every = KerasOp(
        f"keras:TimeDistributed({op.name.removeprefix('keras:')})",
        told(output),
        op.parameters(inputs),
        op.buffers(inputs),
        terms=(("steps", steps), *factors) if factors else (),
        products=(("steps", steps), *products) if products else (),
        is_counted=op.is_counted,
        traits={"is_view": op.is_view},
    )
    return layer._replace(
        op=every, input_shapes=tuple(map(told, inputs)), output_shape=told(output)
    )
