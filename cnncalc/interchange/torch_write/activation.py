"""Element-wise functions in PyTorch."""

from cnncalc.graph import Layer
from cnncalc.interchange.torch_write.base import Argument, Call, axes_of, module, plain, same
from cnncalc.interchange.torch_write.base import channels_in as channels
from cnncalc.ops.activation import (
    Dropout,
    Elu,
    Gelu,
    HardSigmoid,
    HardSwish,
    LeakyRelu,
    PRelu,
    Relu,
    Relu6,
    Scale,
    Sigmoid,
    Silu,
    Softmax,
    Tanh,
)

plain(Relu, "nn.ReLU")
plain(Relu6, "nn.ReLU6")
plain(Gelu, "nn.GELU")
plain(Silu, "nn.SiLU")
plain(Sigmoid, "nn.Sigmoid")
plain(Tanh, "nn.Tanh")
plain(HardSwish, "nn.Hardswish")
plain(HardSigmoid, "nn.Hardsigmoid")
plain(Softmax, "nn.Softmax", Argument("dim", 1))


@module(Elu)
def elu(op: Elu, _layer: Layer) -> Call:
    """Source: PyTorch `nn.ELU`."""
    return Call("nn.ELU", (same(op, "alpha", 1.0),))


@module(LeakyRelu)
def leaky_relu(op: LeakyRelu, _layer: Layer) -> Call:
    """Source: PyTorch `nn.LeakyReLU`."""
    return Call("nn.LeakyReLU", (same(op, "negative_slope", 0.01, "slope"),))


@module(PRelu)
def prelu(op: PRelu, _layer: Layer) -> Call:
    """Source: PyTorch `nn.PReLU`."""
    return Call("nn.PReLU", (same(op, "num_parameters", 1),))


@module(Dropout)
def dropout(op: Dropout, _layer: Layer) -> Call:
    """Source: PyTorch `nn.Dropout`."""
    return Call("nn.Dropout", (same(op, "p", 0.5),))


@module(Scale)
def scale(_op: Scale, layer: Layer) -> Call:
    """A class of ours: PyTorch has none."""
    axes = Argument("axes", axes_of(layer), 2)
    return Call("Scale", (channels(layer, "channels"), axes), "Scale")
