"""A browser with the network off, in which every message of a page fails its test."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WINDOW = {"width": 1440, "height": 900}

Open = Callable[..., "Page"]


def chromium() -> str | None:
    """The program, as `CHROMIUM` or the path names it."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> str | None:
    """What is missing for these tests; None where all is there."""
    try:
        import playwright.sync_api  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        return "playwright is not here: pip install 'cnncalc[pages]'"
    del playwright
    return None if chromium() else "chromium is not here"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = missing()
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker("pages")
            if reason is not None:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - as above

    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=chromium(), args=list(OPTIONS))
        yield made
        made.close()


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """An empty tab. What its page says, throws or asks for but files fails the test."""
    context = browser.new_context(viewport=WINDOW, offline=True, reduced_motion="reduce")
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda one: said.append(f"{one.type}: {one.text}"))
    tab.on("pageerror", lambda one: said.append(f"error: {one}"))
    tab.on("crash", lambda _: said.append("the tab crashed"))
    tab.on("request", lambda one: said.extend(_far(one.url)))
    yield tab
    context.close()
    assert said == []


def _far(url: str) -> Iterator[str]:
    """A complaint about a request that leaves the machine."""
    if not url.startswith(("file:", "data:", "blob:")):
        yield f"request: {url}"


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes the page of a command once: `written("report", "lenet5")` is its file."""
    folder = tmp_path_factory.mktemp("pages")
    known: dict[tuple[str, ...], Path] = {}

    def write(*arguments: str) -> Path:
        if arguments not in known:
            path = folder / f"{len(known)}.html"
            form = ("--format", "html") if arguments[0] == "diff" else ()
            command = [sys.executable, "-m", "cnncalc", *arguments, *form, "-o", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert path.exists(), done.stderr
            known[arguments] = path
        return known[arguments]

    return write


@pytest.fixture
def opened(page: "Page", written: Callable[..., Path]) -> Open:
    """Opens the page of a command from disk: `opened("report", "lenet5", at="#panel=table")`."""

    def open_page(*arguments: str, at: str = "", **options: Any) -> "Page":
        page.goto(f"{written(*arguments).as_uri()}{at}", **options)
        return page

    return open_page
