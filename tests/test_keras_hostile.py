"""Keras models from strangers, and files that only look like one: the answer is one clean line."""

import io
import json
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fuzz.measure import measure
from fuzz.surfaces.keras import attempt, make
from keras_models import archive, chain, conv, dense, layer

from cnncalc.cli.main import main

SOUND = archive(chain((8, 8, 3), conv(), dense()))


def summarized(folder: Path, data: bytes, name: str = "net.keras") -> Result:
    path = folder / name
    path.write_bytes(data)
    return CliRunner().invoke(main, ["summarize", str(path)])


def listing(count: int) -> bytes:
    """An archive that lists very many files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for number in range(count):
            made.writestr(f"{number:060}", b"")
    return stream.getvalue()


def claimed(data: bytes) -> bytes:
    """An archive whose list claims that its configuration is short."""
    at = data.rfind(b"PK\1\2")
    return data[: at + 24] + (5).to_bytes(4, "little") + data[at + 28 :]


DAMAGED: dict[str, tuple[bytes, str]] = {
    "cut off": (SOUND[:-30], "E711"),
    "torn": (SOUND[:60] + b"\0" * 40 + SOUND[100:], "E711"),
    "claimed": (claimed(SOUND), "E711"),
    "no configuration": (listing(3), "E711"),
    "very many files": (listing(40_000), "E501"),
    "bomb": (archive(b" " * (65 * 2**20)), "E501"),
    "lists": (archive(b'{"a": [' + b"[]," * 700_000 + b"1]}"), "E501"),
    "nested": (archive(b"[" * 100_000), "E502"),
    "a key twice": (archive(b'{"class_name": "Sequential", "class_name": 1}'), "E711"),
    "no JSON": (archive(b"{class_name}"), "E711"),
    "no text": (archive(b'{"\xff": 1}'), "E711"),
    "no object": (archive([1]), "E711"),
    "long number": (archive(chain((8,), dense(units=10**400))), "E712"),
    "nothing": (b"", "E711"),
    "text": (b"name: net\n", "E711"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_damaged_is_one_diagnostic(name: str, tmp_path: Path) -> None:
    data, code = DAMAGED[name]
    done = summarized(tmp_path, data)
    assert done.exit_code == 2
    assert done.output.count("error[") == 1
    assert f"error[{code}]" in done.output


def test_the_older_format_is_told_with_a_way_out(tmp_path: Path) -> None:
    for name in ("net.keras", "net.h5"):
        done = summarized(tmp_path, b"\x89HDF\r\n\x1a\n" + bytes(99), name)
        assert "the older format of Keras models" in done.output
        assert "model.save('model.keras')" in done.output


def test_a_folder_of_tensorflow_is_told_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01\x12\x00")
    done = CliRunner().invoke(main, ["summarize", str(tmp_path)])
    assert "is a SavedModel of TensorFlow" in done.output
    assert "`model.keras`" in done.output


def test_names_of_a_file_are_shown_plainly(tmp_path: Path) -> None:
    strange = chain((8,), layer("A\x1b[31m\u202e", "b\nc"))
    done = summarized(tmp_path, archive(strange))
    assert "layer `b?c` (A?[31m?, config.layers[1])" in done.output


@pytest.mark.parametrize(
    "document",
    [
        chain((8, 8, 3), *[conv(f"c{number}") for number in range(20_000)]),
        {"class_name": "Sequential", "config": {"layers": [[]] * 100_000}},
        {**chain((8,)), "config": {"layers": [], "input_layers": [["x", 0, 0]] * 50_000}},
    ],
    ids=["many layers", "many lists", "many inputs"],
)  # fmt: skip
def test_large_models_of_strangers_end_soon(document: Any, tmp_path: Path) -> None:
    file = tmp_path / "large.keras"
    file.write_bytes(archive(json.dumps(document).encode()))
    took = measure(file)
    assert "Traceback" not in took.output
    assert took.seconds < 4
    assert took.megabytes < 300


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_made_up(seed: int) -> None:
    assert list(attempt(make(Random(seed))))  # noqa: S311 - no secret


def test_a_number_beyond_all_bounds_is_named_as_it_is(tmp_path: Path) -> None:
    result = summarized(tmp_path, archive(chain((8,), dense(units=10**30))))
    assert "`units` is `1e+30`, not a number" in result.stderr
