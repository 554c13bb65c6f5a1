"""Numbers in documents: where a mark is one, when its number holds, and how it is put right."""

from pathlib import Path

import pytest
from marked import RESNET_MACS, always, faults, marked, one

import cnncalc
from cnncalc.checks.counts import Figure, NoFigureError, Share
from cnncalc.checks.documents.check import check_marks, fix
from cnncalc.checks.documents.marks import read_marks
from cnncalc.checks.documents.networks import Figures, locate
from cnncalc.checks.documents.numbers import Mark
from cnncalc.graph import Graph

# Where a number is marked


def test_a_mark_names_a_network_a_metric_and_a_layer() -> None:
    text = f"MACs: {marked('74.3 %', 'vgg:16 parameters fc6')}!\n"
    mark = one(text)
    assert (mark.network, mark.fact.metric, mark.fact.layer) == ("vgg:16", "parameters", "fc6")
    assert (mark.fact.text, mark.fact.is_share) == ("74.3 %", True)
    assert text[mark.start : mark.end] == "74.3 %"
    for span, said in [
        (mark.fact.span, "74.3 %"),
        (mark.network_span, "vgg:16"),
        (mark.metric_span, "parameters"),
        (mark.layer_span, "fc6"),
    ]:
        assert span is not None
        assert text[span.column - 1 : span.end_column - 1] == said


@pytest.mark.parametrize(
    "text",
    [
        marked("4.09 G"),
        f"a{marked('4.09 G')}b",
        f"| ResNet-50 | {marked('4.09 G')} |",
        f"> {marked('4.09 G')}",
        f"- one\n    - {marked('4.09 G')}",
        f"```\ncode\n```\n{marked('4.09 G')}",
        f"~~~ yaml\n```\n~~~~\n{marked('4.09 G')}",
        f"``` `\n{marked('4.09 G')}",  # no fence: its info has a backtick
        f"> ```\n> code\n{marked('4.09 G')}",  # the quote ends, and its code with it
        f"a `lone backtick\n\n{marked('4.09 G')} `",
        f"- `lone\n- {marked('4.09 G')} and `",
        f"| ` |\n| {marked('4.09 G')} ` |",
        f"`code` {marked('4.09 G')} ``code ` of two``",
        f"\\`{marked('4.09 G')}\\`",
        f"<!-- a `comment --> {marked('4.09 G')} `",
        f"a <!-- b\n\n{marked('4.09 G')}",
        f"<!-- a\n\n```\n--> {marked('4.09 G')}",
        "<!--\n\ncnncalc resnet:50 macs -->4.09 G<!-- /cnncalc -->",
        marked("`4.09 G`"),
        marked("**4.09 G**"),
        marked(" _4.09 G_ "),
        marked("\n4.09 G\n"),
        "<!--cnncalc resnet:50 macs-->4.09 G<!--/cnncalc-->",
        "<!--\n  cnncalc resnet:50\n  macs\n-->4.09 G<!-- /cnncalc -->",
        '<!-- cnncalc "resnet:50" macs -->4.09 G<!-- /cnncalc -->',
    ],
)
def test_it_is_a_mark_in_prose(text: str) -> None:
    assert one(text).fact.text == "4.09 G"
    assert one(text.replace("\n", "\r\n")).fact.text == "4.09 G"
    assert check_marks([one(text)], always(RESNET_MACS)) == []


@pytest.mark.parametrize(
    "text",
    [
        f"`{marked('1')}`",
        f"``a ` {marked('1')}``",
        f"`two\nlines {marked('1')}`",
        f"```\n{marked('1')}\n```",
        f"````md\n```\n{marked('1')}\n````",
        f"~~~\n{marked('1')}\n~~~",
        f"~~~\n{marked('1')}\n```\n{marked('1')}",
        f"> ```\n> {marked('1')}\n> ```",
        f"- item\n\n  ```html\n  {marked('1')}\n  ```",
        f"1. ```\n   {marked('1')}\n   ```",
        f"```\n{marked('1')}",  # never closed: code to the end
        f"\\{marked('1')}".replace("<!-- /", "\\<!-- /"),
        "<!-- commented out: cnncalc resnet:50 macs -->",
        "<!-- a comment\n\n<!-- cnncalc resnet:50 macs -->",
        "<!-- list -->1<!-- /list -->",
        "<!-->cnncalc<!--->",
        "",
    ],
)
def test_code_and_other_comments_are_no_marks(text: str) -> None:
    assert read_marks(text, "doc.md") == ((), ())
    assert read_marks(text.replace("\n", "\r\n"), "doc.md") == ((), ())


def test_several_marks_stand_on_a_line_and_at_the_end_of_the_text() -> None:
    row = f"| {marked('4.09 G')} | {marked('25.6M', 'resnet:50 parameters')} |\n{marked('50')}"
    marks, found = read_marks(row, "doc.md")
    assert [mark.fact.text for mark in marks] == ["4.09 G", "25.6M", "50"]
    assert found == ()
    assert [mark.fact.span.line for mark in marks] == [1, 1, 2]


def test_a_byte_order_mark_takes_no_column() -> None:
    plain, with_mark = one(marked("4.09 G")), one("\ufeff" + marked("4.09 G"))
    assert plain.fact.span == with_mark.fact.span
    assert plain.network_span == with_mark.network_span
    assert with_mark.start == plain.start + 1
    assert read_marks(f"\ufeff```\n{marked('1')}\n```", "doc.md") == ((), ())


# Malformed marks


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("<!-- cnncalc resnet:50 macs -->4", "the mark is not closed", (1, 32)),
        ("4<!-- /cnncalc -->", "a closing mark without an opening one", (2, 19)),
        (marked(marked("4")), "a mark with another mark inside", (1, 32)),
        (f"{marked('')}", "there is no number between the marks", (1, 49)),
        (f"{marked(' ')}", "there is no number between the marks", (1, 50)),
        (marked("4", "vgg:16 mac"), "unknown metric `mac`", (21, 24)),
        (marked("4", "vgg:16"), "the mark names no metric", (1, 24)),
        (marked("4", ""), "the mark names no network", (1, 18)),
        (marked("4", '"" macs'), "the mark names no network", (14, 16)),
        (marked("4", "- macs"), "a document cannot name standard input", (14, 15)),
        (marked("4", "-:a macs"), "a document cannot name standard input", (14, 17)),
        (marked("4", "/etc/passwd macs"), "`/etc/passwd` is not the path of a spec", (14, 25)),
        (marked("4", "../a macs"), "`../a` is not the path of a spec", (14, 18)),
        (marked("4", "lecture/../../a macs"), "is not the path of a spec", (14, 29)),
        (marked("4", "vgg:16 macs fc6 fc7"), "a mark has no `fc7`", (30, 33)),
        (marked("4", "vgg:16 macs batch=2"), "a mark has no `batch=2`", (26, 33)),
        (marked("4 GMACs"), "unknown unit `GMACs`, expected one of K, M, G, B, T", (32, 39)),
        (marked("~4 G"), "`~4 G` is not a number", (32, 36)),
        (marked("4,1 G"), "`4,1 G` is not a number", (32, 37)),
        (marked("1,234,56"), "`1,234,56` is not a number", (32, 40)),
        (marked("1,234_567"), "`1,234_567` is not a number", (32, 41)),
        (marked("0,123"), "`0,123` is not a number", (32, 37)),
        (marked("\u0664"), "`\u0664` is not a number", (32, 33)),
        (marked("-4"), "`-4` is not a number", (32, 34)),
        (marked("4."), "`4.` is not a number", (32, 34)),
        (marked("**4"), "`**4` is not a number", (32, 35)),
        (marked("***"), "`***` is not a number", (32, 35)),
        (marked("4.09"), "`4.09` has decimals and no unit", (32, 36)),
        (
            marked("4.09 G", "resnet:50 macs unit=G"),
            "has a unit, and its mark has another",
            None,
        ),
        (marked("4", "resnet:50 weight_bytes"), "`4` needs a unit: B, kB", None),
        (marked("4 M", "resnet:50 weight_bytes"), "unknown unit `M`: write `4MiB` or `4MB`", None),
        (marked("4%", "vgg:16 macs"), "a percentage is the share of one layer", None),
        (marked("4%", "vgg:16 depth fc6"), "`depth` has no share", None),
        (marked("4", "vgg:16 share fc6"), "a share is a percentage", None),
        (marked("1000", "vgg:16 output unit=K"), "a shape has no unit", None),
        (marked("3x", "vgg:16 output"), "`3x` is not a shape", None),
        (marked("3x4.5", "vgg:16 output"), "`3x4.5` is not a shape", None),
        (marked("1x2x3x4x5", "vgg:16 output"), "`1x2x3x4x5` is not a shape", None),
        (marked("9" * 60), "is not a number", None),
        (marked("9" * 99), "is not a number", None),
    ],
)
def test_a_malformed_mark_is_one_fault_at_its_place(
    text: str, message: str, place: tuple[int, int] | None
) -> None:
    [fault] = faults(text)
    assert message in fault.message
    assert fault.hint
    assert fault.span is not None
    if place is not None:
        assert (fault.span.column, fault.span.end_column) == place


def test_a_near_metric_is_suggested() -> None:
    [fault] = faults(marked("4", "vgg:16 parameter"))
    assert fault.hint == "did you mean `parameters`?"


def test_a_forgotten_end_takes_no_other_mark_along() -> None:
    text = f"<!-- cnncalc vgg:16 macs -->1\n{marked('4.09 G')}\n{marked('4.1 G')}\n"
    marks, [fault] = read_marks(text, "doc.md")
    assert [mark.fact.text for mark in marks] == ["4.09 G", "4.1 G"]
    assert fault.message == "the mark is not closed"
    assert fault.span is not None
    assert fault.span.line == 1


def test_every_fault_of_a_document_is_told() -> None:
    text = f"{marked('x')}\n{marked(marked(marked('1')))}\n<!-- /cnncalc -->\n{marked('4', 'a b')}"
    lines = [fault.span.line for fault in faults(text) if fault.span]
    assert lines == [1, 2, 2, 3, 4]


# Whether a number holds, and how it is written


@pytest.mark.parametrize(
    ("number", "words", "exact", "right"),
    [
        ("4,089,184,256", "a macs", RESNET_MACS, None),
        ("4_089_184_256", "a macs", RESNET_MACS, None),
        ("4 089 184 256", "a macs", RESNET_MACS, None),
        ("4\u00a0089\u2009184", "a macs", 0, "malformed"),
        ("4\u2009089\u2009184\u2009256", "a macs", RESNET_MACS, None),
        ("4&thinsp;089&thinsp;184&thinsp;256", "a macs", RESNET_MACS, None),
        ("4089184256", "a macs", RESNET_MACS, None),
        ("4,089,184,255", "a macs", RESNET_MACS, "4,089,184,256"),
        ("4089184255", "a macs", RESNET_MACS, "4089184256"),
        ("4_089_184_255", "a macs", RESNET_MACS, "4_089_184_256"),
        ("4\u202f089", "a macs", 61_706, "61\u202f706"),
        ("4,089", "a macs", 706, "706"),
        ("706", "a macs", 4_089, "4089"),
        ("4.09 G", "a macs", RESNET_MACS, None),
        ("4.09G", "a macs", RESNET_MACS, None),
        ("4.1G", "a macs", RESNET_MACS, None),
        ("4 G", "a macs", RESNET_MACS, None),
        ("4.08 G", "a macs", RESNET_MACS, "4.09 G"),
        ("4.0892 G", "a macs", RESNET_MACS, None),
        ("4.10 G", "a macs", RESNET_MACS, "4.09 G"),
        ("4,090.0 M", "a macs", RESNET_MACS, "4,089.2 M"),
        ("4.09&nbsp;G", "a macs", RESNET_MACS, None),
        ("4.10&nbsp;G", "a macs", RESNET_MACS, "4.09&nbsp;G"),
        ("4.10\nG", "a macs", RESNET_MACS, "4.09\nG"),
        ("4 B", "a parameters", 4_089_184_256, None),
        ("26M", "a parameters", 416, "0M"),
        ("2.5K", "a parameters", 2_450, None),  # halves either way
        ("2.4K", "a parameters", 2_450, None),
        ("2.3K", "a parameters", 2_450, "2.5K"),
        ("97.7 MiB", "a weight_bytes", 102_440_608, None),
        ("97.8 MiB", "a weight_bytes", 102_440_608, "97.7 MiB"),
        ("102.4MB", "a weight_bytes", 102_440_608, None),
        ("102,440,608 B", "a weight_bytes", 102_440_608, None),
        ("102,440,607 B", "a weight_bytes", 102_440_608, "102,440,608 B"),
        ("25.6", "a parameters unit=M", 25_557_032, None),
        ("25.5", "a parameters unit=M", 25_557_032, "25.6"),
        ("74.3%", "a parameters fc6", Share(102_764_544, 138_357_544), None),
        ("74.2 %", "a parameters fc6", Share(102_764_544, 138_357_544), "74.3 %"),
        ("74%", "a share fc6", Share(102_764_544, 138_357_544), None),
        ("12%", "a share fc6", Share(1, 8), None),  # halves either way
        ("13%", "a share fc6", Share(1, 8), None),
        ("14%", "a share fc6", Share(1, 8), "13%"),
        ("75", "a macs fc6 unit=%", Share(1, 4), "25"),
        ("12.3%", "a macs fc6", Share(1, 8), "12.5%"),
        ("50", "a depth", 50, None),
        ("49", "a depth", 50, "50"),
        ("1000", "a output", (1000,), None),
        ("1,000", "a output", (1000,), None),
        ("10", "a output", 1000, "1000"),
        ("256x6x6", "a output", (256, 6, 6), None),
        ("256 x 6 x 6", "a output", (256, 6, 6), None),
        ("256\u00d76\u00d76", "a output", (256, 6, 6), None),
        ("256\u00d76\u00d77", "a output", (256, 6, 6), "256\u00d76\u00d76"),
        ("1,024 \u00d7 7 \u00d7 7", "a output", (2048, 7, 7), "2,048 \u00d7 7 \u00d7 7"),
        ("1&#8239;024x7", "a output", (1024, 7), None),
        ("1&#8239;024x7", "a output", (2048, 7), "2&#8239;048x7"),
        ("9216", "a output", (256, 6, 6), "256x6x6"),
        ("256 x 6 x 6", "a output", (9216,), "9216"),
        ("195", "a receptive_field", (195, 195), None),
        ("195x195", "a receptive_field", (195, 195), None),
        ("195x195", "a receptive_field", 195, None),
        ("195x195", "a receptive_field", 427, "427x427"),
        ("195", "a receptive_field", (427, 427), "427"),
        ("195", "a receptive_field", (427, 195), "427x195"),
        ("195x195", "a receptive_field", (427, 195), "427x195"),
        ("195 x 195", "a receptive_field", (427,), "427"),
    ],
)
def test_a_stale_number_is_written_anew_in_its_own_form(
    number: str, words: str, exact: Figure, right: str | None
) -> None:
    before, after = "\ufeffa\r\n| ", " |\r\nend"
    text = f"{before}{marked(number, words)}{after}"
    if right == "malformed":
        assert len(faults(text)) == 1
        return
    mark = one(text)
    found = check_marks([mark], always(exact))
    fixed = fix(text, [mark], always(exact))
    if right is None:
        assert found == []
        assert fixed == text
        return
    [finding] = found
    assert finding.diagnostic.code == "E804"
    assert finding.diagnostic.span == mark.fact.span
    assert finding.diagnostic.hint == f"write `{right}`, as `--fix` does"
    assert (finding.metric, finding.layer, finding.limit) == (
        mark.fact.metric,
        mark.fact.layer,
        number,
    )
    assert fixed == f"{before}{marked(right, words)}{after}"
    assert check_marks([one(fixed)], always(exact)) == []


def test_a_finding_holds_the_numbers_for_programs() -> None:
    [finding] = check_marks([one(marked("4.10 G"))], always(RESNET_MACS))
    message = "`macs` of `resnet:50` is 4,089,184,256, not 4.10 G"
    assert finding.diagnostic.message == message
    assert (finding.actual, finding.delta) == (RESNET_MACS, -10_815_744)
    [finding] = check_marks([one(marked("1.5 KiB", "a weight_bytes fc"))], always(1600))
    assert finding.diagnostic.message.startswith("`weight_bytes` of `fc` in `a` is 1,600 bytes")
    assert finding.delta == 64
    for exact, delta in [(1500, -88), (1601, 14)]:  # away from 1587.2
        [finding] = check_marks([one(marked("1.55 KiB", "a weight_bytes"))], always(exact))
        assert finding.delta == delta
    [finding] = check_marks([one(marked("9%", "a macs fc"))], always(Share(1, 4)))
    assert (finding.actual, finding.delta) == ("25 %", None)


def test_marks_of_another_text_are_refused() -> None:
    text = marked("4.10 G")
    with pytest.raises(ValueError, match="another text"):
        fix("\ufeff" + text, [one(text)], always(RESNET_MACS))
    with pytest.raises(ValueError, match="another text"):
        fix(text, [one(text), one(text)], always(RESNET_MACS))


# What the marks should say


def test_figures_are_those_of_the_networks_and_each_is_read_once() -> None:
    loaded: list[str] = []

    def load(name: str) -> Graph:
        loaded.append(name)
        return cnncalc.load(name)

    text = (
        f"{marked('4.09 G')} {marked('25,557,032', 'resnet:50 parameters')} "
        f"{marked('427', 'resnet:50 receptive_field')} {marked('97.7 MiB', 'vgg16 weight_bytes')} "
        f"{marked('61.9 %', 'alexnet.yaml parameters fc6')} {marked('62%', 'alexnet share')} "
        f"{marked('256x6x6', 'alexnet output maxpool3')} {marked('50', 'resnet:50 depth')}"
    )
    marks, found = read_marks(text, "docs/doc.md")
    assert found == ()
    [finding] = check_marks(marks, Figures(load))
    assert finding.limit == "97.7 MiB"
    assert sorted(loaded) == ["alexnet", "resnet:50", "vgg16"]


def test_what_cannot_be_told_is_said_at_its_word() -> None:
    text = (
        f"{marked('1', 'resnet:51 macs')} {marked('1', 'nonet macs')} "
        f"{marked('1', 'vgg:16 macs fc66')} {marked('1', 'gone.yaml macs')}"
    )
    marks, _ = read_marks(text, "doc.md")
    figures = Figures(cnncalc.load)
    found = check_marks(marks, figures)
    assert {finding.diagnostic.code for finding in found} == {"E805"}
    assert [finding.diagnostic.message for finding in found] == [
        "`resnet.yaml` has no variant `51`",
        "there is no network `nonet`",
        "`macs` of `fc66` in `vgg:16` is unknown: the network has no layer or group `fc66`",
        "there is no file `gone.yaml`",
    ]
    for finding, said in zip(found, ["resnet:51", "nonet", "fc66", "gone.yaml"], strict=True):
        span = finding.diagnostic.span
        assert span is not None
        assert text[span.column - 1 : span.end_column - 1] == said
    assert fix(text, marks, figures) == text


def test_a_spec_with_faults_is_named_and_not_quoted(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("secret: 1\n", "utf-8")
    document = str(tmp_path / "doc.md")
    marks, _ = read_marks(marked("1", "net.yaml macs"), document)
    [finding] = check_marks(marks, Figures(cnncalc.load))
    fault = finding.diagnostic
    assert fault.code == "E805"
    assert fault.message == "`macs` of `net.yaml` is unknown: the spec has faults"
    assert fault.hint == f"`cnncalc check {tmp_path / 'net.yaml'}` shows all of them"
    assert "secret" not in str(fault)


def test_an_output_of_several_asks_for_a_layer() -> None:
    def untold(_mark: Mark) -> Figure:
        raise NoFigureError("outputs", "2 outputs: a, b")

    [finding] = check_marks([one(marked("1", "net.yaml output"))], untold)
    assert finding.diagnostic.hint == "name a layer after `output`"


@pytest.mark.parametrize(
    ("network", "files", "name"),
    [
        ("resnet:50", [], "resnet:50"),
        ("vgg16", ["docs/vgg16"], "vgg16"),
        ("net.yaml", [], "docs/net.yaml"),
        ("../net.yml:16", [], "docs/../net.yml:16"),
        ("/nets/net.yaml", [], "/nets/net.yaml"),
        ("alexnet.yaml", [], "alexnet"),
        ("alexnet.yaml:torchvision", [], "alexnet:torchvision"),
        ("alexnet.yaml", ["docs/alexnet.yaml"], "docs/alexnet.yaml"),
        ("alexnet.yaml:a", ["docs/alexnet.yaml"], "docs/alexnet.yaml:a"),
        ("alexnet.yaml", ["alexnet.yaml"], "alexnet"),
    ],
)
def test_paths_are_from_the_document(network: str, files: list[str], name: str) -> None:
    marks, _ = read_marks(marked("1", f"{network} macs"), "docs/doc.md")
    assert locate(marks[0], files.__contains__) == name
