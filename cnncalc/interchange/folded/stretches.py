"""Stretches of units that stand in several places: where, and what a block of them would save."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.interchange.folded.forms import FAR, Form, values_of
from cnncalc.interchange.folded.lines import rough
from cnncalc.interchange.folded.nodes import Body, Join, Mark, Ref, Unit, refs_in
from cnncalc.interchange.folded.parameters import CHANNELS

LONGEST = 16
"""Units of a stretch."""

MOST_SPLIT = 200
"""Places of a stretch that are told apart by their values."""

NARROW = 50
"""Characters of a line that is worth a block where it stands three times."""


class Use(NamedTuple):
    """Where a stretch stands: units of a body from a place on."""

    body: Body
    start: int


class Stretch(NamedTuple):
    """Units of one form, and where they stand.

    Attributes:
        saved: the lines that a block would save, and the characters.
    """

    key: tuple[int, ...]
    uses: list[Use]
    saved: tuple[int, int]

    @property
    def units(self) -> Sequence[Unit]:
        """The units in the first place that has rows."""
        return units_of(filled(self.uses)[0], len(self.key))


def units_of(use: Use, length: int) -> Sequence[Unit]:
    """The units of a stretch in one place."""
    return use.body.units[use.start : use.start + length]


Told = Sequence[tuple[Body, Sequence[Form]]]
"""Bodies with the forms of their units."""


def stretches(told: Told, longest: int, kept: set[int]) -> list[Stretch]:
    """The stretches that save lines, best first; of one unit, or of several up to `longest`.

    `kept` are labels that are read from outside of all bodies.
    """
    every = Counter(id(mark) for body, _ in told for mark in own_refs(body))
    every.update(kept)
    found = []
    for length, places in singles(told) if longest == 1 else repeated(told, longest):
        uses = [Use(told[at][0], start) for at, start in places]
        apart = [
            use
            for use, (at, _) in zip(uses, places, strict=True)
            if not is_open(use, length, told[at][1], every)
        ]
        apart = disjoint(apart, length)
        if len(apart) > 1 and (saved := saving(apart, length))[0] > 0:
            first, start = places[0]
            key = tuple(one.number for one in told[first][1][start : start + length])
            order = (-saved[0], -saved[1], first, start, length)
            found.append((order, Stretch(key, apart, saved)))
    return [stretch for _, stretch in sorted(found, key=lambda one: one[0])]


Spot = tuple[int, int]
"""A body by its number, and a unit by its."""


def singles(told: Told) -> Iterator[tuple[int, Sequence[Spot]]]:
    """Where single units of one form stand that read nothing from outside of their body."""
    places: dict[int, list[Spot]] = {}
    for at, (_, forms) in enumerate(told):
        for start, form in enumerate(forms):
            if FAR not in form.reach:
                places.setdefault(form.number, []).append((at, start))
    yield from ((1, spots) for spots in places.values())


def repeated(told: Told, longest: int) -> Iterator[tuple[int, Sequence[Spot]]]:
    """Where stretches stand that are there twice, shorter ones first, not all of one form.

    Both a stretch without its last unit and one without its first are there twice then, so only
    these are made longer.
    """
    known = {spot: number for number, (_, spots) in enumerate(singles(told)) for spot in spots}
    is_mixed = dict.fromkeys(known, False)
    for length in range(2, longest + 1):
        places: dict[Spot, list[Spot]] = {}
        for (at, start), number in known.items():
            if (after := known.get((at, start + 1))) is not None:
                places.setdefault((number, after), []).append((at, start))
        known = {}
        mixed: dict[Spot, bool] = {}
        for number, (parts, spots) in enumerate(places.items()):
            if len(spots) > 1:
                at, start = spots[0]
                has_others = parts[0] != parts[1] or is_mixed[at, start]
                known.update(dict.fromkeys(spots, number))
                mixed.update(dict.fromkeys(spots, has_others))
                if has_others:
                    yield length, spots
        is_mixed = mixed


def is_open(use: Use, length: int, forms: Sequence[Form], every: Mapping[int, int]) -> bool:
    """Whether a stretch reads what stands before it, but its entry, or is read within."""
    body, start = use
    for at in range(start, start + length):
        if any(one == FAR or at - one < start - 1 for one in forms[at].reach):
            return True
    inside = {id(unit.mark) for unit in body.units[start : start + length - 1] if unit.mark}
    if not inside:
        return False
    own = Counter(id(mark) for mark in refs_in(units_of(use, length)))
    return any(own[mark] != every[mark] for mark in inside)


def own_refs(body: Body) -> Iterator[Mark]:
    """The references of a body, those of bodies in it left out."""
    for unit in body.units:
        for item in unit.items:
            if isinstance(item, Ref):
                yield item.mark
            elif isinstance(item, Join):
                yield from (one.mark for one in item.branches if isinstance(one, Ref))


def disjoint(uses: Sequence[Use], length: int) -> list[Use]:
    """Uses that do not overlap, from the front."""
    found: list[Use] = []
    for use in uses:
        if not found or found[-1].body is not use.body or found[-1].start + length <= use.start:
            found.append(use)
    return found


def saving(uses: Sequence[Use], length: int) -> tuple[int, int]:
    """Lines that a block saves, and characters."""
    there = filled(uses)
    return saved_by(units_of(there[0], length), len(there)) if there else (0, 0)


def filled(uses: Sequence[Use]) -> list[Use]:
    """The places that have rows: a branch that is never there has none."""
    return [use for use in uses if use.body.up]


def saved_by(units: Sequence[Unit], number: int) -> tuple[int, int]:
    """Lines, and characters, that a block of some units saves which stands so often."""
    lines, characters = rough(units)
    defined = 1 + lines if lines > 1 or characters > NARROW + 20 else 1
    fewer = number * lines - defined - number
    shorter = (number - 1) * characters - 20 * (number + 1)
    if lines == len(units) == 1 and number >= 3 and characters >= NARROW:
        fewer = max(fewer, 1)
    return fewer, shorter


def parts(stretch: Stretch) -> Iterator[Stretch]:
    """All uses of a stretch, and those that are left without what differs from most."""
    yield stretch
    if len(stretch.uses) > MOST_SPLIT:
        return
    length = len(stretch.key)
    there = filled(stretch.uses)
    told = [tuple(firsts(units_of(use, length))) for use in there]
    seen = {tuple(range(len(told)))}
    for column in zip(*told, strict=True):
        [(value, _)] = Counter(column).most_common(1)
        seen.add(tuple(n for n, one in enumerate(column) if one == value))
    for row in set(told):
        seen.add(tuple(n for n, one in enumerate(told) if one == row))
    for chosen in sorted(seen, key=lambda one: (-len(one), one)):
        uses = [there[n] for n in chosen]
        if 1 < len(uses) < len(told) and (saved := saving(uses, length))[0] > 0:
            others = [use for use in stretch.uses if not use.body.up]
            yield Stretch(stretch.key, [*uses, *others], saved)


def firsts(units: Sequence[Unit]) -> Iterator[Any]:
    """The values of units in their first row, but numbers of channels."""
    return (
        values[0] if values else None for key, values in values_of(units) if key not in CHANNELS
    )
