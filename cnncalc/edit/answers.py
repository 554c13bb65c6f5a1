"""Answers in a row: each takes over what the one before worked out, and tells what is new."""

import secrets
from typing import Any

from cnncalc.analysis.summary import Summary
from cnncalc.checks.networks import Plan
from cnncalc.edit.answer import Asked, answer
from cnncalc.edit.since import since
from cnncalc.report.kept import Kept

PLAIN = frozenset({"layers", "tree", "sums", "origins", "memory", "formulas", "files"})
"""The parts of a network's document that hold texts and whole numbers, and no false."""


class Answers:
    """What a page was answered last.

    Args:
        file: what the text is called in messages.
        plan: what is looked for, and how large a spec may be.
    """

    def __init__(self, file: str, plan: Plan) -> None:
        self.file = file
        self.plan = plan
        self._kept = Kept()
        # Another one, before or after it, counts elsewhere: a page may have its number from there.
        self._number = secrets.randbelow(2**48)
        self._page: Any = None

    def answer(self, asked: Asked, saved: Summary | None = None) -> dict[str, Any]:
        """What a text comes to, as `edit.answer.answer` says it.

        A page has a `number` besides. Where the asker has the page before it, `page` is None and
        `since` is what is new.
        """
        found = answer(asked, self.file, self.plan, saved=saved, kept=self._kept)
        page = found["page"]
        if page is None:
            return found
        before, known = self._page, self._number
        self._page, self._number = page, known + 1
        if before is None or asked.known != known:
            return {**found, "number": self._number}
        change = since(before, page, PLAIN) or {"in": {}}
        return {**found, "number": self._number, "page": None, "since": change}
