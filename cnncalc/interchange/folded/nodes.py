"""What a folded spec is made of, while it is folded: steps, merges, rounds and calls of blocks.

A stretch that stands in several places is kept once, with one row of values for each of them: a
step holds for each attribute a list of values, one a row. The rows of a body in a branch or in a
round belong to rows of the body around it; `Body.up` says to which.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Union

from cnncalc.ops import Op

Rows = list[int]


class Mark:
    """A tensor that is read where it does not flow: it has a label.

    Attributes:
        hint: what it might be called.
        is_input: whether it is an input of the network, which has its label.
        within: the label of the call in which it is, and that which it has there.
        label: what it is called, where it stands in no call.
    """

    __slots__ = ("hint", "is_input", "label", "within")

    def __init__(self, hint: str, *, is_input: bool = False) -> None:
        self.hint = hint
        self.is_input = is_input
        self.within: tuple[Mark, Mark] | None = None
        self.label = ""

    @property
    def name(self) -> str:
        """What it is referred to by."""
        return ".".join(one.name for one in self.within) if self.within else self.label


class Step:
    """A use of an op that takes the tensor that flows in.

    Attributes:
        op: one of the ops; the attributes that are no numbers are those of all.
        values: for each other attribute its value in each row.
        channels: of what flows in, in each row; 0 where an expression cannot say it.
        where: the scope of the first.
    """

    __slots__ = ("channels", "op", "structure", "values", "where")

    def __init__(
        self,
        op: Op,
        structure: tuple[Any, ...],
        values: Mapping[str, list[Any]],
        place: tuple[Rows, tuple[str, ...]],
    ) -> None:
        self.op = op
        self.structure = structure
        self.values = values
        self.channels, self.where = place


class Ref:
    """A tensor by its label: what a merge reads, or what flows from there on."""

    __slots__ = ("mark",)

    def __init__(self, mark: Mark) -> None:
        self.mark = mark


class Through:
    """The tensor that flows in, as a branch: `x`."""

    __slots__ = ()


class Join:
    """A merge of branches.

    Attributes:
        head: the op as a line says it.
        channels: of the tensor that flows into the branches, in each row.
    """

    __slots__ = ("branches", "channels", "head", "where")

    def __init__(
        self,
        head: str,
        branches: "Sequence[Branch]",
        channels: Rows,
        where: tuple[str, ...],
    ) -> None:
        self.head = head
        self.branches = list(branches)
        self.channels = channels
        self.where = where


class Again:
    """A body that is run several times, how often in each row."""

    __slots__ = ("body", "counts")

    def __init__(self, body: "Body", counts: Rows) -> None:
        self.body = body
        self.counts = counts


class Call:
    """A block in a body: for each row of the body the row of the block that is meant.

    Attributes:
        given: the tensors that it reads beside the one that flows in.
    """

    __slots__ = ("block", "given", "rows")

    def __init__(self, block: "Block", rows: Rows, given: Sequence[Mark] = ()) -> None:
        self.block = block
        self.rows = rows
        self.given = given


class Unit:
    """What stands on a line of its own: a layer with weights and what follows it, or a merge.

    Attributes:
        mark: the tensor that it gives, when that has a label.
    """

    __slots__ = ("items", "mark")

    def __init__(self, items: "Sequence[Item]", mark: Mark | None = None) -> None:
        self.items = list(items)
        self.mark = mark


class Body:
    """Units in a row.

    Attributes:
        up: for each row the row of the body around it to which it belongs.
        is_optional: whether some rows of the body around it have it not, and `x` instead.
    """

    __slots__ = ("is_optional", "units", "up")

    def __init__(self, units: Sequence[Unit], up: Rows, *, is_optional: bool = False) -> None:
        self.units = list(units)
        self.up = up
        self.is_optional = is_optional


class Block:
    """A stretch that has a name.

    Attributes:
        entry: the label of what flows in, where it is read again.
        tensors: the labels of what else it reads: its first parameters.
        signs: for each row a number that is the same where all values are.
    """

    __slots__ = ("body", "entry", "name", "signs", "tensors")

    def __init__(self, body: Body) -> None:
        self.body = body
        self.entry: Mark | None = None
        self.tensors: list[Mark] = []
        self.signs: Rows = []
        self.name = ""


Branch = Union[Body, Ref, Through]  # noqa: UP007 - the names are not defined yet above
Item = Union[Step, Join, Again, Call, Ref]  # noqa: UP007 - as above


def bodies_in(body: Body) -> Iterator[Body]:
    """A body and all bodies in it, inner ones first; those of blocks left out."""
    for unit in body.units:
        for item in unit.items:
            if isinstance(item, Join):
                for branch in item.branches:
                    if isinstance(branch, Body):
                        yield from bodies_in(branch)
            elif isinstance(item, Again):
                yield from bodies_in(item.body)
    yield body


def items_in(units: Sequence[Unit]) -> Iterator[Item]:
    """All items of some units, those of branches and rounds too."""
    for unit in units:
        for item in unit.items:
            yield item
            if isinstance(item, Again):
                yield from items_in(item.body.units)
            elif isinstance(item, Join):
                for branch in item.branches:
                    if isinstance(branch, Body):
                        yield from items_in(branch.units)
                    elif isinstance(branch, Ref):
                        yield branch


def marked(units: Sequence[Unit]) -> Iterator[tuple[Unit, Mark]]:
    """The units that give a label, in branches and rounds too, each with it."""
    for unit in units:
        for item in unit.items:
            if isinstance(item, Again):
                yield from marked(item.body.units)
            elif isinstance(item, Join):
                for branch in item.branches:
                    if isinstance(branch, Body):
                        yield from marked(branch.units)
        if unit.mark is not None:
            yield unit, unit.mark


def refs_in(units: Sequence[Unit]) -> list[Mark]:
    """What some units refer to, as often as they do."""
    found: list[Mark] = []
    for item in items_in(units):
        if isinstance(item, Ref):
            found.append(item.mark)
        elif isinstance(item, Call):
            found += item.given
    return found


def calls_in(units: Sequence[Unit]) -> Iterator[Call]:
    """The calls of blocks in some units."""
    for item in items_in(units):
        if isinstance(item, Call):
            yield item
