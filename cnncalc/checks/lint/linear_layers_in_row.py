"""W606: convolutions or dense layers in a row, with nothing between them that is not linear."""

from collections.abc import Mapping
from math import prod

from cnncalc.checks.lint.rule import Marks, Rule, Subject
from cnncalc.diagnostics import Note
from cnncalc.graph import Layer
from cnncalc.ops.activation import Dropout, Scale
from cnncalc.ops.conv import Conv
from cnncalc.ops.linear import Linear
from cnncalc.ops.norm import BatchNorm
from cnncalc.ops.pool import AdaptiveAveragePool, AveragePool, GlobalAveragePool
from cnncalc.ops.reshape import Crop, Flatten, Pad
from cnncalc.ops.values import show_shape

_LINEAR = (
    BatchNorm, Dropout, Scale, Flatten, Pad, Crop,
    AveragePool, GlobalAveragePool, AdaptiveAveragePool,
)  # fmt: skip
"""What is linear at inference. Upsampling is as well, but a layer on each side has its use."""


def _check(subject: Subject) -> Marks:
    pairs: list[tuple[Layer, Layer]] = []
    starts: dict[str, Layer] = {}
    for layer in subject.of_kind(Conv, Linear):
        first = _before(subject, layer) if _is_whole(layer) else None
        if first is not None:
            starts[layer.name] = starts.get(first.name, first)
            pairs.append((first, layer))
    ends: dict[str, Layer] = {}
    for first, second in reversed(pairs):
        ends[first.name] = ends.get(second.name, second)
    for first, second in pairs:
        if not _is_separable(first, second) and not _is_narrow(first, second, starts, ends):
            reads, gives = show_shape(first.input_shapes[0]), show_shape(second.output_shape)
            message = (
                f"no non-linearity between `{first.name}` and `{second.name}`: "
                f"one linear map from {reads} to {gives}"
            )
            notes = (Note(f"`{first.name}` is here", first.span),)
            hint = f"put `relu` after `{first.label}`"
            yield subject.mark(second, message, hint, notes=notes)


def _before(subject: Subject, layer: Layer) -> Layer | None:
    """The convolution or dense layer that a layer reads by way of linear layers only."""
    name = layer.inputs[0]
    while len(subject.readers[name]) == 1 and name not in subject.outputs:
        found = subject.by_name.get(name)
        if found is not None and isinstance(found.op, Conv | Linear):
            return found if _is_whole(found) else None
        if found is None or not isinstance(found.op, _LINEAR):
            return None
        name = found.inputs[0]
    return None


def _is_whole(layer: Layer) -> bool:
    """Whether it mixes all channels: one that does not is usually next to one that does."""
    return not isinstance(layer.op, Conv) or layer.op.groups == 1


def _is_separable(first: Layer, second: Layer) -> bool:
    """Whether a kernel is split into one along each axis: 1x7, then 7x1."""
    if not (isinstance(first.op, Conv) and isinstance(second.op, Conv)):
        return False
    kernels = first.op.kernel_size, second.op.kernel_size
    is_split = all(min(along) == 1 for along in zip(*kernels, strict=True))
    return is_split and all(max(kernel) > 1 for kernel in kernels)


def _is_narrow(
    first: Layer, second: Layer, starts: Mapping[str, Layer], ends: Mapping[str, Layer]
) -> bool:
    """Whether the tensor between is narrower than both ends of the row: a map of low rank."""
    before, between = starts[second.name].input_shapes[0], second.input_shapes[0]
    after = ends[first.name].output_shape
    if len(before) == len(between):
        return between[0] < before[0] and between[0] < after[0]
    return prod(between) < prod(before) and prod(between) < prod(after)


RULE = Rule(
    "W606",
    finds="""Two convolutions or dense layers have nothing non-linear between them.

All that is between them is linear at inference: nothing, `bn`, `dropout`, `scale`, `flatten`,
`pad`, `crop` or average pooling; max pooling is not. Nothing else reads what flows between them.

Rows that are written on purpose are left alone: depthwise and grouped convolutions; kernels split
into one along each axis (1x7, then 7x1); a tensor between that is narrower than both ends of the
row, as in the linear bottlenecks of MobileNetV2 and in weights split into factors.""",
    because="""Two linear maps are one linear map. The second layer costs parameters, MACs and
time, and the network can express nothing that it could not express without it: most often an
activation was forgotten.""",
    example="""\
  name: Linear layers in a row
  input: 3x32x32
  layers:
    - conv3x3 16 padding=1
+   - relu
    - conv3x3 16 padding=1
    - relu
""",
    network=_check,
)
