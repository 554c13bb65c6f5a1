"""Keras models from strangers: sound ones of which parts are exchanged, and damaged archives."""

import gzip
import io
import json
import struct
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from fuzz.surfaces import onnx

GOLDEN = Path(__file__).parents[2] / "golden" / "keras"

SUFFIX = ".keras"

MOST = 50_000
"""Places of a document from which on it is left as it is."""

STRANGE: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 3, 7, 64, 10**6, 10**9, 10**12, 10**18, 10**30, -(10**18), 0.5,
    float("nan"), float("inf"), 1e308, "", "x", "same", "valid", "channels_first", "channels_last",
    "\x1b[31m", "a\nb", "\u202e", "::error::", "../../etc/passwd", "é" * 200, "x" * 3000, "\x00",
    "relu", "InputLayer", "Functional", "Sequential", [], [[]], {}, [None], [1], [1, 1], [3, 3, 3],
    [-1], [0], [None, 8, 8, 3], [[1, 0], [0, 1]], ["x", 0, 0],
    {"class_name": "Dense", "config": {}},
    {"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}},
    {"class_name": "__slice__", "config": {"start": 10**18, "stop": None, "step": -1}},
    "ab,bc->ac", "...,->...", "->", "a,a->a",
)  # fmt: skip


@cache
def sound() -> tuple[str, ...]:
    """Models that are read, as texts."""
    found: list[str] = []
    for name in ("layers.json.gz", "random.json.gz"):
        told = json.loads(gzip.decompress((GOLDEN / name).read_bytes()))
        found += [json.dumps(one["config"]) for one in told.values()]
    return tuple(found)


def make(random: Random) -> bytes:
    """One file."""
    document = json.loads(random.choice(sound()))
    for _ in range(random.choice((0, 1, 1, 1, 2, 3, 8))):
        places = list(islice(_places(document), MOST))
        if len(places) < MOST:  # copies of copies double
            _exchange(random, places)
    text = json.dumps(document)
    if random.random() < 0.1:
        text = _torn(random, text)
    data = _archive(random, text.encode("utf-8", "surrogatepass"))
    return _damaged(random, data) if random.random() < 0.2 else data


def attempt(data: bytes) -> Iterable[str]:
    """Run every command on it."""
    yield from onnx.attempt(data, "hostile.keras")


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a document that holds a value: what it is in, and its key."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one))
        for key in keys:
            yield one, key
            if isinstance(one[key], dict | list):
                waiting.append(one[key])


def _exchange(random: Random, places: Sequence[tuple[Any, Any]]) -> None:
    """Put another value somewhere, take one away, or say one twice."""
    owner, key = random.choice(places)
    other, from_key = random.choice(places)
    way = random.random()
    if way < 0.5:
        owner[key] = deepcopy(random.choice(STRANGE))  # it may be changed in its turn
    elif way < 0.7:
        del owner[key]
    elif way < 0.9:
        owner[key] = json.loads(
            json.dumps(other.get(from_key) if isinstance(other, dict) else other)
        )
    elif isinstance(owner, list):
        owner.append(json.loads(json.dumps(owner[key])))
    else:
        key_of_copy = random.choice(("name", "config", "class_name", "module"))
        owner[key_of_copy] = json.loads(json.dumps(owner[key]))


def _torn(random: Random, text: str) -> str:
    """A text that is no JSON, or not as it should be."""
    place = random.randrange(len(text))
    return random.choice(
        (
            text[:place],
            text[:place] + random.choice('{}[]",:') + text[place:],
            "[" * 100_000,
            '{"a":' * 5000 + "1" + "}" * 5000,
            '{"a":1,"a":2}',
            "9" * 50_000,
            "[" + "{}," * 300_000 + "{}]",
        )
    )


def _archive(random: Random, text: bytes) -> bytes:
    """An archive with a configuration, now and then a strange one."""
    stream = io.BytesIO()
    way = random.choice((zipfile.ZIP_STORED, *[zipfile.ZIP_DEFLATED] * 9, zipfile.ZIP_BZIP2))
    with zipfile.ZipFile(stream, "w", way) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        names = ["metadata.json", "config.json"]
        if random.random() < 0.1:
            names += random.choice((["config.json"], ["a/config.json"], ["../config.json"] * 40))
        for name in names:
            is_bomb = random.random() < 0.005
            made.writestr(name, b" " * (80 * 2**20) if is_bomb else text)
    return stream.getvalue()


def _damaged(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        place = random.randrange(len(changed))
        changed[place] = random.randrange(256)
        if random.random() < 0.3:
            place = random.randrange(max(1, len(changed) - 60), len(changed))
            changed[place : place + 4] = struct.pack("<I", random.choice((0, 1, 2**31, 2**32 - 1)))
    return bytes(changed[: random.randrange(len(changed))] if random.random() < 0.2 else changed)
