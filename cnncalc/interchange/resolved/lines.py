"""The lines of a resolved spec: layers, groups, blocks and outputs."""

from collections.abc import Iterator

from cnncalc.interchange.resolved.labels import Labels
from cnncalc.interchange.resolved.tree import ENTERING, Block, Entry, Line, identifier
from cnncalc.interchange.scopes import Leaf, Place, around
from cnncalc.interchange.unwritable import UnwritableError

WIDTH = 96
"""Columns of a line that holds a whole group."""


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

    def tensor(self, read: Place | str) -> str:
        """A tensor as a line says it."""
        if isinstance(read, str):
            return read
        if isinstance(read, Leaf) and read.layer.op.is_source:  # a branch of its own
            text = read.layer.op.notation()
            is_labelled = self.labels.has_label(read)
            return f"{{{self.names[id(read)]}: {text}}}" if is_labelled else text
        return self.behind.get(id(read), self.names[id(read)])

    def line(self, line: Line) -> str:
        """A layer without what is before the first blank: `conv1: conv3x3 64`."""
        tensors = list(map(self.tensor, line.tensors))
        if line.place is None:
            return tensors[0]
        op = line.place.layer.op
        label = f"{self.names[id(line.place)]}: " if self.labels.has_label(line.place) else ""
        if op.merges:
            branches = f"[{', '.join(tensors)}]"
            head = op.notation()
            head = f'"{head}"' if "," in head else head
            return f"{label}{{{head}: {branches}}}" if label else f"{head}: {branches}"
        if line.holder is not None:
            return f"{label}share {self.path(line.place, line.holder)}"
        return f"{label}{op.notation()}"

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
            yield f"{indent}- {self.line(entry)}"
            if entry.place is not None and id(entry.place) in self.behind:
                yield f"{indent}- {self.behind[id(entry.place)]}: x"
            return
        name = self.names[id(entry.place)]
        if id(entry.place) in self.blocks:
            label = f"{name}: " if self.labels.has_label(entry.place) else ""
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
