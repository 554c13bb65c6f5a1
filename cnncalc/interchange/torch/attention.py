"""The classes that PyTorch lacks for tokens and attention."""

ATTENTION = {
    "Learned": '''\
class Learned(nn.Module):
    """A tensor that is trained, the same for every example of a batch like that of `x`."""

    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(shape) * 0.02)

    def forward(self, x=None):
        return self.weight.expand(1 if x is None else len(x), *self.weight.shape)
''',
    "Coordinates": '''\
class Coordinates(nn.Module):
    """The place of each position along each axis, counted from 0."""

    def __init__(self, size):
        super().__init__()
        places = torch.meshgrid(*map(torch.arange, size), indexing="ij")
        self.register_buffer("places", torch.stack(places).float(), persistent=False)

    def forward(self, x=None):
        return self.places.expand(1 if x is None else len(x), *self.places.shape)
''',
    "Sinusoids": '''\
class Sinusoids(nn.Module):
    """Sines and cosines of the places of a map, the same for every example of a batch."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x=None):
        channels, *size = self.shape
        device = None if x is None else x.device
        waves = torch.arange(channels // 4, device=device, dtype=torch.float32)
        found = []
        for axis, length in enumerate(size):
            places = torch.arange(1, length + 1, device=device, dtype=torch.float32)
            places = places / (length + 1e-6) * 2 * math.pi
            angles = places[:, None] / 10_000 ** (waves / (channels // 4))
            both = torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(1).T
            along = both[:, :, None] if axis == 0 else both[:, None, :]
            found.append(along.expand(channels // 2, *size))
        made = torch.cat(found)
        made = made if x is None else made.to(x.dtype)
        return made.expand(1 if x is None else len(x), *self.shape)
''',
    "Patches": '''\
class Patches(nn.Module):
    """A map in patches: the places in one, and for each of these all patches."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, x):
        n, c, h, w = x.shape
        a, b = self.size
        x = x.reshape(n, c, h // a, a, w // b, b).permute(0, 1, 3, 5, 2, 4)
        return x.reshape(n, c, a * b, -1)
''',
    "FromPatches": '''\
class FromPatches(nn.Module):
    """Patches as a map again."""

    def __init__(self, size, map):
        super().__init__()
        self.size, self.map = size, map

    def forward(self, x):
        (a, b), (h, w) = self.size, self.map
        x = x.reshape(*x.shape[:2], a, b, h // a, w // b).permute(0, 1, 4, 2, 5, 3)
        return x.reshape(*x.shape[:2], h, w)
''',
    "Transpose": '''\
class Transpose(nn.Module):
    """Channels and positions of tokens change places."""

    def forward(self, x):
        return x.transpose(-1, -2)
''',
    "Reshape": '''\
class Reshape(nn.Module):
    """The same values under other axes."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(len(x), *self.shape)
''',
    "Permute": '''\
class Permute(nn.Module):
    """The axes behind the batch in another order."""

    def __init__(self, order):
        super().__init__()
        self.order = order

    def forward(self, x):
        return x.permute(0, *self.order)
''',
    "ChannelLinear": '''\
class ChannelLinear(nn.Linear):
    """A linear layer on the channels of every position."""

    def forward(self, x):
        return super().forward(x.transpose(1, 2)).transpose(1, 2)
''',
    "Attend": '''\
class Attend(nn.Module):
    """Scaled dot-product attention of tokens N x C x L, by heads.

    With `distances`, the size of the keys' map, a score is learned for each distance.
    """

    def __init__(
        self, heads=1, scale=None, distances=None, stride=1, over="positions", temperature=False
    ):
        super().__init__()
        self.heads, self.scale, self.stride, self.over = heads, scale, stride, over
        self.temperature = nn.Parameter(torch.ones(heads)) if temperature else None
        self.position = nn.Parameter(torch.zeros(heads, *distances)) if distances else None

    def scores(self):
        axes = [torch.arange(n, device=self.position.device) for n in self.position.shape[1:]]
        every = torch.stack(torch.meshgrid(*axes, indexing="ij"))
        some = every[(slice(None), *[slice(None, None, self.stride)] * len(axes))]
        apart = (some.flatten(1)[:, :, None] - every.flatten(1)[:, None, :]).abs()
        return self.position[(slice(None), *apart)]

    def forward(self, q, k, v):
        q, k, v = (x.unflatten(1, (self.heads, -1)) for x in (q, k, v))
        scale = self.scale
        if self.temperature is not None:
            q, scale = q * self.temperature[:, None, None], scale or 1.0
        if self.over == "channels":
            return F.scaled_dot_product_attention(q, k, v, scale=scale).flatten(1, 2)
        q, k, v = (x.transpose(-1, -2) for x in (q, k, v))
        scores = None if self.position is None else self.scores()
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=scores, scale=scale)
        return y.transpose(-1, -2).flatten(1, 2)
''',
    "Attention": '''\
class Attention(nn.Module):
    """Multi-head self-attention of tokens N x C x L."""

    def __init__(self, channels, heads, dim=None, bias=True, out_channels=None):
        super().__init__()
        dim, out = dim or channels, out_channels or channels
        self.heads = heads
        self.qkv_weight = nn.Parameter(torch.randn(3 * dim, channels) * channels**-0.5)
        self.qkv_bias = nn.Parameter(torch.zeros(3 * dim)) if bias else None
        self.weight = nn.Parameter(torch.randn(out, dim) * dim**-0.5)
        self.bias = nn.Parameter(torch.zeros(out))

    def forward(self, x):
        qkv = F.linear(x.transpose(1, 2), self.qkv_weight, self.qkv_bias)
        q, k, v = (one.unflatten(2, (self.heads, -1)).transpose(1, 2) for one in qkv.chunk(3, 2))
        y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        return F.linear(y, self.weight, self.bias).transpose(1, 2)
''',
    "WindowAttention": '''\
class WindowAttention(nn.Module):
    """Multi-head self-attention in windows of a map, or in grids spread over it."""

    def __init__(
        self,
        channels,
        heads,
        dim=None,
        bias=True,
        out_channels=None,
        window=(7, 7),
        shift=(0, 0),
        grid=False,
        position=True,
    ):
        super().__init__()
        dim, out = dim or channels, out_channels or channels
        a, b = self.window = window
        self.heads, self.shift, self.grid = heads, shift, grid
        self.qkv_weight = nn.Parameter(torch.randn(3 * dim, channels) * channels**-0.5)
        self.qkv_bias = nn.Parameter(torch.zeros(3 * dim)) if bias else None
        self.weight = nn.Parameter(torch.randn(out, dim) * dim**-0.5)
        self.bias = nn.Parameter(torch.zeros(out))
        self.position = None
        if position:
            self.position = nn.Parameter(torch.zeros(heads, 2 * a - 1, 2 * b - 1))

    def cut(self, x):
        n, h, w, c = x.shape
        a, b = self.window
        x = x.roll((-self.shift[0], -self.shift[1]), (1, 2))
        if self.grid:
            x = x.view(n, a, h // a, b, w // b, c).permute(0, 2, 4, 1, 3, 5)
        else:
            x = x.view(n, h // a, a, w // b, b, c).permute(0, 1, 3, 2, 4, 5)
        return x.reshape(n, -1, a * b, c)

    def joined(self, x, h, w):
        n, (a, b) = len(x), self.window
        x = x.view(n, h // a, w // b, a, b, -1)
        x = x.permute(*((0, 3, 1, 4, 2, 5) if self.grid else (0, 1, 3, 2, 4, 5)))
        return x.reshape(n, h, w, -1).roll(self.shift, (1, 2))

    def scores(self, h, w, device):
        a, b = self.window
        found = 0
        if self.position is not None:
            y, x = (
                i.flatten()
                for i in torch.meshgrid(
                    torch.arange(a, device=device), torch.arange(b, device=device), indexing="ij"
                )
            )
            rows, columns = (i[:, None] - i[None, :] for i in (y, x))
            found = self.position[:, rows + a - 1, columns + b - 1]
        if any(self.shift):
            rows = (torch.arange(h, device=device) < self.shift[0]).float()
            columns = (torch.arange(w, device=device) < self.shift[1]).float()
            parts = self.cut((2 * rows[:, None] + columns)[None, :, :, None])[0, :, :, 0]
            apart = parts[:, :, None] != parts[:, None, :]
            found = (
                found
                + torch.zeros(apart.shape, device=device).masked_fill(apart, -math.inf)[:, None]
            )
        return found if torch.is_tensor(found) else None

    def forward(self, x):
        h, w = x.shape[2:]
        qkv = F.linear(self.cut(x.permute(0, 2, 3, 1)), self.qkv_weight, self.qkv_bias)
        q, k, v = (one.unflatten(3, (self.heads, -1)).transpose(2, 3) for one in qkv.chunk(3, 3))
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=self.scores(h, w, x.device))
        y = F.linear(y.transpose(2, 3).flatten(3), self.weight, self.bias)
        return self.joined(y, h, w).permute(0, 3, 1, 2)
''',
}
"""Each by the name that a call has."""
