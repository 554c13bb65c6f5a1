"""How results look by themselves: a line, the table of the command, and HTML for notebooks."""

import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from commands import run

import cnncalc
from cnncalc.analysis.changes import Diff
from cnncalc.analysis.compare import Comparison
from cnncalc.analysis.explain import Explanation
from cnncalc.analysis.summary import Summary
from cnncalc.checks.finding import Report
from cnncalc.design.asked import Formulas
from cnncalc.design.solve.answer import Solution
from cnncalc.design.sweep.result import Sweep
from cnncalc.engine.verify import Check, Verification
from cnncalc.graph import Graph
from cnncalc.lessons import demonstrate
from cnncalc.lessons.demonstrations.base import Demonstration
from cnncalc.lessons.properties import PROPERTIES
from cnncalc.lessons.worked import Worked
from cnncalc.shown import Shown
from cnncalc.timing.estimate import Estimate

FAULTY = """name: faulty
input: 3x33x33
expect: {parameters: 1M}
layers:
- conv3x3 8 stride=2 padding=1
- conv5x5 16 padding=2
- conv1x1 16
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("looks")
    (folder / "faulty.yaml").write_text(FAULTY, encoding="utf-8")
    return folder


def shown_of_s2(name: str, _: Path) -> Shown:
    return demonstrate(cnncalc.load("lenet5"), name, "s2", seed=3)


MAKERS: dict[str, tuple[Callable[[Path], Shown], tuple[str, ...], int]] = {
    "graph": (lambda _: cnncalc.load("resnet:50"), ("summarize", "resnet:50"), 0),
    "summary": (
        lambda _: cnncalc.summarize(cnncalc.load("googlenet"), 8, training="adam"),
        ("summarize", "googlenet", "--batch", "8", "--training", "adam"),
        0,
    ),
    "comparison": (
        lambda _: cnncalc.compare(cnncalc.load("lenet5"), cnncalc.load("mobilenet")),
        ("compare", "LeNet-5=lenet5", "MobileNet=mobilenet"),
        0,
    ),
    "diff": (
        lambda _: cnncalc.diff(cnncalc.load("resnet:34"), cnncalc.load("resnet:50")),
        ("diff", "ResNet:34=resnet:34", "ResNet:50=resnet:50"),
        1,
    ),
    "explanation": (
        lambda _: cnncalc.explain(cnncalc.load("lenet5"), "c1")[0],
        ("explain", "lenet5", "c1"),
        0,
    ),
    "worked": (
        lambda _: cnncalc.explain(cnncalc.load("alexnet"), "conv2", at=(2, 0), channel=3, seed=7),
        ("explain", "alexnet", "conv2", "--at", "2,0", "--channel", "3", "--seed", "7"),
        0,
    ),
    "worked pool": (
        lambda _: cnncalc.explain(cnncalc.load("alexnet"), "maxpool1", at=(2, 0)),
        ("explain", "alexnet", "maxpool1", "--at", "2,0"),
        0,
    ),
    "worked feature": (
        lambda _: cnncalc.explain(cnncalc.load("lenet5"), "output", at=7, dtype="float64"),
        ("explain", "lenet5", "output", "--at", "7", "--dtype", "float64"),
        0,
    ),
    **{
        name: (
            partial(shown_of_s2, name),
            ("demonstrate", "lenet5", name, "s2", "--seed", "3"),
            0,
        )
        for name in PROPERTIES
        if name != "sharing"
    },
    "sharing": (
        lambda _: demonstrate(cnncalc.load("lenet5"), "sharing"),
        ("demonstrate", "lenet5", "sharing"),
        0,
    ),
    "report": (
        lambda folder: cnncalc.check(folder / "faulty.yaml"),
        ("check", "FOLDER/faulty.yaml", "--format", "full"),
        1,
    ),
    "sweep": (
        lambda _: cnncalc.sweep(["vgg:11", "resnet:18"], {"size": [24, 64]}),
        ("sweep", "vgg:11", "resnet:18", "--input", "3x{24..64:40}"),
        0,
    ),
    "verification": (lambda _: cnncalc.verify(cnncalc.load("lenet5")), ("verify", "lenet5"), 0),
    "solution": (
        lambda _: cnncalc.solve("resnet:18", "size", where="macs < 2G"),
        ("solve", "resnet:18", "--for", "size", "--where", "macs < 2G"),
        0,
    ),
    "estimate": (
        lambda _: cnncalc.estimate(cnncalc.load("resnet:50"), "rtx4090"),
        ("estimate", "resnet:50", "--device", "rtx4090"),
        0,
    ),
    "formulas": (
        lambda _: cnncalc.formula("lenet5", of="size", layers=True),
        ("formula", "lenet5", "--of", "size", "--layers"),
        0,
    ),
}
"""For each class a value, the command that prints the same, and its exit code; `A=B` is a network
that the command is given as B and the value calls A."""


@pytest.fixture(scope="module")
def values(folder: Path) -> dict[str, Shown]:
    return {name: make(folder) for name, (make, _, _) in MAKERS.items()}


def test_every_class_that_is_shown_is_tested_here(values: dict[str, Shown]) -> None:
    classes = {type(value) for value in values.values()}
    counted = {Graph, Summary, Comparison, Diff, Explanation, Report, Verification}
    assert classes == counted | {Solution, Estimate, Formulas, Sweep, Worked, Demonstration}
    assert set(Shown.__subclasses__()) == classes


@pytest.mark.parametrize("name", MAKERS)
def test_the_text_is_what_the_command_writes(
    name: str, values: dict[str, Shown], folder: Path
) -> None:
    _, arguments, code = MAKERS[name]
    names = dict(one.split("=")[::-1] for one in arguments if "=" in one)
    given = (one.partition("=")[2] or one for one in arguments)
    output = folder / f"{name}.txt"
    run(*(one.replace("FOLDER", str(folder)) for one in given), "-o", str(output), code=code)
    found = output.read_text(encoding="utf-8")
    own = str(values[name])
    for asked, title in names.items():  # the command heads columns by what it was asked for
        found, own = found.replace(asked, "NET"), own.replace(title, "NET")
    assert squeezed(own) == squeezed(found.rstrip("\n"))


def squeezed(text: str) -> list[list[str]]:
    """Lines without the rules and blanks that depend on how wide a name is."""
    return [line.split() for line in text.splitlines() if set(line) - set(" ─")]


LINES = {
    "graph": "<Graph ResNet:50: 175 layers on 3x224x224>",
    "summary": (
        "<Summary GoogLeNet: 142 layers, 6,998,552 parameters, 12,661,374,976 MACs, batch 8>"
    ),
    "comparison": "<Comparison of LeNet-5, MobileNet>",
    "diff": (
        "<Diff ResNet:34 to ResNet:50: 19 changed, 50 added, 99 moved, 1 rewired, 2 only in shape>"
    ),
    "explanation": "<Explanation c1: conv5x5 6, 6x28x28>",
    "worked": (
        "<Worked conv2: conv5x5 256 padding=2 groups=2, channel 3, row 2, column 0: -0.62562>"
    ),
    "worked pool": "<Worked maxpool1: maxpool3x3 stride=2, channel 0, row 2, column 0: 1.4566>",
    "worked feature": "<Worked output: linear 10, feature 7: 0.012735>",
    "sparsity": "<Demonstration sparsity: LeNet-5: 3 layers, up to s2, 1x32x32 -> 6x14x14>",
    "shift": "<Demonstration shift: LeNet-5: 3 layers, up to s2, 1x32x32 -> 6x14x14>",
    "dense-equivalent": "<Demonstration dense-equivalent: s2: maxpool2x2, 6x28x28 -> 6x14x14>",
    "receptive-field": (
        "<Demonstration receptive-field: LeNet-5: 3 layers, up to s2, 1x32x32 -> 6x14x14>"
    ),
    "sharing": "<Demonstration sharing: LeNet-5: 12 layers, up to output, 1x32x32 -> 10>",
    "report": "<Report 1 spec, 1 network, 1 error, 2 warnings>",
    "sweep": "<Sweep of vgg:11, resnet:18: 4 of 4 designs>",
    "verification": "<Verification LeNet-5: all 55 numbers agree>",
    "solution": "<Solution ResNet:18: size = 224, macs < 2G>",
    "estimate": "<Estimate ResNet:50: about 230 ms for a batch of 1,024 on rtx4090>",
    "formulas": "<Formulas of LeNet-5: parameters, macs by size>",
}


@pytest.mark.parametrize("name", MAKERS)
def test_the_line_is_short(name: str, values: dict[str, Shown]) -> None:
    assert repr(values[name]) == LINES[name]


@pytest.mark.parametrize("name", MAKERS)
def test_a_copy_looks_the_same(name: str, values: dict[str, Shown]) -> None:
    value = values[name]
    again = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own
    assert again == value
    assert (repr(again), str(again)) == (repr(value), str(value))
    assert again._repr_html_() == value._repr_html_()


def test_to_make_values_loads_nothing_that_shows_them() -> None:
    code = (
        "import sys, cnncalc\n"
        "graph = cnncalc.load('alexnet')\n"
        "made = [cnncalc.summarize(graph), cnncalc.compare(graph, graph)]\n"
        "made += [cnncalc.diff(graph, graph), cnncalc.check('alexnet')]\n"
        "print(*map(repr, made), sep='', end='')\n"
        "assert not [name for name in sys.modules if name.startswith('cnncalc.render')]\n"
        "assert 'numpy' not in sys.modules\n"
        "for one in made:\n"
        "    one._repr_html_()\n"
        "assert 'cnncalc.render.html.summary' in sys.modules\n"
        "assert not {'numpy', 'rich'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


# The HTML


TAGS = {
    "b", "bdi", "br", "code", "div", "p", "span", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr",
}  # fmt: skip
STYLES = {
    "background", "border-bottom", "border-collapse", "border-top", "margin", "max-width",
    "opacity", "overflow-wrap", "overflow-x", "table-layout", "text-align", "white-space",
}  # fmt: skip


class Page(HTMLParser):
    """The text and the cells of a page, whose every tag and attribute must be allowed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.tables: list[list[list[str]]] = []
        self.sides: list[list[str]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        given = dict(attrs)
        assert given.keys() <= {"style", "align", "scope"}, given
        styles = dict(one.split(":", 1) for one in (given.get("style") or "").split(";") if one)
        assert styles.keys() <= STYLES
        assert "url" not in str(styles)
        if tag == "br":
            self.text += "\n"
            return
        self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
            self.sides.append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            assert given["align"] == styles["text-align"]  # by itself, and against a page's style
            self.sides[-1].append(given["align"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data


@pytest.mark.parametrize("name", MAKERS)
def test_the_html_is_plain(name: str, values: dict[str, Shown]) -> None:
    html = values[name]._repr_html_()
    page = Page(html)
    assert page.tables
    assert html.count("<thead>") == len(page.tables)
    for rows in page.tables:
        assert {len(row) for row in rows} == {len(rows[0])}
        assert any(rows[0])
    assert len(html) < 40_000


def test_a_summary_shows_its_numbers(values: dict[str, Shown]) -> None:
    page = Page(values["graph"]._repr_html_())
    [rows] = page.tables
    assert rows[0] == [
        "Layer", "Op", "Output CxHxW", "Parameters", "Parameters %", "MACs", "MACs %",
    ]  # fmt: skip
    assert rows[1] == ["input", "", "3x224x224", "", "", "", ""]
    assert ["fc", "linear 1000", "1000", "2,049,000", "8.0", "2,048,000", "0.1"] in rows
    assert rows[-1] == ["total", "", "1000", "25,557,032", "100.0", "4,089,184,256", "100.0"]
    assert set(map(tuple, page.sides)) == {("left", "left", *["right"] * 5)}
    assert page.text.startswith("\nResNet:50\nHe et al., CVPR 2016")
    assert "Receptive field of the last map: 427x427" in page.text
    assert "Depth 2 of 4 is shown" in page.text


def test_a_comparison_has_ratios_in_columns_of_their_own(values: dict[str, Shown]) -> None:
    [rows] = Page(values["comparison"]._repr_html_()).tables
    assert rows[0] == ["", "LeNet-5", "MobileNet", ""]
    assert ["parameters", "61,706", "4,231,976", "68.58x"] in rows
    assert ["input", "1x32x32", "3x224x224", ""] in rows


def test_a_difference_says_in_words_what_became_of_layers(values: dict[str, Shown]) -> None:
    totals, layers = Page(values["diff"]._repr_html_()).tables
    assert ["depth", "34", "50", "+16 (+47.1 %)"] in totals
    assert {row[0] for row in layers[1:]} == {
        "changed", "added", "moved", "rewired", "only in shape",
    }  # fmt: skip


def test_a_report_has_findings_before_numbers(values: dict[str, Shown]) -> None:
    findings, claims = Page(values["report"]._repr_html_()).tables
    assert [row[0] for row in findings[1:]] == ["error", "warning", "warning"]
    assert [row[2] for row in findings[1:]] == ["E801", "W606", "W606"]
    assert claims[1][1:] == ["expect parameters", "1M", "3,712", "no"]


def test_what_disagrees_is_shown() -> None:
    found = cnncalc.verify(cnncalc.load("lenet5"))
    wrong = Check("fc1", "macs", 3, 4, agrees=False, note="</td>")
    page = Page(found._replace(checks=(*found.checks, wrong))._repr_html_())
    assert page.tables[0][1] == ["fc1", "MACs", "3", "4", "</td>"]
    assert page.tables[1][-1] == ["total", "56", "55"]
    assert "1 of 56 numbers" in page.text


NAMES = (
    "</td><script>alert(1)</script>",
    "<img src=x onerror='alert(1)' \"",
    "שכבה ראשונה",
    "\u202etxt\u2066\x07\x1b[31m\x00",
    "n" * 10_000,
    "$x^2$ \\(y\\) \\begin{align}z\\end{align}",
    "a`b<i>`c",
)


def hostile() -> Graph:
    """A graph in which all text is a stranger's."""
    layers = "conv3x3 4, relu, conv1x1 4, relu, conv1x1 8, relu, relu"
    graph = cnncalc.parse(f"{{name: t, input: 3x8x8, layers: [{layers}]}}")
    names = {layer.name: name for layer, name in zip(graph.layers, NAMES, strict=True)}
    names |= {"input": "<b>"}
    return graph._replace(
        name=NAMES[0],
        source=NAMES[3],
        description="d" * 100_000,
        inputs={"<b>": (3, 8, 8)},
        layers=tuple(
            layer._replace(
                name=names[layer.name], inputs=tuple(names[one] for one in layer.inputs)
            )
            for layer in graph.layers
        ),
        outputs={NAMES[2]: NAMES[-1]},
        notes=NAMES * 20,
    )


def of_strangers(graph: Graph) -> Iterator[Shown]:
    plain = cnncalc.parse("{name: t, input: 3x8x8, layers: [conv3x3 8]}")
    yield from (graph, cnncalc.summarize(graph), cnncalc.compare(graph, plain, graph))
    yield from (cnncalc.diff(plain, graph), cnncalc.diff(graph, plain), cnncalc.verify(graph))
    yield from cnncalc.explain(graph)
    yield cnncalc.explain(graph, NAMES[0], at=(1, 2))
    yield demonstrate(graph, "sharing")


@pytest.fixture(scope="module")
def shown() -> list[Shown]:
    return list(of_strangers(hostile()))


@pytest.mark.parametrize("place", range(15))
def test_text_of_strangers_is_text(place: int, shown: list[Shown]) -> None:
    value = shown[place]
    html = value._repr_html_()
    page = Page(html)
    assert page.text.replace("\n", "").isprintable()
    assert len(html) < 40_000
    assert "n" * 601 not in page.text
    # A formula would have both its ends in one element.
    assert "$" not in html.replace("<span>$</span>", "")
    assert "\\" not in html.replace("<span>\\</span>", "")
    assert NAMES[0] in page.text or not isinstance(value, Graph)
    assert repr(value).isprintable()
    assert len(repr(value)) < 400
    assert str(value).replace("\n", "").isprintable()


def test_right_to_left_names_turn_nothing_beside_them() -> None:
    html = hostile()._repr_html_()
    assert "<bdi>שכבה ראשונה</bdi>" in html


def test_a_report_of_strangers_is_text(tmp_path: Path) -> None:
    path = tmp_path / "<script>$x$.yaml"
    path.write_text("name: '<b>`$`'\ninput: 3x8x8\nlayers: [\"<i>`$x$`\", conv3x3 4]\n")
    report = cnncalc.check(path)
    page = Page(report._repr_html_())
    assert "<script>$x$.yaml" in page.text
    assert report.count("error") > 0


@pytest.mark.parametrize("spec", ["repeat 2000: [conv3x3 3 padding=1]", "long"])
def test_a_large_network_is_folded(spec: str) -> None:
    lines = ["conv3x3 3 padding=1", "relu"] * 1_000 if spec == "long" else [spec]
    graph = cnncalc.parse("input: 3x8x8\nlayers:\n" + "".join(f"- {one}\n" for one in lines))
    html = graph._repr_html_()
    assert len(html) < 60_000
    assert Counter(Page(html).open) == {}


def test_many_inputs_and_networks_are_counted() -> None:
    inputs = ", ".join(f"in{n}: 3x8x8" for n in range(300))
    graph = cnncalc.parse(
        f"input: {{{inputs}}}\nlayers: [concat: [{', '.join(f'in{n}' for n in range(300))}]]\n"
    )
    [rows] = Page(graph._repr_html_()).tables
    assert len(rows) == 1 + 20 + 1 + 1
    assert rows[20][0] == "… 281 more inputs"
    page = Page(cnncalc.compare(*[cnncalc.load("lenet5")] * 30)._repr_html_())
    assert len(page.tables[0][0]) == 2 + 19 * 2
    assert "… 10 more networks" in page.text


def test_many_findings_are_counted(tmp_path: Path) -> None:
    layers = "".join(f"- l{n}: conv3x3 8\n- m{n}: conv3x3 8\n" for n in range(60))
    path = tmp_path / "many.yaml"
    path.write_text(f"name: many\ninput: 3x999x999\nlayers:\n{layers}")
    report = cnncalc.check(path)
    assert len(report.findings) > 60
    page = Page(report._repr_html_())
    assert len(page.tables[0]) == 51
    assert f"… {len(report.findings) - 50} more findings" in page.text


def test_nothing_compared_is_said() -> None:
    found = cnncalc.compare()
    assert repr(found) == "<Comparison of nothing>"
    assert "No networks are compared." in Page(found._repr_html_()).text
    assert str(found) == "No networks are compared."


def test_a_class_that_builds_on_one_looks_like_it() -> None:
    class Own(Graph):
        """A user's own."""

        __annotations__ = Graph.__annotations__

    value: Any = Own(*cnncalc.load("lenet5"))
    assert str(value) == str(cnncalc.load("lenet5"))
