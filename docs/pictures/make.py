"""The pictures of the README and of the site, made of the real thing.

`python docs/pictures/make.py [FILE ...]` makes those that are named, or all.

A picture is a function that gives its bytes, and a line in `PICTURES`. Without names all are made.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import cnncalc
from cnncalc.cli.picture import picture
from cnncalc.render.diagram import diagram

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

HERE = Path(__file__).parent
SPECS = HERE.parent.parent / "specs"


def inception() -> bytes:
    """The first inception block of GoogLeNet, with the blocks of its spec."""
    blocks, layers, rest = (SPECS / "googlenet.yaml").read_text("utf-8").partition("\nlayers:")
    [block] = [line for line in rest.splitlines() if "- inception3a:" in line]
    blocks = blocks.replace("name: GoogLeNet", "name: Inception 3a of GoogLeNet")
    blocks = blocks.replace("input: 3x224x224", "input: 192x28x28")
    return picture(diagram(cnncalc.parse(f"{blocks}{layers}\n{block}\n")), "svg")


def residual() -> bytes:
    """A residual block whose way past stands on a projection."""
    return picture(diagram(cnncalc.load("lecture/residual_block", "projection")), "svg")


Colours = Literal["light", "dark"]


@contextmanager
def browser(colours: Colours, scale: int = 1) -> Iterator["Page"]:
    """A tab of Chromium, each of its pixels so many of the picture."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - in the extra `pages`

    with sync_playwright() as programs:
        options = ["--no-sandbox", "--disable-gpu"]
        made = programs.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        size: ViewportSize = {"width": 1280, "height": 800}
        yield made.new_page(
            viewport=size,
            device_scale_factor=scale,
            color_scheme=colours,
            reduced_motion="reduce",
        )
        made.close()


def shot(page: "Page") -> bytes:
    """What is seen, when it has come to rest."""
    page.wait_for_timeout(500)
    data: bytes = page.screenshot()
    return data


def of_command(colours: Colours, at: str, *arguments: str) -> bytes:
    """The page that a command writes, in Chromium, with something chosen in its address."""
    with tempfile.TemporaryDirectory() as folder, browser(colours) as page:
        html = Path(folder) / "page.html"
        command = [sys.executable, "-m", "cnncalc", *arguments, "-o", str(html)]
        subprocess.run(command, check=arguments[0] != "diff")  # noqa: S603 - our own command
        page.goto(f"{html.as_uri()}{at}")
        page.wait_for_selector(".side.shown")
        return shot(page)


def report(colours: Colours) -> bytes:
    """The page of ResNet-50 with one layer chosen."""
    return of_command(colours, "#layer=conv3.bottleneck1.conv_bn2.conv1", "report", "resnet:50")


PLACES = """\
name: Places
input: 1x7x7
layers:
  - conv1: conv3x3 1 stride=2 padding=1
"""
"""The spec of which a page to learn from shows where its filter stands."""


def places(colours: Colours) -> bytes:
    """What one value of a convolution sees of its input, as the page of a network draws it."""
    with tempfile.TemporaryDirectory() as folder, browser(colours, 2) as page:
        spec, html = Path(folder) / "places.yaml", Path(folder) / "page.html"
        spec.write_text(PLACES, encoding="utf-8")
        command = [sys.executable, "-m", "cnncalc", "report", str(spec), "-o", str(html)]
        subprocess.run(command, check=True)  # noqa: S603 - our own command
        page.goto(f"{html.as_uri()}#layer=conv1")
        page.wait_for_selector(".side.shown .field svg")
        page.wait_for_timeout(500)
        whole = page.locator(".side .field").bounding_box()
        told = page.locator(".side .field").get_by_text("sees rows").bounding_box()
        assert whole and told  # noqa: S101, PT018 - they were waited for
        left, top = whole["x"] - 10, whole["y"] - 8
        size = {"width": whole["width"] + 20, "height": told["y"] - top}
        data: bytes = page.screenshot(clip={"x": left, "y": top, **size})
        return data


def difference(colours: Colours) -> bytes:
    """AlexNet of the paper, in two towers, and that of torchvision as one graph."""
    names = ("alexnet", "alexnet:torchvision")
    return of_command(colours, "#panel=graph&layer=conv2", "diff", *names, "--format", "html")


def edit(colours: Colours) -> bytes:
    """MobileNet as it is edited, while its width is changed."""
    command = [sys.executable, "-m", "cnncalc", "edit", "mobilenet.yaml", "--no-open"]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(SPECS / "mobilenet.yaml", folder)
        served = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)  # noqa: S603
        try:
            said = served.stderr.readline() if served.stderr else ""
            [address] = re.findall(r"http://\S+", said)
            with browser(colours) as page:
                page.goto(address)
                page.get_by_label("alpha, typed").fill("2")
                page.get_by_label("alpha, typed").press("Enter")
                page.locator(".edit-change", has_text="saved").wait_for()
                return shot(page)
        finally:
            served.terminate()
            served.wait()


WIDTH, HEIGHT = 256, 192
HOUSE = (
    ("rectangle", (0, 140, WIDTH, HEIGHT), (96, 160, 80)),  # grass
    ("ellipse", (196, 16, 236, 56), (250, 220, 90)),  # the sun
    ("rectangle", (70, 80, 180, 150), (222, 202, 170)),  # walls
    ("polygon", (58, 82, 125, 32, 192, 82), (170, 70, 55)),  # the roof
    ("rectangle", (112, 108, 138, 150), (110, 75, 50)),  # the door
    ("rectangle", (82, 96, 102, 116), (90, 130, 170)),  # windows
    ("rectangle", (148, 96, 168, 116), (90, 130, 170)),
    ("rectangle", (215, 110, 223, 150), (110, 75, 50)),  # a tree
    ("ellipse", (200, 72, 240, 120), (70, 130, 70)),
)
"""A picture for kernels to work on: even colours with sharp edges."""


def house() -> bytes:
    """A house, a tree and the sun before the sky, as a PNG."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - in the extra `images`

    image = Image.new("RGB", (WIDTH, HEIGHT), (150, 200, 240))
    drawing = ImageDraw.Draw(image)
    for shape, corners, colour in HOUSE:
        getattr(drawing, shape)(corners, fill=colour)
    made = BytesIO()
    image.save(made, "PNG", optimize=True)
    return made.getvalue()


def filtered() -> bytes:
    """What the kernels of a lecture make of the house."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "house.png").write_bytes(house())
        command = ["run", "lecture/kernels", "--input", "house.png", "-o", "filtered.png"]
        whole = [sys.executable, "-m", "cnncalc", *command]
        subprocess.run(whole, check=True, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603
        return (Path(folder) / "filtered.png").read_bytes()


PICTURES: dict[str, Callable[[], bytes]] = {
    "inception.svg": inception,
    "residual.svg": residual,
    "report-light.png": partial(report, "light"),
    "report-dark.png": partial(report, "dark"),
    "diff-light.png": partial(difference, "light"),
    "diff-dark.png": partial(difference, "dark"),
    "places-light.png": partial(places, "light"),
    "places-dark.png": partial(places, "dark"),
    "edit-light.png": partial(edit, "light"),
    "edit-dark.png": partial(edit, "dark"),
    "house.png": house,
    "filtered.png": filtered,
}
"""Every picture by the name of its file, and what makes it."""


def main() -> None:
    """Make the pictures that are named, or all."""
    for name in sys.argv[1:] or PICTURES:
        (HERE / name).write_bytes(PICTURES[name]())


if __name__ == "__main__":
    main()
