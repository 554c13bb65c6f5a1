"""Rules of some files, severities, and budgets by family and label in a project file."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from project_files import FILE, SPEC, limits, put, refused

from cnncalc.checks.choice import RULES
from cnncalc.checks.finding import Finding
from cnncalc.checks.lint import ENTRIES, chosen
from cnncalc.checks.project.read import read_project
from cnncalc.checks.severity import severities_of, with_severities
from cnncalc.checks.suppression import find_ignores, silence
from cnncalc.cli.main import main
from cnncalc.diagnostics import CODES, Diagnostic, Span


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("old/resnet.yaml", "new/resnet.v2.yaml", "new/vgg.yaml"):
        put(name, SPEC)


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(main, ["check", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def found(*arguments: str) -> list[str]:
    """What is found, as `FILE CODE SEVERITY`."""
    done = run(*arguments, "--format", "json")
    assert done.exit_code in {0, 1}, done.output
    findings = json.loads(done.stdout)["findings"]
    return [f"{one['file']} {one['code']} {one['severity']}" for one in findings]


# Rules of some files


def test_rules_are_ignored_in_files_of_a_glob() -> None:
    put(FILE, '[check.per_file_ignores]\n"old/*" = "W603"\n"new/v*" = ["W6", "W601"]\n')
    assert found(".") == ["new/resnet.v2.yaml W603 warning"]
    assert found("old/resnet.yaml") == []
    assert found(".", "--select", "W603") == ["new/resnet.v2.yaml W603 warning"]


def test_a_rule_that_is_ignored_has_no_unused_comments() -> None:
    put("new/vgg.yaml", SPEC.replace("  - fc:", "  # cnncalc: ignore[W606]\n  - fc:"))
    assert "new/vgg.yaml W618 warning" in found(".")
    put(FILE, '[check]\nper_file_ignores = {"new/vgg.yaml" = "W606"}\n')
    assert "new/vgg.yaml W618 warning" not in found(".")


def test_a_glob_of_ignores_that_matches_no_file_is_an_error() -> None:
    put(FILE, '[check.per_file_ignores]\n"odl/*" = "W603"\n')
    assert f"{FILE} E901 error" in found(".")
    assert f"{FILE} E901 error" not in found("old")
    put(FILE, '[check]\nallow_empty = true\n[check.per_file_ignores]\n"odl/*" = "W603"\n')
    assert f"{FILE} E901 error" not in found(".")


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("per_file_ignores = 'W603'", "`per_file_ignores` must be a table", "2:20"),
        ("per_file_ignores = {'a/' = 'W9'}", "no rule code begins with `W9`", "2:28"),
        ("per_file_ignores = {'a' = 3}", "must be a string or a list", "2:27"),
        ("per_file_ignores = {'/a' = 'W6'}", "is outside the project file's folder", "2:21"),
        ("per_file_ignores = {'a' = 'W801'}", "`W801` is about the baseline", "2:27"),
        ("severity = 'error'", "`severity` must be a table", "2:12"),
        ("severity = {W9 = 'error'}", "no rule code begins with `W9`", "2:13"),
        ("severity = {E803 = 'warning'}", "`E803` is an error: its severity stays", "2:13"),
        ("severity = {W603 = 'off'}", "`W603` cannot be `off`", "2:20"),
        ("severity = {W603 = 1}", "`W603` must be a string", "2:20"),
    ],
)
def test_faults_stand_at_their_places(text: str, message: str, place: str) -> None:
    _, [fault] = read_project(f"[check]\n{text}\n", FILE)
    assert message in fault.message
    assert str(fault.span) == f"{FILE}:{place}"


def test_many_entries_are_refused() -> None:
    entries = ", ".join(f"'a{number}' = 'W6'" for number in range(1001))
    assert "has 1,001 entries, over 1,000" in refused(
        f"[check]\nper_file_ignores = {{{entries}}}\n"
    )


# Severities


def test_the_longest_prefix_says_how_bad_a_warning_is() -> None:
    stated = severities_of({"W": "error", "W6": "information", "W603": "warning"})
    assert stated["W803"] == "error"
    assert stated["W601"] == "information"
    assert stated["W603"] == "warning"
    assert stated.keys() == {code for code in CODES if code.startswith("W")}
    assert severities_of({}) == {}
    other = Finding(Diagnostic("E801", "an error stays one", None))
    assert [*with_severities([other], severities_of({"W": "information"}))] == [other]


def test_severities_decide_what_fails() -> None:
    put(FILE, '[check.severity]\nW603 = "information"\n')
    assert {one.split()[-1] for one in found(".")} == {"information"}
    assert run(".").exit_code == 0
    put(FILE, '[check]\nfail-on = "error"\n')
    assert run(".").exit_code == 0
    put(FILE, '[check]\nfail-on = "error"\n[check.severity]\nW6 = "error"\n')
    assert run(".").exit_code == 1
    assert "error[W603]" in run(".").stdout


def test_what_a_baseline_warns_of_is_chosen_and_as_bad_as_is_said() -> None:
    base = '[check]\nignore = "W6"\nbaseline = "b.json"\n'
    put(FILE, base)
    assert run(".", "--update-baseline").exit_code == 0
    put("new/vgg.yaml", SPEC.replace("conv3x3 4", "conv3x3 3"))  # smaller
    put("new/more.yaml", SPEC)  # not stored
    Path("old/resnet.yaml").unlink()
    told = ["b.json W803 information", "new/more.yaml W801 warning", "b.json W802 warning"]
    assert found(".") == told
    assert found(".", "--ignore", "W6,W801") == [told[0], told[2]]
    assert found(".", "--select", "W802") == told[2:]
    assert found(".", "--select", "W603", "--ignore", "W601") == [
        f"new/{name}.yaml W603 warning" for name in ("more", "resnet.v2", "vgg")
    ]
    put(
        FILE, base.replace('"W6"', '["W6", "W801", "W802"]') + '[check.severity]\nW803 = "error"\n'
    )
    assert found(".") == ["b.json W803 error"]
    assert run(".").exit_code == 1


def test_every_warning_can_be_selected() -> None:
    for code in CODES:
        assert (code in chosen((code,))) == code.startswith("W")
    assert tuple(ENTRIES) == RULES
    assert chosen() == {code for code in CODES if code.startswith("W")} - {"W607"}
    assert chosen(("W6",), ("W60",)) == {one for one in ENTRIES if not one.startswith("W60")}


# Comments


@pytest.mark.parametrize("code", ["W6", "W60", "W603", "W"])
def test_a_comment_silences_by_the_beginning_of_a_code(code: str) -> None:
    put("new/vgg.yaml", SPEC.replace("padding=1", f"padding=1  # cnncalc: ignore[{code}] so"))
    assert found("new/vgg.yaml") == []


def test_a_beginning_that_silences_nothing_is_told() -> None:
    put("new/vgg.yaml", SPEC.replace("linear 10", "linear 10  # cnncalc: ignore[W60]"))
    done = run("new/vgg.yaml", "--ignore", "W603", "--format", "concise")
    assert done.exit_code == 0  # W603 might be there
    done = run("new/vgg.yaml", "--format", "concise")
    assert "W618 line 8 has no finding whose code begins with `W60`" in done.stdout
    ignores, _ = find_ignores("a: 1  # cnncalc: ignore[W607, W6]\n", "a.yaml")
    kept = list(silence((), ignores, chosen()))
    assert [one.diagnostic.message for one in kept] == [
        "line 1 has no finding whose code begins with `W6`"
    ]
    both = Finding(Diagnostic("W603", "found", Span("a.yaml", 1, 1, 1, 2)))
    ignores, _ = find_ignores("a: 1  # cnncalc: ignore[W603, W6]\n", "a.yaml")
    assert list(silence([both], ignores, chosen())) == []


def test_no_comment_silences_a_baseline() -> None:
    _, [fault] = find_ignores("a: 1  # cnncalc: ignore[W801]\n", "a.yaml")
    assert fault.message == "`W801` is about the baseline: no comment in a spec silences it"
    assert fault.hint == 'write `ignore = ["W801"]` under `[check]` of the project file'
    for code in ("W9", "E", "W6033"):
        _, [fault] = find_ignores(f"a: 1  # cnncalc: ignore[{code}]\n", "a.yaml")
        assert fault.message == f"there is no rule `{code}`"


# Budgets by family and label


def held(text: str, path: str, variant: str | None = None) -> set[str]:
    project, faults = read_project(text, FILE)
    assert not faults
    assert project is not None
    return set(limits(project, path, variant))


def test_a_family_is_a_file_by_its_name_in_any_folder() -> None:
    text = "[[budgets]]\nfamily = 'resnet'\nmacs = 1\n"
    for path in ("resnet.yaml", "a/b/resnet.yml", "old/resnet.onnx", "new/resnet.v2.yaml"):
        assert held(text, path) == held(text, path, "50") == {"macs"}, path
    for path in ("resnet50.yaml", "resnet/a.yaml", "Resnet.yaml", "../resnet.yaml", "-"):
        assert held(text, path) == set(), path
    several = "[[budgets]]\nfamily = ['resn*t', 'vgg']\nspecs = 'new/**'\nmacs = 1\n"
    assert held(several, "new/vgg.yaml") == held(several, "new/resnext.yaml") == {"macs"}
    assert held(several, "old/vgg.yaml") == set()


def test_limits_of_a_label_are_on_its_figures() -> None:
    text = "[[budgets]]\nlabel = 'stage4'\nmacs = 1\nparameters = '40%'\nlayers.a.depth = 3\n"
    assert held(text, "a.yaml") == {"stage4.macs", "stage4.parameters", "stage4.a.depth"}
    assert held("[[budgets]]\nlabel = 'a.b'\nfamily='r'\nmacs = 1\n", "r.yaml") == {"a.b.macs"}


def test_a_label_holds_the_networks_that_have_it() -> None:
    put("new/vgg.yaml", SPEC.replace("fc:", "head:"))
    put(FILE, '[check]\nignore = "W6"\n[[budgets]]\nlabel = "fc"\nmacs = 39\n')
    assert found(".") == ["new/resnet.v2.yaml E802 error", "old/resnet.yaml E802 error"]
    put(FILE, '[check]\nignore = "W6"\n[[budgets]]\nlabel = "fc"\nfamily = "vgg"\nmacs = 39\n')
    assert found(".") == [f"{FILE} E901 error"]
    put(FILE, '[check]\nignore = "W6"\n[[budgets]]\nlabel = "head"\nfamily = "vgg"\nmacs = 39\n')
    assert found(".") == ["new/vgg.yaml E802 error"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('family = "resent"', "`resent` matches no network"),
        ('family = ["vgg", "resent"]', "`resent` matches no network"),
        ('family = "vgg"\nspecs = "old/*"', "no network is both of `specs` and of `family`"),
        ('label = "fc6"', "no network of this table has a layer or group `fc6`"),
    ],
)
def test_a_table_about_nothing_is_an_error(table: str, message: str) -> None:
    put(FILE, f'[check]\nignore = "W6"\n[[budgets]]\n{table}\nmacs = "1G"\n')
    done = run(".", "--format", "concise")
    assert done.exit_code == 1
    assert f"E901 {message}\n" in done.stdout
    assert done.stdout.count("E901") == 1
    put(FILE, f'[check]\nignore = "W6"\n[[budgets]]\nallow_empty = true\n{table}\nmacs = "1G"\n')
    assert found(".") == []


def test_a_label_that_may_be_in_a_spec_with_faults_is_not_told() -> None:
    put(FILE, '[check]\nignore = "W6"\n[[budgets]]\nlabel = "fc6"\nmacs = "1G"\n')
    put("new/vgg.yaml", SPEC.replace("bn", "bm"))
    assert found(".") == ["new/vgg.yaml E204 error"]


def test_a_label_at_every_size_of_an_input_is_met() -> None:
    sizes = 'input = "3x{8..12:4}x8"'
    put(FILE, f'[check]\nignore = "W6"\n[[budgets]]\nlabel = "stem"\n{sizes}\nmacs = "1G"\n')
    assert found(".") == []


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("family = ''", "a family has no name", "2:10"),
        ("family = []", "`family` names no family", "2:10"),
        ("family = 3", "must be a string or a list", "2:10"),
        ("family = 'a/b'", "`a/b` has a `/`", "2:10"),
        ("family = 'a.yaml'", "`a.yaml` has a `.`", "2:10"),
        ("family = 'a:16'", "`a:16` has a `:`", "2:10"),
        ("family = 'a[b'", "unclosed `[`", "2:10"),
        ("label = ''", "`label` must be a label", "2:9"),
        ("label = ['a']", "`label` must be a label", "2:9"),
    ],
)
def test_faults_of_families_and_labels(text: str, message: str, place: str) -> None:
    _, [fault] = read_project(f"[[budgets]]\n{text}\nmacs = 1\n", FILE)
    assert message in fault.message
    assert str(fault.span) == f"{FILE}:{place}"


def test_the_remedy_of_a_limit_that_variants_break_is_enough_for_all() -> None:
    put("new/vgg.yaml", f"{SPEC}variants:\n  a: {{}}\n  b: {{input: 3x16x16}}\n  c: {{}}\n")
    put(FILE, '[[budgets]]\nfamily = "vgg"\nmacs = "5K"\n')
    done = run(".", "--format", "json", "--select", "W604")
    [one] = json.loads(done.stdout)["findings"]
    # 16*16 places, 4 channels of 9 taps on 3 channels, and 40 MACs of `fc`: 27,688
    assert (one["code"], one["line"]) == ("E802", 4)
    assert one["hint"] == "make `stem` smaller, or raise the budget to `27.69K`"
    put(FILE, Path(FILE).read_text("utf-8").replace("5K", "27.69K"))
    assert found(".", "--select", "W604") == []
