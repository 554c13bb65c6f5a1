"""Whatever is written, the answer is a graph or a SpecError; and what is shown reads back."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from robustness import check, check_faults, within
from thorough import thorough

from cnncalc import SpecError
from cnncalc.spec import WIDE, Selection, build

# Text that is no spec at all

YAML_MARKS = [*"-:[]{}#&*!|>'\"%@`?,~= \n\t", "\r\n", "- ", ": ", "\n  ", "\ufeff", "\x85"]


@thorough(120)
@given(
    st.text(max_size=60) | st.lists(st.sampled_from(YAML_MARKS) | st.text(max_size=3)).map("".join)
)
@example("\ufeff")
@example("a: &a [*a]")
@example("? [a]\n: b")
@example("layers: !!set {a, b}\ninput: 3x8x8")
@example("[" * 5000)
@example("{a: " * 5000)
@example("- " * 5000 + "a")
@example("'")
@example("\x00")
def test_random_text(text: str) -> None:
    check(text)
    check(f"input: 3x8x8\nlayers:\n{text}\n")


# Specs that mean harm

HEAD = "input: 3x32x32\nlayers:\n"

FEWER = WIDE._replace(layers=WIDE.layers // 10, steps=WIDE.steps // 10)
"""To find the same bounds sooner."""


def _chain(count: int, body: str, last: str) -> str:
    """Blocks that each use the next; `{}` in the body stands for its name."""
    blocks = "".join(f"  b{n}: {body.format(f'b{n + 1}')}\n" for n in range(count))
    return f"input: 3x32x32\nblocks:\n{blocks}  b{count}: {last}\nlayers: [b0]\n"


HOSTILE = {
    "label twice, then a fault": (
        HEAD + "  - stem: conv1x1 3\n  - stem: conv1x1 3\n  - linear 10\n",
        {"E209", "E405"},
    ),
    "variant with a variable of its own": (
        HEAD + "  - relu\nvariants: {a: {vars: {width: null}}}\n",
        {"E211"},
    ),
    "no layers": (HEAD, {"E203"}),
    "axes of thousands of digits": (
        HEAD + "  - repeat 20000: {concat: [x, x]}\n  - linear 3\n",
        {"E506"},
    ),
    "axes beyond all bounds": (HEAD + "  - repeat 400: upsample 1_000_000_000_000\n", {"E506"}),
    "bounded kernel, unbounded digits": (HEAD + f"  - conv3x3{'1' * 5000} 3\n", None),
    "long shape": (f"input: 3{'x3' * 100_000}\nlayers: [relu]\n", {"E216"}),
    "long quantity": (HEAD + f"  - relu\nexpect: {{macs: {'9' * 5000}}}\n", None),
    "long name": (HEAD + f"  - a{'1' * 60_000}b\n", {"E204"}),
    "long line": (HEAD + f"  - conv3x3 {'8 ' * 50_000}\n", {"E207"}),
    "long list": (
        f"input: 3x32x32\nvars: {{v: [{'1,' * 60_000}]}}\nlayers: [conv3x3 v]\n",
        {"E505"},
    ),
    "many unknown names": (
        HEAD
        + "".join(f"  - label{n}: relu\n" for n in range(1500))
        + "".join(f"  - lebal{n}\n" for n in range(1500)),
        {"E204"},
    ),
    "many faults": (
        HEAD + "  - stem: relu\n  - repeat 90_000: relu\n  - repeat 1000: [stem, conv99x99 8]\n",
        {"E401"},
    ),
    "doubling blocks of nothing": (_chain(30, "[{0}, {0}]", "x"), {"E202"}),
    "doubling blocks of a layer": (_chain(30, "[{0}, {0}]", "relu"), {"E504"}),
    "doubling branches": (_chain(30, "{{add: [{0}, {0}]}}", "relu"), {"E504"}),
    "doubling branches with a fault": (_chain(30, "{{add: [{0}, {0}]}}", "linear 3"), {"E405"}),
    "empty rounds": (HEAD + "  - repeat 1_000_000: {repeat 1_000_000: x}\n", {"E504"}),
    "rounds that fail": (HEAD + "  - repeat 100_000: nix9\n  - nix: relu\n", {"E301"}),
    "deep brackets": ("[" * 100_000, {"E502"}),
    "deep braces": ("{a: " * 100_000, {"E502"}),
    "deep dashes": (HEAD + "- " * 50_000 + "a", {"E502"}),
    "deep questions": (HEAD + "? " * 400 + "a", {"E502"}),
    "deep indentation": (HEAD + "".join(" " * n + "-\n" for n in range(2, 900)), {"E502"}),
    "deep signs": (HEAD + f"  - conv3x3 {'-' * 400}8\n", {"E505"}),
    "deep index": (HEAD + f"  - conv3x3 {'(1,' * 150}8{',)' * 150}\n", {"E505"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_specs(name: str) -> None:
    text, codes = HOSTILE[name]
    selection = Selection("a" if "variants:" in text else None)
    with within(60), pytest.raises(SpecError, match="E") as caught:
        build(text, "<text>", selection, FEWER)
    check_faults(caught.value, text)
    shown = {fault.code for fault in caught.value.diagnostics}
    assert codes is None or shown == codes
    assert max(len(fault.message) for fault in caught.value.diagnostics) < 500
