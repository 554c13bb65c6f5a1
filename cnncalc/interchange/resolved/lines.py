"""The lines of a resolved spec: layers, groups, blocks and outputs."""

from collections.abc import Iterator, Sequence

from cnncalc.interchange.resolved.labels import Labels
from cnncalc.interchange.resolved.tree import (
    ENTERING,
    Block,
    Branch,
    Entry,
    Line,
    Read,
    given_name,
    identifier,
)
from cnncalc.interchange.scopes import Leaf, Place, around
from cnncalc.interchange.unwritable import UnwritableError

WIDTH = 96
"""Columns of a line that holds a whole group."""


def head(place: Leaf) -> str:
    """A merge's own head, as YAML takes it."""
    text = place.layer.op.notation()
    return f'"{text}"' if "," in text else text


class Lines:
    """Writes entries under their labels; notes the blocks that it has written.

    Attributes:
        blocks: for the identity of a group the call that stands for it.
    """

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.names, self.behind = labels.names, labels.behind
        self.blocks: dict[int, str] = {}
        self.bodies: dict[str, list[list[str]]] = {}

    def tensor(self, read: Read) -> str:
        """A tensor as a line says it."""
        if isinstance(read, str):
            return read
        if isinstance(read, Branch):
            return self.branch(read)
        *groups, last = read
        name = self.behind.get(id(last), self.names[id(last)])
        return ".".join([*(self.names[id(group)] for group in groups), name])

    def branch(self, branch: Branch) -> str:
        """A branch on the line of its merge; empty where it takes lines of its own."""
        texts = self.plain(branch.lines)
        if len(texts) == 1 and texts[0]:
            return texts[0]
        return f"[{', '.join(texts)}]" if all(texts) else ""

    def plain(self, entries: Sequence[Entry]) -> list[str]:
        """Entries that YAML takes in a flow list; one that it does not is empty."""
        return [
            ""
            if isinstance(one, Block)
            or id(one.place) in self.behind
            or set(",[]{}:") & set(text := self.line(one))
            else text
            for one in entries
        ]

    def line(self, line: Line) -> str:
        """A layer, or a reference, on one line: `conv1: conv3x3 64`."""
        tensors = list(map(self.tensor, line.tensors))
        if line.place is None:
            return tensors[0]
        label = self.label(line.place)
        if line.place.layer.op.merges:
            text = f"{head(line.place)}: [{', '.join(tensors)}]"
            return f"{label}{{{text}}}" if label else text
        if line.holder is not None:
            return f"{label}share {self.path(line.place, line.holder)}"
        return f"{label}{line.place.layer.op.notation()}"

    def label(self, place: Place) -> str:
        """What stands before a layer or a group that has a label."""
        return f"{self.names[id(place)]}: " if self.labels.has_label(place) else ""

    def path(self, place: Place, holder: Place) -> str:
        """The dotted label of a layer, as it is found from another.

        Raises:
            UnwritableError: it stands in a group that has no label.
        """
        reach = set(map(id, around(place)))
        parts = [self.names[id(holder)]]
        for group in around(holder):
            if id(group) in reach:
                break
            if not self.labels.has_label(group):
                raise UnwritableError("weights are shared with a group without a label")
            parts.append(self.names[id(group)])
        return ".".join(reversed(parts))

    def rendered(self, entry: Entry, indent: str) -> Iterator[str]:
        """The lines of a layer or a group."""
        if isinstance(entry, Line):
            yield from self.rendered_line(entry, indent)
        elif id(entry.place) in self.blocks:
            yield f"{indent}- {self.label(entry.place)}{self.blocks[id(entry.place)]}"
        else:
            yield from self.rendered_group(entry, indent)
        if entry.place is not None and id(entry.place) in self.behind:
            yield f"{indent}- {self.behind[id(entry.place)]}: x"

    def rendered_line(self, line: Line, indent: str) -> Iterator[str]:
        """A layer; a merge whose branches do not fit on its line has one a line."""
        if line.place is None or all(map(self.tensor, line.tensors)):
            yield f"{indent}- {self.line(line)}"
            return
        if label := self.label(line.place):
            yield f"{indent}- {label.rstrip()}"
            yield f"{indent}    {head(line.place)}:"
            indent += "  "
        else:
            yield f"{indent}- {head(line.place)}:"
        for read in line.tensors:
            if text := self.tensor(read):
                yield f"{indent}    - {text}"
            elif isinstance(read, Branch):
                lines = [
                    text for one in read.lines for text in self.rendered(one, f"{indent}      ")
                ]
                inner = f"{indent}      - "
                is_list = sum(text.startswith(inner) for text in lines) > 1
                yield f"{indent}    - {'- ' if is_list else ''}{lines[0][len(inner) :]}"
                yield from lines[1:] if is_list else (text[2:] for text in lines[1:])

    def rendered_group(self, entry: Block, indent: str) -> Iterator[str]:
        """A group under its label, on one line where that is short and plain."""
        name, texts = self.names[id(entry.place)], self.plain(entry.lines)
        short = f"{indent}- {name}: [{', '.join(texts)}]"
        if all(texts) and len(short) <= WIDTH:
            yield short
            return
        yield f"{indent}- {name}:"
        for line in entry.lines:
            yield from self.rendered(line, indent + "    ")

    def rendered_block(self, entry: Block) -> Iterator[str]:
        """The definition of a block for a group."""
        if id(entry.place) in self.labels.called and (block := entry.place.block):
            bodies = self.bodies.setdefault(block, [])
            if (lines := self.rendered_body(entry)) not in bodies:
                bodies.append(lines)
            is_only = self.labels.calls[block] == 1
            number = bodies.index(lines) + 1
            self.blocks[id(entry.place)] = block if is_only else f"{block} {number}"
            return
        name = "_".join(map(identifier, entry.place.path)) + "_block"
        while name in self.labels.taken:
            name += "_"
        self.labels.taken.add(name)
        parameters = (given_name(number) for number, _ in enumerate(entry.given, 1))
        self.blocks[id(entry.place)] = " ".join([name, *map(self.tensor, entry.given)])
        yield f"  {' '.join([name, *parameters])}:"
        yield from self.rendered_body(entry)

    def rendered_body(self, entry: Block) -> list[str]:
        """The lines of a block, the tensor that flows in labelled where it is read again."""
        texts = [line for one in entry.lines for line in self.rendered(one, "    ")]
        entering = any(ENTERING in text for text in texts)
        return [f"    - {ENTERING}: x", *texts] if entering else texts

    def rendered_bodies(self) -> Iterator[str]:
        """The blocks that are called without a label; one that has several bodies chooses."""
        for block, bodies in self.bodies.items():
            if self.labels.calls[block] == 1:
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
