"""Specs like those of a team: `python tests/benchmarks/team_specs.py FOLDER [COUNT]` writes them.

Six families, each with sizes, options and variants of its own, and now and then a slip: a number
that does not hold, a label that nothing reads, a comment that silences a finding.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

HEAD = """\
name: {name}
source: experiment {number} of the team
input: 3x{size}x{size}
"""


def plain(draw: Random) -> tuple[str, list[str]]:
    """Stages of convolutions, as VGG has them."""
    width = draw.choice([16, 24, 32, 48, 64])
    norm = draw.choice(["bn, relu", "relu", "bn, silu"])
    bias = "" if norm == "relu" else " bias=false"
    text = f"""\
vars: {{width: {width}, rounds: [1, 1, 2, 2], classes: {draw.choice([10, 100, 1000])}}}
blocks:
  unit out: [conv3x3 out padding=1{bias}, {norm}]
  stage out times: [repeat times: unit out, maxpool2x2]
layers:
  - stage width rounds[0]
  - stage 2*width rounds[1]
  - stage 4*width rounds[2]
  - stage 8*width rounds[3]
  - globalavgpool
  - flatten
  - [linear 8*width, relu, dropout 0.5]
  - fc: linear classes
"""
    return text, ["rounds: [1, 1, 2, 2]", "rounds: [2, 2, 3, 3]", "rounds: [2, 2, 4, 4]",
                  "width: 40", "classes: 20"]  # fmt: skip


def residual(draw: Random) -> tuple[str, list[str]]:
    """Residual networks with bottlenecks or without."""
    width = draw.choice([16, 32, 48, 64])
    groups = draw.choice(["1", "1", "4", "8"])
    text = f"""\
vars: {{unit: {draw.choice(["basic", "bottleneck"])}, depths: [2, 2, 2, 2], width: {width}}}
blocks:
  conv_bn kernel out stride=1 groups=1:
    - conv kernel_size=kernel out_channels=out stride=stride padding=half groups=groups bias=false
    - bn
  basic out stride=1:
    - add:
        - [conv_bn 3 out stride, relu, conv_bn 3 out]
        - if stride != 1 or x.channels != out: conv_bn 1 out stride
          else: x
    - relu
  bottleneck out stride=1:
    - add:
        - [conv_bn 1 out, relu, conv_bn 3 out stride {groups}, relu, conv_bn 1 4*out]
        - if stride != 1 or x.channels != 4*out: conv_bn 1 4*out stride
          else: x
    - relu
layers:
  - conv1: [conv_bn {draw.choice([3, 5, 7])} width 2, relu]
  - maxpool3x3 stride=2 padding=1
  - for i n in [(0, depths[0]), (1, depths[1]), (2, depths[2]), (3, depths[3])]:
      - unit width*2**i min(i+1,2)
      - repeat n-1: unit width*2**i
  - globalavgpool
  - flatten
  - fc: linear {draw.choice([10, 100, 1000])}
"""
    return text, ["depths: [2, 2, 2, 2]", "depths: [3, 4, 6, 3]", "depths: [1, 1, 1, 1]",
                  "depths: [3, 4, 23, 3]", "unit: bottleneck", "unit: basic"]  # fmt: skip


def mobile(draw: Random) -> tuple[str, list[str]]:
    """Inverted residuals with squeeze and excitation."""
    act = draw.choice(["relu6", "silu", "hardswish"])
    rows = [f"(6, 32, {draw.choice([2, 3])}, 2)", f"(6, 64, {draw.choice([2, 3, 4])}, 2)"]
    gate = draw.choice([", gate x.channels", ""])
    text = f"""\
vars:
  alpha: {draw.choice([0.35, 0.5, 0.75, 1.0, 1.4])}
  kernel: {draw.choice([3, 5])}
  rows: [(1, 16, 1, 1), (6, 24, 2, 2), {", ".join(rows)}, (6, 96, 2, 1), (6, 160, 2, 2)]
blocks:
  gate c:
    - mul: [x, [globalavgpool, conv1x1 divisible(c/4, 8), relu, conv1x1 c, sigmoid]]
  expand out t s:
    - if t != 1: [conv1x1 t*x.channels bias=false, bn, {act}]
    - [dwconv kernel_size=kernel stride=s padding=half bias=false, bn, {act}{gate}]
    - [conv1x1 out bias=false, bn]
  inverted out t s:
    - if s == 1 and x.channels == out: {{add: [expand out t s, x]}}
      else: expand out t s
layers:
  - stem: [conv3x3 divisible(32*alpha, 8) stride=2 padding=1 bias=false, bn, {act}]
  - for t c n s in rows:
      - inverted divisible(c*alpha, 8) t s
      - repeat n-1: inverted divisible(c*alpha, 8) t 1
  - head: [conv1x1 1280 bias=false, bn, {act}]
  - globalavgpool
  - flatten
  - dropout 0.2
  - fc: linear {draw.choice([10, 100, 1000])}
"""
    return text, ["alpha: 0.5", "alpha: 0.75", "alpha: 1.0", "alpha: 1.4", "kernel: 7"]


def segmenting(draw: Random) -> tuple[str, list[str]]:
    """U-Net: an encoder, a decoder, and tensors that lead across."""
    norm = draw.choice(["bn, ", ""])
    bias = " bias=false" if norm else ""
    text = f"""\
vars: {{width: {draw.choice([8, 16, 32, 64])}, classes: {draw.choice([2, 19, 21])}}}
blocks:
  double out: [conv3x3 out padding=1{bias}, {norm}relu, conv3x3 out padding=1{bias}, {norm}relu]
  up out skip:
    - upconv2x2 out stride=2
    - concat: [skip, x]
    - double out
layers:
  - enc1: double width
  - maxpool2x2
  - enc2: double 2*width
  - maxpool2x2
  - enc3: double 4*width
  - maxpool2x2
  - enc4: double 8*width
  - maxpool2x2
  - double 16*width
  - up 8*width skip=enc4
  - up 4*width skip=enc3
  - up 2*width skip=enc2
  - up width skip=enc1
  - out: conv1x1 classes
"""
    return text, ["width: 8", "width: 24", "width: 48", "classes: 3", "classes: 5"]


def dense(draw: Random) -> tuple[str, list[str]]:
    """Dense blocks, whose layers read all before them."""
    text = f"""\
vars: {{growth: {draw.choice([8, 12, 16, 24])}, depths: [3, 4, 6]}}
blocks:
  layer:
    - concat:
        - x
        - - [bn, relu, conv1x1 4*growth bias=false]
          - [bn, relu, conv3x3 growth padding=1 bias=false]
  transition: [bn, relu, conv1x1 x.channels//2 bias=false, avgpool2x2]
layers:
  - stem: [conv7x7 2*growth stride=2 padding=3 bias=false, bn, relu, maxpool3x3 stride=2 padding=1]
  - block1:
      - repeat depths[0]: layer
  - transition
  - block2:
      - repeat depths[1]: layer
  - transition
  - block3:
      - repeat depths[2]: layer
  - [bn, relu, globalavgpool, flatten]
  - fc: linear {draw.choice([10, 100, 1000])}
"""
    return text, ["growth: 12", "growth: 32", "depths: [4, 4, 4]", "depths: [6, 8, 6]",
                  "depths: [2, 2, 2]"]  # fmt: skip


def branching(draw: Random) -> tuple[str, list[str]]:
    """Inception: four branches side by side."""
    after = draw.choice([", relu", " bias=false, bn, relu"])
    rows = draw.sample(["(64,96,128,16,32,32)", "(128,128,192,32,96,64)", "(192,96,208,16,48,64)",
                        "(160,112,224,24,64,64)", "(112,144,288,32,64,64)"], 4)  # fmt: skip
    text = f"""\
vars: {{scale: {draw.choice([0.25, 0.5, 1])}, classes: {draw.choice([10, 100, 1000])}}}
blocks:
  unit k out: [conv kernel_size=k out_channels=out padding=half{after}]
  inception a b c d e f:
    - concat:
        - unit 1 floor(a*scale)
        - [unit 1 floor(b*scale), unit 3 floor(c*scale)]
        - [unit 1 floor(d*scale), unit 5 floor(e*scale)]
        - [maxpool3x3 stride=1 padding=1, unit 1 floor(f*scale)]
layers:
  - [conv7x7 64 stride=2 padding=3, relu, maxpool3x3 stride=2 padding=1]
  - [conv3x3 96 padding=1, relu]
  - for a b c d e f in [{", ".join(rows[:2])}]: inception a b c d e f
  - maxpool3x3 stride=2 padding=1
  - for a b c d e f in [{", ".join(rows[2:])}]: inception a b c d e f
  - [globalavgpool, flatten, dropout 0.4]
  - fc: linear classes
"""
    return text, ["scale: 0.5", "scale: 1", "scale: 1.25", "classes: 20", "classes: 365"]


FAMILIES: tuple[Callable[[Random], tuple[str, list[str]]], ...] = (
    plain, residual, mobile, segmenting, dense, branching,
)  # fmt: skip


def spec(number: int) -> str:
    """The text of one spec, the same for the same number."""
    draw = Random(number)  # noqa: S311 - it hides nothing
    family = FAMILIES[number % len(FAMILIES)]
    body, changes = family(draw)
    size = draw.choice([64, 128, 192, 224, 256])
    name = f"{family.__name__.title()}-{number}"
    parts = [HEAD.format(name=name, number=number, size=size), body]
    if draw.random() < 0.5:
        limit = draw.choice([*["500M"] * 30, "1000"])
        parts.append(f"budget: {{parameters: {limit}, peak_activation_bytes: 2 GiB}}\n")
    if draw.random() < 0.1:
        parts.append("# cnncalc: ignore[W601] nobody minds\n")
    chosen = draw.sample(changes, draw.choice([0, 2, 2, 2, 3, 3, 4]))
    if chosen:
        parts.append("variants:\n")
        for place, one in enumerate(chosen):
            claim = draw.choice([*[""] * 30, "    expect: {parameters: 12_345}\n"])
            parts.append(f"  v{place}:\n    vars: {{{one}}}\n{claim}")
    return "".join(parts)


def write(folder: Path, count: int) -> None:
    """Write specs below a folder, a hundred in each."""
    for number in range(count):
        file = folder / f"series{number // 100:02}" / f"net{number:04}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spec(number), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3000)
