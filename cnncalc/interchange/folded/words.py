"""What a block does, in a word or three, where its model has no name for it."""

from collections.abc import Iterable, Sequence
from typing import Any

from cnncalc.interchange.folded.nodes import (
    Again,
    Block,
    Body,
    Call,
    Item,
    Join,
    Rows,
    Step,
    Through,
    Unit,
    items_in,
)
from cnncalc.interchange.folded.rows import taken_step


def block_names(block: Block) -> list[str]:
    """Words for a block, the best first."""
    if block.tensors:
        return ["module"]
    units = block.body.units
    items = [item for unit in units for item in unit.items]
    joins = [item for item in items if isinstance(item, Join)]
    kinds = {item.head.partition(" ")[0] for item in joins}
    named = {step.op.name for step in all_steps(units)}
    if len(items) == 1 and isinstance(items[0], Again):
        return again_names(items[0])
    if len(items) > 1 and is_stage(items):
        return ["stage", "downsampling_stage" if has_strides(units) else "group"]
    if kinds:
        return joined_names(items, joins, named)
    separable = ["inverted_residual", "separable"] if is_inverted(items) else []
    return separable or chain_names(items, named)


def joined_names(items: Sequence[Item], joins: Sequence[Join], named: set[str]) -> list[str]:
    """Words for what joins branches."""
    kinds = {item.head.partition(" ")[0] for item in joins}
    squeezes = "globalavgpool" in named
    if "add" in kinds:
        return added_names(joins, named, squeezes=squeezes)
    if "concat" in kinds:
        return concat_names(joins, named)
    if is_inverted(items):
        return ["inverted_residual", "mbconv"]
    if kinds == {"mul"} and len(joins) == len(items):
        return ["squeeze" if squeezes else "gate"]
    return [f"{min(kinds)}_unit"]


def is_stage(items: Sequence[Item]) -> bool:
    """Whether a block runs others, some of them again, or several after each other."""
    kinds = [item for item in items if isinstance(item, Call | Again)]
    if any(isinstance(item, Again) and calls(item.body.units) for item in kinds):
        return True
    deep = [item for item in kinds if isinstance(item, Call) and joined(item.block.body.units)]
    return bool(deep)


def calls(units: Sequence[Unit]) -> bool:
    """Whether some units run blocks or join branches."""
    return any(isinstance(item, Call | Join) for item in items_in(units))


def joined(units: Sequence[Unit]) -> bool:
    """Whether some units join branches, or the blocks that they run do."""
    return any(
        isinstance(item, Join) or (isinstance(item, Call) and joined(item.block.body.units))
        for item in items_in(units)
    )


def again_names(item: Again) -> list[str]:
    """Words for nothing but rounds."""
    inner = [one for unit in item.body.units for one in unit.items]
    adds = any(isinstance(one, Join) and one.head.startswith("add") for one in inner)
    if adds:
        return ["residuals", "stage"]
    return ["stage" if calls(item.body.units) else "chain", "group"]


def added_names(joins: Sequence[Join], named: set[str], *, squeezes: bool) -> list[str]:
    """Words for a sum."""
    se = ["se_residual"] if squeezes else []
    is_short = any(
        isinstance(one, Through) or (isinstance(one, Body) and one.is_optional)
        for join in joins
        for one in join.branches
    )
    if not is_short:
        return ["downsample", *(["se_downsample"] if squeezes else []), "sum_of_branches"]
    if "dwconv" in named:
        return ["inverted_residual", *se, "separable_residual"]
    return ["residual", *se]


def concat_names(joins: Sequence[Join], named: set[str]) -> list[str]:
    """Words for branches side by side."""
    if "slice" in named:
        return ["split"]
    branches = [one for join in joins for one in join.branches]
    if len(branches) == 2 and any(isinstance(one, Through) for one in branches):
        return ["ghost", "ghost_linear"] if "dwconv" in named else ["dense_layer"]
    is_mixed = len(branches) > 2 or any("pool" in name for name in named)
    return ["mixed" if is_mixed else "expand"]


def is_inverted(items: Sequence[Item]) -> bool:
    """Whether it is wider within: a convolution by points, by channels, by points again."""
    rows = [step for step in flat(items) if step.op.name in {"conv", "dwconv"}]
    names = [step.op.name for step in rows]
    return names == ["conv", "dwconv", "conv"] and is_point(rows[0]) and is_point(rows[2])


def flat(items: Sequence[Item], rows: Rows | None = None) -> Iterable[Step]:
    """The steps of some items and of blocks that they call, without those in branches.

    They have the rows that are called, in order.
    """
    for item in items:
        if isinstance(item, Step):
            yield item if rows is None else taken_step(item, rows)
        elif isinstance(item, Call):
            called = item.rows if rows is None else [item.rows[row] for row in rows]
            yield from flat([one for unit in item.block.body.units for one in unit.items], called)


def is_point(step: Step) -> bool:
    """Whether a convolution has a kernel of 1, in some row at least."""
    given = step.values.get("kernel_size", ())
    return any(value in {1, (1, 1)} for value in given)


def is_factorized(step: Step) -> bool:
    """Whether a convolution has a kernel of other height than width, in all rows."""
    given = step.values.get("kernel_size", ())
    return bool(given) and all(isinstance(one, tuple) and len({*one}) > 1 for one in given)


def has_strides(units: Sequence[Unit]) -> bool:
    """Whether some step has a stride."""
    told: Iterable[Any] = (step.values.get("stride", (1,)) for step in all_steps(units))
    return any(value not in {1, (1, 1), None} for values in told for value in values)


def all_steps(units: Sequence[Unit]) -> Iterable[Step]:
    """The steps of some units, those of the blocks that they call too."""
    for item in items_in(units):
        if isinstance(item, Step):
            yield item
        elif isinstance(item, Call):
            yield from all_steps(item.block.body.units)


def chain_names(items: Sequence[Item], named: set[str]) -> list[str]:
    """Words for a chain: its ops, where they are few."""
    told = [
        item.block.name if isinstance(item, Call) else item.op.name
        for item in items
        if isinstance(item, Call | Step)
    ]
    short = "_".join(told)
    if len(told) == len(items) and len(told) <= 3 and len(short) <= 20:
        return [short]
    steps = [step for step in flat(items) if step.op.name in {"conv", "dwconv", "linear"}]
    pools = [name for name in named if "pool" in name]
    if pools:
        return ["pooled"]
    convs = [step for step in steps if step.op.name == "conv"]
    if any(map(is_factorized, convs)):
        return ["factorized"]
    if len(convs) > 2 and len(convs) == len(steps) and is_point(convs[0]) and is_point(convs[-1]):
        return ["bottleneck"]
    is_convs = bool(steps) and "linear" not in named
    return ["convs" if is_convs else "unit", "chain"]
