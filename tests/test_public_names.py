"""What `import cnncalc` offers: few names, each with an example that pytest runs."""

import doctest
import inspect
from collections.abc import Callable

import pytest

import cnncalc
from cnncalc.analysis.changes import Diff
from cnncalc.analysis.compare import Comparison
from cnncalc.analysis.summary import Summary

NAMES = [
    "Diagnostic",
    "Graph",
    "SpecError",
    "check",
    "compare",
    "diff",
    "estimate",
    "explain",
    "formula",
    "from_torch",
    "load",
    "parse",
    "read_onnx",
    "solve",
    "summarize",
    "sweep",
    "verify",
    "write_onnx",
]


def test_the_public_names_are_these() -> None:
    assert cnncalc.__all__ == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_has_an_example(name: str) -> None:
    text = inspect.getdoc(getattr(cnncalc, name))
    assert text is not None
    assert doctest.DocTestParser().get_examples(text)


@pytest.mark.parametrize("name", ["Summary", "Layer", "Report", "nothing"])
def test_what_is_not_public_is_no_attribute(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(cnncalc, name)


def test_classes_of_results_are_in_their_modules() -> None:
    graph = cnncalc.load("lenet5")
    assert isinstance(cnncalc.summarize(graph), Summary)
    assert isinstance(cnncalc.compare(graph, graph), Comparison)
    assert isinstance(cnncalc.diff(graph, graph), Diff)


@pytest.mark.parametrize("call", [cnncalc.summarize, cnncalc.compare, cnncalc.explain])
def test_a_name_is_no_network(call: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match=r"not a name: pass `cnncalc\.load\('resnet:50'\)`"):
        call("resnet:50")


def test_what_is_no_network_says_how_to_come_by_one() -> None:
    class Module:
        def forward(self) -> None: ...

    with pytest.raises(TypeError, match=r"a Module: pass `cnncalc\.from_torch"):
        cnncalc.verify(Module())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"as `cnncalc\.load` gives it, not a list"):
        cnncalc.diff([], cnncalc.load("lenet5"))  # type: ignore[arg-type]
