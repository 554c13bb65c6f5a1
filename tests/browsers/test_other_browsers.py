"""The page of a network, the live page and figures, used in Firefox and in WebKit."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from editing import serving

from browsers.drivers import Tab

# What drives the browsers warns of its own past and future.
pytestmark = pytest.mark.filterwarnings("ignore")

RIGHT, DOWN, ENTER = "\ue014", "\ue015", "\ue007"
"""Keys, as WebDriver names them."""

BUILT = Path(__file__).parents[2] / "docs" / "_static"
PANELS = {
    "graph": ".graph svg", "table": "[role=treegrid]", "memory": ".memory-body svg",
    "charts": ".charts-body svg", "claims": ".claims-table",
}  # fmt: skip
"""What is seen in each part of the page of a network."""


def seen(selector: str) -> str:
    """Whether an element is there and takes room."""
    return f"document.querySelector({json.dumps(selector)})?.getBoundingClientRect().width > 0"


def text(selector: str) -> str:
    return f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page of ResNet-18."""
    path = tmp_path_factory.mktemp("report") / "page.html"
    command = [sys.executable, "-m", "cnncalc", "report", "resnet:18", "-o", str(path)]
    subprocess.run(command, check=True)
    return path.as_uri()


Looked = Callable[[str], None]


@pytest.fixture
def opened(tab: Tab, report: str) -> Looked:
    def look(at: str) -> None:
        tab.open("about:blank")  # a page whose hash alone changes is not loaded anew
        tab.open(f"{report}{at}")

    return look


@pytest.mark.parametrize("panel", PANELS)
def test_every_part_of_a_page_is_seen(panel: str, tab: Tab, opened: Looked) -> None:
    opened(f"#panel={panel}")
    tab.wait(seen(PANELS[panel]))
    assert tab.ask("document.documentElement.scrollWidth <= innerWidth")
    assert len(tab.picture()) > 20_000  # an empty window is much smaller


def test_a_layer_that_is_clicked_is_told(tab: Tab, opened: Looked) -> None:
    """512 * 512 * 3 * 3 weights; 7 * 7 places, of a 512x7x7 output."""
    opened("#layer=conv5.basic2.conv_bn2.conv1")
    tab.wait(seen(".side.shown"))
    told = tab.ask(text(".side.shown"))
    assert "2,359,296" in told
    assert "115,605,504" in told
    assert "512x7x7" in told
    tab.click(".side.shown button[aria-label*=lose]")
    tab.wait("!document.querySelector('.side.shown')")


def test_a_search_leads_to_a_layer(tab: Tab, opened: Looked) -> None:
    opened("")
    tab.wait(seen("input[type=search]"))
    tab.type("input[type=search]", f"fc{ENTER}")
    assert "513,000" in tab.wait(text(".side.shown"))


def test_an_edit_is_answered(tab: Tab, tmp_path: Path) -> None:
    """A 3x3 over 3 channels has 28 parameters a filter: 16 are 448."""
    path = tmp_path / "small.yaml"
    path.write_text("name: Small\ninput: 3x32x32\nlayers:\n  - conv3x3 16\n")
    with serving(path) as served:
        tab.open(served.server.address)
        tab.wait(f"{text('.figures')}.includes('448')")
        tab.type(".cm-content", "x")
        tab.wait(f"{text('body')}.includes('E201')")
        tab.open("about:blank")
    assert served.told == []


def test_a_window_is_moved_by_keys(tab: Tab, tmp_path: Path) -> None:
    """A vertical edge: 10*1 + 10*0 + 0*(-1), three times."""
    edge = [[10, 10, 10, 0, 0, 0]] * 6
    window = {"input": edge, "kernel": [[1, 0, -1]] * 3, "stride": 1, "padding": 0}
    style = (BUILT / "figures.css").read_text(encoding="utf-8")
    script = (BUILT / "figures.js").read_text(encoding="utf-8")
    path = tmp_path / "figure.html"
    path.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Figure</title>'
        f'<style>{style}</style><figure data-cnncalc="window">'
        f'<script type="application/json">{json.dumps(window)}</script>'
        '<div class="still">a table</div><figcaption>An edge.</figcaption></figure>'
        f"<script>{script}</script>",
        encoding="utf-8",
    )
    tab.open(path.as_uri())
    tab.wait(seen("[data-output='0,0']"))
    tab.type("[data-output='0,0']", RIGHT)
    tab.type("[data-output='0,1']", DOWN)
    told = tab.wait(text("[role=status]"))
    assert told.startswith("Output at row 2, column 2: 10·1 + 10·0 + 0·(-1)")
    assert told.endswith("= 30")
