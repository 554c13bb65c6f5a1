"""A model as a network that is to be designed: its input's lengths move, and nothing else."""

from collections.abc import Mapping
from functools import partial

from cnncalc.design.base import Base
from cnncalc.interchange.formats import Form
from cnncalc.interchange.networks import read_model
from cnncalc.interchange.onnx_model.bounds import Allowance
from cnncalc.ops.values import Shape
from cnncalc.spec import Selection, parse_spec
from cnncalc.spec.library import Source

LAYERS_A_STEP = 3
"""Layers of a spec that are built in the time of one step of reading a model."""

_NO_SPEC = "{input: 1x1, layers: [identity]}"
"""What stands in the place of a spec, of which a model has none."""


def model_base(path: str, form: Form, inputs: Mapping[str | None, Shape]) -> Base:
    """A model with some inputs; it is read anew at every other one.

    Raises:
        SpecError: it is not sound, or leaves something open.
    """
    allowance = Allowance()
    graph = read_model(path, form, inputs, allowance)
    cost = LAYERS_A_STEP * (allowance.most - allowance.steps)
    spec, _ = parse_spec(_NO_SPEC, path)
    assert spec is not None  # noqa: S101 - the text is ours
    read = partial(read_model, path, form)
    named = spec._replace(name=graph.title)
    selection = Selection(None, {}, inputs)
    return Base(Source("", path, None), named, selection, {}, dict(graph.inputs), read, cost)
