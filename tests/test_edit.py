"""What `cnncalc edit` makes of a text, and what becomes of the file."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from editing import serving

import cnncalc
from cnncalc.cli.edit import session_of
from cnncalc.cli.main import main
from cnncalc.edit.lines import told_of_lines

TEXT = "name: n\ninput: 3x8x8\nvars: {width: 4}\nlayers:\n  - conv3x3 width\n  - relu\n"
FAULTY = TEXT.replace("conv3x3", "cnv3x3")


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def called(*arguments: str, code: int = 0) -> str:
    """What a command prints, in this process."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    return result.output


def document(text: str, path: Path) -> dict[str, Any]:
    path.write_text(text, encoding="utf-8")
    found: dict[str, Any] = json.loads(
        called("summarize", str(path), "--format", "json", "--full")
    )
    return found


def test_the_network_is_that_of_summarize(net: Path, tmp_path: Path) -> None:
    with serving(net) as server:
        for text in (TEXT, TEXT.replace("relu", "gelu")):
            [found] = server.run(text)["page"]["networks"]
            known = document(text, tmp_path / "net.yaml")
            known["files"], known["findings"] = found["files"], found["findings"]
            assert found == known
            assert found["files"] == [{"name": net.name, "text": text}]


def test_a_fault_stands_under_its_characters_and_is_mended(net: Path) -> None:
    with serving(net) as server:
        found = server.run(FAULTY)
        assert found["page"] is None
        [fault] = found["findings"]
        line = FAULTY.splitlines()[fault["line"] - 1]
        assert line[fault["column"] - 1 : fault["end_column"] - 1] == "cnv3x3"
        [edit] = fault["fix"]
        line = line[: edit["column"] - 1] + edit["text"] + line[edit["end_column"] - 1 :]
        assert line == "  - conv3x3 width"


def test_warnings_come_with_the_network(net: Path) -> None:
    text = TEXT + "expect: {parameters: 1}\n"
    with serving(net) as server:
        found = server.run(text)
    assert found["page"]
    assert [one["severity"] for one in found["findings"]] == ["error"]
    told = json.loads(called("check", str(net), "--format", "json"))
    assert told["summary"]["errors"] == 0  # the file is as it was


def test_a_value_takes_the_place_of_a_variables(net: Path) -> None:
    with serving(net) as server:
        [variable] = server.run(TEXT)["variables"]
        place = variable["place"]
        line = TEXT.splitlines()[place["line"] - 1]
        assert line[place["column"] - 1 : place["end_column"] - 1] == "4"
        found = server.run(TEXT, width="16")
        [changed] = found["page"]["networks"]
        assert changed["totals"]["parameters"] == 3 * 9 * 16 + 16
        [variable] = found["variables"]
        assert (variable["written"], variable["value"]) == (4, 16)
        before = 3 * 9 * 4 + 4
        assert found["change"]["parameters"]["old"] == before
        assert found["change"]["parameters"]["new"] == 3 * 9 * 16 + 16
        assert server.run(TEXT, width="16", other="1")["page"]  # one that was deleted meanwhile
        faults = server.run(TEXT, width="-1")["findings"]
        assert faults
        assert faults[0]["message"]


def test_what_a_variant_sets_is_told_where_it_is_set(net: Path) -> None:
    text = TEXT + "variants:\n  wide: {vars: {width: 64}}\n  usual: {}\n"
    with serving(net) as server:
        found = server.run(text, "wide")
        assert found["variants"] == [None, "wide", "usual"]
        [variable] = found["variables"]
        assert variable["written"] == 64
        assert variable["place"]["line"] == 8
        assert server.run(text, "usual")["variables"][0]["written"] == 4
        assert server.run(text, "gone")["variant"] is None


def test_what_lines_come_to_adds_up() -> None:
    for name in ("resnet:18", "googlenet", "mobilenetv2"):
        graph = cnncalc.load(name)
        summary = cnncalc.summarize(graph)
        file = summary.rows[0].layer.origin[0].file
        told = {one["line"]: one for one in told_of_lines(summary, file, {})}
        for column in ("parameters", "macs"):
            outermost: dict[int, int] = {}
            for row in summary.rows:
                line = row.layer.origin[0].line
                outermost[line] = outermost.get(line, 0) + getattr(row, column)
            assert sum(outermost.values()) == getattr(summary.totals, column)
            for line, sum_of_line in outermost.items():
                assert told[line][column] == sum_of_line
        whole = summary.outputs.values()
        last = max(row.layer.origin[0].line for row in summary.rows)
        assert told[last]["shape"] == next(iter(whole))


def test_a_line_of_a_repeat_gives_a_shape_where_all_rounds_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(
        "name: n\ninput: 3x16x16\nlayers:\n  - repeat 2:\n"
        "      - conv3x3 8 padding=1\n      - maxpool2x2\n  - relu\n"
    )
    with serving(path) as server:
        lines = {one["line"]: one for one in server.run(path.read_text())["lines"]}
    assert lines[7]["shape"] == [8, 4, 4]
    assert lines[4] == {**lines[5], "line": 4, "layers": 4, "shape": [8, 4, 4]}
    assert lines[5]["shape"] is None  # 16x16, then 8x8
    assert lines[5]["layers"] == 2
    assert lines[5]["parameters"] == (3 * 9 * 8 + 8) + (8 * 9 * 8 + 8)


def test_a_line_has_what_stands_below_it(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(
        "name: n\ninput: 3x16x16\nblocks:\n  two out:\n    - stem:\n        - conv3x3 out\n"
        "        - for i in range(2):\n            - conv1x1 out\nlayers:\n  - repeat 2:\n"
        "      - if x.channels == 3:\n          - two 4\n        else:\n          - two 8\n"
        "  - add:\n      - conv1x1 8\n      - x\n"
    )
    with serving(path) as server:
        lines = {one["line"]: one for one in server.run(path.read_text())["lines"]}
    counts = {line: (one["layers"], one["parameters"]) for line, one in lines.items()}
    first, second = (27 * 4 + 4) + 2 * (4 * 4 + 4), (36 * 8 + 8) + 2 * (8 * 8 + 8)
    assert counts[10] == counts[11] == counts[5] == (6, first + second)
    assert counts[12] == (3, first)
    assert counts[14] == (3, second)
    assert counts[7] == counts[8] == (4, 2 * (4 * 4 + 4) + 2 * (8 * 8 + 8))
    assert counts[15] == (2, 8 * 8 + 8)
    assert lines[10]["shape"] == lines[15]["shape"] == [8, 12, 12]


# The file


def test_a_text_is_saved(net: Path) -> None:
    text = TEXT + "# é\n"
    with serving(net) as server:
        state = server.ask("state")["state"]
        saved = server.ask("save", {"text": text, "known": state})
        assert saved["saved"]
        assert saved["state"] == server.ask("state")["state"] != state
        assert server.run(text)["change"] is None
        assert server.run(FAULTY)["change"] is None
    assert net.read_bytes() == text.encode()


def test_a_text_with_faults_is_saved_too(net: Path) -> None:
    with serving(net) as server:
        state = server.ask("state")["state"]
        assert server.ask("save", {"text": FAULTY, "known": state})["saved"]
        assert server.run(TEXT)["change"] is None  # there is nothing to compare with
    assert net.read_text() == FAULTY


def test_what_changed_on_the_disk_is_not_written_over(net: Path) -> None:
    with serving(net) as server:
        state = server.ask("state")["state"]
        net.write_text(TEXT + "# theirs\n")
        refused = server.ask("save", {"text": TEXT + "# ours\n", "known": state})
        assert not refused["saved"]
        assert refused["text"] == net.read_text() == TEXT + "# theirs\n"
        found = server.ask("file")
        assert (found["text"], found["state"]) == (refused["text"], refused["state"])
        assert server.ask("save", {"text": TEXT, "known": found["state"]})["saved"]
    assert net.read_text() == TEXT


def test_a_file_that_went_away_is_not_written_over_by_what_is_old(net: Path) -> None:
    with serving(net) as server:
        state = server.ask("state")["state"]
        net.unlink()
        assert server.ask("state") == {"state": None}
        assert server.ask("save", {"text": TEXT, "known": state})["state"] is None
        assert not net.exists()
        assert server.ask("save", {"text": TEXT, "known": None})["saved"]
    assert net.read_text() == TEXT


def test_a_file_that_cannot_be_read_is_told(net: Path) -> None:
    with serving(net) as server:
        net.write_bytes(b"name: \xff")
        assert "UTF-8" in server.ask("file")["problem"]
        net.unlink()
        net.mkdir()
        assert server.ask("state", code=409)["problem"]


def test_a_link_that_takes_its_place_is_not_followed_out(net: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-secret"
    outside.write_text("name: secret\n")
    with serving(net) as server:
        state = server.ask("state")["state"]
        net.unlink()
        net.symlink_to(outside)
        for told in (
            server.ask("state", code=409),
            server.ask("file"),
            server.ask("save", {"text": TEXT, "known": state}, code=409),
        ):
            assert "leads out of" in told["problem"]
            assert "secret\n" not in str(told)
            assert "text" not in told
    assert outside.read_text() == "name: secret\n"


def test_ends_of_lines_stay_those_of_windows(net: Path) -> None:
    net.write_bytes(TEXT.replace("\n", "\r\n").encode())
    with serving(net) as server:
        page = server.send("GET")[2].decode()
        assert "\\r" not in page[page.index('id="document"') : page.index("<script>")]
        state = server.ask("state")["state"]
        text = TEXT.replace("relu", "gelu")
        assert server.ask("save", {"text": text, "known": state})["saved"]
    assert net.read_bytes() == text.replace("\n", "\r\n").encode()


def test_nothing_is_left_when_a_file_cannot_be_written(
    net: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with serving(net) as server:
        state = server.ask("state")["state"]
        monkeypatch.setattr("os.replace", full)
        answer = server.ask("save", {"text": FAULTY, "known": state}, code=409)
        assert answer["problem"] == "No space left on device"
    assert [one.name for one in net.parent.iterdir()] == ["net.yaml"]
    assert net.read_text() == TEXT


# The command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no network `nowhere`"),
        (["nowhere.yaml"], "nowhere.yaml"),
        (["-"], "standard input is no file: name one"),
        (["net.onnx"], "a model is not edited: `cnncalc convert` makes a spec of it"),
        (["."], "."),
        (["lenet5", "--port", "70000"], "70000"),
    ],
)
def test_what_cannot_be_edited(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in called("edit", *arguments, "--no-open", code=2)


def test_a_bundled_network_is_edited_as_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    session = session_of("vgg:11")
    page = session.document()
    assert (page["path"], page["state"], page["answer"]["variant"]) == ("vgg.yaml", None, "11")
    assert not list(tmp_path.iterdir())
    assert session.save({"text": page["text"], "known": None})["saved"]
    told = json.loads(called("summarize", "vgg.yaml:11", "--format", "json"))
    [network] = page["answer"]["page"]["networks"]
    assert told["totals"] == json.loads(json.dumps(network["totals"]))
    assert "`cnncalc edit vgg.yaml` edits it" in called("edit", "vgg", "--no-open", code=2)
