"""How the lines of a body say what differs between its rows, and what parameters that takes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc.interchange.folded.nodes import (
    Again,
    Block,
    Body,
    Call,
    Item,
    Join,
    Rows,
    Step,
    Unit,
    calls_in,
)
from cnncalc.interchange.folded.parameters import (
    FREE,
    Parameter,
    Parameters,
    Place,
    is_half,
    shortened,
)

Texts = dict[tuple[int, str], str]
"""For an item and an attribute, or a parameter, of it how a line says that."""


class Formal:
    """The parameters of a body, and the texts of what differs in it.

    Args:
        body: the body of a block, or of the network.
        inner: the same of the blocks that are called in it.
    """

    def __init__(self, body: Body, inner: "Mapping[int, Formal]") -> None:
        self.inner = inner
        self.texts: Texts = {}
        self.found = Parameters()
        self.body(body.units, list(range(len(body.up))))
        self.found.settle()
        new = self.found.renamed()
        if new:
            names = re.compile(rf"(?<![.\w])({'|'.join(new)})(?!\w)")
            for key, text in self.texts.items():
                self.texts[key] = names.sub(lambda found: new[found[1]], text)

    @property
    def parameters(self) -> Sequence[Parameter]:
        """The parameters, those without a default first."""
        return self.found.all

    def body(self, units: Sequence[Unit], roots: Rows) -> None:
        """Go through some units; `roots` are the rows of the block that their rows belong to."""
        for unit in units:
            for item in unit.items:
                self.item(item, roots)

    def item(self, item: Item, roots: Rows) -> None:
        """Go through a step, a merge, rounds or a call."""
        if isinstance(item, Step):
            self.step(item, Place(roots, item.channels))
        elif isinstance(item, Call):
            self.call(item, Place(roots, channels_of([item], len(roots))))
        elif isinstance(item, Again):
            text = self.found.express(item.counts, "counts", Place(roots, item.counts), "n")
            self.texts[id(item), "counts"] = text
            self.body(item.body.units, [roots[row] for row in item.body.up])
        elif isinstance(item, Join):
            branches = [branch for branch in item.branches if isinstance(branch, Body)]
            for branch in branches:
                self.body(branch.units, [roots[row] for row in branch.up])
            for branch in branches:
                if branch.is_optional:
                    self.choice(branch, Place(roots, item.channels))

    def step(self, step: Step, place: Place) -> None:
        """Go through the attributes of a step."""
        for key, values in step.values.items():
            if key == "padding" and "kernel_size" in step.values:
                self.padding(step, place)
            elif key == "shape":
                self.shape(step, place)
            elif text := self.found.express(values, key, place):
                self.texts[id(step), key] = text

    def padding(self, step: Step, place: Place) -> None:
        """The padding of a window: a word where the kernel differs."""
        values = step.values["padding"]
        if (id(step), "kernel_size") in self.texts or len(set(values)) > 1:
            halves = is_half(step.values)
            words = [
                "half" if is_so else "valid" if shortened(value) == 0 else value
                for is_so, value in zip(halves, values, strict=True)
            ]
            text = self.found.express(words, "padding", place)
            if text or isinstance(words[0], str):
                self.texts[id(step), "padding"] = text or words[0]

    def shape(self, step: Step, place: Place) -> None:
        """A shape, axis by axis."""
        values = step.values["shape"]
        if len(set(values)) == 1:
            return
        if len({len(value) for value in values}) > 1:
            self.texts[id(step), "shape"] = self.found.express(values, "shape", place)
            return
        texts = []
        for number, axis in enumerate(zip(*values, strict=True)):
            hint = "channels" if not number else "length" if len(values[0]) == 2 else "size"
            text = self.found.express(list(axis), "shape", place, hint)
            texts.append(text or str(axis[0]))
        self.texts[id(step), "shape"] = f"({', '.join(texts)}{',' * (len(texts) == 1)})"

    def call(self, call: Call, place: Place) -> None:
        """Go through the arguments of a call."""
        for one in self.inner[id(call.block)].parameters:
            values = [one.at(row) for row in call.rows]
            if all(value is FREE for value in values):
                continue
            if text := self.found.express(values, one.kind, place):
                self.texts[id(call), one.name] = text

    def choice(self, branch: Body, place: Place) -> None:
        """The condition under which a branch stands, else `x`."""
        own = set(branch.up)
        holds = [row in own for row in range(len(place.roots))]
        if len(set(holds)) < 2:
            self.texts[id(branch), "if"] = "" if holds[:1] == [True] else "x"
            return
        text = self.found.conditions(holds, place)
        if not text:
            text = self.found.express(holds, "shortcut", place)
        self.texts[id(branch), "if"] = text


def channels_of(items: Sequence[Item], count: int) -> Rows:
    """The channels that flow into the first of some items, in each row; 0 where unknown."""
    first = items[0] if items else None
    if isinstance(first, Step | Join):
        return first.channels
    if isinstance(first, Call):
        inner = first.block.body
        found = channels_of(inner.units[0].items, len(inner.up))
        return [found[row] for row in first.rows]
    return [0] * count


def formals(blocks: Sequence[Block]) -> dict[int, Formal]:
    """The parameters of blocks and of those that they call."""
    found: dict[int, Formal] = {}

    def visit(block: Block) -> None:
        if id(block) not in found:
            for call in calls_in(block.body.units):
                visit(call.block)
            found[id(block)] = Formal(block.body, found)

    for block in blocks:
        visit(block)
    return found


def argument(parameter: Parameter, call: Call) -> Any:
    """The value of a parameter in a call, where it is one for all rows."""
    values = [value for row in call.rows if (value := parameter.at(row)) is not FREE]
    return values[0] if values else FREE
