"""Hostile project files: whatever stands in one, a check of two specs ends soon and cleanly."""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import chdir
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from cnncalc.checks.project import LARGEST_PROJECT
from cnncalc.metrics import METRICS
from fuzz.surfaces.answers import held

SUFFIX = ".toml"
ATTEMPT_SECONDS = 6.0

SPECS = {
    "net.yaml": "name: small\ninput: 3x8x8\nlayers: [a: conv3x3 8, relu]\n",
    "nets/two.yaml": "input: {l: 3x8x8, r: 3x8x8}\nvars: {w: 4}\n"
    "layers: [add: [l, r], g: [conv3x3 w, relu], flatten, fc: linear 3]\n"
    "variants: {one: {vars: {w: 8}}, two: {}}\n",
}
OTHERS = {"base.json": "{}", "secret.txt": "ROSEBUD-ROSEBUD\n"}
"""The second stands outside of the project: nothing of it may be told."""

FORMS = ("full", "concise", "json", "github", "sarif", "junit", "gitlab", "markdown")

GLOBS = (
    "net.yaml", "nets/*.yaml", "**", "**/*.yaml", "nets/two.yaml:one", "*:t*", "gone.yaml", "[",
    "[!a]*", "[a-", "*" * 400, "/etc/*", "**/" * 100 + "*", "*a" * 100 + "b", "?" * 300,
    "../x.yaml",    "", ":", "a:b:c", "\0", "\x1b[31m", "\u202e", "::error::x",
    "é" * 200, "nets", "nets/", "./**",    "[[]" * 90, "x" * 501,
)  # fmt: skip

PATHS = (
    "base.json", "new.json", "gone/new.json", "../secret.txt", "../new.json", "/etc/passwd",
    "/proc/self/environ", "/dev/zero", "/dev/stdin", ".", "..", "nets", "", "\0", "net.yaml", "~",
    "a" * 300, "a/" * 2000, "\x1b[31m", "\u202e.json", "C:\\x.json", "//x/y", "link.json", "pipe",
)  # fmt: skip

SIZES = (
    "3x8x8", "3x{1..1000}x64", "3x{8..9}x{8..9}", "{1..10}x{1..10}x{1..10}", "3x{1..1001}x8",
    "3x{9..1}x8", "3x{1..9:0}x8", "3x{8..64:8}x8", "x", "3x", "3x0x8", "3x" + "9" * 30 + "x8",
    "3x{1.." + "9" * 40 + "}x8", "1x" * 90 + "1", "3x{8..9", "{" * 190, "3x²x8", "\x1b[2J", "",
    "3x{ 8 .. 9 : 1 }x8", "3x8x{1..1000:999}", "3x8x8x8", "100",
)  # fmt: skip

SOUND_GLOBS = (
    "**",
    "**/*.yaml",
    "net.yaml",
    "nets/*",
    "nets/two.yaml:*",
    "*a" * 60,
    "**/" * 60 + "*",
)
SOUND_SIZES = ("3x8x8", "3x{8..1007}x64", "3x{8..9}x{8..9}", "3x{8..64:8}x8", "3x8x{8..1008:500}")

LIMITS = (
    "1M", "<= 1M", ">= 1", "1..2", "2..1", "< 5%", "0", "-1", "1e9", "1e999", "9" * 400, "1 MiB",
    "<= 999999999G", "x", "", "\x1b[31m", "::error::x", "²", "8x6x6", "1" * 5000, "nan", "<=" * 99,
)  # fmt: skip

NUMBERS = ("0", "1", "-1", "1.5", "1e400", "nan", "inf", "true", "1979-05-27", "9" * 400,
           "9" * 1001, "0x10", "0b1", "1_0", "07:32:00")  # fmt: skip

KEYS = ("select", "ignore", "fail-on", "exclude", "baseline", "tolerance", "dtype", "batch",
        "optimizer", "per_file_ignores", "severity", "zz")  # fmt: skip

LAYERS = ("a", "g", "g.conv1", "fc", "gone", "", "\x1b", "a" * 300, ".", "x.y.z", "é")


def quoted(text: str) -> str:
    """A text as TOML has it."""
    return json.dumps(text).replace("\\ud", "\\\\ud").replace("\x7f", "\\u007f")


def value(random: Random, depth: int = 0) -> str:
    """Any value."""
    kind = random.random()
    if kind < 0.3:
        return random.choice(NUMBERS)
    if kind < 0.7 or depth > 3:
        return quoted(random.choice((*GLOBS, *PATHS, *SIZES, *LIMITS)))
    inner = [value(random, depth + 1) for _ in range(random.randrange(4))]
    if kind < 0.85:
        return f"[{', '.join(inner)}]"
    return f"{{{', '.join(f'{key(random)} = {one}' for one in inner)}}}"


def key(random: Random) -> str:
    """Any key."""
    name = random.choice((*METRICS, *KEYS, *LAYERS))
    return name if name.isidentifier() and random.random() < 0.8 else quoted(name)


def check_table(random: Random) -> str:
    """What stands under `[check]`."""
    fitting: dict[str, Callable[[], str]] = {
        "select": lambda: random.choice(('["E", "W"]', '["W6"]', '["zz"]', '"E"', "[]")),
        "ignore": lambda: random.choice(('["W601"]', '["E"]', '["\\u001b"]', "[1]")),
        "fail-on": lambda: random.choice(('"error"', '"warning"', '"zz"')),
        "exclude": lambda: str([random.choice(GLOBS[:9]) for _ in range(random.randrange(4))]),
        "baseline": lambda: quoted(random.choice(PATHS)),
        "tolerance": lambda: random.choice(('"5%"', '"0"', '"1e9%"', '"-1%"', '"nan%"', "5")),
        "dtype": lambda: random.choice(('"float16"', '"fp16"', '"zz"', "8")),
        "batch": lambda: random.choice(("1", "2", "1000000000", "0", "-1", "1.5", '"2"')),
        "optimizer": lambda: random.choice(('"adam"', '"sgd"', '"zz"')),
        "per_file_ignores": lambda: codes_by(GLOBS, ('"W6"', '["W601", "W9"]', '"W801"'), random),
        "severity": lambda: codes_by(("W", "W603", "W8", "E8"), ('"error"', '"off"'), random),
        "zz": lambda: value(random),
    }
    names = random.sample(KEYS, random.choice((0, 1, 1, 2, 5)))
    care = random.choice((1, 0.9, 0.5))
    rows = (
        f"{name} = {fitting[name]() if random.random() < care else value(random)}\n"
        for name in names
    )
    return "[check]\n" + "".join(rows)


def codes_by(keys: Sequence[str], values: Sequence[str], random: Random) -> str:
    """A table of some keys."""
    chosen = random.sample(keys, random.randrange(1, 4))
    return f"{{{', '.join(f'{quoted(one)} = {random.choice(values)}' for one in chosen)}}}"


def budget_rows(random: Random) -> str:
    """The limits of one table."""
    care = random.choice((1, 0.9, 0.5))
    rows = []
    if random.random() < 0.4:
        size = quoted(random.choice(SIZES))
        both = f"{{l = {size}, r = {quoted(random.choice(SIZES))}}}"
        rows.append(f"input = {size if random.random() < 0.8 else both}")
    if random.random() < 0.2:
        rows.append(f"label = {quoted(random.choice(LAYERS))}")
    if random.random() < 0.2:
        rows.append(f"family = {quoted(random.choice(('net', 'two', 't*', *GLOBS)))}")
    for _ in range(random.choice((0, 1, 2, 6))):
        name = random.choice([*METRICS])
        limit = quoted(random.choice(LIMITS)) if random.random() < care else value(random)
        if random.random() < 0.3:
            rows.append(f"{quoted(random.choice(LAYERS))} = {{{name} = {limit}}}")
        else:
            rows.append(f"{name if random.random() < care else key(random)} = {limit}")
    return "".join(f"{row}\n" for row in dict.fromkeys(rows))


def careful(random: Random) -> str:
    """A project file that may well be sound, so that what it asks for is done."""
    rows = {
        "select": ("[]", '["W", "E4"]'), "ignore": ('["W"]', '["W601"]'),
        "batch": ("2", "1000000000"),
        "fail-on": ('"error"', '"warning"'), "tolerance": ('"5%"', '"0"'), "dtype": ('"float16"',),
        "optimizer": ('"adam"',),
        "baseline": tuple(quoted(one) for one in PATHS),
        "exclude": tuple(f"[{quoted(one)}]" for one in SOUND_GLOBS),
    }  # fmt: skip
    chosen = random.sample([*rows], random.choice((0, 1, 2)))
    parts = ["[check]\n" + "".join(f"{name} = {random.choice(rows[name])}\n" for name in chosen)]
    for _ in range(random.choice((1, 2, 9, 100, 900))):
        glob = random.choice(SOUND_GLOBS)
        size = quoted(random.choice(SOUND_SIZES))
        both = f"input = {{l = {size}, r = '3x8x8'}}\n"
        sizes = random.choice(("", "", f"input = {size}\n", both))
        limit = random.choice(('"<= 1M"', '"999999999G"', '">= 1"', '"1..2"'))
        metric = random.choice(("macs", "parameters", "depth"))
        parts.append(f"[[budgets]]\nspecs = [{quoted(glob)}]\n{sizes}{metric} = {limit}\n")
    return "\n".join(parts)


def document(random: Random) -> str:
    """A whole project file, mostly of the right form."""
    parts = [check_table(random)] if random.random() < 0.8 else []
    if random.random() < 0.5:
        parts.append(f"[budget]\n{budget_rows(random)}")
    for _ in range(random.choice((0, 1, 1, 3, 30))):
        globs = [quoted(random.choice(GLOBS)) for _ in range(random.choice((1, 1, 2, 9)))]
        parts.append(f"[[budgets]]\nspecs = [{', '.join(globs)}]\n{budget_rows(random)}")
    if random.random() < 0.1:
        parts.append(f"{key(random)} = {value(random)}\n")
    random.shuffle(parts)
    return "\n".join(parts)


LARGE: Sequence[Callable[[int], str]] = (
    lambda n: "[" * n,
    lambda n: "a = " + "[" * n + "]" * n,
    lambda n: "a = " + "{a = " * n,
    lambda n: "a." * n + "b = 1",
    lambda n: "[" + "a." * n + "b]",
    lambda n: f"{'a' * n} = 1",
    lambda n: '"' + "é" * n + '" = 1',
    lambda n: "".join(f"[t{at}]\n" for at in range(n)),
    lambda n: "".join(f"[check.t{at}]\n" for at in range(n)),
    lambda n: "".join(f"k{at} = 1\n" for at in range(n)),
    lambda n: "[check]\n" + "".join(f"k{at} = 1\n" for at in range(n)),
    lambda n: "[[budgets]]\n" * n,
    lambda n: '[[budgets]]\nspecs = ["**"]\nmacs = "1"\n' * min(n, 2000),
    lambda n: '[[budgets]]\nspecs = ["**/*a*b*c*d*"]\nmacs = "1"\n' * min(n, 900),
    lambda n: "[check]\nexclude = [" + '"a*a*a*a*b", ' * n + "]",
    lambda n: "[check]\nexclude = [" + '"**/**/**/**/x", ' * min(n, 999) + "]",
    lambda n: '[check]\nbaseline = "' + "a/" * n + '"',
    lambda n: f"[check]\nbatch = {'9' * n}",
    lambda n: '[budget]\nmacs = "' + "9" * n + '"',
    lambda n: "[budget]\n" + "".join(f'l{at} = {{macs = "1"}}\n' for at in range(n)),
    lambda n: f"# {'x' * n}\n",
    lambda n: "\n" * n,
    lambda n: 'a = """' + "x" * n,
    lambda n: f"a = '''{'x' * n}'''",
    lambda n: 'a = "' + "\\u00e9" * n,
    lambda n: "a = {" + ", ".join(f"k{at} = 1" for at in range(n)) + "}",
    lambda n: f"a = [{'1, ' * n}]",
    lambda n: "a = [" + "{}, " * n + "]",
    lambda n: f"a = 1.{'0' * n}",
    lambda n: "tool=\n" * n,
)
"""One of few things, a great many times."""


def make(random: Random) -> bytes:
    """A project file: its own, or a table of a shared one, which its first byte says."""
    kind = random.random()
    text = careful(random) if random.random() < 0.3 else document(random)
    if kind < 0.08:
        text = random.choice(LARGE)(random.choice((33, 500, 3000, 20_000)))
    elif kind < 0.12:
        text = f"{key(random)} = {value(random)}\n" * random.choice((1, 2))
    data = text.encode("utf-8", "surrogatepass")[: LARGEST_PROJECT + 2]
    if random.random() < 0.15:
        header = random.choice((b"tool.cnncalc.", b"tool . 'cnncalc' .", b'"tool".cnncalc.'))
        data = b"# shared\n" + data.replace(b"[[b", b"[[" + header + b"b").replace(
            b"[check", b"[" + header + b"check"
        )
    if random.random() < 0.25 and data:
        changed = bytearray(data)
        for _ in range(random.choice((1, 2, 20))):
            at = random.randrange(len(changed) + 1)
            changed[at : at + random.randrange(3)] = random.choice(
                (b"", b"\0", b"\xff", b"\n", b"[", b'"', b"'", b"9", b"\r", b"\xe2\x80\xae", b"=")
            )
        data = bytes(changed)
    return data


def attempt(data: bytes) -> Iterable[str]:
    """Check a project of that file, and write its baseline.

    Raises:
        AssertionError: a promise is broken; any other exception is one, too.
    """
    with TemporaryDirectory() as above:
        folder = Path(above) / "project"
        _furnish(folder)
        name = "pyproject.toml" if data.startswith(b"# shared") else "cnncalc.toml"
        (folder / name).write_bytes(data)
        form = FORMS[len(data) % len(FORMS)]
        with chdir(folder):
            for arguments in (
                ["check", "--format", form, "."],
                ["check", "--list-files", "."],
                ["check", "--update-baseline", "net.yaml"],
            ):
                found = held(arguments)
                assert "ROSEBUD" not in found.out + found.err
                assert "root:" not in found.out + found.err
                yield f"{arguments[1]} {found.code}"
                if arguments[2] == "json" and found.out:
                    json.loads(found.out)
                if arguments[2] == "junit" and found.out:
                    ET.fromstring(found.out)  # noqa: S314 - our own
        assert sorted(os.listdir(above)) == ["project", "secret.txt"]
        assert (Path(above) / "secret.txt").read_text("utf-8") == OTHERS["secret.txt"]


def _furnish(folder: Path) -> None:
    (folder / "nets").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name, text in SPECS.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "base.json").write_text(OTHERS["base.json"], "utf-8")
    (folder.parent / "secret.txt").write_text(OTHERS["secret.txt"], "utf-8")
    (folder / "link.json").symlink_to("../secret.txt")
    os.mkfifo(folder / "pipe")
