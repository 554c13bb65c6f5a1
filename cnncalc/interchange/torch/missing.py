"""What PyTorch's exporter to ONNX cannot say, said by parts while a module is exported."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SMALLEST = 2.0**-23
"""The eps of `nn.RMSNorm` where none is given: the distance of 1 to the next single."""


@contextmanager
def completed(torch: Any, opset: int) -> Iterator[None]:
    """Let the exporter know `nn.RMSNorm`; it forgets it again."""
    register = getattr(torch.onnx, "register_custom_op_symbolic", None)
    if register is None:
        yield
        return
    read = torch.onnx.symbolic_helper.parse_args("v", "is", "v", "f")
    register("aten::rms_norm", read(_rms_norm(torch)), opset)
    try:
        yield
    finally:
        torch.onnx.unregister_custom_op_symbolic("aten::rms_norm", opset)


def _rms_norm(torch: Any) -> Callable[..., Any]:
    """`x / sqrt(mean(x**2) + eps) * weight`. Source: PyTorch `nn.RMSNorm`."""

    def rms_norm(  # noqa: PLR0917 - the exporter hands them in like this
        g: Any, x: Any, shape: list[int], weight: Any, eps: float | None
    ) -> Any:
        axes = list(range(-len(shape), 0))
        mean = g.op("ReduceMean", g.op("Mul", x, x), axes_i=axes, keepdims_i=1)
        least = g.op("Constant", value_t=torch.tensor(SMALLEST if eps is None else eps))
        y = g.op("Div", x, g.op("Sqrt", g.op("Add", mean, least)))
        return y if weight.node().mustBeNone() else g.op("Mul", y, weight)

    return rms_norm
