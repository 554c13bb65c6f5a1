"""The table of a page."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from pages.reading import HOSTILE, changed, kind_of, network_of, numbers_in, serious_faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]

TABLE = "#panel=table"


def names_in_sight(page: "Page") -> list[str]:
    return [one.strip() for one in page.locator(".rows .row bdi").all_inner_texts()]


def test_every_number_is_the_documents(opened: Open, page: "Page") -> None:
    page.set_viewport_size({"width": 1440, "height": 6000})
    opened("report", "googlenet", at=TABLE)
    network = network_of(page)
    page.get_by_role("button", name="All layers").click()
    layers = {one["name"]: one for one in network["layers"]}
    seen = page.evaluate(
        """[...document.querySelectorAll('.rows .of-layer')].map((row) =>
            [...row.querySelectorAll('.cell')].map((cell) => [cell.title, cell.textContent]))"""
    )
    assert len(seen) == len(layers)
    for (name, _), _op, (_, output), parameters, macs, activations in seen:
        kind = kind_of(network, layers[name])
        assert output == "x".join(map(str, kind["output_shape"]))
        for metric, (title, text) in {
            "parameters": parameters,
            "macs": macs,
            "activation_bytes": activations,
        }.items():
            value = kind["figures"][metric]
            assert (numbers_in(title) or [0])[0] == value, (name, metric, title)
            if metric != "activation_bytes" and value:
                assert numbers_in(text)[0] == value
    total = page.locator(".foot .cell").all_inner_texts()
    assert numbers_in(total[3])[0] == network["totals"]["parameters"]
    assert numbers_in(total[4])[0] == network["totals"]["macs"]


def test_groups_unfold_by_mouse_and_keys(opened: Open, page: "Page") -> None:
    opened("report", "resnet:18", at=f"{TABLE}&open=")
    assert names_in_sight(page)[:3] == ["input", "conv1", "maxpool1"]
    page.locator(".row", has_text="conv2").locator(".fold").click()
    assert names_in_sight(page)[3:6] == ["conv2", "basic1", "conv3"]
    assert page.locator(".row", has_text="basic1").inner_text().startswith("▸\nbasic1")
    page.keyboard.press("ArrowRight")  # into the group
    page.keyboard.press("ArrowRight")  # unfolds the one in it
    assert page.locator(":focus bdi").inner_text() == "basic1"
    page.keyboard.press("ArrowLeft")  # folds it
    page.keyboard.press("ArrowLeft")  # to the group around it
    page.keyboard.press("ArrowLeft")
    assert page.locator(":focus").get_attribute("aria-expanded") == "false"
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    assert "layer=fc" in page.url
    assert page.locator(".row[aria-selected=true] bdi").inner_text() == "fc"
    page.keyboard.press("Home")
    assert page.locator(":focus bdi").inner_text() == "input"


def test_a_column_sorts_turns_and_gives_the_groups_back(opened: Open, page: "Page") -> None:
    opened("report", "resnet:18", at=TABLE)
    before = names_in_sight(page)
    network = network_of(page)
    head = page.get_by_role("columnheader", name="MACs")
    head.get_by_role("button").click()
    all_macs = (kind_of(network, one)["figures"]["macs"] for one in network["layers"])
    macs = sorted(all_macs, reverse=True)
    shown = page.locator(".rows .row .cell:nth-child(5)").all_inner_texts()
    assert [numbers_in(text)[0] for text in shown[:15]] == macs[:15]
    assert head.get_attribute("aria-sort") == "descending"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").click()
    assert names_in_sight(page) == before


def test_a_filter_leaves_what_has_all_its_words(opened: Open, page: "Page") -> None:
    opened("report", "resnet:18", at=TABLE)
    tools = page.locator(".table-tools")
    page.get_by_label("Filter layers").fill("CONV basic stride=2")
    cells = page.locator(".rows .of-layer .name")
    names = cells.evaluate_all("all => all.map((one) => one.title)")
    network = network_of(page)
    assert names == [
        one["name"]
        for one in network["layers"]
        if "basic" in one["name"] and "stride=2" in kind_of(network, one)["line"]
    ]
    assert f"{len(names)} of {len(network['layers'])} layers" in tools.inner_text()
    page.keyboard.press("Escape")
    assert tools.inner_text().count(" of ") == 0


def test_columns_are_chosen(opened: Open, page: "Page") -> None:
    opened("report", "alexnet", at=TABLE)
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Sees").check()
    page.get_by_label("Op", exact=True).uncheck()
    heads = page.get_by_role("columnheader").all_inner_texts()
    assert heads == ["Layer", "Output", "Parameters", "MACs", "Activations", "Sees"]
    assert "11x11" in page.locator(".row", has_text="conv1").first.inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".menu-panel").first.is_hidden()


def test_the_table_is_copied_and_saved(opened: Open, page: "Page", tmp_path: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened("report", "alexnet", at=TABLE)
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("group", name="Copy as").get_by_role("button", name="CSV").click()
    page.get_by_text("copied as CSV").wait_for()
    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[0] == "name,op,output,parameters,macs,activation_bytes"
    assert lines[-1].split(",")[3] == str(network_of(page)["totals"]["parameters"])
    with page.expect_download() as waited:
        page.get_by_role("group", name="Save as").get_by_role("button", name="LaTeX").click()
    saved = tmp_path / "table.tex"
    waited.value.save_as(saved)
    assert "\\begin{tabular}" in saved.read_text(encoding="utf-8")
    assert waited.value.suggested_filename == "AlexNet.tex"


def test_what_is_chosen_elsewhere_is_in_sight_here(opened: Open, page: "Page") -> None:
    page.set_viewport_size({"width": 1440, "height": 420})
    opened("report", "resnet:50", at=f"{TABLE}&layer=conv5.bottleneck3.add1")
    chosen = page.locator(".row[aria-selected=true]")
    assert chosen.locator("bdi").inner_text() == "add1"
    page.wait_for_function("document.querySelector('.grid').scrollTop > 0")
    box, grid = chosen.bounding_box(), page.locator(".grid").bounding_box()
    assert box is not None
    assert grid is not None
    assert grid["y"] < box["y"] < grid["y"] + grid["height"]


def test_ten_thousand_layers_are_few_elements(opened: Open, page: "Page", tmp_path: Path) -> None:
    spec = tmp_path / "long.yaml"
    rounds = "  - repeat 5000:\n      - conv3x3 4 padding=1\n      - relu\n"
    spec.write_text(f"name: Long\ninput: 4x8x8\nlayers:\n{rounds}")
    opened("report", str(spec), at=TABLE)
    page.get_by_role("button", name="All layers").click()
    rows = page.locator(".rows .row")
    assert page.get_by_role("treegrid").get_attribute("aria-rowcount") == str(10_000 + 1 + 2)
    assert rows.count() < 150
    rows.first.click()
    page.keyboard.press("End")
    assert names_in_sight(page)[-1] == "relu5000"
    assert rows.count() < 150
    page.get_by_label("Filter layers").fill("conv4999")
    assert names_in_sight(page)[-1] == "conv4999"


def strange(network: dict[str, Any]) -> None:
    """Names as an ONNX file may have them."""
    network["name"] = HOSTILE
    network["layers"][0]["name"], network["layers"][1]["name"] = "n" * 10_000, HOSTILE


def test_names_of_strangers_are_text_and_keep_the_page_in_form(
    written: Callable[..., Path], page: "Page"
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(changed(written("report", "alexnet"), strange).as_uri() + TABLE)
    assert "</script>" in page.inner_text("h1")
    for name in ("nnn", "onerror"):
        page.locator(".rows .row", has_text=name).first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("document.querySelector('.side').scrollWidth") <= 390
    heights = page.locator(".rows .row").evaluate_all("all => all.map((one) => one.offsetHeight)")
    assert len(set(heights)) == 1
    assert page.locator("img").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_no_accessibility_rule_is_broken(
    opened: Open, page: "Page", width: int, scheme: Literal["light", "dark"]
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    opened("report", "resnet:18", at=f"{TABLE}&layer=conv2")
    page.get_by_role("button", name="Columns").click()
    assert serious_faults(page) == []


def test_paper_has_every_row(opened: Open, page: "Page") -> None:
    opened("report", "googlenet", at=TABLE)
    page.get_by_role("button", name="All layers").click()
    layers = len(network_of(page)["layers"])
    assert page.locator(".rows .of-layer").count() < layers
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".rows .of-layer").count() == layers


def test_numbers_beyond_a_double_have_all_their_digits(opened: Open, tmp_path: Path) -> None:
    spec = tmp_path / "big.yaml"
    spec.write_text(
        "name: Big\ninput: 100000007\nlayers:\n  - a: linear 1000000011\n  - b: linear 10\n"
    )
    weights, biases = 100_000_007 * 1_000_000_011, 1_000_000_011
    assert int(float(weights + biases)) != weights + biases
    page = opened("report", str(spec), at=f"{TABLE}&layer=a")
    row = page.locator(".rows .row", has_text="linear 1000000011")
    assert f"{weights + biases:,}" in row.inner_text()
    total = weights + biases + 10 * 1_000_000_011 + 10
    assert f"{total:,}" in page.locator(".foot").inner_text()
    figures = page.locator(".figures-of").inner_text()
    assert f"{weights:,}" in figures
    assert f"{weights + biases:,}" in figures
    head = page.locator(".figures > div", has_text="Parameters")
    assert head.get_attribute("title") == f"{total:,}"
    assert head.locator("dd").inner_text() == "100,000 T"
    for view in ("Graph", "Memory", "Charts", "Claims"):
        page.get_by_role("tab", name=view).click()
    page.get_by_role("tab", name="Graph").click()
    said = page.locator('.canvas [data-key="a"] title').text_content() or ""
    assert f"{weights + biases:,} parameters" in said
