"""The nodes of a Spec, those within others too."""

from collections.abc import Iterable, Iterator

from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.syntax import (
    BlockCall,
    Body,
    Choice,
    Labelled,
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
        return node.body, node.otherwise
    return (node.body,) if isinstance(node, Repeat | Labelled) else ()


def expressions_of(node: Node) -> Iterable[Expression]:
    """The expressions of a node itself."""
    if isinstance(node, OpCall | BlockCall):
        return [value for _, value in node.arguments]
    if isinstance(node, VariableCall):
        return [argument.value for argument in node.arguments]
    if isinstance(node, Repeat):
        return (node.times,)
    return (node.condition,) if isinstance(node, Choice) else ()


def walk(body: Body) -> Iterator[Node]:
    """Every node of a body, in the order of the file, those within others behind the outer one."""
    pending = list(reversed(body))
    while pending:
        node = pending.pop()
        yield node
        inner = [one for each in bodies_of(node) for one in each]
        pending.extend(reversed(inner))
