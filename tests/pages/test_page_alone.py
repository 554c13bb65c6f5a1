"""The page that needs no server: Python runs in it. Needs node, and `npm ci` in `web/`."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

import cnncalc
from cnncalc.spec.library import find
from pages.reading import serious_faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WEB = Path(__file__).parents[2] / "web"
LONG = 240_000
"""Milliseconds that loading Python may take on a machine with much else to do."""

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules" / "pyodide").is_dir(),
    reason="node is not here, or `npm ci` has not run in web/",
)

OWN = "name: Own\ninput: 3x32x32\nlayers:\n  - first: conv3x3 8\n  - flatten\n  - linear 10\n"


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        with suppress(ConnectionError):  # a page that is closed while it loads
            super().handle()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page, built anew."""
    folder = tmp_path_factory.mktemp("dist")
    command = ["node", "play.mjs", "--into", str(folder)]
    environment = {"PATH": f"{Path(shutil.which('node') or '').parent}", "PYTHON": sys.executable}
    subprocess.run(command, cwd=WEB, check=True, env=environment)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def tab(browser: "Browser", site: str) -> Iterator["Page"]:
    """An empty tab. What its page says, throws, or asks of another host fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    said: list[str] = []

    def watch(page: "Page") -> None:
        page.on("console", lambda one: said.append(f"{one.type}: {one.text}"))
        page.on("pageerror", lambda one: said.append(f"error: {one}"))

    context.on("page", watch)
    context.on("request", lambda one: said.extend(_far(one.url, site)))
    yield context.new_page()
    context.close()
    assert said == []


def _far(url: str, site: str) -> Iterator[str]:
    if not url.startswith((site, "data:", "blob:")):
        yield f"request: {url}"


def parameters(page: "Page") -> int:
    exact = page.locator(".figures > div", has_text="Parameters").get_attribute("title")
    return int((exact or "").replace(",", ""))


def write(page: "Page", text: str) -> None:
    """Put a text in the place of all, as a reader pastes it."""
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.locator(".cm-content").press("Control+a")
    page.keyboard.press("Control+v")


def own_parameters(text: str, tmp_path: Path) -> int:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return cnncalc.summarize(cnncalc.load(str(path))).totals.parameters


def test_a_network_is_chosen_edited_and_shared(site: str, tab: "Page", tmp_path: Path) -> None:
    tab.goto(site)
    assert tab.locator("h1").inner_text() == "AlexNet"
    tab.locator("body[data-python=ready]").wait_for(timeout=LONG)
    tab.get_by_label("Network", exact=True).select_option(label="VGG")
    tab.locator("h1", has_text="VGG:11").wait_for(timeout=LONG)
    assert tab.url == f"{site}#net=vgg"
    assert parameters(tab) == 132_863_336  # torchvision's vgg11
    tab.go_back()
    tab.go_forward()

    write(tab, OWN)
    tab.locator("h1", has_text="Own").wait_for()
    assert parameters(tab) == own_parameters(OWN, tmp_path)
    assert tab.get_by_label("Network", exact=True).input_value() == ""
    assert "net=" not in tab.url

    write(tab, OWN.replace("conv3x3 8", "conv3x3 8 strid=2"))
    tab.locator(".edit-faults.bad").wait_for()
    assert tab.locator(".cm-lintRange-error").inner_text() == "strid"
    assert "stride" in tab.locator(".edit-faults").inner_text()

    wider = OWN.replace("conv3x3 8", "conv3x3 16 stride=2")
    write(tab, wider)
    tab.locator(".edit-report:not(.stale)").wait_for()
    assert parameters(tab) == own_parameters(wider, tmp_path)

    tab.evaluate("location.hash += '&layer=first'")
    tab.locator(".chosen h2", has_text="first").wait_for()
    tab.get_by_role("button", name="Share").click()
    tab.get_by_text("Link copied").wait_for()
    link = tab.evaluate("navigator.clipboard.readText()")
    assert link == tab.url
    assert "#spec=" in link
    assert "layer=first" in link
    other = tab.context.new_page()
    other.goto(link)
    other.locator("h1", has_text="Own").wait_for(timeout=LONG)
    assert parameters(other) == own_parameters(wider, tmp_path)
    assert other.locator(".chosen h2").inner_text() == "first"
    assert "conv3x3 16 stride=2" in other.locator(".cm-content").inner_text()


def test_a_link_carries_what_the_sliders_say(site: str, tab: "Page", tmp_path: Path) -> None:
    tab.goto(f"{site}#net=mobilenet")
    tab.locator("body[data-python=ready]").wait_for(timeout=LONG)
    tab.get_by_label("alpha, typed").fill("0.5")
    tab.get_by_label("alpha, typed").press("Enter")
    tab.locator(".figures > div[title='1,331,592']").wait_for()  # that of the paper's 0.5
    tab.get_by_role("button", name="Share").click()
    tab.get_by_text("Link copied").wait_for()
    link = tab.evaluate("navigator.clipboard.readText()")
    assert link == f"{site}#net=mobilenet&set=alpha:0.5"
    other = tab.context.new_page()
    other.goto(link)
    other.locator(".figures > div[title='1,331,592']").wait_for(timeout=LONG)
    assert other.get_by_label("alpha, typed").input_value() == "0.5"
    other.get_by_role("button", name="Back to 1").click()
    other.locator(".figures > div[title='4,231,976']").wait_for()
    assert "set=" not in other.url


def test_a_value_by_hand_is_worked_elsewhere(site: str, tab: "Page") -> None:
    tab.goto(f"{site}#layer=conv2")
    tab.locator(".chosen h2").wait_for()
    tab.locator("summary", has_text="One value by hand").press("Enter")
    told = tab.locator(".by-hand [role=status]", has_text="This page has no engine")
    told.wait_for(timeout=LONG)
    assert "cnncalc explain FILE conv2 --at 13,13" in told.inner_text()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("#spec=AAAA", "cut off or damaged"),
        ("#net=../alexnet", "no bundled network"),
    ],
)
def test_a_link_that_names_nothing_is_told(
    site: str, tab: "Page", address: str, words: str
) -> None:
    tab.goto(site + address)
    assert words in tab.get_by_role("alert").inner_text()
    assert tab.locator("h1").inner_text() == "AlexNet"


def test_python_that_does_not_come_is_told(site: str, browser: "Browser") -> None:
    context = browser.new_context()
    context.route("**/python_stdlib.zip", lambda route: route.abort())
    page = context.new_page()
    page.goto(site)
    page.get_by_role("alert").filter(has_text="Python does not start").wait_for(timeout=LONG)
    assert page.locator("h1").inner_text() == "AlexNet"
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_no_accessibility_rule_is_broken(
    site: str, tab: "Page", width: int, scheme: Literal["light", "dark"]
) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.emulate_media(color_scheme=scheme)
    tab.goto(site)
    tab.locator("h1").wait_for()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    # The text scrolls with the cursor in it, which the rule does not see.
    assert [one for one in serious_faults(tab) if "cm-scroller" not in one] == []


def test_every_bundled_network_is_offered(site: str, tab: "Page") -> None:
    tab.goto(site)
    names = tab.locator("select[aria-label=Network] option").evaluate_all(
        "all => all.map((one) => one.value).filter(Boolean)"
    )
    assert names == sorted(names)
    assert {"alexnet", "resnet", "yolov8"} <= set(names)
    served = tab.evaluate("fetch('specs/resnet.yaml').then((one) => one.text())")
    assert served == find("resnet").text
