"""Project files at random: keys with values that suit them, or nearly."""

from collections.abc import Mapping

from hypothesis import strategies as st

VALUES: Mapping[str, tuple[str, ...]] = {
    "select": ("'W6'", "['W601', 'W80']", "'W9'", "[]", "6"),
    "fail-on": ("'error'", "'errors'", "1"),
    "exclude": ("'a/'", "['./a/b', '**']", "'a/..'", "'a/..b'", "'/'", "'./'", "'a:..'", "' '"),
    "per_file_ignores": ("{}", "{'a/' = 'W6'}", "{'a:' = ['W601']}", "{'' = 'W6'}", "{a = 'W8'}"),
    "severity": ("{}", "{W6 = 'error'}", "{W801 = 'warning'}", "{W = 'off'}", "{E8 = 'error'}"),
    "tolerance": ("'2%'", "0", "' 0.5 % '", "2", "'0'", "'0%'", "'2 % or 1%'", "0.0"),
    "batch": ("1", "1_000", "0", "1.0", "true"),
    "bits": ("'w8a8'", "'fc: w4, w8a8'", "''", "8"),
    "allow_empty": ("true", "false", "1"),
    "macs": ("1", "'61M'", "' <= 6_1.5 K'", "'>=4G'", "'1..2M'", "'40%'", "0.5", "'1,0'", "-1"),
    "weight_bytes": ("'4 MiB'", "'<= 1kB'", "'1 B..2 GiB'", "4", "'4M'", "'0.5% or 2 KiB'"),
    "output": ("'10'", "'3x8x8'", "10", "'3x0'", "'x'"),
    "share": ("'12.5%'", "'<= 3 %'", "3", "'3'"),
    "layers": ("{}", "{fc = {macs = 1}}", "{a = {b = {macs = '40%'}}}", "{macs = {macs = '1%'}}",
               "{fc = 1}", "{fc = {a = 1}}", "3"),
    "input": ("'3x8x8'", "'3x{8..16:8}x8'", "{a = '3', b = '{1..2}'}", "''", "3", "'{1 .. 2}'"),
    "specs": ("'*'", "['a.yaml:16', './b']", "'**/a:1?'", "'a/'", "'a:'", "'..:1'", "'a/..:1'",
              "[]"),
    "family": ("'resnet'", "['a', 'b*']", "' '", "'a.b'", "[]", "'.'", "'a b'"),
    "label": ("'stage4'", "'a.b'", "''", "4"),
    "parameters": ("'2%'", "'1% or 10K'", "'+10K or +1%'", "1000", "'0'", "'1% or 2%'", "'+ 3'"),
}  # fmt: skip
"""Texts of values by key; the reader decides which are sound."""

FIGURES = ("macs", "weight_bytes", "parameters", "layers")
LIMITS = (*FIGURES, "output", "share", "input")
TABLES: Mapping[str, tuple[str, ...]] = {
    "[check]": (
        "select", "fail-on", "exclude", "per_file_ignores", "severity", "tolerance", "batch",
        "bits", "allow_empty",
    ),
    "[budget]": LIMITS,
    "[[budgets]]": (*LIMITS, "specs", "family", "label", "allow_empty"),
    "[[tolerances]]": (*FIGURES, "specs", "allow_empty"),
    "[change]": FIGURES,
}  # fmt: skip


@st.composite
def _table(draw: st.DrawFn, header: str) -> str:
    keys = draw(st.lists(st.sampled_from(TABLES[header]), unique=True, max_size=3))
    lines = [f"{key} = {draw(st.sampled_from(VALUES[key]))}" for key in keys]
    return "\n".join([header, *lines, ""])


projects = st.lists(st.sampled_from([*TABLES]), unique=True, min_size=1, max_size=2).flatmap(
    lambda headers: st.tuples(*map(_table, headers)).map("".join)
)
"""Project files of one or two tables, each with up to three keys."""
