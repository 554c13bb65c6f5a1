"""The pane of a layer, and what is stated and found, in a page."""

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from cnncalc.cli.main import main
from pages.reading import HOSTILE, changed, kind_of, network_of, numbers_in, serious_faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]


def at(key: str, panel: str = "table") -> str:
    return f"#panel={panel}&layer={key}"


def picture(width: int, height: int) -> bytes:
    """A PNG of one grey. Source: PNG (Third Edition), sections 5 and 11."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        held = kind + data
        return struct.pack(">I", len(data)) + held + struct.pack(">I", zlib.crc32(held))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_formulas_are_those_of_explain(opened: Open) -> None:
    name = "conv3.bottleneck1.conv_bn2.conv1"
    page = opened("report", "resnet:50", at=at(name))
    told = CliRunner().invoke(main, ["explain", "resnet:50", name, "--format", "json"]).output
    formulas = json.loads(told)["layers"][0]["formulas"]
    assert len(formulas) > 8
    shown = page.locator(".formulas > div")
    assert shown.count() == len(formulas)
    words = ""
    for place, formula in enumerate(formulas):
        text = shown.nth(place).inner_text()
        result = shown.nth(place).locator(".result").inner_text()
        assert text.startswith(formula["quantity"])
        assert result == f"{formula['result']:,}"
        assert f"= {formula['values']}" in text
        assert (formula["words"] in text) == (formula["words"] != words)
        words = formula["words"]


def test_figures_of_layers_and_groups_are_the_documents(opened: Open) -> None:
    page = opened("report", "resnet:50", at=at("fc"))
    network = network_of(page)
    layer = next(one for one in network["layers"] if one["name"] == "fc")
    group = next(
        one
        for one in network["tree"]["children"]
        if isinstance(one, dict) and one["path"] == "conv4"
    )
    titles = {one["title"]: one["name"] for one in network["metrics"]}
    for key, figures in [
        ("fc", kind_of(network, layer)["figures"]),
        ("conv4", network["sums"][group["totals"]]),
    ]:
        page.evaluate(f"location.hash = '{at(key)}'")
        page.locator(".chosen h2", has_text=key).wait_for()
        lines = page.locator(".figures-of > div")
        assert lines.count() >= 7
        for title, value, exact in lines.evaluate_all(
            "all => all.map((one) => [...one.children].slice(0, 2)"
            ".flatMap((cell) => [cell.textContent, cell.title]).filter((_, n) => n !== 1))"
        ):
            known = figures[titles[title]]
            if isinstance(known, int):
                assert numbers_in(exact or value)[0] == known, title


def test_neighbours_lead_on_and_back(opened: Open) -> None:
    page = opened("report", "resnet:18", at=at("conv2.basic1.add1"))
    wiring = page.locator(".wiring")
    assert "64x56x56" in wiring.inner_text()
    wiring.get_by_role("button", name="maxpool1").click()
    page.locator(".chosen h2", has_text="maxpool1").wait_for()
    assert page.locator(".row[aria-selected=true] bdi").inner_text() == "maxpool1"
    page.locator(".around, .wiring").get_by_role("button", name="conv2.basic1.add1").click()
    page.locator(".around").get_by_role("button", name="conv2").click()
    assert "layer=conv2" in page.url
    assert page.locator(".held").get_by_role("button", name="basic1").count() == 1
    page.go_back()
    page.locator(".chosen h2", has_text="add1").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".chosen h2").count() == 0


def test_the_lines_that_made_a_layer_are_marked(opened: Open) -> None:
    page = opened("report", "resnet:18", at=at("conv3.basic1.conv_bn1.conv1"))
    network = network_of(page)
    layer = next(one for one in network["layers"] if one["name"] == "conv3.basic1.conv_bn1.conv1")
    calls = network["origins"][layer["origin"]]
    text = network["files"][0]["text"].splitlines()
    chain = page.locator(".calls li").all_inner_texts()
    assert len(chain) == len(calls) == 3
    for told, (_, line, column, _, _) in zip(chain, calls, strict=True):
        assert f"line {line}" in told
        assert text[line - 1][column - 1 :].split()[0] in told
    page.locator(".spec-text .inner").wait_for()
    _, line, column, _, end = calls[-1]
    marked = page.locator(".spec-text .line", has=page.locator(".inner"))
    assert marked.locator(".number").inner_text() == str(line)
    assert marked.locator(".inner").inner_text() == text[line - 1][column - 1 : end - 1]
    assert marked.locator("code").inner_text() == text[line - 1]
    page.locator(".calls button").first.click()
    first = page.locator(".spec-text .line", has_text=f"{calls[0][1]}")
    assert first.first.is_visible()


def test_what_an_output_sees_is_drawn_and_moves(opened: Open) -> None:
    page = opened("report", "alexnet", at=at("maxpool1"))
    stage, said = page.locator(".stage"), page.locator(".said")
    # conv 11x11, stride 4, then 3x3, stride 2: output q sees 8q to 8q + 18.
    stage.press("Home")
    assert said.inner_text() == "Output 0, 0 sees rows 0 to 18 of 227, columns 0 to 18 of 227."
    stage.press("ArrowRight")
    stage.press("ArrowRight")
    stage.press("ArrowDown")
    assert said.inner_text() == "Output 1, 2 sees rows 8 to 26 of 227, columns 16 to 34 of 227."
    drawn = page.evaluate(
        "['.input', '.part'].map((one) => document.querySelector(`.stage ${one}`).getBBox())"
        ".map(({x, y, width, height}) => [x, y, width, height])"
    )
    (left, top, width, _), (x, y, across, down) = drawn
    scale = width / 227
    assert [round((x - left) / scale), round((y - top) / scale)] == [16, 8]
    assert [round(across / scale), round(down / scale)] == [19, 19]
    box = stage.bounding_box()
    assert box is not None
    stage.click(position={"x": box["width"] - 2, "y": 2})
    assert said.inner_text().startswith("Output 0, 26 sees rows 0 to 18")
    page.locator(".map").click(position={"x": 1, "y": 1})
    assert said.inner_text().startswith("Output 0, 0 ")


def test_padding_is_told_and_drawn_outside(opened: Open) -> None:
    page = opened("report", "resnet:18", at=at("maxpool1"))
    page.locator(".stage").press("Home")
    # 7x7 with padding 3, stride 2, then 3x3 with padding 1: 11 values from -5 on.
    assert "rows 0 to 5 of 224 (5 more on padding)" in page.locator(".said").inner_text()
    lens, part = page.evaluate(
        "['.lens', '.part'].map((one) => document.querySelector(`.stage ${one}`).getBBox().width)"
    )
    assert round(part / lens * 11) == 6


def test_each_output_sees_its_own_after_upsampling(opened: Open, tmp_path: Path) -> None:
    spec = tmp_path / "up.yaml"
    spec.write_text(
        "name: Up\ninput: 1x8x8\nlayers:\n  - maxpool4x4 stride=4\n  - upsample factor=2\n"
    )
    page = opened("report", str(spec), at=at("upsample1"))
    stage, said = page.locator(".stage"), page.locator(".said")
    stage.press("Home")
    seen = []
    for _ in range(4):
        seen.append(said.inner_text().partition("columns ")[2])
        stage.press("ArrowRight")
    assert seen == ["0 to 3 of 8.", "0 to 3 of 8.", "4 to 7 of 8.", "4 to 7 of 8."]


def test_a_picture_is_drawn_on_the_input_and_stays_here(opened: Open, tmp_path: Path) -> None:
    page = opened("report", "alexnet", at=at("conv1"))
    good, bad = tmp_path / "grey.png", tmp_path / "bad.png"
    good.write_bytes(picture(300, 200))
    bad.write_bytes(b"<svg onload='alert(1)'></svg>")
    page.set_input_files("input[type=file]", bad)
    page.get_by_text("not a picture").wait_for()
    page.set_input_files("input[type=file]", good)
    page.locator(".stage.pictured").wait_for()
    colour = page.evaluate(
        """() => {
            const canvas = document.querySelector(".stage canvas");
            const middle = [canvas.width / 2, canvas.height / 2];
            return [...canvas.getContext("2d").getImageData(...middle, 1, 1).data];
        }"""
    )
    assert colour == [128, 128, 128, 255]
    assert page.locator(".glass").is_visible()
    page.evaluate(f"location.hash = '{at('conv2')}'")
    page.locator(".chosen h2", has_text="conv2").wait_for()
    assert page.locator(".stage.pictured").count() == 1
    page.get_by_role("button", name="Remove it").click()
    assert page.locator(".stage.pictured").count() == 0


FAULTY = """\
name: Faulty
input: 3x32x32
layers:
  - conv3x3 64 padding=1
  - "conv3x3 64 padding=1"
  - relu
  - globalavgpool
  - flatten
  - linear 10
expect: {parameters: 100, macs: 39_518_848}
budget: {macs: 10M}
"""


def test_statements_and_findings_have_verdicts_in_words(opened: Open, tmp_path: Path) -> None:
    spec = tmp_path / "faulty.yaml"
    spec.write_text(FAULTY)
    page = opened("report", str(spec), at="#panel=claims")
    network = network_of(page)
    verdict = page.locator(".verdict").inner_text()
    assert verdict == "✗ 2 of 3 stated numbers do not hold; 2 faults, 1 warning."
    said = [
        text.split("\t")[0] for text in page.locator(".claims-table tbody tr").all_inner_texts()
    ]
    assert said == ["✗ differs", "✓ holds", "✗ differs"]
    findings = page.locator(".finding")
    assert findings.count() == len(network["findings"]) == 3
    for place, finding in enumerate(network["findings"]):
        text = findings.nth(place).inner_text()
        assert f"{finding['severity']} {finding['code']}" in text
        assert finding["message"].replace("`", "") in text
        assert f"help: {finding['hint'].replace('`', '')}" in text
        line = FAULTY.splitlines()[finding["line"] - 1]
        assert f"{finding['line']}  {line}" in findings.nth(place).locator("pre").inner_text()
        marked = findings.nth(place).locator("mark").inner_text()
        assert marked == line[finding["column"] - 1 : finding["end_column"] - 1]
    assert network["conventions"] in page.locator(".claims-body").inner_text()
    assert serious_faults(page) == []


def test_published_figures_are_read_as_people_round(opened: Open) -> None:
    page = opened("report", "googlenet", at="#panel=claims")
    claims = [one for one in network_of(page)["claims"] if one["kind"] == "published"]
    rows = page.locator(".claims-body section", has_text="what the source prints").locator(
        "tbody tr"
    )
    assert rows.count() == len(claims) > 20
    for claim, text in zip(claims, rows.all_inner_texts(), strict=True):
        cells = text.split("\t")
        assert cells[0] == ("✓ holds" if claim["holds"] else "✗ differs")
        assert cells[3:5] == [claim["stated"], claim["actual"]]
    page.locator(".claims-table").get_by_role("button", name="conv1").first.click()
    page.locator(".chosen h2", has_text="conv1").wait_for()


def strange(network: dict[str, Any]) -> None:
    """Texts as a stranger's file may have them."""
    network["layers"][0]["name"] = HOSTILE + "n" * 10_000
    for kind in network["kinds"]:
        kind["line"] = kind["law"] = HOSTILE
        kind["attributes"] = {HOSTILE: HOSTILE}
    network["words"] = [{"quantity": HOSTILE, "words": HOSTILE} for _ in network["words"]]
    network["files"] = [{"name": HOSTILE, "text": f"{HOSTILE}\n" * 30}]
    network["notes"] = [HOSTILE]
    for claim in network["claims"]:
        claim.update(layer=HOSTILE, stated=HOSTILE, note=HOSTILE)
    network["findings"] = [
        {
            "code": "W1", "severity": "warning", "message": HOSTILE, "file": HOSTILE, "line": 1,
            "column": 3, "end_line": 1, "end_column": 99, "layer": HOSTILE, "hint": HOSTILE,
            "notes": [HOSTILE], "fix": None,
        }
    ]  # fmt: skip


def test_texts_of_strangers_are_text(written: Callable[..., Path], page: "Page") -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    html = changed(written("report", "alexnet"), strange)
    page.goto(html.as_uri() + "#panel=table")
    page.locator(".rows .of-layer").first.click()
    page.locator(".formulas").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.side').scrollWidth") <= 390
    page.get_by_role("tab", name="Claims").click()
    assert page.locator(".claims-body").get_by_text("onerror=alert").count() > 5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.claims').scrollWidth") <= 390
    assert page.locator("img, script[src]").count() == 0


def test_no_accessibility_rule_is_broken_in_the_pane(opened: Open, page: "Page") -> None:
    page.emulate_media(color_scheme="dark")
    opened("report", "resnet:18", at=at("conv2.basic1.conv_bn1.conv1"))
    page.locator(".spec-text .inner").wait_for()
    assert serious_faults(page) == []


def test_bit_operations_are_told_where_bits_are_asked_for(opened: Open) -> None:
    name = "conv3.bottleneck1.conv_bn2.conv1"
    page = opened("report", "resnet:50", "--bits", "w4a8, fc: w8", at=at(name))
    network = network_of(page)
    layer = next(one for one in network["layers"] if one["name"] == name)
    kind = kind_of(network, layer)
    figures = page.locator(".figures-of").inner_text()
    assert f"{kind['figures']['bops']:,}" in figures
    assert kind["figures"]["bops"] == 32 * kind["figures"]["macs"]
    assert "weights 4, activations 8, output 8" in page.locator("aside.side").inner_text()
    head = page.locator("header .figures > div", has_text="BOPs")
    told = numbers_in(head.get_attribute("title") or "")
    assert network["totals"]["bops"] in told
    assert all(one["macs"] in told for one in network["precisions"].values())
    assert "BOPs" in page.locator("[role=columnheader], th").all_inner_texts()
    assert serious_faults(page) == []


def test_a_page_of_one_type_tells_no_bit_operations(opened: Open) -> None:
    page = opened("report", "resnet:50", at=at("fc"))
    assert "BOPs" not in page.locator("body").inner_text()
