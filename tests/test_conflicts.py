"""Conflict markers of git: named as such, whatever the file would be without them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from commands import check

from cnncalc import SpecError, parse
from cnncalc.checks.project.read import read_project

SPEC = "name: N\ninput: 3x8x8\nlayers:\n  - conv3x3 8 padding=1\n  - relu\n"
PROJECT = '[check]\nselect = ["W6"]\n\n[budget]\nparameters = "30M"\n'


def conflict(before: str, after: str = "theirs\n") -> str:
    return f"<<<<<<< HEAD\n{before}=======\n{after}>>>>>>> branch\n"


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("lines", range(2))
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_conflict_is_the_one_fault_of_a_spec(first: int, lines: int, end: str) -> None:
    written = SPEC.splitlines(keepends=True)
    ours = "".join(written[first : first + lines])
    text = "".join((*written[:first], conflict(ours), *written[first + lines :]))
    with pytest.raises(SpecError) as caught:
        parse(text.replace("\n", end))
    [fault] = caught.value.diagnostics
    assert (fault.code, fault.message) == ("E106", "unresolved merge conflict")
    assert fault.span is not None
    assert fault.span[1:] == (first + 1, 1, first + 1, 8)
    assert fault.notes[0].span is not None
    assert fault.notes[0].span.line == first + lines + 2


@pytest.mark.parametrize(
    "description",
    [
        "|\n  A title\n  =======\n  <<<<<<< and a text",
        '"a title\n\n=======\n\nand its text"',
        "one <<<<<<< another  # >>>>>>>",
        "|\n  <<<<<<<<<<\n  >>>>>>> HEAD",
    ],
)
def test_what_git_does_not_write_is_no_conflict(description: str) -> None:
    assert parse(f"{SPEC}description: {description}\n").name == "N"


@pytest.mark.parametrize("name", ["cnncalc.toml", "pyproject.toml"])
def test_a_conflict_is_the_one_fault_of_a_project_file(name: str, tmp_path: Path) -> None:
    head = "[project]\n" if name == "pyproject.toml" else ""
    text = PROJECT
    if head:
        text = head + PROJECT.replace("[check]", "[tool.cnncalc.check]").replace(
            "[budget]", "[tool.cnncalc.budget]"
        )
    text = text.replace('parameters = "30M"\n', conflict('parameters = "30M"\n'))
    _, [fault] = read_project(text, name)
    assert (fault.code, fault.message) == ("E901", "unresolved merge conflict")
    assert fault.span is not None
    assert text.splitlines()[fault.span.line - 1] == "<<<<<<< HEAD"

    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "net.yaml").write_text(SPEC, encoding="utf-8")
    done = check(".", cwd=tmp_path)
    assert done.returncode == 2
    assert f" --> {name}:{fault.span.line}:1\n" in done.stderr
    assert done.stderr.count("error[") == 1


@pytest.mark.parametrize("name", ["cnncalc.toml", "pyproject.toml"])
def test_markers_in_a_text_of_a_project_file_are_text(name: str) -> None:
    text = f'[tool.other]\ntext = """\n{conflict("a")}"""\n'
    _, faults = read_project(text, name)
    assert [one.message for one in faults] == (
        ["a project file has no key `tool`"] if name == "cnncalc.toml" else []
    )


@pytest.mark.skipif(shutil.which("git") is None, reason="git makes the conflict")
def test_what_git_itself_leaves_is_found(tmp_path: Path) -> None:
    def git(*arguments: str) -> int:
        own = ("-c", "user.name=N", "-c", "user.email=n@example.com", "-c", "init.defaultBranch=m")
        command = ("git", *own, *arguments)
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode

    def commit(text: str) -> None:
        (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
        assert git("add", ".") == 0
        assert git("commit", "-m", "specs: change") == 0

    assert git("init") == 0
    commit(SPEC)
    assert git("checkout", "-b", "wider") == 0
    commit(SPEC.replace("8 padding", "16 padding"))
    assert git("checkout", "m") == 0
    commit(SPEC.replace("8 padding", "4 padding"))
    assert git("-c", "merge.conflictStyle=diff3", "merge", "wider") == 1
    done = check(".", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("error[E106]: unresolved merge conflict\n --> net.yaml:4:1\n")
    assert done.stdout.endswith("1 spec, 0 networks, 1 error, 0 warnings\n")
