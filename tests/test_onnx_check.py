"""Models held to the budgets of a project file."""

import json
import shutil
from pathlib import Path

import pytest
from commands import check as run

pytest.importorskip("onnx", reason="onnx is in the extra `onnx`")

MODEL = Path(__file__).parent / "golden" / "onnx" / "tv_alexnet.onnx"
PARAMETERS = 61_100_840  # torchvision's own count


@pytest.mark.parametrize(("limit", "code"), [("61_100_840", 0), ("61_100_839", 1)])
def test_a_model_keeps_to_the_budgets_of_its_project(
    tmp_path: Path, limit: str, code: int
) -> None:
    shutil.copy(MODEL, tmp_path / "net.onnx")
    budget = f'[[budgets]]\nspecs = "*.onnx"\nparameters = "{limit}"\n'
    (tmp_path / "cnncalc.toml").write_text(budget, encoding="utf-8")
    done = run("net.onnx", "--format", "json", cwd=tmp_path)
    assert done.returncode == code, done.stderr
    report = json.loads(done.stdout)
    assert report["claims"][0]["actual"] == f"{PARAMETERS:,}"
    assert [one["actual"] for one in report["findings"]] == [PARAMETERS] * code


def test_what_is_no_model_is_said(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"not a model")
    done = run("net.onnx", cwd=tmp_path)
    assert done.returncode != 0
    assert "E701" in done.stdout
    assert "Traceback" not in done.stderr
