"""Networks that no library has, in PyTorch, after the figures of their papers.

They are the other side of tests alone; each is written from the paper, not from the spec.
"""

from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.nn import functional


class UNet(nn.Module):  # type: ignore[misc]
    """Ronneberger et al. 2015, Figure 1."""

    def __init__(self) -> None:
        super().__init__()
        widths = [1, 64, 128, 256, 512, 1024]
        self.down = nn.ModuleList(self.twice(one, two) for one, two in pairwise(widths))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * one, one, 2, 2) for one in widths[4:0:-1])
        self.join = nn.ModuleList(self.twice(2 * one, one) for one in widths[4:0:-1])
        self.last = nn.Conv2d(64, 2, 1)

    @staticmethod
    def twice(inputs: int, outputs: int) -> Any:
        first, second = nn.Conv2d(inputs, outputs, 3), nn.Conv2d(outputs, outputs, 3)
        return nn.Sequential(first, nn.ReLU(), second, nn.ReLU())

    def forward(self, x: Any) -> Any:
        kept = []
        for place, part in enumerate(self.down):
            x = part(functional.max_pool2d(x, 2) if place else x)
            kept.append(x)
        for up, join, skip in zip(self.up, self.join, kept[-2::-1], strict=True):
            x = up(x)
            above = (skip.shape[2] - x.shape[2]) // 2
            skip = skip[:, :, above : above + x.shape[2], above : above + x.shape[3]]  # noqa: PLW2901
            x = join(torch.cat((skip, x), 1))
        return self.last(x)


class SegNet(nn.Module):  # type: ignore[misc]
    """Badrinarayanan et al. 2017, Figure 2: VGG-16's convolutions, there and back."""

    WIDTHS = ((64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,) * 3)

    def __init__(self) -> None:
        super().__init__()
        self.encoders, self.decoders = nn.ModuleList(), nn.ModuleList()
        last = 3
        for widths in self.WIDTHS:
            self.encoders.append(self.units((last, *widths)))
            self.decoders.append(self.units((*widths[::-1], last) if last > 3 else widths))
            last = widths[-1]
        self.last = nn.Conv2d(64, 11, 3, padding=1)

    @staticmethod
    def units(widths: tuple[int, ...]) -> Any:
        made: list[Any] = []
        for one, two in pairwise(widths):
            made += [nn.Conv2d(one, two, 3, padding=1, bias=False), nn.BatchNorm2d(two), nn.ReLU()]
        return nn.Sequential(*made)

    def forward(self, x: Any) -> Any:
        kept = []
        for encode in self.encoders:
            x = encode(x)
            size = x.shape[2:]
            x, indices = functional.max_pool2d(x, 2, ceil_mode=True, return_indices=True)
            kept.append((indices, size))
        for decode, (indices, size) in zip(reversed(self.decoders), reversed(kept), strict=True):
            x = decode(functional.max_unpool2d(x, indices, 2, output_size=list(size)))
        return self.last(x)


class YoloV3(nn.Module):  # type: ignore[misc]
    """Redmon & Farhadi 2018, Table 1 and §2.3, with the heads of yolov3.cfg."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = self.cbl(3, 32, 3)
        self.stages = nn.ModuleList()
        for width, depth in ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)):
            units = [
                nn.ModuleList((self.cbl(width, width // 2, 1), self.cbl(width // 2, width, 3)))
                for _ in range(depth)
            ]
            self.stages.append(nn.ModuleList((self.cbl(width // 2, width, 3, 2), *units)))
        self.fives = nn.ModuleList(
            self.five(inputs, width) for inputs, width in ((1024, 512), (768, 256), (384, 128))
        )
        self.before = nn.ModuleList(self.cbl(2 * width, width, 1) for width in (256, 128))
        self.heads = nn.ModuleList(
            nn.Sequential(self.cbl(width, 2 * width, 3), nn.Conv2d(2 * width, 255, 1))
            for width in (512, 256, 128)
        )

    @staticmethod
    def cbl(inputs: int, outputs: int, kernel: int, stride: int = 1) -> Any:
        conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.1))

    @classmethod
    def five(cls, inputs: int, width: int) -> Any:
        sizes = [(inputs, width, 1), (width, 2 * width, 3), (2 * width, width, 1)]
        return nn.Sequential(*(cls.cbl(*one) for one in (*sizes, *sizes[1:])))

    def forward(self, x: Any) -> Any:
        x = self.stem(x)
        maps = []
        for down, *units in self.stages:
            x = down(x)
            for narrow, wide in units:
                x = x + wide(narrow(x))
            maps.append(x)
        x = self.fives[0](x)
        found = [self.heads[0](x)]
        for place in (1, 2):
            x = functional.interpolate(self.before[place - 1](x), scale_factor=2.0)
            x = self.fives[place](torch.cat((x, maps[4 - place]), 1))
            found.append(self.heads[place](x))
        return found


class WaveNet(nn.Module):  # type: ignore[misc]
    """van den Oord et al. 2016, Figure 4, with 32 residual and 512 skip channels."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(256, 32, 2, bias=False)
        self.dilations = [2**level for _ in range(5) for level in range(10)]
        self.units = nn.ModuleList(
            nn.ModuleDict({
                "filter": nn.Conv1d(32, 32, 2, dilation=dilation),
                "gate": nn.Conv1d(32, 32, 2, dilation=dilation),
                "residual": nn.Conv1d(32, 32, 1),
                "skip": nn.Conv1d(32, 512, 1),
            })
            for dilation in self.dilations
        )  # fmt: skip
        self.last = nn.Sequential(
            nn.ReLU(), nn.Conv1d(512, 512, 1), nn.ReLU(), nn.Conv1d(512, 256, 1)
        )

    def forward(self, x: Any) -> Any:
        x = self.first(functional.pad(x, (1, 0)))
        skips = []
        for unit, dilation in zip(self.units, self.dilations, strict=True):
            padded = functional.pad(x, (dilation, 0))
            z = unit["filter"](padded).tanh() * unit["gate"](padded).sigmoid()
            x = unit["residual"](z) + x
            skips.append(unit["skip"](z))
        return self.last(sum(skips))


class Tcn(nn.Module):  # type: ignore[misc]
    """Bai et al. 2018, Figure 1 (b), eight levels of 25 channels, without the norm of weights."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList()
        for level in range(8):
            for inputs in (1 if level == 0 else 25, 25):
                self.convs.append(nn.Conv1d(inputs, 25, 7, dilation=2**level))
        self.project = nn.Conv1d(1, 25, 1)
        self.last = nn.Linear(25, 10)

    def forward(self, x: Any) -> Any:
        for level in range(8):
            found = x
            for conv in self.convs[2 * level : 2 * level + 2]:
                found = conv(functional.pad(found, (6 * 2**level, 0))).relu()
            x = (found + (x if level else self.project(x))).relu()
        return self.last(x[:, :, -1])


def fpn(name: str) -> Any:
    """torchvision's backbone, its norms trained as the paper's are."""
    from torchvision.models.detection.backbone_utils import resnet_fpn_backbone

    return resnet_fpn_backbone(backbone_name=name, weights=None, norm_layer=nn.BatchNorm2d)


MODULES: dict[str, Any] = {
    "unet": UNet,
    "segnet": SegNet,
    "yolov3": YoloV3,
    "wavenet": WaveNet,
    "tcn": Tcn,
    "fpn:resnet50": lambda: fpn("resnet50"),
    "fpn:resnet101": lambda: fpn("resnet101"),
}
"""For each bundled network that no library has as it is, what makes it."""
