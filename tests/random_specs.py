"""Specs drawn at random, of every form that the language has: what `convert` is tried on."""

from random import Random

PARAMETERS = [
    "out", "width", "in_channels", "in_channels2", "in_channels_mid", "mid", "channels", "depth",
    "number", "size", "module", "network", "forward_", "nn", "torch", "ordered_dict", "f", "y",
]  # fmt: skip
BLOCKS = ["unit", "pw", "conv_bn", "stage", "sequential", "linear_block", "ordered", "down"]
LABELS = ["stem", "low", "high", "conv1", "relu1", "pw1", "unit1", "features", "training", "p3",
          "forward", "bn1", "add1", "parameters"]  # fmt: skip
FORMS = [
    "plain", "plain", "plain", "call", "call", "call", "label", "reference", "repeat", "choice",
    "concat", "merge", "gate", "loop", "learned", "tokens", "unpooled", "share",
]  # fmt: skip
STRUCTURES = {
    "repeat": ["{repeat TIMES: BODY}"],
    "choice": ["{if TEST: BODY, else: x}", "{if TEST: BODY, else: BODY}"],
    "concat": ["{concat: [x, BODY]}", "{concat: [BODY, BODY]}"],
    "merge": [
        '{add: [[BODY, "conv1x1 WIDTH"], [BODY, "conv1x1 WIDTH"]]}',
        '{mul: [[BODY, "conv1x1 WIDTH"], [BODY, "conv1x1 WIDTH"]]}',
        '{sub: [[BODY, "conv1x1 WIDTH"], [BODY, "conv1x1 WIDTH"]]}',
        '{max: [[BODY, "conv1x1 WIDTH"], [BODY, "conv1x1 WIDTH"]]}',
        '{mean: [[BODY, "conv1x1 WIDTH"], [BODY, "conv1x1 WIDTH"], [BODY, "conv1x1 WIDTH"]]}',
    ],
    "learned": [
        "{add: [x, learned 1x6x5]}",
        "{mul: [x, learned 1x1x1]}",
        "{concat: [x, learned 4x6x5]}",
        "{max: [learned 1x6x1, x]}",
    ],
    "tokens": [
        '[tokens, "linear WIDTH", layer_norm, "attention 1", "as_map 6x5"]',
        '[tokens, {add: [x, ["attention 1 bias=false"]]}, "as_map 6x5"]',
        '[tokens, {attend: [x, [linear x.channels], "linear WIDTH"]}, "as_map 6x5"]',
        '[tokens, {matmul: [x, ["linear 6", transpose]]}, "as_map 2x3", "upsample size=6x5"]',
        '[tokens, "linear 30 axis=length", "as_map 6x5"]',
    ],
    "unpooled": [
        '[{LABEL: "conv1x1 WIDTH"}, "maxpool2x1 stride=2x1", bn, {max_unpool 2x1: [x, LABEL]}]',
        '["conv1x1 8", "pixel_shuffle 2", "pixel_unshuffle 2"]',
    ],
    "share": ['["conv1x1 WIDTH", {LABEL: "conv1x1 WIDTH"}, silu, "share LABEL"]'],
    "gate": ['{mul: [x, [globalavgpool, "conv1x1 x.channels", sigmoid]]}'],
}


class Drawn:
    """One spec, drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - it hides nothing
        self.calls: list[tuple[str, int]] = []
        self.labels = 0

    def one(self, choices: list[str]) -> str:
        """One of some."""
        return self.random.choice(choices)

    def label(self) -> str:
        """A label that no other has."""
        self.labels += 1
        name = self.one(LABELS)
        return name if self.random.random() < 0.3 else f"{name}_{self.labels}"

    def width(self, names: list[str]) -> str:
        """An expression for a number of channels."""
        forms = ["4", "8", "12", "x.channels", "x.channels", "2*x.channels//2", "x.channels//2",
                 "divisible(x.channels*0.75,4)", "wide", "rows[0]", "rows[1]+4"]  # fmt: skip
        for name in names:
            forms += [name, name, f"2*{name}", f"{name}//2", f"max({name},x.channels)",
                      f"x.channels+{name}"]  # fmt: skip
        return self.one(forms)

    def plain(self, names: list[str]) -> str:
        """A line with an op."""
        width = self.width(names)
        return self.one([
            f"conv1x1 {width}", f"conv1x1 {width}", f"conv3x3 {width} padding=1 bias=false",
            f"conv3x3 {width} padding=half groups=2", f"conv1x3 {width} padding=0x1",
            f"conv kernel_size={self.one(['1', '3'])} out_channels={width} padding=half",
            "dwconv3x3 padding=1", "dwconv3x3 padding=2 dilation=2 bias=false", "bn", "relu",
            "relu6", "silu", "prelu", "leaky_relu 0.1", "channel_shuffle 2", "group_norm 2",
            "slice 0 x.channels//2", "slice x.channels//2 x.channels", "dropout 0.1",
            "maxpool3x3 stride=1 padding=1", "avgpool3x3 stride=1 padding=same", "scale", "lrn",
            "layer_norm", "layer_norm bias=false", "rms_norm", "l2_norm", "grn", "times 0.17",
            "identity", "mish", "hardtanh 0 4", "softplus", "softmax axis=height",
            "softmax groups=2", "blur stride=1", f"conv3x3 {width} padding=1 standardized=true",
            "window_attention 1 2x5", "window_attention 1 6x5 shift=1x0 position=false",
        ])  # fmt: skip

    def body(self, names: list[str], tensors: list[str], depth: int) -> str:
        """Layers in a flow list; their maps keep their size."""
        seen = list(tensors)
        items = [self.layer(names, seen, depth) for _ in range(self.random.randint(1, 3))]
        return f"[{', '.join(items)}]"

    def layer(self, names: list[str], seen: list[str], depth: int) -> str:
        """A layer; a label that it makes is seen from then on."""
        kind = self.random.choice(FORMS) if depth < 3 else "plain"
        if kind == "call" and self.calls:
            return f'"{self.call(names)}"'
        if kind == "loop":
            return self.loop(names, seen, depth)
        if kind == "label":
            return self.labelled(names, seen, depth + 1)
        if kind == "reference" and seen:
            return self.one(['"SEEN"', "{concat: [SEEN, x]}"]).replace("SEEN", self.one(seen))
        if kind not in STRUCTURES:
            return f'"{self.plain(names)}"'
        text = self.one(STRUCTURES[kind])
        text = text.replace("WIDTH", self.width(names).replace("x.channels", "8"))
        text = text.replace("TIMES", self.one(["1", "2", "3", *names[:1]]))
        text = text.replace("TEST", self.test(names))
        self.labels += 1
        text = text.replace("LABEL", f"kept_{self.labels}")
        while "BODY" in text:
            text = text.replace("BODY", self.body(names, seen, depth + 1), 1)
        return text

    def labelled(self, names: list[str], seen: list[str], depth: int) -> str:
        """A layer or a group with a label."""
        label = self.label()
        is_group = self.random.random() < 0.4
        what = self.body(names, seen, depth) if is_group else f'"{self.plain(names)}"'
        seen.append(label)
        return f"{{{label}: {what}}}"

    def loop(self, names: list[str], seen: list[str], depth: int) -> str:
        """A loop with values, in a row or as branches; what is in it may read its variable."""
        self.labels += 1
        value = f"value_{self.labels}"
        body = self.body([*names, value], seen, depth + 1)
        values = self.one(["rows", "range(2, 7, 3)", "range(4, 8)"])
        if self.random.random() < 0.5:
            return f"{{for {value} in {values}: {body}}}"
        return f"{{concat: [x, for {value} in {values}: {body}]}}"

    def test(self, names: list[str]) -> str:
        """A condition."""
        forms = ["x.channels > 6", "big", "x.channels % 8 == 0"]
        forms += [f"{name} > 4" for name in names]
        return self.one([*forms, *(f"x.channels != {name}" for name in names)])

    def call(self, names: list[str]) -> str:
        """A call of a block."""
        block, number = self.random.choice(self.calls)
        return " ".join([block, *(self.width(names) for _ in range(number))])

    def block(self) -> str:
        """The definition of a block; blocks after it may call it."""
        name = self.one([one for one in BLOCKS if one not in {call[0] for call in self.calls}])
        names = self.random.sample(PARAMETERS, self.random.randint(0, 3))
        number = len(names)
        declared = [*names]
        if names and self.random.random() < 0.3:
            number -= 1
            declared[-1] += f"={self.one(['4', '8'])}"
        text = f"  {' '.join([name, *declared])}: {self.body(names, [], 1)}"
        self.calls.append((name, number))
        return text

    def text(self) -> str:
        """The spec."""
        several = self.random.random() < 0.3
        lines = ["name: drawn"]
        lines.append("input: {left: 4x6x5, right: 8x6x5}" if several else "input: 4x6x5")
        lines.append("vars: {wide: 8, rows: [4, 8], big: true}")
        lines += ["blocks:", *(self.block() for _ in range(self.random.randint(1, 3)))]
        lines.append("layers:")
        seen = ["left", "right"] if several else []
        if several:
            lines.append(f"  - concat: [[left, {self.layer([], list(seen), 1)}], right]")
        for _ in range(self.random.randint(2, 6)):
            lines.append(f"  - {self.layer([], seen, 0)}")
        if self.random.random() < 0.5:
            label = self.label()
            lines.append(f"  - {label}: conv1x1 4")
            seen.append(label)
        starts = [one for one in seen if one not in {"left", "right"}]
        for part, chance in (("outputs", 0.4), ("auxiliary", 0.4)):
            if starts and self.random.random() < chance:
                lines.append(f"{part}:")
                for number in range(self.random.randint(1, 2)):
                    start = self.one(starts)
                    more = self.body([], [start], 1)
                    lines.append(f"  {part[:3]}_{number}: [{start}, {more[1:]}")
        if self.random.random() < 0.3:
            lines.append("variants: {wider: {vars: {wide: 16, big: false}}}")
        return "\n".join([*lines, ""])
