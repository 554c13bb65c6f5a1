"""What PyTorch has for each op, over a grid of attributes; PyTorch itself is handed in."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from cnncalc.ops.values import Shape, Value, Word

Call = Callable[..., Any]
PeerCase = tuple[int, dict[str, Value], Call, tuple[Shape, ...]]
"""The number of spatial axes, the op's attributes, what PyTorch calls it, the input shapes."""

WITHOUT = {"window_attention", "sinusoids"}
"""Ops that PyTorch has no module for."""

REFUSALS = (
    "Output size is too small",
    "Invalid computed output size",
    "greater than actual input size",
    "output padding must be smaller",
    "divisible",
)
"""What PyTorch says of attributes that the input does not suit; any other fault is the test's."""


def family(torch: Any, name: str, axes: int) -> Call:
    """`torch.nn.Conv2d` for `Conv` and 2 axes."""
    found: Call = getattr(torch.nn, f"{name}{axes}d")
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


def convolutions(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes in (1, 2, 3):
        for place, attributes in enumerate(sliding(axes)):
            groups, bias = (1, 2, 3)[place % 3], place % 2 == 0
            more: dict[str, Value] = {"out_channels": 12, "groups": groups, "bias": bias}
            module = family(torch, "Conv", axes)(6, **plain(attributes), **more)
            yield axes, attributes | more, module, (shape_of(6, axes),)
        for lengths in ((1, 1, 1), (2, 4, 3)):
            for attributes in grid(axes, kernel_size=KERNELS, stride=(1, 2), padding=(0, 1)):
                module = family(torch, "Conv", axes)(2, 2, **attributes)
                small = (shape_of(2, axes, lengths),)
                yield axes, attributes | {"out_channels": 2}, module, small
    for gain, eps in ((False, 1e-6), (True, 1e-6), (True, 1e-2)):
        more = {"standardized": True, "gain": gain, "eps": eps}
        attributes = {"kernel_size": 3, "out_channels": 8, "groups": 2, **more}
        yield 2, attributes, standardized(torch, eps, gain=gain), (shape_of(6, 2),)
    uneven = ((1, 2), (0, 3))
    padded = torch.nn.Sequential(
        torch.nn.ZeroPad2d((0, 3, 1, 2)), torch.nn.Conv2d(3, 4, 3, stride=2)
    )
    attributes = {"out_channels": 4, "kernel_size": 3, "stride": 2, "padding": uneven}
    yield 2, attributes, padded, ((3, 8, 9),)


def standardized(torch: Any, eps: float, *, gain: bool) -> Call:
    """As timm has it: the weights as channels of a batch normalisation in training."""
    part = torch.nn.Conv2d(6, 8, 3, groups=2)
    if gain:
        part.gain = torch.nn.Parameter(torch.ones(8))

    def forward(x: Any) -> Any:
        scale = part.gain * part.weight[0].numel() ** -0.5 if gain else None
        flat = part.weight.reshape(1, 8, -1)
        flat = torch.nn.functional.batch_norm(
            flat, None, None, weight=scale, training=True, eps=eps
        )
        weight = flat.reshape_as(part.weight)
        return torch.nn.functional.conv2d(x, weight, part.bias, groups=2)

    return composed(torch, part, forward)


def depthwise_convolutions(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes in (1, 2, 3):
        for place, attributes in enumerate(sliding(axes)):
            multiplier, bias = (1, 2, 3)[place % 3], place % 2 == 0
            module = family(torch, "Conv", axes)(
                4, 4 * multiplier, groups=4, bias=bias, **plain(attributes)
            )
            more: dict[str, Value] = {"multiplier": multiplier, "bias": bias}
            yield axes, attributes | more, module, (shape_of(4, axes),)


def transposed_convolutions(torch: Any, _name: str) -> Iterator[PeerCase]:
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
            module = family(torch, "ConvTranspose", axes)(4, **attributes, **more)
            yield axes, attributes | more, module, (shape_of(4, axes, (6, 7, 5)),)


def dense_layers(torch: Any, _name: str) -> Iterator[PeerCase]:
    for features, out_features, bias in product((1, 7, 100), (1, 10), (True, False)):
        module = torch.nn.Linear(features, out_features, bias=bias)
        yield 0, {"out_features": out_features, "bias": bias}, module, ((features,),)


def pools(torch: Any, name: str) -> Iterator[PeerCase]:
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
            module = family(torch, kind, axes)(**attributes)
            for length in range(shortest, longest + 1):
                inputs = (shape_of(2, axes, (length, length + 3, length + 1)),)
                yield axes, attributes, module, inputs
    for axes in (1, 2, 3):
        yield axes, {"kernel_size": 3}, family(torch, kind, axes)(3), (shape_of(2, axes),)


def pools_to_a_size(torch: Any, name: str) -> Iterator[PeerCase]:
    kind = "AdaptiveAvgPool" if name.endswith("avgpool") else "AdaptiveMaxPool"
    sizes: tuple[Value, ...] = (1,) if name.startswith("global") else (1, 2, 7, 20, (3, 1, 5))
    for axes, size in product((1, 2, 3), sizes):
        wanted = fit(size, axes)
        attributes = {} if name.startswith("global") else {"output_size": wanted}
        yield axes, attributes, family(torch, kind, axes)(wanted), (shape_of(3, axes),)


def composed(torch: Any, part: Any, forward: Call) -> Call:
    """A module with the parameters of `part` that computes `forward`."""
    module = torch.nn.Module()
    module.part = part
    module.forward = forward
    made: Call = module
    return made


def norms_by_family(torch: Any, name: str) -> Iterator[PeerCase]:
    kind = {"bn": "BatchNorm", "instance_norm": "InstanceNorm"}[name]
    for axes, affine in product((1, 2, 3), (None, True, False)):
        attributes: dict[str, Value] = {} if affine is None else {"affine": affine}
        yield (
            axes,
            attributes,
            family(torch, kind, axes)(6, **attributes).eval(),
            (shape_of(6, axes),),
        )
    if name == "bn":
        yield 0, {}, torch.nn.BatchNorm1d(6).eval(), ((6,),)


def group_norms(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes, groups, affine in product((0, 1, 2, 3), (1, 2, 3, 6), (True, False)):
        # PyTorch refuses groups of one value, as a flat input of 6 features in 6 groups has.
        channels = 12 if axes == 0 else 6
        module = torch.nn.GroupNorm(groups, channels, affine=affine)
        yield axes, {"groups": groups, "affine": affine}, module, (shape_of(channels, axes),)


def local_response_norms(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes, size in product((1, 2, 3), (1, 2, 5, 9)):
        yield axes, {"size": size}, torch.nn.LocalResponseNorm(size), (shape_of(6, axes),)


def functions_of_values(torch: Any, name: str) -> Iterator[PeerCase]:
    modules = {
        "relu": torch.nn.ReLU(),
        "relu6": torch.nn.ReLU6(),
        "elu": torch.nn.ELU(),
        "gelu": torch.nn.GELU(),
        "silu": torch.nn.SiLU(),
        "sigmoid": torch.nn.Sigmoid(),
        "tanh": torch.nn.Tanh(),
        "hardswish": torch.nn.Hardswish(),
        "hardsigmoid": torch.nn.Hardsigmoid(),
        "softmax": torch.nn.Softmax(dim=1),
        "leaky_relu": torch.nn.LeakyReLU(),
        "dropout": torch.nn.Dropout(),
        "identity": torch.nn.Identity(),
        "mish": torch.nn.Mish(),
        "softplus": torch.nn.Softplus(),
        "hardtanh": torch.nn.Hardtanh(),
    }
    for axes in (0, 1, 2, 3):
        yield axes, {}, modules[name], (shape_of(5, axes),)
        if name == "softmax" and axes:
            last = Word({1: "length", 2: "width", 3: "width"}[axes])
            yield axes, {"axis": last}, torch.nn.Softmax(dim=-1), (shape_of(5, axes),)
        if name == "softplus":
            yield axes, {"beta": 2.5}, torch.nn.Softplus(2.5), (shape_of(5, axes),)
        if name == "hardtanh":
            given: dict[str, Value] = {"min_val": -0.5, "max_val": 2}
            yield axes, given, torch.nn.Hardtanh(-0.5, 2), (shape_of(5, axes),)


def constant_factors(_torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes, factor in product((0, 1, 2, 3), (0.17, -2)):
        yield axes, {"factor": factor}, lambda x, by=factor: x * by, (shape_of(5, axes),)


def learned_slopes(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes in (0, 1, 2, 3):
        yield axes, {}, torch.nn.PReLU(), (shape_of(5, axes),)
        yield axes, {"num_parameters": 5}, torch.nn.PReLU(5), (shape_of(5, axes),)


def scales(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes in (0, 1, 2, 3):
        factor = torch.nn.Parameter(torch.ones(5, *[1] * axes))
        yield (
            axes,
            {},
            composed(torch, factor, lambda x, factor=factor: x * factor),
            (shape_of(5, axes),),
        )


def flattenings(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes in (0, 1, 2, 3):
        yield axes, {}, torch.nn.Flatten(), (shape_of(5, axes),)


def pads(torch: Any, _name: str) -> Iterator[PeerCase]:
    around = ((1, 2), (0, 3), (2, 0))
    for axes in (1, 2, 3):
        zeros = family(torch, "ZeroPad", axes)
        yield axes, {"amounts": 2}, zeros(2), (shape_of(3, axes),)
        # PyTorch writes the last axis first.
        from_last = [amount for pair in reversed(around[:axes]) for amount in pair]
        yield axes, {"amounts": around[:axes]}, zeros(tuple(from_last)), (shape_of(3, axes),)


def crops(torch: Any, _name: str) -> Iterator[PeerCase]:
    def narrow(x: Any) -> Any:
        for axis in range(2, x.ndim):
            x = x.narrow(axis, (x.shape[axis] - 5) // 2, 5)
        return x

    for axes in (1, 2, 3):
        yield axes, {"size": 5}, narrow, (shape_of(3, axes),)


def slices(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes, (start, stop) in product((0, 1, 2, 3), ((0, 1), (2, 5), (0, 6))):
        attributes: dict[str, Value] = {"start": start, "stop": stop}
        cut = slice(start, stop)
        yield axes, attributes, lambda x, cut=cut: x[:, cut], (shape_of(6, axes),)


def upsamplings(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes in (1, 2, 3):
        between = {1: "linear", 2: "bilinear", 3: "trilinear"}[axes]
        factors: tuple[Value, ...] = (1, 2, 3, (2, 1, 3)[:axes])
        wanted: tuple[Value, ...] = (1, 7, 20, (5, 14, 3)[:axes])
        for mode, factor in product(("nearest", between), factors):
            module = torch.nn.Upsample(scale_factor=factor, mode=mode)
            yield axes, {"factor": factor, "mode": Word(mode)}, module, (shape_of(3, axes),)
        for mode, size in product(("nearest", between), wanted):
            module = torch.nn.Upsample(size=size, mode=mode)
            yield axes, {"size": size, "mode": Word(mode)}, module, (shape_of(3, axes),)


def pixel_shuffles(torch: Any, name: str) -> Iterator[PeerCase]:
    """Factors that divide the channels or the axes, and others."""
    kind = getattr(torch.nn, name.replace("_", " ").title().replace(" ", ""))
    for factor, channels in product((1, 2, 3), (1, 4, 9, 12, 36)):
        for size in ((4, 5), (6, 12)):
            yield 2, {"factor": factor}, kind(factor), ((channels, *size),)


def channel_shuffles(torch: Any, _name: str) -> Iterator[PeerCase]:
    for axes, groups in product((1, 2, 3), (1, 2, 3, 4, 6)):
        yield axes, {"groups": groups}, torch.nn.ChannelShuffle(groups), (shape_of(6, axes),)


def joins(torch: Any, name: str) -> Iterator[PeerCase]:
    joins: dict[str, Call] = {
        "add": torch.add, "mul": torch.mul, "sub": torch.sub, "div": torch.div,
        "max": torch.maximum,
        "mean": lambda one, other: (one + other) / 2,
    }  # fmt: skip
    join = joins[name]
    for axes in (0, 1, 2, 3):
        whole, gate = shape_of(6, axes), (6, *[1] * axes)
        for inputs in ((whole, whole), (whole, gate), (gate, whole), ((1, *whole[1:]), gate)):
            yield axes, {}, join, inputs


def concatenations(torch: Any, _name: str) -> Iterator[PeerCase]:
    def joined(*tensors: Any) -> Any:
        return torch.cat(tensors, dim=1)

    for axes in (0, 1, 2, 3):
        yield axes, {}, joined, tuple(shape_of(channels, axes) for channels in (6, 1, 4))
