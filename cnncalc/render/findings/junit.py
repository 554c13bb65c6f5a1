"""A report as JUnit XML: each stated number is a test, and so is each other finding."""

from collections.abc import Iterable, Iterator, Sequence
from os.path import splitext
from typing import NamedTuple

from cnncalc.checks.finding import Checked, Claim, Finding, Report
from cnncalc.diagnostics import CODES
from cnncalc.render.findings.entries import entries_of, project_path, told_beside
from cnncalc.render.text import printable

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
    suites = [(checked.file, _cases(checked)) for checked in report.files]
    others: dict[str, list[Finding]] = {}
    for file, finding in entries_of(Report((), report.others)):
        others.setdefault(PROJECT if file is None else file, []).append(finding)
    suites += [(file, [_further(file, one) for one in these]) for file, these in others.items()]
    every = [case for _, cases in suites for case in cases]
    body = "".join(line for file, cases in suites for line in _suite(file, cases))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<testsuites name="cnncalc" {_totals(every)}>\n{body}</testsuites>\n'
    )


def _cases(checked: Checked) -> list[Case]:
    told = {claim.finding for claim in checked.claims}
    cases = [_claimed(checked.file, claim) for claim in checked.claims]
    cases += [_further(checked.file, one) for one in checked.findings if one not in told]
    return cases or [Case(_network(checked.file), "No errors found")]


def _claimed(file: str, claim: Claim) -> Case:
    of = "" if claim.layer is None else f" of {claim.layer}"
    name = f"{claim.kind} {claim.metric}{of}: {claim.stated}"
    return Case(_network(file, claim.variant), name, claim.finding)


def _further(file: str, finding: Finding) -> Case:
    """A finding under a name without its line, so that it is the same test after an edit."""
    code = finding.diagnostic.code
    of = "" if finding.layer is None else f" in {finding.layer}"
    return Case(_network(file), f"{code} {CODES.get(code, 'finding')}{of}", finding)


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
