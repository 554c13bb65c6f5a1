"""The pre-commit hooks and the GitHub Action, run as their users run them, without a network.

Both install cnncalc from a copy of this checkout into an environment of its own. Its dependencies
are borrowed from the environment that runs the tests; nothing else is in place of the real thing.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from forges import Forge

ROOT = Path(__file__).parent.parent
HOOKS = ROOT / ".pre-commit-hooks.yaml"
ACTION = ROOT / "action.yml"

FAULTY = """\
name: faulty
input: 3x32x32
layers:
  - conv3x3 64 padding=1
  - relu
  - conv3x3 64 padding=1 groups=3
"""
FAULT = "3 groups cannot share 64 input channels"
CLEAN = FAULTY.replace(" groups=3", "")
OTHERS = {
    "workflow.yaml": "name: CI\non: push\njobs: {}\n",
    "list.yml": "- 1\n- 2\n",
    "chart.yaml": "{{- if .Values.layers }}\nname: {{ .Release.Name }}\n{{- end }}\n",
}
"""YAML files, or nearly, that are no specs."""


SITE = re.compile(r"[/\\](site|dist)-packages$")
OWN = re.compile(r"_*(cnncalc|pip)\b|.*\.pth$", re.IGNORECASE)
"""What an environment has of its own: the program under test, and what installs it."""


class Done(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    said: str


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Done:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Done(done.returncode, done.stdout)


def must(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
    code, said = run(command, folder, environment)
    assert code == 0, said
    return said


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Variables with which pip asks no index, and programs find the borrowed dependencies."""
    borrowed = tmp_path_factory.mktemp("borrowed")
    for folder in filter(SITE.search, sys.path):
        for path in Path(folder).iterdir():
            if not OWN.match(path.name) and not (borrowed / path.name).exists():
                (borrowed / path.name).symlink_to(path)
    scripts = Path(sys.executable).parent
    return {
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path_factory.mktemp("home")),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(borrowed),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip takes the value of the option that it turns off
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "test",
        "GIT_AUTHOR_EMAIL": "test@example.org",
        "GIT_COMMITTER_NAME": "test",
        "GIT_COMMITTER_EMAIL": "test@example.org",
    }


def commit(folder: Path, environment: Mapping[str, str]) -> str:
    """Make a folder a repository with one more commit, and give its name."""
    must(["git", "init", "--quiet", "--initial-branch=main"], folder, environment)
    must(["git", "add", "--all"], folder, environment)
    must(["git", "commit", "--quiet", "--message=test"], folder, environment)
    return must(["git", "rev-parse", "HEAD"], folder, environment).strip()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a clone of this repository would hold, were it committed now."""
    if not (ROOT / ".git").exists():
        pytest.skip("only a checkout of the repository has its hooks and its action")
    folder = tmp_path_factory.mktemp("cnncalc")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


# pre-commit


class Hook:
    """The hooks of a commit of cnncalc, ready to run in other repositories."""

    def __init__(self, repository: Path, home: Path, offline: Mapping[str, str]) -> None:
        self.repository = repository
        self.environment = {**offline, "PRE_COMMIT_HOME": str(home)}
        self.commit = commit(repository, self.environment)

    def run(self, folder: Path, *arguments: str, hook: str, args: Sequence[str] = ()) -> Done:
        """Run a hook over a repository as it is committed."""
        chosen: dict[str, object] = {"id": hook}
        if args:
            chosen["args"] = list(args)
        source = {"repo": str(self.repository), "rev": self.commit, "hooks": [chosen]}
        write(folder, {".pre-commit-config.yaml": yaml.safe_dump({"repos": [source]})})
        if not (folder / ".git").exists():
            commit(folder, self.environment)
        must(["git", "add", "--all"], folder, self.environment)
        command = [sys.executable, "-m", "pre_commit", "run", "--color=never", *arguments]
        return run(command, folder, self.environment)


@pytest.fixture(scope="module")
def hooks(
    checkout: Path, offline: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Hook:
    pytest.importorskip("pre_commit", reason="pre-commit is in the extra `integrations`")
    repository = tmp_path_factory.mktemp("hooks")
    shutil.copytree(checkout, repository, dirs_exist_ok=True)
    return Hook(repository, tmp_path_factory.mktemp("pre-commit"), offline)


def test_the_manifest_is_one() -> None:
    pytest.importorskip("pre_commit", reason="pre-commit is in the extra `integrations`")
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)]
    must(command, ROOT, dict(os.environ))


def test_a_faulty_spec_stops_the_commit(hooks: Hook, tmp_path: Path) -> None:
    write(tmp_path, {"nets/clean.yaml": CLEAN, "nets/faulty.yml": FAULTY, **OTHERS})
    code, said = hooks.run(tmp_path, "--all-files", hook="cnncalc-check")
    assert code == 1, said
    assert "hook id: cnncalc-check" in said
    assert "exit code: 1" in said
    assert FAULT in said
    assert "nets/faulty.yml:6:" in said
    assert not [name for name in OTHERS if name in said]
    assert "1 error" in said


def test_clean_specs_pass(hooks: Hook, tmp_path: Path) -> None:
    write(tmp_path, {"nets/clean.yaml": CLEAN, **OTHERS})
    code, said = hooks.run(tmp_path, "--all-files", hook="cnncalc-check")
    assert (code, "Passed" in said) == (0, True), said


def test_other_yaml_files_are_skipped(hooks: Hook, tmp_path: Path) -> None:
    write(tmp_path, OTHERS)
    code, said = hooks.run(tmp_path, "--all-files", hook="cnncalc-check")
    assert (code, "Passed" in said) == (0, True), said


def test_only_what_is_committed_is_checked(hooks: Hook, tmp_path: Path) -> None:
    write(tmp_path, {"old.yaml": FAULTY})
    commit(tmp_path, hooks.environment)
    write(tmp_path, {"new.yaml": CLEAN})
    code, said = hooks.run(tmp_path, hook="cnncalc-check")
    assert (code, "Passed" in said) == (0, True), said
    write(tmp_path, {"notes.txt": "no spec"})
    commit(tmp_path, hooks.environment)
    write(tmp_path, {"notes.txt": "still none"})
    code, said = hooks.run(tmp_path, hook="cnncalc-check")
    assert (code, "Skipped" in said) == (0, True), said


def test_arguments_reach_the_check(hooks: Hook, tmp_path: Path) -> None:
    write(tmp_path, {"faulty.yaml": FAULTY})
    args = ["--exit-zero", "--format=concise"]
    code, said = hooks.run(tmp_path, "--all-files", "--verbose", hook="cnncalc-check", args=args)
    assert code == 0, said
    assert re.search(r"^faulty\.yaml:6:\d+: E402 ", said, re.MULTILINE), said


def test_what_is_excluded_does_not_stop_the_commit(hooks: Hook, tmp_path: Path) -> None:
    write(tmp_path, {"cnncalc.toml": '[check]\nexclude = ["old/**"]\n', "old/a.yaml": FAULTY})
    code, said = hooks.run(tmp_path, "--all-files", hook="cnncalc-check")
    assert (code, "Passed" in said) == (0, True), said


def test_a_project_file_that_changes_has_its_specs_checked(hooks: Hook, tmp_path: Path) -> None:
    others = {"pyproject.toml": "[project]\nname = 'cnncalc'\n", "other/faulty.yaml": FAULTY}
    write(tmp_path, {"nets/cnncalc.toml": "", "nets/deep/net.yaml": CLEAN, **others})
    commit(tmp_path, hooks.environment)
    write(tmp_path, {"nets/cnncalc.toml": '[budget]\nmacs = "1K"\n'})
    code, said = hooks.run(tmp_path, hook="cnncalc-check")
    assert code == 1, said
    assert "error[E802]" in said
    assert "1 spec, 1 network" in said
    write(tmp_path, {"nets/cnncalc.toml": "", "pyproject.toml": "[project]\nname = 'x'\n"})
    code, said = hooks.run(tmp_path, hook="cnncalc-check")
    assert (code, "Passed" in said) == (0, True), said  # the other file is of no project of ours
    commit(tmp_path, hooks.environment)
    write(tmp_path, {"pyproject.toml": "[tool.cnncalc.check]\nexclude = 'gone'\n"})
    code, said = hooks.run(tmp_path, hook="cnncalc-check")
    assert code == 1, said
    assert FAULT in said
    assert "`gone` matches no spec" in said


SLIP = CLEAN.replace("relu", "reluu")


def test_slips_are_corrected_before_the_commit(hooks: Hook, tmp_path: Path) -> None:
    assert SLIP != CLEAN
    project = '[check]\nexclude = ["old/**"]\n'
    write(tmp_path, {"cnncalc.toml": project, "old/a.yaml": SLIP, "nets/a.yaml": SLIP, **OTHERS})
    code, said = hooks.run(tmp_path, "--all-files", hook="cnncalc-fix")
    assert (code, "files were modified by this hook" in said) == (1, True), said
    assert "fixed " in said
    assert (tmp_path / "nets/a.yaml").read_text("utf-8") == CLEAN
    assert (tmp_path / "old/a.yaml").read_text("utf-8") == SLIP
    assert {name: (tmp_path / name).read_text("utf-8") for name in OTHERS} == OTHERS
    code, said = hooks.run(tmp_path, "--all-files", hook="cnncalc-fix")
    assert (code, "Passed" in said) == (0, True), said


def test_what_has_no_correction_is_left_to_the_check(hooks: Hook, tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": FAULTY})
    code, said = hooks.run(tmp_path, "--all-files", hook="cnncalc-fix")
    assert (code, "Passed" in said) == (0, True), said
    assert (tmp_path / "a.yaml").read_text("utf-8") == FAULTY


STALE = "MACs: <!-- cnncalc net.yaml macs -->1.00 G<!-- /cnncalc -->\n"


def test_a_spec_that_changes_has_the_documents_checked(hooks: Hook, tmp_path: Path) -> None:
    write(tmp_path, {"docs/net.yaml": CLEAN, "docs/net.md": STALE})
    commit(tmp_path, hooks.environment)
    write(tmp_path, {"docs/net.yaml": CLEAN + "# a change\n"})
    code, said = hooks.run(tmp_path, hook="cnncalc-docs")
    assert code == 1, said
    assert f"docs/net.md:1:{STALE.index('1.00') + 1}" in said
    assert "E804" in said


def test_documents_are_mended(hooks: Hook, tmp_path: Path) -> None:
    write(tmp_path, {"docs/net.yaml": CLEAN, "docs/net.md": STALE})
    code, said = hooks.run(tmp_path, "--all-files", hook="cnncalc-docs", args=["--fix"])
    assert (code, "files were modified by this hook" in said) == (1, True), said
    # 32*32 places, 64 channels, 9 taps on 3 and then on 64 channels: 39.5 million
    assert (tmp_path / "docs/net.md").read_text("utf-8") == STALE.replace("1.00", "0.04")
    code, said = hooks.run(tmp_path, "--all-files", hook="cnncalc-docs")
    assert (code, "Passed" in said) == (0, True), said


# The GitHub Action

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def action() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(ACTION.read_text("utf-8"))
    return document


def test_the_action_has_the_shape_of_a_composite_one() -> None:
    document = action()
    assert document.keys() <= {"name", "description", "author", "branding", "inputs"} | {
        "outputs",
        "runs",
    }
    assert document["runs"].keys() == {"using", "steps"}
    assert document["runs"]["using"] == "composite"
    for one in document["inputs"].values():
        assert one.keys() == {"description", "default"}
        assert isinstance(one["default"], str)
    for one in document["outputs"].values():
        assert one.keys() == {"description", "value"}
    common = {"name", "id", "if", "env"}
    for step in document["runs"]["steps"]:
        if "run" in step:
            assert step.keys() <= common | {"run", "shell", "working-directory"}
            assert step["shell"] == "bash"
        else:
            assert step.keys() <= common | {"uses", "with", "continue-on-error"}


PINNED = re.compile(r"^ +uses: [\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def test_actions_of_others_are_named_by_their_commit_and_release() -> None:
    lines = [line for line in ACTION.read_text("utf-8").splitlines() if "uses:" in line]
    assert len(lines) == 4
    assert [line for line in lines if not PINNED.match(line)] == []


def test_the_action_fits_the_published_schema() -> None:
    pytest.importorskip("check_jsonschema", reason="it is in the extra `integrations`")
    schema = "vendor.github-actions"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ACTION)]
    must(command, ROOT, dict(os.environ))


def test_every_expression_names_something_and_none_is_in_a_script() -> None:
    document = action()
    steps = document["runs"]["steps"]
    assert not [step["name"] for step in steps if "${{" in step.get("run", "")]
    used = EXPRESSION.findall(ACTION.read_text("utf-8"))
    inputs = {name for text in used for name in re.findall(r"inputs\.([\w-]+)", text)}
    assert inputs == set(document["inputs"])
    ids = {name for text in used for name in re.findall(r"steps\.([\w-]+)", text)}
    assert ids == {step["id"] for step in steps if "id" in step}


def lender(folder: Path, offline: Mapping[str, str]) -> Path:
    """A folder whose `python3` has every environment that it makes borrow the dependencies.

    The action has Python ignore `PYTHONPATH`, which might lead into the workspace.
    """
    python = folder / "lender" / "python3"
    python.parent.mkdir()
    lines = (
        "#!/bin/sh",
        f'"{sys.executable}" "$@" || exit',
        "for last; do :; done",
        'for site in "$last"/lib/python*/site-packages; do',
        f'  [ ! -d "$site" ] || echo "{offline["PYTHONPATH"]}" > "$site/borrowed.pth"',
        "done",
    )
    python.write_text("\n".join(lines) + "\n", "utf-8")
    python.chmod(0o755)
    return python.parent


class Job:
    """Runs the scripts of the action's steps as a runner does: by `shell: bash`, in order."""

    def __init__(
        self, checkout: Path, folder: Path, offline: Mapping[str, str], **others: str
    ) -> None:
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.environment = {
            **offline,
            "PATH": f"{lender(self.temporary, offline)}{os.pathsep}{offline['PATH']}",
            **others,
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(checkout),
            "RUNNER_TEMP": str(self.temporary),
        }
        install = self.step("Install cnncalc", folder, {})
        assert install.code == 0, install.said
        assert "cnncalc, version" in install.said

    def check(self, folder: Path, **inputs: str) -> Done:
        return self.step("Check", folder, inputs)

    def step(
        self,
        name: str,
        folder: Path,
        inputs: Mapping[str, str],
        outputs: Mapping[str, str] | None = None,
        **environment: str,
    ) -> Done:
        """Run a step with inputs, and with outputs of steps before it: `check.comment`."""
        [step] = (one for one in action()["runs"]["steps"] if one.get("name") == name)
        values = {one: said["default"] for one, said in action()["inputs"].items()}
        values |= {one.replace("_", "-"): said for one, said in inputs.items()}
        known = {f"inputs.{one}": said for one, said in values.items()}
        known["steps.python.outputs.python-path"] = ""  # the step did not run
        known["steps.page.outputs.artifact-url"] = ""  # as above
        for name_of, value in (outputs or {}).items():
            step_id, _, output = name_of.partition(".")
            known[f"steps.{step_id}.outputs.{output}"] = value
        given = {
            variable: EXPRESSION.sub(lambda found: known[found[1]], text)
            for variable, text in step.get("env", {}).items()
        }
        files = {
            variable: str(self.temporary / variable)
            for variable in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")
        }
        for path in files.values():
            Path(path).write_text("", "utf-8")
        script = self.temporary / "script.sh"
        script.write_text(step["run"], "utf-8")
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
        workspace = {"GITHUB_WORKSPACE": str(folder)}
        variables = {**self.environment, **workspace, **files, **environment, **given}
        return run(command, folder, variables)

    def outputs(self) -> dict[str, str]:
        """What the last step gave to those after it."""
        lines = self.text("GITHUB_OUTPUT").splitlines()
        return {name: value for name, _, value in (line.partition("=") for line in lines)}

    def text(self, variable: str) -> str:
        """What a step wrote to the file of a variable."""
        return (self.temporary / variable).read_text("utf-8")


@pytest.fixture(scope="module")
def job(
    checkout: Path, offline: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Job:
    if shutil.which("bash") is None:
        pytest.skip("the action's scripts are for bash, which is not here")
    if find_spec("ensurepip") is None:
        pytest.skip("this Python makes no environment with pip: it is without `ensurepip`")
    return Job(checkout, tmp_path_factory.mktemp("job"), offline)


@pytest.mark.parametrize("version", ["9.9.9", "1 --index-url=https://example.org"])
def test_a_release_is_asked_of_pip_as_one_word(job: Job, tmp_path: Path, version: str) -> None:
    code, said = job.step("Install cnncalc", tmp_path, {"version": version})
    assert code == 1, said
    assert f"cnncalc=={version}" in said  # there is no index to have it from


def test_a_finding_fails_the_job_and_is_annotated(job: Job, tmp_path: Path) -> None:
    write(tmp_path, {"nets/faulty.yaml": FAULTY, "nets/clean.yaml": CLEAN, **OTHERS})
    code, said = job.check(tmp_path)
    assert code == 1, said
    annotated = r"^::error title=cnncalc \(E402\),file=nets/faulty\.yaml,line=6,.*::.*"
    assert re.search(annotated + FAULT, said, re.MULTILINE), said
    assert FAULT in job.text("GITHUB_STEP_SUMMARY")
    assert job.text("GITHUB_OUTPUT") == ""


def test_clean_specs_pass_the_job(job: Job, tmp_path: Path) -> None:
    write(tmp_path, {"nets/clean.yaml": CLEAN, **OTHERS})
    code, said = job.check(tmp_path)
    assert code == 0, said
    assert "::error" not in said


def test_what_cannot_be_run_is_told_from_a_finding(job: Job, tmp_path: Path) -> None:
    write(tmp_path, {"clean.yaml": CLEAN})
    assert job.check(tmp_path, args="--no-such-option").code == 2
    assert job.check(tmp_path, fail_on="never").code == 2
    assert job.check(tmp_path, paths="gone.yaml").code == 2


def test_paths_stand_one_on_a_line_whatever_is_in_them(job: Job, tmp_path: Path) -> None:
    write(tmp_path, {"a b/net.yaml": CLEAN, "--exit-zero.yaml": FAULTY, "other.yaml": FAULTY})
    code, said = job.check(tmp_path, paths="a b\n\n")
    assert code == 0, said
    code, said = job.check(tmp_path, paths="a b\r\n--exit-zero.yaml")
    assert code == 1, said
    assert "file=--exit-zero.yaml" in said
    assert "other.yaml" not in said


def test_options_reach_the_check(job: Job, tmp_path: Path) -> None:
    write(tmp_path, {"net.yaml": FAULTY})
    code, said = job.check(tmp_path, args="--format concise\n--exit-zero")
    assert code == 0, said
    assert said.startswith("net.yaml:6:")


def test_no_input_is_read_by_the_shell(job: Job, tmp_path: Path) -> None:
    write(tmp_path, {"net.yaml": CLEAN})
    hostile = "$(touch pwned) `touch pwned`; touch pwned & * ${PATH} \"'"
    for name in ("args", "paths", "fail_on"):
        code, said = job.check(tmp_path, **{name: hostile})
        assert code == 2, said
        assert not (tmp_path / "pwned").exists()
        assert job.environment["PATH"] not in said


def test_modules_of_the_workspace_are_not_run(
    checkout: Path, offline: Mapping[str, str], tmp_path: Path
) -> None:
    if shutil.which("bash") is None:
        pytest.skip("the action's scripts are for bash, which is not here")
    if find_spec("ensurepip") is None:
        pytest.skip("this Python makes no environment with pip: it is without `ensurepip`")
    modules = ("venv", "pip", "ensurepip", "cnncalc", "click", "yaml", "signal", "runpy")
    write(tmp_path, {f"{name}.py": "open('pwned', 'w')\n" for name in modules})
    write(tmp_path, {"net.yaml": CLEAN})
    code, said = Job(checkout, tmp_path, offline, PYTHONPATH=".").check(tmp_path)
    assert code == 0, said
    assert not (tmp_path / "pwned").exists()


def test_sarif_is_written_for_the_upload(job: Job, tmp_path: Path) -> None:
    write(tmp_path, {"net.yaml": FAULTY})
    code, said = job.check(tmp_path, upload_sarif="true")
    assert code == 1, said
    assert "::error" in said
    assert job.outputs().keys() == {"sarif"}
    [sent] = json.loads(Path(job.outputs()["sarif"]).read_text("utf-8"))["runs"]
    assert [result["ruleId"] for result in sent["results"]] == ["E402"]
    assert job.text("GITHUB_STEP_SUMMARY").count("### cnncalc check") == 1
    code, said = job.check(tmp_path, upload_sarif="true", fail_on="error", args="--select W6")
    assert code == 1, said  # though `--exit-zero` would not go with it


def test_downloads_are_kept_by_what_is_installed(job: Job, tmp_path: Path) -> None:
    keys = []
    for version in ("", "1.2.0", "1.2.0", "1,2 $(touch pwned)"):
        code, said = job.step("Name the cache", tmp_path, {"version": version})
        assert code == 0, said
        keys.append(job.outputs()["key"])
    assert keys[1] == keys[2]
    assert len({*keys}) == 3
    python = ".".join(map(str, sys.version_info[:3]))
    assert all(re.fullmatch(rf"cnncalc-\w+-\w+-{python}\w*-[0-9a-f]{{16}}", key) for key in keys)
    assert not (tmp_path / "pwned").exists()


def changed(folder: Path, environment: Mapping[str, str]) -> None:
    """A repository with a branch on which a network grew."""
    write(folder, {"models/net.yaml": CLEAN, "models/other.yaml": CLEAN})
    commit(folder, environment)
    must(["git", "checkout", "--quiet", "-b", "topic"], folder, environment)
    write(folder, {"models/net.yaml": CLEAN.replace("conv3x3 64", "conv3x3 128")})


def test_what_changed_is_in_the_summary_once_in_a_page_and_in_a_comment(
    job: Job, tmp_path: Path
) -> None:
    changed(tmp_path, job.environment)
    code, said = job.check(tmp_path / "models", against="main", upload_sarif="true")
    assert code == 0, said
    summary = job.text("GITHUB_STEP_SUMMARY")
    assert summary.count("### cnncalc check") == 1
    assert "| `models/net.yaml` |" in summary
    outputs = job.outputs()
    assert outputs.keys() == {"sarif", "page", "comment"}
    assert "### cnncalc check\n\n" + Path(outputs["comment"]).read_text("utf-8") == summary
    page = Path(outputs["page"]).read_text("ascii")
    assert "1 changed, 1 unchanged since main" in page
    code, said = job.step(
        "Comment on the pull request", tmp_path, {}, {"check.comment": outputs["comment"]}
    )
    assert (code, said) == (
        0,
        "::notice title=cnncalc::no comment: the action was given no `github-token`\n",
    )


def test_the_comment_is_written_by_the_token(job: Job, tmp_path: Path) -> None:
    changed(tmp_path, job.environment)
    code, said = job.check(tmp_path, against="main", args="--bits w8a8")
    assert code == 0, said
    assert job.outputs().keys() == {"comment"}  # a page counts in a data type
    given = {"check.comment": job.outputs()["comment"], "page.artifact-url": "https://x.org/1"}
    with Forge() as forge:
        event = forge.event(tmp_path)
        for told in ("a comment was written\n", "the comment says so already\n"):
            code, said = job.step(
                "Comment on the pull request", tmp_path, {"github-token": "t"}, given, **event
            )
            assert (code, said) == (0, told)
    [comment] = forge.comments
    assert comment["body"].startswith("<!-- cnncalc change -->\n\n**2 networks: 1 changed")
    assert "(https://x.org/1)" in comment["body"]


def test_a_revision_that_git_does_not_know_fails_the_job(job: Job, tmp_path: Path) -> None:
    changed(tmp_path, job.environment)
    for revision in ("origin/main", "--output=x", "$(touch pwned)"):
        code, said = job.check(tmp_path, against=revision)
        assert code == 2, said
        assert "unknown git revision" in said
        assert job.outputs() == {}
    assert not (tmp_path / "pwned").exists()
