"""Lines of single layers, drawn at random: what `random_networks` is made of."""

import random

LENGTHS = {0: (), 1: (1, 3, 8, 21, 40), 2: (1, 2, 4, 7, 12, 17), 3: (1, 2, 4, 5, 7)}
"""Lengths of a spatial axis, by how many axes there are."""

CHANNELS = (1, 2, 3, 4, 6, 8, 12)
MODES = ("linear", "bilinear", "trilinear")
AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""The names of the spatial axes, by how many there are."""


class Lines:
    """Lines of layers, drawn from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.axes = self.random.choice((1, 2, 2, 2, 2, 3))
        self.labels = 0

    def axis(self) -> str:
        """One of the spatial axes."""
        return self.random.choice(AXES[self.axes])

    def label(self) -> str:
        """A label that no other layer has."""
        self.labels += 1
        return f"t{self.labels}"

    def size(self, choices: tuple[int, ...]) -> str:
        """One number for every axis, alike on all or not."""
        if self.random.random() < 0.6:
            return "x".join([str(self.random.choice(choices))] * self.axes)
        return "x".join(str(self.random.choice(choices)) for _ in range(self.axes))

    def some(self, **values: str) -> str:
        """Each named argument half of the time."""
        given = [f"{name}={text}" for name, text in values.items() if self.random.random() < 0.5]
        return " ".join(given)

    def pads(self) -> str:
        if self.random.random() < 0.3:
            return self.random.choice(("same", "half", "full"))
        if self.random.random() < 0.3:
            pairs = [
                f"({self.random.randrange(4)}, {self.random.randrange(4)})"
                for _ in range(self.axes)
            ]
            return f"({', '.join(pairs)},)" if self.axes == 1 else f"({', '.join(pairs)})"
        return self.size((0, 1, 2, 3))

    def conv(self) -> str:
        kind = self.random.choice(("conv", "conv", "dwconv", "upconv"))
        out = "" if kind == "dwconv" else f" {self.random.choice(CHANNELS)}"
        flags = {
            "stride": self.size((1, 2, 3)),
            "padding": self.pads(),
            "dilation": self.size((1, 2, 3)),
            "bias": "false",
        }
        if kind == "dwconv":
            flags["multiplier"] = self.random.choice("123")
        else:
            flags["groups"] = self.random.choice("123")
        if kind != "upconv":
            flags["standardized"] = "true"
        if kind == "upconv":
            flags["output_padding"] = self.size((0, 1, 2))
        return f"{kind}{self.size((1, 2, 3, 4, 5))}{out} {self.some(**flags)}"

    def pool(self) -> str:
        if self.random.random() < 0.15:
            return f"blur {self.some(kernel_size=self.size((1, 3, 5)), stride=self.size((1, 2)))}"
        kind = self.random.choice(("maxpool", "maxpool", "avgpool"))
        flags = {
            "stride": self.size((1, 2, 3)),
            "padding": self.pads(),
            "ceil_mode": "true",
        }
        if kind == "maxpool":
            flags["dilation"] = self.size((1, 2, 3))
        else:
            flags["count_include_pad"] = self.random.choice(("true", "false"))
        return f"{kind}{self.size((1, 2, 3, 4))} {self.some(**flags)}"

    def values(self) -> str:
        return self.random.choice(
            (
                "relu", "relu6", "elu", "gelu", "silu", "sigmoid", "tanh", "hardswish",
                "hardsigmoid", "softmax", "prelu", "prelu num_parameters=x.channels",
                "leaky_relu 0.2", "leaky_relu 0", "dropout", "scale", "bn", "bn affine=false",
                "instance_norm", "instance_norm affine=true", "layer_norm", "group_norm 2", "lrn",
                "lrn 3 alpha=0.1", f"softmax axis={self.axis()}", "softmax groups=2",
                "softmax groups=2 axis=groups", "times 0.17", "times -2", "identity", "mish",
                "hardtanh", "hardtanh 0 4", "softplus", "softplus 3", "grn", "rms_norm",
                "rms_norm affine=false", "l2_norm", "layer_norm bias=false",
                "group_norm 2 bias=false",
            )
        )  # fmt: skip

    def moves(self) -> str:
        start = self.random.randrange(3)
        return self.random.choice(
            (
                f"slice {start} {start + self.random.randrange(1, 5)}",
                f"crop {self.size((1, 2, 4, 6, 9))}",
                f"pad {self.pads()}",
                f"upsample {self.size((1, 2, 3))}",
                f"upsample size={self.size((1, 3, 5, 9))}",
                f"upsample size={self.size((1, 3, 5))} mode={MODES[self.axes - 1]}",
                f"slice {start} {start + self.random.randrange(1, 5)} axis={self.axis()}",
                "pixel_shuffle 2",
                "pixel_unshuffle 2",
                "pixel_unshuffle 3",
                "channel_shuffle 2",
                f"adaptive_avgpool{self.size((1, 2, 3, 5))}",
                f"adaptive_maxpool{self.size((1, 2, 3, 5))}",
                "globalavgpool",
                "globalmaxpool",
            )
        )

    def line(self) -> str:
        draw = self.random.random()
        if draw < 0.4:
            return self.conv()
        if draw < 0.55:
            return self.pool()
        return self.values() if draw < 0.8 else self.moves()


def quoted(line: str) -> str:
    return f"'{line.strip()}'"


def flow(*lines: str) -> str:
    return f"[{', '.join(map(quoted, lines))}]"
