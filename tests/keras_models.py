"""Small Keras models for the tests, written layer by layer as Keras writes them."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc import Graph
from cnncalc.interchange.keras.graph import read_graph
from cnncalc.interchange.onnx_model.bounds import Allowance

Made = dict[str, Any]


def layer(kind: str, name: str, *calls: Sequence[str], **config: Any) -> Made:
    """A layer, with the names of the layers that each of its calls reads."""
    nodes = [{"args": [_tensors(reads)], "kwargs": {}} for reads in calls]
    return {
        "module": "keras.layers",
        "class_name": kind,
        "config": {"name": name, **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": nodes,
    }


def tensor(name: str, call: int = 0, output: int = 0, shape: Any = None) -> Made:
    """A tensor as the arguments of a call have it; `c:1` is that of the second call of `c`."""
    name, _, told = name.partition(":")
    history = [name, int(told or call), output]
    return {"class_name": "__keras_tensor__", "config": {"shape": shape, "keras_history": history}}


def _tensors(reads: Sequence[str]) -> Any:
    found = [tensor(name) for name in reads]
    return found[0] if len(found) == 1 else found


def input_layer(name: str, *shape: int | None) -> Made:
    """An input."""
    return layer("InputLayer", name, batch_shape=[None, *shape])


def functional(
    layers: Sequence[Made],
    inputs: Sequence[str] = ("x",),
    outputs: Sequence[str] = ("y",),
    name: str = "model",
    calls: Sequence[Sequence[str]] = (),
) -> Made:
    """A functional model, or one within another."""
    found = layer("Functional", name, *calls)
    config = {
        "layers": list(layers),
        "input_layers": [[one, 0, 0] for one in inputs],
        "output_layers": [[one, 0, 0] for one in outputs],
    }
    return {**found, "module": "keras", "config": {"name": name, **config}}


def sequential(*layers: Made, name: str = "model", **config: Any) -> Made:
    """A sequential model."""
    found = layer("Sequential", name)
    found["config"] |= {"layers": list(layers), **config}
    return {**found, "module": "keras"}


def chain(shape: Sequence[int | None], *layers: Made) -> Made:
    """Layers one after the other behind an input."""
    return sequential(input_layer("x", *shape), *layers)


def conv(name: str = "c", *calls: Sequence[str], **config: Any) -> Made:
    """A 3x3 convolution to 4 channels."""
    told = {"filters": 4, "kernel_size": [3, 3], "padding": "same", **config}
    return layer("Conv2D", name, *calls, **told)


def dense(name: str = "d", *calls: Sequence[str], units: Any = 5, **config: Any) -> Made:
    """A dense layer."""
    return layer("Dense", name, *calls, units=units, **config)


def archive(document: Any, **others: bytes) -> bytes:
    """The bytes of a `.keras` file; an object is written as JSON."""
    stream = io.BytesIO()
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        made.writestr("config.json", text)
        for name, data in others.items():
            made.writestr(name, data)
    return stream.getvalue()


def read(
    document: Any,
    given: Mapping[str | None, tuple[int, ...]] | None = None,
    steps: int | None = None,
) -> Graph:
    """The graph of a model."""
    allowance = Allowance() if steps is None else Allowance(steps)
    return read_graph(document, "test", version="", given=given or {}, allowance=allowance)
