"""Layers of ONNX Runtime whose weights are packed, several to a byte.

They count by the values that they stand for; `analysis.conventions` says so.

Source: onnxruntime, docs/ContribOperators.md, domain com.microsoft, version 1.
"""

from functools import partial
from math import prod

from cnncalc.interchange.families.linear import by_weight
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site, Value
from cnncalc.interchange.terms.holding import held
from cnncalc.interchange.terms.made import CONTRIB, Made, foreign, reads
from cnncalc.ops.values import Shape

packed = partial(reads, table=CONTRIB)
"""Registers the reader of operators with packed weights."""


@packed("MatMulNBits", multiplies=True)
def of_blocks(site: Site) -> Made | None:
    """`linear` by N x K weights of a few bits each, in blocks with a scale and a zero point."""
    return _dense(site, int(site.get("bits", 4)), site.optional(5))


@packed("MatMulBnb4", "MatMulFpQ4", multiplies=True)
def of_four_bits(site: Site) -> Made | None:
    """`linear` by weights of four bits, a scale for every block of them."""
    return _dense(site, 4, None)


def _dense(site: Site, bits: int, bias: Value | None) -> Made | None:
    weight, sizes = site.value(1), site.integers(2) if site.node.op_type == "MatMulFpQ4" else None
    inputs, outputs = sizes if sizes and len(sizes) == 2 else (site.get("K", 0), site.get("N", 0))
    if not weight.is_static:
        return None
    if not 0 < bits <= 8 or inputs < 1 or outputs < 1:
        refuse("E703", f"`{site.title}` has {outputs:,} x {inputs:,} weights of {bits} bits")
    if prod(weight.shape) * 8 < inputs * outputs * bits:
        stored = f"has {prod(weight.shape):,} bytes of them"
        refuse("E703", f"`{site.title}` takes {outputs:,} x {inputs:,} weights and {stored}")
    flat = held(weight)._replace(shape=(inputs, outputs))
    made = by_weight(site, flat, None if bias is None else held(bias))
    return made._replace(packed={weight.name: (outputs, inputs)}) if made else None


@packed("GatherBlockQuantized")
def looked_up(site: Site) -> Made | None:
    """The rows of an embedding that indices name; its values are packed where they are bytes."""
    table, indices = site.x, site.value(1)
    axis, rank = int(site.get("gather_axis", 0)), len(table.shape)
    if not rank or not -rank <= axis < rank:
        refuse("E703", f"`{site.title}` names axis {axis} of {rank}")
    shape = _unpacked(site, table.shape)
    axis %= rank
    rows = (*shape[:axis], *indices.shape, *shape[axis + 1 :])
    holds = (table.name,) if table.is_static else ()
    return foreign(site, rows, holds=holds)._replace(packed={table.name: shape})


_BYTES = 2
"""The number of uint8, in which values of fewer bits lie side by side along the last axis."""


def _unpacked(site: Site, shape: Shape) -> Shape:
    bits = int(site.get("bits", 4))
    if site.x.dtype != _BYTES or bits not in {1, 2, 4}:
        return shape
    return (*shape[:-1], shape[-1] * (8 // bits))
