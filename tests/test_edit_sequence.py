"""Edits in a row: what is kept between them must not be seen in any answer."""

import json
import re
from random import Random

import pytest

from cnncalc.checks.networks import Plan
from cnncalc.edit.answer import Asked, answer
from cnncalc.report.kept import Kept
from cnncalc.spec.library import find

EDITS = 25
STATED = Plan()

# One number in three ways to write it: equal for a table of what is known, and told apart by eyes.
ALIKE = """\
input: 3x16x16
vars: {rate: RATE}
layers:
  - conv3x3 8
  - bn eps=rate
  - relu
  - {repeat 3: [conv3x3 8 padding=half, bn eps=rate]}
  - elu alpha=rate
"""


def edited(text: str, random: Random) -> str:
    """A text with a small change, as fingers make them; often a faulty one."""
    lines = text.split("\n")
    place = random.randrange(len(lines))
    kind = random.choice(("number", "number", "number", "line", "twice", "gone", "word", "letter"))
    if kind == "number":
        found = list(re.finditer(r"\d+", text))
        one = random.choice(found)
        number = random.choice((int(one[0]) + 1, int(one[0]) * 2, max(1, int(one[0]) - 1)))
        return f"{text[: one.start()]}{number}{text[one.end() :]}"
    if kind == "line":
        lines.insert(place, random.choice(("", "# a remark")))
    elif kind == "twice":
        lines.insert(place, lines[place])
    elif kind == "gone":
        del lines[place]
    elif kind == "word":
        lines[place] = lines[place].replace("relu", "gelu").replace("conv3x3", "conv5x5")
    else:
        at = random.randrange(len(text))
        return text[:at] + text[at + 1 :]
    return "\n".join(lines)


def said(text: str, variant: str | None, kept: Kept | None) -> str:
    """An answer, letter by letter."""
    return json.dumps(answer(Asked(text, variant), "net.yaml", STATED, kept=kept))


@pytest.mark.parametrize(
    "name", ["alexnet", "resnet:18", "googlenet", "densenet:121", "mobilenetv2", "unet", "vit"]
)
def test_an_answer_is_the_same_whatever_was_asked_before(name: str) -> None:
    random = Random(name)  # noqa: S311 - it hides nothing
    source = find(name)
    first = text = source.text
    kept, networks = Kept(), 0
    for _ in range(EDITS):
        now = said(text, source.variant, kept)
        assert now == said(text, source.variant, None)
        networks += json.loads(now)["page"] is not None
        # Who made a fault takes it back.
        text = edited(text, random) if json.loads(now)["page"] else first
    assert networks > EDITS // 3


def test_equal_numbers_that_are_written_otherwise_are_told_as_they_are() -> None:
    kept = Kept()
    for rate in ("1", "1.0", "1", "1e0", "0.5", "1.0", "1"):
        text = ALIKE.replace("RATE", rate)
        now = said(text, None, kept)
        assert now == said(text, None, None)
        assert json.loads(now)["page"]


def test_what_is_kept_is_what_two_answers_need() -> None:
    kept, text = Kept(), ALIKE.replace("RATE", "1")
    sizes = []
    for width in range(8, 40):
        said(text.replace("conv3x3 8", f"conv3x3 {width}"), None, kept)
        sizes.append(len(kept))
    assert 0 < max(sizes[2:]) == sizes[2]
