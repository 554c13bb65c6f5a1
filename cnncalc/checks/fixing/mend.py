"""A spec with its remedies applied: in rounds, each held against a check of what comes out."""

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from time import process_time

from cnncalc.checks.finding import Checked
from cnncalc.checks.fixing.edits import (
    Change,
    Offsets,
    applied,
    are_apart,
    changed,
    changes_of,
    moved,
)
from cnncalc.checks.fixing.safety import fix_within, hides_others, keeps_counts
from cnncalc.diagnostics import Diagnostic
from cnncalc.records import Record

MOST_ROUNDS = 20
"""Rounds of one file: what a syntax error hides, the next round finds."""

MOST_OF_ROUND = 500
"""Remedies of one round; the others wait for the next."""

MOST_TRIALS = 40
"""Checks of one file, for remedies that do not go together."""

MOST_SECONDS = 3.0
"""Processor time after which none begins; what is kept by then is whole."""

Check = Callable[[str], Checked | None]
"""Checks a text that stands for the file; None where it is no spec."""

Wanted = Callable[[Diagnostic], bool]
"""Whether a remedy may be applied."""


class Mended(Record):
    """A spec with its remedies applied.

    Attributes:
        text: its text.
        checked: what a check finds in that text.
        fixed: by their codes, how many findings are gone.
        untried: how many remedies there was no time for.
    """

    text: str
    checked: Checked
    fixed: Mapping[str, int]
    untried: int = 0


class Remedy(Record):
    """One finding, and the changes that mend it."""

    fault: Diagnostic
    changes: tuple[Change, ...]


class State(Record):
    """A text, and what is found in it."""

    text: str
    checked: Checked


def mend(text: str, checked: Checked, check: Check, wanted: Wanted) -> Mended:
    """Apply the remedies that are wanted.

    A remedy is kept when its finding is gone after it, when it brings no finding of its own, and
    when the counts stay that it must not change; what is not kept is still among the findings.

    Args:
        text: the text of a spec.
        checked: what a check finds in it.
        check: checks another text in its place.
        wanted: which remedies may be applied.
    """
    state = State(text, checked)
    fixed: Counter[str] = Counter()
    refused: set[object] = set()
    trials = Trials(check)
    for _ in range(MOST_ROUNDS):
        remedies = _of_round(state, wanted, refused)
        if not remedies or trials.are_over:
            break
        after, kept, unfit = trials.most_of(state, remedies)
        refused.update(map(_name, unfit))
        if after is not None:
            state = after
            fixed.update(one.fault.code for one in kept)
    untried = len(_of_round(state, wanted, refused))
    return Mended(state.text, state.checked, dict(sorted(fixed.items())), untried)


class Group(Record):
    """Remedies that are tried together.

    Attributes:
        is_first: whether they are the first half of what has failed.
        fails: whether they are known to fail beside what is kept.
    """

    remedies: Sequence[Remedy]
    is_first: bool = False
    fails: bool = False


class Trials:
    """Texts that are checked in the place of the file, as many as one file is worth."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.left = MOST_TRIALS
        self.end = process_time() + MOST_SECONDS

    @property
    def are_over(self) -> bool:
        """Whether no further text is checked."""
        return not self.left or process_time() > self.end

    def after(self, state: State, remedies: Sequence[Remedy]) -> State | None:
        """What comes out of some remedies; None where they may not be kept."""
        changes = sorted(change for one in remedies for change in one.changes)
        if not changes:
            return None
        self.left -= 1
        text = applied(state.text, changes)
        checked = self.check(text)
        if checked is None:
            return None
        after = State(text, checked)
        faults = [one.fault for one in remedies]
        if not _is_gone(state, after, changes, faults):
            return None
        counts = all(map(keeps_counts, faults))
        return None if counts and not _same_counts(state.checked, checked) else after

    def most_of(
        self, state: State, remedies: Sequence[Remedy]
    ) -> tuple[State | None, list[Remedy], list[Remedy]]:
        """What comes out of the remedies that go together, these, and those that cannot be kept.

        Where some cannot, halves are tried, each beside what is kept already; what the trials
        were not enough for is in neither list.
        """
        best, kept, unfit = None, list[Remedy](), list[Remedy]()
        pending = [Group(remedies)]
        while pending and not self.are_over:
            group = pending.pop(0)
            after = None if group.fails else self.after(state, [*kept, *group.remedies])
            if after is not None:
                best, kept = after, [*kept, *group.remedies]
                if group.is_first:  # with the other half it is what has failed
                    pending[0] = pending[0]._replace(fails=True)
            elif len(group.remedies) == 1:
                unfit += group.remedies
            else:
                half = len(group.remedies) // 2
                first, second = group.remedies[:half], group.remedies[half:]
                pending[:0] = [Group(first, is_first=True), Group(second)]
        return best, kept, unfit


def _of_round(state: State, wanted: Wanted, refused: Container[object]) -> list[Remedy]:
    """The remedies of one round, by place; of those that touch each other the first.

    Faults that hide others come first: what is found beside them may not stay.
    """
    places = Offsets(state.text)
    found: list[Remedy] = []
    for finding in state.checked.findings:
        fault = finding.diagnostic
        fix = fix_within(fault, state.checked.file) if wanted(fault) else None
        if fix is not None:
            remedy = Remedy(fault, changes_of(fix.edits, places))
            if _name(remedy) not in refused:
                found.append(remedy)
    chosen: list[Remedy] = []
    taken: list[Change] = []
    for one in [one for one in found if hides_others(one.fault)] or found:
        if len(chosen) == MOST_OF_ROUND:
            break
        together = sorted([*taken, *one.changes])
        if are_apart(together):
            chosen.append(one)
            taken = together
    return chosen


def _name(remedy: Remedy) -> object:
    """What tells a remedy from another, wherever its place has moved."""
    fault = remedy.fault
    return fault.code, fault.message, tuple(change[2] for change in remedy.changes)


Key = tuple[str, int]
"""A finding by its code and by where it begins; -1 is no place."""


def _is_gone(
    before: State, after: State, changes: Sequence[Change], faults: Sequence[Diagnostic]
) -> bool:
    """Whether the faults are gone, and nothing is there that the changes have brought."""
    was, places = Offsets(before.text), Offsets(after.text)

    def key(fault: Diagnostic) -> Key:
        span = fault.span
        at = -1 if span is None else moved(was.range(span)[0], changes)
        return fault.code, at

    known = {key(one.diagnostic) for one in before.checked.findings}
    mended = {*map(key, faults)}
    is_alone = not any(map(hides_others, faults))
    written = changed(changes)
    for finding in after.checked.findings:
        fault = finding.diagnostic
        start, end = (-1, -1) if fault.span is None else places.range(fault.span)
        if (fault.code, start) in mended:
            return False
        if (fault.code, start) in known:
            continue
        # What was hidden stands elsewhere; lint is not of a spec that has errors.
        is_brought = any(start <= last and first <= end for first, last in written)
        if is_alone or (is_brought and finding.severity == "error"):
            return False
    return True


def _same_counts(before: Checked, after: Checked) -> bool:
    """Whether every network that could be counted has the same counts."""
    return all(
        after.figures.get(variant) == figures for variant, figures in before.figures.items()
    )
