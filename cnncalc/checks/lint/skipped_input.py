"""W602: inputs between the windows that nobody reads."""

from math import gcd, prod

from cnncalc.checks.lint.reading import Unread
from cnncalc.checks.lint.rule import Mark, Marks, Rule, Subject, kernel_text
from cnncalc.diagnostics import Note, Remedy
from cnncalc.graph import Layer
from cnncalc.ops.values import shortest, show, show_shape
from cnncalc.ops.window import Window


def _check(subject: Subject) -> Marks:
    return (_mark(subject, unread) for unread in subject.unread if unread.skipped)


def _mark(subject: Subject, unread: Unread) -> Mark:
    first, *others = unread.readers
    layer, windows = first.layer, first.windows
    whole = prod(unread.size)
    common = gcd(whole, unread.skipped)
    part = f"{unread.skipped // common:,} of {whole // common:,} inputs are never read"
    strides = show(shortest(tuple(window.stride for window in windows)))
    dilated = ""
    if any(map(_is_dilated, windows)):
        dilation = show(shortest(tuple(window.dilation for window in windows)))
        dilated = f", dilated by {dilation},"
    message = f"{part}: the {kernel_text(windows)}{dilated} has a stride of {strides}"
    notes = tuple(
        Note(f"`{other.layer.name}` does not read them either", other.layer.span)
        for other in others[:3]
    )
    return subject.mark(layer, message, _remedy(subject, layer, windows), "stride", notes=notes)


def _is_dilated(window: Window) -> bool:
    return window.dilation > 1 and window.kernel > 1


def _remedy(subject: Subject, layer: Layer, windows: tuple[Window, ...]) -> Remedy:
    if any(map(_is_dilated, windows)):
        moves = any(window.stride > 1 for window in windows)
        attribute = "stride" if moves else "dilation"
        return subject.argument(layer, attribute, "1", f"use {attribute}=1")
    kernel = show_shape(tuple(max(window.kernel, window.stride) for window in windows))
    if all(window.kernel == 1 for window in windows):
        return f"give the stride to a layer with a kernel of {kernel} or larger"
    return f"use a kernel of {kernel} or larger"


RULE = Rule(
    "W602",
    finds="""Inputs that lie between the windows are read by no reader of the map.

The windows move on by more than they cover. The taps of dilated kernels are counted one by one, so
that a stride which shares a factor with the dilation is found as well. A 1x1 shortcut with a
stride is no fault where the main path next to it reads the whole map.""",
    because="""Whatever made these inputs was computed for nothing: with a 1x1 kernel and a stride
of 2 that is three quarters of the work before it. ResNet's first 1x1 has this fault in the paper;
implementations have moved the stride to the 3x3 since, which costs 6 % more MACs and gains
accuracy (He et al., CVPR 2019, "Bag of Tricks", ResNet-B).""",
    example="""\
  name: Skipped input
  input: 64x56x56
  layers:
-   - conv1x1 128 stride=2
+   - conv3x3 128 stride=2 padding=1
    - relu
""",
    network=_check,
)
