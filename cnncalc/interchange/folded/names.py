"""What labels and blocks of a folded spec are called: plain words, none twice."""

import re
from collections.abc import Callable, Iterable, Sequence

from cnncalc.interchange.folded.nodes import Block, Body, Call, Join, Mark, Step, Unit, marked
from cnncalc.interchange.folded.words import block_names
from cnncalc.ops import OPS
from cnncalc.spec.names import RESERVED, split_kernel

LONGEST = 40
"""Characters of a name that is taken from a model."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,100}")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PARAMETERS = frozenset({"out", "kernel", "stride", "padding", "dilation", "groups", "n", "size",
                         "shortcut", "channels"})  # fmt: skip
"""What parameters are called: no label has such a name."""


CONTAINING = frozenset({"layer", "layers", "stage", "stages", "block", "blocks", "features"})
"""Words for groups that are too large to call a tensor by."""

LETTERS = "abcdefghij"
"""What tensors are called that a block is given."""

ROLES = {"concat": "joined", "add": "sum", "mul": "scaled", "slice": "part",
         "transpose": "turned", "permute": "turned"}  # fmt: skip
"""What the result of an op is called that no module is named for."""


def is_taken_word(name: str) -> bool:
    """Whether the language has a meaning for a name."""
    op, kernel = split_kernel(name)
    is_op = op in OPS or op.rstrip("_") in OPS
    word = name.rstrip("0123456789_")
    return (
        name in RESERVED
        or name in {*LETTERS}
        or is_op
        or (bool(kernel) and op in OPS)
        or word in _PARAMETERS
    )


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

    def first(self, told: Sequence[str], names: Sequence[str]) -> str:
        """What the model calls it, with a number where that is taken, else the first free name."""
        free = (name for name in names if name not in self.taken and not is_taken_word(name))
        return self.give(next(iter(told), "") or next(free, names[0]))

    def give(self, name: str) -> str:
        """That name, or with a number the next that is free."""
        name = f"the_{name}" if is_taken_word(name) else name
        free, ordinal = name, 1
        while free in self.taken:
            ordinal += 1
            free = f"{name}_{ordinal}"  # in rounds a number follows: `one_2` is no `one` there
        self.taken.add(free)
        return free


def label_for(unit: Unit, mark: Mark, names: Names) -> None:
    """Name the label of a tensor after the layer that gives it, or the group it stands in."""
    if mark.is_input:
        return
    parts = [part for part in mark.hint.split(".") if part]
    found = [word for part in reversed(parts[-3:]) if (word := plain(part))]
    ops = {item.op.name for item in unit.items if isinstance(item, Step)}
    words = [word for word in found if word.rstrip("0123456789_") not in CONTAINING | ops]
    if any(isinstance(item, Call) and item.block.tensors for item in unit.items):
        words = [plain("_".join(parts)), *found]  # it is called after the module that it is
    mark.label = names.give(next(filter(None, words), role(unit)))


def role(unit: Unit) -> str:
    """What a unit gives, in a word."""
    named = [item.op.name for item in unit.items if isinstance(item, Step)]
    named += [item.head.partition(" ")[0] for item in unit.items if isinstance(item, Join)]
    for name, word in ROLES.items():
        if name in named:
            return word
    return "pooled" if any("pool" in name for name in named) else "features"


def name_all(
    body: Body, blocks: Sequence[Block], names: Names, told: Callable[[Block], Iterable[str]]
) -> None:
    """Name the blocks, inner ones first, then the labels; `told` has names from the model.

    What is labelled in a block is not seen from outside, so it may have a name that is used there.
    """
    for block in blocks:
        block.name = names.first([*told(block)], block_names(block))
    for block in blocks:
        own = Names(names.taken)
        if block.entry is not None:
            block.entry.label = own.give("entry")
        for mark, letter in zip(block.tensors, LETTERS, strict=False):
            mark.label = letter
        for unit, mark in marked(block.body.units):
            label_for(unit, mark, own)
    for unit, mark in marked(body.units):
        label_for(unit, mark, names)
