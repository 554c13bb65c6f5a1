"""What a check finds, and what it compares: the values that every format renders."""

from collections.abc import Mapping, Sequence
from typing import Literal

from cnncalc.diagnostics import Diagnostic, Severity, Span
from cnncalc.ops.values import Shape
from cnncalc.records import Record
from cnncalc.shown import Shown

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "information")
"""From the worst on."""

Kind = Literal["expect", "budget", "baseline"]


class Finding(Record):
    """One thing found: a diagnostic, and the numbers behind it for programs to read.

    Attributes:
        variants: the networks of the file in which it was met; empty when it is of the file.
        layer: the dotted path of the layer or group that it is about, or None.
        metric: the metric that it is about, or None.
        actual: what was counted, in the metric's own unit; a share as a text, a shape as a tuple.
        limit: what was stated, as it is written: `25.6M`, `<= 61M`.
        delta: how far the one is from the other, in the metric's own unit.
        metrics: every metric that it is about, where it is about several; the first is `metric`.
    """

    diagnostic: Diagnostic
    variants: tuple[str, ...] = ()
    layer: str | None = None
    metric: str | None = None
    actual: int | str | tuple[int, ...] | None = None
    limit: str | None = None
    delta: int | None = None
    metrics: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        severity: Severity = self.diagnostic.severity
        return severity


class Claim(Record):
    """A number that was stated and compared with the count.

    Attributes:
        variant: the network's variant, or None.
        layer: the label that it is about, or None for the whole.
        kind: where it was stated.
        stated: as it is written.
        actual: what was counted, as it is shown.
        finding: what is wrong with it, or None when it holds.
        span: where it is stated.
    """

    variant: str | None
    layer: str | None
    metric: str
    kind: Kind
    stated: str
    actual: str
    finding: Finding | None = None
    span: Span | None = None


class Checked(Record):
    """The result of checking one file.

    Attributes:
        file: its path, as it was given or found.
        text: its text; empty when it could not be read.
        networks: the variants that were expanded, None being the file without a variant.
        findings: what was found, sorted by place.
        claims: every stated number, those that hold too.
        figures: what a baseline keeps of each network that could be counted, where one is wanted.
        absent: the labels of a precision that none of the networks has; None where none was
            counted in one.
        name: what the spec or the model calls itself; None where that is not known.
    """

    file: str
    text: str
    networks: tuple[str | None, ...]
    findings: tuple[Finding, ...]
    claims: tuple[Claim, ...] = ()
    figures: Mapping[str | None, Mapping[str, int | Shape]] = {}
    absent: frozenset[str] | None = None
    name: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it could be opened; what could not is a name, and no spec."""
        return bool(self.text) or not any(
            one.diagnostic.code.startswith("E0") for one in self.findings
        )


class Report(Shown):
    """One run over many files.

    Attributes:
        files: each file checked, in the order of their names.
        others: findings that no checked file has: in a project file, a baseline, a document.
        sources: the text of the files that only `others` speak of.
        noun: what one file is.
        fixed: by their codes, how many findings there were that are fixed now.
    """

    files: tuple[Checked, ...]
    others: tuple[Finding, ...] = ()
    sources: Mapping[str, str] = {}
    noun: str = "spec"
    fixed: Mapping[str, int] = {}

    def _line(self) -> str:
        return self.summary()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, file by file."""
        return (*(one for file in self.files for one in file.findings), *self.others)

    @property
    def texts(self) -> dict[str, str]:
        """The text of every file that a finding may speak of."""
        return {**{file.file: file.text for file in self.files}, **self.sources}

    def count(self, severity: Severity) -> int:
        """How many findings are of one severity."""
        return sum(one.severity == severity for one in self.findings)

    def summary(self) -> str:
        """One line: `12 specs, 31 networks, 0 errors, 2 warnings`."""
        parts = [counted(len({file.file for file in self.files if file.is_open}), self.noun)]
        if self.noun == "spec":
            networks = {(file.file, name) for file in self.files for name in file.networks}
            parts.append(counted(len(networks), "network"))
        parts += [counted(self.count("error"), "error"), counted(self.count("warning"), "warning")]
        if remarks := self.count("information"):
            parts.append(counted(remarks, "remark"))
        if self.fixed:
            parts.append(f"{sum(self.fixed.values()):,} fixed")
        return ", ".join(parts)


def counted(count: int, noun: str) -> str:
    """`1 spec`, `1,200 specs`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(items: Sequence[str]) -> str:
    """`a, b and c`, as many as are read."""
    shown = list(items[:3])
    if len(items) > len(shown) + 1:
        return f"{', '.join(shown)} and {len(items) - len(shown):,} more"
    *before, last = items
    return f"{', '.join(before)} and {last}" if before else last


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """By place, those without a place first, then by code and network."""

    def place(finding: Finding) -> tuple[object, ...]:
        fault = finding.diagnostic
        return (*(fault.span[:3] if fault.span else ("", 0, 0)), fault.code, finding.variants)

    return tuple(sorted(findings, key=place))
