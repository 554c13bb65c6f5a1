"""Firefox, and WebKit as WebKitGTK has it, which is the engine of Safari, driven alike."""

import base64
import glob
import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 1440, 900
PATIENCE = 60.0
"""Seconds in which a browser starts, or a page becomes what is waited for."""

MINI_BROWSER = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
"""The program of WebKitGTK that a driver may steer, where Debian has it."""


class Tab(ABC):
    """One tab of a browser."""

    @abstractmethod
    def open(self, address: str) -> None:
        """Load a page."""

    @abstractmethod
    def ask(self, script: str) -> Any:
        """What an expression in JavaScript is, in the page."""

    @abstractmethod
    def type(self, selector: str, text: str) -> None:
        """Type into an element."""

    @abstractmethod
    def click(self, selector: str) -> None:
        """Click on an element."""

    @abstractmethod
    def picture(self) -> bytes:
        """What is seen, as a PNG."""

    def wait(self, script: str) -> Any:
        """What an expression is, as soon as it is true.

        Raises:
            TimeoutError: it does not become so.
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := self.ask(script):
                return found
            time.sleep(0.05)
        raise TimeoutError(script)


class WebKit(Tab):
    """A tab of WebKitGTK, through Selenium."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        self.driver.get(address)

    def ask(self, script: str) -> Any:
        return self.driver.execute_script(f"return ({script})")

    def type(self, selector: str, text: str) -> None:
        self.driver.find_element("css selector", selector).send_keys(text)

    def click(self, selector: str) -> None:
        self.driver.find_element("css selector", selector).click()

    def picture(self) -> bytes:
        data: bytes = self.driver.get_screenshot_as_png()
        return data


class Firefox(Tab):
    """A tab of Firefox, through its own protocol."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        self.driver.navigate(address)

    def ask(self, script: str) -> Any:
        return self.driver.execute_script(f"return ({script})", sandbox=None)

    def type(self, selector: str, text: str) -> None:
        self.driver.find_element("css selector", selector).send_keys(text)

    def click(self, selector: str) -> None:
        self.driver.find_element("css selector", selector).click()

    def picture(self) -> bytes:
        return base64.b64decode(self.driver.screenshot(full=False))


def missing(name: str) -> str | None:
    """What is missing for a browser; None where all is there."""
    if name == "firefox":
        return _missing("marionette_driver", firefox(), "firefox-esr")
    has_screen = os.environ.get("DISPLAY") or shutil.which("Xvfb")
    programs = shutil.which("WebKitWebDriver") and glob.glob(MINI_BROWSER) and has_screen
    return _missing("selenium", programs, "webkit2gtk-driver and xvfb")


def _missing(module: str, program: object, package: str) -> str | None:
    try:
        __import__(module)
    except ModuleNotFoundError:
        return f"{module} is not here: pip install 'cnncalc[browsers]'"
    return None if program else f"{package} of Debian is not here"


def firefox() -> str | None:
    """The program, as the path names it."""
    return shutil.which("firefox") or shutil.which("firefox-esr")


@contextmanager
def started(name: str, folder: Path) -> Iterator[Tab]:
    """A browser with one tab, until the block ends."""
    with (_firefox if name == "firefox" else _webkit)(folder) as tab:
        yield tab


@contextmanager
def _firefox(folder: Path) -> Iterator[Tab]:
    from marionette_driver.marionette import Marionette  # noqa: PLC0415 - an extra

    # With port 0 it takes a free one, and says in its profile which.
    (folder / "user.js").write_text(
        'user_pref("marionette.port", 0);\n'
        'user_pref("browser.shell.checkDefaultBrowser", false);\n'
        'user_pref("datareporting.policy.dataSubmissionEnabled", false);\n'
        'user_pref("ui.prefersReducedMotion", 1);\n'
    )
    command = [str(firefox()), "-headless", "-marionette", "-no-remote", "-profile", str(folder)]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=silent, stderr=silent) as program:
        try:
            driver = Marionette("127.0.0.1", port=_port(folder / "MarionetteActivePort"))
            driver.start_session()
            driver.set_window_rect(width=WIDTH, height=HEIGHT)
            yield Firefox(driver)
        finally:
            program.kill()


def _port(file: Path) -> int:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if file.exists() and (text := file.read_text()):
            return int(text)
        time.sleep(0.05)
    raise TimeoutError("Firefox did not start")


@contextmanager
def _webkit(folder: Path) -> Iterator[Tab]:
    from selenium import webdriver  # noqa: PLC0415 - an extra
    from selenium.webdriver.webkitgtk.service import Service  # noqa: PLC0415 - as above

    del folder
    with _screen() as screen:
        options = webdriver.WebKitGTKOptions()
        [options.binary_location, *_] = glob.glob(MINI_BROWSER)
        options.add_argument("--automation")
        environment = {**os.environ, "DISPLAY": screen}
        service = Service(shutil.which("WebKitWebDriver"), env=environment)
        driver = webdriver.WebKitGTK(options=options, service=service)
        try:
            driver.set_window_size(WIDTH, HEIGHT)
            yield WebKit(driver)
        finally:
            driver.quit()


@contextmanager
def _screen() -> Iterator[str]:
    """A screen to draw on: the one that is there, or one in memory."""
    if known := os.environ.get("DISPLAY"):
        yield known
        return
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1200x24"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as program:
        os.close(writer)
        try:
            with os.fdopen(reader) as told:
                yield f":{told.readline().strip()}"
        finally:
            program.terminate()
