"""W602: inputs between the windows that nobody reads."""

from collections.abc import Iterator
from math import gcd, prod

from cnncalc.checks.lint.reading import Unread
from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.checks.lint.subject import Subject
from cnncalc.checks.lint.words import kernel_text, per_axis
from cnncalc.diagnostics import Note
from cnncalc.ops.values import show_shape
from cnncalc.ops.window import Window

MOST_NAMED = 3
"""Further readers that are named."""


def _check(subject: Subject) -> Iterator[Mark]:
    for unread in subject.unread:
        if unread.skipped:
            yield _mark(subject, unread)


def _mark(subject: Subject, unread: Unread) -> Mark:
    first, *others = unread.readers
    layer, windows = first.layer, first.windows
    whole = prod(unread.size)
    common = gcd(whole, unread.skipped)
    part = f"{unread.skipped // common:,} of {whole // common:,} inputs are never read"
    strides = per_axis([window.stride for window in windows])
    kernel = kernel_text(tuple(window.kernel for window in windows))
    dilated = ""
    if any(map(_is_dilated, windows)):
        dilated = f", dilated by {per_axis([window.dilation for window in windows])},"
    message = f"{part}: the {kernel}{dilated} moves on by {strides}"
    notes = tuple(
        Note(f"`{other.layer.name}` does not read them either", other.layer.span)
        for other in others[:MOST_NAMED]
    )
    return Mark(subject.place(layer, "stride"), message, layer.name, _remedy(windows), notes)


def _is_dilated(window: Window) -> bool:
    return window.dilation > 1 and window.kernel > 1


def _remedy(windows: tuple[Window, ...]) -> str:
    if any(map(_is_dilated, windows)):
        moves = any(window.stride > 1 for window in windows)
        return "use stride=1" if moves else "use dilation=1"
    kernel = show_shape(tuple(max(window.kernel, window.stride) for window in windows))
    if all(window.kernel == 1 for window in windows):
        return f"give the stride to a layer with a kernel of {kernel} or larger"
    return f"use a kernel of {kernel} or larger"


RULE = Rule(
    code="W602",
    severity="warning",
    about=(
        "Inputs that lie between the windows are read by no reader of the map.\n\n"
        "The windows move on by more than they cover. The taps of dilated kernels are counted "
        "one by one, so that a stride which shares a factor with the dilation is found as "
        "well. A 1x1 shortcut with a stride is no fault where the main path beside it reads "
        "the whole map."
    ),
    why=(
        "Whatever made these inputs was computed for nothing: with a 1x1 kernel and a stride "
        "of 2 that is three quarters of the work before it. ResNet's first 1x1 has this fault "
        "in the paper; implementations have moved the stride to the 3x3 since, which costs 6 % "
        'more MACs and gains accuracy (He et al., CVPR 2019, "Bag of Tricks", ResNet-B).'
    ),
    failing="""\
name: Skipped input
input: 64x56x56
layers:
  - conv1x1 128 stride=2
  - relu
""",
    passing="""\
name: Skipped input
input: 64x56x56
layers:
  - conv3x3 128 stride=2 padding=1
  - relu
""",
    network=_check,
)
