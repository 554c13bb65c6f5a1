"""The comment of the GitHub Action: written once, and anew in its place, by a fake server."""

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from forges import PERSON, ROBOT, Forge

from cnncalc.render import change

SCRIPT = Path(__file__).parent.parent / "action" / "comment.py"
pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="only a checkout has the action")

TEXT = f"{change.MARKER}\n\n**1 network: 1 changed**\n"
QUIET = f"{change.MARKER}\n\n{change.NOTHING}\n\n**1 network: 1 unchanged**\n"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("comment", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.PAUSE = 0  # type: ignore[attr-defined]
    return module


@pytest.fixture
def forge() -> Iterator[Forge]:
    with Forge() as made:
        yield made


class Write:
    """Writes a comment, in a job that a pull request started."""

    def __init__(
        self, script: ModuleType, forge: Forge, folder: Path, patch: pytest.MonkeyPatch
    ) -> None:
        self.script, self.folder, self.patch = script, folder, patch
        self.set({"TOKEN": "t", "PAGE": ""})
        self.set(forge.event(folder))
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            patch.delenv(name, raising=False)

    def set(self, variables: Mapping[str, str]) -> None:
        for name, value in variables.items():
            self.patch.setenv(name, value)

    def __call__(self, text: str = TEXT) -> str:
        path = self.folder / "comment.md"
        path.write_text(text, "utf-8")
        said: str = self.script.run(str(path))
        return said


@pytest.fixture
def write(
    script: ModuleType, forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Write:
    return Write(script, forge, tmp_path, monkeypatch)


def test_a_comment_is_begun_and_then_written_anew_in_its_place(forge: Forge, write: Write) -> None:
    forge.say("a first word")
    assert write() == "a comment was written"
    forge.say("a last word")
    assert write() == "the comment says so already"
    assert write(TEXT + "more\n") == "the comment was written anew"
    assert [one["body"] for one in forge.comments] == [
        "a first word",
        TEXT + "more\n",
        "a last word",
    ]


@pytest.mark.parametrize("before", [0, 99, 100, 250])
def test_it_is_found_among_many(forge: Forge, write: Write, before: int) -> None:
    for number in range(before):
        forge.say(f"comment {number}")
    forge.say(f"{change.MARKER}\nold", ROBOT)
    assert write() == "the comment was written anew"
    assert forge.comments[before]["body"] == TEXT
    assert len(forge.comments) == before + 1
    pages = [one for one in forge.asked if "comments?" in one]
    assert len(pages) == before // 100 + 1


def test_what_others_wrote_stays(forge: Forge, write: Write) -> None:
    forge.say(f"{change.MARKER}\nforged", PERSON)
    forge.say(f"quoted: {change.MARKER}", ROBOT)
    assert write() == "a comment was written"
    assert [one["body"] for one in forge.comments[:2]] == [
        f"{change.MARKER}\nforged",
        f"quoted: {change.MARKER}",
    ]


def test_the_token_of_a_person_finds_their_own(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Forge(user="me") as forge:
        write = Write(script, forge, tmp_path, monkeypatch)
        forge.say(f"{change.MARKER}\nof the robot", ROBOT)
        assert write() == "a comment was written"
        assert write(TEXT + "more\n") == "the comment was written anew"
        assert [one["user"]["login"] for one in forge.comments][1:] == ["me"]


def test_nothing_to_tell_begins_no_comment_but_mends_one(forge: Forge, write: Write) -> None:
    assert write(QUIET) == "nothing changed: no comment is begun"
    assert forge.comments == []
    write()
    assert write(QUIET) == "the comment was written anew"
    assert forge.comments[0]["body"] == QUIET


def test_names_cannot_keep_a_comment_from_being_begun(forge: Forge, write: Write) -> None:
    assert write(f"{TEXT}\n- `{change.NOTHING}.yaml`: changed\n") == "a comment was written"
    assert len(forge.comments) == 1


def test_without_a_token_nothing_is_asked(forge: Forge, write: Write) -> None:
    write.set({"TOKEN": ""})
    assert write() == "no comment: the action was given no `github-token`"
    assert forge.asked == []


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"GITHUB_EVENT_NAME": "push"}, "the job was not started by a pull request"),
        ({"GITHUB_EVENT_PATH": "/nowhere"}, "the event of the job names no pull request"),
        ({"GITHUB_REPOSITORY": "o/r/../x"}, "this is no job of GitHub"),
        ({"GITHUB_API_URL": "file:///etc"}, "this is no job of GitHub"),
    ],
)
def test_what_is_no_job_of_a_pull_request_is_said(
    forge: Forge, write: Write, variables: dict[str, str], reason: str
) -> None:
    write.set(variables)
    assert write() == f"no comment: {reason}"
    assert forge.asked == []


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_fork_may_not_comment_and_fails_nothing(forge: Forge, write: Write, status: int) -> None:
    forge.refuse = lambda asked: (status, {}) if asked.startswith("POST") else None
    said = write()
    assert said.startswith(f"no comment: the server refuses, {status}: the job needs")
    assert "pull-requests: write" in said
    assert forge.comments == []


def test_a_wrong_token_is_said(forge: Forge, write: Write) -> None:
    write.set({"TOKEN": "other"})
    assert write().startswith("no comment: the server refuses, 401")


def test_a_busy_server_is_asked_again_but_never_for_a_second_comment(
    forge: Forge, write: Write
) -> None:
    seen: list[str] = []

    def busy(asked: str) -> tuple[int, Any] | None:
        seen.append(asked)
        return (503, {}) if seen.count(asked) < 3 else None

    forge.refuse = busy
    assert write() == "no comment: the server refuses, 503"
    assert [one.partition(" ")[0] for one in seen] == ["GET"] * 6 + ["POST"]
    forge.say(f"{change.MARKER}\nold", ROBOT)
    seen.clear()
    assert write() == "the comment was written anew"
    assert [one.partition(" ")[0] for one in seen] == ["GET"] * 6 + ["PATCH"] * 3


@pytest.mark.parametrize(
    "answer", [b"<html>", b"[3]", b"{}", b"null", b'[{"body": 3}]', b"\xff", b"[" * 99_999]
)
def test_an_answer_of_another_server_is_said(forge: Forge, write: Write, answer: bytes) -> None:
    forge.refuse = lambda asked: (200, answer) if "comments" in asked else None
    assert write().startswith(("no comment: the server does not answer", "a comment was written"))


@pytest.mark.parametrize("status", [301, 302, 307])
def test_the_token_follows_no_redirection(forge: Forge, write: Write, status: int) -> None:
    forge.refuse = lambda asked: (status, {}) if "comments" in asked else None
    assert write() == f"no comment: the server refuses, {status}"


def test_a_server_that_is_not_there_is_said(write: Write) -> None:
    write.set({"GITHUB_API_URL": "http://127.0.0.1:9"})
    assert write() == "no comment: the server cannot be reached"


def test_a_long_text_loses_whole_lines_and_says_so(forge: Forge, write: Write) -> None:
    rows = "".join(f"| `net{number}` | {'x' * 90} |\n" for number in range(1000))
    write.set({"PAGE": "https://example.org/o/r/runs/1/artifacts/2"})
    write(TEXT + rows)
    [comment] = forge.comments
    body = comment["body"]
    assert 65_000 < len(body) <= 65_536
    *kept, left, _, link = body.rstrip("\n").split("\n")
    shown = [line for line in kept if line.startswith("| ")]
    assert all(line.endswith("x |") for line in shown)
    assert left == f"{1000 + 1 - len(shown):,} lines left off."
    assert link.endswith("](https://example.org/o/r/runs/1/artifacts/2)")


@pytest.mark.parametrize("page", ["javascript:alert(1)", "https://x.org/) [y](z", "http://x", ""])
def test_only_an_address_is_linked(forge: Forge, write: Write, page: str) -> None:
    write.set({"PAGE": page})
    write()
    assert forge.comments[0]["body"] == TEXT


def test_the_marks_are_those_of_the_text(script: ModuleType) -> None:
    assert script.NOTHING == change.NOTHING
    assert script.LONGEST == 65_536
    assert "cnncalc" not in {name.partition(".")[0] for name in vars(script)}
    assert SCRIPT.read_text("utf-8").count("import cnncalc") == 0
    assert sys.modules.get("comment") is None
