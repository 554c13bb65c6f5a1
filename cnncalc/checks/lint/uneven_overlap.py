"""W621: transposed windows that cover some outputs more often than others."""

from math import gcd, prod

from cnncalc.checks.lint.rule import Marks, Rule, Subject, kernel_text
from cnncalc.diagnostics import Remedy
from cnncalc.ops.conv import TransposedConv
from cnncalc.ops.values import shortest, show, show_shape
from cnncalc.ops.window import Window


def _check(subject: Subject) -> Marks:
    for layer in subject.of_kind(TransposedConv):
        op = layer.op
        windows = op.windows(layer.input_shapes) if isinstance(op, TransposedConv) else ()
        covers = list(map(_cover, windows, layer.input_shapes[0][1:]))
        least, most = prod(low for low, _ in covers), prod(high for _, high in covers)
        if least == most:
            continue
        strides = show(shortest(tuple(window.stride for window in windows)))
        message = (
            f"each output is made of {least} to {most} taps: "
            f"the {kernel_text(windows)} has a stride of {strides}"
        )
        wanted = show_shape(tuple(-(-one.kernel // one.stride) * one.stride for one in windows))
        hint: Remedy = f"use a kernel of {wanted}"
        if any(window.dilation > 1 for window in windows):
            hint = subject.argument(layer, "dilation", "1")
        yield subject.mark(layer, message, hint, "kernel_size")


def _cover(window: Window, length: int) -> tuple[int, int]:
    """The least and the most taps behind an output along one axis, away from the borders."""
    if length == 1 and window.dilation == 1:
        return 1, 1  # one window alone overlaps nothing
    common = gcd(window.stride, window.dilation)
    stride = window.stride // common  # between the outputs that are reached at all
    least = 0 if common > 1 else window.kernel // stride
    return least, -(-window.kernel // stride)


RULE = Rule(
    "W621",
    finds="""A transposed convolution covers some outputs more often than others.

Its kernel is no multiple of its stride. With a kernel shorter than the stride some outputs are
made of no input at all. Borders are left out.""",
    because="""The uneven sum shows as a chequered pattern in what the network draws, which
training has to fight (Odena, Dumoulin & Olah, Distill 2016, "Deconvolution and Checkerboard
Artifacts").""",
    example="""\
  name: Uneven overlap
  input: 32x16x16
  layers:
-   - upconv3x3 16 stride=2 padding=1 output_padding=1
+   - upconv4x4 16 stride=2 padding=1
    - relu
""",
    severity="information",
    network=_check,
)
