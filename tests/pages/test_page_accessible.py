"""No rule of accessibility that counts as serious is broken, in any view, light or dark."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from editing import serving

from pages.reading import serious_faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Open = Callable[..., "Page"]
Scheme = Literal["light", "dark"]

TWO = ("report", "alexnet", "resnet:18")
CHANGE = ("diff", "resnet:18", "resnet:34")

VIEWS = [
    *(
        (TWO, f"#panel={view}")
        for view in ("graph", "table", "memory", "charts", "claims", "compare")
    ),
    (TWO, "#network=1&panel=graph&open=conv2,conv2*0,conv3&layer=conv3.basic1&metric=macs"),
    (TWO, "#network=1&panel=table&layer=conv2.basic1.conv_bn1.conv1"),
    (TWO, "#panel=memory&layer=conv1"),
    *((CHANGE, f"#panel={view}") for view in ("difference", "graph", "table", "memory", "charts")),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("arguments", "at"), VIEWS, ids=[f"{a[0]}{at}" for a, at in VIEWS])
def test_a_view_breaks_no_rule(
    arguments: tuple[str, ...], at: str, scheme: Scheme, opened: Open, page: "Page"
) -> None:
    page.emulate_media(color_scheme=scheme)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        opened(*arguments, at=at)
        assert serious_faults(page) == [], width


@pytest.fixture
def edited(browser: "Browser", tmp_path: Path) -> Iterator["Page"]:
    """The page of `edit`, of a file with a fault."""
    path = tmp_path / "net.yaml"
    path.write_text(
        "name: Faulty\ninput: 3x32x32\nvars: {width: 8}\nlayers:\n"
        "  - conv3x3 width padding=1\n  - relu\n  - conv3x3 width strid=2\n  - flatten\n",
        encoding="utf-8",
    )
    context = browser.new_context(reduced_motion="reduce")
    with serving(path) as server:
        page = context.new_page()
        page.goto(server.server.address)
        yield page
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_live_page_breaks_no_rule(edited: "Page", width: int, scheme: Scheme) -> None:
    edited.emulate_media(color_scheme=scheme)
    edited.set_viewport_size({"width": width, "height": 900})
    edited.locator(".edit-faults").wait_for()
    # The text scrolls with the cursor in it, which the rule does not see.
    assert [one for one in serious_faults(edited) if "cm-scroller" not in one] == []
