"""What holds of every document, whatever stands in it."""

import time
from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from fuzz.clock import stopwatch
from hypothesis import given, settings
from hypothesis import strategies as st
from marked import RESNET_MACS, always, marked, one

from cnncalc.checks.counts import Figure, Share
from cnncalc.checks.documents.check import check_marks, fix
from cnncalc.checks.documents.marks import read_marks
from cnncalc.checks.documents.networks import Figures
from cnncalc.checks.documents.numbers import Mark, format_figure
from cnncalc.checks.statements import compare
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.facts import Amount
from cnncalc.graph import Graph


def is_true(mark: Mark, exact: Figure) -> bool:
    """Whether a figure rounds to the number of a mark."""
    return compare(mark.fact, exact).gap is None


def numbers() -> st.SearchStrategy[tuple[str, str]]:
    """A number and the words that follow the network's name."""
    digits = st.integers(0, 10**13)
    grouped = st.tuples(digits, st.sampled_from(["", ",", "_", " ", "\u2009", "&nbsp;"])).map(
        lambda drawn: f"{drawn[0]:,}".replace(",", drawn[1])
    )
    decimals = st.one_of(st.just(""), st.integers(0, 999).map(lambda number: f".{number}"))
    gap = st.sampled_from(["", " ", "\u00a0", "&nbsp;", "\n"])
    counts = st.tuples(grouped, decimals, gap, st.sampled_from("KMGBT")).map("".join)
    sized = st.tuples(
        grouped, decimals, gap, st.sampled_from(["B", "kB", "MB", "GB", "KiB", "MiB", "GiB"])
    ).map("".join)
    shares = st.tuples(st.integers(0, 200).map(str), decimals, gap, st.just("%")).map("".join)
    lengths = st.lists(st.integers(1, 5000).map(str), min_size=1, max_size=4)
    shapes = st.tuples(st.sampled_from(["x", " x ", "\u00d7"]), lengths).map(
        lambda drawn: drawn[0].join(drawn[1])
    )
    return st.one_of(
        st.tuples(st.one_of(grouped, counts), st.sampled_from(["macs", "parameters", "depth"])),
        st.tuples(decimals.map(lambda text: f"25{text}"), st.just("macs unit=M")),
        st.tuples(sized, st.sampled_from(["weight_bytes", "training_bytes"])),
        st.tuples(shares, st.sampled_from(["macs fc6", "share fc6", "weight_bytes fc6"])),
        st.tuples(shapes, st.sampled_from(["output", "output conv1", "receptive_field"])),
    )


FILLERS = st.text(
    st.sampled_from("ab |#->*\n\r\u2028\ufeff\\1.") | st.characters(codec="utf-8")
).filter(lambda text: not set(text) & set("`~<\\"))
"""Text in which no mark is code or commented out."""


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, int]:
    """A text, and how many marks are in it."""
    written_so = draw(st.lists(numbers(), max_size=6))
    pieces = [draw(FILLERS)]
    for place, (number, words) in enumerate(written_so):
        pieces += [marked(number, f"net{place} {words}"), draw(FILLERS)]
    return "".join(pieces), len(written_so)


AXES = st.integers(1, 5000)


@st.composite
def answers(draw: st.DrawFn) -> Callable[[Mark], Figure]:
    """A figure for every mark, the same however often it is asked for."""
    count = draw(st.lists(st.integers(0, 10**13), min_size=7, max_size=7))
    shape = draw(st.lists(AXES, min_size=1, max_size=4))
    whole = draw(st.integers(1, 10**13))
    is_kept = draw(st.sets(st.integers(0, 6)))
    known: dict[int, int] = {}

    def figure(mark: Mark) -> Figure:
        place = int(mark.network.removeprefix("net"))
        value = mark.fact.value
        if mark.fact.is_share:
            return Share(count[place] % (whole + 1), whole)
        if mark.fact.metric == "output" or (mark.fact.metric == "receptive_field" and place % 2):
            return tuple(shape)
        if mark.fact.metric == "receptive_field":
            return shape[0]
        if place in is_kept and isinstance(value, Amount):
            # What is stated first, to the unit below; later askers get the same.
            kept: int = value.digits * value.factor // 10**value.decimals
            return known.setdefault(place, kept)
        return count[place]

    return figure


def outside(text: str, marks: tuple[Mark, ...]) -> list[str]:
    """The text without its numbers."""
    edges = [0, *(edge for mark in marks for edge in (mark.start, mark.end)), len(text)]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [text[start:end] for start, end in pairs]


@settings(deadline=None)  # a file is written and checked twice
@given(documents(), answers())
def test_fixing_makes_every_mark_hold_and_touches_nothing_else(
    document: tuple[str, int], figure: Callable[[Mark], Figure]
) -> None:
    text, count = document
    marks, found = read_marks(text, "doc.md")
    assert (len(marks), found) == (count, ())
    fixed = fix(text, marks, figure)
    again, _ = read_marks(fixed, "doc.md")
    assert check_marks(again, figure) == []
    assert fix(fixed, again, figure) == fixed
    assert outside(fixed, again) == outside(text, marks)
    for old, new in zip(marks, again, strict=True):
        assert (new.network, new.fact[:2]) == (old.network, old.fact[:2])  # metric and layer
        assert is_true(old, figure(old)) == (old.fact.text == new.fact.text)
        if isinstance(old.fact.value, Amount) and isinstance(new.fact.value, Amount):
            assert new.fact.value[1:] == old.fact.value[1:]
            assert (new.form.gap, new.form.unit) == (old.form.gap, old.form.unit)


@given(
    st.integers(0, 10**13),
    st.integers(0, 10**6),
    st.integers(0, 4),
    st.sampled_from([("macs", "K", 10**3), ("macs", "G", 10**9), ("weight_bytes", "MiB", 2**20)]),
)
def test_a_number_holds_when_the_figure_rounds_to_it(
    exact: int, digits: int, decimals: int, kind: tuple[str, str, int]
) -> None:
    """`decimal` says how a figure is rounded; halves may go either way."""
    metric, unit, factor = kind
    step = Decimal(1).scaleb(-decimals)
    text = f"{Decimal(digits).scaleb(-decimals):f} {unit}"
    mark = one(marked(text, f"a {metric}"))
    # No digit is lost: a division by a power of two or of ten ends.
    value = Context(prec=60).divide(Decimal(exact), Decimal(factor))
    rounded = {value.quantize(step, mode) for mode in (ROUND_HALF_UP, ROUND_HALF_DOWN)}
    assert is_true(mark, exact) == (Decimal(digits).scaleb(-decimals) in rounded)
    assert format_figure(mark, exact) == f"{value.quantize(step, ROUND_HALF_UP):f} {unit}"


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10**4), st.integers(0, 2))
def test_a_share_holds_when_it_rounds_to_the_percentage(
    part: int, whole: int, digits: int, decimals: int
) -> None:
    text = f"{Decimal(digits).scaleb(-decimals):f}%"
    mark = one(marked(text, "a macs fc6"))
    off = abs(Fraction(100 * part, whole) - Fraction(digits, 10**decimals))
    assert is_true(mark, Share(part, whole)) == (off <= Fraction(1, 2 * 10**decimals))


PIECES = st.sampled_from(
    [
        "<!-- cnncalc resnet:50 macs -->",
        "<!-- cnncalc ",
        "<!-- /cnncalc -->",
        "<!--",
        "-->",
        "`",
        "```",
        "\n",
        "\r\n",
        "\n```\n",
        "\n~~~\n",
        "> ",
        "- ",
        "\\",
        "4.09 G",
        "1,000",
        '"',
        "unit=",
        "x",
        "%",
        " ",
        "\ufeff",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_no_text_raises_and_every_place_is_in_it(text: str) -> None:
    marks, found = read_marks(text, "doc.md")
    assert fix(text, marks, always(RESNET_MACS)).count("<!--") == text.count("<!--")
    check_marks(marks, always((3, 4)))
    check_marks(marks, always(Share(1, 3)))
    for mark in marks:
        assert text[mark.start : mark.end] == mark.fact.text
    for fault in found:
        assert fault.span is not None
        assert (fault.span.line, fault.span.column) < (fault.span.end_line, fault.span.end_column)


HOSTILE = [
    marked("4.10 G"),
    marked("4.10 G") + "\n",
    "<!-- cnncalc resnet:50 macs -->",
    "<!-- /cnncalc -->",
    "<!--\n\n",
    "a <!--\n\n",
    marked("4", "a mac"),
    '<!-- cnncalc " -->',
    marked("1 2 3 4 5 6 7 8 9 x     x      x      x", "a output"),
    "` x\n",
    "```\n",
    "\\`",
    "-->",
    "> - ",
    "\n",
]


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_half_a_mebibyte_takes_a_time_in_line_with_its_length(piece: str) -> None:
    """Eight times the text takes about eight times as long; a square would take 64."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        marks, _ = read_marks(text, "doc.md")
        figure = always((3,)) if "output" in piece else always(RESNET_MACS)
        check_marks(marks, figure)
        fix(text, marks, figure)
        return time.process_time() - start

    small = max(min(seconds(2**16), seconds(2**16)), 0.002)
    # Again, where it did: with much in memory, one run in a few pays for the collector.
    assert any(seconds(2**19) < 32 * small for _ in range(3))


def test_inline_code_of_every_length_takes_no_square_of_the_time() -> None:
    text = "".join("`" * (1 + place % 700) + " " for place in range(3000))
    with stopwatch() as took:
        read_marks(text, "doc.md")
    assert took.seconds < 2


def test_a_network_that_fails_is_read_once() -> None:
    names: list[str] = []

    def load(name: str) -> Graph:
        names.append(name)
        raise SpecError([Diagnostic("E002", f"there is no network `{name}`", None)], {})

    marks, _ = read_marks(marked("1", "nonet macs") * 3, "doc.md")
    assert len(check_marks(marks, Figures(load))) == 3
    assert names == ["nonet"]
