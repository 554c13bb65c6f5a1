"""The part of a layer's pane in which one value is worked by hand, where there is an engine."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from editing import serving

import cnncalc
from pages.reading import serious_faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TEXT = """name: Small
input: 3x12x12
layers:
  - conv3x3 4 padding=1
  - relu
  - maxpool3x3 stride=1 padding=1
  - flatten
  - linear 10
"""
WHOLE = "One value by hand"
LONG = 60_000
"""Milliseconds that a run may take on a machine with much else to do."""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def edited(browser: "Browser", net: Path) -> Iterator["Page"]:
    """The live page of a small network; what it says or throws fails the test."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1440, "height": 900})
    said: list[str] = []
    with serving(net) as server:
        page = context.new_page()
        page.on("console", lambda one: said.append(f"{one.type}: {one.text}"))
        page.on("pageerror", lambda one: said.append(f"error: {one}"))
        page.goto(f"{server.server.address}#layer=conv1")
        yield page
        context.close()
        assert server.told == []
    assert said == []


def unfold(page: "Page") -> None:
    page.locator("summary", has_text=WHOLE).press("Enter")
    page.locator(".worked table").first.wait_for(timeout=LONG)


def shown(page: "Page", place: str) -> None:
    page.locator(".worked b", has_text=place).wait_for(timeout=LONG)


def test_window_kernel_and_products_as_python_works_them(edited: "Page", net: Path) -> None:
    unfold(edited)
    edited.get_by_label("row", exact=True).fill("0")
    edited.get_by_label("column", exact=True).fill("11")
    edited.get_by_label("channel", exact=True).fill("2")
    shown(edited, "channel 2, row 0, column 11")
    found = cnncalc.explain(cnncalc.load(net), "conv1", at=(0, 11), channel=2)
    words = " ".join(str(found).split())
    captions = edited.locator(".worked caption").all_inner_texts()
    assert captions[:3] == ["input", "kernel", "products"]
    for row in edited.locator(".worked .grids tr").all():
        assert " ".join(row.locator("td").all_inner_texts()) in words
    assert edited.locator(".worked td.padding").count() > 0
    [result] = edited.locator(".worked .formulas > div:last-child .result").all_inner_texts()
    assert f"= {result}" in words
    assert "then relu1" in edited.locator(".worked").inner_text()


def test_an_output_is_chosen_in_the_figure_and_by_keys(edited: "Page") -> None:
    unfold(edited)
    edited.locator(".chosen svg.map").click(position={"x": 1, "y": 1})
    shown(edited, "row 0, column 0")
    assert edited.get_by_label("row", exact=True).input_value() == "0"
    stage = edited.locator(".chosen .stage")
    stage.press("ArrowRight")
    stage.press("ArrowDown")
    stage.press("Enter")
    shown(edited, "row 1, column 1")


def test_a_place_that_is_not_there_is_told_and_the_value_stays(edited: "Page") -> None:
    unfold(edited)
    edited.get_by_label("row", exact=True).fill("12")
    status = edited.locator(".by-hand [role=status]")
    assert status.inner_text() == "The row is a whole number from 0 to 11."
    assert edited.locator(".worked table").count() > 0


def test_it_follows_the_text_and_the_layer(edited: "Page") -> None:
    unfold(edited)
    edited.get_by_label("row", exact=True).fill("3")
    shown(edited, "row 3, column 5")
    edited.locator(".cm-content").press("Control+End")
    edited.keyboard.insert_text("  - softmax\n")
    edited.locator(".chosen h2", has_text="conv1").wait_for()
    shown(edited, "row 3, column 5")  # the place stays
    edited.evaluate("location.hash = '#layer=linear1'")
    shown(edited, "feature 4")
    assert "softmax1" not in edited.locator(".worked").inner_text()


def test_a_report_has_no_engine(opened: Callable[..., "Page"]) -> None:
    page = opened("report", "lenet5", at="#layer=c1")
    page.locator(".chosen h2").wait_for()
    assert page.get_by_text(WHOLE).count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (390, "light")])
def test_it_breaks_no_rule(edited: "Page", width: int, scheme: Literal["light", "dark"]) -> None:
    edited.set_viewport_size({"width": width, "height": 900})
    edited.emulate_media(color_scheme=scheme)
    for layer in ("conv1", "maxpool1", "linear1"):
        edited.evaluate(f"location.hash = '#layer={layer}'")
        if layer == "conv1":
            unfold(edited)
        edited.locator(".worked b").wait_for(timeout=LONG)
        assert edited.evaluate("document.documentElement.scrollWidth") <= width
        assert [one for one in serious_faults(edited) if "cm-scroller" not in one] == []
