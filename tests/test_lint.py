"""The rules of lint: each on its own examples, on real networks, and against counting."""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from click.testing import CliRunner, Result
from fuzz.clock import stopwatch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.checks import lint
from cnncalc.checks.lint import all_rules, held_by, rules_for
from cnncalc.checks.lint.example import diagnostics_of, marks_in
from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.checks.suppression import find_ignores
from cnncalc.cli.main import main
from cnncalc.diagnostics import CODES, SpecError
from cnncalc.graph import Layer
from cnncalc.spec import Selection, parse_spec
from cnncalc.spec.expand import expand

SPECS = Path(__file__).parent.parent / "specs"
OK = Path(__file__).parent / "diagnostics" / "ok"
RULES = all_rules()
BY_CODE = {rule.code: rule for rule in RULES}
CHECKED = [rule for rule in RULES if rule.network or rule.spec]

Said = list[tuple[str, str]]


def met_in(text: str, variant: str | None = None) -> Iterator[tuple[Rule, Mark]]:
    """What is marked, by rules that are loaded for such a network."""
    spec, faults = parse_spec(text, "t.yaml")
    graph = spec and expand(spec, Selection(variant), faults)
    held = held_by(spec, graph) if spec and graph else ()
    loaded = {rule.code for rule in rules_for(BY_CODE, held)}
    for rule, mark in marks_in(text, variant):
        assert rule.code in loaded
        yield rule, mark


def said(text: str, variant: str | None = None) -> Said:
    """The code and the message of everything that the rules find, sorted."""
    return sorted((rule.code, mark.message) for rule, mark in met_in(text, variant))


def spec(size: str, *layers: str, more: str = "") -> str:
    """A spec of a few lines; a layer of several lines is indented by hand."""
    listed = "".join(f"  - {layer}\n" for layer in layers)
    return f"name: t\ninput: {size}\n{more}layers:\n{listed}"


def found(code: str, text: str, variant: str | None = None) -> list[Mark]:
    """What one rule finds."""
    return [mark for rule, mark in met_in(text, variant) if rule.code == code]


def code_of(rule: Rule) -> str:
    return str(rule.code)


# The registry


def test_every_code_of_lint_has_a_rule_in_order() -> None:
    assert [rule.code for rule in RULES] == [code for code in CODES if code.startswith("W6")]


def test_a_rule_stands_in_the_file_of_its_fault() -> None:
    files = {path.stem for path in Path(lint.__file__).parent.glob("*.py")}
    for rule in RULES:
        words = [word for word in rule.name.split() if word not in {"a", "the"}]
        assert "_".join(words) in files


@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_documentation(rule: Rule) -> None:
    first = rule.about.partition("\n\n")[0]
    assert len(first) <= 74
    for paragraph in (*rule.about.split("\n\n"), rule.why):
        assert paragraph == " ".join(paragraph.split())
        assert paragraph.endswith((".", ")"))
    assert rule.failing != rule.passing


# The examples of the rules


@pytest.mark.parametrize("rule", CHECKED, ids=code_of)
def test_the_failing_example_has_one_fault(rule: Rule) -> None:
    assert [one.code for one, _ in met_in(rule.failing)] == [rule.code]


@pytest.mark.parametrize("rule", CHECKED, ids=code_of)
def test_the_passing_example_has_none(rule: Rule) -> None:
    assert said(rule.passing) == []


class Golden(NamedTuple):
    """What is said of a failing example, and the text under the caret."""

    marked: str
    message: str
    hint: str | None = None


GOLDEN = {
    "W601": Golden(
        "4", "the last row and column of 224x224 are read by no window", "use padding=2"
    ),
    "W602": Golden(
        "2",
        "3 of 4 inputs are never read: the 1x1 kernel has a stride of 2",
        "give the stride to a layer with a kernel of 2x2 or larger",
    ),
    "W603": Golden(
        "conv3x3", "`bn1` cancels the bias: 16 parameters without effect", "write `bias=false`"
    ),
    "W604": Golden(
        "half",
        "half padding of the even 4x4 kernel turns 32x32 into 33x33, half a pixel off",
        "write `padding=same`, which makes 32x32",
    ),
    "W605": Golden(
        "1",
        "116 of 900 windows cover padding only: the padding is 1, the window 1",
        "write `padding=0`",
    ),
    "W606": Golden(
        "conv3x3",
        "no non-linearity between `conv1` and `conv2`: one linear map from 3x32x32 to 16x32x32",
        "put `relu` after `conv1`",
    ),
    "W607": Golden("3x8x8", "the last map has a receptive field of 9x9, the input is 8x8"),
    "W608": Golden("skip", "nothing reads the label `skip`", "remove it"),
    "W609": Golden("wide", "no layer calls the block `wide`", "remove it"),
    "W610": Golden("depth", "nothing reads the variable `depth`", "remove it"),
    "W611": Golden(
        "stride",
        "the block `unit` never reads its parameter `stride`",
        "remove it, here and in the calls",
    ),
    "W612": Golden(
        "dropout", "no layer with weights follows this dropout of 0.5", "move it before `linear2`"
    ),
    "W613": Golden(
        "add",
        "the branches begin centred on 1 and 0 along the height of `input`",
        "give the branches one stride, or kernels and paddings with one centre",
    ),
    "W614": Golden(
        "softmax",
        "`linear2` reads 300 values that a softmax has scaled to a sum of 1",
        "use `relu`, and keep softmax for the end",
    ),
    "W615": Golden(
        "linear",
        "`linear1` holds 1,048,640 of 1,049,738 parameters, 99.9 %",
        "put `globalavgpool` before `flatten1`: it would have 1,088 parameters",
    ),
    "W616": Golden(
        "linear",
        "nothing reads `rotation`; it and 2 layers before it cost 68 parameters and 64 MACs for "
        "nothing",
        "remove it, or name it under `outputs`",
    ),
    "W617": Golden(
        "relu", "`maxpool1` gives nothing below 0: `relu` after it changes nothing", "remove it"
    ),
    "W618": Golden(
        "W612",
        "line 6 has no finding `W612`",
        "remove it, or move it to the line that it is about",
    ),
    "W619": Golden("softmax", "a softmax over 1 channel gives 1 for every input", "use `sigmoid`"),
    "W620": Golden(
        "3x3",
        "6 of the 9 taps of the 3x3 kernel meet padding only: 384 of 576 weights have no effect",
        "use a kernel of 3x1",
    ),
    "W621": Golden(
        "3x3",
        "each output is made of 1 to 4 taps: the 3x3 kernel has a stride of 2",
        "use a kernel of 4x4",
    ),
}


@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_what_is_said_of_the_failing_example(rule: Rule) -> None:
    [fault] = diagnostics_of(rule)
    assert fault.span is not None
    line = rule.failing.splitlines()[fault.span.line - 1]
    marked = line[fault.span.column - 1 : fault.span.end_column - 1]
    assert Golden(marked, fault.message, fault.hint) == GOLDEN[rule.code]
    assert fault.severity == rule.severity


def test_a_spec_with_faults_is_not_looked_over() -> None:
    with pytest.raises(SpecError, match="E204"):
        list(met_in(spec("3x8x8", "conf3x3 8")))


# Further cases: the message where there is a finding, None where there is none


class Case(NamedTuple):
    code: str
    text: str
    message: str | None


CASES = [
    # W601 dropped border
    Case(
        "W601",
        spec("3x14x13", "conv3x2 4 stride=3x2", "relu"),
        "the last 2 rows and 1 column of 14x13 are read by no window",
    ),
    Case(
        "W601",
        spec("4x7x7", "maxpool2x2", "conv1x1 4"),
        "the last row and column of 7x7 are read by no window",
    ),
    Case("W601", spec("4x7x7", "maxpool2x2 ceil_mode=true", "conv1x1 4"), None),
    Case(
        "W601",
        spec("4x8x7", "avgpool2x2", "conv1x1 4"),
        "the last column of 8x7 is read by no window",
    ),
    Case(
        "W601",
        spec("1x100", "conv8 4 stride=7"),
        "the last position of 100 is read by no window",
    ),
    Case(
        "W601",
        spec("1x9x8x8", "maxpool2x2x2"),
        "the last slice of 9x8x8 is read by no window",
    ),
    # a ReLU and a normalisation between are looked through
    Case(
        "W601",
        spec("4x7x7", "conv1x1 4", "bn", "relu", "maxpool2x2", "conv1x1 4"),
        "the last row and column of 7x7 are read by no window",
    ),
    # another reader reads it all: the skip of a U-Net, a branch, an output
    Case("W601", spec("4x7x7", "a: relu", "maxpool2x2", "upsample size=7", "add: [x, a]"), None),
    Case(
        "W601",
        spec("4x7x7", "a: relu", "maxpool2x2", "b: conv1x1 4", more="outputs: [a, b]\n"),
        None,
    ),
    Case("W601", spec("4x7x7", "concat: [[maxpool2x2], [conv3x3 4, crop 3x3]]"), None),
    Case("W601", spec("3x224x224", "conv7x7 64 stride=2 padding=3", "relu"), None),
    # Keras pads by a layer of its own, and so do ports from TensorFlow
    Case("W601", spec("3x224x224", "pad 3", "conv7x7 64 stride=2"), None),
    Case("W601", spec("3x224x224", "conv1x1 8", "pad ((0,1),(0,1))", "conv3x3 8 stride=2"), None),
    Case(
        "W601",
        spec("3x31x31", "pad ((0,1),(0,1))", "relu", "conv5x5 8 stride=4"),
        "the last 2 rows and 2 columns of 31x31 are read by no window",
    ),
    Case("W601", spec("64x112x112", "maxpool3x3 stride=2 padding=1"), None),
    Case("W601", spec("3x224x224", "conv11x11 64 stride=4 padding=2"), None),
    Case("W601", spec("3x9x9", "conv3x3 4 stride=2 padding=same"), None),
    # W602 skipped input
    Case(
        "W602",
        spec("8x55x55", "conv1x1 8 stride=2"),
        "2,241 of 3,025 inputs are never read: the 1x1 kernel has a stride of 2",
    ),
    Case(
        "W602",
        spec("8x12x12", "maxpool2x2 stride=3x2"),
        "1 of 3 inputs are never read: the 2x2 kernel has a stride of 3x2",
    ),
    Case(
        "W602",
        spec("8x64x64", "dwconv3x3 stride=2 dilation=2 padding=2"),
        "3 of 4 inputs are never read: the 3x3 kernel, dilated by 2, has a stride of 2",
    ),
    Case(
        "W602",
        spec("8x100", "conv1 8 stride=4"),
        "3 of 4 inputs are never read: the kernel of 1 has a stride of 4",
    ),
    Case("W602", spec("8x64x64", "dwconv3x3 stride=2 dilation=3 padding=3"), None),
    Case("W602", spec("8x64x64", "conv3x3 8 dilation=12 padding=12"), None),
    Case("W602", spec("8x56x56", "add: [conv1x1 8 stride=2, conv3x3 8 stride=2 padding=1]"), None),
    # each branch begins with a ReLU of its own: the map before them is read in full
    Case(
        "W602",
        spec("8x56x56", "add: [[relu, conv1x1 8 stride=2], [relu, conv3x3 8 stride=2 padding=1]]"),
        None,
    ),
    # the last level of a feature pyramid is the one before, subsampled
    Case(
        "W602",
        spec("8x56x56", "p5: conv3x3 8", "p6: maxpool1x1 stride=2", more="outputs: [p5, p6]\n"),
        None,
    ),
    # DARTS halves a map by two 1x1 convolutions, the second a pixel further on
    Case(
        "W602",
        spec(
            "8x32x32",
            "relu",
            "concat: [conv1x1 8 stride=2, [pad 0x2, crop 32x32, conv1x1 8 stride=2]]",
        ),
        None,
    ),
    # W603 bias before normalisation
    Case(
        "W603",
        spec("3x32x32", "dwconv3x3", "instance_norm", "relu"),
        "`instance_norm1` cancels the bias: 3 parameters without effect",
    ),
    Case(
        "W603",
        spec("784", "linear 100", "bn", "relu"),
        "`bn1` cancels the bias: 100 parameters without effect",
    ),
    Case(
        "W603",
        spec("8x16x16", "upconv2x2 1 stride=2", "bn"),
        "`bn1` cancels the bias: 1 parameter without effect",
    ),
    Case(
        "W603",
        spec("3x32x32", "conv3x3 16", "maxpool2x2", "flatten", "bn"),
        "`bn1` cancels the bias: 16 parameters without effect",
    ),
    Case(
        "W603",
        spec("3x32x32", "conv3x3 16 bias=true", "concat: [bn, [bn, relu]]"),
        "`bn1` cancels the bias: 16 parameters without effect",
    ),
    Case("W603", spec("3x32x32", "conv3x3 16 bias=false", "bn"), None),
    Case("W603", spec("3x32x32", "conv3x3 16", "layer_norm"), None),
    Case("W603", spec("3x32x32", "conv3x3 16", "group_norm 4"), None),
    Case("W603", spec("3x32x32", "conv3x3 16", "relu", "bn"), None),
    Case("W603", spec("3x32x32", "conv3x3 3", "concat: [bn, x]"), None),
    Case("W603", spec("3x32x32", "a: conv3x3 3", "b: bn", more="outputs: [a, b]\n"), None),
    Case("W603", spec("3x32x32", "conv3x3 16", "avgpool2x2 padding=1", "bn"), None),
    Case("W603", spec("3x32x32", "conv3x3 16", "pixel_shuffle 2", "bn"), None),
    # W604 even kernel with half padding
    Case(
        "W604",
        spec("3x32x32", "maxpool2x2 padding=half"),
        "half padding of the even 2x2 kernel turns 32x32 into 17x17, half a pixel off",
    ),
    Case(
        "W604",
        spec("3x33x33", "conv4x4 8 stride=2 padding=half"),
        "half padding of the even 4x4 kernel moves the map by half a pixel",
    ),
    Case(
        "W604",
        spec("3x32x32", "upconv4x4 8 stride=2 padding=half"),
        "half padding of the even 4x4 kernel turns 32x32 into 62x62",
    ),
    Case(
        "W604",
        spec("3x32", "conv6 8 padding=half"),
        "half padding of the even kernel of 6 turns 32 into 33, half a pixel off",
    ),
    Case("W604", spec("3x32x32", "conv2x2 8 dilation=2 padding=half"), None),
    Case("W604", spec("3x32x32", "conv5x3 8 padding=half"), None),
    Case("W604", spec("3x32x32", "conv4x4 8 stride=2 padding=1"), None),
    Case("W604", spec("3x32x32", "maxpool2x2 padding=1"), None),  # C3D's last pooling
    # W605 padding as large as the kernel
    Case(
        "W605",
        spec("3x8x8", "conv3x3 8 padding=3"),
        "44 of 144 windows cover padding only: the padding is 3, the window 3",
    ),
    Case(
        "W605",
        spec("3x10", "conv2 8 padding=((3,0),)"),
        "2 of 12 windows cover padding only: the padding is 3, the window 2",
    ),
    Case("W605", spec("3x8x8", "conv3x3 8 padding=full"), None),
    Case("W605", spec("3x8x8", "conv3x3 8 padding=2 dilation=2"), None),
    Case("W605", spec("3x8x8", "upconv2x2 8 stride=2 padding=2"), None),
    Case("W605", spec("3x10", "conv2 8 padding=((4,0),) dilation=4"), None),  # causal
    # W606 linear layers in a row
    Case(
        "W606",
        spec("784", "linear 300", "dropout", "linear 300"),
        "no non-linearity between `linear1` and `linear2`: one linear map from 784 to 300",
    ),
    Case(
        "W606",
        spec("3x32x32", "conv3x3 64", "bn", "avgpool2x2", "conv3x3 64"),
        "no non-linearity between `conv1` and `conv2`: one linear map from 3x32x32 to 64x13x13",
    ),
    Case(
        "W606",
        spec("3x32x32", "conv3x3 64", "globalavgpool", "flatten", "linear 10"),
        "no non-linearity between `conv1` and `linear1`: one linear map from 3x32x32 to 10",
    ),
    Case("W606", spec("3x32x32", "conv3x3 64", "maxpool2x2", "conv3x3 64"), None),
    Case("W606", spec("3x32x32", "conv3x3 64", "layer_norm", "conv3x3 64"), None),
    Case("W606", spec("64x32x32", "conv1x1 16", "bn", "conv1x1 96"), None),  # linear bottleneck
    Case("W606", spec("64x32x32", "dwconv3x3", "bn", "conv1x1 96"), None),
    Case("W606", spec("64x32x32", "conv1x1 96", "dwconv3x3"), None),
    Case("W606", spec("64x32x32", "conv1x1 96", "conv3x3 96 groups=32"), None),
    Case("W606", spec("64x32x32", "conv1x7 64 padding=0x3", "conv7x1 64 padding=3x0"), None),
    Case("W606", spec("8x16x56x56", "conv1x3x3 45", "bn", "conv3x1x1 64"), None),  # R(2+1)D
    # Tucker: 1x1 down, a small 3x3, 1x1 up
    Case("W606", spec("256x28x28", "conv1x1 64", "conv3x3 64 padding=1", "conv1x1 256"), None),
    Case("W606", spec("4096", "linear 512", "linear 4096"), None),  # two factors of a matrix
    Case("W606", spec("512x7x7", "conv1x1 32", "flatten", "linear 4096"), None),
    Case("W606", spec("512x7x7", "conv1x1 21", "upconv4x4 21 stride=2 padding=1"), None),
    Case("W606", spec("64x24x24", "conv3x3 256", "pixel_shuffle 2", "conv3x3 3"), None),
    Case("W606", spec("64x24x24", "conv3x3 64", "upsample 2", "conv3x3 64"), None),
    # the tensor between has another reader
    Case("W606", spec("3x32x32", "a: conv3x3 64", "conv1x1 64", "add: [x, a]"), None),
    Case(
        "W606",
        spec("3x32x32", "a: conv3x3 64", "b: conv1x1 64", more="outputs: [a, b]\n"),
        None,
    ),
    # W607 field beyond the input
    Case(
        "W607",
        spec("3x4x20", "conv5x5 8 padding=2"),
        None,  # on one axis only
    ),
    Case(
        "W607",
        spec("3x20", "conv3 8 dilation=10 padding=10"),
        "the last map has a receptive field of 21, the input is 20",
    ),
    Case("W607", spec("3x4x4", "globalavgpool", "flatten", "linear 10"), None),
    Case("W607", spec("784", "linear 10"), None),
    Case(
        "W607",
        spec(
            "{a: 3x9x9, b: 3x5x5}",
            "a",
            "conv7x7 8",
            "left: globalavgpool",
            "b",
            "conv3x3 8 padding=1",
            "relu",
            "conv5x5 8 padding=2",
            "globalavgpool",
            "add: [x, left]",
        ),
        "the last map has a receptive field of 7x7, the input is 5x5",
    ),
    # W608 unused label
    Case("W608", spec("3x8x8", "a: x", "conv3x3 8"), "nothing reads the label `a`"),
    Case("W608", spec("3x8x8", "a: conv3x3 8", "b: a", "relu"), "nothing reads the label `b`"),
    Case("W608", spec("3x8x8", "a: relu", "b: [relu, conv3x3 3]"), None),
    Case("W608", spec("3x8x8", "a: x", "relu", "b: x", more="outputs: [a, b]\n"), None),
    Case(
        "W608",
        spec("3x8x8", "a: x", "relu", more="auxiliary: {head: [a, conv3x3 4]}\n"),
        None,
    ),
    Case(
        "W608",
        spec("3x8x8", "repeat 2: [relu, a: x]", "add: [a1, a2]", more=""),
        None,
    ),
    Case("W608", spec("3x8x8", "a: x", "relu", more="budget: {a: {output: 3x8x8}}\n"), None),
    # a label of the same name in a block is another one
    Case(
        "W608",
        spec(
            "3x8x8",
            "a: x",
            "unit",
            "add: [x, a]",
            more="blocks:\n  unit:\n    - a: x\n    - relu\n",
        ),
        "nothing reads the label `a`",
    ),
    # W609 unused block
    Case(
        "W609",
        spec("3x8x8", "unit", more="vars: {unit: wide}\nblocks: {wide: relu, slim: tanh}\n"),
        "no layer calls the block `slim`",
    ),
    Case(
        "W609",
        spec(
            "3x8x8",
            "kind",
            more="vars: {kind: wide}\nblocks: {wide: relu, slim: tanh}\n"
            "variants: {slim: {vars: {kind: slim}}}\n",
        ),
        None,
    ),
    Case(
        "W609",
        spec(
            "3x8x8",
            "twice slim",
            more="blocks:\n  twice unit: [unit, unit]\n  slim: [tanh]\n",
        ),
        None,
    ),
    Case(
        "W609",
        spec("3x8x8", "twice", more="blocks:\n  twice unit=slim: [unit, unit]\n  slim: [tanh]\n"),
        None,
    ),
    # W610 unused variable
    Case("W610", spec("3x8x8", "conv3x3 2*n", more="vars: {n: 4}\n"), None),
    Case("W610", spec("3x8x8", "if n == 4: relu", more="vars: {n: 4}\n"), None),
    Case("W610", spec("3x8x8", "repeat n: relu", more="vars: {n: 4}\n"), None),
    Case("W610", spec("3x8x8", "n", more="vars: {n: relu}\n"), None),
    Case(
        "W610",
        spec("3x8x8", "unit", more="vars: {n: 4}\nblocks:\n  unit m=n: conv3x3 m\n"),
        None,
    ),
    Case(
        "W610",
        spec("3x8x8", "conv3x3 x.channels", more="vars: {channels: 4}\n"),
        "nothing reads the variable `channels`",
    ),
    Case(
        "W610",
        spec("3x8x8", "conv3x3 max(3, 4)", more="vars: {max: 4}\n"),
        "nothing reads the variable `max`",
    ),
    # W611 unused parameter
    Case(
        "W611",
        spec("3x8x8", "unit 4", more="blocks:\n  unit a b=a: conv3x3 4\n"),
        "the block `unit` never reads its parameter `b`",
    ),
    Case(
        "W611",
        spec("3x8x8", "unit 4", more="blocks:\n  unit a: {conv3x3: {out_channels: a}}\n"),
        None,
    ),
    Case("W611", spec("3x8x8", "unit relu", more="blocks:\n  unit a: [a, conv1x1 3]\n"), None),
    # W612 dropout at the end
    Case(
        "W612",
        spec("784", "linear 10", "dropout 0.2", "softmax"),
        "no layer with weights follows this dropout of 0.2 up to the output `softmax1`",
    ),
    Case(
        "W612",
        spec("3x8x8", "conv3x3 10", "dropout", "globalavgpool", "flatten"),
        "no layer with weights follows this dropout of 0.5 up to the output `flatten1`",
    ),
    Case(
        "W612",
        spec("3x8x8", "a: conv3x3 10", "dropout", "add: [x, a]"),
        "no layer with weights follows this dropout of 0.5 up to the output `add1`",
    ),
    Case(
        "W612",
        spec("3x8x8", "a: conv3x3 8", "conv1x1 8", more="auxiliary: {head: [a, dropout]}\n"),
        "no layer with weights follows this dropout of 0.5 up to the output `head`",
    ),
    Case("W612", spec("784", "linear 10", "dropout 0"), None),
    Case("W612", spec("784", "dropout", "linear 10"), None),
    Case("W612", spec("3x8x8", "dropout", "conv3x3 8", "relu", "globalavgpool"), None),  # NiN
    # W613 misaligned branches
    Case(  # the map is padded back to its size on one side only
        "W613",
        spec(
            "8x32x32",
            "concat: [x, [conv5x5 8, pad edge]]",
            more="vars: {edge: [[0, 4], [0, 4]]}\n",
        ),
        "the branches begin centred on 0 and 2 along the height of `input`",
    ),
    Case(
        "W613",
        spec("8x32x32", "concat: [[crop 16x32], conv1x1 8 stride=2x1]"),
        "the branches have strides of 1 and 2 along the height of `input`",
    ),
    Case(
        "W613",
        spec(
            "8x20",
            "conv3 8 stride=2 padding=1",
            "upsample 2",
            "concat: [x, [input, upsample 2, conv21 8]]",
        ),
        "the branches have strides of 1 and 0.5 along the length of `input`",
    ),
    # half a pixel: ResNet-D, `same` beside a bare stride, an odd crop
    Case(
        "W613",
        spec("8x32x32", "add: [conv3x3 8 stride=2 padding=1, [avgpool2x2, conv1x1 8]]"),
        None,
    ),
    Case(
        "W613",
        spec("3x32x32", "add: [conv3x3 8 stride=2 padding=same, conv1x1 8 stride=2]"),
        None,
    ),
    Case("W613", spec("8x32x33", "concat: [[conv1x2 8], [crop 32x32]]"), None),
    Case("W613", spec("8x32x32", "mul: [x, [globalavgpool, sigmoid]]"), None),
    Case("W613", spec("8x32x32", "mul: [x, [avgpool32x32, sigmoid]]"), None),
    # upsampling, by a factor or to a size, behind pooling or a strided 3x3
    Case(
        "W613",
        spec("8x32x32", "a: relu", "maxpool2x2", "upconv2x2 8 stride=2", "concat: [x, a]"),
        None,
    ),
    Case(
        "W613",
        spec(
            "8x25x25", "a: relu", "conv3x3 8 stride=2 padding=1", "upsample size=25", "add: [x, a]"
        ),
        None,
    ),
    Case(
        "W613",
        spec(
            "8x64x64",
            "a: relu",
            "repeat 3: [conv3x3 8 stride=2 padding=1, relu]",
            "upsample 8 mode=bilinear",
            "concat: [x, a]",
        ),
        None,
    ),
    Case("W613", spec("8x60x60", "concat: [x, [adaptive_avgpool6x6, upsample size=60]]"), None),
    # W614 softmax inside
    Case(
        "W614",
        spec("3x8x8", "conv3x3 4", "softmax", "bn", "maxpool2x2", "conv1x1 8"),
        "`conv2` reads 4 values that a softmax has scaled to a sum of 1",
    ),
    Case("W614", spec("8x8x8", "mul: [x, [conv1x1 8, softmax]]", "conv1x1 8"), None),
    Case(  # selective kernels: each half of the softmax weighs a branch
        "W614",
        spec(
            "8x8x8",
            "a: [globalavgpool, conv1x1 16, softmax]",
            "input",
            "mul: [x, [a, slice 0 8]]",
            "mul: [x, [a, slice 8 16]]",
        ),
        None,
    ),
    Case("W614", spec("784", "linear 10", "softmax", "dropout 0"), None),
    Case(  # a cascade that gives out what each stage says
        "W614",
        spec(
            "3x8x8", "a: [conv3x3 4 padding=1, softmax]", "b: conv1x1 4", more="outputs: [a, b]\n"
        ),
        None,
    ),
    # W615 dense layer holds most parameters
    Case("W615", spec("3x32x32", "flatten", "linear 1000"), None),
    Case("W615", spec("3x32x32", "conv3x3 8", "relu", "flatten", "linear 1000"), None),
    Case(
        "W615",
        spec(
            "3x32x32",
            "conv3x3 64",
            "relu",
            "conv3x3 64",
            "relu",
            "globalavgpool",
            "flatten",
            "linear 10",
        ),
        None,
    ),
    Case(
        "W615",
        spec("784", "linear 1000", "relu", "linear 10", "relu", "linear 10"),
        "`linear1` holds 785,000 of 795,120 parameters, 98.7 %",
    ),
    # W616 layer without a reader
    Case(
        "W616", spec("3x8x8", "a: relu", "sigmoid", "a", "conv1x1 8"), "nothing reads `sigmoid1`"
    ),
    Case(
        "W616",
        spec("3x8x8", "a: relu", "conv3x3 2 bias=false", "a", "conv1x1 8"),
        "nothing reads `conv1`: it costs 54 parameters and 1,944 MACs for nothing",
    ),
    Case("W616", spec("{a: 3x8x8, b: 3x8x8}", "a", "relu"), "nothing reads the input `b`"),
    Case(
        "W616", spec("3x8x8", "a: relu", "conv1x1 8", more="auxiliary: {head: [a, tanh]}\n"), None
    ),
    # W617 activation without effect
    Case(
        "W617",
        spec("8", "sigmoid", "relu"),
        "`sigmoid1` gives nothing below 0: `relu` after it changes nothing",
    ),
    Case(
        "W617",
        spec("8", "hardsigmoid", "relu6"),
        "`hardsigmoid1` stays within 0 and 6: `relu6` after it changes nothing",
    ),
    Case(
        "W617",
        spec("8", "relu", "leaky_relu 0.1"),
        "`relu1` gives nothing below 0: `leaky_relu` after it changes nothing",
    ),
    Case("W617", spec("8", "leaky_relu 1"), "with a slope of 1 `leaky_relu` changes nothing"),
    Case(
        "W617",
        spec("3x8x8", "concat: [[conv1x1 4, relu], [conv3x3 4 padding=1, relu]]", "relu"),
        "`concat1` gives nothing below 0: `relu` after it changes nothing",
    ),
    Case("W617", spec("8", "relu", "relu6"), None),
    Case("W617", spec("8", "relu6", "dropout", "relu6"), None),
    Case("W617", spec("8", "leaky_relu", "relu"), None),
    Case("W617", spec("8", "tanh", "relu"), None),
    Case("W617", spec("3x8x8", "a: relu", "conv1x1 3", "add: [x, a]", "relu"), None),
    Case("W617", spec("3x8x8", "relu", "bn", "relu"), None),
    Case("W617", spec("3x8x8", "add: [x, relu]", "relu"), None),
    # W619 constant output
    Case(
        "W619",
        spec("8x4x4", "globalavgpool", "instance_norm"),
        "each channel has 1 value, and a value minus its own mean is 0: every output is 0",
    ),
    Case(
        "W619",
        spec("8x4x4", "globalavgpool", "group_norm 8"),
        "each group has 1 value, and a value minus its own mean is 0: every output is the bias",
    ),
    Case(
        "W619",
        spec("1x4x4", "layer_norm affine=false"),
        "each position has 1 channel, and a value minus its own mean is 0: every output is 0",
    ),
    Case(
        "W619", spec("8", "dropout 1", "linear 2"), "a dropout of 1 drops everything in training"
    ),
    Case("W619", spec("8x4x4", "globalavgpool", "group_norm 4"), None),
    Case("W619", spec("8x4x4", "group_norm 8"), None),
    Case("W619", spec("8x4x4", "globalavgpool", "layer_norm"), None),
    Case("W619", spec("8x4x4", "globalavgpool", "bn"), None),
    Case("W619", spec("784", "linear 2", "softmax"), None),
    # W620 taps on padding
    Case(
        "W620",
        spec("8x1x1", "conv3x3 16 padding=1"),
        "8 of the 9 taps of the 3x3 kernel meet padding only: 1,024 of 1,152 weights have no "
        "effect",
    ),
    Case(
        "W620",
        spec("8x14x14", "conv3x3 16 padding=18 dilation=18"),
        "8 of the 9 taps of the 3x3 kernel meet padding only: 1,024 of 1,152 weights have no "
        "effect",
    ),
    Case(
        "W620",
        spec("8x3x3", "conv3x3 16 stride=4 padding=1"),
        "5 of the 9 taps of the 3x3 kernel meet padding only: 640 of 1,152 weights have no effect",
    ),
    Case("W620", spec("8x14x14", "conv3x3 16 padding=13 dilation=13"), None),
    Case("W620", spec("8x2x2", "conv3x3 16 padding=1"), None),
    Case("W620", spec("8x1x1", "conv3x3 16 padding=full"), None),
    Case("W620", spec("8x1x1", "maxpool3x3 padding=1"), None),
    # W621 uneven overlap
    Case(
        "W621",
        spec("8x4x4", "upconv2x2 8 stride=3"),
        "each output is made of 0 to 1 taps: the 2x2 kernel has a stride of 3",
    ),
    Case(
        "W621",
        spec("8x16", "upconv4 8 stride=2 dilation=2"),
        "each output is made of 0 to 4 taps: the kernel of 4 has a stride of 2",
    ),
    Case("W621", spec("8x4x4", "upconv2x2 8 stride=2"), None),
    Case("W621", spec("8x4x4", "upconv3x3 8 padding=1"), None),
    Case("W621", spec("8x1x1", "upconv3x3 8 stride=2"), None),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_case(case: Case) -> None:
    messages = [mark.message for mark in found(case.code, case.text)]
    assert messages == ([case.message] if case.message else [])


def test_every_rule_has_cases_of_both_kinds() -> None:
    found_of = {case.code for case in CASES if case.message}
    silent_of = {case.code for case in CASES if not case.message}
    assert found_of >= {rule.code for rule in CHECKED}
    assert silent_of >= {rule.code for rule in CHECKED}


def test_blocks_that_only_unused_blocks_call_are_unused() -> None:
    text = spec("3x8x8", "relu", more="blocks: {outer: inner, inner: relu}\n")
    assert [mark.message for mark in found("W609", text)] == [
        "no layer calls the block `outer`",
        "no layer calls the block `inner`",
    ]


def test_a_variable_without_a_value_may_hold_any_block() -> None:
    text = spec("3x8x8", "unit", more="vars: {unit: null}\nblocks: {wide: relu, slim: tanh}\n")
    parsed, _ = parse_spec(text, "t.yaml")
    [check] = [rule.spec for rule in RULES if rule.code == "W609"]
    assert parsed
    assert check
    assert list(check(parsed)) == []


def test_every_reader_that_skips_is_told() -> None:
    text = spec("8x56x56", "add: [conv1x1 8 stride=2, conv1x1 8 stride=2]")
    [mark] = found("W602", text)
    assert mark.layer == "conv1"
    assert [note.text for note in mark.notes] == ["`conv2` does not read them either"]


def test_the_field_names_the_layer_from_which_on_all_is_seen() -> None:
    [mark] = found("W607", BY_CODE["W607"].failing)
    assert [note.text for note in mark.notes] == [
        "from `conv2` on, receptive fields are larger than the input"
    ]


def test_the_place_of_a_variants_input_is_its_own() -> None:
    text = spec("3x32x32", "conv7x7 8 padding=3", more="variants:\n  small:\n    input: 3x4x4\n")
    assert found("W607", text) == []
    [mark] = found("W607", text, "small")
    assert mark.span.line == 5


def test_an_attribute_of_a_variable_head_has_its_place() -> None:
    text = spec("3x8x8", "unit 4 stride=2", more="vars: {unit: conv1x1}\n")
    [mark] = found("W602", text)
    assert text.splitlines()[mark.span.line - 1][mark.span.column - 1 :] == "2"


# Networks as they are published: what stands beside a name is all that is found


class Real(NamedTuple):
    name: str
    text: str
    expected: tuple[tuple[str, str], ...] = ()


FIRE = """
name: SqueezeNet, a part
input: 3x224x224
blocks:
  fire squeeze expand:
    - [conv1x1 squeeze, relu]
    - concat: [[conv1x1 expand, relu], [conv3x3 expand padding=1, relu]]
layers:
  - [conv7x7 96 stride=2, relu, maxpool3x3 stride=2 ceil_mode=true]
  - fire 16 64
  - fire 16 64
  - [maxpool3x3 stride=2 ceil_mode=true, dropout, conv1x1 1000, relu]
  - [globalavgpool, flatten]
"""
XCEPTION = """
name: Xception, a part
input: 3x299x299
blocks:
  separable width: [dwconv3x3 padding=1 bias=false, conv1x1 width bias=false, bn]
  entry width first=false:
    - add:
        - - if not first: relu
          - [separable width, relu, separable width, maxpool3x3 stride=2 padding=1]
        - [conv1x1 width stride=2 bias=false, bn]
  middle:
    - add: [[relu, separable x.channels, relu, separable x.channels], x]
layers:
  - [conv3x3 32 stride=2 bias=false, bn, relu, conv3x3 64 bias=false, bn, relu]
  - entry 128 first=true
  - entry 256
  - middle
  - [relu, globalavgpool, flatten, dropout, linear 1000]
"""
SHUFFLE = """
name: ShuffleNet V2, a part
input: 24x56x56
blocks:
  side width stride:
    - [dwconv3x3 stride=stride padding=1 bias=false, bn, conv1x1 width bias=false, bn, relu]
  main width stride: [conv1x1 width bias=false, bn, relu, side width stride]
  down width: [concat: [side width 2, main width 2], channel_shuffle 2]
  unit:
    - concat:
        - slice 0 x.channels//2
        - [slice x.channels//2 x.channels, main x.channels 1]
    - channel_shuffle 2
layers:
  - down 58
  - unit
  - unit
  - [conv1x1 1024 bias=false, bn, relu, globalavgpool, flatten, linear 10]
"""
GENERATOR = """
name: DCGAN, the generator
input: 100
layers:
  - linear 16384 bias=false
  - [bn, relu]
"""
DECODER = """
name: DCGAN, behind the projection
input: 1024x4x4
layers:
  - repeat 3: [upconv4x4 x.channels//2 stride=2 padding=1 bias=false, bn, relu]
  - [upconv4x4 3 stride=2 padding=1, tanh]
"""
DISCRIMINATOR = """
name: PatchGAN
input: 6x256x256
layers:
  - [conv4x4 64 stride=2 padding=1, leaky_relu 0.2]
  - repeat 2: [conv4x4 2*x.channels stride=2 padding=1 bias=false, instance_norm, leaky_relu 0.2]
  - [conv4x4 512 padding=1 bias=false, instance_norm, leaky_relu 0.2]
  - conv4x4 1 padding=1
"""
PIX2PIX = """
name: pix2pix, a generator of three levels
input: 3x64x64
layers:
  - a: conv4x4 64 stride=2 padding=1
  - b: [leaky_relu 0.2, conv4x4 128 stride=2 padding=1 bias=false, bn]
  - [leaky_relu 0.2, conv4x4 256 stride=2 padding=1, relu]
  - [upconv4x4 128 stride=2 padding=1 bias=false, bn, dropout]
  - concat: [x, b]
  - [relu, upconv4x4 64 stride=2 padding=1 bias=false, bn]
  - concat: [x, a]
  - [relu, upconv4x4 3 stride=2 padding=1, tanh]
"""
ASPP = """
name: Atrous pyramid
input: 2048x65x65
blocks:
  rate n: [conv3x3 256 padding=n dilation=n bias=false, bn, relu]
layers:
  - concat:
      - [conv1x1 256 bias=false, bn, relu]
      - rate 6
      - rate 12
      - rate 18
      - [globalavgpool, conv1x1 256, relu, upsample size=65 mode=bilinear]
  - [conv1x1 256 bias=false, bn, relu, dropout]
  - [conv1x1 21, upsample 8 mode=bilinear]
"""
PYRAMID = """
name: Feature pyramid
input: 3x128x128
layers:
  - c2: [conv3x3 64 stride=2 padding=1, relu]
  - c3: [conv3x3 128 stride=2 padding=1, relu]
  - c4: [conv3x3 256 stride=2 padding=1, relu]
  - l4: conv1x1 64
  - l3: {add: [[c3, conv1x1 64], [l4, upsample 2]]}
  - l2: {add: [[c2, conv1x1 64], [l3, upsample 2]]}
outputs:
  p2: [l2, conv3x3 64 padding=1]
  p3: [l3, conv3x3 64 padding=1]
  p4: [l4, conv3x3 64 padding=1]
"""
EDSR = """
name: EDSR, a part
input: 3x48x48
blocks:
  unit: [add: [[conv3x3 64 padding=1, relu, conv3x3 64 padding=1], x]]
layers:
  - head: conv3x3 64 padding=1
  - unit
  - unit
  - add: [conv3x3 64 padding=1, head]
  - repeat 2: [conv3x3 256 padding=1, pixel_shuffle 2]
  - conv3x3 3 padding=1
"""
PREACTIVATION = """
name: ResNet with the activations in front
input: 3x32x32
blocks:
  unit width stride=1:
    - front: [bn, relu]
    - add:
        - - [front, conv3x3 width stride=stride padding=1 bias=false, bn, relu]
          - conv3x3 width padding=1 bias=false
        - if stride != 1 or x.channels != width: [front, conv1x1 width stride=stride bias=false]
          else: x
layers:
  - conv3x3 16 padding=1 bias=false
  - unit 16
  - unit 32 2
  - unit 64 2
  - [bn, relu, globalavgpool, flatten, linear 10]
"""
AUTOENCODER = """
name: Autoencoder with a linear code
input: 784
layers:
  - [linear 256, relu]
  - code: linear 32
  - [linear 256, relu, linear 784, sigmoid]
"""
FCN = """
name: FCN-32s, the head
input: 512x16x16
layers:
  - [conv7x7 4096, relu, dropout, conv1x1 4096, relu, dropout]
  - conv1x1 21
  - upconv64x64 21 stride=32
"""
SPEECH = """
name: Causal convolutions over speech
input: 64x4000
blocks:
  layer n:
    - add:
        - - 'pad ((2*n, 0),)'
          - conv3 64 dilation=n
          - relu
          - conv1 64
        - x
layers:
  - repeat 1: [layer 1, layer 2, layer 4, layer 8]
  - [relu, conv1 256, softmax]
"""

REAL = [
    # its 7x7 without padding fits 227x227, as the authors had it, and not the 224x224 of today
    Real(
        "SqueezeNet",
        FIRE,
        (("W601", "the last row and column of 224x224 are read by no window"),),
    ),
    Real("SqueezeNet, 227", FIRE.replace("224x224", "227x227")),
    Real("Xception", XCEPTION),
    Real("ShuffleNet V2", SHUFFLE),
    Real("DCGAN, projection", GENERATOR),
    Real("DCGAN, generator", DECODER),
    Real("PatchGAN", DISCRIMINATOR),
    Real("pix2pix", PIX2PIX),
    Real("DeepLab, pyramid", ASPP),
    Real("feature pyramid", PYRAMID),
    Real("EDSR", EDSR),
    Real("ResNet, pre-activation", PREACTIVATION),
    Real("autoencoder", AUTOENCODER),
    Real("FCN-32s", FCN),
    Real("causal", SPEECH),
    *(
        Real(name, (OK / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("unet", "mobilenet_v2", "squeeze_excitation")
    ),
]


@pytest.mark.parametrize("real", REAL, ids=lambda real: real.name)
def test_real_network(real: Real) -> None:
    assert [one for one in said(real.text) if one[0] != "W607"] == list(real.expected)


# The bundled networks: every finding was read and judged


def fused(first: str, second: str, reads: str, gives: str) -> tuple[str, str]:
    message = (
        f"no non-linearity between `{first}` and `{second}`: "
        f"one linear map from {reads} to {gives}"
    )
    return "W606", message


BUNDLED: dict[str, Said] = {
    # the field of most classifiers exceeds 224x224
    "densenet:121": [
        ("W607", "the last map has a receptive field of 2071x2071, the input is 224x224")
    ],
    "densenet:161": [
        ("W607", "the last map has a receptive field of 2967x2967, the input is 224x224")
    ],
    "densenet:169": [
        ("W607", "the last map has a receptive field of 3351x3351, the input is 224x224")
    ],
    "densenet:201": [
        ("W607", "the last map has a receptive field of 3863x3863, the input is 224x224")
    ],
    "googlenet": [("W607", "the last map has a receptive field of 715x715, the input is 224x224")],
    "googlenet:torchvision": [
        ("W607", "the last map has a receptive field of 379x379, the input is 224x224")
    ],
    "resnet:18": [("W607", "the last map has a receptive field of 435x435, the input is 224x224")],
    "resnet:34": [("W607", "the last map has a receptive field of 899x899, the input is 224x224")],
    "resnet:50": [("W607", "the last map has a receptive field of 427x427, the input is 224x224")],
    "resnet:101": [
        ("W607", "the last map has a receptive field of 971x971, the input is 224x224")
    ],
    "resnet:152": [
        ("W607", "the last map has a receptive field of 1451x1451, the input is 224x224")
    ],
    "mobilenet": [("W607", "the last map has a receptive field of 315x315, the input is 224x224")],
    "mobilenet:0.75": [
        ("W607", "the last map has a receptive field of 315x315, the input is 224x224")
    ],
    "mobilenet:0.5": [
        ("W607", "the last map has a receptive field of 315x315, the input is 224x224")
    ],
    "mobilenet:0.25": [
        ("W607", "the last map has a receptive field of 315x315, the input is 224x224")
    ],
    "vgg:19": [("W607", "the last map has a receptive field of 268x268, the input is 224x224")],
    # silenced where they stand: the paper has its stride in the 1x1 ...
    "resnet:50-paper": [
        *[("W602", "3 of 4 inputs are never read: the 1x1 kernel has a stride of 2")] * 3,
        ("W607", "the last map has a receptive field of 483x483, the input is 224x224"),
    ],
    # ... the authors' crop of 224x224 does not fit their 11x11 ...
    "nin": [("W601", "the last row and column of 224x224 are read by no window")],
    # ... and studies of sizes and weights show no activations
    "lecture/shrinking": [fused("first", "second", "3x32x32", "10x24x24")],
    "lecture/towers:pooled": [
        fused("fc6", "fc7", "9216", "4096"),
        fused("fc7", "fc8", "4096", "1000"),
    ],
    "lecture/towers:unpooled": [
        fused("fc6", "fc7", "43264", "4096"),
        fused("fc7", "fc8", "4096", "1000"),
        ("W615", "`fc6` holds 177,209,344 of 200,415,264 parameters, 88.4 %"),
    ],
}


def bundled() -> Iterator[tuple[str, str, str | None]]:
    """The name, the text and the variant of every bundled network."""
    for path in sorted(SPECS.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(SPECS).with_suffix("").as_posix()
        parsed, _ = parse_spec(text, path.name)
        assert parsed
        if all(variable.value is not None for variable in parsed.variables.values()):
            yield name, text, None
        for variant in parsed.variants:
            yield f"{name}:{variant}", text, variant


NETWORKS = list(bundled())


@pytest.mark.parametrize(("name", "text", "variant"), NETWORKS, ids=[one[0] for one in NETWORKS])
def test_bundled_network(name: str, text: str, variant: str | None) -> None:
    assert said(text, variant) == BUNDLED.get(name, [])


def test_the_table_names_bundled_networks_only() -> None:
    assert BUNDLED.keys() <= {name for name, _, _ in NETWORKS}


def test_each_warning_of_a_bundled_network_is_silenced_and_no_more() -> None:
    ignored, met = set(), set()
    for name, text, variant in NETWORKS:
        stem = name.partition(":")[0]
        ignored |= {(stem, one.code, one.line) for one in find_ignores(text, name)[0]}
        met |= {
            (stem, rule.code, mark.span.line)
            for rule, mark in met_in(text, variant)
            if rule.severity == "warning"
        }
    assert ignored == met


# Against counting


class Sliding(NamedTuple):
    """A window along one axis, as it is drawn at random."""

    length: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    def windows(self) -> list[list[int]]:
        """The positions under the taps of each window, walked one by one; padding lies outside."""
        extent = self.dilation * (self.kernel - 1) + 1
        found, start = [], -self.before
        while start + extent <= self.length + self.after:
            found.append([start + self.dilation * tap for tap in range(self.kernel)])
            start += self.stride
        return found

    def read(self) -> set[int]:
        return {place for window in self.windows() for place in window if 0 <= place < self.length}


def axes(lengths: st.SearchStrategy[int], widest: int = 3) -> st.SearchStrategy[Sliding]:
    small = st.integers(1, 4)
    padding = st.integers(0, widest)
    return st.builds(
        Sliding, lengths, small, st.integers(1, 5), st.integers(1, 3), padding, padding
    )


def steps_over(axis: Sliding) -> bool:
    """Whether something is left out other than a border."""
    read = axis.read()
    if axis.stride > axis.dilation * (axis.kernel - 1) + 1:
        return len(read) < axis.length
    return len(read) <= max(read, default=-1)


def line(kind: str, one: Sliding, two: Sliding, more: str = "") -> str:
    return (
        f"{kind}{one.kernel}x{two.kernel}{more} stride={one.stride}x{two.stride} "
        f"dilation={one.dilation}x{two.dilation} "
        f"padding=(({one.before},{one.after}),({two.before},{two.after}))"
    )


def places(one: Sliding, two: Sliding) -> set[tuple[int, int]]:
    return set(product(one.read(), two.read()))


def fraction(message: str) -> Fraction:
    part, whole = re.findall(r"[\d,]+", message)[:2]
    return Fraction(int(part.replace(",", "")), int(whole.replace(",", "")))


def dropped(message: str) -> tuple[int, int]:
    """The rows and columns that a message speaks of."""
    rows = re.search(r"(\d+) row|\brow\b", message)
    columns = re.search(r"(\d+) column|\bcolumn\b", message)
    return tuple(int(one[1] or 1) if one else 0 for one in (rows, columns))  # type: ignore[return-value]


def border_and_gaps(text: str) -> tuple[list[Mark], list[Mark]]:
    marks = list(met_in(text))
    by_code = {
        code: [mark for rule, mark in marks if rule.code == code] for code in ("W601", "W602")
    }
    return by_code["W601"], by_code["W602"]


def check_unread(unread: set[tuple[int, int]], size: tuple[int, int], text: str) -> None:
    """One reader: what it leaves out is told once, and exactly."""
    border, gaps = border_and_gaps(text)
    if not unread:
        assert not border
        assert not gaps
    elif gaps:
        assert not border
        assert fraction(gaps[0].message) == Fraction(len(unread), prod(size))
    else:
        [mark] = border
        rows, columns = dropped(mark.message)
        height, width = size
        assert unread == {
            (y, x)
            for y, x in product(range(height), range(width))
            if y >= height - rows or x >= width - columns
        }


@settings(deadline=None, max_examples=200)
@given(axes(st.integers(1, 14)), axes(st.integers(1, 14)))
@example(Sliding(6, 1, 2, 1, 0, 0), Sliding(6, 1, 2, 1, 0, 0))
@example(Sliding(9, 2, 2, 2, 1, 0), Sliding(9, 3, 2, 3, 2, 2))
@example(Sliding(2, 3, 3, 1, 3, 0), Sliding(5, 1, 1, 1, 0, 0))
def test_what_a_convolution_leaves_out(one: Sliding, two: Sliding) -> None:
    assume(one.windows())
    assume(two.windows())
    text = spec(f"1x{one.length}x{two.length}", line("conv", one, two, " 1"), "relu")
    size = one.length, two.length
    unread = set(product(range(size[0]), range(size[1]))) - places(one, two)
    check_unread(unread, size, text)
    gaps = border_and_gaps(text)[1]
    assert bool(gaps) == any(map(steps_over, (one, two)))


@settings(deadline=None, max_examples=100)
@given(
    st.integers(1, 14).flatmap(lambda n: st.tuples(axes(st.just(n)), axes(st.just(n)))),
    st.integers(1, 14).flatmap(lambda n: st.tuples(axes(st.just(n)), axes(st.just(n)))),
)
def test_what_two_convolutions_leave_out_together(
    first: tuple[Sliding, Sliding], second: tuple[Sliding, Sliding]
) -> None:
    """`first` are the windows of both along the height, `second` those along the width."""
    assume(all(axis.read() for axis in (*first, *second)))
    height, width = first[0].length, second[0].length
    lines = [line("conv", one, two, " 1") for one, two in zip(first, second, strict=True)]
    heads = "".join(
        f"  {name}:\n    - a\n    - {text}\n" for name, text in zip("bc", lines, strict=True)
    )
    text = spec(f"1x{height}x{width}", "a: relu", more=f"outputs:\n{heads}")
    read = places(first[0], second[0]) | places(first[1], second[1])
    unread = set(product(range(height), range(width))) - read
    border, gaps = border_and_gaps(text)
    rows = height - 1 - max((y for y, _ in read), default=-1)
    columns = width - 1 - max((x for _, x in read), default=-1)
    assert not (border and gaps)
    if gaps:
        assert fraction(gaps[0].message) == Fraction(len(unread), height * width)
    elif border:
        ends = (max(max(axis.read(), default=-1) for axis in both) for both in (first, second))
        expected = tuple(n - 1 - end for n, end in zip((height, width), ends, strict=True))
        assert dropped(border[0].message) == expected
    else:
        # two that fit into each other may leave a corner, or gaps in one of them alone
        assert not unread or (rows == 0 and columns == 0)


@settings(deadline=None, max_examples=100)
@given(
    axes(st.integers(1, 14)),
    axes(st.integers(1, 14)),
    st.sampled_from(["maxpool", "avgpool"]),
    st.booleans(),
)
def test_what_pooling_leaves_out(one: Sliding, two: Sliding, kind: str, is_up: bool) -> None:  # noqa: FBT001
    pair = [
        axis._replace(dilation=1 if kind == "avgpool" else axis.dilation) for axis in (one, two)
    ]
    pair = [
        axis._replace(
            before=min(axis.before, axis.dilation * (axis.kernel - 1)),
            after=min(axis.after, axis.dilation * (axis.kernel - 1)),
        )
        for axis in pair
    ]
    one, two = pair
    assume(one.windows())
    assume(two.windows())
    text = line(kind, one, two).replace(" dilation=1x1", "")
    text = spec(f"1x{one.length}x{two.length}", text + " ceil_mode=true" * is_up)
    border, gaps = border_and_gaps(text)
    if is_up:
        # whatever the last window reaches is read
        contiguous = all(a.dilation == 1 and a.stride <= a.kernel for a in pair)
        assert not (contiguous and (border or gaps))
        return
    size = one.length, two.length
    check_unread(set(product(range(size[0]), range(size[1]))) - places(one, two), size, text)


overlapping = st.builds(
    lambda length, kernel, less, padding: Sliding(
        length, kernel, max(1, kernel - less), 1, min(padding, kernel - 1), 0
    ),
    st.integers(6, 20),
    st.integers(2, 6),
    st.integers(0, 2),
    st.integers(0, 2),
)
"""Windows that leave no gaps, and as a rule a border."""


@settings(deadline=None, max_examples=150)
@given(overlapping, overlapping, st.sampled_from(["conv", "maxpool"]))
def test_the_remedy_for_a_dropped_border_is_one(one: Sliding, two: Sliding, kind: str) -> None:
    head = line(kind, one, two, " 1" if kind == "conv" else "")
    size = f"1x{one.length}x{two.length}"
    border, _ = border_and_gaps(spec(size, head))
    for mark in border:
        assert mark.hint
        hint = str(mark.hint).removeprefix("use ")
        mended = f"{head} {hint}" if kind == "maxpool" else re.sub(r"padding=\S+", hint, head)
        assert border_and_gaps(spec(size, mended)) == ([], [])
        assert found("W605", spec(size, mended)) == []


@settings(deadline=None, max_examples=100)
@given(axes(st.integers(1, 8), 9), axes(st.integers(1, 8), 9))
def test_windows_on_padding_are_counted(one: Sliding, two: Sliding) -> None:
    pairs = list(product(one.windows(), two.windows()))
    assume(pairs)

    def is_outside(window: list[int], length: int) -> bool:
        return window[-1] < 0 or window[0] >= length

    outside = sum(is_outside(y, one.length) or is_outside(x, two.length) for y, x in pairs)
    marks = found("W605", spec(f"1x{one.length}x{two.length}", line("conv", one, two, " 1")))
    expected = [(f"{outside:,}", f"{len(pairs):,}")] * bool(outside)
    assert [tuple(re.findall(r"[\d,]+", mark.message)[:2]) for mark in marks] == expected


@settings(deadline=None, max_examples=100)
@given(axes(st.integers(1, 8), 9), axes(st.integers(1, 8), 9))
def test_taps_on_padding_are_counted(one: Sliding, two: Sliding) -> None:
    assume(one.windows())
    assume(two.windows())
    idle = 0
    for taps in product(range(one.kernel), range(two.kernel)):
        idle += not any(
            0 <= y[taps[0]] < one.length and 0 <= x[taps[1]] < two.length
            for y, x in product(one.windows(), two.windows())
        )
    marks = found("W620", spec(f"2x{one.length}x{two.length}", line("conv", one, two, " 3")))
    numbers = [re.findall(r"[\d,]+", mark.message) for mark in marks]
    expected = [[str(idle), str(one.kernel * two.kernel)]] * bool(idle)
    assert [each[:2] for each in numbers] == expected
    for each in numbers:
        assert [int(number) for number in each[-2:]] == [6 * idle, 6 * one.kernel * two.kernel]


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 5), st.integers(1, 3))
def test_uneven_overlap_is_counted(length: int, kernel: int, stride: int, dilation: int) -> None:
    reached: dict[int, int] = {}
    for place, tap in product(range(length), range(kernel)):
        output = place * stride + dilation * tap
        reached[output] = reached.get(output, 0) + 1
    extent = dilation * (kernel - 1) + 1
    inner = range(extent - 1, (length - 1) * stride + 1)  # no window is missing here
    assume(len(inner) >= stride)
    counts = {reached.get(place, 0) for place in inner}
    marks = found(
        "W621", spec(f"2x{length}", f"upconv{kernel} 3 stride={stride} dilation={dilation}")
    )
    assert bool(marks) == (len(counts) > 1)
    for mark in marks:
        ends = re.findall(r"\d+", mark.message)[:2]
        assert [int(end) for end in ends] == [min(counts), max(counts)]


@settings(deadline=None, max_examples=100)
@given(*[st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1)))] * 2)
def test_centres_are_where_the_windows_have_their_middle(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    """Two kernels, each with so much of its padding before the map that its size stays."""
    branches, middles, ends = [], [], []
    for kernel, before in (first, second):
        window = range(-before, kernel - before)
        middles.append((window[0] + window[-1]) / 2)
        ends.append(window[-1])
        branches.append(f"\n      - conv{kernel} 2 padding=(({before},{window[-1]}),)")
    marks = found("W613", spec("2x30", f"add:{''.join(branches)}"))
    is_off = abs(middles[0] - middles[1]) > 0.5 and ends[0] != ends[1]
    expected = "the branches begin centred on {:g} and {:g} along the length of `input`"
    assert [mark.message for mark in marks] == [expected.format(*middles)] * is_off


STEPS = ("conv1x1 3", "relu", "softmax", "dropout", "bn", "maxpool1x1", "add", "mul")


@st.composite
def webs(draw: st.DrawFn) -> str:
    """A network whose layers read any that stand before them, with an output or two."""
    layers, labels = [], ["input"]
    for place in range(draw(st.integers(2, 9))):
        source = draw(st.sampled_from(labels))
        step = draw(st.sampled_from(STEPS))
        if step in {"add", "mul"}:
            step = f"{{{step}: [x, {draw(st.sampled_from(labels))}]}}"
        layers += [source, f"t{place}: {step}"]
        labels.append(f"t{place}")
    outputs = draw(st.lists(st.sampled_from(labels[1:]), min_size=1, max_size=2, unique=True))
    return spec("3x6x6", *layers, more=f"outputs: [{', '.join(outputs)}]\n")


class Web:
    """A network as paths, each walked to its end."""

    def __init__(self, text: str) -> None:
        graph = cnncalc.parse(text)
        self.layers = graph.layers
        self.outputs = set(graph.outputs.values())
        self.inputs = set(graph.inputs)

    def readers(self, name: str) -> list[Layer]:
        return [layer for layer in self.layers if name in layer.inputs]

    def paths(self, name: str, stop: Callable[[Layer], bool]) -> Iterator[list[Layer]]:
        """Every way on from a tensor, up to the first layer at which to stop or to the end."""
        yield []
        for layer in self.readers(name):
            if stop(layer):
                yield [layer]
            else:
                yield from ([layer, *rest] for rest in self.paths(layer.name, stop))

    def ends(self, name: str, stop: Callable[[Layer], bool]) -> tuple[set[str], set[str]]:
        """The tensors and the ops that are met on all ways on, the start included."""
        ways = list(self.paths(name, stop))
        names = {name} | {layer.name for way in ways for layer in way if not stop(layer)}
        return names, {layer.op.name for way in ways for layer in way}


def layers_found(text: str, code: str) -> set[str | None]:
    return {mark.layer for mark in found(code, text)}


@settings(deadline=None, max_examples=150)
@given(webs())
def test_ways_through_a_network(text: str) -> None:
    """What follows a dropout, where a softmax leads, and who is read at all."""
    web = Web(text)

    def has_weights(layer: Layer) -> bool:
        return layer.op.name in {"conv", "bn"}

    def stops_softmax(layer: Layer) -> bool:
        return layer.op.name in {"conv", "add", "mul"}

    late, inside, unread = set(), set(), set()
    for layer in web.layers:
        if layer.op.name == "dropout" and web.outputs & web.ends(layer.name, has_weights)[0]:
            late.add(layer.name)
        if layer.op.name == "softmax":
            names, ops = web.ends(layer.name, stops_softmax)
            if "conv" in ops and "mul" not in ops and not names & web.outputs:
                inside.add(layer.name)
        if not web.readers(layer.name) and layer.name not in web.outputs:
            unread.add(layer.name)
    assert layers_found(text, "W612") == late
    assert layers_found(text, "W614") == inside
    assert layers_found(text, "W616") == unread | ({None} if not web.readers("input") else set())


Numbers = npt.NDArray[np.float64]
FUNCTIONS: dict[str, Callable[[Numbers], Numbers]] = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu 0.3": lambda x: np.where(x > 0, x, 0.3 * x),
    "leaky_relu 1": lambda x: x,
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "hardsigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "tanh": np.tanh,
    "silu": lambda x: x / (1 + np.exp(-np.maximum(x, -500))),
    "add: [x, x]": lambda x: x + x,
    "mul: [x, x]": lambda x: x * x,
}


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(sorted(FUNCTIONS)), min_size=1, max_size=6))
def test_an_activation_said_to_be_idle_changes_nothing(names: list[str]) -> None:
    idle = {mark.span.line - 4 for mark in found("W617", spec("8", *names))}
    values = np.linspace(-40, 40, 2001)
    for place, name in enumerate(names):
        with np.errstate(over="ignore"):
            result = FUNCTIONS[name](values)
        if place in idle:
            assert np.array_equal(result, values)
        values = result


@settings(deadline=None, max_examples=60)
@given(
    st.integers(4, 40), st.integers(1, 5).map(lambda n: 2 * n), st.integers(1, 3),
    st.sampled_from(["conv", "dwconv", "upconv"]),
)  # fmt: skip
def test_the_size_that_same_padding_would_give_is_told(
    length: int, kernel: int, stride: int, kind: str
) -> None:
    width = "" if kind == "dwconv" else " 4"
    layer = f"{kind}{kernel}{width} stride={stride} padding="
    try:
        marks = found("W604", spec(f"2x{length}", f"{layer}half"))
    except SpecError:
        assume(condition=False)
    [mark] = marks
    told = re.fullmatch(r"write `padding=same`, which makes (\d+)", str(mark.hint))
    if told is None:
        assert kind == "upconv" or length % stride
        return
    channels = 2 if kind == "dwconv" else 4
    mended = spec(f"2x{length}", f"{layer}same")
    assert cnncalc.parse(mended).layers[-1].output_shape == (channels, int(told[1]))


# Large networks


LARGE = {
    "branches": spec(
        "8x16x16",
        "repeat 7000:\n      - concat: [[conv1x1 4, bn, relu], [conv3x3 4 padding=1, bn, relu]]",
    ),
    "skips": spec(
        "8x16x16",
        "repeat 12000:\n      - t: relu\n      - conv1x1 8 stride=2\n      - t\n      - dropout",
    ),
    "softmax": spec("8x16x16", "repeat 50000: softmax", "conv1x1 8"),
    "one map, many readers": "name: t\ninput: 8x16x16\nlayers:\n  - a: relu\n"
    + "  - a\n  - conv3x3 8 stride=2\n" * 10_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_rules_are_linear(name: str) -> None:
    text = LARGE[name]
    marks = marks_in(text)
    next(marks, None)  # the network is expanded by then
    with stopwatch() as took:
        for _ in marks:
            pass
    assert took.seconds < 2


# The command


def run(*arguments: str, columns: int = 80) -> Result:
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(main, arguments, catch_exceptions=False)


PAGE = """\
W612 dropout at the end (warning)

  No layer with weights follows a dropout.

  What it gives reaches an output of the network, or of an auxiliary head,
  without passing a layer with weights; softmax or pooling make no difference. A
  dropout of 0 drops nothing and is no fault.

Why
  Dropout makes the layer after it learn from a random part of its input. After
  the last layer with weights nothing learns: in training, logits are set to
  zero at random, half of the classes with the usual `p=0.5`, and the loss is
  noise.

Found
    name: Dropout at the end
    input: 784
    layers:
      - linear 300
      - relu
      - linear 10
      - dropout 0.5

    warning[W612]: no layer with weights follows this dropout of 0.5
     --> example.yaml:7:5
      |
    7 |   - dropout 0.5
      |     ^^^^^^^
      = help: move it before `linear2`

Not found
    name: Dropout at the end
    input: 784
    layers:
      - linear 300
      - relu
      - dropout 0.5
      - linear 10

To silence it
  End the line with `# cnncalc: ignore[W612] reason`, or put that comment on the
  line above. To leave the rule out everywhere: `cnncalc check --ignore W612`.
"""


@pytest.mark.parametrize("code", ["W612", "w612"])
def test_the_page_of_a_rule(code: str) -> None:
    result = run("rule", code)
    assert result.exit_code == 0
    assert result.stdout == PAGE


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_every_page_fits(rule: Rule, columns: int) -> None:
    text = run("rule", rule.code, columns=columns).stdout
    prose = [line for line in text.splitlines() if not line.startswith("    ")]
    assert max(map(len, prose)) <= columns
    assert [line for line in prose if line.endswith(" ")] == []
    golden = GOLDEN[rule.code]
    assert golden.message in text
    assert golden.hint is None or f"= help: {golden.hint}\n" in text


@pytest.mark.parametrize("rule", RULES, ids=code_of)
def test_every_page_as_markdown(rule: Rule) -> None:
    text = run("rule", rule.code, "--format", "markdown").stdout
    assert text.startswith(f"# {rule.code}: {rule.name}\n\nLevel: {rule.severity}.\n\n")
    assert text.count("```") == 6
    assert f"```yaml\n{rule.failing}```" in text
    assert f"```yaml\n{rule.passing}```" in text


@pytest.mark.parametrize("columns", [80, 100])
def test_the_list_of_rules(columns: int) -> None:
    lines = run("rule", columns=columns).stdout.splitlines()
    assert lines[:2] == [
        "W601  warning      dropped border",
        "      Rows or columns at the end of a map are read by no window of its readers.",
    ]
    assert max(map(len, lines)) <= columns
    heads = [line.split(maxsplit=2) for line in lines if line.startswith("W6")]
    assert heads == [[rule.code, rule.severity, rule.name] for rule in RULES]


def test_the_list_as_markdown() -> None:
    lines = run("rule", "--format", "markdown").stdout.splitlines()
    assert len(lines) == len(RULES) + 2
    assert lines[2].startswith("| W601 | warning | dropped border | Rows or columns")


@pytest.mark.parametrize("code", [code for code in CODES if not code.startswith("W6")])
def test_every_other_code_has_its_name(code: str) -> None:
    result = run("rule", code)
    assert result.exit_code == 0
    level = "error" if code.startswith("E") else "warning"
    assert result.stdout.startswith(f"{code} {CODES[code]} ({level})\n\n")


def test_an_unknown_code() -> None:
    result = run("rule", "W6012")
    assert result.exit_code == 2
    assert "there is no rule `W6012`: did you mean `W612`?" in result.stderr


def test_a_code_like_no_other() -> None:
    result = run("rule", "dropout")
    assert result.exit_code == 2
    assert "there is no rule `DROPOUT`: `cnncalc rule` lists the rules" in result.stderr
