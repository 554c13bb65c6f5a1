"""W620: kernel taps that meet nothing but padding, at every position of the kernel."""

from math import prod

from cnncalc.checks.lint.reading import Slide
from cnncalc.checks.lint.rule import Marks, Rule, Subject, kernel_text
from cnncalc.ops.pool import Pool
from cnncalc.ops.values import show_shape
from cnncalc.ops.window import Window


def _check(subject: Subject) -> Marks:
    for slide in subject.slides:
        if any(map(_may_miss, slide.windows, slide.size)):
            yield from _marks(subject, slide)


def _may_miss(window: Window, length: int) -> bool:
    """Whether a tap can miss the map at all; a quick test."""
    is_padded = window.before > 0 or window.after > 0
    return is_padded and (window.stride > 1 or window.extent > length)


def _marks(subject: Subject, slide: Slide) -> Marks:
    layer = slide.layers[0]
    kernel = [window.kernel for window in slide.windows]
    if isinstance(layer.op, Pool) or max(kernel) > 100:
        return  # so many taps are not looked at one by one
    used = list(map(_used, slide.windows, slide.size, slide.steps))
    left = tuple(map(len, used))
    idle = prod(kernel) - prod(left)
    if not idle:
        return
    weights = prod(layer.op.parameters(layer.input_shapes)["weight"])
    message = (
        f"{idle:,} of the {prod(kernel):,} taps of the {kernel_text(slide.windows)} meet padding "
        f"only: {weights // prod(kernel) * idle:,} of {weights:,} weights have no effect"
    )
    is_kernel = all(taps and taps[-1] - taps[0] < len(taps) for taps in used)
    hint = f"use a kernel of {show_shape(left)}" if is_kernel else None
    is_dilated = any(window.dilation > 1 for window in slide.windows)
    for one in slide.layers:
        yield subject.mark(one, message, hint, "dilation" if is_dilated else "kernel_size")


def _used(window: Window, length: int, steps: int) -> list[int]:
    """The taps that meet the map in some step."""
    used = []
    for tap in range(window.kernel):
        ahead = window.before - window.dilation * tap  # in step 0, of the map's first position
        first = max(0, -(-ahead // window.stride))
        last = min(steps - 1, (length - 1 + ahead) // window.stride)
        if first <= last:
            used.append(tap)
    return used


RULE = Rule(
    "W620",
    finds="""Taps of a kernel meet only padding, at every position of the kernel.

The map is smaller than the kernel reaches: a 3x3 on a map of one position is a 1x1, and so is one
that is dilated by as much as the map is long.""",
    because="""The weights of these taps are multiplied by zero only. They are never trained, and
cost parameters, MACs and time. It happens to networks made for a larger input, and to the wide
rates of atrous pyramids (Chen et al. 2017, "Rethinking Atrous Convolution", section 3.3).""",
    example="""\
  name: Taps on padding
  input: 8x16x1
  layers:
-   - conv3x3 8 padding=1
+   - conv3x1 8 padding=1x0
    - relu
""",
    network=_check,
)
