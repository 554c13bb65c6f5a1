"""`verify` on networks that are correct: random ones, and those that once raised an alarm."""

from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from random_networks import alarms

import cnncalc
from cnncalc.cli.main import main
from cnncalc.engine import KERNELS, weights
from cnncalc.engine import verify as verifying
from cnncalc.ops.conv import Conv


@pytest.mark.parametrize("seeds", [range(30), range(30, 60)])
def test_random_networks_agree(seeds: range) -> None:
    assert list(alarms(seeds)) == []


@pytest.mark.parametrize("seed", [286, 1156, 1353])
def test_networks_that_raised_an_alarm_agree(seed: int) -> None:
    assert list(alarms(range(seed, seed + 1))) == []


def test_a_window_beside_the_map_is_no_alarm() -> None:
    text = "{name: n, input: 4x4x4, layers: [conv1x3 8 padding=1 stride=2 dilation=2]}"
    assert cnncalc.verify(cnncalc.parse(text)).disagreements == ()


TINY = "{name: n, input: 4x6x6, layers: [conv1x1 4, conv3x3 5]}"


@pytest.mark.parametrize("scale", [1e-43, 1e-40])
def test_subnormal_values_are_no_alarm(monkeypatch: pytest.MonkeyPatch, scale: float) -> None:
    right = weights.initial_inputs
    monkeypatch.setattr(
        verifying,
        "initial_inputs",
        lambda *given: {k: (v * scale).astype(v.dtype) for k, v in right(*given).items()},
    )
    text = TINY.replace("conv1x1 4", "conv1x1 4 bias=false").replace("3 5", "3 5 bias=false")
    assert cnncalc.verify(cnncalc.parse(text)).disagreements == ()


def test_a_fault_on_tiny_values_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right, drawn = KERNELS[Conv], weights.initial_inputs

    def off(*given: Any, **tensors: Any) -> Any:
        return right(*given, **tensors) * np.float32(1.001)

    monkeypatch.setitem(KERNELS, Conv, off)
    monkeypatch.setattr(
        verifying,
        "initial_inputs",
        lambda *given: {k: v * v.dtype.type(1e-25) for k, v in drawn(*given).items()},
    )
    text = "{name: n, input: 4x6x6, layers: [conv3x3 5 bias=false]}"
    found = cnncalc.verify(cnncalc.parse(text)).disagreements
    assert [(check.layer, check.metric) for check in found] == [("conv1", "values")]


def test_conventions_say_where_functions_are_counted_otherwise() -> None:
    shown = CliRunner().invoke(main, ["conventions"]).stdout
    assert "188,160" in shown
    assert "96,000" in shown
