r"""What texts of the spec language look like, as patterns that Python and JavaScript read alike.

A pattern refuses only what the parser refuses whatever a file defines: it knows the ops and the
words of the language, never the blocks, labels and variables of a file. It tells the arguments of
a line apart where no quote and no `#` hides a bracket, and lets every other line pass.
"""

from collections.abc import Iterable
from keyword import kwlist
from string import digits
from typing import Any

from cnncalc.facts import MOST_AXES
from cnncalc.ops import OPS, Op
from cnncalc.ops.values import LARGEST
from cnncalc.spec.names import KEYWORDS, MERGES, RESERVED, STRUCTURE

Schema = dict[str, Any]


def one_of(texts: Iterable[str]) -> str:
    """Any of these."""
    return f"(?:{'|'.join(texts)})"


def bare(ops: Iterable[str]) -> list[str]:
    """The ops whose names can be told from a kernel behind them: not `softmax`, not `relu6`."""
    return [name for name in ops if name == name.rstrip(f"{digits}x")]


def has_kernel(kind: type[Op]) -> bool:
    """Whether a kernel can be written on the op's head."""
    return kind.on_head is not None and bool(bare([kind.name]))


KERNEL = "[0-9]{1,14}(?:x[0-9]{1,14})+"
"""A kernel that makes a head an op: `3x3`. A lone `3` may end the name of a block or a label."""

END = r"(?:\s|$)"
"""Where a word of a line ends."""


def head(kind: type[Op]) -> str:
    """The head of an op, with the kernel that it may carry; nothing else can be meant by it."""
    return f"{kind.name}(?:{KERNEL})?" if has_kernel(kind) else kind.name


def line_of(kind: type[Op]) -> str:
    """A line, or a key, that an op begins."""
    return rf"^\s*{head(kind)}{END}"


# Names

WORD = r"[^\x00-@\[-\^`{-\x7f][^\x00-/:-@\[-\^`{-\x7f]*"
"""A name: of ASCII its letters, digits and `_`, and whatever lies beyond ASCII."""

CALLED = one_of(head(kind) for kind in OPS.values() if not kind.merges)
"""The head of any op that a line can begin with."""

_TAKEN = one_of(sorted(STRUCTURE))
"""What no file can name anything: the words of the language."""

_TAKEN_BY_VALUES = f"{_TAKEN}|{one_of(kwlist)}"

NAME = f"^(?!(?:{_TAKEN})$){WORD}$"
VARIABLE = f"^(?!(?:{_TAKEN_BY_VALUES})$){WORD}$"
DOTTED = rf"{WORD}(?:\.{WORD})*"
"""A label, or that of something that an ended group has labelled: `stage2.high`."""

LABEL = f"^{DOTTED}$"

# Lines and keys

_BODILESS = one_of(sorted(RESERVED - {"x"}))
LINE = rf"^\s*(?!{_BODILESS}{END}|x\s+\S){DOTTED}{END}|^\s*share\s+{DOTTED}\s*$"
"""A line: it begins with a name, or is `x` alone; a keyword that takes a body begins none."""

START = rf"^\s*(?!(?:{_BODILESS}|{CALLED}){END}){DOTTED}\s*$"
"""A line that is a label, or may be one."""

REPEAT, FOR, ELSE = r"^\s*repeat\s", r"^\s*for\s", r"^\s*else\s*$"
IF, ELIF = r"^\s*if\s", r"^\s*elif\s"
TOLD = {name for name in MERGES if OPS[name].attributes}
"""Merges that take arguments beside their branches."""

KEY = (
    rf"^\s*(?:(?:repeat|if|elif)\s+\S|for\s[\s\S]*\sin\s+\S|else\s*$"
    rf"|{one_of(sorted(MERGES - TOLD))}\s*$"
    rf"|{one_of(sorted(TOLD))}{END}"
    rf"|(?!{one_of(sorted(RESERVED))}{END}){WORD}{END})"
)
"""A key of a layer: a keyword with what belongs to it, the head of a long form, or a label."""

NO_ELSE = r"^(?!\s*(?:else\s*$|elif\s))"
CHOICE = r"^\s*(?:(?:if|elif)\s|else\s*$)"
ELIF_OR_ELSE = r"^\s*(?:elif\s|else\s*$)"

CALL = rf"^\s*(?!(?:{one_of(sorted(KEYWORDS))}|{CALLED}){END})\S+\s+\S"
"""A key that calls a block or a variable with arguments, and so is no label."""

# Arguments

_ODD = r"""'"#\x1c-\x1f\x85\ufeff"""
"""What hides brackets and blanks, or is a blank to one reader of patterns and not to another."""

ODD = f"[{_ODD}]"

_OUTSIDE = rf"[^()\[\]{{}}{_ODD}]*"
UNCLEAR = rf"^(?!{_OUTSIDE}(?:[(\[{{][^\s{_ODD}]*{_OUTSIDE})?$)"
"""A line whose words need not be its arguments: a blank may be within brackets."""

_NAMED = r"(?:\s+[^\s=<>!]+=(?!=)\S*)*"
_POSITIONAL = r"\s+(?![^\s=<>!]*=(?!=))\S+"


def positional(count: int) -> str:
    """A line with so many positional arguments or more, named ones between them."""
    return rf"\s*\S+{_NAMED}(?:{_POSITIONAL}{_NAMED}){{{count}}}"


def at_most(count: int) -> str:
    """A line with so many positional arguments at most, as far as can be told."""
    return f"{UNCLEAR}|^(?!{positional(count + 1)})"


CUT = r"^(?:[^(),]*\)|[^,]*\([^(),]*$|[^,]*\)[^(),]*\)[^,]*$)"
"""What may be a part of an item that a comma in its brackets parts, to a reader of YAML alone."""

SIGNATURE = rf"^\s*(?!(?:{_TAKEN}){END}){WORD}{END}"
"""The head of a block."""

_PARAMETER = rf"(?!(?:{_TAKEN_BY_VALUES})(?:=|{END})){WORD}"
PARAMETERS = rf"{UNCLEAR}|^\s*(?:\S+(?:\s+{_PARAMETER})*(?:\s+{_PARAMETER}=\S+)*\s*)?$"
"""The head of a block with its parameters, those with a default at the end."""

# Quantities

_DIGITS = len(str(LARGEST)) - 1
_LENGTH = f"[0_]*(?:[1-9](?:_*[0-9]){{0,{_DIGITS - 1}}}|1(?:_*0){{{_DIGITS}}})_*"
SHAPE = f"^{_LENGTH}(?:x{_LENGTH}){{0,{MOST_AXES - 1}}}$"
"""`3x224x224`: no axis is 0, none is longer than the language allows."""


def expectation(units: Iterable[str]) -> str:
    """What `expect` holds an exact number against."""
    return rf"^\s*{amount(units)}\s*$"


def limit(units: Iterable[str]) -> str:
    """What `budget` holds a number against: an amount, `<=`, `>=`, or a range."""
    one = amount(units)
    return rf"^\s*(?:(?:(?:<=|>=)\s*)?{one}|{one}\s*\.\.\s*{one})\s*$"


def amount(units: Iterable[str]) -> str:
    """A number with one of these units, within a pattern."""
    known = list(units)
    number = r"[_,]*(?:[0-9][_,]*){1,39}(?:\.[0-9]{1,39})?"
    return rf"{number}\s*{one_of(filter(None, known))}{'?' if '' in known else ''}"
