"""What stands in a page, and pages with the names of strangers."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
"""The accessibility rules, where `npm ci` was run."""

HOSTILE = "</script><img src=x onerror=alert(1)>\u202etxt.\x1b[31m"

_DOCUMENT = re.compile('(?<=id="document">)[^<]*')


def network_of(page: "Page") -> dict[str, Any]:
    """The first network of the document that stands in a page."""
    text = page.evaluate("document.getElementById('document').textContent")
    network: dict[str, Any] = json.loads(text)["networks"][0]
    return network


def kind_of(network: dict[str, Any], layer: dict[str, Any]) -> dict[str, Any]:
    """What a layer has in common with others."""
    kind: dict[str, Any] = network["kinds"][layer["kind"]]
    return kind


def numbers_in(text: str) -> list[int]:
    """The whole numbers of a text, written with or without commas."""
    return [int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", text)]


def changed(html: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The page with another document, as a model of a stranger's would give."""

    def write(found: re.Match[str]) -> str:
        held = json.loads(found[0])
        change(held["networks"][0])
        return json.dumps(held).replace("<", "\\u003c")

    other = html.with_name(f"changed-{html.name}")
    other.write_text(_DOCUMENT.sub(write, html.read_text(encoding="ascii"), count=1))
    return other


def serious_faults(page: "Page") -> list[str]:
    """What the accessibility rules call serious or worse, by rule and element."""
    if not AXE.exists():
        pytest.skip("axe-core is not here: npm ci, in web/")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
