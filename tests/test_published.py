"""Every bundled network against figures published elsewhere: totals, layers, printed roundings."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bundled import NETWORKS, bundled_networks, references
from zoo import FIGURES

from cnncalc import load, summarize
from cnncalc.analysis.summary import Row, Summary
from cnncalc.facts import Amount, Fact, Limit

GOLDEN = Path(__file__).parent / "golden"


class Published(NamedTuple):
    network: str
    parameters: int
    macs: int
    depth: int
    source: str


# torchvision's weight metadata states `num_params` exactly and `_ops` in thousands of millions;
# the MACs to the last digit are those of its models, counted layer by layer with hooks.
TORCHVISION = "torchvision weight metadata, `num_params` and `_ops`"
MOBILENET = "Howard et al. 2017, Table 6: 569, 325, 149, 41 M mult-adds, 4.2, 2.6, 1.3, 0.5 M"

PUBLISHED = [
    Published(
        "alexnet",
        60_965_224,
        724_406_816,
        8,
        "BVLC AlexNet prototxt; Krizhevsky et al. 2012, abstract: 60 million, eight layers",
    ),
    Published("alexnet:torchvision", 61_100_840, 714_188_480, 8, TORCHVISION),
    Published("densenet:121", 7_978_856, 2_834_161_664, 121, TORCHVISION),
    Published("densenet:161", 28_681_000, 7_727_907_072, 161, TORCHVISION),
    Published("densenet:169", 14_149_480, 3_359_843_328, 169, TORCHVISION),
    Published("densenet:201", 20_013_928, 4_291_365_888, 201, TORCHVISION),
    Published(
        "googlenet",
        6_998_552,
        1_582_671_872,
        22,
        "BVLC GoogLeNet deploy prototxt; Szegedy et al. 2015, §5: 22 layers with parameters",
    ),
    Published("googlenet:torchvision", 6_624_904, 1_498_376_192, 22, TORCHVISION),
    Published(
        "lenet5",
        61_706,
        416_520,
        5,
        "LeCun et al. 1998, §II.B: C1 156, C5 48,120, F6 10,164; C3 dense 2,416, output 850",
    ),
    *(
        Published(f"mobilenet{variant}", parameters, macs, 28, MOBILENET)
        for variant, parameters, macs in (
            ("", 4_231_976, 568_740_352),
            (":0.75", 2_585_560, 325_400_448),
            (":0.5", 1_331_592, 149_497_088),
            (":0.25", 470_072, 41_030_272),
        )
    ),
    Published("nin", 7_595_176, 1_100_188_800, 12, "the authors' ImageNet prototxt for Caffe"),
    Published("resnet:18", 11_689_512, 1_814_073_344, 18, TORCHVISION),
    Published("resnet:34", 21_797_672, 3_663_761_408, 34, TORCHVISION),
    Published("resnet:50", 25_557_032, 4_089_184_256, 50, TORCHVISION),
    Published(
        "resnet:50-paper",
        25_557_032,
        3_857_973_248,
        50,
        "He et al. 2016, Table 1: 3.8e9 multiply-adds; `num_params` as torchvision's",
    ),
    Published("resnet:101", 44_549_160, 7_801_405_440, 101, TORCHVISION),
    Published("resnet:152", 60_192_808, 11_513_626_624, 152, TORCHVISION),
    Published("vgg:11", 132_863_336, 7_609_090_048, 11, TORCHVISION),
    Published("vgg:13", 133_047_848, 11_308_466_176, 13, TORCHVISION),
    Published("vgg:16", 138_357_544, 15_470_264_320, 16, TORCHVISION),
    Published("vgg:19", 143_667_240, 19_632_062_464, 19, TORCHVISION),
]


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda published: published.network)
def test_totals(published: Published) -> None:
    totals = summarize(load(published.network)).totals
    counted = (totals.parameters, totals.macs, totals.depth)
    assert counted == (published.parameters, published.macs, published.depth), published.source


def test_every_bundled_network_has_published_totals_or_a_reference() -> None:
    """Against a reference each use of weights is held, in `tests/test_zoo_peers.py`."""
    published = {one.network for one in PUBLISHED}
    counted = {one.name for one in NETWORKS if references(one)}
    counted |= FIGURES.keys() | {f"yolov8:{variant}" for variant, *_ in ULTRALYTICS}
    assert published <= {one.name for one in NETWORKS} <= published | counted


# What Ultralytics 8.0 prints of its models: parameters (the 16 fixed values that weigh the bins
# of a box are none here) and 2 MACs as 1 FLOP, at 640x640.
ULTRALYTICS = [
    ("n", 3_157_200, "8.7"),
    ("s", 11_166_560, "28.6"),
    ("m", 25_902_640, "78.9"),
    ("l", 43_691_520, "165.2"),
    ("x", 68_229_648, "257.8"),
]


@pytest.mark.parametrize(("variant", "parameters", "gflops"), ULTRALYTICS)
def test_yolov8(variant: str, parameters: int, gflops: str) -> None:
    totals = summarize(load(f"yolov8:{variant}")).totals
    assert totals.parameters == parameters - 16
    assert f"{2 * totals.macs / 1e9:.1f}" in {gflops, f"{float(gflops) - 0.1:.1f}"}


def test_yolov3() -> None:
    """Parameters that its reimplementations print; darknet: 65.879 BFLOPs, norms and all."""
    totals = summarize(load("yolov3")).totals
    assert totals.parameters == 61_949_149
    assert 65.8 < 2 * totals.macs / 1e9 < 65.879


@pytest.mark.parametrize(
    ("network", "parameters", "macs"),
    [
        ("googlenet", 13_378_280, 1_591_044_096),  # BVLC GoogLeNet train_val prototxt
        ("googlenet:torchvision", 13_004_888, 1_506_748_416),  # googlenet(aux_logits=True)
    ],
)
def test_totals_with_training_heads(network: str, parameters: int, macs: int) -> None:
    totals = summarize(load(network), auxiliary=True).totals
    assert (totals.parameters, totals.macs) == (parameters, macs)


@pytest.mark.parametrize(
    ("network", "metric", "unit", "printed"),
    [
        # Simonyan & Zisserman 2015, Table 2, in millions
        ("vgg:11", "parameters", 10**6, "133"),
        ("vgg:13", "parameters", 10**6, "133"),
        ("vgg:16", "parameters", 10**6, "138"),
        ("vgg:19", "parameters", 10**6, "144"),
        # He et al. 2016, Fig. 3 caption: VGG-19 has 19.6 billion FLOPs; Table 1: ResNet-18
        ("vgg:19", "macs", 10**9, "19.6"),
        ("resnet:18", "macs", 10**9, "1.8"),
        # torchvision weight metadata, `_ops`
        ("alexnet:torchvision", "macs", 10**9, "0.714"),
        ("densenet:121", "macs", 10**9, "2.834"),
        ("densenet:161", "macs", 10**9, "7.728"),
        ("densenet:169", "macs", 10**9, "3.360"),
        ("densenet:201", "macs", 10**9, "4.291"),
        ("googlenet:torchvision", "macs", 10**9, "1.498"),
        ("resnet:18", "macs", 10**9, "1.814"),
        ("resnet:34", "macs", 10**9, "3.664"),
        ("resnet:50", "macs", 10**9, "4.089"),
        ("resnet:101", "macs", 10**9, "7.801"),
        ("resnet:152", "macs", 10**9, "11.514"),
        ("vgg:11", "macs", 10**9, "7.609"),
        ("vgg:13", "macs", 10**9, "11.308"),
        ("vgg:16", "macs", 10**9, "15.470"),
        ("vgg:19", "macs", 10**9, "19.632"),
    ],
)
def test_printed_roundings(network: str, metric: str, unit: int, printed: str) -> None:
    exact = getattr(summarize(load(network)).totals, metric)
    decimals = len(printed.partition(".")[2])
    assert f"{exact / unit:.{decimals}f}" == printed


def test_lenet5_layers_of_the_paper() -> None:
    """LeCun et al. 1998, §II.B; the layers that the spec keeps as they were."""
    parameters = {row.layer.name: row.parameters for row in summarize(load("lenet5")).rows}
    assert (parameters["c1"], parameters["c5"], parameters["f6"]) == (156, 48_120, 10_164)


@pytest.mark.parametrize(
    ("block", "millions"),
    [
        # Szegedy et al. 2015, Table 1, column "ops": the rows that its own filter counts give
        ("conv2", 360),
        ("inception3a", 128),
        ("inception3b", 304),
        ("inception4b", 88),
        ("inception4c", 100),
        ("inception4d", 119),
        ("inception4e", 170),
        ("inception5b", 71),
        ("fc", 1),
    ],
)
def test_googlenet_blocks_of_the_paper(block: str, millions: int) -> None:
    rows = summarize(load("googlenet")).rows
    macs = sum(row.macs for row in rows if row.layer.name.split(".")[0] == block)
    assert round(macs / 10**6) == millions


@pytest.mark.parametrize(
    ("golden", "network"),
    [
        ("alexnet", "alexnet:torchvision"),
        ("vgg16", "vgg:16"),
        ("googlenet", "googlenet:torchvision"),
        ("resnet18", "resnet:18"),
        ("resnet50", "resnet:50"),
        ("densenet121", "densenet:121"),
    ],
)
def test_layers_of_torchvision(golden: str, network: str) -> None:
    kinds = {"Conv2d": "conv", "BatchNorm2d": "bn", "Linear": "linear"}
    expected = [
        (kinds[kind], tuple(shape), parameters, macs)
        for _, kind, shape, parameters, macs in read("torchvision_layers.json")[golden]
    ]
    rows = rows_with_parameters(summarize(load(network)))
    assert [
        (row.layer.op.name, row.layer.output_shape, row.parameters, row.macs) for row in rows
    ] == expected


@pytest.mark.parametrize("network", ["alexnet", "nin", "googlenet"])
def test_layers_of_caffe(network: str) -> None:
    kinds = {"conv": "conv", "fc": "linear"}
    expected = [
        # Caffe keeps two axes of size 1 behind a dense layer.
        (kinds[kind], tuple(shape[:1] if kind == "fc" else shape), weights, biases, macs)
        for _, kind, shape, weights, biases, macs in read("exact_layers.json")[network]
    ]
    rows = rows_with_parameters(summarize(load(network), auxiliary=True))
    assert [
        (row.layer.op.name, row.layer.output_shape, row.weights, row.biases, row.macs)
        for row in rows
    ] == expected


@pytest.mark.parametrize(
    ("network", "buffers"),
    [
        # Values in `model.buffers()` of torchvision, less one step counter for each batch norm
        ("alexnet:torchvision", 0),
        ("densenet:121", 83_769 - 121),
        ("densenet:161", 220_097 - 161),
        ("densenet:169", 158_569 - 169),
        ("densenet:201", 229_257 - 201),
        ("googlenet:torchvision", 14_617 - 57),
        ("resnet:18", 9_620 - 20),
        ("resnet:34", 17_060 - 36),
        ("resnet:50", 53_173 - 53),
        ("resnet:101", 105_448 - 104),
        ("resnet:152", 151_579 - 155),
        ("vgg:16", 0),
    ],
)
def test_buffers_of_torchvision(network: str, buffers: int) -> None:
    assert summarize(load(network)).totals.buffers == buffers


@pytest.mark.parametrize("network", bundled_networks())
def test_expectations_of_the_spec_hold(network: str) -> None:
    summary = summarize(load(network))
    assert summary.graph.expect
    for fact in summary.graph.expect:
        assert holds(fact, summary), fact


def holds(fact: Fact, summary: Summary) -> bool:
    exact = exact_value(fact, summary)
    match fact.value:
        case Amount() as amount:
            return amount.matches(exact)
        case Limit():
            raise AssertionError(f"a limit is no expectation: {fact}")
        case shape:
            return bool(shape == exact)


def exact_value(fact: Fact, summary: Summary) -> Any:
    if fact.layer is not None:
        rows = [row for row in summary.rows if row.layer.is_under(fact.layer)]
        if fact.metric == "output":
            return rows[-1].layer.output_shape
        return sum(getattr(row, fact.metric) for row in rows)
    if fact.metric == "output":
        [shape] = summary.outputs.values()
        return shape
    return getattr(summary.totals, fact.metric)


def rows_with_parameters(summary: Summary) -> list[Row]:
    return [row for row in summary.rows if row.parameters]


def read(file: str) -> Any:
    return json.loads((GOLDEN / file).read_text("utf-8"))
