"""Folders, whatever stands in them, and many faults: done soon, in little memory."""

import json
import os
from pathlib import Path

import pytest
from fuzz.measure import Measured, measure

MOST_SECONDS = 2.0
MOST_MEGABYTES = 300
CHECK = ("-m", "cnncalc", "check")
SPEC = "input: 3x8x8\nlayers: [relu]\n"
CLEAN = "1 spec, 1 network, 0 errors, 0 warnings\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that we are in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def within_bounds(path: str, program: tuple[str, ...] = CHECK) -> Measured:
    took = measure(path, program)
    assert "Traceback" not in took.output
    assert took.seconds < MOST_SECONDS
    assert took.megabytes < MOST_MEGABYTES
    return took


@pytest.mark.parametrize("glob", ["**/d*/" * 60 + "x{}", "**/" + "d/" * 30 + "x{}"])
def test_globs_of_a_project_file_on_deep_paths(glob: str, folder: Path) -> None:
    deep = folder.joinpath(*["d"] * 60)
    deep.mkdir(parents=True)
    for number in range(5):
        (deep / f"n{number}.yaml").write_text(SPEC)
    globs = [glob.format(number) for number in range(250)]
    table = f"[check]\nallow_empty = true\nexclude = {json.dumps(globs)}\n"
    (folder / "cnncalc.toml").write_text(table)
    assert within_bounds(".").output == "5 specs, 5 networks, 0 errors, 0 warnings\n"


def test_globs_that_match_nothing_take_no_time(folder: Path) -> None:
    deep = folder.joinpath(*["d"] * 60)
    deep.mkdir(parents=True)
    for number in range(100):
        (deep / f"n{number}.yaml").write_text(SPEC)
    globs = json.dumps(["**/d*/" * 60 + f"x{number}" for number in range(150)])
    table = f"[[budgets]]\nspecs = {globs}\nmacs = '1G'\n"
    (folder / "cnncalc.toml").write_text(table)
    within_bounds(".")


def test_thousands_of_files(folder: Path) -> None:
    for number in range(2_000):
        (folder / f"n{number}.txt").write_text("x")
        (folder / f"n{number}.yaml").write_text("a: 1\n")
    (folder / "net.yaml").write_text(SPEC)
    assert within_bounds(".").output == CLEAN


def test_a_loop_of_linked_folders(folder: Path) -> None:
    (folder / "n.yaml").write_text(SPEC)
    for name, other in (("a", "b"), ("b", "a")):
        (folder / name).mkdir()
        (folder / name / "up").symlink_to(folder)
        (folder / name / "other").symlink_to(folder / other)
    assert within_bounds(".").output == CLEAN


def test_a_path_a_thousand_deep(folder: Path) -> None:
    for _ in range(1_000):
        os.mkdir("d")
        os.chdir("d")
    Path("n.yaml").write_text(SPEC)
    os.chdir(folder)
    took = within_bounds(".")
    for _ in range(999):  # what removes folders calls itself for each
        os.rename("d/d", "e")
        os.rmdir("d")
        os.rename("e", "d")
    assert took.output == CLEAN


@pytest.mark.parametrize(
    "form", ["full", "concise", "json", "github", "sarif", "gitlab", "junit", "markdown"]
)
def test_ten_thousand_faults(form: str, folder: Path) -> None:
    (folder / "n.yaml").write_text("input: 3x8x8\nlayers:\n" + "- rleu\n" * 10_000)
    took = within_bounds("n.yaml", (*CHECK, "--format", form))
    assert took.code == 1
    assert "unknown op, block or label `rleu`" in took.output


def test_sizes_that_are_listed_and_not_expanded(folder: Path) -> None:
    (folder / "n.yaml").write_text("input: 3x64x64\nlayers: [relu]\n")
    table = '[[budgets]]\nspecs = ["n.yaml"]\ninput = "3x{%d..%d}x64"\nparameters = ">= 1"\n'
    tables = [table % (first, first + 999) for first in range(1, 1_000)]
    (folder / "cnncalc.toml").write_text("".join(tables))
    assert "takes more than 300,000 steps" in within_bounds("n.yaml").output
