"""Shapes given for an input that are hardly meant: what is said, and what to write."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cnncalc.cli.main import main

SPEC = "name: Any\ninput: {inputs}\nlayers:\n{layers}"


def said(path: Path, *inputs: str) -> str:
    given = [part for shape in inputs for part in ("--input", shape)]
    return CliRunner().invoke(main, ["summarize", str(path), *given]).output


def network(folder: Path, inputs: str, *layers: str) -> Path:
    path = folder / "any.yaml"
    listed = "".join(f"  - {layer}\n" for layer in layers)
    path.write_text(SPEC.format(inputs=inputs, layers=listed))
    return path


@pytest.mark.parametrize(
    ("shape", "message", "hint"),
    [
        ("384", "the input 384 has fewer axes than 3x32x32", "write `3x384x384`"),
        ("64x48", "the input 64x48 has fewer axes than 3x32x32", "write `3x64x48`"),
        ("1x3x64x48", "one axis more than 3x32x32", "write `3x64x48`, and use `--batch 1`"),
        ("8x3x64x48", "one axis more than 3x32x32", "write `3x64x48`, and use `--batch 8`"),
        ("64x48x3", "the input 64x48x3 has 64 channels, not 3", "write `3x64x48`"),
        ("1x3x1x64x48", "is not a shape", "leave off the batch, use `--batch`"),
    ],
)
def test_a_slip_says_what_to_write(tmp_path: Path, shape: str, message: str, hint: str) -> None:
    path = network(tmp_path, "3x32x32", "conv3x3 8", "relu")
    shown = said(path, shape)
    assert message in shown
    assert hint in shown
    assert shown.count("error[") == ("is not" not in message)


def test_with_a_label(tmp_path: Path) -> None:
    path = network(tmp_path, "{left: 3x32x32, right: 1x8x8}", "concat: [left, left]")
    assert "write `3x64x64`" in said(path, "left=64")
    assert "write `1x64x64`" in said(path, "right=64")
    assert "error" not in said(path, "left=3x16x16", "right=1x64x64")


@pytest.mark.parametrize("shape", ["3x64x64", "5x32x32", "3x64", "3x4x8x8", "5x4x8x8", "3x3x8x8"])
def test_other_shapes_pass(tmp_path: Path, shape: str) -> None:
    path = network(tmp_path, "3x32x32", "conv 8 kernel_size=3 padding=1", "relu")
    assert "error" not in said(path, shape)


def test_features_with_a_batch(tmp_path: Path) -> None:
    path = network(tmp_path, "784", "linear 10")
    assert "write `784`, and use `--batch 1`" in said(path, "1x784")
    assert "error" not in said(path, "100")
