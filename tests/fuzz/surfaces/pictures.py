"""Hostile pictures, as the input of a network."""

import io
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from PIL import Image

from fuzz.surfaces.answers import held

SPEC = "input: {}x8x8\nlayers:\n  - relu\n"
FORMATS = ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM", "ICO", "PCX", "TGA", "PDF", "EPS"]
MODES = ["L", "RGB", "RGBA", "P", "1", "I", "F", "CMYK", "I;16", "LA"]


def make(random: Random) -> bytes:
    """One file."""
    data = random.choice([_picture, _picture, _picture, _png, _head, _noise])(random)
    return _damaged(random, data) if random.random() < 0.7 else data


def attempt(data: bytes) -> Iterable[str]:
    """Read it under two names, as it is and fitted."""
    with TemporaryDirectory() as folder:
        spec = Path(folder, "n.yaml")
        for channels, name, fit in ((3, "p.png", ["--resize"]), (1, "p.tif", [])):
            spec.write_text(SPEC.format(channels), encoding="utf-8")
            file = Path(folder, name)
            file.write_bytes(data)
            found = held(["run", str(spec), "--input", str(file), *fit])
            yield f"{name} {found.code}"


def _picture(random: Random) -> bytes:
    size = random.choice([(8, 8), (8, 8), (1, 1), (33, 7), (400, 300), (3000, 2000)])
    stream = io.BytesIO()
    while not stream.getvalue():
        picture = Image.new(random.choice(MODES), size, random.randrange(256) % 2)
        try:
            picture.save(stream, random.choice(FORMATS))
        except (OSError, ValueError, KeyError, SystemError):
            stream = io.BytesIO()
    return stream.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(random: Random) -> bytes:
    """A PNG that claims what it likes: sizes, depths, texts that unpack to much."""
    side = random.choice([0, 1, 8, 4000, 5000, 20_000, 60_000, 2**31 - 1])
    head = struct.pack(
        ">IIBBBBB", side, random.choice([side, 8]), random.choice([1, 8, 16]),
        random.choice([0, 2, 3, 4, 6]), 0, 0, random.choice([0, 1]),
    )  # fmt: skip
    parts = [b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", head)]
    bomb = zlib.compress(bytes(random.choice([10, 80_000_000 if random.random() < 0.1 else 99])))
    kinds = random.sample([b"zTXt", b"iTXt", b"iCCP", b"PLTE", b"tRNS", b"eXIf", b"acTL"], 3)
    texts = [b"k\0\0" + bomb, b"k\0\1\0\0\0" + bomb, b"", bomb]
    parts += [_chunk(kind, random.choice(texts)) for kind in kinds]
    parts += [_chunk(b"IDAT", bomb), _chunk(b"IEND", b"")]
    return b"".join(parts)


def _head(random: Random) -> bytes:
    """The start of a format, and claims behind it."""
    size = random.choice(
        [b"8 8", b"99999 99999", b"0 0", b"-1 5", b"8 " + b"9" * 4000, b"3000 3000"]
    )
    return random.choice(
        [
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\n(x) print\n",
            b"%PDF-1.4\n",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"P3\n" + size + b"\n255\n" + b"1 " * random.choice([3, 192, 100_000]),
            b"P6\n" + size + b"\n65535\n" + random.randbytes(400),
            b"P2\n#" + b"x" * 50_000 + b"\n" + size + b"\n255\n" + b"9" * 50_000,
            b"Pf\n" + size + b"\n-1.0\n" + random.randbytes(300),
            b"BM" + random.randbytes(60),
            b"GIF89a"
            + struct.pack("<HH", 65535, random.choice([8, 65535]))
            + random.randbytes(90),
            b"II*\0\x08\0\0\0"
            + struct.pack("<H", random.choice([1, 65535]))
            + random.randbytes(500),
            b"RIFF" + struct.pack("<I", 90) + b"WEBPVP8X\x0a\0\0\0" + random.randbytes(80),
            b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8L\x0a\0\0\0\x2f\xff\xff\xff\xff\xff" * 3,
        ]
    )


def _noise(random: Random) -> bytes:
    return random.randbytes(random.choice([0, 1, 30, 1000]))


def _damaged(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice([1, 1, 3, 30])):
        if not changed:
            break
        # Most of what steers a decoder stands at the start.
        place = random.randrange(min(len(changed), random.choice([64, len(changed)])))
        match random.randrange(4):
            case 0:
                changed[place] = random.randrange(256)
            case 1:
                changed[place] ^= 1 << random.randrange(8)
            case 2:
                del changed[place:]
            case _:
                changed[place : place + 4] = random.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b""])
    return bytes(changed)
