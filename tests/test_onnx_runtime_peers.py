"""What PyTorch's counter and ONNX Runtime say of sums, transforms and integer networks."""

from pathlib import Path
from typing import Any

import pytest

import cnncalc

pytestmark = pytest.mark.peers

pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("onnx", reason="onnx is not installed")

import numpy as np  # noqa: E402 - they may be missing
import torch  # noqa: E402
from onnx_models import helper, model, numbers, read, totals  # noqa: E402
from onnx_sums import SUMS, Shapes, summed  # noqa: E402
from torch import nn  # noqa: E402

from cnncalc.interchange.onnx.read.graph import tensor_shapes  # noqa: E402

torch.set_num_threads(1)


@pytest.mark.parametrize(
    ("equation", "shapes", "weights"),
    [case[:3] for case in SUMS],
    ids=[f"{case[0]} {case[2]}".strip() for case in SUMS],
)
def test_a_sum_takes_what_pytorch_counts(equation: str, shapes: Shapes, weights: str) -> None:
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415

    if "->" not in equation:
        pytest.skip("PyTorch sorts the axes otherwise")
    graph = read(*summed(equation, shapes, weights))
    counted = cnncalc.summarize(graph).totals
    with FlopCounterMode(display=False) as counter:
        torch.einsum(equation, *(torch.zeros(shape) for shape in shapes))
    assert 2 * (counted.macs + counted.product_macs) == counter.get_total_flops()


def given(built: Any, inputs: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    """The shape that ONNX Runtime gives."""
    runtime = pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    built.ir_version = 9
    session = runtime.InferenceSession(
        built.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    zeros = {name: np.zeros(shape, np.float32) for name, shape in inputs.items()}
    return tuple(session.run(None, zeros)[0].shape)


def zeros(name: str, *shape: int) -> Any:
    return numbers(name, np.zeros(shape), "f4")


WINDOW = numbers("w", np.ones(16), "f4")
DEFORMED = [zeros("w", 6, 2, 3, 3), zeros("o", 1, 36, 4, 4)]
KERNEL = {"group": 2, "offset_group": 2, "pads": [1] * 4, "strides": [2, 2]}
# Each with its inputs, tensors and attributes.
NODES: list[tuple[str, dict[str, tuple[int, ...]], list[Any], dict[str, Any], int]] = [
    ("DFT", {"x": (1, 10, 3, 1)}, [], {"axis": 2}, 17),
    ("DFT", {"x": (1, 10, 3, 2)}, [numbers("n", 16), numbers("a", 1)], {"inverse": 1}, 20),
    ("DFT", {"x": (1, 10, 3, 1)}, [numbers("n", 7), numbers("a", 1)], {"onesided": 1}, 20),
    ("STFT", {"x": (1, 400, 1)}, [numbers("s", 9), WINDOW], {}, 17),
    ("GridSample", {"x": (1, 3, 8, 9), "g": (1, 4, 5, 2)}, [], {}, 20),
    ("DeformConv", {"x": (1, 4, 8, 8)}, DEFORMED, KERNEL, 22),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "inputs", "tensors", "settings", "opset"),
    NODES,
    ids=[f"{case[0]} {case[3]}" for case in NODES],
)
@pytest.mark.filterwarnings("ignore")
def test_shapes_are_those_of_the_runtime(
    kind: str,
    inputs: dict[str, tuple[int, ...]],
    tensors: list[Any],
    settings: dict[str, Any],
    opset: int,
) -> None:
    names = [*inputs, *(one.name for one in tensors)]
    made = helper.make_node(kind, names, ["y"], **settings)
    built = model([made], inputs, tensors, opset=opset)
    assert tensor_shapes(built, {})["y"] == given(built, inputs)


class Small(nn.Module):  # type: ignore[misc]
    """Convolutions of all kinds, whose channels are whole blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.each = nn.Conv2d(3, 16, 3, 2, 1), nn.Conv2d(16, 16, 3, 1, 1, groups=16)
        self.mix, self.out = nn.Conv2d(16, 32, 1), nn.Conv2d(48, 16, 3)
        self.grow, self.dense = nn.Upsample(scale_factor=2), nn.Linear(16, 7)

    def forward(self, x: Any) -> Any:
        low = torch.relu(self.each(torch.relu(self.stem(x))))
        mixed = torch.relu(self.mix(low))
        small = self.grow(nn.functional.max_pool2d(mixed + mixed, 2))
        return self.dense(self.out(torch.cat([small, low], 1)).mean((2, 3)))


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network as numbers and as integers, at all levels of the runtime's optimisation."""
    runtime = pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    quantization = pytest.importorskip("onnxruntime.quantization")
    folder = tmp_path_factory.mktemp("networks")
    whole, shape = folder / "float.onnx", (1, 3, 32, 32)
    torch.manual_seed(0)
    module = Small().eval()
    torch.onnx.export(module, torch.zeros(shape), whole, input_names=["x"], dynamo=False)

    class Examples(quantization.CalibrationDataReader):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            self.left = [{"x": np.ones(shape, np.float32)}]

        def get_next(self) -> Any:
            return self.left.pop() if self.left else None

    for kind in ("QDQ", "QOperator"):
        form = quantization.QuantFormat[kind]
        quantization.quantize_static(whole, folder / f"{kind}.onnx", Examples(), quant_format=form)
    quantization.quantize_dynamic(
        whole, folder / "dynamic.onnx", weight_type=quantization.QuantType.QUInt8
    )
    for file in sorted(folder.glob("*.onnx")):
        for level in ("BASIC", "EXTENDED", "ALL"):
            options = runtime.SessionOptions()
            options.log_severity_level, options.intra_op_num_threads = 4, 1
            options.graph_optimization_level = getattr(
                runtime.GraphOptimizationLevel, f"ORT_ENABLE_{level}"
            )
            options.optimized_model_filepath = str(folder / f"{file.stem}-{level}.onnx")
            runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return folder


@pytest.mark.parametrize("kind", ["float", "QDQ", "QOperator", "dynamic"])
@pytest.mark.parametrize("level", ["", "-BASIC", "-EXTENDED", "-ALL"])
@pytest.mark.filterwarnings("ignore")
def test_networks_count_alike_however_they_are_written(
    networks: Path, kind: str, level: str
) -> None:
    graph = cnncalc.read_onnx(networks / f"{kind}{level}.onnx")
    summary = cnncalc.summarize(graph)
    assert totals(graph) == totals(cnncalc.read_onnx(networks / "float.onnx"))
    assert summary.totals.parameters == sum(one.numel() for one in Small().parameters())
    assert summary.status == "complete"
    assert list(summary.outputs.values()) == [(7,)]
