"""Which names the bodies of a spec mention: variables, parameters, blocks, words, labels."""

from collections.abc import Iterable

from cnncalc.checks.lint.subject import bodies
from cnncalc.records import Record
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.syntax import (
    Block,
    BlockCall,
    Choice,
    Node,
    OpCall,
    Reference,
    Repeat,
    Spec,
    VariableCall,
)


class Mentions(Record):
    """What a body mentions.

    Attributes:
        names: every name in an expression, and every variable or parameter that is called.
        blocks: the blocks that are called by their own name.
        labels: the labels whose tensor is read.
    """

    names: set[str]
    blocks: set[str]
    labels: set[str]


def mentions(body: Iterable[Node]) -> Mentions:
    """Everything that a body and the bodies inside of it mention."""
    found = Mentions(set(), set(), set())
    pending: list[Node] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, Reference):
            found.labels.add(node.label)
        elif isinstance(node, BlockCall):
            found.blocks.add(node.block)
        elif isinstance(node, VariableCall):
            found.names.add(node.variable)
        for expression in _expressions(node):
            found.names.update(expression.names)
        pending.extend(inner for body in bodies(node) for inner in body)
    return found


def _expressions(node: Node) -> Iterable[Expression]:
    if isinstance(node, OpCall | BlockCall):
        return (value for _, value in node.arguments)
    if isinstance(node, VariableCall):
        return (argument.value for argument in node.arguments)
    if isinstance(node, Repeat):
        return (node.times,)
    return (node.condition,) if isinstance(node, Choice) else ()


def mentions_of_network(spec: Spec) -> Mentions:
    """What stands outside of blocks."""
    heads = (node for head in (*spec.outputs, *spec.auxiliary) for node in head.body)
    return mentions((*spec.layers, *heads))


def mentions_of_block(block: Block) -> Mentions:
    """What a block's body and the defaults of its parameters mention."""
    found = mentions(block.body)
    for parameter in block.parameters:
        if parameter.default is not None:
            found.names.update(parameter.default.names)
    return found
