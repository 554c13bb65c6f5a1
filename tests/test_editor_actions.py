"""Fixes in an editor: each that is applied removes its finding and adds none."""

from pathlib import Path

import pytest

from cnncalc.checks.lint import ENTRIES, load_rule
from cnncalc.diagnostics import Diagnostic
from cnncalc.editor.actions import actions
from cnncalc.editor.document import Document
from cnncalc.editor.names import apply

FOLDER = Path(__file__).parent / "diagnostics" / "err"
ERR = [path for path in sorted(FOLDER.glob("*.yaml")) if not path.stem.startswith("E504")]


def read(path: Path) -> Document:
    return Document(path.read_text(encoding="utf-8", errors="replace"), path.name)


def errors(document: Document) -> list[Diagnostic]:
    return [one.diagnostic for one in document.findings if one.severity == "error"]


def said(faults: list[Diagnostic]) -> list[tuple[str, str]]:
    return sorted((one.code, one.message) for one in faults)


@pytest.mark.parametrize("path", ERR, ids=lambda path: path.stem)
def test_a_fix_removes_its_fault_and_adds_none(path: Path) -> None:
    document = read(path)
    before = errors(document)
    for one in actions(document, 0, len(document.text)):
        after = errors(Document(apply(document, one.fix.edits), path.name))
        rest = said(before)
        rest.remove((one.fault.code, one.fault.message))
        assert said(after) == rest


@pytest.mark.parametrize("code", ENTRIES)
def test_a_fix_of_a_rule_removes_its_finding_and_adds_none(code: str) -> None:
    document = Document(load_rule(code).failing, "net.yaml")
    for one in actions(document, 0, len(document.text)):
        assert Document(apply(document, one.fix.edits), "net.yaml").findings == ()


def test_there_are_fixes_in_the_tables() -> None:
    found = [actions(one, 0, len(one.text)) for one in map(read, ERR)]
    assert sum(map(len, found)) >= 40
    assert all(each.title for these in found for each in these)


def test_a_fix_is_offered_where_its_finding_is() -> None:
    text = "name: N\ninput: 3x8x8\nlayers:\n  - relu\n  - reluu\n  - conv3x3 8 paddng=1\n"
    document = Document(text, "net.yaml")
    assert len(actions(document, 0, len(text))) == 2
    place = text.index("reluu")
    [one] = actions(document, place + 2, place + 2)
    assert one.title == "write `relu`"
    assert actions(document, 0, 10) == ()
