"""Numbers in documents that stay true: found by their marks, held against a count, rewritten.

A mark is a pair of comments, which Markdown and HTML do not show:
`<!-- cnncalc NETWORK METRIC [LAYER] [unit=UNIT] -->4.09 G<!-- /cnncalc -->`.
"""

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from cnncalc.checks.claims import figure_text
from cnncalc.checks.counts import Basis, Counts, Figure, Share, UntoldError
from cnncalc.checks.finding import Finding
from cnncalc.diagnostics import Diagnostic, Note, Span, SpecError, did_you_mean, sort_diagnostics
from cnncalc.facts import METRICS, Amount, Fact, is_bytes, read_expectation
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape
from cnncalc.spec.library import STUDIES, SUFFIXES, bundled_names
from cnncalc.spec.yaml_tree import LINE_BREAK

OPENING, CLOSING = "cnncalc", "/cnncalc"

LONGEST_NUMBER = 80
"""Characters between the marks that can be a number."""

MOST_SUGGESTED = 50
"""Faults that get a suggestion: looking for the nearest name is slow."""

DEEPEST = 60
"""Characters before the text of a line that indent, quote or list it."""

BYTE_ORDER_MARK = "\ufeff"


class Form(NamedTuple):
    """How a number is written, beside its digits.

    Attributes:
        thousands: what stands between its thousands; empty when nothing does.
        gap: what stands before the unit.
        unit: the unit behind the number; empty when it has none, or the mark names it.
        times: what stands between the lengths of a shape.
    """

    thousands: str = ""
    gap: str = ""
    unit: str = ""
    times: str = "x"


class Mark(NamedTuple):
    """A marked number.

    Attributes:
        network: the name of a network as on the command line; a path is from the document.
        fact: the metric, the layer, the value that is stated, and the place of the number.
        form: how the number is written.
        start: where the number begins in the text.
        end: where it ends.
    """

    network: str
    fact: Fact
    form: Form
    start: int
    end: int
    network_span: Span
    metric_span: Span
    layer_span: Span | None = None

    @property
    def metric(self) -> str:
        """What the number counts."""
        metric: str = self.fact.metric
        return metric

    @property
    def layer(self) -> str | None:
        """The label that it is about, or None for the whole network."""
        layer: str | None = self.fact.layer
        return layer

    @property
    def text(self) -> str:
        """The number as it is written."""
        text: str = self.fact.text
        return text

    @property
    def span(self) -> Span:
        """The place of the number."""
        span: Span = self.fact.span
        return span


# Reading


def read_marks(text: str, file: str) -> tuple[tuple[Mark, ...], tuple[Diagnostic, ...]]:
    """The marked numbers of a document in their order, and the faults of its marks, sorted.

    What a reader sees as code is no mark: fenced blocks and inline code. A byte-order mark at the
    start of the text takes no column.
    """
    reader = _Reader(text, file)
    for start, end in _Comments(text, reader.starts).find():
        reader.take(start, end)
    reader.finish()
    return tuple(reader.marks), sort_diagnostics(reader.faults)


_WORD = re.compile(r'"[^"]*"|\S+')
_FORM = "a mark is `<!-- cnncalc NETWORK METRIC [LAYER] [unit=UNIT] -->`"


class _Word(NamedTuple):
    """A word of a mark and its place in the text."""

    text: str
    start: int
    end: int


class _Said(NamedTuple):
    """What an opening comment says of the number behind it."""

    network: _Word
    metric: _Word
    layer: _Word | None
    unit: str

    @property
    def label(self) -> str | None:
        """The layer's label."""
        return None if self.layer is None else self.layer.text


class _Opening(NamedTuple):
    """An opening comment and what it says; None when it is malformed."""

    start: int
    end: int
    said: _Said | None


class _Reader:
    """Pairs the comments of a document; marks and faults gather."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.starts = [0, *(found.end() for found in re.finditer(LINE_BREAK, text))]
        self.marks: list[Mark] = []
        self.faults: list[Diagnostic] = []
        self.open: list[_Opening] = []
        self.is_closed = False

    def take(self, start: int, end: int) -> None:
        """One comment."""
        words = [
            _Word(found[0].strip('"'), found.start(), found.end())
            for found in _WORD.finditer(self.text, start + 4, max(start + 4, end - 3))
        ]
        if words and words[0].text == OPENING:
            self.begin(start, end, words[1:])
        elif words and words[0].text == CLOSING:
            self.close(start, end)

    def begin(self, start: int, end: int, words: Sequence[_Word]) -> None:
        """An opening comment. What was open before it is either unclosed or has one inside."""
        if self.is_closed:
            self.finish()
        self.open.append(_Opening(start, end, self.said(start, end, words)))

    def close(self, start: int, end: int) -> None:
        """A closing comment: of the last number, or of a mark around it."""
        if not self.open:
            hint = "write `<!-- cnncalc resnet:50 macs -->` before the number, or take this out"
            self.fault("a closing mark without an opening one", start, end, hint)
            return
        opening = self.open.pop()
        if self.is_closed:
            hint = "close one number before the next begins"
            self.fault("a mark with another mark inside", opening.start, opening.end, hint)
            return
        self.is_closed = True
        if opening.said is None:
            return
        first, last = _bare(self.text, opening.end, start)
        if first == last:
            hint = f"write it in the form wanted, as {_EXAMPLES}; `--fix` mends it"
            self.fault("there is no number between the marks", opening.start, end, hint)
            return
        self.number(opening.said, first, last)

    def finish(self) -> None:
        """Nothing that is still open can be closed now."""
        for opening in self.open:
            hint = "write `<!-- /cnncalc -->` behind the number"
            self.fault("the mark is not closed", opening.start, opening.end, hint)
        self.open = []
        self.is_closed = False

    def said(self, start: int, end: int, words: Sequence[_Word]) -> _Said | None:
        """What the words of an opening comment say, or None with a fault."""
        if len(words) < 2:
            missing = "metric" if words else "network"
            self.fault(f"the mark names no {missing}", start, end, _FORM)
            return None
        network, metric, *others = words
        if metric.text not in METRICS:
            listed = f"it is one of {', '.join(METRICS)}"
            hint = self.nearest(metric.text) or listed
            self.fault(f"there is no metric `{_short(metric.text)}`", *metric[1:], hint)
            return None
        if (reason := _refusal(network.text)) is not None:
            self.fault(reason, *network[1:], _PATHS)
            return None
        layer: _Word | None = None
        unit = ""
        for word in others:
            if word.text.startswith("unit=") and not unit:
                unit = word.text.removeprefix("unit=")
            elif layer is None and "=" not in word.text:
                layer = word
            else:
                self.fault(f"a mark has no `{_short(word.text)}`", *word[1:], _FORM)
                return None
        return _Said(network, metric, layer, unit)

    def number(self, said: _Said, first: int, last: int) -> None:
        """What stands between an opening and a closing comment."""
        span = self.span(first, last)
        try:
            fact, form = _read_number(self.text[first:last], said, span)
        except _NoNumberError as fault:
            self.fault(fault.message, first, last, fault.hint)
            return
        except ValueError as fault:
            self.fault(str(fault), first, last, _number_hint(said.metric.text))
            return
        places = self.span(*said.network[1:]), self.span(*said.metric[1:])
        label = None if said.layer is None else self.span(*said.layer[1:])
        self.marks.append(Mark(said.network.text, fact, form, first, last, *places, label))

    def nearest(self, name: str) -> str | None:
        """The metric that was meant."""
        if len(self.faults) >= MOST_SUGGESTED or len(name) > LONGEST_NUMBER:
            return None
        return did_you_mean(name, METRICS)

    def fault(self, message: str, start: int, end: int, hint: str) -> None:
        """Report a fault of a mark."""
        self.faults.append(Diagnostic("E903", message, self.span(start, end), (), hint))

    def span(self, start: int, end: int) -> Span:
        """The place of a stretch of the text."""
        return Span(self.file, *self.place(start), *self.place(end))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column."""
        line = bisect_right(self.starts, offset)
        column = offset - self.starts[line - 1] + 1
        has_mark = line == 1 and column > 1 and self.text.startswith(BYTE_ORDER_MARK)
        return line, column - has_mark


_PATHS = "name a bundled network, or a path that ends in .yaml or .yml"


def _refusal(network: str) -> str | None:
    """Why a document must not name a network so; it may be a stranger's."""
    path, _ = _split(network)
    if not path:
        return "the mark names no network"
    if path == "-":
        return "a document cannot name standard input"
    is_bundled = path.startswith(f"{STUDIES}/") and ".." not in path
    if ("/" in path or os.sep in path) and not path.endswith(SUFFIXES) and not is_bundled:
        return f"`{_short(network)}` is not the path of a spec"
    return None


def _split(network: str) -> tuple[str, str]:
    """A name without its variant, and the variant with its colon."""
    if network.endswith(SUFFIXES):
        return network, ""
    path, colon, variant = network.rpartition(":")
    return (path, colon + variant) if path else (network, "")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:36]} ..."


# The number


_THOUSANDS = ",|_|[ \u00a0\u2009\u202f]|&(?:nbsp|thinsp|#8239);"
_GAP = "\\s*|&(?:nbsp|thinsp|#8239);"
_NUMBER = re.compile(
    rf"([1-9][0-9]{{0,2}}(?:({_THOUSANDS})[0-9]{{3}})(?:\2[0-9]{{3}})*|[0-9]+)"
    rf"(\.[0-9]+)?({_GAP})([A-Za-z%]*)"
)
_TIMES = re.compile("([ \u00a0]*[x\u00d7][ \u00a0]*)")
_EMPHASIS = "*_`~"
_EXAMPLES = "`25,557,032` or `4.09 G`"


def _number_hint(metric: str) -> str:
    if metric in {"output", "receptive_field"}:
        return "write `1000` or `256x6x6` between the marks"
    examples = "`97.7 MiB`" if is_bytes(metric) else "`74.3%`" if metric == "share" else _EXAMPLES
    return f"write {examples} between the marks, and words outside of them"


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without the blanks and the emphasis around it: `**4.09 G**`."""
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    inner = inner.strip()
    lead = inner[: len(inner) - len(inner.lstrip(_EMPHASIS))]
    if lead and len(inner) > 2 * len(lead) and inner.endswith(lead[::-1]):
        return start + len(lead), start + len(inner) - len(lead)
    return start, start + len(inner)


class _NoNumberError(Exception):
    """What stands between the marks is no number, or not of that metric."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def _read_number(text: str, said: _Said, span: Span) -> tuple[Fact, Form]:
    """The value of a number, and how it is written.

    Raises:
        _NoNumberError: it is none that a document can state.
        ValueError: it is none of that metric; the text says why.
    """
    metric = said.metric.text
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"`{_short(text)}` is not a number")
    parts = _TIMES.split(text)
    if metric == "output" or (metric == "receptive_field" and len(parts) > 1):
        return _read_lengths(text, parts, said, span)
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(f"`{text}` is not a number")
    whole, thousands, decimals, gap, own = found.groups(default="")
    unit = _unit(text, own, said)
    if decimals and not unit and metric != "share" and not is_bytes(metric):
        hint = "write it, as `25.6 M`; when a heading names it, name it in the mark: `unit=M`"
        raise _NoNumberError(f"`{text}` has decimals and no unit", hint)
    plain = whole.replace(thousands, "") if thousands else whole
    fact = read_expectation(said.label, metric, f"{plain}{decimals}{unit}", span)
    return fact._replace(text=text), Form(thousands, gap, own)


def _unit(text: str, own: str, said: _Said) -> str:
    """The unit behind a number, or the one that its mark names."""
    if own and said.unit:
        message = f"`{text}` has a unit, and its mark names another"
        raise _NoNumberError(message, f"take `unit={_short(said.unit)}` out of the mark")
    unit = own or said.unit
    if unit == "%" and said.layer is None and said.metric.text != "share":
        hint = f"name it behind the metric: `{said.network.text} {said.metric.text} fc6`"
        raise _NoNumberError("a percentage is the share of one layer", hint)
    return unit


def _read_lengths(text: str, parts: Sequence[str], said: _Said, span: Span) -> tuple[Fact, Form]:
    if said.unit:
        raise _NoNumberError("a shape has no unit", f"take `unit={_short(said.unit)}` out")
    lengths: list[str] = []
    thousands = ""
    for part in parts[::2]:
        found = _NUMBER.fullmatch(part)
        if found is None or any(found.group(3, 4, 5)):
            raise ValueError(f"`{text}` is not a shape")
        lengths.append(found[1].replace(found[2], "") if found[2] else found[1])
        thousands = thousands or found[2] or ""
    fact = read_expectation(said.label, said.metric.text, "x".join(lengths), span)
    return fact._replace(text=text), Form(thousands, times=parts[1] if len(parts) > 1 else "x")


# Holding and mending


def check_marks(marks: Iterable[Mark], figure: Callable[[Mark], Figure]) -> list[Finding]:
    """What is wrong with the numbers of a document, in their order.

    Args:
        marks: the numbers.
        figure: gives what a mark's number should say; raises `UntoldError` or `SpecError`.
    """
    found: list[Finding] = []
    for mark in marks:
        try:
            exact = figure(mark)
        except UntoldError as fault:
            found.append(_untold(mark, str(fault)))
        except SpecError as error:
            found.append(_unread(mark, error))
        else:
            if not is_true(mark, exact):
                found.append(_stale(mark, exact))
    return found


def fix(text: str, marks: Iterable[Mark], figure: Callable[[Mark], Figure]) -> str:
    """The document with each stale number put right in its own form; all else stays as it is.

    A number whose figure cannot be told stays, too.

    Raises:
        ValueError: the marks are of another text.
    """
    pieces, position = [], 0
    for mark in marks:
        if mark.start < position or text[mark.start : mark.end] != mark.text:
            raise ValueError("the marks are of another text")
        try:
            exact = figure(mark)
        except (UntoldError, SpecError):
            continue
        if not is_true(mark, exact):
            pieces += [text[position : mark.start], written(mark, exact)]
            position = mark.end
    return "".join([*pieces, text[position:]])


def is_true(mark: Mark, exact: Figure) -> bool:
    """Whether the exact figure rounds to the number as it is written."""
    value = mark.fact.value
    if not isinstance(value, Amount):
        return _lengths(mark, exact) == value
    if isinstance(exact, Share):
        scale: int = 10**value.decimals
        off = 100 * exact.part * scale - value.digits * exact.whole
        return abs(off) * 2 <= exact.whole
    return all(value.matches(length) for length in _axes(exact))


def written(mark: Mark, exact: Figure) -> str:
    """The exact figure in the form of the number: its unit, its decimals, its separators."""
    value, form = mark.fact.value, mark.form
    if isinstance(value, Amount):
        if isinstance(exact, Share):
            return _rounded(100 * exact.part, value._replace(factor=exact.whole), form)
        axes = _axes(exact)
        if len({*axes}) == 1:
            return _rounded(axes[0], value, form)
    return form.times.join(_grouped(length, form) for length in _lengths(mark, exact))


def _axes(exact: Figure) -> Shape:
    """A figure along each axis; a count has one."""
    return exact if isinstance(exact, tuple) else (exact,)


def _lengths(mark: Mark, exact: Figure) -> Shape:
    """The shape that a mark should state: a field of one size is as large along every axis."""
    axes, value = _axes(exact), mark.fact.value
    is_square = isinstance(exact, int) and mark.metric == "receptive_field"
    return axes * len(value) if is_square and not isinstance(value, Amount) else axes


def _rounded(exact: int, amount: Amount, form: Form) -> str:
    """A number in the unit and to the decimals of another, halves up."""
    scale = 10**amount.decimals
    whole, part = divmod((2 * exact * scale + amount.factor) // (2 * amount.factor), scale)
    decimals = f".{part:0{amount.decimals}}" if amount.decimals else ""
    return f"{_grouped(whole, form)}{decimals}{form.gap}{form.unit}"


def _grouped(number: int, form: Form) -> str:
    return f"{number:,}".replace(",", form.thousands)


def _owner(mark: Mark) -> str:
    layer = "" if mark.layer is None else f" of `{mark.layer}`"
    return f"`{mark.metric}`{layer} {'in' if layer else 'of'} `{mark.network}`"


def _stale(mark: Mark, exact: Figure) -> Finding:
    fact, value = mark.fact, mark.fact.value
    message = f"{_owner(mark)} is {figure_text(exact, mark.metric)}, not {_short(mark.text)}"
    remedy = f"write `{written(mark, exact)}`, as `--fix` does"
    fault = Diagnostic("E804", message, fact.span, (), remedy)
    delta = None
    if isinstance(value, Amount) and isinstance(exact, int):
        scale = 10**value.decimals
        off = exact * scale - value.digits * value.factor
        delta = off // scale if off < 0 else -(-off // scale)
    actual = figure_text(exact, mark.metric) if isinstance(exact, Share) else exact
    return Finding(fault, (), mark.layer, mark.metric, actual, mark.text, delta)


def _untold(mark: Mark, reason: str) -> Finding:
    place, hint = mark.metric_span, None
    if "outputs" in reason:
        hint = f"name a layer behind `{mark.metric}`"
    elif "no layer or group" in reason:
        place = mark.layer_span or place
        hint = f"`cnncalc summarize {mark.network}` shows its layers"
    fault = Diagnostic("E805", f"{_owner(mark)} cannot be told: {reason}", place, (), hint)
    return Finding(fault, (), mark.layer, mark.metric, None, mark.text)


def _unread(mark: Mark, error: SpecError) -> Finding:
    """A network that there is not, or whose spec has faults: those are told of the spec."""
    first: Diagnostic = error.diagnostics[0]
    notes: tuple[Note, ...] = ()
    message, hint = first.message, first.hint
    if first.span is not None:
        # A document may name any file that can be read, so nothing of it is quoted.
        message = f"{_owner(mark)} cannot be told: the spec has faults"
        notes = (Note("the first of its faults", first.span),)
        hint = f"`cnncalc check {first.span.file}` tells all of them"
    fault = Diagnostic("E805", message, mark.network_span, notes, hint)
    return Finding(fault, (), mark.layer, mark.metric, None, mark.text)


class Figures:
    """What the marks of documents should say; every network is read once.

    Args:
        load: gives the network of a name that `locate` gives; raises `SpecError`.
        basis: what the metrics assume.
    """

    def __init__(self, load: Callable[[str], Graph], basis: Basis | None = None) -> None:
        self.load = load
        self.basis = basis or Basis()
        self.names: dict[tuple[str, str], str] = {}
        self.known: dict[str, Counts | SpecError] = {}

    def __call__(self, mark: Mark) -> Figure:
        """The figure of one mark.

        Raises:
            SpecError: there is no such network, or its spec has faults.
            UntoldError: it has no such layer, or the layer no such metric.
        """
        key = mark.span.file, mark.network
        if key not in self.names:
            self.names[key] = locate(mark)
        counts = self.counts(self.names[key])
        if mark.fact.is_share and mark.metric != "share" and mark.layer is not None:
            return counts.share(mark.layer, mark.metric)
        return counts.figure(mark.layer, mark.metric)

    def counts(self, name: str) -> Counts:
        """The figures of a network.

        Raises:
            SpecError: there is none, or its spec has faults.
        """
        if name not in self.known:
            try:
                self.known[name] = Counts(self.load(name), self.basis)
            except SpecError as error:
                self.known[name] = error
        known = self.known[name]
        if isinstance(known, SpecError):
            raise known
        return known


def locate(mark: Mark, is_file: Callable[[str], bool] = os.path.isfile) -> str:
    """The name that a mark's network has for `library.find`: a path is from the document.

    Only a file beside the document counts, so that it does not matter where a check is started.
    """
    stem, variant = _split(mark.network)
    if not stem.endswith(SUFFIXES):
        return mark.network
    path = os.path.join(os.path.dirname(mark.span.file), stem)
    bare = stem.rpartition(".")[0]
    is_bundled = bare in bundled_names() or bare in bundled_names(STUDIES)
    return bare + variant if is_bundled and not is_file(path) else path + variant


# Comments that are not shown as code


class _Fence(NamedTuple):
    """The line that opened a block of code: its character, how often, and how deeply quoted."""

    character: str
    length: int
    depth: int


_EVENT = re.compile(r"\\[\\`<]|`+|<!--")
_BULLETS = re.compile(r"(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+)+")
_BLOCK = re.compile(r"[ \t]*(?:$|[>|]|#{1,6}[ \t]|[-+*][ \t]|[0-9]{1,9}[.)][ \t]|```|~~~)")


class _Comments:
    """Finds the comments of a Markdown text, in one pass.

    A line that opens a block ends the inline code before it: a lone backtick in one item of a
    list, or in one row of a table, does not reach the next.
    """

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        self.text = text
        self.bounds = [*starts, len(text)]
        self.bounds[0] = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
        self.position = 0

    def find(self) -> Iterator[tuple[int, int]]:
        """Where each comment begins and ends."""
        line, count = 0, len(self.bounds) - 1
        fence: _Fence | None = None
        while line < count:
            text = self.line(line)
            if not text.strip():
                line += 1
                continue
            if self.position <= self.bounds[line]:
                is_code, fence = _fenced(text, fence)
                if is_code:
                    line += 1
                    continue
                self.position = self.bounds[line]
            last = line + 1
            while last < count and not _BLOCK.match(self.line(last).rstrip()):
                last += 1
            yield from self.within(self.bounds[last])
            line = max(last, bisect_right(self.bounds, self.position) - 1)

    def line(self, number: int) -> str:
        """A line with its break."""
        return self.text[self.bounds[number] : self.bounds[number + 1]]

    def within(self, end: int) -> Iterator[tuple[int, int]]:
        """The comments that begin between here and the end of a block."""
        runs: dict[int, list[int]] = {}
        for found in reversed(list(re.finditer("`+", self.text[self.position : end]))):
            runs.setdefault(len(found[0]), []).append(self.position + found.start())
        while event := _EVENT.search(self.text, self.position, end):
            start, self.position = event.span()
            if event[0][0] == "`":
                self.position = _code_end(runs.get(len(event[0]), []), event)
            elif event[0] == "<!--":
                # At the start of a line it may reach over other blocks, and without an end to all.
                last = len(self.text) if self.is_first(start) else end
                close = self.text.find("-->", start + 2, last)
                if close < 0:
                    self.position = last
                    break
                self.position = close + 3
                yield start, self.position
        self.position = max(self.position, end)

    def is_first(self, offset: int) -> bool:
        """Whether a line begins there, but for indents, quotes and bullets."""
        line = bisect_right(self.bounds, offset) - 1
        start = self.bounds[line]
        return offset - start <= DEEPEST and not self.text[start:offset].strip(" \t>-+*")


def _code_end(runs: list[int], opening: re.Match[str]) -> int:
    """Where the inline code ends that a run of backticks opens; without an end it opens none."""
    while runs and runs[-1] < opening.end():
        runs.pop()
    return runs.pop() + len(opening[0]) if runs else opening.end()


def _fenced(line: str, fence: _Fence | None) -> tuple[bool, _Fence | None]:
    """Whether a line belongs to a block of code, and the fence that is open behind it."""
    rest = line.lstrip(" \t>")
    depth = line[: len(line) - len(rest)].count(">")
    if fence is not None and depth >= fence.depth:
        inner = (line.lstrip(" \t>") if fence.depth else line.strip(" \t")).strip()
        is_end = len(inner) >= fence.length and inner == fence.character * len(inner)
        return True, None if is_end else fence
    bullets = _BULLETS.match(rest)
    rest = rest[bullets.end() :] if bullets else rest
    for character in "`~":
        length = len(rest) - len(rest.lstrip(character))
        if length >= 3 and not (character == "`" and "`" in rest[length:]):
            return True, _Fence(character, length, depth)
    return False, None
