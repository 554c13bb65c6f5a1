"""W601: rows and columns at the end of a map that no window reads."""

from cnncalc.checks.finding import counted, listed
from cnncalc.checks.lint.reading import Unread, read_along
from cnncalc.checks.lint.rule import Marks, Rule, Subject
from cnncalc.diagnostics import Remedy
from cnncalc.ops.pool import Pool
from cnncalc.ops.values import Shape, shortest, show, show_shape
from cnncalc.ops.window import Sliding, Window

_NAMES = {1: ("position",), 2: ("row", "column"), 3: ("slice", "row", "column")}


def _check(subject: Subject) -> Marks:
    for unread in subject.unread:
        if any(unread.dropped):
            layer = unread.readers[0].layer
            yield subject.mark(layer, _message(unread), _remedy(subject, unread), "stride")


def _message(unread: Unread) -> str:
    names = zip(unread.dropped, _NAMES[len(unread.size)], strict=True)
    borders = [(count, name) for count, name in names if count]
    is_single = all(count == 1 for count, _ in borders)
    parts = [name if is_single else counted(count, name) for count, name in borders]
    verb = "is" if is_single and len(borders) == 1 else "are"
    size = show_shape(unread.size)
    return f"the last {listed(parts)} of {size} {verb} read by no window"


def _remedy(subject: Subject, unread: Unread) -> Remedy | None:
    """The smallest change of the first reader after which its windows read everything."""
    layer, windows, _, _ = unread.readers[0]
    if isinstance(layer.op, Pool):
        steps = [window.steps_up(n) for window, n in zip(windows, unread.size, strict=True)]
        reads_all = all(map(_reads_all, windows, unread.size, steps))
        words = "use ceil_mode=true"
        return subject.argument(layer, "ceil_mode", "true", words) if reads_all else None
    own = layer.op.windows(layer.input_shapes) if isinstance(layer.op, Sliding) else ()
    padding = list(map(_padding, windows, own, unread.size))
    if None in padding:
        return None
    value = show(shortest(tuple(padding))).replace(", ", ",")
    return subject.argument(layer, "padding", value, f"use padding={value}")


def _padding(window: Window, inner: Window, length: int) -> Shape | None:
    """The smallest padding with which all of an axis is read: alike on both sides if it can be.

    `inner` is the window with the layer's own padding, without that of a `pad` before it.
    """
    before, after = inner.before, inner.after
    if _reads_all(window, length, window.steps(length)):
        return before, after
    widest = window.extent - 1
    pairs = [(before + n, after + n) for n in range(1, min(16, widest) + 1)]
    rest = (length + window.before + window.after - window.extent) % window.stride
    pairs.append((before, after + window.stride - rest))  # one window more
    for pair in pairs:
        if max(pair) <= widest:
            padded = window._replace(
                before=window.before - before + pair[0], after=window.after - after + pair[1]
            )
            if _reads_all(padded, length, padded.steps(length)):
                return pair
    return None


def _reads_all(window: Window, length: int, steps: int) -> bool:
    return read_along(window, length, steps).positions == length


RULE = Rule(
    "W601",
    finds="""Rows or columns at the end of a map are read by no window of its readers.

The stride does not divide what the kernel leaves of an axis, so that the last window stops short
of the end. Only positions of the map itself count: a last row of padding that no window needs is
no fault. A map that something else reads in full, or that is an output, is none either.""",
    because="""What was computed for these rows is thrown away, and the image is cut off on two
sides only: what the network sees is no longer centred. It is a common slip: the 224x224 that the
AlexNet paper prints as its input drops a row and a column, 227x227 does not.""",
    example="""\
  name: Dropped border
  input: 3x224x224
  layers:
-   - conv11x11 96 stride=4
+   - conv11x11 96 stride=4 padding=2
    - relu
""",
    network=_check,
)
