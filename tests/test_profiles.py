"""What other tools count, against what they printed; no number here is computed by a rule."""

import subprocess
import sys
from collections.abc import Callable, Iterable

import pytest

from cnncalc import Graph, load, parse
from cnncalc.analysis.profiles import PROFILES, Profile, count, find_profile, uncounted
from cnncalc.cli.conventions import conventions
from cnncalc.graph import Layer
from cnncalc.ops import OPS

# torchvision's VGG pools to 7x7 once more: it does nothing at 224x224, and some tools count it.
VGG16 = """
name: VGG-16 of torchvision
input: 3x224x224
blocks:
  stage width depth: [repeat depth: [conv3x3 width padding=1, relu], maxpool2x2]
layers:
  - [stage 64 2, stage 128 2, stage 256 3, stage 512 3, stage 512 3, adaptive_avgpool7x7]
  - [flatten, linear 4096, relu, dropout, linear 4096, relu, dropout, linear 1000]
"""
MOBILENET_V2 = """
name: MobileNet v2 of torchvision
input: 3x224x224
blocks:
  unit kernel out stride=1:
    - conv kernel_size=kernel out_channels=out stride=stride padding=half bias=false
    - [bn, relu6]
  body hidden out stride: [dwconv3x3 stride=stride padding=1 bias=false, bn, relu6, end out]
  end out: [conv1x1 out bias=false, bn]
  inverted expand out stride=1:
    - if stride == 1 and x.channels == out: {add: [[unit 1 expand*x.channels,
        body 0 out 1], x]}
      else: [unit 1 expand*x.channels, body 0 out stride]
layers:
  - unit 3 32 2
  - body 32 16 1
  - [inverted 6 24 2, inverted 6 24]
  - [inverted 6 32 2, repeat 2: inverted 6 32]
  - [inverted 6 64 2, repeat 3: inverted 6 64]
  - [repeat 3: inverted 6 96]
  - [inverted 6 160 2, repeat 2: inverted 6 160]
  - [inverted 6 320, unit 1 1280, globalavgpool, flatten, dropout 0.2, linear 1000]
"""
SQUEEZENET = """
name: SqueezeNet of torchvision
source: Iandola et al. 2016; the map is pooled by a window of its own size
input: 3x224x224
blocks:
  fire s e:
    - [conv1x1 s, relu]
    - concat: [[conv1x1 e, relu], [conv3x3 e padding=1, relu]]
  pool: [maxpool3x3 stride=2 ceil_mode=true]
layers:
  - if version == 0: [conv7x7 96 stride=2, relu, pool, fire 16 64, fire 16 64, fire 32 128, pool,
      fire 32 128, fire 48 192, fire 48 192, fire 64 256, pool, fire 64 256]
    else: [conv3x3 64 stride=2, relu, pool, fire 16 64, fire 16 64, pool, fire 32 128,
      fire 32 128, pool, fire 48 192, fire 48 192, fire 64 256, fire 64 256]
  - [dropout, conv1x1 1000, relu, globalavgpool]
vars: {version: 0}
"""
WINDOWED = SQUEEZENET.replace("globalavgpool", "avgpool13x13")
CAFFENET = """
name: CaffeNet
source: BVLC, bvlc_reference_caffenet, at 224x224
input: 3x224x224
layers:
  - [conv11x11 96 stride=4, relu, maxpool3x3 stride=2 ceil_mode=true, lrn]
  - [conv5x5 256 padding=2 groups=2, relu, maxpool3x3 stride=2 ceil_mode=true, lrn]
  - [conv3x3 384 padding=1, relu, conv3x3 384 padding=1 groups=2, relu]
  - [conv3x3 256 padding=1 groups=2, relu, maxpool3x3 stride=2 ceil_mode=true, flatten]
  - [linear 4096, relu, dropout, linear 4096, relu, dropout, linear 1000]
"""
DARKNET = """
name: Darknet-19 and Darknet-53
source: Redmon & Farhadi 2017 and 2018
input: 3x256x256
vars: {layers: 19}
blocks:
  c kernel out stride=1:
    - conv kernel_size=kernel out_channels=out stride=stride padding=half bias=false
    - [bn, leaky_relu 0.1]
  bottleneck width: [c 3 width, c 1 width//2, c 3 width]
  stage width depth:
    - c 3 width 2
    - repeat depth: {add: [x, [c 1 width//2, c 3 width]]}
layers:
  - c 3 32
  - if layers == 19: [maxpool2x2, c 3 64, maxpool2x2, bottleneck 128, maxpool2x2, bottleneck 256,
      maxpool2x2, bottleneck 512, c 1 256, c 3 512, maxpool2x2, bottleneck 1024, c 1 512, c 3 1024,
      conv1x1 1000, globalavgpool]
    else: [stage 64 1, stage 128 2, stage 256 8, stage 512 8, stage 1024 4, globalavgpool,
      conv1x1 1000]
  - softmax
"""
RESIDUAL = """
name: ResNet-50 and ResNeXt-50 of Darknet
source: He et al. 2016, Xie et al. 2017; Darknet's shortcuts have no weights
input: 3x256x256
vars: {base: 64, groups: 1}
blocks:
  unit width out stride=1:
    - [conv1x1 width, conv3x3 width stride=stride padding=1 groups=groups, conv1x1 out]
layers:
  - [conv7x7 64 stride=2 padding=3, maxpool2x2]
  - repeat 3: unit base 256
  - [unit 2*base 512 2, repeat 3: unit 2*base 512]
  - [unit 4*base 1024 2, repeat 5: unit 4*base 1024]
  - [unit 8*base 2048 2, repeat 2: unit 8*base 2048]
  - [globalavgpool, conv1x1 1000]
"""

NETWORKS: dict[str, Callable[[], Graph]] = {
    "alexnet": lambda: load("alexnet:torchvision"),
    "vgg16": lambda: parse(VGG16),
    "googlenet": lambda: load("googlenet:torchvision"),
    "resnet18": lambda: load("resnet:18"),
    "resnet34": lambda: load("resnet:34"),
    "resnet50": lambda: load("resnet:50"),
    "densenet121": lambda: load("densenet:121"),
    "mobilenet_v2": lambda: parse(MOBILENET_V2),
}
"""torchvision's networks, at 3x224x224."""

# What the tools printed for them at batch 1: fvcore 0.1.5.post20221221, ptflops 0.7.5,
# thop 0.1.1.post2209072238, torchinfo 1.8.0, calflops 0.3.2 (its FLOPs), PyTorch 2.13.0
# (FlopCounterMode), with torchvision 0.28.0.
PRINTED = {
    "fvcore": {
        "alexnet": 714_197_696,
        "vgg16": 15_470_289_408,
        "googlenet": 1_504_878_688,
        "resnet50": 4_111_512_576,
        "densenet121": 2_865_546_752,
        "mobilenet_v2": 314_193_216,
    },
    "ptflops": {
        "alexnet": 716_441_128,
        "vgg16": 15_523_225_576,
        "googlenet": 1_513_907_448,
        "resnet50": 4_132_436_968,
        "densenet121": 2_899_843_048,
        "mobilenet_v2": 320_300_008,
    },
    "thop": {
        "alexnet": 714_206_912,
        "vgg16": 15_470_314_496,
        "googlenet": 1_511_332_032,
        "resnet50": 4_133_742_592,
        "densenet121": 2_897_007_104,
        "mobilenet_v2": 327_486_720,
    },
    "torchinfo": {
        "alexnet": 714_682_664,
        "vgg16": 15_483_821_032,
        "googlenet": 1_498_391_752,
        "resnet50": 4_089_238_376,
        "densenet121": 2_834_246_312,
        "mobilenet_v2": 300_809_384,
    },
    "calflops": {
        "alexnet": 1_429_741_184,
        "vgg16": 30_973_778_432,
        "googlenet": 3_009_356_752,
        "resnet18": 3_636_250_112,
        "resnet50": 8_211_108_352,
        "densenet121": 5_716_881_152,
        "mobilenet_v2": 614_967_488,
    },
    "torch": {
        "alexnet": 1_428_376_960,
        "vgg16": 30_940_528_640,
        "googlenet": 2_996_752_384,
        "resnet50": 8_178_368_512,
        "densenet121": 5_668_323_328,
        "mobilenet_v2": 601_548_544,
    },
}


def is_functional(network: str, layer: Layer) -> bool:
    """Whether torchvision's code calls a function here where our graph has a layer.

    GoogLeNet's units call `F.relu`; DenseNet calls `F.relu` and `F.adaptive_avg_pool2d` before
    its classifier, MobileNet v2 the latter.
    """
    return layer.op.name in {
        "googlenet": {"relu"},
        "densenet121": {"relu", "globalavgpool"} if not layer.scope else set(),
        "mobilenet_v2": {"globalavgpool"},
    }.get(network, set())


def seen(tool: str, network: str, layers: Iterable[Layer]) -> int:
    """The total with what each tool misses of torchvision's functional calls left out.

    A module that is hooked and calls a hooked function is counted twice by ptflops, a function
    alone once; thop sees modules only. The others trace functions and need no exception.
    """
    shares = {"ptflops": 2, "thop": 0}
    total = 0
    for layer, counted in zip(layers, count(tool, layers), strict=True):
        if tool in shares and is_functional(network, layer):
            total += counted // shares[tool] if shares[tool] else 0
        else:
            total += counted
    return total


@pytest.mark.parametrize(
    ("tool", "network"), [(tool, name) for tool, rows in PRINTED.items() for name in rows]
)
def test_total_is_what_the_tool_printed(tool: str, network: str) -> None:
    layers = NETWORKS[network]().layers
    assert seen(tool, network, layers) == PRINTED[tool][network]
    assert uncounted(tool, layers) == []


TOOLS = ("fvcore", "ptflops", "thop", "torchinfo", "torch", "calflops")

# What the same versions of the tools printed for one PyTorch module (for `scale`, the layer norm
# of a map, `slice` and the merges: a module around the bare operation, written with `+` and `*`).
MODULES = [
    ("conv3x3 8 stride=2 padding=1", "6x10x12", (12_960, 13_200, 12_960, 13_200, 25_920, 26_160)),
    ("conv3x3 8 bias=false", "6x10x12", (34_560, 34_560, 34_560, 34_560, 69_120, 69_120)),
    ("conv3x3 8 groups=2 dilation=2", "6x10x12", (10_368, 10_752, 10_368, 10_752, 20_736, 21_120)),
    ("conv3 8", "6x10", (1_152, 1_216, 1_152, 1_216, 2_304, 2_368)),
    ("conv3x3x3 4", "2x5x6x7", (12_960, 13_200, 12_960, 13_200, 25_920, 26_160)),
    ("dwconv3x3 multiplier=2", "6x10x12", (8_640, 9_600, 8_640, 9_600, 17_280, 18_240)),
    ("upconv3x3 8 stride=2", "6x10x12", (51_840, 56_040, 226_800, 231_000, 103_680, 103_840)),
    (
        "upconv2x2 8 stride=2 groups=2 bias=false",
        "6x10x12",
        (11_520, 11_520, 46_080, 46_080, 23_040, 11_520),
    ),
    ("upconv2x2 8 stride=2 groups=2", "6x10x12", (11_520, 15_360, 46_080, 49_920, 23_040, 11_640)),
    (
        "upconv3x3 8 stride=2 bias=false",
        "6x10x12",
        (51_840, 51_840, 226_800, 226_800, 103_680, 103_680),
    ),
    ("upconv2x2 8 stride=2", "6x10x12", (23_040, 26_880, 92_160, 96_000, 46_080, 46_320)),
    ("linear 7", "20", (140, 147, 140, 147, 280, 280)),
    ("linear 7 bias=false", "20", (140, 140, 140, 140, 280, 280)),
    ("maxpool3x3 stride=2", "6x10x12", (0, 1_440, 0, 0, 0, 720)),
    ("maxpool3x3 stride=2 padding=1 ceil_mode=true", "6x10x12", (0, 1_440, 0, 0, 0, 720)),
    ("maxpool2x2x2", "2x4x6x8", (0, 768, 0, 0, 0, 384)),
    ("avgpool2x2", "6x10x12", (0, 1_440, 180, 0, 0, 720)),
    ("avgpool2", "6x10", (0, 120, 30, 0, 0, 60)),
    ("globalavgpool", "6x10x12", (720, 1_440, 726, 0, 0, 720)),
    ("globalavgpool", "6x10", (0, 120, 66, 0, 0, 60)),
    ("globalavgpool", "2x4x6x8", (0, 768, 386, 0, 0, 384)),
    ("globalmaxpool", "6x10x12", (0, 1_440, 0, 0, 0, 720)),
    ("adaptive_avgpool3x5", "6x10x12", (720, 1_440, 810, 0, 0, 720)),
    ("adaptive_avgpool4x7", "6x10x12", (720, 1_440, 888, 0, 0, 720)),
    ("adaptive_maxpool3x5", "6x10x12", (0, 1_440, 0, 0, 0, 720)),
    ("bn", "6x10x12", (1_440, 1_440, 2_880, 12, 0, 1_440)),
    ("bn", "6x10", (120, 120, 240, 12, 0, 120)),
    ("bn", "20", (40, 40, 80, 40, 0, 40)),
    ("bn affine=false", "6x10x12", (720, 720, 1_440, 0, 0, 720)),
    ("instance_norm", "6x10x12", (2_880, 720, 1_440, 0, 0, 2_880)),
    ("instance_norm affine=true", "6x10x12", (3_600, 1_440, 2_880, 12, 0, 3_600)),
    ("layer_norm", "20", (100, 20, 80, 40, 0, 100)),
    ("layer_norm affine=false", "20", (80, 20, 40, 0, 0, 80)),
    ("layer_norm", "6x10x12", (3_600, 0, 0, 12, 0, 3_600)),
    ("group_norm 2", "6x10x12", (3_600, 1_440, 0, 12, 0, 3_600)),
    ("group_norm 2 affine=false", "6x10x12", (2_880, 720, 0, 0, 0, 2_880)),
    ("lrn", "6x10x12", (0, 3_360, 0, 0, 0, 3_360)),
    ("lrn 4", "9x3x5", (0, 585, 0, 0, 0, 585)),
    ("lrn 1", "9x3x5", (0, 540, 0, 0, 0, 540)),
    ("lrn", "9x4", (0, 160, 0, 0, 0, 160)),
    ("relu", "6x10x12", (0, 1_440, 0, 0, 0, 720)),
    ("relu", "20", (0, 40, 0, 0, 0, 20)),
    ("relu6", "6x10x12", (0, 720, 0, 0, 0, 0)),
    ("elu", "6x10x12", (0, 1_440, 0, 0, 0, 720)),
    ("gelu", "6x10x12", (0, 1_440, 0, 0, 0, 720)),
    ("silu", "6x10x12", (0, 720, 0, 0, 0, 720)),
    ("sigmoid", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("tanh", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("hardswish", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("hardsigmoid", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("softmax", "6x10x12", (0, 720, 2_040, 0, 0, 720)),
    ("softmax", "20", (0, 20, 59, 0, 0, 20)),
    ("prelu", "6x10x12", (0, 1_440, 720, 1, 0, 720)),
    ("prelu num_parameters=6", "6x10x12", (0, 1_440, 720, 6, 0, 720)),
    ("prelu num_parameters=20", "20", (0, 40, 20, 20, 0, 20)),
    ("leaky_relu", "6x10x12", (0, 720, 0, 0, 0, 720)),
    ("dropout", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("scale", "6x10x12", (0, 0, 0, 6, 0, 0)),
    ("flatten", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("pad 1", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("slice 0 3", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("upsample 2", "6x10x12", (2_880, 5_760, 2_880, 0, 0, 720)),
    ("upsample 3", "6x10", (0, 360, 180, 0, 0, 60)),
    ("upsample size=13x17", "6x10x12", (1_326, 2_652, 1_326, 0, 0, 221)),
    ("upsample 2 mode=bilinear", "6x10x12", (11_520, 5_760, 31_680, 0, 0, 720)),
    ("upsample 2 mode=linear", "6x10", (0, 240, 600, 0, 0, 60)),
    ("upsample 2 mode=trilinear", "2x3x4x5", (0, 1_920, 0, 0, 0, 120)),
    ("pixel_shuffle 2", "8x5x6", (0, 0, 0, 0, 0, 0)),
    ("channel_shuffle 2", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("{add: [x, x]}", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("{mul: [x, x]}", "6x10x12", (0, 0, 0, 0, 0, 0)),
    ("{concat: [x, x]}", "6x10x12", (0, 0, 0, 0, 0, 0)),
    (
        "upconv4x4 8 stride=2 padding=1 output_padding=1",
        "6x10x12",
        (92_160, 96_360, 403_200, 407_400, 184_320, 184_560),
    ),
    ("upconv3 4 stride=2 dilation=2", "6x10", (720, 812, 1_656, 1_748, 1_440, 1_452)),
    (
        "upconv3x3 12 stride=2 groups=3",
        "6x10x12",
        (25_920, 32_220, 113_400, 119_700, 51_840, 13_040),
    ),
    (
        "conv3x2 9 stride=2x1 padding=1x0 groups=3",
        "6x10x12",
        (5_940, 6_435, 5_940, 6_435, 11_880, 12_375),
    ),
]


def one_layer(line: str, shape: str) -> tuple[Layer, ...]:
    return parse(f"{{name: one, input: {shape}, layers: [{line}]}}").layers


@pytest.mark.parametrize(("line", "shape", "printed"), MODULES)
def test_layer_is_what_the_tools_printed(line: str, shape: str, printed: tuple[int, ...]) -> None:
    layers = one_layer(line, shape)
    counted = {tool: sum(count(tool, layers)) for tool in TOOLS}
    assert counted == dict(zip(TOOLS, printed, strict=True))


def test_the_tools_printed_something_for_every_op() -> None:
    tried = {layer.op.name for line, shape, _ in MODULES for layer in one_layer(line, shape)}
    tried.add("crop")  # a slice along other axes
    tried.add("matmul")  # of which PyTorch's own counter printed 120 for 4x5 and 5x3
    assert tried <= OPS.keys()
    for name in OPS.keys() - tried:
        assert all(name in PROFILES[tool].unknown for tool in TOOLS), name


@pytest.mark.parametrize(
    ("profile", "network", "unit", "printed"),
    [
        # torchvision, `_ops` in the metadata of its weights
        ("torchvision", "alexnet", 10**9, "0.714"),
        ("torchvision", "vgg16", 10**9, "15.470"),
        ("torchvision", "googlenet", 10**9, "1.498"),
        ("torchvision", "resnet18", 10**9, "1.814"),
        ("torchvision", "resnet34", 10**9, "3.664"),
        ("torchvision", "resnet50", 10**9, "4.089"),
        ("torchvision", "densenet121", 10**9, "2.834"),
        ("torchvision", "mobilenet_v2", 10**9, "0.301"),
        # timm, `infer_gmacs`: MACs alone would print 1.81, 3.66, 4.09 and 0.30
        ("timm", "resnet18", 10**9, "1.82"),
        ("timm", "resnet34", 10**9, "3.67"),
        ("timm", "resnet50", 10**9, "4.11"),
        ("timm", "mobilenet_v2", 10**9, "0.31"),
        # ptflops, README
        ("ptflops", "alexnet", 10**9, "0.72"),
        ("ptflops", "vgg16", 10**9, "15.52"),
        ("ptflops", "resnet50", 10**9, "4.13"),
        # calflops, the AlexNet of a report by one of its users
        ("calflops", "alexnet", 10**9, "1.4297"),
    ],
)
def test_published(profile: str, network: str, unit: int, printed: str) -> None:
    digits = len(printed.partition(".")[2])
    total = sum(count(profile, NETWORKS[network]().layers))
    assert f"{total / unit:.{digits}f}" == printed


def test_torchinfo_counts_the_batch() -> None:
    # torchinfo's own tests print 8.18 G for ResNet-50 at batch 2.
    total = sum(count("torchinfo", load("resnet:50").layers, batch=2))
    assert total == 2 * PRINTED["torchinfo"]["resnet50"]
    assert f"{total / 10**9:.2f}" == "8.18"


@pytest.mark.parametrize(
    ("network", "printed"),
    [
        # pjreddie.com/darknet/imagenet, column "Ops"
        (lambda: load("vgg:16"), "30.94"),
        (lambda: load("alexnet", towers=1), "2.27"),  # "the split GPU thing" left out
        (lambda: parse(DARKNET), "7.29"),
        (lambda: parse(DARKNET.replace("3x256x256", "3x448x448")), "22.33"),
        (lambda: parse(DARKNET, layers=53), "18.57"),
        (lambda: parse(DARKNET.replace("3x256x256", "3x448x448"), layers=53), "56.87"),
        (lambda: parse(RESIDUAL), "9.74"),
        (lambda: parse(RESIDUAL, base=128, groups=32), "10.11"),
    ],
    ids=[
        "vgg-16", "alexnet", "darknet19", "darknet19_448", "darknet53", "darknet53_448",
        "resnet50", "resnext50",
    ],
)  # fmt: skip
def test_darknet_total(network: Callable[[], Graph], printed: str) -> None:
    layers = network().layers
    assert f"{sum(count('darknet', layers)) / 10**9:.2f}" == printed
    assert uncounted("darknet", layers) == []


def test_darknet_log() -> None:
    # The first lines of its log for Darknet-19 at 256x256, in BFLOPs.
    layers = parse(DARKNET).layers
    counted = [n for n in count("darknet", layers) if n]
    assert [f"{n / 10**9:.3f}" for n in counted[:9]] == [
        "0.113", "0.604", "0.604", "0.067", "0.604", "0.604", "0.067", "0.604", "0.604"
    ]  # fmt: skip


def features(graph: Graph) -> tuple[Layer, ...]:
    """The layers before the classifier."""
    heads = {"globalavgpool", "flatten", "dropout"}
    return graph.layers[: [layer.op.name in heads for layer in graph.layers].index(True)]


@pytest.mark.parametrize(
    ("layers", "batch", "unit", "printed"),
    [
        # The table of its README. SqueezeNet 1.0 prints 836 unless its last pooling counts.
        (lambda: parse(CAFFENET).layers, 1, 10**6, "724"),
        (lambda: parse(SQUEEZENET).layers, 1, 10**6, "837"),
        (lambda: parse(WINDOWED).layers, 1, 10**6, "837"),
        (lambda: parse(SQUEEZENET, version=1).layers, 1, 10**6, "360"),
        (lambda: load("vgg:16").layers, 1, 10**9, "16"),
        (lambda: load("vgg:19").layers, 1, 10**9, "20"),
        # Its reports, for the features of 128 images. ResNet-50 prints 496 unless additions
        # count, GoogLeNet 204 unless local response normalisation does.
        (lambda: features(parse(CAFFENET)), 128, 10**9, "85"),
        (lambda: features(parse(SQUEEZENET)), 128, 10**9, "96"),
        (lambda: features(load("resnet:18")), 128, 10**9, "233"),
        (lambda: features(load("resnet:50-paper")), 128, 10**9, "497"),
        (lambda: features(load("googlenet")), 128, 10**9, "205"),
        (lambda: features(load("densenet:121")), 128, 10**9, "367"),
    ],
    ids=[
        "caffenet", "squeezenet1-0", "squeezenet1-0-window", "squeezenet1-1", "vgg-vd-16",
        "vgg-vd-19", "caffenet-128", "squeezenet1-0-128", "resnet18-128", "resnet-50-128",
        "googlenet-128", "densenet121-128",
    ],
)  # fmt: skip
def test_convnet_burden(
    layers: Callable[[], tuple[Layer, ...]], batch: int, unit: int, printed: str
) -> None:
    found = layers()
    assert f"{sum(count('convnet-burden', found, batch)) / unit:.0f}" == printed
    assert uncounted("convnet-burden", found) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_depthwise_is_a_convolution_of_as_many_groups(profile: str) -> None:
    depthwise = one_layer("dwconv3x3 multiplier=2", "6x10x12")
    assert count(profile, depthwise) == count(profile, one_layer("conv3x3 12 groups=6", "6x10x12"))


def test_timm_counts_with_fvcore() -> None:
    assert PROFILES["timm"].rates == PROFILES["fvcore"].rates


def test_our_own_profile_comes_first_and_counts_macs() -> None:
    assert next(iter(PROFILES)) == "cnncalc"
    assert sum(count("cnncalc", load("resnet:50").layers)) == 4_089_184_256
    # PyTorch prints 103,680 FLOP for it, two for each.
    assert count("cnncalc", one_layer("upconv3x3 8 stride=2", "6x10x12")) == [51_840]


def test_an_op_without_a_confirmed_rule_is_named() -> None:
    layers = parse("{name: up, input: 6x10x12, layers: [conv1x1 8, gelu, upconv2x2 8]}").layers
    assert uncounted("convnet-burden", layers) == ["gelu", "upconv"]
    assert uncounted("darknet", layers) == uncounted("torchvision", layers) == ["upconv"]
    assert uncounted("fvcore", layers) == []


def test_an_unknown_profile_lists_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"did you mean `ptflops`\? they are cnncalc, .*, torch$"):
        count("ptflop", [])
    with pytest.raises(ValueError, match=r"'netscope': they are cnncalc, torchvision, timm, "):
        find_profile("netscope")
    with pytest.raises(ValueError, match=r"unknown profile 'xyzzy'"):
        uncounted("xyzzy", [])


def test_a_batch_has_an_example() -> None:
    with pytest.raises(ValueError, match="a batch has 1 example or more, not 0"):
        count("torch", [], batch=0)


@pytest.mark.parametrize("found", PROFILES.values(), ids=lambda profile: profile.name)
def test_a_profile_names_ops_that_there_are(found: Profile) -> None:
    # A model may hold what the spec language has no op for.
    foreign = {"einsum", "grid_sample", "onnx:LSTM", "onnx:GRU", "onnx:RNN"}
    assert found.rates.keys() <= OPS.keys() | foreign
    assert found.unknown <= OPS.keys()
    assert not found.rates.keys() & found.unknown


def test_importing_profiles_is_cheap() -> None:
    code = (
        "import sys, cnncalc.analysis.profiles\n"
        "print([m for m in ('numpy', 'rich', 'yaml', 'click', 'onnx') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_conventions_fit_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    conventions.main([], standalone_mode=False)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)
    heads = [line.split()[0] for line in lines if line and not line.startswith(" ")]
    assert [head for head in heads if head in PROFILES] == list(PROFILES)
