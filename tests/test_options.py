"""Every option with every form and with every other option: it is honoured, or refused."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cnncalc.cli.main import COMMANDS, main

SPEC = """\
name: Subject
input: 4x16x16
vars: {width: 6, rounds: 14}
blocks:
  unit out: [conv3x3 out padding=1, bn, relu]
layers:
  - stem: [unit width, repeat rounds: unit width]
  - body: {add: [unit width, unit width]}
  - wide: [conv1x1 40, relu, conv1x1 width]
  - relu
  - maxpool2x2
  - head: [flatten, linear 10]
auxiliary:
  extra: [stem, flatten, linear 7]
published:
  parameters: 12K
  stem: {macs: 1M}
"""

CHANGES = {"set": ["--set", "width=9", "--set", "rounds=15"], "input": ["--input", "4x24x20"]}
COUNTED = {**CHANGES, "batch": ["--batch", "3"], "dtype": ["--dtype", "float16"]}

BITS = ["--bits", "w3a5, stem: w9"]

SUMMARIZE: Mapping[str, list[str]] = {
    **COUNTED,
    "bits": BITS,
    "depth": ["--depth", "1"],
    "sort": ["--sort", "macs"],
    "top": ["--top", "2"],
    "columns": ["--columns", "output,macs,activation_bytes,weights"],
    "bars": ["--bars"],
    "layout": ["--layout", "hwc"],
    "training": ["--training", "adam"],
    "fit": ["--fit", "1GiB"],
    "no-inplace": ["--no-inplace"],
    "count": ["--count", "ptflops"],
    "published": ["--published"],
    "auxiliary": ["--auxiliary"],
}
COMPARE = {
    **COUNTED,
    "bits": BITS,
    "training": ["--training", "adam"],
    "columns": ["--columns", "input,macs,weight_bytes,training_bytes,peak_activation_bytes"],
}
DIFF = {**COUNTED, "all": ["--all"], "auxiliary": ["--auxiliary"]}
VERIFY = {
    **CHANGES,
    "seed": ["--seed", "5"],
    "dtype": ["--dtype", "float64"],
    "scale": ["--scale", "0.5"],
    "quiet": ["--quiet"],
}
EXPLAIN = {**COUNTED, "bits": BITS, "layer": ["body"]}
ESTIMATE = {**CHANGES, "batch": ["--batch", "512"], "layers": ["--layers"]}

CASES = [
    (["summarize", "a.yaml"], SUMMARIZE, ("table", "json", "csv", "markdown", "latex")),
    (["compare", "a.yaml", "b.yaml"], COMPARE, ("table", "json", "markdown", "csv", "latex")),
    (["diff", "a.yaml", "b.yaml"], DIFF, ("table", "json", "markdown")),
    (["explain", "a.yaml"], EXPLAIN, ("text", "json", "markdown")),
    (["verify", "a.yaml"], VERIFY, ("table", "json")),
    (
        ["estimate", "a.yaml", "--device", "rtx4090"],
        ESTIMATE,
        ("table", "json", "csv", "markdown"),
    ),
]

REFUSALS = ("has no effect with", "needs an optimizer")
"""What every refusal of this kind says."""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(SPEC, encoding="utf-8")
    other = SPEC.replace("padding=1", "padding=1 bias=false").replace("linear 10", "linear 12")
    other = other.replace("unit out: [conv3x3 out", "unit out: [tanh, conv3x3 out")
    other = other.replace("linear 7", "linear 8").replace("maxpool", "avgpool")
    (tmp_path / "b.yaml").write_text(other, encoding="utf-8")


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


EACH = [(command, options, form) for command, options, forms in CASES for form in forms]


@pytest.mark.parametrize(
    ("command", "options", "form"), EACH, ids=[f"{one[0]}-{form}" for one, _, form in EACH]
)
def test_each_option_changes_the_output_or_is_refused(
    command: list[str], options: Mapping[str, list[str]], form: str
) -> None:
    seen: dict[tuple[str, ...], str | None] = {}
    for names in [(), *((name,) for name in options), *combinations(options, 2)]:
        given = [word for name in names for word in options[name]]
        done = run(*command, *given, "--format", form)
        if done.exit_code == 2:
            assert any(text in done.output for text in REFUSALS), (names, done.output)
            assert any(f"--{name}" in done.output for name in names), (names, done.output)
            seen[names] = None
            continue
        assert done.exit_code in {0, 1}
        seen[names] = done.output
        if form == "json":
            json.loads(done.output)
        for fewer in combinations(names, max(0, len(names) - 1)):
            if names:
                assert seen[names] != seen[fewer], f"{set(names) - set(fewer)} is ignored: {names}"
        # What is refused on its own is not made up for by another option, but for bytes,
        # optimizers and sorting, which give it something to act on.
        alone = {name for name in names if seen[name,] is None}
        assert alone <= {"dtype", "bits", "columns", "top"}, names


OTHERS = [
    # what none of the forms can honour
    (["convert", "a.yaml", "-", "--to", "yaml", "--auxiliary"], "--auxiliary"),
    (["convert", "a.yaml", "-", "--to", "dot", "--seed", "1"], "--seed"),
    (["convert", "a.yaml", "-", "--to", "yaml", "--depth", "1"], "--depth"),
    (["convert", "a.yaml", "-", "--to", "torch", "--no-weights"], "--no-weights"),
    (["convert", "a.yaml", "a.onnx", "--no-weights", "--seed", "1"], "--no-weights"),
    (["check", "a.yaml", "--exit-zero", "--fail-on", "error"], "--fail-on has no effect"),
    (["check", ".", "--list-files", "--format", "json"], "--format has no effect"),
    (["check", ".", "--list-files", "--jobs", "2"], "--jobs has no effect"),
    (["check", ".", "--list-files", "--select", "W6"], "--select has no effect"),
    (["check", ".", "--list-files", "--exit-zero"], "--exit-zero has no effect"),
    (["check", ".", "--list-files", "--baseline", "b.json"], "--baseline has no effect"),
    (["check", ".", "--docs", "--select", "W6"], "--select is about specs"),
    (["check", ".", "--unsafe-fixes"], "--unsafe-fixes needs --fix"),
    (["explain", "-l", "relu", "--input", "3x8x8", "--set", "a=1"], "--set has no effect"),
    (["explain", "-l", "relu", "-l", "bn", "--input", "3x8x8"], "separate its layers by commas"),
    (["compare", "-l", "relu", "-l", "bn", "--input", "3x8x8", "--set", "a=1"], "--set has no"),
    (["summarize", "a.yaml", "--fit", "8G"], "write `8GiB` or `8GB`"),
    (["summarize", "a.yaml", "--fit", "8gb"], "write `8GiB` or `8GB`"),
    (["summarize", "a.yaml", "--dtype", "fp16"], "`fp16` is written `float16`"),
    (["summarize", "a.yaml", "--dtype", "torch.bfloat16"], "is written `bfloat16`"),
    (["verify", "a.yaml", "--dtype", "double"], "`double` is written `float64`"),
    # old spellings say the new one
    (["explain", "--layer", "relu", "--input", "3x8x8"], "write `-l LINE` or `--layers LINE`"),
    (["run", "a.yaml", "--layer", "stem"], "cnncalc run NET LAYER"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), OTHERS)
def test_what_has_no_use_is_refused(arguments: Sequence[str], message: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.output


def test_resize_needs_a_picture(tmp_path: Path) -> None:
    import numpy as np  # noqa: PLC0415 - one test of many

    np.save(tmp_path / "x.npy", np.zeros((4, 16, 16), np.float32))
    done = run("run", "a.yaml", "--input", "x.npy", "--seed", "1", "--resize")
    assert done.exit_code == 2
    assert "--resize has no effect with arrays" in done.output


@pytest.mark.parametrize("name", list(COMMANDS))
@pytest.mark.parametrize("option", ["-h", "--help", "--version"])
def test_every_command_has_help_and_version(name: str, option: str) -> None:
    done = run(name, option)
    assert done.exit_code == 0
    assert done.output.startswith("cnncalc" if option == "--version" else "Usage: ")


MEANINGS = ("--set", "--batch", "--format", "--output", "-o", "--layers", "-l", "--auxiliary")
"""Options whose letters and words mean the same wherever they stand."""


def test_one_word_has_one_meaning() -> None:
    told: dict[str, set[str]] = {}
    for name in COMMANDS:
        command = main.get_command(main.make_context("cnncalc", [name]), name)
        assert command is not None
        for parameter in command.params:
            record = getattr(parameter, "help", None)
            if parameter.param_type_name == "option" and not getattr(parameter, "hidden", False):
                for word in parameter.opts:
                    told.setdefault(word, set()).add(f"{parameter.name}: {record}")
    shared = {word: meanings for word, meanings in told.items() if word in MEANINGS}
    several = {word: meanings for word, meanings in shared.items() if len(meanings) > 1}
    # `run` names the kinds of file it writes, and `check` its own way of choosing a form.
    # `estimate` has a batch of its device's where none is given, and no layers without a spec;
    # of layers `formula` tells its own, too, and `sweep` sets a variable to several values.
    assert set(several) <= {"--format", "--output", "-o", "--batch", "--layers", "--set"}
    assert {one.partition(":")[0] for one in several["--set"]} == {"settings"}
    assert {one.partition(":")[0] for one in several["--batch"]} == {"batch"}
    assert {one.partition(":")[0] for one in several.get("--output", ())} <= {"output"}
    assert {one.partition(":")[0] for one in several.get("--format", ())} <= {"form"}


def test_help_fits_a_screen_and_says_where_the_networks_are() -> None:
    text = run("--help").output
    assert len(text.splitlines()) <= 42
    assert "..." not in text.replace("[ARGS]...", "")
    assert "cnncalc list [WORD]" in text
    assert "cnncalc list --lectures" in text
    for name in COMMANDS:
        assert re.search(rf"^  {name} +[A-Z].*\.$", text, re.MULTILINE), name


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_80_columns(name: str) -> None:
    lines = run(name, "--help").output.splitlines()
    choices = re.compile(r"  --format \[[a-z|]+\]")
    assert [line for line in lines if len(line) > 80 and not choices.fullmatch(line)] == []
    assert not any("9223372036854775808" in line for line in lines)


# The largest batch


def test_fit_as_json() -> None:
    done = run("summarize", "vgg:16", "--training", "adam", "--fit", "24GiB", "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.output) == {
        "schema_version": 1,
        "name": "VGG",
        "variant": "16",
        "dtype": "float32",
        "status": "complete",
        "optimizer": "adam",
        "limit_bytes": 25_769_803_776,
        "fixed_bytes": 2_213_720_704,
        "example_bytes": 60_987_392,
        "largest_batch": 386,
        "taken_bytes": 25_754_854_016,
        "left_out": ["workspace", "context", "fragmentation"],
    }


@pytest.mark.parametrize("form", ["table", "json"])
def test_nothing_fits(form: str) -> None:
    done = run("summarize", "vgg:16", "--fit", "100MiB", "--format", form)
    assert done.exit_code == 1
    if form == "json":
        assert json.loads(done.output)["largest_batch"] == 0
    else:
        assert done.output.startswith("Nothing fits for inference in 100 MiB (float32)")


def test_fit_says_what_it_leaves_out() -> None:
    text = run("summarize", "alexnet", "--fit", "1GiB").output
    assert "the workspace of kernels" in text
    assert "the context of the device" in text
    assert "fragmentation" in text
    assert max(map(len, text.splitlines())) <= 80


# The whole input


@pytest.mark.parametrize(
    ("shape", "lines", "is_equal"),
    [
        ("512x7x7", ("flatten, linear 64", "conv7x7 64, flatten"), True),
        ("512x7x7", ("globalavgpool, conv1x1 64", "conv7x7 64"), True),
        ("8x7x7", ("flatten, linear 64", "conv7x7 1 padding=3, flatten"), False),
        ("8x7x7", ("flatten, linear 64", "conv13x13 1 padding=6, flatten"), True),
        ("8x7x7", ("flatten, linear 64", "conv3x3 64, flatten"), False),
        ("8x7", ("flatten, linear 64", "conv7 64, flatten"), True),
    ],
)
def test_a_window_over_the_whole_input_sees_all(
    shape: str, lines: tuple[str, str], *, is_equal: bool
) -> None:
    bare = [word for line in lines for word in ("-l", line)]
    done = run("compare", "--input", shape, *bare, "--format", "json")
    parts = json.loads(done.output)
    assert ("receptive fields" not in parts["differences"]) is is_equal
    assert parts["networks"][0]["sees_whole_input"] is True
    assert parts["networks"][1]["sees_whole_input"] is is_equal


def test_the_table_says_that_a_window_is_all() -> None:
    lines = ["-l", "flatten, linear 4096", "-l", "conv7x7 4096"]
    text = run("compare", "--input", "512x7x7", *lines).output
    assert "7x7 = all" in text
    assert "Not on equal terms: outputs differ." in text


def test_columns_of_a_comparison() -> None:
    done = run("compare", "alexnet", "vgg:16", "--columns", "depth,macs", "--format", "markdown")
    assert done.output.splitlines()[2:4] == [
        "| depth | 8 | 16  2.00x |",
        "| MACs | 724,406,816 | 15,470,264,320  21.36x |",
    ]
    refused = run("compare", "alexnet", "vgg:16", "--columns", "depht")
    assert "did you mean `depth`?" in refused.output


def test_diff_sets_a_variable_of_both() -> None:
    done = run("diff", "a.yaml", "a.yaml", "--set", "width=9")
    assert done.exit_code == 0
    refused = run("diff", "a.yaml", "a.yaml", "--set", "widht=9")
    assert refused.exit_code == 2
    assert "did you mean `width`?" in refused.output


def test_columns_of_csv() -> None:
    chosen = "output,macs%,activation_bytes,receptive_field"
    done = run("summarize", "lenet5", "--format", "csv", "--columns", chosen, "--layout", "hwc")
    assert done.output.splitlines()[:3] == [
        "name,output_shape,macs%,activation_bytes,receptive_field",
        "c1,28x28x6,28.2339,18816,5x5",
        "tanh1,28x28x6,0,18816,5x5",
    ]


# The list


def test_list_as_json() -> None:
    parts = json.loads(run("list", "--format", "json").output)
    assert parts["families"]["resnet"] == [
        "18", "26", "34", "50", "50-paper", "101", "152",
    ]  # fmt: skip
    assert "lecture/stacks" in parts["studies"]
    assert parts["networks"][0] == {
        "name": "alexnet",
        "family": "alexnet",
        "variant": None,
        "year": 2012,
        "parameters": 60_965_224,
        "macs": 724_406_816,
        "input": {"input": [3, 227, 227]},
        "reference": None,
        "source": "Krizhevsky, Sutskever & Hinton, NIPS 2012 (two towers as groups=2)",
    }


def test_list_as_csv_and_markdown() -> None:
    csv = run("list", "mobilenet", "--format", "csv").output.splitlines()
    assert csv[0] == "name,family,variant,year,parameters,macs,input,reference,source"
    row = "mobilenet:0.75,mobilenet,0.75,2017,2585560,325400448,3x224x224,,"
    assert [one for one in csv if one.startswith(row)]
    markdown = run("list", "lenet5", "--format", "markdown").output.splitlines()
    row = "| `lenet5` | 1998 | 61,706 | 416,520 | 1x32x32 |  | LeCun, Bottou"
    assert markdown[2].startswith(row)


@pytest.mark.parametrize("name", ["lecture", "lecture/"])
def test_the_folder_of_studies(name: str) -> None:
    listed = run("list", name).output
    assert "lecture/filters:conv-1000" in listed
    refused = run("explain", name)
    assert refused.exit_code == 2
    assert "name one: lecture/activation_values, lecture/" in refused.output


def test_an_unknown_family() -> None:
    done = run("list", "resnett")
    assert done.exit_code == 2
    assert "did you mean `resnet`?" in done.output


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("names", [[], ["lecture"]])
def test_the_list_fits_a_page(columns: int, names: list[str]) -> None:
    done = CliRunner(env={"COLUMNS": str(columns)}).invoke(main, ["list", *names])
    assert max(map(len, done.output.splitlines())) <= columns
