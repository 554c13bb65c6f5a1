"""The server of `cnncalc edit`, asked as a browser asks."""

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from cnncalc.checks.networks import Plan
from cnncalc.edit.draft import on_disk
from cnncalc.edit.server import HOST, EditServer
from cnncalc.edit.session import Session
from cnncalc.spec.library import Source


class Asking:
    """One server, and what it said of faults of its own."""

    def __init__(self, server: EditServer, told: list[Exception]) -> None:
        self.server = server
        self.told = told
        self.host = f"{HOST}:{server.server_port}"

    def send(
        self,
        method: str,
        name: str = "",
        body: bytes | None = None,
        *,
        token: str | None = None,
        path: str | None = None,
        **headers: str | None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """A request as the page makes it, but for what is given; None takes a header away."""
        at = path or f"/{self.server.token if token is None else token}/{name}"
        own: dict[str, str | None] = {"Host": self.host}
        if method == "POST":
            own |= {
                "Origin": f"http://{self.host}",
                "Content-Type": "application/json",
                "Content-Length": str(len(body or b"")),
            }
        own |= {key.replace("_", "-"): value for key, value in headers.items()}
        connection = http.client.HTTPConnection(self.host, timeout=20)
        connection.putrequest(method, at, skip_host=True, skip_accept_encoding=True)
        for key, value in own.items():
            if value is not None:
                connection.putheader(key, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        found = answer.status, dict(answer.headers), answer.read()
        connection.close()
        return found

    def ask(self, name: str, told: object = None, code: int = 200) -> dict[str, Any]:
        """What a request of the page is answered."""
        body = None if told is None else json.dumps(told).encode()
        status, _, data = self.send("GET" if told is None else "POST", name, body)
        assert status == code, data
        found: dict[str, Any] = json.loads(data)
        return found

    def run(self, text: str, variant: str | None = None, **values: str) -> dict[str, Any]:
        """What a text comes to."""
        return self.ask("run", {"text": text, "variant": variant, "values": values})


@contextmanager
def serving(path: Path, plan: Plan | None = None, variant: str | None = None) -> Iterator[Asking]:
    """A server of a file, until the block ends."""
    start = on_disk(str(path))
    source = Source(start.text or "", str(path), variant)
    told: list[Exception] = []
    server = EditServer(Session(str(path), start, source, plan or Plan()), 0, told.append)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Asking(server, told)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
