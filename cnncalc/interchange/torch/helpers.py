"""The classes that PyTorch lacks; each is written into a file that uses it, and no other."""

from cnncalc.interchange.torch.attention import ATTENTION

_CONV = '''\
class Padded{name}(nn.{name}):
    """{name} with a border (before, after) of its own for every axis, the last axis first."""

    def __init__(self, *arguments, pads, **named):
        super().__init__(*arguments, **named)
        self.pads = pads

    def forward(self, x):
        return super().forward(F.pad(x, self.pads))
'''

_STANDARDIZED = '''\
class Std{name}(nn.{name}):
    """{name} whose weights have mean 0 and variance 1 in each output channel."""

    def __init__(self, *arguments, gain=False, eps=1e-6, pads=None, **named):
        super().__init__(*arguments, **named)
        self.eps = eps
        self.gain = nn.Parameter(torch.ones(self.out_channels)) if gain else None
        self.pads = pads

    def forward(self, x):
        flat = self.weight.flatten(1)
        variance, mean = torch.var_mean(flat, 1, correction=0, keepdim=True)
        flat = (flat - mean) * torch.rsqrt(variance + self.eps)
        if self.gain is not None:
            flat = flat * (self.gain / flat.shape[1] ** 0.5).unsqueeze(1)
        if self.pads is not None:
            x = F.pad(x, self.pads)
        weight = flat.view_as(self.weight)
        return F.{function}(
            x, weight, self.bias, self.stride, self.padding, self.dilation, self.groups
        )
'''

_UPCONV = '''\
class Padded{name}(nn.{name}):
    """{name} whose border is cut off unevenly, (before, after) for the last axis first."""

    def __init__(self, *arguments, pads, output_padding=0, **named):
        super().__init__(*arguments, **named)
        axes = len(pads) // 2
        extra = output_padding if isinstance(output_padding, tuple) else (output_padding,) * axes
        self.pads = [-cut for cut in pads]
        for axis, more in enumerate(reversed(extra)):
            self.pads[2 * axis + 1] += more

    def forward(self, x):
        y = F.{function}(
            x, self.weight, None, self.stride, 0, 0, self.groups, self.dilation
        )
        y = F.pad(y, [max(amount, 0) for amount in self.pads])  # then cut: it may be all there was
        y = F.pad(y, [min(amount, 0) for amount in self.pads])
        if self.bias is not None:
            y = y + self.bias.view(-1, *[1] * (x.dim() - 2))
        return y
'''

_MAXPOOL = '''\
class Padded{name}(nn.Module):
    """{name} with a border (before, after) of its own for every axis, the last axis first."""

    def __init__(self, kernel_size, stride=None, pads=(), dilation=1):
        super().__init__()
        self.pads = pads
        self.pool = nn.{name}(kernel_size, stride, dilation=dilation)

    def forward(self, x):
        return self.pool(F.pad(x, self.pads, value=-math.inf))
'''

_AVGPOOL = '''\
class Padded{name}(nn.Module):
    """{name} with a border that counts and one beyond it that does not.

    Both are (before, after) for every axis, the last axis first.
    """

    def __init__(self, kernel_size, stride=None, counted=(), beyond=()):
        super().__init__()
        self.counted, self.beyond = counted, beyond
        self.pool = nn.{name}(kernel_size, stride)

    def forward(self, x):
        cells = F.pad(torch.ones_like(x[:1, :1]), self.counted, value=1)
        whole = F.pad(F.pad(x, self.counted), self.beyond)
        return self.pool(whole) / self.pool(F.pad(cells, self.beyond))
'''

_NORM = '''\
class Lone{name}(nn.{name}):
    """{name} of a map of one value, which is its own mean."""

    def forward(self, x):
        y = torch.zeros_like(x)
        return y if self.bias is None else y + self.bias.view(-1, *[1] * (x.dim() - 2))
'''

HELPERS = {
    **ATTENTION,
    **{f"LoneInstanceNorm{n}d": _NORM.format(name=f"InstanceNorm{n}d") for n in (1, 2, 3)},
    **{
        f"StdConv{n}d": _STANDARDIZED.format(name=f"Conv{n}d", function=f"conv{n}d")
        for n in (1, 2, 3)
    },
    **{f"PaddedConv{n}d": _CONV.format(name=f"Conv{n}d") for n in (1, 2, 3)},
    **{
        f"PaddedConvTranspose{n}d": _UPCONV.format(
            name=f"ConvTranspose{n}d", function=f"conv_transpose{n}d"
        )
        for n in (1, 2, 3)
    },
    **{f"PaddedMaxPool{n}d": _MAXPOOL.format(name=f"MaxPool{n}d") for n in (1, 2, 3)},
    **{f"PaddedAvgPool{n}d": _AVGPOOL.format(name=f"AvgPool{n}d") for n in (1, 2, 3)},
    "Scale": '''\
class Scale(nn.Module):
    """A learned factor for each channel."""

    def __init__(self, channels, axes=2):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.axes = axes

    def forward(self, x):
        return x * self.weight.view(-1, *[1] * self.axes)
''',
    "Times": '''\
class Times(nn.Module):
    """Every value times a constant."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return x * self.factor
''',
    "ChannelNorm": '''\
class ChannelNorm(nn.LayerNorm):
    """Layer normalisation over the channels of a map, at each position."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
''',
    "GroupSoftmax": '''\
class GroupSoftmax(nn.Module):
    """A softmax within each of some groups of channels, or across them."""

    def __init__(self, groups, across=False):
        super().__init__()
        self.groups, self.across = groups, across

    def forward(self, x):
        parts = x.unflatten(1, (self.groups, -1))
        return parts.softmax(1 if self.across else 2).flatten(1, 2)
''',
    "Blur": '''\
class Blur(nn.Module):
    """A fixed binomial filter over each channel; the border is mirrored."""

    def __init__(self, kernel_size=3, stride=2):
        super().__init__()
        self.kernel_size, self.stride = kernel_size, stride

    def forward(self, x):
        axes = x.dim() - 2
        fixed = self.kernel_size
        kernel = fixed if isinstance(fixed, tuple) else (fixed,) * axes
        weight = x.new_ones(())
        for size in kernel:
            taps = [math.comb(size - 1, place) / 2 ** (size - 1) for place in range(size)]
            weight = weight.unsqueeze(-1) * x.new_tensor(taps)
        weight = weight.expand(x.shape[1], 1, *kernel)
        x = F.pad(x, [size // 2 for size in reversed(kernel) for _ in range(2)], mode="reflect")
        slide = (F.conv1d, F.conv2d, F.conv3d)[axes - 1]
        return slide(x, weight, stride=self.stride, groups=x.shape[1])
''',
    "ScaledGroupNorm": '''\
class ScaledGroupNorm(nn.GroupNorm):
    """Group normalisation with a scale for each channel and no shift."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.bias = None
''',
    "ChannelRMSNorm": '''\
class ChannelRMSNorm(nn.RMSNorm):
    """Normalisation by the root mean square of the channels of a map, at each position."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
''',
    "L2Norm": '''\
class L2Norm(nn.Module):
    """The channels at each position by their length."""

    def __init__(self, eps=1e-12):
        super().__init__()
        self.eps = eps

    def forward(self, x):
        return F.normalize(x, dim=1, eps=self.eps)
''',
    "ResponseNorm": '''\
class ResponseNorm(nn.Module):
    """Global response normalisation over a map (Woo et al. 2023)."""

    def __init__(self, channels, eps=1e-6, axes=2):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps, self.axes = eps, axes

    def forward(self, x):
        weight, bias = (one.view(-1, *[1] * self.axes) for one in (self.weight, self.bias))
        length = x.norm(2, dim=tuple(range(2, x.dim())), keepdim=True)
        return x + weight * (x * (length / (length.mean(1, keepdim=True) + self.eps))) + bias
''',
    "FlatResponseNorm": '''\
class FlatResponseNorm(nn.LocalResponseNorm):
    """Local response normalisation of a flat input."""

    def forward(self, x):
        return super().forward(x.unsqueeze(-1)).squeeze(-1)
''',
    "Crop": '''\
class Crop(nn.Module):
    """The centre of a map; an odd row goes from the end."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, x):
        for axis, size in enumerate(self.size, 2):
            x = x.narrow(axis, (x.shape[axis] - size) // 2, size)
        return x
''',
    "Channels": '''\
class Channels(nn.Module):
    """The channels, or places along another axis, from `start` up to, not including, `stop`."""

    def __init__(self, start, stop, dim=1):
        super().__init__()
        self.start, self.stop, self.dim = start, stop, dim

    def forward(self, x):
        return x.narrow(self.dim, self.start, self.stop - self.start)
''',
    "ChannelShuffle": '''\
class ChannelShuffle(nn.Module):
    """The first channel of every group, then the second, and so on."""

    def __init__(self, groups):
        super().__init__()
        self.groups = groups

    def forward(self, x):
        return x.unflatten(1, (self.groups, -1)).transpose(1, 2).flatten(1, 2)
''',
    "unpooled": '''\
def unpooled(x, pooled, kernel_size, stride, pads):
    """Each value where the largest of its window stood in the map that was pooled."""
    wide = F.pad(pooled, pads, value=-math.inf)
    pool = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[len(kernel_size) - 1]
    _, places = pool(wide, kernel_size, stride, return_indices=True)
    y = torch.zeros_like(wide).flatten(2).scatter(2, places.flatten(2), x.flatten(2))
    return F.pad(y.view_as(wide), [-amount for amount in pads])
''',
    "largest": '''\
def largest(first, *others):
    """The largest of several tensors, value by value."""
    for other in others:
        first = torch.maximum(first, other)
    return first
''',
    "divisible": '''\
def divisible(value, divisor):
    """The nearest multiple of a divisor, at least one, never below 90 % of the value."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded
''',
    "sequential": '''\
def sequential(**modules):
    """Modules one after the other, under names."""
    return nn.Sequential(OrderedDict(modules))
''',
}
"""Each by the name that a call has."""
