"""Every op against PyTorch: output shape, parameters and buffers over a grid of attributes."""

from collections.abc import Callable, Iterator
from itertools import product
from math import prod
from typing import Any

import pytest

from cnncalc.ops import OPS
from cnncalc.ops.values import RejectedError, Shape, Value, Word

pytestmark = pytest.mark.peers

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
nn = torch.nn
torch.set_num_threads(1)  # on maps this small the threads mostly wait for each other

Call = Callable[..., Any]
Case = tuple[int, dict[str, Value], Call, tuple[Shape, ...]]
"""The number of spatial axes, the op's attributes, what PyTorch calls it, the input shapes."""

REFUSALS = (
    "Output size is too small",
    "Invalid computed output size",
    "greater than actual input size",
    "output padding must be smaller",
    "divisible",
)
"""What PyTorch says of attributes that the input does not suit; any other fault is the test's."""

Cases = Callable[[str], Iterator[Case]]
"""The cases of an op that is named to it."""

PEERS: dict[str, Cases] = {}


def peer(*names: str) -> Callable[[Cases], Cases]:
    """Let a function give the cases of some ops."""

    def note(cases: Cases) -> Cases:
        PEERS.update(dict.fromkeys(names, cases))
        return cases

    return note


@pytest.mark.parametrize("name", sorted(OPS))
def test_op_agrees(name: str) -> None:
    accepted = 0
    for axes, attributes, module, inputs in PEERS[name](name):
        case = f"{name} {attributes} on {inputs}"
        expected = peer_output(module, inputs)
        assert own_output(name, axes, attributes, inputs) == expected, case
        if expected is not None:
            assert own_counts(name, axes, attributes, inputs) == peer_counts(module), case
            accepted += 1
    assert accepted > 0


@pytest.mark.parametrize("name", ["conv", "dwconv", "upconv", "linear"])
def test_macs_agree(name: str) -> None:
    """Half of what PyTorch's own counter of operations finds, in every seventh case."""
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415

    for axes, attributes, module, inputs in list(PEERS[name](name))[::7]:
        with FlopCounterMode(display=False) as counter:
            output = peer_output(module, inputs)
        if output is None:
            continue
        macs = OPS[name](axes, **attributes).macs(inputs, output)
        assert 2 * macs == counter.get_total_flops(), f"{name} {attributes} on {inputs}"


def peer_output(module: Call, inputs: tuple[Shape, ...]) -> Shape | None:
    """The shape that PyTorch gives, or None when it refuses."""
    try:
        with torch.no_grad():
            output = module(*(torch.zeros(1, *shape) for shape in inputs))
    except (RuntimeError, ValueError) as fault:
        if not any(refusal in str(fault) for refusal in REFUSALS):
            raise
        return None
    return tuple(output.shape[1:])


def own_output(
    name: str, axes: int, attributes: dict[str, Value], inputs: tuple[Shape, ...]
) -> Shape | None:
    try:
        return OPS[name](axes, **attributes).output_shape(inputs)
    except RejectedError:
        return None


def own_counts(
    name: str, axes: int, attributes: dict[str, Value], inputs: tuple[Shape, ...]
) -> tuple[int, int]:
    op = OPS[name](axes, **attributes)
    tensors = op.parameters(inputs), op.buffers(inputs)
    parameters, buffers = (sum(map(prod, shapes.values())) for shapes in tensors)
    return parameters, buffers


def peer_counts(module: Call) -> tuple[int, int]:
    """Values in the parameters and in the buffers, without the counter of steps."""
    if not isinstance(module, nn.Module):
        return 0, 0
    parameters = sum(tensor.numel() for tensor in module.parameters())
    buffers = sum(
        tensor.numel()
        for name, tensor in module.named_buffers()
        if not name.endswith("num_batches_tracked")
    )
    return parameters, buffers


def family(name: str, axes: int) -> Call:
    """`nn.Conv2d` for `Conv` and 2 axes."""
    found: Call = getattr(nn, f"{name}{axes}d")
    return found


def shape_of(channels: int, axes: int, lengths: tuple[int, ...] = (13, 14, 11)) -> Shape:
    return (channels, *lengths[:axes])


# A number for all axes, or one for each
KERNELS: tuple[Value, ...] = (1, 2, 3, 5, (3, 1, 2))
STRIDES: tuple[Value, ...] = (1, 2, 3, (2, 1, 3))
DILATIONS: tuple[Value, ...] = (1, 2, (1, 3, 2))


def fit(value: Value, axes: int) -> Value:
    return value[:axes] if isinstance(value, tuple) else value


def grid(axes: int, **choices: tuple[Value, ...]) -> Iterator[dict[str, Value]]:
    """Every combination of the choices, for so many axes."""
    for values in product(*choices.values()):
        fitted = (fit(value, axes) for value in values)
        yield dict(zip(choices, fitted, strict=True))


def plain(attributes: dict[str, Value]) -> dict[str, Any]:
    """The attributes with words as PyTorch takes them."""
    return {
        key: str(value) if isinstance(value, Word) else value for key, value in attributes.items()
    }


def sliding(axes: int) -> Iterator[dict[str, Value]]:
    yield from grid(
        axes,
        kernel_size=KERNELS,
        stride=STRIDES,
        padding=(0, 1, 3, (2, 0, 1), Word("valid")),
        dilation=DILATIONS,
    )
    # PyTorch has `same` for a stride of 1 only, and warns where the padding is uneven.
    yield from grid(axes, kernel_size=(1, 3, 5), padding=(Word("same"),), dilation=DILATIONS)


@peer("conv")
def convolutions(_name: str) -> Iterator[Case]:
    for axes in (1, 2, 3):
        for place, attributes in enumerate(sliding(axes)):
            groups, bias = (1, 2, 3)[place % 3], place % 2 == 0
            more: dict[str, Value] = {"out_channels": 12, "groups": groups, "bias": bias}
            module = family("Conv", axes)(6, **plain(attributes), **more)
            yield axes, attributes | more, module, (shape_of(6, axes),)
        for lengths in ((1, 1, 1), (2, 4, 3)):
            for attributes in grid(axes, kernel_size=KERNELS, stride=(1, 2), padding=(0, 1)):
                module = family("Conv", axes)(2, 2, **attributes)
                small = (shape_of(2, axes, lengths),)
                yield axes, attributes | {"out_channels": 2}, module, small
    uneven = ((1, 2), (0, 3))
    padded = nn.Sequential(nn.ZeroPad2d((0, 3, 1, 2)), nn.Conv2d(3, 4, 3, stride=2))
    attributes = {"out_channels": 4, "kernel_size": 3, "stride": 2, "padding": uneven}
    yield 2, attributes, padded, ((3, 8, 9),)


@peer("dwconv")
def depthwise_convolutions(_name: str) -> Iterator[Case]:
    for axes in (1, 2, 3):
        for place, attributes in enumerate(sliding(axes)):
            multiplier, bias = (1, 2, 3)[place % 3], place % 2 == 0
            module = family("Conv", axes)(
                4, 4 * multiplier, groups=4, bias=bias, **plain(attributes)
            )
            more: dict[str, Value] = {"multiplier": multiplier, "bias": bias}
            yield axes, attributes | more, module, (shape_of(4, axes),)


@peer("upconv")
def transposed_convolutions(_name: str) -> Iterator[Case]:
    for axes in (1, 2, 3):
        choices = grid(
            axes,
            kernel_size=KERNELS,
            stride=STRIDES,
            padding=(0, 1, (2, 0, 1)),
            dilation=DILATIONS,
            output_padding=(0, 1, (1, 0, 2)),
        )
        for place, attributes in enumerate(choices):
            groups, bias = (1, 2)[place % 2], place % 3 == 0
            more: dict[str, Value] = {"out_channels": 6, "groups": groups, "bias": bias}
            module = family("ConvTranspose", axes)(4, **attributes, **more)
            yield axes, attributes | more, module, (shape_of(4, axes, (6, 7, 5)),)


@peer("linear")
def dense_layers(_name: str) -> Iterator[Case]:
    for features, out_features, bias in product((1, 7, 100), (1, 10), (True, False)):
        module = nn.Linear(features, out_features, bias=bias)
        yield 0, {"out_features": out_features, "bias": bias}, module, ((features,),)


@peer("maxpool", "avgpool")
def pools(name: str) -> Iterator[Case]:
    kind = {"maxpool": "MaxPool", "avgpool": "AvgPool"}[name]
    dilation = {"dilation": DILATIONS} if name == "maxpool" else {}
    pairs = ((0, 1), (0, 3), (1, 2), (1, 3), (2, 4), (2, 5))  # PyTorch pads half a kernel at most
    for axes, (padding, kernel) in product((1, 2, 3), pairs):
        choices = grid(
            axes,
            kernel_size=(kernel, (kernel, kernel + 2, kernel + 1)),
            stride=(1, 2, 3, 4, (3, 1, 2)),
            padding=(padding,),
            ceil_mode=(False, True),
            **dilation,
        )
        # AvgPool3d, alone of all, refuses a kernel that is longer than the input without padding.
        shortest = kernel + 2 if (name, axes) == ("avgpool", 3) else 1
        longest = shortest + (11 if axes == 1 else 3)
        for attributes in choices:
            module = family(kind, axes)(**attributes)
            for length in range(shortest, longest + 1):
                inputs = (shape_of(2, axes, (length, length + 3, length + 1)),)
                yield axes, attributes, module, inputs
    for axes in (1, 2, 3):
        yield axes, {"kernel_size": 3}, family(kind, axes)(3), (shape_of(2, axes),)


@peer("globalavgpool", "globalmaxpool", "adaptive_avgpool", "adaptive_maxpool")
def pools_to_a_size(name: str) -> Iterator[Case]:
    kind = "AdaptiveAvgPool" if name.endswith("avgpool") else "AdaptiveMaxPool"
    sizes: tuple[Value, ...] = (1,) if name.startswith("global") else (1, 2, 7, 20, (3, 1, 5))
    for axes, size in product((1, 2, 3), sizes):
        wanted = fit(size, axes)
        attributes = {} if name.startswith("global") else {"output_size": wanted}
        yield axes, attributes, family(kind, axes)(wanted), (shape_of(3, axes),)


def composed(part: Any, forward: Call) -> Call:
    """A module with the parameters of `part` that computes `forward`."""
    module = nn.Module()
    module.part = part
    module.forward = forward
    made: Call = module
    return made


@peer("bn", "instance_norm")
def norms_by_family(name: str) -> Iterator[Case]:
    kind = {"bn": "BatchNorm", "instance_norm": "InstanceNorm"}[name]
    for axes, affine in product((1, 2, 3), (None, True, False)):
        attributes: dict[str, Value] = {} if affine is None else {"affine": affine}
        yield axes, attributes, family(kind, axes)(6, **attributes).eval(), (shape_of(6, axes),)
    if name == "bn":
        yield 0, {}, nn.BatchNorm1d(6).eval(), ((6,),)


@peer("layer_norm")
def layer_norms(_name: str) -> Iterator[Case]:
    for axes, affine in product((0, 1, 2, 3), (True, False)):
        norm = nn.LayerNorm(6, elementwise_affine=affine)
        channels_last = composed(norm, lambda x, norm=norm: norm(x.movedim(1, -1)).movedim(-1, 1))
        yield axes, {"affine": affine}, channels_last, (shape_of(6, axes),)
    yield 0, {}, nn.LayerNorm(6), ((6,),)


@peer("group_norm")
def group_norms(_name: str) -> Iterator[Case]:
    for axes, groups, affine in product((0, 1, 2, 3), (1, 2, 3, 6), (True, False)):
        # PyTorch refuses groups of one value, as a flat input of 6 features in 6 groups has.
        channels = 12 if axes == 0 else 6
        module = nn.GroupNorm(groups, channels, affine=affine)
        yield axes, {"groups": groups, "affine": affine}, module, (shape_of(channels, axes),)


@peer("lrn")
def local_response_norms(_name: str) -> Iterator[Case]:
    for axes, size in product((1, 2, 3), (1, 2, 5, 9)):
        yield axes, {"size": size}, nn.LocalResponseNorm(size), (shape_of(6, axes),)


@peer(
    "relu", "relu6", "elu", "gelu", "silu", "sigmoid", "tanh", "hardswish", "hardsigmoid",
    "softmax", "leaky_relu", "dropout",
)  # fmt: skip
def functions_of_values(name: str) -> Iterator[Case]:
    modules = {
        "relu": nn.ReLU(),
        "relu6": nn.ReLU6(),
        "elu": nn.ELU(),
        "gelu": nn.GELU(),
        "silu": nn.SiLU(),
        "sigmoid": nn.Sigmoid(),
        "tanh": nn.Tanh(),
        "hardswish": nn.Hardswish(),
        "hardsigmoid": nn.Hardsigmoid(),
        "softmax": nn.Softmax(dim=1),
        "leaky_relu": nn.LeakyReLU(),
        "dropout": nn.Dropout(),
    }
    for axes in (0, 1, 2, 3):
        yield axes, {}, modules[name], (shape_of(5, axes),)


@peer("prelu")
def learned_slopes(_name: str) -> Iterator[Case]:
    for axes in (0, 1, 2, 3):
        yield axes, {}, nn.PReLU(), (shape_of(5, axes),)
        yield axes, {"num_parameters": 5}, nn.PReLU(5), (shape_of(5, axes),)


@peer("scale")
def scales(_name: str) -> Iterator[Case]:
    for axes in (0, 1, 2, 3):
        factor = nn.Parameter(torch.ones(5, *[1] * axes))
        yield axes, {}, composed(factor, lambda x, factor=factor: x * factor), (shape_of(5, axes),)


@peer("flatten")
def flattenings(_name: str) -> Iterator[Case]:
    for axes in (0, 1, 2, 3):
        yield axes, {}, nn.Flatten(), (shape_of(5, axes),)


@peer("pad")
def pads(_name: str) -> Iterator[Case]:
    around = ((1, 2), (0, 3), (2, 0))
    for axes in (1, 2, 3):
        zeros = family("ZeroPad", axes)
        yield axes, {"amounts": 2}, zeros(2), (shape_of(3, axes),)
        # PyTorch writes the last axis first.
        from_last = [amount for pair in reversed(around[:axes]) for amount in pair]
        yield axes, {"amounts": around[:axes]}, zeros(tuple(from_last)), (shape_of(3, axes),)


@peer("crop")
def crops(_name: str) -> Iterator[Case]:
    def narrow(x: Any) -> Any:
        for axis in range(2, x.ndim):
            x = x.narrow(axis, (x.shape[axis] - 5) // 2, 5)
        return x

    for axes in (1, 2, 3):
        yield axes, {"size": 5}, narrow, (shape_of(3, axes),)


@peer("slice")
def slices(_name: str) -> Iterator[Case]:
    for axes, (start, stop) in product((0, 1, 2, 3), ((0, 1), (2, 5), (0, 6))):
        attributes: dict[str, Value] = {"start": start, "stop": stop}
        cut = slice(start, stop)
        yield axes, attributes, lambda x, cut=cut: x[:, cut], (shape_of(6, axes),)


@peer("upsample")
def upsamplings(_name: str) -> Iterator[Case]:
    for axes in (1, 2, 3):
        between = {1: "linear", 2: "bilinear", 3: "trilinear"}[axes]
        factors: tuple[Value, ...] = (1, 2, 3, (2, 1, 3)[:axes])
        wanted: tuple[Value, ...] = (1, 7, 20, (5, 14, 3)[:axes])
        for mode, factor in product(("nearest", between), factors):
            module = nn.Upsample(scale_factor=factor, mode=mode)
            yield axes, {"factor": factor, "mode": Word(mode)}, module, (shape_of(3, axes),)
        for mode, size in product(("nearest", between), wanted):
            module = nn.Upsample(size=size, mode=mode)
            yield axes, {"size": size, "mode": Word(mode)}, module, (shape_of(3, axes),)


@peer("pixel_shuffle")
def pixel_shuffles(_name: str) -> Iterator[Case]:
    for factor, channels in product((1, 2, 3), (1, 4, 9, 12, 36)):
        yield 2, {"factor": factor}, nn.PixelShuffle(factor), ((channels, 4, 5),)


@peer("channel_shuffle")
def channel_shuffles(_name: str) -> Iterator[Case]:
    for axes, groups in product((1, 2, 3), (1, 2, 3, 4, 6)):
        yield axes, {"groups": groups}, nn.ChannelShuffle(groups), (shape_of(6, axes),)


@peer("add", "mul")
def joins(name: str) -> Iterator[Case]:
    join = torch.add if name == "add" else torch.mul
    for axes in (0, 1, 2, 3):
        whole, gate = shape_of(6, axes), (6, *[1] * axes)
        for inputs in ((whole, whole), (whole, gate), (gate, whole), ((1, *whole[1:]), gate)):
            yield axes, {}, join, inputs


@peer("concat")
def concatenations(_name: str) -> Iterator[Case]:
    def joined(*tensors: Any) -> Any:
        return torch.cat(tensors, dim=1)

    for axes in (0, 1, 2, 3):
        yield axes, {}, joined, tuple(shape_of(channels, axes) for channels in (6, 1, 4))
