"""`cnncalc check`: what it checks, what it says, and how it leaves."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from commands import check as run

from cnncalc.checks.suppression import find_ignores
from cnncalc.diagnostics import CODES

GOOD = """\
name: good
input: 3x8x8
layers:
  - stem: conv3x3 4 padding=1
  - relu
  - globalavgpool
  - flatten
  - fc: linear 10
expect: {parameters: 162, macs: 6_952, output: 10}
"""

FAULTY = {
    "syntax.yaml": "name: syntax\ninput: 3x8x8\nlayers:\n  - relu\n - relu\n",
    "unknown.yaml": "name: unknown\ninput: 3x8x8\nlayers:\n  - rellu\n  - conv3x3 8 paddin=1\n",
    "shape.yaml": "name: shape\ninput: 3x8x8\nlayers:\n  - conv3x3 64 groups=2\n",
    "expect.yaml": GOOD.replace("parameters: 162", "parameters: 161"),
    "budget.yaml": GOOD + "budget: {macs: 6K, fc: {parameters: 20%}}\n",
    "label.yaml": GOOD + "budget: {fc6: {macs: 10}}\n",
    "lint.yaml": GOOD.replace("padding=1", "padding=1\n  - bn").replace(
        "parameters: 162", "parameters: 170"
    ),
    "nested/good.yml": GOOD,
    "nested/other.yaml": "services:\n  web: {image: nginx}\n",
}


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    for name, text in FAULTY.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def codes(done: subprocess.CompletedProcess[str]) -> list[tuple[str, str]]:
    """The file and the code of each finding of the form json."""
    return [(one["file"], one["code"]) for one in json.loads(done.stdout)["findings"]]


def test_a_clean_spec_is_silent(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    done = run("good.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == "1 spec, 1 network, 0 errors, 0 warnings\n"
    assert done.stderr == ""


def test_everything_is_found_in_one_run(faulty: Path) -> None:
    done = run(".", "--format", "json", cwd=faulty)
    assert done.returncode == 1
    assert codes(done) == [
        ("budget.yaml", "E802"),
        ("budget.yaml", "E802"),
        ("expect.yaml", "E801"),
        ("label.yaml", "E805"),
        ("lint.yaml", "W603"),
        ("shape.yaml", "E402"),
        ("syntax.yaml", "E101"),
        ("unknown.yaml", "E204"),
        ("unknown.yaml", "E205"),
    ]


def test_findings_are_results_and_go_where_results_go(faulty: Path) -> None:
    done = run("expect.yaml", cwd=faulty)
    assert done.stderr == ""
    assert done.stdout == (
        "error[E801]: `parameters` is 162, not 161: 1 more\n"
        " --> expect.yaml:9:22\n"
        "  |\n"
        "9 | expect: {parameters: 161, macs: 6_952, output: 10}\n"
        "  |                      ^^^\n"
        "  = note: most of it: `stem` 112 (69.1 %), `fc` 50 (30.9 %)\n"
        "  = help: if the network is right, write `162`\n"
        "\n"
        "1 spec, 1 network, 1 error, 0 warnings\n"
    )


def test_only_specs_of_a_folder_are_checked(faulty: Path) -> None:
    done = run(".", "--list-files", cwd=faulty)
    assert done.returncode == 0
    assert done.stdout.splitlines() == sorted(
        str(Path(name)) for name in FAULTY if name != "nested/other.yaml"
    )


def test_a_file_that_is_named_is_checked_in_any_case(faulty: Path) -> None:
    done = run("nested/other.yaml", "--format", "json", cwd=faulty)
    assert ("nested/other.yaml", "E201") in codes(done)
    assert done.returncode == 1
    done = run("nested/other.yaml", "--specs-only", cwd=faulty)
    assert (done.returncode, done.stdout) == (0, "0 specs, 0 networks, 0 errors, 0 warnings\n")


def test_standard_input_and_bundled_names(tmp_path: Path) -> None:
    assert run("-", cwd=tmp_path, stdin=GOOD).stdout.startswith("1 spec, 1 network, 0 errors")
    done = run("vgg", "alexnet", "resnet:50", cwd=tmp_path)
    assert done.stdout.startswith("3 specs, 11 networks, 0 errors, 0 warnings")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["lint.yaml"], 1),
        (["lint.yaml", "--fail-on", "error"], 0),
        (["lint.yaml", "--ignore", "W603"], 0),
        (["lint.yaml", "--ignore", "W6"], 0),
        (["lint.yaml", "--select", "W601,W602"], 0),
        (["lint.yaml", "--select", "W6", "--ignore", "W601"], 1),
        (["lint.yaml", "--exit-zero"], 0),
        (["missing.yaml"], 2),
        (["missing.yaml", "--exit-zero"], 2),
        (["vgg:nope"], 2),
        (["vgg:nope", "--exit-zero"], 2),
        (["nested/good.yml:nope", "--exit-zero"], 2),
        (["nested/other.yaml", "."], 1),
        (["lint.yaml", "--select", "W9"], 2),
        (["lint.yaml", "--ignore", "E801"], 2),
        (["lint.yaml", "--format", "xml"], 2),
    ],
)
def test_how_it_leaves(faulty: Path, arguments: list[str], code: int) -> None:
    done = run(*arguments, cwd=faulty)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--diff", "--docs"],
        ["--unsafe-fixes", "--docs", "--fix"],
        ["--baseline", "b.json", "--docs"],
        ["--update-baseline", "--docs"],
        ["--tolerance", "1", "--docs"],
        ["--select", "W6", "--docs"],
        ["--ignore", "W6", "--docs"],
        ["--specs-only", "--docs"],
        ["--list-files", "--docs"],
        ["--jobs", "2", "--docs"],
        ["--trusted", "--docs"],
    ],
)
def test_options_of_specs_and_of_documents_do_not_mix(
    tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "a.md").write_text("nothing is marked\n", encoding="utf-8")
    done = run("a.md", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert arguments[0] in done.stderr
    assert "--docs" in done.stderr


def test_a_folder_without_a_spec_could_not_be_checked(tmp_path: Path) -> None:
    done = run(".", cwd=tmp_path)
    assert done.returncode == 2
    assert "no spec" in done.stderr


def test_documents_are_those_of_the_current_folder_where_none_is_named(tmp_path: Path) -> None:
    text = "It has <!-- cnncalc lenet5 parameters -->60K<!-- /cnncalc -->.\n"
    (tmp_path / "inner").mkdir()
    for name in ("a.md", "inner/b.rst"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("--docs", "--format", "json", cwd=tmp_path)
    assert (done.returncode, codes(done)) == (1, [("a.md", "E804"), ("inner/b.rst", "E804")])
    assert run("--docs", "--fix", cwd=tmp_path).returncode == 0
    # 61,706 parameters: LeCun et al. 1998, with all maps joined
    assert "-->62K<!--" in (tmp_path / "inner" / "b.rst").read_text("utf-8")


def test_a_folder_without_a_document_could_not_be_checked(tmp_path: Path) -> None:
    done = run("--docs", cwd=tmp_path)
    assert (done.returncode, "no document found in ." in done.stderr) == (2, True)


def test_findings_can_be_silenced_where_they_stand(tmp_path: Path) -> None:
    text = FAULTY["lint.yaml"]
    line = "  - stem: conv3x3 4 padding=1"
    (tmp_path / "a.yaml").write_text(
        text.replace(line, f"{line}  # cnncalc: ignore[W603] as published"), encoding="utf-8"
    )
    assert run("a.yaml", cwd=tmp_path).returncode == 0
    above = f"  # cnncalc: ignore[W603] as published\n{line}"
    (tmp_path / "a.yaml").write_text(text.replace(line, above), encoding="utf-8")
    assert run("a.yaml", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("comment", "code", "message"),
    [
        ("# cnncalc: ignore[W601]", "W618", "line 4 has no finding `W601`"),
        ("# cnncalc: ignore[W699]", "E903", "there is no rule `W699`"),
        ("# cnncalc: ignore", "E903", "this comment names no code to ignore"),
        ("# cnncalc: ignore[E801]", "E903", "`E801` is an error: it cannot be ignored"),
    ],
)
def test_a_comment_that_silences_nothing_is_said(
    tmp_path: Path, comment: str, code: str, message: str
) -> None:
    (tmp_path / "a.yaml").write_text(
        GOOD.replace("padding=1", f"padding=1 {comment}"), encoding="utf-8"
    )
    done = run("a.yaml", "--format", "json", cwd=tmp_path)
    [finding] = json.loads(done.stdout)["findings"]
    assert (finding["code"], finding["message"], finding["line"]) == (code, message, 4)
    if code == "W618":
        assert run("a.yaml", "--select", "W603", cwd=tmp_path).returncode == 0


def test_the_codes_of_a_comment_are_bounded() -> None:
    written = ",".join(["W601"] * 200_000)
    ignores, faults = find_ignores(f"a: 1  # cnncalc: ignore[{written}]\n", "a.yaml")
    assert ([one.code for one in ignores], faults) == (["W601"], ())
    written = ",".join(f"X{number}" for number in range(200_000))
    ignores, faults = find_ignores(f"a: 1  # cnncalc: ignore[{written}]\n", "a.yaml")
    assert len(faults) == 51
    assert faults[-1].message == "more than 50 codes are ignored by this comment"
    ignores, faults = find_ignores("a: 1  # cnncalc: ignore[W601]\n" * 5000, "a.yaml")
    assert len(ignores) == 1000
    [fault] = faults
    assert (fault.code, fault.message) == (
        "E903",
        "more than 1,000 codes are ignored in this file",
    )


@pytest.mark.parametrize(
    ("text", "is_spec"),
    [
        ("name: a\ninput: 3x8x8\nlayer: [relu]\n", True),
        ("name: a\ninputt: 3x8x8\nlayers: [conv3x3 8, relu]\n", True),
        ("name: a\ninput: 784\noutput: 10\n", False),
        ("name: a\ninput: 3x8x8\nversion: 1\nsources: []\n", False),
        ("name: a\ninput: file.txt\nlayer: [relu]\n", False),
        ("name: a\ninputs: [x]\nlayers: [roads, rivers]\n", False),
        ("input: 3x8x8\nlayer: [relu]\n", False),
    ],
)
def test_a_spec_with_a_misspelt_key_is_one(tmp_path: Path, text: str, is_spec: bool) -> None:  # noqa: FBT001
    (tmp_path / "A.YAML").write_text(text, encoding="utf-8")
    done = run(".", "--list-files", cwd=tmp_path)
    assert done.stdout == ("A.YAML\n" if is_spec else "")


def test_a_file_of_many_names_is_checked_once(tmp_path: Path) -> None:
    text = FAULTY["expect.yaml"].replace("input:", "vars: {width: 4}\ninput:")
    text += "variants: {wide: {vars: {width: 8}}}\n"
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yaml").write_text(text, encoding="utf-8")
    names = [
        "sub/a.yaml",
        "sub/./a.yaml",
        "./sub/a.yaml:wide",
        str(tmp_path / "sub/a.yaml"),
        "sub",
    ]
    for order in (names, names[::-1]):
        done = run(*order, "--list-files", cwd=tmp_path)
        assert done.stdout == f"{Path('sub/a.yaml')}\n"
    done = run("sub/a.yaml:wide", "./sub/a.yaml:wide", "--list-files", cwd=tmp_path)
    assert len(done.stdout.splitlines()) == 1


def test_a_file_of_several_variants_is_one_spec(tmp_path: Path) -> None:
    done = run("vgg:16", "vgg:19", "vgg:16", cwd=tmp_path)
    assert done.stdout.startswith("1 spec, 2 networks, 0 errors, 0 warnings")
    done = run("vgg", "vgg:19", "--list-files", cwd=tmp_path)
    assert done.stdout == "vgg\n"


@pytest.mark.parametrize(
    ("shape", "is_told"), [("4x1x1", False), ("4x1x8", True), ("4x8x8", True)]
)
def test_what_grows_from_a_point_may_see_beyond_it(
    tmp_path: Path,
    shape: str,
    is_told: bool,  # noqa: FBT001
) -> None:
    layers = "layers: [upconv4x4 8, relu, conv3x3 4 padding=1, conv7x7 4 padding=3]\n"
    found = _codes_of(tmp_path, f"name: a\ninput: {shape}\n{layers}", "--select", "W607")
    assert ("W607" in found) == is_told


def test_what_cannot_be_opened_is_no_spec(faulty: Path) -> None:
    done = run("nested/good.yml", "missing.yaml", cwd=faulty)
    assert done.stdout.endswith("\n1 spec, 1 network, 1 error, 0 warnings\n")


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("budget: {macs: many}", "E219"),
        ("budget: {macks: 4}", "E201"),
        ("budget: [4]", "E203"),
        ("published:\n  fc:\n    macs: 4 %\n    note: [1]", "E203"),
        ("variants:\n  odd:\n    budget:\n      macs: many", "E219"),
    ],
)
def test_a_malformed_number_hides_nothing_else(tmp_path: Path, stated: str, code: str) -> None:
    text = FAULTY["lint.yaml"].replace("parameters: 170", "parameters: 171")
    found = _codes_of(tmp_path, f"{text}{stated}\n")
    assert {code, "E801", "W603"} <= found
    text = text.replace("- relu", "- rellu")
    found = _codes_of(tmp_path, f"{text}{stated}\n")
    assert {code, "E204"} <= found
    assert not {"E801", "W603"} & found


def _codes_of(folder: Path, text: str, *options: str) -> set[str]:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return {code for _, code in codes(run("a.yaml", "--format", "json", *options, cwd=folder))}


def test_every_variant_is_checked(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "name: a\ninput: 3x8x8\nvars: {width: 4}\nlayers: [conv3x3 width groups=2]\n"
        "variants: {odd: {vars: {width: 5}}, even: {input: 4x8x8}}\n",
        encoding="utf-8",
    )
    done = run("a.yaml", "--format", "json", cwd=tmp_path)
    [finding] = json.loads(done.stdout)["findings"]
    assert finding["code"] == "E402"
    assert finding["variants"] == ["odd"]
    assert json.loads(done.stdout)["files"][0]["networks"] == [None, "odd", "even"]


def test_github_gets_its_own_form(faulty: Path, tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    done = run("expect.yaml", cwd=faulty, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(page))
    assert done.returncode == 1
    assert done.stdout.startswith("::error title=cnncalc (E801),file=expect.yaml,line=9,col=22")
    assert "E801" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["auto", "github", "json"])
def test_the_step_summary_is_written_whatever_the_form(
    faulty: Path, tmp_path: Path, form: str
) -> None:
    page = tmp_path / "summary.md"
    asked = ["expect.yaml", "--format", form, "-o", "report.txt"]
    done = run(*asked, cwd=faulty, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(page))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("expect.yaml:9:22: E801 ")  # the log says what the file says
    assert "E801" in page.read_text(encoding="utf-8")
    report = (faulty / "report.txt").read_text(encoding="utf-8")
    assert report.startswith("{" if form == "json" else "::error title=cnncalc (E801)")


def test_a_step_summary_that_cannot_be_written_loses_nothing(faulty: Path) -> None:
    done = run("expect.yaml", cwd=faulty, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY="no/page.md")
    assert done.returncode == 1
    assert done.stdout.startswith("::error title=cnncalc (E801)")
    [line] = done.stderr.splitlines()
    assert "no/page.md" in line


def test_a_report_is_written_whole_or_not_at_all(faulty: Path) -> None:
    done = run("expect.yaml", "-o", "report.txt", cwd=faulty)
    assert done.returncode == 1
    assert "E801" in (faulty / "report.txt").read_text(encoding="utf-8")
    assert done.stderr == ""
    assert run("expect.yaml", "-o", "no/where.txt", cwd=faulty).returncode == 2


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="has no such device")
def test_a_report_can_be_written_to_a_pipe(faulty: Path) -> None:
    done = run("expect.yaml", "--format", "json", "-o", "/dev/stdout", cwd=faulty)
    assert codes(done) == [("expect.yaml", "E801")]
    assert done.returncode == 1


def test_several_processes_say_the_same(tmp_path: Path) -> None:
    for number in range(12):
        for name, text in FAULTY.items():
            (tmp_path / f"{number}-{Path(name).name}").write_text(text, encoding="utf-8")
    one = run(".", "--format", "json", "--jobs", "1", cwd=tmp_path)
    many = run(".", "--format", "json", "--jobs", "3", cwd=tmp_path)
    assert len(codes(one)) == 12 * 9
    assert one.stdout == many.stdout


# Whatever lies in a folder


def test_loops_devices_and_pipes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.yaml").symlink_to("self.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "folder.yaml" / "good.yaml").write_text(GOOD, encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.yaml")
    done = run(".", "--format", "json", cwd=tmp_path)
    assert codes(done) == [("pipe.yaml", "E001"), ("self.yaml", "E001"), ("zero.yaml", "E001")]
    assert done.returncode == 2
    assert json.loads(done.stdout)["files"][0]["file"] == "folder.yaml/good.yaml"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_an_unreadable_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "a.yaml").chmod(0)
    assert codes(run(".", "--format", "json", cwd=tmp_path)) == [("a.yaml", "E001")]


# Every code of a check has a case


def stated(tmp_path: Path, files: dict[str, str], *arguments: str) -> list[str]:
    """The codes that a check of some files gives."""
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run(*(arguments or (".",)), "--format", "json", cwd=tmp_path)
    assert done.returncode in {0, 1}, done.stderr
    return [one["code"] for one in json.loads(done.stdout)["findings"]]


STORED = '{"schema_version": 1, "basis": {"batch": 1, "dtype": "float32", "optimizer": "adam"}, '

OTHERS = (
    '"activation_bytes": 2104, "depth": 2, "output": "10", "parameters": 162, '
    '"peak_activation_bytes": 1792, "receptive_field": "3x3", "training_bytes": 4400, '
    '"weight_bytes": 648, "fc.macs": 40, "fc.parameters": 50, "stem.macs": 6912, '
    '"stem.parameters": 112'
)
"""What a baseline has of the network above besides its MACs."""

CASES: dict[str, tuple[dict[str, str], list[str]]] = {
    "E801": ({"a.yaml": GOOD.replace("162", "163")}, []),
    "E802": ({"a.yaml": GOOD + "budget: {depth: 1}\n"}, []),
    "E803": (
        {
            "a.yaml": GOOD,
            "b.json": STORED + '"figures": {"a.yaml": {"macs": 1000, "fc.macs": 40}}}',
        },
        [".", "--baseline", "b.json"],
    ),
    "E804": (
        {"a.md": "It has <!-- cnncalc lenet5 parameters -->60K<!-- /cnncalc -->."},
        ["--docs", "a.md"],
    ),
    "E805": ({"a.yaml": GOOD + "budget: {fc9: {macs: 1}}\n"}, []),
    "E903": ({"a.yaml": f"{GOOD}# cnncalc: ignore\n"}, []),
    "W801": (
        {"a.yaml": GOOD, "b.json": STORED + '"figures": {"a.yaml": {"macs": 9000}}}'},
        [".", "--baseline", "b.json"],
    ),
    "W802": (
        {"a.yaml": GOOD, "b.json": STORED + '"figures": {"gone.yaml": {"macs": 9000}}}'},
        [".", "--baseline", "b.json"],
    ),
    "W803": (
        {
            "a.yaml": GOOD,
            "b.json": f'{STORED}"figures": {{"a.yaml": {{"macs": 9000, {OTHERS}}}}}}}',
        },
        [".", "--baseline", "b.json"],
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_a_case_of_each_code(tmp_path: Path, code: str) -> None:
    files, arguments = CASES[code]
    assert code in stated(tmp_path, files, *arguments)


REFUSED = {
    "E901": ({"cnncalc.toml": "[check]\nselct = []\n"}, ["."]),
    "E902": ({"b.json": "{"}, [".", "--baseline", "b.json"]),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_check_that_is_told_nonsense_does_not_start(tmp_path: Path, code: str) -> None:
    files, arguments = REFUSED[code]
    for name, text in {"a.yaml": GOOD, **files}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert f"error[{code}]" in done.stdout + done.stderr


def test_a_finding_names_the_spec_that_it_is_about(tmp_path: Path) -> None:
    files = {
        "expect.yaml": FAULTY["expect.yaml"],
        "shape.yaml": FAULTY["shape.yaml"].replace("name: shape\n", ""),
        "syntax.yaml": FAULTY["syntax.yaml"],
        "cnncalc.toml": '[[budgets]]\nspecs = "expect.yaml"\ndepth = 1\n',
        "b.json": STORED + '"figures": {"expect.yaml": {"macs": 9}, "gone.yaml": {"macs": 1}}}',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run(".", "--baseline", "b.json", "--format", "jsonl", cwd=tmp_path)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {(one["code"], one["spec"]) for one in found} == {
        ("E801", "good"),
        ("E802", "good"),  # though its line is in the project file, or of a layer
        ("E803", "good"),
        ("E402", "network"),  # as all that have no name are called
        ("E101", None),
        ("W802", None),
    }


def test_every_code_of_a_check_has_a_case() -> None:
    stages = ("E8", "E9", "W8")
    of_others = {"E806", "E904", "E905"}  # `test_against.py`, and those of what was timed
    codes = {code for code in CODES if code.startswith(stages)}
    assert codes == CASES.keys() | REFUSED.keys() | of_others
