"""Memory, charts, comparison and changes: every number is that of the document."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import cnncalc
from pages.reading import network_of, numbers_in, serious_faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]


def test_the_peak_is_named_and_each_tensor_is_a_band(opened: Open) -> None:
    page = opened("report", "alexnet", at="#panel=memory")
    memory = network_of(page)["memory"]
    lead = page.locator(".memory-body .lead")
    assert "lrn1" in lead.inner_text()
    assert "2.216 MiB" in lead.inner_text()
    assert lead.locator("b").first.get_attribute("title") == f"{memory['peak']['bytes']:,} bytes"
    assert page.locator(".bands .band").count() == len(memory["tensors"])
    listed = page.locator(".alive tr .number").evaluate_all("all => all.map(one => one.title)")
    assert listed == [f"{one['bytes']:,} bytes" for one in memory["peak"]["alive"]]


def test_keys_go_from_layer_to_layer_and_choose_one(opened: Open) -> None:
    page = opened("report", "alexnet", at="#panel=memory")
    network = network_of(page)
    page.locator(".bands").focus()
    page.keyboard.press("Home")
    assert "conv1" in page.locator(".alive h2").inner_text()
    page.keyboard.press("End")
    last = network["layers"][-1]["name"]
    assert last in page.locator(".alive h2").inner_text()
    page.keyboard.press("Enter")
    page.locator(".side.shown").wait_for()
    assert last in page.locator(".side").inner_text()


def test_stages_have_the_sums_of_the_tree(opened: Open) -> None:
    page = opened("report", "resnet:18", at="#panel=charts")
    network = network_of(page)
    rows = page.locator(".stages tbody tr")
    children = network["tree"]["children"]
    assert rows.count() == len(children)
    stage = next(one for one in children if isinstance(one, dict) and one.get("path") == "conv5")
    shown = page.locator(".stages tbody tr", has_text="conv5").locator(".number")
    macs = network["sums"][stage["totals"]]["macs"]
    # 512 channels: two blocks of two 3x3 on 7x7, the first from 256, with its 1x1 beside it.
    assert macs == 49 * 512 * (9 * 256 + 3 * 9 * 512 + 256)
    assert numbers_in(shown.nth(1).get_attribute("title") or "") == [macs]
    assert page.locator(".strip").count() == 3


def test_a_comparison_is_that_of_the_command(opened: Open) -> None:
    names = ("vgg:16", "resnet:50", "mobilenetv2")
    page = opened("report", *names, at="#panel=compare")
    told: dict[str, Any] = cnncalc.compare(*map(cnncalc.load, names)).to_dict()
    compared = told["networks"]
    row = page.locator(".compare-table tr", has_text="parameters").first
    shown = [numbers_in(one)[0] for one in row.locator(".number").all_inner_texts()]
    assert shown == [one["parameters"] for one in compared]
    assert page.locator(".scatter .point").count() == len(names)
    # Nothing has fewer MACs or parameters than MobileNetV2.
    assert _best(page) == ["mobilenetv2"]
    page.get_by_label("Level axis").select_option("depth")
    assert _best(page) == ["mobilenetv2", "resnet:50", "vgg:16"]


def _best(page: "Page") -> list[str]:
    """The networks of the front, by what is read aloud of their points."""
    labels = "all => all.map(one => one.getAttribute('aria-label'))"
    told: list[str] = page.locator(".scatter .point.best").evaluate_all(labels)
    return sorted(one.rpartition(":")[0] for one in told)


def test_changes_are_those_of_the_command(opened: Open) -> None:
    page = opened("diff", "resnet:18", "resnet:34")
    found = cnncalc.diff(cnncalc.load("resnet:18"), cnncalc.load("resnet:34")).to_dict()
    totals: dict[str, Any] = found["totals"]
    row = page.locator(".changes tr", has_text="parameters").first
    shown = [numbers_in(one)[0] for one in row.locator(".number").all_inner_texts()[:3]]
    told = totals["parameters"]
    assert shown == [told["old"], told["new"], told["change"]]
    assert page.locator(".change-sign.added").count() == len(found["layers"])
    page.locator(".changes .link").first.click()
    page.locator(".side.shown").wait_for()
    assert page.locator("#view-graph").is_visible()


@pytest.mark.parametrize("panel", ["memory", "charts", "compare"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_rules_of_accessibility_hold(panel: str, width: int, opened: Open) -> None:
    page = opened("report", "resnet:18", "vgg:11", at=f"#panel={panel}")
    page.set_viewport_size({"width": width, "height": 844})
    assert serious_faults(page) == []
