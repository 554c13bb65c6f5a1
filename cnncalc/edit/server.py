"""The server of the page: on this machine alone, for whoever knows the address.

Pages of strangers in the same browser can send requests here, and other users of the machine can
connect. So the address holds a secret, the request must name us as its host, and what writes must
come from our own page. Nothing is served but the page, and no file is touched but the one that is
edited.
"""

import gc
import hmac
import json
import secrets
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

from cnncalc.diagnostics import SpecError
from cnncalc.edit.requests import RequestError
from cnncalc.edit.session import Session
from cnncalc.report.page import render_page

HOST = "127.0.0.1"

MOST_BYTES = 8 * 2**20
"""Bytes of a request: the largest spec, each character as JSON may write it."""

IDLE = 0.4
"""Seconds without a request after which there is time to tidy up."""

SECONDS = 30.0
"""How long a connection may be silent."""

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class EditServer(ThreadingHTTPServer):
    """Serves one session until it is shut down; `tell` is called with each fault of ours."""

    daemon_threads = True
    allow_reuse_address = False  # else another program could take the place on some systems

    def __init__(self, session: Session, port: int, tell: Callable[[Exception], None]) -> None:
        super().__init__((HOST, port), _Handler)
        self.session = session
        self.tell = tell
        self.token = secrets.token_urlsafe(24)
        self.answered: float | None = None

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"

    def service_actions(self) -> None:
        """Collect what answers left behind, when none is waited for."""
        if self.answered is not None and monotonic() - self.answered > IDLE:
            self.answered = None
            gc.collect()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that went away in the middle of an answer is no fault of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: EditServer
    protocol_version = "HTTP/1.1"
    timeout = SECONDS
    disable_nagle_algorithm = True  # else a short body waits until the headers are acknowledged
    server_version = "cnncalc"
    sys_version = ""

    def do_GET(self) -> None:
        """The page, or what is on the disk."""
        session = self.server.session
        if not self._is_meant():
            return
        path = self._path()
        if path == "":
            nonce = secrets.token_urlsafe(16)
            document = {**session.document(), "nonce": nonce}
            page = render_page(document, "edit", nonce=nonce)
            self._send(200, page.encode(), "text/html; charset=utf-8")
        elif path == "state":
            self._answer(lambda _: session.look())
        elif path == "file":
            self._answer(lambda _: session.reread())
        else:
            self._refuse(404, "there is nothing of that name")

    def do_POST(self) -> None:
        """Run a text, save it, say what may stand in it, or work a value of it by hand."""
        session = self.server.session
        if not self._is_meant() or not self._is_own():
            return
        handles = {
            "run": session.run,
            "save": session.save,
            "complete": session.complete,
            "by_hand": session.by_hand,
        }
        handle = handles.get(self._path())
        if handle is None:
            self._refuse(404, "there is nothing of that name")
            return
        told = self._body()
        if told is not None:
            self._answer(handle, told)
            self.server.answered = monotonic()

    def _is_meant(self) -> bool:
        """Whether the request is for us, by one who knows the address."""
        port = self.server.server_port
        if self.headers.get("Host") not in {f"{HOST}:{port}", f"localhost:{port}"}:
            self._refuse(421, "this host is not served here")
            return False
        token = self.path.split("/")[1] if self.path.startswith("/") else ""
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            self._refuse(404, "there is nothing of that name")
            return False
        return True

    def _is_own(self) -> bool:
        """Whether our own page asks: browsers name the page that a POST comes from."""
        if self.headers.get("Origin") != f"http://{self.headers.get('Host')}":
            self._refuse(403, "only the page itself may ask this")
            return False
        if self.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            self._refuse(415, "requests are JSON")
            return False
        return True

    def _path(self) -> str:
        return self.path.partition("?")[0].removeprefix(f"/{self.server.token}/")

    def _body(self) -> dict[str, Any] | None:
        """The request's JSON, or None when it was refused."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            self._refuse(411, "a request says how long it is")
            return None
        if len(length) > 9 or int(length) > MOST_BYTES:
            self._refuse(413, f"a request has at most {MOST_BYTES:,} bytes")
            return None
        try:
            told = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            self._refuse(400, "the request is no JSON object")
            return None
        return told

    def _answer(self, handle: Callable[[Any], dict[str, Any]], told: Any = None) -> None:
        try:
            found = handle(told)
        except RequestError as fault:
            self._refuse(400, str(fault))
        except SpecError as error:  # what is on the disk cannot be read
            self._refuse(409, error.diagnostics[0].message)
        except OSError as fault:
            self._refuse(409, fault.strerror or str(fault))
        except Exception as fault:  # noqa: BLE001 - ours: it is shown where it is seen
            self.server.tell(fault)
            self._refuse(500, f"a fault of cnncalc: {type(fault).__name__}; the terminal has more")
        else:
            text = json.dumps(found, check_circular=False, separators=(",", ":"))
            self._send(200, text.encode(), "application/json")

    def _refuse(self, status: int, problem: str) -> None:
        # What was not read of a request would be taken for the next one.
        self.close_connection = True
        text = json.dumps({"problem": problem})
        self._send(status, text.encode(), "application/json")

    def _send(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing: the terminal is for faults."""
