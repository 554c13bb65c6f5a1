"""Regular expressions on strangers' text: eight times the text takes eight times as long."""

import re
import time
from typing import Any

import pytest
from expressions import Expression, expressions, found_in, hostile_texts

FEW = (20, 100, 600)
"""Characters that none takes long for, not even one whose time grows as a power does."""

SMALL, LARGE = 4_096, 32_768

NOISE = 0.0015
"""Seconds for the small text below which the large one cannot take long; linear is a tenth."""

MOST_TIMES = 16
"""How much longer the large text may take; what is quadratic takes 64 times as long."""

FOUND = list(expressions())


def seconds(expression: Expression, text: str) -> float:
    """What it takes to look for it, at every place if it is looked for at some."""
    pattern: re.Pattern[Any] = expression.pattern
    data: Any = text.encode("latin-1") if isinstance(pattern.pattern, bytes) else text
    start = time.process_time()
    pattern.fullmatch(data)
    if not expression.is_anchored:
        for _ in pattern.finditer(data):
            pass
    return time.process_time() - start


def slow(expression: Expression) -> str | None:
    """The start of a text that it takes too long for."""
    for size in FEW:
        for text in hostile_texts(expression.pattern, size):
            if all(seconds(expression, text) > NOISE for _ in range(3)):
                return text[:20]
    texts = zip(
        hostile_texts(expression.pattern, SMALL),
        hostile_texts(expression.pattern, LARGE),
        strict=True,
    )
    return next((small[:20] for small, large in texts if is_slow(expression, small, large)), None)


def is_slow(expression: Expression, small: str, large: str) -> bool:
    took = seconds(expression, small)
    if took > NOISE:
        took = min(took, seconds(expression, small))
    if took <= NOISE:
        return False
    for _ in range(3):  # what another process disturbs once is not disturbed three times
        times = seconds(expression, large) / took
        if not MOST_TIMES < times < 3 * MOST_TIMES:
            return times > MOST_TIMES
    return True


@pytest.mark.parametrize("expression", FOUND, ids=lambda one: one.name)
def test_time_grows_with_the_text_alone(expression: Expression) -> None:
    assert slow(expression) is None


def test_all_are_found() -> None:
    assert len(FOUND) > 40
    assert {one.name.partition(":")[0] for one in FOUND} >= {
        "cnncalc.checks.project.find", "cnncalc.checks.documents.comments", "cnncalc.printable",
        "cnncalc.spec.symbols", "cnncalc.interchange.onnx.read.names",
    }  # fmt: skip


def only(call: str) -> Expression:
    [found] = found_in(f"import re\ndef f(name):\n    {call}\n", "m", {"re": re, "_WORD": r"\w+"})
    return found


@pytest.mark.parametrize(
    ("call", "pattern"),
    [
        ("re.compile('a+b')", "a+b"),
        ("return re.search(_WORD, name)", r"\w+"),
        ("re.sub(rf'{_WORD}:{re.escape(name)}', '', name)", r"\w+:a"),
        ("begin = '(x|y)'; re.split(begin + ' *', name)", "(x|y) *"),
    ],
)
def test_one_is_found(call: str, pattern: str) -> None:
    assert only(call).pattern.pattern == pattern


def test_flags_are_read() -> None:
    assert only("re.sub('^a', '', name, flags=re.MULTILINE)").pattern.flags & re.MULTILINE


@pytest.mark.parametrize(
    "call",
    [
        r"re.compile(r'tool\s*\s*=')",
        r"re.fullmatch(r'(a|a)*b', name)",
        r"re.fullmatch(r'([a-z]+ ?)+', name)",
        r"re.search(r'\s+$', name)",
        r"re.findall(r'<!--.*-->', name)",
        r"re.search(rb'tool.*cnncalc', name)",
    ],
)
def test_a_slow_one_is_seen(call: str) -> None:
    assert slow(only(call))


@pytest.mark.parametrize("call", [r"re.fullmatch(r'\s+$', name)", r"re.search('a{1,9}b', name)"])
def test_a_quick_one_is_not(call: str) -> None:
    assert slow(only(call)) is None
