"""Protocol buffers as bytes: what fields a message has, and where each of them ends.

Source: the encoding of Protocol Buffers, wire types 0, 1, 2 and 5; the numbers of the fields are
those of onnx/onnx.proto3.
"""

from collections.abc import Iterator

from cnncalc.interchange.onnx_model.stored import Stored

MODEL_WIRES = {
    1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, 7: 2, 8: 2, 14: 2, 20: 2, 25: 2, 26: 2,
}  # fmt: skip
"""The fields of a `ModelProto`, and the wire type of each."""

GRAPH, OPSETS = 7, 8

MOST_HEAD = 20
"""Bytes of a field's key and length."""

MOST_FIELDS = 10_000
"""Fields that a file is looked through for; a model has some, and one for each function."""


def is_model(view: Stored | bytes) -> bool:
    """Whether bytes are those of a model: its fields and no others, with a graph among them."""
    seen = set()
    try:
        for count, (key, _, _, _) in enumerate(fields(view)):
            if MODEL_WIRES.get(key >> 3) != key & 7 or count > MOST_FIELDS:
                return False
            seen.add(key >> 3)
    except (IndexError, ValueError):
        return False
    return {GRAPH, OPSETS} <= seen


def fields(view: Stored | bytes) -> Iterator[tuple[int, int, int, int]]:
    """Each field of a message: its key, where it begins, where its content does, and its end.

    Raises:
        IndexError: the message ends too soon.
        ValueError: it is none.
    """
    place, end = 0, len(view)
    window, base, last = b"", 0, -1
    while place < end:
        if place > last:  # most are short, so that many are read at once
            window, base = view.window(place) if isinstance(view, Stored) else (view, 0)
            last = base + len(window) - MOST_HEAD
        start, at = place, place - base
        if place <= last and (key := window[at]) < 128 and window[at + 1] < 128 and key & 7 == 2:
            body = place + 2
            place = body + window[at + 1]
        else:
            key, body, place = _field(view, place)
        if place > end or key < 8:
            raise ValueError("cut off, or no field")
        yield key, start, body, place


def _field(view: Stored | bytes, place: int) -> tuple[int, int, int]:
    """The key of a field, where its content begins, and its end."""
    key, body = varint(view, place)
    if key & 7 == 2:
        length, body = varint(view, body)
        return key, body, body + length
    return key, body, behind(view, body, key & 7)


def behind(view: Stored | bytes, place: int, wire: int) -> int:
    """The place behind what has no length of its own."""
    if wire == 0:
        return varint(view, place)[1]
    if wire not in {1, 5}:
        raise ValueError("no such wire type")
    return place + (8 if wire == 1 else 4)


def varint(view: Stored | bytes, place: int) -> tuple[int, int]:
    """A number in base 128, lowest digits first, and the place behind it."""
    number = shift = 0
    while True:
        byte = view[place]
        place += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, place
        shift += 7
        if shift > 63:
            raise ValueError("no number")


def written(number: int) -> bytes:
    """A number in base 128."""
    digits = bytearray()
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])
