"""Designs side by side, and published figures beside ours."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cnncalc
from cnncalc.analysis.published import DIFFERS, count, hold, read
from cnncalc.cli.compare import compare
from cnncalc.cli.summarize import summarize
from cnncalc.facts import parse_amount
from cnncalc.render.compare import ratio_text

STACKS = ["conv5x5 64 padding=2", "conv3x3 64 padding=1, conv3x3 64 padding=1"]
NARROW = "conv1x1 16, conv3x3 16 padding=1, conv1x1 64"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(compare, list(arguments))


def bare(*lines: str) -> list[str]:
    return [part for line in lines for part in ("-l", line)]


def test_two_3x3_against_one_5x5_are_on_equal_terms() -> None:
    done = run("--input", "64x56x56", *bare(*STACKS))
    assert done.exit_code == 0
    assert "On equal terms" in done.output
    assert "73,856  0.72x" in done.output


def test_a_bottleneck_sees_less_and_it_is_said() -> None:
    done = run("--input", "64x56x56", *bare(*STACKS, NARROW))
    assert "Not on equal terms: receptive fields differ." in done.output
    parts = json.loads(
        run("--input", "64x56x56", *bare(*STACKS, NARROW), "--format", "json").output
    )
    assert [one["receptive_field"][0]["size"] for one in parts["networks"]] == [
        [5, 5],
        [5, 5],
        [3, 3],
    ]
    assert [one["parameters"] for one in parts["networks"]] == [102_464, 73_856, 4_448]
    assert parts["differences"] == ["receptive fields"]
    assert parts["on_equal_terms"] is False


def test_an_input_without_places_is_seen_whole(tmp_path: Path) -> None:
    spec = tmp_path / "two.yaml"
    spec.write_text(
        "name: two\ninput: {m: 3x8x8, c: 4}\n"
        "layers: [mul: [[m, conv3x3 4], [c, linear 4, reshape 4x1x1]]]\n"
    )
    done = CliRunner().invoke(compare, [str(spec), str(spec)])
    [row] = [one for one in done.output.splitlines() if one.startswith("receptive field")]
    assert row.split()[2:] == ["3x3,", "all", "3x3,", "all"]


def test_networks_of_the_lecture() -> None:
    done = run("alexnet", "vgg:19", "googlenet", "resnet:50", "densenet:121", "--format", "json")
    found = {one["name"]: one for one in json.loads(done.output)["networks"]}
    assert {name: one["depth"] for name, one in found.items()} == {
        "alexnet": 8,
        "vgg:19": 19,
        "googlenet": 22,
        "resnet:50": 50,
        "densenet:121": 121,
    }
    assert found["resnet:50"]["ratios"]["parameters"] == 25_557_032 / 60_965_224
    assert found["resnet:50"]["nonlinearities"] == 49


def test_different_inputs_are_compared_all_the_same() -> None:
    done = run("alexnet", "resnet:18")
    assert done.exit_code == 0
    assert "Not on equal terms: inputs and receptive fields differ." in done.output


@pytest.mark.parametrize("width", [80, 140])
def test_the_table_fits(width: int) -> None:
    names = ["alexnet", "vgg:19", "resnet:50"]
    done = CliRunner(env={"COLUMNS": str(width)}).invoke(compare, names)
    assert max(map(len, done.output.splitlines())) <= width


def test_a_table_that_does_not_fit_comes_in_parts() -> None:
    """Each part has the headings of the rows, and every network stands in one of them."""
    names = ["alexnet", "vgg:19", "resnet:50"]
    done = CliRunner(env={"COLUMNS": "40"}).invoke(compare, [*names, "--columns", "macs,depth"])
    lines = [line.split() for line in done.output.splitlines()]
    assert [line for line in lines if {*line} & {"A", "B", "C"}] == [["A", "B"], ["C"]]
    assert [line[0] for line in lines if line].count("depth") == 2
    table = [line for line in done.output.splitlines() if line.startswith(("MACs", "depth", " "))]
    assert max(map(len, table)) <= 40


def test_a_network_a_row_for_a_spreadsheet() -> None:
    """The raw numbers of each, as `summarize` has them."""
    asked = ["alexnet", "lecture/strides:five", "--format", "csv"]
    rows = list(csv.DictReader(CliRunner().invoke(compare, asked).stdout.splitlines()))
    assert [row["name"] for row in rows] == ["alexnet", "lecture/strides:five"]
    for row in rows:
        totals = cnncalc.summarize(cnncalc.load(row["name"])).totals
        assert int(row["macs"]) == totals.macs
        assert int(row["weight_bytes"]) == totals.weight_bytes
    assert (rows[1]["input"], rows[1]["output"]) == ("1x5", "1x3")


def test_a_network_a_row_for_a_paper() -> None:
    asked = ["vgg:16_bn", "alexnet", "--columns", "input,macs", "--format", "latex"]
    lines = CliRunner().invoke(compare, asked).stdout.splitlines()
    assert lines[0] == "% Not on equal terms: inputs and receptive fields differ."
    assert lines[1] == r"\begin{tabular}{lrr}"
    assert r"vgg:16\_bn & 3$\times$224$\times$224 & 15,470,264,320 \\" in lines
    assert r"alexnet & 3$\times$227$\times$227 & 724,406,816 \\" in lines


def test_all_variants_of_a_file() -> None:
    done = CliRunner().invoke(compare, ["lecture/strides:*", "--columns", "macs"])
    names = ["stride-1", "stride-2", "padding-1", "five", "five-padded"]
    shown = done.output.split()
    assert all(f"lecture/strides:{name}" in shown for name in names)
    alone = CliRunner().invoke(compare, ["lenet5:*", "alexnet"])
    assert alone.exit_code == 2
    assert "`lenet5` has no variants" in alone.output


def test_long_names_get_letters() -> None:
    done = CliRunner(env={"COLUMNS": "80"}).invoke(
        compare, ["--input", "64x56x56", *bare(*STACKS, NARROW)]
    )
    assert f"C: {NARROW}" in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["alexnet"], "name at least two networks"),
        (bare(*STACKS), "-l needs one --input"),
        (["alexnet", "alexnett"], "did you mean `alexnet`?"),
        (["alexnet", "vgg:16", "--training", "adamm"], "adam"),
    ],
)
def test_what_cannot_be_compared(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.output


@pytest.mark.parametrize(
    ("ratio", "text"), [(1.0, "1.00x"), (0.72, "0.72x"), (0.0434, "0.0434x"), (1234.5, "1,234x")]
)
def test_ratios(ratio: float, text: str) -> None:
    assert ratio_text(ratio) == text


# Published figures


@pytest.mark.parametrize(
    ("text", "exact", "reading"),
    [
        ("25.6M", 25_557_032, "rounded"),
        ("73M", 73_608_192, "truncated"),
        ("112K", 114_688, "K = 1024, rounded"),
        ("2.7K", 9_408, DIFFERS),
        ("159K", 163_328, "K = 1024, truncated"),  # 159.5
        ("160K", 163_328, "K = 1024, rounded"),
        ("159.5K", 163_328, "K = 1024, rounded"),
        ("364K", 364_500, "truncated"),
        ("365K", 364_500, "rounded"),
        ("60_965_224", 60_965_224, "exact"),
        ("60_965_225", 60_965_224, DIFFERS),
    ],
)
def test_ways_of_shortening(text: str, exact: int, reading: str) -> None:
    assert read(parse_amount(text, "macs"), exact) == reading


def test_table_1_of_googlenet_row_by_row() -> None:
    holdings = list(hold(cnncalc.summarize(cnncalc.load("googlenet"))))
    wrong = {(one.published.layer, one.published.metric) for one in holdings if not one.holds}
    # Szegedy et al. 2015, Table 1, against the filters that the same table prints.
    assert wrong == {
        ("conv1", "weights"), ("conv1", "macs"), ("inception4a", "weights"),
        ("inception4b", "weights"), ("inception4c", "weights"),
        ("inception4d", "weights"), ("inception4e", "weights"), ("inception5a", "weights"),
        ("inception5a", "macs"), ("inception5b", "weights"),
    }  # fmt: skip
    exact = {(one.published.layer, one.published.metric): one.exact for one in holdings}
    readings = {(one.published.layer, one.published.metric): one.reading for one in holdings}
    assert readings["inception3a", "weights"] == "K = 1024, truncated"
    assert readings["inception3b", "weights"] == "with biases (388,736), K = 1024, rounded"
    assert readings["inception4a", "macs"] == "truncated"
    assert readings["fc", "weights"] == "K = 1024, rounded"
    assert exact["conv1", "weights"] == 9_408
    assert exact["inception4e", "macs"] == 169_996_288
    assert len(holdings) == 24


def test_a_count_of_parameters_is_tried_without_biases() -> None:
    text = """{name: n, input: 3x8x8, layers: [one: conv3x3 64],
      published: {one: {parameters: 1_728}}}"""
    [one] = hold(cnncalc.summarize(cnncalc.parse(text)))
    assert one.reading == "without biases (1,728), exact"
    assert one.exact == 1_792


def test_published_figures_on_the_command_line() -> None:
    done = CliRunner().invoke(summarize, ["googlenet", "--published"])
    assert "conv1: 2.7K and 34M are a separable 7x7" in done.output
    assert "14 of 24 published numbers match." in done.output
    none = CliRunner().invoke(summarize, ["lenet5", "--published"])
    assert none.exit_code == 2
    assert "no published numbers" in none.output


def test_a_figure_of_an_unknown_label_is_refused() -> None:
    found = cnncalc.summarize(cnncalc.load("lenet5"))
    with pytest.raises(KeyError, match="there is no layer or group `c9`"):
        count(found, "c9", "macs")


# Other tools' counts, and what fits


@pytest.mark.parametrize(
    ("profile", "total"), [("ptflops", "4,132,436,968"), ("torchinfo", "4,089,238,376")]
)
def test_counting_as_another_tool(profile: str, total: str) -> None:
    done = CliRunner().invoke(summarize, ["resnet:50", "--count", profile])
    assert done.exit_code == 0
    assert total in done.output
    parts = CliRunner().invoke(summarize, ["resnet:50", "--count", profile, "--format", "json"])
    assert f"{json.loads(parts.output)['total']:,}" == total


def test_an_unknown_tool_gets_the_list() -> None:
    done = CliRunner().invoke(summarize, ["resnet:50", "--count", "ptflop"])
    assert done.exit_code == 2
    assert "did you mean `ptflops`?" in done.output


def test_the_largest_batch() -> None:
    done = CliRunner().invoke(summarize, ["vgg:16", "--training", "adam", "--fit", "24GiB"])
    assert "386 " in done.output
    refused = CliRunner().invoke(summarize, ["vgg:16", "--fit", "24"])
    assert refused.exit_code == 2
    assert "needs a unit" in refused.output
