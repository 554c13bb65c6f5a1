"""The words of the language: ops with their usage, keys, and the words of bodies."""

from typing import Any

from cnncalc.ops import OPS
from cnncalc.spec.document.read import KEYS
from cnncalc.spec.names import KEYWORDS
from cnncalc.spec.schema.lines import takes, usage


def words_to_complete() -> dict[str, Any]:
    """Every op with its usage and its attributes, the keys of a file, and the words of bodies."""
    return {
        "ops": [
            {
                "name": name,
                "usage": usage(kind),
                "attributes": {key: takes(one) for key, one in kind.attributes.items()},
            }
            for name, kind in OPS.items()
        ],
        "keys": list(KEYS),
        "words": sorted(KEYWORDS),
    }
