"""W605: windows that see nothing but padding."""

from math import prod

from cnncalc.checks.lint.rule import Marks, Rule, Subject
from cnncalc.ops.values import shortest, show
from cnncalc.ops.window import Window


def _check(subject: Subject) -> Marks:
    for windows, size, steps, layers in subject.slides:
        outside = list(map(_count_outside, windows, size, steps))
        if not any(outside):
            continue
        total = prod(steps)
        inside = prod(count - out for count, out in zip(steps, outside, strict=True))
        window = windows[outside.index(max(outside))]
        message = (
            f"{total - inside:,} of {total:,} windows cover padding only: "
            f"the padding is {max(window.before, window.after)}, the window {window.extent}"
        )
        wanted = show(shortest(tuple((one.extent - 1) // 2 for one in windows)))
        for layer in layers:
            hint = subject.argument(layer, "padding", wanted)
            yield subject.mark(layer, message, hint, "padding")


def _count_outside(window: Window, length: int, steps: int) -> int:
    """How many windows along an axis end before the map, or begin behind it."""
    if max(window.before, window.after) < window.extent:
        return 0
    early = (window.before - window.extent) // window.stride + 1
    late = steps - -(-(length + window.before) // window.stride)
    return min(steps, max(0, early) + max(0, late))


RULE = Rule(
    "W605",
    finds="""Some windows of a convolution cover padding only.

The padding on a side is as large as the window, or larger. (Pooling with such a padding is an
error.)""",
    because="""These outputs hold the bias and nothing of the input: a frame of constants around
the map, which all later layers carry along and pay for. It comes from giving a 1x1 convolution the
padding of the 3x3 next to it, or a kernel's size as its padding.""",
    example="""\
  name: Wide padding
  input: 64x28x28
  layers:
-   - conv1x1 32 padding=1
+   - conv1x1 32
    - relu
""",
    network=_check,
)
