"""A client of the language server: it writes and reads messages as the protocol has them."""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 60
"""How long an answer is waited for: machines may be busy."""

FULL = {
    "workspace": {
        "configuration": False,
        "inlayHint": {"refreshSupport": True},
        "codeLens": {"refreshSupport": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}},
}
"""What a client can do that can do all."""


class Client:
    """A server in a process of its own, and what it has said."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "cnncalc", "lsp"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder)
        self.said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.kept: list[dict[str, Any]] = []
        self.number = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        output = self.process.stdout
        assert output is not None
        while True:
            length = None
            while line := output.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if length is None:
                self.said.put(None)
                return
            self.said.put(json.loads(output.read(length)))

    def write(self, data: bytes) -> None:
        """Bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, **message: Any) -> None:
        """A message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def tell(self, method: str, params: Any) -> None:
        """A notification."""
        self.send(method=method, params=params)

    def begin(self, method: str, params: Any) -> int:
        """A request; gives its number."""
        self.number += 1
        self.send(id=self.number, method=method, params=params)
        return self.number

    def answer(self, number: int) -> dict[str, Any]:
        """The whole answer to a request."""
        return self.wait(lambda one: one.get("id") == number and "method" not in one)

    def ask(self, method: str, params: Any) -> Any:
        """What a request gives."""
        answer = self.answer(self.begin(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    def fault(self, method: str, params: Any) -> dict[str, Any]:
        """Why a request is refused."""
        error: dict[str, Any] = self.answer(self.begin(method, params))["error"]
        return error

    def wait(self, wanted: Any) -> dict[str, Any]:
        """The first message that is wanted; the others are kept."""
        for place, one in enumerate(self.kept):
            if wanted(one):
                return self.kept.pop(place)
        while True:
            message = self.said.get(timeout=SECONDS)
            assert message is not None, "the server is gone"
            if wanted(message):
                return message
            self.kept.append(message)

    def notice(self, method: str) -> Any:
        """What the next notification of a kind says."""
        return self.wait(lambda one: one.get("method") == method)["params"]

    def diagnostics(self, file: Mapping[str, str], version: int) -> list[dict[str, Any]]:
        """What is wrong with a version of a text, all of its networks looked at.

        A file of several networks is told of twice: the one that is looked at comes first.
        """
        method = "textDocument/publishDiagnostics"
        found = self.wait(
            lambda one: (
                one.get("method") == method
                and one["params"]["uri"] == file["uri"]
                and one["params"].get("version") == version
            )
        )
        diagnostics: list[dict[str, Any]] = found["params"]["diagnostics"]
        return diagnostics

    def close(self) -> int:
        """End as the protocol asks; gives the exit code."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.process.wait(SECONDS)


@contextmanager
def serving(
    folder: Path, options: Mapping[str, Any] | None = None, can: Mapping[str, Any] = FULL
) -> Iterator[Client]:
    """A server that is ready; it must end well, and say nothing besides."""
    client = Client(folder)
    try:
        params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": can}
        client.ask("initialize", {**params, "initializationOptions": options or {}})
        client.tell("initialized", {})
        yield client
        assert client.close() == 0
        assert client.process.stderr is not None
        assert client.process.stderr.read() == b""
    finally:
        client.process.kill()
        client.process.wait()
        for stream in (client.process.stdin, client.process.stdout, client.process.stderr):
            if stream is not None:
                stream.close()
