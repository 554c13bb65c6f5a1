"""Nodes that exporters write for one layer, put together again.

A pattern is known by its last node. What it takes in must be read by nothing else: a layer that
someone looks into stays as it was written.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from cnncalc.interchange.onnx.read.patterns.activation import (
    gated,
    gelu,
    hard_activation,
    mish,
    sharp_softplus,
)
from cnncalc.interchange.onnx.read.patterns.affine import biased_conv, written_batch_norm
from cnncalc.interchange.onnx.read.patterns.casts import without_casts
from cnncalc.interchange.onnx.read.patterns.lengths import l2_norm, response_norm, rms_norm
from cnncalc.interchange.onnx.read.patterns.neighbours import response_norm as local_norm
from cnncalc.interchange.onnx.read.patterns.net import Match, Net
from cnncalc.interchange.onnx.read.patterns.norm import (
    channel_norm,
    group_norm,
    layer_norm,
    plain_group_norm,
)
from cnncalc.interchange.onnx.read.patterns.reshape import (
    biased,
    blurred,
    group_softmax,
    rearranged,
    strided,
    unpooled,
)
from cnncalc.interchange.onnx.read.patterns.weights import standardized
from cnncalc.interchange.onnx_model.values import Node, Value

Pattern = Callable[[Net, int], "Match | None"]

PATTERNS: Mapping[str, Sequence[Pattern]] = {
    "Mul": (gelu, gated, mish, hard_activation, layer_norm, rms_norm),
    "Div": (hard_activation, sharp_softplus, layer_norm, rms_norm, l2_norm, local_norm),
    "Add": (response_norm, group_norm, layer_norm, written_batch_norm, biased, biased_conv),
    "MaxUnpool": (unpooled,),
    "Conv": (blurred, standardized),
    "Gather": (strided,),
    "Reshape": (rearranged, group_softmax, plain_group_norm),
    "Transpose": (channel_norm,),
}
"""What may end with a node of each kind, the longest pattern first."""


def fuse(
    nodes: Sequence[Node],
    kept: Iterable[str],
    values: Mapping[str, Value],
    within: Mapping[tuple[str, ...], Collection[str]],
) -> Sequence[Node]:
    """The nodes with every pattern of one layer as one node, which holds them as its parts.

    Args:
        nodes: of one graph, in order.
        kept: the names that the graph gives.
        values: what is known by now, by name.
        within: what the graphs within a node read, by its outputs.
    """
    kept = {*kept}
    nodes = without_casts(nodes, kept.union(*within.values()), values)
    net = Net(nodes, kept, values, within)
    placed: dict[int, Node] = {}
    gone: set[int] = set()
    # From the end, so that a longer pattern is met before a shorter one within it.
    for last in range(len(nodes) - 1, -1, -1):
        if last in gone or nodes[last].domain not in {"", "ai.onnx"}:
            continue
        for pattern in PATTERNS.get(nodes[last].op_type, ()):
            match = pattern(net, last)
            if match and not match[1] & gone and net.is_closed(match[1], last):
                parts = tuple(nodes[at] for at in sorted(match[1]))
                placed[last] = match[0]._replace(parts=parts)
                gone |= match[1]
                break
    return [
        placed.get(at, node) for at, node in enumerate(nodes) if at not in gone or at in placed
    ]
