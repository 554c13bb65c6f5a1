"""Which lines of a spec hold what stands on others: of a repeat, its first line, and so on."""

from collections.abc import Mapping

from cnncalc.spec import Spec
from cnncalc.spec.syntax import Body
from cnncalc.spec.walk import bodies_of

Heads = Mapping[int, frozenset[int]]
"""For a line, those that it stands below."""


def heads_of(spec: Spec) -> Heads:
    r"""The lines of repeats, loops, conditions, merges and labelled lists above each line.

    Example:
        >>> from cnncalc.spec import parse_spec
        >>> from cnncalc.spec.bounds import WIDE, Allowance
        >>> text = "input: 3x8x8\nlayers:\n  - repeat 2:\n      - relu\n"
        >>> spec, _ = parse_spec(text, "net.yaml", Allowance(WIDE))
        >>> heads_of(spec)
        {4: frozenset({3})}
    """
    found: dict[int, frozenset[int]] = {}
    none: frozenset[int] = frozenset()
    bodies = [spec.layers, *(one.body for one in spec.blocks.values())]
    pending: list[tuple[Body, frozenset[int]]] = [
        (body, none) for body in (*bodies, *(head.body for head in spec.auxiliary))
    ]
    while pending:
        body, above = pending.pop()
        for node in body:
            inner = bodies_of(node)
            if node.span.file != spec.file:
                continue
            line = node.span.line
            if heads := above - {line}:
                found[line] = found.get(line, none) | heads
            pending.extend((one, above | {line}) for one in inner)
    return found
