"""Throws made-up files at one surface for a while: `python -m fuzz.run SURFACE SECONDS [SEED]`.

Run from `tests/`. A surface is a module `fuzz/surfaces/SURFACE.py` with

* `make(random) -> bytes`: one hostile file, the same again from the same `Random`,
* `attempt(data) -> Iterable[str]`: raises when a promise is broken, else gives words for what came
  of it, which are counted,
* `ATTEMPT_SECONDS`: processor time that an attempt may take, where 2 are too few because it runs
  several commands,
* `SUFFIX`: how the names of its files end.

Attempts are made in a child process, so that memory is measured against a fresh one, and so that
what dies or hangs is found, too. What breaks something is tried again in a new child, made smaller
by leaving out what it does not need, and kept in `fuzz/corpus/SURFACE/`, from where every run of
the tests tries it again. The last line says how many were tried, how many failed, and the most
that one took. Leaves with 1 when something broke.
"""

import hashlib
import importlib
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from fuzz.child import Child, Outcome

CORPUS = Path(__file__).parent / "corpus"

LEFT_MEGABYTES = 100
"""What may stay of attempts before a new child is started."""

SHRINK_SECONDS = 60.0

KINDS = 50
"""Kinds of problems that are kept; with more of them the first are to be mended first."""


def shrunk(data: bytes, is_bad: Callable[[bytes], bool], seconds: float = SHRINK_SECONDS) -> bytes:
    """A smaller file that is as bad: halves, then smaller stretches, are left out."""
    end, width = time.monotonic() + seconds, max(1, len(data) // 2)
    while width and time.monotonic() < end:
        place, is_smaller = 0, False
        while place < len(data) and time.monotonic() < end:
            candidate = data[:place] + data[place + width :]
            if is_bad(candidate):
                data, is_smaller = candidate, True
            else:
                place += width
        width = width if is_smaller and width > 1 else width // 2
    return data


class Run:
    """One run on one surface: its child, and what was seen."""

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self.seed = seed
        self.surface: Any = importlib.import_module(f"fuzz.surfaces.{name}")
        self.child = Child(self.surface)
        self.words: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.tried = 0
        self.slowest = self.largest = 0.0

    def one(self) -> None:
        """Make one file and try it."""
        case = f"{self.seed} {self.tried}"
        data = self.surface.make(Random(case))  # noqa: S311 - the same again from the same seed
        outcome = self.child.tries(data)
        self.tried += 1
        if outcome.problem is not None:
            # Once more, on its own: what others left behind, or a busy machine, is no problem.
            outcome = self.anew(data)
        if outcome.problem is not None:
            self.failed(data, outcome.problem)
        self.words.update(outcome.words)
        self.slowest = max(self.slowest, outcome.seconds)
        self.largest = max(self.largest, outcome.megabytes)
        if outcome.left > LEFT_MEGABYTES:
            self.child.stop()

    def anew(self, data: bytes) -> Outcome:
        """What comes of a file in a fresh process."""
        self.child.stop()
        return self.child.tries(data)

    def failed(self, data: bytes, problem: str) -> None:
        """Count a problem, and keep the first file of each kind."""
        kind = problem.partition(":")[0]
        self.problems[kind] += 1
        if self.problems[kind] > 1 or len(self.problems) > KINDS:
            return

        def is_as_bad(candidate: bytes) -> bool:
            found = self.child.tries(candidate).problem
            return found is not None and found.partition(":")[0] == kind

        small = shrunk(data, is_as_bad)
        folder = CORPUS / self.name
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(small).hexdigest()[:10]
        file = folder / f"found-{digest}{getattr(self.surface, 'SUFFIX', '')}"
        file.write_bytes(small)
        sys.stdout.write(f"case {self.tried - 1}: {problem} -> {file.name}\n")
        sys.stdout.flush()

    def summary(self) -> str:
        """All of it in one line."""
        problems = ", ".join(f"{times:,} x {kind}" for kind, times in self.problems.most_common(9))
        words = ", ".join(f"{word} {times:,}" for word, times in self.words.most_common(12))
        return (
            f"{self.name}, seed {self.seed}: {self.tried:,} tried, "
            f"{self.problems.total():,} failed{f' ({problems})' if problems else ''}, "
            f"{self.slowest:.2f} s and {self.largest:.0f} MB more at most; {words}\n"
        )


def main() -> int:
    """Run, and report; 1 when something broke."""
    if len(sys.argv) not in {3, 4}:
        sys.stderr.write("Usage: python -m fuzz.run SURFACE SECONDS [SEED]\n")
        return 2
    name, seconds = sys.argv[1], float(sys.argv[2])
    run = Run(name, int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time()))
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            run.one()
    except KeyboardInterrupt:
        pass
    finally:
        run.child.stop()
        sys.stdout.write(run.summary())
    return 1 if run.problems else 0


if __name__ == "__main__":
    sys.exit(main())
