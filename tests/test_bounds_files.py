"""Documents and project files, whatever stands in them: done soon, in little memory."""

from pathlib import Path

import pytest
from fuzz.measure import Measured, measure

MOST_SECONDS = 2.0
MOST_MEGABYTES = 300
DOCUMENTS = ("-m", "cnncalc", "check", "--format", "concise", "--docs")
MARK = "<!-- cnncalc {} macs -->724 M<!-- /cnncalc -->\n"


def within_bounds(file: Path, program: tuple[str, ...], seconds: float = MOST_SECONDS) -> Measured:
    took = measure(file, program)
    assert took.code in {0, 1, 2}, took.output[-1000:]
    assert "Traceback" not in took.output
    assert took.seconds < seconds
    assert took.megabytes < MOST_MEGABYTES
    return took


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!-- /cnncalc -->\n" * 110_000, "a.md:1000:1: E903 more than 1,000 faults"),
        ("<!-- cnncalc alexnet macs -->\n" * 60_000, "1000:1: E903 more than 1,000 faults"),
        (MARK.format("alexnet") * 40_000, "E903 10,000 marks: the rest is not read"),
        ("- " * 1_000_000, "0 errors"),
        ("1. " * 600_000, "0 errors"),
        ("\n" * 2_000_000, "0 errors"),
        ("> " * 1_000_000, "0 errors"),
        ("`" * 2_000_000, "0 errors"),
        ("` `` " * 400_000, "0 errors"),
        ("<!--" * 500_000, "0 errors"),
        ("- " * 4_000_000, "is larger than 2,097,152 bytes"),
    ],
    ids=["closing", "opening", "marks", "bullets", "numbers", "lines", "quotes", "backtick",
         "runs", "comments", "large"],
)  # fmt: skip
def test_a_hostile_document(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(text)
    assert said in within_bounds(file, DOCUMENTS).output


HEAD = (
    '{"schema_version": 1, "basis": {"batch": 1, "dtype": "float32", "optimizer": "adam"}, '
    '"figures": {'
)
NETWORK = '"n{}.yaml": {{"macs": {}, "a.macs": 2, "b.macs": 3, "c.macs": 4}}'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([NETWORK.format(at, 1) for at in range(49_000)], "0 errors"),
        ([f'"net.yaml:{at}": {{"macs": 1}}' for at in range(49_000)], "0 errors"),
        ([NETWORK.format(at, -1) for at in range(49_000)], "... and "),
        (['"n.yaml": {}'] * 49_000, "duplicate key `n.yaml`"),
        (['"n.yaml": {' + '"macs": 1, ' * 340_000 + '"macs": 1}'], "duplicate key `macs`"),
        ([NETWORK.format(at, 1) for at in range(50_000)], "has more than 50,000 networks"),
        (['"n.yaml": {' + ", " * 360_000 + "}"], "has more than 350,000 figures"),
        (["9" * 2**23], "larger than 8,388,608 bytes"),
        (["\n" * (2**23 - 200) + "x"], "malformed JSON"),
    ],
    ids=["gone", "variants", "faulty", "repeated", "figures-repeated", "many", "figures", "large",
         "lines"],
)  # fmt: skip
def test_a_hostile_baseline(lines: list[str], said: str, tmp_path: Path) -> None:
    file, spec = tmp_path / "a.json", tmp_path / "net.yaml"
    file.write_text(HEAD + ", ".join(lines) + "}}")
    spec.write_text("input: 3x8x8\nlayers: [conv3x3 4, relu]\n")
    took = within_bounds(file, ("-m", "cnncalc", "check", str(spec), "--baseline"), 4.0)
    assert said in took.output


def test_one_network_by_many_paths_is_read_once(tmp_path: Path) -> None:
    rows = "- conv3x3 8 padding=1\n" * 9_000
    (tmp_path / "n.yaml").write_text(f"input: 3x64x64\nlayers:\n{rows}")
    file = tmp_path / "a.md"
    file.write_text("".join(MARK.format("./" * dots + "n.yaml") for dots in range(300)))
    assert "300 errors" in within_bounds(file, DOCUMENTS).output


def test_a_document_of_many_large_networks(tmp_path: Path) -> None:
    for number in range(10):
        text = "input: 3x64x64\nlayers: [repeat 9_000: [conv3x3 8 padding=1]]\n"
        (tmp_path / f"n{number}.yaml").write_text(text)
    file = tmp_path / "a.md"
    file.write_text("".join(MARK.format(f"n{number}.yaml") for number in range(10)))
    said = within_bounds(file, DOCUMENTS).output
    assert "the networks that this document names have more than 20,000 layers in all" in said


CHAIN = "input: 3x64x64\nlayers:\n" + "- conv3x3 8 padding=1\n" * 1_000


@pytest.mark.parametrize("count", [1, 20])
def test_budgets_over_many_inputs(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "n.yaml"
    file.write_text(CHAIN)
    table = '[[budgets]]\nspecs = ["n.yaml"]\ninput = "3x{%d..%d}x64"\nmacs = "<= 999999999G"\n'
    tables = [table % (first, first + 999) for first in range(1, count + 1)]
    (tmp_path / "cnncalc.toml").write_text("".join(tables))
    took = within_bounds(file, ("-m", "cnncalc", "check"))
    assert took.code == 1
    assert took.output.count("takes more than 300,000 steps") == 1
    assert "take a larger step in `input`, or fewer budgets, or pass `--trusted`" in took.output


@pytest.mark.parametrize(
    "text",
    [
        "# cnncalc\n" + "tool=\n" * 43_000,
        "# tool.cnncalc\n" + "\n" * 260_000 + "=",
        "# tool.cnncalc\n" + "[" * 260_000,
        "# tool.cnncalc\n=" + "tool . " * 37_000,
        "# cnncalc\n" + "tool" + " " * 260_000,
    ],
    ids=["tool", "lines", "brackets", "dots", "blanks"],
)
def test_a_hostile_project_file(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "n.yaml"
    file.write_text("input: 3x8x8\nlayers: [relu]\n")
    (tmp_path / "pyproject.toml").write_text(text)
    within_bounds(file, ("-m", "cnncalc", "check"))


def test_many_project_files_one_below_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path
    for _ in range(400):
        (folder / "cnncalc.toml").write_text('[check]\nexclude = ["*.x"]\nallow_empty = true\n')
        folder /= "a"
        folder.mkdir()
    (folder / "n.yaml").write_text("input: 3x8x8\nlayers: [conv3x3 4, relu]\n")
    took = within_bounds(Path("."), ("-m", "cnncalc", "check"))
    assert "1 spec, 1 network, 0 errors, 0 warnings" in took.output


def test_many_globs_of_ignores_and_many_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(20):
        text = "input: 3x8x8\nlayers: [conv3x3 4, relu]\n"
        (tmp_path / f"{'a' * 200}{number}.yaml").write_text(text)
    globs = "".join(f"'{'*a' * 50}{number}b' = 'W6'\n" for number in range(900))
    (tmp_path / "cnncalc.toml").write_text(f"[check.per_file_ignores]\n{globs}")
    within_bounds(Path("."), ("-m", "cnncalc", "check"))
