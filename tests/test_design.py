"""Designs: a network at a point, the values of axes, conditions and polynomials."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc import load, summarize
from cnncalc.analysis.conventions import Basis
from cnncalc.design.axes import count_points, read_axis, read_input_axes
from cnncalc.design.base import (
    Base,
    check_name,
    graph_at,
    lengths,
    movable,
    read_base,
    value_at,
)
from cnncalc.design.conditions import parse_conditions
from cnncalc.design.figures import as_number, figures
from cnncalc.design.polynomial import Polynomial, through_grid
from cnncalc.diagnostics import SpecError
from cnncalc.spec import Selection
from cnncalc.spec.library import Source, find

TEXT = """
name: tiny
input: 3x32x32
vars: {width: 8, depth: 2}
layers:
  - repeat depth: [conv3x3 width padding=1, relu]
  - globalavgpool
  - flatten
  - fc: linear 10
"""


def base_of(text: str = TEXT, **values: int) -> Base:
    return read_base(Source(text, "tiny.yaml", None), Selection(None, values, {}))


def test_a_point_is_the_network_with_these_values() -> None:
    at = graph_at(base_of(), {"width": 16, "depth": 3, "input.height": 64})
    by_hand = (3 * 9 + 1) * 16 + 2 * (16 * 9 + 1) * 16 + 16 * 10 + 10
    assert summarize(at).totals.parameters == by_hand
    assert at.inputs == {"input": (3, 64, 32)}


def test_size_sets_every_axis_of_space_and_a_later_name_one_of_them() -> None:
    assert graph_at(base_of(), {"size": 48, "height": 16}).inputs == {"input": (3, 16, 48)}


def test_what_the_base_has_asked_for_stays_at_every_point() -> None:
    source = find("resnet:18")
    base = read_base(source, Selection("18", {}, {None: (3, 64, 96)}))
    assert graph_at(base, {"height": 128}).inputs == {"input": (3, 128, 96)}
    same = load("resnet:18", input="3x128x96")
    assert summarize(graph_at(base, {"height": 128})).totals == summarize(same).totals


def test_a_variable_hides_the_short_name_of_a_length() -> None:
    base = base_of()
    assert [name for name, place in movable(base).items() if place is None] == ["width", "depth"]
    assert graph_at(base, {"width": 4}).inputs == {"input": (3, 32, 32)}
    assert graph_at(base, {"input.width": 40}).inputs == {"input": (3, 32, 40)}
    assert value_at(base, "size") == 32
    assert value_at(base, "width") == 8


def test_inputs_by_their_labels() -> None:
    known = lengths({"left": (1, 8, 8), "mask": (4,)}, {})
    assert [*known] == ["left.channels", "left.height", "left.width", "left.size", "mask.features"]


@pytest.mark.parametrize(
    ("name", "part"), [("widht", "did you mean `width`?"), ("colour", "it has width, depth")]
)
def test_an_unknown_name_is_refused(name: str, part: str) -> None:
    with pytest.raises(ValueError, match=part.replace("?", r"\?")):
        check_name(base_of(), name)


def test_faults_at_a_point_are_those_of_the_spec() -> None:
    with pytest.raises(SpecError) as caught:
        graph_at(base_of(), {"width": 0})
    assert caught.value.diagnostics[0].span is not None
    with pytest.raises(ValueError, match="length"):
        graph_at(base_of(), {"size": 0})


def test_a_variable_without_a_value_may_be_given_by_a_point() -> None:
    base = base_of("{name: n, input: 3x8x8, vars: {width: null}, layers: [conv3x3 width]}")
    assert value_at(base, "width") is None
    assert graph_at(base, {"width": 5}).layers[0].output_shape == (5, 6, 6)
    with pytest.raises(SpecError):
        graph_at(base, {})


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("width=16..128:16", [16, 32, 48, 64, 80, 96, 112, 128]),
        ("depth=2,3,4", [2, 3, 4]),
        ("d=1..3, 8", [1, 2, 3, 8]),
        ("f=0.25..1:0.25", [0.25, 0.5, 0.75, 1]),
        ("rows=[1, 2],[3]", [(1, 2), (3,)]),
        ("unit=basic,bottleneck", ["basic", "bottleneck"]),
        ("flag=true,false", [True, False]),
        ("input.height=5", [5]),
    ],
)
def test_the_values_of_an_axis(text: str, values: list[object]) -> None:
    assert [*read_axis(text).values] == values


def test_a_grid_of_any_size_is_counted_without_being_made() -> None:
    axes = [read_axis("a=1..1_000_000"), read_axis("b=1..1_000_000")]
    assert count_points(axes) == 10**12


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("width", "not name=values"),
        ("width=", "a value is missing"),
        ("width=1,,2", "a value is missing"),
        ("width=9..1", "empty range"),
        ("width=1..9:0", "above 0"),
        ("width=1..9:3", "do not reach 9"),
        ("width=0.25..1", "give a step: `0.25..1:0.01`"),
        ("width=0.25-1", "`0.25-1` is no range: write `0.25..1`"),
        ("width=16:64:8", "`16:64:8` is no range: write `16..64:8`"),
        ("width=2,2", "given twice"),
        ("width=0..1:0.000001", "more than 100,000"),
        ("width=1..200000,3", "more than 100,000"),
        ("width=(((", "width"),
        ("a b=3", "not name=values"),
        ("w=" + "1," * 4000, "characters"),
    ],
)
def test_what_is_no_axis_is_refused(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        read_axis(text)


def test_the_lengths_of_an_input() -> None:
    inputs = {"input": (3, 224, 224)}
    channels, size = read_input_axes("3x{128..320:32}", inputs)
    assert (size.name, [*size.values][:2]) == ("input.size", [128, 160])
    assert [*channels.values] == [3]
    assert [one.name for one in read_input_axes("3x{8..9}x7", inputs)][1] == "input.height"
    with pytest.raises(ValueError, match="4 axes"):
        read_input_axes("3x1x2x3", inputs)
    with pytest.raises(ValueError, match="no input `mask`"):
        read_input_axes("mask=3x4", inputs)


def test_conditions_hold_exactly() -> None:
    conditions = parse_conditions(
        "macs <= 0.6G and receptive_field >= 224, weight_bytes < 4 MiB and width != 3", ("width",)
    )
    assert [one.name for one in conditions] == ["macs", "receptive_field", "weight_bytes", "width"]
    macs, field, weights, width = conditions
    assert macs.holds(600_000_000)
    assert not macs.holds(600_000_001)
    assert field.holds(224)
    assert not field.holds(223)
    assert not weights.holds(4 * 2**20)
    assert weights.holds(4 * 2**20 - 1)
    assert not width.holds(3)
    assert weights.limit == 4 * 2**20


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no condition"),
        ("macs", "no condition"),
        ("macs = 5", "write `==`"),
        ("macs <= ", "number is missing"),
        ("macs <= many", "not a number"),
        ("mcas <= 5M", "did you mean `macs`"),
        ("wide <= 5", "unknown metric"),
        ("weight_bytes <= 4", "needs a unit"),
        ("macs <= 5 and", "and"),
        ("macs <= 5 or macs >= 7", "macs <= 5 or macs >= 7"),
        ("5M >= macs", "no condition"),
        ("m" * 2000, "characters"),
    ],
)
def test_what_is_no_condition_is_refused(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        parse_conditions(text)


def test_figures_of_the_whole_and_of_a_label() -> None:
    graph = graph_at(base_of(), {})
    found = figures(graph, ("macs", "fc.parameters", "receptive_field", "no.macs"), Basis())
    assert found["fc.parameters"] == 90
    assert found["receptive_field"] == (5, 5)
    assert as_number((5, 7)) == 5
    assert found["no.macs"] is None


@settings(deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 2)), st.fractions(-50, 50), max_size=6
    )
)
def test_a_polynomial_is_found_again_from_its_values(
    terms: dict[tuple[int, int], Fraction],
) -> None:
    terms = {powers: factor for powers, factor in terms.items() if factor}
    nodes = ((3, 5, 8, 13), (2, 7, 11))
    values: dict[tuple[int, ...], Fraction] = {
        (x, y): sum((f * x**a * y**b for (a, b), f in terms.items()), Fraction(0))
        for x, y in product(*nodes)
    }
    found = through_grid(("x", "y"), nodes, values)
    assert found.terms == terms


def test_many_values_are_exact_beyond_64_bits() -> None:
    cubic = Polynomial(("w",), {(3,): Fraction(1, 3), (1,): Fraction(2, 3)})
    small, large = np.array([1, 2, 3]), np.array([10**7, 10**7 + 1])
    assert cubic.values({"w": small}).tolist() == [1, 4, 11]
    assert cubic.values({"w": large}).tolist() == [(w**3 + 2 * w) // 3 for w in (10**7, 10**7 + 1)]
