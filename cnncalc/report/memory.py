"""What is alive at each step, and what training keeps."""

from collections.abc import Mapping
from typing import Any

from cnncalc.analysis.conventions import BYTES_PER_VALUE
from cnncalc.analysis.memory import held_during, kept_by_tensor, lifetimes
from cnncalc.analysis.summary import Summary


def memory(
    summary: Summary, numbers: Mapping[str, int], *, is_inplace: bool = True
) -> dict[str, Any]:
    """The tensors that own memory, with the steps at which they are alive, and the peak.

    A layer is told by its number, an input by its name.
    """
    graph, rows = summary.graph, summary.rows
    layers = [row.layer for row in rows]
    size = BYTES_PER_VALUE[summary.dtype]
    scale = size * summary.batch
    sizes = [row.cost.output_elements for row in rows]
    held = held_during(graph, layers, sizes, is_inplace=is_inplace)
    tensors = lifetimes(graph, layers, sizes, is_inplace=is_inplace)
    kept = kept_by_tensor(graph, layers)
    order = [*graph.inputs, *(layer.name for layer in layers)]
    return {
        "value_bytes": size,
        "held": [scale * one for one in held],
        "tensors": [
            {
                "of": numbers.get(one.name, one.name),
                "bytes": scale * one.elements,
                "from": one.first,
                "to": one.last,
            }
            for one in tensors
        ],
        "peak": {
            "layer": numbers.get(summary.peak.layer),
            "bytes": scale * summary.peak.elements,
            "alive": [
                {"of": numbers.get(one.name, one.name), "bytes": scale * one.elements}
                for one in summary.peak.alive
            ],
        },
        "kept": [
            {
                "of": numbers.get(name, name),
                "bytes": summary.batch * (kept[name].values * size + kept[name].mask_bytes),
            }
            for name in order
            if name in kept
        ],
    }
