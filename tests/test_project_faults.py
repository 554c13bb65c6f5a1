"""Faults of project files, each at its place."""

import re

import pytest
from project_files import FILE, SHARED, refused, rendered

from cnncalc.checks.project import LARGEST_PROJECT
from cnncalc.checks.project.read import decode_project, read_project

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
        ("[check]\ndtype = 'flaot32'", "cannot be `flaot32`", "2:9", "did you mean `float32`?"),
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
