"""How fast a sweep is, and what it holds: `python tests/benchmarks/sweep_speed.py`.

A million designs by formulas; designs of ResNet-50 evaluated one by one; and the memory of a
hundred thousand designs from the first to the file. In processor time of one core, as the
machine may do something else; memory is the most that the process ever had. It exits with 1
over a limit.
"""

import gc
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cnncalc.analysis.conventions import Basis
from cnncalc.design.axes import read_axis
from cnncalc.design.sweep.columns import Columns
from cnncalc.design.sweep.engine import sweep
from cnncalc.design.sweep.formulas import fill_by_formulas
from cnncalc.design.sweep.plan import USUAL, networks_of, space_of
from cnncalc.design.sweep.space import Points, choose

MOST_SECONDS = 2.0
"""Of a million designs by formulas."""

FEWEST_A_SECOND = 100
"""Designs of ResNet-50 that are evaluated on one core."""

MOST_MEGABYTES = 300
"""Of a hundred thousand designs."""

TEXT = """
name: tiny
input: 3x32x32
vars: {width: 8, depth: 2}
layers:
  - repeat depth: [conv3x3 width padding=1, relu]
  - globalavgpool
"""


def points_of(name: str, settings: list[str], shape: str, sample: int | None = None) -> Points:
    """The designs of a network."""
    space = space_of(networks_of([name]), [read_axis(one) for one in settings], [shape])
    return Points(space, choose(space, sample), USUAL, Basis())


def formulas(path: str) -> float:
    """Seconds of a million designs: the search, the numbers, and the proof of some of them."""
    points = points_of(path, ["width=8..507", "depth=3..42"], "3x{32..1600:32}")
    columns = Columns(len(points.chosen), USUAL)
    begun = time.process_time()
    print(" ", fill_by_formulas(points, columns))
    return time.process_time() - begun


def evaluated() -> float:
    """Designs of ResNet-50 in a second, without the collector as the program is."""
    points = points_of("resnet:50", [], "3x{64..512}x{64..512}", 320)
    gc.collect()
    gc.disable()
    begun = time.process_time()
    count = sum(len(block.places) for block in sweep(points))
    return count / (time.process_time() - begun)


def megabytes(folder: str) -> float:
    """The most memory of a sweep of 100,000 designs that are all evaluated, and its seconds."""
    line = ["sweep", "tiny.yaml", "--set", "width=1..500", "--set", "depth=1..2"]
    line += ["--input", "3x{1..100}", "--exact", "--jobs", "1", "-o", "all.csv"]
    subprocess.run([sys.executable, "-m", "cnncalc", *line], cwd=folder, check=True)
    with Path(folder, "all.csv").open() as stream:
        assert sum(1 for _ in stream) == 100_001
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> int:
    """Measure, print, and say whether all is within its limit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tiny.yaml")
        path.write_text(TEXT, "utf-8")
        rows = [
            ("1,000,000 designs by formulas, seconds", formulas(str(path)), MOST_SECONDS),
            ("designs of ResNet-50 a second", evaluated(), FEWEST_A_SECOND),
            ("memory of 100,000 designs, MB", megabytes(folder), MOST_MEGABYTES),
        ]
    is_fine = True
    for name, value, limit in rows:
        holds = value >= limit if limit == FEWEST_A_SECOND else value <= limit
        is_fine &= holds
        print(f"{name:42} {value:8.2f}  limit {limit}{'' if holds else '  MISSED'}")
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
