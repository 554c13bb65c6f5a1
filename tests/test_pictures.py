"""Pictures: drawn by Graphviz of what may be a stranger's, whole or not at all."""

import os
import re
import runpy
import shutil
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from terminals import run

import cnncalc
from cnncalc.cli import picture as module
from cnncalc.cli.picture import PictureError, picture
from cnncalc.render.diagram import diagram
from cnncalc.render.palette import DARK, LIGHT, ON_DARK, Paint
from cnncalc.render.svg import stand_alone

SVG = "{http://www.w3.org/2000/svg}"
STARTS = {"svg": b"<svg ", "png": b"\x89PNG\r\n", "pdf": b"%PDF-"}

drawn = pytest.mark.skipif(
    shutil.which("dot") is None, reason="Graphviz is not installed: apt-get install graphviz"
)


def texts(svg: bytes) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - ours


@drawn
@pytest.mark.parametrize("form", STARTS)
def test_a_suffix_asks_for_a_picture(form: str, tmp_path: Path) -> None:
    done = run("convert", "lenet5", str(tmp_path / f"net.{form}"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / f"net.{form}").read_bytes().startswith(STARTS[form])
    assert os.listdir(tmp_path) == [f"net.{form}"]


@drawn
def test_an_svg_goes_to_standard_output_and_a_png_does_not() -> None:
    assert run("convert", "lenet5", "-", "--to", "svg").stdout.startswith("<svg ")
    done = run("convert", "lenet5", "-", "--to", "png")
    assert done.returncode == 2
    assert "a PNG is binary: name a file, such as `net.png`" in done.stderr


@drawn
def test_an_svg_stands_alone() -> None:
    """No document type, no font of this machine, nothing to load; words for who does not see."""
    data = picture(diagram(cnncalc.load("resnet:50")), "svg")
    root = ET.fromstring(data)  # noqa: S314 - ours
    text = data.decode()
    assert b"<!" not in data
    assert not re.search(r"font-family=|href|url\(|@import|<script|\bon\w+=", text)
    assert root.attrib["role"] == "img"
    known = {one.attrib["id"]: one.text or "" for one in root.iter() if "id" in one.attrib}
    assert next(known[one] for one in root.attrib["aria-labelledby"].split()) == "ResNet:50"
    assert "A network of 25.56 M parameters, 4.089 G MACs, from top to bottom." in known["desc"]
    assert "conv2, 215.8 K parameters, 667.9 M MACs." in known["desc"]
    titles = [one.text for one in root.iter(f"{SVG}title")]
    assert "conv2.bottleneck1.conv_bn1.conv1 … conv2.bottleneck1.relu1" in titles
    assert not any(re.fullmatch(r"(n|box|cluster_box|caption)\d+.*", one or "") for one in titles)


@drawn
def test_each_colour_has_another_on_a_dark_page() -> None:
    text = picture(diagram(cnncalc.load("googlenet")), "svg").decode()
    style, _, body = text.partition("</style>")
    used = set(re.findall(r'(fill|stroke)="(#\w+)"', body))
    ruled = set(re.findall(r'\[(fill|stroke)="(#\w+)"\]', style))
    assert used == ruled
    assert {colour for _, colour in used} <= set(ON_DARK)


NASTY = [
    "</text><script>alert(1)</script>",
    '"><image href="file:///etc/passwd"/>',
    '"]; shapefile="/etc/passwd"; x=["',
    ">, image=</etc/passwd>, label=<",
    "\\N \\G \\L \\\\ \\n end\\",
    "&amp; &lt; &#60;b&#62; &quot;",
    '<IMG SRC="/etc/passwd"/><BR/></TD></TR></TABLE>',
    "]]> --> <!-- %% $$x$$ {a|b} <f0>",
    "שלום عالم 网络 ﷽ é",
    "a\u202eb\u2066c\x1b[31m\x07\x00\ud800",
    "; URL=http://example.com; tooltip=x",
]


@drawn
@pytest.mark.parametrize("name", NASTY)
def test_a_name_shows_as_text(name: str) -> None:
    """Whatever it holds: it opens no file, names no address and runs no script."""
    graph = cnncalc.load("lenet5")._replace(name=name)
    shown = "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in name
    )
    data = picture(diagram(graph), "svg")
    assert shown in texts(data)
    root = ET.fromstring(data)  # noqa: S314 - ours
    kinds = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert kinds <= {"svg", "title", "desc", "style", "g", "polygon", "path", "polyline", "text"}


def test_without_graphviz_the_remedy_is_told(tmp_path: Path) -> None:
    done = run("convert", "lenet5", "net.svg", cwd=tmp_path, PATH=str(tmp_path))
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith(
        "Error: a picture needs Graphviz, and its program `dot` is in no folder"
    )
    assert "install it (apt install graphviz" in line
    assert line.endswith("or write `out.dot` for Graphviz elsewhere, or `out.mmd` for Mermaid")
    assert os.listdir(tmp_path) == []


def program(folder: Path, text: str) -> str:
    """A program that stands in for Graphviz."""
    path = folder / "bin" / "dot"
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path.parent)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "cat > /dev/null; echo 'Error: no memory' >&2; exit 3",
            "ended with 3 and said: Error: no",
        ),
        ("cat > /dev/null; kill -SEGV $$", "ended with -11"),
        ("cat > /dev/null", "ended with 0"),
        ("exec 0<&-; exit 1", "ended with 1"),
    ],
)
def test_a_program_that_fails_leaves_no_file(text: str, told: str, tmp_path: Path) -> None:
    path = f"{program(tmp_path, text)}:/usr/bin:/bin"
    (tmp_path / "net.png").write_bytes(b"before")
    done = run("convert", "lenet5", "net.png", cwd=tmp_path, PATH=path)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "net.png").read_bytes() == b"before"
    assert sorted(os.listdir(tmp_path)) == ["bin", "net.png"]


def test_a_program_in_this_folder_is_not_run(tmp_path: Path) -> None:
    folder = program(tmp_path, "touch was_run")
    done = run("convert", "lenet5", "net.svg", cwd=Path(folder), PATH=f".:{os.sep}nowhere:")
    assert "in no folder of PATH" in done.stderr
    assert os.listdir(folder) == ["dot"]


def test_a_program_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{program(tmp_path, 'exec sleep 100')}:/usr/bin:/bin")
    monkeypatch.setattr(module, "SECONDS", 1)
    start = time.monotonic()
    with pytest.raises(PictureError, match="not drawn it within 1 seconds"):
        picture(diagram(cnncalc.load("lenet5")), "svg")
    assert time.monotonic() - start < 50


@drawn
def test_what_is_too_large_is_refused() -> None:
    rounds = "for j in range(2): [for i in range(900): conv1x1 3+i%7]"
    graph = cnncalc.parse(f"{{input: 3x8x8, layers: [{rounds}]}}")
    with pytest.raises(PictureError, match="1,800 nodes, more than 1,500: draw fewer"):
        picture(diagram(graph), "svg")


@drawn
def test_what_is_too_large_is_folded_as_far_as_it_must_be(tmp_path: Path) -> None:
    """WaveNet has 50 units of 10 layers, one below the other, in 5 stacks."""
    target = tmp_path / "net.svg"
    done = run("convert", "wavenet", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(
        r"the picture has one level of groups: with all it would have \d{3} nodes one below the "
        r"other; `--depth N` draws N levels\n",
        done.stderr,
    )
    folded = target.read_bytes()
    assert run("convert", "wavenet", str(target), "--depth", "1").stderr == ""
    assert target.read_bytes() == folded
    assert run("convert", "wavenet", str(target), "--depth", "2").stderr == ""
    assert len(target.read_bytes()) > 2 * len(folded)
    run("convert", "efficientnet:b7", str(target))
    two = target.read_bytes()
    run("convert", "efficientnet:b7", str(target), "--depth", "2")
    assert target.read_bytes() == two


@drawn
def test_folding_is_no_help_to_a_chain_without_groups(tmp_path: Path) -> None:
    spec = tmp_path / "chain.yaml"
    head = "{name: C, input: 3x8x8, layers: "
    spec.write_text(f"{head}[for i in range(200): conv1x1 3+i%7]}}")
    done = run("convert", str(spec), str(tmp_path / "net.svg"))
    assert (done.returncode, done.stderr) == (0, "")
    spec.write_text(f"{head}[for j in range(2): [for i in range(800): conv1x1 3+i%7]]}}")
    done = run("convert", str(spec), str(tmp_path / "other.svg"))
    assert done.returncode == 2
    assert "1,600 nodes, more than 1,500" in done.stderr
    assert not (tmp_path / "other.svg").exists()


def test_the_longest_way_is_counted_in_nodes() -> None:
    assert module.longest_way([]) == 0
    assert module.longest_way([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("x", "d")]) == 4


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="no drawing"):
        stand_alone("", diagram(cnncalc.load("lenet5")))


DOCS = Path(__file__).parent.parent / "docs" / "pictures"


in_a_checkout = pytest.mark.skipif(not DOCS.exists(), reason="pictures are in a checkout alone")


def made() -> dict[str, Callable[[], bytes]]:
    """What makes each picture, by the name of its file."""
    pictures: dict[str, Callable[[], bytes]] = runpy.run_path(str(DOCS / "make.py"))["PICTURES"]
    return pictures


@in_a_checkout
def test_every_picture_of_the_pages_is_made_and_shown() -> None:
    pages = [DOCS.parent.parent / "README.md", *DOCS.parent.rglob("*.md")]
    shown = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert {path.name for path in DOCS.iterdir() if path.is_file()} == {"make.py", *made()}
    # A figure that moves names its picture without the folder.
    assert all(f"pictures/{name}" in shown or f":picture: {name}" in shown for name in made())


@drawn
@in_a_checkout
def test_the_drawings_of_the_pages_are_of_today() -> None:
    """By their texts: places are another matter for each version of Graphviz."""
    drawings = {name: make for name, make in made().items() if name.endswith(".svg")}
    assert drawings
    for name, make in drawings.items():
        assert texts(make()) == texts((DOCS / name).read_bytes())


@in_a_checkout
def test_what_kernels_make_of_the_house_is_of_today() -> None:
    """But for edges, which versions of Pillow draw a pixel apart."""
    pil = pytest.importorskip("PIL.Image")
    for name in ("house.png", "filtered.png"):
        with pil.open(BytesIO(made()[name]())) as new, pil.open(DOCS / name) as kept:
            assert new.size == kept.size
            first, second = (one.convert("RGB").tobytes() for one in (new, kept))
            apart = sum(abs(a - b) > 1 for a, b in zip(first, second, strict=True))
            assert apart < len(first) / 20


SIGHT = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
"""How linear RGB is seen. Source: Machado, Oliveira & Fernandes 2009, severity 1."""

Triple = tuple[float, float, float]


def lab(colour: str, sight: tuple[Triple, Triple, Triple]) -> Triple:
    """CIE L*a*b* of a colour as it is seen."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    seen = [max(0.0, sum(a * b for a, b in zip(row, linear, strict=True))) for row in sight]
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    scaled = (
        sum(a * b for a, b in zip(row, seen, strict=True)) / white
        for row, white in zip(rows, (0.9505, 1.0, 1.089), strict=True)
    )
    x, y, z = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in scaled)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("paints", [LIGHT, DARK], ids=["light", "dark"])
def test_kinds_are_told_apart_by_all_eyes(paints: dict[str, Paint], sight: str) -> None:
    """By their borders: 10 is about what differs at a glance."""
    seen = {name: lab(paint.border, SIGHT[sight]) for name, paint in paints.items()}
    for one, other in combinations(seen, 2):
        pairs = zip(seen[one], seen[other], strict=True)
        assert sum((a - b) ** 2 for a, b in pairs) ** 0.5 > 12, (one, other)
