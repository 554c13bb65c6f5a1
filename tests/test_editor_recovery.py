"""A spec in which a line is half typed: what is said of the rest, and what is held back."""

import pytest
from editing_text import FAMILY

from cnncalc.editor.document import Document
from cnncalc.editor.recovery import MOST_FAULTS

SOUND = """\
name: Half
input: 3x32x32
vars: {width: 16, k: 3}
blocks:
  unit out stride=1:
    - conv3x3 out stride=stride padding=1
    - relu
layers:
  - stem: conv3x3 width padding=k//2
  - relu
  - unit width
  - add:
      - x
      - [unit width, conv1x1 width]
  - globalavgpool
  - flatten
  - fc: linear 10
expect: {output: 10}
"""

HALF = {
    "  - unit width\n": [
        "  - [unit width\n",
        "  - unit: {out: 16\n",
        "  - unit width: [\n",
        "  - 'unit width\n",
        '  - "unit\n',
        "  - stage: [unit width, {\n",
        "  - stage: : unit\n",
        "  - [unit width]]\n",
        "  - @unit\n",
        "  - *unit\n",
        "  - stage: unit: width\n",
    ],
    "  - add:\n": ["  - add: [\n", "  - add: :\n"],
    "    - relu\n": ["    - [relu\n", "    - relu: {\n"],
    "expect: {output: 10}\n": ["expect: {output: 10\n", "expect: {output: [\n"],
    "  - fc: linear 10\n": ["  - fc: [linear 10\n", "  - fc: {linear\n"],
}
BROKEN = [(line, half) for line, halves in HALF.items() for half in halves]


def test_the_spec_is_sound() -> None:
    assert Document(SOUND, "half.yaml").findings == ()


def codes(document: Document) -> list[str]:
    return [one.diagnostic.code for one in document.findings]


@pytest.mark.parametrize(("line", "half"), BROKEN, ids=[half.strip() for _, half in BROKEN])
def test_a_half_line_is_one_fault(line: str, half: str) -> None:
    document = Document(SOUND.replace(line, half), "half.yaml")
    assert codes(document) == ["E101"]
    [note] = document.findings[0].diagnostic.notes
    assert note.span is not None
    assert note.span.line == min(document.reading.aside)
    assert document.spec is not None
    assert document.reading.aside


@pytest.mark.parametrize(("line", "half"), BROKEN, ids=[half.strip() for _, half in BROKEN])
def test_a_half_line_hides_no_fault_of_structure(line: str, half: str) -> None:
    text = SOUND.replace(line, half).replace("  - globalavgpool\n", "  - globlavgpool\n")
    assert sorted(codes(Document(text, "half.yaml"))) == ["E101", "E204"]


@pytest.mark.parametrize(("line", "half"), BROKEN, ids=[half.strip() for _, half in BROKEN])
def test_a_half_line_hides_no_fault_of_a_shape_before_it(line: str, half: str) -> None:
    text = SOUND.replace("stem: conv3x3 width padding=k//2", "stem: conv64x64 width")
    document = Document(text.replace(line, half), "half.yaml")
    assert sorted(codes(document)) == ["E101", "E401"]


def test_two_half_lines_are_two_faults() -> None:
    text = SOUND.replace("  - unit width\n", "  - [unit width\n")
    text = text.replace("expect: {output: 10}", "expect: {output: 10")
    document = Document(text, "half.yaml")
    assert codes(document) == ["E101", "E101"]
    assert document.reading.aside == {11, 18}


def test_what_a_half_line_defines_is_not_missed() -> None:
    text = SOUND.replace("  - stem: conv3x3 width padding=k//2\n", "  - stem: [conv3x3 width\n")
    text = text.replace("  - globalavgpool\n", "  - add: [x, stem]\n  - globalavgpool\n")
    assert codes(Document(text, "half.yaml")) == ["E101"]
    text = SOUND.replace("vars: {width: 16, k: 3}", "vars: {width: 16, k: 3")
    document = Document(text, "half.yaml")
    assert codes(document) == ["E101"]
    assert document.line_totals == {}, "without its variables it is another network"


def test_layers_before_a_half_line_have_their_numbers() -> None:
    whole = Document(SOUND, "half.yaml").line_totals
    text = SOUND.replace("  - globalavgpool\n", "  - globalavgpool: [\n")
    part = Document(text, "half.yaml").line_totals
    assert part == {number: total for number, total in whole.items() if number < 15}


def test_a_fault_of_a_shape_leaves_the_numbers_before_it() -> None:
    text = SOUND.replace("  - globalavgpool\n", "  - conv64x64 8\n")
    document = Document(text, "half.yaml")
    assert codes(document) == ["E401"]
    assert set(document.line_totals) == {6, 7, 9, 10, 11, 12, 14}


def test_two_documents_are_one_fault() -> None:
    document = Document(f"{SOUND}---\n{SOUND}", "half.yaml")
    assert codes(document) == ["E101"]
    assert document.reading.aside == frozenset()


def test_tabs_are_faults_of_their_lines_alone() -> None:
    text = SOUND.replace("  - unit", "\t- unit").replace("  - flatten", "\t- flatten")
    assert codes(Document(text, "half.yaml")) == ["E101", "E101"]


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "[" * 3000, "layers: [" * 500, "- [\n" * 2000, "'\n" * 3000, "a: b: c\n" * 1000,
     "\ud800", "%" * 5000, "&a [*a" * 100, "{" * 20 + "\n" + "}" * 10, "\t\n" * 1000,
     "input: 3x8x8\nlayers:\n" + "  - conv3x3 8: [\n" * 500],
)  # fmt: skip
def test_what_is_no_spec_ends_soon(text: str) -> None:
    document = Document(text, "half.yaml")
    assert len([one for one in codes(document) if one == "E101"]) <= MOST_FAULTS + 1


def test_every_prefix_of_a_spec_is_read() -> None:
    """As it is typed, letter by letter: nothing fails, and what is said lies within the text."""
    for end in range(0, len(FAMILY), 3):
        document = Document(FAMILY[:end], "half.yaml")
        for one in document.findings:
            span = one.diagnostic.span
            assert span is None or span.line <= len(document.lines) + 1
        assert isinstance(document.line_totals, dict)
