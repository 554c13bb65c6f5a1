"""Where a line of a spec stands: in what, and which names it and what is around it read."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Optional

from cnncalc.diagnostics import Span
from cnncalc.spec.syntax import Block, Body, Choice, Node, Share, Spec, VariableCall
from cnncalc.spec.walk import bodies_of, expressions_of


class Site(NamedTuple):
    """What makes a node of a body what it is.

    Attributes:
        spans: its own place, and those of its arguments; of a choice, those of its conditions.
        names: those that its arguments read.
        block: the block that it stands in; None outside of blocks.
        outer: what it stands in; outermost, in a block, the signature.
    """

    spans: tuple[Span, ...]
    names: tuple[str, ...]
    block: str | None
    outer: Optional["Site"]

    def outwards(self) -> Iterator["Site"]:
        """It, what it stands in, what that stands in."""
        site: Site | None = self
        while site is not None:
            yield site
            site = site.outer


Sites = Mapping[Span, Site]
"""By the place of a node, as origins of layers have it."""


def sites_of(spec: Spec) -> Sites:
    """The sites of every node of a spec."""
    found: dict[Span, Site] = {}
    heads = (head.body for head in (*spec.outputs, *spec.auxiliary))
    for body in (spec.layers, *heads):
        found |= _sites(body, None, None)
    for block in spec.blocks.values():
        found |= _sites(block.body, _signature(block), block.name)
    return found


def _signature(block: Block) -> Site:
    defaults = [one.default for one in block.parameters if one.default is not None]
    names = tuple(name for one in defaults for name in one.names)
    return Site((block.span, *(one.span for one in defaults)), names, block.name, None)


def _sites(body: Body, outer: Site | None, block: str | None) -> Iterator[tuple[Span, Site]]:
    """Nodes of a body, and those within others."""
    pending = [(body, outer)]
    while pending:
        nodes, around = pending.pop()
        for node in nodes:
            site = _site(node, around, block)
            yield node.span, site
            if isinstance(node, VariableCall):
                yield node.head_span, site
            elif isinstance(node, Share):
                yield node.label_span, site
            pending += [(each, site) for each in bodies_of(node)]


def _site(node: Node, outer: Site | None, block: str | None) -> Site:
    expressions = [*expressions_of(node)]
    names = [name.partition(".")[0] for one in expressions for name in one.names]
    if isinstance(node, VariableCall):
        names.append(node.variable)
    cases = [one.span for one in node.cases] if isinstance(node, Choice) else ()
    spans = dict.fromkeys([node.span, *cases, *(one.span for one in expressions)])
    return Site((*spans,), (*names,), block, outer)
