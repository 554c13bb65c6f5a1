"""Nodes that are no plain layer: constants, lists of tensors, choices and loops.

Each function here reads a node for a walk, and says whether it has.
"""

from collections.abc import Mapping, Sequence

from cnncalc.interchange.onnx.read.sequences import erased, inserted, joining, parts_made, taken
from cnncalc.interchange.onnx.read.walk import Special, Walk
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.tensors import initializer, of_node, of_numbers
from cnncalc.interchange.onnx_model.values import Node, Site, Value

LISTED = (
    "ConcatFromSequence", "SequenceAt", "SequenceErase", "SequenceInsert", "SequenceLength",
)  # fmt: skip
"""Operators that read a list."""

MOST_ITERATIONS = 2000
"""Iterations of all loops that are read one by one."""


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


def branch(walk: Walk, node: Node, depth: int) -> bool:
    """Read the branch of a choice that is known."""
    site = walk.site(node)
    told = site.numbers(0)
    if not told:
        return False
    chosen = site.get("then_branch" if told[0] else "else_branch")
    if chosen is None:
        refuse("E702", f"`{site.title}` lacks one of its branches")
    for one in chosen.initializer:
        walk.values[one.name] = initializer(one)
    walk.run(chosen, depth - 1)
    _carry(walk, [one.name for one in chosen.output], node.outputs)
    return True


def loop(walk: Walk, node: Node, depth: int) -> bool:
    """Read the body of a loop as often as it runs, what it carries handed on each time.

    Source: ONNX operator Loop, opset 16.
    """
    if not any(name in walk.lists for name in node.inputs):
        return False
    site = walk.site(node)
    body, times = site.get("body"), site.integers(0)
    count = int(times[0]) if times else 0
    carried = list(site.node.inputs[2:])
    if times is None or count < 1 or len(body.output) != 1 + len(carried) != len(body.input) - 1:
        return False
    for one in body.initializer:
        walk.values[one.name] = initializer(one)
    walk.iterations += count
    if walk.iterations > MOST_ITERATIONS:
        refuse("E703", f"`{site.title}` has loops of over {MOST_ITERATIONS:,} iterations")
    for turn in range(count):
        _carry(walk, carried, [one.name for one in body.input[2:]])
        for inner in body.node:
            for name in inner.output:
                walk.values.pop(name, None)
                walk.lists.pop(name, None)
        walk.values[body.input[0].name] = of_numbers(turn, "int64")
        walk.values[body.input[1].name] = of_numbers(1, "bool")
        walk.run(body, depth - 1)
        carried = [one.name for one in body.output[1:]]
    _carry(walk, carried, node.outputs)
    return True


def _carry(walk: Walk, names: Sequence[str], others: Sequence[str]) -> None:
    """Put values and lists under other names as well."""
    for name, other in zip(names, others, strict=False):
        if name in walk.lists:
            walk.lists[other] = list(walk.lists[name])
        elif name in walk.values:
            walk.values[other] = walk.values[name]
        else:
            refuse("E702", f"nothing gives `{name}`, which a loop carries")


SPECIAL: Mapping[str, Special] = {
    "Constant": constant,
    "If": branch,
    "Loop": loop,
    **dict.fromkeys((*LISTED, "SequenceConstruct", "SequenceEmpty", "SplitToSequence"), list_step),
}
"""What is no plain layer, by its operator."""
