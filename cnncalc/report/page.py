"""A page around documents: one file of HTML that loads nothing."""

import json
import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from cnncalc.printable import printable

HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<noscript>This page is drawn by a script, which stands in this file.</noscript>
<script type="application/json" id="document">{document}</script>
<script>{script}</script>
</body>
</html>
"""

NOTE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{text}</title>
</head>
<body><p>{text}</p></body>
</html>
"""

POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)
"""What a browser lets the page do: run its own script and style, and load nothing.

Source: W3C, Content Security Policy Level 3, "2.3.1. Source Lists".
"""


def page_of(
    title: str,
    networks: Sequence[Mapping[str, Any]],
    by: str | None = None,
    *,
    comparison: Mapping[str, Any] | None = None,
    difference: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The document of a page.

    Args:
        title: what it is about.
        networks: their documents.
        by: what `made_by` says, where that is known.
        comparison: what they have in common and what not.
        difference: what changed in the network, or a list of what changed in each.
    """
    return {
        "made_by": by or made_by(),
        "title": title,
        "networks": networks,
        "comparison": comparison,
        "difference": difference,
    }


def made_by() -> str:
    """This program with its version, which is read from what was installed."""
    from importlib.metadata import version  # slow to load, and only a page says it

    return f"cnncalc {version('cnncalc')}"


def render_page(page: Mapping[str, Any], name: str = "report", *, nonce: str | None = None) -> str:
    """The page as HTML, in ASCII; the same of the same document.

    Args:
        page: its document.
        name: whose script and style it has.
        nonce: a word for styles that its script makes, of a page that is served and asks its
            server; it is used once.
    """
    script, style = built(f"{name}.js"), built(f"{name}.css")
    policy = POLICY.format(script=_digest(script), style=_digest(style))
    if nonce is not None:
        policy = policy.replace("; img-src", f" 'nonce-{nonce}'; connect-src 'self'; img-src")
    title = _escaped(printable(page["title"]))
    document = embedded(page)
    return HTML.format(policy=policy, title=title, style=style, document=document, script=script)


def render_note(text: str) -> str:
    """A page with a sentence and nothing else: where there is nothing to draw."""
    policy = "default-src 'none'; base-uri 'none'; form-action 'none'"
    return NOTE.format(policy=policy, text=_escaped(printable(text)))


def embedded(value: object) -> str:
    r"""A value as JSON that can stand in a script of HTML, on one line of ASCII.

    Nothing in it ends the script, and nothing is a command for what shows a log.

    Source: WHATWG, HTML, "4.12.1.3 Restrictions for contents of script elements".

    Example:
        >>> embedded({"name": "</script>"})
        '{"name":"\\u003c/script>"}'
    """
    text = json.dumps(value, check_circular=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("##", "#\\u0023")


def built(name: str) -> str:
    """A built file of the page's source, which lies in `web/` of the repository."""
    path = os.path.join(os.path.dirname(__file__), "page", name)
    with open(path, encoding="ascii", newline="\n") as stream:
        return stream.read()


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _escaped(text: str) -> str:
    """Text between tags: every character with a meaning there, or beyond ASCII, as its number."""
    return "".join(
        one if one.isascii() and one not in '<>&"#' else f"&#{ord(one)};" for one in text
    )
