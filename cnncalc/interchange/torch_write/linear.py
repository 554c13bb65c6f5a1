"""Dense layers in PyTorch."""

from cnncalc.graph import Layer
from cnncalc.interchange.torch_write.base import Argument, Call, channels_in, module, same
from cnncalc.ops.linear import Linear


@module(Linear)
def linear(op: Linear, layer: Layer) -> Call:
    """Source: PyTorch `nn.Linear`."""
    out = Argument("out_features", op.out_features, ..., "out_features", "out")
    bias = same(op, "bias", True)  # noqa: FBT003 - PyTorch's default
    return Call("nn.Linear", (channels_in(layer, "in_features"), out, bias))
