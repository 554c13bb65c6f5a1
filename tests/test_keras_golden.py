"""Models that Keras 3.15.1 wrote, held against what it and PyTorch's counter say of them.

The weights are `count_params`; the MACs half of what `torch.utils.flop_counter` counted in a run
of the same model on the backend of PyTorch 2.13. Shapes need no list: the reader refuses a file
of which it does not find the shape that Keras has written beside each tensor.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from keras_models import read

from cnncalc import Graph, load, read_onnx, summarize

GOLDEN = Path(__file__).parent / "golden" / "keras"
FACTS: dict[str, dict[str, int]] = json.loads((GOLDEN / "networks.json").read_text())

COUNTED_OTHERWISE = {
    "gru reset before": "its first step is run twice, to see what it gives",
    "simple rnn": "as above",
    "multi head attention": "the products within PyTorch's own attention are left out",
}


def packed(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(gzip.decompress((GOLDEN / name).read_bytes()))
    return found


LAYERS, RANDOM = packed("layers.json.gz"), packed("random.json.gz")


def weights(graph: Graph) -> tuple[int, int]:
    totals = summarize(graph).totals
    return totals.parameters + totals.buffers, totals.parameters


def macs(graph: Graph) -> int:
    totals = summarize(graph).totals
    return totals.macs + totals.product_macs


@pytest.mark.parametrize("name", LAYERS)
def test_each_layer_is_what_keras_says(name: str) -> None:
    told = LAYERS[name]
    graph = read(told["config"])
    assert weights(graph) == (told["weights"], told["trained"])
    shapes = {**graph.inputs, **{layer.name: layer.output_shape for layer in graph.layers}}
    given = [sorted(shapes[layer]) for layer in graph.outputs.values()]
    assert given == [sorted(shape) for shape in told["outputs"]]
    assert (macs(graph) == told["macs"]) == (name not in COUNTED_OTHERWISE)


def test_what_is_counted_otherwise_is_known() -> None:
    assert macs(read(LAYERS["gru reset before"]["config"])) * 7 == 756 * 6  # of six steps
    assert macs(read(LAYERS["simple rnn"]["config"])) * 7 == 252 * 6
    attention = summarize(read(LAYERS["multi head attention"]["config"])).totals
    assert attention.macs == LAYERS["multi head attention"]["macs"]


@pytest.mark.parametrize("name", RANDOM)
def test_random_models_are_what_keras_says(name: str) -> None:
    told = RANDOM[name]
    graph = read(told["config"])
    assert weights(graph) == (told["weights"], told["trained"])
    assert macs(graph) == told["macs"]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.keras")), ids=lambda path: path.stem)
def test_networks_are_what_keras_says(path: Path) -> None:
    told = FACTS[path.stem]
    is_open = path.stem.startswith("MobileNetV3")
    graph = read_onnx(path, (3, 224, 224)) if is_open else load(path)
    assert weights(graph) == (told["weights"], told["trained"])
    assert macs(graph) == told["macs"]


def test_the_networks_have_their_published_numbers() -> None:
    # Sandler et al. 2018, table 4; Simonyan & Zisserman 2015, table 2.
    assert round(macs(load(GOLDEN / "MobileNetV2.keras")) / 1e6) == 301
    assert round(weights(load(GOLDEN / "VGG16.keras"))[0] / 1e6) == 138
