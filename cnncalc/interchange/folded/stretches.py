"""Stretches of units that stand in several places: where, and what a block of them would save."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.interchange.folded.forms import FAR, Form, Forms, values_of
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
        """The units in the first place."""
        return units_of(self.uses[0], len(self.key))


def units_of(use: Use, length: int) -> Sequence[Unit]:
    """The units of a stretch in one place."""
    return use.body.units[use.start : use.start + length]


def stretches(bodies: Sequence[Body], forms: Forms, longest: int, kept: set[int]) -> list[Stretch]:
    """The stretches that save lines, best first; of one unit, or of several up to `longest`.

    `kept` are labels that are read from outside of all bodies.
    """
    told = [(body, forms.of_body(body.units)) for body in bodies]
    every = Counter(id(mark) for body in bodies for mark in own_refs(body))
    every.update(kept)
    uses: dict[tuple[int, ...], list[Use]] = {}
    for body, own in told:
        for start, length in windows(own, longest):
            key = tuple(one.number for one in own[start : start + length])
            if length == 1 or len(set(key)) > 1:
                uses.setdefault(key, []).append(Use(body, start))
    own_forms = {id(body): own for body, own in told}
    found = []
    for key, places in uses.items():
        apart = disjoint(places, len(key))
        apart = [
            use for use in apart if not is_open(use, len(key), own_forms[id(use.body)], every)
        ]
        if len(apart) > 1 and (saved := saving(apart, len(key)))[0] > 0:
            found.append(Stretch(key, apart, saved))
    return sorted(found, key=lambda one: one.saved, reverse=True)


def windows(forms: Sequence[Form], longest: int) -> Iterator[tuple[int, int]]:
    """Where stretches may begin, and how many units they have."""
    lowest = 1 if longest == 1 else 2
    for start in range(len(forms)):
        for length in range(lowest, min(longest, len(forms) - start) + 1):
            if any(one == FAR for one in forms[start + length - 1].reach):
                break
            yield start, length


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
    return saved_by(units_of(uses[0], length), len(uses))


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
    told = [tuple(firsts(units_of(use, length))) for use in stretch.uses]
    seen = {tuple(range(len(told)))}
    for column in zip(*told, strict=True):
        [(value, _)] = Counter(column).most_common(1)
        seen.add(tuple(n for n, one in enumerate(column) if one == value))
    for row in set(told):
        seen.add(tuple(n for n, one in enumerate(told) if one == row))
    for chosen in sorted(seen, key=lambda one: (-len(one), one)):
        uses = [stretch.uses[n] for n in chosen]
        if 1 < len(uses) < len(told) and (saved := saving(uses, length))[0] > 0:
            yield Stretch(stretch.key, uses, saved)


def firsts(units: Sequence[Unit]) -> Iterator[Any]:
    """The values of units in their first row, but numbers of channels."""
    return (
        values[0] if values else None for key, values in values_of(units) if key not in CHANNELS
    )
