"""Fields that are wrong by a row are seen, wherever padding or gaps are; right ones never."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import cnncalc
from cnncalc.analysis import receptive_field
from cnncalc.engine import KERNELS
from cnncalc.engine.taps import Taps, taps_of
from cnncalc.engine.verify import Check
from cnncalc.ops.conv import Conv, TransposedConv
from cnncalc.ops.footprint import Footprint
from cnncalc.ops.pool import MaxPool
from cnncalc.ops.reshape import Crop, Pad, Upsample
from cnncalc.ops.window import Window

ENDS = [(-1, 0), (0, 1), (1, 0), (0, -1)]
"""Too wide or too narrow by one row, at either end."""


def network(size: str, layers: str) -> cnncalc.Graph:
    return cnncalc.parse(f"{{name: n, input: {size}, layers: [{layers}]}}")


def disagreements(size: str, layers: str) -> tuple[Check, ...]:
    return cnncalc.verify(network(size, layers)).disagreements


def fields(size: str, layers: str) -> set[str | None]:
    found = disagreements(size, layers)
    assert {check.metric for check in found} <= {"field", "field of a", "field of b"}
    return {check.layer for check in found}


def shifted_ends(right: Callable[[Any], Footprint], low: int, high: int) -> Callable[..., Any]:
    def footprint(window: Any) -> Footprint:
        found = right(window)
        wrong = tuple((each[0] + low, *each[1:-1], each[-1] + high) for each in found.taps)
        return found._replace(taps=wrong)

    return footprint


@pytest.mark.parametrize(("low", "high"), ENDS)
@pytest.mark.parametrize(
    ("size", "layer"),
    [
        ("1x7x7", "conv5x5 2 padding=2"),
        ("1x9x9", "conv5x5 2 dilation=2 padding=4"),
        ("1x4x4", "conv5x5 2 padding=2"),
        ("1x2x2", "conv5x5 2 padding=full"),
        ("1x4x4x4", "conv3x3x3 2 padding=1 stride=2 dilation=2"),
        ("1x8x8", "conv3x3 2 padding=same stride=2"),
        ("1x8x8", "maxpool3x3 stride=3 padding=1 ceil_mode=true"),
    ],
)
def test_an_end_off_by_one_is_seen(
    monkeypatch: pytest.MonkeyPatch, low: int, high: int, size: str, layer: str
) -> None:
    assert fields(size, layer) == set()
    monkeypatch.setattr(Window, "footprint", shifted_ends(Window.footprint, low, high))
    assert len(fields(size, layer)) == 1


@pytest.mark.parametrize(("low", "high"), ENDS)
@pytest.mark.parametrize("layer", ["upconv4x4 2 stride=2 padding=1", "upconv3x3 2 dilation=2"])
def test_an_end_off_by_one_of_a_scattering_window_is_seen(
    monkeypatch: pytest.MonkeyPatch, low: int, high: int, layer: str
) -> None:
    assert fields("1x4x4", layer) == set()
    monkeypatch.setattr(Window, "scattered", shifted_ends(Window.scattered, low, high))
    assert fields("1x4x4", layer) == {"upconv1"}


@pytest.mark.parametrize(("low", "high"), ENDS)
def test_a_wrong_field_behind_padding_is_seen_in_every_layer_that_reads_it(
    monkeypatch: pytest.MonkeyPatch, low: int, high: int
) -> None:
    monkeypatch.setattr(Window, "footprint", shifted_ends(Window.footprint, low, high))
    layers = "pad 3, conv3x3 4 padding=1, bn, upsample 2, {add: [x, [conv3x3 4 padding=1]]}"
    wrong = fields("2x6x6", f"{layers}, crop 5x5")
    assert wrong == {"conv1", "bn1", "upsample1", "conv2", "add1", "crop1"}


@pytest.mark.parametrize(
    ("kind", "line"), [(Pad, "pad 2"), (Crop, "crop 3x3"), (Upsample, "upsample 2")]
)
def test_what_moves_values_about_by_one_row_is_seen(
    monkeypatch: pytest.MonkeyPatch, kind: Any, line: str
) -> None:
    right = kind.reach

    def reach(*given: Any) -> Any:
        return tuple(
            each._replace(taps=tuple(tuple(tap + 1 for tap in taps) for taps in each.taps))
            for each in right(*given)
        )

    assert fields("1x6x6", line) == set()
    monkeypatch.setattr(kind, "reach", reach)
    assert len(fields("1x6x6", line)) == 1


@pytest.mark.parametrize("taken", [0, 1])
def test_one_branch_taken_for_both_is_seen(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    layers = "{add: ['conv3x3 2 padding=((2, 0), (2, 0))', 'conv3x3 2 padding=((0, 2), (0, 2))']}"
    assert fields("1x9x9", f"{layers}, relu") == set()
    walk = receptive_field._Walk  # noqa: SLF001
    monkeypatch.setattr(walk, "meet", lambda _walk, branches, _layer: branches[taken])
    assert fields("1x9x9", f"{layers}, relu") == {"add1", "relu1"}


def test_a_kernel_that_pads_one_row_too_many_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = KERNELS[Conv]

    def moved_by_one(op: Any, x: Any, *tensors: Any, **named: Any) -> Any:
        return right(op, np.roll(x, 1, axis=2), *tensors, **named)

    monkeypatch.setitem(KERNELS, Conv, moved_by_one)
    found = {check.metric for check in disagreements("2x8x8", "conv3x3 2 padding=1")}
    assert found == {"field", "values"}


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_weights_in_another_layout_are_seen(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    right = KERNELS[Conv]

    def turned(op: Any, x: Any, weight: Any, **named: Any) -> Any:
        layout = weight.swapaxes(2, 3) if weight.ndim == 4 else weight
        return right(op, x, np.ascontiguousarray(layout), **named)

    monkeypatch.setitem(KERNELS, Conv, turned)
    found = cnncalc.verify(network("2x8x8", "conv3x3 2"), dtype=kind).disagreements
    assert {check.metric for check in found} == {"values"}


def test_groups_dealt_otherwise_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = KERNELS[Conv]

    def dealt(op: Any, x: Any, weight: Any, **named: Any) -> Any:
        return right(op, x[:, ::-1] if x.shape[1] > 1 else x, weight, **named)

    monkeypatch.setitem(KERNELS, Conv, dealt)
    found = disagreements("4x8x8", "conv3x3 6 groups=2")
    assert {check.metric for check in found} == {"values"}


def test_a_mean_of_values_that_cancel_is_no_alarm() -> None:
    assert disagreements("2x7x7", "instance_norm, avgpool7x7") == ()


def test_the_taps_of_a_kernel() -> None:
    conv = Conv(1, kernel_size=(3,), out_channels=2, stride=2, padding=1, dilation=2)
    assert taps_of(conv, 0, 9) == Taps(1, 2, ((-1, 1, 3),))
    upconv = TransposedConv(1, kernel_size=(3,), out_channels=2, stride=2, padding=1)
    assert taps_of(upconv, 0, 4) == Taps(2, 1, ((0,), (0, 1)))
    pool = MaxPool(2, kernel_size=(2, 3), padding=((1, 1), (1, 1)), stride=(2, 1))
    assert taps_of(pool, 1, 5) == Taps(1, 1, ((-1, 0, 1),))
    assert taps_of(Upsample(1, size=3), 0, 2) == Taps(3, 2, ((0,), (0,), (1,)))
    assert taps_of(Crop(1, size=2), 0, 5) == Taps(1, 1, ((1,),))


@pytest.mark.parametrize(
    ("size", "layers"),
    [
        ("1x1", "maxpool4 padding=2 ceil_mode=true"),
        ("1x2x2", "upconv1x1 2 stride=3 padding=1"),
        ("4x4x4", "conv1x3 8 padding=1 stride=2 dilation=2"),
        ("8x2x7", "bn, conv3x3 1 padding=half dilation=2"),
        ("2x8", "avgpool4, conv5 4 padding=same, upconv5 2 stride=2 padding=3 dilation=3"),
        ("4x12x4", "globalavgpool, conv1x4 8 padding=half dilation=3x2"),
        ("2x9x9", "conv3x3 2 stride=2, crop 2x2, globalavgpool, flatten, linear 3"),
        ("2x4x4", "upconv1x1 2 stride=3, upsample size=5x7 mode=bilinear, pad 2, globalmaxpool"),
        ("8x5x5", "pixel_shuffle 2, slice 0 1, adaptive_avgpool3x4, conv3x3 2 padding=full"),
        ("{a: 2x6x6, b: 3x6x6}", "{concat: [a, b]}, slice 2 4, conv3x3 2"),
    ],
)
def test_what_padding_gaps_or_cuts_hide_is_no_alarm(size: str, layers: str) -> None:
    assert disagreements(size, layers) == ()
