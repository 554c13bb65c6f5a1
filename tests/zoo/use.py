"""A use of weights in a network, and what tells it from the others."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from math import prod
from typing import NamedTuple

Shape = tuple[int, ...]


class Use(NamedTuple):
    """An operation that reads weights: a convolution, a norm, a product with learned factors.

    Attributes:
        name: what to call it in messages.
        tensors: the shape of each of its tensors, by the names that they have in the state.
        elements: the size of what it gives, per example; others order its axes otherwise.
        sources: the uses whose values reach it, with no other weights on the way; -1 the input.
    """

    name: str
    tensors: Mapping[str, Shape]
    elements: int
    sources: frozenset[int]

    @property
    def form(self) -> str:
        """What does not depend on layout: dense layers are 1x1 convolutions, tokens pixels."""
        tensors = sorted(map(self.axes, self.tensors.values()))
        return f"weights {' '.join(map(shown, tensors))} -> {self.elements:,} elements"

    def axes(self, shape: Shape) -> Shape:
        """The axes of a tensor, those of a kernel as large as the map taken together."""
        if len(shape) > 2 and self.elements == shape[0]:
            shape = shape[0], prod(shape[1:])
        first = next((place for place, size in enumerate(shape) if size > 1), len(shape))
        last = next((place for place, size in enumerate(shape[::-1]) if size > 1), len(shape))
        own = shape[first : len(shape) - last]
        # Positions stand before channels, or behind them.
        return tuple(sorted(own)) if len(own) == 2 else own


def bare(shape: Iterable[int]) -> Shape:
    """A shape without axes of size 1."""
    return tuple(size for size in shape if size != 1)


def shown(shape: Iterable[int]) -> str:
    return "x".join(map(str, shape)) or "1"


def ancestry(uses: Sequence[Use]) -> list[str]:
    """For each use a digest of its form and of all that it is computed from."""
    found: list[str] = []
    for use in uses:
        before = sorted(found[one] if one >= 0 else "input" for one in use.sources)
        found.append(_digest(use.form, *before))
    return found


def standing(uses: Sequence[Use]) -> list[str]:
    """For each use a digest of its ancestry and of all that is computed from it."""
    readers: dict[int, list[int]] = defaultdict(list)
    for place, use in enumerate(uses):
        for one in use.sources:
            readers[one].append(place)
    above, below = ancestry(uses), [""] * len(uses)
    for place in reversed(range(len(uses))):
        after = sorted(below[one] for one in readers[place])
        below[place] = _digest(above[place], *after)
    return below


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()


def difference(own: Sequence[Use], peer: Sequence[Use]) -> str | None:
    """The first use of either that the other lacks, in words; None where they are wired alike.

    The order in which branches are run does not tell; what each reads does.
    """
    one, other = ancestry(own), ancestry(peer)
    lacking = _first_lacking(one, Counter(other))
    missed = _first_lacking(other, Counter(one))
    if lacking is None and missed is None:
        return None
    lines = [f"{len(own)} uses of weights here, {len(peer)} in the reference"]
    if lacking is not None:
        lines += ["here, but not in the reference:", *_described(own, lacking)]
    if missed is not None:
        lines += ["in the reference, but not here:", *_described(peer, missed)]
    return "\n  ".join(lines)


def _first_lacking(digests: Sequence[str], known: Counter[str]) -> int | None:
    for place, digest in enumerate(digests):
        known[digest] -= 1
        if known[digest] < 0:
            return place
    return None


def _described(uses: Sequence[Use], place: int) -> list[str]:
    """A use with what it reads."""
    use = uses[place]
    lines = [f"  {place}: {use.name}: {use.form}"]
    for one in sorted(use.sources):
        read = f"{uses[one].name}: {uses[one].form}" if one >= 0 else "the input"
        lines.append(f"      reads {read}")
    return lines


def pairs(own: Sequence[Use], peer: Sequence[Use]) -> list[tuple[Use, Use]]:
    """Each use with its like in the other network, in which it may be run at another time."""
    if [one.form for one in own] == [one.form for one in peer]:
        return list(zip(own, peer, strict=True))
    places: dict[str, list[Use]] = defaultdict(list)
    for use, digest in zip(peer, standing(peer), strict=True):
        places[digest].append(use)
    return [(use, places[digest].pop(0)) for use, digest in zip(own, standing(own), strict=True)]
