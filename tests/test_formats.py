"""What a check says, in every form: golden files, the forms' own schemas, and hostile names."""

import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from reports import (
    REPORTS,
    URLS,
    each_report,
    hostile,
    in_order,
    many,
    small,
    spelt,
)

from cnncalc.checks.codes.explained import Explained
from cnncalc.checks.finding import Finding, Report
from cnncalc.diagnostics import Diagnostic
from cnncalc.facts import STATED
from cnncalc.metrics import METRICS
from cnncalc.render.findings import FORMATS, render_findings
from cnncalc.render.findings.github import render_step_summary

GOLDEN = Path(__file__).parent / "golden" / "findings"


# Reports

ENDINGS = {"json": "json", "sarif": "json", "gitlab": "json", "junit": "xml", "markdown": "md"}

RENDERINGS: Mapping[str, Callable[[Report], str]] = {
    **{form: partial(render_findings, form=form) for form in FORMATS},
    "step-summary": render_step_summary,
}


# All forms


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnncalc.render.findings.sarif.project_urls", lambda: URLS)


@pytest.mark.parametrize("form", RENDERINGS)
def test_golden(form: str, update: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001 - a fixture
    plain = Explained("E801", "What is found.", "Why.", "Remedy.", "- a\n+ b\n")
    monkeypatch.setattr("cnncalc.checks.codes.record_of", lambda code: plain._replace(code=code))
    text = RENDERINGS[form](small())
    text = re.sub(r'"version": "[\d.]+[^"]*",\n   "rules', '"version": "V",\n   "rules', text)
    path = GOLDEN / f"{form}.{ENDINGS.get(form, 'txt')}"
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@each_report
@pytest.mark.parametrize("form", RENDERINGS)
def test_nothing_steers_a_terminal(form: str, report: Report) -> None:
    text = RENDERINGS[form](report)
    text.encode("utf-8")
    strange = {c for c in text if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"}
    assert strange <= {"\n"}
    assert not text or text.endswith("\n")


@pytest.mark.parametrize("form", RENDERINGS)
def test_the_same_report_is_the_same_text(form: str) -> None:
    assert RENDERINGS[form](hostile()) == RENDERINGS[form](hostile())


def test_every_form_has_its_function_in_a_module() -> None:
    for form in FORMATS:
        module = import_module(f"cnncalc.render.findings.{FORMATS[form]}")
        assert callable(getattr(module, f"render_{form}"))


def test_a_form_that_is_none() -> None:
    with pytest.raises(ValueError, match="`entries` is none of full, concise"):
        render_findings(small(), "entries")


def loaded(watched: str, code: str) -> list[str]:
    code += f"\nimport sys\nprint(*[name for name in '{watched}'.split() if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("", []),
        ("concise", []),
        ("github", []),
        ("junit", []),
        ("jsonl", ["json"]),
        ("gitlab", ["json", "hashlib"]),
        ("sarif", ["json", "hashlib", "urllib"]),
    ],
)
def test_what_a_form_loads(form: str, expected: list[str]) -> None:
    code = "from cnncalc.checks.finding import Report, Checked, Finding\n"
    code += "from cnncalc.render.findings import FORMATS, render_findings\n"
    code += "from cnncalc.diagnostics import Diagnostic\n"
    if form:
        code += "found = Finding(Diagnostic('E901', 'a', None))\n"
        code += f"render_findings(Report((), (found,)), '{form}')"
    watched = "json xml hashlib urllib"
    if form == "sarif":  # the version of the program is looked up by what loads more
        assert {*expected} <= {*loaded(watched, code)}
    else:
        assert loaded(watched, code) == expected


# For people


def test_full_is_drawn_and_styled() -> None:
    text = render_findings(small(), "full", lambda text, role: f"<{role}>{text}</{role}>")
    assert "<warning>warning[W603]</warning>" in text
    assert "<error>^^^^^</error>" in text
    assert text.endswith(f"\n<strong>{small().summary()}</strong>\n")


def test_full_puts_an_empty_line_between_findings() -> None:
    blocks = render_findings(small(), "full").split("\n\n")
    heads = [block.partition("[")[0] for block in blocks]
    assert heads == ["error", "warning", "information", "error", "error", "warning", heads[-1]]
    assert heads[-1].startswith("2 specs, 3 networks, 3 errors, 2 warnings, 1 remark")


def test_style_is_for_full_alone() -> None:
    for form in [*FORMATS][1:]:
        assert "<" + "strong>" not in render_findings(small(), form, lambda *_: "<strong>")


@each_report
def test_concise_has_a_line_for_each_finding(report: Report) -> None:
    *lines, last = render_findings(report, "concise").splitlines()
    faults = [one.diagnostic for one in report.findings]
    assert last == report.summary()
    assert len(lines) == len(faults)
    for line, fault in zip(lines, faults, strict=True):
        assert line.endswith(f"{fault.code} {spelt(fault.message)}")
        if fault.span:
            file, line_number, column, *_ = fault.span
            assert line.startswith(f"{spelt(file)}:{line_number}:{column}: ")


# JSON

KEYS = (
    "code", "severity", "message", "file", "line", "column", "end_line", "end_column", "spec",
    "layer", "variants", "metric", "actual", "limit", "delta", "metrics", "convention", "hint",
    "fix", "notes",
)  # fmt: skip


@each_report
def test_json_is_whole(report: Report) -> None:
    text = render_findings(report, "json")
    told = json.loads(text)
    assert tuple(told) == ("schema_version", "findings", "claims", "files", "summary")
    assert told["schema_version"] == 1
    assert all(tuple(one) == KEYS for one in told["findings"])
    assert [one["message"] for one in told["findings"]] == [
        spelt(one.diagnostic.message) for one in report.findings
    ]
    assert len(told["claims"]) == sum(len(file.claims) for file in report.files)
    severities = Counter(one.severity for one in report.findings)
    assert told["summary"] == {
        "specs": len(report.files),
        "networks": sum(len(file.networks) for file in report.files),
        "errors": severities["error"],
        "warnings": severities["warning"],
        "information": severities["information"],
    }


@each_report
def test_json_has_one_finding_a_line(report: Report) -> None:
    lines = render_findings(report, "json").splitlines()
    findings = [line for line in lines if line.startswith('   {"code": ')]
    assert len(findings) == len(report.findings)
    assert [json.loads(line.rstrip(",")) for line in findings] == json.loads("".join(lines))[
        "findings"
    ]


def test_json_tells_each_finding() -> None:
    by_code = {
        one["code"]: one for one in json.loads(render_findings(small(), "json"))["findings"]
    }
    budget = by_code["E802"]
    assert (budget["file"], budget["line"], budget["column"]) == ("specs/vgg.yaml", 9, 16)
    assert (budget["end_line"], budget["end_column"]) == (9, 21)
    assert (budget["metric"], budget["limit"], budget["variants"]) == ("macs", "<= 1G", ["16"])
    assert (budget["actual"], budget["delta"]) == (15_470_264_320, 14_470_264_320)
    assert budget["convention"].startswith("multiply-accumulates of convolutions")
    assert by_code["W603"]["layer"] == "conv1"
    assert by_code["W603"]["notes"] == [
        {"text": "`bn` subtracts it", "file": "specs/vgg.yaml", "line": 5, "column": 5}
    ]
    assert by_code["E001"]["file"] == "specs/lost.yaml"
    assert by_code["E001"]["line"] is None
    assert by_code["W802"]["file"] is None


@pytest.mark.parametrize("actual", [2**90 + 1, (3, 224, 2**70), "61.9 %", None])
def test_json_figures_are_exact(actual: Any) -> None:
    fault = Diagnostic("E801", "differs", None)
    finding = Finding(fault, (), None, "output", actual, "7", -(2**80))
    for form in ("json", "jsonl"):
        told = json.loads(render_findings(Report((), (finding,)), form))
        [told] = told["findings"] if form == "json" else [told]
        assert told["actual"] == (list(actual) if isinstance(actual, tuple) else actual)
        assert told["delta"] == -(2**80)


def test_json_tells_which_claims_hold() -> None:
    claims = json.loads(render_findings(small(), "json"))["claims"]
    assert [one["holds"] for one in claims] == [True, True, False]
    assert claims[1] == {
        "file": "specs/vgg.yaml",
        "variant": "16",
        "layer": "conv1",
        "metric": "output",
        "kind": "expect",
        "stated": "64x224x224",
        "actual": "64x224x224",
        "holds": True,
    }


@each_report
def test_jsonl_is_the_findings_of_json(report: Report) -> None:
    lines = render_findings(report, "jsonl").splitlines()
    told = json.loads(render_findings(report, "json"))["findings"]
    assert [json.loads(line) for line in lines] == told


def test_every_metric_says_what_it_counts() -> None:
    assert {*STATED} <= {*METRICS}
    for metric in METRICS.values():
        assert metric.title, metric.name
        assert metric.sentence, metric.name
        assert not set(metric.sentence) & {"\n"}, metric.name
        assert not metric.sentence.endswith("."), metric.name


# Markdown


def tables(text: str) -> list[list[list[str]]]:
    """Tables as a reader of Markdown sees them: rows of cells, as the HTML of each."""
    html = MarkdownIt("commonmark").enable("table").render(text)
    found = []
    for table in re.findall(r"<table>(.*?)</table>", html, re.DOTALL):
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        found.append([re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows])
    return found


def shown(cell: str) -> str:
    """What is seen of a cell."""
    text = re.sub(r"</?(code|strong)>", "", cell).replace("<br>", "\n")
    assert "<" not in text, "only these three tags are ours"
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("\u200b", "")):
        text = text.replace(name, character)
    return text.replace("&amp;", "&")


def test_markdown_shows_findings_and_claims() -> None:
    findings, claims = tables(render_findings(small(), "markdown"))
    assert findings[0] == ["Place", "Code", "Finding"]
    assert findings[2] == [
        "<code>specs/vgg.yaml:9</code>",
        "<code>E802</code>",
        (
            "<code>macs</code> of vgg.yaml:16 is 15,470,264,320, over the budget of &lt;= 1G by "
            "14,470,264,320<br>note: most of it: <code>conv1</code> 1,849,688,064 (12 %)"
            "<br>help: make <code>conv1</code> smaller, or raise the budget to <code>15.48G</code>"
        ),
    ]
    assert [row[1] for row in findings[1:]] == [
        f"<code>{code}</code>" for code in ("E001", "E802", "E901", "W603", "W802", "W607")
    ]
    assert claims[0] == ["Network", "Claim", "Stated", "Actual", "Holds"]
    assert [row[-1] for row in claims[1:]] == ["yes", "yes", "<strong>no</strong>"]
    assert claims[2][1] == "expect <code>output</code> of <code>conv1</code>"


@pytest.mark.parametrize("name", ["small", "hostile", "sixty"])
def test_markdown_shows_names_as_they_are(name: str) -> None:
    report = REPORTS[name]
    findings, claims = tables(render_findings(report, "markdown"))
    faults = in_order(report)
    assert len(findings) == 1 + len(faults)
    for (_, code, message), fault in zip(findings[1:], faults, strict=True):
        assert shown(code) == fault.code
        told, *beside = shown(message).replace("`", "").split("\n")
        assert told == spelt(fault.message).replace("`", "")
        assert len(beside) == len(fault.notes) + bool(fault.hint)
    stated = [(spelt(one.stated), spelt(one.actual)) for f in report.files for one in f.claims]
    assert [(shown(row[2]), shown(row[3])) for row in claims[1:]] == stated


@pytest.mark.parametrize(
    ("message", "cell"),
    [
        ("`a|b` has `*`", r"<code>a|b</code> has <code>*</code>"),
        ("a ` is *alone*", "a ` is *alone*"),
        ("`` is empty", "<code></code> is empty"),
        ("1 < 2 & <b>bold</b>", "1 &lt; 2 &amp; &lt;b&gt;bold&lt;/b&gt;"),
        ("a\nb", r"a\nb"),
    ],
)
def test_markdown_shows_what_stands_in_backticks_as_code(message: str, cell: str) -> None:
    report = Report((), (Finding(Diagnostic("E901", message, None)),))
    [[_, row]] = tables(render_findings(report, "markdown"))
    assert row[-1] == cell


def test_markdown_calls_nobody() -> None:
    text = re.sub(r"`[^`\n]*`", "", render_findings(hostile(), "markdown"))
    assert "@&#8203;you #&#8203;1" in text
    assert not re.search(r"@\w|#\d(?!\d*;)", text)


@pytest.mark.parametrize(
    "address", ["http://e.org/a", "HTTPS://e.org", "ftp://e.org", "www.e.org", "WWW.e.org"]
)
def test_markdown_makes_no_link_of_a_text(address: str) -> None:
    """GitHub makes links of addresses by itself, within tags as well, but not within backticks."""
    message = f"see {address}, (`{address} | x`)"
    fault = Diagnostic("E901", message, None)
    text = render_findings(Report((), (Finding(fault),)), "markdown")
    outside = re.sub(r"`[^`\n]*`", "", text)
    assert outside.count("e.org") >= 2
    assert not re.search(r"(?i)(https?|ftp)://|www\.", outside)


@pytest.mark.parametrize("count", [60, 30_000])
def test_markdown_fits_a_comment(count: int) -> None:
    text = render_findings(many(count), "markdown")
    assert len(text) < 65_536
    findings, claims = tables(text)
    assert [row[1] for row in findings[1:21]] == ["<code>E402</code>"] * 20
    for noun, rows in (("finding", findings), ("claim", claims)):
        left = re.search(rf"^([\d,]+) {noun}s left off\.$", text, re.MULTILINE)
        assert len(rows) - 1 + (int(left[1].replace(",", "")) if left else 0) == count


def test_markdown_without_room_leaves_off_what_holds() -> None:
    [file] = many(30_000).files
    broken = Finding(Diagnostic("E802", "too many", None))
    last = file.claims[-1]._replace(finding=broken)
    report = Report((file._replace(claims=(*file.claims[:-1], last)),))
    _, claims = tables(render_findings(report, "markdown"))
    assert [row[-1] for row in claims[1:4]] == ["<strong>no</strong>", "yes", "yes"]
    assert claims[1][0] == "<code>big.yaml:29999</code>"
    assert claims[2][0] == "<code>big.yaml:0</code>"


def test_markdown_of_nothing_is_the_summary() -> None:
    text = render_findings(Report(()), "markdown")
    assert text == "**0 specs, 0 networks, 0 errors, 0 warnings**\n"
