"""Tries files on one surface in a process of its own: `python -m fuzz.worker MODULE`.

Reads a count of bytes and the bytes themselves, again and again, and answers each with a line of
JSON. What takes too long or dies is the business of `fuzz.run`, which starts this.
"""

import gc
import importlib
import json
import os
import resource
import sys
import time
import traceback
from typing import Any

from fuzz.clock import at_rest

SECONDS = 2.0
"""Processor time of an attempt, unless the surface allows another (`ATTEMPT_SECONDS`)."""

MEGABYTES = 300
"""What an attempt may take beyond a fresh process."""


def forget_peak() -> None:
    """Let the peak of this process begin anew, where the system can."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:  # no Linux: the peak is that of all attempts since the start
        pass


def peak() -> float:
    """The most memory since then, in megabytes."""
    try:
        # `ru_maxrss` is handed down by whoever started this process, and may hide what it takes.
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):  # no Linux
        pass
    unit = 1024 if sys.platform != "darwin" else 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def told(fault: BaseException) -> str:
    """A fault in one line: its kind and place in front of a `:`, the rest behind."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = next((one for one in reversed(frames) if "cnncalc" in one.filename), frames[-1])
    return f"{type(fault).__name__} in {place.name}:{place.lineno} {str(fault)[:200]!r}"


def tried(surface: Any, data: bytes, fresh: float) -> dict[str, object]:
    """What came of one file, and what it took."""
    most = getattr(surface, "ATTEMPT_SECONDS", SECONDS)
    words: list[str] = []
    problem = None
    forget_peak()
    start = time.process_time()
    try:
        words += surface.attempt(data)
    except (Exception, SystemExit) as fault:  # noqa: BLE001 - whatever it is, it is looked for
        problem = told(fault)
    seconds, megabytes = at_rest(time.process_time() - start), max(0.0, peak() - fresh)
    if problem is None and seconds > most:
        problem = f"too long: {seconds:.1f} s"
    if problem is None and megabytes > MEGABYTES:
        problem = f"too much memory: {megabytes:.0f} MB"
    gc.collect()  # the command runs without
    forget_peak()
    left = max(0.0, peak() - fresh)
    return {
        "problem": problem, "words": words, "seconds": seconds, "megabytes": megabytes,
        "left": left,
    }  # fmt: skip


def main() -> None:
    """Answer until there is nothing more to read."""
    surface = importlib.import_module(sys.argv[1])
    files = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what a surface reads is no file, what it prints is no answer
        os.dup2(nothing, stream)
    tried(surface, b"", 0)  # what the first attempt imports counts as fresh
    gc.freeze()
    forget_peak()
    fresh = peak()
    answers.write("ready\n")
    answers.flush()
    while head := files.readline():
        data = files.read(int(head))
        answers.write(json.dumps(tried(surface, data, fresh)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
