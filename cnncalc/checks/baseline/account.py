"""One comparison as it goes: what is held against what, and what is found so far."""

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

from cnncalc.checks.baseline.records import DEPTH, Baseline, Comparison, Run
from cnncalc.checks.baseline.scope import other_basis
from cnncalc.checks.finding import Claim, Finding
from cnncalc.checks.settings.places import Path, Places, json_places
from cnncalc.diagnostics import Diagnostic, Note


class Account:
    """One comparison; the places in the baseline are looked for only when there is a finding."""

    def __init__(self, baseline: Baseline, run: Run, tolerance: Fraction) -> None:
        self.baseline = baseline
        self.run = run
        self.tolerance = tolerance
        self.other_basis = other_basis(baseline.basis, run.basis)
        self.findings: list[Finding] = []
        self.claims: dict[str, list[Claim]] = {}

    @cached_property
    def places(self) -> Places:
        """Where everything stands in the baseline."""
        return json_places(self.baseline.text, self.baseline.file, DEPTH)

    def warn(
        self, code: str, message: str, path: Path, *, notes: Iterable[Note] = (), hint: str
    ) -> Diagnostic:
        """A warning at a key of the baseline."""
        return Diagnostic(code, message, self.places.key(path), tuple(notes), hint, "warning")

    def comparison(self) -> Comparison:
        """What was found."""
        claims = {spec: tuple(found) for spec, found in self.claims.items()}
        return Comparison(tuple(self.findings), claims)
