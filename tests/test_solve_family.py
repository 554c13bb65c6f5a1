"""The best of networks that are there, against all of them counted one by one."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import run
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc

FAMILIES = ("resnet", "vgg", "mobilenetv2", "squeezenet", "lenet5")
METRICS = ("parameters", "macs", "activation_bytes", "weight_bytes", "depth")
SPEC = """\
name: own
input: 3x16x16
vars: {width: 8, groups: 1}
layers: [conv3x3 width groups=groups, relu, globalavgpool, flatten, fc: linear 4]
variants:
  small: {vars: {width: 4}}
  twin: {vars: {width: 8}}
  wide: {vars: {width: 16}}
  broken: {vars: {groups: 5}}
"""


def numbers(name: str) -> dict[str, int]:
    """The totals of a network, by what `summarize` counts."""
    totals = cnncalc.summarize(cnncalc.load(name)).totals
    return {metric: getattr(totals, metric) for metric in METRICS}


LISTED = json.loads(run("list", "--format", "json"))["networks"]
KNOWN = {one["name"]: numbers(one["name"]) for one in LISTED if one["family"] in FAMILIES}


@given(
    limited=st.sampled_from(METRICS),
    objective=st.sampled_from(METRICS),
    at=st.sampled_from(sorted(KNOWN)),
    by=st.sampled_from([-1, 0, 1]),
    is_largest=st.booleans(),
)
@settings(deadline=None, max_examples=25)
def test_the_answer_is_the_best_of_all(
    limited: str, objective: str, at: str, by: int, *, is_largest: bool
) -> None:
    limit = KNOWN[at][limited] + by
    fitting = [one for one in KNOWN.values() if one[limited] <= limit]
    kind = "maximise" if is_largest else "minimise"
    amount = f"{limit} B" if limited.endswith("bytes") else str(limit)
    asked: Any = {"where": f"{limited} <= {amount}", kind: objective, "family": True}
    if not fitting:
        with pytest.raises(ValueError, match="nothing meets"):
            cnncalc.solve(FAMILIES, **asked)
        return
    found = cnncalc.solve(FAMILIES, top=len(KNOWN), **asked)
    values = [one[objective] for one in fitting]
    own = KNOWN[str(found.value)]
    assert own[objective] == (max(values) if is_largest else min(values))
    assert own[limited] <= limit
    assert [one.figures[objective] for one in found.best] == sorted(values, reverse=is_largest)
    assert found.evaluated == len(KNOWN)
    others = [one[objective] for one in KNOWN.values() if one[limited] > limit]
    best = own[objective]
    beyond = [one for one in others if (one > best if is_largest else one < best)]
    after = found.beyond[0].trial
    if beyond:
        assert after is not None
        assert after.figures[objective] == (min(beyond) if is_largest else max(beyond))
        assert found.misses
    else:
        assert after is None


@pytest.mark.parametrize("other", ["efficientnet:b0", "densenet:121", "googlenet"])
@pytest.mark.parametrize("metric", ["macs", "parameters"])
def test_a_match_is_nearest_on_both_sides(other: str, metric: str) -> None:
    cost = numbers(other)[metric]
    found = cnncalc.solve(FAMILIES, family=True, match=cnncalc.load(other), metric=metric)
    costs = [one[metric] for one in KNOWN.values()]
    assert KNOWN[str(found.value)][metric] == max(one for one in costs if one <= cost)
    assert KNOWN[str(found.next)][metric] == min(one for one in costs if one > cost)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def test_a_variant_with_faults_is_passed_over_and_told(own: Path) -> None:
    told = run("solve", str(own), "--family", "--where", "macs <= 1G", "--maximise", "macs")
    text = " ".join(told.split())
    assert f"{own}:wide has the largest macs" in text
    assert "All 5 networks were counted: 4 keep the limits." in text
    assert f"1 of them has faults, {own}:broken: E402" in text


def test_a_network_that_is_named_has_no_faults(own: Path) -> None:
    asked = ["--family", "--where", "macs <= 1G", "--maximise", "macs"]
    told = run("solve", f"{own}:small", f"{own}:broken", *asked, code=2)
    assert "error[E402]" in told


@pytest.mark.parametrize("others", [[], ["lenet5"]])
def test_a_variable_without_a_value_is_told(others: list[str], tmp_path: Path) -> None:
    path = tmp_path / "hollow.yaml"
    path.write_text("{input: 3x8x8, vars: {width: null}, layers: [conv3x3 width]}")
    asked = ["--family", "--where", "macs <= 1G", "--maximise", "macs"]
    assert "error[E214]" in run("solve", str(path), *others, *asked, code=2)


def test_of_equal_networks_the_first_comes_first(own: Path) -> None:
    asked: Any = {"family": True, "where": "macs <= 1G", "minimise": "depth", "top": 5}
    found = cnncalc.solve(str(own), **asked)
    names = [one.point["network"] for one in found.best]
    assert names == [str(own), *(f"{own}:{one}" for one in ("small", "twin", "wide"))]
    assert any("named first" in one for one in found.notes)


def test_models_and_specs_stand_together(own: Path, tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    model = tmp_path / "wide.onnx"
    run("convert", f"{own}:wide", str(model))
    asked = ["--where", "parameters <= 1M", "--maximise", "parameters", "--format", "json"]
    found = json.loads(run("solve", f"{own}:small", str(model), "--family", *asked))
    assert found["values"] == {"network": str(model)}
    graph = cnncalc.load(f"{own}:wide")
    assert found["figures"]["parameters"] == cnncalc.summarize(graph).totals.parameters
    told = run("solve", str(model), "--family", *asked, "--set", "width=3", code=2)
    assert "is a model, which has no variables to set" in told


def test_variables_and_inputs_are_those_of_all(own: Path) -> None:
    asked = ["--where", "macs <= 1G", "--maximise", "macs", "--format", "json"]
    more = ["--set", "width=32", "--input", "3x20x20"]
    found = json.loads(run("solve", f"{own}:small", "--family", *asked, *more))
    graph = cnncalc.load(str(own), width=32, input="3x20x20")
    assert found["figures"]["macs"] == cnncalc.summarize(graph).totals.macs


def test_inputs_that_differ_are_told() -> None:
    asked: Any = {"family": True, "where": "macs <= 100G", "maximise": "macs"}
    apart = cnncalc.solve(["lenet5", "resnet:18"], **asked)
    assert any("at its own input, 1x32x32 to 3x224x224" in one for one in apart.notes)
    alike = cnncalc.solve(["resnet:18", "resnet:34"], **asked)
    assert not any("own input" in one for one in alike.notes)


LIMIT, LARGE = ("--where", "macs <= 1"), ("--maximise", "macs")
BAD = [
    (["vgg"], "what is solved for?"),
    (["vgg", "resnet", "--for", "width"], "`--family` chooses among several"),
    (["vgg", "--family", "--for", "width"], "--for has no effect with --family"),
    (["vgg", "--family"], "which network is the best?"),
    (["vgg", "--family", *LARGE], "no limit is given"),
    (["vgg", "--family", "--maximise", "mcas", *LIMIT], "did you mean `macs`?"),
    (["vgg", "--family", *LARGE, *LIMIT], "nearest is vgg:11 with"),
    (["vgg", "vgg:16", "--family", *LARGE, *LIMIT], "named twice"),
    (["vgg", "--family", "--where", "fc9.macs <= 1", *LARGE], "fc9"),
    (["vggg", "--family", *LIMIT, *LARGE], "did you mean"),
    (["vgg", "--family", "--match", "lenet5"], "nothing meets"),
    (["no.onnx", "--family", *LIMIT, *LARGE], "no.onnx"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD)
def test_questions_that_are_none(arguments: list[str], message: str) -> None:
    assert message in run("solve", *arguments, code=2)


def test_python_refuses_what_the_command_refuses() -> None:
    with pytest.raises(TypeError, match="family=True"):
        cnncalc.solve(["vgg", "resnet"], "width", where="macs <= 1G")
    with pytest.raises(ValueError, match="no variable is solved for"):
        cnncalc.solve("vgg", "width", family=True, where="macs <= 1G", maximise="macs")
