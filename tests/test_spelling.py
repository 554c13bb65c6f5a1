"""Which known word a misspelt one means, and when no guess is better than one."""

import pytest

from cnncalc.diagnostics import closest
from cnncalc.ops import OPS
from cnncalc.ops.conv import Conv
from cnncalc.spelling import is_swapped_or_doubled, nearest, slips

LABELS = ["enc1", "enc2", "stage1", "stage2", "stage3"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("rleu", "relu"),
        ("rlu", "relu"),
        ("reluu", "relu"),
        ("flaten", "flatten"),
        ("concta", "concat"),
        ("cocnat", "concat"),
        ("softmx", "softmax"),
        ("Sotfmax", "softmax"),
        ("rdopout", "dropout"),
        ("ropout", "dropout"),
        ("sigmoind", "sigmoid"),
        ("leakyrelu", "leaky_relu"),
        ("GlobalAvgPool", "globalavgpool"),
        ("adaptive_avgpol", "adaptive_avgpool"),
    ],
)
def test_a_slip_means_the_op(word: str, meant: str) -> None:
    assert closest(word, OPS) == meant


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("attention", ["flatten", "relu"]),
        ("grn", ["lrn", "bn"]),
        ("max_unpool", ["maxpool", "upconv"]),
        ("matmul", ["mul", "add"]),
        ("sepconv", ["upconv", "conv", "dwconv"]),
        ("activation", Conv.attributes),
        ("depth", ["width", "height", "length", "channels"]),
        ("nothere", ["mobilenet", "lenet5"]),
        ("selu", ["elu", "gelu", "celu"]),
        ("map", ["max", "mul", "pad"]),
        ("stage4", LABELS),
        ("enc", LABELS),
        ("lbel", ["label1"]),
        ("x", ["y", "x1"]),
        ("stgae", ["stgaf", "stgaa"]),
        ("", OPS),
    ],
)
def test_no_guess_is_better_than_a_wrong_one(word: str, known: list[str]) -> None:
    assert closest(word, known) is None


@pytest.mark.parametrize(
    ("word", "meant"),
    [("kernel", "kernel_size"), ("size", "kernel_size"), ("channels", "out_channels"),
     ("pad", "padding"), ("strides", "stride"), ("KernelSize", "kernel_size")],
)  # fmt: skip
def test_a_part_means_the_only_word_that_has_it(word: str, meant: str) -> None:
    assert closest(word, Conv.attributes) == meant
    assert closest(word, [*Conv.attributes, f"{meant}_too"]) in {None, meant}


def test_of_two_words_as_near_it_is_the_one_that_fingers_miss() -> None:
    assert nearest("adamm", ["adam", "adamw"]) == "adam"
    assert nearest("ab12", ["ab21", "ab13"]) == "ab21"


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [("", "", 0), ("ab", "ba", 1), ("abc", "", 3), ("kitten", "sitting", 3), ("relu", "rleu", 1)],
)
def test_slips_are_counted(first: str, second: str, count: int) -> None:
    assert slips(first, second) == slips(second, first) == count


@pytest.mark.parametrize(
    ("first", "second", "is_so"),
    [("amd", "add", False), ("mena", "mean", True), ("mull", "mul", True), ("ad", "add", True),
     ("map", "max", False), ("mul", "mul", False), ("subs", "sub", False)],
)  # fmt: skip
def test_fingers_that_were_too_fast(first: str, second: str, is_so: bool) -> None:  # noqa: FBT001 - a case
    assert is_swapped_or_doubled(first, second) is is_so
