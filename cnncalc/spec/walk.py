"""The nodes of a Spec, those within others too."""

from collections.abc import Iterable, Iterator, Mapping

from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.syntax import (
    Block,
    BlockCall,
    Body,
    Choice,
    Labelled,
    Loop,
    Merge,
    Node,
    OpCall,
    Repeat,
    VariableCall,
)


def bodies_of(node: Node) -> Iterable[Body]:
    """The bodies that stand within a node."""
    if isinstance(node, Merge):
        return node.branches
    if isinstance(node, Choice):
        return [*(case.body for case in node.cases), node.otherwise]
    return (node.body,) if isinstance(node, Repeat | Loop | Labelled) else ()


def expressions_of(node: Node) -> Iterable[Expression]:
    """The expressions of a node itself."""
    if isinstance(node, OpCall | BlockCall | Merge):
        return [value for _, value in node.arguments]
    if isinstance(node, VariableCall):
        return [argument.value for argument in node.arguments]
    if isinstance(node, Repeat):
        return (node.times,)
    if isinstance(node, Loop):
        return (node.values,)
    return [case.condition for case in node.cases] if isinstance(node, Choice) else ()


def walk(body: Body) -> Iterator[Node]:
    """Every node of a body, in the order of the file, those within others behind the outer one."""
    pending = list(reversed(body))
    while pending:
        node = pending.pop()
        yield node
        inner = [one for each in bodies_of(node) for one in each]
        pending.extend(reversed(inner))


def are_written_alike(one: object, other: object) -> bool:
    """Whether two parts of a spec say the same, wherever they stand."""
    pending = [(one, other)]
    while pending:
        one, other = pending.pop()
        if isinstance(one, Span):
            continue
        if isinstance(one, Expression) and isinstance(other, Expression):
            one, other = one.text, other.text
        if isinstance(one, tuple) and isinstance(other, tuple):
            if type(one) is not type(other) or len(one) != len(other):
                return False
            pending += zip(one, other, strict=True)
        elif one != other:
            return False
    return True


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
