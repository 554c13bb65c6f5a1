"""`cnncalc formula`, `cnncalc.formula` and `explain --symbolic`."""

import json
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any

import pytest
from commands import run
from formulas import TINY, base_of, bundled, counted_at, text_of

import cnncalc
from cnncalc.analysis.conventions import Basis
from cnncalc.design import table
from cnncalc.design.asked import Formulas, ask, read_names
from cnncalc.design.formula import Formula, NoFormula, find_formula
from cnncalc.design.spaces import space_of
from cnncalc.design.table import NetworkTable, counted
from cnncalc.design.written import rounding_in
from cnncalc.render.formula_python import render_formula_python


def test_the_table_says_what_and_where() -> None:
    where = "size = height = width, 3 more than a multiple of 32, from 67 to 995"
    wanted = [
        "AlexNet",
        "parameters = 1024*size^2 - 71680*size + 24470888",
        "macs = 15778*size^2 - 503260*size + 25622274",
        f"{where}; held at all 27 other points",
    ]
    assert run("formula", "alexnet", "--of", "size").split() == " ".join(wanted).split()


def space_of_python(text: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(text, space)  # noqa: S102 - what it is for
    return space


def test_the_function_can_be_pasted() -> None:
    found = cnncalc.formula("convmixer:768-32", of="width,depth,size=7..700:7")
    space = space_of_python(render_formula_python(found))
    point = {"width": 512, "depth": 9, "size": 224}
    for metric in ("macs", "parameters"):
        assert space[metric](**point) == found.of(metric).value(point)
        assert space[metric](512, 9, 224) == counted_at(bundled("convmixer:768-32"), metric, point)
    for wrong in ({"size": 225}, {"size": 224.0}, {"depth": True}, {"width": 0}, {"width": "8"}):
        with pytest.raises(ValueError, match="macs is not known at width="):
            space["macs"](**{**point, **wrong})


def test_names_that_python_has_are_written_otherwise() -> None:
    text = TINY.replace("width", "type").replace("depth", "range")
    found = ask_tiny(text, "fc.parameters", of="type,range,input.height")
    space = space_of_python(render_formula_python(found))
    assert space["fc_parameters"](type_=8, range_=2, input_height=32) == 90


def ask_tiny(text: str, *metrics: str, of: str, **asked: Any) -> Formulas:
    base = base_of(text)
    return ask(base, metrics, space_of(base, *read_names([of])), **asked)


def test_json_has_the_polynomials_in_whole_numbers() -> None:
    asked = ("convmixer:768-32", "macs", "--of", "width,depth,size")
    told = json.loads(run("formula", *asked, "--format", "json"))
    [one] = told["formulas"]
    [piece] = one["pieces"]
    point = {"width": 768, "depth": 32, "size": 224}
    total = Fraction(0)
    for term in piece["terms"]:
        powers = prod(point[name] ** power for name, power in term["powers"].items())
        total += Fraction(term["numerator"], term["denominator"]) * powers
    assert total == cnncalc.summarize(cnncalc.load("convmixer:768-32")).totals.macs
    assert told["variables"][2] == {"name": "size", "axes": ["height", "width"]}
    assert piece["domain"][2] == {
        "name": "size",
        "first": 7,
        "last": 1022,
        "modulus": 7,
        "rest": 0,
    }


def test_latex_and_markdown() -> None:
    found = run("formula", "convnext:tiny", "macs", "--of", "size", "--format", "latex")
    assert r"\mathit{macs} &= \frac{355131}{4}\,\mathit{size}^{2} + 768000" in found
    told = run("formula", "convnext:tiny", "macs", "--of", "size", "--format", "markdown")
    assert "| `macs` | `355131/4*size^2 + 768000` |" in told


def test_layers_add_up_to_the_whole() -> None:
    found = cnncalc.formula("resnet:50", of="size", layers=True)
    for point in ({"size": 224}, {"size": 416}):
        for place, metric in enumerate(("parameters", "macs")):
            parts = 0
            for alike in found.layers:
                one = alike.found[place]
                assert isinstance(one, Formula)
                parts += len(alike.layers) * one.value(point)
            assert parts == found.of(metric).value(point)
    first = found.layers[0]
    assert first.layers == ("conv1.conv_bn1.conv1",)
    assert (
        sum(len(one.layers) for one in found.layers) == 53 + 53 + 1
    )  # with weights: conv, bn, fc


def test_a_receptive_field_is_told_along_each_axis_where_these_differ() -> None:
    text = "{name: t, input: 3x32x32, layers: [conv3x5 4, conv3x3 4]}"
    found = ask_tiny(text, "receptive_field", of="size")
    assert [(one.metric, text_of(one)) for one in found.found if isinstance(one, Formula)] == [
        ("receptive_field in height", "5"),
        ("receptive_field in width", "7"),
    ]
    assert [one.metric for one in ask_tiny(TINY, "receptive_field", of="size").found] == [
        "receptive_field"
    ]


def test_batch_and_type_are_counted_and_said() -> None:
    basis = Basis("float16", 8)
    once = ask_tiny(TINY, "activation_bytes", "weight_bytes", of="size")
    many = ask_tiny(TINY, "activation_bytes", "weight_bytes", of="size", basis=basis)
    at = {"size": 64}
    assert many.of("activation_bytes").value(at) == 4 * once.of("activation_bytes").value(at)
    assert 2 * many.of("weight_bytes").value(at) == once.of("weight_bytes").value(at)
    assert str(many).startswith("tiny, batch 8, float16\n")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("tiny.yaml", "--of", "widht"), "did you mean `width`?"),
        (("tiny.yaml", "mcas", "--of", "width"), "did you mean `macs`?"),
        (("tiny.yaml", "fd.macs", "--of", "width"), "no layer or group `fd`"),
        (("tiny.yaml", "output", "--of", "width"), "unknown metric `output`"),
        (("tiny.yaml", "--of", "act"), "`act` is a word, not a whole number"),
        (("tiny.yaml", "--of", "bias"), "`bias` is true or false, not a whole number"),
        (("tiny.yaml", "--of", "rows"), "`rows` is a list, not a whole number"),
        (("tiny.yaml", "--of", "part"), "`part` is a decimal number, not a whole number"),
        (("tiny.yaml", "--of", "size,height"), "move the same length"),
        (("tiny.yaml", "--of", "size,size"), "`size` is given twice"),
        (("tiny.yaml", "--of", ""), "name at least one variable"),
        (("tiny.yaml", "--of", "width=9..3"), "empty range"),
        (("tiny.yaml", "--of", "width=0.5..2:0.5"), "range of whole numbers"),
        (("tiny.yaml", "--of", "size=0..9"), "is a length, from 1"),
        (
            ("tiny.yaml", "--of", "width", "--layers", "--format", "python"),
            "--layers has no effect",
        ),
        (("convmixer", "--of", "width"), "`width` has no value here: give its range"),
        (("tiny.yaml", "--of=width", "--layers", "--residues"), "leave --residues out"),
        (("tiny.yaml",), "--of"),
    ],
)
def test_what_cannot_be_answered_is_one_line(
    arguments: tuple[str, ...], part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = "vars: {act: relu, bias: true, rows: [1], part: 0.5, "
    layers = "- repeat rows[0]: act\n  - flatten\n  - linear 20*part bias=bias"
    own = TINY.replace("vars: {", more).replace("- flatten", layers)
    (tmp_path / "tiny.yaml").write_text(own, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    said = run("formula", *arguments, code=2)
    assert part in said
    assert len(said.strip().splitlines()) <= 4


def test_a_range_of_deep_networks_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_LAYERS", 20_000)
    base = base_of(TINY)
    found = find_formula(base, "macs", *read_names(["depth=1..2000"]))
    assert isinstance(found, NoFormula)
    assert "layers" in found.reason


def test_python_refuses_a_metric_that_has_none() -> None:
    text = "{name: t, input: 3x9x9, vars: {w: 40}, layers: ['conv3x3 divisible(0.7*w, 8)']}"
    found = ask_tiny(text, "macs", "receptive_field", of="w")
    assert found.of("receptive_field").value({"w": 7}) == 3
    with pytest.raises(KeyError, match="has no formula"):
        found.of("macs")
    with pytest.raises(KeyError, match="was not asked for"):
        found.of("depth")
    assert "macs has no formula: " in str(found)


# explain --symbolic


def test_layers_in_symbols_are_those_of_any_width(tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    told = json.loads(run("explain", str(path), "--symbolic", "--format", "json"))
    graph = cnncalc.parse(TINY, width=24)
    for layer in told["layers"]:
        [wanted] = cnncalc.explain(graph, layer["name"])
        values = {one.quantity: one.result for one in wanted.formulas}
        for formula in layer["formulas"]:
            expression = formula["values"].replace("^", "**").replace("floor", "int")
            found = eval(expression, {"width": 24, "int": int})  # noqa: S307 - our own formulas
            assert found == values[formula["quantity"]], formula
    conv2 = next(one for one in told["layers"] if one["name"] == "conv2")
    [macs] = [one["values"] for one in conv2["formulas"] if one["quantity"] == "MACs"]
    assert macs == "32*32*width*3*3*width"
    assert told["notes"][0].startswith("width from 1 to 64; held at all other points")


def test_symbols_of_lengths_are_asked_for() -> None:
    said = run("explain", "alexnet", "conv2", "--symbolic", "--of", "size")
    assert "(1/8*size - 11/8)*(1/8*size - 11/8)*256*5*5*48" in said
    assert "size = height = width, 3 more than a multiple of 8, from 67" in said
    assert "--of needs --symbolic" in run("explain", "alexnet", "conv2", "--of", "size", code=2)


def test_what_rounding_is_quoted() -> None:
    base = base_of("{name: t, input: 3x9x9, vars: {w: 8}, layers: ['conv1x1 w//2', conv1x1 w]}")
    assert rounding_in(base.spec) == "`w//2` in line 1"
    assert rounding_in(base_of(TINY).spec) is None
    known = NetworkTable(base, ["w"], counted(["macs"], Basis()))
    assert known.at((0,)) is None


HIDDEN = "{name: n, input: 3x8x8, vars: {size: [8, 8]}, layers: [conv3x3 4 padding=1]}"
"""A variable that has the name of a length, which is hidden behind it."""


def test_what_is_to_be_named_instead_is_told(tmp_path: Path) -> None:
    path = tmp_path / "hidden.yaml"
    path.write_text(HIDDEN, encoding="utf-8")
    told = run("formula", "s3d", "--of", "size", code=2)
    assert "name them apart, `depth,height,width`, or one of them" in " ".join(told.split())
    told = run("formula", str(path), "--of", "size", code=2)
    assert "of the input it is `input.size`" in told
    assert "macs = 108*input.size^2" in run("formula", str(path), "--of", "input.size")
    told = run("solve", str(path), "--for", "size", "--where", "macs <= 1M", code=2)
    assert "of the input it is `input.size`" in told


def test_a_network_of_one_size_tells_its_fault_elsewhere() -> None:
    told = run("formula", "levit:128s", "--of", "size", code=2)
    assert "can be built at no other `size` than 224; at size=" in told
    assert "E406" in told


@pytest.mark.parametrize(
    "name", ["lraspp:mobilenet_v3_large", "deeplabv3_mobilenet:v3_large", "resmlp:12"]
)
def test_networks_that_read_the_size_of_their_input(name: str) -> None:
    graph = cnncalc.load(name, input=(3, 256, 320))
    [shape] = cnncalc.summarize(graph).outputs.values()
    assert shape in {(21, 256, 320), (1000,)}
