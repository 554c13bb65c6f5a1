"""Which names the bodies of a spec mention: variables, parameters, blocks, words, labels."""

from collections.abc import Iterator

from cnncalc.ops.values import Value, Word
from cnncalc.records import Record
from cnncalc.spec.syntax import (
    Block,
    BlockCall,
    Body,
    Reference,
    Share,
    Spec,
    VariableCall,
    formulas_in,
)
from cnncalc.spec.walk import expressions_of, walk


class Mentions(Record):
    """What a body mentions.

    Attributes:
        names: every name in an expression, and every variable or parameter that is called.
        blocks: the blocks that are called by their own name.
        labels: the labels whose tensor is read, each part of a dotted one.
    """

    names: set[str]
    blocks: set[str]
    labels: set[str]


def mentions(body: Body) -> Mentions:
    """Everything that a body and the bodies inside of it mention."""
    found = Mentions(set(), set(), set())
    for node in walk(body):
        if isinstance(node, Reference | Share):
            found.labels.update(node.label.split("."))
        elif isinstance(node, BlockCall):
            found.blocks.add(node.block)
        elif isinstance(node, VariableCall):
            found.names.add(node.variable)
        for expression in expressions_of(node):
            found.names.update(expression.names)
    found.labels.update(part for name in found.names for part in name.split("."))
    return found


def body_of_network(spec: Spec) -> Body:
    """The layers outside of blocks."""
    heads = (node for head in (*spec.outputs, *spec.auxiliary) for node in head.body)
    return (*spec.layers, *heads)


def names_of_variables(spec: Spec) -> set[str]:
    """What variables and weights of a file and its variants are made of, and what must hold."""
    variables = [*spec.variables.values()]
    requirements = [*spec.requirements]
    for variant in spec.variants.values():
        variables += variant.variables
        requirements += variant.requirements
    formulas = [formula for one in variables for formula in formulas_in(one.formula)]
    formulas += [formula for one in spec.stated_weights() for formula in formulas_in(one.formula)]
    formulas += [one.condition for one in requirements]
    return {name for formula in formulas for name in formula.names}


def names_read(spec: Spec) -> set[str]:
    """Every name that something reads: a layer, a block, another variable, a requirement."""
    read = mentions(body_of_network(spec)).names | names_of_variables(spec)
    return read.union(*(mentions_of_block(block).names for block in spec.blocks.values()))


def mentions_of_block(block: Block) -> Mentions:
    """What a block's body and the defaults of its parameters mention."""
    found = mentions(block.body)
    for parameter in block.parameters:
        if parameter.default is not None:
            found.names.update(parameter.default.names)
    return found


def words_in(value: Value) -> Iterator[str]:
    """The words that a value holds."""
    if isinstance(value, Word):
        yield str(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from words_in(item)


def blocks_held(spec: Spec) -> set[str]:
    """The blocks that variables or arguments hold: they are called by another name."""
    given = [one for variant in spec.variants.values() for one in variant.variables]
    held = {word for one in (*spec.variables.values(), *given) for word in words_in(one.value)}
    held |= names_of_variables(spec) | mentions(body_of_network(spec)).names
    for block in spec.blocks.values():
        held |= mentions_of_block(block).names
    return held & spec.blocks.keys()
