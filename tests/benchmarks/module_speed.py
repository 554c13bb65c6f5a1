"""Time and memory of `from_torch` against torchinfo: `python tests/benchmarks/module_speed.py`.

Models of timm, drawn by a seed; of each both are run in processes of their own, one after the
other, with the model made before the clock starts. Both run once before, on a small network, so
that what is loaded at the first use counts for neither. Time is that of the process, which other
programs on the machine do not add to.
"""

import random
import statistics
import subprocess
import sys

COUNT, SEED = 40, 13
MOST_TIME, MOST_MEMORY = 1.5, 2.0

ONE = """
import resource, sys, time, warnings
warnings.simplefilter("ignore")
import timm, torch
torch.set_num_threads(1)
tool, name = sys.argv[1:]
if tool == "torchinfo":
    import torchinfo
    run = lambda module, size: torchinfo.summary(module, (1, *size), verbose=0)
else:
    import cnncalc
    run = lambda module, size: cnncalc.summarize(cnncalc.from_torch(module, size))
run(torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8)), (3, 8, 8))
module = timm.create_model(name)
size = tuple(module.default_cfg["input_size"])
start = time.process_time()
run(module, size)
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def main() -> None:
    """Measure and print the ratios."""
    import timm

    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    names = random.Random(SEED).sample(timm.list_models(), 4 * count)  # noqa: S311 - a sample
    times, peaks = [], []
    for name in [one for one in names if "giant" not in one and "huge" not in one][:count]:
        ours, theirs = measured("cnncalc", name), measured("torchinfo", name)
        if ours is None or theirs is None:
            print(f"{name}: {'cnncalc' if ours is None else 'torchinfo'} gave nothing")
            continue
        times.append(ours[0] / theirs[0])
        peaks.append(ours[1] / theirs[1])
        print(
            f"{name}: time {times[-1]:.2f} ({ours[0]:.2f} s), memory {peaks[-1]:.2f}", flush=True
        )
    print(
        f"of {len(times)}: time {statistics.median(times):.2f} in the median (limit {MOST_TIME})"
    )
    print(f"  memory at the most {max(peaks):.2f} of it (limit {MOST_MEMORY})")


def measured(tool: str, name: str) -> tuple[float, float] | None:
    """Seconds, and kilobytes at the most; None where the tool fails."""
    command = [sys.executable, "-c", ONE, tool, name]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    if done.returncode:
        return None
    seconds, peak = done.stdout.split()[-2:]
    return float(seconds), float(peak)


if __name__ == "__main__":
    main()
