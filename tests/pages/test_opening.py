"""A page opens from disk, and says what it holds."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from documents_of import held_in


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "lenet5"),
        ("report", "vgg:11", "resnet:18"),
        ("diff", "resnet:18", "resnet:34"),
    ],
    ids=" ".join,
)
def test_a_page_opens(
    arguments: tuple[str, ...], opened: Callable[..., Any], written: Callable[..., Path]
) -> None:
    page = opened(*arguments)
    held = held_in(written(*arguments).read_text(encoding="ascii"))
    assert page.title() == held["title"]
    text = page.evaluate("document.getElementById('document').textContent")
    assert json.loads(text) == held
    assert held["networks"][0]["source"] in page.inner_text("body")


def test_a_request_would_be_seen(browser: Any) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.set_content("<img src='https://example.invalid/x.png'>", wait_until="commit")
    page.wait_for_timeout(100)
    page.close()
    assert asked == ["https://example.invalid/x.png"]
