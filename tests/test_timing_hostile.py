"""Files of devices and timings that are a stranger's, or have slips: one clear line, no file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given
from hypothesis import strategies as st
from thorough import thorough

from cnncalc.cli.main import main
from cnncalc.diagnostics import SpecError
from cnncalc.timing.device_file import device_text, read_device
from cnncalc.timing.devices import find_device
from cnncalc.timing.timings import read_timings

HEAD = "network,milliseconds,batch\n"
GOOD = device_text(find_device("i7-12700h"))


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin, catch_exceptions=False)


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def calibrate(text: str | bytes) -> str:
    """What is said of a file of timings that gives no device; nothing is written."""
    data = text.encode() if isinstance(text, str) else text
    Path("x.csv").write_bytes(data)
    done = run("calibrate", "x.csv", "-o", "out.yaml")
    assert done.exit_code == 2
    assert sorted(os.listdir()) == ["x.csv"]
    assert all(line.isprintable() for line in done.output.split("\n"))
    return done.output


# Timings


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "x.csv:1:1", "missing columns `network`, `milliseconds`, `batch`"),
        ("\n\n# nothing\n", "x.csv:1:1", "missing columns"),
        ("network;milliseconds;batch\n", "x.csv:1:1", "separate cells by commas"),
        ("network,millisecond,batch\n", "x.csv:1:1", "missing column `milliseconds`"),
        ("network,milliseconds,batch,batch\n", "x.csv:1:1", "the column `batch` stands twice"),
        (f"{HEAD}resnet:18,-4,1\n", "x.csv:2:1", "`-4` is no time in milliseconds"),
        (f"{HEAD}resnet:18,0,1\n", "x.csv:2:1", "`0` is no time in milliseconds"),
        (f"{HEAD}resnet:18,0.0e5,1\n", "x.csv:2:1", "is no time in milliseconds"),
        (f"{HEAD}resnet:18,nan,1\n", "x.csv:2:1", "`nan` is no time in milliseconds"),
        (f"{HEAD}resnet:18,inf,1\n", "x.csv:2:1", "`inf` is no time in milliseconds"),
        (f"{HEAD}resnet:18,1e400,1\n", "x.csv:2:1", "is no time in milliseconds"),
        (f"{HEAD}resnet:18,1e-400,1\n", "x.csv:2:1", "is no time in milliseconds"),
        (f"{HEAD}resnet:18,4 ms,1\n", "x.csv:2:1", "`4 ms` is no time in milliseconds"),
        (f"{HEAD}resnet:18,٤,1\n", "x.csv:2:1", "is no time in milliseconds"),
        (f"{HEAD}resnet:18,4,0\n", "x.csv:2:1", "`0` is no batch"),
        (f"{HEAD}resnet:18,4,1.5\n", "x.csv:2:1", "`1.5` is no batch"),
        (f"{HEAD}resnet:18,4,99999999999\n", "x.csv:2:1", "is no batch"),
        (f"{HEAD}resnet:18,4\n", "x.csv:2:1", "2 cells, and the header has 3"),
        (f"{HEAD}resnet:18,4,1,1\n", "x.csv:2:1", "4 cells, and the header has 3"),
        (f"{HEAD}\n# a note\n,4,1\n", "x.csv:4:1", "a row without a network"),
        (f"{HEAD}-,4,1\n", "x.csv:2:1", "a row without a network"),
        (f'{HEAD}"resnet:18,4,1\n', "x.csv:2:1", "malformed CSV"),
        (f"{HEAD}resnet:18,4,1\nresnet:18,5,1\n", "x.csv:3:1", "is timed twice"),
        (f"{HEAD}resnot:18,4,1\n", "x.csv:2:1", "did you mean `resnet`?"),
        (f"{HEAD}resnet:19,4,1\n", "x.csv:2:1", "has no variant `19`"),
        (f"{HEAD}none.yaml,4,1\n", "x.csv:2:1", "there is no file `none.yaml`"),
        (f"{HEAD}\x1b[31mred,4,1\n", "x.csv:2:1", "\\x1b[31mred"),
        (f"{HEAD}resnet:18,4,1\n", "x.csv:1:1", "at least 5 networks are needed"),
    ],
)
def test_a_fault_of_timings_has_its_place(text: str, place: str, message: str) -> None:
    shown = calibrate(text)
    assert place in shown
    assert message in shown
    assert "Traceback" not in shown


def test_every_fault_is_told_at_once() -> None:
    shown = calibrate(f"{HEAD}resnet:18,-4,1\nvgg:16,4,0\nalexnet,x,1\n")
    assert [f"x.csv:{line}:1" in shown for line in (2, 3, 4)] == [True] * 3


def test_the_same_network_at_other_batches_does_not_count_as_another() -> None:
    rows = "".join(f"resnet:18,{batch}.5,{batch}\n" for batch in range(1, 20))
    assert "19 timings of 1 network: at least 5" in calibrate(HEAD + rows)


def test_a_large_file_is_refused() -> None:
    assert "is larger than 1,048,576 bytes" in calibrate(b"x" * (1 << 21))
    rows = "".join(f"resnet:18,4,{batch}\n" for batch in range(1, 3000))
    assert "there are more than 2,000 timings" in calibrate(HEAD + rows)
    rows = "".join(f"a{number},4,1\n" for number in range(501))
    assert "there are more than 500 networks" in calibrate(HEAD + rows)


def test_what_is_no_text_is_refused() -> None:
    assert "is not UTF-8" in calibrate(b"network,\xff\xfe\n")
    Path("x.csv").unlink()
    calibrate(f"{HEAD}a\x00b,4,1\n")


def test_a_network_of_another_folder_is_not_read(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    secret = there / "secret.yaml"
    secret.write_text("password: hunter2\n", encoding="utf-8")
    os.chdir(here)
    for name in (str(secret), "../there/secret.yaml"):
        shown = calibrate(f"{HEAD}{name},4,1\n")
        assert "leads out of the folder of the timings" in shown
        assert "hunter2" not in shown
        assert "password" not in shown


def test_nothing_of_a_network_with_faults_is_quoted() -> None:
    Path("net.yaml").write_text("secret: hunter2\n", encoding="utf-8")
    Path("x.csv").write_text(f"{HEAD}net.yaml,4,1\n", encoding="utf-8")
    done = run("calibrate", "x.csv")
    assert done.exit_code == 2
    assert "`net.yaml` has faults" in done.output
    assert "hunter2" not in done.output


@thorough(60)
@given(st.text(max_size=200))
@example(f"{HEAD}a,1,1\n")
@example('network,milliseconds,batch\n"')
@example("network,milliseconds,batch\r\na,1,1\r\r")
def test_random_timings_are_read_or_refused(text: str) -> None:
    for given_text in (text, HEAD + text):
        try:
            rows = read_timings(given_text, "x.csv")
        except SpecError as error:
            codes = {one.code for one in error.diagnostics}
        else:
            codes = {"E905"}
            assert all(row.milliseconds > 0 and row.batch > 0 for row in rows)
        assert codes == {"E905"}


# Devices


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("timings: 528", "timings: -1", "`timings` must be a whole number above 0"),
        ("timings: 528", "timings: 1e3", "`timings` must be a whole number above 0"),
        ("timings: 528", "timing: 528", "has no key `timing` here"),
        ("timings: 528\n", "", "missing key `timings`"),
        ("left_out: families", "left_out: all", "`left_out` must be `families` or `networks`"),
        ('date: "2026-08"', "date: soon", "`date` is no date"),
        ("usual: 1", "usual: x", "`usual` must be a whole number"),
        ("{usual: 1, least: 1, most: 1}", "[1]", "`batch` must be a mapping"),
        ("least: 1, most: 1}", "least: 2, most: 1}", "`least` is larger than `most`"),
        ("dense_macs:", "dens_macs:", "did you mean `dense_macs`?"),
        ("half: 0", "half: -0", "`half` must be a number from 0"),
        ("  - conv@2", "  - conv at 2", "this is no kind of layer"),
        ("  - conv@2", "  - [conv@2]", "this is no kind of layer"),
        ("kinds:", "kinds: {a: 1}\nmore:", "has no key `more`"),
        ("source: ", "source: !!python/object ", "tag"),
    ],
)
def test_a_fault_of_a_device_has_its_place(old: str, new: str, message: str) -> None:
    assert old in GOOD
    Path("d.yaml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    done = run("estimate", "lenet5", "--device", "d.yaml")
    assert done.exit_code == 2
    assert "d.yaml:" in done.output
    assert message in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("value", ["nan", ".inf", "-1", "1e999", "1e13", "0x10", "1:30", "''"])
def test_a_coefficient_is_a_bounded_number(value: str) -> None:
    lines = [
        f"  dense_macs: {value}" if line.startswith("  dense_macs:") else line
        for line in GOOD.splitlines()
    ]
    with pytest.raises(SpecError, match="`dense_macs` must be a number from 0 to 1e\\+12"):
        read_device("\n".join(lines), "d.yaml", "d")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the device file is empty"),
        ("# nothing\n", "the device file is empty"),
        ("[1, 2]", "a device file is a mapping"),
        ("a: &a [*a]", "nesting"),
        ("a: " + "[" * 100, "nesting"),
        ("a: b: c", "E101"),
        ("x: " + "[" + "1," * 3000 + "]", "over 2,000 nodes"),
    ],
)
def test_what_is_no_device_is_refused(text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read_device(text, "d.yaml", "d")


def test_a_large_device_file_is_refused() -> None:
    Path("d.yaml").write_text(GOOD + "#" * 70_000, encoding="utf-8")
    done = run("estimate", "lenet5", "--device", "d.yaml")
    assert done.exit_code == 2
    assert "is larger than 65,536 bytes" in done.output


def test_texts_of_a_device_steer_nothing() -> None:
    title = r'"\e[31mred\n::error::x \u202e"'
    lines = GOOD.splitlines()
    lines[0] = f"device: {title}"
    Path("d.yaml").write_text("\n".join(lines), encoding="utf-8")
    for form in ("table", "markdown", "csv", "json"):
        done = run("estimate", "resnet:50", "--device", "d.yaml", "--format", form)
        assert done.exit_code == 0
        assert "\x1b" not in done.output
        assert "\u202e" not in done.output
        assert not [line for line in done.output.splitlines() if line.startswith("::error")]


@thorough(60)
@given(st.integers(0, len(GOOD) - 1), st.text(max_size=6), st.integers(0, 12))
def test_a_device_file_with_a_change_is_read_or_refused(at: int, new: str, cut: int) -> None:
    text = GOOD[:at] + new + GOOD[at + cut :]
    try:
        device = read_device(text, "d.yaml", "d")
    except SpecError:
        return
    assert all(0 <= one <= 1e12 for one in device.nanoseconds.values())


def test_an_estimate_loads_neither_numpy_nor_rich() -> None:
    code = (
        "import sys, cnncalc\n"
        "print(cnncalc.estimate(cnncalc.load('lenet5'), 'rtx4090'))\n"
        "assert not {'numpy', 'rich', 'onnx'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
