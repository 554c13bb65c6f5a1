"""Rows of results as frames of pandas and polars take them: good names, plain values."""

import copy
import math
import pickle
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from onnx import TensorProto, helper

import cnncalc
from cnncalc.analysis.rows import COLUMNS, Row
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape

NAMES = [
    "name", "scope", "op", "notation", "inputs", "input_shapes", "output_shape", "parameters",
    "weights", "biases", "buffers", "macs", "flops", "product_macs", "output_elements",
    "receptive_field", "line",
]  # fmt: skip


def summary(name: str = "resnet:18", batch: int = 1) -> Any:
    return cnncalc.summarize(cnncalc.load(name), batch)


def is_plain(value: object) -> bool:
    if isinstance(value, tuple):
        return type(value) is tuple and all(map(is_plain, value))
    return value is None or type(value) in {str, int, float, bool}


def uncounted() -> Graph:
    """A network of whose layers one has neither MACs nor a shape that are known."""
    node = helper.make_node("Strange", ["x"], ["y"], domain="of.others")
    told = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 3, 8, 8]) for n in "xy"]
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("of.others", 1)]
    model = helper.make_model(
        helper.make_graph([node], "g", told[:1], told[1:]), opset_imports=opsets
    )
    from cnncalc.interchange.onnx.read.entry import read_bytes  # noqa: PLC0415 - onnx loads slowly

    return read_bytes(model.SerializeToString(), "strange", {})


def test_a_row_is_a_mapping_of_plain_values() -> None:
    row: Any = summary(batch=2).rows[0]
    line = row.layer.span.line
    assert isinstance(row, Mapping)
    assert not isinstance(row, tuple)  # frames would take its items for the columns
    assert list(row) == NAMES == list(COLUMNS)
    assert len(row) == len(NAMES)
    assert dict(row) == {
        "name": "conv1.conv_bn1.conv1",
        "scope": "conv1.conv_bn1",
        "op": "conv",
        "notation": "conv7x7 64 stride=2 padding=half bias=false",
        "inputs": ("input",),
        "input_shapes": ((3, 224, 224),),
        "output_shape": (64, 112, 112),
        "parameters": 9408,
        "weights": 9408,
        "biases": 0,
        "buffers": 0,
        "macs": 236027904,
        "flops": 472055808,
        "product_macs": 0,
        "output_elements": 1605632,
        "receptive_field": (7, 7),
        "line": line,
    }


@pytest.mark.parametrize("name", ["googlenet", "lenet5", "unet"])
def test_every_value_is_plain(name: str) -> None:
    found = summary(name)
    for row in found.rows:
        assert all(map(is_plain, row.values())), dict(row)
        told = row.to_dict()
        for column in {*NAMES} & told.keys() - {"receptive_field"}:
            assert row[column] == told[column], column
    assert sum(row["macs"] for row in found.rows) == found.totals.macs


def test_what_is_not_known_is_none_and_never_zero() -> None:
    [row] = cnncalc.summarize(uncounted()).rows
    assert [row[name] for name in ("macs", "flops", "product_macs")] == [None] * 3
    assert row["receptive_field"] is None
    assert row["line"] is None
    assert "uncounted" in repr(row)
    [entry] = [one for one in cnncalc.diff(summary().graph, uncounted()).rows if one["new_name"]]
    assert entry["new_macs"] is entry["macs_change"] is None


def test_a_row_cannot_be_changed() -> None:
    row = summary().rows[0]
    with pytest.raises(AttributeError, match="batch"):
        row.batch = 2
    with pytest.raises(AttributeError, match="layer"):
        del row.layer
    with pytest.raises(AttributeError):
        row.other = 1
    with pytest.raises(KeyError):
        row["other"]


def test_rows_are_values() -> None:
    first, second = summary().rows[0], summary(batch=2).rows[0]
    again: Row
    for again in (summary().rows[0], pickle.loads(pickle.dumps(first)), copy.deepcopy(first)):  # noqa: S301 - our own
        assert again == first
        assert hash(again) == hash(first)
        assert dict(again) == dict(first)
    assert first not in {second, dict(first).get, 1}
    assert first != dict(first)


def test_a_row_is_a_short_line() -> None:
    assert repr(summary().rows[0]) == (
        "<Row conv1.conv_bn1.conv1: conv7x7 64 stride=2 padding=half bias=false, 64x112x112, "
        "9,408 parameters, 118,013,952 MACs>"
    )


def test_networks_compared_are_rows() -> None:
    found = cnncalc.compare(cnncalc.load("alexnet"), cnncalc.load("vgg:16"))
    first, second = found.rows
    assert first.keys() == second.keys()
    assert (second["name"], second["parameters"]) == ("VGG:16", 138357544)
    assert second["parameters_ratio"] == pytest.approx(138357544 / 60965224)
    assert (first["receptive_field"], first["sees_whole_input"]) == ((195, 195), False)
    assert all(is_plain(value) for row in found.rows for value in row.values())
    assert "training_bytes" not in first
    assert cnncalc.compare().rows == ()


def test_differences_are_rows() -> None:
    found = cnncalc.diff(cnncalc.load("resnet:18"), cnncalc.load("resnet:50"))
    assert len({tuple(row) for row in found.rows}) == 1
    assert all(is_plain(value) for row in found.rows for value in row.values())
    for metric in ("parameters", "macs", "buffers"):
        change = sum(row[f"{metric}_change"] for row in found.rows)
        assert change == found.totals[metric].change
    added = next(row for row in found.rows if row["status"] == "added")
    assert (added["old_name"], added["old_macs"]) == (None, None)
    assert added["macs_change"] == added["new_macs"]


# The libraries themselves, where they are installed


def rows_of(name: str) -> Iterable[Mapping[str, Any]]:
    if name == "summary":
        return tuple(summary("googlenet").rows)
    if name == "comparison":
        return cnncalc.compare(cnncalc.load("alexnet"), cnncalc.load("vgg:16")).rows
    return cnncalc.diff(cnncalc.load("resnet:18"), cnncalc.load("resnet:50")).rows


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("name", ["summary", "comparison", "diff"])
def test_a_frame_takes_them(name: str, library: str) -> None:
    module: Any = pytest.importorskip(
        library, minversion={"pandas": "3", "polars": "1.31"}[library]
    )
    rows = list(rows_of(name))
    frame = module.DataFrame(rows)
    assert list(frame.columns) == list(rows[0])
    for column in rows[0]:
        for found, row in zip(list(frame[column]), rows, strict=True):
            assert same(found, row[column]), column


def same(found: Any, value: object) -> bool:
    """Whether a frame holds a value: shapes may be lists there, and nothing is no number."""
    if value is None:
        return found is None or math.isnan(found)
    shape: Shape | Any = found.to_list() if hasattr(found, "to_list") else found
    return bool(shape == value or shape == listed(value))


def listed(value: object) -> object:
    return [*map(listed, value)] if isinstance(value, tuple) else value
