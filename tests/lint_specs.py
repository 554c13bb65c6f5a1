"""Specs that the tests of lint look over, and what is said of them."""

from collections.abc import Iterator
from typing import NamedTuple

from cnncalc.checks.examples import marks_in, subject_of
from cnncalc.checks.lint import all_rules, held_by, rules_for, written_in
from cnncalc.checks.lint.rule import Mark, Rule

RULES = all_rules()

BY_CODE = {rule.code: rule for rule in RULES}

CHECKED = [rule for rule in RULES if rule.network or rule.spec]

Said = list[tuple[str, str]]


def met_in(text: str, variant: str | None = None) -> Iterator[tuple[Rule, Mark]]:
    """What is marked, by rules that are loaded for such a network."""
    subject = subject_of(text, variant)
    held = written_in(subject.spec) | held_by(subject)
    loaded = {rule.code for rule in rules_for(BY_CODE, held)}
    for rule, mark in marks_in(text, variant):
        assert rule.code in loaded
        yield rule, mark


def said(text: str, variant: str | None = None) -> Said:
    """The code and the message of everything that the rules find, sorted."""
    return sorted((rule.code, mark.message) for rule, mark in met_in(text, variant))


def spec(size: str, *layers: str, more: str = "") -> str:
    """A spec of a few lines; a layer of several lines is indented by hand."""
    listed = "".join(f"  - {layer}\n" for layer in layers)
    return f"name: t\ninput: {size}\n{more}layers:\n{listed}"


def found(code: str, text: str, variant: str | None = None) -> list[Mark]:
    """What one rule finds."""
    return [mark for rule, mark in met_in(text, variant) if rule.code == code]


class Sliding(NamedTuple):
    """A window along one axis, as it is drawn at random."""

    length: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    def windows(self) -> list[list[int]]:
        """The positions under the taps of each window, walked one by one; padding lies outside."""
        extent = self.dilation * (self.kernel - 1) + 1
        found, start = [], -self.before
        while start + extent <= self.length + self.after:
            found.append([start + self.dilation * tap for tap in range(self.kernel)])
            start += self.stride
        return found

    def read(self) -> set[int]:
        return {place for window in self.windows() for place in window if 0 <= place < self.length}


def line(kind: str, one: Sliding, two: Sliding, more: str = "") -> str:
    return (
        f"{kind}{one.kernel}x{two.kernel}{more} stride={one.stride}x{two.stride} "
        f"dilation={one.dilation}x{two.dilation} "
        f"padding=(({one.before},{one.after}),({two.before},{two.after}))"
    )
