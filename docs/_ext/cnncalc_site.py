"""What the site has beyond its pages: parts that are made of cnncalc's records when it is built.

`<!-- made: NAME ARGUMENT ... -->` in a page is where such a part goes. It is put in before the
page is parsed, as Markdown, so that its headings are headings of the page. None is committed.
"""

import re
from collections.abc import Callable

import figures
import made_codes
import made_conventions
import made_networks
import made_ops
import made_python
import made_statements
import play
import words
from docutils import nodes
from sphinx.application import Sphinx

PARTS: dict[str, Callable[..., str]] = {
    "ops": made_ops.family,
    "op-names": made_ops.names,
    "rules": made_codes.rules,
    "faults": made_codes.faults,
    "networks": made_networks.by_year,
    "studies": made_networks.studies,
    "python": made_python.names,
    "statements": made_statements.index,
    "conventions": made_conventions.own,
    "profiles": made_conventions.profiles,
}
"""What makes each part, by the name that pages call it."""

MARK = re.compile(r"^<!-- made: (?P<words>[\w -]+) -->$", re.MULTILINE)
NAMED = re.compile(r"^```yaml (?P<name>[\w.-]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
"""A spec that a page shows under a name."""

SHOWN = "```{code-block} yaml\n:caption: \\g<name>\n\n\\g<text>```\n\n"
CHANGED = "```{play}\n:brief:\n\n\\g<text>```"


def complete(text: str) -> str:
    """The text of a page with its parts put in, and its specs under their names, to be changed.

    Raises:
        KeyError: there is no such part.
    """

    def made(found: re.Match[str]) -> str:
        name, *arguments = found["words"].split()
        return PARTS[name](*arguments)

    text = MARK.sub(made, text)
    return NAMED.sub(SHOWN + CHANGED, text)


def _read(_app: Sphinx, _page: str, content: list[str]) -> None:
    content[0] = complete(content[0])


def _tell_language(
    _app: Sphinx, page: str, _template: str, context: dict[str, object], _tree: object
) -> None:
    """Let a reader's voice, and the words around a page, be those of its own language."""
    language = words.language_of(page)
    if language == "en":
        return
    context["language"] = language
    # What the templates of the theme call; without it they ask the catalogue of the whole site.
    context["gettext"] = words.around(language)
    if isinstance(tree := context.get("furo_navigation_tree"), str):
        context["furo_navigation_tree"] = words.tree(tree, language)
    if isinstance(body := context.get("body"), str):
        context["body"] = words.headings(body, language)


LONG = 36
"""Letters of code that stand side by side on a telephone."""


def _mark_long_words(_app: Sphinx, doctree: nodes.document, _page: str) -> None:
    """Let code be cut where a word of it would widen the page."""
    for node in doctree.findall(nodes.literal):
        if any(len(word) > LONG for word in node.astext().split()):
            node["classes"].append("long")


def setup(app: Sphinx) -> dict[str, object]:
    """Let Sphinx know."""
    app.connect("source-read", _read)
    app.connect("doctree-resolved", _mark_long_words)
    app.connect("html-page-context", _tell_language, priority=900)  # behind the theme
    figures.setup(app)
    play.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
