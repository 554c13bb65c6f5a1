"""Sections of the pages of the documentation, by the address that a link has."""

import re
from functools import cache
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"


def anchor(heading: str) -> str:
    """The place of a heading, as the site makes it: in small letters, with dashes for blanks."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def sections(page: str) -> dict[str, str]:
    """The text below each heading of the second level, by its anchor.

    Raises:
        FileNotFoundError: there is no such page.
    """
    text = (DOCS / page).read_text(encoding="utf-8")
    # A comment in code begins as a heading does.
    parts = re.split(r"^## (.*)$", _hidden(text), flags=re.MULTILINE)
    found = zip(parts[1::2], parts[2::2], strict=True)
    return {anchor(heading): body.replace("\0", "#") for heading, body in found}


def _hidden(text: str) -> str:
    return re.sub(
        r"^```.*?^```",
        lambda block: block[0].replace("#", "\0"),
        text,
        flags=re.MULTILINE | re.DOTALL,
    )


def section(address: str) -> str:
    """The text of `page.md#anchor`.

    Raises:
        KeyError: the page has no such section.
    """
    page, _, place = address.partition("#")
    return sections(page)[place]
