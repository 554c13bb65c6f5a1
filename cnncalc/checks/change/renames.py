"""Files that have another name and are rewritten in part, found by their text."""

from collections import Counter
from collections.abc import Mapping

LEAST_ALIKE = 0.5
"""The share of lines in common from which on two files are one. Source: git-diff(1), -M."""

MOST_LINES = 5_000_000
"""Lines that are held against others; where there are more, no file is."""


def renamed_files(gone: Mapping[str, str], come: Mapping[str, str]) -> dict[str, str]:
    r"""For files that came, by their paths, the one of those that are gone that each was.

    Example:
        >>> renamed_files({"a": "x\ny\nz", "b": "u"}, {"c": "x\ny\nw", "d": "v"})
        {'c': 'a'}
    """
    before = {path: Counter(text.splitlines()) for path, text in gone.items()}
    now = {path: Counter(text.splitlines()) for path, text in come.items()}
    sizes = (sum(one.total() for one in side.values()) for side in (before, now))
    if (
        sum(size * len(other) for size, other in zip(sizes, (now, before), strict=True))
        > MOST_LINES
    ):
        return {}
    alike: list[tuple[float, str, str]] = []
    for path, said in now.items():
        for other, known in before.items():
            longer = max(said.total(), known.total(), 1)
            share = (said & known).total() / longer
            if share >= LEAST_ALIKE:
                alike.append((-share, path, other))
    found: dict[str, str] = {}
    for _, path, other in sorted(alike):
        if path not in found and other not in found.values():
            found[path] = other
    return found
