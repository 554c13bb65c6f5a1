"""Lint against counting: what a rule says is what a count gives."""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import numpy.typing as npt
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from lint_specs import Sliding, found, line, met_in, spec

import cnncalc
from cnncalc.checks.lint.rule import Mark
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Layer


def axes(lengths: st.SearchStrategy[int], widest: int = 3) -> st.SearchStrategy[Sliding]:
    small = st.integers(1, 4)
    padding = st.integers(0, widest)
    return st.builds(
        Sliding, lengths, small, st.integers(1, 5), st.integers(1, 3), padding, padding
    )


def steps_over(axis: Sliding) -> bool:
    """Whether something is left out other than a border."""
    read = axis.read()
    if axis.stride > axis.dilation * (axis.kernel - 1) + 1:
        return len(read) < axis.length
    return len(read) <= max(read, default=-1)


def places(one: Sliding, two: Sliding) -> set[tuple[int, int]]:
    return set(product(one.read(), two.read()))


def fraction(message: str) -> Fraction:
    part, whole = re.findall(r"[\d,]+", message)[:2]
    return Fraction(int(part.replace(",", "")), int(whole.replace(",", "")))


def dropped(message: str) -> tuple[int, int]:
    """The rows and columns that a message speaks of."""
    rows = re.search(r"(\d+) row|\brow\b", message)
    columns = re.search(r"(\d+) column|\bcolumn\b", message)
    return tuple(int(one[1] or 1) if one else 0 for one in (rows, columns))  # type: ignore[return-value]


def border_and_gaps(text: str) -> tuple[list[Mark], list[Mark]]:
    marks = list(met_in(text))
    by_code = {
        code: [mark for rule, mark in marks if rule.code == code] for code in ("W601", "W602")
    }
    return by_code["W601"], by_code["W602"]


def check_unread(unread: set[tuple[int, int]], size: tuple[int, int], text: str) -> None:
    """One reader: what it leaves out is told once, and exactly."""
    border, gaps = border_and_gaps(text)
    if not unread:
        assert not border
        assert not gaps
    elif gaps:
        assert not border
        assert fraction(gaps[0].message) == Fraction(len(unread), prod(size))
    else:
        [mark] = border
        rows, columns = dropped(mark.message)
        height, width = size
        assert unread == {
            (y, x)
            for y, x in product(range(height), range(width))
            if y >= height - rows or x >= width - columns
        }


@settings(deadline=None, max_examples=200)
@given(axes(st.integers(1, 14)), axes(st.integers(1, 14)))
@example(Sliding(6, 1, 2, 1, 0, 0), Sliding(6, 1, 2, 1, 0, 0))
@example(Sliding(9, 2, 2, 2, 1, 0), Sliding(9, 3, 2, 3, 2, 2))
@example(Sliding(2, 3, 3, 1, 3, 0), Sliding(5, 1, 1, 1, 0, 0))
def test_what_a_convolution_leaves_out(one: Sliding, two: Sliding) -> None:
    assume(one.windows())
    assume(two.windows())
    text = spec(f"1x{one.length}x{two.length}", line("conv", one, two, " 1"), "relu")
    size = one.length, two.length
    unread = set(product(range(size[0]), range(size[1]))) - places(one, two)
    check_unread(unread, size, text)
    gaps = border_and_gaps(text)[1]
    assert bool(gaps) == any(map(steps_over, (one, two)))


@settings(deadline=None, max_examples=100)
@given(
    st.integers(1, 14).flatmap(lambda n: st.tuples(axes(st.just(n)), axes(st.just(n)))),
    st.integers(1, 14).flatmap(lambda n: st.tuples(axes(st.just(n)), axes(st.just(n)))),
)
def test_what_two_convolutions_leave_out_together(
    first: tuple[Sliding, Sliding], second: tuple[Sliding, Sliding]
) -> None:
    """`first` are the windows of both along the height, `second` those along the width."""
    assume(all(axis.read() for axis in (*first, *second)))
    height, width = first[0].length, second[0].length
    lines = [line("conv", one, two, " 1") for one, two in zip(first, second, strict=True)]
    heads = "".join(
        f"  {name}:\n    - a\n    - {text}\n" for name, text in zip("bc", lines, strict=True)
    )
    text = spec(f"1x{height}x{width}", "a: relu", more=f"outputs:\n{heads}")
    read = places(first[0], second[0]) | places(first[1], second[1])
    unread = set(product(range(height), range(width))) - read
    border, gaps = border_and_gaps(text)
    rows = height - 1 - max((y for y, _ in read), default=-1)
    columns = width - 1 - max((x for _, x in read), default=-1)
    assert not (border and gaps)
    if gaps:
        assert fraction(gaps[0].message) == Fraction(len(unread), height * width)
    elif border:
        ends = (max(max(axis.read(), default=-1) for axis in both) for both in (first, second))
        expected = tuple(n - 1 - end for n, end in zip((height, width), ends, strict=True))
        assert dropped(border[0].message) == expected
    else:
        # two that fit into each other may leave a corner, or gaps in one of them alone
        assert not unread or (rows == 0 and columns == 0)


@settings(deadline=None, max_examples=100)
@given(
    axes(st.integers(1, 14)),
    axes(st.integers(1, 14)),
    st.sampled_from(["maxpool", "avgpool"]),
    st.booleans(),
)
def test_what_pooling_leaves_out(one: Sliding, two: Sliding, kind: str, is_up: bool) -> None:  # noqa: FBT001
    pair = [
        axis._replace(dilation=1 if kind == "avgpool" else axis.dilation) for axis in (one, two)
    ]
    pair = [
        axis._replace(
            before=min(axis.before, axis.dilation * (axis.kernel - 1)),
            after=min(axis.after, axis.dilation * (axis.kernel - 1)),
        )
        for axis in pair
    ]
    one, two = pair
    assume(one.windows())
    assume(two.windows())
    text = line(kind, one, two).replace(" dilation=1x1", "")
    text = spec(f"1x{one.length}x{two.length}", text + " ceil_mode=true" * is_up)
    border, gaps = border_and_gaps(text)
    if is_up:
        # whatever the last window reaches is read
        contiguous = all(a.dilation == 1 and a.stride <= a.kernel for a in pair)
        assert not (contiguous and (border or gaps))
        return
    size = one.length, two.length
    check_unread(set(product(range(size[0]), range(size[1]))) - places(one, two), size, text)


overlapping = st.builds(
    lambda length, kernel, less, padding: Sliding(
        length, kernel, max(1, kernel - less), 1, min(padding, kernel - 1), 0
    ),
    st.integers(6, 20),
    st.integers(2, 6),
    st.integers(0, 2),
    st.integers(0, 2),
)
"""Windows that leave no gaps, and as a rule a border."""


@settings(deadline=None, max_examples=150)
@given(overlapping, overlapping, st.sampled_from(["conv", "maxpool"]))
def test_the_remedy_for_a_dropped_border_is_one(one: Sliding, two: Sliding, kind: str) -> None:
    head = line(kind, one, two, " 1" if kind == "conv" else "")
    size = f"1x{one.length}x{two.length}"
    border, _ = border_and_gaps(spec(size, head))
    for mark in border:
        assert mark.hint
        hint = str(mark.hint).removeprefix("use ")
        mended = f"{head} {hint}" if kind == "maxpool" else re.sub(r"padding=\S+", hint, head)
        assert border_and_gaps(spec(size, mended)) == ([], [])
        assert found("W605", spec(size, mended)) == []


@settings(deadline=None, max_examples=100)
@given(axes(st.integers(1, 8), 9), axes(st.integers(1, 8), 9))
def test_windows_on_padding_are_counted(one: Sliding, two: Sliding) -> None:
    pairs = list(product(one.windows(), two.windows()))
    assume(pairs)

    def is_outside(window: list[int], length: int) -> bool:
        return window[-1] < 0 or window[0] >= length

    outside = sum(is_outside(y, one.length) or is_outside(x, two.length) for y, x in pairs)
    marks = found("W605", spec(f"1x{one.length}x{two.length}", line("conv", one, two, " 1")))
    expected = [(f"{outside:,}", f"{len(pairs):,}")] * bool(outside)
    assert [tuple(re.findall(r"[\d,]+", mark.message)[:2]) for mark in marks] == expected


@settings(deadline=None, max_examples=100)
@given(axes(st.integers(1, 8), 9), axes(st.integers(1, 8), 9))
def test_taps_on_padding_are_counted(one: Sliding, two: Sliding) -> None:
    assume(one.windows())
    assume(two.windows())
    idle = 0
    for taps in product(range(one.kernel), range(two.kernel)):
        idle += not any(
            0 <= y[taps[0]] < one.length and 0 <= x[taps[1]] < two.length
            for y, x in product(one.windows(), two.windows())
        )
    marks = found("W620", spec(f"2x{one.length}x{two.length}", line("conv", one, two, " 3")))
    numbers = [re.findall(r"[\d,]+", mark.message) for mark in marks]
    expected = [[str(idle), str(one.kernel * two.kernel)]] * bool(idle)
    assert [each[:2] for each in numbers] == expected
    for each in numbers:
        assert [int(number) for number in each[-2:]] == [6 * idle, 6 * one.kernel * two.kernel]


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 5), st.integers(1, 3))
def test_uneven_overlap_is_counted(length: int, kernel: int, stride: int, dilation: int) -> None:
    reached: dict[int, int] = {}
    for place, tap in product(range(length), range(kernel)):
        output = place * stride + dilation * tap
        reached[output] = reached.get(output, 0) + 1
    extent = dilation * (kernel - 1) + 1
    inner = range(extent - 1, (length - 1) * stride + 1)  # no window is missing here
    assume(len(inner) >= stride)
    counts = {reached.get(place, 0) for place in inner}
    marks = found(
        "W621", spec(f"2x{length}", f"upconv{kernel} 3 stride={stride} dilation={dilation}")
    )
    assert bool(marks) == (len(counts) > 1)
    for mark in marks:
        ends = re.findall(r"\d+", mark.message)[:2]
        assert [int(end) for end in ends] == [min(counts), max(counts)]


@settings(deadline=None, max_examples=100)
@given(*[st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1)))] * 2)
def test_centres_are_where_the_windows_have_their_middle(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    """Two kernels, each with so much of its padding before the map that its size stays."""
    branches, middles, ends = [], [], []
    for kernel, before in (first, second):
        window = range(-before, kernel - before)
        middles.append((window[0] + window[-1]) / 2)
        ends.append(window[-1])
        branches.append(f"\n      - conv{kernel} 2 padding=(({before},{window[-1]}),)")
    marks = found("W613", spec("2x30", f"add:{''.join(branches)}"))
    is_off = abs(middles[0] - middles[1]) > 0.5 and ends[0] != ends[1]
    expected = "the branches begin centred on {:g} and {:g} along the length of `input`"
    assert [mark.message for mark in marks] == [expected.format(*middles)] * is_off


STEPS = ("conv1x1 3", "relu", "softmax", "dropout", "bn", "maxpool1x1", "add", "mul")


@st.composite
def webs(draw: st.DrawFn) -> str:
    """A network whose layers read any that stand before them, with an output or two."""
    layers, labels = [], ["input"]
    for place in range(draw(st.integers(2, 9))):
        source = draw(st.sampled_from(labels))
        step = draw(st.sampled_from(STEPS))
        if step in {"add", "mul"}:
            step = f"{{{step}: [x, {draw(st.sampled_from(labels))}]}}"
        layers += [source, f"t{place}: {step}"]
        labels.append(f"t{place}")
    outputs = draw(st.lists(st.sampled_from(labels[1:]), min_size=1, max_size=2, unique=True))
    return spec("3x6x6", *layers, more=f"outputs: [{', '.join(outputs)}]\n")


class Web:
    """A network as paths, each walked to its end."""

    def __init__(self, text: str) -> None:
        graph = cnncalc.parse(text)
        self.layers = graph.layers
        self.outputs = set(graph.outputs.values())
        self.inputs = set(graph.inputs)

    def readers(self, name: str) -> list[Layer]:
        return [layer for layer in self.layers if name in layer.inputs]

    def paths(self, name: str, stop: Callable[[Layer], bool]) -> Iterator[list[Layer]]:
        """Every way on from a tensor, up to the first layer at which to stop or to the end."""
        yield []
        for layer in self.readers(name):
            if stop(layer):
                yield [layer]
            else:
                yield from ([layer, *rest] for rest in self.paths(layer.name, stop))

    def ends(self, name: str, stop: Callable[[Layer], bool]) -> tuple[set[str], set[str]]:
        """The tensors and the ops that are met on all ways on, the start included."""
        ways = list(self.paths(name, stop))
        names = {name} | {layer.name for way in ways for layer in way if not stop(layer)}
        return names, {layer.op.name for way in ways for layer in way}


def layers_found(text: str, code: str) -> set[str | None]:
    return {mark.layer for mark in found(code, text)}


@settings(deadline=None, max_examples=150)
@given(webs())
def test_ways_through_a_network(text: str) -> None:
    """What follows a dropout, where a softmax leads, and who is read at all."""
    web = Web(text)

    def has_weights(layer: Layer) -> bool:
        return layer.op.name in {"conv", "bn"}

    def stops_softmax(layer: Layer) -> bool:
        return layer.op.name in {"conv", "add", "mul"}

    late, inside, unread = set(), set(), set()
    for layer in web.layers:
        if layer.op.name == "dropout" and web.outputs & web.ends(layer.name, has_weights)[0]:
            late.add(layer.name)
        if layer.op.name == "softmax":
            names, ops = web.ends(layer.name, stops_softmax)
            if "conv" in ops and "mul" not in ops and not names & web.outputs:
                inside.add(layer.name)
        if not web.readers(layer.name) and layer.name not in web.outputs:
            unread.add(layer.name)
    assert layers_found(text, "W612") == late
    assert layers_found(text, "W614") == inside
    assert layers_found(text, "W616") == unread | ({None} if not web.readers("input") else set())


Numbers = npt.NDArray[np.float64]

FUNCTIONS: dict[str, Callable[[Numbers], Numbers]] = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu 0.3": lambda x: np.where(x > 0, x, 0.3 * x),
    "leaky_relu 1": lambda x: x,
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "hardsigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "tanh": np.tanh,
    "silu": lambda x: x / (1 + np.exp(-np.maximum(x, -500))),
    "add: [x, x]": lambda x: x + x,
    "mul: [x, x]": lambda x: x * x,
}


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(sorted(FUNCTIONS)), min_size=1, max_size=6))
def test_an_activation_said_to_be_idle_changes_nothing(names: list[str]) -> None:
    idle = {mark.span.line - 4 for mark in found("W617", spec("8", *names))}
    values = np.linspace(-40, 40, 2001)
    for place, name in enumerate(names):
        with np.errstate(over="ignore"):
            result = FUNCTIONS[name](values)
        if place in idle:
            assert np.array_equal(result, values)
        values = result


@settings(deadline=None, max_examples=60)
@given(
    st.integers(4, 40), st.integers(1, 5).map(lambda n: 2 * n), st.integers(1, 3),
    st.sampled_from(["conv", "dwconv", "upconv"]),
)  # fmt: skip
def test_the_size_that_same_padding_would_give_is_told(
    length: int, kernel: int, stride: int, kind: str
) -> None:
    width = "" if kind == "dwconv" else " 4"
    layer = f"{kind}{kernel}{width} stride={stride} padding="
    try:
        marks = found("W604", spec(f"2x{length}", f"{layer}half"))
    except SpecError:
        assume(condition=False)
    [mark] = marks
    told = re.fullmatch(r"write `padding=same`, which makes (\d+)", str(mark.hint))
    if told is None:
        assert kind == "upconv" or length % stride
        return
    channels = 2 if kind == "dwconv" else 4
    mended = spec(f"2x{length}", f"{layer}same")
    assert cnncalc.parse(mended).layers[-1].output_shape == (channels, int(told[1]))
