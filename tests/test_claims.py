"""Stated numbers held against counted ones: what holds, and what is said when it does not."""

from fractions import Fraction

import pytest

import cnncalc
from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.measures import amount_of
from cnncalc.checks.claims import Network, check_fact
from cnncalc.checks.counts import Counts, NoFigureError, Share
from cnncalc.checks.finding import Claim, Finding
from cnncalc.checks.statements import percent_text
from cnncalc.diagnostics import Span
from cnncalc.facts import STATED, read_budget, read_expectation
from cnncalc.metrics import Metric

SPAN = Span("net.yaml", 9, 3, 9, 8)


def counts(name: str, basis: Basis | None = None) -> Counts:
    return Counts(cnncalc.load(name), basis or Basis())


ALEXNET = counts("alexnet")
VGG = counts("vgg:16")
RESNET = counts("resnet:50")


def held(
    text: str, metric: str, of: Counts = ALEXNET, *, layer: str | None = None, kind: str = "expect"
) -> Claim:
    read = read_expectation if kind == "expect" else read_budget
    fact = read(layer, metric, text, SPAN)
    return check_fact(
        fact, "expect" if kind == "expect" else "budget", Network("net.yaml", None, of)
    )


def budget(text: str, metric: str, of: Counts = ALEXNET, layer: str | None = None) -> Claim:
    return held(text, metric, of, layer=layer, kind="budget")


def fault(claim: Claim) -> Finding:
    assert claim.finding is not None
    return claim.finding


# Published figures: AlexNet of Caffe, VGG-16 and ResNet-50 of torchvision, PeakRAM of deeplite

HOLD = [
    ("60_965_224", "parameters", ALEXNET, None),
    ("61M", "parameters", ALEXNET, None),
    ("724_406_816", "macs", ALEXNET, None),
    ("1.45G", "flops", ALEXNET, None),
    ("8", "depth", ALEXNET, None),
    ("1000", "output", ALEXNET, None),
    ("256x6x6", "output", ALEXNET, "maxpool3"),
    ("195", "receptive_field", ALEXNET, None),
    ("195x195", "receptive_field", ALEXNET, None),
    ("34_944", "parameters", ALEXNET, "conv1"),
    ("105_415_200", "macs", ALEXNET, "conv1"),
    ("61.9%", "parameters", ALEXNET, "fc6"),
    ("62%", "share", ALEXNET, "fc6"),
    ("62%", "share", ALEXNET, None),
    ("212", "receptive_field", VGG, None),
    ("15.47G", "macs", VGG, None),
    ("138_357_544", "parameters", VGG, None),
    ("25.6M", "parameters", RESNET, None),
    ("4.09G", "macs", RESNET, None),
    ("9.1875 MiB", "peak_activation_bytes", RESNET, None),
    ("427", "receptive_field", RESNET, None),
    ("53_120", "buffers", RESNET, None),
]


@pytest.mark.parametrize(("text", "metric", "of", "layer"), HOLD)
def test_published_figures_hold(text: str, metric: str, of: Counts, layer: str | None) -> None:
    claim = held(text, metric, of, layer=layer)
    assert claim.finding is None, claim.finding
    assert claim.stated == text


@pytest.mark.parametrize(
    ("text", "metric", "layer", "delta"),
    [
        ("60_965_225", "parameters", None, -1),
        ("60.9M", "parameters", None, 65_224),
        ("724_406_815", "macs", None, 1),
        ("9", "depth", None, -1),
        ("194", "receptive_field", None, 1),
        ("195x196", "receptive_field", None, None),
        ("1001", "output", None, None),
        ("61.8%", "parameters", "fc6", None),
    ],
)
def test_what_is_off_by_one_does_not(
    text: str, metric: str, layer: str | None, delta: int | None
) -> None:
    found = fault(held(text, metric, layer=layer))
    assert found.diagnostic.code == "E801"
    assert found.delta == delta
    assert found.diagnostic.span == SPAN


@pytest.mark.parametrize(
    ("text", "metric", "holds"),
    [
        ("60_965_224", "parameters", True),
        ("60_965_223", "parameters", False),
        ("<= 60965224", "parameters", True),
        (">= 60965224", "parameters", True),
        (">= 60965225", "parameters", False),
        ("60M..61M", "parameters", True),
        ("61M..62M", "parameters", False),
        ("59M..60M", "parameters", False),
        (">= 195", "receptive_field", True),
        (">= 196", "receptive_field", False),
        ("<= 8", "depth", True),
        ("233 MiB", "weight_bytes", True),
        ("232 MiB", "weight_bytes", False),
    ],
)
def test_a_limit_includes_its_ends(text: str, metric: str, holds: bool) -> None:  # noqa: FBT001
    claim = budget(text, metric)
    assert (claim.finding is None) == holds
    if not holds:
        assert fault(claim).diagnostic.code == "E802"


def test_a_broken_budget_says_everything() -> None:
    found = fault(budget("60M", "parameters"))
    told = found.diagnostic
    assert told.message == (
        "`parameters` is 60,965,224, over the budget of 60M by 965,224 (1.61 %)"
    )
    [note] = told.notes
    assert note.text == (
        "most of it: `fc6` 37,752,832 (61.9 %), `fc7` 16,781,312 (27.5 %), "
        "`fc8` 4,097,000 (6.72 %)"
    )
    assert told.hint == "make `fc6` smaller, or raise the budget to `60.97M`"
    assert (found.metric, found.actual, found.limit, found.delta) == (
        "parameters", 60_965_224, "60M", 965_224,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "metric", "layer"),
    [
        ("60M", "parameters", None),
        ("0.7G", "macs", None),
        ("200 MiB", "weight_bytes", None),
        ("2 MiB", "peak_activation_bytes", None),
        ("900 MiB", "training_bytes", None),
        (">= 224", "receptive_field", None),
        ("190", "receptive_field", None),
        ("7", "depth", None),
        ("60%", "share", None),
        ("<= 50%", "parameters", "fc6"),
        (">= 70%", "macs", "fc6"),
        ("800 kB", "activation_bytes", "conv1"),
        (">= 61M", "parameters", None),
        ("0.22M..2M", "parameters", None),
        ("62M..63M", "parameters", None),
        ("61_000_000..62_000_000", "parameters", None),
        ("1 KiB..2.5 KiB", "weight_bytes", None),
        ("196..512", "receptive_field", None),
        ("9..10", "depth", None),
        ("10%..20%", "share", "fc6"),
        ("70%..80%", "parameters", "fc6"),
    ],
)
def test_the_remedy_is_a_budget_that_holds(text: str, metric: str, layer: str | None) -> None:
    found = fault(budget(text, metric, layer=layer)).diagnostic
    assert found.hint is not None
    remedy = found.hint.split("`")[-2]
    assert budget(remedy, metric, layer=layer).finding is None, found.hint
    assert (">=" in remedy, ".." in remedy) == (">=" in text, ".." in text)


def test_both_ends_of_a_range_stay_in_its_remedy() -> None:
    hint = fault(budget("0.22M..2M", "parameters")).diagnostic.hint
    assert hint == "make `fc6` smaller, or raise the budget to `0.22M..60.97M`"
    hint = fault(budget(">= 200", "receptive_field")).diagnostic.hint
    assert hint == "change the network, or lower the budget to `>= 195`"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(619, 1000), "61.9 %"),
        (Fraction(99_996, 100_000), "100 %"),
        (Fraction(1), "100 %"),
        (Fraction(1_642_613, 10_000), "16,426 %"),
        (Fraction(271, 1_000_000), "0.0271 %"),
    ],
)
def test_a_percentage_is_no_power_of_ten(share: Fraction, text: str) -> None:
    assert percent_text(share) == text


@pytest.mark.parametrize("metric", STATED)
def test_every_metric_can_be_expected_as_the_remedy_says(metric: str) -> None:
    wrong = {"output": "7", "share": "3%", "receptive_field": "7"}.get(metric, "7 B")
    wrong = wrong if metric.endswith("_bytes") or not wrong.endswith("B") else "7"
    for layer in (None, "conv2"):
        found = fault(held(wrong, metric, layer=layer)).diagnostic
        assert found.hint is not None
        right = found.hint.split("`")[1]
        assert held(right, metric, layer=layer).finding is None, (metric, layer, right)


def test_a_label_has_its_part_of_the_whole() -> None:
    for metric in ("parameters", "macs", "buffers", "weight_bytes", "activation_bytes"):
        parts = [RESNET.figure(label, metric) for label in ("conv1", "conv2", "conv3", "conv4")]
        parts += [RESNET.figure(label, metric) for label in ("conv5", "fc")]
        parts += [RESNET.figure(label, metric) for label in ("maxpool1", "globalavgpool1")]
        assert sum(part for part in parts if isinstance(part, int)) == RESNET.figure(None, metric)


def test_the_peak_of_a_network_is_that_of_one_of_its_labels() -> None:
    labels = ("conv1", "maxpool1", "conv2", "conv3", "conv4", "conv5", "fc")
    peaks = [RESNET.figure(label, "peak_activation_bytes") for label in labels]
    assert max(peaks) == RESNET.figure("conv2", "peak_activation_bytes") == 9_633_792
    assert peaks[-1] < peaks[2]  # type: ignore[operator]


def test_training_bytes_of_labels_add_up() -> None:
    labels = [name for name in RESNET.labels if "." not in name]
    parts = [RESNET.figure(label, "training_bytes") for label in labels]
    inputs = 4 * 3 * 224 * 224  # kept for the first convolution, and no layer's own
    whole = RESNET.figure(None, "training_bytes")
    assert sum(part for part in parts if isinstance(part, int)) + inputs == whole


def test_the_depth_of_groups_adds_up_along_a_chain() -> None:
    depths = [RESNET.figure(name, "depth") for name in ("conv1", "conv2", "conv3", "conv4")]
    assert depths == [1, 9, 12, 18]


def test_the_basis_scales() -> None:
    half = counts("resnet:50", Basis("float16", 2, "sgd"))
    assert half.figure(None, "macs") == 2 * 4_089_184_256
    assert half.figure(None, "weight_bytes") == (25_557_032 + 53_120) * 2
    assert half.figure(None, "peak_activation_bytes") == 9_633_792


@pytest.mark.parametrize(
    ("metric", "layer", "hint"),
    [
        ("macs", "onv1", "did you mean `conv1`?"),
        ("macs", "fc9", "`cnncalc summarize --depth all` names them"),
    ],
)
def test_an_unknown_label_is_said(metric: str, layer: str, hint: str) -> None:
    found = fault(held("1", metric, layer=layer)).diagnostic
    message = f"the network has no layer or group `{layer}`"
    assert (found.code, found.message, found.hint) == ("E805", message, hint)


def test_several_outputs_have_no_one_shape() -> None:
    graph = cnncalc.parse(
        "input: 3x8x8\nlayers:\n  - a: conv3x3 4\n  - b: conv3x3 5\noutputs: [a, b]\n"
    )
    both = Counts(graph, Basis())
    with pytest.raises(NoFigureError, match="the network has 2 outputs: a, b"):
        both.figure(None, "output")
    assert both.figure("a", "output") == (4, 6, 6)


def test_a_share_is_exact() -> None:
    assert ALEXNET.share("fc6", "parameters") == Share(37_752_832, 60_965_224)


@pytest.mark.parametrize(
    ("text", "metric", "layer", "reason"),
    [
        ("40%", "depth", "fc6", "`depth` has no share"),
        ("40%", "macs", None, "write it under its label"),
        ("40", "share", "fc6", "a share is a percentage"),
        ("10..20%", "macs", "fc6", "a share is a percentage"),
        ("4", "weight_bytes", None, "needs a unit"),
    ],
)
def test_what_states_nothing(text: str, metric: str, layer: str | None, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_budget(layer, metric, text, SPAN)


def test_networks_are_named_where_a_file_has_several() -> None:
    fact = read_budget(None, "macs", "4G", SPAN)
    found = fault(check_fact(fact, "budget", Network("resnet.yaml:50", "50", RESNET)))
    assert found.variants == ("50",)
    assert found.diagnostic.message.startswith("`macs` of `resnet.yaml:50` is 4,089,184,256, over")


def test_what_layers_add_to_a_sum_is_worked_out_once_for_all_labels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def noted(metric: Metric, *arguments: object) -> object:
        asked.append(metric.name)
        return amount_of(metric, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("cnncalc.checks.counts.amount_of", noted)
    found = counts("resnet:50")
    for label in found.labels:
        for metric in ("parameters", "macs"):
            found.figure(label, metric)
    assert sorted(asked) == ["macs", "parameters"]
