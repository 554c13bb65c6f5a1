"""The schema against the parser: texts of values and of lines."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from schema_specs import (
    PREFIX,
    accepts,
    callable_ops,
    check_layer,
    check_soundness,
    codes,
    validator_of,
)

from cnncalc.facts import STATED
from cnncalc.metrics import METRICS
from cnncalc.ops import Op
from cnncalc.spec.schema.lines import fits

# Texts against texts: what the parser reads and what a pattern matches

SHAPES = [
    "3x224x224", "784", "1", "0", "0784", "3x0", "3x", "x3", "x", "", "1x1x1x1", "1x1x1x1x1",
    "1_0x_3_", "_", "_x3", "0_1", "1000000000000", "1000000000001", "3x1_000_000_000_000",
    "9999999999999", "3 x 3", "3X3", "-3", "3x-3", "+3", "1e3", "3.5", "³x3", "0x10", "0b1",
    "7x" + "0" * 76 + "8", "7x" + "0" * 77 + "8", "3x224x224 ", "a", "true", "null",
]  # fmt: skip


@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("form", ["input: {}\n", "input: {{a: {}}}\n"])
def test_shapes(text: str, form: str) -> None:
    spec = form.format(json.dumps(text)) + "layers: [relu]\n"
    assert accepts(spec) == (not codes(spec))
    check_soundness(form.format(text) + "layers: [relu]\n")


AMOUNTS = [
    "1", "0", "007", "1_000", "1,000", "_1", "_", ",", "", " ", "1.5", "1.", ".5", "1.5.2",
    "1_0.5_0",
    "25.6M", "25.6 M", "M", "61 Q", "61KM", "1e3", "-1", "+1", "4 MiB", "4MB", "4 kB", "4 KB",
    "4 mib", "4B", "4 B B", "12.5%", "12.5 %", "%", "12%%", "1x1", "96x55x55", "0x1", "9" * 39,
    "9" * 40, "1." + "9" * 39, "1." + "9" * 40, "about 450", "²", "1K", "1T", "1 G", "~", "true",
]  # fmt: skip

LIMITS = ["{}", "<= {}", ">= {}", "<={}", " >=  {} ", "< {}", "= {}", "<= <= {}", "{0}..{0}"]

LIMITS += ["{0} .. {0}", "{0}...{0}", "..{}", "{}..", "{0}..{0}..{0}", "<= {0}..{0}"]

OF_EACH_KIND = ["macs", "depth", "weight_bytes", "training_bytes", "receptive_field", "output"]

OF_EACH_KIND += ["share"]


@pytest.mark.parametrize("metric", OF_EACH_KIND)
@pytest.mark.parametrize("part", ["expect", "budget", "published"])
def test_quantities(part: str, metric: str) -> None:
    """Every amount, as it stands and as a limit, of the network and of a layer."""
    validator = validator_of(part)
    forms = LIMITS if part == "budget" else LIMITS[:2]
    for amount, form, is_labelled in product(AMOUNTS, forms, (False, True)):
        text = form.format(amount)
        stated: dict[str, Any] = {metric: text}
        stated = {"stem": stated} if is_labelled else stated
        spec = f"input: 3\nlayers: [stem: relu]\n{part}: {json.dumps(stated)}\n"
        assert validator.is_valid(stated) == (not codes(spec)), stated


@pytest.mark.parametrize("amount", ["1", "0", "7.5", "-1", "1e3", ".inf", "~", "007", "true"])
@pytest.mark.parametrize("metric", STATED)
def test_plain_quantities(metric: str, amount: str) -> None:
    for part in ("expect", "budget", "published"):
        check_soundness(f"input: 3\nlayers: [relu]\n{part}: {{{metric}: {amount}}}\n")


def test_shares_are_of_sums() -> None:
    form = "input: 3\nlayers: [stem: relu]\nbudget: {{{}}}\n"
    for metric in STATED:
        assert accepts(form.format(f"stem: {{{metric}: 5%}}")) == (
            METRICS[metric].adds_up or metric == "share"
        )
        assert accepts(form.format(f"{metric}: 5%")) == (metric == "share")


NAMES = [
    "a", "_", "A1", "1a", "", " ", "a b", " a", "a ", "a-b", "a.b", "größe", "特徴", "x", "xx",
    "x1", "if", "ifs", "else", "else_", "repeat", "repeat2", "true", "True", "not", "and", "or",
    "class", "None", "add", "add1", "add3x3", "concat", "relu", "relu6", "relu7", "relu3x3",
    "relu3x", "conv", "conv3", "conv3x3", "conv3x3x", "conv3x3_", "convx3", "softmax",
    "softmax3x3", "crop1x1", f"conv{'1' * 14}x1", f"conv{'1' * 15}x1", "layers", "input",
    "width=3", "(a)", "a,b",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    """A name is a text of its own: the parser and the schema agree of every place for one."""
    key = json.dumps(name)
    for form in (
        "vars: {{{}: 3}}\ninput: 3\nlayers: [relu]\n",
        "input: {{{}: 3}}\nlayers: [relu]\n",
        "input: 3\nlayers: [stem: relu]\noutputs: {{{}: stem}}\n",
        "input: 3\nlayers: [stem: relu]\nauxiliary: {{{}: [stem, relu]}}\n",
    ):
        spec = form.format(key)
        if name != "input":  # which is the name of the input, when it has no other
            assert accepts(spec) == (not codes(spec)), spec
    check_soundness(f"input: 3\nlayers: [relu]\nblocks: {{{key}: relu}}\n")
    check_soundness(f"input: 3\nlayers: [relu, {{{key}: relu}}]\n")
    check_soundness(f"input: 3\nlayers: [relu, {{{key}: {{relu: {{}}}}}}]\n")
    check_soundness(f"input: 3\nlayers: [relu, {{{key}: {{a: 1}}}}]\nblocks: {{{key}: relu}}\n")
    check_soundness(f"input: 3\nlayers: [relu, {{{key}: relu}}, {key}]\n")


SIGNATURES = [
    "{}", "{} a", "{} a b=1", "{} a=1 b", "{} a=", "{} a==1", "{} a=(1 if 2 > 1 else 2)", "{} 1",
    "{} a=1 b=2 c", "{} conv", "{} conv=1", "{} conv3", "{} class", "{} a=b==c", "{} a=')'",
    "{} ширина", "{} a-b", "{} a,b", "{} a = 1", "{}\ta", " {} a ", "{} a=[1, 2] b",
    "{} a=[1, 2] 3",
]  # fmt: skip


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures(signature: str) -> None:
    for name in ("unit", "conv3", "conv", "conv3x3", "if", "x", "1", "a-b"):
        key = json.dumps(signature.format(name))
        check_soundness(f"input: 3\nlayers: [relu]\nblocks: {{{key}: relu}}\n")


# Layers against layers

VALUES: list[tuple[str, Any]] = [
    ("0", 0), ("1", 1), ("2", 2), ("3", 3), ("8", 8), ("64", 64), ("-1", -1), ("0.5", 0.5),
    ("2.0", 2.0), ("1e-3", 1e-3), ("1.5", 1.5), ("100", 100), ("true", True), ("False", False),
    ("1x2", "1x2"), ("(1, 2)", [1, 2]), ("[2, 2]", ["2", "2"]),
    ("((0, 1), (1, 0))", [[0, 1], [1, 0]]),
    ("same", "same"), ("half", "half"), ("nearest", "nearest"), ("bilinear", "bilinear"),
    ("width", "width"), ("2*width", "2*width"), ("nowhere", "nowhere"),
    ("x.channels", "x.channels"),
    ("(1 if width == 8 else 2)", "1 if width == 8 else 2"), ("max(1, 2)", "max(1, 2)"),
    ("'same'", "'same'"), ("", ""), ("null", None), ("()", []), ("width==8", "width==8"),
    ("00", "00"), ("0x1", "0x1"), ("((1))", "((1))"), ("1,", "1,"),
]  # fmt: skip

LITERALS = {"0": 0, "1": 1, "2": 2, "3": 3, "8": 8, "64": 64, "100": 100, "true": True}

PREFIX += "  - stem: conv3x3 8\n  - "


def required(kind: type[Op], *, but: str | None = None) -> dict[str, str]:
    """Values for what an op requires; all but one attribute."""
    needed = (key for key, value in kind.attributes.items() if value.is_required)
    return {key: "2" for key in needed if key != but}


FIRST = {key: kind for kind in reversed(callable_ops()) for key in kind.attributes}
"""For each name of an attribute the first op that has it."""


def tries(kind: type[Op]) -> Iterator[tuple[str, str, Any]]:
    """Attributes with values: one whose name an earlier op has as well gets a fourth of them."""
    for place, key in enumerate(kind.attributes):
        for text, value in VALUES if FIRST[key] is kind else VALUES[place % 4 :: 4]:
            yield key, text, value


@pytest.mark.parametrize("kind", callable_ops(), ids=lambda kind: kind.name)
def test_attributes_on_a_line(kind: type[Op]) -> None:
    for key, value, _ in tries(kind):
        attribute = kind.attributes[key]
        given = {**required(kind, but=key), key: value}
        named = " ".join(f"{name}={text}" for name, text in given.items())
        line = f"{kind.name} {named}"
        check_layer(line)
        if value in LITERALS and not fits(attribute, LITERALS[value]):
            assert not accepts(PREFIX + json.dumps(line)), line
        if key in kind.positional:
            del given[key]
            before = [f"{name}=2" for name in given]
            check_layer(" ".join([kind.name, *before, value]))
            check_layer(" ".join([kind.name, value, *before]))
            check_layer(" ".join([kind.name, value, *before, f"{key}=2"]))


@pytest.mark.parametrize("kind", callable_ops(), ids=lambda kind: kind.name)
def test_attributes_in_the_long_form(kind: type[Op]) -> None:
    for key, _, value in tries(kind):
        given = {**required(kind, but=key), key: value}
        check_layer({kind.name: given})
        head, rest = next(iter(given.items()))
        check_layer({f"{kind.name} {head}={rest}": {k: v for k, v in given.items() if k != head}})
        check_layer({f"{kind.name}3x3": given})


ALIKE = {"conv", "maxpool", "linear", "relu", "lrn", "add"}
"""Ops that stand for all that are written as they are: with a kernel or not, values or not."""


@pytest.mark.parametrize("kind", callable_ops(), ids=lambda kind: kind.name)
def test_heads(kind: type[Op]) -> None:
    """With no argument, with any number of them, with each kernel, on a line and as a key."""
    numbers = ["", " 1", " 1 2", " 1 2 3", " 1 2 3 4", " (1) 2", " a=1", " = 2", " stride= 2"]
    kernels = ["", "3", "3x3", "1x2x3", "x3", "3x", "0x3"]
    for kernel, rest in product(kernels, numbers):
        check_layer(f"{kind.name}{kernel}{rest}")
    if kind.name not in ALIKE:
        kernels, numbers = ["", "3x3"], ["", " 1", " a=1"]
    for kernel, rest in product(kernels, numbers):
        line = f"{kind.name}{kernel}{rest}"
        below: list[Any] = [{"out_channels": 8}, [line], line, None, {"relu": {}}, {"unknown": 1}]
        for value in below:
            check_layer({line: value})
    for complete in (False, True):
        given = required(kind) if complete else {}
        line = " ".join([kind.name, *(f"{key}={value}" for key, value in given.items())])
        assert accepts(PREFIX + line) == (complete or not required(kind))
        assert not accepts(f"{PREFIX}{line} unknown=1")
        assert accepts(PREFIX + json.dumps({kind.name: given})) == (complete or not required(kind))
        assert not accepts(PREFIX + json.dumps({kind.name: {**given, "unknown": 1}}))
