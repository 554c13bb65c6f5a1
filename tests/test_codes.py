"""Every code has a page, and its examples are what they say."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from examples import codes_said

from cnncalc.checks.codes import STAGES, record_of
from cnncalc.checks.codes.explained import Explained
from cnncalc.checks.lint import ENTRIES
from cnncalc.diagnostics import CODES

OTHERS = [code for code in CODES if code not in ENTRIES]


def test_every_code_has_one_record() -> None:
    assert [record_of(code).code for code in CODES] == [*CODES]
    assert {code[:2] for code in CODES} == STAGES.keys()


@pytest.mark.parametrize("code", OTHERS)
def test_the_texts_are_whole_sentences(code: str) -> None:
    record = record_of(code)
    assert isinstance(record, Explained)
    for text in (record.about, record.why, record.cure):
        for paragraph in text.split("\n\n"):
            assert paragraph == " ".join(paragraph.split())
            assert paragraph.endswith(".")
    assert len(record.about.partition("\n\n")[0]) <= 90
    assert record.failing != record.passing
    assert record.severity == ("error" if code.startswith("E") else "warning")


@pytest.mark.parametrize("code", OTHERS)
def test_the_examples_are_run(code: str, tmp_path: Path) -> None:
    example = record_of(code).example
    if "onnx" in example and find_spec("onnx") is None:
        pytest.skip("onnx makes the model, and reads it")
    if "$ git" in example and shutil.which("git") is None:
        pytest.skip("git keeps the earlier commit")
    for name, text, wanted in (
        ("failing", record_of(code).failing, [code]),
        ("passing", record_of(code).passing, []),
    ):
        folder = tmp_path / name
        folder.mkdir()
        assert codes_said(text, folder) == wanted, name
