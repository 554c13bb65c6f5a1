"""How far something is that takes long: a bar on a terminal, gone when done, none in a pipe."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

PATIENCE = 2.0
"""Seconds that something may take before a bar is shown."""

SECONDS_A_FRAME = 0.1
"""Seconds between two drawings: more often is not seen."""

Advance = Callable[[int, int], None]
"""Is told how many steps are done, and how many there are."""


@contextmanager
def progress(label: str, patience: float = PATIENCE) -> Iterator[Advance]:
    """Gives what is told of each step; shows a bar on standard error when that is a terminal."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _done, _steps: None
        return
    bar = _Bar(label, patience)
    try:
        yield bar.advance
    finally:
        bar.close()


class _Bar:
    """A bar that is drawn by the clock, from when the patience is over."""

    def __init__(self, label: str, patience: float) -> None:
        self.label = label
        self.due = monotonic() + patience
        self.drawn: Any = None

    def advance(self, done: int, steps: int) -> None:
        now = monotonic()
        if now < self.due:
            return
        if self.drawn is None:
            self.drawn = _begun()
            self.task = self.drawn.add_task(self.label)
        self.due = now + SECONDS_A_FRAME
        self.drawn.update(self.task, completed=done, total=steps, refresh=True)

    def close(self) -> None:
        if self.drawn is not None:
            self.drawn.stop()


def _begun() -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(
        *columns,
        TimeRemainingColumn(),
        console=Console(stderr=True),
        auto_refresh=False,  # no thread: processes are started beside it
        transient=True,
    )
    bar.start()
    return bar
