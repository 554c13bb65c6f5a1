"""A small network for each op, whose numbers its page works out."""

LINES = {
    "conv": "conv3x3 32 padding=1",
    "dwconv": "dwconv3x3 padding=1",
    "upconv": "upconv2x2 8 stride=2",
    "maxpool": "maxpool3x3 stride=2 padding=1",
    "avgpool": "avgpool2x2",
    "blur": "blur3x3",
    "adaptive_avgpool": "adaptive_avgpool6x6",
    "adaptive_maxpool": "adaptive_maxpool6x6",
    "leaky_relu": "leaky_relu 0.1",
    "hardtanh": "hardtanh 0 6",
    "dropout": "dropout 0.5",
    "times": "times 0.17",
    "group_norm": "group_norm 4",
    "pad": "pad 2",
    "crop": "crop 24x24",
    "slice": "slice 0 8",
    "upsample": "upsample 2",
    "pixel_shuffle": "pixel_shuffle 2",
    "pixel_unshuffle": "pixel_unshuffle 2",
    "channel_shuffle": "channel_shuffle 4",
    "window_attention": "window_attention 4 8",
    "tokens": "tokens",
    "patches": "patches 2",
    "reshape": "reshape 4x64x64",
    "permute": "permute 2x3x1",
}
"""The line of an op that reads a map of 16 x 32 x 32; without one it is its name alone."""

WHOLE = {
    "linear": ("784", ["linear 10"]),
    "attention": ("16x64", ["attention 4"]),
    "transpose": ("16x64", ["transpose"]),
    "split_heads": ("16x64", ["split_heads 4"]),
    "merge_heads": ("16x64", ["split_heads 4", "merge_heads"]),
    "as_map": ("16x64", ["as_map 8x8"]),
    "from_patches": ("16x32x32", ["patches 2", "from_patches 2 32x32"]),
    "add": ("16x32x32", ["add: [conv3x3 16 padding=1, x]"]),
    "sub": ("16x32x32", ["sub: [conv3x3 16 padding=1, x]"]),
    "mul": ("16x32x32", ["mul: [x, [globalavgpool, conv1x1 16, sigmoid]]"]),
    "div": ("16x32x32", ["div eps=1e-5: [x, globalavgpool]"]),
    "max": ("16x32x32", ["max: [conv3x3 16 padding=1, x]"]),
    "mean": ("16x32x32", ["mean: [conv3x3 16 padding=1, x]"]),
    "concat": ("16x32x32", ["concat: [conv3x3 8 padding=1, x]"]),
    "matmul": ("16x64", ["matmul: [x, transpose]"]),
    "attend": ("16x64", ["attend 4: [linear 16, linear 16, linear 16]"]),
    "max_unpool": ("16x32x32", ["pool1: maxpool2x2", "max_unpool2x2 from=pool1"]),
    "learned": ("16x32x32", ["add: [x, learned 16x1x1]"]),
    "sinusoids": ("16x32x32", ["add: [x, sinusoids 16x32x32]"]),
    "coordinates": ("16x32x32", ["concat: [x, coordinates 32x32]"]),
}
"""The input and the layers of an op that reads something else, or several tensors."""


def of(name: str) -> str:
    """The spec with an op."""
    shape, layers = WHOLE.get(name, ("16x32x32", [LINES.get(name, name)]))
    return f"input: {shape}\nlayers:\n" + "".join(f"  - {line}\n" for line in layers)
