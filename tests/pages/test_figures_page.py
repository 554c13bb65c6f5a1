"""Figures of the documentation in a browser: pointed at, by keyboard, and while they change."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pages.reading import serious_faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

BUILT = Path(__file__).parents[2] / "docs" / "_static"
BRIGHT = [[10, 10, 10, 0, 0, 0]] * 6
EDGE = {"input": BRIGHT, "kernel": [[1, 0, -1]] * 3, "stride": 1, "padding": 0}
FIELD = {"length": 13, "layers": 3, "kernel": 3, "stride": 1, "dilation": 1}
COSTS = {
    "layers": [
        {"name": "conv1", "parameters": 1_000, "macs": 10**9},
        {"name": "fc", "parameters": 10**6, "macs": 10**6},
    ]
}
CHANNELS = {"layers": [{"name": f"layer{n}", "reads": 64 + 32 * n, "adds": 32} for n in range(4)]}
MAPS = {"maps": [{"name": "edges", "rows": 2, "columns": 2, "values": [-4, 0, 2, 4]}]}
GRADIENTS = {
    "from": 1,
    "step": 1,
    "views": [
        {
            "name": "gradient",
            "scale": "logarithmic",
            "series": [
                {"name": "plain", "values": [1000, 10, 0.1]},
                {"name": "residual", "values": [1, 1, 1, 1, 2]},
            ],
        }
    ],
}
SLOPES = {"name": "relu", "values": [0, 0, 0, 1, 1]}
VALUES = {"name": "relu", "values": [0, 0, 0, 1, 2]}
ACTIVATIONS = {
    "from": -2,
    "step": 1,
    "views": [
        {"name": "value", "scale": "linear", "series": [VALUES]},
        {"name": "slope", "scale": "linear", "series": [SLOPES]},
    ],
}
ALL = {
    "window": EDGE,
    "field": FIELD,
    "costs": COSTS,
    "channels": CHANNELS,
    "maps": MAPS,
    "gradients": GRADIENTS,
    "activations": ACTIVATIONS,
}

Shown = Callable[..., "Page"]


@pytest.fixture
def shown(page: "Page", tmp_path: Path) -> Shown:
    """A page with one figure, or several."""

    def show(*kinds: str, language: str = "en") -> "Page":
        figures = "".join(
            f'<figure data-cnncalc="{kind}">'
            f'<script type="application/json">{json.dumps(ALL[kind])}</script>'
            f'<div class="still">a table</div><figcaption>Of {kind}.</figcaption></figure>'
            for kind in kinds
        )
        style = (BUILT / "figures.css").read_text(encoding="utf-8")
        script = (BUILT / "figures.js").read_text(encoding="utf-8")
        path = tmp_path / "figures.html"
        path.write_text(
            f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Figures</title>'
            f"<style>{style}</style><main><h1>Figures</h1>{figures}</main><script>{script}</script>",
            encoding="utf-8",
        )
        page.goto(path.as_uri())
        return page

    return show


def table(page: "Page", number: int) -> list[list[str]]:
    rows = page.locator(".maps table").nth(number).locator("tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def test_a_window_is_moved_by_keys_and_its_sum_is_told(shown: Shown) -> None:
    page = shown("window")
    assert table(page, 2) == [["0", "30", "30", "0"]] * 4
    page.locator("[data-output='0,0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    told = page.get_by_role("status").inner_text()
    assert told.startswith("Output at row 2, column 2: 10·1 + 10·0 + 0·(-1)")
    assert told.endswith("= 30")
    lit = page.locator("[data-at].lit").evaluate_all("cells => cells.map(c => c.dataset.at)")
    assert lit == [f"{row},{column}" for row in (1, 2, 3) for column in (1, 2, 3)]
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.dataset.output") == "1,3"


def test_a_window_follows_what_is_typed(shown: Shown) -> None:
    page = shown("window")
    page.get_by_label("padding").fill("1")
    assert len(table(page, 2)) == 6
    page.get_by_label("stride").fill("3")
    assert len(table(page, 2)) == 2
    assert page.locator(".rest").inner_text().endswith("2 rows, 2 columns.")
    page.get_by_label("stride").fill("9")  # beyond what is allowed: nothing changes
    assert len(table(page, 2)) == 2
    page.get_by_label("stride").fill("1")
    page.get_by_label("padding").fill("0")
    page.get_by_label("1, 1").fill("2")
    assert table(page, 2)[0] == ["10", "40", "40", "0"]
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "1, 1"


def test_a_field_grows_with_its_layers(shown: Shown) -> None:
    page = shown("field")
    assert page.get_by_role("status").inner_text().endswith("sees 7 places of the input.")
    page.get_by_label("layers").fill("2")
    assert page.get_by_role("status").inner_text().endswith("sees 5 places of the input.")
    page.get_by_label("kernel").fill("7")
    page.get_by_label("layers").fill("4")
    assert page.get_by_role("status").inner_text() == "The kernel does not fit into the input."
    page.get_by_label("layers").fill("1")
    page.locator("svg").focus()
    page.keyboard.press("Home")
    assert page.get_by_role("status").inner_text().startswith("Output 1 sees 7")


def test_a_logarithm_shows_what_is_small(shown: Shown) -> None:
    page = shown("costs")

    def widths() -> list[float]:
        bars = page.locator(".bar span")
        widths = bars.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
        return list(map(float, widths))

    small, large = widths()
    assert 0.1 < small / large < 0.9
    page.get_by_label("scale").select_option("linear")
    small, large = widths()
    assert small / large == pytest.approx(0.001, abs=0.01)
    assert page.locator(".number").all_inner_texts() == ["1,000", "1,000,000"]


def test_joined_channels_add_up(shown: Shown) -> None:
    page = shown("channels")
    page.locator("svg").focus()
    page.keyboard.press("ArrowLeft")
    assert page.get_by_role("status").inner_text() == "layer2 reads 128 channels and adds 32: 160."
    assert page.locator("rect.new").count() == 4


def test_a_value_of_a_map_is_told(shown: Shown) -> None:
    page = shown("maps")
    page.locator("canvas").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("status").inner_text() == "edges at row 2, column 2: 4"


def test_a_line_is_gone_along_and_left_for_another(shown: Shown) -> None:
    page = shown("gradients")
    told = page.get_by_role("status")
    assert told.inner_text() == "plain, layer 1: gradients of 1000."
    page.locator("svg.lines").focus()
    for _ in range(5):  # the line has three values
        page.keyboard.press("ArrowRight")
    assert told.inner_text() == "plain, layer 3: gradients of 0.1."
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    assert told.inner_text() == "residual, layer 5: gradients of 2."
    box = page.locator("svg.lines").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.12, box["y"] + box["height"] * 0.05)
    assert told.inner_text() == "plain, layer 1: gradients of 1000."


def test_a_slope_is_seen_where_it_is_chosen(shown: Shown) -> None:
    page = shown("activations", language="ko")
    told = page.get_by_role("status")
    page.locator("svg.lines").focus()
    page.keyboard.press("End")
    assert told.inner_text() == "relu(2) = 2"
    page.get_by_label("보기").select_option("기울기")
    assert told.inner_text() == "x = 2에서 relu의 기울기는 1입니다."


def test_figures_speak_the_language_of_the_page(shown: Shown) -> None:
    page = shown("window", language="ko")
    assert page.get_by_role("status").inner_text().startswith("출력 1행 1열")


@pytest.mark.parametrize("width", [1440, 390])
def test_figures_can_be_read_by_all(shown: Shown, width: int) -> None:
    page = shown(*ALL)
    page.set_viewport_size({"width": width, "height": 900})
    assert serious_faults(page) == []
    assert page.locator(".still").count() == 0
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0


def test_a_figure_can_be_printed(shown: Shown) -> None:
    page = shown(*ALL)
    page.emulate_media(media="print")
    assert not page.locator(".controls").first.is_visible()
    assert page.locator("[data-output='0,1']").is_visible()
