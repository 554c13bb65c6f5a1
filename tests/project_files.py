"""Project files for tests, and what is read of them."""

from collections.abc import Mapping

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
