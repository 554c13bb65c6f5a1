"""Values of dense layers."""

from collections.abc import Iterator

from cnncalc.lessons.worked.base import Task, works
from cnncalc.lessons.worked.conv import total
from cnncalc.lessons.worked.parts import Note, Part, largest_of
from cnncalc.ops.linear import Linear


@works(Linear)
def linear(task: Task) -> Iterator[Part]:
    """Every feature times its weight; of many the largest products."""
    op, x = task.op, task.x
    row = task.at[op.place]
    weight = task.tensors["weight"][row]
    if x.ndim == 1:
        read, head = x, "feature"
    elif op.axis == "channels":
        read, head = x[:, task.at[1]], "channel"
    else:
        read, head = x[task.at[0]], "position"
    made = read * weight
    yield Note(f"reads all {len(read):,} {head}s, one weight each")
    many = f" (the largest of {len(read):,})" if len(read) > 9 else ""

    def told(place: int) -> tuple[str, float, float, float]:
        return f"{head} {place}", float(read[place]), float(weight[place]), float(made[place])

    yield largest_of(f"products{many}", ("", "input", "weight", "product"), made, told)
    yield from total(task._replace(at=(row,)), made[None])
