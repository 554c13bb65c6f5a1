"""Every name of a spec means one thing: what is defined, what clashes, what a head calls."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from keyword import iskeyword

from cnncalc.diagnostics import Diagnostic, Note, Span, rename
from cnncalc.ops import OPS, Op
from cnncalc.records import Record
from cnncalc.spec.bounds import LONGEST_NAME, Faults
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.notation import Argument
from cnncalc.spec.syntax import Bound, Parameter
from cnncalc.spec.yaml_tree import Text

KERNEL = "0123456789x"
"""What the size of a kernel is written in, behind the name of its op."""


def numbered(head: str, ordinal: int) -> str:
    """What the use of a head is called by its ordinal: `conv2`, `relu6_2`.

    An op that ends in a digit keeps apart from its ordinal. A block does not: its calls were
    always called so, and names are stable.
    """
    apart = "_" if head in OPS and head[-1].isdecimal() else ""
    return f"{head}{apart}{ordinal}"


MERGES = {name for name, kind in OPS.items() if kind.merges}
KEYWORDS = {*MERGES, "share", "repeat", "for", "if", "elif", "else", "x"}
RESERVED = {*KEYWORDS, "true", "false", "and", "or", "not"}
STRUCTURE = RESERVED - MERGES
"""What no file can name anything: the words that the language is made of.

The names of ops, merges among them, are not: more come with time, and a file's own names win.
"""


class Callee(Record):
    """What a call binds its arguments to."""

    title: str
    names: tuple[str, ...]
    positional: tuple[str, ...]
    required: tuple[str, ...]
    on_head: str | None = None


class Definition(Record):
    """What a name stands for: a block, a variable or a parameter, and where that is said."""

    kind: str
    span: Span


class Names(Record):
    """What the names in reach of a body stand for.

    Attributes:
        blocks: what each block takes.
        places: the blocks and variables of the file.
        labels: the labels of the whole file, without those that have the name of one of these.
        parameters: the parameters of the block whose body it is, and the variables of the loops
            around.
        label_places: where each label of the file stands first.
    """

    blocks: Mapping[str, Callee]
    places: Mapping[str, Definition]
    labels: frozenset[str]
    parameters: Mapping[str, Definition] = {}
    label_places: Mapping[str, Span] = {}

    def heads(self) -> Iterator[str]:
        """Everything that a line can begin with."""
        yield from chain(KEYWORDS, OPS, self.parameters, self.places, self.labels)

    def is_head(self, name: str) -> bool:
        """Whether a line can begin with that name, an op's kernel left out."""
        known = (KEYWORDS, OPS, self.parameters, self.places, self.labels)
        return any(name in names for names in known)

    def values(self) -> Iterator[str]:
        """The names of variables and parameters."""
        yield from self.parameters
        yield from (name for name, place in self.places.items() if place.kind != "block")

    def place(self, name: str) -> Definition | None:
        """The parameter, block or variable of that name."""
        return self.parameters.get(name) or self.places.get(name)

    def has_value(self, name: str) -> bool:
        """Whether a variable or a parameter has that name."""
        place = self.place(name)
        return place is not None and place.kind != "block"

    def is_own(self, name: str) -> bool:
        """Whether the file gives that name to anything within reach of a line."""
        return self.place(name) is not None or self.is_label(name)

    def is_label(self, name: str) -> bool:
        """Whether a label of the file has that name, and nothing nearer."""
        return name in self.labels and name not in self.parameters


_CALLEES: dict[type[Op], Callee] = {}


def callee_of_op(kind: type[Op]) -> Callee:
    """An op as something to call."""
    if kind in _CALLEES:
        return _CALLEES[kind]
    required = tuple(key for key, attribute in kind.attributes.items() if attribute.is_required)
    names = tuple(kind.attributes)
    _CALLEES[kind] = Callee(kind.name, names, kind.positional, required, kind.on_head)
    return _CALLEES[kind]


def callee_of_block(name: str, parameters: tuple[Parameter, ...]) -> Callee:
    """A block as something to call: its parameters bind by position or by name."""
    names = tuple(parameter.name for parameter in parameters)
    required = tuple(parameter.name for parameter in parameters if parameter.default is None)
    return Callee(name, names, names, required)


def split_head(head: str, span: Span) -> tuple[type[Op], Expression | None] | None:
    """The op that a head names, and the kernel written on it: `conv3x3`, `maxpool2`."""
    if head in OPS:
        return OPS[head], None
    name, kernel = split_kernel(head)
    if not kernel or name not in OPS or OPS[name].on_head is None:
        return None
    place = span
    if span.end_column - span.column == len(head):
        place = span._replace(column=span.column + len(name))
    sizes = tuple(map(int, kernel.split("x")))
    return OPS[name], Expression(kernel, place, sizes)


def is_op_name(name: str) -> bool:
    """Whether only an op can be meant by a name: by `conv` and `conv3x3`, not by `conv3`."""
    op, kernel = split_kernel(name)
    return name in OPS or ("x" in kernel and op in OPS and OPS[op].on_head is not None)


@lru_cache(256)
def split_kernel(head: str) -> tuple[str, str]:
    """`conv3x3` as `conv` and `3x3`; the kernel is empty when none is written."""
    name = head.rstrip(KERNEL)
    kernel = head[len(name) :]
    sizes = kernel.split("x")
    is_kernel = len(sizes) < 9 and all(size.isdecimal() and len(size) < 15 for size in sizes)
    return (name, kernel) if is_kernel else (head, "")


def bind(
    callee: Callee,
    arguments: tuple[Argument, ...],
    kernel: Expression | None,
    *,
    span: Span,
    faults: Faults,
) -> Bound | None:
    """Give each argument the name of what it sets, or None when they do not fit."""
    before = len(faults)
    bound: dict[str, Expression] = {}
    if kernel is not None and callee.on_head:
        bound[callee.on_head] = kernel
    positional = iter(callee.positional)
    names = callee.names if len(arguments) < 9 else frozenset(callee.names)
    for argument in arguments:
        name = argument.name or next(positional, None)
        if name is None:
            faults.append(_too_many(callee, argument, bound))
            break
        if name not in names:
            faults.append(_unknown_argument(callee, name, argument.span, faults))
        elif name in bound:
            message = f"duplicate argument `{name}` of `{callee.title}`"
            notes = (Note("first given here", bound[name].span),)
            faults.append(Diagnostic("E208", message, argument.span, notes, "keep one"))
        else:
            bound[name] = argument.value
    missing = [name for name in callee.required if name not in bound]
    if missing and len(faults) == before:
        faults.append(_missing(callee, missing, kernel, span))
    return None if len(faults) > before else tuple(bound.items())


def _too_many(callee: Callee, argument: Argument, bound: Mapping[str, Expression]) -> Diagnostic:
    takes = " ".join(callee.positional[:MOST_LISTED])
    count = len(callee.positional)
    names = f": {takes}" if takes else ""
    message = (
        f"`{callee.title}` takes {count or 'no'} positional argument{'s' * (count != 1)}{names}"
    )
    named = [name for name in callee.names[:LONGEST_NAME] if name not in callee.positional]
    hint = f"name it, as one of {listed_names(named)}" if named else "remove it"
    if is_op_name(argument.value.text) and argument.name is None:
        hint = "give each layer an item of its own, as in `[conv3x3 64, relu]`"
    elif callee.positional == ("shape",):
        hint = "write a shape as one value: `768x1`, or with variables `(width, 1)`"
    elif callee.title in OPS and argument.name is None:
        hint = _surplus(callee, argument.value.text, bound) or hint
    if argument.span.line != argument.span.end_line:
        hint = "begin the next layer with `- `"
    return Diagnostic("E207", message, argument.span, (), hint)


_SIZE = r"\d{1,4}(?:x\d{1,4}){0,3}"
_GOING_OUT = (("out_channels",), ("out_features",))
_STRIDE = "[1-4]"
"""A second number up to 4 is a stride, and a larger one a number of channels."""


def _surplus(callee: Callee, value: str, bound: Mapping[str, Expression]) -> str | None:
    """What helps against a value too many in the line of an op, if anything is known.

    PyTorch's layers take the channels that come in, and their kernels stand among the values.
    """
    import re  # noqa: PLC0415 - only a fault pays for it

    op, on_head = callee.title, callee.on_head
    given = [bound[name].text for name in callee.positional if name in bound]
    if on_head and on_head not in bound and re.fullmatch(_SIZE, value):
        size = value if "x" in value else f"{value}x{value}"
        return f"write it behind the name: `{' '.join([op + size, *given])}`"
    if "stride" in callee.names and re.fullmatch(_STRIDE, value):
        return f"name it: `stride={value}`"
    if op == "dwconv":
        return "remove it: the channels are those of the input, and `multiplier` makes more"
    if callee.positional[:1] in _GOING_OUT and value != "x":
        unit = callee.positional[0].removeprefix("out_")
        kernel = bound[on_head].text if on_head and on_head in bound else ""
        return f"write only the {unit} that go out, as in `{op}{kernel} {value}`"
    return "remove it: the channels are those of the input" if "affine" in callee.names else None


_ARGUMENTS: Mapping[str, str] = {
    "filters": "out_channels", "channels": "out_channels", "units": "out_features",
    "k": "kernel_size", "s": "stride", "d": "dilation", "g": "groups", "use_bias": "bias",
    "depth_multiplier": "multiplier", "rate": "p",
}  # fmt: skip
"""What other tools call what ops take."""


def _unknown_argument(callee: Callee, name: str, span: Span, faults: Faults) -> Diagnostic:
    known = f"it takes {listed_names(callee.names)}" if callee.names else "it takes none"
    place = span
    if span.end_column - span.column >= len(name):
        place = span._replace(end_column=span.column + len(name))
    elsewhere = _ARGUMENTS.get(name)
    hint = faults.did_you_mean(name, callee.names, place)
    if hint is None and elsewhere is not None and elsewhere in callee.names:
        hint = rename(name, elsewhere, place)
    hint = hint or known
    return Diagnostic("E205", f"`{callee.title}` has no argument `{name}`", place, (), hint)


def _missing(
    callee: Callee, missing: list[str], kernel: Expression | None, span: Span
) -> Diagnostic:
    listed = " and ".join(f"`{name}`" for name in missing[:MOST_LISTED])
    size = "3x3" if callee.on_head else ""
    size = kernel.text if kernel else size
    others = (name for name in callee.required if name != callee.on_head)
    hint = f"write `{' '.join([callee.title + size, *islice(others, MOST_LISTED)])}`"
    return Diagnostic("E206", f"`{callee.title}` needs {listed}", span, (), hint)


MOST_LISTED = 20
"""Names that a message lists; no op has so many attributes."""


def listed_names(names: Sequence[str]) -> str:
    """Names as a message lists them."""
    shown = ", ".join(names[:MOST_LISTED])
    return f"{shown}, ..." if len(names) > MOST_LISTED else shown


def article(kind: str) -> str:
    """`a label`, `an input`."""
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"


_WITH_VALUES = {"variable", "parameter", "loop variable"}
"""Kinds of names that stand in expressions, where words of Python stand for nothing else."""


_JOINTS = " \t-./+"
"""What joins words elsewhere, where a name here has `_`."""


def check_name(kind: str, node: Text, faults: list[Diagnostic]) -> bool:
    """Whether a definition may have that name at all.

    It may be that of an op: the file's own block, variable or input wins over ours.
    """
    name, span = node.text, node.span
    if len(name) > LONGEST_NAME:
        message = f"the name of {article(kind)} has at most {LONGEST_NAME} characters"
        faults.append(Diagnostic("E215", message, span, (), "shorten it"))
        return False
    if not name.isidentifier():
        message = f"`{name}` cannot name {article(kind)}" if name else f"the {kind} has no name"
        meant = "_".join("".join(" " if sign in _JOINTS else sign for sign in name).split())
        is_name = meant.isidentifier() and meant not in RESERVED
        hint = f"write `{meant}`" if is_name else "use letters, digits and `_`, a letter first"
        faults.append(Diagnostic("E215", message, span, (), hint))
        return False
    if name not in STRUCTURE and not (kind in _WITH_VALUES and iskeyword(name)):
        return True
    message = f"the {kind} `{name}` has the name of a keyword"
    faults.append(Diagnostic("E209", message, span, (), "rename it"))
    return False


def check_clash(kind: str, node: Text, other: Definition | None, faults: list[Diagnostic]) -> None:
    """Report a definition that has the name of another."""
    if other is None:
        return
    note = Note(f"the {other.kind} is defined here", other.span)
    message = f"the {kind} `{node.text}` has the name of {article(other.kind)}"
    if kind == other.kind:
        message = f"duplicate {kind} `{node.text}`"
    faults.append(Diagnostic("E209", message, node.span, (note,), "rename one of them"))
