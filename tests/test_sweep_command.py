"""`cnncalc sweep` as it is called: what is refused, what is kept, and how it goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from designs import TEXT

from cnncalc.cli.main import main
from cnncalc.design.sweep import engine
from cnncalc.design.sweep.evaluate import Block, Task, evaluate
from cnncalc.processes import START

LINE = ["tiny.yaml", "--set", "width=1..40", "--set", "depth=1..5", "--exact"]
"""200 designs, in 13 batches."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TEXT, "utf-8")
    return tmp_path


def call(*arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["sweep", *arguments])
    assert done.exit_code == code, done.output + repr(done.exception)
    return done


def refusal(*arguments: str) -> str:
    """The one line in which a call is refused."""
    done = call(*arguments, code=2)
    assert done.stdout == ""
    _, _, message = done.stderr.partition("Error: ")
    [line] = (message or done.stderr).strip().splitlines()
    return line


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--set", "widht=1..4"], "did you mean `width`?"),
        (["--set", "width=4..1"], "empty range 4..1"),
        (["--set", "width"], "not name=values"),
        (["--set", "width=1", "--metrics", "macs,parameter"], "did you mean `parameters`?"),
        (["--set", "width=1", "--metrics", ""], "unknown metric"),
        (["--set", "width=1", "--where", "macs"], "is no condition"),
        (["--set", "width=1", "--where", "mcas <= 1M"], "did you mean `macs`?"),
        (["--set", "width=1", "--where", "weight_bytes <= 4"], "needs a unit"),
        (["--set", "unit=plain,wide", "--where", "unit >= 4"], "values that are no numbers"),
        (["--set", "width=1", "--pareto", "macs,macs"], "names a column twice"),
        (["--set", "width=1", "--sort", "colour"], "unknown metric `colour`"),
        (["--set", "width=1,2", "--set", "depth=1,2,3", "--zip"], "have as many values"),
        (["--set", "width=1", "--set", "width=2"], "`width` is given twice"),
        (["--set", "size=8,9", "--input", "3x{8..9}"], "`size` is given twice"),
        (["--set", "input.height=8,9", "--input", "3x{8..9}"], "move the same length"),
        (["--set", "depth=1,2", "--metrics", "depth"], "`depth` is a variable here"),
        (["--set", "width=1..1000000", "--set", "depth=1..1000000"], "1,000,000,000,000 designs"),
        (["--set", "width=1", "--seed", "3"], "--seed has no effect"),
        (["--set", "width=1", "-o", "none/a.csv"], "there is no folder `none`"),
        (["--set", "width=1", "-o", "."], "it is a folder"),
        (["--set", "width=1", "--format", "parquet"], "Parquet is no text"),
        (["--set", "width=1", "--dask", "tcp://x", "--jobs", "2"], "--jobs has no effect"),
        (["--input", "3x{8..9}x{1..2}x3"], "4 axes"),
        (["--set", "width=1", "--bits", "w8a8", "--dtype", "int8"], "--bits has no effect"),
        (["--set", "width=1", "--bits", "w8, fcc: w4"], "fcc"),
        (["--set", "width=1", "-o", "a.jsonl", "--resume", "a.jsonl"], "cannot be both"),
        (["tiny.yaml"], "`tiny.yaml` is named twice"),
        (["net.onnx"], "cannot read `net.onnx`"),
        (["lenet5:*"], "has no variants"),
    ],
)
def test_what_cannot_be_is_one_line(arguments: list[str], part: str, folder: Path) -> None:
    line = refusal("tiny.yaml", *arguments)
    assert part in line
    assert [*os.listdir(folder)] == ["tiny.yaml"]


@pytest.mark.parametrize("package", ["--dask", "-o"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from cnncalc.render import parquet  # noqa: PLC0415 - it may not be there

    monkeypatch.setattr(parquet, "WRITERS", ("no_such_package",))
    monkeypatch.setitem(sys.modules, "distributed", None)
    value = {"--dask": "tcp://127.0.0.1:1", "-o": "a.parquet"}[package]
    done = call("tiny.yaml", "--set", "width=1", package, value, code=2)
    assert "pip install 'cnncalc[" in done.stderr
    assert [*os.listdir()] == ["tiny.yaml"]


def test_two_shapes_of_one_input_are_refused() -> None:
    """The later one would win, and the design of the other would be missing."""
    shown = refusal("tiny.yaml", "--input", "3x16x16", "--input", "3x{16..24:8}")
    assert "`3x16x16`, `3x{16..24:8}` are shapes of one input" in shown
    assert "--set size=" in shown


def test_zip_moves_values_together() -> None:
    line = ["--set", "width=3,4", "--set", "depth=1,2", "--set", "unit=wide", "--zip"]
    rows = [
        json.loads(one)
        for one in call("tiny.yaml", *line, "--format", "jsonl").stdout.split("\n")[:-1]
    ]
    assert [(row["width"], row["depth"], row["unit"]) for row in rows] == [
        (3, 1, "wide"),
        (4, 2, "wide"),
    ]


def test_the_ending_of_the_output_is_its_format() -> None:
    for name in ("a.csv", "a.jsonl", "a.json", "a.txt"):
        call("tiny.yaml", "--set", "width=1", "-o", name)
    assert Path("a.csv").read_text("utf-8").startswith("width,parameters,")
    assert json.loads(Path("a.jsonl").read_text("utf-8"))["width"] == 1
    assert json.loads(Path("a.json").read_text("utf-8"))["rows"][0]["width"] == 1
    assert "peak activations" in Path("a.txt").read_text("utf-8")
    assert len(os.listdir()) == 5


def test_a_narrow_table_says_what_it_hides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    text = call("tiny.yaml", "--set", "width=100000").stdout
    assert "Hidden at this width: peak_activation_bytes, receptive_field." in text
    assert max(map(len, text.splitlines()[:3])) <= 40


def test_a_narrow_table_keeps_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    text = call("tiny.yaml", "--set", "width=0,100000").stdout
    assert text.splitlines()[0].split() == ["width", "parameters", "fault"]
    assert "Hidden at this width: macs, peak_activation_bytes, receptive_field." in text


def test_a_table_ends_somewhere() -> None:
    text = call(*LINE, "--set", "unit=plain,wide").stdout
    assert len(text.splitlines()) == 204
    assert "400 designs; the first 200 shown" in text


def test_results_do_not_depend_on_processes() -> None:
    call(*LINE, "-o", "one.csv", "--jobs", "1")
    call(*LINE, "-o", "three.csv", "--jobs", "3")
    assert Path("one.csv").read_bytes() == Path("three.csv").read_bytes()


def test_formulas_give_what_evaluation_gives() -> None:
    line = ["tiny.yaml", "--set", "width=1..60", "--set", "depth=1..12"]
    done = call(*line, "-o", "formula.csv")
    assert "Formulas gave" in done.stderr
    assert "evaluated, too, and are equal" in done.stderr
    assert call(*line, "--exact", "-o", "exact.csv").stderr == ""
    assert Path("formula.csv").read_bytes() == Path("exact.csv").read_bytes()


# What is kept


def interrupted(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A sweep that is interrupted after some of its designs."""
    command = [sys.executable, "-m", "cnncalc", "sweep", *arguments]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    path = Path("all.csv.part.jsonl")
    while time.monotonic() < end and (not path.exists() or path.stat().st_size < 5000):
        time.sleep(0.01)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    return subprocess.CompletedProcess(command, started.returncode, out, err)


MANY = ["tiny.yaml", "--set", "width=1..400", "--set", "depth=1..10", "--exact"]


@pytest.mark.skipif(os.name == "nt", reason="signals are other there")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_sweep_goes_on_where_it_was(jobs: str) -> None:
    done = interrupted(*MANY, "-o", "all.csv", "--jobs", jobs)
    assert done.returncode == 130, done.stderr
    assert done.stdout == ""
    assert "kept in `all.csv.part.jsonl`" in done.stderr
    assert "Traceback" not in done.stderr
    assert not Path("all.csv").exists()
    lines = Path("all.csv.part.jsonl").read_text("utf-8").splitlines()
    assert 16 < len(lines) < 4001
    assert "`all.csv.part.jsonl` is of a sweep that was not ended" in refusal(
        *MANY, "-o", "all.csv"
    )
    with Path("all.csv.part.jsonl").open("a") as stream:
        stream.write('{"design": 3, "of"')  # the run was ended in the middle of a line
    call(*MANY, "-o", "all.csv", "--resume", "all.csv.part.jsonl", "--jobs", "2")
    assert not Path("all.csv.part.jsonl").exists()
    call(*MANY, "-o", "whole.csv", "--jobs", "2")
    assert Path("all.csv").read_bytes() == Path("whole.csv").read_bytes()


def test_a_file_to_resume_from_may_be_begun_and_is_kept() -> None:
    first = call(*LINE, "--resume", "kept.jsonl", "--format", "csv").stdout
    size = Path("kept.jsonl").stat().st_size
    again = call(*LINE, "--resume", "kept.jsonl", "--format", "csv").stdout
    assert again == first
    assert Path("kept.jsonl").stat().st_size == size
    head, *rows = Path("kept.jsonl").read_text("utf-8").splitlines()
    assert len(rows) == 200
    half = [head, *reversed(rows[:100])]
    Path("kept.jsonl").write_text("\n".join(half) + "\n", "utf-8")
    assert call(*LINE, "--resume", "kept.jsonl", "--format", "csv").stdout == first


def test_times_are_told_with_their_error_and_go_on() -> None:
    line = ["tiny.yaml", "--set", "width=0..40", "--metrics", "time:rtx4090", "--format", "csv"]
    first = call(*line, "--batch", "512", "--resume", "kept.jsonl")
    assert "time:rtx4090 is an estimate: half of the families not timed" in first.stderr
    assert "was not timed" not in first.stderr
    assert call(*line, "--batch", "512", "--resume", "kept.jsonl").stdout == first.stdout
    assert "a batch of 1 was not timed" in call(*line).stderr


def test_other_settings_and_broken_files_are_refused() -> None:
    call(*LINE, "--resume", "kept.jsonl", "--format", "csv")
    other = refusal(*LINE, "--metrics", "macs", "--resume", "kept.jsonl")
    assert "`kept.jsonl` is of another sweep: metrics differ" in other
    assert "axes differ" in refusal(*LINE, "--set", "unit=wide", "--resume", "kept.jsonl")
    call(*LINE, "--resume", "kept.jsonl", "--where", "macs <= 1M")  # of what is done, any part
    assert "basis differ" in refusal(*LINE, "--bits", "w8a8", "--resume", "kept.jsonl")
    text = Path("tiny.yaml").read_text("utf-8")
    Path("tiny.yaml").write_text(text.replace("linear 10", "linear 11"), "utf-8")
    assert "networks differ" in refusal(*LINE, "--resume", "kept.jsonl")
    Path("tiny.yaml").write_text(text, "utf-8")
    lines = Path("kept.jsonl").read_text("utf-8").splitlines(keepends=True)
    for broken in (
        "{\n",
        "[]\n",
        '{"design": 900, "found": {}}\n',
        '{"design": 1, "found": {"macs": 1}}\n',
        lines[3].replace('"macs": ', '"macs": 1.5e'),
        "[" * 100_000 + "\n",
        "1" * 10_000 + "\n",
    ):
        Path("kept.jsonl").write_text("".join([*lines[:5], broken, *lines[6:]]), "utf-8")
        assert "line 6 of `kept.jsonl` is broken" in refusal(*LINE, "--resume", "kept.jsonl")
    Path("kept.jsonl").write_text("", "utf-8")
    assert "is empty" in refusal(*LINE, "--resume", "kept.jsonl")
    assert "line 1 of `tiny.yaml` is broken" in refusal(*LINE, "--resume", "tiny.yaml")
    assert Path("tiny.yaml").read_text("utf-8") == text


@pytest.mark.skipif(os.name == "nt", reason="there are no such locks there")
def test_two_runs_do_not_write_one_file() -> None:
    import fcntl  # noqa: PLC0415 - Windows has none

    call(*LINE, "--resume", "kept.jsonl", "--format", "csv")
    with Path("kept.jsonl").open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        line = refusal(*LINE, "--resume", "kept.jsonl")
    assert "cannot write `kept.jsonl`: another sweep is writing there" in line


# Workers that die


def ending(task: Task) -> Block:
    """Evaluate, but end the first process that comes to design 20."""
    if 20 in task.places and not os.path.exists("ended"):
        Path("ended").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return evaluate(task)


def always_ending(task: Task) -> Block:
    """The same each time."""
    if 20 in task.places:
        os.kill(os.getpid(), signal.SIGKILL)
    return evaluate(task)


@pytest.mark.skipif(START != "fork", reason="what is put in its place is not there after a spawn")
def test_a_process_that_is_lost_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    call(*LINE, "-o", "one.csv", "--jobs", "1")
    monkeypatch.setattr(engine, "evaluate", ending)
    call(*LINE, "-o", "lost.csv", "--jobs", "2")
    assert Path("ended").exists()
    assert Path("one.csv").read_bytes() == Path("lost.csv").read_bytes()


@pytest.mark.skipif(START != "fork", reason="as above")
def test_a_process_that_is_lost_each_time_ends_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "evaluate", always_ending)
    line = refusal(*LINE, "-o", "lost.csv", "--jobs", "2")
    assert "has ended a process of the sweep again and again" in line
    assert Path("lost.csv.part.jsonl").exists()  # what is done is kept
    assert not Path("lost.csv").exists()
