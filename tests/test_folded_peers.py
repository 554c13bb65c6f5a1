"""Specs of PyTorch modules: their blocks are called by the classes of the modules."""

import pytest

import cnncalc
from cnncalc.interchange.alike import reads_back
from cnncalc.interchange.channels_first import channels_first
from cnncalc.interchange.folded.write import render_folded
from cnncalc.interchange.spelled import spelled

pytest.importorskip("torch", reason="PyTorch is not installed")
pytestmark = pytest.mark.peers

NETWORKS = {
    "resnet18": ({"basic_block"}, 28), "mobilenet_v2": ({"inverted_residual"}, 34),
    "googlenet": ({"basic_conv2d", "inception"}, 42), "densenet121": ({"dense_block"}, 34),
    "inception_v3": ({"inception_a", "inception_c", "inception_e"}, 80),
}  # fmt: skip
"""For networks of torchvision the blocks that they have, and the most lines."""


@pytest.mark.parametrize("name", NETWORKS)
def test_blocks_have_the_names_of_classes(name: str) -> None:
    from zoo.peer import built  # noqa: PLC0415 - it needs PyTorch

    size = 299 if name == "inception_v3" else 224
    graph = spelled(
        channels_first(cnncalc.from_torch(built(f"torchvision:{name}", "meta"), (3, size, size)))
    )
    text = render_folded(graph)
    told = text.partition("\nblocks:\n")[2].partition("\nlayers:\n")[0]
    titles = {line.split()[0].strip(":") for line in told.splitlines() if line[2:3].strip()}
    wanted, most = NETWORKS[name]
    assert wanted <= titles
    assert text.count("\n") <= most
    assert reads_back(text, graph)
