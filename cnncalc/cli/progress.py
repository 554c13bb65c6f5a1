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
def progress(label: str, patience: float = PATIENCE) -> Iterator[Advance]:
    """Give a function to call after each step; it draws a bar on standard error, on a terminal."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _done, _steps: None
        return
    bar = _Bar(label, patience)
    try:
        yield bar.advance
    finally:
        bar.close()


class _Bar:
    """A bar that is first drawn when the patience is over, then at intervals."""

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
    from rich import progress as parts
    from rich.console import Console

    bar = parts.Progress(
        parts.TextColumn("{task.description}"),
        parts.BarColumn(),
        parts.MofNCompleteColumn(),
        parts.TimeRemainingColumn(),
        console=Console(stderr=True),
        auto_refresh=False,  # no thread: other processes are started meanwhile
        transient=True,
    )
    bar.start()
    return bar
