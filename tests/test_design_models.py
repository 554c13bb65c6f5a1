"""Models under formula, solve and sweep: their input moves, and each is read anew."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.cli.main import main

onnx = pytest.importorskip("onnx")

from onnx import helper  # noqa: E402 - it needs ONNX
from onnx_models import model, numbers, weight  # noqa: E402

METRICS = ("parameters", "macs", "activation_bytes", "receptive_field")


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output


def saved(path: Path, nodes: list[Any], tensors: list[Any], **more: Any) -> str:
    """A model of one input, `x`, of any height and width."""
    inputs: Mapping[str, Any] = more.pop("inputs", {"x": ["N", 3, 32, 32]})
    onnx.save(model(nodes, inputs, tensors, **more), str(path))
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def chain(folder: Path) -> str:
    """Two convolutions and a dense layer behind a pooling over all: any input will do."""
    nodes = [
        helper.make_node("Conv", ["x", "a"], ["h"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("Conv", ["r", "b"], ["c"]),
        helper.make_node("GlobalAveragePool", ["c"], ["g"]),
        helper.make_node("Flatten", ["g"], ["f"]),
        helper.make_node("Gemm", ["f", "w"], ["y"], transB=1),
    ]
    tensors = [weight("a", 8, 3, 3, 3), weight("b", 16, 8, 5, 5), weight("w", 10, 16)]
    return saved(folder / "chain.onnx", nodes, tensors)


@pytest.fixture(scope="module")
def fixed(folder: Path) -> str:
    """A map that is reshaped to a number of features that stands in the file."""
    nodes = [
        helper.make_node("Conv", ["x", "a"], ["h"], pads=[1, 1, 1, 1]),
        helper.make_node("Reshape", ["h", "to"], ["f"]),
        helper.make_node("Gemm", ["f", "w"], ["y"], transB=1),
    ]
    tensors = [weight("a", 2, 3, 3, 3), numbers("to", [0, 2048]), weight("w", 10, 2048)]
    return saved(folder / "fixed.onnx", nodes, tensors)


def counted(path: str, height: int, width: int) -> dict[str, int]:
    """What a model costs at an input, by reading it there."""
    totals = cnncalc.summarize(cnncalc.load(path, input=(3, height, width))).totals
    field = next(iter(totals.receptive_field.values()))
    assert field is not None
    figures = {name: getattr(totals, name) for name in METRICS[:3]}
    return {**figures, "receptive_field": min(field.size)}


@pytest.fixture(scope="module")
def formulas(chain: str) -> Any:
    asked: Any = {"of": "height=9..300,width=9..300", "residues": True}
    return cnncalc.formula(chain, *METRICS[:3], **asked)


@given(height=st.integers(9, 300), width=st.integers(9, 300))
@settings(deadline=None, max_examples=20)
def test_a_formula_is_what_the_model_costs_elsewhere(
    chain: str, formulas: Any, height: int, width: int
) -> None:
    costs = counted(chain, height, width)
    for name in METRICS[:3]:
        assert formulas.of(name).value({"height": height, "width": width}) == costs[name]


def test_a_model_has_the_formula_of_the_spec_that_it_was_made_of(tmp_path: Path) -> None:
    path = tmp_path / "own.onnx"
    cnncalc.write_onnx(cnncalc.load("resnet:18"), path, seed=None)
    asked = ["macs", "parameters", "--of", "size=32..512:32", "--format", "json"]
    own, spec = (json.loads(run("formula", one, *asked)) for one in (str(path), "resnet:18"))
    assert own["formulas"] == spec["formulas"]


def test_solving_answers_as_counting_every_size(chain: str) -> None:
    limit = 3_000_000
    found = cnncalc.solve(chain, "size=9..200", where=f"macs <= {limit}")
    sizes = range(9, 201)
    fitting = [one for one in sizes if counted(chain, one, one)["macs"] <= limit]
    assert found.value == max(fitting)
    assert found.figures["macs"] == counted(chain, max(fitting), max(fitting))["macs"]
    over = counted(chain, max(fitting) + 1, max(fitting) + 1)["macs"]
    assert found.misses == {"macs": over - limit}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_sweep_reads_the_model_at_every_size(chain: str, jobs: str) -> None:
    asked = ["--input", "3x{16..48:8}", "--metrics", ",".join(METRICS), "--exact"]
    found = json.loads(run("sweep", chain, *asked, "--jobs", jobs, "--format", "json"))
    for row in found["rows"]:
        told = {name: row[name] for name in METRICS}
        assert told == counted(chain, row["size"], row["size"])


def test_models_and_specs_are_swept_together(chain: str) -> None:
    told = run("sweep", chain, "squeezenet:1_1", "--input", "3x{64..128:64}", "--metrics", "macs")
    assert told.count("squeezenet:1_1") == 2
    assert "4 designs" in told


def test_another_model_is_no_part_of_a_sweep_that_goes_on(chain: str, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(Path(chain).read_bytes())
    asked = ["sweep", str(path), "--input", "3x{16..48:8}", "--resume", str(tmp_path / "j.jsonl")]
    run(*asked)
    run(*asked)
    nodes = [helper.make_node("Conv", ["x", "a"], ["y"])]
    saved(path, nodes, [weight("a", 4, 3, 1, 1)])
    assert "another sweep" in run(*asked, code=2) or "not those" in run(*asked, code=2)


def test_what_a_file_fixes_is_told(fixed: str) -> None:
    told = run("formula", fixed, "--of", "size", code=2)
    assert "can be built at no other `size` than 32; at size=" in told
    told = run("solve", fixed, "--for", "size=8..64:8", "--where", "macs <= 1T")
    assert "size = 32" in told
    told = run("sweep", fixed, "--input", "3x{24..40:8}", "--metrics", "macs")
    assert "3 designs; 2 with a fault" in told


def test_a_model_has_no_variables(chain: str) -> None:
    for command in (
        ["formula", chain, "--of", "size"],
        ["solve", chain, "--for", "size", "--where", "macs <= 1M"],
    ):
        assert "a model has no variables" in run(*command, "--set", "width=3", code=2)
    told = run("formula", chain, "--of", "depth", code=2)
    assert "has no variable `depth`" in told
    assert "`cnncalc convert MODEL net.yaml` gives a spec" in told
    with pytest.raises(ValueError, match="neither variants nor variables"):
        cnncalc.formula(chain, of="size", depth=3)


def test_symbols_stand_for_the_input_of_a_model(chain: str) -> None:
    told = run("explain", chain, "--symbolic", "--of", "size")
    assert "size" in told


@pytest.mark.parametrize("command", ["formula", "solve", "sweep"])
def test_what_is_no_model_is_refused(command: str, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(b"\x00\x1b[31m" * 100)
    more = {
        "formula": ["--of", "size"],
        "solve": ["--for", "size", "--where", "macs <= 1M"],
        "sweep": ["--input", "3x{8..16:8}"],
    }[command]
    told = run(command, str(path), *more, code=2)
    assert "error[E7" in told
    assert "\x1b" not in told


def test_reading_again_and_again_has_an_end(
    fixed: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cnncalc.design import models  # noqa: PLC0415 - it is changed here

    monkeypatch.setattr(models, "LAYERS_A_STEP", 10**6)
    del folder
    assert "give a smaller range" in run("formula", fixed, "--of", "size", code=2)
    told = run("solve", fixed, "--for", "size=8..64:8", "--where", "macs <= 1T", code=2)
    assert "give a smaller range" in told
