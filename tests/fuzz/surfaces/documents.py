"""Hostile documents with marks, under every ending, held and rewritten."""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import chdir
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from cnncalc.metrics import METRICS
from fuzz.surfaces.answers import held

ATTEMPT_SECONDS = 6.0
ENDINGS = (".md", ".rst", ".txt", ".html")
FORMS = ("full", "concise", "json", "github", "sarif", "junit", "gitlab", "markdown")

SPECS = {
    "net.yaml": "name: small\ninput: 3x8x8\nlayers: [a: conv3x3 8, relu]\n",
    "two.yaml": "input: 3x8x8\nvars: {w: 4}\nlayers: [g: [conv3x3 w, relu], flatten, linear 3]\n"
    "variants: {one: {vars: {w: 8}}, two: {}}\n",
    "broken.yaml": "layers: [\n",
}

NETWORKS = (
    "net.yaml", "./net.yaml", "two.yaml:one", "two.yaml:zz", "broken.yaml", "gone.yaml", "alexnet",
    "lenet5", "vgg:11", "../secret.yaml", "/etc/passwd", "/dev/zero", "pipe.yaml", "link.yaml", "",
    "-", "--", ":", "\x1b[31m", "\u202e", "\0", "x" * 400, "net.yaml:" + "x" * 300, "é", "..",
    "a b",    ".", "net.yaml#", "{0}", "%s", "::error::", "lecture", "lecture/filters",
)  # fmt: skip

FIGURES = (
    "224", "224 K", "1.5M", "1,024", "0", "-1", "1e9", "9" * 400, "8x6x6", "3 x 3", "", " ", "²",
    "٣", "**1 M**", "`224`", "1 M 2", "\x1b[31m", "::error::x", "\u202e1", "nan", "|",
    "1" + "," * 99,    "1.5.5", "<b>1</b>", "1&nbsp;M", "1\n2", "1\r2", "5 MiB", "0.5%",
    "1 " * 300,
)  # fmt: skip

WORDS = (
    "text", "\n", "\n\n", "```\n", "~~~\n", "    ", "> ", "- ", "1. ", "`", "``", "<!--", "-->",
    "<!-- /cnncalc -->", "<!-- cnncalc -->", "<!-- cnncalc", ".. ", ".. cnncalc", "<pre>",
    "</pre>",    "<script>", "::error::x\n", "##vso[x]\n", "\t", "\r\n", "\r", "\x0c",
    "\x85", "\u2028", "\x00",    "\x1b]8;;x\x07", "|", "# ", "===\n",
    "[a](b)", "&lt;!--", "--", "--!>", "<![CDATA[", "<?", "é",
    "\ufeff", "$", "{", "}",
)  # fmt: skip


def mark(random: Random) -> str:
    """A mark with its figure, or nearly one."""
    network = random.choice(NETWORKS[:9] if random.random() < 0.7 else NETWORKS)
    layer = random.choice(("", "", "", "a", "g.conv1", "gone", "..", "\x1b[31m", "'", "a" * 300))
    metric = random.choice((*METRICS, "macs", "macs", "parameters", "zz", ""))
    rest = random.choice(("", "", "", "unit=M", "batch=2", "input=3x9x9", "zz=1", "=", "unit="))
    figure = random.choice(FIGURES)
    opened = f"<!-- cnncalc {network} {metric} {layer} {rest} -->"
    closed = "<!-- /cnncalc -->"
    kind = random.random()
    if kind < 0.05:
        opened = opened.replace(" ", random.choice(("", "  ", "\n", "\t", "\xa0")))
    elif kind < 0.1:
        closed = random.choice(("", "<!--/cnncalc-->", "<!-- / cnncalc -->", opened))
    elif kind < 0.15:
        return f".. cnncalc: {network} {layer}{metric}\n\n{figure}\n"
    return f"{opened}{figure}{closed}"


def text_of(random: Random) -> str:
    """A document of marks and of what may stand around them."""
    parts = []
    for _ in range(random.choice((1, 2, 5, 30))):
        parts.append(mark(random) if random.random() < 0.6 else random.choice(WORDS))
        parts.append(random.choice(("", " ", "\n", "\n\n", " word ")))
    return "".join(parts)


MARKED = "<!-- cnncalc net{}.yaml macs -->1<!-- /cnncalc -->"

LARGE: Sequence[Callable[[str, int], str]] = (
    lambda one, n: one * n,
    lambda one, n: f"{one}\n" * n,
    lambda one, n: "".join(f"{' ' * (at % 90)}{one}\n" for at in range(n)),
    lambda one, n: "> " * n + one,
    lambda one, n: "".join(f"{'`' * (at % 300)} {one}" for at in range(n // 10)),
    lambda one, n: "".join(MARKED.format(at) for at in range(n)),
    lambda one, n: "<!-- cnncalc net.yaml " + one * n + " -->1<!-- /cnncalc -->",
    lambda one, n: "<!-- cnncalc net.yaml macs -->" + one * n + "<!-- /cnncalc -->",
)  # fmt: skip
"""A part, a great many times."""


def make(random: Random) -> bytes:
    """One document; its length tells the ending of its name."""
    text = text_of(random)
    if random.random() < 0.06:
        one = random.choice((*WORDS, mark(random)))
        text = random.choice(LARGE)(one, random.choice((10, 300, 3000, 30_000)))[:2_097_160]
    data = text.encode("utf-8", "surrogatepass")
    if random.random() < 0.05:
        data = text.encode(random.choice(("utf-16", "utf-8-sig", "utf-32")), "surrogatepass")
    if random.random() < 0.2 and data:
        changed = bytearray(data)
        for _ in range(random.choice((1, 2, 20))):
            at = random.randrange(len(changed) + 1)
            changed[at : at + random.randrange(4)] = random.choice(
                (
                    b"",
                    b"\0",
                    b"\xff",
                    b"<!--",
                    b"-->",
                    b"`",
                    b"\n",
                    b"\r",
                    b"\xe2\x80\xae",
                    b"cnncalc",
                )
            )
        data = bytes(changed)
    return data


def attempt(data: bytes) -> Iterable[str]:
    """Hold it, bring it up to date, and hold it again.

    Raises:
        AssertionError: a promise is broken; any other exception is one, too.
    """
    with TemporaryDirectory() as above:
        folder = Path(above) / "project"
        _furnish(folder)
        name = f"a{ENDINGS[len(data) // len(FORMS) % len(ENDINGS)]}"
        (folder / name).write_bytes(data)
        form = FORMS[len(data) % len(FORMS)]
        with chdir(folder):
            before = sorted(os.listdir("."))
            for arguments in (
                ["check", "--format", form, "--docs", name],
                ["check", "--fix", "--docs", name],
                ["check", "--format", "concise", "--docs", name],
            ):
                found = held(arguments)
                assert "ROSEBUD" not in found.out + found.err
                assert "root:" not in found.out + found.err
                yield f"{arguments[1]} {found.code}"
                if arguments[2] == "json" and found.out:
                    json.loads(found.out)
            assert sorted(os.listdir(".")) == before
        assert (Path(above) / "secret.yaml").read_text("utf-8") == "ROSEBUD: [\n"


def _furnish(folder: Path) -> None:
    folder.mkdir()
    (folder / ".git").mkdir()
    for name, text in SPECS.items():
        (folder / name).write_text(text, "utf-8")
    (folder.parent / "secret.yaml").write_text("ROSEBUD: [\n", "utf-8")
    (folder / "link.yaml").symlink_to("../secret.yaml")
    os.mkfifo(folder / "pipe.yaml")
