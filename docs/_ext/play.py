"""`{play}`: a network to change in the page, by the page of `web/` that needs no server.

    ```{play} resnet:50
    ```

Its text may stand in the place of a name. With `:brief:` there is the button alone. Nothing is
loaded before the reader clicks. The page is that of `npm run play` in `web/`, or of the folder
that `CNNCALC_PLAY` names; where there is none, the command is told that does the same.
"""

import os
import shutil
from base64 import urlsafe_b64encode
from html import escape
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote
from zlib import DEFLATED, compressobj

import words
from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.application import Sphinx

LOADING = "Python is loaded into your browser, some 13 MB, once; or {command} on your machine."
BUILT = Path(__file__).parent.parent.parent / "web" / "dist"


def folder() -> Path | None:
    """Where the page lies that was built, if it was."""
    named = os.environ.get("CNNCALC_PLAY")
    found = Path(named) if named else BUILT
    return found if (found / "index.html").is_file() else None


def address(name: str, text: str) -> str:
    """What the page opens, as `web/src/play/named.js` reads it."""
    if text:
        packer = compressobj(9, DEFLATED, -15)
        data = packer.compress(text.encode()) + packer.flush()
        return f"spec={urlsafe_b64encode(data).decode().rstrip('=')}"
    family, _, variant = name.partition(":")
    return f"net={quote(family)}" + (f"&variant={quote(variant)}" if variant else "")


class Play(Directive):  # type: ignore[misc] # docutils is not checked with us
    """A button that opens the page with a network in it."""

    optional_arguments = 1
    option_spec: ClassVar = {"brief": directives.flag}
    has_content = True

    def run(self) -> list[nodes.Node]:
        """The button, or the command."""
        name = self.arguments[0] if self.arguments else ""
        text = "".join(f"{line}\n" for line in self.content)
        env = self.state.document.settings.env
        command = f"cnncalc edit {name or 'net.yaml'}"
        is_brief = "brief" in self.options
        says = words.around(words.language_of(env.docname))

        def with_command(sentence: str) -> str:
            return says(sentence).format(command=f"<code>{escape(command)}</code>")

        if folder() is None:
            if is_brief:
                return []
            told = with_command("To change it and see the numbers follow: {command}")
        else:
            at = f"{'../' * env.docname.count('/')}play/index.html#{address(name, text)}"
            label = says("Change it here")
            told = f'<button type="button" data-play="{escape(at)}">{label}</button>'
            if not is_brief:
                told += f" <span>{with_command(LOADING)}</span>"
        look = "play brief" if is_brief else "play"
        return [nodes.raw("", f'<div class="{look}">{told}</div>', format="html")]


def _copy(app: Sphinx, fault: Exception | None) -> None:
    """Lay the page beside the others."""
    found = folder()
    if fault is None and found is not None and app.builder.format == "html":
        shutil.copytree(found, Path(app.outdir) / "play", dirs_exist_ok=True)


def setup(app: Sphinx) -> None:
    """Let Sphinx know."""
    app.add_directive("play", Play)
    app.connect("build-finished", _copy)
