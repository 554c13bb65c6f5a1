"""Speed as ratios measured in one run: `python tests/benchmarks/speed.py`.

Start-up of whole processes against the bare imports that they need, a page against the JSON of the
same network, load and summary of ResNet-152 in one process, and growth from 1,000 to 100,000
layers.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time

RUNS = 21
JSON_LIMIT = TABLE_LIMIT = 1.5
GROWTH_LIMIT = 1.3
PAGE_LIMIT = 2.5
PAGE_BYTES = 400_000
BARE_JSON = "import click, yaml"
BARE_TABLE = "import click, yaml, rich.console, rich.table, rich.tree"

IN_PROCESS = """
import statistics, time
import cnncalc
def once():
    start = time.perf_counter()
    cnncalc.summarize(cnncalc.load("resnet:152"))
    return time.perf_counter() - start
first = once()
print(first, statistics.median(once() for _ in range(15)))
"""

GROWTH = """
import json, resource, sys, time
import cnncalc
layers = int(sys.argv[1])
text = '''
name: deep
input: 16x32x32
layers:
  - repeat %d:
      - conv3x3 16 padding=1
      - add: [[bn, relu], x]
''' % (layers // 4)
cnncalc.summarize(cnncalc.parse(text.replace(str(layers // 4), "2")))
start = time.process_time()
summary = cnncalc.summarize(cnncalc.parse(text))
seconds = time.process_time() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([len(summary.rows), seconds, peak]))
"""


def main() -> None:
    """Measure everything and print it."""
    startup("summarize resnet:152 --format json", BARE_JSON, JSON_LIMIT)
    startup("summarize resnet:152", BARE_TABLE, TABLE_LIMIT)
    page()
    first, warm = map(float, run("-c", IN_PROCESS).split())
    print(f"load + summarize ResNet-152: {first * 1e3:.1f} ms first, {warm * 1e3:.1f} ms again")
    growth()


def startup(command: str, imports: str, limit: float) -> None:
    """The median ratio of a command's process to one with the bare imports, in turn."""
    program = ["-m", "cnncalc", *command.split()]
    ratios = []
    for turn in range(RUNS + 1):
        ours, bare = seconds(*program), seconds("-c", imports)
        if turn:  # the first warms the caches
            ratios.append(ours / bare)
    print(f"cnncalc {command}: {statistics.median(ratios):.2f} x `{imports}` (limit {limit})")


def page() -> None:
    """Processor time of a report to that of the network's JSON, in turn; and its size."""
    network = "resnet:152"
    written = ("-m", "cnncalc", "report", network, "-o", "-")
    told = ("-m", "cnncalc", "summarize", network, "--format", "json")
    pairs = [(processor(*written), processor(*told)) for _ in range(RUNS)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    print(f"cnncalc report {network}: {ratio:.2f} x its JSON (limit {PAGE_LIMIT})")
    print(f"    {len(run(*written)):,} bytes (limit {PAGE_BYTES:,})")


def growth() -> None:
    """Time and memory for each layer, from 1,000 layers to 100,000."""
    sizes = (1_000, 10_000, 100_000)
    peaks: dict[int, float] = {}
    best = dict.fromkeys(sizes, float("inf"))
    for _ in range(7):  # in turn, since the machine's speed drifts
        for size in sizes:
            layers, took, peaks[size] = json.loads(run("-c", GROWTH, str(size)))
            best[size] = min(best[size], took / layers)
    for size in sizes:
        print(f"{size:,} layers: {best[size] * 1e6:.1f} us a layer, peak {peaks[size]:.0f} MiB")
    ratio = best[100_000] / best[1_000]
    print(f"time a layer, 100,000 against 1,000: {ratio:.2f} (limit {GROWTH_LIMIT})")


def seconds(*arguments: str) -> float:
    """Wall time of one Python process."""
    start = time.perf_counter()
    run(*arguments)
    return time.perf_counter() - start


def processor(*arguments: str) -> float:
    """Processor time of one Python process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(*arguments: str) -> str:
    """The output of one Python process, which may keep its bytecode as usual."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


if __name__ == "__main__":
    main()
