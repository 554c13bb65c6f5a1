"""Timings that a person took, as CSV: each row a network, its batch and its milliseconds."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from cnncalc.diagnostics import Diagnostic, Span, SpecError, did_you_mean, shortened
from cnncalc.printable import printable
from cnncalc.records import Record

CODE = "E905"

LARGEST_FILE = 1_048_576
"""Bytes of a file of timings."""

MOST_ROWS = 2_000
MOST_NETWORKS = 500
"""Networks of one file, each of which is read and counted."""

LARGEST_TIME = 1e9
"""Milliseconds: a fortnight."""

LARGEST_BATCH = 10**9

NEEDED = ("network", "milliseconds", "batch")
OPTIONAL = ("variant", "input")

_NUMBER = re.compile(r"[+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?")


class Row(Record):
    """One timing as it stands in the file.

    Attributes:
        name: the network with its variant, as the command line takes it.
        input: the shape of its input as it was written, or an empty text.
        batch: the examples of a step.
        milliseconds: the time of a step, above 0.
        span: where it stands.
    """

    name: str
    input: str
    batch: int
    milliseconds: float
    span: Span


def read_timings(text: str, file: str) -> tuple[Row, ...]:
    """The timings of a file, in order; lines that begin with `#` are left out.

    Raises:
        SpecError: a fault in some rows, or no header that has what is needed.
    """
    lines = _Lines(text, file)
    places = lines.header()
    faults: list[Diagnostic] = []
    rows: list[Row] = []
    known: dict[tuple[str, str, int], Row] = {}
    for number, cells in lines.rest():
        span = Span(file, number, 1, number, 2)
        read = _row({key: cells[place].strip() for key, place in places.items()}, span)
        if isinstance(read, Diagnostic):
            faults.append(read)
            continue
        key = (read.name, read.input, read.batch)
        if key in known:
            message = f"`{printable(read.name)}` at batch {read.batch:,} is timed twice"
            hint = f"keep one row: the first is on line {known[key].span.line}"
            faults.append(Diagnostic(CODE, shortened(message), span, (), hint))
        known.setdefault(key, read)
        rows.append(read)
    if len({(one.name, one.input) for one in rows}) > MOST_NETWORKS:
        message = f"there are more than {MOST_NETWORKS} networks"
        faults.append(Diagnostic(CODE, message, Span(file, 1, 1, 1, 2), (), "split the file"))
    if faults:
        raise SpecError(faults[:50], {})
    return tuple(rows)


def _row(cells: dict[str, str], span: Span) -> Row | Diagnostic:
    """What a row says, or what is wrong with it."""
    name, variant = cells["network"], cells.get("variant", "")
    if not name or name.partition(":")[0] == "-":
        hint = "name a file, or a bundled network as `cnncalc list` shows them"
        return Diagnostic(CODE, "a row without a network", span, (), hint)
    time = cells["milliseconds"]
    value = float(time) if _NUMBER.fullmatch(time) and time.isascii() else 0.0
    if not 0 < value <= LARGEST_TIME:
        message = f"`{printable(time)}` is no time in milliseconds"
        hint = "write a number above 0, such as 4.1"
        return Diagnostic(CODE, shortened(message), span, (), hint)
    batch = cells["batch"]
    is_whole = batch.isascii() and batch.isdecimal() and len(batch) <= 10
    if not is_whole or not 1 <= int(batch) <= LARGEST_BATCH:
        message = f"`{printable(batch)}` is no batch"
        return Diagnostic(CODE, shortened(message), span, (), "write a whole number from 1")
    named = f"{name}:{variant}" if variant else name
    return Row(named, cells.get("input", ""), int(batch), value, span)


class _Lines:
    """The rows of a CSV text, with the lines that they end on."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        self.width = 0

    def fail(self, message: str, line: int, hint: str | None = None) -> SpecError:
        span = Span(self.file, line, 1, line, 2)
        return SpecError([Diagnostic(CODE, shortened(message), span, (), hint)], {})

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row that is neither empty nor a comment."""
        while True:
            try:
                cells = next(self.reader)
            except StopIteration:
                return
            except csv.Error as fault:
                line = max(self.reader.line_num, 1)
                raise self.fail(f"malformed CSV: {fault}", line, "close the quotes") from None
            if any(cells) and not cells[0].lstrip().startswith("#"):
                yield self.reader.line_num, cells

    def header(self) -> dict[str, int]:
        """The place of each column that is known."""
        number, cells = next(self.rows(), (1, []))
        names = [cell.strip().lower() for cell in cells]
        for name in (*NEEDED, *OPTIONAL):
            if names.count(name) > 1:
                raise self.fail(f"the column `{name}` stands twice", number, "remove one of them")
        missing = [name for name in NEEDED if name not in names]
        if missing:
            listed = ", ".join(f"`{name}`" for name in missing)
            message = f"missing column{'s' * (len(missing) > 1)} {listed}"
            raise self.fail(message, number, _header_hint(names, missing[0]))
        self.width = len(names)
        return {name: names.index(name) for name in (*NEEDED, *OPTIONAL) if name in names}

    def rest(self) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header, each with a cell for each column."""
        for count, (number, cells) in enumerate(self.rows(), 1):
            if count > MOST_ROWS:
                raise self.fail(f"there are more than {MOST_ROWS:,} timings", number, "keep fewer")
            if len(cells) != self.width:
                message = f"{len(cells)} cells, and the header has {self.width}"
                raise self.fail(message, number, "give each column a cell")
            yield number, cells


def _header_hint(names: Sequence[str], missing: str) -> str:
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        return "separate cells by commas"
    near = did_you_mean(missing, [name for name in names if name])
    if near is not None:
        return f"is it the column {near.removeprefix('did you mean ').rstrip('?')}? Rename it"
    return "the first line names the columns, as `network,milliseconds,batch`"
