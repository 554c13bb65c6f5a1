"""Throws hostile specs at the reader for a while: `python -m fuzz.run [SECONDS] [SEED] [check]`.

With `check` at the whole of `cnncalc check`, in one of its forms. What breaks something is kept in
`corpus/`, shrunk by leaving out what it does not need.
"""

import gc
import hashlib
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from fuzz.harness import CORPUS, FORMS, check, check_by_command, hostile, origin

Try = Callable[[bytes], Iterable[str]]


def by_reader(data: bytes) -> Iterable[str]:
    """Examine a file; gives what came of it, to be counted."""
    examined = check(data)
    yield from {fault.code for fault in examined.faults}
    yield "networks" if examined.graphs else "no network"
    if not examined.faults:
        yield "sound"


def by_command(data: bytes) -> Iterable[str]:
    """Check a file in a form that depends on its bytes."""
    form = FORMS[hashlib.sha256(data).digest()[0] % len(FORMS)]
    output = check_by_command(data, form)
    yield form
    yield from set(re.findall(r"\b[EW][0-9]{3}\b", output))


def fails(data: bytes, attempt: Try, seen: Counter[str] | None = None) -> str | None:
    """What is wrong with the answer to a file, in one line; None when nothing is."""
    try:
        found = list(attempt(data))
        if seen is not None:
            seen.update(found)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is what is looked for
        frames = traceback.extract_tb(fault.__traceback__)
        place = next((f for f in reversed(frames) if "cnncalc" in f.filename), frames[-1])
        reason = str(fault).partition("\n")[0][:80]
        return f"{type(fault).__name__} in {place.name}:{place.lineno} {reason}"
    return None


def shrunk(data: bytes, is_bad: Callable[[bytes], bool], seconds: float = 20) -> bytes:
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


def keep(data: bytes, problem: str, attempt: Try) -> str:
    """Save a file that broke something, as small as it gets."""

    def is_as_bad(candidate: bytes) -> bool:
        found = fails(candidate, attempt)
        return found is not None and found.split(":")[0] == problem.split(":", maxsplit=1)[0]

    small = shrunk(data, is_as_bad)
    name = hashlib.sha256(small).hexdigest()[:10]
    (CORPUS / f"found-{name}.yaml").write_bytes(small)
    return name


def main() -> int:
    """Run, and report; 1 when something broke."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    attempt = by_command if "check" in sys.argv[3:] else by_reader
    say = sys.stdout.write
    say(f"{origin()}, seed {seed}\n")
    found: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    slowest, where, cases = 0.0, 0, 0
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        data = hostile(Random(f"{seed} {cases}"))  # noqa: S311 - the same again from the same seed
        before = time.process_time()
        problem = fails(data, attempt, seen)
        slowest, where = max((slowest, where), (time.process_time() - before, cases))
        cases += 1
        if cases % 200 == 0:
            gc.collect()  # the command runs without
        if problem is None:
            continue
        if not found[problem.split(":")[0]]:
            say(f"case {cases - 1}: {problem} -> {keep(data, problem, attempt)}\n")
            sys.stdout.flush()
        found[problem.split(":")[0]] += 1
    taken = time.monotonic() - start
    say(f"{cases:,} cases in {taken:,.0f} s, {cases / taken:.0f} a second; ")
    say(f"the slowest took {slowest:.2f} s: case {where}\n")
    say(", ".join(f"{code} {times:,}" for code, times in sorted(seen.items())) + "\n")
    for problem, times in found.most_common():
        say(f"{times:6} x {problem}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
