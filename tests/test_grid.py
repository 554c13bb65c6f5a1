"""Tables are drawn in one place: alignment, wide characters, cutting, plain ASCII, Markdown."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cnncalc
from cnncalc.render.grid import cut, draw_row, draw_table, markdown_table
from cnncalc.render.library import render_markdown
from cnncalc.spec.catalogue import Entry

PACKAGE = Path(cnncalc.__file__).parent
SPECS = Path(__file__).parent.parent / "specs"


def test_wide_characters_take_two_columns() -> None:
    assert draw_table([("Layer", "MACs"), ("卷积", "12"), ("fc", "1,024")], numbers=[1]) == [
        "Layer   MACs",
        "─────  ─────",
        "卷积      12",
        "fc     1,024",
    ]


def test_what_follows_the_last_heading_has_no_rule() -> None:
    rows = [("", "a", ""), ("params", "10", "DIFFERS")]
    assert draw_table(rows, numbers=[1], is_ascii=True) == [
        "         a",
        "------  --",
        "params  10  DIFFERS",
    ]


def test_colours_do_not_reach_into_the_padding() -> None:
    painted = draw_row(["a", "", "7"], [3, 2, 2], [2], lambda place, text: f"<{place}{text}>")
    assert painted == "<0a>         <27>"


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("conv1", 5, "conv1"), ("conv12", 5, "co..."), ("a bcdef", 5, "a..."), ("", -3, "")],
)
def test_a_text_is_cut_to_a_width(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown


def test_a_wide_character_is_not_cut_in_half() -> None:
    assert cut("卷积层卷积层", 6, "…") == "卷积…"
    assert cut("卷积层卷积层", 7, "…") == "卷积层…"


def test_a_markdown_table_marks_the_side_of_every_column() -> None:
    lines = markdown_table(["Layer", "MACs"], [["fc", "10"]], numbers=[1])
    assert list(lines) == ["| Layer | MACs |", "| :-- | --: |", "| fc | 10 |"]


def test_the_list_of_networks_is_such_a_table() -> None:
    entry = Entry(
        "tiny", "a", "Tiny", {"input": (3, 8, 8)}, 1000, 20, "A | B 2020", "timm:tiny", 2020
    )
    assert render_markdown([entry]) == (
        "| Network | Year | Parameters | MACs | Input | Reference | Follows |\n"
        "| :-- | --: | --: | --: | :-- | :-- | :-- |\n"
        "| `tiny:a` | 2020 | 1,000 | 20 | 3x8x8 | `timm:tiny` | A \\| B 2020 |\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "lenet5", "lenet5"],
        ["verify", "lenet5"],
        ["summarize", str(SPECS / "googlenet.yaml"), "--published"],
        ["summarize", "lenet5"],
    ],
    ids=lambda arguments: arguments[0] + arguments[-1],
)
def test_tables_are_ascii_where_the_output_is(arguments: list[str]) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "cnncalc", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert "\\u2500" not in done.stdout
    assert re.search(r"^-{3,}", done.stdout, re.MULTILINE)


def test_no_other_file_pads_cells_or_writes_rows_of_markdown() -> None:
    for path in sorted((PACKAGE / "render").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.name != "grid.py":
            assert not re.search(r"cell_len|\.[lr]just\(|' \| '\.join|\|--", text), path
