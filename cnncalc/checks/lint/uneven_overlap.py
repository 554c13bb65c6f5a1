"""W621: transposed windows that cover some outputs more often than others."""

from collections.abc import Iterator
from math import gcd, prod

from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.checks.lint.subject import Subject
from cnncalc.checks.lint.words import kernel_text, per_axis
from cnncalc.diagnostics import Remedy
from cnncalc.ops.conv import TransposedConv
from cnncalc.ops.values import show_shape
from cnncalc.ops.window import Window


def _check(subject: Subject) -> Iterator[Mark]:
    for layer in subject.of_kind(TransposedConv):
        op = layer.op
        if not isinstance(op, TransposedConv):
            continue
        windows = op.windows(layer.input_shapes)
        covers = list(map(_cover, windows, layer.input_shapes[0][1:]))
        least, most = prod(low for low, _ in covers), prod(high for _, high in covers)
        if least == most:
            continue
        strides = per_axis(op.stride)
        message = (
            f"each output is made of {least} to {most} taps: "
            f"the {kernel_text(op.kernel_size)} moves on by {strides}"
        )
        wanted = show_shape(tuple(-(-one.kernel // one.stride) * one.stride for one in windows))
        is_dilated = any(window.dilation > 1 for window in windows)
        hint: Remedy = f"use a kernel of {wanted}"
        if is_dilated:
            hint = subject.argument(layer, "dilation", "1")
        yield Mark(subject.place(layer, "kernel_size"), message, layer.name, hint)


def _cover(window: Window, length: int) -> tuple[int, int]:
    """The least and the most taps behind an output along one axis, away from the borders."""
    if length == 1 and window.dilation == 1:
        return 1, 1  # one window alone overlaps nothing
    common = gcd(window.stride, window.dilation)
    stride = window.stride // common  # between the outputs that are reached at all
    least = 0 if common > 1 else window.kernel // stride
    return least, -(-window.kernel // stride)


RULE = Rule(
    code="W621",
    severity="information",
    about=(
        "A transposed convolution covers some outputs more often than others.\n\n"
        "Its kernel is no multiple of its stride. With a kernel shorter than the stride some "
        "outputs are made of no input at all. Borders are left out."
    ),
    why=(
        "The uneven sum shows as a chequered pattern in what the network draws, which training "
        'has to fight (Odena, Dumoulin & Olah, Distill 2016, "Deconvolution and Checkerboard '
        'Artifacts").'
    ),
    failing="""\
name: Uneven overlap
input: 32x16x16
layers:
  - upconv3x3 16 stride=2 padding=1 output_padding=1
  - relu
""",
    passing="""\
name: Uneven overlap
input: 32x16x16
layers:
  - upconv4x4 16 stride=2 padding=1
  - relu
""",
    network=_check,
)
