"""What of a network takes time: multiplications by kind, values moved by kind, and layers started.

Peaks of a data sheet say little of it: most layers wait for memory, and each kind in its own way.
So values are counted for the layers that write and read them, apart for each kind.
"""

from collections.abc import Iterable, Iterator, Mapping
from math import prod

from cnncalc.graph import Graph, Layer
from cnncalc.ops.base import Op
from cnncalc.records import Record


class Feature(Record):
    """Something that takes time.

    Attributes:
        text: what is counted, for one example or for one step.
        is_per_step: whether there is as much of it in a step whatever the batch is.
    """

    text: str
    is_per_step: bool = False


FEATURES: Mapping[str, Feature] = {
    "dense_macs": Feature("MACs of convolutions wider than 1x1 with one group"),
    "pointwise_macs": Feature("MACs of 1x1 convolutions"),
    "grouped_macs": Feature("MACs of convolutions in groups"),
    "depthwise_macs": Feature("MACs of depthwise convolutions of at most 25 taps"),
    "large_depthwise_macs": Feature("MACs of depthwise convolutions of more than 25 taps"),
    "linear_macs": Feature("MACs of dense layers, of attention's too, and of 1x1 maps"),
    "attention_macs": Feature("MACs of activations with activations"),
    "dense_written": Feature("values that dense convolutions write"),
    "dense_read": Feature("values that dense convolutions read"),
    "pointwise_written": Feature("values that 1x1 convolutions write"),
    "pointwise_read": Feature("values that 1x1 convolutions read"),
    "grouped_written": Feature("values that convolutions in groups write"),
    "grouped_read": Feature("values that convolutions in groups read"),
    "depthwise_written": Feature("values that depthwise convolutions write"),
    "depthwise_read": Feature("values that depthwise convolutions read"),
    "linear_written": Feature("values that dense layers of tokens write"),
    "linear_read": Feature("values that dense layers of tokens read"),
    "attention_written": Feature("values that attention writes"),
    "attention_read": Feature("values that attention reads, with its scores"),
    "window_written": Feature("values that attention in windows writes"),
    "window_read": Feature("values that attention in windows reads, with its scores"),
    "batch_norm_values": Feature("values of batch normalisations"),
    "token_norm_values": Feature("values of normalisations of tokens"),
    "map_norm_values": Feature("values of other normalisations of maps"),
    "relu_values": Feature("values of ReLU and what is as simple"),
    "activation_values": Feature("values of other functions of single values"),
    "merge_written": Feature("values that additions, products and the like write"),
    "merge_read": Feature("values that additions, products and the like read"),
    "moved_values": Feature("values that are only moved: concatenated, padded, transposed"),
    "pooled_values": Feature("values that pools and resizing read and write"),
    "kernels": Feature("layers that multiply", is_per_step=True),
    "layers": Feature("layers that do anything", is_per_step=True),
    "weights": Feature("weights, biases included", is_per_step=True),
}
"""Every feature of a full fit, by its name in device files."""

WHOLE: Mapping[str, Feature] = {
    "macs": Feature("MACs of all kinds"),
    "activations": Feature("values that layers with MACs write"),
    "values": Feature("values that all other layers write"),
}
"""Sums of these, for fits to few timings."""

KNOWN = {**WHOLE, **FEATURES}
"""Every name that a device file may have."""

Amounts = dict[str, int]
"""How much there is of each feature, for one example; what there is none of is left out."""

MATTERS = 1000
"""One part in so many of a network is enough to matter."""

_LARGEST_KERNEL = 25
"""Taps of a depthwise convolution beyond which most libraries have no fast path."""

_MERGES = frozenset({"add", "mul", "sub", "div", "max", "mean"})
_MOVES = frozenset(
    {"concat", "pad", "crop", "transpose", "permute", "channel_shuffle", "pixel_shuffle"}
    | {"pixel_unshuffle", "patches", "from_patches"}
)
_SIMPLE = frozenset({"relu", "relu6", "leaky_relu"})
_FAMILIES = {
    "conv": "conv", "upconv": "conv", "dwconv": "depthwise", "linear": "linear",
    "attention": "attention", "attend": "attention", "matmul": "attention",
    "window_attention": "window",
}  # fmt: skip


def amounts(graph: Graph) -> Amounts:
    """How much a network has of each feature; heads for training only are left out.

    Example:
        >>> from cnncalc import parse
        >>> found = amounts(parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, relu]}"))
        >>> found["dense_macs"], found["dense_written"], found["relu_values"], found["layers"]
        (3888, 144, 144, 2)
    """
    return total(each for _, each in by_layer(graph))


def by_layer(graph: Graph) -> Iterator[tuple[Layer, Amounts]]:
    """Each layer with what it has; equal layers share the result, which none may change."""
    known: dict[tuple[int, object], Amounts] = {}
    for layer in graph.layers:
        if layer.own_parameters is not None or layer.shares is not None:
            yield layer, amounts_of(layer)
            continue
        key = (id(layer.op), layer.input_shapes)
        found = known.get(key)
        if found is None:
            found = known[key] = amounts_of(layer)
        yield layer, found


def total(several: Iterable[Amounts]) -> Amounts:
    """The sum of what several layers have."""
    added: Amounts = {}
    for each in several:
        for name, count in each.items():
            added[name] = added.get(name, 0) + count
    return added


def kinds(graph: Graph) -> dict[str, int]:
    """The kinds of layers that matter to a network, and how many layers are of each.

    A kind matters where its layers have a thousandth of all MACs, or of all values written: so
    the gates of a network tell nothing of networks that are made of such layers.
    """
    layers: dict[str, int] = {}
    shares: dict[str, list[int]] = {}
    for layer, found in by_layer(graph):
        name = kind(layer)
        if name is not None:
            layers[name] = layers.get(name, 0) + 1
            share = shares.setdefault(name, [0, 0])
            share[0] += found.get("macs", 0)
            share[1] += found.get("activations", 0) + found.get("values", 0)
    whole = [sum(one[place] for one in shares.values()) for place in (0, 1)]
    return {
        name: count
        for name, count in layers.items()
        if any(
            MATTERS * part >= all_of > 0 for part, all_of in zip(shares[name], whole, strict=True)
        )
    }


def kind(layer: Layer) -> str | None:
    """What a fit must have seen to say anything of a layer: `conv@2`; None where nothing runs.

    It is the op with the number of axes of its first input beside the channels. Functions of
    single values are one kind, `activation`, and so are sums, products and the like, `merge`:
    they wait for memory, whatever they compute.
    """
    op = layer.op
    if op.is_view:
        return None
    axes = len(layer.input_shapes[0]) - 1 if layer.input_shapes else len(layer.output_shape) - 1
    name = "merge" if op.name in _MERGES else op.name
    if op.is_nonlinearity and op.is_elementwise and op.name not in _SIMPLE:
        name = "activation"
    return f"{name}@{max(axes, 0)}"


def amounts_of(layer: Layer) -> Amounts:
    """What one layer has of each feature, for one example."""
    found: Amounts = {"weights": sum(map(prod, layer.parameters.values()))}
    if not layer.op.is_view:
        found["layers"] = 1
        if layer.is_shaped:
            _add_work(layer, found)
    return {name: count for name, count in found.items() if count}


def _add_work(layer: Layer, found: Amounts) -> None:
    op, inputs, output = layer.op, layer.input_shapes, layer.output_shape
    written, read = prod(output), sum(map(prod, inputs))
    macs, products = op.macs(inputs, output), op.product_macs(inputs, output)
    found["macs"] = macs + products
    group = _FAMILIES.get(op.name)
    if group is None and macs + products:
        group = "linear"  # an operator of a model that is no op of specs
    if group is None:
        found["values"] = written
        _add_values(layer, found, written, read)
        return
    found["kernels"] = 1
    found["activations"] = written
    if group == "conv":
        group = _convolution(op, layer)
    if group in {"attention", "window"}:
        inside = op.kept_within(inputs)
        found |= {"linear_macs": macs, "attention_macs": products}
        found |= {"activations": written + inside}
        found |= {f"{group}_written": written, f"{group}_read": read + inside}
        return
    large = group == "depthwise" and prod(_kernel(op)) > _LARGEST_KERNEL
    found[f"{'large_' if large else ''}{group}_macs"] = macs
    if len(output) > 1 and prod(output[1:]) > 1:
        found |= {f"{group}_written": written, f"{group}_read": read}


def _convolution(op: Op, layer: Layer) -> str:
    """The kind of a convolution; on a map of one place it is a dense layer."""
    channels, *places = layer.input_shapes[0]
    groups = int(getattr(op, "groups", 1))
    if prod(places) == 1:
        return "linear"
    if groups > 1:
        return "depthwise" if groups == channels else "grouped"
    return "pointwise" if prod(_kernel(op)) == 1 else "dense"


def _kernel(op: Op) -> tuple[int, ...]:
    """The taps along each axis."""
    sizes: tuple[int, ...] = getattr(op, "kernel_size", (1,))
    return sizes


def _add_values(layer: Layer, found: Amounts, written: int, read: int) -> None:
    """Count a layer that multiplies nothing: what it moves."""
    op = layer.op
    home = type(op).__module__.rpartition(".")[2]
    if op.name == "bn":
        found["batch_norm_values"] = written
    elif home == "norm":
        is_tokens = op.name in {"layer_norm", "rms_norm"} and len(layer.output_shape) == 2
        found["token_norm_values" if is_tokens else "map_norm_values"] = written + read
    elif op.name in _MERGES:
        found |= {"merge_written": written, "merge_read": read}
    elif op.name in _MOVES:
        found["moved_values"] = written + read
    elif home == "pool" or op.name == "upsample":
        found["pooled_values"] = written + read
    elif op.name in _SIMPLE:
        found["relu_values"] = written
    elif op.name != "slice":  # a part is looked at where it lies
        found["activation_values"] = written
