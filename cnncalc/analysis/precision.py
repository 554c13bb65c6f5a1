"""Precision layer by layer: how it is written; `widths.py` says what it means for a network.

`w8a8, fc: w32a32` is said of layers and groups by their labels, `float16,bn=float32` of kinds of
layers. `conventions.OF_BITS` tells what the letters mean.
"""

import re
from collections.abc import Iterable, Iterator

from cnncalc.analysis.conventions import BYTES_PER_VALUE, dtype_meant
from cnncalc.bits import USUAL, Precision, Rule
from cnncalc.diagnostics import did_you_mean, shortened
from cnncalc.ops import OPS
from cnncalc.ops.base import Op
from cnncalc.printable import printable

MOST_BITS = 64
"""Bits of the widest value."""

MOST_LETTERS = 10_000
"""Letters of a precision that are read."""

_BITS = re.compile(r"(?:w(?P<w>\d+))?(?:a(?P<a>\d+))?(?:b(?P<b>\d+))?", re.IGNORECASE | re.ASCII)


def read_bits(texts: Iterable[str]) -> Precision:
    """Bits as `--bits` takes them: `w8a8`, and `LABEL: w4a8` of some layers; commas between them.

    Raises:
        ValueError: a text is no precision; it says why, and what to write.

    Example:
        >>> read_bits(["W8A8", "fc: w32"]).text
        'w8a8, fc: w32'
    """
    found: dict[str, Rule] = {}
    for part in _parts(texts):
        label, colon, bits = (one.strip() for one in part.rpartition(":"))
        if colon and not label:
            raise ValueError(f"`{shown(part)}` names no layer: write `fc: w32a32`")
        if colon and not bits:
            raise ValueError(f"`{shown(label)}` has no bits: write `{shown(label)}: w32a32`")
        rule = _rule(label, bits)
        if label in found and label:
            raise ValueError(f"`{shown(label)}` is given twice: once is enough")
        if label in found:
            told = f"`{found[label].text}` and `{rule.text}` are both for all layers"
            raise ValueError(f"{told}: name those of one, as in `fc: {rule.text}`")
        found[label] = rule
    usual = found.pop("", Rule("", USUAL, USUAL, None, f"w{USUAL}a{USUAL}"))
    return Precision((usual, *found.values()))


def read_dtypes(text: str) -> Precision:
    """Data types as `--dtype` takes several: `float16,bn=float32`.

    A kind is the name of an op, or of a family of ops: `norm` is every normalisation.

    Raises:
        ValueError: a type or a kind is not known, or one is given twice.
    """
    found: dict[str, Rule] = {}
    for part in _parts([text]):
        kind, equals, dtype = (one.strip() for one in part.rpartition("="))
        if dtype not in BYTES_PER_VALUE:
            meant = dtype_meant(dtype)
            listed = did_you_mean(dtype, BYTES_PER_VALUE) or f"one of {', '.join(BYTES_PER_VALUE)}"
            hint = f"write `{meant}`" if meant else listed
            raise ValueError(f"there is no data type `{shown(dtype)}`: {hint}")
        if equals and kind not in kinds():
            hint = did_you_mean(kind, kinds()) or "a kind is an op, such as bn, or norm for all"
            raise ValueError(f"there is no kind of layer `{shown(kind)}`: {hint}")
        if kind in found:
            what = f"`{kind}`" if kind else "the type of all layers"
            raise ValueError(f"{what} is given twice: write `TYPE,KIND=TYPE`")
        bits = 8 * BYTES_PER_VALUE[dtype]
        found[kind] = Rule(kind, bits, bits, bits, dtype)
    usual = found.pop("", Rule("", USUAL, USUAL, USUAL, "float32"))
    return Precision((usual, *found.values()), of_kinds=True)


def _parts(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if len(text) > MOST_LETTERS:
            raise ValueError(f"this has more than {MOST_LETTERS:,} letters: name groups of layers")
        for part in text.split(","):
            if not part.strip():
                raise ValueError("a precision is missing: write `w8a8, fc: w32a32`")
            yield part.strip()


def _rule(label: str, text: str) -> Rule:
    match = _BITS.fullmatch(text)
    if not text or match is None:
        ways = "`w8a8`, `w4` or `w8a8b16`, for some layers `fc: w32a32`"
        raise ValueError(f"`{shown(text)}` is no precision: write {ways}")
    told = {letter: match[letter] for letter in "wab" if match[letter] is not None}
    for letter, digits in told.items():
        if len(digits) > 3 or not 1 <= int(digits) <= MOST_BITS:
            most = f"a value has 1 to {MOST_BITS} bits"
            raise ValueError(f"`{letter}{shown(digits)}` cannot be: {most}")
    bits = {letter: int(digits) for letter, digits in told.items()}
    plain = "".join(f"{letter}{number}" for letter, number in bits.items())
    if not label:
        bits = {"w": USUAL, "a": USUAL, **bits}
    return Rule(label, bits.get("w"), bits.get("a"), bits.get("b"), plain)


def shown(text: str) -> str:
    """A text that was given, as a message quotes it."""
    return shortened(printable(text))


def family_of(kind: type[Op]) -> str:
    """The family of an op: that of the file which says it."""
    return kind.__module__.rpartition(".")[2]


def kinds_of(op: Op) -> tuple[str, ...]:
    """The family of an op, then its name."""
    family = family_of(type(op))
    return (op.name,) if family == op.name else (family, op.name)


def kinds() -> tuple[str, ...]:
    """The kinds of layers that have a name: ops, and families of them."""
    return tuple(dict.fromkeys([*OPS, *map(family_of, OPS.values())]))
