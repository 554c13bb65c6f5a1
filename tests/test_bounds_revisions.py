"""A huge file in a repository, which a small pack may hold: refused before it is read."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnncalc.cli import diff
from cnncalc.cli.main import main


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "n.yaml").write_text("#" * 1_048_577)
    (tmp_path / "n.onnx").write_bytes(b"\0" * 1_001)
    named = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for command in (("init",), ("add", "."), (*named, "commit", "--message", "first")):
        subprocess.run(["git", *command], check=True, capture_output=True)
    (tmp_path / "n.yaml").write_text("input: 3x8x8\nlayers: [conv1x1 4, relu]\n")
    assert CliRunner().invoke(main, ["convert", "n.yaml", "n.onnx"]).exit_code == 0
    return tmp_path


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(("name", "most"), [("n.yaml", "1,048,576"), ("n.onnx", "1,000")])
def test_a_huge_file_is_refused(name: str, most: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "MOST_BYTES", 1_000)
    done = CliRunner().invoke(main, ["diff", "--git", "HEAD", name])
    assert done.exit_code == 2
    assert f"`{name}` at the revision `HEAD` is larger than {most} bytes" in done.stderr
    assert "check out that revision, and name both files" in done.stderr
