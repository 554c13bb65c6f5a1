"""Faults of model files of Ultralytics: each is one diagnostic, at its row."""

from pathlib import Path

import pytest

import cnncalc
from cnncalc.diagnostics import SpecError
from cnncalc.spec import Selection, build

FAULTS = [
    ("[[-1, 1, ^Comv, [64]]]", "E204"),
    ("[[-1, 1, ^C2fAttn, [64]]]", "E204"),
    ("[^[-1, 1, Conv]]", "E203"),
    ("[[-1, ^0, Conv, [64]]]", "E203"),
    ("[[-1, ^1000000000, Conv, [64]]]", "E203"),
    ("[[-1, ^1001, C2f, [64, True]]]", "E203"),
    ("[[-1, ^1.5, Conv, [64]]]", "E203"),
    ("[[^0, 1, Conv, [64]]]", "E301"),
    ("[[^-2, 1, Conv, [64]]]", "E301"),
    ("[[^1, 1, Conv, [64]]]", "E301"),
    ("[[-1, 1, Conv, [64]], [^-3, 1, Conv, [64]]]", "E301"),
    ("[[-1, 1, Conv, [64]], [[0, ^two], 1, Concat, [1]]]", "E203"),
    ("[[-1, 1, Conv, [64]], [[0, -1], 1, ^Conv, [64]]]", "E207"),
    ("[[-1, 1, ^Conv, []]]", "E206"),
    ("[[-1, 1, Conv, ^{c: 64}]]", "E203"),
    ("[[-1, 1, Conv, [^{c: 64}]]]", "E203"),
    ("[[-1, 1, Conv, [^sixty]]]", "E211"),
    ("[[-1, 1, Conv, [64, 3, 2, None, 1, 1, True, ^9]]]", "E207"),
    ("[[-1, 1, ^Conv, [64, 3.5]]]", "E403"),
    ("[[-1, 1, ^Conv, [-64]]]", "E212"),
    ("[[-1, 1, Conv, [64, ^None]]]", "E203"),
    ("[[-1, 1, Conv, [^1e30]]]", "E211"),
    ("[[-1, 1, ^Conv, [9999999999999999]]]", "E506"),
    ("[[-1, 1, nn.Upsample, [None, 2, ^bicubic]]]", "E212"),
    ("[[-1, 1, nn.Upsample, [32, ^2]]]", "E212"),
    ("[[-1, 2, ^nn.Identity, []]]", "E203"),
    ("[[-1, 1, nn.ZeroPad2d, [^[1, 2]]]]", "E212"),
    ("[[-1, 1, Concat, [^2]]]", "E212"),
    ("[[-1, 1, Conv, [64]], [[0, 0], 1, CBFuse, [[^0]]]]", "E211"),
    ("[[-1, 1, C3k2, [64, true]], [-1, 1, ^A2C2f, [48]]]", "E406"),
    ("[[-1, 1, ^C2PSA, [64]]]", "E406"),
    ("[[-1, 1, ^Detect, [80]], [-1, 1, Conv, [64]]]", "E204"),
    ("[[-1, 1, ^Detect, [80, 16]]]", "E207"),
    ("[[-1, 1, ^Conv, [64, [[[[[[[[1]]]]]]]]]]]", "E405"),
]
"""Rows with one fault, which stands behind the `^`."""


@pytest.mark.parametrize(("marked", "code"), FAULTS, ids=[one[0] for one in FAULTS])
def test_faults_stand_at_their_rows(marked: str, code: str) -> None:
    text = f"backbone: {marked}"
    with pytest.raises(SpecError) as caught:
        build(text.replace("^", ""), "net.yaml", Selection())
    [fault] = caught.value.diagnostics
    assert (fault.code, str(fault.span)) == (code, f"net.yaml:1:{text.index('^') + 1}")


TOP_FAULTS = [
    ("text_model: clip", "E201"),
    ("backbone: 7\nhead: [[-1, 1, Conv, [8]]]", "E203"),
    ("scales: 7", "E203"),
    ("scales: {n: [1, 1]}", "E203"),
    ("scales: {n: [1, zero, 64]}", "E211"),
    ("scales: {n: [1, -1, 64]}", "E203"),
    ("width_multiple: true", "E203"),
    ("depth_multiple: [1]", "E203"),
    ("activation: nn.Tanhish()", "E211"),
    ("activation: __import__('os')", "E211"),
    ("nc: [", "E101"),
    ("nc: null", "E203"),
    ("anchors: many", "E203"),
    ("ch: -3", "E216"),
]


@pytest.mark.parametrize(("keys", "code"), TOP_FAULTS)
def test_faults_of_keys(keys: str, code: str) -> None:
    rows = "" if "head:" in keys else "\nbackbone: [[-1, 1, Conv, [8]]]\n"
    with pytest.raises(SpecError) as caught:
        build(keys + rows, "net.yaml", Selection())
    assert [fault.code for fault in caught.value.diagnostics] == [code]
    assert all(fault.span and fault.span.file == "net.yaml" for fault in caught.value.diagnostics)


def test_a_fault_within_a_module_is_told_at_the_row() -> None:
    text = "backbone:\n- [-1, 1, Conv, [16, 3, 2]]\n- [-1, 2, C2f, [16, 7]]\n"
    with pytest.raises(SpecError) as caught:
        build(text, "net.yaml", Selection())
    [fault] = caught.value.diagnostics
    assert str(fault.span) == "net.yaml:3:11"
    assert [note.text for note in fault.notes[-2:]] == [
        "in the block `Bottleneck`",
        "in the block `C2f`, called here",
    ]
    assert {note.span.file for note in fault.notes if note.span} == {"net.yaml"}


def test_what_others_call_a_row_or_a_scale_is_answered() -> None:
    file = str(Path(__file__).parent / "ultralytics" / "yolov8.yaml")
    with pytest.raises(SpecError) as caught:
        cnncalc.load(file, scale="q")
    [fault] = caught.value.diagnostics
    assert fault.code == "E211"
    assert str(fault.hint).startswith("its variants are n, s, m, l, x: name one, as ")
    with pytest.raises(KeyError, match="did you mean `model1`"):
        cnncalc.explain(cnncalc.load(file), "1")
