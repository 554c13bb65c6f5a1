"""The uses of weights in a graph of ours."""

from math import prod

from cnncalc.engine.weights import declared
from cnncalc.graph import Graph, Layer
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
        if layer.op.name in CONSTANTS or (constants and not reads):
            held[layer.name] = tensors | {k: v for one in constants for k, v in one.items()}
            sources[layer.name] = frozenset()
            continue
        for one in constants:
            tensors |= one
        if not tensors:
            sources[layer.name] = reads
            continue
        uses += _parts(layer, tensors, reads)
        sources[layer.name] = frozenset({len(uses) - 1})
    return uses


def _parts(layer: Layer, tensors: dict[str, Shape], reads: frozenset[int]) -> list[Use]:
    """A layer's uses of weights, in order: one, unless its op is several in other programs."""
    return [Use(layer.name, tensors, prod(layer.output_shape), reads)]
