"""The names of a spec: where each is defined, and where it is used."""

from cnncalc.spec import parse_spec
from cnncalc.spec.symbols import Symbol, symbols_of

TEXT = """\
name: Names
input: {left: 3x8x8, right: 3x8x8}
vars: {width: 16, unit: wide, n: 2}
blocks:
  narrow out k=width: [conv kernel_size=3 out_channels=out padding=1, skip: x, conv1x1 k]
  wide out:
    - narrow out 2*out
    - add: [x, narrow out width]
layers:
  - left
  - stem: conv3x3 width padding=1
  - group:
      - stem2: [unit width, relu]
      - add: [stem, narrow width]
  - repeat n: narrow width*n//n
  - tail: conv1x1 width+2*width
outputs: [tail]
variants:
  small: {vars: {width: 8}}
expect: {stem: {parameters: 448}, output: 48x8x8}
"""


def symbols() -> dict[tuple[str, str], Symbol]:
    spec, _ = parse_spec(TEXT, "names.yaml")
    assert spec is not None
    return {(one.kind, one.name): one for one in symbols_of(spec)}


def places(kind: str, name: str) -> list[tuple[int, str]]:
    """The line of each use, and what stands there."""
    lines = TEXT.splitlines()
    found = symbols()[kind, name]
    assert lines[found.definition.line - 1][found.definition.column - 1 :].startswith(name)
    return [
        (span.line, lines[span.line - 1][span.column - 1 : span.end_column - 1])
        for span in found.uses
    ]


def test_every_name_is_found() -> None:
    assert set(symbols()) == {
        ("input", "left"), ("input", "right"), ("variable", "width"), ("variable", "unit"),
        ("variable", "n"), ("block", "narrow"), ("parameter", "out"), ("parameter", "k"),
        ("label", "skip"), ("block", "wide"), ("label", "stem"), ("label", "group"),
        ("label", "stem2"), ("label", "tail"),
    }  # fmt: skip


def test_uses_of_a_variable_are_the_name_alone() -> None:
    assert places("variable", "width") == [
        (5, "width"), (8, "width"), (11, "width"), (13, "width"), (14, "width"), (15, "width"),
        (16, "width"), (16, "width"), (19, "width"),
    ]  # fmt: skip
    assert places("variable", "unit") == [(13, "unit")]
    assert places("variable", "n") == [(15, "n"), (15, "n"), (15, "n")]


def test_uses_of_blocks_parameters_labels_and_inputs() -> None:
    assert places("block", "narrow") == [
        (7, "narrow"), (8, "narrow"), (14, "narrow"), (15, "narrow"),
    ]  # fmt: skip
    assert places("parameter", "k") == [(5, "k")]
    assert places("label", "stem") == [(14, "stem"), (20, "stem")]
    assert places("label", "tail") == [(17, "tail")]
    assert places("label", "group") == []
    assert places("input", "left") == [(10, "left")]
    assert places("input", "right") == []


def test_a_parameter_belongs_to_its_block() -> None:
    spec, _ = parse_spec(TEXT, "names.yaml")
    assert spec is not None
    outs = [one for one in symbols_of(spec) if one.name == "out"]
    assert [(one.block, len(one.uses)) for one in outs] == [("narrow", 1), ("wide", 3)]


def test_a_label_in_a_group_hides_none_outside() -> None:
    text = "input: 3x8x8\nlayers:\n  - a: relu\n  - g: [b: relu, add: [a, b]]\n  - add: [a, g]\n"
    spec, faults = parse_spec(text, "s.yaml")
    assert spec is not None
    assert not faults
    found = {one.name: [span.line for span in one.uses] for one in symbols_of(spec)}
    assert found == {"a": [4, 5], "g": [5], "b": [4]}


def test_a_variable_of_a_loop_is_known_in_its_body_alone() -> None:
    text = (
        "input: 3x8x8\nvars: {rows: [[8, 1], [16, 2]]}\nlayers:\n"
        "  - for c n in rows: {repeat n: conv1x1 c}\n"
        "  - for n in range(len(rows)): conv1x1 4*n+c\n"
    )
    spec, _ = parse_spec(text, "loops.yaml")
    assert spec is not None
    found = [
        (one.name, str(one.definition), [span.column for span in one.uses])
        for one in symbols_of(spec)
    ]
    assert found == [
        ("rows", "loops.yaml:2:8", [16, 24]),
        ("c", "loops.yaml:4:9", [41]),
        ("n", "loops.yaml:4:11", [30]),
        ("n", "loops.yaml:5:9", [42]),
    ]


PATHS = """\
name: Paths
input: 3x8x8
blocks:
  two: [high: relu, low: [middle: relu]]
  join skip: [add: [skip, x]]
layers:
  - first: two
  - group: [high: first.high, relu]
  - join first.low.middle
  - join skip=group.high
  - concat:
      - for one in [first.high, group.high]: one
  - again: share first
"""


def test_uses_of_labels_inside_of_groups_and_calls() -> None:
    spec, _ = parse_spec(PATHS, "paths.yaml")
    assert spec is not None
    lines = PATHS.splitlines()
    found = {
        (one.name, one.definition.line): [span.line for span in one.uses]
        for one in symbols_of(spec)
        if one.kind == "label"
    }
    assert found == {
        ("high", 4): [8, 12], ("low", 4): [9], ("middle", 4): [9], ("first", 7): [8, 9, 12, 13],
        ("group", 8): [10, 12], ("high", 8): [10, 12], ("again", 13): [],
    }  # fmt: skip
    for one in symbols_of(spec):
        for span in one.uses:
            assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == one.name
