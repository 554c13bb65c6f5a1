"""What every group and layer of a resolved spec is called, and which of them have a label."""

from collections import Counter
from collections.abc import Iterable, Mapping

from cnncalc.interchange.resolved.tree import ENTERING, identifier, is_hidden, shares_outside
from cnncalc.interchange.scopes import Group, Place
from cnncalc.spec.names import numbered


def keeps_its_number(place: Place) -> bool:
    """Whether a layer has the name that it is given anyway, and no label can say: `relu6`."""
    if isinstance(place, Group) or identifier(place.label) == place.label:
        return False
    return place.label.removeprefix(place.layer.op.name).isdigit()


class Labels:
    """What every group and layer is called, and which layers say so."""

    def __init__(
        self,
        root: Group,
        referenced: set[int],
        inputs: Iterable[str],
        marks: tuple[frozenset[int], frozenset[int], set[int]],
    ) -> None:
        self.closed, self.called, self.shared = marks
        self.clashing: list[tuple[Group, Place]] = []
        called = (one for one in root.groups() if id(one) in self.called)
        self.calls = Counter(one.block for one in called)
        self.taken = {block for block in self.calls if block}
        self.taken |= {child.label for group in root.groups() for child in group.children}
        self.names: dict[int, str] = {}
        self.behind: dict[int, str] = {}
        self.given_behind: set[str] = set()
        self.referenced = referenced
        self.labelled: set[int] = set()
        self.name(root, frozenset(inputs))

    def name(self, group: Group, outer: frozenset[str]) -> None:
        """Name what stands in a group; no label of it may be one that is seen from there."""
        beside = Counter(identifier(child.label) for child in group.children)
        for child in group.children:
            if id(child) in self.shared:
                self.labelled.add(id(child))
            elif id(child) in self.referenced and not self.has_label(child):
                self.mark(child, outer, beside)
        self.spell(group, outer)
        while self.relabelled(group, outer):
            self.spell(group, outer)
        own = {self.names[id(one)] for one in group.children if self.has_label(one)}
        own |= {self.behind[id(one)] for one in group.children if id(one) in self.behind}
        for child in group.children:
            if isinstance(child, Group):
                is_closed = id(child) in self.closed
                self.name(child, frozenset({ENTERING}) if is_closed else outer | own)

    def mark(self, place: Place, outer: frozenset[str], beside: Mapping[str, int]) -> None:
        """Label a layer that is referred to, or the tensor behind it or behind a call.

        `beside` counts the labels of its group.
        """
        label, merges = identifier(place.label), isinstance(place, Group) or place.layer.op.merges
        is_free = label not in outer and beside.get(label, 0) < 2
        if not merges and is_free and not keeps_its_number(place):
            self.labelled.add(id(place))
            return
        behind = f"after_{label}"
        while behind in outer or beside.get(behind) or behind in self.given_behind:
            behind += "_"
        self.behind[id(place)] = behind
        self.given_behind.add(behind)

    def spell(self, group: Group, outer: frozenset[str]) -> None:
        """Names as they are, and labels as the language takes them."""
        taken: set[str] = set()
        for child in group.children:
            name, has_label = child.label, self.has_label(child)
            if has_label:
                name = identifier(name)
            is_taken = has_label and name in outer and name == child.label
            if is_taken and not shares_outside(group):
                self.clashing.append((group, child))  # a block keeps the name
            while name in taken or (has_label and name in outer):
                name += "_"
            taken.add(name)
            self.names[id(child)] = name

    def has_label(self, place: Place) -> bool:
        """Whether a label stands before it."""
        is_call = id(place) in self.called
        return (isinstance(place, Group) and not is_call) or id(place) in self.labelled

    def relabelled(self, group: Group, outer: frozenset[str]) -> bool:
        """Label layers whose names are not what they would be given; whether there were any."""
        labels = {self.names[id(child)] for child in group.children if self.has_label(child)}
        counts: dict[str, int] = {}
        last: dict[str, int] = {}
        taken: set[str] = set()
        before = len(self.labelled)
        for child in group.children:
            if isinstance(child, Group):
                continue
            head = "share" if child.layer.shares else child.layer.op.name
            ordinal = counts[head] = counts.get(head, 0) + 1
            if id(child) in self.labelled:
                continue
            ordinal = max(ordinal, last.get(head, 0) + 1)  # what is lower is taken
            while (given := numbered(head, ordinal)) in taken or given in labels:
                ordinal += 1
            if child.label == head or is_hidden(child.label, outer):
                self.names[id(child)] = given  # the label could not stay, and says nothing more
            if given == self.names[id(child)]:
                taken.add(given)
                last[head] = ordinal
            else:
                self.labelled.add(id(child))
                labels.add(identifier(child.label))
        return len(self.labelled) > before
