"""Summaries as values, and their renderings: golden files whose columns are added up again."""

import csv
import io
import json
import re
import sys
from pathlib import Path

import pytest
from fuzz.clock import stopwatch

import cnncalc
from cnncalc.analysis.ranking import amount_of, ranked
from cnncalc.analysis.summary import Summary
from cnncalc.metrics import RANKED
from cnncalc.render.columns import Look
from cnncalc.render.csv import render_csv
from cnncalc.render.json import render_json
from cnncalc.render.latex import render_latex
from cnncalc.render.markdown import render_markdown
from cnncalc.render.markdown_text import escaped
from cnncalc.render.outline import FITTING, outline
from cnncalc.render.sheet import fact_lines
from cnncalc.render.table import render_table

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = Path(__file__).parent / "networks"
NETWORKS = ["alexnet", "googlenet", "resnet:50", "densenet:121", "vgg:16", "lenet5", "nin"]
LAYER_KEYS = [
    "name", "op", "inputs", "output_shape", "attributes", "parameters", "weights", "biases",
    "buffers", "macs", "flops", "product_macs", "output_elements", "receptive_field", "line",
]  # fmt: skip


def summary(name: str) -> Summary:
    return cnncalc.summarize(cnncalc.load(name))


def expect_golden(name: str, text: str, *, update: bool) -> None:
    path = GOLDEN / name
    if update:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def cells(line: str) -> list[str]:
    """The cells of a table's row: two blanks or more stand between them."""
    return re.split(r"\s{2,}", line.strip())


def number(text: str) -> int:
    return 0 if text == "-" else int(text.replace(",", ""))


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("name", NETWORKS)
def test_tables(name: str, width: int, *, update: bool) -> None:
    text = render_table(summary(name), Look(width=width))
    assert max(map(len, text.splitlines())) <= width
    expect_golden(f"{name.replace(':', '')}-{width}.txt", text, update=update)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_level_of_a_table_adds_up(name: str) -> None:
    found = summary(name)
    text = render_table(found, Look(columns=("parameters", "macs"), depth=99))
    lines = [line for line in text.splitlines() if line.startswith(("│", "├", "└", "   "))]
    entries, _, _ = outline(found, 99)
    assert len(lines) == len(entries)
    sums: dict[int, list[int]] = {}
    parents: dict[int, list[int]] = {0: [found.totals.parameters, found.totals.macs]}
    for line, level in zip([*lines, "end"], [*(one.level for one in entries), 0], strict=True):
        for deeper in sorted((key for key in sums if key > level), reverse=True):
            assert sums.pop(deeper) == parents[deeper - 1]
        if line == "end":
            break
        values = [number(cell) for cell in cells(line)[-2:]]
        before = sums.setdefault(level, [0, 0])
        sums[level] = [one + other for one, other in zip(before, values, strict=True)]
        parents[level] = values


@pytest.mark.parametrize("name", [*NETWORKS, "resnet:152", "densenet:201"])
def test_a_table_fits_a_screen_by_itself(name: str) -> None:
    entries, shown, deepest = outline(summary(name), None)
    assert len(entries) <= FITTING + 5
    assert 1 <= shown <= deepest


def test_equal_siblings_fold_into_one_row_that_counts_them_all() -> None:
    entries, _, _ = outline(summary("resnet:50"), 2)
    [fold] = [entry for entry in entries if entry.times == 5]
    assert fold.label == "bottleneck2"
    assert fold.total("parameters") == 5 * 1_117_184


def test_a_long_flat_network_is_drawn_together_in_its_middle() -> None:
    lines = "".join(f"  - conv3x3 {channels} padding=1\n" for channels in range(1, 301))
    found = cnncalc.summarize(cnncalc.parse(f"name: long\ninput: 3x8x8\nlayers:\n{lines}"))
    text = render_table(found, Look(width=100))
    assert len(text.splitlines()) < 62
    assert "... 256 more" in text
    entries, _, _ = outline(found, None)
    assert sum(entry.total("macs") for entry in entries) == found.totals.macs


SIBLINGS = {
    "one layer": "  - repeat 20000: relu\n",
    "a block": "  - repeat 10000: unit\nblocks:\n  unit:\n    - relu\n    - bn\n",
    "flat": "  - repeat 10000:\n      - relu\n      - bn\n",
}


@pytest.mark.parametrize(("form", "drawn"), [("one layer", 1), ("a block", 3), ("flat", 20_000)])
def test_many_siblings_are_drawn_in_a_moment(form: str, drawn: int) -> None:
    found = cnncalc.summarize(
        cnncalc.parse(f"name: wide\ninput: 3x8x8\nlayers:\n{SIBLINGS[form]}")
    )
    entries, _, _ = outline(found, 9)
    assert len(entries) == drawn
    assert sum(len(entry.rows) for entry in entries if not entry.is_group) == len(found.rows)
    with stopwatch() as took:
        text = render_table(found, Look(width=80, depth=sys.maxsize))
    assert took.seconds < 10  # twenty thousand lines and more
    layers = len(found.rows)
    assert layers < len(text.splitlines()) < (1 + (form == "a block")) * layers + 25


@pytest.mark.parametrize("width", [20, 30, 40, 50, 60, 70])
@pytest.mark.parametrize("name", [*NETWORKS, "densenet:201"])
def test_numbers_are_whole_at_every_width(name: str, width: int) -> None:
    found = summary(name)
    lines = render_table(found, Look(width=width)).splitlines()
    [rule, total] = [line for line in lines if line.startswith(("─", "total"))][1:]
    assert set(rule) == {"─", " "}
    assert len(rule) <= max(width, 30)
    assert f"{found.totals.parameters:,}" in cells(total)
    assert not any(line.endswith("…") for line in lines)
    assert f"{found.totals.parameters:,} parameters:" in " ".join(lines)


def test_what_the_width_hides_is_named() -> None:
    found = summary("resnet:50")
    assert "Hidden" not in render_table(found, Look(width=140))
    assert render_table(found, Look(width=80)).endswith(
        "Depth 2 of 4 is shown; `--depth all` shows every layer.\n"
        "Hidden at this width: parameters%, macs%; choose with `--columns op,macs`.\n"
    )
    assert "Hidden at this width: output, parameters%, macs, macs%;" in " ".join(
        render_table(found, Look(width=60)).splitlines()
    )
    assert "Hidden" not in render_table(found, Look(width=80, columns=("macs",)))


def test_a_long_name_is_cut_after_all_columns_but_one_and_keeps_how_often_it_stands() -> None:
    label = "a_name_that_is_much_longer_than_any_that_a_paper_would_give"
    found = cnncalc.summarize(
        cnncalc.parse(
            f"name: n\ninput: 3x8x8\nlayers:\n  - repeat 3: {label}\n"
            f"blocks:\n  {label}:\n    - conv3x3 3 padding=1\n"
        )
    )
    plain = Look(width=80, depth=1, is_ascii=True)
    text = render_table(found, plain._replace(is_ascii=False))
    row = next(line for line in text.splitlines() if line.startswith("└"))
    assert re.fullmatch(r"└─ a_name_that\w+… x 3 \(sum\)  a_name_that_…  +252", row)
    assert len(row) == 80
    assert re.search(r"\n`- a_name_that\w+\.\. x 3 \(sum\) ", render_table(found, plain))
    columns = ("op", "output", "parameters", "macs")
    over = render_table(found, Look(width=20, depth=1, columns=columns))
    assert "└─ a_… x 3 (sum)  a_name_th…         3x8x8         252  15,552" in over.splitlines()


def test_a_share_away_from_its_number_says_of_what() -> None:
    text = render_table(summary("lenet5"), Look(columns=("macs%", "parameters", "parameters%")))
    assert re.search(r"\nLayer +MACs % +Parameters +%\n", text)


def test_colour_is_only_added() -> None:
    found = summary("googlenet")
    plain, colored = (render_table(found, Look(width=80, has_color=on)) for on in (False, True))
    assert re.sub(r"\x1b\[(?:[012]|31)m", "", colored) == plain
    assert "\x1b[1m├─ inception3a" in colored
    assert "\n├─ maxpool1 " in colored
    assert "\x1b" not in plain


def test_wide_characters_line_up() -> None:
    found = cnncalc.summarize(
        cnncalc.parse("name: n\nsource: 畳み込み 層 の 例\ninput: {左: 3x8x8}\nlayers: [relu]\n")
    )
    text = render_table(found, Look(width=16, columns=("output",)))
    assert text.splitlines()[1:3] == ["畳み込み 層 の", "例"]
    assert "\n左               3x8x8\n└─ relu1         3x8x8\n" in text


def test_json_has_the_keys_of_its_schema_in_order() -> None:
    parts = json.loads(render_json(summary("alexnet")))
    assert list(parts) == [
        "schema_version", "name", "source", "variant", "input", "batch", "dtype", "status",
        "layers", "outputs", "totals",
    ]  # fmt: skip
    assert parts["schema_version"] == 1
    assert parts["input"] == {"input": [3, 227, 227]}
    assert parts["outputs"] == {"fc8": [1000]}
    assert list(parts["layers"][0]) == LAYER_KEYS
    assert parts["layers"][0] == {
        "name": "conv1",
        "op": "conv",
        "inputs": ["input"],
        "output_shape": [96, 55, 55],
        "attributes": {
            "out_channels": 96,
            "kernel_size": [11, 11],
            "stride": [4, 4],
            "padding": [[0, 0], [0, 0]],
            "dilation": [1, 1],
            "groups": 1,
            "bias": True,
        },
        "parameters": 34_944,
        "weights": 34_848,
        "biases": 96,
        "buffers": 0,
        "macs": 105_415_200,
        "flops": 210_830_400,
        "product_macs": 0,
        "output_elements": 290_400,
        "receptive_field": {"size": [11, 11], "stride": [4, 4], "start": [0, 0]},
        "line": 8,
    }
    assert parts["totals"] == {
        "parameters": 60_965_224,
        "weights": 60_954_656,
        "biases": 10_568,
        "buffers": 0,
        "macs": 724_406_816,
        "flops": 1_448_813_632,
        "product_macs": 0,
        "weight_bytes": 243_860_896,
        "activation_bytes": 7_668_128,
        "peak_activation_bytes": 2_323_200,
        "depth": 8,
        "layers": 23,
        "receptive_field": {"size": [195, 195], "stride": [32, 32], "start": [-64, -64]},
        "receptive_field_without_gates": {
            "size": [195, 195],
            "stride": [32, 32],
            "start": [-64, -64],
        },
    }


@pytest.mark.parametrize("name", [*NETWORKS, "googlenet:torchvision", "resnet:152"])
def test_the_json_text_is_the_dictionary(name: str) -> None:
    found = summary(name)
    text = render_json(found)
    assert json.loads(text) == json.loads(json.dumps(found.to_dict()))
    assert len(text.splitlines()) == len(found.rows) + 3


def test_words_for_padding_are_numbers_in_json() -> None:
    graph = cnncalc.parse(
        "{name: n, input: 3x224x224, layers: [conv7x7 64 stride=2 padding=same]}"
    )
    row = cnncalc.summarize(graph).to_dict()["layers"][0]
    assert row["attributes"]["padding"] == ((2, 3), (2, 3))
    assert row["output_shape"] == (64, 112, 112)


@pytest.mark.parametrize("name", NETWORKS)
def test_csv_adds_up_to_the_totals(name: str) -> None:
    found = summary(name)
    rows = list(csv.DictReader(io.StringIO(render_csv(found))))
    place = next(place for place, row in enumerate(rows) if row["name"] == "total")
    assert all(row["name"].startswith("# ") for row in rows[place + 1 :])
    total, rows = rows[place], rows[:place]
    for metric in ("parameters", "weights", "biases", "buffers", "macs", "flops"):
        assert sum(int(row[metric]) for row in rows) == getattr(found.totals, metric)
        assert int(total[metric]) == getattr(found.totals, metric)


def test_csv_and_markdown_say_what_the_table_says() -> None:
    found = summary("resnet:50")
    csv_text, markdown = render_csv(found), render_markdown(found)
    for line in (*fact_lines(found, "chw"), found.footer):
        assert f"\n# {line}\n" in csv_text
        assert escaped(line) in markdown


@pytest.mark.parametrize("metric", RANKED)
def test_layers_are_listed_by_a_metric(metric: str) -> None:
    found = summary("googlenet")
    rows = ranked(found, metric)
    amounts = [amount_of(metric, found)(row) for row in rows]
    assert amounts == sorted(amounts, reverse=True)
    assert sum(amounts) == getattr(found.totals, metric, sum(amounts))
    look = Look(sort=metric, top=3)
    names = [row.layer.name for row in rows[:3]]
    assert [one["name"] for one in json.loads(render_json(found, look))["layers"]] == names
    listed = list(csv.DictReader(io.StringIO(render_csv(found, look))))
    assert [row["name"] for row in listed[:4]] == [*names, "total"]
    assert int(listed[3][metric]) == sum(amounts)
    for text in (render_table(found, look), render_markdown(found, look)):
        assert f"{sum(amounts):,}" in text
        assert "... 139 more" in text
    assert all(name.replace("_", "\\_") in render_latex(found, look) for name in names)


def test_markdown(*, update: bool) -> None:
    text = render_markdown(summary("googlenet"))
    expect_golden("googlenet.md", text, update=update)


def test_latex(*, update: bool) -> None:
    text = render_latex(summary("resnet:50"), Look(depth=2))
    expect_golden("resnet50.tex", text, update=update)


def test_batch_multiplies_macs_and_activations_only() -> None:
    graph = cnncalc.load("resnet:18")
    one, eight = cnncalc.summarize(graph), cnncalc.summarize(graph, batch=8)
    assert eight.totals.macs == 8 * one.totals.macs
    assert eight.totals.activation_bytes == 8 * one.totals.activation_bytes
    assert eight.totals.parameters == one.totals.parameters
    assert sum(row.macs for row in eight.rows) == eight.totals.macs


@pytest.mark.parametrize(("dtype", "size"), [("float64", 8), ("float16", 2), ("int8", 1)])
def test_a_type_sets_the_bytes(dtype: str, size: int) -> None:
    totals = cnncalc.summarize(cnncalc.load("lenet5"), dtype=dtype).totals
    assert totals.weight_bytes == 61_706 * size


def test_vgg16_stores_the_published_sum_of_activations() -> None:
    stored = summary("vgg:16").totals.activation_bytes
    assert round(stored / 2**20, 2) == 109.26


def test_unknown_types_and_batches_are_refused() -> None:
    graph = cnncalc.load("lenet5")
    with pytest.raises(ValueError, match="there is no dtype 'float23'"):
        cnncalc.summarize(graph, dtype="float23")
    with pytest.raises(ValueError, match="a batch has 1 example or more"):
        cnncalc.summarize(graph, batch=0)


def test_layout_only_changes_the_display() -> None:
    text = render_table(summary("lenet5"), Look(layout="hwc"))
    assert "Output HxWxC" in text
    assert "28x28x6" in text


def test_a_console_without_unicode_gets_plain_guides() -> None:
    text = render_table(summary("googlenet"), Look(is_ascii=True, depth=2))
    drawn = text.split("\n\n")[1]
    assert drawn.isascii()
    assert "|  `- relu1" in drawn
    assert "|  |-+ unit2 " in drawn
    assert "|  | ` unit3 " in drawn


PARALLEL = """
name: parallel
input: 8x8x8
blocks:
  half: [conv1x1 x.channels, relu]
  residual: {add: [[half, half], x]}
layers:
  - residual
  - residual
  - add: [half, half]
  - c3: conv1x1 8
  - concat:
    - [half, half, add: [[half, half], half]]
    - [globalavgpool, half, upsample size=8x8]
    - c3
  - conv1x1 4
"""

DRAWN = """
├─ residual1 x 2 (sum)  residual
├── half1               half
├── half2               half
├─ add1                 add
├─ c3                   conv1x1 8
├─┬ half3 x 2 (sum)     half
│ ├── half5 x 2 (sum)   half
│ ├── half7             half
│ └ add2                add
├─┬ globalavgpool1      globalavgpool
│ ├ half8               half
│ └ upsample1           upsample size=8
├─ concat1              concat with c3
└─ conv2                conv1x1 4
"""


def test_what_stands_in_parallel_is_drawn_so() -> None:
    found = cnncalc.summarize(cnncalc.parse(PARALLEL))
    lines = render_table(found, Look(columns=("op",), depth=1)).splitlines()
    assert [line.rstrip() for line in lines[5:19]] == DRAWN.strip("\n").splitlines()


def test_every_layer_is_shown_on_demand() -> None:
    found = summary("resnet:50")
    entries, _, _ = outline(found, sys.maxsize)
    assert sum(not one.is_group for one in entries) == len(found.rows)
    assert {one.times for one in entries} == {1}


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_layer_is_drawn_once_in_its_place(path: Path) -> None:
    found = cnncalc.summarize(cnncalc.load(path))
    entries, _, _ = outline(found, sys.maxsize)
    drawn = [one.rows[0].layer.name for one in entries if not one.is_group]
    assert sorted(drawn) == sorted(row.layer.name for row in found.rows)
    for depth in range(1, 5):
        entries, _, _ = outline(found, depth)
        assert sum(one.total("macs") for one in entries if not one.level) == found.totals.macs


def test_only_a_chain_folds() -> None:
    entries, _, _ = outline(summary("googlenet"), 2)
    assert not any(one.times > 1 for one in entries)
    entries, _, _ = outline(summary("resnet:50"), 3)
    assert {one.label for one in entries if one.times > 1} == {"bottleneck2"}


def test_names_cannot_steer_the_terminal() -> None:
    graph = cnncalc.parse(
        '{name: "a\\e[31mb", source: "\\e]0;x\\a", input: 3x8x8, layers: [relu]}'
    )
    text = render_table(cnncalc.summarize(graph), Look())
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "a\\x1b[31mb" in text
