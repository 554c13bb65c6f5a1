"""Makes up hostile specs, and says what must hold of whatever stands in a file.

The makers draw from a `random.Random`, so that Hypothesis (`st.randoms()`), a seeded run of hours
(`python -m fuzz.run`) and Atheris drive the same ones.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from click.testing import CliRunner

import cnncalc
from cnncalc.cli.main import main
from cnncalc.diagnostics import CODES, Diagnostic
from cnncalc.ops import OPS
from cnncalc.render.diagnostic import render_concise, render_diagnostics
from cnncalc.spec.bounds import TIGHT
from cnncalc.spec.library import bundled_folder
from fuzz.attacks import ATTACKS, BOMBS
from fuzz.clock import stopwatch
from fuzz.pipeline import Examined, examine

CORPUS = Path(__file__).parent / "corpus" / "specs"
DIAGNOSTICS = Path(__file__).parents[1] / "diagnostics"

MOST_SECONDS = 2.0
"""Processor time within which every file is done with."""

LONGEST_TEXT = 320
"""Characters of a message, a note or a remedy."""

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")

Make = Callable[[Random], str | bytes]


# What must hold


def check(data: bytes) -> Examined:
    """Examine a file: whatever it is, the answer comes soon and can be shown.

    Raises:
        AssertionError: something does not hold that must; any other exception is one, too.
    """
    with stopwatch() as took:
        examined = examine(data)
        shown = render_diagnostics(examined.faults, {"hostile.yaml": examined.text})
    assert took.seconds < MOST_SECONDS, f"{took.seconds:.1f} s"
    assert all(map(is_printable, shown.split("\n")))
    assert len(render_concise(examined.faults).splitlines()) == len(examined.faults)
    # Each bound that stops it adds one fault; what was said in one place is said once.
    assert len(examined.faults) <= TIGHT.faults + 2
    assert examined.layers <= TIGHT.layers
    ends = [len(line) for line in LINE_BREAK.split(examined.text)]
    for fault in examined.faults:
        check_fault(fault, ends)
    return examined


def check_by_command(data: bytes, form: str) -> str:
    """Check a file by `cnncalc check`, within this process; gives what was printed.

    Raises:
        AssertionError: something does not hold that must; any other exception is one, too.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "hostile.yaml"
        file.write_bytes(data)
        with stopwatch() as took:
            done = CliRunner().invoke(main, ["check", str(file), "--format", form])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in {0, 1, 2}
    assert took.seconds < MOST_SECONDS, f"{took.seconds:.1f} s"
    if form in {"json", "sarif", "gitlab"}:
        json.loads(done.stdout)
    elif form == "junit":
        ET.fromstring(done.stdout)  # noqa: S314 - our own
    else:
        assert all(map(is_printable, done.output.split("\n")))
    return done.output


FORMS = (
    "full",
    "full",
    "concise",
    "json",
    "jsonl",
    "github",
    "sarif",
    "junit",
    "gitlab",
    "markdown",
)


def is_printable(line: str) -> bool:
    """Whether a terminal shows a line as it is: no escapes, no marks that turn the direction."""
    return line.isprintable()


def check_fault(fault: Diagnostic, ends: Sequence[int]) -> None:
    assert fault.code in CODES
    texts = [fault.message, fault.hint or "", *(note.text for note in fault.notes)]
    assert fault.message
    assert max(map(len, texts)) <= LONGEST_TEXT
    span = fault.span
    if span is not None and span.line <= len(ends):
        assert span.column >= 1
        assert span.column <= ends[span.line - 1] + 1
        assert (span.line, span.column) < (span.end_line, span.end_column + 1)


# Specs that were right


@cache
def seeds() -> tuple[bytes, ...]:
    """Files to begin with: the bundled specs, the cases of the tests, what broke once."""
    folders = (Path(bundled_folder()), DIAGNOSTICS, CORPUS)
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
    data = [file.read_bytes() for file in files if file.suffix != ".out"]
    return tuple(one for one in data if len(one) < 20_000)


WORDS = [
    *OPS, *OPS, *BOMBS[:10],
    "x", "add", "concat", "mul", "repeat", "if", "else", "input", "layers", "blocks", "vars",
    "variants", "outputs", "auxiliary", "expect", "budget", "published", "name", "null", "true",
    "x.channels", "x.height", "same", "half", "conv3x3", "3x224x224", "0", "-1", "1", "64",
    "10**12", "999999999999", "1000000", "25000", "0.5", "1e999", "MiB", "G", "%", "<=", "..",
    "[", "]", "{", "}", "(", ")", ":", ": ", "- ", ",", "#", "&a ", "*a", "<<: ", "!a ", "|", ">",
    "!!python/object:os.system ", "'", '"', "@", "`", "?", "? ", "=", "~", "\\", "\n", "\n\n",
    "\r\n", "\r", "\t", "  ", "\n  ", "---\n", "...\n", "\x00", "\x07", "\x1b[31m", "\x7f",
    "\x85", "\u2028", "\u202e", "\u2066", "\u200b", "\ufeff", "\u0301", "\u4e2d", "\U0001f600",
    "\ud800", "\u00b2", "\\ud800", "\\e[2J", "\\u202e", "\\x9b31m", "\\0",
]  # fmt: skip
"""What is put into a text, beside what stands in it."""

TOKEN = re.compile(rb"[A-Za-z_]+|[0-9]+|\s+|.", re.DOTALL)


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def mutated(random: Random) -> bytes:
    """A file with some accidents."""
    data = random.choice(seeds())
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 6))):
        data = mutation(random, data)
    return data


def mutation(random: Random, data: bytes) -> bytes:
    """A file with one accident."""
    return random.choice(MUTATIONS)(random, data)[:50_000]


def _place(random: Random, data: bytes) -> int:
    return random.randint(0, len(data))


def _stretch(random: Random, data: bytes) -> tuple[int, int]:
    start = _place(random, data)
    return start, min(len(data), start + random.choice((1, 2, 8, 40, 300)))


def flip(random: Random, data: bytes) -> bytes:
    if not data:
        return data
    place = random.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << random.randrange(8)]) + data[place + 1 :]


def put_word(random: Random, data: bytes) -> bytes:
    place = _place(random, data)
    return data[:place] + encoded(random.choice(WORDS)) + data[place:]


def swap_tokens(random: Random, data: bytes) -> bytes:
    tokens = TOKEN.findall(data)
    if len(tokens) < 2:
        return data
    one, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return b"".join(tokens)


def replace_token(random: Random, data: bytes) -> bytes:
    tokens = TOKEN.findall(data)
    if tokens:
        tokens[random.randrange(len(tokens))] = encoded(random.choice(WORDS))
    return b"".join(tokens)


def replace_number(random: Random, data: bytes) -> bytes:
    found = list(re.finditer(rb"[0-9]+", data))
    if not found:
        return data
    start, end = random.choice(found).span()
    digits = str(random.choice((0, 1, 2, 7, 255, 9973, 10**6, 10**9, 10**12, 10**13, 10**30)))
    return data[:start] + digits.encode() + data[end:]


def cut(random: Random, data: bytes) -> bytes:
    start, end = _stretch(random, data)
    return data[:start] + data[end:]


def double(random: Random, data: bytes) -> bytes:
    start, end = _stretch(random, data)
    times = random.choice((2, 2, 3, 10, 100))
    return data[:start] + data[start:end] * times + data[end:]


def splice(random: Random, data: bytes) -> bytes:
    other = random.choice(seeds())
    start, end = _stretch(random, other)
    place = _place(random, data)
    return data[:place] + other[start:end] + data[place:]


def move_lines(random: Random, data: bytes) -> bytes:
    rows = data.split(b"\n")
    one, other = random.randrange(len(rows)), random.randrange(len(rows))
    kind = random.randrange(6)
    if kind == 0:
        del rows[one]
    elif kind == 1:
        rows.insert(other, rows[one])
    elif kind == 2:
        rows[one], rows[other] = rows[other], rows[one]
    elif kind == 3:
        rows[one] = b"  " * random.randint(0, 3) + rows[one].strip()
    elif kind == 4:
        rows[one] = rows[one].replace(b"  ", b"\t", 1)
    else:
        rows[one:other] = rows[one:other] * random.choice((2, 20))
    return b"\n".join(rows)


def repeat_more(random: Random, data: bytes) -> bytes:
    times = random.choice((b"2", b"1000", b"30_000", b"1_000_000", b"10**12", b"x.channels"))
    return re.sub(rb"repeat [^:\n]*", b"repeat " + times, data, count=random.randint(1, 2))


def recoded(random: Random, data: bytes) -> bytes:
    """Another encoding, other line ends, a byte order mark."""
    text = data.decode("utf-8", "replace")
    return random.choice(
        (
            lambda: text.encode("utf-16"),
            lambda: text.encode("utf-16-be"),
            lambda: b"\xfe\xff" + text.encode("utf-16-be"),
            lambda: text.encode("utf-32"),
            lambda: text.encode("latin-1", "replace"),
            lambda: text.encode("utf-8-sig"),
            lambda: encoded("\ufeff\ufeff" + text),
            lambda: encoded(text.replace("\n", "\r\n")),
            lambda: encoded(text.replace("\n", "\r")),
            lambda: encoded(text.replace("\n", "\x85")),
            lambda: encoded(text.replace("  ", "\t")),
            lambda: encoded(text.replace(" ", "\u00a0")),
        )
    )()


MUTATIONS: Sequence[Callable[[Random, bytes], bytes]] = (
    flip, put_word, put_word, swap_tokens, replace_token, replace_token, replace_number,
    replace_number, cut, double, splice, move_lines, move_lines, repeat_more, recoded,
)  # fmt: skip


# Specs that never were


def noise(random: Random) -> bytes:
    return random.randbytes(random.choice((0, 1, 3, 30, 300, 3000)))


def words(random: Random) -> str:
    """Words of the language, one after the other."""
    count = random.choice((3, 10, 40, 150))
    return "".join(random.choice(WORDS) + random.choice(("", " ", "\n")) for _ in range(count))


ATOMS = (
    "0", "1", "2", "3", "7", "64", "0.5", "10**12", "-1", "k", "v", "z", "x", "x.channels",
    "x.channels", "x.height", "x.width//2", "true", "same", "'a'", "3x5", "[1,2]", "()", "z[0]",
)  # fmt: skip


def expression(random: Random, depth: int = 0) -> str:
    """An expression that may be anything, and now and then too much."""
    if depth > 3 or random.random() < 0.4:
        return random.choice(BOMBS if random.random() < 0.1 else ATOMS)

    def inner() -> str:
        return expression(random, depth + 1)

    sign = random.choice(("+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", ">=", " and "))
    function = random.choice(("floor", "ceil", "round", "min", "max", "sum", "len", "divisible"))
    return random.choice(
        (
            lambda: f"({inner()}{sign}{inner()})",
            lambda: f"{inner()}{sign}{inner()}",
            lambda: f"({inner()} if {inner()} else {inner()})",
            lambda: f"{function}({inner()},{inner()})",
            lambda: f"{function}({inner()})",
            lambda: f"{inner()}[{inner()}]",
            lambda: f"[{inner()},{inner()}]",
            lambda: f"-{inner()}",
            lambda: f"not {inner()}",
            lambda: f"{'(' * 30}{inner()}{')' * random.choice((29, 30))}",
            lambda: sign.join([inner()] * random.choice((2, 20))),
        )
    )()


SAFE = (
    "conv3x3 8 padding=1", "conv1x1 4", "relu", "bn", "conv1x1 x.channels+1", "dropout", "x", "a",
    "b", "c", "conv5x5 x.channels*2 padding=half dilation=2", "dwconv3x3 padding=same",
)  # fmt: skip
"""Layers that fit nearly everywhere."""

FITTING = (
    "conv3x3 8 padding=1 stride=2", "maxpool2x2", "upconv2x2 4 stride=2", "upsample 2", "tanh",
    "upsample 3 mode=bilinear", "adaptive_avgpool 7", "pad 1", "pixel_shuffle 1", "softmax",
    "avgpool2x2 ceil_mode=true", "globalavgpool", "group_norm 1", "u relu", "u t", "t", "flatten",
    "linear 10", "l", "m1", "a 3", "b w=2",
)  # fmt: skip


def line(random: Random, care: float) -> str:
    """A layer that fits, or does not."""
    if random.random() < care:
        return random.choice(SAFE)
    if random.random() < 0.5:
        return random.choice(FITTING)
    kernels = ("3x3", "1x1", "7", "3x3x3", "99x99", "0", "1x1x1x1x1")
    head = random.choice((*OPS, "x", "a", "b", "c", "u", "conv", "relu"))
    if random.random() < 0.5 and head in OPS and OPS[head].on_head:
        head += random.choice(kernels)
    arguments = []
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        name = random.choice((*OPS["conv"].attributes, "p", "size", "factor", "w", "mode", "zz"))
        number = str(random.choice((1, 2, 3, 8, 9973, 10**9)))
        value = number if random.random() < 0.6 else expression(random).replace(" ", "")
        arguments.append(f"{name}={value}" if random.random() < 0.5 else value)
    return " ".join([head, *arguments])


def body(random: Random, care: float = 0, depth: int = 0) -> object:
    """A body: groups, repeats, choices, branches, calls; with care most of it fits."""
    if depth > 5 or random.random() < 0.5:
        return line(random, care)

    def inner() -> object:
        return body(random, care, depth + 1)

    if random.random() < care:
        return random.choice(
            (
                lambda: [inner(), inner()],
                lambda: {f"repeat {random.choice((2, 3, 9))}": inner()},
                lambda: {"concat": [inner(), "x"]},
                lambda: {"add": [[inner(), "conv1x1 8"], "conv1x1 8"]},
                lambda: {"if x.channels > 8": inner()},
                lambda: [inner()] * 9,
            )
        )()

    rounds = random.choice(("2", "3", "20", "1000", "25_000", "x.channels", expression(random)))
    merge = random.choice(("add", "concat", "mul"))
    condition = random.choice(("x.channels == 8", "x.height > 2", "true", expression(random)))
    return random.choice(
        (
            lambda: [inner() for _ in range(random.choice((1, 2, 3)))],
            lambda: [inner()] * random.choice((2, 50)),
            lambda: {f"repeat {rounds}": inner()},
            lambda: {f"repeat {random.choice((2, 3))}": inner()},
            lambda: {merge: [inner(), inner(), "x"]},
            lambda: {"concat": ["x", inner()]},
            lambda: {f"if {condition}": inner(), "else": inner()},
            lambda: {f"if {condition}": inner()},
            lambda: {random.choice(("l", "m", "relu1", "größe", "stage")): inner()},
        )
    )()


def blocks_of(random: Random, care: float) -> dict[str, object]:
    """Blocks that call each other, now and then in circles."""
    heads = ("", " k=4") if random.random() < care else (" w", " w s=1", " v w=v", " k=x.channels")
    found = {f"{name}{random.choice(heads)}": body(random, care) for name in "abc"}
    if random.random() < 0.8:  # no circles: each calls only what stands after it
        for key, later in zip(list(found), ("bc", "c", ""), strict=True):
            text = json.dumps(found[key])
            for name in {*"abc"} - {*later}:
                text = text.replace(f'"{name}"', '"relu"')
            found[key] = json.loads(text)
    found[random.choice(("u f", "u f=relu"))] = random.choice((["f", "f"], body(random, care)))
    return found


def network(random: Random) -> str:
    """A whole spec, with blocks and variants."""
    care = random.choice((1, 0.99, 0.95, 0.7, 0))
    shapes = ("3x32x32", "3x32x32", "3x32", "4x8x8x8", "100", "4x1000000000000x7", "1x1x1")
    spec: dict[str, object] = {
        "input": random.choice(shapes),
        "vars": {"v": random.choice((3, 8, expression(random))), "t": "relu", "z": [1, 2, [3]]},
        "blocks": blocks_of(random, care),
        "layers": [body(random, care) for _ in range(random.choice((1, 3, 10)))],
    }
    further: dict[str, object] = {
        "variants": {f"v{n}": {"vars": {"v": n}} for n in range(random.choice((1, 9, 300)))},
        "outputs": random.choice((["l", "m"], {"o": ["l", body(random, care)]})),
        "auxiliary": {"p": ["m", "relu"]},
        "expect": {"macs": random.choice(("1", "2G", "x", 7)), "l": {"parameters": 1}},
        "budget": {"peak_activation_bytes": "1 B", "depth": "1..2", "l": {"share": "<= 1%"}},
        "published": {"parameters": "1M", "l": {"macs": "1", "note": "n"}},
    }
    spec |= {key: value for key, value in further.items() if random.random() < 0.2}
    text = json.dumps(spec, ensure_ascii=random.random() < 0.1)  # which is YAML
    if random.random() < 0.05:
        text = text.replace('"relu"', '&r "relu"', 1).replace('"relu"', "*r")
    if random.random() < 0.1:
        text = mutation(random, encoded(text)).decode("utf-8", "replace")
    return text


def aliased(random: Random) -> str:
    """Aliases of aliases, some of themselves."""
    width, depth = random.choice((1, 2, 9, 100)), random.choice((1, 3, 9, 40))
    opening, closing = random.choice(("[]", "{}"))
    rows = [f"a0: &a0 {json.dumps(body(random))}"]
    for n in range(1, depth):
        other = n - 1 if random.random() < 0.95 else random.randrange(depth)
        items = [f"k{m}: *a{other} " if opening == "{" else f"*a{other} " for m in range(width)]
        rows.append(f"a{n}: &a{n} {opening}{', '.join(items)}{closing}")
    return "\n".join([*rows, "input: 3x8x8", f"layers: *a{depth - 1}"])


BRACKETS = (
    ("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("(", ")"), ("[{a: ", "}]"), ("!a [", "]"),
    ("&b [", "]"), ("'", "'"),
)  # fmt: skip


def nested(random: Random) -> str:
    """Brackets within brackets, closed or not."""
    opening, closing = random.choice(BRACKETS)
    depth = random.choice((1, 30, 62, 63, 64, 65, 66, 500, 3000))
    closed = closing * (depth if random.random() < 0.7 else random.randint(0, depth))
    return f"input: 3x8x8\nlayers: {opening * depth}relu{closed}\n"


def attack(random: Random) -> bytes:
    """One of the attacks, small, and perhaps with an accident."""
    made = random.choice([*ATTACKS.values()])
    size = max(1, min(made.size, random.choice((1, 2, 5, 20, 100))))
    data = made.data(size)[:50_000]
    return mutation(random, data) if random.random() < 0.5 else data


MAKERS: Sequence[Make] = (
    mutated, mutated, mutated, mutated, noise, words, network, network, network, aliased, nested,
    attack,
)  # fmt: skip


def hostile(random: Random) -> bytes:
    """A file that someone might hand in to do harm, or by accident."""
    made = random.choice(MAKERS)(random)
    return made if isinstance(made, bytes) else encoded(made)


def origin() -> str:
    """Where the code under test comes from."""
    return str(Path(cnncalc.__file__).parent)
