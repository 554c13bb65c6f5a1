"""Puts a text under the pull request of a job: once, and anew in the same comment after that.

Run by `action.yml` as `python -I comment.py FILE`, with nothing but the standard library. The
first line of the file is a mark that is not shown; by it the comment is found again. All else
comes from the environment: `TOKEN`, `PAGE` (the address of a page about the change, or nothing),
and what GitHub says of the job. A comment is a courtesy: whatever keeps it from being written is
told, and fails no job.

Source: GitHub Docs, REST API endpoints for issue comments; Variables.
"""

import json
import os
import re
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any

LONGEST = 65_536
"""Characters of a comment that GitHub takes."""

NOTHING = "<!-- nothing to tell -->"
"""A line of a text that is put into a comment which is there, but for which none is begun."""

EACH, MOST_PAGES = 100, 100
"""Comments that are asked for at once, and how often: of more, ours is not looked for."""

LARGEST = 1 << 25
"""Bytes of an answer that are read."""

TRIES, PATIENCE, PAUSE = 3, 30.0, 2.0
"""How often a server that is busy is asked, for how many seconds, and how long after the last."""

BUSY = (429, 500, 502, 503, 504)

REMEDY = (
    "the job needs `permissions: pull-requests: write`, which a pull request from a fork does not"
    " give it"
)


class NoCommentError(Exception):
    """Why there is no comment."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token goes to the server that the job names, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        """Leave the answer as it is: an error."""


class Api:
    """The comments of one pull request."""

    def __init__(self, token: str) -> None:
        base = os.environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
        repository = os.environ.get("GITHUB_REPOSITORY", "")
        if not re.match(r"https?://", base) or not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
            raise NoCommentError("this is no job of GitHub")
        self.base = base
        self.issues = f"{base}/repos/{repository}/issues"
        self.number = number_of_pull_request()
        self.token = token
        self.open = urllib.request.build_opener(NoRedirect).open

    def ask(self, method: str, address: str, body: str | None = None) -> Any:
        """The answer of the server.

        Raises:
            HTTPError: it refuses.
            NoCommentError: it cannot be reached, or does not answer as GitHub would.
        """
        request = urllib.request.Request(  # noqa: S310 - its scheme is checked
            address,
            data=None if body is None else json.dumps({"body": body}).encode(),
            method=method,
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "cnncalc",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        # Who has not heard of a comment that was written would write another.
        for left in reversed(range(1 if method == "POST" else TRIES)):
            try:
                with self.open(request, timeout=PATIENCE) as answer:
                    return json.loads(answer.read(LARGEST))
            except urllib.error.HTTPError as fault:
                fault.close()  # it holds the answer, which nobody reads
                if fault.code not in BUSY or not left:
                    raise
            except (OSError, HTTPException):
                if not left:
                    raise NoCommentError("the server cannot be reached") from None
            except ValueError:
                raise NoCommentError("the server does not answer in JSON") from None
            time.sleep(PAUSE)
        raise AssertionError

    def comments(self) -> Iterator[Any]:
        """Every comment, page by page."""
        for page in range(1, MOST_PAGES + 1):
            address = f"{self.issues}/{self.number}/comments?per_page={EACH}&page={page}"
            found = self.ask("GET", address)
            yield from found
            if len(found) < EACH:
                return

    def own(self, mark: str) -> Any | None:
        """Our comment: one with the mark that others cannot have written."""
        name = self.name()
        for one in self.comments():
            user = one.get("user") or {}
            is_ours = user.get("login") == name if name else user.get("type") == "Bot"
            if is_ours and str(one.get("body") or "").lstrip().startswith(mark):
                return one
        return None

    def name(self) -> str | None:
        """Who has the token, where that is a person; the token of a job may not ask."""
        try:
            found = self.ask("GET", f"{self.base}/user")
        except urllib.error.HTTPError:
            return None
        return str(found["login"])

    def put(self, text: str) -> str:
        """Write the text, and say what was done."""
        mark = text.partition("\n")[0]
        before = self.own(mark)
        if before is None:
            if NOTHING in text.split("\n"):  # a line alone: names are within others
                return "nothing changed: no comment is begun"
            self.ask("POST", f"{self.issues}/{self.number}/comments", text)
            return "a comment was written"
        if before["body"].replace("\r\n", "\n").strip() == text.strip():
            return "the comment says so already"
        self.ask("PATCH", f"{self.issues}/comments/{int(before['id'])}", text)
        return "the comment was written anew"


def number_of_pull_request() -> int:
    """Its number, from the event that started the job.

    Raises:
        NoCommentError: that was no pull request.
    """
    if not os.environ.get("GITHUB_EVENT_NAME", "").startswith("pull_request"):
        raise NoCommentError("the job was not started by a pull request")
    try:
        with open(os.environ.get("GITHUB_EVENT_PATH", ""), encoding="utf-8") as stream:
            return int(json.load(stream)["pull_request"]["number"])
    except (OSError, ValueError, KeyError, TypeError):
        raise NoCommentError("the event of the job names no pull request") from None


def fitted(text: str, most: int = LONGEST) -> str:
    """A text that is not too long: lines at its end are left off, and counted."""
    if len(text) <= most:
        return text
    lines = text.split("\n")
    room = most - 60
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, "", f"{len(lines) - len(kept):,} lines left off."]) + "\n"


def text_of(path: str) -> str:
    """What is to be written, with a link to the page where there is one."""
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    page = os.environ.get("PAGE", "")
    if re.fullmatch(r"https://[\w./:-]+", page):
        link = f"\n[The networks before and after, layer by layer]({page})\n"
        return fitted(text, LONGEST - len(link)) + link
    return fitted(text)


def run(path: str) -> str:
    """Write the comment, and say what came of it."""
    token = os.environ.get("TOKEN", "")
    if not token:
        return "no comment: the action was given no `github-token`"
    try:
        return Api(token).put(text_of(path))
    except NoCommentError as fault:
        return f"no comment: {fault}"
    except urllib.error.HTTPError as fault:
        why = f"the server refuses, {fault.code}"
        if fault.code in {401, 403, 404}:
            why += f": {REMEDY}"
        return f"no comment: {why}"
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return "no comment: the server does not answer as GitHub does"


if __name__ == "__main__":
    said = run(sys.argv[1])
    level = "::notice title=cnncalc::" if said.startswith("no comment") else ""
    print(f"{level}{said}")
