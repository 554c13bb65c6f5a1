"""What stands in the boxes and nodes of a diagram, and which colour they have."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import digits

from cnncalc.analysis.costs import Cost
from cnncalc.graph import Layer
from cnncalc.interchange.scopes import Leaf
from cnncalc.ops.values import show_shape
from cnncalc.records import Record
from cnncalc.render.diagram import Box, Diagram, Node
from cnncalc.render.text import printable, scaled

LEFT_OUT = ("bias=", "eps=", "affine=", "ceil_mode=", "count_include_pad=")
"""Attributes that diagrams leave out."""

WIDEST = 64
"""The most letters of a line: a name or an op that is longer is cut."""

WIDE = 52
"""Letters after which the ops of a node go on in the next line."""

_KINDS = {
    "conv": "conv dwconv upconv",
    "linear": "linear",
    "pool": "maxpool avgpool globalavgpool globalmaxpool adaptive_avgpool adaptive_maxpool",
    "merge": "add sub mul div max mean concat",
    "attention": "attention window_attention attend matmul",
}
KINDS = {op: name for name, ops in _KINDS.items() for op in ops.split()}
"""The kind of an op, and so its colour; all others are plain."""


class NodeText(Record):
    """What stands in a node; what there is none of is empty.

    Attributes:
        name: its label, where its first op does not say the same.
        ops: its layers in the notation of the spec, on as many lines as they take.
        shape: that of its output.
        costs: its parameters and MACs.
    """

    name: str
    ops: Sequence[str]
    shape: str
    costs: str


class BoxText(Record):
    """The heading of a box: its name, and its costs one by one, without what there is none of."""

    name: str
    costs: Sequence[str]


def node_text(node: Node, costs: Mapping[str, Cost]) -> NodeText:
    """The text of a node: its name, its layers, its shape, its costs."""
    times = f" x {node.times}" if node.times > 1 else ""
    shapes = [show_shape(_given(copy).output_shape) for copy in node.copies]
    counts = [counts_text(costs[leaf.layer.name] for leaf in copy.leaves) for copy in node.copies]
    each = "each " if times and counts[0] else ""
    if node.group:
        block, ops = _called(node, node.group.block)
        return NodeText(block, [f"{ops}{times}"], _span(shapes), each + _span(counts))
    briefs = [brief(leaf) for leaf in node.leaves]
    is_said = briefs[0].split()[0].rstrip(f"{digits}x") == node.label.rstrip(digits)
    name = "" if is_said else shortened(node.label)
    return NodeText(name, list(_lines(briefs, times)), _span(shapes), each + _span(counts))


def _called(one: Node | Box, block: str | None) -> tuple[str, str]:
    """The block that a group is of, where its name does not say that, and its name."""
    label = shortened(one.label)
    if one.times > 1:
        number = one.copies[-1].label.removeprefix(one.label.rstrip(digits))
        label = f"{label} … {shortened(number)}"
    is_named = block and one.label.rstrip(digits) != block
    return shortened(block) if block and is_named else "", label


def box_text(box: Box, costs: Mapping[str, Cost]) -> BoxText:
    """The heading of a box: its name, its number of copies, the sum of its costs."""
    block, name = _called(box, box.block)
    times = f" x {box.times}" if box.times > 1 else ""
    held = (
        costs[leaf.layer.name]
        for copy in box.copies
        for node in copy.nodes()
        for one in (node.copies if copy is not box or box.times == 1 else [node])
        for leaf in one.leaves
    )
    of = f" ({block})" if block else ""
    return BoxText(f"{name}{of}{times}", list(_counts(held)))


def node_lines(node: Node, costs: Mapping[str, Cost]) -> list[str]:
    """The text of a node, line by line."""
    one = node_text(node, costs)
    return list(filter(None, [one.name, *one.ops, one.shape, one.costs]))


def box_lines(box: Box, costs: Mapping[str, Cost]) -> list[str]:
    """The heading of a box, line by line."""
    one = box_text(box, costs)
    return list(filter(None, [one.name, ", ".join(one.costs)]))


def total_text(drawn: Diagram) -> str:
    """The costs of all that is drawn."""
    return counts_text(drawn.costs.values())


def shortened(text: str) -> str:
    """A text that may be a stranger's, printable and on one line of bounded length."""
    shown = printable(text)
    return shown if len(shown) <= WIDEST else f"{shown[: WIDEST - 1].rstrip()}…"


def brief(leaf: Leaf) -> str:
    """A layer in the notation of the spec, without the attributes that diagrams leave out."""
    words = leaf.layer.op.notation().split(" ")
    return " ".join(word for word in words if not word.startswith(LEFT_OUT))


def _given(node: Node) -> Layer:
    """The layer whose output a node gives."""
    return next(leaf.layer for leaf in node.leaves[::-1] if leaf.layer.name == node.tensor)


def kind(node: Node) -> str:
    """The colour of a node: that of its first layer; a closed group has none."""
    if node.group:
        return "plain"
    return KINDS.get(node.leaves[0].layer.op.name, "plain")


def _lines(ops: Sequence[str], times: str) -> Iterator[str]:
    """The ops of a node in lines that are not too long, and how often they stand there."""
    line = ""
    for op in map(shortened, ops):
        if line and len(f"{line} · {op}") > WIDE:
            yield f"{line} ·"
            line = op
        else:
            line = f"{line} · {op}" if line else op
    yield f"{line}{times}"


def counts_text(costs: Iterable[Cost]) -> str:
    """The parameters and MACs of some layers, without what there is none of."""
    return ", ".join(_counts(costs))


def _counts(costs: Iterable[Cost]) -> Iterator[str]:
    held = list(costs)
    counts = {
        "parameters": sum(one.parameters for one in held),
        "MACs": sum(one.macs for one in held),
    }
    return (f"{scaled(count)} {unit}" for unit, count in counts.items() if count)


def _span(texts: Sequence[str]) -> str:
    """The text of all copies if it is the same, or of the first and the last."""
    return texts[0] if len(set(texts)) == 1 else f"{texts[0]} … {texts[-1]}"
