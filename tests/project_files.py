"""Project files for tests, and what is read of them."""

from collections.abc import Mapping
from pathlib import Path

from hypothesis import strategies as st

from cnncalc.checks.project.read import read_project
from cnncalc.checks.project.values import (
    Project,
    facts_for,
)
from cnncalc.diagnostics import Diagnostic
from cnncalc.render.diagnostic import render_diagnostics

FILE = "cnncalc.toml"

SHARED = "pyproject.toml"

SPEC = """\
name: n
input: 3x8x8
layers:
  - stem: conv3x3 4 padding=1
  - bn
  - globalavgpool
  - flatten
  - fc: linear 10
"""
"""170 parameters: 3*4*9 + 4 of the convolution, 2*4 of its normalisation, 4*10 + 10; 40 MACs in
`fc`, 4*10; W603 in line 4."""


def put(path: str, text: str) -> None:
    """Write a file, and the folders that it is in."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


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


texts = st.sampled_from(
    ['""', "''", '"a"', "'a\"'", '"\\""', '"\\\\"', '"""x"""', '"""\n"\\" ""x"""""',
     "'''\n'x''y'''", '"# no [comment]"', '"é\u2028"', '""""""', "''''a''''"]
)  # fmt: skip
