"""Command lines that nobody would write: odd values, contradictory options, missing files.

A line is its arguments with NUL between them. It runs in a folder of its own, that no option
leads out of, in this process and with captured output.
"""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import chdir
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

import click

from cnncalc.cli.main import COMMANDS, main, run
from fuzz.clock import stopwatch

MOST_SECONDS = 2.0
"""Processor time of a line whose network is small."""

LARGE_SECONDS = 60.0
"""Processor time of a line that runs a network."""

EXITS = (0, 1, 2)

SPEC = """\
name: small
input: 3x16x16
vars: {width: 4}
layers:
  - stem: [conv3x3 width padding=1, bn, relu]
  - flatten
  - fc: linear 5
variants: {wide: {vars: {width: 8}}}
auxiliary: {extra: [stem, flatten, linear 2]}
published: {fc: {parameters: 5K}}
"""

FILES = {
    "net.yaml": SPEC,
    "broken.yaml": "name: [\n",
    "empty.yaml": "",
    "doc.md": "<!-- cnncalc net.yaml macs -->1 K<!-- /cnncalc -->\n",
    "cnncalc.toml": '[budget]\nparameters = "1M"\n',
    "base.json": "{}",
    "odd\x1b[31mname.yaml": SPEC,
    "-o.yaml": SPEC,
}

NAMES = (
    "net.yaml", "./net.yaml", "net.yaml:wide", "net.yaml:", "net.yaml:\x1b[0m", "broken.yaml",
    "empty.yaml", "missing.yaml", "missing.onnx", "doc.md", "base.json", "lenet5", "alexnet",
    "vgg:11", "vgg:99", "vgg", "resnet18", "lecture", "lecture/", "lecture/filters:conv",
    "lecture/filters", "odd\x1b[31mname.yaml", "-", "--", "-o.yaml", ".", "..", "/", "", " ",
    ":", "::", "a:b:c", "net.yaml\x0b", "ünï.yaml", "\u202enet.yaml", "\udcff.yaml", "~", "*",
    "x" * 300, "folder", "folder/", "/dev/null", "CON", "net.yaml/", "\x7f",
)  # fmt: skip

WORDS = (
    "", " ", "-", "--", "0", "-1", "1", "2", "3", "1e9", "9" * 30, "9" * 400, "nan", "inf",
    "0.5", "1.5", "0x10", "\u0661", "²", "all", "ALL", "none", "True", "float16", "FLOAT32",
    "fp16", "json", "table", "csv", "markdown", "latex", "text", "yaml", "dot", "onnx", "adam",
    "sgd", "8G", "8GiB", "1B", "0B", "0GiB", "99999999GiB", "1kb", "100 MiB", "1..2", "3x16x16",
    "3x0x16", "3x9x9x9x9x9", "x=3x16x16", "input=3x16x16", "=3x16x16", "3x99999999999x4",
    "3x16x16x", "width=8", "width=", "=8", "width=8**9**9", "width=-1", "width='", "no=1",
    "width=\x1b", "macs", "macs,macs", "macs,parameters", "op,output", ",", ",,,", "layer",
    "mac", "ptflops", "fvcore", "thop", "\x1b[2J", "\x00", "\n", "\r\n", "a\nb", "\u2028",
    "\udcff", "🙂", "é", "relu", "conv3x3 8", "conv3x3 8, relu", "conv9x9 8", "(", "conv3x3 (8",
    "linear 99999999999999999999", "::error::x", "%", "%s", "{0}", "[red]x[/red]", "$(id)",
    "W601", "W6", "W999", "E402", "e402", "stem", "stem.relu1", "fc", "nothing", "HEAD",
    "--upload-pack=x", "out.json", "out.npz", "out.onnx", "out.py", "out.xyz", "net.yaml",
)  # fmt: skip

FITTING = {
    "--set": ("width=8", "width=2"),
    "--input": ("3x20x20", "3x16x16"),
    "--batch": ("2", "1000000000"),
    "--dtype": ("float16", "float64", "int8"),
    "--format": ("json", "table", "csv", "markdown", "latex", "text", "sarif", "github"),
    "--columns": ("macs", "op,output", "parameters,macs", "macs%", "receptive_field"),
    "--depth": ("1", "all"),
    "--layout": ("hwc",),
    "--training": ("adam", "sgd"),
    "--fit": ("1GiB", "1B", "8G"),
    "--count": ("ptflops", "thop"),
    "--output": ("out.json", "out.npz"),
    "-o": ("out.json", "out.npz", "net.yaml"),
    "--layers": ("conv3x3 8", "relu, bn"),
    "-l": ("conv3x3 8", "flatten, linear 4"),
    "--seed": ("0", "5"),
    "--scale": ("0.5", "1"),
    "--to": ("yaml", "torch", "onnx", "dot", "mermaid"),
    "--device": ("rtx4090", "i9-10940x", "net.yaml"),
    "--select": ("W6", "W601"),
    "--fail-on": ("error", "information"),
    "--baseline": ("base.json", "new.json"),
    "--config": ("cnncalc.toml",),
    "--jobs": ("1",),
    "--tolerance": ("2%", "0"),
    "--for": (
        "width",
        "size",
        "width=2..64:2",
        "width,size",
        "size=8,16,32",
        "height",
        "input.channels",
    ),
    "--where": ("macs <= 1M", "parameters >= 900 and width <= 9", "fc.macs == 20", "depth < 3"),
    "--maximise": ("macs", "width", "size"),
    "--minimize": ("parameters", "width"),
    "--match": ("net.yaml:wide", "lenet5"),
    "--metric": ("macs", "peak_activation_bytes", "receptive_field"),
}
"""Values that an option takes, so that a line gets past the reading of its options."""

ENDING = [name for name in COMMANDS if name not in {"edit", "lsp"}]
"""The commands that end by themselves: the others serve until they are stopped."""

REPEATS = 4
"""Options of one line at most, each of them drawn anew."""


@cache
def _options(name: str) -> tuple[tuple[str, bool], ...]:
    """The options of a command, and whether each takes a value."""
    with main.make_context("cnncalc", [name]) as context:
        command = main.get_command(context, name)
    assert command is not None
    return tuple(
        (word, not (one.is_flag or one.count))
        for one in command.params
        if isinstance(one, click.Option)
        for word in (*one.opts, *one.secondary_opts)
    )


def make(random: Random) -> bytes:
    """A command line: mostly of the right shape, with something odd in it."""
    name = random.choice(ENDING) if random.random() < 0.97 else random.choice(WORDS)
    parts: list[list[str]] = []
    if name in COMMANDS:
        for _ in range(random.randint(0, REPEATS)):
            word, takes_value = random.choice(_options(name))
            parts.append(_written(word, random) if takes_value else [word])
    if random.random() < 0.05:
        parts.append([random.choice(["--nothing", "-x", "--", "-", "---", "-\x1b", "--=", "-é"])])
    least = {"summarize": 1, "convert": 2, "diff": 2, "compare": 2, "verify": 1, "run": 1}
    least["solve"] = 1
    count = least.get(name, 0) + random.choice([0, 0, 0, 1, 2, -1])
    parts += [[_argument(name, place, random)] for place in range(max(0, count))]
    random.shuffle(parts)
    words = [name, *(word for part in parts for word in part)]
    if random.random() < 0.1:
        words[random.randrange(len(words))] = random.choice((*WORDS, *NAMES))
    return "\0".join(word.replace("\0", "") for word in words).encode(errors="surrogateescape")


def _written(option: str, random: Random) -> list[str]:
    odd = WORDS if random.random() < 0.8 else NAMES
    value = random.choice(FITTING.get(option, odd) if random.random() < 0.7 else odd)
    if option.startswith("--") and random.random() < 0.3:
        return [f"{option}={value}"]
    return [option, value] if random.random() < 0.97 else [option]


def _argument(command: str, place: int, random: Random) -> str:
    if command == "rule":
        return random.choice(WORDS)
    if command in {"explain", "run"} and place > 0:
        return random.choice(("stem", "fc", "stem.relu1", *WORDS))
    if command == "convert" and place > 0:
        return random.choice(("-", "out.onnx", "out.py", "out.dot", "out.yaml", *NAMES))
    if random.random() < 0.7:
        return "net.yaml"
    return random.choice(NAMES)


def attempt(data: bytes) -> Iterator[str]:
    """Run the line, and say what came of it.

    Raises:
        AssertionError: it broke a promise; any other exception is a fault, too.
    """
    words = data.decode(errors="surrogateescape").split("\0")
    words = [word for word in words if not _leads_out(word)]
    with TemporaryDirectory() as folder, chdir(folder):
        _furnish(Path(folder))
        with stopwatch() as took:
            code, output = _left(words)
    assert code in EXITS, f"left with {code}"
    assert took.seconds < _allowed_seconds(words), f"{took.seconds:.1f} s"
    odd = sorted({character for character in output if _is_control(character)})
    assert not odd, f"{odd!r} in the output"
    assert "Traceback" not in output
    yield f"{words[0] if words and words[0] in COMMANDS else 'no command'} {code}"


class Left(BaseException):
    """The program has left, with a code."""


def _left(words: Sequence[str]) -> tuple[int, str]:
    """The code that the whole program leaves with, and all that it prints."""

    def leave(code: int) -> None:
        raise Left(code)

    written = io.BytesIO()
    with (
        patch("os._exit", leave),
        # `edit` would serve until Ctrl-C, in a browser, without the collector.
        patch("socketserver.BaseServer.serve_forever"),
        patch("webbrowser.open"),
        patch("gc.disable"),
        patch("gc.freeze"),
        patch("sys.argv", ["cnncalc", *words]),
        patch("sys.stdin", io.TextIOWrapper(io.BytesIO(SPEC.encode()))),
        patch("sys.stdout", io.TextIOWrapper(written, "utf-8", write_through=True)) as out,
        patch("sys.stderr", io.TextIOWrapper(written, "utf-8", "backslashreplace")) as errors,
    ):
        try:
            run()
        except Left as left:
            errors.flush()
            output = written.getvalue().decode()
            # Kept from closing the buffer when they go.
            out.detach()
            errors.detach()
            return int(left.args[0]), output
    raise AssertionError("the program has not left")


def _allowed_seconds(words: Sequence[str]) -> float:
    """How long it may take: to run a network, or to write its weights, takes long."""
    runs = {"verify", "run", "convert"}
    return LARGE_SECONDS if runs & set(words[:1]) else MOST_SECONDS


def _leads_out(word: str) -> bool:
    """Whether an argument, or the value written on an option, is a path out of the folder."""
    path = word.partition("=")[2] or word
    path = path.removeprefix("-o")
    is_absolute = os.path.isabs(path) and path not in {"/", "/dev/null"}
    return is_absolute or ".." in Path(path).parts or path.startswith("~")


def _furnish(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "folder").mkdir()


def _is_control(character: str) -> bool:
    """Whether a character steers a terminal: none of those that lines are made of."""
    code = ord(character)
    return (
        (code < 0x20 and character not in "\n\t")
        or 0x7F <= code < 0xA0
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
    )
