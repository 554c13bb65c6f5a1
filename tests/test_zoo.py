"""Bundled networks against counts of the networks of torchvision and timm, to the last digit."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from bundled import NETWORKS, references

from cnncalc import load, summarize
from cnncalc.ops.values import show_shape
from cnncalc.spec.catalogue import Entry

AUXILIARY = "_aux"
"""What ends the name of a network that is counted with its heads for training."""


class Count(NamedTuple):
    """What PyTorch 2.13 counts in a network of torchvision 0.28 or timm 1.0.31.

    Attributes:
        buffers: values that are kept and not trained, the step counters of norms among them.
        macs: of modules that convolve or are dense, in a run without gradients.
        others: MACs of functions: the two products of attention, convolutions with fixed filters.
    """

    input: str
    parameters: int
    buffers: int
    macs: int
    others: int = 0


COUNTS = {
    name: Count(*row)
    for name, row in json.loads(
        (Path(__file__).parent / "golden" / "zoo.json").read_text("utf-8")
    ).items()
}

MISSING: frozenset[str] = frozenset()
"""Networks that are counted and not bundled."""

BUFFERS = frozenset(
    {
        "coatnet",
        "convit",
        "levit",
        "maxvit",
        "swin",
        "xcit",
        "efficientformer",
        "densenet_d",
        "resnet_aa",
        "tresnet",
    }
)
"""Families whose buffers hold indices of places, or filters that are fixed: no weights of ours."""


@cache
def bundled() -> dict[str, list[Entry]]:
    """The bundled networks by what they are equal to; `_aux` is the same spec with its heads."""
    found: dict[str, list[Entry]] = {}
    for one in NETWORKS:
        for named in references(one):
            for reference in {named, f"{named}{AUXILIARY}"} & COUNTS.keys():
                found.setdefault(reference, []).append(one)
    return found


def cases() -> list[tuple[str, Entry]]:
    return [(reference, one) for reference, found in bundled().items() for one in found]


@pytest.mark.parametrize(
    ("reference", "network"), cases(), ids=lambda one: one.name if isinstance(one, Entry) else ""
)
def test_counts(reference: str, network: Entry) -> None:
    counted = COUNTS[reference]
    has_heads = reference.endswith(AUXILIARY)
    summary = summarize(load(network.name), auxiliary=has_heads)
    totals = summary.totals
    assert [show_shape(shape) for shape in summary.graph.inputs.values()] == [counted.input]
    assert totals.parameters == counted.parameters
    if not has_heads:
        assert totals.macs in {counted.macs, counted.macs + counted.others}
    layers = [row.layer for row in summary.rows]
    counters = sum(layer.op.name == "bn" for layer in layers)
    # timm keeps the filter of a blur, 3x3 for each channel; in a spec it is no tensor
    filters = sum(9 * layer.output_shape[0] for layer in layers if layer.op.name == "blur")
    if network.family not in BUFFERS:
        kept = totals.buffers + filters
        assert counted.buffers in {kept, kept + counters}


def test_every_counted_network_is_bundled_or_known_to_be_missing() -> None:
    assert COUNTS.keys() - bundled().keys() == MISSING
