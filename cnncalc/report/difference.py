"""The document of a difference: the union of two networks, with what changed."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from cnncalc.analysis.changes import Diff, Entry
from cnncalc.ops.values import shortest, show, show_shape
from cnncalc.report.document import NONE, Extras, assembled
from cnncalc.report.kinds import NOTHING, OF_BITS, Sum, cost_of
from cnncalc.report.layers import Tables, Tensor, teller
from cnncalc.report.tree import Tree
from cnncalc.report.union import Member, Union, union_of

ONE_SIDED = ("added", "removed")


def difference_of(diff: Diff, titles: tuple[str, str]) -> dict[str, Any]:
    """What a page tells of a difference as a whole: `diff --format json` without the layers."""
    told = {**diff.head(), **diff.tail()}
    del told["schema_version"]
    return {"titles": titles, **told}


def union_document(diff: Diff, extras: Extras = NONE) -> dict[str, Any]:
    """Both networks as one document; sums, memory and all else but layers are of the new one.

    Example:
        >>> import cnncalc
        >>> old = cnncalc.parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, relu]}")
        >>> new = cnncalc.parse("{name: tiny, input: 3x8x8, layers: [conv3x3 8]}")
        >>> found = union_document(cnncalc.diff(old, new))
        >>> [(one["name"], one["change"]["status"]) for one in found["layers"]]
        [('conv1', 'changed'), ('relu1', 'removed')]
    """
    union = union_of(diff)
    members = union.members
    has_bits = diff.new.is_mixed or diff.old.is_mixed
    tables = Tables(list(extras.files), has_bits=has_bits)
    kinds = tables.kinds
    numbers = {one.layer.name: place for place, one in enumerate(members)}
    olds: dict[str, Tensor] = {
        name: numbers.get(meant, meant) for name, meant in union.old_names.items()
    }
    tell_new, tell_old = teller(diff.new, tables, numbers), teller(diff.old, tables, olds)
    changes = [_change(one, has_bits=has_bits) for one in members]
    deltas = [_delta(one.entry, has_bits=has_bits) for one in members]
    layers = [
        {
            **(tell_old if one.is_removed else tell_new)(one.row),
            "name": one.layer.name,
            **({"change": change} if change else {}),
        }
        for one, change in zip(members, changes, strict=True)
    ]
    costs = [NOTHING if one.is_removed else kinds.cost(one.row) for one in members]
    marks = dict(_marks(members, changes))
    tree = Tree(union.summary, costs, marks, has_bits=has_bits)
    _Marking(union, changes, deltas).group(tree.root)
    shapes = union.summary.graph.inputs
    document = assembled(diff.new, extras, tables=tables, tree=tree, layers=layers)
    return {**document, "input": dict(shapes)}


def _marks(
    members: Sequence[Member], changes: Sequence[Mapping[str, Any] | None]
) -> Iterator[tuple[str, Hashable]]:
    """What keeps layers that changed in other ways from being equal rounds."""
    for member, change in zip(members, changes, strict=True):
        if change is not None:
            told = {key: value for key, value in change.items() if key != "was"}
            yield member.layer.name, repr(told)


def _change(member: Member, *, has_bits: bool) -> dict[str, Any] | None:
    """What became of a layer, as JSON has it; None where nothing did."""
    entry = member.entry
    if entry is None:
        return None
    old, new = entry.old, entry.new
    is_renamed = old is not None and old.layer.name != member.layer.name
    return {
        "status": entry.status if entry.status in ONE_SIDED else "changed",
        "how": entry.status,
        **({"was": old.layer.name} if old and is_renamed else {}),
        **({"what": what} if (what := list(_what(entry))) and old and new else {}),
        "change": _told(_delta(entry, has_bits=has_bits)),
    }


def _what(entry: Entry) -> Iterator[dict[str, str]]:
    """The parts of a layer that differ, as texts before and after."""
    if entry.old is None or entry.new is None:
        return
    old, new = entry.old.layer, entry.new.layer
    if entry.status == "replaced":
        yield _pair("layer", old.op.notation(), new.op.notation())
    for name, before, after in entry.attributes:
        yield _pair(name, show(shortest(before)), show(shortest(after)))
    if entry.is_rewired:
        yield _pair("reads", ", ".join(old.inputs), ", ".join(new.inputs))
    for name, before, after in (
        ("input", old.input_shapes, new.input_shapes),
        ("output", (old.output_shape,), (new.output_shape,)),
    ):
        if before != after:
            yield _pair(name, *(", ".join(map(show_shape, one)) for one in (before, after)))


def _pair(name: str, old: str, new: str) -> dict[str, str]:
    return {"name": name, "old": old, "new": new}


def _delta(entry: Entry | None, *, has_bits: bool) -> Sum:
    """By how much the counts of a layer grew."""
    if entry is None:
        return NOTHING
    rows = (entry.new, entry.old)
    new, old = (cost_of(row, has_bits=has_bits) if row else NOTHING for row in rows)
    return tuple(after - before for after, before in zip(new, old, strict=True))


def _told(delta: Sum) -> dict[str, int]:
    """A change as JSON has it: what stays is left out."""
    return {name: by for name, by in zip((*OF_BITS, "layers"), delta, strict=True) if by}


class _Marking:
    """Says of groups and units what became of them: what their layers say together."""

    def __init__(
        self,
        union: Union,
        changes: Sequence[Mapping[str, Any] | None],
        deltas: Sequence[Sum],
    ) -> None:
        self.statuses = [one["status"] if one else "same" for one in changes]
        self.deltas = deltas
        self.moved = {".".join(new): ".".join(old) for new, old in union.moved.items()}

    def child(self, child: Any) -> tuple[set[str], Sum]:
        """The statuses of the layers in a child, and the sum of their changes."""
        if isinstance(child, int):
            return {self.statuses[child]}, self.deltas[child]
        return self.group(child)

    def group(self, group: dict[str, Any]) -> tuple[set[str], Sum]:
        """The same of a group or unit, which is marked with them."""
        found = [self.child(child) for child in group.get("children") or group.get("unit", ())]
        for repeat in group.get("repeats", ()):
            first = repeat["first"]
            self._mark(repeat, found[first : first + repeat["count"]])
        return self._mark(group, found, self.moved.get(group.get("path", "")))

    @staticmethod
    def _mark(
        marked: dict[str, Any], found: Sequence[tuple[set[str], Sum]], was: str | None = None
    ) -> tuple[set[str], Sum]:
        """Says of a group, a unit or equal rounds what their members say together."""
        statuses = set[str]().union(*(statuses for statuses, _ in found))
        delta = tuple(map(sum, zip(NOTHING, *(delta for _, delta in found), strict=True)))
        if statuses != {"same"} and statuses:
            [one] = statuses if len(statuses) == 1 else {"changed"}
            marked["change"] = {
                "status": one,
                **({"was": was} if was else {}),
                "change": _told(delta),
            }
        return statuses, delta
