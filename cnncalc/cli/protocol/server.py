"""The server: how it begins and ends, what an editor tells it, and how requests are answered."""

import gc
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from cnncalc.cli.protocol.convert import path_of
from cnncalc.cli.protocol.files import Files, StaleError
from cnncalc.cli.protocol.requests import REQUESTS, SHOW_VARIANT, Answer, Asked
from cnncalc.cli.protocol.settings import read_options
from cnncalc.editor.names import RenameError
from cnncalc.printable import printable

MOST_BYTES = 64 * 2**20
"""Bytes of a message; a longer one is read and forgotten."""

LONGEST_HEADER = 65_536
"""Bytes of a line of a message's head."""

CONTENT_MODIFIED = -32801
REQUEST_FAILED = -32803
"""Codes of the protocol for an answer that is not worth giving, and one that cannot be given."""


class _Input:
    """Standard input, of which no message takes all memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream

    def readline(self) -> bytes:
        """A line of the head."""
        return self.stream.readline(LONGEST_HEADER)

    def read(self, size: int) -> bytes:
        """A message."""
        if size <= MOST_BYTES:
            return self.stream.read(size)
        while size > 0:
            part = self.stream.read(min(size, 2**20))
            if not part:
                return b""
            size -= len(part)
        return b"null"


class _Session:
    """One editor: what it is told, and what it tells; `is_over` when it has said so."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.files = Files(server)
        self.is_over = False

    @property
    def workspace(self) -> Any:
        """What the editor can do with its workspace, or None."""
        return self.server.client_capabilities.workspace

    def begin(self, params: types.InitializeParams) -> None:
        """The editor is there."""
        self.files.settings = read_options(params.initialization_options)

    async def begun(self, _: Any) -> None:
        """It is ready to be asked."""
        watched = self.workspace and self.workspace.did_change_watched_files
        if watched and watched.dynamic_registration:
            self.watch()
        await self.configure()

    async def settings_changed(self, params: types.DidChangeConfigurationParams) -> None:
        """Settings have changed: it tells them, or is asked for them."""
        self.files.settings = read_options(params.settings, self.files.settings)
        self.files.renew()
        await self.configure()
        self.refresh()

    async def configure(self) -> None:
        """Ask for the settings, and read the files by them."""
        if not (self.workspace and self.workspace.configuration):
            return
        item = types.ConfigurationItem(section="cnncalc")
        params = types.ConfigurationParams([item])
        told = await self.server.workspace_configuration_async(params)
        settings = read_options(told[0] if told else None, self.files.settings)
        if settings != self.files.settings:
            self.files.settings = settings
            self.files.renew()

    def watch(self) -> None:
        """Have it tell of changes of project files."""
        patterns = ("**/cnncalc.toml", "**/pyproject.toml")
        watchers = [types.FileSystemWatcher(pattern) for pattern in patterns]
        told = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration("project-files", method, told)
        self.server.client_register_capability(types.RegistrationParams([registration]))

    def refresh(self) -> None:
        """Have it ask for hints and lenses again."""
        hints = self.workspace and self.workspace.inlay_hint
        if hints and hints.refresh_support:
            self.server.workspace_inlay_hint_refresh(None)
        lenses = self.workspace and self.workspace.code_lens
        if lenses and lenses.refresh_support:
            self.server.workspace_code_lens_refresh(None)

    async def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A file is opened."""
        one = params.text_document
        self.files.put(one.uri, one.text, one.version)

    async def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text has changed; the last change has all of it."""
        one = params.text_document
        if one.uri in self.files.open and params.content_changes:
            self.files.put(one.uri, params.content_changes[-1].text, one.version)

    async def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A file is saved; a project file speaks for others."""
        if path_of(params.text_document.uri).endswith(".toml"):
            self.files.renew()

    async def files_changed(self, _: Any) -> None:
        """A project file has changed."""
        self.files.renew()

    async def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A file is closed."""
        self.files.close(params.text_document.uri)

    async def show_variant(self, *told: Any) -> None:
        """Another variant is to be shown."""
        if len(told) == 2 and all(isinstance(one, str) for one in told):
            self.files.choose(*told)
            self.refresh()

    def end(self, _: Any) -> None:
        """It will say no more."""
        self.is_over = True

    def asked(self) -> Asked:
        """What holds of its requests."""
        text = self.server.client_capabilities.text_document
        item = text and text.completion and text.completion.completion_item
        edits = self.workspace and self.workspace.workspace_edit
        has_versions = bool(edits and edits.document_changes)
        return Asked(self.files.settings, bool(item and item.snippet_support), has_versions)

    def answering(self, answer: Answer) -> Callable[[Any], Awaitable[Any]]:
        """What answers a request: it works in the thread in which texts are read."""

        async def handle(params: Any) -> Any:
            asked = self.asked()
            uri = params.text_document.uri
            try:
                return await self.files.ask(uri, lambda file: answer(file, params, asked))
            except StaleError:
                raise JsonRpcException("the text has changed", CONTENT_MODIFIED) from None
            except RenameError as fault:
                raise JsonRpcException(printable(str(fault)), REQUEST_FAILED) from None

        return handle

    def told(self) -> dict[str, Callable[..., Any]]:
        """What is done when the editor tells something."""
        return {
            types.INITIALIZE: self.begin,
            types.INITIALIZED: self.begun,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: self.settings_changed,
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: self.files_changed,
            types.TEXT_DOCUMENT_DID_OPEN: self.opened,
            types.TEXT_DOCUMENT_DID_CHANGE: self.changed,
            types.TEXT_DOCUMENT_DID_SAVE: self.saved,
            types.TEXT_DOCUMENT_DID_CLOSE: self.closed,
            types.SHUTDOWN: self.end,
        }


def serve(source: BinaryIO, output: BinaryIO) -> int:
    """Serve until the editor says so, or is gone; gives the exit code."""
    logging.getLogger("pygls").addHandler(logging.NullHandler())
    logging.getLogger("pygls").propagate = False
    kind = types.TextDocumentSyncKind.Full
    server: Any = LanguageServer("cnncalc", "1", text_document_sync_kind=kind)
    server.report_server_error = lambda error, _source: _tell(server, error)
    server.protocol.structure_message = _refusing(server.protocol.structure_message, output)
    session = _Session(server)
    for name, handler in session.told().items():
        server.feature(name)(_plain(handler))
    for name, (answer, told) in REQUESTS.items():
        server.feature(name, told)(session.answering(answer))
    server.command(SHOW_VARIANT)(_plain(session.show_variant))
    gc.freeze()  # what is there stays; what answers leave behind is collected between them
    with suppress(OSError):  # the editor is gone
        server.start_io(_Input(source), output)
    session.files.worker.shutdown(wait=False, cancel_futures=True)
    return 0 if session.is_over else 1


def _plain(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method as a function of its own: the library notes things on what it calls."""
    from inspect import iscoroutinefunction  # noqa: PLC0415

    async def wait(*told: Any) -> Any:
        return await method(*told)

    def call(*told: Any) -> Any:
        return method(*told)

    return wait if iscoroutinefunction(method) else call


def _refusing(read: Callable[[Any], Any], output: BinaryIO) -> Callable[[Any], Any]:
    """What reads a message: a request whose parameters are none is refused, not left open."""

    def checked(data: Any) -> Any:
        try:
            return read(data)
        except JsonRpcException as fault:
            number = data.get("id")
            if isinstance(number, int | str) and "method" in data:
                error = {"code": fault.code, "message": "malformed request"}
                told = {"jsonrpc": "2.0", "id": number, "error": error}
                body = json.dumps(told).encode()
                output.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
                output.flush()
            raise

    return checked


def _tell(server: Any, error: Exception) -> None:
    """Write down a message that was none, or a fault of ours; the server goes on."""
    text = printable(f"{type(error).__name__}: {error}"[:1000])
    server.window_log_message(types.LogMessageParams(types.MessageType.Error, text))
