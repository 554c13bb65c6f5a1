"""The page of a sweep: two numbers against each other, the front, a frame, a table."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import cnncalc
from cnncalc.cli.main import main

if TYPE_CHECKING:
    from playwright.sync_api import Page

SPEC = """
name: tiny
input: 3x32x32
vars: {width: 8, depth: 2, act: relu}
layers:
  - repeat depth: [conv3x3 width padding=1, act]
  - maxpool2x2
"""
HOSTILE = "</script><b>x.yaml".replace("/", "")


@pytest.fixture
def sweep_page(page: "Page", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Page":
    monkeypatch.chdir(tmp_path)
    for name in ("tiny.yaml", HOSTILE):
        (tmp_path / name).write_text(SPEC, "utf-8")
    line = ["tiny.yaml", HOSTILE, "--set", "width=0..20", "--set", "depth=1..5"]
    line += ["--set", "act=relu,gelu", "-o", "sweep.html", "--metrics"]
    done = CliRunner().invoke(main, ["sweep", *line, "macs,receptive_field,weight_bytes"])
    assert done.exit_code == 0, done.output
    page.goto((tmp_path / "sweep.html").as_uri())
    page.wait_for_selector("svg.scatter")
    return page


def heading(page: "Page") -> str:
    return str(page.locator("h2").inner_text())


def test_the_front_is_that_of_python(sweep_page: "Page", tmp_path: Path) -> None:
    variables: dict[str, list[object]] = {
        "width": [*range(21)],
        "depth": [*range(1, 6)],
        "act": ["relu", "gelu"],
    }
    found = cnncalc.sweep(
        [str(tmp_path / "tiny.yaml"), str(tmp_path / HOSTILE)],
        variables,
        pareto=["macs", "receptive_field"],
    )
    sweep_page.get_by_label("Upright axis").select_option("receptive_field")
    assert heading(sweep_page) == f"{len(found.rows)} designs in the Pareto front"
    assert sweep_page.locator("tbody tr").count() == len(found.rows)
    assert "420 designs; 20 with a fault." in sweep_page.inner_text("main")


def test_a_frame_makes_a_table_and_a_click_takes_it_away(sweep_page: "Page") -> None:
    before = heading(sweep_page)
    box = sweep_page.locator("svg.scatter").bounding_box()
    assert box is not None
    mouse = sweep_page.mouse
    mouse.move(box["x"] + 5, box["y"] + 5)
    mouse.down()
    mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5)
    mouse.up()
    assert heading(sweep_page) == "400 designs in the frame"
    assert sweep_page.locator("tbody tr").count() == 200
    mouse.click(box["x"] + 5, box["y"] + 5)
    assert heading(sweep_page) == before


def test_columns_are_chosen_and_sorted(sweep_page: "Page") -> None:
    sweep_page.get_by_label("Upright axis").select_option("receptive_field")
    sweep_page.get_by_role("checkbox", name="act").uncheck()
    heads = sweep_page.locator("thead th").all_inner_texts()
    assert heads == [
        "network",
        "width",
        "depth",
        "MACs",
        "receptive field",
        "weight memory",
        "fault",
    ]
    sweep_page.get_by_role("button", name="receptive field").click()
    fields = sweep_page.locator("tbody tr td:nth-child(5)").all_inner_texts()
    assert [*map(int, fields)] == sorted(map(int, fields), reverse=True)
    assert HOSTILE in sweep_page.locator("tbody").inner_text()
    assert sweep_page.locator("tbody b").count() == 0


def test_pointing_at_a_design_tells_all_of_it(sweep_page: "Page") -> None:
    box = sweep_page.locator("svg.scatter").bounding_box()
    assert box is not None
    sweep_page.mouse.move(box["x"] + 66, box["y"] + box["height"] - 46)
    text = sweep_page.locator(".sweep-hover").inner_text()
    assert "width" in text
    assert "receptive field" in text
    sweep_page.get_by_role("button", name="less is better").first.click()
    assert sweep_page.get_by_role("button", name="more is better").count() == 1
