"""A value that the live page asks for: the one that `explain --at` works, of a bounded run."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from editing import serving

from cnncalc.cli.main import main
from cnncalc.edit import by_hand
from cnncalc.edit.by_hand import ByHand
from cnncalc.lessons.worked import work

TEXT = """name: n
input: 3x8x8
vars: {width: 4}
layers:
  - conv3x3 width padding=1
  - relu
  - maxpool2x2
  - flatten
  - linear 5
  - softmax
"""
LARGE = "name: n\ninput: 3x900x900\nlayers: [conv9x9 900 padding=4, conv9x9 900 padding=4]\n"
WIDE = "name: n\ninput: 60000\nlayers: [linear 60000]\n"


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def wanted(layer: str, *place: int, text: str = TEXT, **others: object) -> dict[str, object]:
    asked: dict[str, object] = {
        "text": text,
        "variant": None,
        "values": {},
        "layer": layer,
        "place": [*place],
    }
    return {**asked, **others}


@pytest.mark.parametrize(
    ("layer", "place", "channel"),
    [("conv1", (0, 7), 2), ("relu1", (3, 3), 0), ("maxpool1", (3, 0), 1), ("linear1", (4,), None),
     ("softmax1", (0,), None), ("flatten1", (63,), None)],
)  # fmt: skip
def test_it_is_what_the_command_tells(
    net: Path, layer: str, place: tuple[int, ...], channel: int | None
) -> None:
    at = ["--at", ",".join(map(str, place))]
    at += [] if channel is None else ["--channel", str(channel)]
    page = CliRunner().invoke(main, ["explain", str(net), layer, *at]).output
    with serving(net) as server:
        told = server.ask("by_hand", wanted(layer, *place, channel=channel))
        assert server.told == []
    words = " ".join(page.split())
    assert told["layer"] == layer
    assert told["head"] in words
    assert told["law"] in words
    assert [f"Note: {note}" in words for note in told["notes"]] == [True]
    for block in told["blocks"]:
        for line in block.get("lines", ()):
            assert line in words
        for grid in block.get("grids", ()):
            for row in grid["rows"]:
                assert " ".join(row) in words
        for row in block.get("rows", ()):
            assert all(cell in words for cell in row)


def test_the_text_and_the_sliders_are_those_of_the_page(net: Path) -> None:
    with serving(net) as server:
        before = server.ask("by_hand", wanted("linear1", 0))
        wider = server.ask("by_hand", wanted("linear1", 0, values={"width": "8"}))
        other = server.ask(
            "by_hand", wanted("linear1", 0, text=TEXT.replace("width: 4", "width: 8"))
        )
    assert before["blocks"][0]["lines"] == ["reads all 64 features, one weight each"]
    assert wider["blocks"][0]["lines"] == ["reads all 128 features, one weight each"]
    assert wider == other


def test_another_place_runs_nothing_again(net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    real = work.run_to

    def counted(*given: object) -> object:
        runs.append(given)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(by_hand, "run_to", counted)
    with serving(net) as server:
        told = [
            server.ask("by_hand", wanted("conv1", row, 1, channel=channel))
            for row in (0, 1)
            for channel in (0, 3)
        ]
        assert len(runs) == 1
        again = server.ask("by_hand", wanted("conv1", 0, 1, text=f"{TEXT}# other\n"))
        assert len(runs) == 2
    assert told[0] == again
    assert len({json.dumps(one) for one in told}) == 4


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (wanted("conv1", 8, 0), "row 8 is outside: rows go from 0 to 7"),
        (wanted("conv1", 0, 0, channel=4), "channel 4 is outside: channels go from 0 to 3"),
        (wanted("conv1", 0), "a row and a column, such as 0,0, not 0"),
        (wanted("conv9", 0, 0), "there is no layer `conv9`"),
        (wanted("conv1", 0, 0, text=f"{TEXT}  - nothing\n"), "the text has faults"),
        (wanted("conv1", 0, 0, values={"width": "1 +"}), "width"),
        (wanted("conv2", 0, 0, text=LARGE), "and 20 billion are the most on this page"),
        (wanted("linear1", 0, text=WIDE), "of memory, and"),
        (wanted("\u202e\x1b[31m", 0, 0), "there is no layer `\\u202e\\x1b[31m`"),
    ],
)
def test_what_is_not_worked_is_told(net: Path, asked: dict[str, object], words: str) -> None:
    with serving(net) as server:
        found = server.ask("by_hand", asked)
        assert server.told == []
    assert set(found) == {"problem"}
    assert words in found["problem"]
    assert found["problem"].isprintable()


@pytest.mark.parametrize(
    "change",
    [
        {"layer": None}, {"layer": 3}, {"place": None}, {"place": "0,0"}, {"place": [0, "0"]},
        {"place": [0, 0.5]}, {"place": [True, 0]}, {"place": [-1, 0]}, {"place": [10**300]},
        {"place": [0] * 1000}, {"place": [[0], 0]}, {"channel": "0"}, {"channel": -1},
        {"text": None}, {"values": []}, {"variant": 3},
    ],
)  # fmt: skip
def test_what_no_page_would_ask_is_refused(net: Path, change: dict[str, object]) -> None:
    with serving(net) as server:
        found = server.ask("by_hand", {**wanted("conv1", 0, 0), **change}, code=400)
        assert server.told == []
    assert set(found) == {"problem"}


def test_a_refused_run_frees_the_one_before() -> None:
    from cnncalc.checks.networks import Plan  # noqa: PLC0415 - beside what it is of
    from cnncalc.edit.requests import wanted as read  # noqa: PLC0415

    page = ByHand("net.yaml", Plan())
    first = page.answer(read(wanted("conv1", 0, 0)))
    assert "blocks" in first
    assert "problem" in page.answer(read(wanted("conv2", 0, 0, text=LARGE)))
    assert page.answer(read(wanted("conv1", 0, 0))) == first
