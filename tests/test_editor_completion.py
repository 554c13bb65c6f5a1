"""What is proposed at a place of a spec."""

import re

import pytest
from editing_text import FAMILY, at_cursor, marked

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.summary import summarize
from cnncalc.checks.lint import ENTRIES
from cnncalc.editor.completion import complete
from cnncalc.editor.document import Document
from cnncalc.editor.proposals import Proposal
from cnncalc.facts import BYTE_UNITS, COUNT_UNITS, STATED
from cnncalc.ops import OPS
from cnncalc.spec import Selection, build
from cnncalc.spec.document.read import KEYS, VARIANT_KEYS


def proposed(text: str, wanted: str | None = None) -> dict[str, Proposal]:
    return {one.label: one for one in complete(*at_cursor(text, wanted)).proposals}


def below(line: str) -> str:
    """The family with a further line before its `fc`."""
    return FAMILY.replace("  - fc:", f"{line}\n  - fc:")


def filled(one: Proposal) -> str:
    """What a proposal writes, with what stands in its holes at first."""
    text = one.label if one.insert is None else one.insert
    text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", text)
    return re.sub(r"\$\d+", "relu", text)


def test_a_layer_may_be_all_that_is_in_reach() -> None:
    found = proposed(below("  - <CURSOR>"))
    assert {"stem", "stage1", "stage2", "pool", "input", "conv_bn", "basic", "unit", "x"} <= {
        *found
    }
    assert "fc" not in found, "it stands below"
    assert {name for name, kind in OPS.items() if not kind.merges} <= {*found}
    assert found["basic"].insert == "basic ${1:width}"
    assert found["conv"].insert == "conv${1:3x3} ${2:out_channels}"
    assert found["stem"].detail == "16x64x64"


def test_in_a_block_its_own_names_are_in_reach() -> None:
    text = FAMILY.replace("    - relu\n  plain", "    - <CURSOR>relu\n  plain")
    found = proposed(text)
    assert "stem" not in found
    assert "input" not in found
    text = marked(FAMILY, "  plain width stride=1: [conv_bn wi<CURSOR>dth stride, relu]")
    found = proposed(text)
    assert found["width"].kind == found["stride"].kind == "parameter"
    assert found["widths"].detail == "= [16, 32]"
    assert "out" not in found, "that of another block"


def test_weights_are_of_layers_and_kernels_have_names() -> None:
    found = proposed(FAMILY.replace("variants:", "weights:\n  <CURSOR>\nvariants:"))
    assert found["fc"].insert == "fc: "
    assert "blur" not in found
    found = proposed(FAMILY.replace("variants:", "weights:\n  fc: <CURSOR>\nvariants:"))
    assert found["outline"].detail == "[[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]"
    assert found["widths"].kind == "variable"
    found = proposed(
        FAMILY.replace("    vars: {unit: plain, deep: true}", "    weights: {fc: <CURSOR>}")
    )
    assert "blur" in found


def test_arguments_follow_a_head() -> None:
    found = proposed(below("  - conv3x3 16 <CURSOR>"))
    assert [*found][:3] == ["stride=", "padding=", "dilation="]
    assert found["padding="].insert == "padding=${1:0}"
    assert "kernel_size=" not in found, "it stands on the head"
    assert "out_channels=" not in found, "it is given"
    assert "relu" not in found
    assert "stride=" not in proposed(below("  - conv3x3 16 stride=2 <CURSOR>"))
    assert "kernel_size=" in proposed(below("  - conv 16 <CURSOR>"))


def test_arguments_of_a_block_are_its_parameters() -> None:
    found = proposed(below("  - basic 16 <CURSOR>"))
    assert next(iter(found)) == "stride="
    assert "width=" not in found
    found = proposed(below("  - unit <CURSOR>"), "plain")
    assert found["width="].detail == "required"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("  - conv3x3 16 padding=<CURSOR>", ["valid", "half", "full", "same"]),
        ("  - conv3x3 16 bias=<CURSOR>", ["true", "false"]),
        ("  - upsample 2 mode=<CURSOR>", list(OPS["upsample"].attributes["mode"].words)),
        ("  - linear 10 axis=<CURSOR>", ["channels", "length"]),
    ],
)
def test_values_that_are_words(line: str, words: list[str]) -> None:
    assert [*proposed(below(line))][: len(words)] == words


def test_values_are_made_of_names_and_functions() -> None:
    found = proposed(below("  - conv3x3 16*wi<CURSOR>"))
    assert {"widths", "deep", "floor", "x.channels"} <= {*found}
    found = proposed(below("  - conv3x3 x.<CURSOR>"))
    assert {"channels", "height", "width"} <= {*found}
    assert "widths" in proposed(below("  - repeat <CURSOR>"))
    assert "deep" in proposed(below("  - if <CURSOR>"))


def test_attributes_of_the_long_form() -> None:
    found = proposed(below("  - conv: {<CURSOR>"))
    assert {"out_channels: ", "kernel_size: ", "stride: "} <= {*found}
    found = proposed(below("  - conv:\n      out_channels: 3\n      <CURSOR>"))
    assert "kernel_size: " in found


def test_keys_that_are_missing() -> None:
    found = proposed(FAMILY + "<CURSOR>")
    assert {*found} == {*KEYS} - {"name", "input", "vars", "blocks", "layers", "variants"}
    assert {*proposed("<CURSOR>")} == {*KEYS}
    assert all(one.text for one in found.values())


def test_keys_and_variables_of_a_variant() -> None:
    text = FAMILY.replace("    vars: {unit: plain, deep: true}", "    <CURSOR>")
    assert {*proposed(text)} == {*VARIANT_KEYS}
    text = FAMILY.replace("{unit: plain, deep: true}", "{<CURSOR>}")
    assert {*proposed(text)} == {"unit", "widths", "deep"}
    text = FAMILY.replace("{unit: plain, deep: true}", "{unit: <CURSOR>}")
    assert {"plain", "basic", "true"} <= {*proposed(text)}


def test_metrics_labels_and_what_is_counted() -> None:
    found = proposed(FAMILY + "expect: {<CURSOR>}")
    assert {*STATED} - {"share"} <= {*found}
    assert {"stem", "fc"} <= {*found}
    assert "share" in proposed(FAMILY + "expect: {stem: {<CURSOR>}}")
    graph = build(FAMILY, "net.yaml", Selection("plain"))
    total = summarize(graph, Basis()).totals.parameters
    found = proposed(FAMILY + "expect: {parameters: <CURSOR>}", "plain")
    assert next(iter(found)) == f"{total:_}"
    assert {*COUNT_UNITS} - {""} <= {*found}
    assert {*BYTE_UNITS} <= {*proposed(FAMILY + "budget: {weight_bytes: <CURSOR>}")}
    text = FAMILY.replace("expect: {output: 10}", "expect: {parameters: <CURSOR>}")
    assert next(iter(proposed(text, "small"))) == f"{total:_}", "that of the variant it stands in"


def test_rules_in_a_comment() -> None:
    assert {*proposed(below("  - relu  # cnncalc: ignore[<CURSOR>"))} == {*ENTRIES}
    assert [*proposed(below("  - relu  # <CURSOR>"))] == ["cnncalc: ignore"]


def test_outputs_are_labels() -> None:
    assert {"stem", "fc"} <= {*proposed(FAMILY + "outputs: [<CURSOR>]")}


def test_another_yaml_gets_nothing() -> None:
    assert proposed("services:\n  web:\n    - <CURSOR>") == {}


def test_a_completion_replaces_the_word_that_is_typed() -> None:
    text = below("  - glo<CURSOR>bal")
    document, offset = at_cursor(text)
    found = complete(document, offset)
    assert document.text[found.start : found.end] == "global"


@pytest.mark.parametrize("name", [one for one, kind in OPS.items() if not kind.merges])
def test_what_is_proposed_of_an_op_can_be_read(name: str) -> None:
    """With numbers in the place of what has no default: no fault of the line's structure."""
    one = proposed("input: 3x8x8\nlayers:\n  - <CURSOR>")[name]
    line = re.sub(r"(?<=[ ])[a-z_]+", "2", filled(one))
    document = Document(f"input: 3x8x8\nlayers:\n  - {line}\n", "net.yaml")
    codes = {fault.code for fault in document.faults}
    assert codes <= {"E203", "E212"}, (line, document.faults)


def test_what_opens_a_body_can_be_read() -> None:
    found = proposed(below("  - <CURSOR>"))
    for word in ("add", "concat", "mul", "repeat", "for", "if"):
        one = found[word]
        assert one.is_snippet
        form = filled(one).replace("\n", "\n  ").replace("$0", "relu")
        document = Document(below(f"  - {form}"), "net.yaml")
        codes = [fault.code for fault in document.faults if fault.code != "E211"]
        assert codes == [], (form, document.faults)


def test_every_prefix_of_a_spec_has_proposals() -> None:
    for end in range(0, len(FAMILY), 3):
        document = Document(FAMILY[:end], "net.yaml")
        found = complete(document, end)
        assert 0 <= found.start <= end <= found.end <= len(document.text)
