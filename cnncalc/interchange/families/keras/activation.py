"""Functions of Keras, as layers and as what `activation=` names.

Source: Keras 3.15, `activations` and `layers/activations`.
"""

from typing import Any

from cnncalc.interchange.terms.keras import ACTIVATIONS, Use, keras
from cnncalc.interchange.terms.keras_net import Tensor
from cnncalc.ops import Op
from cnncalc.ops.activation import (
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    HardTanh,
    Identity,
    LeakyRelu,
    Mish,
    PRelu,
    Relu,
    Relu6,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Tanh,
)
from cnncalc.ops.values import Word


def _function(kind: type[Op], *names: str, **settings: Any) -> None:
    """Let names mean an op of ours."""

    def put(use: Use, x: Tensor, _name: str, label: str | None) -> Tensor:
        return use.ours(kind, x, label=label, **settings)

    ACTIVATIONS.update(dict.fromkeys(names, put))


_function(Relu, "relu")
_function(Relu6, "relu6")
_function(LeakyRelu, "leaky_relu", slope=0.2)
_function(Elu, "elu")
_function(Gelu, "gelu")
_function(Silu, "silu", "swish")
_function(Sigmoid, "sigmoid")
_function(Tanh, "tanh")
_function(HardSigmoid, "hard_sigmoid")
_function(HardSwish, "hard_silu", "hard_swish")
_function(HardTanh, "hard_tanh")
_function(Mish, "mish")
_function(Softplus, "softplus")
ACTIVATIONS["linear"] = lambda _use, x, _name, _label: x


def _of_each(use: Use, x: Tensor, name: str, label: str | None) -> Tensor:
    """A function of each value that the spec language does not have."""
    return use.foreign(x.shape, x, title=f"keras:{name}", label=label, elementwise=True)


def _of_channels(use: Use, x: Tensor, name: str, label: str | None) -> Tensor:
    """A function of the channels together that the spec language does not have."""
    return use.foreign(x.shape, x, title=f"keras:{name}", label=label)


ACTIVATIONS |= dict.fromkeys(
    (
        "celu", "exponential", "hard_shrink", "log_sigmoid", "selu", "soft_shrink", "softsign",
        "sparse_plus", "sparse_sigmoid", "squareplus", "tanh_shrink", "threshold",
    ),
    _of_each,
)  # fmt: skip
ACTIVATIONS |= dict.fromkeys(("log_softmax", "sparsemax"), _of_channels)


def _softmax(use: Use, x: Tensor, _name: str, label: str | None) -> Tensor:
    """`softmax` of the last axis."""
    return softmax_along(use, x, -1, label)


ACTIVATIONS["softmax"] = _softmax


def softmax_along(use: Use, x: Tensor, axis: Any, label: str | None = None) -> Tensor:
    """`softmax` of an axis of Keras."""
    word = use.axis_word(use.axis(axis, x), len(x.own))
    if word is None:
        return use.foreign(x.shape, x, title="keras:softmax", label=label)
    return use.ours(Softmax, x, label=label, axis=Word(word))


@keras("Activation")
def activation(use: Use) -> Tensor:
    """The function that it names; `linear` is none."""
    return use.activated(use.x, is_all=True)


@keras("ReLU")
def relu(use: Use) -> Tensor:
    """`relu`, `relu6` or cut at another height, `leaky_relu`; with a threshold as it stands."""
    most = use.value("max_value", None)
    slope = 0.0 if use.value("negative_slope", 0.0) is None else use.number("negative_slope", 0.0)
    threshold = 0.0 if use.value("threshold", 0.0) is None else use.number("threshold", 0.0)
    if most is None and not threshold:
        return use.ours(LeakyRelu, use.x, slope=slope) if slope > 0 else use.ours(Relu, use.x)
    if most is not None and not slope and not threshold:
        high = use.number("max_value")
        if high == 6:
            return use.ours(Relu6, use.x)
        if high > 0:
            return use.ours(HardTanh, use.x, min_val=0.0, max_val=high)
    return use.foreign(use.x.shape, use.x, elementwise=True)


@keras("LeakyReLU")
def leaky_relu(use: Use) -> Tensor:
    """`leaky_relu`; older files call its slope `alpha`."""
    return use.ours(LeakyRelu, use.x, slope=use.number("negative_slope", use.value("alpha", 0.3)))


@keras("ELU")
def elu(use: Use) -> Tensor:
    """`elu`."""
    return use.ours(Elu, use.x, alpha=use.number("alpha", 1.0))


@keras("PReLU")
def prelu(use: Use) -> Tensor:
    """`prelu` with a slope for all or one a channel; with more of them as it stands."""
    x, shared = use.x, use.value("shared_axes", None)
    axes = list(range(len(x.shape)))
    if shared is not None:
        each = shared if isinstance(shared, list) else [shared]
        places = {use.axis(one, x) for one in each}
        axes = [axis for axis in axes if axis not in places]
    own = tuple(n if axis in axes else 1 for axis, n in enumerate(x.own))
    lengths = [n for n in own if n > 1]
    if not lengths or lengths == list(x.own[:1]) == list(own[:1]):
        return use.ours(PRelu, x, num_parameters=lengths[0] if lengths else 1)
    return use.foreign(x.shape, x, elementwise=True, trained={"alpha": own})


@keras("Softmax")
def softmax(use: Use) -> Tensor:
    """`softmax`; over several axes as it stands."""
    axis = use.value("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if isinstance(axis, list):
        return use.foreign(use.x.shape, use.x)
    return softmax_along(use, use.x, axis)


@keras("Identity")
def identity(use: Use) -> Tensor:
    """`identity`."""
    return use.ours(Identity, use.x)
