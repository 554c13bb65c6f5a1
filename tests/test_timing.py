"""Times on a device: what is counted, what is stated, and what is outside."""

import csv
import json
import re
from math import prod
from pathlib import Path

import pytest
from bundled import NETWORKS, cheapest
from click.testing import CliRunner, Result

import cnncalc
from cnncalc.cli.main import main
from cnncalc.graph import Graph
from cnncalc.timing.calibration import calibrated, made, missed
from cnncalc.timing.device import NETWORKS as ONE_BY_ONE
from cnncalc.timing.device import Device
from cnncalc.timing.device_file import device_text, read_device
from cnncalc.timing.devices import device_names, find_device
from cnncalc.timing.estimate import estimate, milliseconds, percent, two_digits
from cnncalc.timing.features import FEATURES, KNOWN, WHOLE, amounts, by_layer, kind, kinds
from cnncalc.timing.proportion import proportional
from cnncalc.timing.timed import About, Timing

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "tests" / "timings" / "rtx4090.csv"
TINY = (
    "{name: tiny, input: 4x8x8, layers: ['conv3x3 8 padding=1', bn, relu, 'dwconv3x3 padding=1']}"
)
ABOUT = About("mine", "My device", "mine.csv", "2026-11-29", "float32", "none")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def sampled() -> list[tuple[Graph, int, float]]:
    """Published timings: networks, batches and milliseconds."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [
        (
            cnncalc.load(row["network"], input=row["input"]),
            int(row["batch"]),
            float(row["milliseconds"]),
        )
        for row in rows
    ]


# Features


def test_features_of_a_small_network_are_counted_by_hand() -> None:
    assert amounts(cnncalc.parse(TINY)) == {
        "dense_macs": 8 * 64 * 4 * 9,
        "depthwise_macs": 8 * 64 * 9,
        "macs": 8 * 64 * 4 * 9 + 8 * 64 * 9,
        "dense_written": 512,
        "dense_read": 256,
        "depthwise_written": 512,
        "depthwise_read": 512,
        "batch_norm_values": 512,
        "relu_values": 512,
        "activations": 1024,
        "values": 1024,
        "kernels": 2,
        "layers": 4,
        "weights": 4 * 8 * 9 + 8 + 2 * 8 + 8 * 9 + 8,
    }


@pytest.mark.parametrize("name", [one.name for one in cheapest()])
def test_features_add_up_to_what_a_summary_counts(name: str) -> None:
    graph = cnncalc.load(name)
    found, totals = amounts(graph), cnncalc.summarize(graph).totals
    assert found.keys() <= KNOWN.keys()
    assert found["weights"] == totals.parameters
    products = sum(
        layer.op.product_macs(layer.input_shapes, layer.output_shape) for layer in graph.layers
    )
    assert found["macs"] == totals.macs + products
    kinds = (count for feature, count in found.items() if feature.endswith("_macs"))
    assert sum(kinds) == found["macs"]
    assert found["layers"] == sum(not layer.op.is_view for layer in graph.layers)


@pytest.mark.parametrize(
    ("line", "shape", "feature"),
    [
        ("conv1x1 8", "8x4x4", "pointwise_macs"),
        ("conv3x3 8 groups=2 padding=1", "8x4x4", "grouped_macs"),
        ("conv3x3 8 groups=8 padding=1", "8x4x4", "depthwise_macs"),
        ("dwconv7x7 padding=3", "8x4x4", "large_depthwise_macs"),
        ("conv1x1 8", "8x1x1", "linear_macs"),
        ("linear 8", "8", "linear_macs"),
        ("window_attention 2 2", "8x4x4", "attention_macs"),
    ],
)
def test_macs_are_told_apart_by_kind(line: str, shape: str, feature: str) -> None:
    text = f"{{name: one, input: {shape}, layers: ['{line}']}}"
    found = amounts(cnncalc.parse(text))
    assert found[feature] > 0


# The files that are shipped


@pytest.mark.parametrize("name", device_names())
def test_a_shipped_device_is_better_than_simpler_fits(name: str) -> None:
    device = find_device(name)
    assert (device.name, device.left_out) == (name, "families")
    assert device.timings > 500
    assert device.groups > 50
    assert device.nanoseconds.keys() <= FEATURES.keys()
    for simpler in device.compared.values():
        assert device.errors.half < simpler.half
        assert device.errors.nine_of_ten < simpler.nine_of_ten
    assert device.errors.half <= 0.15
    assert device_text(device) == device_text(read_device(device_text(device), "x", name))


def test_the_page_has_the_errors_of_the_files() -> None:
    page = (ROOT / "docs" / "guide" / "timing.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \|(.*)\|$", page, re.MULTILINE)
    assert sorted(name for name, _ in rows) == device_names()
    for name, cells in rows:
        device = find_device(name)
        errors = (*device.compared.values(), device.errors)
        shown = [percent(part) for one in errors for part in (one.half, one.nine_of_ten)]
        assert [cell.strip() for cell in cells.split("|")][-6:] == shown


def test_published_timings_are_within_what_is_stated() -> None:
    device = find_device("rtx4090")
    errors = sorted(
        abs(milliseconds(graph, device, batch) / time - 1) for graph, batch, time in sampled()
    )
    assert len(errors) >= 40
    assert errors[len(errors) // 2] <= device.errors.half
    assert errors[len(errors) * 9 // 10] <= device.errors.nine_of_ten


# Estimates


def test_a_time_is_its_layers_shares_and_the_fast_function_agrees() -> None:
    graph, device = cnncalc.load("googlenet"), find_device("rtx5090")
    found = estimate(graph, device, 1024)
    assert sum(one.part for one in found.layers) == pytest.approx(1)
    assert [one.name for one in found.layers] == [layer.name for layer in graph.layers]
    assert found.milliseconds == pytest.approx(milliseconds(graph, device, 1024))
    assert found.milliseconds == pytest.approx(milliseconds(graph, device))
    [conv] = [one for one in found.layers if one.name == "conv2.unit2.conv1"]
    [layer] = [layer for layer in graph.layers if layer.name == conv.name]
    alone = sum(
        device.nanoseconds.get(name, 0) * count * (1 if KNOWN[name].is_per_step else 1024)
        for name, count in next(amount for one, amount in by_layer(graph) if one is layer).items()
    )
    assert conv.part == pytest.approx(alone / 1e6 / found.milliseconds)


def test_the_batch_is_that_of_the_graph_or_of_the_device() -> None:
    graph = cnncalc.load("resnet:18")
    assert cnncalc.estimate(graph, "rtx4090").batch == 1024
    assert cnncalc.estimate(graph, "i9-10940x").batch == 1
    assert cnncalc.estimate(cnncalc.load("resnet:18", batch=700), "rtx4090").batch == 700
    assert cnncalc.estimate(graph, find_device("RTX_4090"), batch=600).batch == 600
    for batch in (0, -1, 10**10):
        with pytest.raises(ValueError, match="a batch is a number"):
            cnncalc.estimate(graph, "rtx4090", batch)


def test_rows_are_those_of_layers() -> None:
    found = cnncalc.estimate(cnncalc.load("lenet5"), "rtx4090")
    assert found.rows[0].keys() == {"name", "op", "share"}
    assert len(found.rows) == 12


@pytest.mark.parametrize(
    ("name", "batch", "told"),
    [
        ("s3d", None, "of kinds that were not timed: conv on 3 axes"),
        ("wavenet", None, "of kinds that were not timed: conv on 1 axis"),
        ("resnet:50", 1, "a batch of 1, where nearly all timings had 512 to 1,024"),
        ("lenet5", None, "far fewer than the"),
    ],
)
def test_what_was_never_timed_is_outside(name: str, batch: int | None, told: str) -> None:
    graph = cnncalc.load(name)
    found = estimate(graph, find_device("rtx4090"), batch)
    assert not found.is_within
    assert any(told in one for one in found.outside)
    assert found.to_dict()["error"] is None
    form = [] if batch is None else ["--batch", str(batch)]
    text = run("estimate", name, "--device", "rtx4090", *form).output
    assert "(error unknown: outside what was timed)" in text.replace("\n", " ")
    assert "within" not in text


def test_every_network_that_was_timed_is_inside() -> None:
    device = find_device("rtx4090")
    for graph, batch, _ in sampled():
        least, most = device.batches
        found = estimate(graph, device, min(max(batch, least), most))
        assert found.outside == (), graph.title


def test_recurrent_layers_are_outside() -> None:
    assert {kind(layer) for layer in cnncalc.load("resnet:50").layers} >= {"conv@2", "relu@2"}
    assert kinds(cnncalc.load("resnet:50")).keys() <= find_device("rtx4090").kinds
    assert not any(one.startswith(("lstm", "gru", "rnn")) for one in find_device("rtx4090").kinds)


@pytest.mark.parametrize("form", ["table", "markdown", "json", "csv"])
def test_every_form_states_the_error(form: str) -> None:
    text = run("estimate", "resnet:50", "vgg:16", "--device", "rtx4090", "--format", form).output
    device = find_device("rtx4090")
    if form in {"table", "markdown"}:
        assert percent(device.errors.half) in text
        assert "unseen families" in text
        return
    if form == "json":
        first, _ = json.loads(text)["estimates"]
        found = first["error"]["half"], first["error"]["nine_of_ten"]
    else:
        first, _ = csv.DictReader(text.splitlines())
        found = float(first["half_within"]), float(first["nine_of_ten_within"])
    assert found == (device.errors.half, device.errors.nine_of_ten)


@pytest.mark.parametrize("form", ["table", "markdown", "json", "csv"])
@pytest.mark.parametrize("columns", ["80", "140"])
def test_devices_are_listed(form: str, columns: str) -> None:
    done = CliRunner(env={"COLUMNS": columns}).invoke(
        main, ["estimate", "--devices", "--format", form]
    )
    assert done.exit_code == 0
    for name in device_names():
        assert name in done.output
    if form == "table":
        assert max(map(len, done.output.splitlines())) <= int(columns)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["resnet:50", "--device", "rtx4009"], "did you mean `rtx4090`?"),
        (["resnet:50", "--device", "abacus"], "i9-10940x, rtx3090, rtx4090"),
        (["resnet:50"], "--device is missing"),
        ([], "name a network"),
        (["--devices", "resnet:50"], "--devices lists devices"),
        (["--devices", "--batch", "4"], "--batch has no effect with --devices"),
        (["resnet:50", "--device", "rtx4090", "--batch", "0"], "0 is not in the range"),
        (["resnet:50", "--device", "none.yaml"], "no such file"),
    ],
)
def test_slips_have_one_line_and_a_remedy(arguments: list[str], told: str) -> None:
    done = run("estimate", *arguments)
    assert done.exit_code == 2
    assert told in done.output


def test_digits_that_matter() -> None:
    texts = [two_digits(one) for one in (0, 0.00996, 0.9951, 9.96, 99.6, 1234567)]
    assert texts == ["0", "0.010", "1.0", "10", "100", "1,200,000"]


# Calibration


def timing(graph: Graph, device: Device, batch: int, factor: float = 1.0) -> Timing:
    """A network as if it had been timed where the coefficients of a device hold."""
    found = amounts(graph)
    time = device.milliseconds(found, batch) * factor
    return Timing(graph.title, graph.title, found, frozenset(kinds(graph)), batch, time)


def test_five_timings_give_a_device_of_few_coefficients() -> None:
    truth = find_device("rtx4090")._replace(nanoseconds={"macs": 2e-5, "activations": 4e-3})
    names = ["resnet:18", "resnet:50", "mobilenetv2", "vgg:16", "alexnet", "densenet:121"]
    timed = [timing(cnncalc.load(name), truth, 1024) for name in names]
    found = calibrated(timed, ABOUT)
    assert found.nanoseconds == pytest.approx(dict(truth.nanoseconds), rel=0.1)
    assert found.errors.nine_of_ten < 0.05
    assert (found.left_out, found.networks, found.batches) == (ONE_BY_ONE, 6, (1024, 1024))


def test_a_device_like_a_known_one_is_in_proportion_to_it() -> None:
    truth = find_device("rtx4090")
    names = ["resnet:18", "resnet:50", "mobilenetv2", "vgg:16", "alexnet", "densenet:121"]
    noise = [1.04, 0.97, 1.0, 1.02, 0.95, 1.01]
    timed = [
        timing(cnncalc.load(name), truth, 1024, 2.5 * factor)
        for name, factor in zip(names, noise, strict=True)
    ]
    others = [find_device(name) for name in device_names()]
    found = calibrated(timed, ABOUT, others)
    assert found.like == "rtx4090"
    assert found.errors.nine_of_ten < 0.1
    for name in ("convnext:tiny", "googlenet"):
        expected = 2.5 * milliseconds(cnncalc.load(name), truth)
        assert milliseconds(cnncalc.load(name), found, 1024) == pytest.approx(expected, rel=0.05)


def test_errors_of_a_device_in_proportion_are_of_networks_left_out() -> None:
    truth = find_device("rtx4090")
    names = ["resnet:18", "resnet:50", "mobilenetv2", "vgg:16", "alexnet"]
    timed = [timing(cnncalc.load(name), truth, 1024) for name in names]
    odd = [*timed[:4], timed[4]._replace(milliseconds=5 * timed[4].milliseconds)]
    found = proportional(odd, ABOUT, [truth])
    assert found is not None
    assert (found.errors.half, found.errors.nine_of_ten) == pytest.approx((0, 0.8), abs=1e-6)
    assert proportional(odd, ABOUT, []) is None


def test_no_choice_of_a_fit_hides_a_network_that_is_unlike_the_rest() -> None:
    truth = find_device("rtx4090")
    names = ["resnet:18", "resnet:50", "mobilenetv2", "vgg:16", "alexnet", "densenet:121"]
    timed = [timing(cnncalc.load(name), truth, 1024) for name in names]
    odd = [*timed[:5], timed[5]._replace(milliseconds=100 * timed[5].milliseconds)]
    others = [find_device(name) for name in device_names()]
    errors = calibrated(odd, ABOUT, others).errors
    assert errors.half < 0.05  # the others are in proportion to the known device
    assert errors.nine_of_ten == pytest.approx(0.99, abs=0.005)


def test_many_timings_bear_more_coefficients() -> None:
    truth = find_device("i9-10940x")
    timed = [timing(cnncalc.load(one.name), truth, 1) for one in NETWORKS[::4]]
    found = calibrated(timed, ABOUT)
    assert len(found.nanoseconds) > 5
    assert found.errors.half < 0.1
    assert found.errors.half < missed(timed, ("macs", "activations")).half


def test_errors_are_of_fits_without_the_group() -> None:
    graphs = [cnncalc.load(name) for name in ("resnet:18", "resnet:34", "vgg:11", "vgg:13")]
    truth = find_device("rtx4090")
    groups = ["resnet", "resnet", "vgg", "vgg"]
    timed = [
        timing(graph, truth, 1024)._replace(group=group)
        for graph, group in zip(graphs, groups, strict=True)
    ]
    odd = [*timed[:2], *(one._replace(milliseconds=9 * one.milliseconds) for one in timed[2:])]
    names = tuple(WHOLE)[:2]
    assert made(timed, ABOUT, names, "families").groups == 2
    # Each family is predicted by the other alone: one that takes nine times as long is missed.
    assert missed(odd, names).half > 0.8


def test_a_calibrated_file_is_read_back(tmp_path: Path) -> None:
    target = tmp_path / "mine.yaml"
    done = run("calibrate", str(SAMPLE), "-o", str(target), "--title", 'My "device"')
    assert done.exit_code == 0
    assert "half of 40 networks left out within" in done.output
    device = find_device(str(target))
    assert (device.title, device.timings, device.source) == ('My "device"', 40, "rtx4090.csv")
    text = run("estimate", "resnet:50", "--device", str(target)).output
    assert "half of 40 networks left out within" in text.replace("\n", " ")
    known = cnncalc.estimate(cnncalc.load("resnet:50"), "rtx4090").milliseconds
    mine = cnncalc.estimate(cnncalc.load("resnet:50"), target).milliseconds
    assert mine == pytest.approx(known, rel=0.3)


def test_the_sample_is_what_it_says() -> None:
    assert len({graph.title for graph, _, _ in sampled()}) == 40
    assert all(prod(shape) for graph, _, _ in sampled() for shape in graph.inputs.values())
