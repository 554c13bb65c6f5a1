"""Edits in a row: what is kept between them must not be seen in any answer."""

import json
import re
from random import Random
from typing import Any

import pytest

from cnncalc.checks.networks import Plan
from cnncalc.edit.answer import Asked, answer
from cnncalc.edit.answers import Answers
from cnncalc.edit.since import since
from cnncalc.report.kept import Kept
from cnncalc.spec.library import find

EDITS = 15
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


def changed(old: Any, change: dict[str, Any]) -> Any:
    """What a change makes of a value, as the page puts it together (`web/src/edit/since.js`)."""
    match change:
        case {"is": value}:
            return value
        case {"in": changes}:
            new = {name: changed(old[name], one) for name, one in changes.items()}
            return {**old, **new}
        case {"at": changes}:
            for place, one in changes:
                old = [*old[:place], changed(old[place], one), *old[place + 1 :]]
            return old
        case {"from": first, "cut": cut, "put": put}:
            return [*old[:first], *put, *old[first + cut :]]
    raise AssertionError(change)


@pytest.mark.parametrize("name", ["resnet:18", "googlenet", "unet"])
def test_what_is_new_makes_the_whole_page_of_the_one_before(name: str) -> None:
    random = Random(name)  # noqa: S311 - it hides nothing
    source = find(name)
    answers, text, page, number = Answers("net.yaml", STATED), source.text, None, None
    told = 0
    for _ in range(EDITS):
        now = answers.answer(Asked(text, source.variant, {}, number))
        now = json.loads(json.dumps(now))
        whole = json.loads(said(text, source.variant, None))
        if "since" in now:
            page = changed(page, now["since"])
            told += 1
        elif now["page"]:
            page = now["page"]
        number = now.get("number", number)
        if whole["page"]:
            assert json.dumps(page) == json.dumps(whole["page"])
        text = edited(text, random) if whole["page"] else source.text
    assert told > EDITS // 3


def test_who_has_another_page_is_told_all_of_it() -> None:
    answers = Answers("net.yaml", STATED)
    text = ALIKE.replace("RATE", "1")
    first = answers.answer(Asked(text))
    assert first["page"]
    assert answers.answer(Asked(text))["page"]
    late = answers.answer(Asked(text, known=first["number"]))
    assert late["page"] == first["page"]
    news = answers.answer(Asked(text, known=late["number"]))
    assert news["page"] is None
    assert news["since"] == {"in": {}}
    other = Answers("net.yaml", STATED)
    assert other.answer(Asked(text, known=news["number"]))["page"]


VALUES: tuple[Any, ...] = (
    0,
    1,
    True,
    False,
    1.0,
    0.0,
    None,
    "",
    "a",
    [],
    {},
    [1],
    [1.0],
    {"a": 1},
    {"a": True},
)


def test_a_change_is_told_letter_by_letter() -> None:
    random = Random(1)  # noqa: S311 - it hides nothing
    for _ in range(3000):
        old, new = (random_value(random, 3) for _ in range(2))
        if random.random() < 0.7:
            new = mutated(old, random)
        change = json.loads(json.dumps(since(old, new)))
        found = old if change is None else changed(old, change)
        assert json.dumps(found) == json.dumps(new)
        assert (change is None) == (json.dumps(old) == json.dumps(new))


def random_value(random: Random, depth: int) -> Any:
    kind = random.random()
    if not depth or kind < 0.3:
        return random.choice(VALUES)
    if kind < 0.7:
        return [random_value(random, depth - 1) for _ in range(random.randrange(14))]
    return {name: random_value(random, depth - 1) for name in "abcd"[: random.randrange(5)]}


def mutated(value: Any, random: Random) -> Any:
    """A value with something else at a few of its places."""
    if isinstance(value, list) and value and random.random() < 0.9:
        new = [mutated(one, random) if random.random() < 0.3 else one for one in value]
        if random.random() < 0.3:
            new.insert(random.randrange(len(new) + 1), random.choice(VALUES))
        return new[1:] if random.random() < 0.2 else new
    if isinstance(value, dict) and value and random.random() < 0.9:
        return {
            name: mutated(one, random) if random.random() < 0.5 else one
            for name, one in value.items()
        }
    return random.choice(VALUES)
