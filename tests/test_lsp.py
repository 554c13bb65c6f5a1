"""Sessions of an editor with the language server, over its standard input and output."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from editing_text import FAMILY
from lsp_client import SECONDS, Client, serving

from cnncalc.cli.protocol.settings import Settings, read_options

pytest.importorskip("pygls")

TEXT = "name: N\ninput: 3x8x8\nlayers:\n  - stem: conv3x3 8 padding=1\n  - relu\n  - conv3x3 8\n"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One server for all: nothing that a test does may be felt by the next."""
    with serving(tmp_path_factory.mktemp("editor")) as one:
        yield one


def opened(client: Client, path: Path, text: str, version: int = 1) -> dict[str, str]:
    """Open a text as a file."""
    uri = path.as_uri()
    told = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
    client.tell("textDocument/didOpen", {"textDocument": told})
    return {"uri": uri}


def typed(client: Client, file: dict[str, str], text: str, version: int) -> None:
    """Put a text in the place of the one before."""
    told = {"textDocument": {**file, "version": version}, "contentChanges": [{"text": text}]}
    client.tell("textDocument/didChange", told)


def at(text: str, mark: str, shift: int = 0) -> dict[str, int]:
    """The position of a mark, in units of UTF-16."""
    before = text[: text.index(mark) + shift]
    line = before.rpartition("\n")[2]
    return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text with edits of the protocol, for texts of one unit a character."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)

    def offset(position: dict[str, int]) -> int:
        return starts[position["line"]] + position["character"]

    for edit in sorted(edits, key=lambda one: offset(one["range"]["start"]), reverse=True):
        start, end = (offset(edit["range"][side]) for side in ("start", "end"))
        text = text[:start] + edit["newText"] + text[end:]
    return text


WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}}


def test_a_text_is_opened_and_typed_in(client: Client, tmp_path: Path) -> None:
    file = opened(client, tmp_path / "net.yaml", TEXT)
    assert client.diagnostics(file, 1) == []
    typed(client, file, TEXT.replace("relu", "reluu"), 2)
    [fault] = client.diagnostics(file, 2)
    assert (fault["code"], fault["severity"], fault["source"]) == ("E204", 1, "cnncalc")
    assert fault["range"] == {
        "start": {"line": 4, "character": 4}, "end": {"line": 4, "character": 9},
    }  # fmt: skip
    assert "help: did you mean `relu`?" in fault["message"]
    typed(client, file, TEXT, 3)
    assert client.diagnostics(file, 3) == []
    client.tell("textDocument/didClose", {"textDocument": file})
    method = "textDocument/publishDiagnostics"
    last = client.wait(
        lambda one: one.get("method") == method and not one["params"].get("version")
    )
    assert last["params"] == {**file, "diagnostics": []}


def test_half_a_line_hides_nothing(client: Client, tmp_path: Path) -> None:
    text = TEXT.replace("  - relu\n", "  - [relu\n").replace(
        "- conv3x3 8\n", "- conv3x3 8 paddng=1\n"
    )
    file = opened(client, tmp_path / "net.yaml", text)
    assert sorted(one["code"] for one in client.diagnostics(file, 1)) == ["E101", "E205"]
    asked = {"textDocument": file, "range": WHOLE}
    [hint] = client.ask("textDocument/inlayHint", asked)
    assert hint["label"] == "8x8x8 · 224 · 13.8K"


def test_hints_and_lenses_follow_the_settings(tmp_path: Path) -> None:
    options = {"hints": ["layers", "macs"], "variants": {"net.yaml": "plain"}}
    with serving(tmp_path, options) as client:
        file = opened(client, tmp_path / "net.yaml", FAMILY)
        client.diagnostics(file, 1)
        asked = {"textDocument": file, "range": {**WHOLE, "end": {"line": 19, "character": 0}}}
        found = client.ask("textDocument/inlayHint", asked)
        assert {one["position"]["line"] + 1: one["label"] for one in found}[19] == (
            "3 layers · 1.77M"
        )
        assert all(one["position"]["line"] <= 19 for one in found)
        lenses = client.ask("textDocument/codeLens", {"textDocument": file})
        shown = [one["command"] for one in lenses if one["command"]["command"]]
        assert [one["arguments"][1] for one in shown] == ["small", "plain"]
        command = {"command": shown[0]["command"], "arguments": shown[0]["arguments"]}
        assert client.ask("workspace/executeCommand", command) is None
        assert client.wait(lambda one: one.get("method") == "workspace/inlayHint/refresh")
        lenses = client.ask("textDocument/codeLens", {"textDocument": file})
        assert lenses[0]["command"]["title"].startswith("small: ")
        told = {"settings": {"cnncalc": {"hints": [], "lenses": False}}}
        client.tell("workspace/didChangeConfiguration", told)
        assert client.ask("textDocument/inlayHint", asked) == []
        assert client.ask("textDocument/codeLens", {"textDocument": file}) == []


@pytest.mark.parametrize(
    ("told", "settings"),
    [
        ({"hints": ["macs", "x", 3]}, Settings(("macs",))),
        ({"cnncalc": {"hints": False, "lenses": False}}, Settings((), lenses=False)),
        ({"variant": 50, "variants": {"a.yaml": 18, "b.yaml": [1]}, "trusted": True},
         Settings(variant="50", variants={"a.yaml": "18"}, is_trusted=True)),
        ({"hints": "all", "lenses": 1, "variant": True, "variants": []}, Settings()),
        ({"trusted": "yes"}, Settings()),
        (None, Settings()), ([], Settings()), ("x", Settings()), ({"other": {}}, Settings()),
    ],
)  # fmt: skip
def test_settings_are_read_as_far_as_they_are_some(told: object, settings: Settings) -> None:
    assert read_options(told) == settings


def test_settings_are_asked_for(tmp_path: Path) -> None:
    can = {"workspace": {"configuration": True}}
    with serving(tmp_path, can=can) as client:
        request = client.wait(lambda one: one.get("method") == "workspace/configuration")
        assert request["params"]["items"] == [{"section": "cnncalc"}]
        client.send(id=request["id"], result=[{"hints": ["parameters"]}])
        file = opened(client, tmp_path / "net.yaml", TEXT)
        client.diagnostics(file, 1)
        found = client.ask("textDocument/inlayHint", {"textDocument": file, "range": WHOLE})
        assert [one["label"] for one in found] == ["224", "584"]


def test_what_a_place_holds_is_told(client: Client, tmp_path: Path) -> None:
    file = opened(client, tmp_path / "net.yaml", FAMILY)
    here = {"textDocument": file, "position": at(FAMILY, "linear 10", 2)}
    told = client.ask("textDocument/hover", here)
    assert told["contents"]["kind"] == "markdown"
    assert "| parameters |" in told["contents"]["value"]
    here = {"textDocument": file, "position": at(FAMILY, "linear 10", 9)}
    help_ = client.ask("textDocument/signatureHelp", here)
    assert help_["signatures"][0]["label"].startswith("linear out_features")
    assert help_["activeParameter"] == 0
    symbols = client.ask("textDocument/documentSymbol", {"textDocument": file})
    assert [one["name"] for one in symbols][:4] == ["name", "input", "vars", "blocks"]
    folds = client.ask("textDocument/foldingRange", {"textDocument": file})
    assert {"startLine": 2, "endLine": 5} in folds
    tokens = client.ask("textDocument/semanticTokens/full", {"textDocument": file})["data"]
    assert len(tokens) % 5 == 0
    assert len(tokens) > 100


def test_completion_replaces_what_is_typed(client: Client, tmp_path: Path) -> None:
    text = FAMILY.replace("  - flatten\n", "  - flatten\n  - lin\n")
    file = opened(client, tmp_path / "net.yaml", text)
    here = {"textDocument": file, "position": at(text, "- lin\n", 5)}
    items = {one["label"]: one for one in client.ask("textDocument/completion", here)["items"]}
    assert items["linear"]["insertTextFormat"] == 2
    new = applied(text, [items["linear"]["textEdit"]])
    assert "  - linear ${1:out_features}\n" in new
    assert items["stem"]["detail"] == "16x64x64"


def test_without_snippets_plain_words_are_proposed(tmp_path: Path) -> None:
    with serving(tmp_path, can={}) as client:
        file = opened(client, tmp_path / "net.yaml", TEXT)
        here = {"textDocument": file, "position": at(TEXT, "  - relu", 4)}
        for one in client.ask("textDocument/completion", here)["items"]:
            assert "$" not in one["textEdit"]["newText"], one


def test_a_name_is_found_and_given_another(client: Client, tmp_path: Path) -> None:
    file = opened(client, tmp_path / "net.yaml", FAMILY)
    here = {"textDocument": file, "position": at(FAMILY, "[conv_bn width stride, relu]", 3)}
    [place] = client.ask("textDocument/definition", here)
    assert place["range"]["start"] == {"line": 7, "character": 2}
    asked = {**here, "context": {"includeDeclaration": False}}
    assert len(client.ask("textDocument/references", asked)) == 4
    assert len(client.ask("textDocument/documentHighlight", here)) == 5
    assert client.ask("textDocument/prepareRename", here)["start"]["character"] == 25
    edit = client.ask("textDocument/rename", {**here, "newName": "unit2"})
    text = applied(FAMILY, edit["changes"][file["uri"]])
    assert text == FAMILY.replace("conv_bn", "unit2")
    typed(client, file, text, 2)
    assert client.diagnostics(file, 2) == []
    error = client.fault("textDocument/rename", {**here, "newName": "plain"})
    assert "plain" in error["message"]
    error = client.fault("textDocument/rename", {**here, "newName": "a b"})
    assert "is no name" in error["message"]
    error = client.fault("textDocument/rename", {**here, "newName": "a\x1b[31m\n\u202e"})
    assert "is no name" in error["message"]
    assert error["message"].isprintable()


def test_a_new_name_is_written_into_the_project_file(tmp_path: Path) -> None:
    text = TEXT.replace("- relu", "- act: relu")
    project = '[[budgets]]\nspecs = "net.yaml"\nlayers.act.macs = "1K"\n'
    (tmp_path / "cnncalc.toml").write_text(project, "utf-8")
    can = {"workspace": {"workspaceEdit": {"documentChanges": True}}}
    with serving(tmp_path, can=can) as client:
        file = opened(client, tmp_path / "net.yaml", text)
        here = {"textDocument": file, "position": at(text, "act: relu", 1)}
        answer = client.ask("textDocument/rename", {**here, "newName": "bend"})
        own, other = answer["documentChanges"]
        assert own["textDocument"] == {"uri": file["uri"], "version": 1}
        assert applied(text, own["edits"]) == text.replace("act:", "bend:")
        assert other["textDocument"]["uri"] == (tmp_path / "cnncalc.toml").as_uri()
        assert other["textDocument"]["version"] is None
        assert applied(project, other["edits"]) == project.replace("layers.act", "layers.bend")


def test_a_fix_is_applied(client: Client, tmp_path: Path) -> None:
    text = TEXT.replace("relu", "reluu")
    file = opened(client, tmp_path / "net.yaml", text)
    [fault] = client.diagnostics(file, 1)
    asked = {"textDocument": file, "range": fault["range"], "context": {"diagnostics": [fault]}}
    [action] = client.ask("textDocument/codeAction", asked)
    assert (action["title"], action["kind"]) == ("write `relu`", "quickfix")
    mended = applied(text, action["edit"]["changes"][file["uri"]])
    assert mended == TEXT
    typed(client, file, mended, 2)
    assert client.diagnostics(file, 2) == []
    asked["context"]["only"] = ["refactor"]
    assert client.ask("textDocument/codeAction", asked) == []


def test_two_files_and_one_that_is_no_spec(client: Client, tmp_path: Path) -> None:
    first = opened(client, tmp_path / "one.yaml", TEXT.replace("relu", "reluu"), 1)
    second = opened(client, tmp_path / "two.yaml", TEXT, 2)
    other = opened(client, tmp_path / "compose.yaml", "services: {web: {image: [a}}\n", 3)
    assert len(client.diagnostics(first, 1)) == 1
    assert client.diagnostics(second, 2) == []
    assert client.diagnostics(other, 3) == []
    typed(client, second, TEXT.replace("stem", "add"), 4)
    typed(client, first, TEXT, 5)
    assert client.diagnostics(first, 5) == []
    assert client.diagnostics(second, 4) != []


def test_columns_are_units_of_utf_16(client: Client, tmp_path: Path) -> None:
    text = 'name: N\ninput: 3x8x8\nlayers:\n  - {"\U0001f600é": relu, x: 1}\nblocks: {}\n'
    file = opened(client, tmp_path / "net.yaml", text)
    [fault] = client.diagnostics(file, 1)
    assert fault["range"]["start"] == at(text, "x: 1")
    text = "name: \U0001f600 \U0001f600\ninput: 3x8x8\nlayers: [s: relu]  # \U0001f600\n"
    typed(client, file, text, 2)
    [hint] = client.ask("textDocument/inlayHint", {"textDocument": file, "range": WHOLE})
    assert hint["position"] == at(text, "\U0001f600\n", 1) | {"line": 2, "character": 23}


def test_lines_are_those_of_the_protocol(client: Client, tmp_path: Path) -> None:
    """U+2028 breaks a line of YAML 1.1 and none of the editor's."""
    text = 'name: N\r\ndescription: "a \u2028 b"\r\ninput: 3x8x8\r\nlayers: [reluu]\r\n'
    file = opened(client, tmp_path / "net.yaml", text)
    [fault] = client.diagnostics(file, 1)
    assert fault["range"]["start"] == {"line": 3, "character": 9}


def test_a_project_file_speaks_for_its_folder(client: Client, tmp_path: Path) -> None:
    (tmp_path / "cnncalc.toml").write_text("[budget]\nparameters = 100\n", encoding="utf-8")
    file = opened(client, tmp_path / "net.yaml", TEXT)
    [fault] = client.diagnostics(file, 1)
    assert fault["code"] == "E802"
    (tmp_path / "cnncalc.toml").write_text("[bugdet]\n", encoding="utf-8")
    changes = {"changes": [{"uri": (tmp_path / "cnncalc.toml").as_uri(), "type": 2}]}
    client.tell("workspace/didChangeWatchedFiles", changes)
    project = (tmp_path / "cnncalc.toml").as_uri()
    told = client.wait(lambda one: one.get("params", {}).get("uri") == project)["params"]
    assert [one["code"] for one in told["diagnostics"]] == ["E901"]
    assert client.diagnostics(file, 1) == []


GARBAGE = [
    b"Content-Length: 5\r\n\r\n{oops",
    b"Content-Length: 3\r\n\r\n[1]",
    b"Content-Length: 4\r\n\r\nnull",
    b"Content-Length: 2\r\n\r\n{}",
    b"Content-Length: 2\r\n\r\n\xff\xfe",
    b"Content-Length: x\r\n\r\n",
    b"nonsense\r\n\r\n",
    b"\r\n\r\n\r\n",
    b"Content-Length: 60000\r\n\r\n" + b"[" * 60000,
    b"Content-Length: 70000000\r\n\r\n" + b" " * 70_000_000,
    *(
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        for body in (
            json.dumps(one).encode()
            for one in (
                {"jsonrpc": "1.0", "id": 9, "method": "x"},
                {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {}},
                {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": None},
                {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 77}},
                {"jsonrpc": "2.0", "id": "a", "result": 3},
                {"jsonrpc": "2.0", "method": "no/such", "params": [1]},
            )
        )
    ),
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_ends_nothing(client: Client, tmp_path: Path, garbage: bytes) -> None:
    file = opened(client, tmp_path / "net.yaml", TEXT)
    client.diagnostics(file, 1)
    client.write(garbage)
    typed(client, file, TEXT.replace("relu", "reluu"), 2)
    assert len(client.diagnostics(file, 2)) == 1


def test_requests_that_make_no_sense_are_refused(client: Client, tmp_path: Path) -> None:
    assert client.fault("no/such", {})["code"] == -32601
    assert client.fault("textDocument/hover", {"x": 1})["code"] == -32602
    assert client.fault("workspace/executeCommand", {"command": "rm"})["code"] < 0
    unknown = {"textDocument": {"uri": "file:///none.yaml"}, "position": at("a", "a")}
    assert client.ask("textDocument/hover", unknown) is None
    file = opened(client, tmp_path / "net.yaml", TEXT)
    far = {"textDocument": file, "position": {"line": 2**31 - 1, "character": 2**31 - 1}}
    assert client.ask("textDocument/hover", far) is None
    assert client.ask("textDocument/completion", far)["items"]
    for uri in ("untitled:1", "file:///a%00b/net.yaml", "file:///%ff/%0A.yaml", "file://host/a"):
        client.tell("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": "yaml", "version": 7, "text": TEXT + "\ud800",
        }})  # fmt: skip
        assert isinstance(client.diagnostics({"uri": uri}, 7), list)


def test_a_request_can_be_taken_back(client: Client, tmp_path: Path) -> None:
    file = opened(client, tmp_path / "net.yaml", FAMILY)
    here = {"textDocument": file, "position": at(FAMILY, "linear 10", 2)}
    numbers = [client.begin("textDocument/hover", here) for _ in range(20)]
    client.tell("$/cancelRequest", {"id": numbers[-1]})
    answers = [client.answer(number) for number in numbers]
    assert all("result" in one for one in answers[:-1])
    assert "result" in answers[-1] or answers[-1]["error"]["code"] == -32800


def test_a_newer_text_takes_the_place_of_an_older(client: Client, tmp_path: Path) -> None:
    file = opened(client, tmp_path / "net.yaml", FAMILY)
    client.diagnostics(file, 1)
    for version in range(2, 40):
        typed(client, file, FAMILY + f"# {version}\n", version)
    client.diagnostics(file, 39)
    seen = [
        one["params"]["version"]
        for one in client.kept
        if one.get("method") == "textDocument/publishDiagnostics"
        and one["params"]["uri"] == file["uri"]
    ]
    assert len({*seen}) < 30, "each was looked at"
    assert seen == sorted(seen)


HOSTILE = {
    "deep": "layers: " + "[" * 5000,
    "aliases": "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(500)),
    "repeats": "input: 3x8x8\nlayers:\n  - repeat 100000: relu\n",
    "nested": "input: 3x8x8\nlayers:\n  - repeat 1000: {repeat 1000: {repeat 1000: relu}}\n",
    "long": "input: 3x8x8\nlayers: [" + "conv3x3 8, " * 20000 + "relu]\n",
    "quotes": "input: 3x8x8\nlayers:\n" + "  - 'relu\n" * 2000,
    "blocks": "input: 3x8x8\nblocks:\n"
    + "".join(f"  b{i}: [b{i + 1}, b{i + 1}]\n" for i in range(60))
    + "  b60: relu\nlayers: [b0]\n",
    "numbers": "input: 3x8x8\nlayers: [conv3x3 9**9**9**9]\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_stranger_text_keeps_its_bounds(client: Client, tmp_path: Path, name: str) -> None:
    file = opened(client, tmp_path / "net.yaml", HOSTILE[name])
    begun = time.monotonic()
    assert isinstance(client.diagnostics(file, 1), list)
    for method in ("documentSymbol", "foldingRange", "codeLens", "semanticTokens/full"):
        client.ask(f"textDocument/{method}", {"textDocument": file})
    here = {"textDocument": file, "position": {"line": 2, "character": 6}}
    for method in ("hover", "completion", "definition", "signatureHelp"):
        client.ask(f"textDocument/{method}", here)
    assert time.monotonic() - begun < SECONDS


def test_an_editor_that_is_gone_ends_the_server(tmp_path: Path) -> None:
    client = Client(tmp_path)
    client.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(SECONDS) == 1
    for stream in (client.process.stdout, client.process.stderr):
        assert stream is not None
        stream.close()


def test_without_the_package_a_word_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['pygls'] = None; sys.argv = ['cnncalc', 'lsp', '--stdio']\n"
        "from cnncalc.cli.main import run; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "pip install 'cnncalc[lsp]'" in done.stderr
    assert "Traceback" not in done.stderr
