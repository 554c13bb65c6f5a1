"""How bad findings are, where a project says it otherwise."""

from collections.abc import Iterable, Iterator, Mapping

from cnncalc.checks.choice import BEYOND, WARNINGS
from cnncalc.checks.finding import Finding
from cnncalc.diagnostics import Severity

Severities = Mapping[str, Severity]
"""By the whole code."""


def severities_of(stated: Mapping[str, Severity]) -> Severities:
    """The severity of each code, by the longest prefix that is stated of it.

    Example:
        >>> severities_of({"W60": "error", "W603": "information"})["W603"]
        'information'
    """
    found: dict[str, Severity] = {}
    for code in (*WARNINGS, BEYOND) if stated else ():
        fitting = [prefix for prefix in stated if code.startswith(prefix)]
        if fitting:
            found[code] = stated[max(fitting, key=len)]
    return found


def with_severities(findings: Iterable[Finding], severities: Severities) -> Iterator[Finding]:
    """The findings, as bad as is stated of their codes."""
    for one in findings:
        fault = one.diagnostic
        severity = severities.get(fault.code, fault.severity)
        is_same = severity == fault.severity
        yield one if is_same else one._replace(diagnostic=fault._replace(severity=severity))
