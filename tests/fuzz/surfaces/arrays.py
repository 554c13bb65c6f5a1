"""Hostile `.npy` and `.npz` files, as an input and as the weights of a network."""

import io
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

from fuzz.surfaces.answers import held

SPEC = "input: 2x3x3\nlayers:\n  - a: conv1x1 2\n  - b: linear 2\n"
"""Its weights are four tensors, none of them large."""

SHAPES = {"a.weight": (2, 2, 1, 1), "a.bias": (2,), "b.weight": (2, 18), "b.bias": (2,)}
NAMES = ["a.weight", "a.bias", "x", "\x1b[31m", "a\n::error::b", "../../up", "a.weight.npy"]
TYPES = [
    "<f4",
    "<f4",
    "<f4",
    "<f8",
    "|b1",
    "|O",
    "<c8",
    "<U5",
    "|S9",
    "<M8[us]",
    "<f9",
    "[('a','<f4')]",
    "V99",
]


def make(random: Random) -> bytes:
    """One file."""
    data = random.choice([_array, _array, _archive, _archive, _noise])(random)
    return _damaged(random, data) if random.random() < 0.4 else data


def attempt(data: bytes) -> Iterable[str]:
    """Read it as an input, and as weights."""
    with TemporaryDirectory() as folder:
        spec, file, good = (Path(folder, name) for name in ("n.yaml", "hostile.npz", "x.npy"))
        spec.write_text(SPEC.replace("- b", "- flatten\n  - b"), encoding="utf-8")
        file.write_bytes(data)
        np.save(good, np.ones((2, 3, 3), np.float32))
        for arguments in (
            ["--input", str(file), "--seed", "1"],
            ["--input", str(good), "--weights", str(file)],
        ):
            found = held(["run", str(spec), *arguments])
            yield f"{'weights' if '--weights' in arguments else 'input'} {found.code}"


def _header(random: Random, shape: object, kind: str) -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': {random.random() < 0.2}, 'shape': {shape}, }}"
    if random.random() < 0.05:
        text = random.choice(["(" * 3000, "{'descr':" * 300, "9" * 5000, "__import__('os')", ""])
    data = text.encode("latin-1", "replace") + b" " * random.choice([0, 3, 5000]) + b"\n"
    version = random.choice([1] * 9 + [2, 3, 4])
    if version == 1:
        length = random.choice([len(data)] * 6 + [0, 65535])
        return b"\x93NUMPY\x01\x00" + struct.pack("<H", length) + data
    length = random.choice([len(data)] * 4 + [0, 2**32 - 1])
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<I", length) + data


def _array(random: Random) -> bytes:
    shape = random.choice(
        [
            (2, 3, 3),
            (2, 3, 3),
            (1, 2, 3, 3),
            (10**9, 2, 3, 3),
            (2**62, 2**62),
            (-1, 2),
            (0,),
            (),
            (1,) * 70,
        ]
    )
    values = random.randbytes(random.choice([0, 71, 72, 72, 72, 144, 5000]))
    return _header(random, shape, random.choice(TYPES)) + values


def _archive(random: Random) -> bytes:
    stream = io.BytesIO()
    usual, odd = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2)
    method = random.choice(usual if random.random() < 0.9 else odd)
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, shape in SHAPES.items():
            if random.random() < 0.98:
                member = f"{name}{random.choice(['.npy', '.npy', '.npy', ''])}"
                archive.writestr(member, _member(random, shape))
        for _ in range(random.choice([0, 0, 0, 0, 1, 1, 5, 200])):
            name = f"{random.choice(NAMES)}{random.choice(['', '.npy'])}"
            with warnings.catch_warnings(action="ignore"):  # two of one name
                archive.writestr(name, _member(random, (2,)))
    return _forged(random, bytearray(stream.getvalue()))


def _forged(random: Random, data: bytearray) -> bytes:
    """An archive whose headers say what is not so."""
    if random.random() < 0.3:  # another method, or a mark of encryption, in every header
        field, value = random.choice([(8, 99), (8, 12), (8, 14), (6, 1), (6, 0x41)])
        for start, ahead in ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2)):
            place = data.find(start)
            while place >= 0:
                data[place + field + ahead] = value
                place = data.find(start, place + 4)
    if random.random() < 0.1:  # a directory that claims to be very long
        place = data.rfind(b"PK\x05\x06")
        data[place + 12 : place + 16] = struct.pack("<I", random.choice([2**31, 2**32 - 1, 0]))
    return bytes(data)


def _member(random: Random, shape: tuple[int, ...]) -> bytes:
    roll = random.random()
    if roll < 0.9:
        stream = io.BytesIO()
        np.save(stream, np.ones(shape, random.choice(["<f4", "<f8", "<i2", "?"])))
        return stream.getvalue()
    if roll < 0.903:
        return bytes(20_000_000)  # packs into 20 KB
    if roll < 0.906:
        bomb = (50_000_000,) if random.random() < 0.5 else shape
        return _header(random, bomb, "<f4") + bytes(8_000_000)
    return _array(random)


def _noise(random: Random) -> bytes:
    start = random.choice([b"", b"PK\x03\x04", b"PK\x05\x06", b"\x93NUMPY", b"\x80\x04\x95"])
    return start + random.randbytes(random.choice([0, 1, 10, 1000]))


def _damaged(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    ways: list[Callable[[], object]] = [
        lambda: changed.__delitem__(slice(random.randrange(len(changed) + 1), None)),
        lambda: changed.extend(random.randbytes(9)),
        lambda: changed.__setitem__(random.randrange(len(changed)), random.randrange(256)),
        lambda: changed.__delitem__(slice(0, random.randrange(1, 9))),
    ]
    for _ in range(random.choice([1, 1, 3, 20])):
        if changed:
            random.choice(ways)()
    return bytes(changed)
