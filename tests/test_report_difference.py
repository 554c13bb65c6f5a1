"""Both networks of a difference as one document."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from commands import run
from documents_of import Document, children, groups, held_in, layers_in
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import made

import cnncalc
from cnncalc.analysis.changes import Diff
from cnncalc.report.difference import union_document
from cnncalc.report.kinds import COUNTS

PAIRS = [
    ("resnet:50", "resnet:101"), ("resnet:101", "resnet:50"), ("vgg:16", "vgg:19"),
    ("alexnet", "lenet5"), ("resnet:50", "resnet:50-paper"), ("unet", "googlenet"),
]  # fmt: skip


def of(diff: Diff) -> Document:
    found: Document = json.loads(json.dumps(union_document(diff)))
    return found


def status(document: Document, layer: int) -> str:
    found: str = document["layers"][layer].get("change", {}).get("status", "same")
    return found


def hold(document: Document, diff: Diff) -> None:
    """Every layer of both is there once; changes add up, up to those of the totals."""
    layers = document["layers"]
    names = [one["name"] for one in layers]
    assert len(set(names)) == len(names)
    kept = [one for one in layers if one.get("change", {}).get("status") != "removed"]
    assert [one["name"] for one in kept] == [row.layer.name for row in diff.new.rows]
    known = [one for one in layers if one.get("change", {}).get("status") != "added"]
    was = [one.get("change", {}).get("was", one["name"]) for one in known]
    assert sorted(was) == sorted(row.layer.name for row in diff.old.rows)
    counts = dict.fromkeys(diff.counts, 0)
    for one in layers:
        if "change" in one:
            counts[one["change"]["how"]] += 1
    assert counts == diff.counts
    hold_inputs(document)
    hold_changes(document, diff)


def hold_inputs(document: Document) -> None:
    for one in document["layers"]:
        for tensor in one["inputs"]:
            if isinstance(tensor, str):
                assert tensor in document["input"]
            else:
                assert 0 <= tensor < len(document["layers"])


def hold_change(document: Document, inside: list[int], said: Document) -> None:
    statuses = {status(document, one) for one in inside}
    whole = next(iter(statuses)) if len(statuses) == 1 else "changed"
    assert said.get("status", "same") == whole
    sums = dict.fromkeys((*COUNTS, "layers"), 0)
    for one in inside:
        for name, by in document["layers"][one].get("change", {}).get("change", {}).items():
            sums[name] += by
    assert {name: by for name, by in sums.items() if by} == said.get("change", {})


def hold_changes(document: Document, diff: Diff) -> None:
    """What a group says is what its layers say; the sums are of the new network."""
    for group in groups(document["tree"]):
        inside = list(layers_in(group))
        hold_change(document, inside, group.get("change", {}))
        for repeat in group.get("repeats", ()):
            rounds = children(group)[repeat["first"] : repeat["first"] + repeat["count"]]
            hold_change(
                document,
                [one for each in rounds for one in layers_in(each)],
                repeat.get("change", {}),
            )
        new = [one for one in inside if status(document, one) != "removed"]
        assert document["sums"][group["totals"]]["layers"] == len(new)
    root = document["tree"]
    sums = document["sums"][root["totals"]]
    for name, total in diff.totals.items():
        if name in sums:
            assert sums[name] == total.new
            assert root.get("change", {}).get("change", {}).get(name, 0) == total.change


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_union_adds_up(old: str, new: str) -> None:
    diff = cnncalc.diff(cnncalc.load(old), cnncalc.load(new), batch=2)
    hold(of(diff), diff)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_union_of_any_two_adds_up(one: int, two: int) -> None:
    diff = cnncalc.diff(made(one)[1], made(two)[1])
    hold(of(diff), diff)


def test_a_network_and_itself_have_no_change() -> None:
    graph = cnncalc.load("googlenet")
    document = of(cnncalc.diff(graph, graph))
    assert "change" not in json.dumps(document["layers"])
    assert "change" not in json.dumps(document["tree"])


def test_added_rounds_are_one_repeat_beside_those_that_stay() -> None:
    document = of(cnncalc.diff(cnncalc.load("resnet:50"), cnncalc.load("resnet:101")))
    stage = next(group for group in groups(document["tree"]) if group.get("path") == "conv4")
    assert [(one["first"], one["count"]) for one in stage["repeats"]] == [(1, 5), (6, 17)]
    assert [one["change"]["status"] for one in children(stage)[6:]] == ["added"] * 17


def test_a_removed_layer_stands_where_it_stood() -> None:
    old = cnncalc.parse("{name: n, input: 3x8x8, layers: [{a: [conv1x1 4, bn, relu]}, relu]}")
    new = cnncalc.parse("{name: n, input: 3x8x8, layers: [{b: [conv1x1 4, relu]}, relu]}")
    document = of(cnncalc.diff(old, new))
    told = [(one["name"], one.get("change", {}).get("how")) for one in document["layers"]]
    assert told == [
        ("b.conv1", "moved"),
        ("b.bn1", "removed"),
        ("b.relu1", "moved"),
        ("relu1", None),
    ]
    assert document["layers"][1]["inputs"] == [0]
    group = document["tree"]["children"][0]
    assert (group["path"], group["change"]["was"]) == ("b", "a")


def test_names_that_another_has_now_are_told_apart() -> None:
    old = cnncalc.parse("{name: n, input: 3x8x8, layers: [tanh, conv1x1 4, tanh, conv1x1 4]}")
    new = cnncalc.parse("{name: n, input: 3x8x8, layers: [conv1x1 4, tanh, conv1x1 4]}")
    document = of(cnncalc.diff(old, new))
    [removed] = [one for one in document["layers"] if status_of(one) == "removed"]
    assert (removed["name"], removed["change"]["was"]) == ("tanh1 (old)", "tanh1")
    assert removed["inputs"] == ["input"]


def status_of(layer: Document) -> str:
    found: str = layer.get("change", {}).get("status", "same")
    return found


def test_an_input_that_is_gone_is_kept_apart() -> None:
    old = cnncalc.parse(
        "{name: n, input: {a: 3x8x8, b: 3x8x8}, layers: [{add: [a, b]}, conv1x1 4]}"
    )
    new = cnncalc.parse("{name: n, input: 3x8x8, layers: [{b: conv1x1 3}, conv1x1 4]}")
    diff = cnncalc.diff(old, new)
    hold(of(diff), diff)


def test_what_changed_is_told_in_words() -> None:
    old = cnncalc.parse("{name: n, input: 3x8x8, layers: [{b: relu}, {a: conv3x3 4}]}")
    new = cnncalc.parse("{name: n, input: 3x8x8, layers: [{b: tanh}, {a: conv3x3 8}]}")
    first, last = of(cnncalc.diff(old, new))["layers"]
    assert first["change"]["what"] == [{"name": "layer", "old": "relu", "new": "tanh"}]
    assert last["change"]["what"] == [
        {"name": "out_channels", "old": "4", "new": "8"},
        {"name": "output", "old": "4x6x6", "new": "8x6x6"},
    ]
    assert last["change"]["change"]["parameters"] == 4 * 27 + 4


def test_the_page_of_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "d.html"
    run("diff", "vgg:16", "vgg:19", "--format", "html", "-o", str(path), code=1)
    held = held_in(path.read_text(encoding="ascii"))
    told = json.loads(run("diff", "vgg:16", "vgg:19", "--format", "json", code=1))
    difference = held["difference"]
    assert difference.pop("titles") == ["vgg:16", "vgg:19"]
    assert difference == {
        key: value for key, value in told.items() if key not in {"schema_version", "layers"}
    }
    [document] = held["networks"]
    changed = [one for one in document["layers"] if "change" in one]
    assert len(changed) == len(told["layers"])
    assert [one["name"] for one in document["files"]] == ["vgg.yaml"]
    assert "(5 more)" not in held["title"]
    assert re.fullmatch("vgg:16 \u2192 vgg:19", held["title"])


def test_a_revision_as_a_page(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text("name: n\ninput: 3x8x8\nlayers: [conv3x3 4, relu]\n", encoding="utf-8")
    for command in (
        ["init", "-q"],
        ["add", "net.yaml"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    spec.write_text("name: n\ninput: 3x8x8\nlayers: [conv3x3 8]\n", encoding="utf-8")
    page = tmp_path / "d.html"
    arguments = ("--git", "HEAD", str(spec), "--format", "html", "-o", str(page))
    run("diff", *arguments, code=1)
    [document] = held_in(page.read_text(encoding="ascii"))["networks"]
    files = document["files"]
    assert [one["name"] for one in files] == ["HEAD:net.yaml", "net.yaml"]
    assert str(tmp_path) not in page.read_text(encoding="ascii")
    assert [one["text"].count("relu") for one in files] == [1, 0]
    [removed] = [one for one in document["layers"] if status_of(one) == "removed"]
    assert document["origins"][removed["origin"]][0][0] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--all", "-o", "d.html"), "--all has no effect with --format html"),
        (("-o", "d.yaml"), "`d.yaml` is the name of a network"),
    ],
)
def test_what_cannot_be_written(options: tuple[str, ...], message: str) -> None:
    assert message in run("diff", "lenet5", "alexnet", "--format", "html", *options, code=2)
