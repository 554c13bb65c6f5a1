"""`cnncalc check --fix`: what is written, what is only shown, and what stays as it is."""

import json
import os
import shutil
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cnncalc.checks.fixing.files import NotMendedError, mended_file, write_mended
from cnncalc.checks.fixing.safety import is_safe
from cnncalc.checks.networks import Plan
from cnncalc.cli.checking import documents
from cnncalc.cli.main import main

SLIPS = """\
name: Slips   # a comment
input: 3x32x32

layers:
  - stem: convv3x3 8 padding=1 bias=false   # with "quotes"
  - bn
  - reluu
  - maxpol3x3  stride=2  paddng=1
  - conv3x3 16 stirde=1  # cnncalc: ignore[W612] why
  - relu
  - [globalavgpool, flatten, 'liner 10']
"""
MENDED = """\
name: Slips   # a comment
input: 3x32x32

layers:
  - stem: conv3x3 8 padding=1 bias=false   # with "quotes"
  - bn
  - relu
  - maxpool3x3  stride=2  padding=1
  - conv3x3 16 stride=1
  - relu
  - [globalavgpool, flatten, 'linear 10']
"""
SLIP = "name: N\ninput: 3x8x8\nlayers: [conv3x3 8, reluu]\n"
RIGHT = SLIP.replace("reluu", "relu")
LINT = "name: N\ninput: 3x224x224\nlayers:\n  - conv11x11 96 stride=4\n  - bn\n  - relu\n"


def check(folder: Path, *arguments: str) -> Result:
    with chdir(folder):
        return CliRunner().invoke(main, ["check", *arguments])


def write(folder: Path, text: str, name: str = "net.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


# What is mended


def test_slips_are_mended_and_all_else_stays(tmp_path: Path) -> None:
    path = write(tmp_path, SLIPS)
    done = check(tmp_path, "--fix")
    assert path.read_text() == MENDED
    assert (done.exit_code, done.stdout) == (
        0,
        "1 spec, 1 network, 0 errors, 0 warnings, 7 fixed\n",
    )
    assert done.stderr == "fixed 7 findings in 1 file: 4 E204, 2 E205, 1 W618\n"
    again = check(tmp_path, "--fix")
    assert (again.exit_code, again.stderr) == (0, "")
    assert path.read_text() == MENDED


def test_the_changes_are_shown_and_nothing_is_written(tmp_path: Path) -> None:
    path = write(tmp_path, SLIPS)
    done = check(tmp_path, "--diff")
    assert path.read_text() == SLIPS
    assert done.exit_code == 1
    assert done.stderr == "would fix 7 findings in 1 file: 4 E204, 2 E205, 1 W618\n"
    assert done.stdout.startswith("--- net.yaml\n+++ net.yaml\n@@ -2,10 +2,10 @@\n")
    removed = [line[1:] for line in done.stdout.splitlines()[3:] if line.startswith("-")]
    assert removed == [line for line in SLIPS.splitlines() if line not in MENDED.splitlines()]
    write(tmp_path, MENDED)
    done = check(tmp_path, "--diff")
    assert (done.exit_code, done.output) == (0, "")


@pytest.mark.skipif(shutil.which("git") is None, reason="git applies the difference")
@pytest.mark.parametrize("end", ["\n", ""])
def test_git_applies_the_difference(end: str, tmp_path: Path) -> None:
    path = write(tmp_path, SLIPS.rstrip("\n") + end)
    assert check(tmp_path, "--diff", "-o", "fix.patch").exit_code == 1
    command = ["git", "apply", "-p0", "fix.patch"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    assert path.read_text() == MENDED.rstrip("\n") + end


def test_what_changes_a_network_or_a_number_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, f"{LINT}expect: {{depth: 2}}\n")
    done = check(tmp_path, "--fix")
    assert done.stderr == "3 more with `--unsafe-fixes`, which decides what is meant\n"
    assert path.read_text() == f"{LINT}expect: {{depth: 2}}\n"
    done = check(tmp_path, "--fix", "--unsafe-fixes")
    # Two of them are inserted at one place: they go in two rounds.
    assert "fixed 3 findings in 1 file: 1 E801, 1 W601, 1 W603\n" in done.stderr
    assert sorted(path.read_text().splitlines()[3].split()) == sorted(
        ["-", "conv11x11", "96", "stride=4", "bias=false", "padding=2"]
    )
    assert path.read_text().endswith("expect: {depth: 1}\n")
    assert done.exit_code == 0


def test_a_syntax_error_hides_what_a_later_round_mends(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "name: N\ninput: 3x8x8\nvars: {sizes: [4, 8]}\n"
        "layers:\n  - [conv3x3 sizes[0], reluu]\n  - [conv3x3 sizes[1], reluu]\n",
    )
    done = check(tmp_path, "--fix")
    assert done.stderr == "fixed 4 findings in 1 file: 2 E101, 2 E204\n"
    assert path.read_text().splitlines()[4:] == [
        '  - ["conv3x3 sizes[0]", relu]',
        '  - ["conv3x3 sizes[1]", relu]',
    ]
    assert done.exit_code == 0


def test_json_has_what_is_fixed_by_code(tmp_path: Path) -> None:
    write(tmp_path, SLIPS)
    done = check(tmp_path, "--fix", "--format", "json")
    assert json.loads(done.stdout)["summary"] == {
        "specs": 1, "networks": 1, "errors": 0, "warnings": 0, "information": 0,
        "fixed": {"E204": 4, "E205": 2, "W618": 1},
    }  # fmt: skip


def test_one_variant_with_bits_a_project_and_a_baseline(tmp_path: Path) -> None:
    text = (
        f"{SLIP}variants:\n  a: {{expect: {{parameters: 225}}}}\n  b: {{expect: {{depth: 3}}}}\n"
    )
    path = write(tmp_path, text)
    done = check(tmp_path, "net.yaml:a", "net.yaml:b", "--fix", "--bits", "w8a8")
    assert (done.exit_code, path.read_text()) == (1, text.replace("reluu", "relu"))
    assert "2 networks, 2 errors, 0 warnings, 1 fixed\n" in done.stdout

    path = write(tmp_path, SLIP)
    done = check(tmp_path, ".", "--fix", "--baseline", "b.json", "--update-baseline")
    assert (done.exit_code, path.read_text()) == (0, RIGHT)
    assert json.loads((tmp_path / "b.json").read_text())["figures"]["net.yaml"]["depth"] == 1


def test_files_in_several_processes(tmp_path: Path) -> None:
    paths = [write(tmp_path, SLIP, f"{place}.yaml") for place in range(3)]
    done = check(tmp_path, "--fix", "--jobs", "2")
    assert done.stderr == "fixed 3 findings in 3 files: 3 E204\n"
    assert {path.read_text() for path in paths} == {RIGHT}


# What is not mended


@pytest.mark.parametrize(
    "layer",
    [
        "con3x3",  # the kernel's channels are missing, too
        "maxpol9x9",  # which does not fit the input
        "activationn",  # nothing is near
    ],
)
def test_a_remedy_that_brings_a_fault_is_not_applied(layer: str, tmp_path: Path) -> None:
    text = f"name: N\ninput: 3x8x8\nlayers:\n  - reluu\n  - {layer}\n"
    path = write(tmp_path, text)
    done = check(tmp_path, "--fix")
    assert done.exit_code == 1
    assert path.read_text() == text.replace("reluu", "relu")


def test_an_unsafe_remedy_that_breaks_a_claim_is_not_applied(tmp_path: Path) -> None:
    # A spec that states its parameters has 96 fewer without the bias.
    text = f"{LINT}expect: {{parameters: 35_136}}\n"
    path = write(tmp_path, text)
    done = check(tmp_path, "--fix", "--unsafe-fixes")
    assert done.stderr == "fixed 1 finding in 1 file: 1 W601\n"
    assert path.read_text() == text.replace("stride=4", "stride=4 padding=2")


def test_another_file_is_not_written(tmp_path: Path) -> None:
    project = write(tmp_path, "[budget]\nparameters = 100\n", "cnncalc.toml")
    path = write(tmp_path, RIGHT)
    done = check(tmp_path, "--fix", "--unsafe-fixes")
    assert (done.exit_code, done.stderr) == (1, "")
    assert (project.read_text(), path.read_text()) == ("[budget]\nparameters = 100\n", RIGHT)


def test_a_bundled_network_and_a_model_stay(tmp_path: Path) -> None:
    copy = write(tmp_path, SLIP, "alexnet.yaml")
    done = check(tmp_path, "alexnet", "--fix", "--unsafe-fixes")
    assert (done.exit_code, copy.read_text()) == (0, SLIP)


def test_a_document_is_not_taken_for_a_spec(tmp_path: Path) -> None:
    text = "It has <!-- cnncalc lenet5 parameters -->60 K<!-- /cnncalc --> parameters.\n"
    path = write(tmp_path, text, "a.md")
    assert check(tmp_path, "a.md", "--fix").exit_code == 1
    assert path.read_text() == text
    assert check(tmp_path, "--docs", "a.md", "--fix").exit_code == 0
    assert "-->62 K<!--" in path.read_text()
    path.write_text(text)
    path.chmod(0o444)
    done = check(tmp_path, "--docs", "a.md", "--fix")
    assert (done.exit_code, path.read_text()) == (2, text)
    assert "cannot write `a.md`: it is read-only" in done.stderr


def test_a_document_that_changes_meanwhile_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "<!-- cnncalc lenet5 parameters -->60 K<!-- /cnncalc -->\n", "a.md")

    def mended(*_: object) -> str:
        path.write_text("of another\n")
        return "mended\n"

    monkeypatch.setattr(documents, "fix", mended)
    done = check(tmp_path, "--docs", "a.md", "--fix")
    assert (done.exit_code, path.read_text()) == (2, "of another\n")
    assert "cannot write `a.md`: it has changed meanwhile" in done.stderr


def test_what_steers_a_terminal_is_not_shown(tmp_path: Path) -> None:
    write(tmp_path, SLIP.replace("reluu]", "reluu]  # \u202e ##[error]no"))
    done = check(tmp_path, "--diff")
    assert done.exit_code == 1
    assert "\u202e" not in done.stdout
    assert "##[" not in done.stdout
    assert "+layers: [conv3x3 8, relu]  # " in done.stdout


# How a file is written


def test_a_hook_corrects_the_files_that_it_is_given(tmp_path: Path) -> None:
    path = write(tmp_path, SLIP)
    other = write(tmp_path, "services: {web: {image: nginx}}\n", "compose.yaml")
    done = check(tmp_path, "--specs-only", "--fix", "compose.yaml", "net.yaml")
    assert (done.exit_code, path.read_text()) == (0, RIGHT)
    assert other.read_text() == "services: {web: {image: nginx}}\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_encoding_and_the_ends_of_lines_stay(encoding: str, end: str, tmp_path: Path) -> None:
    def data(text: str) -> bytes:
        return f"# 北京 é 𝄞\n{text}".replace("\n", end).encode(encoding)

    path = tmp_path / "net.yaml"
    path.write_bytes(data(SLIPS))
    assert check(tmp_path, "--fix").exit_code == 0
    assert path.read_bytes() == data(MENDED)


def test_a_link_is_followed_within_its_tree_alone(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    (inner / "specs").mkdir(parents=True)
    (inner / ".git").mkdir()
    path = write(inner / "specs", SLIP)
    (inner / "link.yaml").symlink_to("specs/net.yaml")
    assert check(inner, "link.yaml", "--fix").exit_code == 0
    assert path.read_text() == RIGHT
    assert (inner / "link.yaml").is_symlink()

    outer = write(tmp_path, SLIP, "outer.yaml")
    (inner / "out.yaml").symlink_to("../outer.yaml")
    assert check(inner, "out.yaml", "--fix").exit_code == 2
    assert outer.read_text() == SLIP


def test_the_other_name_of_a_file_keeps_what_it_has(tmp_path: Path) -> None:
    path = write(tmp_path, SLIP)
    os.link(path, tmp_path / "other.txt")
    assert check(tmp_path, "net.yaml", "--fix").exit_code == 0
    assert path.read_text() == RIGHT
    assert (tmp_path / "other.txt").read_text() == SLIP


def test_a_file_that_may_not_be_written_stays_and_others_are_mended(tmp_path: Path) -> None:
    kept = write(tmp_path, SLIP, "kept.yaml")
    other = write(tmp_path, SLIP, "other.yaml")
    kept.chmod(0o444)
    done = check(tmp_path, "--fix", "--exit-zero")
    assert done.exit_code == 2
    assert "warning: kept.yaml is not fixed: it is read-only\n" in done.stderr
    assert "error[E204]" in done.stdout
    assert (kept.read_text(), other.read_text()) == (SLIP, RIGHT)
    assert kept.stat().st_mode & 0o777 == 0o444
    assert sorted(one.name for one in tmp_path.iterdir()) == ["kept.yaml", "other.yaml"]


def test_the_rights_of_a_file_stay(tmp_path: Path) -> None:
    path = write(tmp_path, SLIP)
    path.chmod(0o640)
    assert check(tmp_path, "--fix").exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_has_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    path = write(tmp_path, SLIP)
    found = mended_file(str(path), None, Plan(), is_safe)
    assert found is not None
    path.write_text(f"{SLIP}# more\n", encoding="utf-8")
    with pytest.raises(NotMendedError, match="it has changed meanwhile"):
        write_mended(found)
    assert path.read_text() == f"{SLIP}# more\n"
    path.unlink()
    with pytest.raises(NotMendedError):
        write_mended(found)
    assert list(tmp_path.iterdir()) == []


# What is asked for


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--unsafe-fixes"], "--unsafe-fixes needs --fix or --diff"),
        (["--fix", "-"], "standard input"),
        (["--diff", "--fix"], "give one of the two"),
        (["--diff", "--docs", "a.md"], "--diff is about specs"),
        (["--fix", "--unsafe-fixes", "--docs", "a.md"], "--unsafe-fixes is about specs"),
        (["--diff", "--format", "json"], "--format has no effect with --diff"),
        (["--diff", "--update-baseline", "--baseline", "b"], "has no effect with --diff"),
        (["--list-files", "--fix"], "--fix has no effect with --list-files"),
    ],
)
def test_what_would_have_no_effect_is_refused(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    path = write(tmp_path, SLIP)
    done = check(tmp_path, *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert path.read_text() == SLIP
