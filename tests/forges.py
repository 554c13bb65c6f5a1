"""A server on this machine that answers as GitHub's API of comments does."""

import json
import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

ROBOT = {"login": "github-actions[bot]", "type": "Bot"}
PERSON = {"login": "someone", "type": "User"}

Answer = tuple[int, Any]
"""A status, and what is sent as JSON."""


class Forge:
    """Pull request 7 of `o/r`, with its comments, for whoever has the token `t`.

    Attributes:
        comments: what was written.
        asked: each request: its method and its path.
        refuse: gives an answer to a request in the place of the usual one, or None.
        user: whose the token is; None for the token of a job, which may not ask that.
    """

    def __init__(self, user: str | None = None) -> None:
        self.comments: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.refuse: Callable[[str], Answer | None] = lambda _: None
        self.user = user
        self.server = HTTPServer(("127.0.0.1", 0), _handler(self))
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        self.thread = Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def event(self, folder: Path, name: str = "pull_request") -> dict[str, str]:
        """What a job is told of the event that started it."""
        path = folder / "event.json"
        path.write_text(json.dumps({"pull_request": {"number": 7}}), "utf-8")
        return {
            "GITHUB_API_URL": self.address,
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(path),
        }

    def say(self, body: str, user: dict[str, str] = PERSON) -> None:
        """Someone writes a comment."""
        self.comments.append({"id": 100 + len(self.comments), "user": user, "body": body})

    def answer(self, method: str, target: str, token: str | None, body: Any) -> Answer:
        self.asked.append(f"{method} {target}")
        refused = self.refuse(self.asked[-1])
        if refused is not None:
            return refused
        if token != "Bearer t":  # noqa: S105 - it is none
            return 401, {"message": "Bad credentials"}
        url = urlsplit(target)
        if url.path == "/user":
            return (200, {"login": self.user}) if self.user else (403, {"message": "not you"})
        if url.path == "/repos/o/r/issues/7/comments":
            return self.listed(url.query) if method == "GET" else self.begun(body)
        found = re.fullmatch(r"/repos/o/r/issues/comments/(\d+)", url.path)
        if method == "PATCH" and found:
            [one] = [one for one in self.comments if one["id"] == int(found[1])]
            one["body"] = body["body"]
            return 200, one
        return 404, {"message": "Not Found"}

    def listed(self, query: str) -> Answer:
        """A page of the comments."""
        asked = {name: int(value) for name, [value] in parse_qs(query).items()}
        each, page = min(asked.get("per_page", 30), 100), asked.get("page", 1)
        return 200, self.comments[(page - 1) * each : page * each]

    def begun(self, body: Any) -> Answer:
        """A new comment; GitHub refuses those that are too long."""
        if len(body["body"]) > 65_536:
            return 422, {"message": "Validation Failed"}
        user = {"login": self.user, "type": "User"} if self.user else ROBOT
        self.say(body["body"], user)
        return 201, self.comments[-1]


def _handler(forge: Forge) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            token = self.headers.get("Authorization")
            status, told = forge.answer(self.command, self.path, token, body)
            data = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            if status in {301, 302, 307}:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = handle_one  # noqa: N815 - as the library names them

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
