"""What other tools would print: their rules, each as a table of factors for each op.

One network has many "FLOPs": whether a multiply-accumulate is one operation or two, and whether
biases, normalisation, activations and pooling count, is up to the tool. A profile is such a rule.
It says what the tool prints for a network built of the framework's own layer modules; each is
held against numbers that its tool really printed. No profile is a guess: an op that a tool counts
by a rule that was not confirmed is among the profile's `unknown` ones, and `uncounted` names it.
"""

from collections.abc import Iterable, Mapping

from cnncalc.analysis.quantities import (
    Measure,
    biased,
    biased_states,
    by,
    inputs,
    learned,
    macs,
    neighbours,
    one_round,
    outputs,
    over,
    parameters,
    per_position,
    per_step,
    positions,
    products,
    resized,
    states,
    step_values,
    upconv_biases,
    upconv_macs,
    weights_per_position,
)
from cnncalc.diagnostics import did_you_mean
from cnncalc.graph import Layer
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape
from cnncalc.records import Record

Terms = tuple[tuple[int, Measure], ...]
"""Factors on quantities; their sum is what a layer counts."""

Rates = Mapping[str, Terms]
"""What a layer of each op counts."""


class Profile(Record):
    """How one tool counts.

    Attributes:
        name: what `--count` takes.
        word: the tool's own word for its number.
        counts: what it counts, in one sentence.
        source: the tool and its version, or where its numbers are printed.
        rates: the rule.
        free: ops that the tool was seen to count nothing for; None where each op says itself
            what it counts, as ours do.
        others: the rule of operators that only models have, where it is the same of all.
    """

    name: str
    word: str
    counts: str
    source: str
    rates: Rates
    free: frozenset[str] | None
    others: Terms = ()

    @property
    def unknown(self) -> frozenset[str]:
        """Ops that the tool may count, but by no rule that was confirmed."""
        if self.free is None:
            return frozenset()
        return frozenset(OPS.keys() - self.rates.keys() - self.free)

    def of(self, layer: Layer) -> int:
        """What the tool counts for one example; 0 for an op whose rule is not known."""
        terms = self.rates.get(layer.op.name, () if layer.op.name in OPS else self.others)
        if not terms:
            return 0
        layer, times = one_round(layer)
        return times * sum(factor * measure(layer) for factor, measure in terms)


def _each(ops: str, *terms: tuple[int, Measure]) -> dict[str, Terms]:
    return dict.fromkeys(ops.split(), terms)


_RECURRENT = "onnx:LSTM onnx:GRU onnx:RNN"
"""Recurrent layers, which only models have: as the modules of PyTorch that they were."""


_CONVS = "conv dwconv upconv"
_POOLS = "maxpool avgpool globalavgpool globalmaxpool adaptive_avgpool adaptive_maxpool"

_MACS = _each(f"{_CONVS} linear", (1, macs))
_TWICE_MACS = {
    **_each(f"{_CONVS} linear", (2, macs)),
    **_each("matmul einsum", (2, macs), (2, products)),
    **_each("onnx:GRU onnx:RNN", (2, macs)),  # what PyTorch fuses, LSTM, its counter does not see
}

_OWN = {**_MACS, **_each(f"attention window_attention matmul {_RECURRENT}", (1, macs))}

_FVCORE = {
    **_MACS,
    **_each("bn", (1, outputs), (1, learned)),
    **_each("instance_norm layer_norm group_norm", (4, outputs), (1, learned)),
    **_each("globalavgpool adaptive_avgpool", (1, over(2, inputs))),
    **_each("grid_sample", (4, outputs)),
    **_each("upsample", (1, over(2, by("nearest", outputs))), (4, by("bilinear", outputs))),
    **_each(_RECURRENT),
}

_PTFLOPS = {
    **_each(f"{_CONVS} linear", (1, macs), (1, biased)),
    **_each("bn instance_norm group_norm", (1, outputs), (1, learned)),
    **_each("layer_norm", (1, over(0, outputs))),
    **_each("lrn", (3, outputs), (1, neighbours)),
    **_each("relu elu gelu prelu upsample", (2, outputs)),
    **_each("relu6 silu leaky_relu softmax", (1, outputs)),
    **_each(_POOLS, (2, inputs)),
    **_each("onnx:LSTM", (1, macs), (10, states), (8, biased_states)),
    **_each("onnx:GRU", (1, macs), (7, states), (6, biased_states)),
    **_each("onnx:RNN", (1, macs), (1, states), (2, biased_states)),
}

_THOP = {
    **_each("conv dwconv linear", (1, macs)),
    **_each("upconv", (1, weights_per_position)),
    **_each("bn instance_norm", (2, outputs), (2, learned)),
    **_each("layer_norm", (2, over(0, outputs)), (2, over(0, learned))),
    **_each("avgpool prelu", (1, outputs)),
    **_each("globalavgpool adaptive_avgpool", (1, inputs), (1, outputs)),
    **_each("softmax", (3, outputs), (-1, positions)),
    **_each(
        "upsample",
        (1, by("nearest", outputs)),
        (5, by("linear", outputs)),
        (11, by("bilinear", outputs)),
    ),
    **_each("onnx:LSTM", (1, macs), (8, states), (8, biased_states)),
    **_each("onnx:GRU", (1, macs), (7, states), (6, biased_states)),
    **_each("onnx:RNN", (1, macs), (1, states), (2, biased_states)),
}

_TORCHINFO = {
    **_each(_CONVS, (1, per_position)),
    **_each("linear bn instance_norm layer_norm group_norm prelu scale", (1, parameters)),
    **_each(_RECURRENT, (1, per_step)),
}

_CALFLOPS = {
    **_each("conv dwconv", (2, macs), (1, biased)),
    **_each("upconv", (2, upconv_macs), (1, upconv_biases)),
    **_each("linear", (2, macs)),
    **_each("bn", (1, outputs), (1, learned)),
    **_each("instance_norm layer_norm group_norm", (4, outputs), (1, learned)),
    **_each("lrn", (3, outputs), (1, neighbours)),
    **_each("relu elu gelu silu prelu leaky_relu softmax", (1, outputs)),
    **_each(_POOLS, (1, inputs)),
    **_each("upsample", (1, resized)),
}

_BURDEN = {
    **_each("conv dwconv linear", (1, macs), (1, biased)),
    **_each("relu", (2, outputs)),
    **_each("maxpool avgpool", (2, step_values)),
    **_each("globalavgpool", (2, inputs)),
    **_each("add", (1, outputs)),
    **_each("lrn", (1, outputs), (2, positions), (2, inputs)),
}

_TRIED = frozenset(
    _each(
        "relu relu6 elu gelu silu sigmoid tanh hardswish hardsigmoid softmax prelu leaky_relu "
        "dropout scale conv dwconv upconv linear add mul concat bn instance_norm layer_norm "
        "group_norm lrn maxpool avgpool globalavgpool globalmaxpool adaptive_avgpool "
        "adaptive_maxpool flatten pad crop slice upsample pixel_shuffle channel_shuffle"
    )
)
"""Ops that the tools were run on: one without a rate of its own counts nothing there. An op that
is not named is uncounted in every profile until a tool's number confirms what it counts."""

_ALL = (
    Profile("cnncalc", "MACs",
            "multiply-accumulates of convolutions and dense layers; taps on padding count, biases "
            "and everything else do not",
            "our own convention", _OWN, None, ((1, macs),)),
    Profile("torchvision", "FLOPS",
            "multiply-accumulates of convolutions and dense layers, one operation each, under the "
            "name of FLOPS",
            "torchvision, `_ops` in the metadata of its weights, in GFLOPS",
            _each("conv dwconv linear", (1, macs)), _TRIED - {"upconv"}),
    Profile("timm", "MACs",
            "as fvcore, with which it counts: batch normalisation and adaptive average pooling "
            "are among the MACs",
            "timm, `infer_gmacs` in its benchmark results", _FVCORE, _TRIED),
    Profile("fvcore", "flops",
            "one for a multiply-accumulate, 2 for a batch-normalised value, 5 for one of another "
            "affine normalisation, 1 for each input of adaptive average pooling on a map; not "
            "biases, activations, other pooling or additions",
            "fvcore 0.1.5.post20221221", _FVCORE, _TRIED),
    Profile("ptflops", "Mac",
            "multiply-accumulates and biases, 2 for a batch-normalised value, 2 for a ReLU and "
            "for each input of pooling, as both the module and the function that it calls are "
            "counted; not residual additions",
            "ptflops 0.7.5, backend `pytorch`", _PTFLOPS, _TRIED),
    Profile("thop", "MACs",
            "multiply-accumulates, 4 for a batch-normalised value, 1 for an output of average "
            "pooling, inputs and outputs of adaptive average pooling; not biases, ReLU, max "
            "pooling or additions; the weights of a transposed convolution at every place of its "
            "output",
            "thop 0.1.1.post2209072238", _THOP, _TRIED),
    Profile("torchinfo", "mult-adds",
            "the weights and biases of a convolution at every place of its output, and all other "
            "parameters once, those of normalisation too",
            "torchinfo 1.8.0", _TORCHINFO, _TRIED),
    Profile("calflops", "FLOPs",
            "2 for a multiply-accumulate, biases of convolutions only, 2 for a batch-normalised "
            "value, 1 for an activation such as ReLU (but not ReLU6) and for each input of "
            "pooling; not residual additions",
            "calflops 0.3.2", _CALFLOPS, _TRIED),
    Profile("darknet", "FLOPs",
            "2 for a multiply-accumulate of convolutions and dense layers, nothing else",
            "Darknet, its log in BFLOPs and the table at pjreddie.com/darknet/imagenet",
            _each("conv dwconv linear", (2, macs)), _TRIED - {"upconv"}),
    Profile("convnet-burden", "FLOPs",
            "multiply-accumulates and biases, 2 for a ReLU, 2 for each value in a step of "
            "pooling, 1 for an addition; batch normalisation is taken as merged",
            "convnet-burden, README and reports",
            _BURDEN, frozenset({"bn", "concat", "flatten", "dropout"})),
    Profile("torch", "FLOP",
            "2 for a multiply-accumulate of convolutions and matrix products, nothing else",
            "PyTorch 2.13.0, `torch.utils.flop_counter.FlopCounterMode`", _TWICE_MACS, _TRIED),
)  # fmt: skip

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in _ALL}
"""Every profile by its name, our own first."""


def find_profile(name: str) -> Profile:
    """The profile of that name.

    Raises:
        ValueError: there is none; the message lists those there are.
    """
    if name in PROFILES:
        return PROFILES[name]
    near = did_you_mean(name, PROFILES)
    remedy = f"{near} " if near else ""
    raise ValueError(f"unknown profile {name!r}: {remedy}they are {', '.join(PROFILES)}")


def count(profile_name: str, layers: Iterable[Layer], batch: int = 1) -> list[int]:
    """One number a layer, in the tool's word; the sum is its total for the batch.

    Raises:
        ValueError: there is no such profile, or the batch is below 1.

    Example:
        >>> from cnncalc import parse
        >>> layers = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, bn, relu]}").layers
        >>> count("fvcore", layers)
        [3888, 288, 0]
    """
    profile = find_profile(profile_name)
    if batch < 1:
        raise ValueError(f"a batch has 1 example or more, not {batch}")
    known: dict[tuple[int, tuple[Shape, ...]], int] = {}
    counts = []
    for layer in layers:
        key = (id(layer.op), layer.input_shapes)
        found = known.get(key)
        if found is None:
            found = known[key] = batch * profile.of(layer)
        counts.append(found)
    return counts


def uncounted(profile_name: str, layers: Iterable[Layer]) -> list[str]:
    """The ops among these layers whose rule under the profile is not known, by their names.

    Raises:
        ValueError: there is no such profile.
    """
    profile = find_profile(profile_name)
    # What stands outside of the spec language has no rule in any profile but what MACs are.
    return sorted(
        {
            layer.op.name
            for layer in layers
            if layer.op.name in profile.unknown
            or not layer.op.is_counted
            or (
                layer.op.name not in OPS
                and (macs(layer) or products(layer))
                and profile.free is not None
                and layer.op.name not in profile.rates
            )
        }
    )
