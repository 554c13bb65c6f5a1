"""What must hold of every text, sound or not."""

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import strategies as st

import cnncalc
from cnncalc import Graph, SpecError
from cnncalc.diagnostics import CODES
from cnncalc.render.diagnostic import render_concise, render_diagnostics

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


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
