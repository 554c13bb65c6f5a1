"""What is alive at each step, and what training keeps."""

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any

from cnncalc.analysis.costs import Uniform
from cnncalc.analysis.memory import Lifetime, lifetimes
from cnncalc.analysis.summary import Summary
from cnncalc.analysis.training import kept_by_tensor


def memory(summary: Summary, numbers: Mapping[str, int], *, is_inplace: bool) -> dict[str, Any]:
    """The tensors that own memory, with the steps at which they are alive, and the peak.

    Args:
        summary: the network.
        numbers: the number of each layer by its name, of which there may be more.
        is_inplace: whether element-wise layers overwrite their input.
    """
    graph, rows = summary.graph, summary.rows
    layers = [row.layer for row in rows]
    widths = summary.widths
    bits = None if isinstance(widths, Uniform) else widths
    scale = widths.peak_scale * summary.batch
    sizes = [row.cost.output_elements for row in rows]
    tensors = lifetimes(graph, layers, sizes, is_inplace=is_inplace, bits=bits)
    kept = kept_by_tensor(graph, layers)
    steps = [numbers[layer.name] for layer in layers]
    order = [*graph.inputs, *(layer.name for layer in layers)]
    return {
        "value_bytes": widths.size if isinstance(widths, Uniform) else None,
        "held": [scale * held for held in _held(tensors, steps, len(numbers))],
        "tensors": [
            {
                "of": numbers.get(one.name, one.name),
                "bytes": scale * one.elements,
                "from": steps[one.first] if one.first >= 0 else -1,
                "to": steps[one.last] if steps else -1,
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
                "bytes": summary.batch
                * (widths.tensor_bytes(name, kept[name].values) + kept[name].mask_bytes),
            }
            for name in order
            if name in kept
        ],
    }


def _held(tensors: Iterable[Lifetime], steps: list[int], length: int) -> Iterable[int]:
    """The values alive at each step, of all steps that there are."""
    changes = [0] * (length + 1)
    for one in tensors if steps else ():
        changes[steps[one.first] if one.first >= 0 else 0] += one.elements
        changes[steps[one.last] + 1] -= one.elements
    return list(accumulate(changes))[:-1]
