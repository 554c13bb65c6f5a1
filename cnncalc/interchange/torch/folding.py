"""Members in a row as lines and arguments, runs of equal ones drawn together."""

import ast
import re
from collections.abc import Iterator, Sequence
from string import digits
from typing import NamedTuple

from cnncalc.interchange.torch.source import unparsed

WIDTH = 96
"""Columns of a line, as long as it may still be moved to the right."""

LONGEST = 100
"""Columns of a line, as formatters of Python code have them."""

Member = tuple[str, str]
"""A member's name and what makes it."""

_FOLDED = re.compile(r"^( *)(\S[^\n]*)\(\n\1    ([^\n]*[^\n,(])\n\1\)(,?)$", re.MULTILINE)
"""A call whose arguments stand on one line of their own."""

_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")


def folded_entries(pairs: Sequence[Member], before: str = "") -> Iterator[str]:
    """The members of a sequence as arguments, runs of equal ones in a comprehension.

    Those that are too long to stand behind `before` have lines of their own.
    """
    for start, stop, text in runs(pairs):
        name = pairs[start][0]
        if stop - start < 3:
            for one, made in pairs[start:stop]:
                yield fitted(f"{before}{one}=", made, ",").removeprefix(before).removesuffix(",")
        else:
            head, first = ordinal(name)
            span = f"range({first}, {first + stop - start})"
            yield f'**{{f"{head}{{i}}": {text} for i in {span}}}'


def member_lines(pairs: Sequence[Member], *, is_sequential: bool) -> Iterator[str]:
    """The lines that make the members; where order is all that counts, runs are loops."""
    for start, stop, text in runs(pairs):
        if not is_sequential or stop - start < 3:
            for name, made in pairs[start:stop]:
                yield fitted(f"        self.{name} = ", made)
        else:
            head, first = ordinal(pairs[start][0])
            yield f"        for i in range({first}, {first + stop - start}):"
            yield fitted("            ", f'self.add_module(f"{head}{{i}}", {text})')


def fitted(before: str, text: str, behind: str = "") -> str:
    """A statement, its arguments on lines of their own where it is too long."""
    indent = " " * (len(before) - len(before.lstrip()))
    length = len(before) + len(text) + len(behind)
    if "\n" in text or length <= WIDTH - 4 or not text.endswith(")"):
        return f"{before}{text}{behind}"
    name, _, arguments = text[:-1].partition("(")
    inner = f"{indent}    {arguments}"
    if len(inner) > WIDTH - 4:
        inner = "".join(f"{indent}    {one},\n" for one in parted(arguments)).removesuffix("\n")
    return f"{before}{name}(\n{inner}\n{indent}){behind}"


def rejoined(source: str) -> str:
    """Calls whose arguments stand on a line of their own, put together where a line takes them.

    Lines are folded before it is known how deep they stand.
    """
    return _FOLDED.sub(_whole, source)


def _whole(found: re.Match[str]) -> str:
    indent, call, arguments, behind = found.groups()
    line = f"{indent}{call}({arguments}){behind}"
    return line if len(line) <= LONGEST else found.group()


def parted(arguments: str) -> list[str]:
    """Arguments one by one, those in brackets whole."""
    call = ast.parse(f"f({arguments})", mode="eval").body
    if not isinstance(call, ast.Call):
        return [arguments]
    named = (f"{one.arg}={unparsed(one.value)}" for one in call.keywords)
    return [*map(unparsed, call.args), *named]


class Run(NamedTuple):
    """Members `start` up to `stop`, and what makes each in terms of its number `i`."""

    start: int
    stop: int
    text: str


def runs(pairs: Sequence[Member]) -> Iterator[Run]:
    """Stretches of members that are numbered through and equal but for numbers that grow evenly.

    A whole number that grows is written as `32 * i + 64`.
    """
    start = 0
    while start < len(pairs):
        stop = start + 1
        steps: list[int] | None = None
        while stop < len(pairs):
            found = steps_between(pairs[stop - 1], pairs[stop])
            if found is None or (steps is not None and found != steps):
                break
            steps = found
            stop += 1
        name, text = pairs[start]
        yield Run(start, stop, in_terms_of_i(text, steps or [], ordinal(name)[1]))
        start = stop


def steps_between(one: Member, other: Member) -> list[int] | None:
    """By how much each number grows from a member to the next; None where more differs."""
    (head, first), (next_head, second) = ordinal(one[0]), ordinal(other[0])
    if first < 0 or (next_head, second) != (head, first + 1) or "\n" in one[1]:
        return None
    if _NUMBER.sub("0", one[1]) != _NUMBER.sub("0", other[1]):
        return None
    pairs = zip(_NUMBER.finditer(one[1]), _NUMBER.finditer(other[1]), strict=True)
    steps = []
    for found, following in pairs:
        step = int(following[0]) - int(found[0])
        if step and not is_argument(one[1], found):
            return None
        steps.append(step)
    return steps


def is_argument(text: str, found: re.Match[str]) -> bool:
    """Whether a number stands by itself between commas or brackets."""
    return text[found.start() - 1] in "( =" and text[found.end()] in ",)"


def in_terms_of_i(text: str, steps: Sequence[int], first: int) -> str:
    """What makes the member number `first`, with `i` in its place."""
    step = iter(steps)

    def grown(found: re.Match[str]) -> str:
        growth = next(step, 0)
        if not growth:
            return found[0]
        base = int(found[0]) - growth * first
        sign = f" + {base}" if base > 0 else f" - {-base}"
        return f"{growth} * i{sign if base else ''}"

    return _NUMBER.sub(grown, text)


def ordinal(name: str) -> tuple[str, int]:
    """A name without its number, and the number; -1 when it has none."""
    head = name.rstrip(digits)
    number = name[len(head) :]
    return head, int(number) if number and not number.startswith("0") else -1
