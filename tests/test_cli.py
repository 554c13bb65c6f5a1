"""The program from outside: exit codes, forms, pipes, files, terminals."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bundled import NETWORKS
from terminals import on_terminal, run

TINY = "name: tiny\ninput: 3x8x8\nvars: {width: 4}\nlayers:\n  - conv3x3 width\n  - relu\n"


def test_summarize_prints_to_standard_output_and_leaves_with_0() -> None:
    done = run("summarize", "alexnet.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "60,965,224" in done.stdout
    assert "724,406,816" in done.stdout


@pytest.mark.parametrize(
    "name", ["vgg:16", "vgg16", "vgg-16", "vgg.yaml:16", "resnet50-paper", "googlenet:torchvision"]
)
def test_bundled_networks_by_all_their_names(name: str) -> None:
    assert run("summarize", name, "--format", "csv").returncode == 0


def test_a_file_wins_over_a_bundled_network(tmp_path: Path) -> None:
    (tmp_path / "alexnet.yaml").write_text(TINY, encoding="utf-8")
    done = run("summarize", "alexnet.yaml", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["name"] == "tiny"
    done = run("summarize", "alexnet", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["name"] == "AlexNet"


def test_a_variant_of_a_file(tmp_path: Path) -> None:
    text = f"{TINY}variants: {{wide: {{vars: {{width: 16}}}}}}\n"
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    done = run("summarize", "./net.yaml:wide", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["layers"][0]["output_shape"] == [16, 6, 6]
    assert json.loads(done.stdout)["variant"] == "wide"


def test_standard_input() -> None:
    done = run("summarize", "-", "--format", "json", stdin=TINY)
    assert json.loads(done.stdout)["totals"]["parameters"] == 3 * 3 * 3 * 4 + 4


def test_set_and_input() -> None:
    done = run(
        "summarize",
        "-",
        "--set",
        "width=2*8",
        "--input",
        "3x16x16",
        "--format",
        "json",
        stdin=TINY,
    )
    assert json.loads(done.stdout)["layers"][0]["output_shape"] == [16, 14, 14]


def test_several_inputs_are_given_by_label() -> None:
    spec = "name: two\ninput: {a: 3x8x8, b: 3x8x8}\nlayers: [concat: [a, b]]\n"
    inputs = ["--input", "a=5x8x8"]
    done = run("summarize", "-", *inputs, "--format", "json", stdin=spec)
    parts = json.loads(done.stdout)
    assert parts["input"] == {"a": [5, 8, 8], "b": [3, 8, 8]}
    assert parts["layers"][0]["inputs"] == ["a", "b"]
    refused = run("summarize", "-", "--input", "3x8x8", stdin=spec)
    assert refused.returncode == 2
    assert "name one of a, b" in refused.stderr


def test_auxiliary_heads_count_only_when_asked() -> None:
    done = run("summarize", "googlenet", "--auxiliary", "--format", "json")
    parts = json.loads(done.stdout)
    assert parts["totals"]["parameters"] == 13_378_280
    assert parts["outputs"] == {"fc": [1000], "aux1": [1000], "aux2": [1000]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["summarize"], "Missing argument"),
        (["summarize", "alexnet", "--depth", "none"], "is not a depth: write a number"),
        (["summarize", "alexnet", "--columns", "mac"], "did you mean `macs`?"),
        (["summarize", "alexnet", "--dtype", "float23"], "float32"),
        (["summarize", "alexnet", "--batch", "0"], "0 is not in the range"),
        (["summarize", "alexnet", "--input", "3,224,224"], "is not a shape"),
        (["summarize", "alexnet", "--set", "towers"], "is not name=value"),
        (["summarize", "alexnet", "-o", "/nowhere/out.txt"], "cannot write"),
        (["summarise", "alexnet"], "summarize"),
        (["show", "alexnett"], "did you mean `alexnet`?"),
    ],
)
def test_what_cannot_run_leaves_with_2(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_bad_spec_leaves_with_2_and_writes_no_file(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("before", encoding="utf-8")
    done = run("summarize", "-", "--format", "json", "-o", str(target), stdin="name: x\n")
    assert done.returncode == 2
    assert "error[E202]" in done.stderr
    assert target.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_output_to_a_file_is_what_would_be_printed(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert run("summarize", "lenet5", "--format", "csv", "-o", str(target)).stdout == ""
    printed = run("summarize", "lenet5", "--format", "csv").stdout
    assert target.read_text(encoding="utf-8") == printed


def test_a_pipe_gets_no_colour_and_all_columns() -> None:
    printed = run("summarize", "resnet:152").stdout
    assert "\x1b" not in printed
    assert "Op" in printed.splitlines()[3]


def test_a_terminal_gets_colour_unless_no_color_is_set() -> None:
    assert "\x1b[1m" in on_terminal("summarize", "lenet5")
    assert "\x1b" not in on_terminal("summarize", "lenet5", NO_COLOR="1")
    assert "\x1b[31m" in on_terminal("summarize", "nothing.yaml")


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_a_narrow_terminal_is_never_overrun(columns: int) -> None:
    printed = on_terminal("summarize", "resnet:50", columns=columns, NO_COLOR="1")
    assert max(map(len, printed.splitlines())) <= columns


def test_a_reader_that_closes_the_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m cnncalc summarize resnet:152 --depth all | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == "ResNet:152\n"
    assert done.stderr == ""


def test_list_names_every_network_with_its_totals() -> None:
    printed = run("list").stdout
    assert re.search(r"  resnet:50-paper +2016 +25,557,032 +3,857,973,248 +3x224x224\n", printed)
    networks, counted, studies = printed.split("\n\n")
    families = {one.family for one in NETWORKS}
    assert len(networks.splitlines()) == 1 + len(families) + len(NETWORKS)
    assert counted.startswith(f"{len(NETWORKS)} networks in {len(families)} families; ")
    assert "lecture/stacks" in studies


def test_studies_by_their_names() -> None:
    done = run("summarize", "lecture/stacks:two-3x3", "--format", "json")
    assert json.loads(done.stdout)["totals"]["receptive_field"]["size"] == [5, 5]


def test_show_prints_the_spec_itself() -> None:
    printed = run("show", "lenet5").stdout
    assert printed.startswith("name: LeNet-5\n")
    assert run("summarize", "-", stdin=printed).returncode == 0
    assert run("show", "vgg:16").stdout.startswith("name: VGG\n")


def test_show_refuses_a_variant_that_is_not_there() -> None:
    done = run("show", "vgg:99")
    assert (done.returncode, done.stdout) == (2, "")
    assert "has no variant `99`" in done.stderr


def test_show_prints_a_spec_with_faults(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("input: 3x8x8\nlayers: [rleu]\nvariants: {a: {}}\n", encoding="utf-8")
    assert run("show", f"{file}:a").stdout == file.read_text(encoding="utf-8")


def test_without_a_command_the_help_is_shown() -> None:
    done = run()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == run("--help").stdout


def test_a_file_in_place_of_a_command_or_a_network(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(TINY)
    alone = run("mine.yaml", cwd=tmp_path)
    assert "did you mean `cnncalc summarize mine.yaml`?" in alone.stderr
    named = run("summarize", "mine", cwd=tmp_path)
    assert named.stderr.endswith("help: did you mean the file `mine.yaml`?\n")


def test_help_and_version() -> None:
    assert "--columns" in run("summarize", "-h").stdout
    assert run("--version").stdout.startswith("cnncalc, version ")
