"""The studies in `specs/lecture/` against what a lecture on them works out by hand."""

from pathlib import Path
from typing import NamedTuple

import pytest

from cnncalc import load, summarize
from cnncalc.analysis.summary import Row, Summary
from cnncalc.facts import Amount, Fact
from cnncalc.ops.values import Shape
from cnncalc.spec import Selection, build, parse_spec

FOLDER = Path(__file__).parent.parent / "specs" / "lecture"


class Figure(NamedTuple):
    study: str
    metric: str
    value: int
    layer: str | None = None


FIGURES = [
    # Six 5x5 filters on 3x32x32, against a dense layer from 3,072 to 4,704 units
    Figure("filters:conv", "parameters", 456),
    Figure("filters:dense", "weights", 14_450_688),
    Figure("filters:dense", "parameters", 14_455_392),
    # The same on 3x1000x1000: the filters cost what they did, 3,000,000 x 5,952,096 weights
    Figure("filters:conv-1000", "parameters", 456),
    Figure("filters:dense-1000", "weights", 17_856_288_000_000),
    Figure("filters:dense-1000", "parameters", 17_856_293_952_096),
    # 3x3 from 128 to 64 channels: weights do not ask for stride and padding
    Figure("channels:padded", "weights", 73_728),
    Figure("channels:unpadded", "weights", 73_728),
    Figure("channels:stride-2", "weights", 73_728),
    # AlexNet as two towers, weights only; before pooling and after
    *(
        Figure(f"towers:{variant}", "weights", weights, layer)
        for variant, fc6 in (("unpooled", 177_209_344), ("pooled", 37_748_736))
        for layer, weights in (
            ("conv1", 34_848),
            ("conv2", 307_200),
            ("conv3", 884_736),
            ("conv4", 663_552),
            ("conv5", 442_368),
            ("fc6", fc6),
            ("fc7", 16_777_216),
            ("fc8", 4_096_000),
        )
    ),
    # 256 channels in and out
    Figure("stacks:5x5", "weights", 1_638_400),
    Figure("stacks:two-3x3", "weights", 1_179_648),
    Figure("stacks:7x7", "weights", 3_211_264),
    Figure("stacks:three-3x3", "weights", 1_769_472),
    # 1x1 to 32 channels: 192*32 and 128*32 weights
    Figure("one_by_one", "weights", 6_144),
    Figure("one_by_one", "macs", 4_816_896),
    Figure("one_by_one:from-128", "weights", 4_096),
    # Inception's 5x5 branch at 192x28x28
    Figure("inception_branch:naive", "macs", 120_422_400),
    Figure("inception_branch:reduced", "macs", 12_443_648),
    Figure("inception_branch:reduced", "macs", 2_408_448, "reduce"),
    Figure("inception_branch:reduced", "macs", 10_035_200, "wide"),
    # 256-64-64-256 against ordinary filters
    Figure("bottleneck:bottleneck", "weights", 69_632),
    Figure("bottleneck:3x3", "weights", 589_824),
    Figure("bottleneck:5x5", "weights", 1_638_400),
    # The four rows of MobileNet's Table 3, and an example small enough for paper
    Figure("separable:ordinary", "macs", 462_422_016),
    Figure("separable:ordinary", "parameters", 2_359_296),
    Figure("separable:separable", "macs", 52_283_392),
    Figure("separable:separable", "parameters", 266_752),
    Figure("separable:narrow", "macs", 29_578_752),
    Figure("separable:narrow-10x10", "macs", 15_091_200),
    Figure("separable:ordinary-small", "macs", 2_160),
    Figure("separable:separable-small", "macs", 432, "depthwise"),
    Figure("separable:separable-small", "macs", 240, "pointwise"),
    # 128 channels to 128 by a 3x3, and by a 1x1 to 32 before it
    Figure("squeeze:direct", "weights", 147_456),
    Figure("squeeze:squeezed", "weights", 40_960),
    # The columns C and D of VGG, whose dense layers may be convolutions
    Figure("vgg_c:D", "parameters", 138_357_544),
    Figure("vgg_c:C", "parameters", 138_357_544 - 8 * (256 * 256 + 2 * 512 * 512)),
    Figure("sliding_dense:dense", "weights", 102_760_448, "fc6"),
    Figure("sliding_dense:convolution", "weights", 102_760_448, "fc6"),
    # Inception (3a) as GoogLeNet has it
    Figure("inception_block:reductions", "weights", 163_328),
    # One filter of 3x3, of 3x3 on three colours, and of one weight
    Figure("vertical_edge", "parameters", 9),
    Figure("rgb_sum", "parameters", 27, "together"),
    Figure("doubling", "parameters", 1),
    # 5x5 to 6 channels, then 5x5 to 10
    Figure("shrinking", "parameters", 456, "first"),
    Figure("shrinking", "parameters", 1_510, "second"),
]


def study(name: str) -> Summary:
    file, _, variant = name.partition(":")
    return summarize(load(FOLDER / f"{file}.yaml", variant or None))


def studies() -> list[str]:
    """Every variant, and every file that needs none."""
    names = []
    for path in sorted(FOLDER.glob("*.yaml")):
        spec, faults = parse_spec(path.read_text("utf-8"), path.name)
        assert spec is not None
        assert not faults
        if all(variable.value is not None for variable in spec.variables.values()):
            names.append(path.stem)
        names += [f"{path.stem}:{variant}" for variant in spec.variants]
    return names


STUDIES = studies()


@pytest.mark.parametrize(
    "figure", FIGURES, ids=lambda figure: f"{figure.study} {figure.layer or figure.metric}"
)
def test_figures(figure: Figure) -> None:
    assert measure(study(figure.study), figure.metric, figure.layer) == figure.value


@pytest.mark.parametrize(
    ("name", "layer", "shape"),
    [
        ("filters:conv", None, (6, 28, 28)),
        ("filters:conv-1000", None, (6, 996, 996)),
        ("channels:padded", None, (64, 40, 50)),
        ("channels:unpadded", None, (64, 38, 48)),
        ("channels:stride-2", None, (64, 20, 25)),
        ("towers:unpooled", "conv5", (256, 13, 13)),
        ("towers:unpooled", "flatten1", (43_264,)),
        ("towers:pooled", "maxpool3", (256, 6, 6)),
        ("one_by_one", None, (32, 28, 28)),
        ("one_by_one:from-128", None, (32, 28, 28)),
        ("inception_branch:reduced", "reduce", (16, 28, 28)),
        ("separable:separable-small", None, (5, 4, 4)),
        ("strides:stride-1", None, (1, 5)),
        ("strides:stride-2", None, (1, 3)),
        ("strides:padding-1", None, (1, 7)),
        ("shrinking", "first", (6, 28, 28)),
        ("shrinking", "second", (10, 24, 24)),
        ("shrinking:from-4", "first", (4, 28, 28)),
        ("shrinking:from-4", "second", (10, 24, 24)),
        ("strides:five", None, (1, 3)),
        ("strides:five-padded", None, (1, 5)),
        ("input_size", "conv5", (256, 13, 13)),
        ("input_size:224", "conv5", (256, 12, 12)),
        ("pooling:overlapping", None, (96, 27, 27)),
        ("pooling:tiled", None, (96, 27, 27)),
        ("inception_block:naive", None, (416, 28, 28)),
        ("inception_block:reductions", None, (256, 28, 28)),
        ("residual_block:identity", None, (64, 56, 56)),
        ("residual_block:projection", None, (128, 28, 28)),
        ("sliding_dense:larger", None, (1000, 2, 2)),
        ("half_padding:3x3", None, (6, 32, 32)),
        ("half_padding:5x5", None, (6, 32, 32)),
        ("half_padding:7x7", None, (6, 32, 32)),
    ],
)
def test_shapes(name: str, layer: str | None, shape: Shape) -> None:
    assert output(study(name), layer) == shape


@pytest.mark.parametrize("name", STUDIES)
def test_expectations_of_the_study_hold(name: str) -> None:
    summary = study(name)
    assert summary.graph.expect
    for fact in summary.graph.expect:
        assert holds(fact, summary), fact


# What a study shows


@pytest.mark.parametrize(("variant", "times"), [("unpooled", (200, 401)), ("pooled", (43, 85))])
def test_dense_layers_hold_hundreds_of_times_the_weights(
    variant: str, times: tuple[int, int]
) -> None:
    """Not a thousand times, which is often said: of conv3, the largest, and of conv5."""
    summary = study(f"towers:{variant}")
    weights = {row.layer.name: row.weights for row in summary.rows}
    ratios = [round(weights["fc6"] / weights[layer]) for layer in ("conv3", "conv5")]
    assert ratios == [*times]
    description = " ".join((summary.graph.description or "").split())
    assert all(str(number) in description for number in times)


def test_towers_are_the_weights_of_alexnet() -> None:
    weights = [row.weights for row in summarize(load("alexnet")).rows if row.weights]
    assert [row.weights for row in study("towers:pooled").rows if row.weights] == weights


@pytest.mark.parametrize(
    ("variant", "factor"), [("5x5", 25), ("two-3x3", 18), ("7x7", 49), ("three-3x3", 27)]
)
@pytest.mark.parametrize("channels", [1, 64, 256])
def test_stacks_for_any_number_of_channels(variant: str, factor: int, channels: int) -> None:
    text = (FOLDER / "stacks.yaml").read_text("utf-8")
    selection = Selection(variant, inputs={None: (channels, 56, 56)})
    summary = summarize(build(text, "stacks.yaml", selection))
    assert summary.totals.weights == factor * channels**2
    assert output(summary) == (channels, 56, 56)


@pytest.mark.parametrize(
    ("names", "size"),
    [
        (("filters:conv", "filters:conv-1000"), 5),
        (("channels:padded", "channels:unpadded", "channels:stride-2"), 3),
        (("stacks:5x5", "stacks:two-3x3"), 5),
        (("stacks:7x7", "stacks:three-3x3"), 7),
        (("one_by_one", "one_by_one:from-128"), 1),
        (("inception_branch:naive", "inception_branch:reduced"), 5),
        (("bottleneck:bottleneck", "bottleneck:3x3"), 3),
        (("bottleneck:5x5",), 5),
        (("separable:ordinary", "separable:separable", "separable:narrow"), 3),
        (("shrinking",), 9),
    ],
)
def test_receptive_fields(names: tuple[str, ...], size: int) -> None:
    for name in names:
        field = study(name).rows[-1].fields["input"]
        assert field is not None
        assert field.size == (size, size), name


def test_a_stack_sees_what_its_large_filter_sees() -> None:
    for large, small in (("5x5", "two-3x3"), ("7x7", "three-3x3")):
        fields = [study(f"stacks:{name}").totals.receptive_field for name in (large, small)]
        assert fields[0] == fields[1]


def test_stride_moves_the_field_and_padding_its_start() -> None:
    fields = [
        study(f"strides:{name}").rows[0].fields["input"] for name in ("stride-2", "padding-1")
    ]
    assert [(field.size, field.stride, field.start) for field in fields if field] == [
        ((3,), (2,), (0,)),
        ((3,), (1,), (-1,)),
    ]


def test_depth_grows_while_parameters_fall() -> None:
    networks = ["alexnet", "vgg:19", "googlenet", "resnet:50", "densenet:121"]
    totals = [summarize(load(name)).totals for name in networks]
    assert [each.depth for each in totals] == [8, 19, 22, 50, 121]
    assert [each.parameters for each in totals] == [
        60_965_224,
        143_667_240,
        6_998_552,
        25_557_032,
        7_978_856,
    ]


def holds(fact: Fact, summary: Summary) -> bool:
    match fact.value:
        case Amount() as amount:
            return amount.matches(measure(summary, fact.metric, fact.layer))
        case tuple() as shape:
            return shape == output(summary, fact.layer)
        case limit:
            raise AssertionError(f"a limit is no expectation: {limit}")


def measure(summary: Summary, metric: str, layer: str | None) -> int:
    """A metric of the network, or the sum over a layer or the layers of a group."""
    if metric == "receptive_field":
        return receptive_field(summary, layer)
    if layer is None:
        return int(getattr(summary.totals, metric))
    return sum(getattr(row, metric) for row in rows_of(summary, layer))


def receptive_field(summary: Summary, layer: str | None) -> int:
    """Its size, the same along every axis."""
    fields = rows_of(summary, layer)[-1].fields if layer else summary.totals.receptive_field
    field = fields["input"]
    assert field is not None
    [size] = set(field.size)
    return size


def output(summary: Summary, layer: str | None = None) -> Shape:
    if layer is not None:
        return rows_of(summary, layer)[-1].layer.output_shape
    [shape] = summary.outputs.values()
    return shape


def rows_of(summary: Summary, label: str) -> list[Row]:
    rows = [row for row in summary.rows if f"{row.layer.name}.".startswith(f"{label}.")]
    assert rows, label
    return rows
