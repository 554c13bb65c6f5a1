"""Arrays and pictures of strangers: a clear line for each, soon, and no program of theirs."""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from fuzz.surfaces import arrays, pictures
from fuzz.surfaces.answers import held
from PIL import EpsImagePlugin, Image

from cnncalc.engine.arrays import ArrayError, archive
from cnncalc.engine.maps import png, sections_of
from cnncalc.engine.npy import Archive
from cnncalc.engine.scales import scale_of

SPEC = "input: 2x3x3\nlayers:\n  - a: conv1x1 2\n"
PICTURE = "input: 3x8x8\nlayers: [relu]\n"


def header(text: str, length: int | None = None, version: int = 1) -> bytes:
    data = text.encode("latin-1")
    size = struct.pack("<H" if version == 1 else "<I", len(data) if length is None else length)
    return b"\x93NUMPY" + bytes([version, 0]) + size + data


def described(shape: str, kind: str = "'<f4'", order: str = "False") -> str:
    return f"{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


def npy(array: Any, *, with_objects: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=with_objects)
    return stream.getvalue()


WEIGHT, BIAS = npy(np.ones((2, 2, 1, 1), "<f4")), npy(np.ones(2, "<f4"))


def npz(members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytearray:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as held_files:
        for name, data in members.items():
            held_files.writestr(name, data)
    return bytearray(stream.getvalue())


def forged(data: bytearray, field: int, value: int) -> bytes:
    """An archive of which a field has another value in the headers of all members."""
    for start, ahead in ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2)):
        place = data.find(start)
        while place >= 0:
            data[place + field + ahead] = value
            place = data.find(start, place + 4)
    return bytes(data)


def good(**members: bytes) -> dict[str, bytes]:
    return {"a.weight.npy": WEIGHT, "a.bias.npy": BIAS, **members}


def ran(tmp_path: Path, **files: bytes) -> tuple[int, str]:
    """What a run answers, with an input or weights of these bytes."""
    spec, array = tmp_path / "n.yaml", tmp_path / "x.npy"
    spec.write_text(SPEC, encoding="utf-8")
    array.write_bytes(files.get("array", npy(np.ones((2, 3, 3), "<f4"))))
    weights = ["--seed", "1"]
    if "weights" in files:
        (tmp_path / "w.npz").write_bytes(files["weights"])
        weights = ["--weights", str(tmp_path / "w.npz")]
    code, out, err = held(["run", str(spec), "--input", str(array), *weights])
    return code, out + err


VALUES = np.ones((2, 3, 3), "<f4").tobytes()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no file of NumPy arrays"),
        (b"\x93NUMPY\x01", "is no file of NumPy arrays"),
        (header(described("(2, 3, 3)"), version=4) + VALUES, "a format of NumPy that is unknown"),
        (header(described("(2, 3, 3)"), 60_000) + VALUES, "a header of 60,000 bytes"),
        (header(described("(2, 3, 3)"), 2**32 - 1, 2), "a header of 4,294,967,295 bytes"),
        (header("(" * 3000) + VALUES, "has a damaged header"),
        (header("{'descr': " * 300) + VALUES, "has a damaged header"),
        (header("__import__('os').system('touch pwned')") + VALUES, "has a damaged header"),
        (header(described("(2, 3, 3)") * 2) + VALUES, "has a damaged header"),
        (header(described("(-2, 3, 3)")) + VALUES, "has a damaged header"),
        (header(described(f"({'9' * 400},)")) + VALUES, "has a damaged header"),
        (header(described(f"({'1, ' * 70})")) + VALUES, "has 70 axes"),
        (header(described("(46116860184273879, 2, 3, 3)")) + VALUES, "ends before its values do"),
        (header(described("(2, 3, 3)")) + VALUES[1:], "ends before its values do"),
        (header(described("(2, 3, 3)")) + VALUES + b"x", "holds more bytes than its shape takes"),
        (header(described("(2, 3, 3)", "'|O'")) + VALUES, "Python objects are never loaded"),
        (npy(np.array([{}], object), with_objects=True), "Python objects are never loaded"),
        (header(described("(2, 3, 3)", "[('a', '<f4')]")) + VALUES, "values of several fields"),
        (header(described("(2, 3, 3)", "'<f3'")) + VALUES, "has a damaged header"),
        (header(described("(2, 3, 3)", "'<U1'")) + VALUES, "values of type <U1, not numbers"),
        (header(described("(2, 3, 3)", "'<c8'")) + VALUES * 2, "values of type complex64"),
    ],
)  # fmt: skip
def test_a_hostile_array_gets_a_clear_line(tmp_path: Path, data: bytes, said: str) -> None:
    code, text = ran(tmp_path, array=data)
    assert code == 2
    assert said in text


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", ["<f4", ">f8", "<i2", "|u1", "|b1", "<f2"])
def test_an_array_of_numpy_is_read_as_numpy_reads_it(
    tmp_path: Path, order: Any, kind: str
) -> None:
    array = np.asarray(np.arange(18).reshape(2, 3, 3) % 7, kind, order=order)
    (tmp_path / "n.yaml").write_text("input: 2x3x3\nlayers: [relu]\n", encoding="utf-8")
    (tmp_path / "x.npy").write_bytes(npy(array))
    result = str(tmp_path / "y.npy")
    assert held(["run", str(tmp_path / "n.yaml"), "--input", str(tmp_path / "x.npy"),
                 "-o", result]).code == 0  # fmt: skip
    assert np.array_equal(np.load(result)[0], array.astype(np.float32))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_weights_of_numpy_are_read(tmp_path: Path, method: int) -> None:
    code, text = ran(tmp_path, weights=bytes(npz(good(**{"other.npy": b"no array"}), method)))
    assert code == 0, text
    assert "max 3" in text


HUGE = header(described("(4, 1000, 1000, 1000)")) + bytes(4_000_000)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04", "is damaged"),
        (b"PK\x05\x06" + bytes(18), "`a` (conv1x1 2) takes `a.weight` of 2x2x1x1"),
        (npz(good())[:-30], "is damaged"),
        (npz(good(), zipfile.ZIP_LZMA), "is packed by method 14"),
        (npz(good(), zipfile.ZIP_BZIP2), "is packed by method 12"),
        (forged(npz(good()), 8, 99), "is packed by method 99"),
        (forged(npz(good()), 6, 1), "is encrypted"),
        (forged(npz(good(), zipfile.ZIP_DEFLATED), 14, 7), "is damaged"),
        (npz(good(**{"a.bias.npy": b"text"})), "`a.bias` in"),
        (npz(good(**{"a.bias": BIAS})), "holds `a.bias` twice"),
        (npz(good(**{"a.bias.npy": BIAS[:-1]})), "ends before its values do"),
        (npz(good(**{"a.bias.npy": BIAS + bytes(1000)})), "holds more bytes than its shape takes"),
        (npz(good(**{"a.bias.npy": HUGE}), zipfile.ZIP_DEFLATED), "has 4x1000x1000x1000"),
        (npz(good(**{"a.bias.npy": npy(np.array([{}] * 2, object), with_objects=True)})),
         "Python objects are never loaded"),
    ],
    ids=range(14),
)  # fmt: skip
def test_hostile_weights_get_a_clear_line(tmp_path: Path, data: bytes, said: str) -> None:
    code, text = ran(tmp_path, weights=bytes(data))
    assert code == 2
    assert said in text


def test_a_directory_of_an_archive_is_bounded(tmp_path: Path) -> None:
    data = npz(good()) + bytes(0)
    end = data.rfind(b"PK\x05\x06")
    data[end:end] = bytes(9 << 20)  # what the directory claims to be is there
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", 9 << 20)
    code, text = ran(tmp_path, weights=bytes(data))
    assert code == 2
    assert "lists its members in 9,437,184 bytes, which is too much" in text


def test_no_more_is_unpacked_than_the_network_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    opened: Callable[..., Any] = Archive.opened

    def noted(self: Archive, name: str) -> Any:
        read.append(name)
        return opened(self, name)

    monkeypatch.setattr(Archive, "opened", noted)
    bomb = npz(good(**{"other.npy": bytes(200_000_000)}), zipfile.ZIP_DEFLATED)
    assert len(bomb) < 300_000
    assert ran(tmp_path, weights=bytes(bomb))[0] == 0
    assert set(read) == {"a.weight", "a.bias"}


def test_a_wrong_check_sum_is_seen(tmp_path: Path) -> None:
    data = npz(good())
    place = data.find(BIAS)
    data[place + len(BIAS) - 1] ^= 1
    code, text = ran(tmp_path, weights=bytes(data))
    assert (code, "is damaged" in text) == (2, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
@pytest.mark.parametrize("name", ["p.npy", "p.png"])
def test_a_pipe_does_not_hang(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    (tmp_path / "n.yaml").write_text(PICTURE, encoding="utf-8")
    for path in (tmp_path / name, tmp_path, Path("/dev/zero")):
        found = held(["run", str(tmp_path / "n.yaml"), "--input", str(path)])
        assert found.code == 2
        assert "is not a regular file" in found.err or "is a directory" in found.err


def test_any_name_can_be_written() -> None:
    names = ["file", "a/b", "é", "x"]
    stream = io.BytesIO(archive({name: np.ones(1) for name in names}))
    assert sorted(np.load(stream).files) == sorted(names)


# Pictures


def seen(tmp_path: Path, data: bytes, *more: str, name: str = "p.png") -> tuple[int, str]:
    (tmp_path / "n.yaml").write_text(PICTURE, encoding="utf-8")
    (tmp_path / name).write_bytes(data)
    code, out, err = held(
        ["run", str(tmp_path / "n.yaml"), "--input", str(tmp_path / name), *more]
    )
    return code, out + err


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claimed(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG of a size, with nothing in it."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    packed = chunk(b"IDAT", zlib.compress(bytes(100)))
    return b"".join([b"\x89PNG\r\n\x1a\n", head, *chunks, packed, chunk(b"IEND", b"")])


BOMB = zlib.compress(bytes(90_000_000))


def broken(data: bytes) -> bytes:
    """A PNG whose pixels do not fit their check sum."""
    place = data.index(b"IDAT") + 8
    return data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :]


def picture(kind: str, mode: str = "RGB") -> bytes:
    stream = io.BytesIO()
    Image.new(mode, (8, 8), 1).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM"])
def test_the_formats_that_are_meant_are_read_by_content(tmp_path: Path, kind: str) -> None:
    assert seen(tmp_path, picture(kind))[0] == 0


@pytest.mark.parametrize("kind", ["EPS", "ICO", "PCX", "TGA", "PDF", "SGI", "ICNS"])
def test_no_other_format_is_read(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("Ghostscript was started")

    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", started)
    code, text = seen(tmp_path, picture(kind))
    assert code == 2
    assert "it is not an image that Pillow can read (PNG, JPEG, BMP, GIF, TIFF, WEBP, PPM)" in text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (claimed(60_000, 60_000), "it has far too many pixels"),
        (claimed(10_000, 10_000), "it has far too many pixels"),
        (claimed(6000, 6000), "is 3x6000x6000, more than 25,000,000 pixels"),
        (broken(picture("PNG")), "the picture is damaged"),
        (claimed(8, 8, chunk(b"zTXt", b"k\0\0" + BOMB)), "cannot read"),
        (picture("PNG")[:45], "the picture is damaged"),
        (picture("JPEG")[:200], "cannot read"),
        (b"P3\n8 8\n255\n" + b"1 " * 9, "the picture is damaged"),
        (b"", "it is not an image that Pillow can read"),
    ],
    ids=range(9),
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_a_hostile_picture_gets_a_clear_line(tmp_path: Path, data: bytes, said: str) -> None:
    code, text = seen(tmp_path, data, "--resize")
    assert code == 2
    assert said in text
    assert len(text.splitlines()) == 4  # the usage, and one line


def test_a_picture_of_another_size_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    assert "`--resize` fits it" in seen(tmp_path, claimed(4000, 4000))[1]


def test_no_picture_is_written_that_is_too_large() -> None:
    maps = np.broadcast_to(np.zeros(1, np.float32), (512, 1000, 1000))
    with pytest.raises(ArrayError, match="more than 67,108,864 pixels"):
        png(sections_of({"maps": maps}, as_colours=False), scale_of("none", []))


# Short runs of the fuzzers


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("surface", [arrays, pictures])
def test_what_is_made_up_is_answered(surface: Any, seed: int) -> None:
    assert list(surface.attempt(surface.make(Random(seed))))  # noqa: S311 - it is to be the same
