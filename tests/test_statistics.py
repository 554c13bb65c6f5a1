"""How many findings there are of each code: `check --statistics`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from reports import REPORTS, each_report

from cnncalc.checks.finding import Finding, Report
from cnncalc.cli.main import main
from cnncalc.diagnostics import CODES, Diagnostic
from cnncalc.render.findings.statistics import render_statistics

SPECS = {
    "a.yaml": "name: a\ninput: 3x8x8\nlayers:\n  - rellu\n  - conv3x3 8 paddin=1\n  - bnn\n",
    "b.yaml": "name: b\ninput: 3x8x8\nlayers:\n  - conv3x3 8 groups=2\n",
    "c.yaml": "name: c\ninput: 3x8x8\nlayers:\n  - conv3x3 8 padding=1\n  - bn\n",
}


def check(folder: Path, *arguments: str, **environment: str) -> Result:
    for name, text in SPECS.items():
        (folder / name).write_text(text, "utf-8")
    ours = {"GITHUB_ACTIONS": None, "GITHUB_STEP_SUMMARY": None, **environment}
    return CliRunner().invoke(main, ["check", str(folder), "--statistics", *arguments], env=ours)


@pytest.mark.parametrize("form", ["full", "concise"])
def test_the_most_frequent_stand_first_and_columns_are_aligned(tmp_path: Path, form: str) -> None:
    done = check(tmp_path, "--format", form)
    assert done.exit_code == 1
    assert done.stdout == (
        "2  E204  unknown layer\n"
        "1  E205  unknown argument\n"
        "1  E402  groups do not divide\n"
        "1  W603  bias before normalisation\n"
        "3 specs, 3 networks, 4 errors, 1 warning\n"
    )


def test_json_has_them_for_programs(tmp_path: Path) -> None:
    told = json.loads(check(tmp_path, "--format", "json").stdout)
    assert tuple(told) == ("schema_version", "statistics", "summary")
    assert told["statistics"][0] == {
        "code": "E204",
        "name": "unknown layer",
        "severity": "error",
        "count": 2,
    }
    assert told["summary"]["errors"] == 4


@each_report
def test_they_add_up(report: Report) -> None:
    told = json.loads(render_statistics(report, "json"))["statistics"]
    assert sum(one["count"] for one in told) == len(report.findings)
    ranked = [(-one["count"], one["code"]) for one in told]
    assert ranked == sorted(ranked)
    lines = render_statistics(report, "full").splitlines()
    assert lines[-1] == report.summary()
    assert len(lines) == len(told) + 1
    starts = {line.index(one["code"]) for line, one in zip(lines, told, strict=False)}
    assert len(starts) <= 1


def test_large_counts_are_read_at_a_glance() -> None:
    faults = [Finding(Diagnostic("W601", "no", None, severity="warning"))] * 1200
    faults += [Finding(Diagnostic("E402", "no", None))]
    text = render_statistics(Report((), tuple(faults)), "full")
    assert text.splitlines()[:2] == [
        f"1,200  W601  {CODES['W601']}",
        f"    1  E402  {CODES['E402']}",
    ]
    assert render_statistics(REPORTS["clean"], "full") == REPORTS["clean"].summary() + "\n"


def test_a_workflow_has_them_in_its_log_and_the_findings_on_its_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    done = check(tmp_path, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(page))
    assert done.stdout.startswith("2  E204")
    assert "3 groups" not in done.stdout
    assert "| `E402` |" in page.read_text("utf-8")


@pytest.mark.parametrize(
    "arguments", [["--format", "sarif"], ["--format", "jsonl"], ["--list-files"]], ids=" ".join
)
def test_other_forms_have_none(tmp_path: Path, arguments: list[str]) -> None:
    done = check(tmp_path, *arguments)
    assert done.exit_code == 2
    assert "--statistics has no effect with" in done.output
