"""Expressions, lines and ops: what is written reads back."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st
from robustness import (
    AXES,
    NAMES,
    NUMBERS,
    OPERATORS,
    WORDS,
    check,
    expressions,
)
from thorough import thorough

import cnncalc
from cnncalc.diagnostics import Span
from cnncalc.ops import OPS, Op
from cnncalc.spec.document.variables import read_assignment
from cnncalc.spec.expression_syntax import ExpressionError
from cnncalc.spec.notation import parse_line, split_line
from cnncalc.spec.yaml_tree import Text

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


@thorough(150)
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


@thorough(80)
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


@thorough(80)
@given(st.text("ab1 ()[]{}=,\t\u00a0", max_size=20))
def test_any_line_is_split_without_loss(text: str) -> None:
    found = split_line(text)
    assert "".join("".join(piece.text for piece in found).split()) == "".join(text.split())
    ends = [0, *(piece.end for piece in found)]
    for piece, end in zip(found, ends, strict=False):
        assert piece.text == text[piece.start : piece.end]
        assert not text[end : piece.start].strip()


plain_expressions = st.sampled_from(["64", "2*a", "same", "(1, 2)", "1x7", "a[0]", "max(a, 2)"])


@thorough(80)
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
        "heads": st.sampled_from([1, 2, 4, 8]),
        "axis": st.just("channels"),
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


UNFIT = {
    "as_map", "attention", "blur", "from_patches", "hardtanh", "merge_heads", "patches",
    "permute", "reshape", "softplus", "split_heads", "window_attention",
}  # fmt: skip
"""Ops whose input must suit their values; `tests/ops/table.py` has uses of these."""


@st.composite
def calls(draw: st.DrawFn) -> tuple[Op, int]:
    """An op with random attributes, and the number of spatial axes of its input."""
    names = {name for name, kind in OPS.items() if not (kind.merges or kind.is_source)}
    kind = OPS[draw(st.sampled_from(sorted(names - UNFIT)))]
    axes = draw(st.sampled_from(kind.axes))
    suited = _values(kind, axes)
    required = {k: v for k, v in suited.items() if kind.attributes[k].is_required}
    optional = {k: v for k, v in suited.items() if k not in required}
    chosen = draw(st.fixed_dictionaries(required, optional=optional))
    if kind.name == "upconv":
        chosen.setdefault("stride", 3)  # `output_padding` stays below it
        assume(chosen.get("padding") != "same")  # fixes the size, which not every window can
    if kind.name == "conv" and {"gain", "eps"} & chosen.keys():
        chosen["standardized"] = True
    if kind.name == "upsample":
        assume(("factor" in chosen) != ("size" in chosen))
    return kind(axes, **chosen), axes


@thorough(150)
@given(calls())
def test_notation_reads_back(call: tuple[Op, int]) -> None:
    op, axes = call
    shape = "x".join(map(str, [CHANNELS, *[LENGTH] * axes]))
    text = f"input: {shape}\nlayers:\n  - {json.dumps(op.notation())}\n"
    [layer] = cnncalc.parse(text).layers
    assert layer.op == op
    assert hash(layer.op) == hash(op)
    assert layer.op.notation() == op.notation()
