"""A body read: one layer, or a list of them."""

from cnncalc.spec.bodies.control import choice, first_word
from cnncalc.spec.bodies.lines import BodyReader, line
from cnncalc.spec.bodies.mappings import entry, too_many_keys
from cnncalc.spec.bodies.meant import check_steps
from cnncalc.spec.bodies.tensors import as_step
from cnncalc.spec.bounds import Faults
from cnncalc.spec.names import Names
from cnncalc.spec.syntax import Body, Broken, Node
from cnncalc.spec.yaml_tree import List, Text
from cnncalc.spec.yaml_tree import Node as YamlNode


def body_reader(names: Names, faults: Faults) -> BodyReader:
    """A reader of bodies in one space of names."""
    return BodyReader(names, faults, _body)


def _body(reader: BodyReader, node: YamlNode) -> Body:
    """One layer, or a list of layers; a list within a list goes on in the same body."""
    if not isinstance(node, List):
        return (_layer(reader, node),)
    if not node.items:
        reader.fault(
            "E217",
            "an empty list is not a body",
            node.span,
            "write its layers; a branch that changes nothing is `x`",
        )
        return (Broken(node.span),)
    nodes: list[Node] = []
    for item in node.items:
        found = reader.body(item) if isinstance(item, List) else (_layer(reader, item),)
        nodes.extend(map(as_step, found) if nodes else found)
    return tuple(check_steps(reader, nodes))


def _layer(reader: BodyReader, node: YamlNode) -> Node:
    if isinstance(node, Text):
        return line(reader, node)
    if isinstance(node, List):
        raise TypeError("a list is a body")
    keys = [first_word(key) for key, _ in node.entries]
    if "if" in keys and set(keys) <= {"if", "elif", "else"}:
        return choice(reader, node)
    if len(keys) == 1:
        return entry(reader, *node.entries[0])
    return too_many_keys(reader, node, keys)
