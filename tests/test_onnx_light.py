"""What a plain model is read with: its messages alone, and tables of our own beside ONNX's."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import AttributeProto, TensorProto, defs, helper, numpy_helper
from onnx_models import model, one, read, weight

from cnncalc import SpecError, read_onnx
from cnncalc.interchange.onnx.read.uncounted import is_free
from cnncalc.interchange.onnx_model.numbers import MOST, array_of, has_numbers, plain_numbers
from cnncalc.interchange.onnx_model.schema import ARITIES, KINDS, REQUIRED, RUNTIME_KINDS, SOURCES
from cnncalc.interchange.terms.made import READERS

READING = Path(__file__).parents[1] / "cnncalc" / "interchange"
OLD = {
    ("Cast", "to", 1),
    ("Pad", "value", 1),
    ("Pad", "value", 2),
    ("LpPool", "p", 1),
    ("GlobalLpPool", "p", 1),
}

READ_ALONE = """
import json, sys
from cnncalc import read_onnx, summarize
summary = summarize(read_onnx(sys.argv[1]))
found = [name for name in ("numpy", "onnx", "onnx.checker") if name in sys.modules]
import onnx
same = onnx.ModelProto is sys.modules["onnx.onnx_ml_pb2"].ModelProto
onnx.checker.check_model(onnx.ModelProto.FromString(open(sys.argv[1], "rb").read()), True)
print(json.dumps([summary.totals.parameters, found, same]))
"""


def test_a_plain_model_needs_neither_numpy_nor_the_whole_package(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("GlobalAveragePool", ["r"], ["g"]),
        helper.make_node("Reshape", ["g", "shape"], ["f"]),
        helper.make_node("Gemm", ["f", "v", "b"], ["y"], transB=1),
    ]
    held = [
        numpy_helper.from_array(np.zeros(shape, np.float32), name)
        for name, shape in (("w", (8, 3, 3, 3)), ("v", (10, 8)), ("b", (10,)))
    ]
    shape = numpy_helper.from_array(np.asarray([1, -1]), "shape")
    built = model(nodes, {"x": (1, 3, 16, 16)}, [*held, shape])
    built.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", 1, [1, 10]))
    path = tmp_path / "plain.onnx"
    path.write_bytes(built.SerializeToString())
    command = [sys.executable, "-c", READ_ALONE, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == [216 + 80 + 10, [], True]


# Attributes and inputs


def names_read() -> set[str]:
    """Every attribute that our source asks a node for."""
    files = READING.rglob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    asked = (
        r"\bsite\.get\(",
        r"node\.attributes\.get\(",
        r"each_axis\(site, ",
        r"\.numbers\(\d, ",
    )
    return set(re.findall(rf'(?:{"|".join(asked)})"(\w+)"', text))


def test_every_attribute_that_is_read_has_its_kind() -> None:
    assert len(names_read()) > 30
    own = {"factor", "output_size"}  # of StandardizedConv and adaptive pools, which no file has
    assert names_read() - own <= KINDS.keys() | RUNTIME_KINDS.keys()


def test_kinds_are_those_of_every_schema_of_onnx() -> None:
    seen = set()
    for schema in defs.get_all_schemas_with_history():
        for name, attribute in schema.attributes.items():
            if schema.domain or name not in KINDS:
                continue
            kind = getattr(attribute.type, "value", attribute.type)
            is_old = (schema.name, name, schema.since_version) in OLD
            assert is_old or int(kind) == KINDS[name], f"{schema.name} {name}"
            seen.add(name)
    assert seen == KINDS.keys()


def test_what_onnx_requires_is_required() -> None:
    for kind in READERS:
        if defs.has(kind):
            told = defs.get_schema(kind).attributes
            needed = {name for name, attribute in told.items() if attribute.required}
            assert needed & names_read() <= {REQUIRED.get(kind)}, kind


def test_arities_are_the_widest_of_all_schemas() -> None:
    found: dict[str, tuple[int, int]] = {}
    for schema in defs.get_all_schemas_with_history():
        fewest, most = found.get(schema.name, (sys.maxsize, 0))
        told = min(fewest, schema.min_input), max(most, schema.max_input)
        found |= {} if schema.domain else {schema.name: told}
    assert {name: found[name] for name in ARITIES} == ARITIES
    assert {name for name, (fewest, _) in found.items() if not fewest} == SOURCES
    assert {name for name in READERS if found.get(name, (1, 1))[0] > 1} <= ARITIES.keys()


def test_no_operator_stands_in_two_lists() -> None:
    assert not {name for name in READERS if is_free(name)}


@pytest.mark.parametrize(
    ("kind", "wrong", "message"),
    [
        ("Conv", {"group": 1.0}, "`Conv of y` has a `group` of the wrong kind"),
        ("Conv", {"pads": "same"}, "`Conv of y` has a `pads` of the wrong kind"),
        ("MaxPool", {"strides": [2, 2]}, "`MaxPool of y` lacks its `kernel_shape`"),
        ("LRN", {}, "`LRN of y` lacks its `size`"),
    ],
)
def test_a_wrong_attribute_is_named(kind: str, wrong: dict[str, Any], message: str) -> None:
    held = [weight("w", 4, 3, 3, 3)] if kind == "Conv" else []
    with pytest.raises(SpecError, match=re.escape(message)):
        one(kind, (1, 3, 8, 8), *held, **wrong)


def test_the_first_cast_of_onnx_has_a_text() -> None:
    graph = read(
        model([helper.make_node("Cast", ["x"], ["y"], to="FLOAT")], {"x": (1, 3)}, opset=1)
    )
    assert graph.outputs == {"y": "input"}


# Numbers


@pytest.mark.parametrize("dtype", ["float32", "int32", "int64", "float64", "bool", "float16"])
@pytest.mark.parametrize("is_raw", [True, False])
def test_numbers_are_those_that_onnx_reads(dtype: str, is_raw: bool) -> None:  # noqa: FBT001 - a case
    values = np.asarray([[0, 1, 3], [7, 1, 0]]).astype(dtype)
    tensor = numpy_helper.from_array(values)
    if not is_raw:
        tensor = helper.make_tensor("t", tensor.data_type, (2, 3), values.reshape(-1).tolist())
    assert has_numbers(tensor)
    assert np.array_equal(array_of(tensor), values)
    found = plain_numbers(tensor)
    assert found in {None, tuple(values.reshape(-1).tolist())}
    assert (found is not None) == (dtype in {"float32", "int32", "int64"})


def test_numbers_that_are_cut_off_are_none() -> None:
    tensor = numpy_helper.from_array(np.arange(4))
    tensor.raw_data = tensor.raw_data[:-3]
    assert plain_numbers(tensor) is None
    assert array_of(tensor) is None


def test_long_and_absent_numbers_are_not_read() -> None:
    assert not has_numbers(TensorProto(data_type=TensorProto.INT64, dims=[3]))
    assert not has_numbers(numpy_helper.from_array(np.zeros(MOST + 1, np.float32)))
    assert has_numbers(TensorProto(data_type=TensorProto.INT64, dims=[0]))
    assert KINDS["pads"] == AttributeProto.INTS


def test_no_package_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "onnx.onnx_ml_pb2")
    monkeypatch.setitem(sys.modules, "onnx", None)
    (tmp_path / "m.onnx").write_bytes(onnx.ModelProto().SerializeToString() + b"\x08\x08")
    with pytest.raises(SpecError, match="needs the package `onnx`, which is not installed"):
        read_onnx(str(tmp_path / "m.onnx"))
