"""How the program ends when it is stopped, when others write as well, and when nobody listens."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnncalc.files import alone_in, write_whole
from cnncalc.interchange.onnx_model.stored import Stored

SPEC = "name: small\ninput: 3x8x8\nlayers: [conv3x3 8, relu]\n"
SLOW = "input: 3x8x8\nlayers: [{repeat 4000: [conv1x1 3, relu]}]\n"
FAULTY = "input: 3x8x8\nlayers: [conv3x3 8 groups=2]\n"
COMMAND = [sys.executable, "-m", "cnncalc"]

HAS_PROC = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
HAS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
HAS_SHELL = pytest.mark.skipif(not Path("/bin/sh").exists(), reason="there is no shell")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Processes that are started can be interrupted, even where we run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


# Processes of a check


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8")
    except OSError:  # it has ended meanwhile
        return []
    return [int(word) for word in text.split()]


def workers_of(process: "subprocess.Popen[str]", count: int) -> list[int]:
    """The processes that a process has started, once there are that many."""
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        started = children(process.pid)
        # Newer Pythons start the workers by way of a process that does nothing else.
        found = [one for each in started for one in children(each)] or started
        if len(found) >= count:
            return found
        time.sleep(0.01)
    raise AssertionError("it has started no processes")


def is_there(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def checking(folder: Path) -> "subprocess.Popen[str]":
    """A check in four processes that takes a while."""
    for number in range(200):
        (folder / f"net{number}.yaml").write_text(SLOW, "utf-8")
    pipe = subprocess.PIPE
    command = [*COMMAND, "check", "--jobs", "4", "."]
    return subprocess.Popen(command, cwd=folder, stdout=pipe, stderr=pipe, text=True)


@HAS_PROC
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
@pytest.mark.usefixtures("interruptible")
def test_no_process_outlives_the_check(tmp_path: Path, number: signal.Signals) -> None:
    process = checking(tmp_path)
    workers = workers_of(process, 4)
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert "Traceback" not in said
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    end = time.monotonic() + 5
    while any(map(is_there, workers)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [one for one in workers if is_there(one)]


@HAS_PROC
def test_a_process_that_is_ended_is_told_in_one_line(tmp_path: Path) -> None:
    process = checking(tmp_path)
    os.kill(workers_of(process, 4)[1], signal.SIGKILL)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "Traceback" not in said
    assert "the system has ended a process of the check" in said
    assert "try `--jobs 1`" in said


# Interrupts


@pytest.mark.skipif(os.name == "nt", reason="Windows has other interrupts")
@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_of_the_start_leaves_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(SPEC, "utf-8")
    # What interrupts comes after the first import of ours, at every step of what follows.
    program = (
        "import cnncalc.__main__, os, signal, sys\n"
        "at = int(sys.argv.pop(1))\n"
        "def watch(frame, event, argument):\n"
        "    global at\n"
        "    at -= 1\n"
        "    if at == 0:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.setprofile(watch)\n"
        "cnncalc.__main__.run()\n"
    )
    for at in (4, 10, 100, 1000, 3000, 9000, 20_000, 40_000):
        command = [sys.executable, "-c", program, str(at), "summarize", "net.yaml"]
        done = subprocess.run(
            command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=30
        )
        assert "Traceback" not in done.stderr, at
        assert done.returncode == 130, (at, done.stderr)


def test_the_program_starts_where_interrupts_are_handled() -> None:
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
    assert 'cnncalc = "cnncalc.__main__:run"' in text


# Standard error


@HAS_SHELL
@HAS_FULL
@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("check net.yaml", 0),
        ("check faulty.yaml", 1),
        ("check gone.yaml", 2),
        ("summarize faulty.yaml", 2),
        ("summarize net.yaml -o out.txt", 0),
        ("--no-such-option", 2),
    ],
)
def test_standard_error_changes_no_exit(
    tmp_path: Path, where: str, arguments: str, code: int
) -> None:
    (tmp_path / "net.yaml").write_text(SPEC, "utf-8")
    (tmp_path / "faulty.yaml").write_text(FAULTY, "utf-8")
    script = f'"$PYTHON" -m cnncalc {arguments} {where}'
    environment = {**os.environ, "PYTHON": sys.executable}
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        check=False,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        timeout=20,
    )
    assert done.returncode == code
    if "out.txt" in arguments:
        assert "small" in (tmp_path / "out.txt").read_text("utf-8")


# Standard output


@pytest.mark.parametrize(
    "arguments",
    [
        ["summarize", "resnet:152", "--depth", "all"],
        ["summarize", "resnet:152", "--format", "csv"],
        ["check", "net.yaml", "faulty.yaml", "--format", "json"],
        ["check", "faulty.yaml"],
        ["report", "net.yaml"],
        ["sweep", "net.yaml", "--input", "3x{8..64:8}x8"],
        ["list"],
        ["check", "--help"],
        ["--help"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_who_stops_reading_ends_the_program_quietly(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "net.yaml").write_text(SPEC, "utf-8")
    (tmp_path / "faulty.yaml").write_text(FAULTY, "utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [*COMMAND, *arguments],
            check=False,
            cwd=tmp_path,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


@HAS_SHELL
def test_the_first_line_is_all_that_is_read(tmp_path: Path) -> None:
    script = '"$PYTHON" -m cnncalc summarize resnet:152 --format csv | head -1'
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


# Files that are written


def test_what_was_left_behind_stops_no_writing(tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    for name in (f"out.txt.{os.getpid()}.part", ".cnncalc-.part"):
        (tmp_path / name).write_text("stale", "utf-8")
    write_whole(str(out), b"new")
    assert out.read_bytes() == b"new"
    assert len(os.listdir(tmp_path)) == 3


def test_a_name_as_long_as_the_system_allows_is_written(tmp_path: Path) -> None:
    out = tmp_path / f"{'n' * 251}.txt"
    write_whole(str(out), b"new")
    assert out.read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_what_is_replaced_keeps_its_rights(tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    out.write_text("old", "utf-8")
    out.chmod(0o640)
    write_whole(str(out), b"new")
    assert out.stat().st_mode & 0o7777 == 0o640


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError(28, "no space left on device")])
def test_what_cannot_be_written_whole_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException | type[BaseException]
) -> None:
    out = tmp_path / "out.txt"
    out.write_text("old", "utf-8")

    def fail(_: int) -> None:
        raise fault

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises((KeyboardInterrupt, OSError)):
        write_whole(str(out), b"new")
    assert os.listdir(tmp_path) == ["out.txt"]
    assert out.read_text("utf-8") == "old"


def test_baselines_written_at_once_lose_nothing(tmp_path: Path) -> None:
    names = [f"net{number}.yaml" for number in range(6)]
    for name in names:
        (tmp_path / name).write_text(SPEC, "utf-8")
    running = [
        subprocess.Popen(
            [*COMMAND, "check", "--baseline", "figures.json", "--update-baseline", name],
            cwd=tmp_path,
        )
        for name in names
    ]
    assert [one.wait(timeout=60) for one in running] == [0] * 6
    stored = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert list(stored["figures"]) == names
    assert sorted(os.listdir(tmp_path)) == ["figures.json", *names]


def test_who_waits_too_long_for_another_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fcntl")
    monkeypatch.setattr("cnncalc.files.LONGEST_WAIT", 0.1)
    with (
        alone_in(str(tmp_path)),
        pytest.raises(TimeoutError, match="another process is writing there"),
        alone_in(str(tmp_path)),
    ):
        pass


# Files that change while they are read


def test_a_file_that_is_cut_off_has_no_byte_there(tmp_path: Path) -> None:
    file = tmp_path / "large.bin"
    file.write_bytes(bytes(range(256)) * 16_384)
    with open(file, "rb") as stream:
        stored = Stored(stream.fileno(), 0, 4_194_304)
        assert stored[3] == 3
        assert stored[100_000:100_004] == b"\xa0\xa1\xa2\xa3"
        large = stored[1:3_000_001]
        assert isinstance(large, Stored)
        assert (len(large), large[0], large[2_999_999]) == (3_000_000, 1, 192)
        os.truncate(file, 2_000_000)
        with pytest.raises(IndexError):
            large[2_900_000]
        with pytest.raises(IndexError):
            stored.whole()
        with pytest.raises(IndexError):
            stored[4_194_304]


CUT = """
import os, sys
import cnncalc.interchange.onnx_model.stored as stored
take = stored.Stored.take
def cut(self, at, size):
    os.truncate(sys.argv[1], 1_500_000)
    return take(self, at, size)
stored.Stored.take = cut
from cnncalc import SpecError, read_onnx
try:
    read_onnx(sys.argv[1])
except SpecError as error:
    print(error.diagnostics[0].code, error.diagnostics[0].message)
"""


def test_a_model_that_is_cut_off_meanwhile_is_told(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    file = tmp_path / "model.onnx"
    # A field of the model's text of 2 MB, and one of the same size behind it.
    long = b"\x32\x80\x80\x80\x01" + bytes(2_097_152)
    file.write_bytes(b"\x08\x07" + long + long)
    command = [sys.executable, "-c", CUT, str(file)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("E701 `")
    assert "is not an ONNX model, or only a part of one" in done.stdout
