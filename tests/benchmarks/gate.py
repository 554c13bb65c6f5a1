"""Speed of `cnncalc check` as ratios within one run: `python tests/benchmarks/gate.py`.

A folder of specs of ResNet-50's size on one core, against parsing the same files with PyYAML's C
loader; further processes; and one small file against `cnncalc summarize --format json`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from cnncalc.checks.files import targets
from cnncalc.checks.networks import Plan
from cnncalc.checks.run import check_files
from cnncalc.processes import cores

SPECS = 1000
FEWEST_A_SECOND = 100
RUNS = 41
SMALL = "name: small\ninput: 3x8x8\nlayers: [conv3x3 4, relu, flatten, linear 10]\n"


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(SPECS):
            (Path(folder) / f"net{number}.yaml").write_text(resnet_50(number), encoding="utf-8")
        throughput(folder)
        small = Path(folder) / "small.yaml"
        small.write_text(SMALL, encoding="utf-8")
        startup(str(small))


def resnet_50(number: int) -> str:
    """ResNet-50 as its bundled spec has it, without its variants; no two are alike."""
    text = (Path(__file__).parents[2] / "specs" / "resnet.yaml").read_text(encoding="utf-8")
    body = text[: text.index("variants:")].replace("depths: null", "depths: [3, 4, 6, 3]")
    facts = "{macs: 4.09G, depth: 50, output: 1000}" if number == 0 else "{depth: 50}"
    body = "".join(line for line in body.splitlines(keepends=True) if "cnncalc:" not in line)
    start, end = body.index("  basic width"), body.index("  bottleneck width")
    body = body[:start] + body[end:]  # which no variant uses here
    body = body.replace("bottleneck width", f"bottleneck{number} width")
    return f"{body}expect: {facts}\n".replace("unit: bottleneck", f"unit: bottleneck{number}")


def throughput(folder: str) -> None:
    """Specs a second on one core and on all, and the ratio to parsing alone."""
    found = targets([folder], lambda _: False, specs_only=False)
    texts = [Path(one.name).read_text(encoding="utf-8") for one in found]
    start = time.perf_counter()
    for text in texts:
        yaml.load(text, Loader=yaml.CSafeLoader)
    parsing = time.perf_counter() - start
    for jobs in dict.fromkeys((1, cores())):
        start = time.perf_counter()
        checked = [one for one in check_files(found, Plan(), jobs) if one]
        took = time.perf_counter() - start
        found_worse = [f for one in checked for f in one.findings if f.severity != "information"]
        assert (len(checked), found_worse) == (SPECS, [])
        print(
            f"{SPECS / took:.0f} specs a second with {jobs} processes "
            f"(limit {FEWEST_A_SECOND} with 1), {took / parsing:.1f} x yaml.load with CSafeLoader"
        )


def startup(small: str) -> None:
    """The median ratio of checking one small file to summarizing it, in turn."""
    ratios = []
    for turn in range(RUNS + 1):
        ours = seconds("check", small)
        other = seconds("summarize", small, "--format", "json")
        if turn:  # the first warms the caches
            ratios.append(ours / other)
    print(f"check of one small file: {statistics.median(ratios):.2f} x summarize --format json")


def seconds(*arguments: str) -> float:
    """Wall time of one run of the program, which may keep its bytecode as usual."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "cnncalc", *arguments],
        env=environment,
        capture_output=True,
        check=False,
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
