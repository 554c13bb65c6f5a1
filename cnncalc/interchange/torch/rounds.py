"""Repeats in blocks: calls that differ in how often they repeat a part are one class."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from string import digits
from typing import NamedTuple

from cnncalc.interchange.scopes import Group, Leaf, Place
from cnncalc.interchange.torch.classes import Class, File
from cnncalc.interchange.torch.folding import fitted, member_lines
from cnncalc.interchange.torch.form import call_of, given, is_chain, read
from cnncalc.interchange.torch.names import attribute, is_argument
from cnncalc.interchange.torch.parameters import signature
from cnncalc.interchange.torch.source import named, python
from cnncalc.interchange.torch.writer import Writer


class Rounds(NamedTuple):
    """Where a group repeats: members `start` up to `stop`, `unit` of them a round."""

    start: int
    stop: int
    unit: int

    @property
    def number(self) -> int:
        """How often."""
        return (self.stop - self.start) // self.unit


Sign = tuple[str, str, tuple[str, ...]]


def sign(place: Place) -> Sign | None:
    """What is alike in every round: the name without its number, the module, its arguments."""
    call = call_of(place) if isinstance(place, Leaf) else None
    if call is None:
        return None
    return place.label.rstrip(digits), call.name, tuple(one.keyword for one in call.arguments)


def alike(groups: Sequence[Group]) -> list[Rounds] | None:
    """Where each of the groups repeats, when that is all in which they differ."""
    lengths = sorted({len(group.children) for group in groups})
    if len(lengths) < 2 or not all(map(is_chain, groups)):
        return None
    signs = [[sign(child) for child in group.children] for group in groups]
    if any(None in one for one in signs):
        return None
    shortest = min(signs, key=len)
    unit = min(after - before for before, after in pairwise(lengths))
    for start in range(len(shortest) - unit + 1):
        behind = len(shortest) - start - unit
        while behind >= 0:
            found = [repeated(one, start, unit, behind) for one in signs]
            if all(found) and numbered(groups, [one for one in found if one]):
                return [one for one in found if one]
            behind -= unit
    return None


def repeated(signs: Sequence[Sign | None], start: int, unit: int, behind: int) -> Rounds | None:
    """The rounds of one group, `behind` members standing after them."""
    stop = len(signs) - behind
    first = signs[start : start + unit]
    if (stop - start) % unit or any(
        signs[at : at + unit] != first for at in range(start, stop, unit)
    ):
        return None
    return Rounds(start, stop, unit)


def numbered(groups: Sequence[Group], rounds: Sequence[Rounds]) -> bool:
    """Whether the names of the rounds count from 1, and all else is the same in every group."""
    rest = set()
    for group, (start, stop, unit) in zip(groups, rounds, strict=True):
        for at, child in enumerate(group.children[start:stop]):
            if child.label != f"{child.label.rstrip(digits)}{at // unit + 1}":
                return False
        kept = [*group.children[:start], *group.children[stop:]]
        rest.add(tuple((child.label, sign(child)) for child in kept))
    return len(rest) == 1


class RepeatWriter(Writer):
    """The code of a class whose groups differ in a number of rounds."""

    def __init__(self, file: File, groups: Sequence[Group], rounds: list[Rounds]) -> None:
        super().__init__(file, groups)
        self.rounds = rounds

    def tried(self) -> Class | None:
        """The class, its code complete; None where no parameter is the number of rounds."""
        numbers = [one.number for one in self.rounds]
        count = next((name for name, values in self.known.own.items() if values == numbers), None)
        start = self.rounds[0].start
        lines = list(self.plain([0] * len(self.groups), start))
        loop = self.loop() if count else None
        if loop is None or self.known.extra:
            return None
        self.known.used.add(str(count))
        entering = self.known.entering
        if loop[-1].lstrip().startswith("in_channels = "):
            self.known.entering = {}  # it is another number behind the loop
        stops = [one.stop for one in self.rounds]
        after = list(self.plain(stops, len(self.first.children) - stops[0]))
        self.known.entering = entering
        made = Class(self.file.class_name(self.first), {})
        made.numbers = {id(group): number for number, group in enumerate(self.groups)}
        made.parameters = self.known.declared(self.first.block or "")
        made.lines = [
            f"class {made.name}(nn.Sequential):",
            signature(made.parameters),
            "        super().__init__()",
            *lines,
            f"        for i in range(1, {count} + 1):",
            *loop,
            *after,
        ]
        self.file.classes.append(made)
        return made

    def plain(self, starts: Sequence[int], number: int) -> Iterator[str]:
        """The lines of members that every group has once."""
        pairs = []
        for ahead in range(number):
            uses = [
                (place, group.children[start + ahead])
                for place, (group, start) in enumerate(zip(self.groups, starts, strict=True))
            ]
            pairs.append((self.members[id(uses[0][1])], self.makes.constructor(uses, 8)))
        yield from member_lines(pairs, is_sequential=True)

    def loop(self) -> list[str] | None:
        """The lines of one round, every round of every group being a turn of its own."""
        each = [
            one_round(group, at, rounds.unit)
            for group, rounds in zip(self.groups, self.rounds, strict=True)
            for at in range(rounds.start, rounds.stop, rounds.unit)
        ]
        body = Writer(self.file, each)
        lines = []
        for place, child in enumerate(body.first.children):
            uses = [(number, group.children[place]) for number, group in enumerate(each)]
            text = body.makes.constructor(uses, 12)
            head = child.label.rstrip(digits)
            if head and not is_argument(head):
                head = attribute(child.label).rstrip(digits)
            lines.append(fitted("            ", f'self.add_module(f"{head}{{i}}", {text})'))
        flows_in = self.known.channels.get(read(body.first)[0])
        flows_out = body.known.channels.get(body.first.result)
        if body.known.extra or flows_in != "in_channels" or flows_out is None:
            return None
        self.known.used |= body.known.used
        last = self.first.children[self.rounds[0].stop - 1]
        if flows_out != "in_channels" and "in_channels" in body.known.used:
            lines.append(f"            in_channels = {python(flows_out)}")
        if flows_out == "in_channels" or "in_channels" not in named(flows_out):
            self.known.channels[given(last)] = flows_out
        return lines


def one_round(group: Group, at: int, unit: int) -> Group:
    """The members of one round as a group."""
    found = Group(group.label, group.path, group.block, group.parent)
    found.children = group.children[at : at + unit]
    found.result = given(found.children[-1])
    return found
