"""Source for PyTorch made from specs, and run; PyTorch is imported when one is."""

import ast
from typing import Any

import numpy as np
import pytest

from cnncalc.engine.execute import execute
from cnncalc.engine.weights import Tensors, declared, initial_inputs, initial_weights
from cnncalc.graph import Graph
from cnncalc.interchange.torch.hints import hints_of
from cnncalc.interchange.torch.write import render_torch
from cnncalc.spec import Selection, build


def parsed(text: str) -> tuple[Graph, str]:
    graph = build(text, "text", Selection())
    return graph, render_torch(graph, hints_of(text, "text", Selection()))


def shapes_of(graph: Graph) -> dict[str, tuple[int, ...]]:
    return {
        f"{layer.name}.{name}": shape
        for layer in graph.layers
        for name, shape in declared(layer).items()
    }


def made(source: str, device: str = "cpu") -> Any:
    """The network of a file: its last class."""
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    names: dict[str, Any] = {"__name__": "written"}
    exec(compile(source, "written.py", "exec"), names)  # noqa: S102 - it is what is tested
    classes = [node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    with torch.device(device):
        return names[classes[-1]]().eval()


def loaded(source: str, graph: Graph, tensors: Tensors, dtype: str) -> Any:
    """The network of a file, with the weights of a graph."""
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.set_num_threads(1)  # on maps this small the threads mostly wait for each other
    network = made(source).to(getattr(torch, dtype))
    state = {
        own: torch.from_numpy(np.asarray(tensors[layer][name]))
        for own, (layer, name) in names_of(network, graph, tensors).items()
    }
    left_out, unknown = network.load_state_dict(state, strict=False)
    assert not [name for name in unknown if name in shapes_of(graph)]
    assert all(name.endswith("num_batches_tracked") for name in left_out)
    return network


def names_of(network: Any, graph: Graph, tensors: Tensors) -> dict[str, tuple[str, str]]:
    """The layer and the name of each tensor that is held, by its name in a network of PyTorch."""
    shared = {layer.name for layer in graph.layers if layer.shares}
    # A group that gives several tensors is no module: its name and those in it are one.
    flat = {name.replace(".", "_"): name for name in network.state_dict()}
    return {
        flat.get(f"{layer}.{name}".replace(".", "_"), f"{layer}.{name}"): (layer, name)
        for layer, own in tensors.items()
        for name in own
        if layer not in shared
    }


def assert_runs_alike(graph: Graph, source: str, dtype: str = "float32") -> None:
    """In float64 the order of sums tells nowhere, however a network magnifies it."""
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    tolerance = {"float32": 1e-4, "float64": 1e-9}[dtype]
    tensors = initial_weights(graph, 5, dtype)
    inputs = initial_inputs(graph, 5, dtype, batch=2)
    network = loaded(source, graph, tensors, dtype)
    with torch.inference_mode():
        found = network(*(torch.from_numpy(array) for array in inputs.values()))
    results = found if isinstance(found, dict) else {next(iter(graph.outputs)): found}
    expected = execute(graph, tensors, inputs).tensors
    assert results.keys() == graph.outputs.keys()
    for name, tensor in results.items():
        wanted = expected[graph.outputs[name]]
        assert tensor.shape == wanted.shape
        assert np.abs(tensor.numpy() - wanted).max() <= tolerance * np.abs(wanted).max(), name
