"""What each attack takes, in a process of its own: `python -m fuzz.measure [NAME ...]`.

Goes up in size until the file is too large, and shows the size that takes longest.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cnncalc.records import Record
from fuzz.attacks import ATTACKS, MEGABYTE, Attack
from fuzz.clock import at_rest

PROGRAM = ("-m", "cnncalc", "check")
"""What is measured; `("-m", "fuzz.pipeline")` is the part of it that reads, expands and counts."""

SIZES = (1, 4, 10, 30, 100, 300, 1000, 3000, 8000, 15_000, 25_000, 45_000, 100_000, 500_000)

LONGEST_SECONDS = 60
"""Processor time after which a process is stopped."""


class Measured(Record):
    """What a process took, at rest, and left."""

    seconds: float
    megabytes: float
    code: int
    output: str


def measure(file: str | Path, program: Sequence[str] = PROGRAM) -> Measured:
    """Run the program on a file; all of its processor time and its largest memory count.

    A process in between does the waiting, so that no other child is counted.
    """
    here = Path(__file__).parent
    path = os.pathsep.join([str(here.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, *program, str(file)]
    done = subprocess.run(
        [sys.executable, "-I", str(here / "apart.py"), str(LONGEST_SECONDS), *command],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": path, "NO_COLOR": "1"},
    )
    found = json.loads(done.stdout)
    return Measured(**found | {"seconds": at_rest(found["seconds"])})


def worst(attack: Attack, sizes: Sequence[int]) -> tuple[Measured, int]:
    """The size at which an attack takes longest, and what it takes."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hostile.yaml"
        for size in sizes:
            data = attack.data(size)
            if len(data) <= MEGABYTE:
                file.write_bytes(data)
                found.append((measure(file), size))
    return max(found)


def main() -> int:
    """Measure every attack, or those named."""
    for name, attack in ATTACKS.items():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        sizes = sorted({attack.size, *(size for size in SIZES if size <= 4 * attack.size)})
        took, size = worst(attack, sizes)
        better = "" if size == attack.size else f" not {attack.size:,}"
        sys.stdout.write(
            f"{name:40} {took.seconds:6.2f} s {took.megabytes:5.0f} MB at {size:,}{better}\n"
        )
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
