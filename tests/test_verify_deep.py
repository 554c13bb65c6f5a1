"""Deep networks whose values become tiny: their counts, and no alarm of `verify`.

The counts are those of torchvision and timm, layer by layer with hooks.
"""

from pathlib import Path

import pytest

import cnncalc
from cnncalc.cli.network import load_network

NETWORKS = Path(__file__).parent / "deep_networks"


@pytest.mark.parametrize(
    ("name", "parameters", "macs"),
    [
        ("efficientnet.yaml", 5_288_548, 385_814_752),
        ("efficientnet.yaml:b4", 19_341_616, 4_393_771_024),
        ("efficientnet.yaml:b7", 66_347_960, 37_745_884_192),
        ("efficientnetv2.yaml", 21_458_488, 8_365_617_152),
        ("mixnet.yaml", 4_134_606, 239_173_360),
    ],
)
def test_counts(name: str, parameters: int, macs: int) -> None:
    totals = cnncalc.summarize(cnncalc.load(str(NETWORKS / name))).totals
    assert (totals.parameters, totals.macs) == (parameters, macs)


@pytest.mark.parametrize("name", ["efficientnetv2.yaml", "mixnet.yaml", "efficientnet.yaml"])
def test_no_alarm(name: str) -> None:
    graph = load_network(str(NETWORKS / name), (), ("3x32x32",))
    assert cnncalc.verify(graph).disagreements == ()
