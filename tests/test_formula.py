"""Formulas: what they say is what the network counts, wherever they say that they hold."""

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from formulas import TINY, base_of, bundled, counted_at, formula_in, text_of
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc.design.base import Base, graph_at
from cnncalc.design.domain import Steps, count_of, holds_at
from cnncalc.design.formula import Formula, NoFormula, find_formula, find_formulas
from cnncalc.design.held import OTHERS, hold
from cnncalc.design.polynomial import Polynomial
from cnncalc.design.quest import At, Found, NoPolynomialError, Quest, Space
from cnncalc.design.resized import resized
from cnncalc.design.written import reads_lengths
from cnncalc.diagnostics import SpecError
from cnncalc.spec import Selection
from cnncalc.spec.catalogue import entries
from cnncalc.spec.library import bundled_names

# By hand, and as published


def test_a_small_network_has_the_formulas_that_are_worked_out_by_hand() -> None:
    base = base_of(TINY)
    # 27 w + w; each round 9 w^2 and 2 w of the normalisation; 10 w + 10
    parameters = formula_in(base, "parameters", "width", "depth", "size")
    assert text_of(parameters) == "9*width^2*depth + 2*width*depth + 38*width + 10"
    macs = formula_in(base, "macs", "width", "depth", "size")
    assert text_of(macs) == "9*width^2*depth*size^2 + 27*width*size^2 + 10*width"


def test_resnet_50_has_what_is_published() -> None:
    macs = formula_in(bundled("resnet:50"), "macs", "size")
    assert (
        macs.value({"size": 224}) == 4_089_184_256
    )  # He et al.: 3.8 G at the first 1x1; here v1.5
    assert round(macs.value({"size": 288}) / 1e9, 1) == 6.8  # timm's results at 288
    assert round(macs.value({"size": 256}) / 1e9, 1) == 5.3
    assert text_of(macs) == "81456*size^2 + 2048000"
    [piece] = macs.pieces
    assert piece.domain == (Steps("size", 32, 1024, 32),)
    assert (piece.nodes, piece.others, piece.is_proven) == (3, 29, True)


def test_other_published_networks_at_their_own_size() -> None:
    assert formula_in(bundled("vgg:16"), "parameters", "size").value({"size": 224}) == 138_357_544
    assert formula_in(bundled("alexnet"), "macs", "size").value({"size": 227}) == 724_406_816
    growth = formula_in(bundled("densenet:121"), "parameters", "growth")
    assert growth.value({"growth": 32}) == 7_978_856  # torchvision


# Held against evaluation


@pytest.mark.parametrize(
    ("name", "metric", "names"),
    [
        ("resnet:18", "macs", "height,width"),
        ("alexnet", "parameters", "size"),
        ("convmixer:768-32", "macs", "width,depth,size"),
        ("densenet:121", "parameters", "growth=8..64:8"),
        ("unet", "macs", "size"),
        ("efficientnet:b0", "macs", "size"),
        ("vit:base16", "product_macs", "size"),
        ("mobilenet", "macs", "size"),
        ("lenet5", "training_bytes", "size"),
    ],
)
def test_it_is_what_the_network_counts_at_points_that_were_not_used(
    name: str, metric: str, names: str
) -> None:
    base = bundled(name)
    found = formula_in(base, metric, names)
    [piece] = found.pieces
    draw = random.Random(f"{name}{metric}")  # noqa: S311 - no secret
    for _ in range(12):
        point = {steps.name: draw.choice(steps.values) for steps in piece.domain}
        assert found.holds_at(point)
        assert found.value(point) == counted_at(base, metric, point)


def test_what_is_said_to_be_proven_is_so_at_every_point() -> None:
    base = base_of(TINY)
    found = formula_in(base, "macs", "width=3..9:3", "depth=1..4")
    [piece] = found.pieces
    assert piece.is_proven
    assert piece.nodes + piece.others == count_of(piece.domain) == 12
    for width in (3, 6, 9):
        for depth in range(1, 5):
            point = {"width": width, "depth": depth}
            assert found.value(point) == counted_at(base, "macs", point)


def test_many_points_are_told_with_where_they_hold() -> None:
    found = formula_in(bundled("resnet:50"), "macs", "size")
    sizes = np.array([224, 225, 31, 1024, 1056, 64])
    values, holds = found.values({"size": sizes, "other": sizes})
    assert holds.tolist() == [True, False, False, True, False, True]
    wanted = [
        found.value({"size": int(one)}) if ok else 0 for one, ok in zip(sizes, holds, strict=True)
    ]
    assert values.tolist() == wanted
    with pytest.raises(ValueError, match="does not hold at size=225"):
        found.value({"size": 225})
    assert not found.holds_at({})
    assert not found.holds_at({"size": True})


def test_a_million_points_are_counted_at_once() -> None:
    found = formula_in(base_of(TINY), "macs", "width=1..10000", "size=1..10000")
    draw = np.random.default_rng(1)
    columns = {name: draw.integers(1, 10_001, 1_000_000) for name in ("width", "size")}
    values, holds = found.values(columns)
    assert holds.all()
    for place in (0, 17, 999_999):
        point = {name: int(column[place]) for name, column in columns.items()}
        assert values[place] == counted_at(base_of(TINY), "macs", point)


# Where it does not hold


def test_a_small_input_that_drops_a_border_is_no_part_of_the_domain() -> None:
    base = base_of("{name: t, input: 3x32x32, layers: [conv5x5 4, maxpool3x3 stride=2]}")
    found = formula_in(base, "activation_bytes", "size")
    [piece] = found.pieces
    assert piece.domain[0].first >= 7
    assert counted_at(base, "activation_bytes", {"size": 6}) is None
    assert piece.domain[0].modulus == 2


def test_the_ends_of_a_domain_are_the_last_points_at_which_it_is_right() -> None:
    base = base_of("{name: t, input: 3x32x32, vars: {w: 8}, layers: [conv3x3 min(w, 20)]}")
    found = formula_in(base, "parameters", "w")
    assert text_of(found) == "28*w"
    assert found.pieces[0].domain == (Steps("w", 1, 20),)
    least = base_of("{name: t, input: 3x32x32, vars: {w: 8}, layers: [conv3x3 max(w, 5)]}")
    assert formula_in(least, "macs", "w").pieces[0].domain[0].first == 5


def test_a_width_that_is_parted_has_steps() -> None:
    text = "{name: t, input: 3x9x9, vars: {w: 8}, layers: [conv1x1 w, 'conv1x1 w//2 groups=4']}"
    found = formula_in(base_of(text), "parameters", "w")
    assert found.pieces[0].domain[0].modulus == 8
    assert text_of(found) == "1/8*w^2 + 9/2*w"


@pytest.mark.parametrize(
    "rounded", ["divisible(0.7*w, 8)", "floor(w**0.5)", "round(log(w))+3", "w%7+1"]
)
def test_what_rounds_has_no_formula_and_the_spec_is_quoted(rounded: str) -> None:
    base = base_of(f"{{name: t, input: 3x9x9, vars: {{w: 40}}, layers: ['conv3x3 {rounded}']}}")
    found = find_formula(base, "parameters", ["w"])
    if isinstance(found, Formula):  # on steps of 7 what is left of a division by 7 is one number
        assert rounded == "w%7+1"
        assert found.pieces[0].domain[0].modulus == 7
        return
    assert isinstance(found, NoFormula)
    assert found.reason.endswith(f"the spec rounds: `{rounded}` in line 1")


def test_a_rounding_that_leaves_steps_holds_on_them() -> None:
    base = base_of("{name: t, input: 3x9x9, vars: {w: 8}, layers: ['conv1x1 divisible(w, 8)']}")
    found = formula_in(base, "parameters", "w")
    assert text_of(found) == "4*w"
    assert found.pieces[0].domain[0] == Steps("w", 8, 128, 8)


def test_a_depth_that_halves_the_map_has_no_formula_of_macs_and_one_of_parameters() -> None:
    base = base_of(
        "{name: t, input: 3x32x32, vars: {d: 3}, layers: [repeat d: [conv1x1 3, maxpool2x2]]}"
    )
    assert isinstance(find_formula(base, "macs", ["d"]), NoFormula)
    parameters = formula_in(base, "parameters", "d")
    assert text_of(parameters) == "12*d"
    assert parameters.pieces[0].domain[0].last == 5


def test_every_residue_has_a_polynomial_of_its_own() -> None:
    [found] = find_formulas(bundled("resnet:18"), ["macs"], ["size"], every_residue=True)
    assert isinstance(found, Formula)
    assert len(found.pieces) == 32
    draw = random.Random(3)  # noqa: S311 - no secret
    sizes = [draw.randrange(1, 1025) for _ in range(20)]
    values, holds = found.values({"size": np.array(sizes)})
    assert holds.all()
    for size, value in zip(sizes, values, strict=True):
        assert value == counted_at(bundled("resnet:18"), "macs", {"size": size})


def test_too_many_residues_are_not_told() -> None:
    with pytest.raises(ValueError, match="1,024 residues"):
        find_formulas(bundled("resnet:18"), ["macs"], ["height", "width"], every_residue=True)


# A wrong polynomial is caught


class Values:
    """A table of one key: a function of the point."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.asked: set[At] = set()

    def at(self, point: At) -> Mapping[str, int] | None:
        self.asked.add(point)
        value = self.function(*point)
        return None if value is None else {"it": value}


def held(function: Any, polynomial: Mapping[At, int], *ranges: range) -> Found:
    names = tuple("xyz"[: len(ranges)])
    anchor = tuple(one[len(one) // 2] for one in ranges)
    space = Space(names, ranges, anchor, ((1,),) * len(ranges), (False,) * len(ranges))
    domain = tuple(Steps(n, r[0], r[-1], r.step) for n, r in zip(names, ranges, strict=True))
    quest = Quest(Values(function), "it", space)
    return hold(
        quest,
        Polynomial(names, {at: Fraction(one) for at, one in polynomial.items()}),
        domain,
        {anchor},
    )


@settings(deadline=None)
@given(st.integers(1, 50), st.sampled_from([(0,), (1,), (2,), (3,)]), st.integers(0, 3))
def test_a_wrong_factor_is_caught(by: int, powers: At, seed: int) -> None:
    wrong: dict[At, int] = {(2,): 3, (0,): 7}
    wrong[powers] = wrong.get(powers, 0) + by
    with pytest.raises(NoPolynomialError, match="misses at x="):
        held(lambda x: 3 * x * x + 7, wrong, range(1 + seed, 3000))


def test_one_point_in_a_small_domain_is_caught() -> None:
    found = held(lambda x: x if x != 3 else 0, {(1,): 1}, range(1, 100))
    assert found.domain == (Steps("x", 4, 99),)
    assert found.is_proven


def test_a_corner_in_which_it_is_wrong_is_cut_off() -> None:
    def value(x: int, y: int) -> int:
        return x * y if x >= 20 or y >= 500 else x * y + 1

    found = held(value, {(1, 1): 1}, range(1, 1001), range(1, 1001))
    first_x, first_y = (steps.first for steps in found.domain)
    assert first_x == 20 or first_y == 500
    assert found.others >= OTHERS


def test_the_points_that_hold_it_are_not_those_that_it_was_found_from() -> None:
    table = Values(lambda x: 5 * x + 1)
    line = Polynomial(("x",), {(1,): Fraction(5), (0,): Fraction(1)})
    space = Space(("x",), (range(1, 10_000),), (50,), ((1,),), (False,))
    nodes: set[At] = {(50,), (51,)}
    found = hold(
        Quest(table, "it", space),
        line,
        (Steps("x", 1, 9999),),
        nodes,
    )
    assert found.others >= OTHERS == 200
    assert not table.asked & nodes


# Networks of any kind


@st.composite
def specs(draw: st.DrawFn) -> str:
    """Small networks with a width, a depth and strides, some of which round or cannot be."""
    layers = []
    for _ in range(draw(st.integers(1, 4))):
        kernel, stride = draw(st.integers(1, 4)), draw(st.integers(1, 3))
        padding = draw(st.sampled_from(["0", "1", "half", "same"]))
        width = draw(
            st.sampled_from(["width", "2*width", "width//2+1", "width+3", "divisible(width,4)"])
        )
        layers.append(
            draw(
                st.sampled_from(
                    [
                        f"'conv{kernel}x{kernel} {width} stride={stride} padding={padding}'",
                        f"'maxpool{kernel + 1}x{kernel + 1} stride={stride} ceil_mode=true'",
                        "{repeat depth: [conv3x3 width padding=1, relu]}",
                        "{add: [[conv3x3 x.channels padding=1], x]}",
                        "{concat: [[conv1x1 width], x]}",
                        "if x.height > 20: conv3x3 4",
                        "upsample 2",
                    ]
                )
            ).replace("if x.height > 20: conv3x3 4", "{if x.height > 20: conv3x3 4}")
        )
    every = ", ".join(["conv1x1 width", "{repeat depth: relu}", *layers])
    variables = "vars: {width: 4, depth: 2}"
    return f"{{name: t, input: 3x24x24, {variables}, layers: [{every}]}}"


@settings(max_examples=25, deadline=None)
@given(specs(), st.sampled_from(["size", "width", "width,size", "height,depth"]), st.randoms())
def test_a_formula_is_the_count_wherever_it_says_that_it_holds(
    text: str, names: str, draw: random.Random
) -> None:
    base = base_of(text)
    try:
        graph_at(base, {})
    except SpecError:
        return
    for found in find_formulas(base, ["parameters", "macs"], names.split(",")):
        if isinstance(found, NoFormula):
            continue
        [piece] = found.pieces
        assert holds_at(piece.domain, {name: graph_point(base, name) for name in names.split(",")})
        for _ in range(8):
            point = {steps.name: draw.choice(steps.values) for steps in piece.domain}
            assert found.value(point) == counted_at(base, found.metric, point), (text, point)


def graph_point(base: Base, name: str) -> int:
    return {"size": 24, "height": 24, "width": 4, "depth": 2}[name]


@pytest.mark.parametrize("family", bundled_names())
def test_another_size_is_the_same_whether_the_spec_is_read_again_or_not(family: str) -> None:
    entry = next(iter(entries(family)))
    base = bundled(entry.name)
    if reads_lengths(base.spec):
        return
    graph = graph_at(base, {})
    for by in (32, -7):
        inputs = {
            label: (shape[0], *(max(one + by, 1) for one in shape[1:]))
            for label, shape in base.inputs.items()
        }
        found = resized(graph, inputs)
        whole = Selection(base.selection.variant, {}, dict(inputs.items()))
        try:
            wanted = graph_at(base._replace(selection=whole, inputs=inputs), {})
        except SpecError:
            assert found is None
            continue
        if found is not None:
            assert found.inputs == wanted.inputs
            assert [one[:6] for one in found.layers] == [one[:6] for one in wanted.layers]
            assert [one[:6] for one in found.auxiliary] == [one[:6] for one in wanted.auxiliary]


def test_a_condition_on_the_size_ends_the_domain() -> None:
    choice = "{if x.height<20: conv1x1 8, else: conv1x1 4}"
    base = base_of(f"{{name: t, input: 3x64x64, layers: [conv3x3 4 padding=1, {choice}]}}")
    found = formula_in(base, "macs", "size")
    assert found.pieces[0].domain[0].first == 20
    assert text_of(found) == "124*size^2"  # 27 * 4 + 4 * 4


def test_a_network_of_one_size_alone_says_so() -> None:
    base = base_of("{name: t, input: 3x32x32, layers: [tokens, {add: [x, learned 3x1024]}]}")
    found = find_formula(base, "activation_bytes", ["size"])
    assert isinstance(found, NoFormula)
