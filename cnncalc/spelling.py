"""Words that are misspelt: how many slips part two of them, and which known one is meant.

No guess is better than a wrong one, which sends the reader the wrong way.
"""

from collections.abc import Iterable

MOST_SLIPS = 2
"""Letters that differ where a near word is taken for the one that was meant."""

_SHORT, _MIDDLE, _LONG = 3, 5, 8
"""Letters of a word: a wrong one makes another word up to the first, a missing first one below the
second, and two slips below the third, unless letters have changed places."""


_SIGNS = ("%",)
"""What makes a kind of a name, and no other one: `macs%`."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` most likely means; None when none is near, or two are.

    A slip is a letter that is missing, too many, wrong or swapped with its neighbour. The first
    letter is hardly ever wrong, and a number never: `grn` is not `lrn`, nor `stage4` `stage3`.
    A name that is cut short, also in the plural, means the only one that it begins or is a word
    of.

    Example:
        >>> nearest("rleu", ["elu", "relu", "gelu"]), nearest("kernel", ["kernel_size", "bias"])
        ('relu', 'kernel_size')
        >>> nearest("params", ["parameters", "parameters%", "macs"])
        'parameters'
        >>> nearest("attention", ["flatten", "dilation"])
    """
    written = _letters(name)
    found: dict[str, int] = {}
    candidates = dict.fromkeys(known)
    for other in candidates:
        count = _slips_between(written, _letters(other))
        if count is not None:
            found[other] = count
    least = min(found.values(), default=None)
    best = [other for other, count in found.items() if count == least]
    if not best and len(name) >= _SHORT:
        best = [other for other in candidates if _is_cut_short(name.lower(), other.lower())]
        root = min(best, key=len, default="")
        if all(other == root or other.removeprefix(root) in _SIGNS for other in best):
            best = [root][: len(best)]
    if len(best) > 1:
        best = [other for other in best if is_swapped_or_doubled(written, _letters(other))]
    return best[0] if len(best) == 1 else None


def slips(first: str, second: str) -> int:
    """Letters that are missing, too many, wrong or swapped between two words."""
    before, above = [0] * (len(second) + 1), [*range(len(second) + 1)]
    for row, letter in enumerate(first, 1):
        here = [row]
        for column, other in enumerate(second, 1):
            best = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == second[column - 2] and other == first[row - 2]:
                best = min(best, before[column - 2] + 1)
            here.append(best)
        before, above = above, here
    return int(above[-1])


def is_slip(name: str, near: str) -> bool:
    """Whether few letters part two words; case is none of them."""
    first, second = name.lower(), near.lower()
    return abs(len(first) - len(second)) <= MOST_SLIPS and slips(first, second) <= MOST_SLIPS


def is_swapped_or_doubled(name: str, near: str) -> bool:
    """Whether the fingers were too fast: two letters swapped, or one struck twice or not twice."""
    if slips(name, near) != 1:
        return False
    if len(name) == len(near):
        return sorted(name) == sorted(near)
    return _undoubled(name) == _undoubled(near)


def _undoubled(word: str) -> str:
    return "".join(
        letter for letter, before in zip(word, f" {word}", strict=False) if letter != before
    )


def _letters(name: str) -> str:
    """A name as it is compared: neither case nor what parts its words counts."""
    return name.lower().replace("_", "").replace("-", "")


def _slips_between(name: str, other: str) -> int | None:
    """The slips that make one word of another; None where they are too many to be slips."""
    if name == other:
        return 0
    shorter = min(len(name), len(other))
    is_long = shorter >= _LONG or sorted(name) == sorted(other)
    most = MOST_SLIPS if is_long else 1
    if shorter < 2 or abs(len(name) - len(other)) > most or _digits(name) != _digits(other):
        return None
    if name[0] != other[0] and not _is_begun_badly(name, other):
        return None
    if len(name) == len(other) <= _SHORT and sorted(name) != sorted(other):
        return None
    count = slips(name, other)
    return count if count <= most else None


def _is_begun_badly(name: str, other: str) -> bool:
    """Whether the first letters are swapped, or the first of a longer word is missing."""
    is_swapped = name[:2] == other[1::-1]
    return is_swapped or (len(other) >= _MIDDLE and name[0] == other[1])


def _digits(name: str) -> list[str]:
    return sorted(filter(str.isdecimal, name))


def _is_cut_short(name: str, other: str) -> bool:
    if _digits(name) != _digits(other):
        return False
    one = name.removesuffix("s") if len(name) >= _MIDDLE else name
    return other.startswith(one) or name in other.split("_")
