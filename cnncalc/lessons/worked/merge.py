"""Values of joins of branches."""

from collections.abc import Iterator
from math import prod

from cnncalc.engine.merge import axis_of
from cnncalc.lessons.worked.base import Task, works
from cnncalc.lessons.worked.parts import Note, Part, Step, largest_terms, short, signed
from cnncalc.ops.merge import Add, Concat, Div, Maximum, Mean, Mul, Sub


def _branches(task: Task) -> list[float]:
    """The value of each branch at the place; an axis of size 1 is stretched."""
    found = []
    for x in task.inputs:
        place = tuple(0 if n == 1 else at for n, at in zip(x.shape, task.at, strict=True))
        found.append(float(x[place]))
    return found


def _listed(values: list[float]) -> Part:
    rows = [(f"branch {place}", value) for place, value in enumerate(values, 1)]
    return largest_terms("values of the branches", ("", "value"), rows)


@works(Add)
def add(task: Task) -> Iterator[Part]:
    """The sum of the branches."""
    values = _branches(task)
    yield _listed(values)
    yield Step("value", "x1 + x2 + ...", signed(values[:9]), sum(values))


@works(Mean)
def mean(task: Task) -> Iterator[Part]:
    """The mean of the branches."""
    values = _branches(task)
    yield _listed(values)
    total = sum(values)
    told = f"{short(total)} / {len(values)}"
    yield Step("value", f"(x1 + x2 + ...) / {len(values)}", told, total / len(values))


@works(Mul)
def mul(task: Task) -> Iterator[Part]:
    """The product of the branches."""
    values = _branches(task)
    yield _listed(values)
    yield Step("value", "x1 * x2 * ...", " * ".join(map(short, values[:9])), prod(values))


@works(Sub)
def sub(task: Task) -> Iterator[Part]:
    """The first less the second."""
    first, second = _branches(task)
    yield _listed([first, second])
    yield Step("value", "x1 - x2", signed([first, -second]), first - second)


@works(Div)
def div(task: Task) -> Iterator[Part]:
    """The first by the second."""
    first, second = _branches(task)
    yield _listed([first, second])
    below = second + task.op.eps
    yield Step("value", "x1 / (x2 + eps)", f"{short(first)} / {short(below)}", first / below)


@works(Maximum)
def maximum(task: Task) -> Iterator[Part]:
    """The largest of the branches."""
    values = _branches(task)
    yield _listed(values)
    winner = max(values)
    yield Step("value", f"branch {values.index(winner) + 1} is the largest", "", winner)


@works(Concat)
def concat(task: Task) -> Iterator[Part]:
    """The value of the branch that holds the place."""
    axis = axis_of(task.op.axis, task.x.ndim + 1) - 1
    rest, place = task.at[axis], 0
    while rest >= task.inputs[place].shape[axis]:
        rest -= task.inputs[place].shape[axis]
        place += 1
    at = (*task.at[:axis], rest, *task.at[axis + 1 :])
    value = float(task.inputs[place][at])
    yield Note(f"{task.op.axis} {task.at[axis]} is number {rest} of branch {place + 1}")
    yield Step("value", f"branch {place + 1} at {','.join(map(str, at))}", "", value)
