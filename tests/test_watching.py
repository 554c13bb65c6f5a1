"""`cnncalc check --watch`: a process of its own, files that are saved, and an interrupt."""

import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from cnncalc.cli.checking.watching import Files
from cnncalc.cli.main import main

CLEAN = "name: net\ninput: 3x8x8\nlayers:\n  - conv3x3 8\n  - relu\n"
FAULTY = CLEAN.replace("relu", "rellu")
STORED = (
    '{"schema_version": 1, "basis": {"batch": 1, "dtype": "float32", "optimizer": "adam"}, '
    '"figures": {"net.yaml": {"macs": MACS}}}'
)
PATIENCE = 20.0
"""Seconds for which what must come is waited for."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other interrupts")


class Watching:
    """A check that watches a folder; its output is read line by line."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cnncalc", "check", "--watch", *arguments],
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "GITHUB_ACTIONS": ""},
            )
        finally:
            signal.signal(signal.SIGINT, before)
        self.lines: queue.Queue[str] = queue.Queue()
        self.thread = Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def run(self) -> str:
        """What one run prints."""
        said = ""
        end = time.monotonic() + PATIENCE
        while "; Ctrl-C ends it" not in said:
            try:
                said += self.lines.get(timeout=max(0.1, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"it has not run again: {said}") from None
        return said

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def rest(self) -> str:
        """What was printed after the last run that was looked at."""
        self.thread.join()
        return "".join(self.lines.queue)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.thread.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "net.yaml").write_text(CLEAN, "utf-8")
    return tmp_path


@pytest.fixture
def watching(folder: Path) -> Iterator[Watching]:
    made = Watching(folder, "nets", "--format", "concise")
    yield made
    made.close()


def test_it_checks_again_whenever_something_is_saved(folder: Path, watching: Watching) -> None:
    net, other = folder / "nets" / "net.yaml", folder / "nets" / "other.yml"
    assert watching.run() == (
        "1 spec, 1 network, 0 errors, 0 warnings\n\nwatching 1 file; Ctrl-C ends it\n"
    )
    net.write_text(FAULTY, "utf-8")
    assert "net.yaml:5:5: E204 " in watching.run()
    # half of a file is a finding, and so are bytes that are no text
    net.write_bytes(CLEAN.encode()[:-3] + b"\n  - [\xff")
    assert "1 error" in watching.run()
    net.write_text(CLEAN, "utf-8")
    assert "0 errors" in watching.run()
    other.write_text(CLEAN, "utf-8")
    assert "2 specs, 2 networks" in watching.run()
    (folder / "cnncalc.toml").write_text("[budget]\ndepth = 0\n", "utf-8")
    assert "2 errors" in watching.run()
    (folder / "cnncalc.toml").write_text("[budget\n", "utf-8")
    assert "E901" in watching.run()
    (folder / "cnncalc.toml").unlink()
    assert "0 errors" in watching.run()
    other.unlink()
    net.unlink()
    assert "no spec found in nets" in watching.run()
    net.write_text(CLEAN, "utf-8")
    assert "1 spec, 1 network" in watching.run()
    assert watching.end() == 130
    # A slow machine may have seen a file half-written, and checked twice: no more is said of it.
    assert "Traceback" not in watching.rest()


def test_a_baseline_of_the_project_file_is_watched(folder: Path) -> None:
    counts = folder / "counts.json"
    # 6x6 places of 8 channels, 9 taps on 3 channels
    macs = 6 * 6 * 8 * 27
    counts.write_text(STORED.replace("MACS", str(macs)).replace("net.y", "nets/net.y"), "utf-8")
    (folder / "cnncalc.toml").write_text('[check]\nbaseline = "counts.json"\n', "utf-8")
    watching = Watching(folder, "--format", "concise")
    try:
        assert "0 errors" in watching.run()
        text = counts.read_text("utf-8")
        counts.write_text(text.replace(str(macs), "9"), "utf-8")
        assert "E803" in watching.run()
        assert watching.end() == 130
    finally:
        watching.close()


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_commit_and_a_branch_that_moves_are_seen(folder: Path) -> None:
    net = folder / "nets" / "net.yaml"
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=first")
    net.write_text(CLEAN.replace("conv3x3 8", "conv3x3 16"), "utf-8")
    watching = Watching(folder, "nets", "--format", "concise", "--against", "HEAD")
    try:
        assert "(changed)" in watching.run()
        git(folder, "commit", "--all", "--quiet", "--message=second")
        assert "(changed)" not in watching.run()
        git(folder, "branch", "old", "HEAD~1")  # of no file that is watched, and not asked for
        git(folder, "reset", "--quiet", "--soft", "HEAD~1")
        assert "(changed)" in watching.run()
        assert watching.end() == 130
        assert "Traceback" not in watching.rest()
    finally:
        watching.close()


def test_a_branch_that_is_gone_is_told(folder: Path) -> None:
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=first")
    git(folder, "branch", "side")
    watching = Watching(folder, "nets", "--format", "concise", "--against", "side")
    try:
        assert "0 errors" in watching.run()
        git(folder, "branch", "--delete", "--force", "side")
        assert "unknown git revision `side`" in watching.run()
        git(folder, "branch", "side")
        assert "0 errors" in watching.run()
        assert watching.end() == 130
    finally:
        watching.close()


@pytest.mark.parametrize("name", ["gone.yaml", "gone.yaml:small", "nett"])
def test_a_file_that_is_not_there_is_not_waited_for(folder: Path, name: str) -> None:
    command = [sys.executable, "-m", "cnncalc", "check", "--watch", "nets", name]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 2
    assert name.partition(":")[0] in done.stdout
    assert "watching" not in done.stderr


def test_who_stops_reading_ends_it(folder: Path) -> None:
    reader = subprocess.Popen(
        [sys.executable, "-m", "cnncalc", "check", "--watch", "nets"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline().startswith("1 spec")
    reader.stdout.close()
    (folder / "nets" / "net.yaml").write_text(FAULTY, "utf-8")
    assert reader.stderr is not None
    assert reader.wait(PATIENCE) == 0
    assert "Traceback" not in reader.stderr.read()
    reader.stderr.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "standard input cannot be watched"),
        (["--list-files"], "--list-files has no effect with --watch"),
        (["--baseline", "b.json", "--update-baseline"], "--update-baseline has no effect with"),
        (["--docs", "--fix"], "--fix has no effect with --watch"),
        (["gone"], "there is no network `gone`"),
        (["--select", "W0"], "matches no rule"),
    ],
)
def test_what_cannot_be_watched_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(folder)
    monkeypatch.setattr("cnncalc.cli.checking.watching.Files.wait", stop)
    done = CliRunner().invoke(main, ["check", "--watch", *arguments])
    assert message in done.output
    assert done.exit_code in {1, 2}


def test_what_is_written_is_not_watched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "cnncalc.toml").write_text('[check]\nbaseline = "ci/counts.json"\n', "utf-8")
    for name in ("nets/readme.md", "nets/out.md", "nets/notes.log"):
        (folder / name).write_text("", "utf-8")
    files = Files({"output": "nets/out.md", "docs": True, "config": None}, ("nets",))
    assert {os.path.relpath(one) for one in files.marks()} == {
        "nets/net.yaml",
        "nets/readme.md",
        "cnncalc.toml",
    }
    (folder / "ci").mkdir()
    (folder / "ci" / "counts.json").write_text("{}", "utf-8")
    assert "ci/counts.json" in {os.path.relpath(one) for one in files.marks()}


def test_a_file_in_the_place_of_another_is_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    files = Files({}, ("nets/net.yaml", "resnet:50", "nets/net.yaml:s"))
    before = files.marks()
    status = (folder / "nets/net.yaml").stat()
    draft = folder / "draft"
    draft.write_text(CLEAN.replace("8x8", "9x9"), "utf-8")
    os.utime(draft, ns=(status.st_atime_ns, status.st_mtime_ns))
    draft.replace(folder / "nets/net.yaml")
    assert files.marks() != before
