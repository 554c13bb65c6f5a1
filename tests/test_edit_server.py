"""The server of `cnncalc edit`: who is answered, and what a request can do."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.request import urlopen

import pytest
from documents_of import Elements
from editing import Asking, serving

from cnncalc.edit.alone import Alone
from cnncalc.edit.server import HOST, MOST_BYTES
from cnncalc.edit.session import Session
from cnncalc.editor.completion import complete
from cnncalc.editor.document import Document

TEXT = "name: n\ninput: 3x8x8\nlayers:\n  - conv3x3 4\n  - relu\n"
HOSTILE = "</script><img src=x onerror=alert(1)>\u202etxt.\x1b[31m"
RUN = json.dumps({"text": TEXT, "variant": None}).encode()


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def server(net: Path) -> Iterator[Asking]:
    with serving(net) as asking:
        yield asking
        assert asking.told == []


def test_the_page_is_served_to_who_knows_the_address(server: Asking) -> None:
    status, headers, data = server.send("GET")
    page = data.decode("ascii")
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Server" not in headers or "Python" not in headers["Server"]
    [policy] = re.findall('Policy" content="([^"]*)"', page)
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert server.server.token not in page  # what leaks of the page does not lead here
    nonces = {re.findall("'nonce-([^']*)'", server.send("GET")[2].decode())[0] for _ in range(2)}
    assert len(nonces) == 2


def test_a_secret_of_the_address_is_long_and_new(net: Path) -> None:
    tokens = set()
    for _ in range(3):
        with serving(net) as one:
            tokens.add(one.server.token)
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 32


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["", "x", "%00", "%C3%A9", "../x", "x" * 5000])
def test_without_the_secret_there_is_nothing(server: Asking, method: str, token: str) -> None:
    for name in ("", "run", "state", "file"):
        status, _, data = server.send(method, name, RUN if method == "POST" else None, token=token)
        assert status == 404
        assert b"conv3x3" not in data


@pytest.mark.parametrize(
    "path",
    ["/", "//", "*", "x", "http://127.0.0.1/", "/{token}", "/{token}/../{token}/",
     "/{token}/net.yaml", "/{token}//etc/passwd", "/{token}/%2e%2e/net.yaml", "/{token}/run",
     "/{token}/file/x", "/{token}x/"],
)  # fmt: skip
def test_no_path_but_its_own(server: Asking, path: str) -> None:
    status, _, data = server.send("GET", path=path.replace("{token}", server.server.token))
    if path == "/{token}":
        return  # the same page
    assert status == 404, path
    assert b"conv3x3" not in data


@pytest.mark.parametrize(
    "host", [None, "", "evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "[::1]"]
)
def test_another_host_is_refused(server: Asking, host: str | None) -> None:
    for name in ("", "state"):
        assert server.send("GET", name, Host=host)[0] == 421
    assert server.send("POST", "run", RUN, Host=host)[0] == 421


@pytest.mark.parametrize(
    "origin", [None, "", "null", "http://evil.example", "https://{host}", "http://127.0.0.1"]
)
def test_another_origin_is_refused(server: Asking, net: Path, origin: str | None) -> None:
    told = json.dumps({"text": "", "known": server.ask("state")["state"]}).encode()
    origin = origin and origin.replace("{host}", server.host)
    assert server.send("POST", "save", told, Origin=origin)[0] == 403
    assert server.send("POST", "run", RUN, Origin=origin)[0] == 403
    assert net.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_what_a_form_can_send_is_refused(server: Asking, kind: str | None) -> None:
    assert server.send("POST", "run", RUN, Content_Type=kind)[0] == 415


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_do_nothing(server: Asking, net: Path, method: str) -> None:
    status, headers, data = server.send(method, "save", RUN)
    assert status == 501
    assert not [name for name in headers if name.startswith("Access-Control")]
    assert b"conv3x3" not in data
    assert net.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    ("length", "code"),
    [(str(MOST_BYTES + 1), 413), ("9" * 4000, 413), (None, 411), ("-1", 411), ("1e3", 411),
     ("\xb2", 411)],
)  # fmt: skip
def test_the_size_of_a_request_is_bounded(server: Asking, length: str | None, code: int) -> None:
    assert server.send("POST", "run", None, Content_Length=length)[0] == code


def test_pieces_of_unknown_length_are_refused(server: Asking) -> None:
    assert server.send("POST", "run", RUN, Transfer_Encoding="chunked")[0] == 411


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "the request is no JSON object"),
        (b"{", "the request is no JSON object"),
        (b"[]", "the request is no JSON object"),
        (b"\xff\xfe", "the request is no JSON object"),
        (b"[" * 100_000, "the request is no JSON object"),
        (b"{}", "there is no text"),
        (b'{"text": 1}', "there is no text"),
        (b'{"text": "\\ud800"}', "the text has half a character, which no file can hold"),
        (b'{"text": "", "variant": []}', "a variant has a name"),
        (b'{"text": "", "values": []}', "values of variables stand under their names"),
        (b'{"text": "", "values": {"a": 1}}', "a value of a variable is a short text"),
        (
            b'{"text": "", "values": {"a": "' + b"1" * 101 + b'"}}',
            "a value of a variable is a short text",
        ),
    ],
)
def test_faulty_requests_are_told(server: Asking, body: bytes, problem: str) -> None:
    status, _, data = server.send("POST", "run", body)
    assert status == 400
    assert json.loads(data) == {"problem": problem}


@pytest.mark.parametrize("value", ["(((", "9**9**9**9", "1 +", "", "[" * 100])
def test_what_is_no_value_is_told(server: Asking, value: str) -> None:
    assert server.run(TEXT, width=value)["problem"].startswith("width: ")


def test_faulty_requests_to_save_write_nothing(server: Asking, net: Path) -> None:
    for told in (
        {},
        {"text": "x", "known": 1},
        {"text": None, "known": None},
        {"text": "\ud800", "known": server.ask("state")["state"]},
    ):
        server.ask("save", told, code=400)
    assert net.read_text(encoding="utf-8") == TEXT


def test_a_fault_of_ours_is_told_and_it_goes_on(
    net: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(net) as asking:
        with monkeypatch.context() as patch:
            patch.setattr(Session, "look", lambda _: 1 / 0)
            assert (
                "a fault of cnncalc: ZeroDivisionError" in asking.ask("state", code=500)["problem"]
            )
        assert [type(one) for one in asking.told] == [ZeroDivisionError]
        assert asking.ask("state")["state"]


def test_names_of_strangers_are_text(tmp_path: Path) -> None:
    path = tmp_path / "<b>&\u202enet.yaml"
    path.write_text(f"name: {json.dumps(HOSTILE)}\ninput: 3x8x8\nlayers:\n  - conv3x3 4\n# <!--\n")
    with serving(path) as asking:
        page = asking.send("GET")[2].decode("ascii")
    elements = Elements(page)
    assert [tag for tag, _ in elements.found if tag in {"b", "img", "a", "iframe"}] == []
    held = json.loads(elements.texts["script"][0])
    assert held["answer"]["page"]["networks"][0]["name"] == HOSTILE
    assert "\x1b" not in page


def doubled(names: str) -> str:
    """Lists of aliases, each twice the one before."""
    lines = (f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise(names))
    return f"{names[0]}: &{names[0]} [x, x]\n" + "".join(lines)


HEAD = "name: n\ninput: 3x8x8\n"
HOSTILE_TEXTS = (
    f"{HEAD}layers:\n" + "  - repeat 9999999:\n      - relu\n" * 50,
    doubled("abcdefghijklmnopqrstuvwxyz"),
    f"{HEAD}layers: " + "[" * 50_000,
    f"{HEAD}vars: {{x: " + "(" * 50_000 + "}\nlayers: [relu]\n",
    "x" * 500_000,
    "\x00\u2028\x1b",
)


def test_a_hostile_text_ends_soon(net: Path) -> None:
    with serving(net) as asking:
        started = time.process_time()
        for text in HOSTILE_TEXTS:
            found = asking.run(text)
            assert found["findings"], text[:40]
            assert found["page"] is None
        assert time.process_time() - started < 20
        assert asking.told == []
        assert asking.run(TEXT)["page"]


def edit(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cnncalc", "edit", *arguments],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another thing there")
def test_it_says_where_it_is_and_leaves_quietly(net: Path) -> None:
    process = edit("net.yaml", "--no-open", cwd=net.parent)
    assert process.stderr is not None
    said = process.stderr.readline()
    assert re.fullmatch(r"net\.yaml is at http://127\.0\.0\.1:\d+/[\w-]{32}/ until Ctrl-C\n", said)
    with urlopen(re.findall(r"http\S+", said)[0], timeout=20) as page:  # noqa: S310 - http
        assert b'id="document"' in page.read()
    process.send_signal(signal.SIGINT)
    out, rest = process.communicate(timeout=20)
    assert (process.returncode, out, rest.strip()) == (0, "", "")


def test_a_port_that_is_taken_is_told(net: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        process = edit("net.yaml", "--no-open", "--port", str(port), cwd=net.parent)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert f"port {port} cannot be used: " in said
    assert "Traceback" not in said


def test_what_may_stand_at_a_place_is_what_an_editor_is_told(server: Asking, net: Path) -> None:
    text = "name: \U0001d6fc\ninput: 3x8x8\nlayers:\n  - conv3x3 4 stri"
    told = server.ask("complete", {"text": text, "at": len(text)})
    found = complete(Document(text, str(net)), len(text))
    assert [one["label"] for one in told["options"]] == [one.label for one in found.proposals]
    assert (told["start"], told["end"]) == (len(text) - 4, len(text))
    [stride] = [one for one in told["options"] if one["label"].startswith("stride")]
    assert stride["insert"].startswith("stride=")
    assert server.ask("complete", {"text": "version: 3\n", "at": 11})["options"] == []


@pytest.mark.parametrize("at", [None, -1, 9, True, "3", 1.5])
def test_a_place_outside_of_the_text_is_refused(server: Asking, at: object) -> None:
    told = server.ask("complete", {"text": "name: a\n", "at": at}, 400)
    assert told["problem"] == "a place is an offset within the text"


def test_a_page_without_a_server_is_told_the_same() -> None:
    request = {"text": "input: 3x8x8\nlayers: [rel", "at": 25}
    told = json.loads(Alone().answered(json.dumps(request)))
    assert "relu" in [one["label"] for one in told["options"]]
    refused = json.loads(Alone().answered(json.dumps({"text": "a", "at": 2})))
    assert refused == {"problem": "a place is an offset within the text"}
