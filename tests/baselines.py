"""Baselines for tests, and what comes of comparing with them."""

from collections.abc import Mapping
from fractions import Fraction

from hypothesis import strategies as st

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.baseline.compare import compare_baseline
from cnncalc.checks.baseline.read import read_baseline
from cnncalc.checks.baseline.records import Baseline, Comparison, Key, Run, name_of
from cnncalc.checks.baseline.write import write_baseline
from cnncalc.checks.project.tolerances import Rule, Tolerance, Tolerances
from cnncalc.checks.stored import Figures

FILE = "baseline.json"

NONE, TWO = Tolerances(), Tolerances(Tolerance(Fraction(2, 100)))


def held(share: Fraction = Fraction(0), *figures: str) -> Tolerances:
    """One tolerance for the whole, and for some figures of labels."""
    one = Tolerance(share)
    return Tolerances(one, (Rule(None, dict.fromkeys(figures, one)),))


def stored(figures: Mapping[str, Figures], basis: Basis | None = None) -> Baseline:
    """A baseline that was written and read."""
    baseline, faults = read_baseline(write_baseline(figures, basis or Basis()), FILE)
    assert not faults
    assert baseline is not None
    return baseline


def run(figures: Mapping[Key, Figures], **others: object) -> Run:
    return Run(**{"basis": Basis(), "figures": figures, **others})  # type: ignore[arg-type]


def compared(
    before: Figures, now: Figures, tolerance: Tolerances = NONE, variant: str | None = None
) -> Comparison:
    """One network before and now."""
    key = "nets/a.yaml", variant
    return compare_baseline(stored({name_of(key): before}), run({key: now}), tolerance)


def codes(comparison: Comparison) -> list[str]:
    return [finding.diagnostic.code for finding in comparison.findings]


TEXT = """\
{"schema_version": 1, "basis": {"batch": 1, "dtype": "float32", "optimizer": "adam"}, "figures": {
"nets/a.yaml": {"depth": 8},
"nets/vgg.yaml:16": {"macs": 15470264320, "output": "1000", "parameters": 138357544, \
"receptive_field": "212x212", "fc6.macs": 102760448, "fc6.parameters": 102764544}
}}
"""

small = st.dictionaries(
    st.sampled_from(
        ["macs", "depth", "a.macs", "a.b.macs", "a.parameters", "parameters", "b.macs"]
    ),
    st.integers(0, 4),
)
