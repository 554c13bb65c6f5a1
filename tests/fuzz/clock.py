"""Processor time as it would be on a machine at rest.

Whoever else works on a machine takes its caches and half of each core, so that the same work takes
up to twice its processor time there. A bound of two seconds is held against what is left when a
piece of work whose time at rest is known says how much slower the machine is now.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

AT_REST = 0.004 if sys.version_info < (3, 12) else 0.0027
"""Seconds of the piece of work, at rest, on the machine that the bounds were chosen on; newer
Pythons are faster at it, and hardly at the rest."""

WORTH_A_LOOK = 1.9
"""Seconds up to which no time is corrected: no bound is as short, and to look takes long, too."""

LEEWAY = 1.25
"""How much more a busy machine may slow one kind of work than the other."""


class Stopwatch:
    """What is measured, when it is over."""

    seconds = 0.0


def work() -> float:
    """The processor time of work like that of reading a spec: small objects, looked up."""
    start = time.process_time()
    rows = [{"name": str(number), "size": (number, number + 1)} for number in range(8_000)]
    by_name = {row["name"]: row for row in rows}
    sum(by_name[row["name"]]["size"][1] for row in rows)  # type: ignore[misc]
    return time.process_time() - start


def at_rest(seconds: float) -> float:
    """A processor time that was measured just now, as it would be at rest."""
    if seconds <= WORTH_A_LOOK:
        return seconds
    return seconds / max(1.0, LEEWAY * median(work() for _ in range(49)) / AT_REST)


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Measure what is done within."""
    watch = Stopwatch()
    start = time.process_time()
    yield watch
    watch.seconds = at_rest(time.process_time() - start)
