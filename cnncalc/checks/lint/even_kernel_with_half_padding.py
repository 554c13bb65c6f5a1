"""W604: half padding, which is made for odd kernels, around an even one."""

from collections.abc import Sequence

from cnncalc.checks.lint.rule import Marks, Rule, Subject, kernel_text
from cnncalc.graph import Layer
from cnncalc.ops.conv import TransposedConv
from cnncalc.ops.values import show_shape
from cnncalc.ops.window import Sliding, Window


def _check(subject: Subject) -> Marks:
    slides = [(slide.windows, slide.layers) for slide in subject.slides]
    slides += [
        (layer.op.windows(layer.input_shapes), [layer])
        for layer in subject.of_kind(TransposedConv)
        if isinstance(layer.op, TransposedConv)
    ]
    for windows, layers in slides:
        op = layers[0].op
        is_half = isinstance(op, Sliding) and op.padding == "half"
        if is_half and any(window.extent % 2 == 0 for window in windows):
            message, hint, behind = _found(windows, layers[0])
            for layer in layers:
                remedy = hint or subject.argument(layer, "padding", "same", behind=behind)
                yield subject.mark(layer, message, remedy, "padding")


def _found(windows: Sequence[Window], layer: Layer) -> tuple[str, str, str]:
    """The message, and the remedy in words; or none and what `padding=same` makes instead."""
    size, output = layer.input_shapes[0][1:], layer.output_shape[1:]
    kernel = kernel_text(windows)
    before = f"half padding of the even {kernel}"
    made = f"{before} turns {show_shape(size)} into {show_shape(output)}"
    axes = tuple(zip(size, windows, strict=True))
    if isinstance(layer.op, TransposedConv):
        same = tuple(length * window.stride for length, window in axes)
        fits = all(window.extent >= window.stride for window in windows)
        is_plain = fits and not any(layer.op.output_padding)
        hint = "" if is_plain else "give the padding in numbers"
        return made, hint, f", which makes {show_shape(same)}"
    same = tuple(-(-length // window.stride) for length, window in axes)
    if same == output:
        return f"{before} moves the map by half a pixel", "use an odd kernel", ""
    return f"{made}, half a pixel off", "", f", which makes {show_shape(same)}"


RULE = Rule(
    "W604",
    finds="""`padding=half` is used with an even kernel, which has no middle.

Half of the kernel is put on each side. With an odd kernel and a stride of 1 the map keeps its
size; with an even one it grows by one, and each output lies half a pixel before the input that it
belongs to. What counts is the reach of a dilated kernel: two taps that are 2 apart reach over 3,
which is odd. A padding given in numbers is taken as meant.""",
    because="""A map that grows by one with every layer no longer fits the branch next to it, and
half a pixel a layer adds up: masks and boxes are off by whole pixels at the end. Half padding is
defined for odd kernels only (Dumoulin & Visin 2016, section 2.2.1).""",
    example="""\
  name: Even kernel
  input: 3x32x32
  layers:
-   - conv4x4 16 padding=half
+   - conv4x4 16 padding=same
    - relu
""",
    network=_check,
)
