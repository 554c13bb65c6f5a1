"""Quantised ONNX models have the bits of their files: bytes are those of the initializers."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper
from onnx_models import read

import cnncalc
from cnncalc.analysis.summary import Summary

RUNTIME = "com.microsoft"
TYPES = {
    "int8": (TensorProto.INT8, 8), "uint8": (TensorProto.UINT8, 8),
    "int16": (TensorProto.INT16, 16), "uint16": (TensorProto.UINT16, 16),
    "int4": (TensorProto.INT4, 4), "uint4": (TensorProto.UINT4, 4),
}  # fmt: skip
WIDTHS = {
    **dict(TYPES.values()), TensorProto.FLOAT: 32, TensorProto.INT32: 32, TensorProto.FLOAT16: 16,
}  # fmt: skip


class Written:
    """A model that is written node by node, as ONNX Runtime's `quantize_static` writes it.

    Attributes:
        raw: the bytes of the initializers: of weights and biases, and of scales and zero points.
    """

    def __init__(self, weights: str, activations: str, *, domain: str = "") -> None:
        self.weights, self.activations, self.domain = TYPES[weights], TYPES[activations], domain
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []
        self.raw = {"kept": 0, "scales": 0}

    def tensor(self, name: str, kind: int, *shape: int, what: str = "kept") -> str:
        """An initializer whose bytes lie in the file, two values of four bits in one."""
        size = -(-int(np.prod(shape)) * WIDTHS[kind] // 8)
        one = TensorProto(name=name, data_type=kind, dims=shape, raw_data=bytes(size))
        self.tensors.append(one)
        self.raw[what] += len(one.raw_data)
        return name

    def node(self, kind: str, *inputs: str, to: str, domain: str = "", **settings: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [to], domain=domain, **settings))
        return to

    def scale(self, name: str, kind: int, *channels: int) -> tuple[str, str]:
        return (
            self.tensor(f"{name}_scale", TensorProto.FLOAT, *channels, what="scales"),
            self.tensor(f"{name}_zero_point", kind, *channels, what="scales"),
        )

    def through(self, x: str) -> str:
        """A tensor as integers and back."""
        both = self.scale(x, self.activations[0])
        whole = self.node("QuantizeLinear", x, *both, to=f"{x}_q", domain=self.domain)
        return self.node("DequantizeLinear", whole, *both, to=f"{x}_dq", domain=self.domain)

    def back(self, name: str, kind: int, shape: tuple[int, ...], channels: int) -> str:
        """A stored tensor of integers as numbers."""
        self.tensor(f"{name}_quantized", kind, *shape)
        each = (channels,) if channels else ()
        both = self.scale(f"{name}_quantized" if kind == TensorProto.INT32 else name, kind, *each)
        axis = {"axis": 0} if channels else {}
        given = f"{name}_back"
        return self.node(
            "DequantizeLinear", f"{name}_quantized", *both, to=given, domain=self.domain, **axis
        )

    def conv(
        self, x: str, name: str, shape: tuple[int, ...], *, per_channel: bool, **pads: Any
    ) -> str:
        channels = shape[0] if per_channel else 0
        weight = self.back(f"{name}.weight", self.weights[0], shape, channels)
        bias = self.back(f"{name}.bias", TensorProto.INT32, shape[:1], channels)
        return self.node("Conv", x, weight, bias, to=f"{name}_y", **pads)

    def model(self, y: str) -> ModelProto:
        ins = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 9, 9])]
        outs = [helper.make_tensor_value_info(y, TensorProto.FLOAT, None)]
        graph = helper.make_graph(self.nodes, "written", ins, outs, self.tensors)
        domains = [helper.make_opsetid("", 21), helper.make_opsetid(RUNTIME, 1)]
        return helper.make_model(graph, opset_imports=domains)


def residual(made: Written, *, per_channel: bool) -> ModelProto:
    """Two convolutions beside a shortcut, pooled and classified; every tensor is of integers."""
    x = made.through("x")
    stem = made.through(made.conv(x, "stem", (5, 3, 3, 3), per_channel=per_channel, pads=[1] * 4))
    one = made.through(made.conv(stem, "one", (5, 5, 3, 3), per_channel=per_channel, pads=[1] * 4))
    added = made.through(made.node("Add", one, stem, to="added"))
    pooled = made.through(made.node("GlobalAveragePool", added, to="pooled"))
    flat = made.through(made.node("Flatten", pooled, to="flat"))
    weight = made.back("fc.weight", made.weights[0], (7, 5), 0)
    bias = made.back("fc.bias", TensorProto.INT32, (7,), 0)
    return made.model(made.through(made.node("Gemm", flat, weight, bias, to="fc_y", transB=1)))


PARAMETERS = 5 * 27 + 5 + 5 * 45 + 5 + 35 + 7
MACS = 81 * (5 * 27 + 5 * 45) + 35


def summary(model: ModelProto) -> Summary:
    return cnncalc.summarize(read(model))


CASES = [
    ("int8", "int8", "", False), ("uint8", "uint8", "", False), ("int8", "uint8", "", True),
    ("uint8", "uint16", "", True), ("int8", "int16", RUNTIME, False),
    ("int4", "int8", "", True), ("uint4", "uint8", RUNTIME, False),
]  # fmt: skip


@pytest.mark.parametrize(("weights", "activations", "domain", "per_channel"), CASES)
def test_a_model_in_pairs_has_the_bytes_of_its_initializers(
    weights: str, activations: str, domain: str, *, per_channel: bool
) -> None:
    made = Written(weights, activations, domain=domain)
    found = summary(residual(made, per_channel=per_channel))
    totals, (w, a) = found.totals, (TYPES[weights][1], TYPES[activations][1])
    assert (totals.parameters, totals.macs) == (PARAMETERS, MACS)
    assert totals.weight_bytes == made.raw["kept"]
    assert getattr(found.widths, "scale_bytes", 0) == made.raw["scales"]
    assert found.precisions == {f"w{w}a{a}": (MACS, w * a * MACS)}
    # The quantised input, stem, one, their sum, the pooled map and the classes; these as floats.
    assert totals.activation_bytes == (243 + 3 * 405 + 5 + 7) * a // 8 + 7 * 4
    kinds = [row.layer.op.name for row in found.rows]
    assert kinds[0] == "onnx:QuantizeLinear"
    assert kinds[1:-1] == ["conv", "conv", "add", "globalavgpool", "flatten", "linear"]
    assert kinds[-1] == "onnx:DequantizeLinear"


def test_a_type_that_is_asked_for_wins_over_that_of_the_file() -> None:
    graph = read(residual(Written("int8", "int8"), per_channel=False))
    assert cnncalc.summarize(graph, dtype="float32").totals.weight_bytes == 4 * PARAMETERS
    assert cnncalc.summarize(graph, dtype="float16").totals.weight_bytes == 2 * PARAMETERS
    found = cnncalc.summarize(graph, bits="w4a4, fc: w8a8")
    assert found.precisions["w8a8"] == (35, 35 * 64)


def test_a_tensor_that_is_read_as_it_was_is_there_twice() -> None:
    """The shortcut reads the float, the convolution its integers: both are alive."""
    made = Written("int8", "int8")
    stem = made.conv(made.through("x"), "stem", (5, 3, 3, 3), per_channel=False, pads=[1] * 4)
    one = made.conv(made.through(stem), "one", (5, 5, 3, 3), per_channel=False, pads=[1] * 4)
    found = summary(made.model(made.node("Add", one, stem, to="y")))
    kinds = [row.layer.op.name for row in found.rows]
    assert kinds == [
        "onnx:QuantizeLinear", "conv", "onnx:QuantizeLinear", "conv", "add"
    ]  # fmt: skip
    assert found.totals.activation_bytes == 243 + 405 * 4 + 405 + 405 * 4 + 405 * 4
    assert found.precisions.keys() == {"w8a8"}


def test_weights_alone_may_be_integers() -> None:
    made = Written("int4", "int8")
    weight = made.back("m", TensorProto.INT4, (9, 13), 0)
    made.node("MatMul", "x", weight, to="y")
    found = summary(made.model("y"))
    assert found.totals.weight_bytes == made.raw["kept"] == (9 * 13 + 1) // 2
    assert found.precisions.keys() == {"w4a32"}


@pytest.mark.parametrize(("bits", "row"), [(4, 16), (8, 32), (2, 8)])
def test_packed_weights_take_the_bytes_that_they_have(bits: int, row: int) -> None:
    """Rows of 40 values in two blocks of 32: the second is filled up."""
    made = Written("uint8", "uint8")
    tensors = (
        made.tensor("m", TensorProto.UINT8, 6, 2, row),
        made.tensor("m_scales", TensorProto.FLOAT, 12, what="scales"),
        made.tensor("m_zero_points", TensorProto.UINT8, 6, what="scales"),
    )
    made.node(
        "MatMulNBits", "x", *tensors, to="y", domain=RUNTIME, K=9, N=6, bits=bits, block_size=32
    )
    found = summary(made.model("y"))
    assert found.totals.weight_bytes == made.raw["kept"]
    assert getattr(found.widths, "scale_bytes", 0) == made.raw["scales"]
    assert found.precisions.keys() == {f"w{bits}a32"}


def test_operators_of_integers_give_integers() -> None:
    made = Written("int8", "uint8")
    x, w, y = (
        made.scale(name, TensorProto.INT8 if name == "w" else TensorProto.UINT8) for name in "xwy"
    )
    made.tensor("w", TensorProto.INT8, 5, 3, 3, 3)
    made.tensor("b", TensorProto.INT32, 5)
    made.node("QuantizeLinear", "x", *x, to="q")
    made.node("QLinearConv", "q", *x, "w", *w, *y, "b", to="c")
    made.node("ConvInteger", "q", "w", x[1], w[1], to="i")
    made.node("DequantizeLinear", "c", *y, to="y")
    found = summary(made.model("y"))
    outputs = {row.layer.op.name: row.activation_bytes for row in found.rows}
    assert outputs["onnx:QuantizeLinear"] == 243
    assert outputs["onnx:DequantizeLinear"] == 5 * 49 * 4
    assert sorted(row.activation_bytes for row in found.rows if row.macs) == [245, 4 * 245]
    assert found.totals.weight_bytes == 135 + 20
    assert getattr(found.widths, "scale_bytes", 0) == made.raw["scales"]


def test_a_float_model_has_no_bits_of_its_own() -> None:
    made = Written("int8", "int8")
    made.tensor("w", TensorProto.FLOAT16, 5, 3, 1, 1)
    made.node("Conv", "x", "w", to="y")
    graph = read(made.model("y"))
    assert graph.stored is None
    assert not cnncalc.summarize(graph).is_mixed


def test_scaled_nodes_that_fit_nothing_end_in_a_diagnostic() -> None:
    for inputs in ([], ["x"], ["absent", "x"]):
        made = Written("int8", "int8")
        made.node("QuantizeLinear", *inputs, to="q", domain=RUNTIME)
        made.node("DequantizeLinear", "q", to="y", domain=RUNTIME)
        with suppress(cnncalc.SpecError):
            assert summary(made.model("y")).totals.macs == 0


def test_models_of_the_runtime_have_the_bytes_of_their_files(tmp_path: Path) -> None:
    """What ONNX Runtime makes of a network of ours, in every way that it has."""
    quantization: Any = pytest.importorskip("onnxruntime.quantization")
    onnx = pytest.importorskip("onnx")
    from cnncalc import write_onnx  # noqa: PLC0415 - where the runtime is there

    graph = cnncalc.load("lenet5")
    path = tmp_path / "float.onnx"
    write_onnx(graph, path)
    [name] = (one.name for one in onnx.load(path).graph.input)

    class Random(quantization.CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            draw = np.random.default_rng(0)
            shape = (1, *next(iter(graph.inputs.values())))
            self.left = iter([{name: draw.normal(size=shape).astype("f4")} for _ in range(2)])

        def get_next(self) -> Any:
            return next(self.left, None)

    kinds = quantization.QuantType
    for number, (weights, activations) in enumerate(
        ((kinds.QInt8, kinds.QInt8), (kinds.QUInt8, kinds.QUInt8), (kinds.QInt4, kinds.QInt16))
    ):
        out = tmp_path / f"{number}.onnx"
        quantization.quantize_static(
            path, out, Random(), weight_type=weights, activation_type=activations
        )
        stored = {one.name: one for one in onnx.load(out).graph.initializer}
        sizes = {
            key: -(-int(np.prod(one.dims)) * WIDTHS[one.data_type] // 8)
            for key, one in stored.items()
            if key.endswith("_quantized")
        }
        found = cnncalc.summarize(cnncalc.load(str(out)))
        assert found.totals.parameters == cnncalc.summarize(graph).totals.parameters
        assert found.totals.weight_bytes == sum(sizes.values())
