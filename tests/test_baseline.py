"""The baseline: what is stored reads back, and what has grown is found, exactly."""

import re
from collections.abc import Mapping
from fractions import Fraction

import pytest
from baselines import FILE, NONE, TEXT, TWO, codes, compared, held, run, stored
from hypothesis import example, given
from hypothesis import strategies as st
from thorough import thorough

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.baseline.compare import compare_baseline
from cnncalc.checks.baseline.records import Baseline, Comparison, Key
from cnncalc.checks.baseline.write import merge, write_baseline
from cnncalc.checks.project.globs import read_pattern
from cnncalc.checks.project.tolerances import Rule, Tolerance, Tolerances, read_tolerance
from cnncalc.checks.settings.percent import parse_tolerance, percent_text
from cnncalc.checks.stored import EXACT, SHAPES, TOTALS, Figures
from cnncalc.diagnostics import Span

SPAN = Span("cnncalc.toml", 1, 1, 1, 2)


def said(comparison: Comparison) -> list[str]:
    return [finding.diagnostic.message for finding in comparison.findings]


# Writing and reading

FIGURES: Mapping[str, Figures] = {
    "nets/vgg.yaml:16": {
        "fc6.parameters": 102_764_544,
        "parameters": 138_357_544,
        "output": (1000,),
        "fc6.macs": 102_760_448,
        "receptive_field": (212, 212),
        "macs": 15_470_264_320,
    },
    "nets/a.yaml": {"depth": 8},
}


def test_one_network_a_line_sorted() -> None:
    assert write_baseline(FIGURES, Basis()) == TEXT
    assert stored(FIGURES) == Baseline(FILE, TEXT, Basis(), FIGURES)


names = st.text(st.characters(exclude_categories=[]), max_size=12) | st.sampled_from(
    ["nets/größe.yaml", "a:b.yaml:16", "\udcff.yaml", "line\u2028break", "", 'quo"ted\\', "x\n"]
)

layers = st.sampled_from(["", "fc.", "stem.conv1.", "größe."])

sizes = st.lists(st.integers(1, 10**20), min_size=1, max_size=4).map(tuple)


@st.composite
def networks(draw: st.DrawFn) -> Figures:
    found: dict[str, int | tuple[int, ...]] = {}
    for metric in draw(st.lists(st.sampled_from([*TOTALS, "flops", "weights"]), max_size=6)):
        key = draw(layers) + metric
        found[key] = draw(sizes) if metric in SHAPES else draw(st.integers(0, 10**80))
    return found


dtypes = st.sampled_from(["float32", "int8"])

bases = st.tuples(dtypes, st.integers(1, 9), st.just("sgd")).map(lambda said: Basis(*said))


@thorough(80)
@given(st.dictionaries(names, networks(), max_size=4), bases, st.randoms())
def test_what_is_written_reads_back(
    figures: dict[str, Figures],
    basis: Basis,
    random: "random.Random",  # type: ignore[name-defined]  # noqa: F821
) -> None:
    text = write_baseline(figures, basis)
    baseline = stored(figures, basis)
    assert baseline.figures == figures
    assert baseline.basis == basis
    assert baseline.text == text
    text.encode()
    shuffled = list(figures.items())
    random.shuffle(shuffled)
    mixed = {name: dict(reversed(list(network.items()))) for name, network in shuffled}
    assert write_baseline(mixed, basis) == text
    assert text.count("\n") == 2 + len(figures)
    assert len(text.splitlines()) == 2 + len(figures)
    same = compare_baseline(
        baseline, run({(name, None): one for name, one in figures.items()}, basis=basis), NONE
    )
    assert not same.findings
    totals = sum(key in TOTALS or "." not in key for one in figures.values() for key in one)
    assert sum(map(len, same.claims.values())) == totals


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [
        ("2%", Fraction(1, 50)),
        ("0.5%", Fraction(1, 200)),
        ("0", Fraction(0)),
        ("0.00", Fraction(0)),
        ("0%", Fraction(0)),
        (" 2.5 % ", Fraction(1, 40)),
        ("100%", Fraction(1)),
        ("0.000000000001%", Fraction(1, 10**14)),
    ],
)
def test_tolerances(text: str, tolerance: Fraction) -> None:
    assert parse_tolerance(text) == tolerance


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing percentage"),
        ("2", "`2` has no `%`"),
        ("0.02", "`0.02` has no `%`"),
        ("-1%", "`-1%` is not a percentage"),
        ("nan%", "is not a percentage"),
        ("1e3%", "is not a percentage"),
        ("2,5%", "is not a percentage"),
        ("٢%", "is not a percentage"),
        ("9" * 5000 + "%", "is not a percentage"),
        (".5%", "is not a percentage"),
    ],
)
def test_malformed_tolerances(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        parse_tolerance(text)


# What has grown


@thorough(120)
@given(
    st.integers(0, 10**20),
    st.integers(0, 10**7).map(lambda parts: Fraction(parts, 10**6)),
    st.sampled_from([metric for metric in TOTALS if metric not in EXACT]),
)
@example(50, Fraction(2, 100), "macs")
@example(10**20, Fraction(1, 3), "parameters")
def test_growth_by_exactly_the_tolerance_holds(
    before: int, tolerance: Fraction, metric: str
) -> None:
    most = before + before * tolerance.numerator // tolerance.denominator
    allowed = held(tolerance)
    assert codes(compared({metric: before}, {metric: most}, allowed)) == []
    [finding] = compared({metric: before}, {metric: most + 1}, allowed).findings
    assert finding.diagnostic.code == "E803"
    assert finding.diagnostic.severity == "error"
    assert (finding.metric, finding.actual) == (metric, most + 1)
    assert (finding.limit, finding.delta) == (str(before), most + 1 - before)
    if most:
        [finding] = compared({metric: most}, {metric: most - 1}, allowed).findings
        assert finding.diagnostic.code == "W803"
        assert finding.diagnostic.severity == "information"


def test_growth_is_told_with_its_numbers_and_the_layers_behind_it() -> None:
    before: Figures = {
        "macs": 15_470_264_320,
        "parameters": 138_357_544,
        "output": (8,),
        "conv1.macs": 1_936_392_192,
        "conv1.a.macs": 100,
        "fc6.macs": 102_760_448,
        "fc7.macs": 7,
    }
    now: Figures = {
        "macs": 16_243_777_536,
        "parameters": 138_357_000,
        "output": (9,),
        "conv1.macs": 2_436_392_292,
        "conv1.a.macs": 500_000_200,
        "fc6.macs": 202_760_448,
        "fc7.macs": 6,
        "extra.macs": 777,
    }
    baseline = stored({"nets/vgg.yaml:16": before})
    comparison = compare_baseline(baseline, run({("nets/vgg.yaml", "16"): now}), TWO)
    [finding] = comparison.findings
    fault = finding.diagnostic
    assert fault.message == (
        "`macs` of `nets/vgg.yaml:16` grew from 15,470,264,320 to 16,243,777,536: "
        "773,513,216 more (5 %), where 2 % is allowed"
    )
    assert [note.text for note in fault.notes] == [
        "most of it: `conv1.a` 500,000,100, `fc6` 100,000,000, `extra` 777 (new)",
        "also: `parameters` fell from 138,357,544 to 138,357,000 and `output` is 9 and was 8",
    ]
    assert fault.hint == (
        "make it smaller, or run with `--update-baseline --accept-growth` to accept it"
    )
    assert fault.span is not None
    line = baseline.text.split("\n")[fault.span.line - 1]
    assert line[fault.span.column - 1 : fault.span.end_column - 1] == "15470264320"
    assert finding.variants == ("16",)
    assert finding.layer == "conv1.a"


def test_one_finding_for_a_spec_and_a_cause() -> None:
    before: Figures = {"macs": 100, "parameters": 10, "weight_bytes": 40, "sep.macs": 50}
    more: Figures = {"macs": 150, "parameters": 12, "weight_bytes": 48, "sep.macs": 90}
    other: Figures = {"macs": 101, "parameters": 10, "weight_bytes": 40, "fc.macs": 9}
    keys: list[Key] = [("a.yaml", f"v{n}") for n in range(7)]
    now = dict.fromkeys(keys[:6], more) | {keys[6]: other}
    baseline = stored({f"a.yaml:v{n}": before for n in range(7)})
    spans = {"sep": Span("a.yaml", 7, 3, 7, 9), "fc": Span("a.yaml", 9, 3, 9, 5)}
    one = run(now, place_of=lambda _key, label: spans.get(label or ""))
    first, second = compare_baseline(baseline, one, NONE).findings
    assert first.diagnostic.message == (
        "6 networks of `a.yaml` grew by `sep`: `parameters` by up to 20 % and `macs` by up to "
        "50 %, where none is allowed"
    )
    assert first.diagnostic.span == spans["sep"]
    assert first.variants == ("v0", "v1", "v2", "v3", "v4", "v5")
    assert (first.layer, first.metrics) == ("sep", ("parameters", "macs"))
    assert [note.text for note in first.diagnostic.notes] == [
        *(f"`a.yaml:v{n}`: parameters 10 to 12; macs 100 to 150" for n in range(4)),
        "likewise `a.yaml:v4` and `a.yaml:v5`",
        "a baseline has counts alone; `--against` a commit before finds the line that is another",
        "stored here",
    ]
    assert (first.diagnostic.notes[-1].span or ("",))[0] == FILE
    assert (second.diagnostic.span, second.layer, second.variants) == (spans["fc"], "fc", ("v6",))


def test_a_label_that_has_little_of_a_growth_is_not_its_cause() -> None:
    names = ("parameters", "fc.parameters", "fc.head.parameters", "stem.parameters", "macs")
    before: Figures = dict(zip(names, (100, 10, 10, 20, 7), strict=True))
    more: Figures = dict(zip(names, (160, 15, 15, 20, 8), strict=True))
    [finding] = compare_baseline(
        stored({"a.yaml": before}), run({("a.yaml", None): more}), NONE
    ).findings
    assert " grew near `fc.head`: `parameters` by 60 % " in finding.diagnostic.message
    notes = [note.text for note in finding.diagnostic.notes]
    assert "of layers without a label 55; beside that `fc.head` 5" in notes


def test_growth_is_told_at_the_first_of_the_layers_that_grew_side_by_side() -> None:
    before: Figures = {
        "parameters": 100,
        "stem.parameters": 5,
        "top.parameters": 20,
        "pool.parameters": 0,
        "next.parameters": 60,
        "fc.parameters": 15,
    }

    def grown(**by: int) -> tuple[str, str | None]:
        more = {f"{name}.parameters": before[f"{name}.parameters"] + n for name, n in by.items()}  # type: ignore[operator]
        total = {"parameters": 100 + sum(by.values())}
        [finding] = compared(before, {**before, **total, **more}, NONE).findings
        return finding.diagnostic.message, finding.layer

    message, layer = grown(top=10, next=30)  # `next` reads what `top` gives; `pool` is between
    assert message == (
        "`parameters` of `nets/a.yaml` grew from 100 to 140: 40 more (40 %), where none is allowed"
    )
    assert layer == "top"
    assert grown(next=30)[1] == "next"
    assert grown(stem=1, next=30)[1] == "next"  # `top` is as it was: the stem is another matter
    assert grown(top=10, next=30, fc=1)[1] == "top"
    wide = {**before, "parameters": 140, "macs": 9, "top.parameters": 30, "next.parameters": 90}
    [several] = said(compared({**before, "macs": 1}, wide, NONE))
    assert "`nets/a.yaml` grew from `top` on: " in several


def test_growth_in_bytes_and_from_nothing() -> None:
    assert said(compared({"weight_bytes": 0, "macs": 0}, {"weight_bytes": 5, "macs": 1})) == [
        "`nets/a.yaml` grew: `macs` by 1 and `weight_bytes` by 5, where none is allowed",
    ]
    assert said(compared({"weight_bytes": 0}, {"weight_bytes": 5})) == [
        "`weight_bytes` of `nets/a.yaml` grew from 0 to 5: 5 bytes more, where none is allowed",
    ]
    [grown] = said(compared({"macs": 5}, {"macs": 10}, held(Fraction(1, 200))))
    assert "(100 %), where 0.5 % is allowed" in grown


LABELS = ("a.macs", "a.b.macs", "a.b.c.macs", "ab.macs")


def test_labels_are_held_where_they_are_named() -> None:
    before: Figures = {"macs": 1000, "a.macs": 500, "a.b.macs": 50, "a.b.c.macs": 5, "ab.macs": 9}
    inner: Figures = {**before, "a.b.c.macs": 6, "a.b.macs": 51, "a.macs": 501, "macs": 1001}
    [whole] = compared(before, inner, NONE).findings
    assert (whole.layer, whole.metrics) == ("a.b.c", ("macs",))
    assert compared({**before, "ab.macs": 8}, before, NONE).findings == ()

    def figures(share: Fraction) -> list[tuple[str, ...]]:
        found = compared(before, inner, held(share, *LABELS)).findings
        return [(one.layer or "", *one.metrics) for one in found]

    # With a tolerance, what is around it holds; of nested labels the outer one is told.
    assert figures(Fraction(1, 500)) == [("a.b", "macs")]
    assert figures(Fraction(1, 50)) == [("a.b.c", "macs")]
    assert figures(Fraction(1, 5)) == []
    [both] = compared(before, {**before, "ab.macs": 10, "a.macs": 501}, held(NO, *LABELS)).findings
    assert both.diagnostic.message.startswith(
        "`nets/a.yaml` grew by `a`: `a.macs` by 0.2 % and `ab.macs` by 11."
    )


NO = Fraction(0)


def test_a_floor_allows_what_is_little_however_small_the_figure() -> None:
    floor = Tolerances(NONE.default, (Rule(None, {"macs": Tolerance(Fraction(1, 100), 24)}),))
    assert compared({"macs": 10}, {"macs": 34}, floor).findings == ()
    assert codes(compared({"macs": 10}, {"macs": 35}, floor)) == ["E803"]
    assert compared({"macs": 10_000}, {"macs": 10_100}, floor).findings == ()
    [told] = said(compared({"macs": 10_000}, {"macs": 10_101}, floor))
    assert told.endswith("where 1 % or 24 is allowed")


def test_the_last_rule_about_a_network_wins() -> None:
    patterns = (read_pattern("nets/*.yaml", SPAN, has_variant=True),)
    wide = Rule(None, {"macs": Tolerance(Fraction(1))})
    tight = Rule(patterns, {"macs": Tolerance(NO), "fc.macs": Tolerance(NO)})
    rules = Tolerances(NONE.default, (wide, tight))
    assert codes(compared({"macs": 1}, {"macs": 2}, rules)) == ["E803"]
    assert rules.of("other/a.yaml", None)("macs") == Tolerance(Fraction(1))
    assert rules.of("other/a.yaml", None)("fc.macs") is None
    assert rules.of("nets/a.yaml", "16")("fc.macs") == Tolerance(NO)


@pytest.mark.parametrize(
    ("text", "metric", "tolerance"),
    [
        ("2%", None, Tolerance(Fraction(1, 50))),
        ("0", "macs", Tolerance(NO)),
        ("10K", "macs", Tolerance(NO, 10_000)),
        ("1% or 1.5M", "fc.parameters", Tolerance(Fraction(1, 100), 1_500_000)),
        ("1 MiB or 3%", "weight_bytes", Tolerance(Fraction(3, 100), 2**20)),
    ],
)
def test_tolerances_of_a_metric(text: str, metric: str | None, tolerance: Tolerance) -> None:
    assert read_tolerance(text, metric) == tolerance


@pytest.mark.parametrize(
    ("text", "metric", "reason"),
    [
        ("10K", None, "`10K` is not a percentage"),
        ("2% or 10K", None, "`2% or 10K` is not a percentage"),
        ("2% or 3%", "macs", "is not a percentage, or one and a number"),
        ("1K or 2K", "macs", "is not a percentage, or one and a number"),
        ("24", "weight_bytes", "needs a unit"),
        ("many", "macs", "`many` is not a number"),
        ("", "macs", "missing percentage"),
    ],
)
def test_what_is_no_tolerance(text: str, metric: str | None, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        read_tolerance(text, metric)


@thorough(80)
@given(st.integers(1, 10**18), st.integers(1, 10**18), st.integers(0, 10**9))
def test_a_percentage_is_shown_to_be_beyond_the_tolerance(by: int, of: int, parts: int) -> None:
    share, tolerance = Fraction(by, of), Fraction(parts, 10**9)
    text = percent_text(share, tolerance).removesuffix(" %").replace(",", "")
    assert abs(Fraction(text) / 100 - share) <= Fraction(1, 2000)
    if share - tolerance > Fraction(1, 10**15):
        assert Fraction(text) / 100 > tolerance
    assert percent_text(Fraction(1, 3)) == "33.33333333333333 %"
    assert percent_text(Fraction(1, 3), Fraction(1, 50)) == "33.3 %"
    assert percent_text(Fraction(2000001, 10**8), Fraction(1, 50)) == "2.000001 %"
    assert percent_text(Fraction(1, 10**14)) == "0.000000000001 %"
    assert percent_text(Fraction(12345)) == "1,234,500 %"


# What is stored and no longer so


def test_what_differs_otherwise_makes_the_baseline_stale() -> None:
    before: Figures = {
        "macs": 1000,
        "parameters": 100,
        "weight_bytes": 400,
        "depth": 8,
        "output": (1000,),
        "receptive_field": (212, 212),
        "training_bytes": 5,
        "a.macs": 500,
        "b.macs": 500,
    }
    now: Figures = {
        "macs": 1010,
        "parameters": 90,
        "weight_bytes": 360,
        "depth": 9,
        "output": (10,),
        "receptive_field": (195, 195),
        "a.macs": 499,
        "b.macs": 509,
        "new.macs": 1,
        "new.parameters": 1,
    }
    [finding] = compared(before, now, TWO).findings
    fault = finding.diagnostic
    assert (fault.code, fault.severity) == ("W801", "warning")
    assert (
        fault.message
        == "`nets/a.yaml` is not as it is stored: `training_bytes` is not counted any more"
    )
    assert [note.text for note in fault.notes] == [
        "`depth` is 9 and was 8",
        "`receptive_field` is 195x195 and was 212x212",
        "`output` is 10 and was 1000",
        "`parameters` fell from 100 to 90",
        "`weight_bytes` fell from 400 bytes to 360 bytes",
    ]
    assert fault.hint == "run with `--update-baseline` to store what is counted now"


def test_what_fell_is_a_remark_and_one_for_a_spec() -> None:
    keys: list[Key] = [("v.yaml", "1"), ("v.yaml", "2"), ("v.yaml", "3")]
    baseline = stored({f"v.yaml:{n}": {"macs": 10, "a.macs": 5} for n in (1, 2, 3)})
    now: dict[Key, Figures] = {key: {"macs": 9, "a.macs": 4} for key in keys}
    [finding] = compare_baseline(baseline, run(now), NONE).findings
    assert (finding.diagnostic.code, finding.severity) == ("W803", "information")
    assert finding.diagnostic.message == (
        "3 networks of `v.yaml` fell below what is stored: `macs` fell from 10 to 9 in `v.yaml:1`"
    )
    assert finding.variants == ("1", "2", "3")


def test_an_update_stores_what_fell_and_no_small_steps() -> None:
    def step(before: Figures, now: Figures, tolerances: Tolerances = TWO) -> Figures:
        one = run({("a.yaml", None): now})
        return merge(stored({"a.yaml": before}), one, tolerances, with_growth=False)["a.yaml"]

    before: Figures = {"macs": 1000, "parameters": 100, "output": (8,), "a.macs": 500}
    assert step(before, {**before, "macs": 1019, "a.macs": 519}) == before
    fell: Figures = {**before, "macs": 1010, "parameters": 90}
    assert step(before, fell) == {**before, "parameters": 90}
    other: Figures = {**before, "output": (9,), "macs": 1001, "a.macs": 501}
    assert step(before, other) == {**other, "macs": 1000}
    accepted = run({("a.yaml", None): {**before, "macs": 2000}})
    assert merge(stored({"a.yaml": before}), accepted, TWO) == {"a.yaml": {**before, "macs": 2000}}


def test_a_network_that_has_grown_is_not_told_to_be_stale() -> None:
    comparison = compared({"macs": 10, "depth": 1}, {"macs": 11, "depth": 2, "a.macs": 3})
    assert codes(comparison) == ["E803"]


def test_growth_within_the_tolerance_is_as_stored() -> None:
    assert codes(compared({"macs": 100}, {"macs": 102}, TWO)) == []


def test_more_of_what_is_no_cost_is_no_growth() -> None:
    for metric in EXACT:
        small, large = ((1,), (9,)) if metric in SHAPES else (1, 9)
        assert codes(compared({metric: small}, {metric: large})) == ["W801"]
        assert codes(compared({metric: large}, {metric: small}, held(Fraction(5)))) == ["W801"]


def test_labels_that_are_gone_and_held() -> None:
    before: Figures = {"macs": 9, "a.macs": 1, "b.macs": 2, "b.parameters": 2, "c.macs": 3}
    now: Figures = {"macs": 9, "c.macs": 3}
    assert compared(before, now).findings == ()
    [finding] = compared(before, now, held(NO, "a.macs", "b.macs", "c.macs")).findings
    assert (finding.diagnostic.code, finding.diagnostic.severity) == ("W802", "warning")
    assert finding.diagnostic.message == "`nets/a.yaml` has no layers `a` and `b` any more"


def test_networks_that_are_gone_or_new() -> None:
    baseline = stored(
        {
            "nets/a.yaml": {"macs": 1},
            "nets/gone.yaml:16": {"macs": 16},
            "nets/gone.yaml:19": {"macs": 19},
            "nets/vgg.yaml": {"macs": 3},
            "nets/vgg.yaml:11": {"macs": 11},
            "other/b.yaml": {"macs": 1},
        }
    )
    now: dict[Key, Figures] = {
        ("nets/a.yaml", None): {"macs": 1},
        ("nets/vgg.yaml", "13"): {"macs": 13},
        ("nets/new.yaml", "19"): {"macs": 19},
    }
    one = run(now, covers=lambda path: path.startswith("nets/"))
    found = compare_baseline(baseline, one, NONE)
    assert said(found) == [
        "`nets/new.yaml:19` and `nets/vgg.yaml:13` are not in the baseline",
        "there is no spec `nets/gone.yaml` any more",
        "`nets/vgg.yaml` has no variant `11` any more",
    ]
    assert codes(found) == ["W801", "W802", "W802"]
    new, gone, variant = (finding.diagnostic for finding in found.findings)
    assert new.hint == "run with `--update-baseline` to store what is counted now"
    assert gone.hint == "run with `--update-baseline` to drop what is stored of it"
    assert [note.text for note in gone.notes] == ["`nets/new.yaml:19` has its figures"]
    lines = [one.span and one.span.line for one in (new, gone, variant)]
    assert lines == [1, 3, 5]
    assert sorted(merge(baseline, one)) == [
        "nets/a.yaml",
        "nets/new.yaml:19",
        "nets/vgg.yaml:13",
        "other/b.yaml",
    ]


def test_what_could_not_be_counted_is_neither_gone_nor_dropped() -> None:
    baseline = stored({"a.yaml": {"macs": 1}, "v.yaml:1": {"macs": 1}, "v.yaml:2": {"macs": 2}})
    one = run({("v.yaml", "1"): {"macs": 1}}, failed=frozenset({"a.yaml", "v.yaml"}))
    assert compare_baseline(baseline, one, NONE).findings == ()
    assert merge(baseline, one) == baseline.figures


def test_variants_that_were_not_asked_for_are_not_gone() -> None:
    baseline = stored({"v.yaml:1": {"macs": 1}, "v.yaml:2": {"macs": 2}})
    one = run({("v.yaml", "1"): {"macs": 1}}, covers=lambda name: name == "v.yaml:1")
    assert compare_baseline(baseline, one, NONE).findings == ()
    assert merge(baseline, one) == baseline.figures
    gone = run({}, covers=lambda name: name == "v.yaml:1")
    assert said(compare_baseline(baseline, gone, NONE)) == ["there is no spec `v.yaml` any more"]
    assert merge(baseline, gone) == {"v.yaml:2": {"macs": 2}}


def test_a_network_without_a_variant_is_gone() -> None:
    baseline = stored({"v.yaml": {"macs": 1}})
    found = compare_baseline(baseline, run({("v.yaml", "1"): {"macs": 1}}), NONE)
    assert said(found) == [
        "`v.yaml:1` is not in the baseline",
        "`v.yaml` has no network of its own any more",
    ]


def test_colons_in_paths_and_variants() -> None:
    baseline = stored({"a:b.yaml:x:y": {"macs": 1}, "a:b.yaml:z": {"macs": 1}})
    one = run({("a:b.yaml", "x:y"): {"macs": 1}})
    assert said(compare_baseline(baseline, one, NONE)) == [
        "`a:b.yaml` has no variant `z` any more"
    ]
    nothing = run({}, covers=lambda path: path == "a:b.yaml")
    assert said(compare_baseline(baseline, nothing, NONE)) == [
        "there is no spec `a:b.yaml` any more"
    ]
    assert compare_baseline(baseline, run({}, covers=lambda _: False), NONE).findings == ()


def test_many_networks_are_counted_not_listed() -> None:
    now: dict[Key, Figures] = {(f"{n}.yaml", None): {"macs": n} for n in range(9)}
    assert said(compare_baseline(stored({}), run(now), NONE)) == [
        "`0.yaml`, `1.yaml`, `2.yaml` and 6 more are not in the baseline"
    ]


# Another basis


def test_figures_of_another_basis_are_not_compared() -> None:
    before: Figures = dict.fromkeys((*TOTALS[:7], "a.macs", "a.parameters"), 100)
    now: Figures = dict.fromkeys(before, 999)
    baseline = stored({"nets/a.yaml": before})
    dtype = run({("nets/a.yaml", None): now}, basis=Basis(dtype="int8"))
    comparison = compare_baseline(baseline, dtype, NONE)
    basis, grown = comparison.findings
    assert str(basis.diagnostic) == (
        "baseline.json:1:54: E902 stored with `dtype` float32, and counted with int8"
    )
    assert basis.diagnostic.hint == "count with float32, or run with `--update-baseline`"
    assert grown.metrics == ("parameters", "macs")
    batch = run({("nets/a.yaml", None): now}, basis=Basis(batch=2))
    comparison = compare_baseline(baseline, batch, NONE)
    assert [one.metrics for one in comparison.findings[1:]] == [("parameters",)]
    assert {claim.metric for claim in comparison.claims["nets/a.yaml"]} == {
        "depth",
        "parameters",
        "weight_bytes",
    }
    optimizer = run({("nets/a.yaml", None): before}, basis=Basis(optimizer="sgd"))
    assert codes(compare_baseline(baseline, optimizer, NONE)) == ["E902"]


def test_what_is_kept_of_another_basis_loses_what_would_be_wrong() -> None:
    figures: Figures = dict.fromkeys((*TOTALS[:7], "a.macs", "a.parameters"), 100)
    baseline = stored({"old.yaml": figures})
    new: Figures = {"macs": 1}
    one = run(
        {("new.yaml", None): new},
        basis=Basis(batch=2, dtype="int8"),
        covers=lambda path: path == "new.yaml",
    )
    assert merge(baseline, one) == {
        "old.yaml": {"parameters": 100, "depth": 100, "a.parameters": 100},
        "new.yaml": new,
    }
    assert merge(None, one) == {"new.yaml": new}


# Claims


def test_every_figure_that_was_held_is_a_claim() -> None:
    comparison = compared(
        {"macs": 1000, "weight_bytes": 4096, "output": (3, 8, 8), "a.macs": 5, "gone.macs": 1},
        {"macs": 2000, "weight_bytes": 4096, "output": (3, 8, 8), "a.macs": 6, "new.macs": 1},
        variant="16",
    )
    [grown] = comparison.findings
    claims = comparison.claims["nets/a.yaml"]
    assert [(one.layer, one.metric, one.stated, one.actual) for one in claims] == [
        (None, "macs", "1,000", "2,000"),
        (None, "weight_bytes", "4,096 bytes (4 KiB)", "4,096 bytes (4 KiB)"),
        (None, "output", "3x8x8", "3x8x8"),
    ]
    assert {(one.variant, one.kind) for one in claims} == {("16", "baseline")}
    assert [one.finding for one in claims] == [grown, None, None]
