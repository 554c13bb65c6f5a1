"""`docs/reference/json.md` names every key of a document."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from documents_of import document_of

import cnncalc
from cnncalc.cli.known import extras_of
from cnncalc.cli.network import load_whole
from cnncalc.report.difference import difference_of, union_document

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "json.md"
TEXT = PAGE.read_text(encoding="utf-8")
OPEN = {"input", "attributes", "outputs"}
"""Objects whose keys are names of a network."""


def keys(value: Any) -> Iterator[str]:
    """Every key of our own at any depth."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from keys(one)
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            if key not in OPEN:
                yield from keys(one)
            elif key == "outputs":
                yield from keys(list(one.values()))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The keys of documents that have all there are."""
    spec = tmp_path_factory.mktemp("specs") / "net.yaml"
    spec.write_text(
        "name: n\ninput: 3x8x8\nlayers:\n  - a: conv3x3 3 padding=1\n  - relu\n  - share a\n"
        "  - repeat 2: relu\n  - {b: conv5x5 3 padding=2}\n  - globalavgpool\n"
        "expect: {parameters: 1}\npublished: {a: {parameters: 84, note: n}}\n",
        encoding="utf-8",
    )
    loaded = load_whole(str(spec), (), ())
    document = document_of(loaded.graph, extras_of(loaded), training="adam")
    heads = document_of(cnncalc.load("googlenet"), auxiliary=True)
    pools = document_of(cnncalc.parse("{input: 3x9x9, layers: [maxpool2x2 ceil_mode=true]}"))
    diff = cnncalc.diff(cnncalc.load("vgg:16"), loaded.graph)
    moved = cnncalc.diff(
        cnncalc.parse("{input: 3x8x8, layers: [{a: conv1x1 4}]}"),
        cnncalc.parse("{input: 3x8x8, layers: [{b: conv1x1 4}]}"),
    )
    found = [
        document,
        document_of(cnncalc.load("unet")),
        heads,
        pools,
        union_document(diff),
        union_document(moved),
    ]
    return {*keys(json.loads(json.dumps(found))), *difference_keys(diff)}


def difference_keys(diff: Any) -> Iterator[str]:
    told = difference_of(diff, ("a", "b"))
    yield from ("titles", "totals")
    assert {"titles", "totals", "changed", "counts"} <= told.keys()


def test_every_key_is_named(known: set[str]) -> None:
    named = set(re.findall(r"`([a-z_0-9]+)`", TEXT))
    assert sorted(known - named) == []
    assert {"size", "each", "note", "shares", "aux", "was", "gradients"} <= known


def test_the_example_runs() -> None:
    [code] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    code = code.replace('["cnncalc",', f"[{sys.executable!r}, '-m', 'cnncalc',")
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("conv1.conv_bn1.conv1 118013952\n")
