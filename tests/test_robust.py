"""Whatever is written, the answer is a graph or a SpecError; and what is shown reads back."""

import json
import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc import Graph, SpecError
from cnncalc.diagnostics import CODES, Span
from cnncalc.ops import OPS, Op
from cnncalc.render.diagnostic import render_concise, render_diagnostics
from cnncalc.spec.document.definitions import read_assignment
from cnncalc.spec.expression_syntax import ExpressionError
from cnncalc.spec.library import bundled_names, find
from cnncalc.spec.notation import parse_line, split_line
from cnncalc.spec.yaml_tree import Text

TIMES = int(os.environ.get("CNNCALC_EXAMPLES", "1"))
"""A factor on the examples of each test: 20 digs deeper."""

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def thorough(examples: int) -> settings:
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fail, where the system has timers, rather than hang."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    # Again and again: an exception raised within a callback of the collector is swallowed.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def check(text: str, variant: str | None = None) -> None:
    """Parse a spec: a sound graph that can be counted, or faults that can be shown."""
    with within(60):
        try:
            graph = cnncalc.parse(text, variant)
        except SpecError as error:
            check_faults(error, text)
        else:
            check_graph(graph)


def check_faults(error: SpecError, text: str) -> None:
    assert error.diagnostics
    ends = [len(line) for line in LINE_BREAK.split(text)]
    for fault in error.diagnostics:
        assert fault.code in CODES
        assert fault.message
        if fault.span is not None:
            assert 1 <= fault.span.line <= len(ends) + 1
            assert fault.span.column >= 1
            assert (fault.span.line, fault.span.column) < (
                fault.span.end_line,
                fault.span.end_column + 1,
            )
            if fault.span.line <= len(ends):
                assert fault.span.column <= ends[fault.span.line - 1] + 1
    shown = render_diagnostics(error.diagnostics, error.sources)
    assert all(line.isprintable() for line in shown.split("\n"))
    assert len(render_concise(error.diagnostics).splitlines()) == len(error.diagnostics)


def check_graph(graph: Graph) -> None:
    known = dict(graph.inputs)
    for layer in (*graph.layers, *graph.auxiliary):
        assert layer.name not in known
        assert tuple(known[name] for name in layer.inputs) == layer.input_shapes
        assert all(type(length) is int and length >= 1 for length in layer.output_shape)
        known[layer.name] = layer.output_shape
    assert {*graph.outputs.values(), *graph.auxiliary_outputs.values()} <= known.keys()
    assert cnncalc.summarize(graph).totals.parameters >= 0


# Text that is no spec at all

YAML_MARKS = [*"-:[]{}#&*!|>'\"%@`?,~= \n\t", "\r\n", "- ", ": ", "\n  ", "\ufeff", "\x85"]


@thorough(300)
@given(
    st.text(max_size=60) | st.lists(st.sampled_from(YAML_MARKS) | st.text(max_size=3)).map("".join)
)
@example("\ufeff")
@example("a: &a [*a]")
@example("? [a]\n: b")
@example("layers: !!set {a, b}\ninput: 3x8x8")
@example("[" * 5000)
@example("{a: " * 5000)
@example("- " * 5000 + "a")
@example("'")
@example("\x00")
def test_random_text(text: str) -> None:
    check(text)
    check(f"input: 3x8x8\nlayers:\n{text}\n")


# Specs that mean harm

HEAD = "input: 3x32x32\nlayers:\n"


def _chain(count: int, body: str, last: str) -> str:
    """Blocks that each use the next; `{}` in the body stands for its name."""
    blocks = "".join(f"  b{n}: {body.format(f'b{n + 1}')}\n" for n in range(count))
    return f"input: 3x32x32\nblocks:\n{blocks}  b{count}: {last}\nlayers: [b0]\n"


HOSTILE = {
    "label twice, then a fault": (
        HEAD + "  - stem: conv1x1 3\n  - stem: conv1x1 3\n  - linear 10\n",
        {"E209", "E405"},
    ),
    "variant with a variable of its own": (
        HEAD + "  - relu\nvariants: {a: {vars: {width: null}}}\n",
        {"E211"},
    ),
    "no layers": (HEAD, {"E203"}),
    "axes of thousands of digits": (
        HEAD + "  - repeat 20000: {concat: [x, x]}\n  - linear 3\n",
        {"E506"},
    ),
    "axes beyond all bounds": (HEAD + "  - repeat 400: upsample 1_000_000_000_000\n", {"E506"}),
    "bounded kernel, unbounded digits": (HEAD + f"  - conv3x3{'1' * 5000} 3\n", None),
    "long shape": (f"input: 3{'x3' * 100_000}\nlayers: [relu]\n", {"E216"}),
    "long quantity": (HEAD + f"  - relu\nexpect: {{macs: {'9' * 5000}}}\n", None),
    "long name": (HEAD + f"  - a{'1' * 60_000}b\n", {"E204"}),
    "long line": (HEAD + f"  - conv3x3 {'8 ' * 50_000}\n", {"E207"}),
    "long list": (
        f"input: 3x32x32\nvars: {{v: [{'1,' * 60_000}]}}\nlayers: [conv3x3 v]\n",
        {"E505"},
    ),
    "many unknown names": (
        HEAD
        + "".join(f"  - label{n}: relu\n" for n in range(1500))
        + "".join(f"  - lebal{n}\n" for n in range(1500)),
        {"E204"},
    ),
    "many faults": (
        HEAD + "  - stem: relu\n  - repeat 100_000: relu\n  - repeat 1000: [stem, conv99x99 8]\n",
        {"E401"},
    ),
    "doubling blocks of nothing": (_chain(30, "[{0}, {0}]", "x"), {"E202"}),
    "doubling blocks of a layer": (_chain(30, "[{0}, {0}]", "relu"), {"E504"}),
    "doubling branches": (_chain(30, "{{add: [{0}, {0}]}}", "relu"), {"E504"}),
    "doubling branches with a fault": (_chain(30, "{{add: [{0}, {0}]}}", "linear 3"), {"E405"}),
    "empty rounds": (HEAD + "  - repeat 1_000_000: {repeat 1_000_000: x}\n", {"E504"}),
    "rounds that fail": (HEAD + "  - repeat 100_000: nix9\n  - nix: relu\n", {"E301"}),
    "deep brackets": ("[" * 100_000, {"E502"}),
    "deep braces": ("{a: " * 100_000, {"E502"}),
    "deep dashes": (HEAD + "- " * 50_000 + "a", {"E502"}),
    "deep questions": (HEAD + "? " * 400 + "a", {"E502"}),
    "deep indentation": (HEAD + "".join(" " * n + "-\n" for n in range(2, 900)), {"E502"}),
    "deep signs": (HEAD + f"  - conv3x3 {'-' * 400}8\n", {"E505"}),
    "deep index": (HEAD + f"  - conv3x3 {'(1,' * 150}8{',)' * 150}\n", {"E505"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_specs(name: str) -> None:
    text, codes = HOSTILE[name]
    with within(60), pytest.raises(SpecError, match="E") as caught:
        cnncalc.parse(text, "a" if "variants:" in text else None)
    check_faults(caught.value, text)
    shown = {fault.code for fault in caught.value.diagnostics}
    assert codes is None or shown == codes
    assert max(len(fault.message) for fault in caught.value.diagnostics) < 500


# Specs made of the language's own words

NUMBERS = [
    "0",
    "1",
    "2",
    "3",
    "4",
    "8",
    "16",
    "-1",
    "0.5",
    "1.0",
    "010",
    "0x3",
    "1x1",
    "3x5",
    "1e3",
    "1_0",
]
NAMES = [
    "width",
    "depth",
    "unit",
    "stem",
    "a",
    "b",
    "x",
    "stage1",
    "größe",
    "layers",
    "input",
    "head",
]
WORDS = [
    "same",
    "half",
    "full",
    "valid",
    "nearest",
    "bilinear",
    "true",
    "false",
    "null",
    "relu",
    "nan",
]
AXES = ["x.channels", "x.height", "x.width", "x.length", "x.features", "x", "x.shape"]
ATTRIBUTES = sorted({key for kind in OPS.values() for key in kind.attributes})
KERNELS = [name for name, kind in OPS.items() if kind.on_head]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", ">=", " and ", " or "]

atoms = st.sampled_from(NUMBERS + NAMES + WORDS + AXES)


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda a, o, b: f"{a}{o}{b}", inner, st.sampled_from(OPERATORS), inner),
        st.builds(lambda a, b, c: f"({a} if {b} else {c})", inner, inner, inner),
        st.builds(
            lambda f, a: f"{f}({', '.join(a)})",
            st.sampled_from(
                ["floor", "ceil", "round", "min", "max", "sum", "len", "divisible", "int"]
            ),
            st.lists(inner, max_size=3),
        ),
        st.builds(lambda a, b: f"{a}[{b}]", inner, inner),
        st.builds(lambda a: f"({', '.join(a)})", st.lists(inner, max_size=3)),
        st.builds(lambda a: f"[{', '.join(a)}]", st.lists(inner, max_size=3)),
        st.builds(lambda a: f"({a})", inner),
        st.builds(lambda a: f"-{a}", inner),
        st.builds(lambda a: f"not {a}", inner),
        st.builds(lambda a: f"'{a}'", inner),
    )


expressions = st.recursive(atoms, _deeper, max_leaves=6)
heads = st.one_of(
    st.sampled_from([*OPS, *NAMES]),
    st.builds(
        lambda name, kernel: name + kernel,
        st.sampled_from(KERNELS),
        st.sampled_from(["3x3", "1x1", "2", "3x3x3", "1x7", "0", "99x99"]),
    ),
)
arguments = st.one_of(
    expressions,
    st.builds(
        lambda key, value: f"{key}={value}", st.sampled_from(ATTRIBUTES + NAMES), expressions
    ),
)
lines = st.builds(
    lambda head, rest: " ".join([head, *rest]), heads, st.lists(arguments, max_size=3)
)
sound_lines = st.sampled_from([
    "conv3x3 8 padding=1", "conv1x1 4", "conv3x3 8 stride=2", "relu", "bn", "maxpool2x2",
    "flatten", "linear 10", "globalavgpool", "upconv2x2 4 stride=2", "x", "unit 4", "unit",
    "stem", "a", "b", "dwconv3x3 padding=same", "dropout", "upsample 2", "stage1",
    "conv1x1 x.channels//2",
])  # fmt: skip


def _bodies(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, max_size=4)
    conditions = st.sampled_from(["x.channels == 8", "x.height > 2", "width != 4", "true"])
    return st.one_of(
        several,
        st.builds(lambda op, body: {op: body}, st.sampled_from(["add", "mul", "concat"]), several),
        st.builds(
            lambda n, body: {f"repeat {n}": body},
            st.sampled_from(["0", "1", "2", "3", "depth"]) | expressions,
            inner,
        ),
        st.builds(
            lambda a, b, c: {f"if {a}": b, "else": c}, conditions | expressions, inner, inner
        ),
        st.builds(lambda a, b: {f"if {a}": b}, conditions | expressions, inner),
        st.builds(lambda label, body: {label: body}, st.sampled_from(NAMES) | heads, inner),
        st.dictionaries(st.sampled_from(NAMES + ATTRIBUTES) | lines, inner, max_size=3),
    )


leaves = sound_lines | sound_lines | sound_lines | lines | expressions | st.none()
bodies = st.recursive(leaves, _bodies, max_leaves=12)
shapes = st.sampled_from(["3x8x8", "4x16", "2x4x8x8", "12", "8x7x9", "3x", "0x1", "1x1x1"])
values = st.one_of(
    expressions, st.sampled_from([4, 2, True, [1, 2], ["a", 4], None, "unit", "bn", "conv3x3"])
)
signatures = st.sampled_from(
    ["unit", "unit w=4", "unit w s=1", "head a b=a", "stem", "a x", "unit w=4 s", "conv3 q", "1"]
)
quantities = st.sampled_from(
    ["1", "1_0", "2.5M", "<= 3K", ">= 1", "1..2", "4 MiB", "90%", "8x8", "about", 3, None]
)
metrics = st.sampled_from(["parameters", "macs", "output", "weight_bytes", "share", "depth", "a"])
facts = st.dictionaries(
    metrics, quantities | st.dictionaries(metrics, quantities, max_size=2), max_size=3
)
named_bodies = st.dictionaries(st.sampled_from(NAMES), bodies, max_size=3)
specs = st.fixed_dictionaries(
    {
        "input": shapes | st.dictionaries(st.sampled_from(NAMES), shapes, max_size=3),
        "layers": st.lists(bodies, min_size=1, max_size=6) | bodies,
    },
    optional={
        "name": st.text(max_size=5) | st.none(),
        "vars": st.dictionaries(st.sampled_from(NAMES), values, max_size=4),
        "blocks": st.dictionaries(signatures, bodies, max_size=3),
        "outputs": named_bodies | st.lists(st.sampled_from(NAMES), max_size=3),
        "auxiliary": named_bodies,
        "variants": st.dictionaries(
            st.sampled_from(["1", "b"]),
            st.fixed_dictionaries(
                {},
                optional={
                    "vars": st.dictionaries(st.sampled_from(NAMES), values, max_size=2),
                    "input": shapes,
                    "expect": facts,
                },
            ),
            max_size=2,
        ),
        "expect": facts,
        "budget": facts,
        "width": st.none(),
    },
)


@thorough(400)
@given(specs, st.sampled_from([None, None, "1", "b"]), st.booleans())
def test_random_specs(spec: dict[str, Any], variant: str | None, is_flow: bool) -> None:  # noqa: FBT001 - drawn
    check(yaml.safe_dump(spec, default_flow_style=is_flow, allow_unicode=True), variant)


@thorough(200)
@given(bodies | st.dictionaries(st.sampled_from(["layers", "input", *NAMES]), bodies))
def test_random_structures(tree: Any) -> None:
    check(yaml.safe_dump(tree))


# Specs that were right


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, str | None]:
    """The text of a bundled spec with a few accidents, and one of its variants."""
    stem = draw(st.sampled_from(bundled_names()))
    text = find(stem).text
    variants = yaml.safe_load(text).get("variants") or {}
    for _ in range(draw(st.integers(1, 4))):
        text = draw(st.sampled_from([_mutate_characters, _mutate_lines]))(draw, text)
    return text, draw(st.sampled_from([None, *map(str, variants)]))


def _mutate_characters(draw: st.DrawFn, text: str) -> str:
    place = draw(st.integers(0, max(0, len(text) - 1)))
    before, after = text[:place], text[place:]
    return draw(
        st.sampled_from(
            [
                before + after[1:],
                before + after[:1] + after,
                before + after[1:2] + after[:1] + after[2:],
                before + draw(st.sampled_from(list(" :-,[]{}()x0=*&.\n\t#'\"9"))) + after,
                before + draw(st.sampled_from(list("xe0-_ ="))) + after[1:],
            ]
        )
    )


def _mutate_lines(draw: st.DrawFn, text: str) -> str:
    rows = text.split("\n")
    one, other = (draw(st.integers(0, len(rows) - 1)) for _ in range(2))
    kind = draw(st.sampled_from(["drop", "double", "swap", "move", "indent", "dedent"]))
    if kind == "drop":
        del rows[one]
    elif kind == "double":
        rows.insert(other, rows[one])
    elif kind == "swap":
        rows[one], rows[other] = rows[other], rows[one]
    elif kind == "move":
        rows.insert(other, rows.pop(one))
    elif kind == "indent":
        rows[one] = "  " + rows[one]
    else:
        rows[one] = rows[one].removeprefix("  ")
    return "\n".join(rows)


@thorough(150)
@given(mutations())
def test_mutated_specs(case: tuple[str, str | None]) -> None:
    check(*case)


# Expressions

TOKENS = [*NUMBERS, *NAMES, *WORDS, *AXES, *OPERATORS, *"()[],.:=", " ", " if ", " else ", "not "]
TOKENS += [
    "lambda",
    "floor",
    "max",
    "'",
    "f'{1}'",
    "__class__",
    "9**9",
    "1e999",
    "...",
    "\\",
    ";",
    "1j",
]


@thorough(400)
@given(
    expressions
    | st.lists(st.sampled_from(TOKENS), max_size=12).map("".join)
    | st.text(max_size=12)
)
@example("9**9**9")
@example("0**-1")
@example("(-8)**0.5")
@example("1e308*10")
@example("(" * 200)
@example("-" * 400 + "1")
@example("x" * 499)
@example("1e999 - 1e999")
@example("round(1e300)")
@example("round(2.5, 10**9)")
@example("floor(1e400)")
@example("divisible(1, 0)")
@example("divisible(8, 0.3)")
@example("max(true, 1)")
@example("sum(((1, 2), 3))")
@example("min(())")
@example("len('abc')")
@example("'abc'[0]")
@example("(1, 2)[true]")
@example("(1, 2)[0.0]")
@example("[1, 2] == (1, 2)")
@example("'a' * 3")
@example("1 if 1 else 2")
@example("same + 1")
@example("7 % -0.0")
@example("1 < same")
@example("\u017fame")
@example("²")
@example("\uff11")
def test_random_expressions(text: str) -> None:
    quoted = json.dumps(text)
    in_line = json.dumps(f"conv3x3 {text} padding={text}")
    in_condition = json.dumps(f"if {text}")
    in_count = json.dumps(f"repeat min(9, {text})")
    head = "vars: {width: 4, depth: [1, 2]}\ninput: 3x8x8\nlayers:"
    check(f"{head}\n  - {in_line}\n")
    check(f"{head}\n  - {in_condition}: relu\n  - {in_count}: relu\n")
    check(f"{head}\n  - conv: {{kernel_size: 3, out_channels: {quoted}, stride: {quoted}}}\n")
    check(f"vars: {{width: {quoted}}}\ninput: 3x8x8\nlayers: [conv3x3 width]\n")
    with suppress(ExpressionError):
        read_assignment(text)


# Lines read back

pieces_of_lines = st.one_of(
    st.sampled_from(["conv3x3", "64", "stride=2", "padding=((0, 1), (1, 1))", "a[1]", "f(a, b)"]),
    st.text("abc0123=.*x_", min_size=1, max_size=8),
    st.lists(st.text("ab1, ", max_size=5), max_size=2).map(lambda inner: f"({')('.join(inner)})"),
)
blanks = st.text(" \t", min_size=1, max_size=3)


@thorough(200)
@given(st.lists(pieces_of_lines, min_size=1, max_size=6), st.data())
def test_pieces_of_a_line(pieces: list[str], data: st.DataObject) -> None:
    text = data.draw(st.text(" ", max_size=2)) + "".join(
        piece + data.draw(blanks) for piece in pieces
    )
    found = split_line(text)
    assert [piece.text for piece in found] == pieces
    assert all(text[piece.start : piece.end] == piece.text for piece in found)
    normalised = " ".join(piece.text for piece in found)
    assert [piece.text for piece in split_line(normalised)] == pieces


@thorough(200)
@given(st.text("ab1 ()[]{}=,\t\u00a0", max_size=20))
def test_any_line_is_split_without_loss(text: str) -> None:
    found = split_line(text)
    assert "".join("".join(piece.text for piece in found).split()) == "".join(text.split())
    ends = [0, *(piece.end for piece in found)]
    for piece, end in zip(found, ends, strict=False):
        assert piece.text == text[piece.start : piece.end]
        assert not text[end : piece.start].strip()


plain_expressions = st.sampled_from(["64", "2*a", "same", "(1, 2)", "1x7", "a[0]", "max(a, 2)"])


@thorough(200)
@given(
    st.sampled_from(["conv3x3", "relu", "unit"]),
    st.lists(
        st.tuples(st.none() | st.sampled_from(["stride", "a_b"]), plain_expressions), max_size=5
    ),
    blanks,
    st.integers(1, 30),
)
def test_a_line_reads_back(
    head: str, given_arguments: list[tuple[str | None, str]], blank: str, column: int
) -> None:
    words = [f"{name}={value}" if name else value for name, value in given_arguments]
    text = blank.join([head, *words])
    node = Text(text, Span("f", 3, column, 3, column + len(text)), is_plain=True, offset=0)
    faults: list[Any] = []
    line = parse_line(node, faults)
    assert not faults
    assert line.head == head
    assert line.arguments is not None
    assert [(found.name, found.value.text) for found in line.arguments] == given_arguments
    for found, word in zip(line.arguments, words, strict=True):
        start = found.span.column - column
        assert text[start : found.span.end_column - column] == word
        value = found.value.span
        assert text[value.column - column : value.end_column - column] == found.value.text


# Ops read back

CHANNELS = 16
LENGTH = 64


def _sizes(axes: int, low: int, high: int) -> st.SearchStrategy[Any]:
    one = st.integers(low, high)
    return one | st.tuples(*[one] * axes)


def _values(kind: type[Op], axes: int) -> dict[str, st.SearchStrategy[Any]]:
    """For each attribute the values that suit an input of 16 channels and 64 positions an axis."""
    amounts = st.integers(0, 3)
    pads = amounts | st.tuples(*[amounts | st.tuples(amounts, amounts)] * axes)
    small = st.floats(0, 1, exclude_min=True) | st.just(1)
    suited: dict[str, st.SearchStrategy[Any]] = {
        "out_channels": st.sampled_from([8, 16, 24]),
        "out_features": st.integers(1, 10**12),
        "multiplier": st.integers(1, 4),
        "kernel_size": _sizes(axes, 4, 6),
        "stride": _sizes(axes, 3, 5),
        "dilation": _sizes(axes, 1, 4),
        "padding": pads | st.sampled_from(["valid", "half", "full", "same"]),
        "groups": st.sampled_from([1, 2, 4, 8]),
        "output_padding": _sizes(axes, 0, 2),
        "output_size": _sizes(axes, 1, 9),
        "amounts": pads,
        "size": st.integers(1, 9) if kind.name == "lrn" else _sizes(axes, 1, LENGTH),
        "factor": st.sampled_from([1, 2, 4]),
        "start": st.integers(0, 3),
        "stop": st.integers(4, CHANNELS),
        "num_parameters": st.sampled_from([1, CHANNELS]),
        "mode": st.sampled_from(
            ["nearest", ("linear", "bilinear", "trilinear")[max(axes - 1, 0)]]
        ),
    }
    found: dict[str, st.SearchStrategy[Any]] = {}
    for key, attribute in kind.attributes.items():
        if isinstance(attribute.default, bool):
            found[key] = st.booleans()
        else:
            found[key] = small if isinstance(attribute.default, float) else suited[key]
    return found


@st.composite
def calls(draw: st.DrawFn) -> tuple[Op, int]:
    """An op with random attributes, and the number of spatial axes of its input."""
    kind = OPS[draw(st.sampled_from(sorted(name for name in OPS if not OPS[name].merges)))]
    axes = draw(st.sampled_from(kind.axes))
    suited = _values(kind, axes)
    required = {k: v for k, v in suited.items() if kind.attributes[k].is_required}
    optional = {k: v for k, v in suited.items() if k not in required}
    chosen = draw(st.fixed_dictionaries(required, optional=optional))
    if kind.name == "upconv":
        chosen.setdefault("stride", 3)  # `output_padding` stays below it
        assume(chosen.get("padding") != "same")  # fixes the size, which not every window can
    if kind.name == "upsample":
        assume(("factor" in chosen) != ("size" in chosen))
    return kind(axes, **chosen), axes


@thorough(400)
@given(calls())
def test_notation_reads_back(call: tuple[Op, int]) -> None:
    op, axes = call
    shape = "x".join(map(str, [CHANNELS, *[LENGTH] * axes]))
    text = f"input: {shape}\nlayers:\n  - {json.dumps(op.notation())}\n"
    [layer] = cnncalc.parse(text).layers
    assert layer.op == op
    assert hash(layer.op) == hash(op)
    assert layer.op.notation() == op.notation()
