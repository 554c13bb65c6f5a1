"""Any two networks, and baselines that are none."""

import json
import re
from fractions import Fraction

import pytest
from baselines import FILE, TEXT, codes, compared, held, run, small, stored
from hypothesis import example, given
from hypothesis import strategies as st
from thorough import thorough

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.baseline.compare import compare_baseline
from cnncalc.checks.baseline.read import ANYONES, OWN, decode_baseline, read_baseline
from cnncalc.checks.baseline.repair import has_markers, repaired
from cnncalc.checks.baseline.write import merge, write_baseline
from cnncalc.checks.settings.source import MOST_FAULTS
from cnncalc.checks.stored import EXACT, LAYER_METRICS, SHAPES, TOTALS, Figures
from cnncalc.diagnostics import CODES, Diagnostic
from cnncalc.render.diagnostic import render_diagnostics

# Any two networks

tolerances = st.sampled_from([Fraction(0), Fraction(2, 100), Fraction(1, 2), Fraction(3)])


@thorough(120)
@given(small, small, tolerances)
def test_what_is_found_is_so_and_what_is_accepted_is_silent(
    before: Figures, now: Figures, share: Fraction
) -> None:
    tolerance = held(share, *(key for key in {*before, *now} if "." in key))
    comparison = compared(before, now, tolerance)
    grown = {
        key
        for key, figure in now.items()
        if key in before
        and key != "depth"
        and isinstance(figure, int)
        and figure > before[key] * (1 + share)  # type: ignore[operator]
    }
    found = [one for one in comparison.findings if one.diagnostic.code == "E803"]
    assert len(found) == bool(grown)
    told = {metric for one in found for metric in one.metrics}
    assert told <= {key.rpartition(".")[2] for key in grown}
    failed = {
        f"{one.layer}.{one.metric}" if one.layer else one.metric
        for one in comparison.claims["nets/a.yaml"]
        if one.finding
    }
    assert failed == grown
    assert set(codes(comparison)) <= {"E803", "W801", "W802", "W803"}
    assert not {"E803", "W801"} <= set(codes(comparison))
    for finding in comparison.findings:
        assert len(finding.diagnostic.notes) <= 8
        assert finding.diagnostic.span is not None
    places = [(one.diagnostic.code, one.diagnostic.span) for one in comparison.findings]
    assert len(set(places)) == len(places)
    accepted = run({("nets/a.yaml", None): now})
    merged = merge(stored({"nets/a.yaml": before}), accepted, tolerance)
    left = compare_baseline(stored(merged), accepted, tolerance).findings
    assert left == ()


CONFLICT = """\
{"schema_version": 1, "basis": {"batch": 1, "dtype": "float32", "optimizer": "adam"}, "figures": {
"a.yaml": {"macs": 1},
<<<<<<< HEAD
"b.yaml": {"macs": 2},
"d.yaml": {"macs": 4},
||||||| parent
"b.yaml": {"macs": 0}
=======
"b.yaml": {"macs": 3},
"c.yaml": {"macs": 3}
>>>>>>> theirs
}}
"""


def test_conflicts_are_put_together_from_both_sides() -> None:
    assert has_markers(CONFLICT)
    found = repaired(CONFLICT)
    assert found is not None
    assert found.disputed == {"b.yaml"}
    baseline, faults = read_baseline(found.text, FILE)
    assert not faults
    assert baseline is not None
    assert baseline.figures == {
        "a.yaml": {"macs": 1},
        "b.yaml": {"macs": 2},
        "d.yaml": {"macs": 4},
        "c.yaml": {"macs": 3},
    }


@pytest.mark.parametrize(
    "text",
    [
        CONFLICT.replace('"c.yaml": {"macs": 3}', '"c.yaml": 3'),
        CONFLICT.replace('"a.yaml": {"macs": 1},', '"figures": {'),
        CONFLICT.replace('"c.yaml"', '"c'),
        "<<<<<<< a\n=======\n>>>>>>> b\n",
    ],
)
def test_what_cannot_be_put_together(text: str) -> None:
    assert repaired(text) is None


def test_a_name_like_a_marker_is_none() -> None:
    assert not has_markers(write_baseline({"<<<<<<< a": {"macs": 1}}, Basis()))


# Baselines that are none

HEAD = '{"schema_version": 1, "basis": {"batch": 1, "dtype": "float32", "optimizer": "adam"}, '


def refused(text: str) -> tuple[Diagnostic, ...]:
    baseline, faults = read_baseline(text, FILE)
    assert baseline is None
    check_faults(faults, text)
    return faults


def check_faults(faults: tuple[Diagnostic, ...], text: str) -> None:
    assert faults
    assert len(faults) <= MOST_FAULTS
    for fault in faults:
        assert fault.code == "E902"
        assert fault.message
        assert len(fault.message) <= 300
    rendered = render_diagnostics(faults, {FILE: text})
    assert all(line.isprintable() for line in rendered.split("\n"))


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("", "malformed JSON: unexpected end of the file", "1:1"),
        ('{"a": 1,}', "malformed JSON: a trailing `,` before the closing bracket", "1:8"),
        ('{"a": [1,\n]}', "malformed JSON: a trailing `,` before the closing bracket", "1:9"),
        ('{"a": 1}\n{}', "malformed JSON: unexpected `{`", "2:1"),
        ('{"a" 1}', "malformed JSON: unexpected `1`", "1:6"),
        ('{"a": 1 "b": 2}', 'malformed JSON: unexpected `"`', "1:9"),
        ('{"a": "\\q"}', "malformed JSON: unexpected `\\`", "1:8"),
        ('{"a\x1f": 1}', "malformed JSON: unexpected character U+001F", "1:4"),
        ('{"a\n": 1}', "malformed JSON: unterminated string on this line", "1:4"),
        ('{"a": 1, "b', "malformed JSON: unterminated string", "1:10"),
        ("{\n<<<<<<< ours\n}", "unresolved merge conflict", "2:1"),
        ('{"a": 1\n=======\n}', "unresolved merge conflict", "2:1"),
        ('{"a": 1,\n>>>>>>> theirs\n}', "unresolved merge conflict", "2:1"),
        ("[]", "a baseline has `schema_version`, `basis`, `figures`", "1:1"),
        ('{"figures": {}}', "a baseline has `schema_version`", "1:1"),
    ],
)
def test_what_is_no_baseline(text: str, message: str, place: str) -> None:
    [fault] = refused(text)
    assert message in fault.message
    assert not re.search("``|[.]$|[Ii]nvalid", fault.message)
    assert str(fault.span) == f"{FILE}:{place}"


WHOLE = f'{HEAD}"figures": {{"a": {{"macs": 123, "output": "3x8x8"}}}}}}'


@pytest.mark.parametrize(
    ("old", "new", "message", "marked"),
    [
        ('version": 1', 'version": 2', "unsupported schema version, expected 1", "2"),
        ('version": 1', 'version": true', "unsupported schema version, expected 1", "true"),
        ('version": 1', 'version": 1.0', "unsupported schema version, expected 1", "1.0"),
        ('"basis": {', '"bases": 1, "basis": {', "unknown key `bases`", '"bases"'),
        ('batch": 1', 'batch": "1"', "`batch` must be a whole number", '"1"'),
        ('"adam"', "1", "`optimizer` must be a string", "1"),
        ('{"batch": 1', '{"x": 1', "`basis` must be a table of `dtype`, `batch`", "{"),
        ('{"batch"', '{"x": 2, "batch"', "unknown key `x`", '"x"'),
        (
            '{"a": {"macs": 123, "output": "3x8x8"}}',
            "[3]",
            "`figures` must be a table of networks",
            "[3]",
        ),
        ('{"a": ', '{"b": 3, "a": ', "a network must be a table of its figures", "3"),
        ("macs", "mac", "unknown metric `mac`", '"mac"'),
        ("macs", "share", "unknown metric `share`", '"share"'),
        ("macs", "fc.", "missing metric", '"fc."'),
        ("123", '"3"', "`macs` must be a whole number, 0 or more", '"3"'),
        ("123", "3.0", "`macs` must be a whole number", "3.0"),
        ("123", "-3", "`macs` must be a whole number", "-3"),
        ("123", "true", "`macs` must be a whole number", "true"),
        ("123", "NaN", "`macs` must be a whole number", "NaN"),
        ("123", "1e9", "`macs` must be a whole number", "1e9"),
        ("123", "[1]", "`macs` must be a whole number", "[1]"),
        ('"3x8x8"', "10", "`output` must be a shape", "10"),
        ('"3x8x8"', '"x"', "`output` must be a shape", '"x"'),
        ('"macs"', '"macs": 9, "macs"', "duplicate key `macs`", '"macs"'),
        ('"figures"', '"basis": {}, "figures"', "`basis` must be a table of", "{}"),
    ],
)
def test_a_fault_points_at_what_is_wrong(old: str, new: str, message: str, marked: str) -> None:
    assert old in WHOLE
    text = WHOLE.replace(old, new, 1)
    found = [(fault.message, fault.span) for fault in refused(text)]
    [span] = [span for one, span in found if message in one and span]
    assert text[span.column - 1 : span.end_column - 1].startswith(marked)


def test_every_fault_at_once() -> None:
    text = write_baseline({"a": {"macs": 1, "depth": 2}}, Basis())
    text = text.replace('"macs": 1', '"mcas": 1').replace(": 2", ": -2").replace("float32", "\\n")
    text = text.replace('"batch": 1', '"batch": null')
    assert [fault.message for fault in refused(text)] == [
        "`batch` must be a whole number",
        "`depth` must be a whole number, 0 or more",
        "unknown metric `mcas`",
    ]


HOSTILE = {
    "deep lists": "[" * 100_000,
    "deep tables": '{"a":' * 100_000,
    "deep figures": HEAD + '"figures": ' + '{"a":' * 900 + "1" + "}" * 901,
    "long number": HEAD + '"figures": {"a": {"macs": ' + "9" * 5_000 + "}}}",
    "long name": HEAD + '"figures": {"' + "a" * 1_000_000 + '": 1}}',
    "escaped name": HEAD + '"figures": {"' + "\\u001b[31m" * 100_000 + '": 1}}',
    "half of a pair": HEAD + '"figures": {"\\ud800": 1, "\ud800": 2}}',
    "many metrics": HEAD
    + '"figures": {"a": {'
    + ", ".join(f'"m{n}": 1' for n in range(99_999))
    + "}}}",
    "many networks": HEAD + '"figures": {' + ", ".join(f'"{n}": 1' for n in range(99_999)) + "}}",
    "many repeats": HEAD + '"figures": {"a": {' + '"macs": 1, ' * 99_999 + '"macs": 1}}}',
    "many lists": HEAD + '"figures": [' + "[], " * 400_000 + "[]]}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts(name: str) -> None:
    assert len(HOSTILE[name]) <= ANYONES.size
    refused(HOSTILE[name])


def test_bytes_that_are_no_text() -> None:
    _, [fault] = decode_baseline(b"{\xff", FILE)
    assert (fault.code, fault.message) == ("E902", "byte 2 is not UTF-8")
    _, [fault] = decode_baseline(b" " * (ANYONES.size + 1), FILE)
    assert fault.message == "`baseline.json` is larger than 8,388,608 bytes"
    assert fault.hint == "pass `--trusted` for a larger one of your own"
    assert decode_baseline(b" " * (ANYONES.size + 1), FILE, OWN)[1] == ()
    assert decode_baseline(b"\xef\xbb\xbf{}", FILE) == ("{}", ())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[" * 2000, "has more than 1,000 lists, and a baseline has none"),
        (b"," * 350_001, "has more than 350,000 figures"),
        (b"{" * 50_001, "has more than 50,000 networks"),
    ],
)
def test_what_would_take_much_memory_is_not_read(data: bytes, message: str) -> None:
    _, [fault] = decode_baseline(data, FILE)
    assert fault.message == f"`baseline.json` {message}"


@thorough(80)
@given(st.text(max_size=40))
@example("\ufeff{}")
@example("nan")
def test_random_text(text: str) -> None:
    refused(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["float32", "3x8"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["schema_version", "basis", "figures", "macs", "output", "dtype"]),
            inner,
        )
    ),
    max_leaves=8,
)


@thorough(120)
@given(st.data())
def test_a_value_put_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    document = json.loads(TEXT)
    place = document
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[key], dict) or data.draw(st.booleans()):
            break
        place = place[key]
    place[data.draw(st.just(key) | st.text(max_size=3))] = data.draw(json_values)
    text = json.dumps(document, indent=data.draw(st.sampled_from([None, 1])))
    baseline, faults = read_baseline(text, FILE)
    assert (baseline is None) == bool(faults)
    if baseline is None:
        check_faults(faults, text)
    else:
        assert stored(baseline.figures, baseline.basis).figures == baseline.figures


def test_the_lists_of_metrics_fit_together() -> None:
    assert set(EXACT) <= set(TOTALS)
    assert set(SHAPES) <= set(EXACT)
    assert not set(LAYER_METRICS) & set(EXACT)
    assert {"E803", "E902", "W801", "W802", "W803"} <= CODES.keys()
