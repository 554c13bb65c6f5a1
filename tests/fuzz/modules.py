"""Random modules of PyTorch, read and counted.

`python -m fuzz.modules [SEED] [COUNT] [--all]` from `tests`; with `--all` refusals are told too.

A module is a list of steps, each of which works on tensors that others gave: layers, some of them
more than once, functions, views, writes in place, casts. All tensors are given back, so that
nothing is left out. What PyTorch runs must be counted as its own counter counts it, be partial by
name, or be refused in one sentence; what PyTorch does not run is passed over.
"""

import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from math import prod
from random import Random
from typing import Any

import torch
from torch import nn
from torch.nn import functional as f
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

import cnncalc

LONGEST = 500
"""Letters of a refusal."""


def layer(random: Random, channels: int) -> Any:
    """A layer on maps of so many channels."""
    out = random.choice([2, 4, 8])
    kernel, groups = random.choice([1, 3, 5]), random.choice([1, 1, 2])
    mode = random.choice(["zeros", "zeros", "circular", "reflect"])
    pad = random.choice([0, kernel // 2, "same"])
    make: Callable[[], Any] = random.choice(
        [
            lambda: nn.Conv2d(
                channels, out, kernel, padding=pad, groups=groups, padding_mode=mode
            ),
            lambda: nn.Conv2d(channels, out, 3, random.choice([1, 2]), 1, random.choice([1, 2])),
            lambda: nn.ConvTranspose2d(channels, out, 2, 2, groups=groups),
            lambda: nn.BatchNorm2d(channels, affine=random.random() < 0.7),
            lambda: nn.GroupNorm(random.choice([1, 2]), channels),
            lambda: nn.InstanceNorm2d(channels),
            lambda: nn.PReLU(random.choice([1, channels])),
            lambda: nn.Sequential(nn.Conv2d(channels, out, 1), nn.ReLU(inplace=True)),
            lambda: nn.AdaptiveAvgPool2d(random.choice([1, 2, (4, 2)])),
            lambda: nn.utils.parametrizations.weight_norm(nn.Conv2d(channels, out, 1)),
        ]
    )
    return make()


def on_rows(random: Random, columns: int) -> Any:
    """A layer on the last axis."""
    make: Callable[[], Any] = random.choice(
        [
            lambda: nn.Linear(columns, random.choice([2, 4, 8]), bias=random.random() < 0.7),
            lambda: nn.LayerNorm(columns, elementwise_affine=random.random() < 0.7),
            lambda: nn.RMSNorm(columns),
        ]
    )
    return make()


PLAIN: tuple[Callable[[Any], Any], ...] = (
    f.relu, f.gelu, torch.sigmoid, torch.exp, lambda x: f.softmax(x, -1), lambda x: x.T,
    lambda x: x.mean(1, keepdim=True), lambda x: x.flatten(1), lambda x: x.flip(-1),
    lambda x: x.roll(1, -1), lambda x: x[:, :1], lambda x: x[..., ::2], lambda x: f.unfold(x, 2),
    lambda x: x.transpose(-1, -2), lambda x: x.unsqueeze(0).squeeze(0), lambda x: x.float(),
    lambda x: x.transpose(1, -1).contiguous(), lambda x: x.cumsum(-1), lambda x: x.abs().sqrt(),
    lambda x: f.pad(x, (1, 2)), lambda x: x.repeat(1, 2, *[1] * (x.dim() - 2)),
    lambda x: x * 2 - 1, lambda x: torch.where(x > 0, x, -x), lambda x: x.clone().clamp_(0, 1),
    lambda x: x.chunk(2, 1)[0], lambda x: x.clone().masked_fill_(x > 0, 0),
    lambda x: x.to(torch.float64).to(x.dtype), lambda x: f.max_pool2d(x, 2),
    lambda x: f.avg_pool2d(x, 3, 1, 1), lambda x: x.amax((-1, -2)), lambda x: x.sort(-1)[0],
    lambda x: f.interpolate(x, scale_factor=2), lambda x: f.pixel_shuffle(x, 2),
    lambda x: x.view(1, -1, 2), lambda x: x.reshape(1, 2, -1), lambda x: x.argmax(1).to(x.dtype),
    lambda x: x.as_strided((1, 2), (1, 1)), lambda x: x.unfold(-1, 2, 1),
    lambda x: x * torch.tensor([0.5]).to(x.dtype), lambda x: x + torch.arange(x.shape[-1]),
    lambda x: x @ x.transpose(-1, -2), lambda x: torch.einsum("b...i,b...j->bij", x, x),
    lambda x: x.new_zeros(x.shape).add_(x), lambda x: torch.randn_like(x) + x,
    lambda x: x[:, torch.tensor([0, 0])], lambda x: x.expand(1, *x.shape[1:]),
    lambda x: f.scaled_dot_product_attention(x, x, x), lambda x: x if x.sum() > 0 else -x,
    lambda x: x * x.max().item(), lambda x: x[x > 0].sum(),
)  # fmt: skip

PAIRS: tuple[Callable[[Any, Any], Any], ...] = (
    torch.add, torch.mul, torch.sub, torch.matmul, torch.maximum, torch.outer, torch.cdist,
    f.conv2d, lambda x, y: torch.cat([x, y], 1), lambda x, y: torch.stack([x, y], 1),
    lambda x, y: torch.bmm(x.flatten(2), y.flatten(2).mT), lambda x, y: f.linear(x, y[0]),
    lambda x, y: x.where(y > 0, y), lambda x, y: torch.tensordot(x, y, 1),
    lambda x, y: torch.baddbmm(x, x, y), lambda x, y: f.grid_sample(x, y[:, :2].movedim(1, -1)),
)  # fmt: skip


def written(x: Any, way: int) -> Any:
    """A copy of a tensor after a write to a part of it."""
    x = x.clone()
    if way == 0:
        x[:, :1] = 0
    elif way == 1:
        x[..., -1].add_(1)
    elif way == 2:
        x.chunk(2, 1)[0].mul_(2)
    else:
        x += x.mean()
    return x


class Made(nn.Module):  # type: ignore[misc]
    """The module of some steps."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        self.steps: list[tuple[str, Any, int, int]] = []
        found = [torch.zeros(1, 4, 8, 8)]
        for _ in range(random.randint(2, 9)):
            step = self.step(random, found)
            try:
                with torch.no_grad():
                    found.append(self.eval().taken(step, found))
            except (RuntimeError, ValueError, IndexError, TypeError, NotImplementedError):
                continue
            self.steps.append(step)

    def step(self, random: Random, found: list[Any]) -> tuple[str, Any, int, int]:
        """A step that may run."""
        one, other = random.randrange(len(found)), random.randrange(len(found))
        kind = random.choice(["layer", "layer", "again", "plain", "plain", "pair", "written"])
        what: Any = random.randrange(4)
        if kind == "layer":
            x = found[one]
            rank = x.dim()
            make = layer if rank == 4 and random.random() < 0.7 else on_rows
            try:
                self.layers.append(make(random, x.shape[1 if make is layer else -1]))
            except (ValueError, IndexError):
                self.layers.append(nn.Identity())
            what = len(self.layers) - 1
        elif kind == "again" and len(self.layers):
            kind, what = "layer", random.randrange(len(self.layers))
        elif kind == "plain":
            what = random.choice(PLAIN)
        elif kind in {"pair", "again"}:
            kind, what = "pair", random.choice(PAIRS)
        return kind, what, one, other

    def taken(self, step: tuple[str, Any, int, int], found: list[Any]) -> Any:
        """What a step gives."""
        kind, what, one, other = step
        if kind == "layer":
            return self.layers[what](found[one])
        if kind == "pair":
            return what(found[one], found[other])
        return written(found[one], what) if kind == "written" else what(found[one])

    def forward(self, x: Any) -> Any:
        """All that the steps give."""
        found = [x]
        for step in self.steps:
            found.append(self.taken(step, found))
        return found[1:]


def judged(module: Any) -> tuple[str, str]:
    """What came of a module, and why."""
    like = next(module.parameters(), torch.zeros(1)).dtype
    for one in module.parameters():
        one.requires_grad_(requires_grad=False)
    try:
        # Of the fused form of attention on a CPU nothing is counted.
        plain = sdpa_kernel(SDPBackend.MATH)
        with torch.no_grad(), plain, FlopCounterMode(display=False) as counter:
            given = module.eval()(torch.zeros(1, 4, 8, 8, dtype=like))
    except Exception as fault:  # noqa: BLE001 - whatever PyTorch says
        return "passed over", str(fault)
    if not given:
        return "passed over", "nothing is given"
    try:
        graph = cnncalc.from_torch(module, (4, 8, 8))
    except cnncalc.SpecError as fault:
        text = str(fault)
        return ("wrong" if "\n" in text or len(text) > LONGEST else "refused"), text
    except Exception as fault:  # noqa: BLE001 - an error of ours is a result
        return "wrong", repr(fault)
    return compared(module, graph, counter.get_total_flops() // 2)


def compared(module: Any, graph: cnncalc.Graph, theirs: int) -> tuple[str, str]:
    """The numbers of a graph beside those of its module, and the products that PyTorch counts."""
    held = sum(one.numel() for one in module.parameters())
    summary = cnncalc.summarize(graph)
    totals = summary.totals
    parameters = totals.parameters + sum(map(prod, graph.unused.values()))
    if parameters != held:
        return "wrong", f"{parameters} parameters, not {held}"
    if summary.status != "complete":
        return "partial", summary.status
    macs = totals.macs + totals.product_macs
    return ("exact", "") if macs == theirs else ("wrong", f"{macs} MACs, not {theirs}")


def cases(seed: int, count: int) -> Iterator[tuple[str, Any]]:
    """Modules by their seeds; some are of another type of numbers."""
    for number in range(seed, seed + count):
        random = Random(number)  # noqa: S311 - a sample
        torch.manual_seed(number)
        module = Made(random)
        kind = random.choice([torch.float32] * 4 + [torch.float64, torch.bfloat16, torch.float16])
        yield str(number), module.to(kind)


def main() -> None:
    """Read some, and tell what is not exact."""
    seed, count = (*map(int, sys.argv[1:3]), *(0, 300)[len(sys.argv) - 1 :])
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    words: Counter[str] = Counter()
    for name, module in cases(seed, count):
        word, why = judged(module)
        words[word] += 1
        if word == "wrong" or (word == "refused" and "--all" in sys.argv):
            sys.stdout.write(f"{word} {name}: {why}\n")
    sys.stdout.write(f"{dict(words)}\n")
    sys.exit(words["wrong"] > 0)


if __name__ == "__main__":
    main()
