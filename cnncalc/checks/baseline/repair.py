"""A baseline that git has left with conflict markers, put together from both sides."""

import json
from collections.abc import Iterator

from cnncalc.records import Record
from cnncalc.spec.conflicts import BASE, MARKERS


class Repaired(Record):
    """The text of both sides together.

    Attributes:
        text: a baseline again, of what both sides store; of two lines of one network the first.
        disputed: the networks of which the sides store different figures.
    """

    text: str
    disputed: frozenset[str]


def has_markers(text: str) -> bool:
    """Whether a line of a text begins as git marks conflicts."""
    return any(marker in text for marker in MARKERS) and any(
        line.startswith(MARKERS) for line in text.split("\n")
    )


def repaired(text: str) -> Repaired | None:
    """Both sides of every conflict as one baseline.

    Returns:
        None where that cannot be: the file has no line for each network, or the sides disagree on
        how they counted.
    """
    heads: list[str] = []
    entries: dict[str, str] = {}
    disputed: set[str] = set()
    for line in _without_markers(text):
        bare = line.strip().removesuffix(",")
        if bare.endswith('"figures": {'):
            heads.append(bare)
        elif bare.strip("{} "):
            name = _name(bare)
            if name is None:
                return None
            if entries.setdefault(name, bare) != bare:
                disputed.add(name)
    if len(set(heads)) != 1:
        return None
    body = "".join(f"{line}\n" for line in ",\n".join(entries.values()).split("\n") if line)
    return Repaired(f"{heads[0]}\n{body}}}}}\n", frozenset(disputed))


def _without_markers(text: str) -> Iterator[str]:
    """The lines of both sides; what they had in common before the conflict is left out."""
    is_of_base = False
    for line in text.split("\n"):
        if line.startswith(MARKERS):
            is_of_base = line.startswith(BASE)
        elif not is_of_base:
            yield line


def _name(line: str) -> str | None:
    """The network of a line; None where the line is no network with its figures."""
    try:
        pair = json.loads(f"{{{line}}}", parse_int=len)
    except (ValueError, RecursionError):
        return None
    [(name, figures)] = pair.items() if len(pair) == 1 else [("", None)]
    return name if isinstance(figures, dict) else None
