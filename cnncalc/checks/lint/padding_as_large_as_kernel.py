"""W605: windows that see nothing but padding."""

from collections.abc import Iterator
from math import prod

from cnncalc.checks.lint.reading import Slide
from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.checks.lint.subject import Subject
from cnncalc.checks.lint.words import per_axis
from cnncalc.ops.window import Window


def _check(subject: Subject) -> Iterator[Mark]:
    for slide in subject.slides:
        for window in slide.windows:
            if max(window.before, window.after) >= window.extent:
                yield from _marks(subject, slide)
                break


def _marks(subject: Subject, slide: Slide) -> Iterator[Mark]:
    axes = zip(slide.windows, slide.size, slide.steps, strict=True)
    outside = [_count_outside(window, length, steps) for window, length, steps in axes]
    if not any(outside):
        return  # the stride steps over the padding
    total = prod(slide.steps)
    inside = prod(steps - out for steps, out in zip(slide.steps, outside, strict=True))
    window = slide.windows[outside.index(max(outside))]
    padding = max(window.before, window.after)
    message = (
        f"{total - inside:,} of {total:,} windows lie on padding alone: "
        f"the padding is {padding}, the window {window.extent}"
    )
    wanted = per_axis([(one.extent - 1) // 2 for one in slide.windows])
    for layer in slide.layers:
        hint = subject.argument(layer, "padding", wanted)
        yield Mark(subject.place(layer, "padding"), message, layer.name, hint)


def _count_outside(window: Window, length: int, steps: int) -> int:
    """How many windows along an axis end before the map, or begin behind it."""
    _, stride, _, before, _ = window
    early = (before - window.extent) // stride + 1
    late = steps - -(-(length + before) // stride)
    return min(steps, max(0, early) + max(0, late))


RULE = Rule(
    code="W605",
    severity="warning",
    about=(
        "Some windows of a convolution lie on padding alone.\n\n"
        "The padding on a side is as large as the window, or larger. (Pooling with such a "
        "padding is an error.)"
    ),
    why=(
        "These outputs hold the bias and nothing of the input: a frame of constants around the "
        "map, which all later layers carry along and pay for. It comes from giving a 1x1 "
        "convolution the padding of the 3x3 beside it, or a kernel's size as its padding."
    ),
    failing="""\
name: Wide padding
input: 64x28x28
layers:
  - conv1x1 32 padding=1
  - relu
""",
    passing="""\
name: Wide padding
input: 64x28x28
layers:
  - conv1x1 32
  - relu
""",
    network=_check,
)
