"""A model without the values of its long tensors, by what stands in its file alone.

What is long and is only data is not read, but stepped over, so that a model of 500 MB costs what
its structure costs. Nor is what no network has: more fields than a model of a million nodes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cnncalc.interchange.onnx_model.stored import Stored
from cnncalc.interchange.onnx_model.wire import fields, written

LONG = 4096
"""Bytes from which the data of a tensor is left out; shapes and axes are far shorter."""

DEEPEST = 50
"""Graphs within graphs: a bound for hostile files."""

MOST_FIELDS = 1_000_000
"""Fields that are stepped over one by one; a node of less than 4,096 bytes is one."""

MOST_ALONE = 100
"""Fields of a model, such as its version, that stand in it once."""

MOST_BYTES = 2**28
"""Bytes beside the values of weights."""

# Field numbers of the messages that may hold tensors; a True field of a tensor holds its values,
# elsewhere what nothing is read of: texts for people, training, the blobs of other programs.
# Source: onnx/onnx.proto3.
_TENSOR: Mapping[int, Any] = dict.fromkeys((4, 5, 6, 7, 9, 10, 11, 12), True)
_SPARSE: Mapping[int, Any] = {1: _TENSOR, 2: _TENSOR}
_ATTRIBUTE: dict[int, Any] = {4: True, 5: _TENSOR, 10: _TENSOR, 13: True, 22: _SPARSE, 23: _SPARSE}
_NODE: Mapping[int, Any] = {5: _ATTRIBUTE, 6: True}
_VALUE: Mapping[int, Any] = {3: True}
_GRAPH: Mapping[int, Any] = {
    1: _NODE, 5: _TENSOR, 10: True, 11: _VALUE, 12: _VALUE, 13: _VALUE, 15: _SPARSE,
}  # fmt: skip
_FUNCTION: Mapping[int, Any] = {7: _NODE, 8: True, 11: _ATTRIBUTE, 12: _VALUE}
_MODEL: Mapping[int, Any] = {
    2: True, 3: True, 4: True, 6: True, 7: _GRAPH, 20: True, 25: _FUNCTION,
}  # fmt: skip
_ATTRIBUTE |= {6: _GRAPH, 11: _GRAPH}

_REPEATED = frozenset({8, 14, 25, 26})
"""Fields that a model may have many of: opsets, properties, functions, devices."""


class TooLongError(Exception):
    """What has more in it than is read; the text says what."""


class Shortening:
    """What is left of a model, and how much of it was gone through."""

    def __init__(self) -> None:
        self.fields = 0
        self.alone = 0
        self.length = 0

    def model(self, view: Stored | bytes) -> bytes:
        """The bytes of a model without the values of its long tensors.

        Raises:
            IndexError: it ends too soon.
            ValueError: it is none.
            TooLongError: it has too much in it.
        """
        return b"".join(map(_bytes, self.kept(view, _MODEL, DEEPEST)))

    def kept(
        self, view: Stored | bytes, kind: Mapping[int, Any], depth: int
    ) -> Iterator[Stored | bytes]:
        """The fields of a long message, those of long messages within it treated alike."""
        if not depth:
            raise ValueError("nested too deep")
        run = stop = 0
        for key, start, body, stop in fields(view):
            self.count(key >> 3, kind)
            inside = kind.get(key >> 3)
            is_value = inside is True and kind is _TENSOR
            if inside is None or (stop - body < LONG and not is_value):
                continue
            if run < start:
                yield self.taken(view, run, start)
            run = stop
            if inside is not True:
                told = b"".join(map(_bytes, self.kept(view[body:stop], inside, depth - 1)))
                yield written(key) + written(len(told)) + told
        if run < stop:
            yield self.taken(view, run, stop)

    def count(self, number: int, kind: Mapping[int, Any]) -> None:
        """Count a field, and refuse a model that says over and over what is said once."""
        self.fields += 1
        if self.fields > MOST_FIELDS:
            raise TooLongError(f"it has more than {MOST_FIELDS:,} fields")
        if kind is _MODEL:
            self.alone += number not in _REPEATED
            if self.alone > MOST_ALONE:
                raise ValueError("no model")

    def taken(self, view: Stored | bytes, start: int, stop: int) -> Stored | bytes:
        """A stretch that is kept."""
        self.length += stop - start
        if self.length > MOST_BYTES:
            raise TooLongError(f"it has more than {MOST_BYTES:,} bytes beside its weights")
        return view[start:stop]


def measured(view: Stored | bytes, most: int) -> tuple[int, int]:
    """How many fields the nested messages of a model have, and the bytes that are no values.

    Nothing is counted once the fields are past `most`.
    """
    waiting: list[tuple[Stored | bytes, Mapping[int, Any]]] = [(view, _MODEL)]
    count = length = 0
    try:
        while waiting and count <= most:
            message, kind = waiting.pop()
            for key, start, body, stop in fields(message):
                count += 1
                if count > most:
                    break
                inside = kind.get(key >> 3) if key & 7 == 2 else None
                if stop > body and isinstance(inside, dict):
                    waiting.append((message[body:stop], inside))
                elif inside is not True or stop - body < LONG:
                    length += stop - start
    except (IndexError, ValueError):
        pass  # it is no model, which is told where it is read
    return count, length


def _bytes(part: Stored | bytes) -> bytes:
    return part if isinstance(part, bytes) else part.whole()
