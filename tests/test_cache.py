"""What a check keeps for the next run: the same is told with it as without, whatever it holds."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import chdir
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from repositories import commit, git, put

from cnncalc.checks import files
from cnncalc.checks.cache import folder as place
from cnncalc.checks.cache import key
from cnncalc.checks.cache.records import from_json, to_json
from cnncalc.checks.finding import Checked, Claim, Finding
from cnncalc.cli.main import main
from cnncalc.diagnostics import Diagnostic, Edit, Fix, Note, Span
from cnncalc.ops.values import Shape

SPEC = """\
name: n{number}
input: 3x8x8
vars: {{width: {width}}}
layers:
  - stem: conv3x3 width padding={padding}
  - {act}
  - globalavgpool
  - flatten
  - fc: linear 10
expect: {{parameters: {parameters}}}
variants:
  wide: {{vars: {{width: 40}}, budget: {{macs: "<= 70K", output: 10}}}}
"""
ODD = (
    "",
    "services: {web: {image: nginx}}\n",
    "name: broken\ninput: 3x8x8\nlayers:\n  - relu\n - relu\n",
    "name: big\ninput: 3x8x8\nlayers:\n  - conv9x9 4\n  - lniear 4  # cnncalc: ignore[W601]\n",
    "name: é\ninput: 3x8x8\nlayers:\n  - conv3x3 4  # cnncalc: ignore[W601] why\n",
)
PROJECTS = (
    "",
    '[check]\nignore = ["W6"]\n',
    '[[budgets]]\nspecs = "**/*.yaml"\nparameters = "200"\n',
    '[[budgets]]\nspecs = "n1*.yaml"\nlayers.fc.parameters = "1K"\nmacs = "1"\n',
    '[check]\nexclude = ["n2*"]\n[budget]\ninput = "3x{8..16:8}x8"\nmacs = "20K"\n',
)
OPTIONS = ((), ("--select", "W6"), ("--ignore", "W601"), ("--trusted",), ("--bits", "w8a8"))


def spec(draw: Random) -> bytes:
    """A small spec with numbers that hold or do not, or something that is none."""
    if draw.random() < 0.2:
        text = draw.choice(ODD)
        return text.encode("utf-16" if draw.random() < 0.2 else "latin-1")
    width = draw.choice([4, 8, 16])
    exact = 28 * width + 10 * width + 10
    told = {"number": draw.randrange(99), "width": width, "padding": draw.choice([0, 1])}
    act = draw.choice(["relu", "[relu, relu]", "maxpool3x3 stride=2", "sigmoid"])
    parameters = draw.choice([exact, exact, exact + 1])
    return SPEC.format(**told, act=act, parameters=parameters).encode()


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", ".", *arguments])


def told(done: Result) -> tuple[str, str, int]:
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.stdout, done.stderr, done.exit_code


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirty specs; the folder that we are in."""
    (tmp_path / "team").mkdir()
    monkeypatch.chdir(tmp_path / "team")
    draw = Random(7)  # noqa: S311 - it hides nothing
    for number in range(30):
        Path(f"n{number}.yaml").write_bytes(spec(draw))
    return tmp_path / "team"


def kept(folder: Path) -> Path:
    """The one file with results."""
    [found] = folder.glob("check-*.json")
    return found


@given(st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_the_same_is_told_whatever_was_checked_before(seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - it hides nothing

    with tempfile.TemporaryDirectory() as empty, chdir(empty):
        os.makedirs("net/in")
        os.chdir("net")
        for number in range(24):
            Path(f"n{number}.yaml").write_bytes(spec(draw))
        form = draw.choice(["json", "full", "junit", "sarif"])
        for _ in range(4):
            options = ["--format", form, *draw.choice(OPTIONS)]
            alone = told(check("--no-cache", *options))
            assert alone[2] in {0, 1}, alone
            assert told(check("--cache-dir", "../cache", *options)) == alone
            assert told(check("--cache-dir", "../cache", *options)) == alone
            for _ in range(draw.randrange(3)):
                name = f"{draw.choice(['', 'in/'])}n{draw.randrange(26)}.yaml"
                Path(name).write_bytes(spec(draw))
            Path("cnncalc.toml").write_text(draw.choice(PROJECTS), "utf-8")
            if draw.random() < 0.3:
                Path(f"n{draw.randrange(24)}.yaml").unlink(missing_ok=True)


def test_every_field_of_a_result_is_kept() -> None:
    span = Span("a.yaml", 3, 5, 3, 9)
    fix = Fix((Edit(span, "relu"),), "write `relu`")
    fault = Diagnostic("W606", "two in a row", span, (Note("made here", span),), fix, "warning")
    finding = Finding(fault, ("a",), "fc", "macs", 4, "3", 1, ("macs", "flops"))
    claim = Claim("a", "fc", "macs", "expect", "3", "4", finding, span)
    figures: dict[str | None, dict[str, int | Shape]] = {None: {"macs": 4, "output": (1, 2)}}
    whole = Checked(
        "a.yaml", "", (None, "a"), (finding,), (claim,), figures, frozenset({"fc"}), "A network"
    )
    for record in (whole, claim, finding, fault):
        empty = [name for name in record._fields if getattr(record, name) in (None, (), {})]
        assert empty == [], "say a value for the new field here"
    assert from_json(json.loads(json.dumps(to_json(whole)))) == whole


def test_a_file_that_has_not_changed_is_not_looked_into(
    team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    right = files.check_target

    def watched(target: files.Target, *others: object) -> object:
        looked.append(target.name)
        return right(target, *others)  # type: ignore[arg-type]

    monkeypatch.setattr("cnncalc.checks.run.check_target", watched)
    first = told(check("--jobs", "1"))
    assert len(looked) == 30
    looked.clear()
    assert told(check("--jobs", "1")) == first
    assert looked == []
    (team / "n3.yaml").write_bytes(SPEC.format(
        number=3, width=4, padding=1, act="elu", parameters=1).encode())  # fmt: skip
    check("--jobs", "1")
    assert looked == ["n3.yaml"]
    looked.clear()
    (team / "cnncalc.toml").write_text('[check]\nignore = ["W6"]\n', "utf-8")
    check("--jobs", "1")
    assert len(looked) == 30  # whatever a project file says
    looked.clear()
    check("--jobs", "1", "--bits", "w8a8")
    assert len(looked) == 30
    looked.clear()
    monkeypatch.setattr(key, "code_identity", lambda: "another state of the package")
    check("--jobs", "1")
    assert len(looked) == 30


@pytest.mark.usefixtures("team")
def test_a_baseline_is_compared_with_what_is_kept(tmp_path: Path) -> None:
    arguments = "--baseline", "base.json", "--cache-dir", str(tmp_path / "cache")
    assert "error" not in check(*arguments, "--update-baseline").stderr
    stored = Path("base.json").read_text("utf-8")
    Path("base.json").write_text(stored.replace('"parameters": 314', '"parameters": 300'), "utf-8")
    alone = told(check("--baseline", "base.json", "--no-cache"))
    assert "E803" in alone[0]
    assert told(check(*arguments)) == alone
    assert check(*arguments, "--update-baseline").exit_code in {0, 1}


BROKEN = (
    b"",
    b"[]",
    b"{",
    b"\xff\xfe\0",
    b"[" * 100_000,
    b'{"n1.yaml": 1, "n2.yaml": []}',
    b'{"n1.yaml": [' + b"9" * 10_000 + b"]}",
)


@pytest.mark.parametrize("data", BROKEN)
@pytest.mark.usefixtures("team")
def test_what_is_broken_is_not_read(data: bytes, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    alone = told(check("--cache-dir", cache))
    kept(tmp_path / "cache").write_bytes(data)
    assert told(check("--cache-dir", cache)) == alone
    assert json.loads(kept(tmp_path / "cache").read_bytes()).keys() >= {"n1.yaml", "n2.yaml"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="other systems have other files")
@pytest.mark.usefixtures("team")
def test_what_is_no_file_is_neither_waited_for_nor_written_through(tmp_path: Path) -> None:
    cache, other = tmp_path / "cache", tmp_path / "cache" / "other.json"
    alone = told(check("--cache-dir", str(cache)))
    path = kept(cache)
    other.write_text("{}", "utf-8")
    for make in (os.mkfifo, lambda place: os.symlink(other, place)):
        path.unlink()
        make(path)
        assert told(check("--cache-dir", str(cache))) == alone
        assert path.is_file()
        assert not path.is_symlink()
        assert other.read_text("utf-8") == "{}"


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_values_of_any_kind_at_any_place_are_withstood(seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - it hides nothing
    with tempfile.TemporaryDirectory() as empty, chdir(empty):
        os.makedirs("net")
        os.chdir("net")
        for number in range(20):
            Path(f"n{number}.yaml").write_bytes(spec(Random(number)))  # noqa: S311
        arguments = "--format", draw.choice(["json", "full"]), "--cache-dir", "../cache"
        check(*arguments)
        path = kept(Path("../cache"))
        results = json.loads(path.read_bytes())
        for _ in range(9):
            at = results[draw.choice([*results])][2]
            while isinstance(at, list) and at:
                last, place_of = at, draw.randrange(len(at))
                at = at[place_of] if draw.random() < 0.9 else None
            if isinstance(at, str | int | None) and "last" in locals():
                last[place_of] = draw.choice([None, True, -1, 1.5, "x", "\x1b[31m", [], {}, [[]]])
        path.write_text(json.dumps(results), "utf-8")
        out, errors, code = told(check(*arguments))
        assert "\x1b" not in out + errors
        assert code in {0, 1, 2}


# Where it lies


def test_results_that_came_with_a_repository_are_not_used(
    team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("init", "-q")
    alone = told(check("--no-cache"))
    done = check("--cache-dir", ".cnncalc_cache")
    assert done.exit_code == 2
    assert f"it is within the repository `{team}`" in done.stderr
    monkeypatch.setenv(place.VARIABLE, str(team / "cache"))
    assert "CNNCALC_CACHE_DIR: cannot keep results in" in check().stderr
    monkeypatch.delenv(place.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(team / ".cache"))
    assert told(check()) == alone
    assert not (team / ".cache").exists()
    # A job whose home is its checkout; a home with a project in it is one's own.
    monkeypatch.setenv("HOME", str(team))
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert told(check()) == alone
    assert not (team / ".cache").exists()
    assert check("--cache-dir", ".cache").exit_code == 2
    (team / "own").mkdir()
    monkeypatch.chdir(team / "own")
    git("init", "-q")
    check("..", "--cache-dir", "../kept")
    assert kept(team / "kept").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="other systems have other rights")
def test_a_folder_that_others_may_write_to_is_not_used(team: Path, tmp_path: Path) -> None:
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    assert "others may write to it" in check("--cache-dir", str(open_to_all)).stderr
    assert "it is no folder" in check("--cache-dir", str(team / "n1.yaml")).stderr


def test_the_folder_says_what_it_is(team: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir(mode=0o700)
    old = tmp_path / "cache" / "check-old.json"
    old.write_text("{}")
    os.utime(old, (0, 0))
    check("--cache-dir", str(tmp_path / "cache"))
    names = {path.name for path in (tmp_path / "cache").iterdir()}
    assert names == {"CACHEDIR.TAG", ".gitignore", kept(tmp_path / "cache").name}
    assert (tmp_path / "cache" / ".gitignore").read_text() == "*\n"
    tag = (tmp_path / "cache" / "CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert "team" in os.fspath(team)


@pytest.mark.usefixtures("team")
def test_options_without_a_use_are_refused() -> None:
    assert (
        "--cache-dir has no use with --no-cache" in check("--no-cache", "--cache-dir", "x").stderr
    )
    for arguments in (("--docs", "--no-cache"), ("--list-files", "--cache-dir", "x")):
        assert check(*arguments).exit_code == 2


def test_a_folder_that_cannot_be_written_stops_no_check(
    tmp_path: Path, team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    alone = told(check("--no-cache"))
    monkeypatch.setattr(place, "write_whole", full)
    assert told(check("--cache-dir", str(tmp_path / "cache"))) == alone
    assert team.is_dir()


def test_runs_at_once_and_one_that_is_killed_leave_whole_results(
    team: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "cnncalc", "check", ".", "--cache-dir", str(tmp_path / "c")]
    alone = told(check("--no-cache"))
    runs = [subprocess.Popen(command, cwd=team, stdout=subprocess.PIPE) for _ in range(3)]
    runs[0].kill()
    outputs = [one.communicate()[0].decode() for one in runs]
    assert outputs[1:] == [alone[0]] * 2
    assert json.loads(kept(tmp_path / "c").read_bytes()).keys() == {
        f"n{number}.yaml" for number in range(30)
    }


# Beside it: what other processes bring back


def test_changes_are_told_of_files_that_other_processes_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    for name in "abc":
        put(Path(f"nets/{name}.yaml"))
    commit("start")
    arguments = "check", "nets", "--against", "main", "--format", "json", "--jobs", "2"
    done = CliRunner().invoke(main, arguments)
    change = json.loads(done.stdout)["change"]
    assert (change["networks"], change["unchanged"]) == ([], 6)
