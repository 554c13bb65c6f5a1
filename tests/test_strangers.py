"""A stranger's tree of files: none of its programs runs, and it leads to no file of ours."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fuzz.clock import stopwatch

from cnncalc.cli.main import main

SPEC = "name: small\ninput: 3x8x8\nlayers: [conv3x3 8, relu]\n"
FAULTY = "input: 3x8x8\nlayers: [conv3x3 8 groups=2]\n"
OURS = "word: hunter2\n"

HAS_LINKS = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
HAS_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")
HAS_PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes to name")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stranger's folder, which we are in; beside it stands a file of ours."""
    (tmp_path / "secret.yaml").write_text(OURS, "utf-8")
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "net.yaml").write_text(SPEC, "utf-8")
    monkeypatch.chdir(folder)
    return folder


def invoke(*arguments: str) -> Result:
    done = CliRunner().invoke(main, list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


# Links


@HAS_LINKS
@pytest.mark.parametrize("command", ["check", "summarize", "explain"])
def test_a_spec_that_is_a_link_out_is_not_read(tree: Path, command: str) -> None:
    (tree / "link.yaml").symlink_to("../secret.yaml")
    done = invoke(command, "link.yaml")
    assert done.exit_code == 2
    assert f"`link.yaml` is a link that leads out of `{tree}`" in done.output
    assert "name the file that it leads to" in done.output
    assert "hunter2" not in done.output


@HAS_LINKS
def test_a_link_to_a_spec_that_is_found_in_a_folder_is_told(tree: Path) -> None:
    (tree.parent / "spec.yaml").write_text(FAULTY, "utf-8")
    (tree / "link.yaml").symlink_to("../spec.yaml")
    done = invoke("check", ".")
    assert done.exit_code == 2
    assert "is a link that leads out of" in done.output
    assert "groups" not in done.output


@HAS_LINKS
def test_a_folder_that_is_a_link_leads_out_too(tree: Path) -> None:
    (tree / "nets").symlink_to("..", target_is_directory=True)
    done = invoke("check", "nets/secret.yaml")
    assert done.exit_code == 2
    assert "hunter2" not in done.output
    assert invoke("summarize", "net.yaml", "-o", "nets/out.txt").exit_code == 2
    assert sorted(os.listdir(tree.parent)) == ["secret.yaml", "tree"]


@HAS_LINKS
def test_a_link_within_a_repository_is_followed(tree: Path) -> None:
    for folder in (".git", "specs"):
        (tree / folder).mkdir()
    (tree / "specs" / "link.yaml").symlink_to("../net.yaml")
    assert invoke("summarize", "specs/link.yaml", "-o", "specs/out.txt").exit_code == 0
    assert invoke("check", "specs").exit_code == 0


@HAS_LINKS
def test_a_file_outside_may_be_named(tree: Path) -> None:
    assert "hunter2" in invoke("check", "../secret.yaml").output
    assert invoke("summarize", "net.yaml", "-o", "../out.txt").exit_code == 0
    assert (tree.parent / "out.txt").exists()


@HAS_LINKS
@pytest.mark.parametrize("target", ["../secret.yaml", "../new.txt"])
def test_no_output_is_written_through_a_link_out(tree: Path, target: str) -> None:
    (tree / "out.txt").symlink_to(target)
    done = invoke("summarize", "net.yaml", "-o", "out.txt")
    assert done.exit_code == 2
    assert "cannot write `out.txt`: it is a link that leads out of" in done.output
    assert (tree.parent / "secret.yaml").read_text("utf-8") == OURS
    assert sorted(os.listdir(tree.parent)) == ["secret.yaml", "tree"]
    assert sorted(os.listdir(tree)) == ["net.yaml", "out.txt"]


@HAS_LINKS
def test_no_document_is_mended_through_a_link_out(tree: Path) -> None:
    stale = "<!-- cnncalc net.yaml macs -->7<!-- /cnncalc -->\n"
    (tree.parent / "ours.md").write_text(stale, "utf-8")
    (tree / "README.md").symlink_to("../ours.md")
    done = invoke("check", "--docs", "--fix", "README.md")
    assert done.exit_code == 2
    assert (tree.parent / "ours.md").read_text("utf-8") == stale


@HAS_LINKS
@pytest.mark.parametrize("name", ["cnncalc.toml", "pyproject.toml"])
def test_a_project_file_that_is_a_link_out_is_not_quoted(tree: Path, name: str) -> None:
    (tree.parent / "secret.toml").write_text("[tool.cnncalc]\npassword = hunter2\n", "utf-8")
    (tree / name).symlink_to("../secret.toml")
    done = invoke("check", "net.yaml")
    assert done.exit_code == 2
    assert "is a link that leads out of" in done.output
    assert "hunter2" not in done.output


def test_a_document_speaks_of_no_spec_outside(tree: Path) -> None:
    (tree.parent / "ours.yaml").write_text(SPEC, "utf-8")
    mark = "<!-- cnncalc ../ours.yaml macs -->7<!-- /cnncalc -->\n"
    (tree / "README.md").write_text(mark, "utf-8")
    done = invoke("check", "--docs", "README.md")
    assert done.exit_code == 1
    assert "`../ours.yaml` is outside the document's repository" in done.output
    assert "7,776" not in done.output
    (tree.parent / ".git").mkdir()
    assert "7,776" in invoke("check", "--docs", "README.md").output


# What a project file names


@pytest.mark.parametrize("path", ["/proc/self/environ", "../outside.json", "a/../../outside.json"])
@pytest.mark.parametrize("switches", [(), ("--update-baseline",)])
def test_a_project_file_names_no_baseline_outside(
    tree: Path, path: str, switches: tuple[str, ...]
) -> None:
    (tree / "cnncalc.toml").write_text(f'[check]\nbaseline = "{path}"\n', "utf-8")
    done = invoke("check", "net.yaml", *switches)
    assert done.exit_code == 2
    assert "`baseline` is outside the folder of the project file" in done.output
    assert "cnncalc.toml:2:12" in done.output
    assert sorted(os.listdir(tree.parent)) == ["secret.yaml", "tree"]


@HAS_LINKS
def test_a_baseline_of_a_project_is_no_link_out(tree: Path) -> None:
    (tree / "cnncalc.toml").write_text('[check]\nbaseline = "figures.json"\n', "utf-8")
    (tree / "figures.json").symlink_to("../secret.yaml")
    done = invoke("check", "net.yaml", "--update-baseline")
    assert done.exit_code == 2
    assert (tree.parent / "secret.yaml").read_text("utf-8") == OURS


def test_the_command_line_names_a_baseline_anywhere(tree: Path) -> None:
    (tree / "cnncalc.toml").write_text('[check]\nbaseline = "gone.json"\n', "utf-8")
    named = "--baseline=../figures.json"
    assert invoke("check", "net.yaml", named, "--update-baseline").exit_code == 0
    assert invoke("check", "net.yaml", named).exit_code == 0


@pytest.mark.parametrize("text", [OURS, '{"password": "hunter2"}', '{"hunter2": ', "[" * 9999])
def test_nothing_is_quoted_of_what_is_no_baseline(tree: Path, text: str) -> None:
    (tree / "figures.json").write_text(text, "utf-8")
    done = invoke("check", "net.yaml", "--baseline", "figures.json")
    assert done.exit_code == 2
    assert "E902" in done.output
    assert "hunter2" not in done.output
    assert "[[" not in done.output


@pytest.mark.parametrize("name", [":" * 200_000, ":" * 4000, "a" * 5000])
def test_a_long_name_in_a_baseline_is_soon_done_with(tree: Path, name: str) -> None:
    basis = {"batch": 1, "dtype": "float32", "optimizer": "adam"}
    held = {"schema_version": 1, "basis": basis, "figures": {name: {}, "b": {name: 1}}}
    (tree / "figures.json").write_text(json.dumps(held), "utf-8")
    with stopwatch() as took:
        assert invoke("check", "net.yaml", "--baseline", "figures.json").exit_code == 2
    assert took.seconds < 2


def test_bytes_that_are_no_text_are_not_quoted(tree: Path) -> None:
    (tree / "figures.json").write_bytes(b"hunter2 \xff\n")
    done = invoke("check", "net.yaml", "--baseline", "figures.json")
    assert done.exit_code == 2
    assert "hunter2" not in done.output


def test_a_path_with_nul_is_refused(tree: Path) -> None:
    (tree / "cnncalc.toml").write_text('[check]\nbaseline = "a\\u0000b"\n', "utf-8")
    done = invoke("check", "net.yaml")
    assert done.exit_code == 2
    assert "`baseline` must be the path of a file" in done.output
    (tree / "cnncalc.toml").unlink()
    for arguments in (
        ("check", "a\0b.yaml"),
        ("summarize", "net.yaml", "-o", "a\0b"),
        ("check", "net.yaml", "--config", "a\0b"),
        ("check", "--docs", "a\0b.md"),
        ("diff", "net.yaml", "a\0b.onnx"),
    ):
        assert invoke(*arguments).exit_code == 2


# Pipes and devices


@HAS_PIPES
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "pipe.yaml"),
        ("summarize", "pipe.onnx"),
        ("check", "pipe.onnx"),
        ("check", "net.yaml", "--config", "pipe.toml"),
        ("check", "net.yaml", "--baseline", "pipe.json"),
        ("check", "net.yaml", "--baseline", "pipe.json", "--update-baseline"),
        ("check", "--docs", "pipe.md"),
        ("check", "--docs", "named.md"),
        ("diff", "net.yaml", "pipe.yaml"),
        ("run", "net.yaml", "--seed", "0", "--input", "pipe.npy"),
        ("run", "net.yaml", "--seed", "0", "--input", "pipe.png"),
        ("run", "net.yaml", "--weights", "pipe.npz", "--seed", "0"),
    ],
)
def test_no_command_waits_for_a_pipe(tree: Path, arguments: tuple[str, ...]) -> None:
    for ending in ("yaml", "onnx", "toml", "json", "md", "npy", "npz", "png"):
        os.mkfifo(tree / f"pipe.{ending}")
    (tree / "named.md").write_text("<!-- cnncalc pipe.yaml macs -->7<!-- /cnncalc -->\n", "utf-8")
    command = [sys.executable, "-m", "cnncalc", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20)
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr


# Names


def test_a_name_that_is_no_text_is_listed_in_a_file(tree: Path) -> None:
    name = b"a\xff.yaml"
    try:
        (tree / os.fsdecode(name)).write_text(SPEC, "utf-8")
    except (OSError, UnicodeError):
        pytest.skip("the file system has no such names")
    command = [sys.executable, "-m", "cnncalc", "check", "--list-files", "-o", "list.txt"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    assert (tree / "list.txt").read_text("utf-8") == "a\\udcff.yaml\nnet.yaml\n"


@pytest.mark.parametrize("name", ["--output=nets/a.yaml", "--exit-zero.yaml", "-onets/a.yaml"])
def test_a_name_that_a_hook_appends_is_no_option(tree: Path, name: str) -> None:
    file = tree / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(FAULTY, "utf-8")
    (tree / "nets").mkdir()
    (tree / "nets" / "a.yaml").write_text("ours", "utf-8")
    done = invoke("check", "--specs-only", "--fail-on", "error", "net.yaml", name)
    assert done.exit_code == 1
    assert "2 specs, 2 networks, 1 error" in done.output
    assert (tree / "nets" / "a.yaml").read_text("utf-8") == "ours"


# Git


def git(folder: Path, *arguments: str) -> None:
    said = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a", "GIT_COMMITTER_NAME": "a"}
    environment: Mapping[str, str] = {**os.environ, **said, "GIT_COMMITTER_EMAIL": "a"}
    subprocess.run(["git", *arguments], cwd=folder, check=True, env=environment)


REMOTE = """\
[core]
	repositoryformatversion = 1
	bare = false
	{worktree}
	fsmonitor = "touch {pwned}"
	pager = "touch {pwned}"
	sshCommand = "touch {pwned}"
	hooksPath = hooks
[extensions]
	partialclone = evil
[remote "evil"]
	url = ext::sh -c touch% {pwned}
	promisor = true
[protocol "ext"]
	allow = always
[diff "evil"]
	textconv = "touch {pwned}; cat"
	command = "touch {pwned}"
"""


@HAS_GIT
def test_a_folder_that_is_a_repository_itself_runs_nothing(tree: Path) -> None:
    for folder in ("objects", "refs/heads"):
        (tree / folder).mkdir(parents=True)
    (tree / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    (tree / "refs" / "heads" / "main").write_text(f"{'1' * 40}\n", "utf-8")
    pwned = tree.parent / "pwned"
    config = REMOTE.format(worktree="worktree = .", pwned=pwned)
    (tree / "config").write_text(config, "utf-8")
    done = invoke("diff", "--git", "HEAD", "net.yaml")
    assert done.exit_code == 2
    assert "is in no repository that git can read" in done.output
    assert not pwned.exists()


@HAS_GIT
def test_a_repository_whose_objects_are_elsewhere_fetches_nothing(tree: Path) -> None:
    git(tree, "init", "--quiet")
    git(tree, "add", "net.yaml")
    (tree / "net.yaml").write_text(FAULTY, "utf-8")
    git(tree, "add", "net.yaml")
    git(tree, "commit", "--quiet", "--message=one")
    for file in (tree / ".git" / "objects").glob("??/*"):
        if "blob" in _kind(tree, file):
            file.unlink()
    pwned = tree.parent / "pwned"
    (tree / ".git" / "config").write_text(REMOTE.format(worktree="", pwned=pwned), "utf-8")
    (tree / ".gitattributes").write_text("* diff=evil filter=evil\n", "utf-8")
    done = invoke("diff", "--git", "HEAD", "net.yaml")
    assert done.exit_code == 2
    assert not pwned.exists()


def _kind(folder: Path, file: Path) -> str:
    command = ["git", "cat-file", "-t", file.parent.name + file.name]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@HAS_GIT
def test_a_text_that_git_would_convert_is_taken_as_it_is(tree: Path) -> None:
    git(tree, "init", "--quiet")
    (tree / ".gitattributes").write_text("* diff=evil\n", "utf-8")
    git(tree, "add", ".")
    git(tree, "commit", "--quiet", "--message=one")
    pwned = tree.parent / "pwned"
    git(tree, "config", "diff.evil.textconv", f"touch {pwned}; cat")
    assert invoke("diff", "--git", "HEAD", "net.yaml").exit_code == 0
    assert not pwned.exists()


@HAS_GIT
@pytest.mark.parametrize("revision", ["^HEAD", "--output=x", "HEAD..HEAD", "-n1", "", "HEAD^@"])
def test_what_is_no_revision_is_told(tree: Path, revision: str) -> None:
    git(tree, "init", "--quiet")
    git(tree, "add", ".")
    git(tree, "commit", "--quiet", "--message=one")
    done = invoke("diff", "--git", revision, "net.yaml")
    assert done.exit_code == 2
    assert f"unknown git revision `{revision}`" in done.output
    assert sorted(os.listdir(tree)) == [".git", "net.yaml"]


@HAS_GIT
@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
@pytest.mark.parametrize("path", ["", ".", "bin"])
def test_a_git_of_the_folder_is_not_run(
    tree: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    git(tree, "init", "--quiet")
    git(tree, "add", ".")
    git(tree, "commit", "--quiet", "--message=one")
    (tree / "bin").mkdir()
    for name in ("git", "bin/git"):
        (tree / name).write_text("#!/bin/sh\ntouch pwned\n", "utf-8")
        (tree / name).chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([path, os.environ["PATH"]]))
    assert invoke("diff", "--git", "HEAD", "net.yaml").exit_code == 0
    assert not (tree / "pwned").exists()


# Modules


MODULES = ("multiprocessing", "socket", "selectors", "signal", "click", "yaml", "venv", "pip")


def spring(tree: Path) -> None:
    """Put modules into the folder that take the place of others', where they can."""
    for name in MODULES:
        (tree / f"{name}.py").write_text("open('pwned', 'w')\n", "utf-8")


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_import_nothing_of_the_folder(tree: Path, method: str) -> None:
    if method == "forkserver" and os.name == "nt":
        pytest.skip("Windows starts processes in one way")
    spring(tree)
    for number in range(20):
        (tree / f"net{number}.yaml").write_text(SPEC, "utf-8")
    program = tree.parent / "program.py"
    lines = (
        "from cnncalc.__main__ import run",
        "from cnncalc import processes",
        "if __name__ == '__main__':",
        f"    processes.START = '{method}'",
        "    run()",
    )
    program.write_text("\n".join(lines), "utf-8")
    command = [sys.executable, str(program), "check", "--jobs", "2", "."]
    environment = {key: one for key, one in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "21 specs" in done.stdout
    assert not (tree / "pwned").exists()


def test_the_console_script_imports_nothing_of_the_folder(tree: Path) -> None:
    script = shutil.which("cnncalc", path=os.path.dirname(sys.executable))
    if script is None:
        pytest.skip("cnncalc is not installed beside Python")
    spring(tree)
    done = subprocess.run(
        [script, "check", "net.yaml"], check=False, capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 0, done.stderr
    assert not (tree / "pwned").exists()


def test_isolated_python_imports_nothing_of_the_folder(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spring(tree)
    monkeypatch.setenv("PYTHONPATH", ".")
    command = [sys.executable, "-I", "-m", "cnncalc", "check", "--format", "json", "net.yaml"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20)
    assert json.loads(done.stdout)
    assert not (tree / "pwned").exists()
