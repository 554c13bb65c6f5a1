"""Every surface that a stranger reaches, tried for a second, and what broke one once."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fuzz.child import Child
from fuzz.run import CORPUS, Run, shrunk

HERE = Path(__file__).parent
SURFACES = sorted(path.stem for path in (HERE / "fuzz" / "surfaces").glob("[a-z]*.py"))
SURFACES.remove("answers")
FOUND = sorted(path for path in CORPUS.rglob("*") if path.is_file())


def test_every_kind_of_file_has_a_surface() -> None:
    assert SURFACES == [
        "arrays", "baselines", "command_lines", "documents", "keras", "model_files", "onnx",
        "pictures", "project_files", "specs",
    ]  # fmt: skip
    assert {path.parent.name for path in FOUND} <= {*SURFACES}


@pytest.mark.parametrize("name", SURFACES)
def test_a_surface_is_tried_for_a_while(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fuzz.run.CORPUS", tmp_path)  # what breaks is told, not kept
    run = Run(name, 1)
    try:
        for _ in range(15):
            run.one()
    finally:
        run.child.stop()
    assert run.problems.total() == 0
    assert run.tried == 15
    assert run.words


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_broke_a_surface_once(path: Path) -> None:
    surface: Any = import_module(f"fuzz.surfaces.{path.parent.name}")
    assert list(surface.attempt(path.read_bytes()))


@pytest.mark.parametrize("name", SURFACES)
def test_a_seed_makes_the_same_again(name: str) -> None:
    surface: Any = import_module(f"fuzz.surfaces.{name}")
    one, other = (surface.make(Random(3)) for _ in range(2))  # noqa: S311 - the same again
    assert one == other


# The watch itself

SLOW = "end = process_time() + 1.2\n        while process_time() < end: pass"

BAD = {
    "raises": ("raise ValueError('no')", "ValueError in attempt"),
    "dies": ("import os; os._exit(9)", "dies with 9"),
    "hangs": ("import time; time.sleep(99)", "hangs"),
    "slow": (SLOW, "too long"),
    "large": ("b'x' * (400 << 20)", "too much memory"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_broken_promise_is_seen(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, kind = BAD[name]
    module = tmp_path / "fuzz_bad.py"
    module.write_text(
        "from time import process_time\n"
        "ATTEMPT_SECONDS = 0.8\n"
        "def make(random): return b'abcdef'\n"
        "def attempt(data):\n"
        f"    if b'c' in data:\n        {body}\n"
        "    yield 'well'\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("fuzz.child.HANGS", 5.0)
    sys.modules.pop("fuzz_bad", None)
    child = Child(import_module("fuzz_bad"))
    try:
        assert child.tries(b"ab").problem is None
        found = child.tries(b"abcdef").problem
        assert found is not None
        assert found.startswith(kind)
        assert child.tries(b"ab").words == ("well",)
    finally:
        child.stop()


def test_what_breaks_is_made_small() -> None:
    assert shrunk(b"a" * 1000 + b"bad" + b"c" * 1000, lambda data: b"bad" in data) == b"bad"


def test_the_runner_says_how_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.run"], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "Usage: python -m fuzz.run SURFACE SECONDS [SEED]\n"
