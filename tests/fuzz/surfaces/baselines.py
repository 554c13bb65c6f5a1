"""Hostile baselines: what stands in one is a clean answer, and soon, whatever it is."""

import gc
import json
import os
import re
import resource
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from cnncalc.checks.baseline.read import ANYONES
from cnncalc.checks.stored import EXACT, SHAPES, TOTALS
from cnncalc.cli.main import main
from cnncalc.metrics import METRICS
from fuzz.clock import stopwatch

ATTEMPT_SECONDS = MOST_SECONDS = 4.0
MOST_MEGABYTES = 300

SPECS = {
    "net.yaml": "name: small\ninput: 3x8x8\nlayers: [a: conv3x3 8, relu]\n",
    "two.yaml": "input: 3x8x8\nvars: {w: 4}\n"
    "layers: [g: [conv3x3 w, relu], flatten, fc: linear 3]\n"
    "variants: {one: {vars: {w: 8}}, two: {}}\n",
}
"""Specs that a baseline speaks of."""

FORMS = ("full", "concise", "json", "jsonl", "github", "sarif", "junit", "gitlab", "markdown")

STRINGS = (
    "", "8x6x6", "8", "1000", "x", "8x", "٣x٣", "²", "1" * 5000, "1x" * 400 + "1", "\0",
    "\x1b[31m", "\u202e", "\ud800", "::error::", "<b>", "\n", "net.yaml", "../net.yaml",
    "/etc/passwd", "é" * 99, "float32", "float16", "int4", "adam", "sgd", "{{1}}", "%s", "🦊",
)  # fmt: skip

NUMBERS = (
    "0", "1", "-1", "216", "1.5", "1e400", "-0", "NaN", "Infinity", "-Infinity", "1" * 400,
    "1" * 1000, "1" * 1001, "1" * 4301, "1" * 100_000, "1e9", "true", "null",
)  # fmt: skip

NAMES = (
    "net.yaml", "two.yaml", "two.yaml:one", "two.yaml:two", "two.yaml:three", "gone.yaml",
    "a:b:c.yaml:d", ":", "net.yaml:", "../x.yaml", "./net.yaml", "x.onnx", "C:\\net.yaml",
    "net.YAML",
)  # fmt: skip

BASIS = {"batch": "1", "dtype": '"float32"', "optimizer": '"adam"'}


def text_of(random: Random) -> str:
    """A text as JSON has it, or nearly."""
    text = random.choice((*STRINGS, *NAMES))
    if random.random() < 0.05:
        return f'"{text}"'  # with what is no JSON
    return json.dumps(text, ensure_ascii=random.random() < 0.7)


def value(random: Random, depth: int = 0) -> str:
    """Any value."""
    kind = random.random()
    if kind < 0.4:
        return random.choice(NUMBERS)
    if kind < 0.7 or depth > 3:
        return text_of(random)
    if kind < 0.85:
        return f"[{', '.join(value(random, depth + 1) for _ in range(random.randrange(4)))}]"
    rows = (f"{text_of(random)}: {value(random, depth + 1)}" for _ in range(random.randrange(4)))
    return f"{{{', '.join(rows)}}}"


def figures(random: Random) -> str:
    """The figures of a network: what is stored of one, or nearly."""
    rows = []
    for _ in range(random.choice((0, 1, 3, 9))):
        metric = random.choice((*TOTALS, *METRICS, "share", "zzz", ""))
        layer = random.choice(("", "", "a.", "g.conv1.", "fc.", "gone.", "..", "a" * 500 + "."))
        shown = '"8x6x6"' if metric in SHAPES else str(random.choice((0, 1, 216, 10**30)))
        if metric in EXACT and metric not in SHAPES:
            shown = "2"
        key = json.dumps(layer + metric)
        rows.append(f"{key}: {shown if random.random() < 0.8 else value(random)}")
    return f"{{{', '.join(rows)}}}"


def document(random: Random) -> str:
    """A whole baseline: now and then a part of it is something else."""
    care = random.choice((1, 0.97, 0.8))

    def or_else(text: str) -> str:
        return text if random.random() < care else value(random)

    def named(name: str) -> str:
        return json.dumps(name) if random.random() < care else text_of(random)

    basis = ", ".join(f"{named(key)}: {or_else(text)}" for key, text in BASIS.items())
    names = random.choices(NAMES, k=random.choice((0, 1, 2, 5)))
    networks = ", ".join(f"{named(name)}: {or_else(figures(random))}" for name in names)
    parts = {
        "schema_version": or_else("1"),
        "basis": or_else(f"{{{basis}}}"),
        "figures": or_else(f"{{{networks}}}"),
    }
    rows = [f"{named(key)}: {text}" for key, text in parts.items()]
    if random.random() < 0.1:
        rows.append(random.choice(rows))
    return f"{{{', '.join(rows)}}}"


START = '{"schema_version": 1, "basis": {"batch": 1, "dtype": "float32", "optimizer": "adam"}, '


def stored(networks: Iterable[str]) -> str:
    """A baseline of some networks."""
    return f'{START}"figures": {{{", ".join(networks)}}}}}'


def network(rows: Iterable[str]) -> str:
    """A baseline of one network with some figures."""
    return stored([f'"net.yaml": {{{", ".join(rows)}}}'])


def deep(random: Random, count: int) -> str:
    """Brackets within brackets."""
    return random.choice(("[", '{"a":', "[{", "[[],")) * count


def long_key(random: Random, count: int) -> str:
    """A long text where keys and shapes stand."""
    long = json.dumps(random.choice(("a", "é", "a.", ".", "\n", "macs", ":")) * count)
    figures = random.choice((f"{{{long}: 1}}", f'{{"output": {long}}}', "{}"))
    name = random.choice((long, '"net.yaml"'))
    return f'{START}{random.choice((long, chr(34) * 2))}: 1, "figures": {{{name}: {figures}}}}}'


def long_shapes(random: Random, count: int) -> str:
    """Shapes of many large numbers."""
    shape = "9" * random.choice((10, 400)) + "x9" * 200
    return network(f'"l{n}.output": "{shape}"' for n in range(count // 100))


LARGE: Sequence[Callable[[Random, int], str]] = (
    deep,
    long_key,
    long_shapes,
    lambda _, count: stored(f'"n{n}.yaml": {{}}' for n in range(count)),
    lambda _, count: stored('"net.yaml": {}' for _ in range(count)),
    lambda _, count: stored(f'"{":" * 4000}{n}": {{}}' for n in range(count // 400)),
    lambda _, count: stored([f'"{":" * count}net.yaml": {{"macs": 1}}']),
    lambda _, count: network(f'"l{n}.macs": {n}' for n in range(count)),
    lambda _, count: network(f'"zz{n}": -1' for n in range(count)),
    lambda _, count: network(f'"l{n}.macs": {"9" * 1000}' for n in range(count // 100)),
    lambda _, count: network(['"macs": 1' + "\n" * count]) + " " * count,
)
"""One of few things, a great many times."""


def large(random: Random) -> str:
    """As much as a file may hold of something."""
    return random.choice(LARGE)(random, random.choice((100, 1000, 20_000, 200_000)))


def make(random: Random) -> bytes:
    """A baseline that someone might hand in to do harm, or by accident."""
    kind = random.random()
    text = large(random) if kind < 0.06 else value(random) if kind < 0.15 else document(random)
    data = text.encode("utf-8", "surrogatepass")[: ANYONES.size + 2]
    if random.random() < 0.1:
        data = text.encode(random.choice(("utf-16", "utf-8-sig", "utf-32")), "surrogatepass")
    if random.random() < 0.3 and data:
        changed = bytearray(data)
        for _ in range(random.choice((1, 2, 20))):
            at = random.randrange(len(changed))
            changed[at : at + random.randrange(3)] = random.choice(
                (b"", b"\0", b"\xff", b"<<<<<<< HEAD\n", b"{", b'"', b"9", b"\r", b"\xe2\x80\xae")
            )
            changed = changed or bytearray(b" ")
        data = bytes(changed)
    return data


def attempt(data: bytes) -> Iterable[str]:
    """Hold two specs against a baseline, and write it anew.

    Raises:
        AssertionError: a promise is broken; any other exception is one, too.
    """
    with TemporaryDirectory() as folder:
        for name, text in SPECS.items():
            (Path(folder) / name).write_text(text, "utf-8")
        file = Path(folder) / "figures.json"
        file.write_bytes(data)
        form = FORMS[len(data) % len(FORMS)]
        yield from _run(folder, "--format", form)
        yield from _run(folder, "--tolerance", "5%", "--format", "full")
        updated = list(_run(folder, "--update-baseline"))
        yield from updated
        if "exit 2" in updated:
            assert file.read_bytes() == data
        else:
            assert "exit 0" in list(_run(folder)), "what was written does not hold"
        assert sorted(os.listdir(folder)) == ["figures.json", *sorted(SPECS)]
    gc.collect()  # the command runs without


def _run(folder: str, *options: str) -> Iterator[str]:
    file = str(Path(folder) / "figures.json")
    before = _megabytes()
    command = ["check", folder, "--baseline", file, "--ignore", "W", *options]
    with stopwatch() as took:
        done = CliRunner().invoke(main, command)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in {0, 1, 2}, done.exit_code
    assert took.seconds < MOST_SECONDS, f"{took.seconds:.1f} s"
    # The highest mark of this process; it is compared with what was there before.
    assert _megabytes() - before < MOST_MEGABYTES, f"{_megabytes() - before:.0f} MB more"
    yield f"exit {done.exit_code}"
    yield from set(re.findall(r"\b[EW][0-9]{3}\b", done.output[:100_000]))
    if "json" in options or "sarif" in options:
        assert json.loads(done.stdout) if done.exit_code < 2 else True
    if "full" in options or "concise" in options:
        assert all(line.isprintable() for line in done.output.split("\n"))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
