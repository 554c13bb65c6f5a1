"""Lint on networks as they are published, and on the bundled ones."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from lint_specs import Said, met_in, said

from cnncalc.checks.choice import ON_REQUEST
from cnncalc.checks.suppression import find_ignores
from cnncalc.spec import parse_spec

SPECS = Path(__file__).parent.parent / "specs"

OK = Path(__file__).parent / "diagnostics" / "ok"


# Networks as they are published: what stands beside a name is all that is found


class Real(NamedTuple):
    name: str
    text: str
    expected: tuple[tuple[str, str], ...] = ()


FIRE = """
name: SqueezeNet, a part
input: 3x224x224
blocks:
  fire squeeze expand:
    - [conv1x1 squeeze, relu]
    - concat: [[conv1x1 expand, relu], [conv3x3 expand padding=1, relu]]
layers:
  - [conv7x7 96 stride=2, relu, maxpool3x3 stride=2 ceil_mode=true]
  - fire 16 64
  - fire 16 64
  - [maxpool3x3 stride=2 ceil_mode=true, dropout, conv1x1 1000, relu]
  - [globalavgpool, flatten]
"""

XCEPTION = """
name: Xception, a part
input: 3x299x299
blocks:
  separable width: [dwconv3x3 padding=1 bias=false, conv1x1 width bias=false, bn]
  entry width first=false:
    - add:
        - - if not first: relu
          - [separable width, relu, separable width, maxpool3x3 stride=2 padding=1]
        - [conv1x1 width stride=2 bias=false, bn]
  middle:
    - add: [[relu, separable x.channels, relu, separable x.channels], x]
layers:
  - [conv3x3 32 stride=2 bias=false, bn, relu, conv3x3 64 bias=false, bn, relu]
  - entry 128 first=true
  - entry 256
  - middle
  - [relu, globalavgpool, flatten, dropout, linear 1000]
"""

SHUFFLE = """
name: ShuffleNet V2, a part
input: 24x56x56
blocks:
  side width stride:
    - [dwconv3x3 stride=stride padding=1 bias=false, bn, conv1x1 width bias=false, bn, relu]
  main width stride: [conv1x1 width bias=false, bn, relu, side width stride]
  down width: [concat: [side width 2, main width 2], channel_shuffle 2]
  unit:
    - concat:
        - slice 0 x.channels//2
        - [slice x.channels//2 x.channels, main x.channels 1]
    - channel_shuffle 2
layers:
  - down 58
  - unit
  - unit
  - [conv1x1 1024 bias=false, bn, relu, globalavgpool, flatten, linear 10]
"""

GENERATOR = """
name: DCGAN, the generator
input: 100
layers:
  - linear 16384 bias=false
  - [bn, relu]
"""

DECODER = """
name: DCGAN, behind the projection
input: 1024x4x4
layers:
  - repeat 3: [upconv4x4 x.channels//2 stride=2 padding=1 bias=false, bn, relu]
  - [upconv4x4 3 stride=2 padding=1, tanh]
"""

DISCRIMINATOR = """
name: PatchGAN
input: 6x256x256
layers:
  - [conv4x4 64 stride=2 padding=1, leaky_relu 0.2]
  - repeat 2: [conv4x4 2*x.channels stride=2 padding=1 bias=false, instance_norm, leaky_relu 0.2]
  - [conv4x4 512 padding=1 bias=false, instance_norm, leaky_relu 0.2]
  - conv4x4 1 padding=1
"""

PIX2PIX = """
name: pix2pix, a generator of three levels
input: 3x64x64
layers:
  - a: conv4x4 64 stride=2 padding=1
  - b: [leaky_relu 0.2, conv4x4 128 stride=2 padding=1 bias=false, bn]
  - [leaky_relu 0.2, conv4x4 256 stride=2 padding=1, relu]
  - [upconv4x4 128 stride=2 padding=1 bias=false, bn, dropout]
  - concat: [x, b]
  - [relu, upconv4x4 64 stride=2 padding=1 bias=false, bn]
  - concat: [x, a]
  - [relu, upconv4x4 3 stride=2 padding=1, tanh]
"""

ASPP = """
name: Atrous pyramid
input: 2048x65x65
blocks:
  rate n: [conv3x3 256 padding=n dilation=n bias=false, bn, relu]
layers:
  - concat:
      - [conv1x1 256 bias=false, bn, relu]
      - rate 6
      - rate 12
      - rate 18
      - [globalavgpool, conv1x1 256, relu, upsample size=65 mode=bilinear]
  - [conv1x1 256 bias=false, bn, relu, dropout]
  - [conv1x1 21, upsample 8 mode=bilinear]
"""

PYRAMID = """
name: Feature pyramid
input: 3x128x128
layers:
  - c2: [conv3x3 64 stride=2 padding=1, relu]
  - c3: [conv3x3 128 stride=2 padding=1, relu]
  - c4: [conv3x3 256 stride=2 padding=1, relu]
  - l4: conv1x1 64
  - l3: {add: [[c3, conv1x1 64], [l4, upsample 2]]}
  - l2: {add: [[c2, conv1x1 64], [l3, upsample 2]]}
outputs:
  p2: [l2, conv3x3 64 padding=1]
  p3: [l3, conv3x3 64 padding=1]
  p4: [l4, conv3x3 64 padding=1]
"""

EDSR = """
name: EDSR, a part
input: 3x48x48
blocks:
  unit: [add: [[conv3x3 64 padding=1, relu, conv3x3 64 padding=1], x]]
layers:
  - head: conv3x3 64 padding=1
  - unit
  - unit
  - add: [conv3x3 64 padding=1, head]
  - repeat 2: [conv3x3 256 padding=1, pixel_shuffle 2]
  - conv3x3 3 padding=1
"""

PREACTIVATION = """
name: ResNet with the activations in front
input: 3x32x32
blocks:
  unit width stride=1:
    - front: [bn, relu]
    - add:
        - - [front, conv3x3 width stride=stride padding=1 bias=false, bn, relu]
          - conv3x3 width padding=1 bias=false
        - if stride != 1 or x.channels != width: [front, conv1x1 width stride=stride bias=false]
          else: x
layers:
  - conv3x3 16 padding=1 bias=false
  - unit 16
  - unit 32 2
  - unit 64 2
  - [bn, relu, globalavgpool, flatten, linear 10]
"""

AUTOENCODER = """
name: Autoencoder with a linear code
input: 784
layers:
  - [linear 256, relu]
  - code: linear 32
  - [linear 256, relu, linear 784, sigmoid]
"""

FCN = """
name: FCN-32s, the head
input: 512x16x16
layers:
  - [conv7x7 4096, relu, dropout, conv1x1 4096, relu, dropout]
  - conv1x1 21
  - upconv64x64 21 stride=32
"""

SPEECH = """
name: Causal convolutions over speech
input: 64x4000
blocks:
  layer n:
    - add:
        - - 'pad ((2*n, 0),)'
          - conv3 64 dilation=n
          - relu
          - conv1 64
        - x
layers:
  - repeat 1: [layer 1, layer 2, layer 4, layer 8]
  - [relu, conv1 256, softmax]
"""

REAL = [
    # its 7x7 without padding fits 227x227, as the authors had it, and not the 224x224 of today
    Real(
        "SqueezeNet",
        FIRE,
        (("W601", "the last row and column of 224x224 are read by no window"),),
    ),
    Real("SqueezeNet, 227", FIRE.replace("224x224", "227x227")),
    Real("Xception", XCEPTION),
    Real("ShuffleNet V2", SHUFFLE),
    Real("DCGAN, projection", GENERATOR),
    Real("DCGAN, generator", DECODER),
    Real("PatchGAN", DISCRIMINATOR),
    Real("pix2pix", PIX2PIX),
    Real("DeepLab, pyramid", ASPP),
    Real("feature pyramid", PYRAMID),
    Real("EDSR", EDSR),
    Real("ResNet, pre-activation", PREACTIVATION),
    Real("autoencoder", AUTOENCODER),
    Real("FCN-32s", FCN),
    Real("causal", SPEECH),
    *(
        Real(name, (OK / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("unet", "mobilenet_v2", "squeeze_excitation")
    ),
]


@pytest.mark.parametrize("real", REAL, ids=lambda real: real.name)
def test_real_network(real: Real) -> None:
    assert [one for one in said(real.text) if one[0] not in ON_REQUEST] == list(real.expected)


# The bundled networks: every finding was read and judged


def fused(first: str, second: str, reads: str, gives: str) -> tuple[str, str]:
    message = (
        f"no non-linearity between `{first}` and `{second}`: "
        f"one linear map from {reads} to {gives}"
    )
    return "W606", message


def biased(*depths: int) -> Said:
    """The norms of VGG's stages, each behind a bias."""
    return [
        ("W603", f"`conv{stage}.bn{place}` cancels the bias: {width} parameters without effect")
        for stage, (width, depth) in enumerate(
            zip((64, 128, 256, 512, 512), depths, strict=True), 1
        )
        for place in range(1, depth + 1)
    ]


BUNDLED: dict[str, Said] = {
    # torchvision's have biases in front of norms
    "vgg:11_bn": biased(1, 1, 2, 2, 2),
    "vgg:13_bn": biased(2, 2, 2, 2, 2),
    "vgg:16_bn": biased(2, 2, 3, 3, 3),
    "vgg:19_bn": biased(2, 2, 4, 4, 4),
    # silenced where they stand: the paper has its stride in the 1x1 ...
    "resnet:50-paper": [("W602", "3 of 4 inputs are never read: the 1x1 kernel has a stride of 2")]
    * 3,
    # ... the authors' crop of 224x224 does not fit their 11x11 ...
    "nin": [("W601", "the last row and column of 224x224 are read by no window")],
    # ... and studies of sizes and weights show no activations
    "lecture/shrinking": [fused("first", "second", "3x32x32", "10x24x24")],
    "lecture/shrinking:from-4": [fused("first", "second", "3x32x32", "10x24x24")],
    "lecture/towers:pooled": [
        fused("fc6", "fc7", "9216", "4096"),
        fused("fc7", "fc8", "4096", "1000"),
    ],
    "lecture/towers:unpooled": [
        fused("fc6", "fc7", "43264", "4096"),
        fused("fc7", "fc8", "4096", "1000"),
        ("W615", "`fc6` holds 177,209,344 of 200,415,264 parameters, 88.4 %"),
    ],
}


def bundled() -> Iterator[tuple[str, str, str | None]]:
    """The name, the text and the variant of every bundled network."""
    for path in sorted(SPECS.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(SPECS).with_suffix("").as_posix()
        parsed, _ = parse_spec(text, path.name)
        assert parsed
        if all(variable.value is not None for variable in parsed.variables.values()):
            yield name, text, None
        for variant in parsed.variants:
            yield f"{name}:{variant}", text, variant


NETWORKS = list(bundled())

READ = {name.partition(":")[0] for name in BUNDLED} | {"alexnet", "lenet5"}
"""Files whose every finding was read, remarks too; in others warnings are."""

JUDGED = [one for one in NETWORKS if one[0].partition(":")[0] in READ]


@pytest.mark.parametrize(("name", "text", "variant"), JUDGED, ids=[one[0] for one in JUDGED])
def test_bundled_network(name: str, text: str, variant: str | None) -> None:
    found = [one for one in said(text, variant) if one[0] not in ON_REQUEST]
    assert found == BUNDLED.get(name, [])


def test_the_table_names_bundled_networks_only() -> None:
    assert BUNDLED.keys() <= {name for name, _, _ in NETWORKS}


def test_each_warning_of_a_bundled_network_is_silenced_and_no_more() -> None:
    ignored, warned, met = set(), set(), set()
    for name, text, variant in NETWORKS:
        stem = name.partition(":")[0]
        ignored |= {(stem, one.code, one.line) for one in find_ignores(text, name)[0]}
        for rule, mark in met_in(text, variant):
            place = (stem, rule.code, mark.span.line)
            met.add(place)
            warned |= {place} if rule.severity == "warning" else set()
    assert warned <= ignored <= met
