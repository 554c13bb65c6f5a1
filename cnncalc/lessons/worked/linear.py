"""Values of dense layers."""

from collections.abc import Iterator

from cnncalc.lessons.worked.base import Task, works
from cnncalc.lessons.worked.conv import total
from cnncalc.lessons.worked.parts import Note, Part, largest_terms
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
    rows = [
        (f"{head} {place}", float(one), float(factor), float(one * factor))
        for place, (one, factor) in enumerate(zip(read, weight, strict=True))
    ]
    yield largest_terms(f"products{many}", ("", "input", "weight", "product"), rows)
    yield from total(task._replace(at=(row,)), made[None])
