"""`cnncalc edit` in a browser."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from editing import Asking, serving

from pages.reading import HOSTILE, numbers_in, serious_faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

TEXT = """\
name: Small
input: 3x32x32
vars: {width: 16}
blocks:
  unit out:
    - conv3x3 out padding=1
    - relu
layers:
  - stem: conv3x3 width padding=1
  - unit 2*width
  - maxpool2x2
  - flatten
  - fc: linear 10
variants:
  wide: {vars: {width: 64}}
"""


def parameters(width: int) -> int:
    """Those of `Small`, by hand."""
    stem, unit = 27 * width + width, 9 * width * 2 * width + 2 * width
    return stem + unit + 2 * width * 16 * 16 * 10 + 10


class Live:
    """A page that is served, and the file that it edits."""

    def __init__(self, page: "Page", server: Asking, path: Path) -> None:
        self.page = page
        self.server = server
        self.path = path

    def open(self) -> "Live":
        self.page.goto(self.server.server.address)
        self.page.locator(".figures").wait_for()
        return self

    def line(self, text: str) -> "Locator":
        return self.page.locator(".cm-line", has_text=text).first

    def at_end_of(self, text: str) -> None:
        self.line(text).click(position={"x": 30, "y": 8})
        self.page.keyboard.press("End")

    def text(self) -> str:
        """What the editor holds, without what stands behind the ends of lines."""
        lines: list[str] = self.page.locator(".cm-line").evaluate_all(
            "all => all.map((one) => [...one.childNodes].filter((node) => "
            "!node.classList?.contains('line-end')).map((node) => node.textContent).join(''))"
        )
        return "\n".join(lines)

    def until_parameters(self, count: int) -> None:
        words = f"{count:,}"
        self.page.locator(f".figures div[title='{words}']").wait_for()


@pytest.fixture
def live(browser: "Browser", tmp_path: Path) -> Iterator[Live]:
    """The page of a small spec. What it says, throws or asks of others fails the test."""
    path = tmp_path / "net.yaml"
    path.write_text(TEXT, encoding="utf-8")
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda one: said.append(f"{one.type}: {one.text}"))
    tab.on("pageerror", lambda one: said.append(f"error: {one}"))
    with serving(path) as server:
        tab.on(
            "request",
            lambda one: (
                None
                if one.url.startswith(server.server.address)
                else said.append(f"request: {one.url}")
            ),
        )
        yield Live(tab, server, path)
        context.close()
        assert server.told == []
    assert said == []


def test_the_report_follows_what_is_typed(live: Live) -> None:
    live.open()
    live.until_parameters(parameters(16))
    live.at_end_of("fc:")
    live.page.keyboard.press("Backspace")
    live.page.keyboard.type("5")
    live.until_parameters(parameters(16) + 5 * (32 * 16 * 16 + 1))
    assert live.line("fc:").locator(".line-end").inner_text().startswith("→ 15")
    assert "+" in live.page.locator(".edit-change").inner_text()
    live.page.get_by_role("tab", name="Table").click()
    [row] = live.page.locator(".rows .row", has_text="fc").all()
    assert 15 * (32 * 16 * 16 + 1) in numbers_in(row.inner_text())
    live.page.locator(".cm-content").focus()
    live.page.keyboard.press("Control+z")
    live.page.keyboard.press("Control+z")
    live.until_parameters(parameters(16))


def test_a_fault_is_underlined_and_mended_with_a_click(live: Live) -> None:
    live.open()
    live.at_end_of("maxpool2x2")
    live.page.keyboard.type(" strid=2")
    live.page.keyboard.press("Escape")
    # Each key has an answer: that of the last is waited for.
    mark = live.page.locator(".cm-lintRange-error", has_text=re.compile(r"^strid$"))
    mark.wait_for()
    assert "did you mean stride?" in live.page.locator(".edit-faults").inner_text()
    assert live.page.locator(".edit-report.stale").count() == 1
    assert "before the fault" in live.page.locator(".edit-change").inner_text()
    mark.hover()
    tip = live.page.locator(".cm-tooltip-lint")
    tip.wait_for()
    assert "E205" in tip.inner_text()
    assert serious_faults(live.page) == []
    tip.get_by_role("button", name="Write stride").click()
    live.page.locator(".edit-faults:not(.bad)").wait_for()
    assert mark.count() == 0
    assert "maxpool2x2 stride=2" in live.text()
    assert live.page.locator(".edit-report.stale").count() == 0
    live.page.keyboard.press("Control+z")
    live.page.locator(".edit-faults").get_by_role("button", name="Write stride").click()
    live.page.locator(".edit-faults:not(.bad)").wait_for()


def test_characters_beyond_the_first_plane_shift_no_mark(live: Live) -> None:
    live.open()
    live.path.write_text(
        TEXT.replace("stem: conv3x3 width padding", "\U0001d6fc\U0001d6fd: conv3x3 width pdding")
    )
    mark = live.page.locator(".cm-lintRange-error")
    mark.wait_for()
    assert mark.inner_text() == "pdding"


def test_a_slider_changes_the_costs_and_is_written_into_the_text(live: Live) -> None:
    page = live.open().page
    slider = page.get_by_role("slider", name="width")
    assert slider.input_value() == "16"
    box = slider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.23, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=20)
    page.mouse.up()
    width = int(slider.input_value())
    assert width > 16
    live.until_parameters(parameters(width))
    assert live.text() == TEXT
    assert "saved" in page.locator(".edit-dirty").inner_text()  # the file is as it was
    page.get_by_role("button", name="Back to 16").click()
    live.until_parameters(parameters(16))
    page.get_by_label("width, typed").fill("24")
    page.get_by_label("width, typed").press("Enter")
    live.until_parameters(parameters(24))
    page.get_by_role("button", name="Write into line 3").click()
    page.locator(".edit-dirty", has_text="changed").wait_for()
    assert live.text() == TEXT.replace("width: 16", "width: 24")
    live.until_parameters(parameters(24))
    page.get_by_label("width, typed").fill("1 +")
    page.get_by_label("width, typed").press("Enter")
    page.locator(".edit-notice", has_text="1 +").wait_for()


def test_another_network_that_is_pasted_is_shown_from_its_beginning(live: Live) -> None:
    page = live.open().page
    page.locator('.canvas [data-key="fc"]').click()
    page.get_by_role("button", name="Nearer").click()
    page.mouse.move(1100, 600)
    page.mouse.wheel(0, 5000)
    layers = "\n".join(f"  - deep{number}: conv3x3 {8 + number} padding=1" for number in range(8))
    live.path.write_text(f"name: Other\ninput: 3x64x64\nlayers:\n{layers}\n", encoding="utf-8")
    page.locator("h1", has_text="Other").wait_for()
    first = page.locator('.canvas [data-key="deep0"]').bounding_box()
    canvas = page.locator(".canvas").bounding_box()
    assert first is not None
    assert canvas is not None
    assert canvas["y"] < first["y"] < canvas["y"] + canvas["height"] / 2
    assert page.locator(".chosen h2").count() == 0
    # A name that is typed is no other network.
    page.locator('.canvas [data-key="deep1"]').click()
    live.at_end_of("name: Other")
    page.keyboard.type("wise")
    page.locator("h1", has_text="Otherwise").wait_for()
    assert page.locator(".chosen h2").inner_text() == "deep1"


def test_a_variant_is_chosen(live: Live) -> None:
    page = live.open().page
    page.get_by_label("Variant").focus()
    page.get_by_label("Variant").select_option("wide")
    live.until_parameters(parameters(64))
    page.wait_for_function("document.querySelector('input[type=range]').value === '64'")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.get_by_label("Variant").select_option("no variant")
    live.until_parameters(parameters(16))


def test_completion_offers_ops_blocks_labels_and_arguments(live: Live) -> None:
    page = live.open().page
    options = page.locator(".cm-tooltip-autocomplete li")

    def offered(typed: str) -> list[str]:
        page.keyboard.type(typed)
        options.first.wait_for()
        found: list[str] = page.locator(".cm-completionLabel").all_inner_texts()
        page.keyboard.press("Escape")
        return found

    live.at_end_of("- flatten")
    page.keyboard.press("Enter")
    page.keyboard.type("- ")
    names = offered("un")
    assert names[0] == "unit"
    assert "pixel_unshuffle" in names
    for _ in "un":
        page.keyboard.press("Backspace")
    assert offered("ste")[0] == "stem"
    for _ in "ste":
        page.keyboard.press("Backspace")
    names = offered("conv3x3 8 stri")
    assert names[0].startswith("stride")
    assert len(names) == len(set(names))
    page.keyboard.type("d")
    options.first.wait_for()
    page.wait_for_timeout(200)  # a key that comes too soon is one of the text
    page.keyboard.press("Enter")
    assert page.locator(".cm-content").inner_text().count("conv3x3 8 stride=") == 1


def test_a_text_is_saved_by_key(live: Live) -> None:
    page = live.open().page
    save = page.get_by_role("button", name="Save", exact=True)
    assert save.is_disabled()
    live.at_end_of("- relu")
    page.keyboard.press("Enter")
    page.keyboard.type("- bn")
    page.keyboard.press("Escape")
    page.locator(".edit-dirty", has_text="changed").wait_for()
    assert page.title().startswith("• ")
    assert live.path.read_text() == TEXT
    page.keyboard.press("Control+s")
    page.locator(".edit-dirty", has_text="saved").wait_for()
    assert live.path.read_text() == TEXT.replace("    - relu\n", "    - relu\n    - bn\n")
    assert save.is_disabled()


def test_a_change_of_the_file_is_followed_or_asked_about(live: Live) -> None:
    page = live.open().page
    live.path.write_text(TEXT.replace("linear 10", "linear 20"))
    live.until_parameters(parameters(16) + 10 * (32 * 16 * 16 + 1))
    assert page.locator(".edit-dirty").inner_text() == "saved"
    live.at_end_of("fc:")
    page.keyboard.type("0")
    live.path.write_text(TEXT.replace("Small", "Theirs"))
    page.locator(".edit-notice", has_text="changed on the disk").wait_for()
    page.keyboard.press("Control+s")
    assert "Theirs" in live.path.read_text()
    page.get_by_role("button", name="Take what is there").click()
    page.locator("h1", has_text="Theirs").wait_for()
    assert page.locator(".edit-notice").is_hidden()
    live.at_end_of("fc:")
    page.keyboard.type("0")
    live.path.unlink()
    page.locator(".edit-notice", has_text="is gone from the disk").wait_for()
    page.get_by_role("button", name="Write it again").click()
    page.locator(".edit-dirty", has_text="saved").wait_for()
    assert live.path.read_text() == TEXT.replace("Small", "Theirs").replace("10\n", "100\n")


def test_keys_leave_the_text(live: Live) -> None:
    page = live.open().page
    live.at_end_of("fc:")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.cm-editor') !== null")
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.cm-editor') === null")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1024, "dark"), (390, "light")])
def test_no_accessibility_rule_is_broken(
    live: Live, width: int, scheme: Literal["light", "dark"]
) -> None:
    live.page.set_viewport_size({"width": width, "height": 900})
    live.page.emulate_media(color_scheme=scheme)
    live.open()
    live.page.get_by_role("slider", name="width").fill("20")
    live.until_parameters(parameters(20))
    assert serious_faults(live.page) == []
    assert live.page.evaluate("document.documentElement.scrollWidth") <= width


def test_names_of_strangers_are_text(live: Live) -> None:
    live.open()
    name = HOSTILE.replace("\x1b", "").replace("\u202e", "")
    live.line("name:").click(position={"x": 30, "y": 8})
    live.page.keyboard.press("End")
    live.page.keyboard.insert_text(f" '{name}'".replace(" '", " "))
    live.page.locator("h1", has_text="onerror").wait_for()
    live.at_end_of("flatten")
    live.page.keyboard.insert_text(" </b><img src=x onerror=alert(1)>")
    live.page.locator(".edit-faults.bad").wait_for()
    assert live.page.locator("img:not(.cm-widgetBuffer), .cm-line b").count() == 0


def test_a_server_that_is_gone_is_told(browser: "Browser", tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(TEXT, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "cnncalc", "edit", "net.yaml", "--no-open"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert process.stderr is not None
    [address] = re.findall(r"http\S+", process.stderr.readline())
    page = browser.new_page()
    page.goto(address)
    page.locator(".figures").wait_for()
    process.kill()
    process.communicate()
    page.locator(".edit-notice", has_text="The server is gone").wait_for()
    page.locator(".cm-content").click()
    page.keyboard.type("x")  # what is written is not lost
    assert page.locator(".edit-notice").is_visible()
    page.close()


DRAWN = """() => {
  const told = (node) => {
    if (node.nodeType !== 1) return node.textContent;
    const names = [...node.classList].filter((name) => name !== "g-new");
    const others = [...node.attributes]
      .filter(({ name }) => name !== "class")
      .map(({ name, value }) => `${name}=${value}`);
    const within = [...node.childNodes].map(told);
    // Edges, and shapes beside them, have no order.
    const is_loose = [...node.children].some((one) => one.matches(".g-edge, .g-shape"));
    return [node.tagName, names, others.sort(), is_loose ? within.map(String).sort() : within];
  };
  const parts = [".canvas > g", ".g-legend", ".grid", ".figures"];
  return parts.map((part) => [...document.querySelector(part).children].map(told));
}"""
"""What is drawn, without what is still coming into sight."""


TWO_FRAMES = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
)
"""A view that comes into sight is drawn in the next frame."""


def drawn(page: "Page") -> list[object]:
    """What the graph and the table show, and what stands above them."""
    for tab in ("Table", "Graph"):
        page.get_by_role("tab", name=tab).click()
        page.evaluate(TWO_FRAMES)
    found: list[object] = page.evaluate(DRAWN)
    return found


def test_what_stays_on_the_page_is_what_a_new_page_draws(live: Live, tmp_path: Path) -> None:
    """Elements are kept from edit to edit: nothing of what they said before may be left."""
    live.open()
    drawn(live.page)
    text = TEXT
    steps = [
        ("linear 10", "linear 15"),
        ("conv3x3 width padding=1\n  - unit", "conv3x3 width padding=1 stride=2\n  - unit"),
        ("  - maxpool2x2\n", "  - maxpool2x2\n  - repeat 3: conv3x3 24 padding=1\n  - bn\n"),
        ("  - fc:", "  - head:"),
        ("  - bn\n", ""),
        ("width: 16", "width: 12"),
        ("    - relu\n", "    - gelu\n    - bn\n"),
        ("maxpool2x2", "avgpool2x2"),
    ]
    for number, (old, new) in enumerate(steps):
        assert old in text
        text = text.replace(old, new, 1)
        live.page.evaluate("window.before = document.querySelector('.figures').firstChild")
        live.path.write_text(text, encoding="utf-8")  # the page follows the disk
        live.page.wait_for_function(
            "() => document.querySelector('.figures').firstChild !== window.before"
        )
        if number % 2:
            live.page.get_by_role("tab", name="Table").click()  # the graph hears of two at once
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "net.yaml").write_text(text, encoding="utf-8")
        with serving(folder / "net.yaml") as server:
            fresh = live.page.context.new_page()
            fresh.goto(server.server.address)
            fresh.locator(".figures").wait_for()
            expected = drawn(fresh)
            fresh.close()
        assert drawn(live.page) == expected
        if number % 2 == 0:
            live.page.get_by_role("tab", name="Table").click()
