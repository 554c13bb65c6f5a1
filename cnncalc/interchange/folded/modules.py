"""Stretches of the network that read several tensors, and of which several are read: HRNet's.

Such a stretch is a block whose first parameters are tensors; what it gives beside its end is
found under a dotted label, `stage2.high`. Blocks that read what flows in and give their end alone
are made before.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from cnncalc.interchange.folded.fold import MOST_PARAMETERS, point
from cnncalc.interchange.folded.formal import Formal, formals
from cnncalc.interchange.folded.forms import FAR, Form, Forms
from cnncalc.interchange.folded.lines import rough
from cnncalc.interchange.folded.nodes import (
    Block,
    Body,
    Call,
    Mark,
    Unit,
    bodies_in,
    marked,
    refs_in,
)
from cnncalc.interchange.folded.rows import joined_units
from cnncalc.interchange.folded.stretches import repeated

LONGEST = 80
"""Units of such a stretch."""

MOST_TENSORS = 8
"""That it reads."""

MOST_UNITS = 4_000
"""Of a network in which they are sought."""

FEWEST_SAVED = 3
"""Lines that such a block saves, more in a large network."""

MOST_MODULES = 12
"""Blocks that are made."""

MOST_TRIED = 6
"""Stretches of which the first that takes few parameters is one."""


class Read(NamedTuple):
    """What a unit is but for the tensors that it refers to, and these in order."""

    number: int
    marks: Sequence[Mark]


class Found(NamedTuple):
    """A stretch: how many units it has, where it begins, and the lines that a block saves."""

    length: int
    starts: Sequence[int]
    saved: int


def put_modules(body: Body, forms: Forms, kept: set[int], blocks: Sequence[Block]) -> None:
    """Put calls of such blocks in a network.

    `kept` are labels that are read from outside, `blocks` those that there are.
    """
    inner = formals(blocks)
    for _ in range(MOST_MODULES if len(body.units) <= MOST_UNITS else 0):
        for found in stretches(body, forms)[:MOST_TRIED]:
            block = block_of(body, found, kept)
            if len(Formal(block.body, inner).parameters) <= MOST_PARAMETERS:
                put_calls(body, found, block)
                break
        else:
            break


def stretches(body: Body, forms: Forms) -> list[Found]:
    """The stretches that are worth a block, best first."""
    told = [read(unit, forms) for unit in body.units]
    alike = [Form(one.number, ()) if one else Form(-1, (FAR,)) for one in told]
    longest: dict[int, int] = {}
    for length, spots in repeated([(body, alike)], LONGEST):
        longest.update((start, length) for _, start in spots)
    numbers: dict[object, int] = {}
    starts: dict[int, tuple[int, list[int]]] = {}
    for start, end in ((start, start + most) for start, most in sorted(longest.items())):
        for length, key in windows(told[start:end], body.units[start:end], numbers):
            starts.setdefault(key, (length, []))[1].append(start)
    fewest = max(FEWEST_SAVED, len(told) // 50)
    lines = [0]
    for unit in body.units:
        lines.append(lines[-1] + rough([unit])[0])
    found = []
    for length, places in starts.values():
        apart = disjoint(places, length)
        saved = (len(apart) - 1) * (lines[apart[0] + length] - lines[apart[0]] - 1) - 2
        if len(apart) > 1 and saved >= fewest:
            found.append(Found(length, apart, saved))
    return sorted(found, key=lambda one: (-one.saved, one.length, one.starts))


def read(unit: Unit, forms: Forms) -> Read | None:
    """What a unit is and reads; None of one that gives several tensors already."""
    if any(isinstance(item, Call) and item.block.tensors for item in unit.items):
        return None
    given = {id(mark) for _, mark in marked([unit])}
    marks = [mark for mark in refs_in([unit]) if id(mark) not in given]
    return Read(forms.of_unit(unit, 0, {}).number, marks)


def windows(
    told: Sequence[Read | None], units: Sequence[Unit], numbers: dict[object, int]
) -> Iterator[tuple[int, int]]:
    """The lengths of stretches from the first unit on that read tensors, each with a number.

    It is the same for stretches of equal units that read each other alike.
    """
    key = -1
    given: dict[int, int] = {}
    others: dict[int, int] = {}
    for at, one in enumerate(told):
        if one is None:
            return
        wiring = []
        for mark in one.marks:
            place = given.get(id(mark))
            wiring.append(others.setdefault(id(mark), ~len(others)) if place is None else place)
        if len(others) > MOST_TENSORS:
            return
        if (own := units[at].mark) is not None:
            given[id(own)] = at
        key = numbers.setdefault((key, one.number, *wiring), len(numbers))
        if others and at:
            yield at + 1, key


def disjoint(starts: Sequence[int], length: int) -> list[int]:
    """Starts of stretches that do not overlap, from the front."""
    found: list[int] = []
    for start in starts:
        if not found or found[-1] + length <= start:
            found.append(start)
    return found


def outer(units: Sequence[Unit]) -> list[Mark]:
    """The tensors that some units refer to and do not give, each once, in order."""
    given = {id(mark) for _, mark in marked(units)}
    return list({id(mark): mark for mark in refs_in(units) if id(mark) not in given}.values())


def block_of(body: Body, found: Found, kept: set[int]) -> Block:
    """The block of a stretch: what it reads has labels of its own, and what is read of it."""
    places = [body.units[start : start + found.length] for start in found.starts]
    rows = len(body.up) * len(places)
    block = Block(Body(joined_units([(one, len(body.up)) for one in places]), [*range(rows)]))
    new = {id(mark): (mark, Mark("tensor")) for mark in outer(places[0])}
    block.tensors = [mark for _, mark in new.values()]
    every = Counter([*map(id, refs_in(body.units)), *kept])
    inside = [Counter(map(id, refs_in(units))) for units in places]
    for at, unit in enumerate(block.body.units):
        old, unit.mark = unit.mark, None
        is_read = old is not None and inside[0][id(old)] > 0
        is_read |= any(every[id(units[at].mark)] > own[id(units[at].mark)]
                       for units, own in zip(places, inside, strict=True))  # fmt: skip
        if is_read and at < found.length - 1:
            unit.mark = Mark(old.hint if old else "")
            if old is not None:
                new[id(old)] = (old, unit.mark)
    for inner in bodies_in(block.body):
        for old, mark in new.values():
            point(inner, old, mark)
    return block


def common(one: str, other: str) -> str:
    """The scope that two layers have in common."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return ".".join(part for part, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def put_calls(body: Body, found: Found, block: Block) -> None:
    """Put calls of a block in the place of its stretch."""
    count = len(body.up)
    for number, start in reversed([*enumerate(found.starts)]):
        units = body.units[start : start + found.length]
        rows = [*range(number * count, (number + 1) * count)]
        call = Unit([Call(block, rows, outer(units))], units[-1].mark)
        for unit, inner in zip(units, block.body.units, strict=True):
            if inner.mark is not None and unit.mark is not None:
                call.mark = call.mark or Mark("")
                call.mark.hint = common(call.mark.hint or unit.mark.hint, unit.mark.hint)
                unit.mark.within = (call.mark, inner.mark)
        body.units[start : start + found.length] = [call]
