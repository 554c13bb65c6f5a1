"""Random valid networks, and `verify` on them.

    python tests/random_networks.py 10000

verifies as many, prints each that disagrees, and leaves with 1 if there is one.
"""

import sys
import time
from collections.abc import Iterator
from math import prod

from random_lines import AXES, CHANNELS, LENGTHS, Lines, flow, quoted

import cnncalc
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph

MERGES = ("add", "mul", "concat", "sub", "max", "mean")
ATTEMPTS = 20
"""Layers that are tried where one is wanted: what does not fit is left out."""


class Maker(Lines):
    """Layers of every form, on a map that is known."""

    shape: tuple[int, ...] = ()
    """Of the map that the next layer reads."""

    def same_map(self) -> str:
        """A layer that keeps the size of the map."""
        kernel = self.size((1, 3, 5))
        kind = self.random.choice(("conv", "dwconv", "avgpool", "maxpool"))
        if kind == "conv":
            return f"conv{kernel} {{x.channels}} padding=half".replace(
                "{x.channels}", "x.channels"
            )
        if kind == "dwconv":
            return f"dwconv{kernel} padding=half dilation={self.random.choice((1, 2))}"
        return f"{kind}{kernel} stride=1 padding=half"

    def learned(self) -> str:
        """A tensor that is learned and meets the map."""
        if self.random.random() < 0.2:
            axis = self.random.randrange(len(self.shape))
            named = ("channels", *AXES[self.axes])[axis]
            shape = [2 if place == axis else n for place, n in enumerate(self.shape)]
            order = self.random.choice(("x, LEARNED", "LEARNED, x"))
            text = quoted(f"learned {'x'.join(map(str, shape))}")
            return f"{{concat axis={named}: [{order.replace('LEARNED', text)}]}}"
        merge = self.random.choice(("add", "mul", "max"))
        shape = [n if self.random.random() < 0.6 else 1 for n in self.shape]
        return f"{{{merge}: [x, {quoted('learned ' + 'x'.join(map(str, shape)))}]}}"

    def unpooled(self) -> str:
        """A map that is pooled and spread out again."""
        label, size = self.label(), self.size((1, 2, 3))
        flags = self.some(ceil_mode="true", padding=self.size((0, 1)))
        inner = self.same_map() if self.random.random() < 0.5 else self.values()
        pool = f"maxpool{size} {flags}"
        pooled = f"{quoted(pool)}, {quoted(inner)}"
        spread = f"max_unpool {size} {flags}".strip()
        return f"[{{{label}: {quoted(self.values())}}}, {pooled}, {{{spread}: [x, {label}]}}]"

    def shared(self) -> str:
        """Layers that run twice with one set of weights."""
        label = self.label()
        body = flow(self.same_map(), self.values())
        again = self.random.choice((f"'share {label}'", f"{{add: [x, ['share {label}']]}}"))
        return f"[{{{label}: {body}}}, {quoted(self.values())}, {again}]"

    def token_layer(self) -> str:
        """A layer on tokens that keeps their number."""
        heads = self.random.choice((1, 1, 2))
        return self.random.choice(
            (
                f"'linear {self.random.choice(CHANNELS)}'",
                f"'linear {self.random.choice(CHANNELS)} bias=false'",
                f"'linear {prod(self.shape[1:])} axis=length'",
                "layer_norm",
                "rms_norm",
                "softmax",
                "'softmax axis=length'",
                f"'attention {heads} {self.some(dim='4', bias='false')}'",
                f"{{attend {heads}: [x, x, x]}}",
                f"{{attend {heads}: [x, [linear x.channels], ['linear 4']]}}",
                "{matmul: [{matmul: [x, [transpose]]}, x]}",
                "{add: [x, ['attention 1']]}",
                "{matmul: [['linear 3', transpose, 'linear 5', transpose, transpose], x]}",
            )
        )

    def tokens(self) -> str:
        """A map as tokens and, at times, back."""
        inner = [self.token_layer() for _ in range(self.random.randrange(1, 4))]
        size = "x".join(map(str, self.shape[1:]))
        back = [f"'as_map {size}'"] if self.axes > 1 else []
        return f"[{', '.join(['tokens', *inner, *back])}]"

    def windows(self) -> str:
        """Attention in the windows of a map."""
        window = [self.random.choice((1, 2, 3, n)) for n in self.shape[1:]]
        flags = self.some(
            shift="x".join(str(self.random.randrange(n)) for n in window),
            grid="true",
            position="false",
            dim="4",
        )
        return (
            f"window_attention {self.random.choice((1, 2))} {'x'.join(map(str, window))} {flags}"
        )

    def newer(self) -> str:
        """Layers that several lines make."""
        kinds = [self.learned, self.unpooled, self.shared, self.tokens]
        if self.axes == 2:
            kinds.append(lambda: quoted(self.windows()))
        return self.random.choice(kinds)()

    def merge(self) -> str:
        """Branches that meet."""
        branches = ["x"] if self.random.random() < 0.5 else [flow(self.same_map())]
        branches += [
            flow(self.same_map(), *(self.values() for _ in range(self.random.randrange(2))))
            for _ in range(self.random.randrange(1, 3))
        ]
        return f"{{{self.random.choice(MERGES)}: [{', '.join(branches)}]}}"

    def gate(self) -> str:
        branch = flow("globalavgpool", "conv1x1 x.channels" if self.axes == 2 else "relu")
        return f"{{mul: [x, {branch}]}}"

    def repeated(self) -> str:
        body = flow(self.same_map(), self.values())
        return f"{{repeat {self.random.randrange(1, 4)}: {body}}}"

    def layer(self, labels: list[str]) -> str:
        """A layer in YAML's flow form."""
        draw = self.random.random()
        kinds = ((0.15, self.newer), (0.72, lambda: quoted(self.line())), (0.84, self.merge),
                 (0.88, self.gate), (0.92, self.repeated))  # fmt: skip
        for below, kind in kinds:
            if draw < below:
                return kind()
        if draw < 0.96 or not labels:
            return f"{{{self.label()}: {quoted(self.line())}}}"
        return f"{{{self.random.choice(MERGES)}: [x, {self.random.choice(labels)}]}}"

    def longer(self, inputs: list[str], layers: list[str], graph: Graph | None) -> list[str]:
        """The layers and one more; none where the map is none any more."""
        self.shape = graph.layers[-1].output_shape if graph else shape_of(inputs[0])
        if len(self.shape) != self.axes + 1:
            return []
        labels = [one[1:].partition(":")[0] for one in layers if one.startswith("{t")]
        return [*layers, self.layer(labels)]


def made(seed: int) -> tuple[str, Graph]:
    """The text of a network of 1 to 12 layers, and the network."""
    maker = Maker(seed)
    draw = maker.random
    inputs = [
        "x".join(map(str, (draw.choice(CHANNELS), *(draw.choice(LENGTHS[maker.axes])
                                                   for _ in range(maker.axes)))))
    ]  # fmt: skip
    layers: list[str] = []
    if draw.random() < 0.2:
        length = inputs[0].partition("x")[2]
        inputs.append(f"{draw.choice(CHANNELS)}x{length}")
        layers.append("{concat: [[a], [b, conv1x1 2]]}" if maker.axes == 2 else "{concat: [a, b]}")
    graph = parsed(inputs, layers)
    wanted = draw.randrange(1, 9)
    for _ in range(ATTEMPTS):
        if len(layers) >= wanted:
            break
        longer = maker.longer(inputs, layers, graph)
        found = parsed(inputs, longer)
        if found is not None:
            layers, graph = longer, found
    if draw.random() < 0.3:
        longer = [*layers, *draw.choice((("flatten", "linear 5"), ("flatten", "relu", "softmax")))]
        found = parsed(inputs, longer)
        if found is not None:
            layers, graph = longer, found
    if graph is None:
        return made(seed + 1_000_000_007)
    return text_of(inputs, layers), graph


def shape_of(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split("x")))


def text_of(inputs: list[str], layers: list[str]) -> str:
    entry = inputs[0] if len(inputs) == 1 else f"{{a: {inputs[0]}, b: {inputs[1]}}}"
    return f"{{name: n, input: {entry}, layers: [{', '.join(layers)}]}}"


def parsed(inputs: list[str], layers: list[str]) -> Graph | None:
    if not layers:
        return None
    try:
        return cnncalc.parse(text_of(inputs, layers))
    except SpecError:
        return None


def alarms(seeds: range) -> Iterator[tuple[int, str, tuple[object, ...]]]:
    """Each network on which `verify` disagrees: its seed, its text, what disagrees."""
    for seed in seeds:
        text, graph = made(seed)
        dtype = "float64" if seed % 3 == 0 else "float32"
        found = cnncalc.verify(graph, seed=seed, dtype=dtype)
        if not found.agrees:
            yield seed, text, found.disagreements


def main(wanted: int, first: int = 0) -> int:
    start = time.monotonic()
    count = 0
    for seed, text, wrong in alarms(range(first, first + wanted)):
        count += 1
        lines = [f"{seed}: {text}", *(f"    {check}" for check in wrong[:3])]
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    seconds = time.monotonic() - start
    sys.stdout.write(f"{wanted} networks, {count} disagree, {seconds:.0f} s\n")
    return int(count > 0)


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
