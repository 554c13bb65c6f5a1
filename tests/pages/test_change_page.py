"""The page of many networks that changed: `check --against REV --format html`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from repositories import commit, git, put

from cnncalc.cli.main import main

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page of two networks that grew, and of two that are new."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    put(Path("nets/a.yaml"))
    commit("start")
    put(Path("nets/a.yaml"), sep=9)
    put(Path("nets/new.yaml"))
    arguments = ["check", "nets", "--against", "main", "--format", "html", "-o", "page.html"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    return Path(os.path.abspath("page.html"))


def test_a_network_is_chosen_by_its_name(change: Path, page: "Page") -> None:
    page.goto(change.as_uri())
    assert page.locator("h1").inner_text() == "nets/a.yaml"
    assert "2 changed, 2 added" in page.locator(".difference-body").inner_text()
    rows = page.get_by_role("region", name="Changed networks").locator("tbody tr")
    # 56 more channels of 3x3x8 and a bias, read by 10 outputs
    assert f"+{56 * (9 * 8 + 1 + 10):,}" in rows.nth(0).inner_text()
    page.get_by_role("button", name="nets/a.yaml:s", exact=True).click()
    assert page.locator("h1").inner_text() == "nets/a.yaml:s"
    lead = page.locator(".difference-body .lead")
    assert lead.inner_text() == "main:nets/a.yaml:s \u2192 nets/a.yaml:s: 1 changed, 4 reshaped"
    assert page.get_by_role("region", name="Changed layers").locator("tbody tr").count() == 5
    page.get_by_role("combobox", name="Network").select_option("nets/new.yaml")
    assert lead.inner_text() == "nets/new.yaml: added"
    assert page.get_by_role("region", name="Totals").count() == 0
    assert page.get_by_role("tab", name="Comparison").count() == 0
    page.get_by_role("tab", name="Graph").click()
    assert page.locator(".g-box, [class*=g-]").count() > 0
