"""Whatever stands in a file, the answer comes soon, takes little memory and can be shown.

The attacks themselves, and the makers of new ones, stand in `fuzz/`; what broke once is tried
again in `test_surfaces.py`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fuzz.attacks import ATTACKS, HEAD, MEGABYTE, bombs_alone
from fuzz.fuzz_atheris import load as load_atheris
from fuzz.harness import CORPUS, MOST_SECONDS, check, hostile, is_printable
from fuzz.measure import measure
from fuzz.pipeline import examine
from hypothesis import given
from hypothesis import strategies as st
from thorough import TIMES, thorough

from cnncalc import SpecError
from cnncalc.analysis.field import WorkLimit
from cnncalc.analysis.receptive_field import receptive_fields
from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.graph import Graph
from cnncalc.ops.footprint import MOST_PHASES, divided, interpolated, stretched
from cnncalc.ops.window import Window
from cnncalc.render.diagnostic import render_diagnostics
from cnncalc.spec import TIGHT, WIDE, Allowance, Bounds, Selection, build, parse_spec
from cnncalc.spec.bounds import Faults, StopError
from cnncalc.spec.expand import expand
from cnncalc.spec.library import bundled_names, find
from cnncalc.spec.yaml_faults import malformed

MOST_MEGABYTES = 300

HARDEST = (
    "lines of convolutions", "expressions of functions", "long expressions", "directives",
    "lists in expressions", "deep expressions", "long lines of calls", "volumes", "noise",
    "repeat of different blocks", "many variants of many phases", "variants and layers",
    "variants and facts", "aliases of a line", "a long line of expressions", "doubling labels",
    "names hard to compare", "huge kernels", "tensors that live long in a repeat",
    "syntax error of many tokens",
)  # fmt: skip
"""Those that take longest, and one of each other kind; digging deep, all are made in full."""


# Attacks


@pytest.mark.parametrize("name", ATTACKS if TIMES >= 20 else HARDEST)
def test_attacks(name: str, tmp_path: Path) -> None:
    file = tmp_path / "hostile.yaml"
    file.write_bytes(ATTACKS[name].data())
    took = measure(file)
    assert took.code in {0, 1, 2}, took.output[-1000:]
    assert "Traceback" not in took.output
    assert all(map(is_printable, took.output.split("\n")))
    assert took.seconds < MOST_SECONDS
    assert took.megabytes < MOST_MEGABYTES


@pytest.mark.parametrize("name", ATTACKS)
def test_small_attacks(name: str) -> None:
    attack = ATTACKS[name]
    assert len(attack.data()) <= MEGABYTE
    check(attack.data(max(1, attack.size // 100)))


def test_bombs() -> None:
    for text in bombs_alone().values():
        check(text.encode())


@thorough(150)
@given(st.randoms(use_true_random=False))
def test_whatever_is_made_up(random: Any) -> None:
    check(hostile(random))


def test_atheris_is_optional() -> None:
    atheris = load_atheris()
    assert atheris is None or hasattr(atheris, "Fuzz")


# Honest specs


@pytest.mark.parametrize("name", [*bundled_names(), *bundled_names("lecture")])
def test_bundled_specs_are_far_within_the_tight_bounds(name: str) -> None:
    found = find(name, TIGHT)
    allowance = Allowance(TIGHT)
    for graph in networks(found.text, found.file, allowance):
        assert graph.layers
    assert allowance.steps > TIGHT.steps * 0.5
    assert allowance.layers > TIGHT.layers * 0.5


@pytest.mark.parametrize(
    "rows", ["- conv3x3 64 padding=1\n" * 20_000, "- repeat 20_000: conv3x3 64 padding=1\n"]
)
def test_twenty_thousand_layers_are_within_the_tight_bounds(rows: str) -> None:
    [graph] = networks(HEAD + rows, "chain.yaml", Allowance(TIGHT))
    assert len(graph.layers) == 20_000


def networks(text: str, file: str, allowance: Allowance) -> Iterator[Graph]:
    """Every network of a sound file that has values for its variables."""
    spec, faults = parse_spec(text, file, allowance)
    assert spec is not None
    has_values = all(variable.value is not None for variable in spec.variables.values())
    for variant in (*([None] if has_values else []), *spec.variants):
        graph = expand(spec, Selection(variant), faults, allowance)
        assert graph is not None, faults
        yield graph


# What is said


def faults_of(text: str, bounds: Bounds) -> list[Diagnostic]:
    with pytest.raises(SpecError, match="E50") as caught:
        build(text, "f.yaml", Selection(), bounds)
    return list(caught.value.diagnostics)


LIMITS = {
    f"{HEAD}- repeat 2_000: {{add: [x, x]}}\n- repeat 19_000: relu\n": (
        "E504", "the network has more than 20,000 layers", "lower the repeats",
    ),
    f"{HEAD}- repeat 999: {{repeat 999: x}}\n": (
        "E504", "expanding the spec takes more than 300,000 steps", "lower the repeats",
    ),
    f"{HEAD}- repeat 30_000: relu\n": (
        "E504", "30,000 rounds exceed the 20,000 layers of a network", "",
    ),
    HEAD + "- relu\n" * 50_000: (
        "E501", "the spec has over 40,000 nodes", "use `blocks` and `repeat`",
    ),
    HEAD + f"- conv3x3 {'1+1 ' * 900}\n" * 99: (
        "E501", "reading the spec takes more than 300,000 steps", "split the file",
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", LIMITS, ids=lambda text: text[-30:])
def test_a_tight_bound_says_how_it_is_lifted(text: str) -> None:
    code, message, remedy = LIMITS[text]
    fault = next(one for one in faults_of(text, TIGHT) if one.code == code)
    assert fault.message == message
    assert fault.hint == (f"{remedy}, or pass `--trusted`" if remedy else "pass `--trusted`")


def test_a_wide_bound_cannot_be_lifted() -> None:
    [fault] = faults_of(f"{HEAD}- repeat 2: {{repeat 600: relu}}\n", WIDE._replace(layers=1000))
    assert fault.message == "the network has more than 1,000 layers"
    assert fault.hint == "lower the repeats"


def test_the_networks_of_a_file_share_its_allowance() -> None:
    text = f"{HEAD}- repeat 9_000: relu\nvariants: {{a: , b: , c: , d: }}\n"
    allowance = Allowance(TIGHT)
    spec, faults = parse_spec(text, "f.yaml", allowance)
    assert spec is not None
    graphs = [expand(spec, Selection(name), faults, allowance) for name in spec.variants]
    assert [graph is not None for graph in graphs] == [True, True, False, False]
    [fault] = faults  # the last one is left out without a word
    assert fault.message == "the networks of this file have more than 20,000 layers in all"
    assert allowance.is_spent


def test_no_more_faults_are_told_than_anyone_reads() -> None:
    examined = examine((HEAD + "- rleu\n" * 5_000).encode())
    assert len(examined.faults) == TIGHT.faults


def test_faults_are_cut_short() -> None:
    faults = Faults(Allowance(TIGHT))
    faults.append(Diagnostic("E204", "a" * 10_000, None, (), "b" * 10_000))
    assert len(faults[0].message) < 310
    assert len(faults[0].hint or "") < 310
    with pytest.raises(StopError):
        faults.extend(faults[0] for _ in range(TIGHT.faults))


def test_looking_for_names_ends() -> None:
    faults = Faults(Allowance(TIGHT))
    known = [f"label{n}" for n in range(10_000)]
    assert faults.did_you_mean("lebal7", known) == "did you mean `label7`?"
    assert faults.did_you_mean("lebal7", known) is None
    assert faults.did_you_mean("l" * 100, known) is None


def test_a_terminal_is_not_steered() -> None:
    examined = check((CORPUS / "terminal-escapes.yaml").read_bytes())
    shown = render_diagnostics(examined.faults, {"hostile.yaml": examined.text})
    for spelt in (r"\x1b[31m", r"\u202e", r"\u2066", r"\u200b"):
        assert spelt in shown


# Parts that would not end


class Frozen(Exception):  # noqa: N818 - it stands for a process that hangs
    """A read that would wait for ever."""


def test_a_pipe_in_place_of_a_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names")
    regular, pipe = tmp_path / "regular.yaml", tmp_path / "pipe.yaml"
    regular.write_text("")
    os.mkfifo(pipe)
    with pytest.raises(SpecError, match="is not a regular file"):
        find(str(pipe), TIGHT)
    status = os.stat(regular)  # as if it had been swapped in behind the look at it
    monkeypatch.setattr(os, "stat", lambda _path: status)
    with pytest.raises(SpecError, match="is not a regular file"):
        find(str(pipe), TIGHT)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/tty", "/proc/kmsg", "/proc/self/mem"])
def test_devices_behind_links(path: str, tmp_path: Path) -> None:
    if not os.path.lexists(path):
        pytest.skip("this system has none")
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    with pytest.raises(SpecError, match="E001"):
        find(str(link), TIGHT)


def test_windows_are_as_if_every_tap_were_listed() -> None:
    for kernel in range(1, 6):
        for stride in range(1, 7):
            for dilation in range(1, 5):
                window = Window(kernel, stride, dilation, 3, 3)
                listed = [-3 + dilation * tap for tap in range(kernel)]
                assert [*window.footprint().taps[0]] == listed
                for phase, taps in enumerate(window.scattered().taps):
                    places = [phase + 3 - dilation * tap for tap in range(kernel)]
                    exact = sorted(place // stride for place in places if place % stride == 0)
                    assert [*taps] == exact


def test_footprints_of_any_size_are_small() -> None:
    huge = 10**12
    assert len(Window(huge, 1, 1, 0, 0).footprint().taps[0]) == huge
    assert len(Window(huge, 7, 3, 0, 0).scattered().taps) == 7
    for footprint in (
        Window(3, huge, 1, 0, 0).scattered(),
        stretched(huge, 7),
        interpolated(huge, 7),
        divided(huge, 7),
    ):
        assert footprint.taps == ()
        assert footprint.period > MOST_PHASES


def test_fields_of_many_phases_are_told_as_long_as_the_effort_lasts() -> None:
    text = "input: 4x9x9\nlayers: [upsample 99, conv3x3 4, conv3x3 4]\n"
    graph = build(text, "f.yaml", Selection())
    limit = WorkLimit(1500)
    told = [receptive_fields(graph, graph.layers, limit).views for _ in range(3)]
    assert [views["conv2"]["input"] is None for views in told] == [False, True, True]
    assert receptive_fields(graph, graph.layers).views == told[0]


MALFORMED = [
    "a: [b, c", "a: [b}", "a: {b: c]", 'a: "b', "a: 'b\n", "a: b: c", "a:\n\t- b", "a:\n  - b\n c",
    "- a\nb: c", "a: *b", "a: &b c\nd: &b e", "a: @b", "a: %b", "a: `b", 'a: "\\z"', 'a: "\\x1"',
    "%YAML 3.0\n--- a", "%TAG\n--- a", "--- a\n--- b", "a: !<b", "a: |x\n  b", "a: &", "a: [b, ]]",
    "? a\n? [b", "a: ]", "{a: b}}", "a: [b: c: d]", "a: 'b' c", "a: !x!y b", "a: |\n\tb",
    "a: {b: c\n", "a\nb: c", "[", "{", "a: [", "- [a\n- b", "a: >5x\n b",
]  # fmt: skip


@pytest.mark.parametrize("text", MALFORMED)
def test_both_parsers_are_put_in_the_same_words(text: str) -> None:
    if not hasattr(yaml, "CBaseLoader"):
        pytest.skip("PyYAML is without libyaml")
    assert said_by(yaml.CBaseLoader, text) == said_by(yaml.BaseLoader, text)


def said_by(loader: Any, text: str) -> tuple[str, str | None, Span | None]:
    with pytest.raises(yaml.YAMLError) as caught:
        yaml.compose(text, Loader=loader)
    fault = malformed(caught.value, text, "f")
    return fault.message, fault.hint, fault.span


def test_a_large_text_is_not_parsed_in_python() -> None:
    text = HEAD + "- relu\n" * 20_000 + "- [relu\n"
    examined = examine(text.encode())
    [fault] = examined.faults
    assert (fault.code, fault.message) == ("E101", "a `,` or `]` is missing before this")
    assert fault.span is not None
    assert fault.span.line == 20_003
