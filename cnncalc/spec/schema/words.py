"""What an editor shows of a key or an attribute: the words that no table has."""

from collections.abc import Mapping

KEYS: Mapping[str, str] = {
    "name": "What the network is called.",
    "source": "The paper or the code that the network follows.",
    "description": "What else there is to say, in sentences.",
    "input": "The shape of the input: `3x224x224` is C x H x W, `2x100` C x L, `3x16x112x112` "
    "C x D x H x W, `784` features. Several inputs are a mapping of label to shape.",
    "vars": "Variables: numbers, true or false, lists, or the name of a block or an op. A variant "
    "or `--set name=value` overrides them; null waits for one of these.",
    "blocks": "Reusable groups of layers: name and parameters, as `bottleneck width stride=1`, "
    "and a body below it.",
    "layers": "The layers of the network, in order.",
    "outputs": "What the network gives: a list of labels, or a mapping of name to a body that "
    "starts from a label. Unless said, the last layer.",
    "auxiliary": "Heads for training only: name to a body that starts from a label. They count "
    "with `--auxiliary` alone.",
    "variants": "Networks of one family: each lays its own variables, input, expectations and "
    "budget over the file. `vgg.yaml:16` names one.",
    "expect": "Numbers that must hold: exact, `61_100_840`, or rounded as printed, `61.1M`. Of "
    "the network by metric, of a layer or group under its label.",
    "budget": 'Limits: `61M` or `"<= 61M"`, `">= 224"`, `224..512`; bytes have a unit, `4 MiB`. '
    "Of the network by metric, of a layer or group under its label.",
    "published": "Figures that the source prints, shown beside ours: by metric, or under a label.",
}
"""Each key of a spec and of its variants."""

NOTE = "What is known to be wrong with these figures."

_ATTRIBUTES: Mapping[str, str] = {
    "affine": "Whether a scale and a shift are learned for each channel.",
    "alpha": "The factor below zero.",
    "amounts": "Rows of zeros around the map.",
    "bias": "Whether a bias is learned for each output.",
    "ceil_mode": "Whether the number of windows is rounded up.",
    "count_include_pad": "Whether padding counts in the mean.",
    "dilation": "Distance between the taps of the kernel.",
    "eps": "What is added to the variance.",
    "factor": "How many times as long each axis becomes.",
    "groups": "Groups that the channels are dealt to.",
    "kernel_size": "Size of the window.",
    "mode": "How the values between are found.",
    "multiplier": "Output channels of each input channel.",
    "num_parameters": "Slopes that are learned: 1 for all channels, or one for each.",
    "out_channels": "Channels of the output.",
    "out_features": "Features of the output.",
    "output_padding": "Rows that are added at the end.",
    "output_size": "Size of the output.",
    "p": "Probability of a zero.",
    "padding": "Rows of zeros on each side: `half` is half the window, `full` all of it but one, "
    "`same` what makes the output the input's size divided by the stride, `valid` none.",
    "size": "Size of the output.",
    "slope": "The factor below zero.",
    "start": "The first channel.",
    "stop": "The channel after the last.",
    "stride": "Steps of the window.",
    "lrn.size": "Channels around each that are summed.",
    "lrn.alpha": "The factor of the sum.",
    "lrn.beta": "The exponent of the sum.",
    "lrn.k": "What is added to the sum.",
}
"""Attributes by their names, and by the op's name too where theirs means another thing in it."""


def attribute(op: str, name: str) -> str:
    """What an attribute of an op is; empty when there is nothing to add to its name."""
    return _ATTRIBUTES.get(f"{op}.{name}", _ATTRIBUTES.get(name, ""))
