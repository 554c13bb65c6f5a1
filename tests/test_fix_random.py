"""Random slips and lint: what is said to be fixed is gone, and a second time does nothing."""

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnncalc.checks.files import check_source
from cnncalc.checks.finding import Checked, Finding
from cnncalc.checks.fixing.edits import Change, applied, are_apart, changed, moved
from cnncalc.checks.fixing.mend import MOST_SECONDS, Wanted, mend
from cnncalc.checks.fixing.safety import is_safe
from cnncalc.checks.networks import Plan
from cnncalc.diagnostics import Diagnostic, Edit, Fix, Span
from cnncalc.spec.library import Source

PLAN = Plan(has_figures=True)
LAYERS = (
    "conv3x3 16 padding=1", "conv3x3 16 padding=1 bias=false", "bn", "relu", "maxpool3x3 stride=2",
    "dwconv3x3 padding=1", "dropout 0.2", "wide: conv1x1 32", "unit 16", "leaky_relu slope=0.1",
    "conv: {out_channels: 8, kernel_size: 3}", "add: [x, [conv3x3 width padding=1, relu]]",
    "softmax", "relu  # cnncalc: ignore[W617] on purpose", "conv1x1 width  # a comment: `relu`",
)  # fmt: skip
WORD = r"[a-z_]{3,}"


def checked(text: str) -> Checked:
    found = check_source(Source(text, "net.yaml", None), PLAN, is_sure=True)
    assert found is not None
    return found


def any_edit(fault: Diagnostic) -> bool:
    return fault.fix is not None


def slipped(line: str, draw: st.DrawFn) -> str:
    """A line with one slip in one of its words: a letter lost, doubled or swapped."""
    words = list(re.finditer(WORD, line.partition("#")[0]))
    if not words:
        return line
    word = draw(st.sampled_from(words))
    place = draw(st.integers(word.start() + 1, word.end() - 2))
    how = draw(st.sampled_from(["lost", "doubled", "swapped"]))
    pair = line[place : place + 2]
    new = {"lost": pair[1:], "doubled": pair[:1] + pair, "swapped": pair[::-1]}[how]
    return line[:place] + new + line[place + 2 :]


@st.composite
def specs(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.sampled_from(LAYERS), min_size=2, max_size=8))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        lines[place] = slipped(lines[place], draw)
    body = "".join(f"  - {line}\n" for line in lines)
    size = draw(st.sampled_from([31, 32]))
    return (
        f"name: N  # kept\ninput: 16x{size}x{size}\nvars: {{width: 16}}\n"
        f"blocks:\n  unit n: [conv1x1 n bias=false, bn, relu]\nlayers:\n{body}"
    )


def kept_comments(text: str) -> list[str]:
    return [one for one in re.findall(r"#.*", text) if "cnncalc" not in one]


@given(specs(), st.sampled_from([is_safe, any_edit]))
@settings(deadline=None, max_examples=60)
def test_what_is_fixed_is_gone_and_stays_so(text: str, wanted: Wanted) -> None:
    before = checked(text)
    done = mend(text, before, checked, wanted)
    assert done.checked.findings == checked(done.text).findings
    assert kept_comments(done.text) == kept_comments(text)
    assert done.text.count("\n") == text.count("\n")
    assert (done.text == text) == (not done.fixed)

    # What is found of a code afterwards was there before, or was hidden by an error.
    had_errors = any(one.severity == "error" for one in before.findings)
    was = Counter(one.diagnostic.code for one in before.findings)
    now = Counter(one.diagnostic.code for one in done.checked.findings)
    if not had_errors:
        assert now <= was
    if wanted is is_safe and before.figures:
        assert done.checked.figures == before.figures

    again = mend(done.text, done.checked, checked, wanted)
    assert (again.text, again.fixed) == (done.text, {})


@given(
    st.text("ab\n", max_size=12),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.text("XY", max_size=3))),
)
@settings(deadline=None, max_examples=100)
@example("ab", [(1, 1, "X")])
def test_places_move_with_the_text(text: str, wanted: list[Change]) -> None:
    changes: list[Change] = []
    for start, end, new in sorted(wanted):
        one = (start, end, new)
        if start <= end <= len(text) and are_apart([*changes, one]):
            changes.append(one)
    # Each letter is one of its own: where it is found again is where it has moved to.
    letters = [chr(0x4E00 + place) for place in range(len(text))]
    result = applied("".join(letters), changes)
    for place, letter in enumerate(letters):
        if letter in result:
            assert result[moved(place, changes)] == letter
    assert [result[start:end] for start, end in changed(changes)] == [one[2] for one in changes]


TEXT = "name: N\ninput: 3x8x8\nlayers: [conv3x3 8, relu]\n"


def told(edit: Edit) -> Checked:
    """A check of `TEXT` that finds a comment to remove, with another edit as its remedy."""
    fault = Diagnostic("W618", "told", edit.span, (), Fix((edit,), "write it"), "warning")
    return checked(TEXT)._replace(findings=(Finding(fault),))


def test_a_safe_remedy_that_changes_counts_is_not_applied() -> None:
    wider = Edit(Span("net.yaml", 3, 18, 3, 19), "9")
    assert mend(TEXT, told(wider), checked, any_edit).fixed == {}
    renamed = Edit(Span("net.yaml", 1, 7, 1, 8), "M")
    assert mend(TEXT, told(renamed), checked, any_edit).fixed == {"W618": 1}


MANY = "name: N\ninput: 3x8x8\nlayers: [{}]\n".format(", ".join(["tanh"] * 64))


def told_of_many(unfit: set[int]) -> Checked:
    """A check of `MANY` with a remedy for each layer, of which some make another network."""
    start = MANY.index("tanh")
    line, column = 3, start - MANY.rindex("\n", 0, start)
    findings = []
    for place in range(64):
        at = column + 6 * place
        new = "conv1x1 4" if place in unfit else "tanh"
        edit = Edit(Span("net.yaml", line, at, line, at + 4), new)
        fault = Diagnostic("E805", f"layer {place}", edit.span, (), Fix((edit,), "write it"))
        findings.append(Finding(fault))
    return checked(MANY)._replace(findings=tuple(findings))


@pytest.mark.parametrize(
    ("unfit", "most"), [(set[int](), 1), ({5}, 13), ({0, 63}, 25), ({31, 32}, 25)]
)
def test_remedies_that_do_not_go_together_are_found_by_halves(unfit: set[int], most: int) -> None:
    """One that is unfit among 64 takes two trials for each of six halvings, and the first."""
    before = told_of_many(unfit)
    trials: list[str] = []

    def check(text: str) -> Checked:
        trials.append(text)
        return checked(text)

    done = mend(MANY, before, check, any_edit)
    assert (done.fixed, done.untried) == ({"E805": 64 - len(unfit)}, 0)
    assert len(trials) <= most


def test_a_file_that_takes_long_is_mended_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each trial takes a second, and what was kept by then is whole."""
    before = told_of_many({0, 1, 40, 41, 62, 63})
    seconds = [0.0]

    def check(text: str) -> Checked:
        seconds[0] += 1.0
        return checked(text)

    monkeypatch.setattr("cnncalc.checks.fixing.mend.process_time", lambda: seconds[0])
    done = mend(MANY, before, check, any_edit)
    assert seconds[0] <= MOST_SECONDS + 1
    assert done.untried > 0
    assert done.text == MANY
    assert done.checked.figures == checked(done.text).figures
