"""How much memory a network takes while it runs: what is alive at once."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING

from cnncalc.graph import Graph, Layer
from cnncalc.records import Record

if TYPE_CHECKING:
    from cnncalc.analysis.widths import Bits


class Alive(Record):
    """A tensor that is held at some moment, and its number of values for one example.

    Where tensors have bits of their own, these are its bytes.
    """

    name: str
    elements: int


class Peak(Record):
    """The moment at which most values are held for one example.

    Attributes:
        elements: how many; bytes where tensors have bits of their own.
        layer: the layer that is being computed.
        alive: the tensors held then, in the order in which they were made.
    """

    elements: int
    layer: str
    alive: tuple[Alive, ...]


def tensor_memory(
    graph: Graph,
    layers: Sequence[Layer],
    *,
    is_inplace: bool = True,
    bits: "Bits | None" = None,
) -> dict[str, str]:
    """For each tensor the one whose memory it has at inference: itself, or what it overwrites.

    Flatten and dropout hand on their input. An element-wise layer with one input that nobody else
    reads works in place, unless it gives values of other bits; an input of the network and what
    it gives out are never overwritten.
    """
    readers = graph.readers(layers)
    owners = {name: name for name in graph.inputs}
    # Tensors that someone else may still want.
    shared = {*graph.inputs, *graph.outputs.values(), *graph.auxiliary_outputs.values()}
    for layer in layers:
        owners[layer.name] = layer.name
        if not layer.inputs:
            if layer.op.is_view:
                shared.add(layer.name)  # what is learned is never overwritten
            continue
        source = layer.inputs[0]
        is_alone = len(readers[source]) == 1 and source not in shared
        is_overwritten = is_inplace and layer.op.is_elementwise and is_alone
        if is_overwritten and bits is not None:
            is_overwritten = bits.width(source) == bits.width(layer.name)
        if layer.op.is_view or is_overwritten:
            owners[layer.name] = owners[source]
            if not is_alone:
                shared.add(layer.name)
    return owners


def peak(
    graph: Graph,
    layers: Sequence[Layer],
    sizes: Sequence[int],
    *,
    is_inplace: bool = True,
    bits: "Bits | None" = None,
) -> Peak:
    """The largest sum of values alive at once, for one example; with `bits` of bytes.

    The layers run in their order, and `sizes` are the numbers of values that they give. A tensor
    lives from the layer that makes it until its last reader is done; what the network gives out
    lives to the end.
    """
    sizes = _measured(layers, sizes, bits)
    tensors = inputs = _input_sizes(graph, bits)
    most, where = sum(tensors.values()), ""
    owners = tensor_memory(graph, layers, is_inplace=is_inplace, bits=bits)
    last = _last_uses(graph, layers, owners)
    moments = _moments(layers, sizes, (owners, last, inputs))
    for layer, (held, _) in zip(layers, moments, strict=True):
        if held > most:
            most, where = held, layer.name
    # Only now it is known which moment to copy: each may be the largest so far.
    moments = _moments(layers, sizes, (owners, last, inputs))
    for layer, (_, alive) in zip(layers, moments, strict=True):
        if layer.name == where:
            tensors = dict(alive)
            break
    return Peak(most, where, tuple(Alive(name, size) for name, size in tensors.items()))


def held_during(
    graph: Graph,
    layers: Sequence[Layer],
    sizes: Sequence[int],
    *,
    is_inplace: bool = True,
    bits: "Bits | None" = None,
) -> list[int]:
    """The values alive, for one example, while each of the layers runs; with `bits` bytes."""
    sizes = _measured(layers, sizes, bits)
    owners = tensor_memory(graph, layers, is_inplace=is_inplace, bits=bits)
    last = _last_uses(graph, layers, owners)
    moments = _moments(layers, sizes, (owners, last, _input_sizes(graph, bits)))
    return [held for held, _ in moments]


class Lifetime(Record):
    """A tensor that owns memory, and the steps at which it is alive.

    Attributes:
        name: the layer or input that gave it.
        elements: its values for one example; bytes where tensors have bits of their own.
        first: the place of the layer that makes it; -1 for an input.
        last: the place of the last layer while which it is held.
    """

    name: str
    elements: int
    first: int
    last: int


def lifetimes(
    graph: Graph,
    layers: Sequence[Layer],
    sizes: Sequence[int],
    *,
    is_inplace: bool = True,
    bits: "Bits | None" = None,
) -> list[Lifetime]:
    """Every tensor that owns memory, in the order in which they are made."""
    sizes = _measured(layers, sizes, bits)
    owners = tensor_memory(graph, layers, is_inplace=is_inplace, bits=bits)
    last = _last_uses(graph, layers, owners)
    end = len(layers) - 1
    learned = _learned(layers)
    made = {name: (size, -1) for name, size in _input_sizes(graph, bits).items()}
    for place, (layer, size) in enumerate(zip(layers, sizes, strict=True)):
        owner = owners[layer.name]
        if owner not in made and owner not in learned:
            made[owner] = size, place
    # What nobody reads is never freed.
    ends = {name: end if last[name] < 0 else min(last[name], end) for name in made}
    return [Lifetime(name, size, first, ends[name]) for name, (size, first) in made.items()]


def _input_sizes(graph: Graph, bits: "Bits | None") -> dict[str, int]:
    """The values of each input, or their bytes."""
    values = {name: prod(shape) for name, shape in graph.inputs.items()}
    if bits is None:
        return values
    return {name: bits.tensor_bytes(name, size) for name, size in values.items()}


def _measured(layers: Sequence[Layer], sizes: Sequence[int], bits: "Bits | None") -> Sequence[int]:
    """The values of each layer's output, or their bytes."""
    if bits is None:
        return sizes
    both = zip(layers, sizes, strict=True)
    return [bits.tensor_bytes(layer.name, size) for layer, size in both]


def _learned(layers: Sequence[Layer]) -> set[str]:
    """The layers that give what is among the weights."""
    return {layer.name for layer in layers if not layer.inputs and layer.op.is_view}


def _moments(
    layers: Sequence[Layer],
    sizes: Sequence[int],
    held_by: tuple[Mapping[str, str], Mapping[str, int], Mapping[str, int]],
) -> Iterator[tuple[int, Mapping[str, int]]]:
    """For each layer how many values are alive while it runs, and the tensors that hold them.

    `held_by` is whose memory each tensor has, where each is read last, and the sizes of inputs.
    """
    owners, last, inputs = held_by
    learned = _learned(layers)
    alive = dict(inputs)
    held = sum(alive.values())
    for place, (layer, size) in enumerate(zip(layers, sizes, strict=True)):
        owner = owners[layer.name]
        if owner not in alive and owner not in learned:
            alive[owner] = size
            held += size
        yield held, alive
        for name in (layer.name, *layer.inputs):
            owner = owners[name]
            if last[owner] == place and owner in alive:
                held -= alive.pop(owner)


def _last_uses(graph: Graph, layers: Sequence[Layer], owners: Mapping[str, str]) -> dict[str, int]:
    """For each tensor the place in the order of its last reader, or of its making."""
    last = dict.fromkeys(graph.inputs, -1)
    for place, layer in enumerate(layers):
        last[owners[layer.name]] = place
        for name in layer.inputs:
            last[owners[name]] = place
    for name in (*graph.outputs.values(), *graph.auxiliary_outputs.values()):
        if name in owners:
            last[owners[name]] = len(layers)  # given out, and so never freed
    return last


def largest_batch(limit: int, fixed: int, example: int) -> int:
    """The most examples whose bytes, on top of the fixed ones, stay within a limit."""
    return max(0, (limit - fixed) // example) if example else 0
