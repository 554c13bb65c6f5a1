"""Names and texts of strangers in PyTorch source: it stays Python, and means what it says."""

import ast
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fuzz.surfaces.answers import held
from onnx import helper
from onnx_models import model, read

import cnncalc
from cnncalc.interchange.torch.write import render_torch

NAMES = [
    "ordered_dict", "OrderedDict", "torch", "nn", "self", "forward", "super", "tensor", "Tensor",
    "F", "f", "math", "getattr", "range", "i", "network", "module", "sequential", "divisible",
    "class", "match", "type", "print", "tuple", "y", "z", "in_channels", "_modules", "__init__",
    "__a", "_", "ﬁ", "Å", "padded_conv2d", "Channels", "channels", "none", "true_",
    "lambda", "object",
]  # fmt: skip
"""Names that the source, Python or PyTorch have a use for."""


class Module:
    """A module that has no tensors: it says which members it has, and hands its input on."""

    def __init__(self, *members: Any, **_settings: Any) -> None:
        if members and isinstance(members[0], dict):
            for name, member in members[0].items():
                self.add_module(name, member)

    def add_module(self, name: str, member: Any) -> None:
        assert not hasattr(self, name), name
        setattr(self, name, member)

    def __call__(self, *tensors: Any) -> Any:
        return self.forward(*tensors)

    def forward(self, *tensors: Any) -> Any:
        return tensors[0]


class Namespace(ModuleType):
    """A module of Python in which every class is a `Module`, and every function gives a tensor."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name[0].isupper():
            return type(name, (Module,), {})
        return lambda *tensors, **_settings: tensors[0]


def made(source: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The network that source makes, where PyTorch is none."""
    torch, nn = Namespace("torch"), Namespace("torch.nn")
    vars(torch)["nn"] = vars(nn)["torch"] = nn
    functional = vars(nn)["functional"] = Namespace("torch.nn.functional")
    for module in (torch, nn, functional):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    names: dict[str, Any] = {"__name__": "written"}
    exec(compile(source, "written", "exec"), names)  # noqa: S102 - it is what was written
    classes = [node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    assert len(set(classes)) == len(classes)
    return names[classes[-1]]()


def source_of(tmp_path: Path, text: str) -> str:
    spec = tmp_path / "n.yaml"
    spec.write_text(text, encoding="utf-8")
    found = held(["convert", str(spec), "-", "--to", "torch"])
    assert found.code == 0, found.err
    return found.out


@pytest.mark.parametrize("name", NAMES)
def test_a_block_or_label_hides_nothing(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"""
input: 4x8x8
blocks:
  {name} n: [conv1x1 n, {{add: [x, [relu, conv1x1 n]]}}]
  other n: [{{add: [x, {name} n]}}, conv1x1 n]
layers:
  - a: {name} 4
  - b: [other 4, other 4, relu, {{concat: [x, relu]}}]
"""
    network = made(source_of(tmp_path, text), monkeypatch)
    assert network("tensor") == "tensor"
    labelled = f"""
input: 4x8x8
layers:
  - {name}: conv3x3 4 padding=1
  - w: [{{{name}_2: conv3x3 4 padding=1}}, relu, {{add: [x, relu]}}]
"""
    network = made(source_of(tmp_path, labelled), monkeypatch)
    assert network("tensor") == "tensor"


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"class", "lambda"}])
def test_an_input_an_output_or_a_parameter_hides_nothing(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"""
input: {{{name}: 4x8x8, second: 4x8x8}}
layers: [{{add: [{name}, second]}}, {{c: {{concat: [x, {name}]}}}}, relu, {{d: {{add: [x, c]}}}}]
outputs: [c, d]
"""
    network = made(source_of(tmp_path, text), monkeypatch)
    assert network("one", "two").keys() == {"c", "d"}
    text = f"""
input: 4x8x8
blocks:
  unit {name} count: [conv1x1 {name}, {{add: [x, [conv1x1 {name}]]}}, {{repeat count: relu}}]
layers: [unit 4 1, unit 8 2]
"""
    made(source_of(tmp_path, text), monkeypatch)


def test_a_class_is_hidden_by_no_parameter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
input: 4x8x8
blocks:
  unit n: [{add: [x, conv1x1 n]}]
  pair Unit: [{add: [x, unit Unit]}, conv1x1 Unit]
layers: [pair 4, relu, pair 4, unit 4]
"""
    assert made(source_of(tmp_path, text), monkeypatch)("tensor") == "tensor"


TEXT = (
    '''a\x1b[31m \u202e \x9b \u200b "b" \'\'\' """ \\ \\N{DIGIT ONE} \\x \n::error::c\r\x85²\0'''
)


def test_the_docstring_is_one_text_that_can_be_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = cnncalc.load("lenet5")._replace(name=TEXT, source=f'{TEXT}"', variant=TEXT)
    source = render_torch(graph)
    assert source.replace("\n", "").isprintable()
    made(source, monkeypatch)
    found = ast.get_docstring(ast.parse(source))
    assert found is not None
    assert found.startswith("a\\x1b[31m")
    docstring, *imports = ast.parse(source).body[:3]
    assert isinstance(docstring, ast.Expr)
    assert all(isinstance(one, ast.Import | ast.ImportFrom) for one in imports)


@pytest.mark.parametrize(
    "name", ["²", "a\0b", 'a"; import os; "', "a.b/c d", "\\", "{i}", "1", ""]
)
def test_the_names_of_a_model_stay_names(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = [
        helper.make_node("Relu", [f"in{name}"], [f"a{name}"], f"{name}1"),
        helper.make_node("Relu", [f"a{name}"], [f"b{name}"], f"{name}2"),
        helper.make_node("Add", [f"b{name}", f"two{name}"], [f"c{name}"], name),
    ]
    inputs = {f"in{name}": [1, 2, 8, 8], f"two{name}": [1, 2, 8, 8]}
    graph = read(model(nodes, inputs, (), [f"c{name}", f"a{name}"]))
    network = made(render_torch(graph._replace(name=name)), monkeypatch)
    assert set(network("one", "two")) == set(graph.outputs)
