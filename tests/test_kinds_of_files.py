"""What is said of files that are no networks, and models that are read by whatever name."""

import gzip
import io
import pickle
import tarfile
import zipfile
from pathlib import Path
from random import Random

import numpy as np
import pytest
from click.testing import CliRunner, Result
from fuzz.measure import measure
from onnx import helper
from onnx_models import model

from cnncalc import SpecError, load
from cnncalc.cli.main import main

SOUND = model([helper.make_node("Relu", ["x"], ["y"])], {"x": (1, 3, 8, 8)}).SerializeToString()


def summarize(path: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["summarize", path, "--format", "csv"], input=given)


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"\x80\x02}q\x00." * 9)
    return stream.getvalue()


def tarred() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("net.onnx"))
    return stream.getvalue()


def arrays() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, weight=np.zeros(3))
    return stream.getvalue()


def field(number: int, body: bytes) -> bytes:
    return bytes([number << 3 | 2, len(body)]) + body


NODE = field(1, b"input") + field(2, b"Placeholder")
"""A `NodeDef` of TensorFlow's graphs, whose first fields are its name and its operation."""

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"

KINDS: dict[str, tuple[bytes, str, str]] = {
    "LFS": (POINTER, "a pointer of git LFS", "git lfs pull"),
    "source of PyTorch": (
        b'"""A net."""\nfrom torch import nn\n\nnet = nn.ReLU()\n',
        "Python source",
        "cnncalc.from_torch",
    ),
    "source of Keras": (b"import keras\n\nnet = 3\n", "Python source", "model.keras"),
    "gzip": (gzip.compress(SOUND), "packed by gzip", "gunzip"),
    "html": (b"\n<!DOCTYPE html>\n<html>", "a web page", "`Raw`"),
    "zip": (zipped("a/net.onnx"), "a zip archive", "unpack it"),
    "tar": (tarred(), "a tar archive", "unpack it"),
    "torch": (zipped("archive/data.pkl", "archive/data/0"), "a PyTorch checkpoint", "from_torch"),
    "old torch": (pickle.dumps({"w": [1.0]}, 2), "an old PyTorch checkpoint", "from_torch"),
    "npz": (arrays(), "NumPy arrays", "it has weights and no graph"),
    "HDF5": (b"\x89HDF\r\n\x1a\n\0\0", "an HDF5 file", "model.save"),
    "frozen": (field(1, NODE), "a frozen graph of TensorFlow", "--graphdef"),
    "saved": (b"\x08\x01" + field(2, field(1, b"\x12\0")), "a SavedModel", "--saved-model"),
    "TFLite": (b"\x1c\0\0\0TFL3\0\0", "a TFLite model", "--tflite"),
    "ORT": (b"\x1c\0\0\0ORTM\0\0", "in the ORT format", "`.onnx`"),
    "safetensors": (
        b"\x40\0\0\0\0\0\0\0" + b'{"w":{"dtype":"F32"}}',
        "a safetensors file",
        "it has weights and no graph",
    ),
    "GGUF": (b"GGUF\3\0\0\0\0", "a GGUF file", "it has weights and no graph"),
    "text": (b"ir_version: 8\ngraph {\n", "an ONNX model as text", "textproto"),
    "zeros": (bytes(9999), "nothing but zeros", "again"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["net.pb", "net.onnx"])
def test_a_file_of_another_kind_is_told_what_it_is(kind: str, name: str, tmp_path: Path) -> None:
    data, title, remedy = KINDS[kind]
    path = tmp_path / name
    path.write_bytes(data)
    done = summarize(str(path))
    code = "E701" if name.endswith(".onnx") else "E001"
    assert done.exit_code == 2
    [first, second] = done.stderr.splitlines()
    assert first.startswith(f"error[{code}]: `{path}` is ")
    assert title in first
    assert second.startswith(" = help: ")
    assert remedy in second
    assert "FILE" not in second


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "an empty file"),
        (b"input: 3x8x8\nlayers: [relu]\n", "text, not an ONNX model"),
        (SOUND[:-9], "is not an ONNX model, or only a part of one"),
        (b"\x08\x07", "is not an ONNX model: it has no graph with an output"),
    ],
)
def test_a_file_that_is_named_as_a_model_is_none(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(data)
    assert told in summarize(str(path)).stderr


@pytest.mark.parametrize("name", ["net", "net.pb", "net.yaml", "net.onnx.bak", "net.pt"])
def test_a_model_is_known_by_what_it_holds(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(SOUND)
    assert "relu" in summarize(str(path)).stdout
    assert [layer.op.name for layer in load(path).layers] == ["relu"]
    with pytest.raises(TypeError, match="neither variants nor variables"):
        load(path, 3)
    done = CliRunner().invoke(main, ["check", str(path)])
    assert (done.exit_code, "0 errors" in done.output) == (0, True), done.output


def test_a_model_comes_from_standard_input() -> None:
    assert "relu" in summarize("-", SOUND).stdout
    assert "a web page" in summarize("-", KINDS["html"][0]).stderr
    assert "conv1" in summarize("-", b"input: 3x8x8\nlayers: [conv3x3 8]\n").stdout


def test_a_name_of_a_bundled_network_is_not_that_of_a_file_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alexnet").write_bytes(pickle.dumps({}, 2))
    assert summarize("alexnet").exit_code == 0
    with pytest.raises(SpecError, match="a pickle"):
        load("./alexnet")


def test_nothing_is_loaded_of_a_pickle(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str, str]]:
            return open, (str(tmp_path / "trap"), "w")

    path = tmp_path / "net.pt"
    path.write_bytes(pickle.dumps(Trap(), 2))
    assert "a pickle" in summarize(str(path)).stderr
    assert not (tmp_path / "trap").exists()


SIZE = 50_000_000


def long_field(key: int, body: bytes) -> bytes:
    size, digits = len(body), bytearray()
    while size > 127:
        digits.append(size & 127 | 128)
        size >>= 7
    return bytes([key, *digits, size]) + body


END = b"\x42\x02\x10\x11"
"""The opset of a model."""

DEGENERATE = {
    "zeros": lambda: bytes(SIZE),
    "ones": lambda: b"\xff" * SIZE,
    "random": lambda: Random(0).randbytes(SIZE),  # noqa: S311 - no secret
    "text": lambda: b"a long text that goes on and on\n" * (SIZE // 32),
    "versions": lambda: b"\x08\x01" * (SIZE // 2),
    "names": lambda: field(2, b"a" * 38) * (SIZE // 40),
    "a name": lambda: long_field(0x12, b"a" * SIZE),
    "documentation": lambda: long_field(0x32, b"a" * SIZE),
    "graphs": lambda: b"\x3a\0" * (SIZE // 2),
    "opsets": lambda: END * (SIZE // 4),
    "functions": lambda: b"\xca\x01\0" * (SIZE // 3),
    "nodes": lambda: long_field(0x3A, field(1, field(4, b"Relu")) * (SIZE // 8)) + END,
    "nodes without anything": lambda: long_field(0x3A, b"\x0a\0" * (SIZE // 2)) + END,
    "inputs": lambda: long_field(0x3A, b"\x5a\0" * (SIZE // 2)) + END,
}


@pytest.mark.parametrize("kind", DEGENERATE)
def test_large_files_that_are_no_models_take_little(kind: str, tmp_path: Path) -> None:
    data = DEGENERATE[kind]()
    for name in ("net.onnx", "net"):
        path = tmp_path / name
        path.write_bytes(data)
        took = measure(path, ("-m", "cnncalc", "summarize"))
        assert took.code == 2
        assert took.output.startswith("error[E"), took.output
        assert len(took.output.splitlines()) <= 2
        assert took.seconds < 2, took.seconds
        assert took.megabytes < 100, took.megabytes
