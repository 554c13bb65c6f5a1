"""What can be said of a place in a file: spans, diagnostics, and the table of their codes."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from cnncalc.records import Record

Severity = Literal["error", "warning", "information"]

CODES: Mapping[str, str] = {
    # E0, the file itself
    "E001": "unreadable file",
    "E002": "unknown network",
    # E1, YAML
    "E101": "YAML syntax",
    "E102": "duplicate key",
    "E103": "text encoding",
    "E104": "YAML feature outside the spec language",
    "E105": "empty spec",
    "E106": "merge conflict",
    # E2, the structure of a spec
    "E201": "unknown key",
    "E202": "missing key",
    "E203": "wrong kind of value",
    "E204": "unknown layer",
    "E205": "unknown argument",
    "E206": "missing argument",
    "E207": "too many arguments",
    "E208": "argument given twice",
    "E209": "name clash",
    "E210": "expression syntax",
    "E211": "unknown name",
    "E212": "value of the wrong kind",
    "E213": "unknown variant",
    "E214": "variable without a value",
    "E215": "malformed name",
    "E216": "malformed shape",
    "E217": "malformed layer",
    "E218": "expression without a value",
    "E219": "malformed quantity",
    "E220": "misspelt keyword",
    "E221": "lone x in a list",
    "E222": "variable made of itself",
    "E223": "requirement not met",
    "E224": "setting without effect",
    "E225": "weights that do not fit",
    # E3, the graph
    "E301": "label out of reach",
    "E302": "recursive block",
    "E303": "no tensor flows in",
    "E304": "variable that names no layer",
    "E305": "output without a start",
    "E306": "ambiguous tensor",
    "E307": "layers that cannot be shared",
    # E4, shapes
    "E401": "kernel does not fit",
    "E402": "groups do not divide",
    "E403": "not a whole number",
    "E404": "branches differ",
    "E405": "wrong rank",
    "E406": "value does not suit the input",
    # E5, limits
    "E501": "file too large",
    "E502": "nesting too deep",
    "E503": "aliases expand too far",
    "E504": "too many layers",
    "E505": "expression too large",
    "E506": "number too large",
    # E7, ONNX, and from E711 on Keras
    "E701": "unreadable ONNX model",
    "E702": "unsound ONNX graph",
    "E703": "ONNX operator that does not suit its inputs",
    "E704": "input of an ONNX model",
    "E711": "unreadable Keras model",
    "E712": "unsound Keras model",
    "E713": "Keras layer without a rule",
    "E714": "Keras layer that does not suit its inputs",
    "E715": "input of a Keras model",
    # E8, what was stated and does not hold
    "E801": "expectation not met",
    "E802": "budget exceeded",
    "E803": "grown beyond the baseline",
    "E804": "number in a document",
    "E805": "metric without a value",
    "E806": "change beyond its limit",
    # E9, how a check is told what to do; from E904 on what was timed
    "E901": "project file",
    "E902": "baseline file",
    "E903": "malformed mark",
    "E904": "device file",
    "E905": "timings of a device",
    # W6, lint: sound, but hardly meant
    "W601": "dropped border",
    "W602": "skipped input",
    "W603": "bias before normalisation",
    "W604": "even kernel with half padding",
    "W605": "padding as large as the kernel",
    "W606": "linear layers in a row",
    "W607": "field beyond the input",
    "W608": "unused label",
    "W609": "unused block",
    "W610": "unused variable",
    "W611": "unused parameter",
    "W612": "dropout at the end",
    "W613": "misaligned branches",
    "W614": "softmax inside",
    "W615": "dense layer holds most parameters",
    "W616": "layer without a reader",
    "W617": "activation without effect",
    "W618": "unused ignore",
    "W619": "constant output",
    "W620": "taps on padding",
    "W621": "uneven overlap",
    "W622": "block of an op",
    "W623": "label of an op",
    "W624": "step without effect",
    "W625": "channels last",
    "W626": "label that promises a merge",
    "W627": "overlooked spec",
    # W8, a baseline that no longer fits
    "W801": "stale baseline",
    "W802": "baseline without a spec",
    "W803": "below the baseline",
}
"""Every code and the fault it names. A code is never given a second meaning."""


class Span(NamedTuple):
    """A stretch of a file: lines and columns from 1, columns in code points, end exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Note(Record):
    """A further fact about a fault, with its own place where it has one."""

    text: str
    span: Span | None = None


class Edit(Record):
    """A stretch of a file, and what is to be written in its place."""

    span: Span
    text: str


class Fix(Record):
    """A remedy that programs can apply: its edits, and the same in words.

    `rename` and `rewrite` make one.
    """

    edits: tuple[Edit, ...]
    words: str

    def __str__(self) -> str:
        return str(self.words)


Remedy = str | Fix
"""What helps against a fault: words, or an edit with its words."""


class Diagnostic(Record):
    """One fault: what is wrong, where, what led there, and one remedy.

    The message states the fact with its numbers, in lower case and without a full stop.

    Example:
        >>> str(Diagnostic("E401", "the 9x9 kernel does not fit", Span("net.yaml", 3, 5, 3, 8)))
        'net.yaml:3:5: E401 the 9x9 kernel does not fit'
    """

    code: str
    message: str
    span: Span | None
    notes: tuple[Note, ...] = ()
    remedy: Remedy | None = None
    severity: Severity = "error"

    @property
    def hint(self) -> str | None:
        """The remedy in words."""
        return None if self.remedy is None else str(self.remedy)

    @property
    def fix(self) -> Fix | None:
        """The remedy as an edit, where it is one."""
        return self.remedy if isinstance(self.remedy, Fix) else None

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        return f"{place}{self.code} {self.message}"


class SpecError(Exception):
    """A spec that gives no network: carries every fault found in it.

    Attributes:
        diagnostics: the faults, sorted by place.
        sources: the text of each file that a span may name.

    Example:
        >>> from cnncalc import parse
        >>> try:
        ...     parse("{name: tiny, input: 3x8x8, layers: [conv9x9 4]}")
        ... except SpecError as error:
        ...     print(error.diagnostics[0].code, error.diagnostics[0].span)
        E401 <text>:1:41
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> None:
        self.diagnostics = sort_diagnostics(diagnostics)
        self.sources = dict(sources)
        super().__init__("\n".join(map(str, self.diagnostics)))

    def __reduce__(self) -> tuple[type["SpecError"], tuple[object, ...]]:
        return SpecError, (self.diagnostics, self.sources)


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Order by file, line, column and code, and keep one diagnostic of each code at each place."""
    first: dict[tuple[str, Span | None, str], Diagnostic] = {}
    for one in diagnostics:
        fault = clipped(one)
        # The same fault met again, say in the next round of a repeat, differs in numbers at most.
        first.setdefault((fault.code, fault.span, "" if fault.span else fault.message), fault)
    return tuple(sorted(first.values(), key=_place))


LONGEST = 300
"""Characters of a message: what a spec names may be longer than anyone would read."""


def shortened(text: str) -> str:
    """A text without its middle, when it is longer than anyone would read."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 60]} ... {text[-40:]}"


def clipped(fault: Diagnostic) -> Diagnostic:
    """The same fault, with a message and notes that someone would read to the end."""
    message, notes = shortened(fault.message), fault.notes
    if len(notes) > 8:
        notes = (*notes[:4], Note(f"{len(notes) - 7} calls omitted"), *notes[-3:])
    if message is fault.message and notes is fault.notes:
        return fault
    return fault._replace(message=message, notes=notes)


def _place(fault: Diagnostic) -> tuple[str, int, int, str]:
    if fault.span is None:
        return ("", 0, 0, fault.code)
    return (fault.span.file, fault.span.line, fault.span.column, fault.code)


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` most likely means, or None when none is near."""
    from cnncalc.spelling import nearest  # noqa: PLC0415 - only a fault pays for it

    return nearest(name, known)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A remedy naming the closest known name, or None."""
    near = closest(name, known)
    return f"did you mean `{near}`?" if near else None


def rename(
    name: str,
    near: str,
    span: Span | None,
    text: str | None = None,
    *,
    is_sure: bool = False,
) -> Remedy:
    """The remedy against a word that is misspelt: the word that it most likely means.

    It is an edit where few letters differ: a word that is merely alike may be another.

    Args:
        name: the word.
        near: what it means.
        span: the place of a text that has the word; None where it is in no file.
        text: that text, when it is more than the word.
        is_sure: whether it means that, however it is spelt.
    """
    import re  # noqa: PLC0415 - only a fault pays for it

    from cnncalc.spelling import is_slip  # noqa: PLC0415 - as above

    words = f"did you mean `{near}`?"
    text = name if text is None else text
    start = None if span is None else _start_of(text, span)
    if span is None or start is None or not (is_sure or is_slip(name, near)):
        return words

    edits = []
    for found in re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w)", text):
        column, end = (start + place for place in found.span())
        edits.append(Edit(span._replace(column=column, end_column=end), near))
    return Fix(tuple(edits), words) if edits else words


def rewrite(new: str, span: Span, old: str, *, before: str = "write", behind: str = "") -> Remedy:
    """The remedy against a value: what to write in its place, between words before and behind.

    It is an edit where the value stands in the file as it was read, plain or within quotes.
    """
    words = f"{before} `{new}`{behind}"
    start = _start_of(old, span)
    if start is None:
        return words
    place = span._replace(column=start, end_column=start + len(old))
    return Fix((Edit(place, new),), words)


def _start_of(text: str, span: Span) -> int | None:
    """The column at which a text begins within its place; None where it is written otherwise."""
    beyond = span.end_column - span.column - len(text)
    is_verbatim = span.line == span.end_line and beyond in {0, 2}
    return span.column + beyond // 2 if is_verbatim else None
