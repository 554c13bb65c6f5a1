"""The pictures of the README, made of the real thing: `python docs/pictures/make.py [FILE ...]`.

A picture is a function that gives its bytes, and a line in `PICTURES`. Without names all are made.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import cnncalc
from cnncalc.cli.picture import picture
from cnncalc.render.diagram import diagram

HERE = Path(__file__).parent
SPECS = HERE.parent.parent / "specs"


def inception() -> bytes:
    """The first inception block of GoogLeNet, with the blocks of its spec."""
    blocks, layers, rest = (SPECS / "googlenet.yaml").read_text("utf-8").partition("\nlayers:")
    [block] = [line for line in rest.splitlines() if "- inception3a:" in line]
    blocks = blocks.replace("name: GoogLeNet", "name: Inception 3a of GoogLeNet")
    blocks = blocks.replace("input: 3x224x224", "input: 192x28x28")
    return picture(diagram(cnncalc.parse(f"{blocks}{layers}\n{block}\n")), "svg")


def report(colours: Literal["light", "dark"]) -> bytes:
    """The page of ResNet-50 with one layer chosen, in Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - in the extra `pages`

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as programs:
        page = Path(folder) / "resnet50.html"
        command = [sys.executable, "-m", "cnncalc", "report", "resnet:50", "-o", str(page)]
        subprocess.run(command, check=True)  # noqa: S603 - our own command
        options = ["--no-sandbox", "--disable-gpu"]
        browser = programs.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        size = {"width": 1280, "height": 800}
        shown = browser.new_page(viewport=size, color_scheme=colours)
        shown.goto(f"{page.as_uri()}#layer=conv3.bottleneck1.conv_bn2.conv1")
        shown.wait_for_selector(".side.shown")
        shown.wait_for_timeout(500)  # the view comes to rest
        return shown.screenshot()


PICTURES: dict[str, Callable[[], bytes]] = {
    "inception.svg": inception,
    "report-light.png": partial(report, "light"),
    "report-dark.png": partial(report, "dark"),
}
"""Every picture by the name of its file, and what makes it."""


def main() -> None:
    """Make the pictures that are named, or all."""
    for name in sys.argv[1:] or PICTURES:
        (HERE / name).write_bytes(PICTURES[name]())


if __name__ == "__main__":
    main()
