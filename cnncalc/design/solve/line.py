"""One variable, the others held: where along it limits are kept.

Counts of a network mostly rise with a variable, so that a few evaluations find where a limit is
crossed. None of this is taken on trust: every place is evaluated, places on both sides of the
answer and far from it too, and where a figure does not run one way, a short axis is evaluated
whole. What was looked at is told with the answer.
"""

from bisect import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from cnncalc.design.axes import Axis
from cnncalc.design.base import Point
from cnncalc.design.conditions import Condition
from cnncalc.design.solve.crossing import guess, is_rising, unknown_near
from cnncalc.design.solve.trials import MOST_LAYERS, Bench, Number, Trial
from cnncalc.ops.values import Value

FEW = 64
"""Values that are all evaluated."""

MOST_WHOLE = 2_000
"""Values that are all evaluated where a figure does not run one way."""

LONGEST_STRIDE = 256
"""Faults in a row after which a network with another value is no longer looked for."""

NEAR, FAR, WINDOW = 8, 16, 256
"""Places that are tried on each side of an answer, far from it, and beside one of a figure that
does not run one way."""

Holds = Callable[[Trial], bool]
Limits = Sequence[tuple[str, Fraction]]


class Line:
    """The places of an axis, of which some are evaluated.

    Attributes:
        axis: the variable, with its values from small to large.
        trials: what was evaluated, by place.
        end: how many places are looked at.
        is_capped: whether these are fewer than the axis has, as the networks become too large.
        stride: how far from each other places are that have a network.
        gaps: places between which not all were evaluated, though they should.
    """

    def __init__(self, bench: Bench, axis: Axis, held: Point, *, is_quick: bool = False) -> None:
        self.bench = bench
        self.axis = axis
        self.held = held
        self.is_quick = is_quick
        self.trials: dict[int, Trial] = {}
        self.end = len(axis.values)
        self.is_capped = False
        self.stride, self.origin = 1, 0
        self.gaps: list[tuple[int, int]] = []

    def at(self, place: int) -> Trial:
        """The design at a place."""
        found = self.trials.get(place)
        if found is None:
            point = {**self.held, self.axis.name: self.axis.values[place]}
            found = self.trials[place] = self.bench.trial(point)
        return found

    def sound(self) -> list[int]:
        """The places that are known to have a network, in order."""
        return sorted(place for place, one in self.trials.items() if one.is_sound)

    def series(self, name: str) -> Mapping[int, Number]:
        """A figure at the places that have it."""
        return {
            at: self.trials[at].figures[name]
            for at in self.sound()
            if name in self.trials[at].figures
        }

    def runs_one_way(self, name: str) -> bool:
        """Whether a figure never falls, or never rises, along the places that were evaluated."""
        numbers = [*self.series(name).values()]
        return is_rising(numbers) or is_rising(numbers[::-1])

    @property
    def is_regular(self) -> bool:
        """Whether the places that have a network are those of the stride, as far as is known."""
        sound = self.sound()
        if not sound:
            return True
        within = [at for at in self.trials if sound[0] <= at <= sound[-1]]
        return all(
            self.trials[at].is_sound == (not (at - self.origin) % self.stride) for at in within
        )

    @property
    def is_whole(self) -> bool:
        """Whether every place was evaluated."""
        return len(self.trials) >= self.end

    # What is evaluated before anything is known

    def sample(self, base: Value | None) -> None:
        """Evaluate a short axis whole, else places that double, in steps which suit the network.

        Args:
            base: the value that the spec itself has: likely one that suits it.
        """
        if len(self.axis.values) <= FEW:
            self._up(range(len(self.axis.values)))
            return
        start = self._place_of(base)
        if start is not None and not self.at(start).is_sound:
            start = None
        ladder = [0, *(1 << power for power in range(self.end.bit_length())), self.end - 1]
        ladder = sorted({place for place in ladder if place < self.end})
        if start is None:
            start = next((at for at in (*range(FEW), *ladder) if self.at(at).is_sound), None)
        if start is not None:
            self._find_stride(start)
        self._up(sorted({*ladder, *map(self._aligned, ladder)}))
        self._find_edges()

    def _place_of(self, value: Value | None) -> int | None:
        values: Sequence[Value] = self.axis.values
        return values.index(value) if value is not None and value in values else None

    def _up(self, places: Sequence[int]) -> None:
        """Evaluate places from small to large, up to where networks become too large."""
        for place in places:
            if self.at(place).layers > MOST_LAYERS or self.at(place).is_too_large:
                self.end = place + 1
                self.is_capped = place + 1 < len(self.axis.values)
                return

    def _find_stride(self, start: int) -> None:
        """How far the next network is: of widths in 32 groups, 32."""
        self.origin = start
        for away in range(1, LONGEST_STRIDE + 1):
            place = start + away if start + away < self.end else start - away
            if place < 0:
                return
            if self.at(place).is_sound:
                self.stride = away
                return

    def _find_edges(self) -> None:
        """The first and the last network, as of inputs the least that is large enough."""
        for sign in (-1, 1):
            sound = self.sound()
            if not sound:
                return
            outer = sound[-1] if sign > 0 else sound[0]
            faults = [at for at in self.trials if (at - outer) * sign > 0]
            aligned = [at for at in faults if not (at - outer) % self.stride]
            if aligned:
                nearest = min(aligned, key=lambda at: abs(at - outer))
                edge = self.close(outer, nearest, lambda one: one.is_sound, ())
                for away in range(1, FEW + 1):  # where networks are missing singly, not the end
                    if 0 <= edge + away * sign < self.end:
                        self.at(edge + away * sign)

    def _aligned(self, place: int) -> int:
        """A place with a network near another, as far as the stride says."""
        moved = place - (place - self.origin) % self.stride
        return moved if moved >= 0 else self.origin % self.stride

    # The answer

    def best(self, conditions: Sequence[Condition], sign: int) -> int | None:
        """The last place that fulfils all conditions, or the first.

        Args:
            conditions: what it must fulfil.
            sign: 1 for the last, -1 for the first.
        """
        if not self._holding(conditions):
            self._seek(conditions)
        last = self._settle(conditions, sign)
        if self.is_whole or self.is_quick:
            return last
        names = {one.name for one in conditions}
        if all(map(self.runs_one_way, names)) and self.is_regular and not self.gaps:
            return last
        if self.end <= MOST_WHOLE:
            self._up(range(self.end))
            self.gaps.clear()
        elif last is not None:
            window = range(last, last + sign * WINDOW, sign)
            for place in window:
                if 0 <= place < self.end:
                    self.at(place)
        return self._settle(conditions, sign)

    def _settle(self, conditions: Sequence[Condition], sign: int) -> int | None:
        """Go beyond the best known place until those around it, and others, fulfil less."""
        last: int | None = None
        while holding := self._holding(conditions):
            best = holding[-1] if sign > 0 else holding[0]
            if best == last:
                break
            last = self._pushed(best, conditions, sign)
            self._look_around(last, sign)
        return last

    def _holding(self, conditions: Sequence[Condition]) -> list[int]:
        return [at for at in self.sound() if not self.trials[at].missed(conditions)]

    def _pushed(self, best: int, conditions: Sequence[Condition], sign: int) -> int:
        """From a place that fulfils all conditions to the last before the next that does not."""

        def holds(one: Trial) -> bool:
            return one.is_sound and not one.missed(conditions)

        outside = self.next_sound(best, sign)
        if outside is not None:
            missed = self.trials[outside].missed(conditions)
            limits = [(one.name, one.limit) for one in missed]
            return self.close(best, outside, holds, limits)
        known = [
            at for at in self.trials if (at - best) * sign > 0 and not (at - best) % self.stride
        ]
        if known:
            best = self.close(best, min(known, key=lambda at: abs(at - best)), holds, ())
        edge = self.end if sign > 0 else -1
        for place in range(best + sign, edge, sign)[:LONGEST_STRIDE]:
            self.at(place)
        return best

    def next_sound(self, place: int, sign: int) -> int | None:
        """The nearest place beyond another that is known to have a network."""
        sound = self.sound()
        if sign > 0:
            found = bisect(sound, place)
            return sound[found] if found < len(sound) else None
        below = [at for at in sound if at < place]
        return below[-1] if below else None

    def close(self, inside: int, outside: int, holds: Holds, limits: Limits) -> int:
        """Halve what lies between a place that holds and one that does not.

        Where the one outside has no network, others without one lie outside as well; else they
        are passed over.

        Returns:
            The place that holds next to one that does not, all between them without a network.
        """
        ends_at_faults = not self.trials[outside].is_sound
        rounds = 0
        while abs(outside - inside) > 1:
            low, high = sorted((inside, outside))
            wanted = self._wanted(inside, outside, limits if rounds % 3 < 2 else ())
            place = unknown_near(wanted, (low, high), self.stride, self.trials.__contains__)
            if place is None:
                if sum(low < at < high for at in self.trials) < high - low - 1:
                    self.gaps.append((low, high))
                break
            one = self.at(place)
            if holds(one):
                inside = place
            elif one.is_sound or ends_at_faults:
                outside = place
            rounds += 1
        return inside

    def _wanted(self, inside: int, outside: int, limits: Limits) -> int:
        """Where the limits seem to be crossed: the nearest place, or the middle."""
        low, high = sorted((inside, outside))
        found = [guess(self.series(name), limit, low, high) for name, limit in limits]
        places = [place for place in found if place is not None]
        if not places:
            return (low + high) // 2
        return min(places) if inside == low else max(places) + 1

    def _seek(self, conditions: Sequence[Condition]) -> None:
        """Evaluate where each condition by itself begins to hold: all may hold there together."""
        for one in conditions:
            if one.sign != "!=":
                self.cross(one.name, one.limit)

    def cross(self, name: str, limit: Fraction) -> None:
        """Evaluate the places beside each crossing of a limit by a figure."""

        def is_below(one: Trial) -> bool:
            return name in one.figures and one.figures[name] <= limit

        def is_under(one: Trial) -> bool:
            return name in one.figures and one.figures[name] < limit

        for holds in (is_below, is_under):
            places = [*self.series(name)]
            pairs = [
                (one, other)
                for one, other in pairwise(places)
                if holds(self.trials[one]) != holds(self.trials[other])
            ]
            for one, other in pairs[:NEAR]:
                inside, outside = (one, other) if holds(self.trials[one]) else (other, one)
                self.close(inside, outside, holds, [(name, limit)])

    def surround(self, name: str, limit: Fraction) -> None:
        """Evaluate what lies beside a limit on both sides; where need be, everything."""
        self.cross(name, limit)
        series = self.series(name)
        below = [(number, at) for at, number in series.items() if number <= limit]
        above = [(number, at) for at, number in series.items() if number >= limit]
        for place in {one[1] for one in (*sorted(below)[-1:], *sorted(above)[:1])}:
            self._look_around(place, 1)
            self._look_around(place, -1)
        if not (self.runs_one_way(name) and self.is_regular) and self.end <= MOST_WHOLE:
            self._up(range(self.end))
        else:
            self.cross(name, limit)

    def _look_around(self, place: int, sign: int) -> None:
        """Evaluate places beside an answer and far from it."""
        if self.is_whole:
            return
        near, far = (2, 2) if self.is_quick else (NEAR, FAR)
        for direction in (sign, -sign):
            for at in self._steps(place, direction, near):
                self.at(at)
        edge = self.end - 1 if sign > 0 else 0
        for part in range(1, far + 1):
            self.at(self._aligned(place + (edge - place) * part // (far + 1)))

    def _steps(self, place: int, sign: int, most: int) -> Iterator[int]:
        """Places with a network beside another, and those without one between them."""
        found = 0
        for at in range(place + sign, self.end if sign > 0 else -1, sign)[:LONGEST_STRIDE]:
            yield at
            found += self.trials[at].is_sound
            if found == most:
                return
