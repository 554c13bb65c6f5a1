"""Who works on which batch of designs: this process, several processes, or any executor."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from cnncalc.design.sweep.evaluate import Block, Task, evaluate, tasks_of
from cnncalc.design.sweep.space import Points
from cnncalc.processes import WorkerLostError, end_pool, start_pool, starting
from cnncalc.records import Record

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

MOST_OPEN = 1024
"""Batches that an executor has at once: enough for a cluster, and no more than that in memory."""

OPEN_EACH = 4
"""Batches that each of our own processes has at once."""

MOST_TRIES = 3
"""How often a batch is given out before the worker that it ends is no accident."""

FEWEST, MOST, TASKS = 16, 256, 4000
"""Designs of a batch, and how many batches a large sweep has."""

Progress = Callable[[int, int], None]
"""Called with the number of designs that are done, and of all."""


def batch_size(count: int) -> int:
    """Designs of a batch: for a million designs thousands of batches, not millions.

    Example:
        >>> batch_size(100), batch_size(100_000), batch_size(1_000_000)
        (16, 25, 250)
    """
    return min(max(-(-count // TASKS), FEWEST), MOST)


def sweep(
    points: Points,
    places: Sequence[int] | None = None,
    *,
    executor: "Executor | None" = None,
    jobs: int = 1,
    on_done: Progress | None = None,
) -> Iterator[Block]:
    """Evaluate designs.

    Args:
        points: the designs.
        places: which of them; all of them by default.
        executor: who works; it is not closed. None: this process, or processes of our own.
        jobs: the processes of our own.
        on_done: is told how far it is.

    Returns:
        Blocks as they are done: which designs are in each does not depend on who works, the order
        of the blocks does.

    Raises:
        WorkerLostError: the system has ended a worker again and again.
    """
    places = range(len(points.chosen)) if places is None else places
    size = batch_size(len(places))
    waiting = Waiting(tasks_of(points, places, size))
    if executor is not None:
        blocks = on_executor(waiting, executor, MOST_OPEN)
    elif jobs > 1 and len(places) > size:
        blocks = in_processes(waiting, jobs)
    else:
        blocks = map(evaluate, waiting.tasks)
    done = len(points.chosen) - len(places)
    for block in blocks:
        done += len(block.places)
        yield block
        if on_done is not None:
            on_done(done, len(points.chosen))


class Work(Record):
    """A batch, and how often it has been given out."""

    task: Task
    tries: int = 0


class Waiting:
    """Batches that nobody works on, and those that are given back."""

    def __init__(self, tasks: Iterator[Task]) -> None:
        self.tasks = tasks
        self.returned: list[Work] = []

    def take(self) -> Work | None:
        """The next one; None where there is none."""
        if self.returned:
            return self.returned.pop()
        task = next(self.tasks, None)
        return None if task is None else Work(task)

    def give_back(self, work: Work, cause: BaseException) -> None:
        """Have a batch done again.

        Raises:
            WorkerLostError: a process of it has ended often enough.
            BaseException: the cause, where it has failed in another way as often.
        """
        from concurrent.futures import BrokenExecutor  # noqa: PLC0415 - slow to load

        if work.tries + 1 >= MOST_TRIES:
            if isinstance(cause, BrokenExecutor):
                raise WorkerLostError from cause
            raise cause
        self.returned.append(work._replace(tries=work.tries + 1))


def on_executor(
    waiting: Waiting, executor: "Executor", most: int, given: "Given | None" = None
) -> Iterator[Block]:
    """What an executor gives, as it is done.

    Args:
        waiting: the batches.
        executor: who works on them.
        most: how many it has at once.
        given: what it has at the moment; whoever passes it can see what was lost, and takes back
            what is not done.

    Raises:
        BrokenExecutor: the executor works no more.
        BaseException: a batch has failed again and again.
    """
    from concurrent.futures import FIRST_COMPLETED, wait  # noqa: PLC0415 - slow to load

    is_ours = given is None
    given = {} if given is None else given
    try:
        while True:
            while len(given) < most and (work := waiting.take()) is not None:
                _give(work, waiting, executor, given)
            if not given:
                return
            for future in wait(given, return_when=FIRST_COMPLETED).done:
                block = _result(future, given, waiting)
                if block is not None:
                    yield block
    finally:
        for future in given if is_ours else ():
            future.cancel()


Given = dict["Future[Block]", Work]
"""The batches that an executor has."""


def _give(work: Work, waiting: Waiting, executor: "Executor", given: Given) -> None:
    try:
        with starting():
            given[executor.submit(evaluate, work.task)] = work
    except BaseException:
        waiting.returned.append(work)
        raise


def _result(future: "Future[Block]", given: Given, waiting: Waiting) -> Block | None:
    """The result of a batch; None where it is given out again.

    A fault of a design is a result. What fails otherwise is a worker: or else it fails each time,
    and that is raised.
    """
    from concurrent.futures import BrokenExecutor, CancelledError  # noqa: PLC0415 - as above

    try:
        block = future.result()
    except BrokenExecutor:
        raise  # it stays among what was given
    except (Exception, CancelledError) as failure:  # noqa: BLE001 - raised by who gives it back
        waiting.give_back(given.pop(future), failure)
        return None
    del given[future]
    return block


def in_processes(waiting: Waiting, jobs: int) -> Iterator[Block]:
    """What processes of our own give; where the system ends one, others take its batches.

    Raises:
        WorkerLostError: the system has ended a process again and again.
    """
    from concurrent.futures import BrokenExecutor  # noqa: PLC0415 - as above

    while True:
        pool = start_pool(jobs)
        given: Given = {}
        try:
            yield from on_executor(waiting, pool, OPEN_EACH * jobs, given)
        except BrokenExecutor as failure:
            pool.shutdown()
            yield from _saved(given, waiting, failure)
        except BaseException:
            end_pool(pool)
            raise
        else:
            pool.shutdown()
            return


def _saved(given: Given, waiting: Waiting, failure: BaseException) -> Iterator[Block]:
    """What was done before a process was lost; the rest is given back."""
    for future, work in given.items():
        if future.done() and not future.cancelled() and future.exception() is None:
            yield future.result()
        else:
            waiting.give_back(work, failure)
