"""What shells are offered, and that a key costs no more than it must."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from fuzz.surfaces.command_lines import attempt, make

SPEC = "name: own\ninput: 3x8x8\nvars: {width: 4}\nlayers: [stem: conv3x3 width]\n"
SPEC += "variants: {small: {vars: {width: 2}}, wide: {vars: {width: 8}}}\n"


def offered(line: str, shell: str = "bash", folder: Path | None = None) -> list[str]:
    """What a shell is offered for a line whose last word is being typed."""
    words = line.split(" ")
    held = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", "from cnncalc.cli.main import run; run()"],
        env={**os.environ, **held, "_CNNCALC_COMPLETE": f"{shell}_complete"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "items"),
    [
        ("cnncalc conver", ["plain,convert"]),
        ("cnncalc summarize alex", ["plain,alexnet", "file,alex"]),
        ("cnncalc compare lenet5 lecture/st", [
            "plain,lecture/stacks", "plain,lecture/strides", "file,lecture/st",
        ]),
        ("cnncalc summarize vgg : 11", ["plain,11", "plain,11_bn"]),
        ("cnncalc summarize mobilenet :", ["plain,0.75", "plain,0.5", "plain,0.25"]),
        ("cnncalc diff googlenet : torchvision googlenet : t", ["plain,torchvision"]),
        ("cnncalc explain lenet5 c", ["plain,c1", "plain,c3", "plain,c5"]),
        ("cnncalc explain resnet50 conv2.bottleneck1.a", ["plain,conv2.bottleneck1.add1"]),
        ("cnncalc demonstrate lenet5 sh", ["plain,sharing", "plain,shift"]),
        ("cnncalc demonstrate lenet5 shift c", ["plain,c1", "plain,c3", "plain,c5"]),
        ("cnncalc run resnet50 conv2.bottleneck", [
            "plain,conv2.bottleneck1", "plain,conv2.bottleneck2", "plain,conv2.bottleneck3",
        ]),
        ("cnncalc summarize lecture/filters --set u", ["plain,units="]),
        ("cnncalc summarize lenet5 --format j", ["plain,json"]),
        ("cnncalc summarize lenet5 --columns op,mac", ["plain,op,macs", "plain,op,macs%"]),
        ("cnncalc summarize lenet5 --count pt", ["plain,ptflops"]),
        ("cnncalc solve lecture/filters --for u", ["plain,units"]),
        ("cnncalc solve resnet50 --for si", ["plain,size"]),
        ("cnncalc solve resnet50 --where dep", ["plain,depth", "plain,depths"]),
        ("cnncalc solve resnet50 --for size --match alex", ["plain,alexnet", "file,alex"]),
        ("cnncalc rule W60", [f"plain,W60{digit}" for digit in range(1, 10)]),
        ("cnncalc list lecture/st", ["plain,lecture/stacks", "plain,lecture/strides"]),
        ("cnncalc verify lenet5 -o ou", ["file,ou"]),
        ("cnncalc explain nothing.yaml c", []),
        ("cnncalc formula densenet:121 --of gr", ["plain,growth"]),
        ("cnncalc formula densenet:121 --of growth,st", ["plain,growth,stem"]),
        ("cnncalc formula lenet5 mac", ["plain,macs"]),
        ("cnncalc formula nothing.yaml --of s", []),
    ],
)  # fmt: skip
def test_bash(line: str, items: list[str]) -> None:
    assert offered(line) == items


def test_variants_and_layers_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(SPEC, encoding="utf-8")
    assert offered("cnncalc verify own.yaml : w", folder=tmp_path) == ["plain,wide"]
    assert offered("cnncalc explain own.yaml s", folder=tmp_path) == ["plain,stem"]
    assert offered("cnncalc diff own.yaml --set w", folder=tmp_path) == ["plain,width="]


def test_zsh_takes_the_name_whole() -> None:
    assert offered("cnncalc summarize vgg:11", "zsh")[1::3] == ["vgg:11", "vgg:11_bn"]


def test_a_key_loads_neither_numpy_nor_rich() -> None:
    watch = (
        "import sys, os, json\n"
        "from cnncalc.cli.main import run\n"
        "def leave(code):\n"
        "    names = [n for n in ('numpy', 'rich', 'onnx', 'pathlib') if n in sys.modules]\n"
        "    sys.stderr.write(json.dumps(names)); sys.stderr.flush(); exit_(code)\n"
        "exit_, os._exit = os._exit, leave\n"
        "sys.exit = leave\n"
        "run()\n"
    )
    line = "cnncalc explain lenet5 c"
    held = {"COMP_WORDS": line, "COMP_CWORD": "3", "_CNNCALC_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", watch],
        env={**os.environ, **held},
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stderr) == []


# Command lines that nobody would write

LINES = [
    "summarize\0net.yaml\0--fit\0008G\0--format\0json",
    "summarize\0net.yaml\0--columns\0,,,",
    "summarize\0net.yaml\0--depth\0\u0661",
    "compare\0net.yaml",
    "list\0--format\0text",
    "explain\0--\0-o.yaml",
    "run\0net.yaml\0nothing\0--seed\0" + "9" * 400,
    "diff\0-\0-",
    "convert\0net.yaml\0-",
    "\udcff",
    "",
]


@pytest.mark.parametrize("line", LINES)
def test_odd_lines(line: str) -> None:
    assert list(attempt(line.encode(errors="surrogateescape")))


@pytest.mark.parametrize("seed", range(5))
def test_lines_drawn_from_a_seed_are_the_same(seed: int) -> None:
    line = make(Random(seed))  # noqa: S311 - for a fuzzer
    assert line == make(Random(seed))  # noqa: S311 - the same again
    assert line.decode(errors="surrogateescape").split("\0")
