"""A graph as a spec with every block, repeat and condition put in; it loads back to the graph.

Groups are labelled lists within each other, as the scopes are. A layer has a label only where it
is referred to, or where its name is not the one that it would be given anyway. A reference finds
the labels of its own group and of those around it; the label of a group is the tensor that it
gives, and what else one gives is found under a dotted label. What reads nothing, as what is
learned, stands in a branch of the merge that reads it, with all that follows up to there. Where a
layer cannot have its name as a label, for a labelled merge is a group, the tensor has a label of
its own behind it: `after_add1: x`. A group with a label that stands outside of it as well is
written as a block, whose body sees no labels from outside; where that cannot be, as in a head, the
group that a block gave is called by the block's name, without a label.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cnncalc.graph import Graph
from cnncalc.interchange.resolved.facts import fact_lines, title
from cnncalc.interchange.resolved.labels import Labels
from cnncalc.interchange.resolved.lines import Lines
from cnncalc.interchange.resolved.tree import (
    ENTERING,
    Block,
    Branch,
    Entry,
    Line,
    Path,
    Read,
    called_alike,
    found_blocks,
    given_name,
    heads_of,
    identifier,
    names_in,
)
from cnncalc.interchange.scopes import Group, Place, around, grouped, is_source, outside
from cnncalc.interchange.unwritable import UnwritableError, check_numbers, check_ops
from cnncalc.ops import OPS
from cnncalc.ops.values import show_shape


def render_resolved(graph: Graph) -> str:
    """The text of the spec.

    Raises:
        UnwritableError: an op is not one of the spec language.
    """
    layers = (*graph.layers, *graph.auxiliary)
    check_ops(layers, set(OPS.values()), "a spec")
    for layer in layers:
        if layer.op.merges and len(layer.inputs) < 2:
            message = f"`{layer.name}` joins a single branch, which a spec cannot say"
            raise UnwritableError(message)
        check_numbers(layer)
    ends = {**graph.outputs, **graph.auxiliary_outputs}
    root = grouped(layers, graph.groups, ends.values(), may_give_several=True)
    closed: frozenset[int] = frozenset()
    called: frozenset[int] = frozenset()
    while True:
        writer = _Writer(graph, root, ends, (closed, called))
        text = writer.text()
        if writer.closable <= closed and writer.callable <= called:
            return text
        called |= writer.callable
        closed |= writer.closable | called


Held = list[tuple[list[Entry], str]]
"""Lines before what reads nothing, and the tensor that flowed there, outermost first."""


class _Writer:
    """The tree of one graph, and what is labelled in it."""

    def __init__(
        self,
        graph: Graph,
        root: Group,
        ends: Mapping[str, str],
        blocks: tuple[frozenset[int], frozenset[int]],
    ) -> None:
        self.closed, self.called = blocks
        self.shared: set[int] = set()
        self.closable: set[int] = set()
        self.callable: set[int] = set()
        self.entering: dict[int, dict[str, str]] = {}
        self.opened: set[int] = set()
        self.graph = graph
        self.root = root
        self.home = {leaf.layer.name: leaf for leaf in root.leaves()}
        self.inputs = {name: identifier(name) for name in graph.inputs}
        self.is_input_read = False
        self.referenced: set[int] = set()
        self.heads = heads_of(root, ends)

    def text(self) -> str:
        graph, root = self.graph, self.root
        only = next(iter(graph.inputs)) if len(graph.inputs) == 1 else ""
        heads = [child for child in root.children if child in self.heads.values()]
        own = [child for child in root.children if child not in heads]
        body, x = self.flow(own, only, root)
        is_plain = graph.outputs == {x: x}
        if not is_plain and len(graph.outputs) == 1:
            [(name, end)] = graph.outputs.items()
            if name == end != identifier(name):  # no output can be given that name
                body.append(Line(None, [self.reference(end, root)]))
                is_plain = True
        parts = {
            "outputs": {} if is_plain else self.ends(graph.outputs),
            "auxiliary": self.ends(graph.auxiliary_outputs),
        }
        marks = (self.closed, self.called, self.shared)
        labels = Labels(root, self.referenced, self.inputs.values(), marks)
        written = Lines(labels)
        hidden = [
            (group, self.callable_for(child))
            for group, child in labels.clashing
            if group in heads or (group is not root and len(outside(group)) != 1)
        ]
        self.callable = {id(one) for _, alike in hidden for one in alike}
        self.closable = {
            id(group)
            for group, _ in labels.clashing
            if group.parent is not None
            and len(outside(group)) == 1
            and group not in heads  # a body of its own, which no block call stands for
        }
        self.closable |= {
            id(group) for group, alike in hidden if not alike and self.takes_tensors(group)
        }
        lines = [*self.header(), ""]
        heads_too = [entry for ends in parts.values() for one in ends.values() for entry in one]
        for entry in found_blocks([*body, *heads_too], self.closed):
            lines += ["blocks:"] if not written.blocks else []
            lines += written.rendered_block(entry)
        lines += written.rendered_bodies()
        lines += ["", "layers:"] if written.blocks else ["layers:"]
        lines += [line for entry in body for line in written.rendered(entry, "  ")]
        for part, ends in parts.items():
            if ends:
                lines += ["", f"{part}:"]
            for name, entries in ends.items():
                lines += written.rendered_head(name, entries)
        facts = list(fact_lines(graph))
        lines += ["", *facts] if facts else []
        return "\n".join([*lines, ""])

    def callable_for(self, child: Place) -> list[Group]:
        """The groups that calls of a block name as they are, so that a label of a head is free.

        One of the two that clash has no label in its spec: it, and those that its block gave.
        """
        outer = [
            one
            for group in list(around(child))[1:]
            for one in group.children
            if one.label == child.label
        ]
        for one in (child, *outer):
            alike = called_alike(one)
            if alike and all(map(self.is_callable, alike)):
                return alike
        return []

    def is_callable(self, group: Group) -> bool:
        """Whether a call without a label can give it: nothing in it is read under its label."""
        return len(outside(group)) == 1 and id(group) not in self.opened

    def takes_tensors(self, group: Group) -> bool:
        """Whether a block can stand for a group that reads several tensors."""
        own = {leaf.layer.name for leaf in group.leaves()}
        is_opened = any(id(one) in self.opened for one in group.groups())
        is_head = group in self.heads.values()
        return bool(outside(group)) and not is_opened and not is_head and group.result in own

    def header(self) -> Iterator[str]:
        """What stands above the layers."""
        graph = self.graph
        name = graph.name if graph.variant is None else f"{graph.name}:{graph.variant}"
        for key, text in (
            ("name", name), ("source", graph.source), ("reference", graph.reference),
            ("description", graph.description),
        ):  # fmt: skip
            if text:
                yield f"{key}: {title(text)}"
        shapes = {self.inputs[one]: show_shape(shape) for one, shape in graph.inputs.items()}
        if list(shapes) == ["input"] and not self.is_input_read:
            yield f"input: {shapes['input']}"
        else:
            yield f"input: {{{', '.join(f'{one}: {shape}' for one, shape in shapes.items())}}}"

    def ends(self, outputs: Mapping[str, str]) -> dict[str, list[Entry]]:
        """For each output the label that it starts from, and what follows."""
        found: dict[str, list[Entry]] = {}
        for name, source in outputs.items():
            head = self.heads.get(name)
            if head is None:
                found[name] = [Line(None, [self.reference(source, self.root)])]
            else:
                found[name], end = self.flow(head.children, "", head)
                if end != source:
                    found[name].append(Line(None, [self.reference(source, head)]))
                if not isinstance(found[name][0], Line) or found[name][0].place is not None:
                    first = outside(head)[0]
                    found[name].insert(0, Line(None, [self.reference(first, head)]))
        return found

    def flow(self, places: Iterable[Place], x: str, group: Group) -> tuple[list[Entry], str]:
        """The lines of a body, `x` flowing in, and the tensor that flows out.

        Raises:
            UnwritableError: no merge reads what is learned.
        """
        lines: list[Entry] = []
        held: Held = []
        begins_branch = group is not self.root and is_source(group)
        for place in places:
            if is_source(place) and not begins_branch:
                held.append((lines, x))
                lines = []
            begins_branch = False
            if isinstance(place, Group):
                lines += self.inner(place, x, group)
                x = place.result
                continue
            layer = place.layer
            if layer.op.merges:
                read, lines = self.joined(layer.inputs, (lines, x), held, group)
                lines.append(Line(place, read))
            else:
                if layer.inputs and layer.inputs[0] != x:
                    lines.append(Line(None, [self.reference(layer.inputs[0], group)]))
                if layer.shares is not None:
                    self.shared.add(id(self.home[layer.shares]))
                lines.append(Line(place, [], self.home.get(layer.shares or "")))
            x = layer.name
        if held:
            message = f"no merge beside it reads `{x}`, and a spec has what is learned in branches"
            raise UnwritableError(message)
        return lines, x

    def inner(self, place: Group, x: str, group: Group) -> Iterator[Entry]:
        """The lines of a group in a body."""
        read = outside(place) if id(place) in self.closed else [x]
        if x not in read:
            x = read[0]
            yield Line(None, [self.reference(x, group)])
        others = [one for one in read if one != x]
        given = [self.reference(one, group) for one in others]
        names = {one: given_name(number) for number, one in enumerate(others, 1)}
        self.entering[id(place)] = {x: ENTERING, **names}
        lines, end = self.flow(place.children, x, place)
        if end != place.result:
            lines.append(Line(None, [self.reference(place.result, place)]))
        yield Block(place, lines, given)

    def joined(
        self, inputs: Sequence[str], last: tuple[list[Entry], str], held: "Held", group: Group
    ) -> tuple[list[Read], list[Entry]]:
        """What a merge reads, held lines in its branches, and the lines before it."""
        lines, x = last
        branches: dict[int, Branch] = {}
        at = len(inputs)
        while held:
            own = frozenset(names_in(lines))
            at = next((n for n, name in enumerate(inputs[:at]) if name in own), -1)
            if at < 0 and branches:
                break
            at = max(at, 0)  # what reads nothing of it has it all the same
            if inputs[at] != x:
                lines.append(Line(None, [self.reference(inputs[at], group)]))
            branches[at] = Branch(lines)
            lines, x = held.pop()
        read: list[Read] = [
            branches.get(place) or ("x" if name == x else self.reference(name, group))
            for place, name in enumerate(inputs)
        ]
        return read, lines

    def reference(self, tensor: str, group: Group) -> Path | str:
        """What a tensor is found under in a group; it is labelled then."""
        for outer in (group, *around(group)):
            if id(outer) in self.closed and tensor in self.entering[id(outer)]:
                return self.entering[id(outer)][tensor]
        if tensor in self.inputs:
            self.is_input_read = True
            return self.inputs[tensor]
        reach = {id(group), *map(id, around(group))}
        path: list[Place] = [self.home[tensor]]
        for outer in around(path[0]):
            if id(outer) in reach:
                break
            path = [outer] if outer.result == tensor else [outer, *path]
        self.opened.update(map(id, path[:-1]))
        self.referenced.add(id(path[-1]))
        return tuple(path)
