"""Nodes that are no plain layer: constants, lists of tensors; choices and loops by others.

Each function here reads a node for a walk, and says whether it has.
"""

from collections.abc import Mapping

from cnncalc.interchange.onnx.read.choices import choice
from cnncalc.interchange.onnx.read.rounds import loop, scan
from cnncalc.interchange.onnx.read.sequences import erased, inserted, joining, parts_made, taken
from cnncalc.interchange.onnx.read.walk import Special, Walk
from cnncalc.interchange.onnx_model.tensors import of_node, of_numbers
from cnncalc.interchange.onnx_model.values import Node, Site, Value

LISTED = (
    "ConcatFromSequence", "SequenceAt", "SequenceErase", "SequenceInsert", "SequenceLength",
)  # fmt: skip
"""Operators that read a list."""


def constant(walk: Walk, node: Node, _depth: int) -> bool:
    """Read a constant; PyTorch writes what it trains as initializers, others may not."""
    walk.give(node, [of_node(node)._replace(is_stored=not walk.is_pytorch)])
    return True


def list_step(walk: Walk, node: Node, _depth: int) -> bool:
    """Read a node that makes or takes apart a list of tensors."""
    site, name = walk.site(node), (*node.outputs, "")[0]
    before = walk.lists.get((*node.inputs, "")[0])
    if site.is_open or (before is None and node.op_type in LISTED):
        return False  # of a list that is not known, nothing is
    made = parts_made(site) if node.op_type == "SplitToSequence" else None
    if node.op_type == "SequenceConstruct":
        walk.lists[name] = [value for value in site.values if value is not None]
    elif made is not None and site.active:
        walk.lists[name] = [walk.drafts.place(site, one) for one in made]
    elif made is not None:
        walk.lists[name] = [site.x._replace(shape=one.shape, told=None) for one in made]
    elif node.op_type == "SequenceEmpty":
        walk.lists[name] = []
    else:
        return before is not None and _list_read(walk, site, before)
    return True


def _list_read(walk: Walk, site: Site, parts: list[Value]) -> bool:
    """Read a node that reads a list."""
    node, name = site.node, (*site.node.outputs, "")[0]
    if node.op_type == "SequenceAt":
        walk.give(node, [taken(site, parts)])
    elif node.op_type == "SequenceLength":
        walk.give(node, [of_numbers(len(parts), "int64")])
    elif node.op_type == "ConcatFromSequence":
        joined = Site(joining(site, parts), tuple(parts), walk.opset)
        walk.give(node, (walk.layers(joined) if joined.active else walk.static(joined)) or ())
    elif node.op_type == "SequenceErase":
        walk.lists[name] = erased(site, parts)
    else:
        walk.lists[name] = inserted(site, parts)
    return True


SPECIAL: Mapping[str, Special] = {
    "Constant": constant,
    "If": choice,
    "Loop": loop,
    "Scan": scan,
    **dict.fromkeys((*LISTED, "SequenceConstruct", "SequenceEmpty", "SplitToSequence"), list_step),
}
"""What is no plain layer, by its operator."""
