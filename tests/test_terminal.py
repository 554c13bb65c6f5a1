"""A terminal: colours, bars, and a pager for what is longer than it."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from terminals import Seen, on_terminal, run, session

import cnncalc
from cnncalc.cli.main import main
from cnncalc.render.columns import Look
from cnncalc.render.shares import bars, heat
from cnncalc.render.table import render_table

BOLD_RED, RED, DIM = "\x1b[1m\x1b[31m", "\x1b[31m", "\x1b[2m"


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[\d;?]*[A-Za-z=>]|\x1b[=>]|\r", "", text)


# Colours


@pytest.mark.parametrize(
    ("environment", "is_colored"),
    [
        ({}, True),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_the_environment_says_whether_a_terminal_has_colours(
    environment: dict[str, str], *, is_colored: bool
) -> None:
    text = on_terminal("summarize", "lenet5", columns=80, **environment)
    assert ("\x1b[" in text) == is_colored


def test_colours_go_into_a_pipe_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b[32m" in run("diff", "lenet5", "alexnet", FORCE_COLOR="1").stdout
    assert "\x1b[31m" in run("summarize", "nothing.yaml", FORCE_COLOR="1").stderr
    assert "\x1b" not in printed("summarize", "lenet5")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1m" in printed("summarize", "lenet5")
    assert "\x1b" not in printed("summarize", "lenet5", "--format", "csv")
    path = tmp_path / "net.txt"
    printed("summarize", "lenet5", "-o", str(path))
    assert "\x1b" not in path.read_text(encoding="utf-8")


def test_what_is_much_stands_out_and_what_is_little_steps_back() -> None:
    """Counted by hand: fc6 has 37,752,832 of 60,965,224 parameters, conv1 has 34,944."""
    text = render_table(cnncalc.summarize(cnncalc.load("alexnet")), Look(has_color=True))
    raw = {line.split()[1]: line for line in text.splitlines() if line[:2] in {"├─", "└─"}}
    assert f"{BOLD_RED}37,752,832\x1b[0m" in raw["fc6"]
    assert f"  {RED}105,415,200\x1b[0m" in raw["conv1"]
    assert f"{DIM}34,944\x1b[0m" in raw["conv1"]
    assert "  885,120 " in raw["conv3"]


def test_only_what_is_not_opened_is_coloured() -> None:
    text = render_table(cnncalc.summarize(cnncalc.load("resnet:50")), Look(has_color=True))
    [conv5] = [line for line in text.splitlines() if "─ conv5" in line]
    [rounds] = [line for line in text.splitlines() if "bottleneck2 x 5" in line]
    assert "\x1b[31m" not in conv5
    assert "\x1b[31m" in rounds


@pytest.mark.parametrize(
    ("part", "whole", "color"),
    [(0, 5, ""), (0, 0, ""), (1, 4, BOLD_RED), (1, 10, RED), (9, 100, ""), (9, 1000, DIM)],
)
def test_the_borders_of_colours(part: int, whole: int, color: str) -> None:
    assert heat(part, whole) == color


# Bars


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 0, done.output
    return done.output


def eighths(bar: str) -> int:
    return sum(8 - "█▉▊▋▌▍▎▏".index(mark) for mark in bar)


def test_a_bar_is_as_long_as_its_part() -> None:
    parts = [*range(0, 1000, 7), 1000]
    for part, bar in zip(parts, bars(parts, 16), strict=True):
        assert abs(eighths(bar) / 128 - part / 1000) <= 1 / 256 or (bar == "▏" and part)
        assert len(bar) <= 16
    assert bars([], 8) == []
    assert bars([0, 0], 8) == ["", ""]
    assert bars([10**30, 10**30 // 2], 2) == ["██", "█"]


def test_bars_stand_behind_shares() -> None:
    lines = printed("summarize", "alexnet", "--bars").splitlines()
    [fc6] = [line for line in lines if "fc6" in line]
    [fc7] = [line for line in lines if "fc7" in line]
    assert re.search(r" 61\.9  █{20}   37,748,736    5\.2  ███▍$", fc6)
    assert re.search(r" 27\.5  ████████▉ +16,777,216    2\.3  █▌$", fc7)
    assert "A full bar is the largest share of its column." in lines


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 140])
@pytest.mark.parametrize("name", ["alexnet", "resnet:50", "googlenet"])
def test_bars_fit_a_terminal(name: str, columns: int) -> None:
    found = cnncalc.summarize(cnncalc.load(name))
    for is_ascii in (False, True):
        text = render_table(found, Look(width=columns, has_bars=True, is_ascii=is_ascii))
        assert max(map(len, text.splitlines())) <= columns
        assert ("#####" if is_ascii else "█████") in text


def test_an_output_that_is_no_utf_8_has_bars_of_ascii() -> None:
    text = run("summarize", "alexnet", "--bars", PYTHONIOENCODING="ascii").stdout
    assert text.isascii()
    assert "#" * 20 in text


def test_the_rest_of_a_list_has_no_bar() -> None:
    text = printed("summarize", "resnet:50", "--bars", "--sort", "macs", "--top", "2")
    [rest] = [line for line in text.splitlines() if line.startswith("... 173 more")]
    assert "█" not in rest
    assert "█" in text


def test_bars_of_another_count_and_of_chosen_columns() -> None:
    assert "█" in printed("summarize", "lenet5", "--bars", "--count", "ptflops")
    assert printed("summarize", "lenet5", "--bars", "--columns", "macs%").count("A full") == 1
    done = CliRunner().invoke(main, ["summarize", "lenet5", "--bars", "--columns", "macs"])
    assert done.exit_code == 2
    assert "--bars has no effect with --columns: name a share among them, such as macs%" in (
        done.output
    )


# The pager

pages = pytest.mark.skipif(
    shutil.which("less") is None, reason="less is not installed: apt-get install less"
)

LONG = ("summarize", "alexnet")
"""38 lines."""


@pages
@pytest.mark.parametrize("width", [80, 140])
def test_a_long_table_is_read_page_by_page(width: int) -> None:
    """An interrupt is the pager's; it goes on until it is left."""
    found = session(*LONG, keys=[(":", "\x03"), (":", "q")], size=(width, 24))
    assert found.code == 0
    assert plain(found.text).startswith("AlexNet\n")
    assert "Traceback" not in found.text
    assert "^[" not in found.text, "colours are seen as text"


@pages
def test_the_code_of_a_difference_is_kept() -> None:
    assert session("diff", "alexnet", "vgg:16", "--all", keys=[(":", "q")]).code == 1


@pages
def test_findings_are_read_page_by_page(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    faults = "".join(f"  - conv3x3 {place} paddding=1\n" for place in range(1, 9))
    path.write_text(f"name: n\ninput: 3x8x8\nlayers:\n{faults}", encoding="utf-8")
    found = session("check", str(path), keys=[(":", "G"), ("END", "q")], LESS="RXM -PM?e(END):..")
    assert found.code == 1
    assert "1 spec" in found.text


@pytest.mark.parametrize("pager", ["", " cat ", "no_such_pager", "no_such_pager -R 2>&-"])
def test_where_there_is_no_pager_all_is_printed(pager: str) -> None:
    found = session(*LONG, PAGER=pager)
    assert found.code == 0
    assert "total" in found.text
    assert "store nothing." in found.text


def test_a_dumb_terminal_has_no_pager() -> None:
    assert "total" in session(*LONG, PAGER="echo a pager was run", TERM="dumb").text


@pytest.mark.parametrize("option", [("--no-pager", *LONG), (*LONG, "--no-pager")])
def test_an_option_refuses_the_pager(option: tuple[str, ...]) -> None:
    found = session(*option, PAGER="echo a pager was run; cat > /dev/null")
    assert "a pager was run" not in found.text
    assert "total" in found.text


PAGER = "echo a pager was run; cat"


def paged(*arguments: str, lines: int = 24) -> Seen:
    return session(*arguments, size=(80, lines), PAGER=PAGER)


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "alexnet", "lenet5"), ("explain", "lenet5"), ("diff", "lenet5", "alexnet"),
    ],
)  # fmt: skip
def test_each_long_result_is_paged(arguments: tuple[str, ...]) -> None:
    found = paged(*arguments, lines=8)
    assert found.text.startswith("a pager was run\r\n")
    assert found.code == (1 if arguments[0] == "diff" else 0)


def test_what_fits_is_not_paged() -> None:
    length = len(session(*LONG, PAGER="cat").text.splitlines())
    assert "a pager was run" not in paged(*LONG, lines=length + 1).text
    assert "a pager was run" in paged(*LONG, lines=length).text


def test_a_pager_that_leaves_early_is_no_error() -> None:
    found = session("summarize", "resnet:152", "--depth", "all", PAGER="head -n 2")
    assert found.code == 0
    assert plain(found.text).splitlines()[0] == "ResNet:152"
    assert len(found.text.splitlines()) == 2


def test_an_interrupt_of_a_pager_that_it_ends_is_quiet() -> None:
    found = session(*LONG, keys=[("ready", "\x03")], PAGER="cat > /dev/null; echo ready; sleep 60")
    assert found.code == 0
    assert "Traceback" not in found.text


def test_a_pipe_and_a_file_have_no_pager(tmp_path: Path) -> None:
    assert "a pager was run" not in run(*LONG, PAGER=PAGER, LINES="5").stdout
    path = tmp_path / "net.txt"
    assert paged(*LONG, "-o", str(path)).text == ""
    assert "a pager was run" not in path.read_text(encoding="utf-8")
