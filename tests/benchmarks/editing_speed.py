"""How soon the page of `cnncalc edit` follows a key: `python tests/benchmarks/editing_speed.py`.

ResNet-152 in headless Chromium: from a key to the first picture with the new costs, over 50 edits,
for the graph and for the table; the part of it that the server takes; and how many runs a burst of
keys asks for. The bound is for a machine that does nothing else.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

EDITS = 50
LIMIT = 100.0
"""Milliseconds."""

# A key is timed when the browser has it, where Backspace is no input event; the picture when the
# frame with the new figure is done.
CLOCK = """
window.times = [];
window.asked = 0;
const plain = window.fetch;
window.fetch = async (name, options) => {
  const begun = performance.now();
  if (name === "run") window.asked += 1;
  const answer = await plain(name, options);
  if (name === "run") window.server = performance.now() - begun;
  return answer;
};
addEventListener("keydown", () => { window.key = performance.now(); }, true);
window.watch = () => {
  const figures = document.querySelector(".figures");
  new MutationObserver(() => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.times.push([performance.now() - window.key, window.server]);
    port2.postMessage(null);
  })).observe(figures, { childList: true });
};
"""


def main() -> None:
    """Measure and print."""
    from pages.conftest import OPTIONS, WINDOW, chromium
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "resnet.yaml"
        path.write_bytes((ROOT / "specs" / "resnet.yaml").read_bytes())
        command = [sys.executable, "-m", "cnncalc", "edit", "resnet.yaml:152", "--no-open"]
        server = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert server.stderr is not None
        [address] = re.findall(r"http\S+", server.stderr.readline())
        try:
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=chromium(), args=list(OPTIONS))
                page = browser.new_page(viewport=WINDOW)
                page.add_init_script(CLOCK)
                page.goto(address)
                page.locator(".figures").wait_for()
                page.evaluate("watch()")
                for tab in ("Graph", "Table"):
                    measure(page, tab)
                burst(page)
                browser.close()
        finally:
            server.terminate()
            server.communicate()


def measure(page: Any, tab: str) -> None:
    """From a key to what it changes, with one tab in sight."""
    page.get_by_role("tab", name=tab).click()
    line = page.locator(".cm-line", has_text="fc:").first
    line.click(position={"x": 30, "y": 8})
    page.keyboard.press("End")
    for edit in range(-2, EDITS):  # the first two are to warm up
        if edit == 0:
            page.evaluate("times.length = 0")
        before = page.evaluate("times.length")
        page.keyboard.press("Backspace" if edit % 2 else "5")
        page.wait_for_function("(before) => times.length > before", arg=before)
        page.wait_for_timeout(60)
    whole, server = (sorted(each) for each in zip(*page.evaluate("times"), strict=True))
    median = statistics.median(whole)
    verdict = "holds" if median <= LIMIT else "fails"
    print(
        f"edit, {tab.lower()}: {median:.0f} ms from a key to its costs (best {whole[0]:.0f}, "
        f"server {statistics.median(server):.0f}); at most {LIMIT:.0f}: {verdict}"
    )


def burst(page: Any) -> None:
    """Keys that come faster than answers."""
    page.evaluate("asked = 0")
    page.keyboard.type("5" * 40, delay=2)
    page.wait_for_timeout(1500)
    print(f"edit, burst: {page.evaluate('asked')} runs for 40 keys")


if __name__ == "__main__":
    main()
