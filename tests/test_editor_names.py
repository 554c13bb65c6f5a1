"""Definitions, uses and new names: what stands for the same goes together, and nothing else."""

import re

import pytest
from editing_text import FAMILY, at_cursor, marked

from cnncalc.editor.document import Document
from cnncalc.editor.names import (
    RenameError,
    all_names,
    apply,
    definition,
    references,
    renamable,
    rename,
)
from cnncalc.spec.library import bundled_names, find

SPECS = [*bundled_names()]


def lines_of(text: str, line: str) -> tuple[int, list[int]]:
    """The line of the definition, and those of the uses."""
    document, offset = at_cursor(marked(text, line))
    [place] = definition(document, offset)
    used = references(document, offset, with_definition=False)
    return place.line, [one.line for one in used]


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("      - repeat 2: un<CURSOR>it widths[0]", (4, [21, 23, 24, 31])),
        ("  plain width stride=1: [conv_<CURSOR>bn width stride, relu]", (8, [13, 13, 17, 19])),
        ("  basic width stri<CURSOR>de=1:", None),
        ("  - fc<CURSOR>: linear 10", (27, [])),
        ("  pla<CURSOR>in width stride=1: [conv_bn width stride, relu]", (17, [31])),
    ],
)
def test_names_lead_to_their_places(line: str, places: tuple[int, list[int]] | None) -> None:
    if places is not None:
        assert lines_of(FAMILY, line) == places
    else:  # the parameters of both blocks that `unit` may be
        document, offset = at_cursor(marked(FAMILY, line))
        assert [one.line for one in definition(document, offset)] == [11, 17]


def test_a_variant_and_its_variables() -> None:
    assert lines_of(FAMILY, "  small: {vars: {<CURSOR>widths: [8, 8]}}")[0] == 5
    assert lines_of(FAMILY, "  sma<CURSOR>ll: {vars: {widths: [8, 8]}}") == (29, [])


@pytest.mark.parametrize("name", SPECS)
def test_places_hold_the_name(name: str) -> None:
    source = find(name)
    document = Document(source.text, source.file)
    for one in all_names(document):
        for span in one.places:
            assert document.at(span) == one.name


def fresh(document: Document) -> str:
    """A name that stands nowhere in a text."""
    return next(one for one in ("renamed", "renamed2") if one not in document.text)


@pytest.mark.parametrize("name", SPECS[::8])
def test_a_new_name_changes_nothing_but_letters(name: str) -> None:
    """Every name of a bundled spec, one after the other: its networks cost what they cost."""
    source = find(name)
    document = Document(source.text, source.file)
    variant = document.variant
    before = document.network(variant).graph
    assert before is not None
    for one in all_names(document):
        offset = document.range(one.definitions[0])[0]
        try:
            text = apply(document, rename(document, offset, fresh(document)))
        except RenameError:  # a label of one round of a repeat is made of it
            assert re.search(rf"(?<!\w){one.name}\d", document.text)
            continue
        assert len(re.findall(r"(?<!\w)renamed", text)) == len({*one.places})
        after = Document(text, source.file)
        found = after.network(after.variant if one.kind == "variant" else variant)
        assert found.graph is not None, (one, found.faults)
        shapes = [(layer.op, layer.output_shape) for layer in before.layers]
        assert [(layer.op, layer.output_shape) for layer in found.graph.layers] == shapes


def test_parameters_that_one_call_sets_go_together() -> None:
    document, offset = at_cursor(marked(FAMILY, "      - unit widths[1] stri<CURSOR>de=2"))
    text = apply(document, rename(document, offset, "step"))
    assert "basic width step=1:" in text
    assert "plain width step=1: [conv_bn width step, relu]" in text
    assert "unit widths[1] step=2" in text
    assert "conv_bn out stride=1:" in text, "another block's"
    assert "stride=step" in text
    assert Document(text, "net.yaml").findings == ()


@pytest.mark.parametrize(
    ("line", "name", "why"),
    [
        ('  - st<CURSOR>em: ["conv_bn widths[0]", relu]', "9", "is no name"),
        ('  - st<CURSOR>em: ["conv_bn widths[0]", relu]', "a b", "is no name"),
        ('  - st<CURSOR>em: ["conv_bn widths[0]", relu]', "", "is no name"),
        ('  - st<CURSOR>em: ["conv_bn widths[0]", relu]', "repeat", "repeat"),
        ('  - st<CURSOR>em: ["conv_bn widths[0]", relu]', "x", "x"),
        ('  - st<CURSOR>em: ["conv_bn widths[0]", relu]', "pool", "pool"),
        ('  - st<CURSOR>em: ["conv_bn widths[0]", relu]', "widths", "widths"),
        ("  de<CURSOR>ep: false", "unit", "unit"),
        ("  de<CURSOR>ep: false", "if", "if"),
        ("  ba<CURSOR>sic width stride=1:", "plain", "plain"),
        ("  ba<CURSOR>sic width stride=1:", "conv_bn", "conv_bn"),
        ("  conv_bn o<CURSOR>ut stride=1:", "stride", "stride"),
        ("  basic wi<CURSOR>dth stride=1:", "deep", "deep"),
        ("  sma<CURSOR>ll: {vars: {widths: [8, 8]}}", "plain", "plain"),
        ("  - flat<CURSOR>ten", "other", "nothing here can be renamed"),
        ("na<CURSOR>me: Family", "other", "nothing here can be renamed"),
    ],
)
def test_names_that_cannot_be_given(line: str, name: str, why: str) -> None:
    document, offset = at_cursor(marked(FAMILY, line))
    with pytest.raises(RenameError, match=re.escape(why)):
        rename(document, offset, name)


def test_the_same_name_is_no_change() -> None:
    document, offset = at_cursor(marked(FAMILY, "  de<CURSOR>ep: false"))
    assert rename(document, offset, "deep") == ()


def test_a_file_that_is_no_yaml_is_not_renamed_in() -> None:
    text = FAMILY.replace("  - flatten", "  - [flatten")
    document = Document(text, "net.yaml")
    with pytest.raises(RenameError, match="fault of YAML"):
        renamable(document, text.index("stem"))


def test_a_label_of_a_round_keeps_its_label() -> None:
    text = (
        "input: 3x8x8\nlayers:\n  - repeat 2:\n      - y: conv3x3 3 padding=1\n  - add: [x, y1]\n"
    )
    with pytest.raises(RenameError, match="y1"):
        rename(Document(text, "net.yaml"), text.index("y:"), "z")
