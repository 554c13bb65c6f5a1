"""Bundled networks against the networks of torchvision and timm that they state to be equal to."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import pytest
from bundled import NETWORKS, cheapest, references

from cnncalc import parse
from cnncalc.facts import read_shape
from cnncalc.spec.catalogue import Entry

pytestmark = pytest.mark.peers

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
if not (find_spec("torchvision") and find_spec("timm")):
    pytest.skip("torchvision or timm is not installed", allow_module_level=True)
from zoo import FIGURES  # noqa: E402
from zoo.modules import MODULES  # noqa: E402
from zoo.own import own_uses  # noqa: E402
from zoo.peer import peer_uses  # noqa: E402
from zoo.use import difference  # noqa: E402
from zoo.wiring import loaded, values, wiring  # noqa: E402 - it needs PyTorch

torch.set_num_threads(1)

REFERENCES = [(one, reference) for one in NETWORKS for reference in references(one)]

OTHERWISE: Mapping[str, str] = {
    "mobilenet": "timm has ReLU6, as the authors' code; the paper ReLU",
    "maxvit": "timm has the form of GELU that goes by tanh",
    # Theirs orders queries, keys and values by head, ours heads by these.
    "coatnet": "the channels of attention stand in another order",
    "efficientformer": "the channels of attention stand in another order",
    "levit": "the channels of attention stand in another order",
}
"""Families that compute something else than their references, with as many weights."""

SMALLER = {"deeplabv3": (3, 104, 104), "fcn": (3, 104, 104)}
"""Inputs of families that would take minutes on the one that they state."""

COMPUTED = [
    one
    for one in cheapest(tuple(one for one in NETWORKS if references(one)))
    if one.family not in OTHERWISE
]


@pytest.mark.parametrize(
    ("network", "reference"), REFERENCES, ids=[f"{one.name}-{other}" for one, other in REFERENCES]
)
def test_wiring(network: Entry, reference: str) -> None:
    """Each use of weights has the shapes, and is computed from the uses, that it has there."""
    found = wiring(loaded(network.name), reference)
    assert found is None, found


@pytest.mark.parametrize("network", COMPUTED, ids=lambda one: one.name)
def test_values(network: Entry) -> None:
    """With the same weights the same output."""
    shape = SMALLER.get(network.family)
    found = values(loaded(network.name, shape), references(network)[0])
    assert found is None, found


CARRIED = {"wavenet"}
"""Networks whose spec carries two maps as one from layer to layer: only values tell them apart."""


def test_every_figure_has_a_module() -> None:
    assert MODULES.keys() == FIGURES.keys()


@pytest.mark.parametrize("name", sorted(FIGURES.keys() - CARRIED))
def test_wiring_of_figures(name: str) -> None:
    """On the inputs that the specs state."""
    found = wiring(loaded(name), name)
    assert found is None, found


@pytest.mark.parametrize("name", FIGURES)
def test_values_of_figures(name: str) -> None:
    found = values(loaded(name, read_shape(FIGURES[name])), name)
    assert found is None, found


CELLS = """
input: 24x8x8
blocks:
  cell: [conv3x3 8 padding=1 bias=false, bn, relu]
layers:
  - concat:
      - [slice 0 8, one: cell]
      - SECOND
      - slice 16 24
"""


class Cells(torch.nn.Module):  # type: ignore[misc]
    """What a unit of Res2Net does with the parts of its channels."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = torch.nn.ModuleList(
            torch.nn.Conv2d(8, 8, 3, padding=1, bias=False) for _ in range(2)
        )
        self.norms = torch.nn.ModuleList(torch.nn.BatchNorm2d(8) for _ in range(2))

    def forward(self, x: Any) -> Any:
        first, second, third = x.split(8, 1)
        first = self.norms[0](self.convs[0](first)).relu()
        second = self.norms[1](self.convs[1](second + first)).relu()
        return torch.cat((first, second, third), 1)


@pytest.mark.parametrize(
    ("second", "is_right"),
    [("[slice 8 16, add: [x, one], cell]", True), ("[slice 8 16, cell]", False)],
)
def test_a_wrong_wiring_with_right_totals_is_told(second: str, *, is_right: bool) -> None:
    """A cell of Res2Net reads the output of the cell before it."""
    graph = parse(CELLS.replace("SECOND", second))
    found = difference(own_uses(graph), peer_uses(Cells().eval(), (24, 8, 8)))
    assert (found is None) is is_right, found
