"""Receptive fields: published ones, and the recurrence against walking every window."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.field import ReceptiveField, to_receptive_field
from cnncalc.analysis.receptive_field import FieldMap, receptive_fields
from cnncalc.checks.counts import Counts
from cnncalc.engine.perturb import moved
from cnncalc.engine.reach import Axis
from cnncalc.render.sheet import fact_lines

Seen = list[tuple[frozenset[int], bool]]
"""For each output the inputs that reach it, and whether padding was met on the way."""


def fields_of(graph: cnncalc.Graph) -> FieldMap:
    return receptive_fields(graph, graph.layers)


def field(name: str, layer: str) -> ReceptiveField:
    found = to_receptive_field(fields_of(cnncalc.load(name)).views[layer]["input"])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "layer", "size", "stride"),
    [
        # Araujo, Norris & Sim 2019, table: AlexNet 195, VGG-16 212 after the last pooling.
        ("alexnet:torchvision", "maxpool3", 195, 32),
        ("alexnet", "maxpool3", 195, 32),
        ("vgg:16", "conv5.maxpool1", 212, 32),
        # ResNet-50: 483 with the stride in the first 1x1 as published, 427 in torchvision's form.
        ("resnet:50-paper", "conv5.bottleneck3.relu3", 483, 32),
        ("resnet:50", "conv5.bottleneck3.relu3", 427, 32),
        ("lenet5", "s4", 16, 4),
    ],
)
def test_published(name: str, layer: str, size: int, stride: int) -> None:
    found = field(name, layer)
    assert found.size == (size, size)
    assert found.stride == (stride, stride)


MOBILENET_V1 = """
name: MobileNet v1, kernels and strides
input: 3x224x224
blocks:
  separable stride=1: [dwconv3x3 stride=stride padding=same, conv1x1 8]
layers:
  - conv3x3 8 stride=2 padding=same
  - separable
  - [separable 2, separable]
  - [separable 2, separable]
  - separable 2
  - repeat 5: separable
  - [separable 2, separable]
"""
INCEPTION_V2 = """
name: Inception v2 of TF-Slim, kernels and strides
input: 3x224x224
blocks:
  mixed:
    - concat:
        - conv1x1 2
        - [conv1x1 2, conv3x3 2 padding=same]
        - [conv1x1 2, conv3x3 2 padding=same, conv3x3 2 padding=same]
        - [avgpool3x3 stride=1 padding=same, conv1x1 2]
  reduction:
    - concat:
        - [conv1x1 2, conv3x3 2 stride=2 padding=same]
        - [conv1x1 2, conv3x3 2 padding=same, conv3x3 2 stride=2 padding=same]
        - maxpool3x3 stride=2 padding=same
layers:
  - conv7x7 8 stride=2 padding=same
  - maxpool3x3 stride=2 padding=same
  - [conv1x1 8, conv3x3 8 padding=same]
  - maxpool3x3 stride=2 padding=same
  - repeat 2: mixed
  - reduction
  - repeat 4: mixed
  - reduction
  - repeat 2: mixed
"""
INCEPTION_V3 = """
name: Inception v3 of TF-Slim, kernels and strides
input: 3x299x299
blocks:
  mixed5:
    - concat:
        - conv1x1 2
        - [conv1x1 2, conv5x5 2 padding=half]
        - [conv1x1 2, conv3x3 2 padding=half, conv3x3 2 padding=half]
        - [avgpool3x3 stride=1 padding=half, conv1x1 2]
  mixed6:
    - concat:
        - conv1x1 2
        - [conv1x1 2, conv1x7 2 padding=half, conv7x1 2 padding=half]
        - - [conv1x1 2, conv7x1 2 padding=half, conv1x7 2 padding=half]
          - [conv7x1 2 padding=half, conv1x7 2 padding=half]
        - [avgpool3x3 stride=1 padding=half, conv1x1 2]
  mixed7:
    - concat:
        - conv1x1 2
        - [conv1x1 2, concat: [conv1x3 2 padding=half, conv3x1 2 padding=half]]
        - - [conv1x1 2, conv3x3 2 padding=half]
          - concat: [conv1x3 2 padding=half, conv3x1 2 padding=half]
        - [avgpool3x3 stride=1 padding=half, conv1x1 2]
layers:
  - [conv3x3 8 stride=2, conv3x3 8, conv3x3 8 padding=half]
  - maxpool3x3 stride=2
  - [conv1x1 8, conv3x3 8]
  - maxpool3x3 stride=2
  - repeat 3: mixed5
  - concat:
      - conv3x3 2 stride=2
      - [conv1x1 2, conv3x3 2 padding=half, conv3x3 2 stride=2]
      - maxpool3x3 stride=2
  - repeat 4: mixed6
  - concat:
      - [conv1x1 2, conv3x3 2 stride=2]
      - [conv1x1 2, conv1x7 2 padding=half, conv7x1 2 padding=half, conv3x3 2 stride=2]
      - maxpool3x3 stride=2
  - repeat 2: mixed7
"""


@pytest.mark.parametrize(
    ("text", "size", "padding"),
    [(MOBILENET_V1, 315, 126), (INCEPTION_V2, 699, 318), (INCEPTION_V3, 1311, 618)],
    ids=["mobilenet_v1", "inception_v2", "inception_v3"],
)
def test_published_networks_of_tf_slim(text: str, size: int, padding: int) -> None:
    # Araujo, Norris & Sim 2019, library table: receptive field, stride and effective padding.
    graph = cnncalc.parse(text)
    found = to_receptive_field(fields_of(graph).views[graph.layers[-1].name]["input"])
    assert found == ReceptiveField((size, size), (32, 32), (-padding, -padding))


def test_two_3x3_see_what_one_5x5_sees() -> None:
    one = cnncalc.parse("{name: a, input: 1x32x32, layers: [conv5x5 1]}")
    two = cnncalc.parse("{name: b, input: 1x32x32, layers: [conv3x3 1, conv3x3 1]}")
    seen = [
        to_receptive_field(fields_of(net).views[net.layers[-1].name]["input"])
        for net in (one, two)
    ]
    assert seen[0] == seen[1] == ReceptiveField((5, 5), (1, 1), (0, 0))


def test_what_is_pooled_or_flat_sees_everything() -> None:
    everything = ReceptiveField((224, 224), (0, 0), (0, 0))
    for layer in ("globalavgpool1", "flatten1", "fc"):
        assert field("resnet:50", layer) == everything


def test_several_inputs_have_fields_of_their_own() -> None:
    text = """
name: two
input: {left: 3x32x32, right: 3x64x64}
layers:
  - a: [left, conv3x3 8 padding=1]
  - b: [right, conv5x5 8 stride=2 padding=2]
  - concat: [a, b]
"""
    graph = cnncalc.parse(text)
    view = fields_of(graph).views["concat1"]
    assert to_receptive_field(view["left"]) == ReceptiveField((3, 3), (1, 1), (-1, -1))
    assert to_receptive_field(view["right"]) == ReceptiveField((5, 5), (2, 2), (-2, -2))
    parts = cnncalc.summarize(graph).to_dict()
    assert set(parts["layers"][-1]["receptive_field"]) == {"left", "right"}


@pytest.mark.parametrize(
    ("branches", "is_aligned"),
    [
        ("    - conv3x3 4 padding=1\n    - x\n", True),
        ("    - conv3x3 4 padding=1\n    - conv5x5 4 padding=2\n", True),
        ("    - conv3x3 4 padding=((0, 2), (1, 1))\n    - x\n", False),
        ("    - - pad ((2, 0), (1, 1))\n      - conv3x3 4\n    - x\n", True),  # causal
        ("    - [maxpool2x2, conv3x3 4 padding=1, upsample 2]\n    - x\n", True),
        ("    - conv3x3 4 padding=1\n    - [globalavgpool, sigmoid]\n", True),
    ],
)
def test_misaligned_branches_are_named(branches: str, *, is_aligned: bool) -> None:
    head = "name: m\ninput: 4x16x16\nlayers:\n  - conv3x3 4 padding=1\n"
    graph = cnncalc.parse(f"{head}  - mul:\n{branches}")
    assert graph.layers[-1].op.name == "mul"
    assert (fields_of(graph).misaligned == ()) is is_aligned


# The recurrence against brute force


def windows(kernel: int, stride: int, padding: int, dilation: int, length: int) -> list[list[int]]:
    """The positions under each window, walked one by one; positions off the map are padding."""
    found = []
    start = -padding
    while start + dilation * (kernel - 1) < length + padding:
        found.append([start + dilation * tap for tap in range(kernel)])
        start += stride
    return found


def gather(seen: Seen, positions: list[list[int]]) -> Seen:
    out: Seen = []
    for places in positions:
        inside = [seen[place] for place in places if 0 <= place < len(seen)]
        met = len(inside) < len(places) or any(padding for _, padding in inside)
        out.append((frozenset().union(*(inputs for inputs, _ in inside)), met))
    return out


def scatter(seen: Seen, kernel: int, stride: int, padding: int) -> Seen:
    length = (len(seen) - 1) * stride + kernel
    reached: list[set[int]] = [set() for _ in range(length)]
    for place, (inputs, _) in enumerate(seen):
        for tap in range(kernel):
            reached[place * stride + tap] |= inputs
    # An output whose window would hang over the border lacks what would lie beyond.
    inner = range(kernel - 1, length - kernel + 1)
    marked = [(frozenset(found), place not in inner) for place, found in enumerate(reached)]
    owed = {
        place * stride + tap for place, (_, met) in enumerate(seen) if met for tap in range(kernel)
    }
    marked = [(found, met or place in owed) for place, (found, met) in enumerate(marked)]
    return marked[padding : length - padding]


Step = tuple[str, tuple[int, ...]]
conv = st.tuples(
    st.just("conv"),
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2)),
)
up = st.tuples(st.just("up"), st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 1)))
others = st.one_of(
    st.tuples(st.just("nearest"), st.tuples(st.integers(2, 3))),
    st.tuples(st.just("linear"), st.tuples(st.integers(2, 3))),
    st.tuples(st.just("pad"), st.tuples(st.integers(1, 2), st.integers(0, 2))),
    st.tuples(st.just("branch"), st.tuples(st.sampled_from([1, 3, 5]), st.sampled_from([1, 2]))),
    st.tuples(st.just("adaptive"), st.tuples(st.integers(8, 20))),
)
steps = st.lists(st.one_of(conv, up, others), min_size=1, max_size=5)


def advance(step: Step, seen: Seen) -> tuple[str, Seen]:  # noqa: PLR0911 - one for each op
    """The layer's line, and what its outputs see."""
    name, values = step
    length = len(seen)
    if name == "conv":
        kernel, stride, padding, dilation = values
        line = f"conv{kernel} 2 stride={stride} padding={padding} dilation={dilation}"
        return line, gather(seen, windows(kernel, stride, padding, dilation, length))
    if name == "up":
        kernel, stride, padding = values
        line = f"upconv{kernel} 2 stride={stride} padding={padding}"
        return line, scatter(seen, kernel, stride, padding)
    if name == "nearest":
        repeated = [[place] for place in range(length) for _ in range(values[0])]
        return f"upsample {values[0]}", gather(seen, repeated)
    if name == "linear":
        return f"upsample {values[0]} mode=linear", gather(seen, between(length, values[0]))
    if name == "pad":
        before, after = values
        line = f"pad (({before}, {after}),)"
        return line, gather(seen, [[place] for place in range(-before, length + after)])
    if name == "adaptive":
        [size] = values
        spans = [
            [place for place in range(length) if place * size < (out + 1) * length
             and (place + 1) * size > out * length]
            for out in range(size)
        ]  # fmt: skip
        return f"adaptive_avgpool{size}", gather(seen, spans)
    kernel, dilation = values
    reach = dilation * (kernel - 1) // 2
    wide = gather(seen, windows(kernel, 1, reach, dilation, length))
    both = [
        (one | other, met or more) for (one, met), (other, more) in zip(seen, wide, strict=True)
    ]
    line = f"add: [conv{kernel} {{channels}} padding={reach} dilation={dilation}, x]"
    return line, both


def between(length: int, factor: int) -> list[list[int]]:
    """The neighbours of each output's centre, by exact distances."""
    found = []
    for out in range(length * factor):
        centre = 2 * out + 1  # in halves of an output; input `i` has its own at factor*(2i + 1)
        below = [i for i in range(-1, length + 1) if factor * (2 * i + 1) <= centre]
        above = [i for i in range(-1, length + 1) if factor * (2 * i + 1) >= centre]
        found.append(sorted({max(below), min(above)}))
    return found


@settings(deadline=None, max_examples=150)
@given(steps)
def test_the_recurrence_is_what_walking_the_windows_finds(plan: list[Step]) -> None:
    length = 90
    seen: Seen = [(frozenset({place}), False) for place in range(length)]
    lines, channels = [], 1
    for step in plan:
        line, seen = advance(step, seen)
        assume(1 <= len(seen) <= 400)
        lines.append(f"  - {line.format(channels=channels)}")
        channels = 2 if step[0] in {"conv", "up"} else channels
    graph = cnncalc.parse("\n".join([f"name: r\ninput: 1x{length}\nlayers:", *lines]))
    last = graph.layers[-1]
    assert last.output_shape[1] == len(seen)
    fields = fields_of(graph).views[last.name]["input"]
    assert fields is not None
    for output, (inputs, has_met_padding) in enumerate(seen):
        if has_met_padding:
            continue
        hull = (min(inputs), max(inputs)) if inputs else None
        assert fields[0].at(output) == hull


# Ranges of channels

SLICED = """
name: sliced
input: 8x32x32
layers:
  - concat: [x, [conv3x3 8 padding=1, relu, conv3x3 8 padding=1]]
  - bn
  - slice 0 8
  - conv3x3 8
"""


def test_what_a_slice_takes_sees_what_was_put_there() -> None:
    parts = cnncalc.summarize(cnncalc.parse(SLICED)).to_dict()
    sizes = {one["name"]: one["receptive_field"]["size"] for one in parts["layers"]}
    assert sizes["concat1"] == sizes["bn1"] == (5, 5)
    assert sizes["slice1"] == (1, 1)
    assert sizes["conv3"] == (3, 3)


PIECES = st.sampled_from(
    [
        "conv3 8 padding=1",
        "conv3 8 padding=1 groups=2",
        "conv5 16 padding=2 groups=4",
        "dwconv3 padding=1",
        "dwconv3 padding=1 multiplier=2",
        "channel_shuffle 2",
        "channel_shuffle 4",
        "relu",
        "bn",
        "maxpool3 stride=1 padding=1",
        "slice 0 x.channels//2",
        "slice x.channels//4 x.channels",
        "{concat: [x, conv3 4 padding=1]}",
        "{concat: [conv3 4 padding=1, x, conv5 4 padding=2]}",
        "{add: [x, dwconv3 padding=1]}",
        "{mul: [x, conv3 1 padding=1]}",
        "upconv3 8 groups=4 padding=1",
        "layer_norm",
    ]
)


@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(PIECES, min_size=1, max_size=6))
def test_fields_of_runs_of_channels_are_what_moves(pieces: list[str]) -> None:
    lines = "\n".join(f"  - {piece}" for piece in pieces)
    try:
        graph = cnncalc.parse(f"name: n\ninput: 8x61\nlayers:\n{lines}\n")
    except cnncalc.SpecError:
        assume(False)  # noqa: FBT003 - the channels do not divide
        raise
    views = fields_of(graph).views
    marks = moved(graph, Axis("input", 0), range(61)).marks
    for layer in graph.layers:
        [field] = views[layer.name]["input"] or ()
        seen = [row for row in range(61) if marks[layer.name][row, 30]]
        assert field.at(30) == (seen[0], seen[-1]), layer.name


# Gates

GATED = """
name: gated
input: 8x32x32
blocks:
  excited: [mul: [x, [globalavgpool, conv1x1 2, relu, conv1x1 8, sigmoid]]]
  unit: [add: [[conv3x3 8 padding=1, bn, excited], x], relu]
layers:
  - unit
  - unit
  - globalavgpool
  - flatten
  - linear 10
"""


def test_what_the_last_map_sees_is_told_with_gates_and_without() -> None:
    found = cnncalc.summarize(cnncalc.parse(GATED))
    totals = found.to_dict()["totals"]
    assert found.last_map == "unit2.relu1"
    assert found.gates == ("unit1.excited1.mul1", "unit2.excited1.mul1")
    assert totals["receptive_field"] == {"size": (32, 32), "stride": (0, 0), "start": (0, 0)}
    bare = {"size": (5, 5), "stride": (1, 1), "start": (-2, -2)}
    assert totals["receptive_field_without_gates"] == bare
    line = "Receptive field of the last map: all of 32x32 through gates; 5x5 without gates"
    assert line in fact_lines(found, "chw")
    assert Counts(found.graph, Basis()).figure(None, "receptive_field") == (32, 32)


def test_without_gates_both_fields_are_one() -> None:
    totals = cnncalc.summarize(cnncalc.load("resnet:50")).totals
    assert totals.receptive_field == totals.receptive_field_without_gates


def test_a_branch_that_pools_the_whole_map_is_no_gate() -> None:
    graph = cnncalc.parse(
        "{name: n, input: 3x9x9, layers: [conv3x3 8 padding=1, "
        "concat: [conv1x1 8, [globalavgpool, conv1x1 8, upsample size=9x9]]]}"
    )
    line = (
        "Receptive field of the last map: all of 9x9 through branches that see everything; "
        "3x3 without them"
    )
    assert line in fact_lines(cnncalc.summarize(graph), "chw")
