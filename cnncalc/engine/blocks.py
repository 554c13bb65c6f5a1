"""Arrays worked on a run of channels at a time: what a step reads again is still in the cache.

NumPy's own steps take one thread each; the runs are shared among as many threads as BLAS has.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

from cnncalc.engine.base import Array

BLOCK = 1 << 18
"""Bytes of a run."""

FEWEST = 4
"""With fewer runs, handing them to threads takes longer than they do."""


def channel_blocks(x: Array, most: int = BLOCK) -> Iterator[slice]:
    """Runs of channels, each of about `most` bytes over the whole batch, or of one channel."""
    step = max(1, most * x.shape[1] // max(x.nbytes, 1))
    for start in range(0, x.shape[1], step):
        yield slice(start, start + step)


def by_blocks(x: Array, function: Callable[[Array], Array]) -> Array:
    """What a function that keeps channels apart makes of `x`, a run of channels at a time."""
    first, *rest = channel_blocks(x)
    part = function(x[:, first])
    if not rest:
        return part
    made = np.empty((*x.shape[:2], *part.shape[2:]), x.dtype)
    made[:, first] = part

    def make(run: slice) -> None:
        made[:, run] = function(x[:, run])

    in_threads(make, rest)
    return made


def in_threads(function: Callable[[slice], None], runs: Iterable[slice]) -> None:
    """Call a function for every run, in several threads where that pays."""
    each = list(runs)
    if len(each) < FEWEST or threads() < 2:
        for run in each:
            function(run)
        return

    def quietly(run: slice) -> None:
        with np.errstate(all="ignore"):  # a thread does not have its caller's
            function(run)

    for _ in _pool().map(quietly, each):
        pass


@cache
def threads() -> int:
    """As many as OpenBLAS takes: what the environment says, else the processors there are."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        if os.environ.get(name, "").isdecimal():
            return int(os.environ[name])
    return os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), "cnncalc")
