"""Windows over space, and other sizes of it. Source: PyTorch, `torch.nn.functional`."""

from typing import Any

from cnncalc.interchange.aten.call import Call
from cnncalc.interchange.aten.layers import spread
from cnncalc.interchange.aten.writer import Writer, writes


def _axes(call: Call) -> int:
    """How many axes of space an operator works on, which its name ends with: `max_pool2d`."""
    digits = [letter for letter in call.op if letter in "123"]
    return int(digits[-1]) if digits else len(call.first.shape) - 2


def _windows(w: Writer, call: Call, op_type: str, axes: int, **attributes: Any) -> None:
    """The node, on a batch of one where the input has none."""
    x = call.first
    if len(x.shape) == axes + 1 and len(call.outputs) == 1:
        one = w.node("Unsqueeze", [x, w.ints(0)], shape=(1, *x.shape))
        found = w.node(op_type, [one], shape=(1, *call.out.shape), **attributes)
        w.node("Squeeze", [found, w.ints(0)], call.out)
    else:
        w.node(op_type, [x], call.outputs, **attributes)


@writes("max_pool1d", "max_pool2d", "max_pool3d", "max_pool1d_with_indices",
        "max_pool2d_with_indices", "max_pool3d_with_indices")  # fmt: skip
def max_pool(w: Writer, call: Call) -> None:
    """The largest value of each window, and where it stands."""
    axes = _axes(call)
    kernel = spread(call.get("kernel_size"), axes)
    _windows(
        w, call, "MaxPool", axes, kernel_shape=kernel,
        strides=spread(call.get("stride"), axes) or kernel,
        pads=spread(call.get("padding", 0), axes) * 2,
        dilations=spread(call.get("dilation", 1), axes), ceil_mode=int(call.get("ceil_mode", 0)),
    )  # fmt: skip


@writes("avg_pool1d", "avg_pool2d", "avg_pool3d")
def avg_pool(w: Writer, call: Call) -> None:
    """The mean of each window."""
    axes = _axes(call)
    kernel = spread(call.get("kernel_size"), axes)
    _windows(
        w, call, "AveragePool", axes, kernel_shape=kernel,
        strides=spread(call.get("stride"), axes) or kernel,
        pads=spread(call.get("padding", 0), axes) * 2, ceil_mode=int(call.get("ceil_mode", 0)),
        count_include_pad=int(call.get("count_include_pad", 1)),
    )  # fmt: skip


@writes("adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "adaptive_max_pool1d",
        "adaptive_max_pool2d", "adaptive_max_pool3d", "_adaptive_avg_pool2d",
        "_adaptive_avg_pool3d")  # fmt: skip
def adaptive_pool(w: Writer, call: Call) -> None:
    """As many windows as are asked for, equal ones where the size allows it."""
    axes, kind = _axes(call), "Average" if "avg" in call.op else "Max"
    size, wanted = call.first.shape[-axes:], call.out.shape[-axes:]
    if set(wanted) == {1}:
        w.node(f"Global{kind}Pool", [call.first], call.out)
    elif all(n % m == 0 for n, m in zip(size, wanted, strict=True)):
        kernel = [n // m for n, m in zip(size, wanted, strict=True)]
        w.node(f"{kind}Pool", [call.first], call.outputs, kernel_shape=kernel, strides=kernel)
    else:
        w.node(f"Adaptive{kind}Pool", [call.first], call.outputs, output_size=wanted)


@writes("upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d", "upsample_linear1d",
        "upsample_bilinear2d", "upsample_trilinear3d", "upsample_bicubic2d",
        "_upsample_nearest_exact1d", "_upsample_nearest_exact2d", "_upsample_nearest_exact3d",
        "_upsample_bilinear2d_aa", "_upsample_bicubic2d_aa")  # fmt: skip
def resized(w: Writer, call: Call) -> None:
    """Another size of space."""
    mode = "nearest" if "nearest" in call.op else "cubic" if "cubic" in call.op else "linear"
    place = "align_corners" if call.get("align_corners") else "half_pixel"
    if mode == "nearest":
        place = "half_pixel" if "exact" in call.op else "asymmetric"
    w.node(
        "Resize", [call.first, None, None, w.ints(*call.out.shape)], call.out, mode=mode,
        coordinate_transformation_mode=place, nearest_mode="floor",
    )  # fmt: skip
