"""Model files of Ultralytics: every number as Ultralytics' own modules have it."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import cnncalc
from cnncalc.analysis.costs import layer_costs
from cnncalc.cli.main import main
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.spec import Selection, build

FOLDER = Path(__file__).parent / "ultralytics"

# Parameters, and MACs of a run in training mode, of one module behind a convolution of 64 channels
# at 64 x 64: counted by Ultralytics 8.4.190 and by PyTorch's FlopCounterMode.
ROWS = [
    ("[-1, 1, Conv, [32]]", 2_112, 2_097_152),
    ("[-1, 1, Conv, [32, 3, 2, 0, 2, 2, False]]", 9_280, 1_806_336),
    ("[-1, 2, Conv, [64, 5, 1, None, 4]]", 51_456, 52_428_800),
    ("[-1, 1, DWConv, [64, 3, 2]]", 704, 147_456),
    ("[-1, 1, DWConv, [128, 5, 1, 1, False]]", 3_456, 3_276_800),
    ("[-1, 1, ConvTranspose, [48, 2, 2]]", 12_384, 12_582_912),
    ("[-1, 1, ConvTranspose, [48, 3, 2, 1, False]]", 27_696, 28_311_552),
    ("[-1, 1, nn.ConvTranspose2d, [48, 2, 2, 0]]", 12_336, 12_582_912),
    ("[-1, 1, Focus, [48, 3]]", 110_688, 28_311_552),
    ("[-1, 1, GhostConv, [48, 3, 2]]", 14_520, 3_692_544),
    ("[-1, 3, Bottleneck, [64]]", 111_168, 113_246_208),
    ("[-1, 1, Bottleneck, [64, False, 2, [1, 3], 0.25]]", 5_792, 5_767_168),
    ("[-1, 2, GhostBottleneck, [64, 3, 1]]", 6_880, 6_651_904),
    ("[-1, 1, GhostBottleneck, [96, 3, 2]]", 13_496, 4_915_200),
    ("[-1, 3, BottleneckCSP, [48]]", 37_584, 37_945_344),
    ("[-1, 2, C1, [48]]", 44_832, 45_613_056),
    ("[-1, 2, C2, [48, False, 2]]", 21_312, 21_430_272),
    ("[-1, 3, C2f, [96, True, 1, 0.25]]", 46_272, 46_792_704),
    ("[-1, 3, C3, [48, False]]", 23_136, 23_199_744),
    ("[-1, 2, C3x, [48]]", 12_672, 12_582_912),
    ("[-1, 3, C3Ghost, [64, True]]", 12_072, 11_804_672),
    ("[-1, 2, C3TR, [64]]", 28_192, 162_529_280),
    ("[-1, 2, C3k2, [48, False, 0.25]]", 6_648, 6_586_368),
    ("[-1, 2, C3k2, [48, True]]", 20_928, 20_840_448),
    ("[-1, 1, C3k2, [128, True, 0.5, True]]", 100_480, 201_916_416),
    ("[-1, 2, C2fCIB, [48, True]]", 14_880, 14_352_384),
    ("[-1, 2, C2fCIB, [48, True, True]]", 19_776, 19_169_280),
    ("[-1, 2, C2PSA, [64]]", 24_256, 124_321_792),
    ("[-1, 2, C2fPSA, [64]]", 28_352, 128_516_096),
    ("[-1, 1, PSA, [64]]", 16_352, 66_355_200),
    ("[-1, 1, SCDown, [48, 3, 2]]", 3_696, 3_256_320),
    ("[-1, 1, AConv, [48]]", 27_744, 7_077_888),
    ("[-1, 1, ADown, [48]]", 7_776, 1_966_080),
    ("[-1, 1, SPP, [48, [3, 5]]]", 6_816, 6_815_744),
    ("[-1, 1, SPPF, [48, 5]]", 8_352, 8_388_608),
    ("[-1, 1, SPPF, [64, 5, 2, True]]", 8_384, 8_388_608),
    ("[-1, 1, SPPELAN, [48, 24]]", 6_288, 6_291_456),
    ("[-1, 1, ELAN1, [48, 32, 16]]", 9_952, 9_961_472),
    ("[-1, 1, RepNCSPELAN4, [48, 32, 16, 2]]", 16_160, 15_990_784),
    ("[-1, 3, RepC3, [48, 0.5]]", 21_984, 22_020_096),
    ("[-1, 1, HGStem, [32, 48]]", 42_816, 7_045_120),
    ("[-1, 6, HGBlock, [24, 96, 3]]", 54_912, 55_640_064),
    ("[-1, 4, HGBlock, [24, 64, 5, True, True]]", 13_408, 13_139_968),
    ("[-1, 1, ResNetLayer, [64, 16, 2, False, 3]]", 17_856, 5_177_344),
    ("[-1, 1, ResNetLayer, [64, 32, 1, True, 1]]", 100_416, 25_690_112),
    ("[-1, 1, AIFI, [96, 8]]", 29_344, 163_610_624 - 32_768),  # its positions are constants
    ("[-1, 2, A2C2f, [64, True, 4]]", 49_472, 115_474_432),
    ("[-1, 2, A2C2f, [128, False, -1]]", 120_192, 121_634_816),
    ("[-1, 1, A2C2f, [64, True, 1, True, 1.2]]", 23_512, 157_089_792),
    ("[-1, 1, Classify, [5]]", 90_885, 83_892_480),
]

# The same of heads on maps of 16, 32 and 64 channels; the third says whether one map is of a C3k2.
HEADS = [
    ("Detect, [nc]", {}, False, 211_855, 78_898_176),
    ("Detect, [nc]", {"reg_max": 1, "end2end": True}, False, 93_846, 29_288_448),
    ("Segment, [nc, 8, 24]", {}, False, 233_231, 109_741_056),
    ("Segment, [nc, 8, 24]", {"end2end": True}, False, 455_174, 191_563_776),
    ("Pose, [nc, kpt_shape]", {"kpt_shape": [7, 3]}, False, 246_568, 90_244_224),
    ("OBB, [nc, 1]", {}, False, 216_382, 80_129_280),
    ("v10Detect, [nc]", {}, False, 386_254, 145_854_464),
    ("Segment26, [nc, 8, 24]", {"reg_max": 1, "end2end": True}, False, 141_019, 77_531_136),
    ("OBB26, [nc, 1]", {"end2end": True}, False, 432_748, 160_258_560),
    ("Pose26, [nc, kpt_shape]", {"kpt_shape": [5, 2]}, False, 298_099, 89_435_136),
    (
        "Pose26, [nc, kpt_shape]",
        {"kpt_shape": [7, 3], "reg_max": 1, "end2end": True},
        False,
        292_740,
        80_279_808,
    ),
    ("SemanticSegment, [nc]", {}, False, 7_146, 3_641_344),
    ("Detect, [nc]", {}, True, 173_839, 83_345_408),
]


def graph_of(text: str, scale: str | None = None, side: int = 64) -> Graph:
    return build(text, "net.yaml", Selection(scale, {}, {None: (3, side, side)}))


def counted(graph: Graph) -> tuple[int, int]:
    """Parameters and MACs of all that is trained, without what a run in training leaves out."""
    layers = [*graph.layers, *graph.auxiliary]
    costs = list(zip(layers, layer_costs(layers), strict=True))
    run = (cost for layer, cost in costs if not re.search(r"\.dfl\.|^flow\.", layer.name))
    return (
        sum(cost.parameters for _, cost in costs),
        sum(cost.macs + cost.product_macs for cost in run),
    )


def less(graph: Graph, before: Graph) -> tuple[int, int]:
    (parameters, macs), (own, others) = counted(graph), counted(before)
    return parameters - own, macs - others


@pytest.mark.parametrize(("row", "parameters", "macs"), ROWS, ids=[row for row, *_ in ROWS])
def test_modules(row: str, parameters: int, macs: int) -> None:
    first = "backbone: [[-1, 1, Conv, [64, 3, 2]]]\nhead: []\n"
    whole = f"backbone: [[-1, 1, Conv, [64, 3, 2]], {row}]\nhead: []\n"
    assert less(graph_of(whole), graph_of(first)) == (parameters, macs)


@pytest.mark.parametrize(("head", "keys", "is_new", "parameters", "macs"), HEADS)
def test_heads(
    head: str,
    keys: dict[str, object],
    is_new: bool,  # noqa: FBT001 - a column of the table
    parameters: int,
    macs: int,
) -> None:
    last = "C3k2, [32]" if is_new else "Conv, [64, 3, 2]"
    rows = f"[-1, 1, Conv, [16, 3, 2]], [-1, 1, Conv, [32, 3, 2]], [-1, 1, {last}]"
    text = "".join(f"{key}: {str(value).lower()}\n" for key, value in {"nc": 5, **keys}.items())
    whole = f"{text}backbone: [{rows}]\nhead: [[[0, 1, 2], 1, {head}]]\n"
    graph = graph_of(whole)
    assert less(graph, graph_of(f"backbone: [{rows}]\n")) == (parameters, macs)
    is_trained_beside = "end2end" in keys or head.startswith(("v10", "Sem", "Pose26"))
    assert bool(graph.auxiliary) == is_trained_beside


def test_parts_of_several_networks() -> None:
    rows = """
    - [-1, 1, Conv, [16, 3, 2]]
    - [-1, 1, Conv, [32, 3, 2]]
    - [0, 1, CBLinear, [[8, 24]]]
    - [1, 1, CBLinear, [[8, 24, 4]]]
    - [1, 1, Conv, [24]]
    - [[2, 3, -1], 1, CBFuse, [[1, 1]]]
    """
    graph = graph_of(f"backbone: {rows}")
    assert counted(graph) == (7_684, 2_637_824)
    assert graph.layers[-1].output_shape == (24, 16, 16)


@pytest.mark.parametrize(
    ("scale", "numbers"),
    [
        ("n", (254_864, 389_382_144)),
        ("m", (77_440, 143_196_160)),
        ("x", (1_011_088, 1_422_163_968)),
    ],
)
def test_scales_that_change_modules(scale: str, numbers: tuple[int, int]) -> None:
    text = """
    scales: {n: [0.5, 0.5, 1024], m: [0.5, 1.0, 64], x: [1.0, 1.5, 128]}
    backbone:
    - [-1, 1, Conv, [64, 3, 2]]
    - [-1, 2, C3k2, [128, false, 0.25]]
    - [-1, 4, A2C2f, [256, true, 4]]
    - [-1, 2, A2C2f, [256, false, -1]]
    """
    assert counted(graph_of(text, scale)) == numbers


# As Ultralytics prints them of a model as it is built; MACs of a run in training at 640 x 640.
BUILT = {
    "yolov8:n": (3_157_200, 4_371_456_000),
    "yolov8:s": (11_166_560, 14_300_774_400),
    "yolov8:m": (25_902_640, 39_467_827_200),
    "yolov8:l": (43_691_520, 82_573_721_600),
    "yolov8:x": (68_229_648, 128_901_632_000),
    "yolo11:n": (2_624_080, 3_270_713_600),
    "yolo11:s": (9_458_752, 10_794_342_400),
    "yolo11:m": (20_114_688, 34_051_686_400),
    "yolo11:l": (25_372_160, 43_577_446_400),
    "yolo11:x": (56_966_176, 97_635_686_400),
}


@pytest.mark.parametrize("name", BUILT)
def test_networks(name: str) -> None:
    file, _, scale = name.partition(":")
    text = (FOLDER / f"{file}.yaml").read_text(encoding="utf-8")
    assert counted(graph_of(text, scale, 640)) == BUILT[name]


PUBLISHED = {
    "yolov8": ("8.7", "28.6", "78.9", "165.1", "257.8"),
    "yolo11": ("6.5", "21.5", "68.0", "86.9", "194.9"),
}
"""GFLOPs at 640 x 640 in Ultralytics' tables; there 165.15 of YOLOv8l is rounded up, to 165.2."""


@pytest.mark.parametrize("file", PUBLISHED)
def test_published_flops(file: str) -> None:
    for scale, flops in zip("nsmlx", PUBLISHED[file], strict=True):
        totals = cnncalc.summarize(cnncalc.load(FOLDER / f"{file}.yaml", scale)).totals
        assert f"{2 * totals.macs / 1e9:.1f}" == flops


def test_flops_of_a_fused_model() -> None:
    """What `get_flops` of Ultralytics 8.4 gives once batch norms are fused, products included."""
    for file, flops in (("yolov8", 8_743_987_200), ("yolo11", 6_542_502_400)):
        totals = cnncalc.summarize(cnncalc.load(FOLDER / f"{file}.yaml")).totals
        assert 2 * (totals.macs + totals.product_macs) == flops


def test_the_form_of_yolov5() -> None:
    """7,235,389 parameters are what its repository prints of YOLOv5s."""
    graph = cnncalc.load(FOLDER / "yolov5.yaml")
    assert cnncalc.summarize(graph).totals.parameters == 7_235_389
    assert graph.layers[-1].output_shape == (255, 8400)


def test_every_row_has_its_parameters() -> None:
    graph = cnncalc.load(FOLDER / "yolov8.yaml")
    rows = [0] * 23
    for layer, cost in zip(graph.layers, layer_costs(graph.layers), strict=True):
        rows[int(layer.name.partition(".")[0].removeprefix("model"))] += cost.parameters
    assert rows == [
        464, 4672, 7360, 18560, 49664, 73984, 197632, 295424, 460288, 164608, 0, 0, 148224, 0, 0,
        37248, 36992, 0, 123648, 147712, 0, 493056, 897664,
    ]  # fmt: skip


def test_it_is_the_bundled_network_with_decoded_boxes() -> None:
    bundled = cnncalc.summarize(cnncalc.load("yolov8:m")).totals
    ours = cnncalc.summarize(cnncalc.load(FOLDER / "yolov8.yaml", "m")).totals
    assert ours.parameters - bundled.parameters == 16
    assert ours.macs - bundled.macs == 16 * 4 * 8400


def test_the_scale_that_counts(tmp_path: Path) -> None:
    text = (FOLDER / "yolov8.yaml").read_text(encoding="utf-8")
    for name, parameters in (("yolov8s.yaml", 11_166_560), ("other.yaml", 3_157_200)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        graph = cnncalc.load(tmp_path / name)
        assert cnncalc.summarize(graph).totals.parameters == parameters
    large = build(text, "yolov8m.yaml", Selection())
    assert large.source == (
        "Ultralytics model file at scale m, as built: batch norms are not fused; "
        "images are 640x640 by default"
    )
    with pytest.raises(SpecError, match="E224"):
        build(f"{text}\nscale: m\n", "yolov8.yaml", Selection())


def test_classes_can_be_set() -> None:
    """With 3 classes Ultralytics prints 3,011,433 parameters."""
    text = (FOLDER / "yolov8.yaml").read_text(encoding="utf-8")
    graph = build(text, "yolov8.yaml", Selection("n", {"nc": 3}))
    assert graph.outputs.keys() == {"boxes", "scores"}
    assert cnncalc.summarize(graph).totals.parameters == 3_011_433


def test_classifiers_have_their_own_size() -> None:
    graph = build("{nc: 7, backbone: [[-1, 1, Classify, [nc]]]}", "net.yaml", Selection())
    assert graph.inputs == {"input": (3, 224, 224)}
    assert graph.layers[-1].output_shape == (7,)


def test_layers_say_which_row_made_them() -> None:
    graph = cnncalc.load(FOLDER / "yolov8.yaml")
    lines = {layer.span.line for layer in graph.layers if layer.span}
    text = (FOLDER / "yolov8.yaml").read_text(encoding="utf-8").splitlines()
    assert lines == {place for place, line in enumerate(text, 1) if line.startswith("- [")}


@pytest.mark.parametrize("name", ["yolov8.yaml:s", "yolo11.yaml:m", "yolov5.yaml"])
def test_what_is_converted_is_a_spec(name: str, tmp_path: Path) -> None:
    """The same network, layer by layer, and one that check has nothing to say of."""
    written = str(tmp_path / "net.yaml")
    run = CliRunner()
    assert run.invoke(main, ["convert", str(FOLDER / name), written]).exit_code == 0
    before, after = cnncalc.load(FOLDER / name.partition(":")[0]), cnncalc.load(written)
    if ":" in name:
        before = cnncalc.load(FOLDER / name.partition(":")[0], name.partition(":")[2])
    assert [layer[:6] for layer in after.layers] == [layer[:6] for layer in before.layers]
    assert after.outputs == before.outputs
    done = run.invoke(main, ["check", written])
    assert done.exit_code == 0
    assert "0 errors, 0 warnings" in done.output


def test_check_takes_such_files_for_specs(tmp_path: Path) -> None:
    text = (FOLDER / "yolov8.yaml").read_text(encoding="utf-8")
    (tmp_path / "yolov8.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "coco.yaml").write_text("path: coco\nnames: {0: person}\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert (done.exit_code, done.output) == (0, "1 spec, 6 networks, 0 errors, 0 warnings\n")


def test_check_tells_of_such_a_file_that_is_no_yaml(tmp_path: Path) -> None:
    text = "backbone:\n- [-1, 1, Conv, [64, 3, 2]\nhead:\n- [[0], 1, Detect, [80]]\n"
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert done.exit_code == 1
    assert "E101" in done.output


def test_a_run_agrees() -> None:
    small = "scales: {n: [0.33, 0.125, 256]}"
    text = (FOLDER / "yolo11.yaml").read_text(encoding="utf-8")
    lines = [small if line.startswith("scales") else line for line in text.splitlines()]
    graph = build("\n".join(lines), "net.yaml", Selection("n", {"nc": 2}, {None: (3, 64, 64)}))
    assert cnncalc.verify(graph).agrees
