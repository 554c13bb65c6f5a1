"""Source for PyTorch: the module has our tensors under our names, and gives what we compute."""

import ast
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bundled import one_a_family
from hypothesis import given, settings
from hypothesis import strategies as st
from ops.case import drawn, one_layer
from ops.table import uses
from torch_sources import assert_runs_alike, made, parsed, shapes_of

import cnncalc
from cnncalc.engine import KERNELS
from cnncalc.graph import Graph
from cnncalc.interchange.terms.call import JOINS, MODULES
from cnncalc.interchange.torch.hints import hints_of
from cnncalc.interchange.torch.source import total
from cnncalc.interchange.torch.write import render_torch
from cnncalc.ops import OPS
from cnncalc.spec import Selection, build
from cnncalc.spec.library import find

VALUES = (
    "lenet5", "alexnet:torchvision", "nin", "googlenet", "googlenet:torchvision", "resnet:18",
    "resnet:50-paper", "densenet:121", "mobilenet:0.25", "lecture/kernels",
    "lecture/bottleneck:bottleneck", "lecture/strides:padding-1",
)  # fmt: skip


def written(name: str) -> tuple[Graph, str]:
    """A network and its source, in the words of its spec."""
    source = find(name)
    selection = Selection(source.variant)
    graph = build(source.text, source.file, selection)
    return graph, render_torch(graph, hints_of(source.text, source.file, selection))


def flat(tensors: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Under the names that they have without modules."""
    return {name.replace(".", "_"): shape for name, shape in tensors.items()}


@pytest.mark.peers
@pytest.mark.parametrize("name", one_a_family())
def test_tensors_and_output_shape_of_bundled_networks(name: str) -> None:
    """Without memory for values, so that no network is too large."""
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    graph, source = written(name)
    network = made(source, "meta")
    state = {key: tuple(tensor.shape) for key, tensor in network.state_dict().items()}
    held = {key: shape for key, shape in state.items() if not key.endswith("_tracked")}
    if name.startswith("hrnet"):  # what gives several tensors is no module of its own
        assert flat(held) == flat(shapes_of(graph))
    else:
        assert held == shapes_of(graph)
    counted = sum(parameter.numel() for parameter in network.parameters())
    assert counted == cnncalc.summarize(graph).totals.parameters
    with torch.inference_mode():
        found = network(*(torch.empty(2, *one, device="meta") for one in graph.inputs.values()))
    shapes = {layer.name: layer.output_shape for layer in graph.layers}
    results = found.values() if isinstance(found, dict) else [found]
    for tensor, source_name in zip(results, graph.outputs.values(), strict=True):
        assert tuple(tensor.shape) == (2, *shapes[source_name])


@pytest.mark.peers
@pytest.mark.parametrize("name", VALUES)
def test_values_of_bundled_networks(name: str) -> None:
    assert_runs_alike(*written(name))


@pytest.mark.peers
def test_auxiliary_heads_are_outputs_when_asked_for() -> None:
    """As many parameters as `torchvision.models.googlenet` has with its heads."""
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    graph = cnncalc.load("googlenet:torchvision")
    network = made(render_torch(graph, auxiliary=True), "meta")
    assert sum(parameter.numel() for parameter in network.parameters()) == 13_004_888
    found = network(torch.empty(2, 3, 224, 224, device="meta"))
    assert {name: tuple(tensor.shape) for name, tensor in found.items()} == {
        "fc": (2, 1000), "aux1": (2, 1000), "aux2": (2, 1000),
    }  # fmt: skip


@pytest.mark.parametrize("name", one_a_family())
def test_source_is_python_of_a_width_that_can_be_read(name: str) -> None:
    network, source = written(name)
    ast.parse(source)
    assert max(map(len, source.splitlines())) <= 100
    assert len(source.splitlines()) < 250 + len(network.layers)


@pytest.mark.peers
def test_source_is_formatted_and_clean(tmp_path: Path) -> None:
    """By ruff, in its black style at a hundred columns."""
    pytest.importorskip("ruff", reason="ruff is not installed")
    for place, name in enumerate(one_a_family()):
        (tmp_path / f"net{place}.py").write_text(written(name)[1], encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    alone = ["--isolated", "--line-length", "100", str(tmp_path)]
    subprocess.run(
        [*ruff, "check", "--select", "E,F,I,N,W,B,SIM,UP", "--ignore", "N812", *alone], check=True
    )
    subprocess.run([*ruff, "format", "--check", *alone], check=True)


def test_resnet_reads_as_its_author_would_write_it() -> None:
    _, source = written("resnet:50")
    for piece in (
        "class Bottleneck(nn.Module):\n    def __init__(self, in_channels, width, stride=1):",
        "        if stride != 1 or in_channels != 4 * width:\n            self.conv_bn4 = ConvBn(",
        '**{f"bottleneck{i}": Bottleneck(1024, 256) for i in range(2, 7)},',
    ):
        assert piece in source


def test_channels_that_double_with_every_layer_are_written_shortly() -> None:
    """As a sum of what flows in the text would double, too."""
    _, source = parsed(
        "{input: 4x6x5, blocks: {grow: [repeat 12: {concat: [x, relu]}, conv1x1 8]}, "
        "layers: [grow, grow]}"
    )
    assert "self.conv1 = nn.Conv2d(4096 * in_channels, 8, 1)" in source


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["in_channels", "growth", "growth"], "in_channels + 2 * growth"),
        (["64", "32"], "96"),
        (["4 * width", "width + 3", "5"], "5 * width + 8"),
        (["math.floor(0.5 * out)", "n // 2", "n // 2"], "math.floor(0.5 * out) + 2 * (n // 2)"),
    ],
)
def test_sums_are_taken_together(parts: list[str], expected: str) -> None:
    assert total(parts) == expected


def test_factors_of_one_and_roundings_of_whole_numbers_are_left_out() -> None:
    assert "nn.Conv2d(in_channels, out, 1, bias=False)" in written("mobilenet")[1]
    assert (
        "nn.Conv2d(in_channels, math.floor(0.5 * out), 1, bias=False)"
        in written("mobilenet:0.5")[1]
    )


def test_a_number_of_rounds_is_a_parameter() -> None:
    """One class for the stages of VGG, however many convolutions they have."""
    _, source = written("vgg:16")
    assert source.count("class ") == 2
    assert (
        """
    def __init__(self, in_channels, width, depth):
        super().__init__()
        for i in range(1, depth + 1):
            self.add_module(f"conv{i}", nn.Conv2d(in_channels, width, 3, padding=1))
            self.add_module(f"relu{i}", nn.ReLU())
            in_channels = width
        self.maxpool1 = nn.MaxPool2d(2)
"""
        in source
    )
    assert "self.conv3 = Stage(128, 256, 3)" in source


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(OPS))
@settings(deadline=None, max_examples=25)
@given(st.data(), st.integers(0, 2**32))
def test_every_op_gives_what_its_kernel_gives(name: str, data: st.DataObject, seed: int) -> None:
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    use = data.draw(uses(name))
    arrays, tensors = drawn(use, "float32", seed)
    network = made(render_torch(one_layer(use)))
    state = {f"layer.{key}": torch.from_numpy(array) for key, array in tensors.items()}
    network.load_state_dict(state, strict=False)
    with np.errstate(all="ignore"):
        wanted = KERNELS[type(use.op)](use.op, *[one.copy() for one in arrays], **tensors)
    with torch.inference_mode():
        got = network(*map(torch.from_numpy, arrays)).numpy()
    np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4, err_msg=str(use))


SPECS = {
    "a block of two forms, a condition between them": """
input: 3x8x8
blocks:
  unit out stride=1:
    - add:
        - [conv3x3 out stride=stride padding=1, bn]
        - if stride != 1 or x.channels != out: conv1x1 out stride=stride
          else: x
    - relu
layers: [unit 3, unit 8, unit 8, unit 8 stride=2]
""",
    "a block whose forms no condition can join": """
input: 3x8x8
blocks:
  unit depth out=4: [repeat depth: [conv3x3 out padding=1, relu], bn]
layers: [unit 1, unit 3, unit 2 out=6, unit 3]
""",
    "rounds that grow, with members before and behind them": """
input: 3x8x8
blocks:
  grow width rounds pads=1:
    - bn
    - repeat rounds: [conv3x3 width padding=pads, prelu]
    - last: conv1x1 x.channels//2
    - bn
  keep rounds: [repeat rounds: [bn, relu], conv1x1 x.channels]
  odd rounds: [repeat rounds: [conv1x1 4, relu, conv1x1 6]]
layers: [grow 4 1, grow 5 3, grow 6 2, keep 1, keep 2, keep 4, odd 1, odd 2, conv1x1 3]
""",
    "arithmetic, words and variables": """
input: 6x9x9
vars: {alpha: 0.5, body: thin, widths: [4, 8]}
blocks:
  thin n pads=half: [conv3x3 floor(alpha*n)*2 padding=pads, conv1x1 x.channels//2, leaky_relu 0.2]
  wide n pads=half: [conv5x5 n padding=pads, relu]
layers:
  - body 8
  - body widths[0]*4 pads=1
  - wide 6 pads=same
  - wide 8 pads=((0, 1), (2, 0))
""",
    "channels rounded as MobileNet's are": """
input: 4x8x8
blocks:
  squeeze ratio wide=2:
    - conv1x1 divisible(x.channels*wide/ratio, 8)
    - hardswish
    - conv1x1 x.channels//4
layers: [squeeze 0.7, squeeze 3, conv1x1 20, squeeze 1.5 wide=3]
""",
    "several inputs and outputs, skips out of groups": """
input: {left: 2x6x6, right: 2x6x6}
layers:
  - left
  - down: [conv3x3 4 padding=1, relu]
  - deep: [maxpool2x2, conv3x3 6 padding=1, upsample 2, {concat: [x, down]}, conv1x1 4]
  - right
  - conv3x3 4 padding=1
  - merged:
      mul: [x, deep, globalavgpool]
outputs: {a: merged, b: [merged, flatten, linear 3], c: deep}
""",
    "names that Python and PyTorch have for themselves": """
input: 3x8x8
vars: {i: 4}
blocks: {half in_channels self=2: [conv1x1 in_channels*self]}
layers: [train: conv1x1 i, type: [bn, relu], class: half 3, eval: half 4, forward: sigmoid]
""",
}


def test_names_that_python_has_are_changed() -> None:
    _, source = parsed(SPECS["names that Python and PyTorch have for themselves"])
    ast.parse(source)
    assert "self.train_ = " in source
    assert "self.class_ = " in source


@pytest.mark.peers
@pytest.mark.parametrize("case", list(SPECS)[:-1])
def test_specs_run_alike(case: str) -> None:
    assert_runs_alike(*parsed(SPECS[case]))


@pytest.mark.peers
def test_a_graph_without_a_spec_runs_alike() -> None:
    for name in ("resnet:18", "googlenet"):
        graph = cnncalc.load(name)
        assert_runs_alike(graph._replace(groups={}), render_torch(graph._replace(groups={})))


@pytest.mark.peers
def test_scopes_of_another_origin_are_told_apart() -> None:
    """One scope is entered twice, and two labels have one name in Python."""
    text = "{input: 3x8x8, layers: [conv1x1 4, bn, conv1x1 5, conv1x1 6, conv1x1 7, relu]}"
    graph = cnncalc.parse(text)
    scopes = {"conv1": ("layer.1",), "conv2": ("layer.1",), "conv3": ("layer_1",)}
    names = {one.name: ".".join((*scopes.get(one.name, ()), one.name)) for one in graph.layers}
    layers = tuple(
        one._replace(
            name=names[one.name],
            scope=scopes.get(one.name, ()),
            inputs=tuple(names.get(name, name) for name in one.inputs),
        )
        for one in graph.layers
    )
    source = render_torch(graph._replace(layers=layers))
    for member in ("self.layer_1 =", "self.layer_1_2 =", "self.layer_1_ ="):
        assert source.count(member) == 1
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    network = made(source)
    counted = sum(parameter.numel() for parameter in network.parameters())
    assert counted == cnncalc.summarize(graph).totals.parameters
    assert network(torch.zeros(1, 3, 8, 8)).shape == (1, 7, 8, 8)


def test_every_op_is_a_module_or_joins_branches() -> None:
    assert {*OPS.values()} == {*MODULES, *JOINS}
