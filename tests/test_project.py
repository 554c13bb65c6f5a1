"""The project file: what it says, where its faults are, and that no text breaks its reader."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cnncalc.checks.project.find import find_project
from cnncalc.checks.project.globs import read_pattern
from cnncalc.checks.project.names import LARGEST_PROJECT
from cnncalc.checks.project.read import decode_project, read_project
from cnncalc.checks.project.sizes import InputSizes, read_axes
from cnncalc.checks.project.values import (
    Project,
    facts_for,
    is_excluded,
    matches,
)
from cnncalc.checks.settings.places import Places, json_places, toml_places
from cnncalc.checks.settings.source import MOST_FAULTS
from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.render.diagnostic import render_diagnostics

TIMES = int(os.environ.get("CNNCALC_EXAMPLES", "1"))
"""A factor on the examples of each test: 20 digs deeper."""

FILE = "cnncalc.toml"
SHARED = "pyproject.toml"
NOWHERE = Span(FILE, 1, 1, 1, 2)


def thorough(examples: int) -> settings:
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def read(text: str, file: str = FILE) -> Project:
    """What a project file without faults says."""
    project, faults = read_project(text, file)
    assert not faults, rendered(faults, text, file)
    assert project is not None
    return project


def refused(text: str, file: str = FILE) -> str:
    """How the faults of a project file are shown."""
    project, faults = read_project(text, file)
    assert project is None
    assert faults
    assert {fault.code for fault in faults} == {"E901"}
    return rendered(faults, text, file)


def rendered(faults: tuple[Diagnostic, ...], text: str, file: str = FILE) -> str:
    return render_diagnostics(faults, {file: text})


def limits(project: Project, path: str, variant: str | None = None) -> Mapping[str, str]:
    """The limits of a network as `layer.metric@input`, and the text of each."""
    return {
        (f"{fact.layer}." if fact.layer else "")
        + fact.metric
        + (f"@{sizes.text}" if sizes else ""): fact.text
        for sizes, facts in facts_for(project, path, variant)
        for fact in facts
    }


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


@thorough(300)
@given(names, st.text(alphabet="ab/.", max_size=12))
@example("**/" * 100 + "b", "a/" * 100 + "a")
@example("*a" * 200 + "b", "a" * 400)
def test_any_glob_is_matched_or_refused(glob: str, path: str) -> None:
    try:
        pattern = read_pattern(glob, NOWHERE, has_variant=True)
    except ValueError:
        return
    assert pattern.fits(path, None) <= pattern.covers(path)


@thorough(300)
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


# Faults, each at its place


def test_every_fault_at_once() -> None:
    text = """\
[check]
select = ["W6", "W99"]
fail_on = "error"
tolerance = 2

[budget]
parameters = "30MB"
layers.fc = "10M"

[[budgets]]
specs = "nets/**.yaml"
input = "3x{320..224:32}x8"
mcas = 1
"""
    assert (
        refused(text)
        == """\
error[E901]: no rule code begins with `W99`
 --> cnncalc.toml:2:17
  |
2 | select = ["W6", "W99"]
  |                 ^^^^^
  = help: write `W603`, or `W6` for all of its kind

error[E901]: `check` has no key `fail_on`
 --> cnncalc.toml:3:1
  |
3 | fail_on = "error"
  | ^^^^^^^
  = help: did you mean `fail-on`?

error[E901]: `2` has no `%`
 --> cnncalc.toml:4:13
  |
4 | tolerance = 2
  |             ^
  = help: write `"2%"`

error[E901]: unknown unit `MB`, expected one of K, M, G, B, T
 --> cnncalc.toml:7:14
  |
7 | parameters = "30MB"
  |              ^^^^^^
  = help: write `"61M"`, `">= 224"` or `"224..512"`

error[E901]: `fc` is given no metric
 --> cnncalc.toml:8:13
  |
8 | layers.fc = "10M"
  |             ^^^^^
  = help: write `layers.LABEL.parameters = "10M"`

error[E901]: `**` must stand alone between `/`, not in `**.yaml`
  --> cnncalc.toml:11:9
   |
11 | specs = "nets/**.yaml"
   |         ^^^^^^^^^^^^^^

error[E901]: empty range `{320..224:32}`
  --> cnncalc.toml:12:9
   |
12 | input = "3x{320..224:32}x8"
   |         ^^^^^^^^^^^^^^^^^^^
   = help: write `"3x224x224"`, or a range with its step, `"3x{224..320:32}x{224..320:32}"`

error[E901]: `budgets` has no key `mcas`
  --> cnncalc.toml:13:1
   |
13 | mcas = 1
   | ^^^^
   = help: did you mean `macs`?
"""
    )


@pytest.mark.parametrize(
    ("text", "message", "place", "hint"),
    [
        ("buget.macs = 1", "a project file has no key `buget`", "1:1", "did you mean `budget`?"),
        ("macs = 1", "has no key `macs`", "1:1", "put it under `[budget]`"),
        ("select = 'W6'", "has no key `select`", "1:1", "put it under `[check]`"),
        ("[tool.cnncalc.check]", "has no key `tool`", "1:2", "remove `tool.cnncalc`"),
        ("zzz = 1", "has no key `zzz`", "1:1", "its keys are check, budget, budgets"),
        ("check = 1", "`check` must be a table", "1:9", None),
        ("[[budget]]\nmacs = 1", "`budget` must be a table", "1:3", "write `[[budgets]]`"),
        (
            "[budgets]\nmacs = 1",
            "`budgets` must be an array of tables",
            "1:2",
            "write `[[budgets]]`",
        ),
        ("budgets = [3]", "an entry of `budgets` must be a table", "1:12", None),
        ("[budget]\nspecs = '*'", "has no key `specs`", "2:1", "write `[[budgets]]` for networks"),
        ("[[budgets]]\nmacs = 1", "this table has no `specs`", "1:3", "or `[budget]` for all"),
        ("[[budgets]]\nspecs=[]\nmacs=1", "this table has no `specs`", "2:7", None),
        ("[[budgets]]\nspecs = '*'", "this table limits no metric", "1:3", "give it a limit"),
        ("[[budgets]]\nspecs = ['*', 3]\nmacs = 1", "must be a string", "2:15", None),
        ("[[budgets]]\nspecs = ''\nmacs = 1", "empty glob", "2:9", None),
        ("[[budgets]]\nspecs = 'n/'\nmacs = 1", "write `n/**` for all that it holds", "2:9", None),
        (
            "[[budgets]]\nspecs = '/n'\nmacs = 1",
            "is outside the project file's folder",
            "2:9",
            None,
        ),
        ("[[budgets]]\nspecs = 'a/../n'\nmacs = 1", "is outside the project", "2:9", None),
        ("[[budgets]]\nspecs = 'a//n'\nmacs = 1", "has an empty part", "2:9", None),
        ("[[budgets]]\nspecs = 'a\\n'\nmacs = 1", "separate folders by `/`", "2:9", None),
        ("[[budgets]]\nspecs = 'a[b'\nmacs = 1", "unclosed `[`", "2:9", None),
        ("[[budgets]]\nspecs = 'a:'\nmacs = 1", "has no variant after the `:`", "2:9", None),
        ("[[budgets]]\nspecs = ':16'\nmacs = 1", "`:16` names no file", "2:9", None),
        ("[check]\nselect = 6", "must be a string or a list of strings", "2:10", None),
        ("[check]\nselect = ''", "empty code", "2:10", None),
        ("[check]\nselect = 'W6O1'", "no rule code begins with `W6O1`", "2:10", "write `W603`"),
        (
            "[check]\nfail-on = 'warnings'",
            "cannot be `warnings`",
            "2:11",
            "did you mean `warning`?",
        ),
        ("[check]\nfail-on = 1", "`fail-on` must be a string", "2:11", 'write `"error"`'),
        ("[check]\nbaseline = ''", "must be the path of a file", "2:12", None),
        ("[check]\ntolerance = '-1%'", "`-1%` is not a percentage", "2:13", 'write `"2%"`'),
        ("[check]\ntolerance = [2]", "must be a percentage", "2:13", None),
        ("[check]\nbatch = 0", "a whole number from 1", "2:9", None),
        ("[check]\nbatch = true", "a whole number from 1", "2:9", None),
        ("[check]\nbatch = 1.0", "a whole number from 1", "2:9", None),
        ("[check]\ndtype = 'float31'", "cannot be `float31`", "2:9", "did you mean `float32`?"),
        ("[check]\nmacs = 1", "`check` has no key `macs`", "2:1", "put it under `[budget]`"),
        ("[budget]\nmacs = true", "`macs` takes a number", "2:8", '`">= 224"`'),
        ("[budget]\nmacs = 1e6", "`1e6` is not a number", "2:8", None),
        ("[budget]\nmacs = 0x10", "`0x10` is not a number", "2:8", None),
        ("[budget]\nmacs = -5", "`-5` is not a number", "2:8", None),
        ("[budget]\nmacs = 2020-01-01", "`macs` takes a number", "2:8", None),
        ("[budget]\nweight_bytes = 12", "`12` needs a unit", "2:16", '`"4 MiB"`'),
        ("[budget]\noutput = 'big'", "`big` is not a shape", "2:10", '`"256x6x6"`'),
        ("[budget]\nlayers = 3", "`layers` must be a table", "2:10", "layers.LABEL.parameters"),
        ("[budget]\nlayers.fc.mac = 1", "unknown metric `mac`", "2:11", "did you mean `macs`"),
        ("[budget]\ninput = 3\nmacs = 1", "an input must be a string", "2:9", None),
        ("[budget]\ninput = {}\nmacs = 1", "`input` names no input", "2:9", None),
        ("[budget]\ninput = {a = '3y'}\nmacs = 1", "`3y` in `3y` is not a length", "2:14", None),
    ],
)
def test_a_fault_points_at_what_is_wrong(
    text: str, message: str, place: str, hint: str | None
) -> None:
    _, [fault] = read_project(text, FILE)
    assert message in fault.message
    assert str(fault.span) == f"{FILE}:{place}"
    assert hint is None or (fault.hint and hint in fault.hint)
    assert not re.search("``|[.]$|invalid|None", fault.message)


def test_hints_name_the_tables_of_a_shared_file() -> None:
    shown = refused("[tool.cnncalc]\nmacs = 1\n[[tool.cnncalc.budgets]]\ndepth = 1\n", SHARED)
    assert "put it under `[tool.cnncalc.budget]`" in shown
    assert "or `[tool.cnncalc.budget]` for all networks" in shown
    assert "--> pyproject.toml:3:16" in shown
    assert "`tool.cnncalc` must be a table" in refused("[tool]\ncnncalc = 3\n", SHARED)


# TOML that is none


@pytest.mark.parametrize(
    ("text", "message", "place", "hint"),
    [
        ("[budget]\nmacs = 30M", "unexpected text after the value", "2:10", "put quotes"),
        ("[budget]\nmacs = <= 30M", "missing or malformed value", "2:8", "put quotes"),
        ("[check]\nselect = [W6]", "missing or malformed value", "2:11", "put quotes"),
        ("[check", "missing `]`", "1:1", None),
        ("[check]\n[check]", "duplicate table", "2:1", None),
        ("[check]\nbatch = 1\nbatch = 2", "the key already has a value", "3:1", None),
        ("[check]\nbatch = 1\n  batch = 2\n[budget]", "the key already has a value", "3:3", None),
        ("a = {b = 1, b = 2}", "duplicate key", "1:18", None),
        ("batch", "missing `=` after this key", "1:1", None),
        ("a = 'x\n'", "unterminated string on this line", "1:7", None),
        ('a = """x', "unterminated string", "1:1", None),
        ("a = [1\n\n", "missing `,` or `]`", "1:1", None),
        ("a = 1\r\nb = \u0001", "missing or malformed value", "2:5", None),
        ("# \u2028\nb = 01", "unexpected text after the value", "3:6", None),
        ("a" + ".a" * 40 + " = 1", "a key has more than 32 parts", "1:64", None),
        ("a = " + "[" * 40, "the nesting is deeper than 32 levels", "1:37", None),
        ("a = 1" + "0" * 1000, "a number has more than 1,000 characters", "1:5", None),
    ],
)
def test_syntax(text: str, message: str, place: str, hint: str | None) -> None:
    _, [fault] = read_project(text, FILE)
    assert message in fault.message
    assert str(fault.span) == f"{FILE}:{place}"
    assert hint is None or (fault.hint and hint in fault.hint)
    assert "^" in rendered((fault,), text)


def test_every_message_of_the_parser_has_plain_words() -> None:
    texts = [
        "a = 30M", "a = <", "[a", "[[a]", "[a]\n[a]", "a=1\na=2", "a={b=1,b=2}", "= 3", "a",
        'a="x',
        "a = 'x\n'", "a = [1", "a = {x=1", "a.b=1\n[a]", '[[a]]\n[a]', 'a = "\\q"', 'a = "\x01"',
        "a = {x=1}\na.y=2", "a=[1]\n[[a]]", "a.=1", "# \x01", "a = 1\r", "[a]]",
    ]  # fmt: skip
    for text in texts:
        _, [fault] = read_project(text, FILE)
        assert fault.code == "E901"
        assert not re.search("Invalid|Expected|Cannot|Found|invalid|cannot", fault.message), text
        assert fault.message[0] not in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        assert fault.span is not None


def test_bytes_that_are_no_text() -> None:
    text, [fault] = decode_project(b"[check]\nbaseline = 'Andr\xe9'\n", FILE)
    assert rendered((fault,), text) == (
        "error[E901]: byte 25 is not UTF-8\n"
        " --> cnncalc.toml:2:17\n"
        "  |\n"
        "2 | baseline = 'Andr\ufffd'\n"
        "  |                 ^\n"
        "  = help: save the file as UTF-8\n"
    )
    assert decode_project(b"\xef\xbb\xbf[check]\n", FILE) == ("[check]\n", ())
    _, [fault] = decode_project("[check]".encode("utf-16"), FILE)
    assert fault.code == "E901"
    _, [fault] = decode_project(b"#" * (LARGEST_PROJECT + 1), FILE)
    assert fault.message == "`cnncalc.toml` is larger than 131,072 bytes"
    assert decode_project(b"#" * LARGEST_PROJECT, FILE)[1] == ()
    _, [fault] = read_project("#" * (LARGEST_PROJECT + 1), FILE)
    assert "larger than" in fault.message


def test_escapes_do_not_reach_the_terminal() -> None:
    shown = refused('[check]\n"\\u001b[31m" = 1\nselect = "\\u202e"\n')
    assert shown.replace("\n", "").isprintable()


# Texts that mean harm

LENGTH = LARGEST_PROJECT - 100
HOSTILE = {
    "dotted key": "a." * 50_000 + "a = 1",
    "dotted header": "[" + "a." * 50_000 + "a]",
    "dotted strings": '"a" .\t' * 20_000 + "a = 1",
    "deep lists": "a = " + "[" * 25_000,
    "deep tables": "a = " + "{a = " * 25_000,
    "long number": "[budget]\nmacs = " + "9" * 5_000,
    "long hexadecimal": "[budget]\nmacs = 0x" + "f" * 100_000,
    "negative number": "[check]\nbatch = -" + "9" * 5_000,
    "infinite": "[check]\nbatch = inf\ntolerance = nan",
    "large number": "[budget]\nmacs = " + "9" * 900,
    "many tables": "[[budgets]]\n" * (LENGTH // 12),
    "many tables of others": "[[a]]\n" * (LENGTH // 6),
    "many lists": "a = [" + "[]," * (LENGTH // 3) + "]",
    "many unknown keys": "[check]\n" + "".join(f"fail_on{n} = 1\n" for n in range(7_500)),
    "many unknown codes": "[check]\nselect = [" + "'x'," * (LENGTH // 4) + "]",
    "many globs": "[check]\nexclude = [" + "'*a*b'," * (LENGTH // 7) + "]",
    "long key": "a" * LENGTH + " = 1",
    "long code": f"[check]\nselect = '{'W' * (LENGTH - 30)}'",
    "long glob": f"[check]\nexclude = '{'*' * (LENGTH - 30)}'",
    "long shape": f"[budget]\ninput = '3{'x3' * 50_000}'\nmacs = 1",
    "open string of escapes": 'a = "' + '\\"' * (LENGTH // 2),
    "line breaks": "\u2028".join(["#"] * 30_000) + "\na = ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts(name: str) -> None:
    text = HOSTILE[name]
    assert len(text) <= LARGEST_PROJECT
    for file in (FILE, SHARED):
        project, faults = read_project(text, file)
        assert (project is None) == bool(faults)
        assert file == SHARED or faults
        check_faults(faults, text, file)


def check_faults(faults: tuple[Diagnostic, ...], text: str, file: str = FILE) -> None:
    assert len(faults) <= MOST_FAULTS
    for fault in faults:
        assert fault.code == "E901"
        assert fault.message
        assert len(fault.message) <= 300
        assert fault.span is None or fault.span.line >= 1
    shown = rendered(faults, text, file)
    assert all(line.isprintable() for line in shown.split("\n"))


MARKS = [
    *"[]{}=.,'\"#\\ \t\n\r:", "[check]", "[budget]", "[[budgets]]", "specs", "macs", "'''", '"""',
    "\r\n", "30M", "'W6'", "layers", "input", "= 1\n", "= '3x{1..2}'\n", "= '*'\n", "\u2028",
]  # fmt: skip


@thorough(300)
@given(st.text(max_size=60) | st.lists(st.sampled_from(MARKS), max_size=30).map("".join))
@example("\ufeff[check]")
@example("\x00")
@example("a = '\ud800'")
def test_random_text(text: str) -> None:
    for file in (FILE, SHARED):
        project, faults = read_project(text, file)
        assert (project is None) == bool(faults)
        check_faults(faults, text, file)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 99)
    | st.sampled_from(["30M", "<= 4", "*", "W6", "3x8x8", "3x{8..16:8}x8", "2%", "a b", "12.5%"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["macs", "layers", "fc", "specs", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def as_toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if value is None:
        return "1979-05-27 07:32:00"
    return str(value).lower() if isinstance(value, bool) else repr(value)


limits_of_layers = st.dictionaries(
    st.sampled_from(["fc", "stem"]), st.just({"macs": "40%"}) | st.just({"a": {"depth": 3}})
)
SOUND: Mapping[str, st.SearchStrategy[Any]] = {
    "select": st.sampled_from(["W6", ["W601", "W603"], []]),
    "fail-on": st.just("error"),
    "tolerance": st.sampled_from(["2%", 0, "0.5 %"]),
    "batch": st.integers(1, 8),
    "macs": st.sampled_from(["30M", "<= 4", 5, "1..2"]),
    "weight_bytes": st.just("4 MiB"),
    "output": st.sampled_from(["10", "3x8x8"]),
    "layers": limits_of_layers,
    "input": st.sampled_from(["3x8x8", "3x{8..16:8}x8", {"a": "3", "b": "{1..2}"}]),
    "specs": st.sampled_from(["*", ["a.yaml:16", "b"], "**/*.yaml:1?"]),
}


def tables(*keys: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some of these keys with values that suit them; now and then any value, or any key."""
    sound = st.fixed_dictionaries({}, optional={key: SOUND[key] for key in keys})
    anything = st.dictionaries(st.sampled_from([*SOUND, "x"]), values, max_size=2)
    return st.one_of(sound, sound, sound, sound, st.builds(dict.__or__, sound, anything))


LIMITS = ("macs", "weight_bytes", "output", "layers", "input")
budgets_by_glob = st.builds(
    lambda limits, specs: {"specs": specs, "macs": 1, **limits}, tables(*LIMITS), SOUND["specs"]
)


@thorough(300)
@given(
    tables("select", "fail-on", "tolerance", "batch"),
    tables(*LIMITS),
    st.lists(budgets_by_glob, max_size=3),
)
def test_any_value_anywhere_is_read_or_refused(
    check: dict[str, Any], budget: dict[str, Any], budgets: list[dict[str, Any]]
) -> None:
    parts = [("[check]", check), ("[budget]", budget), *(("[[budgets]]", one) for one in budgets)]
    text = "\n".join(
        f"{head}\n" + "\n".join(f"{key} = {as_toml(value)}" for key, value in table.items())
        for head, table in parts
    )
    project, faults = read_project(text, FILE)
    assert (project is None) == bool(faults)
    check_faults(faults, text)
    if project is not None:
        for _, facts in facts_for(project, "a.yaml", "16"):
            lines = text.split("\n")
            for fact in facts:
                written = lines[fact.span.line - 1][
                    fact.span.column - 1 : fact.span.end_column - 1
                ]
                assert written.strip("'") == fact.text


# Places


def check_places(places: Places, value: Any, path: tuple[str | int, ...] = ()) -> None:
    """What stands at the place of each key and value is that key and that value."""
    if path and isinstance(path[-1], str):
        start, end = places.keys[path]
        [name] = tomllib.loads(f"{places.text[start:end]} = 0")
        assert name == path[-1]
    if isinstance(value, dict):
        for key, inner in value.items():
            check_places(places, inner, (*path, key))
    elif isinstance(value, list) and places.written(path)[0] != "[":
        for place, inner in enumerate(value):  # an array of tables stands at its headers
            check_places(places, inner, (*path, place))
    else:
        text = places.written(path).replace("\r\n", "\n")
        assert tomllib.loads(f"x = {text}")["x"] == value
        for place, inner in enumerate(value if isinstance(value, list) else ()):
            check_places(places, inner, (*path, place))


TRICKY = '''\
top = 1 # [no] = "header"
"quoted.key" = 'x'
'literal "key"' = ["a", # one ]
  'b', """
  c ] } " "" \\""" """, [1, 2 , [ ]] ,
]
a . "b\\u0041" . c = {x = 1, y.z = {w = [{}, {q = "}"}]}}

[ table . 'sub.table' ]	# comment
key = """"quoted"""""
empty = ""
lines = \'\'\'
it's '' fine\'\'\'\'
date = 1979-05-27 07:32:00 # at
time = 07:32:00
dates = [1979-05-27, 1979-05-27 07:32:00, 1979-05-27T07:32:00Z]
[[ array ]]
n = +1_000
[array.of]
n = 0x_ff
[[array]]
[[array.inner]]
n = 1e5
[[array.inner]]
n = -inf
n2."" = true
'''.replace("0x_ff", "0xff")


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_the_places_of_tricky_toml(line_break: str) -> None:
    text = TRICKY.replace("\n", line_break)
    places = toml_places(text, FILE)
    check_places(places, tomllib.loads(text))
    assert places.key(("array", 1, "inner", 1, "n")).line == 25
    assert str(places.key(("a", "bA", "c", "y", "z"))) == f"{FILE}:7:31"
    assert places.value(("array", 1, "inner", 1, "nowhere", 3)).line == 24
    assert places.repeated == []


blanks = st.sampled_from(["", " ", "\t", "  "])
breaks = st.sampled_from(["\n", "\r\n", " # ] } = \" '\n", "\n\n"])
texts = st.sampled_from(
    ['""', "''", '"a"', "'a\"'", '"\\""', '"\\\\"', '"""x"""', '"""\n"\\" ""x"""""',
     "'''\n'x''y'''", '"# no [comment]"', '"é\u2028"', '""""""', "''''a''''"]
)  # fmt: skip
scalars = texts | st.sampled_from(
    ["1", "-1", "1_0", "0x1f", "1.5", "1e-5", "true", "inf", "1979-05-27", "1979-05-27 07:32:00",
     "07:32:00.5", "1979-05-27T07:32:00+01:00"]
)  # fmt: skip


def _names(number: int, style: int) -> str:
    return [f"k{number}", f'"k {number}"', f"'k.{number}'", f'"\\u006b\\"{number}"', f"{number}"][
        style
    ]


class Writer:
    """Writes sound TOML in every way; no key comes twice, since each has a number."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.count = 0
        self.arrays: list[str] = []

    def key(self) -> str:
        numbers = range(self.count, self.count + self.draw(st.integers(1, 3)))
        self.count = numbers.stop
        dot = self.draw(blanks) + "." + self.draw(blanks)
        return dot.join(_names(number, self.draw(st.integers(0, 4))) for number in numbers)

    def value(self, depth: int) -> str:
        kinds = ["scalar", "list", "table"] if depth else ["scalar"]
        kind = self.draw(st.sampled_from(kinds))
        if kind == "scalar":
            return self.draw(scalars)
        is_table = kind == "table"
        gaps = blanks if is_table else blanks | breaks
        items = [
            self.pair(depth - 1) if is_table else self.value(depth - 1)
            for _ in range(self.draw(st.integers(0, 3)))
        ]
        inner = ",".join(f"{self.draw(gaps)}{one}{self.draw(gaps)}" for one in items)
        return f"{{{inner}}}" if is_table else f"[{inner}]"

    def pair(self, depth: int) -> str:
        return f"{self.key()}{self.draw(blanks)}={self.draw(blanks)}{self.value(depth)}"

    def part(self, kind: str) -> str:
        gap = self.draw(blanks)
        if kind == "pair":
            return gap + self.pair(2)
        if kind == "table":
            return f"[{gap}{self.key()}{gap}]"
        if kind == "array" or not self.arrays:
            self.arrays.append(self.key())
            return f"[[{gap}{self.arrays[-1]}{gap}]]"
        array = self.draw(st.sampled_from(self.arrays))
        return f"[{gap}{array}.{self.key()}]" if kind == "below" else f"[[{gap}{array}]]"


@st.composite
def documents(draw: st.DrawFn) -> str:
    writer = Writer(draw)
    kinds = draw(st.lists(st.sampled_from(["pair", "table", "array", "below", "again"])))
    return "".join(writer.part(kind) + draw(breaks) for kind in kinds)


@thorough(300)
@given(documents())
def test_places_are_exact(text: str) -> None:
    check_places(toml_places(text, FILE), tomllib.loads(text))


def test_only_what_lies_below_a_path_is_kept() -> None:
    text = "[project]\nname = 'x'\n[tool.ruff]\nselect = ['a']\n[tool.cnncalc.check]\nbatch = 1\n"
    places = toml_places(text, SHARED, ("tool", "cnncalc"))
    assert set(places.keys) == {
        ("tool",),
        ("tool", "cnncalc"),
        ("tool", "cnncalc", "check"),
        ("tool", "cnncalc", "check", "batch"),
    }
    assert places.value(("tool", "cnncalc", "check", "batch")).line == 6


def test_the_places_of_json() -> None:
    text = '{"a": {"b": [1, {"c": "x]"}], "b": 2, "\\n": {"d": {"]": 3}}},\n "a": -1.5e3}'
    places = json_places(text, "x.json", 3)
    assert places.repeated == [(("a", "b"), (30, 33)), (("a",), (63, 66))]
    assert places.written(("a", "\n", "d")) == '{"]": 3}'
    assert ("a", "\n", "d", "]") not in places.keys
    assert places.value(("a", "\n", "d", "]")) == places.value(("a", "\n", "d"))
    assert places.value(("a",)) == Span("x.json", 2, 7, 2, 13)
    assert places.value(()) == Span("x.json", 1, 1, 2, 14)


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
