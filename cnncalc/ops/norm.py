"""Normalisation: shapes stay, a learned scale and shift for each channel."""

from collections.abc import Mapping, Sequence

from cnncalc.ops.base import SameShape, own_channel, same_place
from cnncalc.ops.conv import divisors
from cnncalc.ops.footprint import EVERYWHERE, Lanes, Reach
from cnncalc.ops.values import Shape, count, flag, number, reject


class Normalisation(SameShape, backward_reads=("input",)):
    """A normalisation that keeps the shape; `affine` learns a weight and a bias a channel."""

    eps: float = number("What is added to the variance.", default=1e-5, low=0)
    affine: bool = flag("Whether a scale and a shift are learned for each channel.", default=True)

    reach = same_place

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        channels = (inputs[0][0],)
        return {"weight": channels, "bias": channels} if self.affine else {}


class BatchNorm(Normalisation, name="bn", is_elementwise=True):
    """Batch normalisation; the running mean and variance are buffers, 2C of them.

    Source: Ioffe & Szegedy 2015; ONNX operator BatchNormalization, opset 15.

    Example:
        >>> BatchNorm(2).buffers([(64, 112, 112)])
        {'running_mean': (64,), 'running_var': (64,)}
    """

    def buffers(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        channels = (inputs[0][0],)
        return {"running_mean": channels, "running_var": channels}


class InstanceNorm(Normalisation, name="instance_norm", axes=(1, 2, 3)):
    """Each channel of each example by its own mean and variance; nothing learned by default.

    Source: Ulyanov et al. 2016; ONNX operator InstanceNormalization, opset 6.
    """

    affine: bool = flag("Whether a scale and a shift are learned for each channel.", default=False)
    lanes = own_channel

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return EVERYWHERE


class MixedNorm(Normalisation):
    """A normalisation that mixes channels; its scale may come without a shift."""

    bias: bool = flag("Whether the learned scale comes with a shift.", default=True)

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        learned = super().parameters(inputs)
        return learned if self.bias else {key: learned[key] for key in learned if key != "bias"}


class LayerNorm(MixedNorm, name="layer_norm"):
    """The channels at each position by their own mean and variance: 2C parameters.

    On a flat input this is PyTorch's `nn.LayerNorm(features)`; on a map it is ConvNeXt's.

    Source: Ba et al. 2016; Liu et al. 2022, "A ConvNet for the 2020s", §2.6; ONNX operator
    LayerNormalization, opset 17.
    """


class RmsNorm(Normalisation, name="rms_norm"):
    """The channels at each position by the root of their mean square: C parameters.

    Source: Zhang & Sennrich 2019, "Root Mean Square Layer Normalization", §3; ONNX operator
    RMSNormalization, opset 23; PyTorch `nn.RMSNorm` over the channels.
    """

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        return {"weight": (inputs[0][0],)} if self.affine else {}


class L2Norm(SameShape, name="l2_norm", backward_reads=("input",)):
    """The channels at each position by their Euclidean length; nothing is learned.

    Source: ONNX operator LpNormalization, opset 1, with p = 2; PyTorch `F.normalize`.
    """

    eps: float = number("The least length that is divided by.", default=1e-12, low=0)

    reach = same_place


class ResponseNorm(SameShape, name="grn", axes=(1, 2, 3), backward_reads=("input",)):
    """Each channel by its length over the map, relative to the mean of all: 2C parameters.

    `x + weight * x * n + bias` with `n = g / (mean of g + eps)` and `g` the Euclidean length of
    the channel's map.

    Source: Woo et al. 2023, "ConvNeXt V2", §3.2, global response normalization.
    """

    eps: float = number("What is added to the mean length.", default=1e-6, low=0)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return EVERYWHERE

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        channels = (inputs[0][0],)
        return {"weight": channels, "bias": channels}


class GroupNorm(MixedNorm, name="group_norm", positional=("groups",)):
    """Groups of channels, each by its own mean and variance: 2C parameters.

    Source: Wu & He 2018; ONNX operator GroupNormalization, opset 21.
    """

    groups: int = count("Groups that the channels are divided into.")

    def check(self, inputs: Sequence[Shape]) -> None:
        channels = inputs[0][0]
        if channels % self.groups:
            message = f"{self.groups} groups cannot share {channels} channels"
            reject("E402", "groups", message, f"use a divisor: {divisors(channels)}")

    def lanes(self, inputs: Sequence[Shape]) -> Lanes:
        each = inputs[0][0] // self.groups
        return Lanes(self.groups, each, each)

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        return EVERYWHERE


class LocalResponseNorm(
    SameShape, name="lrn", positional=("size",), backward_reads=("input", "output")
):
    """Each value by the squares of its `size` neighbouring channels; nothing is learned.

    Source: Krizhevsky et al. 2012, §3.3; ONNX operator LRN, opset 13; PyTorch's defaults.
    """

    size: int = count("Channels around each that are summed.", default=5)
    alpha: float = number("The factor of the sum.", default=1e-4, low=0)
    beta: float = number("The exponent of the sum.", default=0.75, low=0)
    k: float = number("What is added to the sum.", default=1.0, low=0)

    reach = same_place
