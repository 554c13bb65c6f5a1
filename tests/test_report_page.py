"""The page as a file: it loads nothing, holds what `--full` prints, and no name breaks out."""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from commands import run
from documents_of import Elements, held_in
from onnx import helper
from onnx_models import model, weight

import cnncalc
from cnncalc.cli import output
from cnncalc.report.document import network_document
from cnncalc.report.names import name_on_page
from cnncalc.report.page import built, embedded, page_of, render_page

HOSTILE = "</script><b>&\"' <!-- <script>\u202e\u2028\x07 ##[error] ::error:: ]]> &lt;"
LOADING = {"src", "href", "action", "formaction", "data", "poster", "srcset", "background", "ping"}
"""Attributes that make a browser load something, or lead somewhere."""


def page_of_spec(text: str, tmp_path: Path, *options: str) -> str:
    spec, page = tmp_path / "net.yaml", tmp_path / "net.html"
    spec.write_text(text, encoding="utf-8")
    assert run("report", str(spec), "-o", str(page), *options) == ""
    return page.read_text(encoding="ascii")


def hold(page: str) -> None:
    """A page of our own elements alone, whose policy allows its own script and style alone."""
    elements = Elements(page)
    tags = [tag for tag, _ in elements.found]
    assert tags == [
        "html", "head", "meta", "meta", "meta", "meta", "title", "style", "body", "noscript",
        "script", "script",
    ]  # fmt: skip
    for _, attributes in elements.found:
        assert not LOADING & attributes.keys()
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    [policy] = [
        one["content"]
        for tag, one in elements.found
        if tag == "meta" and one.get("http-equiv") == "Content-Security-Policy"
    ]
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (elements.texts["script"][1], elements.texts["style"][0])
    ]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    assert page.isascii()
    assert page.replace("\n", "").isprintable()


def test_a_page_loads_nothing_and_holds_what_full_prints(tmp_path: Path) -> None:
    path = tmp_path / "lenet5.html"
    run("report", "lenet5", "-o", str(path))
    page = path.read_text(encoding="ascii")
    hold(page)
    held = held_in(page)
    assert held["networks"] == [
        json.loads(run("summarize", "lenet5", "--format", "json", "--full"))
    ]
    assert (held["title"], held["comparison"], held["difference"]) == ("LeNet-5", None, None)
    assert re.fullmatch(r"cnncalc \d+\.\d+\.\d+", held["made_by"])
    assert Elements(page).texts["title"] == ["LeNet-5"]


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "a.html", tmp_path / "b.html"]
    for path in paths:
        run("report", "googlenet", "-o", str(path), "--training", "adam")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].read_bytes() == run("report", "googlenet", "--training", "adam").encode()


def test_no_text_of_a_spec_breaks_out(tmp_path: Path) -> None:
    quoted = json.dumps(HOSTILE)
    comment = HOSTILE.translate({0x2028: None, 7: None})
    page = page_of_spec(
        f"name: {quoted}\nsource: {quoted}\ndescription: {quoted}\ninput: {{\u05e9: 3x8x8}}\n"
        f"layers:\n  - \u0642\u0646\u0627\u0629: conv3x3 8  # {comment}\n"
        f"published: {{\u0642\u0646\u0627\u0629: {{macs: 1K, note: {quoted}}}}}\n",
        tmp_path,
    )
    hold(page)
    [document] = held_in(page)["networks"]
    assert (document["name"], document["source"], document["description"]) == (HOSTILE,) * 3
    assert document["layers"][0]["name"] == "\u0642\u0646\u0627\u0629"
    assert document["claims"][0]["note"] == HOSTILE
    assert comment in document["files"][0]["text"]


def test_no_name_of_a_model_breaks_out(tmp_path: Path) -> None:
    name = HOSTILE.replace(".", "")
    nodes = [
        helper.make_node("Conv", ["x", "w"], [name], name=name, kernel_shape=[3, 3]),
        helper.make_node(name, [name], ["y"], name="y", domain="other"),
    ]
    path, page = tmp_path / "<b>net.onnx", tmp_path / "net.html"
    built_model = model(nodes, {"x": [1, 3, 8, 8]}, [weight("w", 4, 3, 3, 3)])
    built_model.graph.name = name
    path.write_bytes(built_model.SerializeToString())
    run("report", str(path), "-o", str(page))
    text = page.read_text(encoding="ascii")
    hold(text)
    [document] = held_in(text)["networks"]
    assert "<script>" in document["status"]


def strings(value: Any, make: Any) -> Any:
    """A value whose every text is another."""
    if isinstance(value, str):
        return make(value)
    if isinstance(value, dict):
        return {key: strings(one, make) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [strings(one, make) for one in value]
    return value


def test_no_field_of_the_document_breaks_out() -> None:
    found = network_document(cnncalc.summarize(cnncalc.load("alexnet"), training="sgd"))
    hostile = strings(page_of("t", [found]), lambda text: text + HOSTILE)
    page = render_page(hostile)
    hold(page)
    assert held_in(page) == json.loads(json.dumps(hostile))


def test_json_in_a_script_ends_no_script_and_commands_nothing() -> None:
    text = embedded([HOSTILE, "\n::error::", "##[error]", "\ud800"])
    assert "<" not in text
    assert "##" not in text
    assert "\n" not in text
    assert json.loads(text) == [HOSTILE, "\n::error::", "##[error]", "\ud800"]


@pytest.mark.parametrize("name", ["report.js", "report.css", "edit.js", "edit.css"])
def test_built_files_can_stand_in_a_page(name: str) -> None:
    text = built(name)
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    for ending in ("</script", "</style", "<!--"):
        assert ending not in text.lower()
    if name.endswith(".css"):
        assert not re.search(r"url\(\s*['\"]?(?!data:|#)|@import", text), "it loads something"
    assert "sourceMappingURL" not in text


def test_the_file_of_a_large_network_is_small() -> None:
    page = run("report", "resnet:152", "-o", "-")
    code = len(built("report.js")) + len(built("report.css"))
    assert code <= 220_000
    assert len(page) <= 400_000


def test_several_networks_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "both.html"
    names = ("vgg:11", "resnet:18")
    run("report", *names, "-o", str(path), "--batch", "2", "--training", "sgd")
    held = held_in(path.read_text(encoding="ascii"))
    options = ("--batch", "2", "--training", "sgd", "--format", "json")
    assert held["comparison"] == json.loads(run("compare", *names, *options))
    assert held["title"] == "VGG:11, ResNet:18"
    for name, document in zip(names, held["networks"], strict=True):
        assert document == json.loads(run("summarize", name, "--full", *options))


def test_faults_of_a_spec_are_those_of_other_commands(tmp_path: Path) -> None:
    spec, page = tmp_path / "net.yaml", tmp_path / "net.html"
    spec.write_text("name: n\ninput: 3x8x8\nlayers: [conv9x9 4]\n", encoding="utf-8")
    told = run("report", str(spec), "-o", str(page), code=2)
    assert told == run("summarize", str(spec), code=2)
    assert not page.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument 'NET...'"),
        (["nowhere"], "there is no network `nowhere`"),
        (["-", "-"], "only one of the networks can be standard input"),
        (["lenet5", "-o", "net.yaml"], "`net.yaml` is the name of a network"),
        (["lenet5", "-o", "net.ONNX"], "`net.ONNX` is the name of a network"),
        (["lenet5", "-o", "no/such/folder.html"], "cannot write `no/such/folder.html`"),
        (["lenet5", "--set", "x=1"], "`x`"),
    ],
)
def test_what_cannot_be_written(arguments: list[str], message: str) -> None:
    assert message in run("report", *arguments, code=2)


def test_no_page_is_printed_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(click.UsageError, match="a page is for a browser"):
        output.check_page(None)
    output.check_page("-")
    output.check_page("net.html")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nets/a.yaml:16", "nets/a.yaml:16"),
        ("./a.yaml", "./a.yaml"),
        ("vgg:16", "vgg:16"),
        ("-", "-"),
        ("/home/me/a.yaml:16", "a.yaml:16"),
        ("/a.yaml", "a.yaml"),
        ("/a:b/c.yaml", "c.yaml"),
        ("../../me/a.yaml", "a.yaml"),
        ("HEAD~1:/home/me/a.yaml:5", "HEAD~1:a.yaml:5"),
        ("C:\\Users\\me\\a.yaml", "a.yaml"),
        ("c:/Users/me/a.yaml:16", "a.yaml:16"),
        ("\\\\server\\share\\a.yaml", "a.yaml"),
    ],
)
def test_a_page_names_no_folder_of_a_machine(name: str, told: str) -> None:
    assert name_on_page(name) == told


def test_who_gets_a_page_does_not_see_where_it_was_made(tmp_path: Path) -> None:
    text = "name: n\ninput: 3x8x8\nlayers: [conv3x3 8, bn, relu]\nexpect: {macs: 1}\n"
    page = page_of_spec(text, tmp_path, "lenet5")
    assert str(tmp_path) not in page
    held = held_in(page)
    assert len(held["networks"][0]["findings"]) > 1
    assert {one["file"] for one in held["networks"][0]["findings"]} == {"net.yaml"}
    assert [one["name"] for one in held["comparison"]["networks"]] == ["net.yaml", "lenet5"]
