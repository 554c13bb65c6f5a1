"""Blocks that contain themselves."""

from collections.abc import Iterator, Mapping

from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.spec.syntax import Block, BlockCall, Body
from cnncalc.spec.walk import walk

MOST_SHOWN = 20
"""Blocks of a cycle that are named."""


def find_cycles(blocks: Mapping[str, Block]) -> Iterator[Diagnostic]:
    """One fault for each call that closes a cycle of blocks calling blocks."""
    finished: set[str] = set()
    for start in blocks:
        if start in finished:
            continue
        path = [start]
        places = {start: 0}
        pending = [(start, _calls(blocks[start].body))]
        while pending:
            name, calls = pending[-1]
            if len(path) < len(pending):
                places[name] = len(path)
                path.append(name)
            call = next(calls, None)
            if call is None:
                finished.add(name)
                pending.pop()
                del places[path.pop()]
            elif call.block in places:
                chain = [*path[places[call.block] :], call.block]
                yield recursive_block(chain, call.span)
            elif call.block in blocks and call.block not in finished:
                pending.append((call.block, _calls(blocks[call.block].body)))


def recursive_block(chain: list[str], span: Span) -> Diagnostic:
    """The fault of a block that contains itself by way of others."""
    shown = chain if len(chain) <= MOST_SHOWN else [*chain[:4], "...", *chain[-4:]]
    message = f"the block `{chain[0]}` contains itself: {' -> '.join(shown)}"
    return Diagnostic("E302", message, span, (), "break the cycle; use `repeat`")


def _calls(body: Body) -> Iterator[BlockCall]:
    return (node for node in walk(body) if isinstance(node, BlockCall))
