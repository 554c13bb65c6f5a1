"""The configuration of a Keras model as values: JSON of bounded size, each key once."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from cnncalc.interchange.onnx_model.bounds import WIDE, Allowance
from cnncalc.interchange.onnx_model.file import refuse

MOST_BYTES = 64 * 2**20
"""Bytes of the configuration of one's own model; the largest of `keras.applications` has 1 MB."""

TIGHT_BYTES = 8 * 2**20
"""The same of anyone's."""

MOST_VALUES = 1_000_000
"""Values of a configuration: an empty list is two bytes, and takes 60 in memory."""

TIGHT_VALUES = 200_000

DIGITS = 18
"""Of a whole number, beyond which it is none that a layer takes."""


def most_bytes(allowance: Allowance) -> int:
    """How long a configuration may be."""
    return MOST_BYTES if allowance.most >= WIDE else TIGHT_BYTES


def read_document(data: bytes, allowance: Allowance) -> Mapping[str, Any]:
    """The object that the text of a configuration holds.

    Raises:
        SpecError: it holds none, or more than is read.
    """
    most = MOST_VALUES if allowance.most >= WIDE else TIGHT_VALUES
    if sum(map(data.count, (b",", b"[", b"{"))) > most:
        refuse("E501", f"its `config.json` has more than {most:,} values", allowance.hint)
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_int=_whole)
    except UnicodeDecodeError:
        refuse("E711", "its `config.json` is not UTF-8")
    except RecursionError:
        refuse("E502", "its `config.json` is nested too deep")
    except json.JSONDecodeError as fault:
        refuse("E711", f"its `config.json` is not JSON: line {fault.lineno}, column {fault.colno}")
    if not isinstance(found, dict):
        refuse("E711", "its `config.json` holds no object")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        refuse("E711", f"its `config.json` has the key `{twice[:80]}` twice in one object")
    return found


def _whole(digits: str) -> int | float:
    """A whole number; one that is beyond all bounds is no number of a layer."""
    return int(digits) if len(digits) <= DIGITS else float(digits)
