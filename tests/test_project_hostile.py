"""Project files that mean harm."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from project_files import FILE, SHARED, rendered
from thorough import thorough

from cnncalc.checks.project import LARGEST_PROJECT
from cnncalc.checks.project.read import read_project
from cnncalc.checks.project.values import (
    facts_for,
)
from cnncalc.checks.settings.source import MOST_FAULTS
from cnncalc.diagnostics import Diagnostic

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
    "many ignores": "[check.per_file_ignores]\n"
    + "".join(f"'*a*b{n}' = 'x'\n" for n in range(6_000)),
    "many severities": "[check.severity]\n" + "".join(f"W{n} = 'x'\n" for n in range(9_000)),
    "many families": "[[budgets]]\nfamily = [" + "'a/'," * (LENGTH // 6) + "]\nmacs = 1",
    "long family": f"[[budgets]]\nfamily = '{'*' * (LENGTH - 60)}'\nmacs = 1",
    "long label": f"[[budgets]]\nlabel = '{'a.' * 60_000}'\nlayers = 1\nmacs = 'x'",
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


@thorough(120)
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


@thorough(120)
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
