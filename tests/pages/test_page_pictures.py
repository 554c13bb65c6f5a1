"""The graph as a file and on paper."""

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from pages.reading import HOSTILE, changed, kind_of, network_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {
    f"{SVG}{tag}"
    for tag in ("svg", "g", "rect", "path", "text", "title", "defs", "marker", "circle")
}
"""All that a picture is made of."""


def saved(page: "Page", button: str, tmp_path: Path) -> Path:
    """The file that a button gives."""
    with page.expect_download() as waited:
        page.get_by_role("button", name=f"Save the graph as {button}").click()
    path: Path = tmp_path / waited.value.suggested_filename
    waited.value.save_as(path)
    return path


def elements(path: Path) -> list[ET.Element]:
    return list(ET.fromstring(path.read_text(encoding="utf-8")).iter())  # noqa: S314 - ours


def test_an_svg_has_every_box_and_needs_nothing_else(opened: Open, tmp_path: Path) -> None:
    page = opened("report", "googlenet")
    for _ in range(2):
        page.get_by_role("button", name="Unfold a level").click()
    path = saved(page, "SVG", tmp_path)
    assert path.name == "GoogLeNet.svg"
    found = elements(path)
    root = found[0]
    assert root.tag == f"{SVG}svg"
    assert {one.tag for one in found} <= TAGS
    names = {name for one in found for name in one.attrib}
    assert not {"class", "style", "tabindex", "role", "href"} & names
    assert not any(name.startswith(("on", "data-", "aria-")) for name in names)
    titles = {(one.text or "").partition(":")[0] for one in found if one.tag == f"{SVG}title"}
    network = network_of(page)
    assert {one["name"] for one in network["layers"]} <= titles
    shapes = {one.text for one in found if one.tag == f"{SVG}text"}
    outputs = [
        "x".join(map(str, kind_of(network, one)["output_shape"])) for one in network["layers"]
    ]
    assert set(outputs) <= shapes
    # All that is drawn lies in the picture.
    left, top, width, height = (float(part) for part in root.attrib["viewBox"].split())
    assert (root.attrib["width"], root.attrib["height"]) == (f"{width:g}", f"{height:g}")
    for one in found:
        moved = re.match(r"translate\((-?[\d.]+) (-?[\d.]+)\)", one.get("transform", ""))
        if moved:
            assert left <= float(moved[1]) <= left + width
            assert top <= float(moved[2]) <= top + height


def test_an_svg_looks_in_a_browser_as_the_page_does(
    opened: Open, page: "Page", tmp_path: Path
) -> None:
    page.emulate_media(color_scheme="dark")
    opened("report", "lenet5")
    body = page.locator(".g-body").first
    fill = body.evaluate("one => getComputedStyle(one).fill")
    title = page.locator(".g-title").first.evaluate("one => getComputedStyle(one).fill")
    path = saved(page, "SVG", tmp_path)
    page.emulate_media(color_scheme="light")
    page.goto(path.as_uri())
    fills = set(
        page.locator("rect, text").evaluate_all(
            "all => all.map((one) => getComputedStyle(one).fill)"
        )
    )
    assert {fill, title} <= fills


def strange(network: dict[str, Any]) -> None:
    network["name"] = HOSTILE
    network["layers"][0]["name"], network["layers"][1]["name"] = "n" * 10_000, HOSTILE
    for kind in network["kinds"]:
        kind["line"] = HOSTILE
    network["input"] = dict.fromkeys([HOSTILE], next(iter(network["input"].values())))


def test_names_of_strangers_are_text_in_a_file(
    written: Callable[..., Path], page: "Page", tmp_path: Path
) -> None:
    page.goto(changed(written("report", "alexnet"), strange).as_uri())
    page.get_by_role("button", name="Unfold a level").click()
    path = saved(page, "SVG", tmp_path)
    assert "<" not in path.name
    assert "/" not in path.name
    found = elements(path)
    assert {one.tag for one in found} <= TAGS
    assert any("</script><img" in (one.text or "") for one in found)
    page.goto(path.as_uri())
    assert page.locator("img, script").count() == 0


def test_a_png_has_the_graph_in_it(opened: Open, tmp_path: Path) -> None:
    page = opened("report", "lenet5")
    data = saved(page, "PNG", tmp_path).read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    box = page.locator("#graph-stage").evaluate("one => one.getBBox().height")
    assert height == pytest.approx(2 * (box + 40), abs=60), "twice as fine as the screen"
    assert 200 < width < height
    assert (depth, colour) in {(8, 2), (8, 6)}
    pixels = (4 if colour == 6 else 3) * width + 1
    rest, packed = data[8:], b""
    while rest:  # chunks: PNG (Third Edition), section 5.3
        (length,) = struct.unpack(">I", rest[:4])
        if rest[4:8] == b"IDAT":
            packed += rest[8 : 8 + length]
        rest = rest[12 + length :]
    rows = zlib.decompress(packed)
    assert len(rows) == pixels * height
    assert len({rows[at : at + pixels] for at in range(0, len(rows), pixels)}) > 100


CENTIMETRE: Any = dict.fromkeys(("top", "right", "bottom", "left"), "1cm")


def on_paper(page: "Page") -> bytes:
    data: bytes = page.pdf(format="A4", margin=CENTIMETRE)
    return data


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize(
    ("name", "most"), [("lenet5", 1), ("googlenet", 1), ("resnet:50", 2), ("resnet:152", 2)]
)
def test_a_printed_graph_takes_few_pages(name: str, most: int, opened: Open) -> None:
    page = opened("report", name)
    before = page.locator("#graph-stage").get_attribute("transform")
    pdf = on_paper(page)
    assert pdf.startswith(b"%PDF-")
    assert 1 <= pages_of(pdf) <= most
    assert page.locator(".g-sheet").count() == 0, "the screen is as it was"
    assert page.locator("#graph-stage").get_attribute("transform") == before


def test_paper_has_all_of_the_graph_and_no_box_is_cut(opened: Open, page: "Page") -> None:
    opened("report", "resnet:50")
    for _ in range(2):
        page.get_by_role("button", name="Unfold a level").click()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    sheets = page.locator("svg.canvas, .g-sheet").evaluate_all(
        "all => all.map((one) => one.getAttribute('viewBox').split(' ').map(Number))"
    )
    assert len(sheets) > 4
    ends = [top + height for _, top, _, height in sheets]
    assert ends[:-1] == pytest.approx([top for _, top, _, _ in sheets[1:]])
    boxes = page.locator(".canvas .g-box").evaluate_all(
        """all => all.map((one) => {
            const y = Number(one.getAttribute('transform').match(/-?[\\d.]+/g)[1]);
            return [y, y + one.getBBox().height];
        })"""
    )
    assert len(boxes) > 100
    for top, end in boxes:
        assert all(not top + 8 < cut < end - 8 for cut in ends[:-1])
        assert sheets[0][1] <= top
        assert end <= ends[-1] + 8
    page.evaluate("dispatchEvent(new Event('afterprint'))")


@pytest.mark.parametrize("view", ["table", "memory", "charts", "claims"])
def test_every_view_prints(view: str, opened: Open) -> None:
    page = opened("report", "googlenet", at=f"#panel={view}")
    assert 1 <= pages_of(on_paper(page)) <= 3


def test_a_printed_table_is_as_wide_as_the_paper(opened: Open, page: "Page") -> None:
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 without its margins
    opened("report", "resnet:50", at="#panel=table")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    row = page.locator(".rows .row").first.bounding_box()
    assert row is not None
    assert row["x"] + row["width"] <= 718
