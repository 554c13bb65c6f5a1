"""Loops with values and choices give the layers that one would write out by hand."""

import pytest

import cnncalc
from cnncalc import SpecError
from cnncalc.graph import Layer
from cnncalc.spec import WIDE, Selection, build

HEAD = "input: 8x16x16\n"


def layers(text: str) -> tuple[Layer, ...]:
    """The layers of a network, without their places."""
    return tuple(layer._replace(origin=()) for layer in cnncalc.parse(HEAD + text).layers)


UNROLLED = {
    "in a row": (
        "layers: [for i in range(3): conv3x3 8*2**i padding=1]",
        "layers: [conv3x3 8 padding=1, conv3x3 16 padding=1, conv3x3 32 padding=1]",
    ),
    "over rows": (
        "vars: {rows: [[4, 1], [6, 2]]}\nlayers: [for c s in rows: [conv1x1 c stride=s, relu]]",
        "layers: [conv1x1 4, relu, conv1x1 6 stride=2, relu]",
    ),
    "names parted by commas": (
        "layers:\n  - for c, s in [(4, 1), (6, 2)]: conv1x1 c stride=s",
        "layers: [conv1x1 4, conv1x1 6 stride=2]",
    ),
    "a row by its index": (
        (
            "vars: {rows: [[4, 1], [6, 2]]}\n"
            "layers:\n  - for i in range(len(rows)): conv1x1 rows[i][0] stride=rows[i][1]"
        ),
        "layers: [conv1x1 4, conv1x1 6 stride=2]",
    ),
    "branches": (
        "vars: {r: [1, 3]}\nlayers:\n- concat: [x, for s in r: dwconv kernel_size=s padding=half]",
        "layers: [concat: [x, dwconv1x1 padding=half, dwconv3x3 padding=half]]",
    ),
    "branches of branches": (
        (
            "vars: {a: [relu, elu]}\n"
            "layers:\n  - concat:\n    - for c in range(1, 3):\n        for f in a: [conv1x1 c, f]"
        ),
        (
            "layers: [concat: [[conv1x1 1, relu], [conv1x1 1, elu], [conv1x1 2, relu],"
            " [conv1x1 2, elu]]]"
        ),
    ),
    "a branch alone": (
        "vars: {k: [3]}\nlayers: [add: [for s in k: conv1x1 s], relu]",
        "layers: [conv1x1 3, relu]",
    ),
    "no round": ("layers: [for i in range(0): relu, tanh]", "layers: [tanh]"),
    "down": (
        "layers:\n  - for c in range(6, 0, -2): conv1x1 c",
        "layers: [conv1x1 6, conv1x1 4, conv1x1 2]",
    ),
    "words": (
        "vars: {f: [relu, unit]}\nblocks: {unit: tanh}\nlayers: [for a in f: a]",
        "blocks: {unit: tanh}\nlayers: [relu, unit]",
    ),
    "labels of rounds": (
        "layers:\n  - for c in range(1, 3): [p: conv1x1 c]\n  - concat: [p1, p2]",
        "layers: [p1: conv1x1 1, p2: conv1x1 2, concat: [p1, p2]]",
    ),
    "loops in loops": (
        "layers:\n  - for a in range(2):\n      - for b in range(2): conv1x1 1+2*a+b",
        "layers: [conv1x1 1, conv1x1 2, conv1x1 3, conv1x1 4]",
    ),
    "an argument of a block": (
        "blocks: {unit c: [conv1x1 c, relu]}\nlayers:\n  - for i in range(1, 4): unit 4*(1+i%2)",
        "blocks: {unit c: [conv1x1 c, relu]}\nlayers: [unit 8, unit 4, unit 8]",
    ),
    "elif": (
        (
            "layers:\n  - for i in range(4):\n      if i == 0: relu\n      elif i == 1: tanh\n"
            "      elif i == 2: [elu, gelu]\n      else: silu"
        ),
        "layers: [relu, tanh, elu, gelu, silu]",
    ),
    "no case holds": (
        "layers:\n  - if 1 > 2: relu\n    elif 2 > 3: tanh\n  - silu",
        "layers: [silu]",
    ),
}


@pytest.mark.parametrize("case", UNROLLED)
def test_a_loop_is_what_one_would_write_out(case: str) -> None:
    looped, written = UNROLLED[case]
    assert layers(looped) == layers(written)


def test_equal_calls_in_rounds_share_their_ops() -> None:
    found = layers(
        "blocks: {unit c: [conv1x1 c, relu]}\nlayers:\n  - for i in range(4): unit 4+i//2"
    )
    assert found[4].op is not found[2].op
    assert found[6].op is not found[4].op  # another width flows in
    assert len({id(layer.op) for layer in found if layer.op.name == "relu"}) == 2


def test_the_values_of_a_round_are_told_of_a_fault() -> None:
    with pytest.raises(SpecError) as caught:
        cnncalc.parse(HEAD + "layers:\n  - for k in [3, 30]: conv kernel_size=k out_channels=8")
    notes = [note.text for note in caught.value.diagnostics[0].notes]
    assert notes[0] == "`k` where k = 30"


def test_loops_in_loops_end_at_the_bound_of_layers() -> None:
    text = (
        f"{HEAD}blocks:\n  thousand: {{repeat 1_000: relu}}\n"
        "layers:\n  - for i in range(1000):\n      - for j in range(1000): thousand\n"
    )
    with pytest.raises(SpecError) as caught:
        build(text, "f.yaml", Selection(), WIDE._replace(layers=20_000))
    [fault] = caught.value.diagnostics
    assert (fault.code, fault.hint) == ("E504", "lower the repeats")
    assert fault.message == "the network has more than 20,000 layers"
    assert fault.span is not None
    assert (fault.span.line, fault.span.column) == (6, 31)


def test_a_variant_has_a_reference_of_its_own() -> None:
    text = (
        f"{HEAD}vars: {{c: 4}}\nlayers: [conv1x1 c]\nreference: a table\n"
        "variants: {wide: {vars: {c: 8}, reference: 'timm:wide'}, same: {}}\n"
    )
    found = [cnncalc.parse(text, variant=name).reference for name in (None, "wide", "same")]
    assert found == ["a table", "timm:wide", None]
