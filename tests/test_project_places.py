"""Places of values in a project file."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project_files import FILE, SHARED, texts
from thorough import thorough

from cnncalc.checks.settings.places import Places, json_places, toml_places
from cnncalc.diagnostics import Span


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


@thorough(120)
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
