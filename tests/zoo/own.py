"""The uses of weights in a graph of ours."""

from math import prod

from cnncalc.engine.weights import declared
from cnncalc.graph import Graph, Layer
from cnncalc.ops.attention import Attend
from cnncalc.ops.heads import Projected
from cnncalc.ops.norm import ResponseNorm
from zoo.use import Shape, Use

CONSTANTS = {"learned"}
"""Ops that give their weights as they are: whoever joins them with values uses them."""


def own_uses(graph: Graph) -> list[Use]:
    """Every layer with weights, in execution order."""
    uses: list[Use] = []
    sources: dict[str, frozenset[int]] = {name: frozenset({-1}) for name in graph.inputs}
    held: dict[str, dict[str, Shape]] = {}
    for layer in graph.layers:
        tensors = {f"{layer.name}.{name}": shape for name, shape in declared(layer).items()}
        reads = frozenset[int]().union(*(sources[one] for one in layer.inputs))
        constants = [held[one] for one in layer.inputs if one in held]
        if layer.op.name in CONSTANTS or not reads:
            held[layer.name] = tensors | {k: v for one in constants for k, v in one.items()}
            sources[layer.name] = frozenset()
            continue
        for one in constants:
            tensors |= one
        if not tensors:
            sources[layer.name] = reads
            continue
        given = reads
        for part in _parts(layer, tensors, reads):
            uses.append(part._replace(sources=reads))
            own = frozenset({len(uses) - 1})
            # The values of attention do not pass the weights of its scores.
            passed = sources[layer.inputs[-1]] if isinstance(layer.op, Attend) else reads
            reads = own | (passed if is_score(part) else frozenset())
        around = given if isinstance(layer.op, ResponseNorm) else frozenset()
        sources[layer.name] = reads | around
    return uses


def is_score(use: Use) -> bool:
    """Whether it adds to the scores of attention."""
    return all(name.endswith((".position", ".temperature")) for name in use.tensors)


def _parts(layer: Layer, tensors: dict[str, Shape], reads: frozenset[int]) -> list[Use]:
    """A layer's uses of weights, in order: one, unless its op is several in other programs."""
    if isinstance(layer.op, ResponseNorm):  # a factor, and then a term; what came in is added
        size = prod(layer.output_shape)
        return [Use(layer.name, {name: shape}, size, reads) for name, shape in tensors.items()]
    if isinstance(layer.op, Attend):
        (width, queries), (keyed, keys), _ = layer.input_shapes
        compared = layer.op.heads * queries * keys
        if layer.op.over == "channels":
            compared = width * keyed // layer.op.heads
        scores = {name: (shape[0], prod(shape[1:])) for name, shape in tensors.items()}
        return [Use(layer.name, scores, compared, reads)]
    if not isinstance(layer.op, Projected):
        return [Use(layer.name, tensors, prod(layer.output_shape), reads)]
    positions = prod(layer.output_shape[1:])
    parts: list[dict[str, Shape]] = [{}, {}, {}]
    for name, shape in tensors.items():
        last = name.rpartition(".")[2]
        # A score for each distance, whether these are told by one axis or by two.
        told = (shape[0], prod(shape[1:])) if last == "position" else shape
        parts[PLACES.get(last, 2)][name] = told
    width = next(iter(parts[0].values()))[0]
    compared = layer.op.heads * positions * layer.op.seen(layer.input_shapes)
    sizes = (width * positions, compared, prod(layer.output_shape))
    return [
        Use(layer.name, part, size, reads) for part, size in zip(parts, sizes, strict=True) if part
    ]


PLACES = {"qkv_weight": 0, "qkv_bias": 0, "position": 1}
"""Queries, keys and values are made first, then compared, then put together."""
