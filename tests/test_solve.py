"""The largest and smallest designs under limits, against every design evaluated."""

import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.analysis.conventions import Basis
from cnncalc.cli.main import main
from cnncalc.design.base import Base, graph_at, read_base
from cnncalc.design.figures import as_number, figures
from cnncalc.design.solve.answer import Solution
from cnncalc.design.solve.asked import Question, read_asked
from cnncalc.design.solve.crossing import guess, unknown_near
from cnncalc.design.solve.find import match, solve
from cnncalc.design.solve.target import Target
from cnncalc.diagnostics import SpecError
from cnncalc.spec import Selection
from cnncalc.spec.library import Source

PLAIN = """
name: plain
input: 3x16x16
vars: {width: 8, depth: 2, unused: 3, kind: relu, factor: 0.5, flag: true}
layers:
  - repeat depth: [conv3x3 width padding=1, kind]
  - conv3x3 ceil(factor*16) stride=(2 if flag else 1)
  - globalavgpool
  - flatten
  - fc: linear 10
"""
GROUPED = """
name: grouped
input: 3x9x9
vars: {width: 24}
layers: [conv3x3 width padding=1, conv3x3 2*width padding=1 groups=12, relu]
"""
ROUNDED = """
name: rounded
input: 3x12x12
vars: {width: 20}
layers: [conv1x1 divisible(width*1.3,8), conv3x3 divisible(width*0.7,16) padding=1, relu]
"""
SAWTOOTH = """
name: sawtooth
input: 3x8x8
vars: {width: 20}
layers: [conv1x1 4+width%37, conv1x1 1+width//9, relu]
"""
FALLING = """
name: falling
input: 64x8x8
vars: {groups: 4}
layers: [conv1x1 64 groups=groups, conv1x1 4]
"""
STRIDED = """
name: strided
input: 3x40x40
layers: [conv5x5 4 stride=3, maxpool3x3 stride=2, conv3x3 6 stride=2, flatten, linear 7]
"""


def base_of(text: str, **values: int) -> Base:
    return read_base(Source(text, "spec.yaml", None), Selection(None, values, {}))


def asked(
    base: Base, variables: str | Sequence[str], *where: str, top: int = 1, **more: Any
) -> Solution:
    names = (variables,) if isinstance(variables, str) else (*variables,)
    question = Question(names, where, **more)
    return solve(base, read_asked(base, question), Basis(), top=top)


def counted(base: Base, name: str, values: Sequence[int], metric: str) -> dict[int, int]:
    """A metric at every value that has a network: what any answer is held against."""
    found: dict[int, int] = {}
    for value in values:
        try:
            one = figures(graph_at(base, {name: value}), (metric,), Basis())[metric]
        except SpecError:
            continue
        assert one is not None
        found[value] = as_number(one)
    return found


def numbers(base: Base, point: dict[str, int]) -> dict[str, int]:
    found = figures(graph_at(base, point), ("macs", "parameters"), Basis())
    return {name: as_number(one) for name, one in found.items() if one is not None}


# Against all values

SPECS = [
    (PLAIN, "width"),
    (GROUPED, "width"),
    (ROUNDED, "width"),
    (SAWTOOTH, "width"),
    (FALLING, "groups"),
    (STRIDED, "size"),
    (PLAIN, "depth"),
]
LAST = 300
ALL = {
    (text, metric): counted(base_of(text), name, range(1, LAST + 1), metric)
    for text, name in SPECS[:-1]
    for metric in ("macs", "parameters")
}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_variable_is_exact(data: st.DataObject) -> None:
    text, name = data.draw(st.sampled_from(SPECS[:-1]))
    metric = data.draw(st.sampled_from(("macs", "parameters")))
    known = ALL[text, metric]
    limit = data.draw(st.sampled_from([*known.values()])) + data.draw(st.integers(-2, 2))
    sign: str = data.draw(st.sampled_from(("<=", ">=", "<", ">")))
    is_largest = data.draw(st.booleans())
    holds: dict[str, Callable[[int], bool]] = {
        "<=": lambda one: one <= limit,
        ">=": lambda one: one >= limit,
        "<": lambda one: one < limit,
        ">": lambda one: one > limit,
    }
    fitting = [value for value, one in known.items() if holds[sign](one)]
    base = base_of(text)
    ways: dict[str, Any] = {} if is_largest else {"minimise": name}
    where = f"{metric} {sign} {max(limit, 0)}"
    if not fitting:
        with pytest.raises(ValueError, match=r"nothing meets|no effect"):
            asked(base, f"{name}=1..{LAST}", where, **ways)
        return
    if len(set(known.values())) == 1:
        with pytest.raises(ValueError, match="no effect"):
            asked(base, f"{name}=1..{LAST}", where, **ways)
        return
    found = asked(base, f"{name}=1..{LAST}", where, **ways)
    best = max(fitting) if is_largest else min(fitting)
    assert found.value == best
    assert found.figures[metric] == known[best]
    beyond = [v for v in known if (v > best if is_largest else v < best)]
    after = (min(beyond) if is_largest else max(beyond)) if beyond else None
    assert found.next == after
    if after is not None:
        assert found.misses == {metric: abs(known[after] - max(limit, 0))}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_window_of_two_limits_is_found_however_narrow(data: st.DataObject) -> None:
    text, name = data.draw(
        st.sampled_from([(PLAIN, "width"), (GROUPED, "width"), (STRIDED, "size")])
    )
    known = ALL[text, "macs"]
    value = data.draw(st.sampled_from([*known]))
    low, high = known[value] - data.draw(st.integers(0, 50)), known[value]
    where = f"macs >= {max(low, 0)} and macs <= {high}"
    fitting = [one for one, macs in known.items() if low <= macs <= high]
    base = base_of(text)
    assert asked(base, f"{name}=1..{LAST}", where).value == max(fitting)
    assert asked(base, f"{name}=1..{LAST}", where, minimise=name).value == min(fitting)
    exactly = [one for one, macs in known.items() if macs == high]
    assert asked(base, f"{name}=1..{LAST}", f"macs == {high}").value == max(exactly)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_the_network_that_is_matched_lies_between(data: st.DataObject) -> None:
    text, name = data.draw(st.sampled_from([SPECS[0], SPECS[1], SPECS[2], SPECS[3], SPECS[5]]))
    known = ALL[text, "macs"]
    value = data.draw(st.sampled_from([*known]))
    other = graph_at(base_of(text), {name: value})
    found = match(base_of(text), (f"{name}=1..{LAST}",), Target(other, "macs"), Basis())
    assert found.figures["macs"] == known[value]  # the design itself, or one that costs the same
    assert found.beyond[0].trial is not None
    assert found.beyond[0].trial.figures["macs"] == known[value]


def test_matching_another_shows_the_nearest_on_both_sides() -> None:
    known = ALL[GROUPED, "macs"]
    other = cnncalc.parse("{name: other, input: 3x9x9, layers: [conv3x3 1000 padding=1]}")
    cost = cnncalc.summarize(other).totals.macs
    found = match(base_of(GROUPED), ("width",), Target(other, "macs"), Basis())
    assert found.figures["macs"] == max(one for one in known.values() if one <= cost)
    assert found.next == min(value for value, one in known.items() if one >= cost)
    assert found.comparison is not None
    assert found.comparison.candidates[0].name == "other"
    assert found.target == "other"


@settings(max_examples=12, deadline=None)
@given(st.integers(200, 60_000), st.booleans())
def test_several_variables_are_exact(limit: int, is_largest: bool) -> None:  # noqa: FBT001
    base = base_of(PLAIN)
    every = {
        (width, depth): numbers(base, {"width": width, "depth": depth})
        for width in range(1, 13)
        for depth in range(1, 5)
    }
    sign, word = ("<=", "maximise") if is_largest else (">=", "minimise")
    key = [
        (one["macs"], *point)
        for point, one in every.items()
        if (one["parameters"] <= limit if is_largest else one["parameters"] >= limit)
    ]
    if not key:
        return
    best = max(key) if is_largest else min(key)
    where = f"parameters {sign} {limit}"
    found = asked(base, ("width=1..12", "depth=1..4"), where, top=3, **{word: "macs"})
    assert (found.figures["macs"], *found.values.values()) == best
    assert [(one.figures["macs"], *one.point.values()) for one in found.best] == sorted(
        key, reverse=is_largest
    )[:3]


def test_along_lines_the_best_is_that_of_the_whole_grid() -> None:
    base = base_of(PLAIN)
    where = "macs <= 3M and receptive_field <= 11"
    lines = asked(base, ("width=1..2000", "depth=1..8"), where, maximise="macs")
    assert lines.evaluated < 1000
    every = [
        (one["macs"], width, depth)
        for depth in range(1, 5)  # the field of five has 13
        for width in range(1, 400)
        if (one := numbers(base, {"width": width, "depth": depth}))["macs"] <= 3_000_000
    ]
    assert (lines.figures["macs"], lines.values["width"], lines.values["depth"]) == max(every)
    widest = asked(base, ("depth=1..8", "width=1..2000"), where, maximise="width")
    assert widest.values["width"] == max(width for _, width, _ in every)


def test_a_metric_of_one_variable_is_made_large_or_small() -> None:
    base = base_of(PLAIN)
    most = asked(base, "width", "parameters <= 100K", maximise="macs")
    assert most.value == asked(base, "width", "parameters <= 100K").value
    least = asked(base, "width", "parameters >= 100K and width <= 9000", minimise="macs")
    assert least.value == asked(base, "width", "parameters >= 100K", minimise="width").value
    falling = asked(base_of(FALLING), "groups=1..64", "parameters <= 3000", maximise="macs")
    known = ALL[FALLING, "parameters"]
    assert falling.value == min(value for value, one in known.items() if one <= 3000)


# Published networks


def test_the_width_of_mobilenetv2_under_300m_macs() -> None:
    """Sandler et al. 2018 print 300M for the multiplier 1; to the last digit it is above."""
    found = cnncalc.solve("mobilenetv2", "alpha=0.05..1.4:0.05", where="macs <= 300M")
    assert (found.value, found.next) == (0.95, 1)
    assert found.misses == {"macs": 300_774_272 - 300_000_000}
    rounded = cnncalc.solve("mobilenetv2", "alpha=0.35,0.5,0.75,1,1.4", where="macs <= 301M")
    assert rounded.value == 1
    assert rounded.figures["macs"] == 300_774_272


def test_the_input_of_resnet_50_under_its_published_cost() -> None:
    found = cnncalc.solve("resnet:50", "size=32..1024:32", where="macs <= 4.1G")
    assert found.value == 224
    assert found.figures["macs"] == 4_089_184_256
    assert found.next == 256
    free = cnncalc.solve("resnet:50", "size", where="macs <= 4.1G")
    assert free.value == 224
    assert free.evaluated < 100


def test_resnext_is_as_wide_as_published_at_the_cost_of_resnet() -> None:
    """Xie et al. 2017, Table 2: 32 paths of width 4 cost what ResNet-50 does, about."""
    found = cnncalc.solve("resnext:50_32x4d", "width", match=cnncalc.load("resnet:50"))
    assert (found.value, found.next) == (3, 4)
    assert found.comparison is not None
    first, below, above = found.comparison.candidates
    assert above.summary.totals.parameters == 25_028_904
    assert found.comparison.ratio("parameters", above) == 25_028_904 / 25_557_032
    assert below.summary.totals.macs < first.summary.totals.macs < above.summary.totals.macs


def test_the_compound_factors_of_efficientnet() -> None:
    """Tan & Le 2019, §4: alpha 1.2, beta 1.1, gamma 1.15; and B1, as torchvision has it."""
    found = cnncalc.solve(
        "efficientnet:b0",
        "depth=1,1.1,1.2",
        "width=1,1.1",
        "size=224,240,258",
        where="macs <= 1G",
        maximise="macs",
        top=18,
    )
    costs = {tuple(one.point.values()): one.figures["macs"] for one in found.best}
    paper = cnncalc.load("efficientnet:b0", depth=1.2, width=1.1, input="3x258x258")
    assert costs[1.2, 1.1, 258] == cnncalc.summarize(paper).totals.macs
    assert costs[1.1, 1, 240] == 686_802_832
    assert costs[1, 1, 224] == 385_814_752
    assert [*costs.values()] == sorted(costs.values(), reverse=True)


def test_a_variable_made_of_others_is_a_limit_and_an_objective() -> None:
    """The law of the same paper, alpha * beta**2 * gamma**2, on its grid."""
    text = PLAIN.replace("vars: {", "vars: {alpha: 1, beta: 1, law: alpha*beta**2, ")
    text = text.replace("conv3x3 width", "conv3x3 floor(10*law*width/width)")
    question = ("alpha=1..1.5:0.1", "beta=1..1.5:0.1")
    found = asked(base_of(text), question, "law <= 2", maximise="law")
    grid = [(Fraction(10 + a, 10), Fraction(10 + b, 10)) for a in range(6) for b in range(6)]
    best = max(a * b * b for a, b in grid if a * b * b <= 2)
    assert abs(found.figures["law"] - best) < Fraction(1, 10**9)


# What is told


def test_a_bound_is_told() -> None:
    found = asked(base_of(PLAIN), "width=1..40", "macs <= 1T")
    assert found.value == 40
    assert found.is_bound
    assert found.next is None
    assert "the largest value that was allowed" in str(found)


def test_faults_are_passed_over_and_told() -> None:
    found = asked(base_of(GROUPED), "width=1..300", "parameters <= 4000")
    assert found.value % 12 == 0  # type: ignore[operator]
    assert found.next == found.value + 12  # type: ignore[operator]
    assert len(found.beyond[0].faults) == 11
    assert "groups cannot share" in str(found)


def test_a_figure_that_turns_is_told() -> None:
    found = asked(base_of(SAWTOOTH), "width", "parameters <= 1000")
    assert "does not run one way" in str(found)
    assert "may fit too" in str(found)
    assert found.figures["parameters"] <= 1000


def test_networks_that_become_too_deep_are_not_built() -> None:
    found = asked(base_of(PLAIN), "depth", "macs >= 1")
    assert found.is_bound
    assert "more than 4,000 layers" in str(found)


def test_networks_that_are_all_too_large_end_the_search() -> None:
    base = base_of("{name: deep, input: 3x4x4, vars: {d: 1}, layers: [repeat 10**d: relu]}")
    with pytest.raises(ValueError, match=r"no design is a network|too large"):
        asked(base, "d=7..90", "depth <= 4")


@pytest.mark.parametrize(
    ("variables", "where", "part"),
    [
        ("widht", "macs <= 1M", "did you mean `width`"),
        ("width", "mcas <= 1M", "did you mean `macs`"),
        ("width", "macs", "no condition"),
        ("width", "", "no limit is given"),
        ("width", "macs <= 10", "nearest is width = 1 with"),
        ("width", "macs <= 1M and macs >= 1T", "999,999,065,504 too few for `macs >= 1T`"),
        ("width", "parameters <= 500 and macs >= 1M", "together"),
        ("width", "depth <= 1", "`width` has no effect on `depth`: it is 2 at every value"),
        ("unused", "macs <= 1M", "nothing reads the variable"),
        ("kind", "macs <= 1M", "is no number"),
        ("flag", "macs <= 1M", "is no number"),
        ("kind=relu,silu", "macs <= 1M", "is no number"),
        ("factor", "macs <= 1M", "give a range with a step"),
        ("width,depth", "macs <= 1M", "which of width, depth is to be large"),
        ("width=9..1", "macs <= 1M", "empty range"),
        ("width,width", "macs <= 1M", "given twice"),
        ("", "macs <= 1M", "no variable"),
        ("width,depth=1..4", "macs <= 1M", "is given by itself"),
        ("width", "no.macs <= 1M", "no layer or group `no`"),
        ("size", "parameters <= 1M", "no effect on `parameters`"),
    ],
)
def test_what_cannot_be_answered_is_one_line(variables: str, where: str, part: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the part is looked for below
        asked(base_of(PLAIN), variables, where)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_too_many_designs_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        asked(base_of(PLAIN), ("width=1..10000", "depth=1..10000"), "macs <= 1M", maximise="macs")


def test_a_variable_that_is_set_is_not_solved_for() -> None:
    with pytest.raises(ValueError, match="set already"):
        asked(base_of(PLAIN, width=4), "width", "macs <= 1M")


# Guesses


def test_a_guess_through_a_cubic_is_exact() -> None:
    series = {place: place**3 + 5 for place in (1, 40, 90, 200)}
    assert guess(series, Fraction(70**3 + 5), 1, 200) == 70
    assert guess(series, Fraction(70**3 + 4), 1, 200) == 69


def test_a_place_that_is_unknown_is_found_beside_known_ones() -> None:
    assert unknown_near(5, (4, 6), 1, {5}.__contains__) is None
    assert unknown_near(99, (0, 10), 1, {9, 8}.__contains__) == 7


# The command


def run(*arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["solve", *arguments])
    assert done.exit_code == code, done.output
    return done


def test_json_has_what_the_table_says() -> None:
    line = ("resnet:50", "--for", "size=32..512:32", "--where", "macs <= 4.1G")
    found = json.loads(run(*line, "--format", "json").stdout)
    assert found["values"] == {"size": 224}
    assert found["left"] == {"macs <= 4.1G": 10_815_744}
    [after] = found["next"]
    assert (after["value"], after["misses"]) == (256, {"macs <= 4.1G": 1_240_348_416})
    table = run(*line).stdout
    for number in ("4,089,184,256", "10,815,744", "5,340,348,416", "1,240,348,416"):
        assert number in table


def test_what_is_not_there_is_exit_2(tmp_path: Path) -> None:
    line = ("lenet5", "--for", "size", "--where", "macs <= 10")
    text = run(*line, "-o", str(tmp_path / "x.txt"), code=2).output
    assert "nothing meets `macs <= 10`" in text
    assert not (tmp_path / "x.txt").exists()


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--match", "lenet5", "--where", "macs <= 1M"), "--where has no effect"),
        (("--where", "macs <= 1M", "--metric", "macs"), "--metric has no effect"),
        (("--where", "macs <= 1M", "--top", "2"), "--top has no effect"),
        (("--where", "macs <= 1M", "--maximise", "size", "--minimise", "size"), "either"),
        (("--match", "lenet5", "--metric", "mcas"), "did you mean `macs`"),
        (("--where", "macs <= 1M", "--maximise", "nothing"), "unknown metric"),
    ],
)
def test_options_without_effect_are_refused(options: tuple[str, ...], part: str) -> None:
    assert part in run("resnet:18", "--for", "size", *options, code=2).output


def test_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = run("resnet:50", "--for", "size", "--where", "macs <= 400G").stdout
    assert max(map(len, text.splitlines())) <= 80
