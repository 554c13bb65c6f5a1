"""Bundled networks end to end: the engine against PyTorch, with one set of weights."""

from typing import Any

import numpy as np
import pytest

import cnncalc
from cnncalc.engine.execute import execute
from cnncalc.engine.weights import initial_inputs, initial_weights

pytestmark = pytest.mark.peers

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")

import peer_network  # noqa: E402 - it needs PyTorch

NETWORKS = (
    "lenet5", "alexnet", "alexnet:torchvision", "nin", "vgg:16", "googlenet",
    "googlenet:torchvision", "resnet:18", "resnet:50", "densenet:121", "mobilenet",
)  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_logits_agree(name: str) -> None:
    """Within a ten-thousandth of the largest logit, for two examples."""
    graph = cnncalc.load(name)
    tensors, inputs = initial_weights(graph, 2), initial_inputs(graph, 2, batch=2)
    [logits] = execute(graph, tensors, inputs).tensors.values()
    modules = peer_network.modules_of(graph, tensors)
    given = {label: torch.from_numpy(array) for label, array in inputs.items()}
    expected = peer_network.run(graph, modules, given).numpy()
    assert logits.shape == expected.shape == (2, *graph.layers[-1].output_shape)
    assert np.ptp(expected) > 0
    assert np.abs(logits - expected).max() <= 1e-4 * np.abs(expected).max()
