"""Every command that takes a network takes a model of Keras."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from commands import check
from keras_models import archive, chain, conv, dense, layer

import cnncalc
from cnncalc import load, read_onnx, summarize
from cnncalc.cli.main import main

GOLDEN = Path(__file__).parent / "golden" / "keras"
SMALL = chain(
    (8, 8, 3),
    conv(activation="relu"),
    layer("MaxPooling2D", "p", pool_size=2),
    layer("GlobalAveragePooling2D", "g"),
    dense(activation="softmax"),
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "small.keras"
    path.write_bytes(archive(SMALL))
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_summarize_explain_and_verify(model: Path) -> None:
    found = json.loads(run("summarize", model, "--format", "json").output)
    assert found["totals"]["parameters"] == 112 + 25
    assert "8*8*4*3*3*3" in run("explain", model, "c").output
    assert "agree with a run on 3x8x8" in run("verify", model).output


def test_compare_and_diff(model: Path) -> None:
    assert "137" in run("compare", model, "lenet5").output
    assert run("diff", model, model).exit_code == 0
    assert "Nothing changed" in run("diff", model, model).output


@pytest.mark.parametrize("suffix", ["yaml", "onnx"])
def test_what_is_converted_is_the_same_network(model: Path, suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"out.{suffix}"
    words = ["--no-weights"] if suffix == "onnx" else []
    assert run("convert", model, target, *words).exit_code == 0
    before, after = (summarize(load(path)).totals for path in (model, target))
    assert (before.parameters, before.macs) == (after.parameters, after.macs)


def test_names_are_read_whatever_their_case(tmp_path: Path) -> None:
    path = tmp_path / "SMALL.KERAS"
    path.write_bytes(archive(SMALL))
    assert load(path).layers == read_onnx(path).layers


def test_a_model_has_neither_variants_nor_variables(model: Path) -> None:
    assert "a model has no variants" in run("summarize", f"{model}:16").output
    assert "a model has no variables" in run("summarize", model, "--set", "a=1").output
    with pytest.raises(TypeError, match="neither variants nor variables"):
        cnncalc.load(model, variant=16)


def test_standard_input_is_known_by_what_it_holds() -> None:
    done = CliRunner().invoke(main, ["summarize", "-"], input=archive(SMALL))
    assert "137 parameters" in done.output


@pytest.mark.parametrize(("limit", "code"), [("3_504_872", 0), ("3_504_871", 1)])
def test_a_model_keeps_to_the_budgets_of_its_project(
    tmp_path: Path, limit: str, code: int
) -> None:
    shutil.copy(GOLDEN / "MobileNetV2.keras", tmp_path / "net.keras")
    budget = f'[[budgets]]\nspecs = "*.keras"\nparameters = "{limit}"\n'
    (tmp_path / "cnncalc.toml").write_text(budget, encoding="utf-8")
    done = check("net.keras", "--format", "json", cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert json.loads(done.stdout)["claims"][0]["actual"] == "3,504,872"
