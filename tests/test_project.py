"""The project file: what it says, where its faults are, and that no text breaks its reader."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from project_files import FILE, SHARED, limits, refused, rendered
from thorough import thorough

from cnncalc.checks.project.find import find_project
from cnncalc.checks.project.globs import read_pattern
from cnncalc.checks.project.read import read_project
from cnncalc.checks.project.sizes import InputSizes, read_axes
from cnncalc.checks.project.values import (
    Project,
    facts_for,
    is_excluded,
    matches,
)
from cnncalc.diagnostics import Span

NOWHERE = Span(FILE, 1, 1, 1, 2)


def read(text: str, file: str = FILE) -> Project:
    """What a project file without faults says."""
    project, faults = read_project(text, file)
    assert not faults, rendered(faults, text, file)
    assert project is not None
    return project


# What it says

WHOLE = """
[check]
select = ["W6"]
ignore = "W607"
fail-on = "warning"
exclude = ["third_party/*"]
baseline = "cnncalc-baseline.json"
tolerance = "2%"
dtype = "float16"
batch = 8
optimizer = "adamw"

[budget]
parameters = "30M"

[[budgets]]
specs = "nets/mobile/*.yaml"
input = "3x{224..320:32}x{224..320:32}"
macs = "<= 600M"
layers = {fc = {parameters = "10M"}}
"""


def test_every_setting_is_read() -> None:
    project = read(WHOLE)
    assert project.select == ("W6",)
    assert project.ignore == ("W607",)
    assert project.fail_on == "warning"
    assert [pattern.text for pattern in project.exclude] == ["third_party/*"]
    assert project.baseline == "cnncalc-baseline.json"
    assert project.tolerance == "2%"
    assert (project.dtype, project.batch, project.optimizer) == ("float16", 8, "adamw")
    assert project.places["baseline"] == Span(FILE, 7, 12, 7, 35)
    assert limits(project, "nets/mobile/v2.yaml") == {
        "parameters": "30M",
        "macs@3x{224..320:32}x{224..320:32}": "<= 600M",
        "fc.parameters@3x{224..320:32}x{224..320:32}": "10M",
    }
    assert limits(project, "nets/vgg.yaml", "16") == {"parameters": "30M"}


def test_nothing_said_is_nothing_held() -> None:
    for text in ("", "# nothing\n", "[check]\n", "[budget]\n"):
        project = read(text)
        assert facts_for(project, "a.yaml", None) == ()
        assert not is_excluded(project, "a.yaml")
        assert project.select is None


def test_a_shared_file_holds_it_below_a_table_of_ours() -> None:
    text = re.sub(r"^(\[+)", r"\1tool.cnncalc.", WHOLE, flags=re.MULTILINE)
    text = '[project]\nname = "x"\n[tool.ruff]\nselect = ["X1"]\n' + text
    project = read(text, SHARED)
    assert limits(project, "nets/mobile/v2.yaml") == limits(read(WHOLE), "nets/mobile/v2.yaml")
    assert project.places["select"].line == 7
    assert project.select == ("W6",)
    assert read('[tool]\nother = 3\n[check]\nselect = "none of ours"\n', SHARED) == Project(SHARED)


def test_numbers_may_stand_without_quotes() -> None:
    project = read("[budget]\nparameters = 30_000_000\ndepth = 50\nweight_bytes = '4 MiB'\n")
    assert limits(project, "a.yaml") == {
        "parameters": "30_000_000",
        "depth": "50",
        "weight_bytes": "4 MiB",
    }


def test_facts_stand_at_their_values() -> None:
    text = '[budget]\nmacs = "1G"\nlayers.fc.macs = 0\n'
    [(sizes, facts)] = facts_for(read(text), "a.yaml", None)
    assert sizes is None
    assert [fact.span for fact in facts] == [Span(FILE, 2, 8, 2, 12), Span(FILE, 3, 18, 3, 19)]


@pytest.mark.parametrize(
    "text",
    [
        'layers.stem.fc.macs = "1M"',
        'layers."stem.fc".macs = "1M"',
        "layers = {stem = {fc = {macs = '1M'}}}",
        'layers.stem = {fc.macs = "1M"}',
        '[budget.layers.stem.fc]\nmacs = "1M"',
        '[budget.layers]\n"stem.fc".macs = "1M"',
    ],
)
def test_a_layer_may_be_written_in_any_way_of_toml(text: str) -> None:
    project = read(f"[budget]\n{text}\n")
    assert limits(project, "a.yaml") == {"stem.fc.macs": "1M"}
    [(_, [fact])] = facts_for(project, "a.yaml", None)
    assert fact.span.end_column - fact.span.column == len("'1M'")


# Which limits hold


def test_later_tables_are_laid_over_earlier_ones_metric_by_metric() -> None:
    project = read("""
        [budget]
        parameters = "30M"
        macs = "4G"
        [[budgets]]
        specs = "nets/**"
        macs = "3G"
        depth = 50
        [[budgets]]
        specs = ["nets/vgg.yaml:1?", "nets/mobile/*"]
        macs = "2G"
    """)
    assert limits(project, "a.yaml") == {"parameters": "30M", "macs": "4G"}
    assert limits(project, "nets/a.yaml")["macs"] == "3G"
    sixteen = limits(project, "nets/vgg.yaml", "16")
    assert sixteen == {"parameters": "30M", "macs": "2G", "depth": "50"}
    assert limits(project, "nets/vgg.yaml", None)["macs"] == "3G"


def test_tables_with_other_inputs_all_hold_and_defaults_yield() -> None:
    project = read("""
        [budget]
        macs = "4G"
        parameters = "30M"
        [[budgets]]
        specs = "*"
        input = "3x224x224"
        macs = "1G"
        depth = 50
        [[budgets]]
        specs = "*"
        input = "3x320x320"
        macs = "2G"
        [[budgets]]
        specs = "*"
        input = "3x224x224"
        macs = "900M"
    """)
    assert limits(project, "a.yaml") == {
        "parameters": "30M",
        "macs@3x224x224": "900M",
        "depth@3x224x224": "50",
        "macs@3x320x320": "2G",
    }
    assert facts_for(project, "a.yaml", None)[0][0] is None


@pytest.mark.parametrize(
    ("glob", "path", "variant", "is_match"),
    [
        ("nets/*.yaml", "nets/a.yaml", None, True),
        ("nets/*.yaml", "nets/a.yaml", "16", True),
        ("./nets/*.yaml", "nets/a.yaml", None, True),
        ("nets/*.yaml", "nets/deep/a.yaml", None, False),
        ("nets/*.yaml", "other/nets/a.yaml", None, False),
        ("nets/**/*.yaml", "nets/a.yaml", None, True),
        ("nets/**/*.yaml", "nets/b/c/a.yaml", None, True),
        ("**/mobile/*", "a/mobile/b/mobile/x.yaml", None, True),
        ("**/mobile/*", "a/mobile/b/x.yaml", None, False),
        ("**", "a/b/c.yaml", None, True),
        ("nets/**", "nets/b/c.yaml", None, True),
        ("nets/**", "net/b/c.yaml", None, False),
        ("*.yaml", "nets/a.yaml", None, False),
        ("nets/?.yaml", "nets/ab.yaml", None, False),
        ("nets/[ab].yaml", "nets/b.yaml", None, True),
        ("nets/[!ab].yaml", "nets/b.yaml", None, False),
        ("nets/A.yaml", "nets/a.yaml", None, False),
        ("nets/vgg.yaml:16", "nets/vgg.yaml", "16", True),
        ("nets/vgg.yaml:16", "nets/vgg.yaml", "19", False),
        ("nets/vgg.yaml:16", "nets/vgg.yaml", None, False),
        ("nets/*:1*", "nets/vgg.yaml", "19", True),
        ("nets/*:*", "nets/vgg.yaml", None, False),
        ("**", "../a.yaml", None, False),
        ("**", "/a.yaml", None, False),
        ("*", "-", None, False),
    ],
)
def test_globs(glob: str, path: str, variant: str | None, is_match: bool) -> None:  # noqa: FBT001
    project = read(f"[[budgets]]\nspecs = '{glob}'\ndepth = 1\n")
    assert matches(project.budgets[0], path, variant) is is_match


@pytest.mark.parametrize(
    ("glob", "is_match"),
    [
        ("third_party/*", True),
        ("third_party", True),
        ("third_party/", True),
        ("third_party/a", True),
        ("**/b.yaml", True),
        ("b.yaml", False),
        ("third_party/a/b.yaml", True),
        ("third_party/b.yaml", False),
        ("third", False),
    ],
)
def test_a_folder_is_left_out_with_all_that_it_holds(glob: str, is_match: bool) -> None:  # noqa: FBT001
    project = read(f"[check]\nexclude = '{glob}'\n")
    assert is_excluded(project, "third_party/a/b.yaml") is is_match


names = st.text(alphabet="ab*?[]!/.:", max_size=12)


@thorough(120)
@given(names, st.text(alphabet="ab/.", max_size=12))
@example("**/" * 100 + "b", "a/" * 100 + "a")
@example("*a" * 200 + "b", "a" * 400)
def test_any_glob_is_matched_or_refused(glob: str, path: str) -> None:
    try:
        pattern = read_pattern(glob, NOWHERE, has_variant=True)
    except ValueError:
        return
    assert pattern.fits(path, None) <= pattern.covers(path)


@thorough(120)
@given(st.lists(st.sampled_from(["**", "a", "b", "*"]), min_size=1, max_size=6),
       st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=6))  # fmt: skip
def test_double_stars_mean_what_a_regular_expression_says(
    glob: list[str], path: list[str]
) -> None:
    forms = {"**": "(?:[^/]+/)*", "*": "[^/]+/"}
    regex = "".join(forms.get(part, f"{part}/") for part in glob)
    pattern = read_pattern("/".join(glob), NOWHERE, has_variant=False)
    is_match = re.fullmatch(regex, "/".join(path) + "/") is not None
    assert pattern.fits("/".join(path), None) is is_match


# Ranges of inputs


def shapes(text: str) -> list[tuple[int, ...]]:
    found = InputSizes({None: read_axes(text)}, text, NOWHERE).shapes()
    return [one[None] for one in found]


def test_a_range_is_every_size_the_smallest_first() -> None:
    assert shapes("3x224x224") == [(3, 224, 224)]
    assert shapes("{2..4}") == [(2,), (3,), (4,)]
    assert shapes("3 x {32 .. 96 : 32} x {1_000..1_000}") == [
        (3, 32, 1000),
        (3, 64, 1000),
        (3, 96, 1000),
    ]
    assert shapes("1x{2..4:2}x{1..3:2}") == [(1, 2, 1), (1, 4, 1), (1, 2, 3), (1, 4, 3)]


def test_several_inputs_are_combined() -> None:
    project = read("""
        [[budgets]]
        specs = "*"
        input = {left = "3x{8..16:8}x8", right = "{1..2}"}
        macs = "1G"
    """)
    [(sizes, _)] = facts_for(project, "a.yaml", None)
    assert sizes is not None
    assert sizes.text == "left=3x{8..16:8}x8, right={1..2}"
    assert sizes.shapes() == [
        {"left": (3, 8, 8), "right": (1,)},
        {"left": (3, 8, 8), "right": (2,)},
        {"left": (3, 16, 8), "right": (1,)},
        {"left": (3, 16, 8), "right": (2,)},
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "a shape is missing"),
        ("3x", "missing length in `3x`"),
        ("3x224..320", "`224..320` in `3x224..320` is not a length"),
        ("3x{224}", "is not a length"),
        ("3x{a..b}", "is not a length"),
        ("{8..4}", "empty range `{8..4}`"),
        ("{8..16:0}", "`0` is not a length"),
        ("{224..300:32}", "do not reach 300: they go from 288 to 320"),
        ("0x4", "`0` is not a length from 1 to 1,000,000,000,000"),
        ("3x" + "9" * 30, "is not a length from 1"),
        ("1x1x1x1x1", "has 5 axes; an input has 4 at most"),
        ("3x٣", "is not a length"),
        ("3" * 300, "a shape has more than 200 characters"),
    ],
)
def test_malformed_ranges(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        read_axes(text)


def test_too_many_sizes() -> None:
    text = '[budget]\ninput = "3x{1..1000}x{7..7}"\nmacs = "1G"\n'
    [(sizes, _)] = facts_for(read(text), "a.yaml", None)
    assert sizes is not None
    assert len(sizes.shapes()) == 1000
    assert "this makes 1,001 inputs, more than 1,000" in refused(text.replace("1000", "1001"))
    assert "1,000,000,000,000" in refused(text.replace("1000", "1_000_000_000_000"))


# Where it is found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a folder in a folder, to be in."""
    inner = tmp_path / "nets" / "deep"
    inner.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(inner)
    return tmp_path


def test_the_closest_file_is_found(folder: Path) -> None:
    assert find_project(".") is None
    (folder / SHARED).write_text("[tool.cnncalc.check]\n")
    assert find_project(".") == os.path.join("..", "..", SHARED)
    (folder / FILE).write_text("")
    assert find_project(".") == os.path.join("..", "..", FILE)
    (folder / "nets" / SHARED).write_text("[tool.other]\nname = 'cnncalc'\n")
    assert find_project(".") == os.path.join("..", "..", FILE)
    (folder / "nets" / SHARED).write_text("[tool]\ncnncalc.checks.batch = 1\n")
    assert find_project(".") == os.path.join("..", SHARED)
    assert find_project(str(folder / "nets" / "deep")) == os.path.join("..", SHARED)
    assert find_project(str(folder)) == os.path.join("..", "..", FILE)
    (folder / "nets" / "deep" / FILE).write_text("")
    assert find_project(".") == FILE


def test_the_search_ends_at_the_root_of_a_repository(folder: Path) -> None:
    (folder / FILE).write_text("")
    (folder / "nets" / ".git").write_text("gitdir: elsewhere\n")
    assert find_project(".") is None


def test_a_shared_file_with_faults_is_taken_when_it_speaks_of_us(folder: Path) -> None:
    (folder / SHARED).write_text("[tool.other]\ncnncalc = 30M\n")
    assert find_project(".") is None
    for text in (
        "[ tool . cnncalc ]\na = 30M",
        "[[tool.'cnncalc'.budgets]]\na =",
        "[tool.cnncalc",
    ):
        (folder / SHARED).write_text(text)
        assert find_project(".") == os.path.join("..", "..", SHARED)
    (folder / SHARED).write_bytes(b"\xff[tool.cnncalc]\n")
    assert find_project(".") is None
    (folder / SHARED).write_bytes(b"[tool.cnncalc]\nx = '\xff'\n")
    assert find_project(".") == os.path.join("..", "..", SHARED)


def test_what_is_no_file_is_passed_over(folder: Path) -> None:
    (folder / "nets" / FILE).mkdir()
    (folder / "nets" / SHARED).symlink_to("/dev/zero")
    (folder / "nets" / "deep" / FILE).symlink_to("nowhere")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "nets" / "deep" / SHARED)
    assert find_project(".") is None


def test_a_folder_that_is_gone(folder: Path) -> None:
    (folder / "nets" / "deep").rmdir()
    assert find_project(".") is None
