"""A report as JUnit XML: each finding is a test that fails, each other network one that passes.

The name of a test has neither lines nor numbers, so that it is the same test in every run.
"""

from collections.abc import Iterable, Iterator, Sequence
from os.path import splitext
from typing import NamedTuple

from cnncalc.checks.finding import Checked, Finding, Report
from cnncalc.diagnostics import CODES
from cnncalc.render.findings.entries import entries_of, project_path, told_beside
from cnncalc.render.text import printable

CLEAN = "No errors found"
"""The test of a network of which nothing fails."""

PROJECT = "cnncalc check"
"""The suite of findings without a file."""


class Case(NamedTuple):
    """One test: its network, its name, and its finding if it fails."""

    network: str
    name: str
    finding: Finding | None = None


def render_junit(report: Report) -> str:
    """One suite a file; without times, which would differ from run to run.

    What is printable is legal in XML as well, so control characters end where they are spelt out.
    """
    others: dict[str, list[Finding]] = {}
    for file, finding, _ in entries_of(Report((), report.others)):
        others.setdefault(PROJECT if file is None else file, []).append(finding)
    suites = [
        (checked.file, _cases(checked, others.pop(checked.file, ()))) for checked in report.files
    ]
    suites += [(file, [_further(file, one) for one in these]) for file, these in others.items()]
    every = [case for _, cases in suites for case in cases]
    body = "".join(line for file, cases in suites for line in _suite(file, cases))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<testsuites name="cnncalc" {_totals(every)}>\n{body}</testsuites>\n'
    )


def _cases(checked: Checked, others: Sequence[Finding]) -> list[Case]:
    """A test for each finding, and one for each network of which nothing fails.

    Args:
        checked: the file, with what was found in it.
        others: what was found of it by a comparison, such as with a baseline.
    """
    findings = (*checked.findings, *others)
    cases = [_further(checked.file, one) for one in findings]
    failing = [one for one in findings if _is_failure(one)]
    if any(not one.variants for one in failing):
        return cases  # what is of the file is of every network in it
    failed: set[str | None] = {variant for one in failing for variant in one.variants}
    # The network without a variant has no name in a finding that it shares with others.
    failed |= {one.variant for one in checked.claims if _is_failure(one.finding)}
    clean = [variant for variant in checked.networks if variant not in failed]
    return [*(Case(_network(checked.file, one), CLEAN) for one in clean), *cases]


def _further(file: str, finding: Finding) -> Case:
    """A finding under a name without its line, so that it is the same test after an edit."""
    code = finding.diagnostic.code
    of = "" if finding.layer is None else f" in {finding.layer}"
    of += f": {finding.metric}" if finding.metric else ""
    [variant] = finding.variants if len(finding.variants) == 1 else [None]
    return Case(_network(file, variant), f"{code} {CODES.get(code, 'finding')}{of}", finding)


def _network(file: str, variant: str | None = None) -> str:
    """The class of a test, without a suffix: Jenkins reads a dot as the end of a package."""
    stem, _ = splitext(project_path(file))
    return stem if variant is None else f"{stem}:{variant}"


def _suite(file: str, cases: Sequence[Case]) -> Iterator[str]:
    yield f"  <testsuite name={_quoted(project_path(file))} {_totals(cases)}>\n"
    met: dict[tuple[str, str], int] = {}
    for network, name, finding in cases:
        met[network, name] = order = met.get((network, name), 0) + 1
        named = name if order == 1 else f"{name} ({order})"
        start = f"    <testcase classname={_quoted(network)} name={_quoted(named)}"
        if finding is None:
            yield f"{start}/>\n"
        else:
            yield f"{start}>\n{_outcome(finding)}    </testcase>\n"
    yield "  </testsuite>\n"


def _outcome(finding: Finding) -> str:
    fault = finding.diagnostic
    text = "\n".join(map(_escaped, (str(fault), *told_beside(finding))))
    if not _is_failure(finding):
        return f"      <system-out>{text}</system-out>\n"
    message = f"type={_quoted(fault.code)} message={_quoted(fault.message)}"
    return f"      <failure {message}>{text}</failure>\n"


def _is_failure(finding: Finding | None) -> bool:
    """A remark does not fail a test; errors and warnings do."""
    return finding is not None and finding.severity != "information"


def _totals(cases: Iterable[Case]) -> str:
    outcomes = [_is_failure(case.finding) for case in cases]
    return f'tests="{len(outcomes)}" failures="{sum(outcomes)}" errors="0"'


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    text = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")
