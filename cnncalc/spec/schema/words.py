"""What an editor shows of a key: the words that no table has."""

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
