"""A graph as a spec with every block, repeat and condition put in; it loads back to the graph.

Groups are labelled lists within each other, as the scopes are. A layer has a label only where it
is referred to, or where its name is not the one that it would be given anyway. A reference finds
the labels of its own group and of those around it; the label of a group is the tensor that it
gives. Where a layer cannot have its name as a label, for a labelled merge is a group, the tensor
has a label of its own behind it: `after_add1: x`. A group with a label that stands outside of it
as well is written as a block, whose body sees no labels from outside; where that cannot be, as in
a head, the group that a block gave is called by the block's name, without a label.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Union

from cnncalc.graph import Graph
from cnncalc.interchange.resolved_facts import fact_lines, quoted
from cnncalc.interchange.scopes import Group, Leaf, Place, around, grouped, outside
from cnncalc.interchange.unwritable import UnwritableError, check_numbers, check_ops
from cnncalc.ops import OPS
from cnncalc.ops.values import show_shape
from cnncalc.spec.names import RESERVED, split_kernel

ENTERING = "entering_"
"""The label, in a block, of the tensor that flows in."""

WIDTH = 96
"""Columns of a line that holds a whole group."""


class Line:
    """A layer, or with `place` None a reference of its own; texts of tensors come last."""

    def __init__(self, place: Leaf | None, tensors: list[Place | str]) -> None:
        self.place = place
        self.tensors = tensors


class Block:
    """A group, and what stands in it."""

    def __init__(self, place: Group, lines: "list[Entry]") -> None:
        self.place = place
        self.lines = lines


Entry = Union[Line, Block]  # noqa: UP007 - as above


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
    root = grouped(layers, graph.groups, ends.values())
    closed: frozenset[int] = frozenset()
    called: frozenset[int] = frozenset()
    while True:
        writer = _Writer(graph, root, ends, (closed, called))
        text = writer.text()
        if writer.closable <= closed and writer.callable <= called:
            return text
        called |= writer.callable
        closed |= writer.closable | called


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
        self.closable: set[int] = set()
        self.callable: set[int] = set()
        self.entering: dict[int, str] = {}
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
        names = Names(root, self.referenced, self.inputs.values(), (self.closed, self.called))
        hidden = [
            child
            for group, child in names.clashing
            if group in heads or (group is not root and len(outside(group)) != 1)
        ]
        self.callable = {id(one) for child in hidden for one in self.callable_for(child)}
        self.closable = {
            id(group)
            for group, _ in names.clashing
            if group.parent is not None
            and len(outside(group)) == 1
            and group not in heads  # a body of its own, which no block call stands for
        }
        lines = [*self.header(), ""]
        heads_too = [entry for ends in parts.values() for one in ends.values() for entry in one]
        for entry in found_blocks([*body, *heads_too], self.closed):
            lines += ["blocks:"] if not names.blocks else []
            lines += names.rendered_block(entry)
        lines += names.rendered_bodies()
        lines += ["", "layers:"] if names.blocks else ["layers:"]
        lines += [line for entry in body for line in names.rendered(entry, "  ")]
        for part, ends in parts.items():
            if ends:
                lines += ["", f"{part}:"]
            for name, entries in ends.items():
                lines += names.rendered_head(name, entries)
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
            if alike and all(len(outside(other)) == 1 for other in alike):
                return alike
        return []

    def header(self) -> Iterator[str]:
        """What stands above the layers."""
        graph = self.graph
        name = graph.name if graph.variant is None else f"{graph.name}:{graph.variant}"
        for key, text in (
            ("name", name), ("source", graph.source), ("description", graph.description)
        ):  # fmt: skip
            if text:
                yield f"{key}: {quoted(text)}"
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
                    first = next(head.leaves()).layer.inputs[0]
                    found[name].insert(0, Line(None, [self.reference(first, head)]))
        return found

    def flow(self, places: Iterable[Place], x: str, group: Group) -> tuple[list[Entry], str]:
        """The lines of a body, `x` flowing in, and the tensor that flows out."""
        lines: list[Entry] = []
        for place in places:
            if isinstance(place, Group):
                if id(place) in self.closed and outside(place) != [x]:
                    [x] = outside(place)
                    lines.append(Line(None, [self.reference(x, group)]))
                self.entering[id(place)] = x
                inner, end = self.flow(place.children, x, place)
                if end != place.result:
                    inner.append(Line(None, [self.reference(place.result, place)]))
                lines.append(Block(place, inner))
                x = place.result
                continue
            layer = place.layer
            if layer.op.merges:
                read = ["x" if name == x else self.reference(name, group) for name in layer.inputs]
                lines.append(Line(place, read))
            else:
                if layer.inputs[0] != x:
                    lines.append(Line(None, [self.reference(layer.inputs[0], group)]))
                lines.append(Line(place, []))
            x = layer.name
        return lines, x

    def reference(self, tensor: str, group: Group) -> Place | str:
        """What a tensor is found under in a group; it is labelled then."""
        for outer in (group, *around(group)):
            if id(outer) in self.closed and tensor == self.entering[id(outer)]:
                return ENTERING
        if tensor in self.inputs:
            self.is_input_read = True
            return self.inputs[tensor]
        reach = {id(group), *map(id, around(group))}
        found: Place = self.home[tensor]
        for outer in list(around(found)):
            if id(outer) in reach:
                break
            found = outer
        self.referenced.add(id(found))
        return found


class Names:
    """What every group and layer is called, and which layers say so."""

    def __init__(
        self,
        root: Group,
        referenced: set[int],
        inputs: Iterable[str],
        blocks: tuple[frozenset[int], frozenset[int]],
    ) -> None:
        self.closed, self.called = blocks
        self.clashing: list[tuple[Group, Place]] = []
        self.blocks: dict[int, str] = {}
        self.bodies: dict[str, list[list[str]]] = {}
        called = (one for one in root.groups() if id(one) in self.called)
        self.calls = Counter(one.block for one in called)
        self.taken = {block for block in self.calls if block}
        self.taken |= {child.label for group in root.groups() for child in group.children}
        self.names: dict[int, str] = {}
        self.behind: dict[int, str] = {}
        self.referenced = referenced
        self.labelled: set[int] = set()
        self.name(root, frozenset(inputs))

    def name(self, group: Group, outer: frozenset[str]) -> None:
        """Name what stands in a group; no label of it may be one that is seen from there."""
        for child in group.children:
            if id(child) in self.referenced and not self.has_label(child):
                self.mark(child, outer)
        self.spell(group, outer)
        while self.relabelled(group, outer):
            self.spell(group, outer)
        own = {self.names[id(one)] for one in group.children if self.has_label(one)}
        own |= {self.behind[id(one)] for one in group.children if id(one) in self.behind}
        for child in group.children:
            if isinstance(child, Group):
                is_closed = id(child) in self.closed
                self.name(child, frozenset({ENTERING}) if is_closed else outer | own)

    def mark(self, place: Place, outer: frozenset[str]) -> None:
        """Label a layer that is referred to, or the tensor behind it or behind a call."""
        label, merges = identifier(place.label), isinstance(place, Group) or place.layer.op.merges
        beside = place.parent.children if place.parent is not None else []
        labels = {identifier(child.label) for child in beside if child is not place}
        if not merges and label not in outer | labels:
            self.labelled.add(id(place))
            return
        behind = f"after_{label}"
        while behind in outer | labels | set(self.behind.values()):
            behind += "_"
        self.behind[id(place)] = behind

    def spell(self, group: Group, outer: frozenset[str]) -> None:
        """Names as they are, and labels as the language takes them."""
        taken: set[str] = set()
        for child in group.children:
            name, has_label = child.label, self.has_label(child)
            if has_label:
                name = identifier(name)
            if has_label and name in outer and name == child.label:
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
        """Label a layer whose name is not what it would be given; whether there was one."""
        labels = {self.names[id(child)] for child in group.children if self.has_label(child)}
        counts: dict[str, int] = {}
        taken: set[str] = set()
        for child in group.children:
            if isinstance(child, Group):
                continue
            head = child.layer.op.name
            ordinal = counts[head] = counts.get(head, 0) + 1
            if id(child) in self.labelled:
                continue
            while (given := f"{head}{ordinal}") in taken or given in labels:
                ordinal += 1
            if child.label == head or is_hidden(child.label, outer):
                self.names[id(child)] = given  # the label could not stay, and says nothing more
            if given != self.names[id(child)]:
                self.labelled.add(id(child))
                return True
            taken.add(given)
        return False

    def tensor(self, read: Place | str) -> str:
        """A tensor as a line says it."""
        return read if isinstance(read, str) else self.behind.get(id(read), self.names[id(read)])

    def line(self, line: Line) -> str:
        """A layer without what is before the first blank: `conv1: conv3x3 64`."""
        tensors = list(map(self.tensor, line.tensors))
        if line.place is None:
            return tensors[0]
        op = line.place.layer.op
        label = f"{self.names[id(line.place)]}: " if self.has_label(line.place) else ""
        if op.merges:
            branches = f"[{', '.join(tensors)}]"
            return f"{label}{{{op.name}: {branches}}}" if label else f"{op.name}: {branches}"
        return f"{label}{op.notation()}"

    def rendered(self, entry: Entry, indent: str) -> Iterator[str]:
        """The lines of a layer or a group."""
        if isinstance(entry, Line):
            yield f"{indent}- {self.line(entry)}"
            if entry.place is not None and id(entry.place) in self.behind:
                yield f"{indent}- {self.behind[id(entry.place)]}: x"
            return
        name = self.names[id(entry.place)]
        if id(entry.place) in self.blocks:
            label = f"{name}: " if self.has_label(entry.place) else ""
            yield f"{indent}- {label}{self.blocks[id(entry.place)]}"
            if id(entry.place) in self.behind:
                yield f"{indent}- {self.behind[id(entry.place)]}: x"
            return
        texts = [self.line(line) for line in entry.lines if isinstance(line, Line)]
        short = f"{indent}- {name}: [{', '.join(texts)}]"
        is_plain = not any(set(",[]{}:") & set(text) for text in texts)
        is_plain = is_plain and not any(id(line.place) in self.behind for line in entry.lines)
        if is_plain and len(texts) == len(entry.lines) and len(short) <= WIDTH:
            yield short
            return
        yield f"{indent}- {name}:"
        for line in entry.lines:
            yield from self.rendered(line, indent + "    ")

    def rendered_block(self, entry: Block) -> Iterator[str]:
        """The definition of a block for a group."""
        if id(entry.place) in self.called and (block := entry.place.block):
            bodies = self.bodies.setdefault(block, [])
            if (lines := self.rendered_body(entry)) not in bodies:
                bodies.append(lines)
            is_only = self.calls[block] == 1
            number = bodies.index(lines) + 1
            self.blocks[id(entry.place)] = block if is_only else f"{block} {number}"
            return
        name = "_".join(map(identifier, entry.place.path)) + "_block"
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        self.blocks[id(entry.place)] = name
        yield f"  {name}:"
        yield from self.rendered_body(entry)

    def rendered_body(self, entry: Block) -> list[str]:
        """The lines of a block, the tensor that flows in labelled where it is read again."""
        texts = [line for one in entry.lines for line in self.rendered(one, "    ")]
        entering = any(ENTERING in text for text in texts)
        return [f"    - {ENTERING}: x", *texts] if entering else texts

    def rendered_bodies(self) -> Iterator[str]:
        """The blocks that are called without a label; one that has several bodies chooses."""
        for block, bodies in self.bodies.items():
            if self.calls[block] == 1:
                yield f"  {block}:"
                yield from bodies[0]
                continue
            yield f"  {block} body_:"
            for number, lines in enumerate(bodies, start=1):
                yield f"    - if body_ == {number}:"
                yield from (f"    {line}" for line in lines)

    def rendered_head(self, name: str, entries: list[Entry]) -> Iterator[str]:
        """The lines of an output."""
        if len(entries) == 1 and isinstance(entries[0], Line):
            yield f"  {identifier(name)}: {self.line(entries[0])}"
            return
        yield f"  {identifier(name)}:"
        for entry in entries:
            yield from self.rendered(entry, "    ")


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


def identifier(label: str) -> str:
    """A label as the spec language takes it: `0.conv` as `_0_conv`."""
    name = "".join(mark if f"a{mark}".isidentifier() else "_" for mark in label)
    if not name.isidentifier():
        name = f"_{name}"
    op, kernel = split_kernel(name)
    is_taken = name in RESERVED or name in OPS or (op in OPS and "x" in kernel)
    return f"{name}_" if is_taken else name
