"""What an editor asks of a spec: plain functions of a text and a place."""

import re
from itertools import pairwise

import pytest
from editing_text import FAMILY, at_cursor, marked

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.explain import explain
from cnncalc.analysis.summary import summarize
from cnncalc.checks.lint import ENTRIES, load_rule
from cnncalc.checks.networks import Plan, SpecRead, check_spec
from cnncalc.editor.colours import words
from cnncalc.editor.context import context_at
from cnncalc.editor.document import Document
from cnncalc.editor.hints import hints, lenses, short
from cnncalc.editor.hover import hover
from cnncalc.editor.outline import folds, outline
from cnncalc.editor.signature import signature
from cnncalc.ops import OPS
from cnncalc.spec import Selection, build, parse_spec
from cnncalc.spec.bounds import TIGHT, Allowance
from cnncalc.spec.library import Source, bundled_names, find


def document(variant: str | None = None) -> Document:
    return Document(FAMILY, "net.yaml", wanted=variant)


def test_the_family_is_sound() -> None:
    assert [one.diagnostic.code for one in document().findings] == []
    assert document().variants == (None, "small", "plain")


# Findings


@pytest.mark.parametrize("name", [*bundled_names()][::6])
def test_findings_are_those_of_a_check(name: str) -> None:
    source = find(name)
    text = source.text.replace("relu", "relu, relu", 1).replace("bias=false", "", 1)
    allowance = Allowance(TIGHT)
    spec, faults = parse_spec(text, source.file, allowance)
    assert spec is not None
    reading = SpecRead(spec, Source(text, source.file, None), faults, 0)
    checked = check_spec(reading, allowance, Plan())
    assert Document(text, source.file).findings == checked.findings


def test_the_first_findings_are_those_of_one_variant() -> None:
    text = FAMILY.replace("small: {vars: {widths: [8, 8]}}", "small: {vars: {widths: [0, 8]}}")
    assert Document(text, "net.yaml", wanted="plain").first_findings == ()
    for wanted in (None, "plain", "small"):
        [finding] = Document(text, "net.yaml", wanted=wanted).findings
        assert finding.variants == ("small",)
    [finding] = Document(text, "net.yaml", wanted="small").first_findings
    assert finding.diagnostic.code == "E212"


# Hints


@pytest.mark.parametrize("name", [*bundled_names()][::5])
def test_hints_add_up_to_what_a_summary_counts(name: str) -> None:
    """A line counts what it makes: those that name an op are all of the network, each once."""
    source = find(name)
    read = Document(source.text, source.file)
    graph = read.network(read.variant).graph
    assert graph is not None
    own = {layer.origin[-1].line for layer in graph.layers}
    called = {span.line for layer in graph.layers for span in layer.origin[:-1]}
    lines = [total for number, total in read.line_totals.items() if number in own - called]
    if not own & called and not graph.auxiliary:
        summary = summarize(graph, Basis())
        assert sum(one.parameters for one in lines) == summary.totals.parameters
        assert sum(one.macs for one in lines) == summary.totals.macs


def told_of(read: Document) -> dict[int, str]:
    return {read.place(one.offset)[0]: one.text for one in hints(read)}


def test_hints_say_what_a_line_gives_and_costs() -> None:
    told = told_of(document())
    assert told[27] == "10 · 330 · 320"  # 32 * 10 + 10, and 32 * 10
    assert told[19] == "16x64x64 · 464 · 1.77M"  # 3*3*3*16 + 2*16, and 3*3*3*16*64*64
    assert told[25] == "32x1x1"


def test_hints_of_another_variant() -> None:
    assert told_of(document("small"))[19].startswith("8x64x64 · ")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (1000, "1.00K"), (9_994, "9.99K"), (9_995, "10.0K"),
     (99_949, "99.9K"), (99_950, "100K"), (999_499, "999K"), (999_500, "1.00M"),
     (4_089_184_256, "4.09G"), (10**15, "1000T")],
)  # fmt: skip
def test_counts_are_short(count: int, text: str) -> None:
    assert short(count) == text


def test_lenses_have_the_totals_of_networks_and_blocks() -> None:
    found = {one.span.line: one for one in lenses(document("plain"))}
    assert {line: one.variant for line, one in found.items()} == {
        1: None, 8: None, 17: None, 29: "small", 30: "plain",
    }  # fmt: skip
    graph = build(FAMILY, "net.yaml", Selection("plain"))
    total = summarize(graph, Basis()).totals.parameters
    assert found[1].text.startswith(f"plain: {short(total)} parameters")
    assert found[30].text.endswith("3x64x64 -> 10 (shown)")
    assert found[17].text.startswith("4 calls · ")


# Hover


def test_hover_explains_a_layer_and_its_op() -> None:
    read, offset = at_cursor(marked(FAMILY, "  - fc: line<CURSOR>ar 10"))
    told = hover(read, offset)
    assert told is not None
    assert read.text[told.start : told.end] == "linear"
    [explained] = explain(build(FAMILY, "net.yaml", Selection()), ["fc"])
    for formula in explained.formulas:
        assert f"| {formula.quantity} | `{formula.words}` | `{formula.values}` |" in told.text
    assert "Dense (fully connected) layer" in told.text
    assert "Source: ONNX operators Gemm and MatMul" in told.text
    assert "| `bias` |" in told.text


@pytest.mark.parametrize("name", [one for one, kind in OPS.items() if not kind.merges])
def test_hover_tells_of_every_op(name: str) -> None:
    text = f"input: 3x8x8\nlayers:\n  - {name[0]}<CURSOR>{name[1:]}\n"
    told = hover(*at_cursor(text))
    assert told is not None
    for key in OPS[name].attributes:
        assert f"| `{key}` |" in told.text
    assert "Source:" in told.text


def test_hover_of_a_variable_says_where_its_value_comes_from() -> None:
    line = "      - repeat 2: un<CURSOR>it widths[0]"
    told = hover(*at_cursor(marked(FAMILY, line)))
    assert told is not None
    assert "variable `unit`: `basic`" in told.text
    assert "given in line 4" in told.text
    assert "| `plain` | `plain` |" in told.text
    told = hover(*at_cursor(marked(FAMILY, line), "plain"))
    assert told is not None
    assert "variable `unit`: `plain`" in told.text
    assert "the variant `plain` sets it in line 31" in told.text


def test_hover_of_a_derived_variable_has_its_formula() -> None:
    text = FAMILY.replace("  deep: false\n", "  deep: false\n  twice: 2*widths[0]\n")
    told = hover(*at_cursor(text.replace("  twice", "  twi<CURSOR>ce"), "small"))
    assert told is not None
    assert "variable `twice`: `16`" in told.text
    assert "made of `2*widths[0]`" in told.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  basic wi<CURSOR>dth stride=1:", "parameter `width` of the block `basic`"),
        ("  bas<CURSOR>ic width stride=1:", "block `basic width stride=1`"),
        ("  - po<CURSOR>ol: globalavgpool", "label `pool`"),
        ("    - conv3x3 out stride=stride pad<CURSOR>ding=1 bias=false", "`padding` of `conv`"),
        ("    expect: {out<CURSOR>put: 10}", "**output** (shape)"),
        ("var<CURSOR>iants:", "**variants**: Networks of one family"),
        ('  - stem: ["conv_bn widths[0]", re<CURSOR>lu]', "`stem.relu1`"),
        ("  sm<CURSOR>all: {vars: {widths: [8, 8]}}", "variant `small`: "),
    ],
)
def test_hover_tells_what_stands_there(line: str, said: str) -> None:
    told = hover(*at_cursor(marked(FAMILY, line)))
    assert told is not None
    assert said in told.text


@pytest.mark.parametrize("code", ENTRIES)
def test_hover_tells_of_a_rule(code: str) -> None:
    rule = load_rule(code)
    read = Document(rule.failing, "net.yaml")
    spans = [one.diagnostic.span for one in read.findings if one.diagnostic.code == code]
    for span in spans:
        assert span is not None
        told = hover(read, read.offset(span.line, span.column))
        assert told is not None
        assert rule.about in told.text


def test_hover_of_a_stranger_text_is_no_markup() -> None:
    text = "name: N\ninput: 3x8x8\nvars: {a: 2}\nlayers:\n  - a<CURSOR>b: conv3x3 a\nexpect: {}\n"
    told = hover(*at_cursor(text.replace("ab", "x")))
    assert told is None or "<script" not in told.text
    hostile = (
        "name: N\ninput: 3x8x8\nvariants:\n  '</code><img src=x>`|': {vars: {}}\nlayers: [relu]\n"
    )
    read = Document(hostile, "net.yaml")
    told = hover(read, hostile.index("img"))
    assert told is None or "<img" not in told.text


def test_nothing_is_told_of_another_yaml() -> None:
    assert hover(Document("services: {web: {image: conv3x3}}\n", "compose.yaml"), 25) is None


# What a call takes


@pytest.mark.parametrize(
    ("line", "label", "active"),
    [
        ("      - repeat 2: unit <CURSOR>widths[0]", "unit width stride=1", "width"),
        ("      - unit widths[1] stri<CURSOR>de=2", "unit width stride=1", "stride"),
        ("    - conv3x3 o<CURSOR>ut stride=stride padding=1 bias=false", "conv3x3 out_", "out_channels"),  # noqa: E501
        ("    - conv3x3 out stride=stride padding=<CURSOR>1 bias=false", "conv3x3 out_", "padding"),  # noqa: E501
        ("  - fc: linear 10<CURSOR>", "linear out_features", "out_features"),
    ],
)  # fmt: skip
def test_a_call_shows_what_it_takes(line: str, label: str, active: str) -> None:
    told = signature(*at_cursor(marked(FAMILY, line)))
    assert told is not None
    assert told.label.startswith(label)
    assert all(one.label in told.label for one in told.parameters)
    assert told.active is not None
    assert told.parameters[told.active].label.partition("=")[0] == active


@pytest.mark.parametrize(
    "line", ["  - fl<CURSOR>atten", "na<CURSOR>me: Family", "  deep: false<CURSOR>"]
)
def test_outside_of_calls_there_is_nothing_to_show(line: str) -> None:
    assert signature(*at_cursor(marked(FAMILY, line))) is None


# Parts, folds, colours


def test_the_outline_has_what_the_file_defines() -> None:
    parts = {one.name: [inner.name for inner in one.parts] for one in outline(document())}
    assert parts == {
        "name": [], "input": [], "vars": ["unit", "widths", "deep"],
        "blocks": ["conv_bn", "basic", "plain"],
        "layers": ["stem", "stage1", "stage2", "pool", "fc"], "variants": ["small", "plain"],
    }  # fmt: skip


def test_parts_contain_each_other() -> None:
    for name in bundled_names()[::5]:
        source = find(name)
        read = Document(source.text, source.file)
        pending = [(0, len(read.text), one) for one in outline(read)]
        while pending:
            start, end, part = pending.pop()
            first, last = read.range(part.span)
            assert start <= part.start <= first <= last <= part.end <= end, (name, part)
            pending += [(part.start, part.end, inner) for inner in part.parts]


def test_folds_follow_the_indentation() -> None:
    found = folds(document())
    assert {(3, 6), (7, 17), (8, 10), (11, 16), (18, 27), (20, 21), (28, 32)} <= {*found}
    assert all(first < last for first, last in found)


def test_words_have_their_meaning() -> None:
    read = document()
    found = [(read.text[one.start : one.end], one.kind) for one in words(read)]
    kinds = dict(found)
    assert kinds["conv_bn"] == kinds["basic"] == "block"
    assert kinds["width"] == kinds["stride"] == "parameter"
    assert kinds["widths"] == kinds["deep"] == "variable"
    assert kinds["stem"] == kinds["fc"] == "label"
    assert kinds["small"] == "variant"
    assert kinds["conv3x3"] == kinds["linear"] == "op"
    assert kinds["add"] == kinds["repeat"] == kinds["if"] == "keyword"


@pytest.mark.parametrize("name", [*bundled_names()][::4])
def test_words_do_not_overlap(name: str) -> None:
    source = find(name)
    found = words(Document(source.text, source.file))
    assert all(one.end <= other.start for one, other in pairwise(found))


# Places


def test_places_are_those_of_yaml() -> None:
    read = Document("a: 1\r\nb: \u2028c\x85d\n\U0001f600e", "net.yaml")
    for offset in range(len(read.text) + 1):
        line, column = read.place(offset)
        inside = column - 1 <= len(read.lines[line - 1])
        assert not inside or read.offset(line, column) == offset


@pytest.mark.parametrize(
    ("text", "path", "before"),
    [
        ("layers:\n  - stem: [conv3x3 8, re<CURSOR>", ("layers", "stem"), "re"),
        ("layers:\n- conv3x3 <CURSOR>", ("layers",), "conv3x3 "),
        ("layers:\n  - repeat n[0]:\n      - <CURSOR>", ("layers", "repeat n[0]"), ""),
        ("layers:\n  - add: [x, [bn, conv1x1 (1, <CURSOR>", ("layers", "add"), "conv1x1 (1, "),
        ("blocks:\n  unit a b=<CURSOR>", ("blocks",), "unit a b="),
        ("variants:\n  a:\n    expect: {fc: {ma<CURSOR>", ("variants", "a", "expect", "fc"), "ma"),
        ("vars: {a: 1, b: <CURSOR>}", ("vars", "b"), ""),
        ("vars: {a: {b: 1}, c: <CURSOR>}", ("vars", "c"), ""),
        ("layers:\n  - conv:\n      out_channels: 3\n      <CURSOR>", ("layers", "conv"), ""),
        ("layers:\n  - 'conv3x3 <CURSOR>", ("layers",), "conv3x3 "),
        ("layers:\n  - relu\n<CURSOR>", (), ""),
    ],
)  # fmt: skip
def test_the_context_is_told_by_the_text(text: str, path: tuple[str, ...], before: str) -> None:
    context = context_at(*at_cursor(text))
    assert (context.path, context.before) == (path, before)


def test_every_place_of_a_spec_can_be_asked() -> None:
    """Also where each line ends there: as a line is typed."""
    for end in range(0, len(FAMILY), 7):
        read = Document(FAMILY[:end], "net.yaml")
        assert context_at(read, end) is not None
        signature(read, end)
        hover(read, end)
    assert re.search("CURSOR", FAMILY) is None
