"""W604: half padding, which is made for odd kernels, around an even one."""

from collections.abc import Iterator

from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.checks.lint.subject import Subject
from cnncalc.checks.lint.words import kernel_text
from cnncalc.graph import Layer
from cnncalc.ops.conv import TransposedConv
from cnncalc.ops.values import show_shape
from cnncalc.ops.window import Sliding, Window


def _check(subject: Subject) -> Iterator[Mark]:
    for slide in subject.slides:
        op = slide.layers[0].op
        if isinstance(op, Sliding) and op.padding == "half":
            yield from _marks(subject, slide.windows, slide.layers)
    for layer in subject.of_kind(TransposedConv):
        op = layer.op
        if isinstance(op, Sliding) and op.padding == "half":
            yield from _marks(subject, op.windows(layer.input_shapes), [layer])


def _marks(subject: Subject, windows: tuple[Window, ...], layers: list[Layer]) -> Iterator[Mark]:
    if all(window.extent % 2 for window in windows):
        return
    message, hint, behind = _said(windows, layers[0])
    for layer in layers:
        remedy = hint or subject.argument(layer, "padding", "same", behind=behind)
        yield Mark(subject.place(layer, "padding"), message, layer.name, remedy)


def _said(windows: tuple[Window, ...], layer: Layer) -> tuple[str, str, str]:
    """The message, and the remedy in words; or none and what `padding=same` makes instead."""
    size, output = layer.input_shapes[0][1:], layer.output_shape[1:]
    kernel = kernel_text(tuple(window.kernel for window in windows))
    before = f"half padding of the even {kernel}"
    made = f"{before} makes {show_shape(output)} of {show_shape(size)}"
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
    code="W604",
    severity="warning",
    about=(
        "`padding=half` stands with an even kernel, which has no middle.\n\n"
        "Half of the kernel is put on each side. With an odd kernel and a stride of 1 the map "
        "keeps its size; with an even one it grows by one, and each output stands half a pixel "
        "before the input that it belongs to. What counts is the reach of a dilated kernel: "
        "two taps that are 2 apart reach over 3, which is odd. A padding given in numbers is "
        "taken as meant."
    ),
    why=(
        "A map that grows by one with every layer no longer fits the branch beside it, and "
        "half a pixel a layer adds up: masks and boxes are off by whole pixels at the end. "
        "Half padding is defined for odd kernels only (Dumoulin & Visin 2016, section 2.2.1)."
    ),
    failing="""\
name: Even kernel
input: 3x32x32
layers:
  - conv4x4 16 padding=half
  - relu
""",
    passing="""\
name: Even kernel
input: 3x32x32
layers:
  - conv4x4 16 padding=same
  - relu
""",
    network=_check,
)
