"""The site: it builds without a warning, tells all records, and loads nothing from elsewhere."""

import json
import math
import posixpath
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

import cnncalc
from cnncalc.cli.main import COMMANDS
from cnncalc.diagnostics import CODES
from cnncalc.ops import OPS
from cnncalc.spec.catalogue import entries
from cnncalc.spec.library import bundled_names

DOCS = Path(__file__).parent.parent / "docs"
STATEMENTS = Path(__file__).parent / "lectures" / "statements.yaml"
HOMES = ("learn", "ko/learn")
"""Where the pages of learning are, in the order in which the table names its sections."""

LOADED = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src")}

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of packages that we only look for
    for package in ("sphinx", "furo", "myst_parser", "sphinx_click", "sphinx_design", "PIL"):
        pytest.importorskip(package, reason="the site is not built: pip install 'cnncalc[docs]'")


class Page(HTMLParser):
    """What a page names: its own places, what it loads, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.places.add(value)
            if (tag, name) in LOADED and value:
                self.loads.append(value)
            if (tag, name) == ("a", "href") and value:
                self.links.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; the page that needs no server is a stand-in."""
    play = tmp_path_factory.mktemp("play")
    (play / "index.html").write_text("<title>play</title>", encoding="utf-8")
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-E", "-d", out / "trees",
         DOCS, out / "html"],
        env={"PATH": "", "CNNCALC_PLAY": str(play), "PYTHONUTF8": "1", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return {
        path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.html")
    }


def test_every_page_is_built(pages: dict[str, Page]) -> None:
    sources = {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md")}
    assert {f"{one.as_posix()}.html" for one in sources} <= pages.keys()


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[str, Page]) -> None:
    assert [one for page in pages.values() for one in page.loads if "//" in one] == []
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//", styles) == []


def test_no_markup_is_left_over(site: Path) -> None:
    """A directive that was not understood is shown as it was written."""
    for path in site.rglob("*.html"):
        text = re.sub(r"<pre>.*?</pre>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\.\. [a-z-]+::|<p>:::|<p>```|made: ", text), path.name


def test_a_page_says_its_language(site: Path) -> None:
    for name, language in (("learn", "en"), ("ko/learn", "ko")):
        text = (site / name / "index.html").read_text(encoding="utf-8")
        assert re.search(r"<html[^>]* lang=\"(\w+)\"", text)[1] == language  # type: ignore[index]


def test_what_stands_around_a_page_is_in_its_language(site: Path) -> None:
    """What the theme says, the names of other parts, and a button of our own."""
    english, korean = (
        (site / home / "12-design-your-own.html").read_text(encoding="utf-8") for home in HOMES
    )
    said = {
        "Previous": "이전",
        "On this page": "이 페이지의 내용",
        ">Reference<": ">참고 자료 (영어)<",
        "Link to this heading": "이 절로 가는 링크",
        ">Change it here<": ">여기서 바꿔 보기<",
    }
    for one, other in said.items():
        assert one in english
        assert other not in english
        assert other in korean
        assert one not in korean


def led_astray(pages: dict[str, Page], site: Path) -> Iterator[str]:
    """Links within the site that lead nowhere."""
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            path = (site / name).parent / unquote(parts.path) if parts.path else site / name
            target = path.resolve().relative_to(site.resolve()).as_posix()
            there = pages.get(target)
            place = unquote(parts.fragment)
            if not (there or path.exists()) or (there and place and place not in there.places):
                yield f"{name}: {link}"


def test_every_link_leads_somewhere(pages: dict[str, Page], site: Path) -> None:
    assert list(led_astray(pages, site)) == []


def test_a_link_that_leads_nowhere_would_be_seen(tmp_path: Path) -> None:
    pages = {"a.html": Page('<a id="here" href="#here"></a><a href="#gone"></a><a href="b.html">')}
    assert list(led_astray(pages, tmp_path)) == ["a.html: #gone", "a.html: b.html"]


def test_every_op_code_command_and_name_is_there(pages: dict[str, Page]) -> None:
    ops = {place for name, page in pages.items() if "/ops/" in name for place in page.places}
    assert {f"op-{name.replace('_', '-')}" for name in OPS} <= ops
    codes = pages["reference/rules.html"].places | pages["reference/codes.html"].places
    assert {code.lower() for code in CODES} <= codes
    assert {f"cnncalc-{name}" for name in COMMANDS} <= pages["reference/commands.html"].places
    assert {f"cnncalc.{name}" for name in cnncalc.__all__} <= pages["reference/python.html"].places


def test_every_network_is_there(site: Path) -> None:
    text = (site / "reference" / "networks.html").read_text(encoding="utf-8")
    for family in bundled_names():
        for entry in entries(family):
            assert f">{entry.name}</span>" in text, entry.name


def test_a_network_to_change_is_loaded_on_a_click_only(site: Path) -> None:
    text = (site / "guide" / "report.html").read_text(encoding="utf-8")
    assert 'data-play="../play/index.html#net=resnet&amp;variant=50"' in text
    assert "<iframe" not in text
    assert (site / "play" / "index.html").exists()


def test_each_statement_of_the_course_is_three_clicks_away(pages: dict[str, Page]) -> None:
    """From the front page to the list, and from there to the section that tells it."""
    for home in ("learn", "ko/learn"):
        leads = [links(pages, "index.html"), links(pages, f"{home}/index.html")]
        assert f"{home}/index.html" in leads[0]
        assert f"{home}/statements.html" in leads[1]
        rows = yaml.safe_load(STATEMENTS.read_text(encoding="utf-8"))
        language = HOMES.index(home)
        wanted = {f"{home}/{row['found'][language]}".partition(".md#")[0] for row in rows}
        there = {one.partition(".html#")[0] for one in links(pages, f"{home}/statements.html")}
        assert wanted <= there


def links(pages: dict[str, Page], name: str) -> set[str]:
    """Where the links of a page lead, as seen from the front page."""
    return {posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(one)))
            for one in pages[name].links}  # fmt: skip


def drawn(site: Path, page: str, kind: str) -> list[dict[str, Any]]:
    """What the figures of a kind on a page are given."""
    text = (site / page).read_text(encoding="utf-8")
    found = re.findall(rf'data-cnncalc="{kind}"><script[^>]*>(.*?)</script>', text)
    return [json.loads(one) for one in found]


def test_lines_of_gradients_begin_and_end_as_the_command_beside_them_says(site: Path) -> None:
    for name, count in (("09-resnet", 4), ("11-training", 3)):
        told = (DOCS / "learn" / f"{name}.md").read_text(encoding="utf-8")
        [figure] = drawn(site, f"learn/{name}.html", "gradients")
        [view] = figure["views"]
        assert len(view["series"]) == count
        for one in view["series"]:
            row = re.search(rf":{one['name']} +(\d+) +\S+ +(\S+) +\S+ +(\S+) ", told)
            assert row, one["name"]
            layers, first, last = row.groups()
            assert len(one["values"]) == int(layers)
            assert (one["values"][0], one["values"][-1]) == (float(first), float(last))


def test_lines_of_activations_are_their_functions(site: Path) -> None:
    """A sigmoid is 1 / (1 + e^-x); a slope is what the values beside it rise by."""
    [figure] = drawn(site, "ko/learn/11-training.html", "activations")
    values, slopes = (
        {one["name"]: one["values"] for one in view["series"]} for view in figure["views"]
    )
    places = [figure["from"] + figure["step"] * at for at in range(len(values["relu"]))]
    assert (places[0], places[-1]) == (-4, 4)
    assert values["relu"] == [max(0, x) for x in places]
    assert values["sigmoid"] == [round(1 / (1 + math.exp(-x)), 4) for x in places]
    assert values["tanh"] == [round(math.tanh(x), 4) for x in places]
    for name in ("sigmoid", "tanh"):
        for at in range(1, len(places) - 1):
            rise = (values[name][at + 1] - values[name][at - 1]) / (2 * figure["step"])
            assert abs(slopes[name][at] - rise) < 0.05
    assert slopes["relu"] == [float(x > 0) for x in places]


def test_feature_maps_are_those_of_the_kernels(site: Path) -> None:
    """Within the border blur is the mean of nine; outline is nine times what blur takes off."""
    for page in ("learn", "ko/learn"):
        text = (site / page / "02-convolution-by-hand.html").read_text(encoding="utf-8")
        found = re.search(r'data-cnncalc="maps"><script[^>]*>(.*?)</script>', text)
        assert found
        maps = {one["name"]: one for one in json.loads(found[1])["maps"]}
        assert list(maps) == ["picture", "blur", "emboss", "outline", "sharpen"]
        columns, picture = maps["picture"]["columns"], maps["picture"]["values"]
        for row in range(1, maps["picture"]["rows"] - 1):
            for at in range(row * columns + 1, (row + 1) * columns - 1):
                around = [picture[at + down * columns + right] for down in (-1, 0, 1)
                          for right in (-1, 0, 1)]  # fmt: skip
                assert abs(maps["blur"]["values"][at] - sum(around) / 9) < 0.011
                assert abs(maps["outline"]["values"][at] - 9 * picture[at] + sum(around)) < 0.1
