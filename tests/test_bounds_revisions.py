"""What is huge in a repository, or never ends, which a few objects may hold: refused in time."""

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from fuzz.clock import stopwatch
from repositories import git

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.change.compare import compare_texts
from cnncalc.cli import diff, revision
from cnncalc.cli.checking import against
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


def stored(text: str, *arguments: str) -> str:
    """The name of an object that git makes of a text."""
    named = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", *named, *arguments], input=text, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def of_trees(levels: int, name: str) -> Callable[[], None]:
    """A commit of ten trees in each tree, `10**levels` files in all, which are one."""

    def make() -> None:
        blob = stored("input: 3x8x8\nlayers: [relu]\n", "hash-object", "-w", "--stdin")
        below = f"100644 blob {blob}"
        for _ in range(levels):
            tree = stored("".join(f"{below}\t{at}{name}\n" for at in range(10)), "mktree")
            below = f"040000 tree {tree}"
        git("update-ref", "HEAD", stored("", "commit-tree", tree, "-m", "many"))

    return make


def pipe() -> None:
    """A pipe in the place of git's settings."""
    Path(".git/config").unlink()
    os.mkfifo(".git/config")


MANY: Mapping[str, tuple[Callable[[], None], str]] = {
    "files": (of_trees(7, ""), "gave more than 33,554,432 bytes"),
    "specs": (of_trees(3, ".yaml"), "more than 500 specs differ"),
    "pipe": (pipe, "has not ended within 2 seconds"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
@pytest.mark.parametrize("case", MANY)
def test_what_never_ends_is_refused(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(against, "MOST_SPECS", 500)
    monkeypatch.setattr(revision, "SECONDS", 2.0 if case == "pipe" else 30.0)
    Path("n.yaml").write_text("input: 3x8x8\nlayers: [conv1x1 4]\n", "utf-8")
    git("init", "-q")
    make, told = MANY[case]
    make()
    with stopwatch() as took:
        done = CliRunner().invoke(main, ["check", "--against", "HEAD", "."])
    assert done.exit_code == 2
    assert told in done.stderr
    assert took.seconds < 5.0


def test_a_thousand_networks_take_the_memory_of_one() -> None:
    text = "name: n{0}\ninput: 3x8x8\nlayers: [{{repeat 2000: relu}}, conv1x1 {0}]\n"

    def taken(count: int) -> int:
        after = {f"{at}.yaml": text.format(at + 1) for at in range(count)}
        tracemalloc.start()
        found, _, _ = compare_texts({}, after, lambda _: Basis())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(found) == count
        return most

    assert taken(20) < 2 * taken(1)
