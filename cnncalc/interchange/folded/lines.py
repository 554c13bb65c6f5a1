"""The lines of a folded spec."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnncalc.interchange.folded.formal import Formal, argument
from cnncalc.interchange.folded.nodes import (
    Again,
    Block,
    Body,
    Branch,
    Call,
    Item,
    Join,
    Mark,
    Ref,
    Step,
    Through,
    Unit,
)
from cnncalc.interchange.folded.parameters import FREE
from cnncalc.ops.values import shortest, show, show_shape

WIDTH = 90
"""Columns of a line that holds a whole body."""

MANY = 6
"""Branches that have lines of their own."""

SHORT = 40
"""Columns of a branch that shares its line with others."""

_QUOTED = frozenset(",[]{}:#\"'")
"""What YAML takes for its own within a flow list."""


class Lines:
    """Writes one body: that of a block, or of the network.

    Args:
        own: how its lines say what differs.
        inner: the parameters of the blocks that are called.
        labels: for the number of a group's first unit the label that it has, in the network.
    """

    def __init__(self, own: Formal, inner: Mapping[int, Formal]) -> None:
        self.texts = own.texts
        self.inner = inner

    def body(self, units: Sequence[Unit], indent: str) -> list[str]:
        """The lines of a body under its key, each a list item."""
        lines: list[str] = []
        at = 0
        while at < len(units):
            joined = self.joined(units[at : at + 2], indent)
            lines += joined or self.entry(units[at].items, units[at].mark, indent)
            at += 2 if joined else 1
        return lines

    def joined(self, units: Sequence[Unit], indent: str) -> list[str]:
        """A reference with the unit that it flows into, where both have room on one line."""
        if len(units) < 2 or not isinstance(units[0].items[-1], Ref) or is_open(units[1]):
            return []
        lines = self.entry([*units[0].items, *units[1].items], units[1].mark, indent)
        return lines if len(lines) == 1 else []

    def labelled(self, units: Sequence[Unit], label: str, indent: str) -> list[str]:
        """Units on one line under a label; nothing where that takes more lines than they do."""
        items = [item for unit in units for item in unit.items]
        flow = self.flow(items, is_value=True)
        text = f"{indent}- {label}: {flow}"
        return [text] if flow is not None and len(text) <= WIDTH else []

    def entry(self, items: Sequence[Item], mark: Mark | None, indent: str) -> list[str]:
        """Items as one list item, in a row on one line where that is short."""
        label = f"{mark.name}: " if mark else ""
        flow = self.flow(items, is_value=bool(mark))
        is_open = isinstance(items[0], Call) and bool(items[0].given)  # its labels are read
        if flow is not None and (is_open or len(indent) + len(label) + len(flow) + 2 <= WIDTH):
            return [f"{indent}- {label}{flow}"]
        if not label:
            return [line for item in items for line in self.lines(item, indent)]
        lines = [line for item in items for line in self.lines(item, f"{indent}    ")]
        return [f"{indent}- {label.rstrip()}", *lines]

    def flow(self, items: Sequence[Item], *, is_value: bool = False) -> str | None:
        """Items on one line: one as it is, several in brackets; None where YAML takes no such.

        As the value of a key a mapping needs brackets as well.
        """
        is_alone = len(items) == 1 and not (is_value and isinstance(items[0], Join | Again))
        texts = [self.plain(item, is_alone=is_alone) for item in items]
        if any(text is None for text in texts):
            return None
        return str(texts[0]) if is_alone else f"[{', '.join(map(str, texts))}]"

    def plain(self, item: Item, *, is_alone: bool = False) -> str | None:
        """One item on a line; with others in brackets it may need quotes."""
        if isinstance(item, Step):
            text = self.step(item)
            return quoted(text) if not is_alone and set(text) & _QUOTED else text
        if isinstance(item, Call):
            text = self.call(item)
            return quoted(text) if not is_alone and set(text) & _QUOTED else text
        if isinstance(item, Ref):
            return item.mark.name
        if isinstance(item, Again):
            inner = self.flow_of(item.body)
            return None if inner is None else f"repeat {self.count(item)}: {inner}"
        branches = [self.branch(one) for one in item.branches]
        if any(one is None for one in branches):
            return None
        return f"{head(item)}: [{', '.join(map(str, branches))}]"

    def flow_of(self, body: Body) -> str | None:
        """A body on one line."""
        if any(unit.mark for unit in body.units):
            return None
        return self.flow([item for unit in body.units for item in unit.items], is_value=True)

    def branch(self, branch: Branch) -> str | None:
        """A branch on the line of its merge."""
        if isinstance(branch, Through):
            return "x"
        if isinstance(branch, Ref):
            return branch.mark.name
        if branch.is_optional and self.texts.get((id(branch), "if"), "x") != "":
            return "x" if self.texts.get((id(branch), "if"), "x") == "x" else None
        items = [item for unit in branch.units for item in unit.items]
        if any(unit.mark for unit in branch.units):
            return None
        if len(items) == 1 and isinstance(items[0], Step | Call):
            return self.plain(items[0])
        flow = self.flow(items)
        return flow if flow is None or flow.startswith("[") else f"[{flow}]"

    def lines(self, item: Item, indent: str) -> Iterator[str]:
        """The lines of an item, as list items."""
        text = self.plain(item, is_alone=True)
        if text is not None and len(indent) + len(text) + 2 <= WIDTH:
            yield f"{indent}- {text}"
        elif isinstance(item, Again):
            yield f"{indent}- repeat {self.count(item)}:"
            yield from self.body(item.body.units, f"{indent}    ")
        elif isinstance(item, Join):
            if len(item.branches) > MANY and (wrapped := self.wrapped(item, indent)):
                yield from wrapped
                return
            yield f"{indent}- {head(item)}:"
            for branch in item.branches:
                yield from self.branch_lines(branch, f"{indent}    ")
        else:
            yield f"{indent}- {text}"

    def wrapped(self, item: Join, indent: str) -> list[str]:
        """A merge of many short branches, several on a line; nothing where one is not short."""
        texts = [self.branch(one) for one in item.branches]
        lines = [f"{indent}- {head(item)}: ["]
        for number, text in enumerate(texts):
            if text is None or len(text) > SHORT:
                return []
            word = f"{text}{']' if number == len(texts) - 1 else ','}"
            if len(lines[-1]) + len(word) + 1 > WIDTH:
                lines.append(f"{indent}    {word}")
            else:
                lines[-1] += word if lines[-1].endswith("[") else f" {word}"
        return lines

    def branch_lines(self, branch: Branch, indent: str) -> Iterator[str]:
        """The lines of a branch, as one list item."""
        text = self.branch(branch)
        if text is not None and len(indent) + len(text) + 2 <= WIDTH:
            yield f"{indent}- {text}"
            return
        if not isinstance(branch, Body):
            yield f"{indent}- {text}"
            return
        if branch.is_optional and (condition := self.texts.get((id(branch), "if"), "x")):
            yield from self.choice(branch, condition, indent)
            return
        lines = self.body(branch.units, f"{indent}  ")
        is_list = sum(line.startswith(f"{indent}  - ") for line in lines) > 1
        inner = f"{indent}  - "
        if is_list:
            yield f"{indent}- - {lines[0][len(inner) :]}"
            yield from lines[1:]
        else:
            yield f"{indent}- {lines[0][len(inner) :]}"
            yield from (line[2:] for line in lines[1:])

    def choice(self, branch: Body, condition: str, indent: str) -> Iterator[str]:
        """A branch under its condition, else `x`."""
        flow = self.flow_of(branch)
        start = f"{indent}- if {condition}:"
        if flow is not None and len(start) + len(flow) < WIDTH:
            yield f"{start} {flow}"
        else:
            yield start
            yield from self.body(branch.units, f"{indent}    ")
        yield f"{indent}  else: x"

    def count(self, item: Again) -> str:
        """How often a body is run."""
        return self.texts.get((id(item), "counts")) or str(item.counts[0])

    def call(self, call: Call) -> str:
        """A call with its arguments: those with a default have their names."""
        words = [call.block.name, *(mark.name for mark in call.given)]
        for one in self.inner[id(call.block)].parameters:
            text = self.texts.get((id(call), one.name))
            value = argument(one, call)
            if not text and (value is FREE or value == one.default) and one.default is not FREE:
                continue
            if not text:
                text = show(next(iter(one.values.values())) if value is FREE else value)
            text = text.replace(" ", "")
            words.append(text if one.default is FREE else f"{one.name}={text}")
        return " ".join(words)

    def step(self, step: Step) -> str:
        """A step as a line of the language, without what the defaults say anyway."""
        told = {key: values[0] for key, values in step.values.items()}
        said = {key: text for key in told if (text := self.texts.get((id(step), key)))}
        return notation(step, told, said)


def is_open(unit: Unit) -> bool:
    """Whether it is a call of which several tensors are read: a list around it would hide them."""
    return any(isinstance(item, Call) and item.given for item in unit.items)


def head(item: Join) -> str:
    """A merge's own head, as YAML takes it."""
    return f'"{item.head}"' if "," in item.head else item.head


def quoted(text: str) -> str:
    """Text in quotes, within a flow list."""
    return f'"{text}"'


def notation(step: Step, told: Mapping[str, Any], said: Mapping[str, str]) -> str:
    """An op as a line; `said` has the texts of attributes that are no plain values."""
    op = step.op
    axes = next((len(one) for one in op.__dict__["_values"] if isinstance(one, tuple)), 0)
    name, words = op.name, []
    for key, attribute in op.attributes.items():
        value = told.get(key, op.__dict__[key])
        if key == op.on_head and key not in said and value is not None:
            name += show_shape(value if isinstance(value, tuple) else (value,) * axes)
        elif not is_implied(step, key, (told, said), axes):
            text = said.get(key) or show(value if attribute.is_shape else shortest(value))
            words.append((text if key in op.positional else f"{key}={text}").replace(" ", ""))
    return " ".join([name, *words])


def is_implied(
    step: Step, key: str, known: tuple[Mapping[str, Any], Mapping[str, str]], axes: int
) -> bool:
    """Whether a line need not say an attribute."""
    told, said = known
    value = told.get(key, step.op.__dict__[key])
    if key not in said and value is None:
        return True
    if key not in said and is_default(step, key, value, axes):
        return key not in step.op.positional or rest_is_default(step, key, known, axes)
    other = step.op.attributes[key].follows
    if other is None or (key in said) != (other in said):
        return False
    return said[key] == said[other] if key in said else shortest(value) == shortest(told[other])


def rest_is_default(
    step: Step, key: str, known: tuple[Mapping[str, Any], Mapping[str, str]], axes: int
) -> bool:
    """Whether a positional attribute and all after it have their defaults."""
    told, said = known
    rest = step.op.positional[step.op.positional.index(key) :]
    return all(
        one not in said and is_default(step, one, told.get(one, step.op.__dict__[one]), axes)
        for one in rest
    )


def is_default(step: Step, key: str, value: Any, axes: int) -> bool:
    """Whether a value is what the op has without it."""
    attribute = step.op.attributes[key]
    default = attribute.default
    if default is ... or default is None or value is None or isinstance(value, str):
        return bool(value == default)
    return bool(shortest(value) == shortest(attribute.read(default, axes)))


def signature(block: Block, own: Formal) -> str:
    """A block's name and its parameters."""
    words = [block.name, *(mark.name for mark in block.tensors)]
    for one in own.parameters:
        is_plain = one.default is FREE
        words.append(one.name if is_plain else f"{one.name}={show(one.default)}".replace(" ", ""))
    return " ".join(words)


def block_lines(block: Block, inner: Mapping[int, Formal]) -> list[str]:
    """The definition of a block."""
    own = inner[id(block)]
    written = Lines(own, inner)
    title = f"  {signature(block, own)}:"
    items = [item for unit in block.body.units for item in unit.items]
    has_marks = any(unit.mark for unit in block.body.units) or block.entry
    flow = None if has_marks else written.flow(items, is_value=True)
    if flow is not None and len(title) + len(flow) < WIDTH:
        return [f"{title} {flow}"]
    entry = [f"    - {block.entry.name}: x"] if block.entry else []
    return [title, *entry, *written.body(block.body.units, "    ")]


class _Rough(Lines):
    """Lines as they might be, before it is known how they say what differs."""

    def __init__(self) -> None:
        self.texts = {}
        self.inner = {}

    def call(self, call: Call) -> str:
        return "some_block 64 stride=2"


_ROUGH = _Rough()


def rough(units: Sequence[Unit]) -> tuple[int, int]:
    """The lines of some units, and their characters, roughly."""
    lines = _ROUGH.body(units, "    ")
    return len(lines), sum(len(line.strip()) for line in lines)
