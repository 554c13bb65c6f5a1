"""A baseline of networks whose values have bits of their own."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import check

import cnncalc

SPEC = """\
name: Tiny
input: 3x7x7
vars: {{width: {width}}}
layers:
  - stem: [conv3x3 width bias=false, bn, relu]
  - flatten
  - fc: linear 3
"""
BITS = "w8a8, fc: w4"
ALONE = ("--select", "W8")
"""What a baseline finds, and no lint."""


class Folder:
    """A folder with a spec and its baseline."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write()

    def write(self, width: int = 8) -> None:
        (self.path / "net.yaml").write_text(SPEC.format(width=width), encoding="utf-8")

    def run(self, *arguments: str, code: int = 0) -> str:
        told = ("net.yaml", "--baseline", "b.json", *ALONE, *arguments)
        done = check(*told, cwd=self.path)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    @property
    def stored(self) -> Any:
        return json.loads((self.path / "b.json").read_text(encoding="utf-8"))

    def change(self, old: str, new: str) -> None:
        path = self.path / "b.json"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_what_is_stored_says_its_bits_and_is_counted_in_them(folder: Folder) -> None:
    folder.run("--bits", BITS, "--update-baseline")
    stored = folder.stored
    assert stored["basis"] == {"batch": 1, "bits": BITS, "optimizer": "adam"}
    found = cnncalc.summarize(cnncalc.parse(SPEC.format(width=8)), bits=BITS)
    [figures] = stored["figures"].values()
    assert figures["bops"] == found.bops
    for name in ("weight_bytes", "activation_bytes", "peak_activation_bytes", "macs"):
        assert figures[name] == getattr(found.totals, name)
    folder.run("--bits", BITS)


def test_without_bits_nothing_of_them_is_stored(folder: Folder) -> None:
    folder.run("--update-baseline")
    assert folder.stored["basis"] == {"batch": 1, "dtype": "float32", "optimizer": "adam"}
    assert "bops" not in json.dumps(folder.stored)


def test_labels_may_stand_in_any_order(folder: Folder) -> None:
    folder.run("--bits", "w8a8, fc: w4, stem: a4", "--update-baseline")
    folder.run("--bits", "stem: a4, w8a8, fc: w4")


def test_bits_of_a_project_are_those_of_its_baseline(folder: Folder) -> None:
    project = f'[check]\nbits = "{BITS}"\nbaseline = "b.json"\nselect = ["W8"]\n'
    (folder.path / "cnncalc.toml").write_text(project, encoding="utf-8")
    done = check("net.yaml", "--update-baseline", cwd=folder.path)
    assert done.returncode == 0, done.stderr
    assert folder.stored["basis"]["bits"] == BITS
    assert check("net.yaml", cwd=folder.path).returncode == 0


OTHER = [
    (BITS, (), "stored with `bits` w8a8, fc: w4, and counted with `dtype` float32", BITS),
    (BITS, ("--bits", "w8a8"), "stored with `bits` w8a8, fc: w4, and counted with w8a8", BITS),
    (None, ("--bits", "w8"), "stored with `dtype` float32, and counted with `bits` w8", None),
]


@pytest.mark.parametrize(("stored", "asked", "message", "remedy"), OTHER)
def test_other_bits_are_not_compared(
    folder: Folder, stored: str | None, asked: tuple[str, ...], message: str, remedy: str | None
) -> None:
    folder.run(*(("--bits", stored) if stored else ()), "--update-baseline")
    told = folder.run(*asked, code=1)
    assert f"error[E902]: {message}" in told
    assert (f'count with `--bits "{remedy}"`' if remedy else "count with float32") in told
    assert "E803" not in told
    folder.run(*asked, "--update-baseline")
    folder.run(*asked)


def test_growth_in_bits_is_found_and_what_follows_from_macs_is_not_told_apart(
    folder: Folder,
) -> None:
    folder.run("--bits", BITS, "--update-baseline")
    folder.write(width=9)
    told = folder.run("--bits", BITS, code=1)
    assert "error[E803]" in told
    assert "`macs` by" in told
    assert "bops" not in told
    folder.write(width=8)
    folder.change(f'"bops": {folder.stored["figures"]["net.yaml"]["bops"]}', '"bops": 100000')
    told = folder.run("--bits", BITS, code=1)
    assert "`bops`" in told
    (folder.path / "cnncalc.toml").write_text('[[tolerances]]\nbops = "400%"\n', encoding="utf-8")
    folder.run("--bits", BITS)


BAD = [
    ('"w80"', "`w80` cannot be: a value has 1 to 64 bits"),
    ("8", "`bits` must be a string"),
    ('"w8", "dtype": "float32"', "unknown key `dtype`"),
    ('"\\u001b[31m: w8"', "error[E902]"),
    ('"' + "w8, " * 5000 + '"', "more than 10,000 letters"),
]


@pytest.mark.parametrize(("written", "message"), BAD)
def test_bits_of_a_strangers_baseline(folder: Folder, written: str, message: str) -> None:
    folder.run("--bits", "w8", "--update-baseline")
    folder.change('"bits": "w8"', f'"bits": {written}')
    done = check("net.yaml", "--baseline", "b.json", "--bits", "w8", *ALONE, cwd=folder.path)
    assert done.returncode in {1, 2}
    told = done.stdout + done.stderr
    assert message in told
    assert "Traceback" not in told
    assert "\x1b" not in told


def test_a_training_step_is_refused_with_its_reason() -> None:
    graph = cnncalc.load("lenet5")
    with pytest.raises(ValueError, match="Jacob et al"):
        cnncalc.summarize(graph, bits="w8a8", training="sgd")
