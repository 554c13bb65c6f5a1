"""Model files of Ultralytics, changed at random: what is read is written as the same network."""

import re
from collections.abc import Iterable
from pathlib import Path
from random import Random

from cnncalc.diagnostics import SpecError
from cnncalc.spec import TIGHT, Selection, build
from cnncalc.spec.ultralytics.text import spec_text
from fuzz.harness import check

SUFFIX = ".yaml"
ATTEMPT_SECONDS = 4.0

FOLDER = Path(__file__).parents[2] / "ultralytics"

WORDS = (
    "-1", "0", "1", "-2", "99999", "1e9", "1.5", ".nan", "True", "False", "None", "null", "[]",
    "{}", "[[-1]]", "nc", "anchors", "kpt_shape", "x", "~", '"a b"', "model0", "if", "repeat",
    "(1,2)", "1_000", "010", "$", "\x07", "é", "9" * 30, "x" * 300, "[1,2,3]", "[[1,2],[3,4]]",
    "{a: 1}", "*a", "&a 1", "!!int 3", '"\\ud800"', "A2C2f", "AIFI", "BottleneckCSP", "C2PSA",
    "C3Ghost", "C3TR", "C3k2", "C3x", "CBFuse", "CBLinear", "Classify", "Concat", "Detect",
    "Focus", "HGBlock", "OBB", "Pose26", "ResNetLayer", "RepNCSPELAN4", "SCDown", "Segment26",
    "SemanticSegment", "SPPELAN", "nn.MaxPool2d", "nn.ConvTranspose2d", "nn.Upsample",
    "v10Detect", "end2end", "reg_max", "scales",
)  # fmt: skip


def make(random: Random) -> bytes:
    """One file."""
    path = random.choice(sorted(FOLDER.iterdir()))
    text = path.read_text(encoding="utf-8")
    for _ in range(random.choice((1, 1, 2, 4))):
        text = changed(text, random)
    return text.encode("utf-8", "surrogatepass")


def changed(text: str, random: Random) -> str:
    """A text with another word, line or character."""
    lines = text.split("\n")
    kind, place = random.random(), random.randrange(len(lines))
    words = list(re.finditer(r"[A-Za-z0-9_.-]+", text))
    if kind < 0.6 and words:
        word = random.choice(words)
        return text[: word.start()] + random.choice(WORDS) + text[word.end() :]
    if kind < 0.7:
        lines[place] = random.choice(lines)
    elif kind < 0.8:
        del lines[place]
    elif kind < 0.9:
        lines[place:place] = [lines[place]] * random.choice((1, 40, 400))
    else:
        at = random.randrange(len(text) + 1)
        return text[:at] + random.choice("[]{},:#&*!|>'\"%@`\n\t -") + text[at:]
    return "\n".join(lines)


def attempt(data: bytes) -> Iterable[str]:
    """Examine it; what is a network is the same when it is written as a spec.

    Raises:
        AssertionError: a promise is broken; any other exception is one, too.
    """
    examined = check(data)
    yield from {fault.code for fault in examined.faults}
    assert all(one.span.file == "hostile.yaml" for one in examined.faults if one.span)
    try:
        graph = build(examined.text, "hostile.yaml", Selection(), TIGHT)
        written = spec_text(examined.text, "hostile.yaml", None)
    except SpecError:
        yield "no network"
        return
    if written is None:
        yield "a spec"
        return
    again = build(written, "hostile.yaml", Selection())
    assert [layer[:6] for layer in again.layers] == [layer[:6] for layer in graph.layers]
    assert again.outputs == graph.outputs
    yield "network"
