"""A progress bar on a terminal, removed when done; none in a pipe."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

PATIENCE = 2.0
"""Seconds before a bar is shown."""

SECONDS_A_FRAME = 0.1
"""Seconds between two drawings: more often is not seen."""

Advance = Callable[[int, int], None]
"""Called with the number of steps done, and of all steps."""


@contextmanager
def progress(
    label: str, patience: float = PATIENCE, *, unit: str | None = None
) -> Iterator[Advance]:
    """Give a function to call after each step; it draws a bar on standard error, on a terminal.

    Args:
        label: what is going on.
        patience: seconds before it is shown.
        unit: what a step is, for `12 designs/s`; without it the rate is not shown.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _done, _steps: None
        return
    bar = _Bar(label, patience, unit)
    try:
        yield bar.advance
    finally:
        bar.close()


class _Bar:
    """A bar that is first drawn when the patience is over, then at intervals."""

    def __init__(self, label: str, patience: float, unit: str | None) -> None:
        self.label = label
        self.unit = unit
        self.begun = monotonic()
        self.due = self.begun + patience
        self.first: int | None = None
        self.drawn: Any = None

    def advance(self, done: int, steps: int) -> None:
        now = monotonic()
        if self.first is None:  # what was done before tells nothing of how fast it goes
            self.first = done - 1
        if now < self.due:
            return
        if self.drawn is None:
            self.drawn = _begun(has_rate=self.unit is not None)
            self.task = self.drawn.add_task(self.label, completed=self.first, pace="")
        self.due = now + SECONDS_A_FRAME
        pace = self._pace((done - self.first) / max(now - self.begun, 1e-9), steps - done)
        self.drawn.update(self.task, completed=done, total=steps, pace=pace, refresh=True)

    def _pace(self, rate: float, left: int) -> str:
        """How fast it goes, and for how long at that."""
        seconds = int(left / rate + 0.5) if rate > 0 else 0
        clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        return f"{rate:,.0f} {self.unit}/s, {clock} left"

    def close(self) -> None:
        if self.drawn is not None:
            self.drawn.stop()


def _begun(*, has_rate: bool) -> Any:
    from rich import progress as parts
    from rich.console import Console

    bar = parts.Progress(
        parts.TextColumn("{task.description}"),
        parts.BarColumn(),
        parts.MofNCompleteColumn(),
        parts.TextColumn("{task.fields[pace]}") if has_rate else parts.TimeRemainingColumn(),
        console=Console(stderr=True),
        auto_refresh=False,  # no thread: other processes are started meanwhile
        transient=True,
    )
    bar.start()
    return bar
