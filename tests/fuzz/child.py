"""The process in which a surface is tried, and a watch on it."""

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cnncalc.records import Record
from fuzz.worker import SECONDS

HANGS = 20.0
"""Seconds beyond its processor time after which an attempt hangs."""

STARVED = 10
"""How many times longer is waited for a process that runs, but is given no processor."""


class Outcome(Record):
    """What came of one file.

    Attributes:
        problem: what is wrong, in one line.
        words: what came of it.
        seconds: processor time.
        megabytes: the most memory beyond that of a fresh process.
        left: what of it stays.
    """

    problem: str | None
    words: tuple[str, ...] = ()
    seconds: float = 0.0
    megabytes: float = 0.0
    left: float = 0.0


class Child:
    """A worker of a surface, a module, that is started when it is needed."""

    def __init__(self, surface: Any) -> None:
        self.name: str = surface.__name__
        self.allowed = float(getattr(surface, "ATTEMPT_SECONDS", SECONDS))
        self.process: subprocess.Popen[bytes] | None = None

    def tries(self, data: bytes) -> Outcome:
        """What comes of a file; a worker that hangs or dies is ended."""
        process = self.process or self.start()
        assert process.stdin is not None
        try:
            process.stdin.write(b"%d\n%b" % (len(data), data))
            process.stdin.flush()
            line = self.line(process)
        except BrokenPipeError:
            line = b""
        except TimeoutError:
            self.stop()
            return Outcome("hangs", (), self.allowed + HANGS)
        if not line:
            code = process.wait()
            self.stop()
            return Outcome(f"dies with {code}")
        found = json.loads(line)
        return Outcome(**{**found, "words": tuple(found["words"])})

    def start(self) -> subprocess.Popen[bytes]:
        """A new worker that is ready.

        Raises:
            RuntimeError: it does not start.
        """
        process = subprocess.Popen(
            [sys.executable, "-m", "fuzz.worker", self.name],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.process = process
        if self.line(process) != b"ready\n":
            self.stop()
            raise RuntimeError(f"the worker of {self.name} does not start")
        return process

    def line(self, process: subprocess.Popen[bytes]) -> bytes:
        """The next line of a worker.

        Raises:
            TimeoutError: it hangs.
        """
        assert process.stdout is not None
        wait = self.allowed + HANGS
        end, before = time.monotonic() + STARVED * wait, processor(process.pid)[1]
        while not select.select([process.stdout], [], [], wait)[0]:
            state, seconds = processor(process.pid)
            # A process that wants to run, but was given little of a busy machine, hangs not.
            if state != "R" or seconds - before > wait / 2 or time.monotonic() > end:
                raise TimeoutError
        return process.stdout.readline()

    def stop(self) -> None:
        """End the worker."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def processor(pid: int) -> tuple[str, float]:
    """The state of a process as Linux spells it, and the processor time that it has had."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return "", 0.0
    return parts[0], (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
