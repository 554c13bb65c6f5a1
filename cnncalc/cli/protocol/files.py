"""The files that are open in an editor: their texts as they stand, read in one thread."""

import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from lsprotocol import types

from cnncalc.checks.finding import Finding
from cnncalc.cli.protocol.convert import Positions, diagnostic, path_of, uri_of
from cnncalc.cli.protocol.settings import Project, Settings, project_of
from cnncalc.editor.document import Document

Result = TypeVar("Result")

DELAY = 0.01
"""Seconds for which a newer text is waited for."""

IDLE = 0.5
"""Seconds without a change after which there is time to tidy up."""


class StaleError(Exception):
    """The text has changed: what is asked of the old one is not worth an answer."""


class OpenFile:
    """A file that is open.

    Attributes:
        uri: its address.
        path: its path.
        version: the editor's number of its text.
        document: its text, read.
        positions: offsets in it, as the protocol has them.
        told: what was last said to be wrong with it, and in how many lines.
        chosen: the variant that was chosen in the editor.
    """

    def __init__(self, uri: str, project: Project) -> None:
        self.uri = uri
        self.path = path_of(uri)
        self.project = project
        self.version: int | None = None
        self.document = Document("", self.path)
        self.positions: Positions
        self.told: tuple[tuple[Finding, ...], int] = ((), 0)
        self.chosen: str | None = None
        self.task: asyncio.Task[None] | None = None


class Files:
    """The open files, and the thread in which they are read."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.settings = Settings()
        self.open: dict[str, OpenFile] = {}
        self.worker = ThreadPoolExecutor(1, "cnncalc")
        self.complained: set[str] = set()

    # What the editor says

    def put(self, uri: str, text: str, version: int | None) -> None:
        """Take the text of a file, new or changed, and read it soon."""
        file = self.open.get(uri)
        if file is None:
            project = project_of(path_of(uri), self.settings)
            file = self.open[uri] = OpenFile(uri, project)
            self.tell_project(project)
        self.read(file, text, version)

    def read(self, file: OpenFile, text: str, version: int | None) -> None:
        """Put a text in the place of what a file held."""
        wanted = file.chosen or self.settings.variant_of(file.path)
        document = Document(text, file.path, file.project.plan, wanted=wanted)
        document.pause = lambda: _check_is_current(file, document)
        codec = self.server.workspace.position_codec
        file.document, file.version = document, version
        file.positions = Positions(document, codec)
        if file.task is not None:
            file.task.cancel()
        file.task = asyncio.ensure_future(self._check(file, document))

    def close(self, uri: str) -> None:
        """Forget a file, and what was wrong with it."""
        file = self.open.pop(uri, None)
        if file is not None:
            file.document = Document("", file.path)  # ends what is under way
            if file.task is not None:
                file.task.cancel()
            self._publish(uri, None, [])

    def renew(self) -> None:
        """Read every file again: settings or project files have changed."""
        for file in [*self.open.values()]:
            file.project = project_of(file.path, self.settings)
            self.tell_project(file.project)
            self.read(file, file.document.text, file.version)

    def choose(self, uri: str, variant: str) -> None:
        """Show another variant of a file."""
        file = self.open.get(uri)
        if file is not None:
            file.chosen = variant
            self.read(file, file.document.text, file.version)

    # What is asked

    async def ask(self, uri: str, function: Callable[[OpenFile], Result]) -> Result | None:
        """What a function of an open file gives, worked out in the thread; None without the file.

        Raises:
            StaleError: the text has changed meanwhile.
        """
        file = self.open.get(uri)
        if file is None:
            return None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.worker, function, file)

    async def _check(self, file: OpenFile, document: Document) -> None:
        """Say what is wrong with a text: first in the network that is looked at, then in all."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(DELAY)
        try:
            for is_last in (False, True):
                found = await loop.run_in_executor(self.worker, _findings, document, is_last)
                if file.document is not document:
                    return
                is_all = is_last or not document.is_spec or len(document.variants) < 2
                self._tell(file, found, is_last=is_all)
                if is_all:
                    break
        except StaleError:
            return
        await asyncio.sleep(IDLE)
        await loop.run_in_executor(self.worker, gc.collect)

    def _tell(self, file: OpenFile, found: tuple[Finding, ...], *, is_last: bool) -> None:
        """Send findings; those of other variants stay until these are looked at again."""
        document = file.document
        told, lines = file.told
        if not is_last and lines == len(document.lines):
            shown = document.variant
            others = (one for one in told if one.variants and shown not in one.variants)
            known = {(one.diagnostic.code, one.diagnostic.span) for one in found}
            kept = [
                one for one in others if (one.diagnostic.code, one.diagnostic.span) not in known
            ]
            found = (*found, *kept)
        file.told = found, len(document.lines)
        items = [diagnostic(one, file.positions, file.uri) for one in found]
        self._publish(file.uri, file.version, items)

    def tell_project(self, project: Project) -> None:
        """Say what is wrong with a project file."""
        if project.file is None:
            return
        uri = uri_of(project.file)
        if project.faults or project.problem or uri in self.complained:
            document = Document(project.text, project.file)
            positions = Positions(document, self.server.workspace.position_codec)
            items = [diagnostic(Finding(one), positions, uri) for one in project.faults]
            if project.problem:
                start = types.Position(0, 0)
                place = types.Range(start, start)
                items.append(types.Diagnostic(place, project.problem, source="cnncalc"))
            self.complained.add(uri)
            self._publish(uri, None, items)

    def _publish(self, uri: str, version: int | None, items: list[types.Diagnostic]) -> None:
        params = types.PublishDiagnosticsParams(uri, items, version)
        self.server.text_document_publish_diagnostics(params)


def _findings(document: Document, is_last: bool) -> tuple[Finding, ...]:
    """What is wrong with a text; nothing with one that is no spec."""
    document.pause()
    if not document.is_spec:
        return ()
    return document.findings if is_last else document.first_findings


def _check_is_current(file: OpenFile, document: Document) -> None:
    if file.document is not document:
        raise StaleError
