"""Variables that others give, whatever sets those, and conditions that they must fulfil."""

from typing import Any

import pytest

import cnncalc
from cnncalc import SpecError

TEXT = """\
input: 3x32x32
vars: {n: (depth-2)//6, depth: 20, base: 16, widths: [base, max(2*base, 24)], unit: null}
require: {(depth-2) % 6 == 0: depth is 6n + 2}
layers: [for c in widths: {repeat n: conv3x3 c padding=1}, unit]
variants:
  plain: {vars: {unit: relu}}
  deep: {vars: {unit: relu, depth: 56}}
  wide: {vars: {unit: relu, base: 2*depth}, require: {base >= 40: base is 40 or more}}
  fixed: {vars: {unit: relu, n: 1}}
  round: {vars: {unit: relu, depth: 6*n+2}}
"""


def widths(variant: str, **values: Any) -> list[int]:
    graph = cnncalc.parse(TEXT, variant=variant, **values)
    return [layer.output_shape[0] for layer in graph.layers if layer.op.name == "conv"]


def fault(variant: str | None, **values: Any) -> tuple[str, str]:
    with pytest.raises(SpecError) as caught:
        cnncalc.parse(TEXT, variant=variant, **values)
    first, *others = caught.value.diagnostics
    assert not others
    return first.code, first.message


def test_variables_are_derived_in_any_order() -> None:
    assert widths("plain") == [16, 16, 16, 32, 32, 32]


def test_a_variant_derives_the_rest_anew() -> None:
    assert len(widths("deep")) == 18
    assert widths("wide") == [40, 40, 40, 80, 80, 80]
    assert widths("fixed") == [16, 32]


def test_what_is_set_derives_the_rest_anew() -> None:
    assert len(widths("plain", depth=8)) == 2
    assert widths("plain", n=1, base=4) == [4, 24]
    assert widths("round", n=2) == [16, 16, 32, 32]


def test_a_variant_may_close_a_cycle() -> None:
    code, message = fault("round")
    assert code == "E222"
    assert message.endswith((": n -> depth -> n", ": depth -> n -> depth"))


def test_requirements_are_held_against_what_is_set() -> None:
    assert fault("plain", depth=21) == ("E223", "depth is 6n + 2")
    assert fault("wide", depth=14) == ("E223", "base is 40 or more")
    assert len(widths("plain", depth=14)) == 4


def test_to_set_what_nothing_reads_is_a_fault() -> None:
    text = "input: 3x8x8\nvars: {n: 1, m: 2, k: m}\nlayers: [conv3x3 k]\n"
    with pytest.raises(SpecError) as caught:
        cnncalc.parse(text, n=4)
    assert [fault.code for fault in caught.value.diagnostics] == ["E224"]
    assert cnncalc.parse(text, m=4).layers[0].output_shape == (4, 6, 6)


def test_what_has_no_value_is_named_alone() -> None:
    assert fault(None) == ("E214", "the variable has no value: `unit`")


def test_long_chains_of_variables_have_values() -> None:
    chain = ", ".join(f"a{place}: a{place + 1}+1" for place in range(3000))
    graph = cnncalc.parse(f"input: 3x8x8\nvars: {{{chain}, a3000: 1}}\nlayers: [conv3x3 a0]\n")
    assert graph.layers[0].output_shape == (3001, 6, 6)


def test_a_block_in_a_choice_of_a_variable_is_used() -> None:
    text = (
        "input: 3x8x8\nvars: {depth: 50, unit: one if depth >= 50 else two, act: unit}\n"
        "blocks: {one: relu, two: tanh}\nlayers: [act]\n"
    )
    assert [layer.op.name for layer in cnncalc.parse(text).layers] == ["relu"]
    assert [layer.op.name for layer in cnncalc.parse(text, depth=18).layers] == ["tanh"]
