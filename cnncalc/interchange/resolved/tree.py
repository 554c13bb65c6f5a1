"""What stands in a group of a resolved spec, and how groups and labels are told apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Union

from cnncalc.interchange.scopes import Group, Leaf, Place
from cnncalc.ops import OPS
from cnncalc.spec.names import RESERVED, split_kernel

ENTERING = "entering_"
"""The label, in a block, of the tensor that flows in."""


GIVEN = "given"
"""What the parameters of a block begin with that are other tensors which it reads."""


def given_name(number: int) -> str:
    """The parameter of a block that is one more tensor from outside."""
    return f"{GIVEN}{number}_"


class Branch:
    """What stands in a branch of a merge, for it begins with what reads nothing."""

    def __init__(self, lines: "list[Entry]") -> None:
        self.lines = lines


Path = tuple[Place, ...]
"""What a dotted label names: groups that have ended, and what is labelled in the last."""

Read = Path | str | Branch
"""What a merge reads, or what a line refers to."""


class Line:
    """A layer, or with `place` None a reference of its own.

    With `holder` it is another run of the layer whose weights it works with.
    """

    def __init__(
        self, place: Leaf | None, tensors: Sequence[Read], holder: Leaf | None = None
    ) -> None:
        self.place = place
        self.tensors = tensors
        self.holder = holder


class Block:
    """A group, and what stands in it.

    Attributes:
        given: the tensors beside the one that flows in, where a block stands for it.
    """

    def __init__(self, place: Group, lines: "list[Entry]", given: Sequence[Read] = ()) -> None:
        self.place = place
        self.lines = lines
        self.given = given


Entry = Union[Line, Block]  # noqa: UP007 - `Branch` names it before it is defined


def called_alike(place: Place) -> list[Group]:
    """The calls of its block beside it, where all have the names of calls without a label."""
    if isinstance(place, Leaf) or not has_name_of_call(place) or place.parent is None:
        return []
    beside = [one for one in place.parent.children if isinstance(one, Group)]
    return [one for one in beside if one.block == place.block and has_name_of_call(one)]


def has_name_of_call(group: Group) -> bool:
    """Whether a group is called as a call of its block is without a label: `unit3`."""
    block = group.block
    return block is not None and group.label.removeprefix(block).isdigit()


def is_hidden(label: str, outer: frozenset[str]) -> bool:
    """Whether it is the bare number of a layer where a group around it has that number."""
    return label.isdigit() and identifier(label) in outer


def heads_of(root: Group, ends: Mapping[str, str]) -> dict[str, Group]:
    """The groups behind all layers that are outputs of their own, and are said where these are."""
    heads: dict[str, Group] = {}
    for child in reversed(root.children):
        if not isinstance(child, Group) or child.label not in ends:
            break
        own = {leaf.layer.name for leaf in child.leaves()}
        given = [one for one in ends.values() if one in own]
        if given not in ([], [ends[child.label]]):
            break
        if any(own & {*leaf.layer.inputs} for one in root.children if one is not child
               for leaf in one.leaves()):  # fmt: skip
            break
        heads[child.label] = child
    return heads


def found_blocks(entries: Iterable[Entry], closed: frozenset[int]) -> Iterator[Block]:
    """The groups that are written as blocks, inner ones first."""
    for entry in entries:
        if isinstance(entry, Block):
            yield from found_blocks(entry.lines, closed)
            if id(entry.place) in closed:
                yield entry
            continue
        for read in entry.tensors:
            if isinstance(read, Branch):
                yield from found_blocks(read.lines, closed)


def names_in(entries: Iterable[Entry]) -> Iterator[str]:
    """The layers of some lines."""
    for entry in entries:
        if entry.place is not None:
            yield from (leaf.layer.name for leaf in entry.place.leaves())
        if isinstance(entry, Line):
            for read in entry.tensors:
                if isinstance(read, Branch):
                    yield from names_in(read.lines)


def shares_outside(place: Place) -> bool:
    """Whether a layer in it works with the weights of one that is not in it."""
    own = {leaf.layer.name for leaf in place.leaves()}
    return any((leaf.layer.shares or leaf.layer.name) not in own for leaf in place.leaves())


def identifier(label: str) -> str:
    """A label as the spec language takes it: `0.conv` as `_0_conv`."""
    name = "".join(mark if f"a{mark}".isidentifier() else "_" for mark in label)
    if not name.isidentifier():
        name = f"_{name}"
    op, kernel = split_kernel(name)
    is_taken = name in RESERVED or name in OPS or (op in OPS and "x" in kernel)
    return f"{name}_" if is_taken else name
