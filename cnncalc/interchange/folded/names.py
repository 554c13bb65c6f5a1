"""What labels and blocks of a folded spec are called: plain words, none twice."""

import re
from collections.abc import Iterable, Sequence

from cnncalc.interchange.folded.nodes import (
    Block,
    Body,
    Call,
    Item,
    Join,
    Mark,
    Step,
    Unit,
    items_in,
)
from cnncalc.ops import OPS
from cnncalc.spec.names import RESERVED, split_kernel

LONGEST = 40
"""Characters of a name that is taken from a model."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,100}")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PARAMETERS = frozenset({"out", "kernel", "stride", "padding", "dilation", "groups", "n", "size",
                         "shortcut", "channels"})  # fmt: skip
"""What parameters are called: no label has such a name."""


def is_taken_word(name: str) -> bool:
    """Whether the language has a meaning for a name."""
    op, kernel = split_kernel(name)
    is_op = op in OPS or op.rstrip("_") in OPS
    word = name.rstrip("0123456789_")
    return name in RESERVED or is_op or (bool(kernel) and op in OPS) or word in _PARAMETERS


def plain(name: str) -> str:
    """A name as a plain word, or nothing: `Conv2dNormActivation` as `conv2d_norm_activation`."""
    if not _WORD.fullmatch(name) or len(name) > LONGEST:
        return ""
    word = _HUMP.sub("_", name).lower().strip("_")
    return "" if is_taken_word(word) else word


class Names:
    """The names of one spec that are given already."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)

    def give(self, name: str) -> str:
        """That name, or with a number the next that is free."""
        free, ordinal = name, 1
        while free in self.taken or is_taken_word(free):
            ordinal += 1
            free = f"{name}{'_' if name[-1].isdigit() else ''}{ordinal}"
            if ordinal == 2 and is_taken_word(name):
                free, name = f"the_{name}", f"the_{name}"
        self.taken.add(free)
        return free


def label_for(mark: Mark, names: Names) -> None:
    """Name the label of a tensor after the layer that gives it, or the group it stands in."""
    if mark.is_input:
        return
    parts = [part for part in mark.hint.split(".") if part]
    words = [word for part in reversed(parts[-3:]) if (word := plain(part))]
    mark.name = names.give(words[0] if words else "kept")


def block_name(block: Block) -> str:
    """What a block does, in a word or three."""
    items = [item for unit in block.body.units for item in unit.items]
    kinds = [item.head.partition(" ")[0] for item in items if isinstance(item, Join)]
    steps = [item for item in items_in(block.body.units) if isinstance(item, Step)]
    if not kinds:
        return chain_name(items)
    named = {step.op.name for step in all_steps(block.body.units)}
    if kinds == ["mul"]:
        return "squeeze" if "globalavgpool" in named else "gate"
    if "concat" in kinds:
        return "split" if "slice" in named else "mixed"
    if "add" in kinds:
        if "dwconv" in named:
            return "inverted_residual"
        return "residual"
    return f"{kinds[0]}_unit" if steps else "unit"


def all_steps(units: Sequence[Unit]) -> Iterable[Step]:
    """The steps of some units, those of the blocks that they call too."""
    for item in items_in(units):
        if isinstance(item, Step):
            yield item
        elif isinstance(item, Call):
            yield from all_steps(item.block.body.units)


def chain_name(items: Sequence[Item]) -> str:
    """A name for a chain: its ops, where they are few."""
    words = []
    for item in items:
        if isinstance(item, Call):
            words.append(item.block.name)
        elif isinstance(item, Step):
            words.append(item.op.name)
    if len(words) == len(items) and len(words) <= 3 and len("_".join(words)) <= 20:
        return "_".join(words)
    if any(isinstance(item, Call) for item in items) and len(items) > 1:
        return "stage" if any(not isinstance(item, Step | Call) for item in items) else "body"
    return "unit"


def name_all(body: Body, blocks: Sequence[Block], marks: Iterable[Mark], names: Names) -> None:
    """Name the blocks, inner ones first, then the labels."""
    for block in blocks:
        block.name = names.give(block.name or block_name(block))
        if block.entry is not None:
            block.entry.name = names.give("entry")
    for mark in marks:
        label_for(mark, names)
