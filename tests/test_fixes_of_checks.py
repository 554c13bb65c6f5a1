"""Findings whose remedy is an edit: the line with the edit, and a check that is clean."""

from pathlib import Path

import pytest

from cnncalc import check
from cnncalc.checks.documents.marks import read_marks
from cnncalc.diagnostics import Diagnostic

PADDING = "name: N\ninput: 3x224x224\nlayers:\n  - {}\n  - relu\n"
LABELS = (
    "name: N\ninput: 8x8x8\nlayers:\n  - first: relu\n  - conv3x3 8 padding=1\n"
    "  - {}\n  - conv3x3 8 padding=1\n"
)
NAMED = (
    "name: N\ninput: 784\nvars: {softest: softmax}\n"
    "layers:\n  - linear 30\n  - {}\n  - linear 10\n"
)
IGNORE = "name: N\ninput: 784\nlayers:\n  - linear 10{}\n"


def found(text: str, tmp_path: Path) -> list[Diagnostic]:
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    return [one.diagnostic for one in check(tmp_path / "net.yaml", ignore=["W607"]).findings]


def mended(fault: Diagnostic, text: str) -> str:
    """The text with the one edit of a fix."""
    assert fault.fix is not None
    [(span, new)] = fault.fix.edits
    lines = text.splitlines(keepends=True)
    before = [*lines[: span.line - 1], lines[span.line - 1][: span.column - 1]]
    last, *after = lines[span.end_line - 1 :] or [""]
    return "".join([*before, new, last[span.end_column - 1 :], *after])


@pytest.mark.parametrize(
    ("code", "text", "line", "fixed", "hint"),
    [
        ("W601", PADDING, "conv11x11 96 stride=4", "conv11x11 96 stride=4 padding=2",
         "use padding=2"),
        ("W601", PADDING, "conv11x11 96 stride=4 padding=0", "conv11x11 96 stride=4 padding=2",
         "use padding=2"),
        ("W601", PADDING, "maxpool3x3 stride=2", "maxpool3x3 stride=2 ceil_mode=true",
         "use ceil_mode=true"),
        ("W602", PADDING, "conv3x3 8 stride=4 dilation=2", "conv3x3 8 stride=1 dilation=2",
         "use stride=1"),
        ("W614", "name: N\ninput: 784\nlayers:\n  - linear 30\n  - {}\n  - linear 10\n",
         "softmax", "relu", "use `relu`, and keep softmax for the end"),
        ("W619", "name: N\ninput: 784\nlayers:\n  - linear 1\n  - {}\n",
         "softmax", "sigmoid", "use `sigmoid`"),
        ("W619", "name: N\ninput: 784\nlayers:\n  - linear 1\n  - {}\n",
         "odds: softmax", "odds: sigmoid", "use `sigmoid`"),
        ("W608", LABELS, "again: first", "first", "remove the label"),
        ("W618", IGNORE, "  # cnncalc: ignore[W612] for now", "",
         "remove it, or move it to the line that it is about"),
    ],
)  # fmt: skip
def test_an_edit_mends(
    code: str, text: str, line: str, fixed: str, hint: str, tmp_path: Path
) -> None:
    [fault] = [one for one in found(text.format(line), tmp_path) if one.code == code]
    assert fault.hint == hint
    assert mended(fault, text.format(line)) == text.format(fixed)
    assert code not in [one.code for one in found(text.format(fixed), tmp_path)]


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_comment_with_a_line_of_its_own_leaves_no_blank_line(end: str, tmp_path: Path) -> None:
    comment = "# cnncalc: ignore[W601] once"
    inside = f"name: N{end}input: 784{end}{{}}layers: [linear 9]{end}"
    texts = [inside.format(f"  {comment}{end}")] if end else []
    texts += [f"{{name: N, input: 784, layers: [linear 9]}}\n{comment}{end}"]
    for text in texts:
        [fault] = [one for one in found(text, tmp_path) if one.code == "W618"]
        assert mended(fault, text) == text.replace(f"  {comment}{end}", "").replace(
            f"{comment}{end}", ""
        )


@pytest.mark.parametrize(
    ("code", "text", "line"),
    [
        # A variable holds the op: other calls of it may be meant.
        ("W614", NAMED, "softest"),
        ("W601", "name: N\ninput: 3x224x224\nvars: {p: 0}\nlayers:\n  - {}\n  - relu\n",
         "conv11x11 96 stride=4 padding=p"),
        ("W618", IGNORE, "  # cnncalc: ignore[W612, W601] for now"),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_has_words_alone(
    code: str, text: str, line: str, tmp_path: Path
) -> None:
    written = text.replace("{}", line)
    faults = [one for one in found(written, tmp_path) if one.code == code]
    assert faults
    assert all(one.fix is None for one in faults)


@pytest.mark.parametrize(
    ("text", "fixed", "hint"),
    [
        ("<!-- cnncalc vgg:16 parameterss -->138 M<!-- /cnncalc -->",
         "<!-- cnncalc vgg:16 parameters -->138 M<!-- /cnncalc -->", "did you mean `parameters`?"),
        ("<!-- cnncalc vgg:16 parameters unit=K -->138 M<!-- /cnncalc -->",
         "<!-- cnncalc vgg:16 parameters  -->138 M<!-- /cnncalc -->",
         "remove `unit=K` from the mark"),
        ("<!-- cnncalc vgg:16 output unit=K -->1000<!-- /cnncalc -->",
         "<!-- cnncalc vgg:16 output  -->1000<!-- /cnncalc -->", "remove `unit=K` from the mark"),
    ],
)  # fmt: skip
def test_an_edit_mends_a_mark(text: str, fixed: str, hint: str) -> None:
    _, [fault] = read_marks(text, "doc.md")
    assert (fault.code, fault.hint) == ("E903", hint)
    assert mended(fault, text) == fixed
    assert read_marks(fixed, "doc.md")[1] == ()
