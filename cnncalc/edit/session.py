"""One file that is edited: what the page asks, and what it is answered."""

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from cnncalc.analysis.summary import Summary
from cnncalc.checks.networks import Plan
from cnncalc.diagnostics import SpecError
from cnncalc.edit.answer import Asked, summary_of
from cnncalc.edit.answers import Answers
from cnncalc.edit.draft import ChangedError, OnDisk, on_disk, save, state_of
from cnncalc.edit.requests import FaultyValueError, RequestError, requested, text_of, wanted
from cnncalc.spec.library import Source

if TYPE_CHECKING:
    from cnncalc.edit.by_hand import ByHand


class Session:
    """What is known of the file between two requests; one request is answered at a time."""

    def __init__(self, path: str, start: OnDisk, source: Source, plan: Plan) -> None:
        self.path = path
        self.plan = plan
        self.text = source.text.replace("\r\n", "\n")
        self.variant = source.variant
        self._disk = start
        self._saved: dict[str | None, Summary | None] = {}
        self._answers = Answers(path, plan)
        self._by_hand: ByHand | None = None
        self._lock = Lock()

    def document(self) -> dict[str, Any]:
        """What the page starts with."""
        with self._lock:
            return {
                "title": self.path,
                "path": self.path,
                "text": self.text,
                "state": self._disk.state,
                "answer": self._answer(Asked(self.text, self.variant)),
            }

    def run(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What a text comes to.

        Raises:
            RequestError: it is no such request.
        """
        try:
            request = requested(asked)
        except FaultyValueError as fault:
            return {"problem": str(fault)}
        with self._lock:
            return self._answer(request)

    def complete(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What may stand at a place of a text; it waits for no answer about another.

        Raises:
            RequestError: it is no such request.
        """
        from cnncalc.edit.proposals import proposed  # noqa: PLC0415 - for whoever writes

        return proposed(asked, self.path, self.plan)

    def by_hand(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A value of the network worked by hand; it waits for no answer about a text.

        Raises:
            RequestError: it is no such request.
        """
        from cnncalc.edit.by_hand import ByHand  # noqa: PLC0415 - NumPy loads slowly

        try:
            request = wanted(asked)
        except FaultyValueError as fault:
            return {"problem": str(fault)}
        with self._lock:
            if self._by_hand is None:
                self._by_hand = ByHand(self.path, self.plan)
        return self._by_hand.answer(request)

    def save(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Write the text; where the file changed meanwhile, say so and write nothing.

        Raises:
            RequestError: it is no such request.
            SpecError: what is on the disk cannot be read.
            OSError: it cannot be written.
        """
        text, known = text_of(asked), asked.get("known")
        if not isinstance(known, str | None):
            raise RequestError("a text is saved over what is known of the file")
        with self._lock:
            try:
                state = save(self.path, text, known, has_returns=self._disk.has_returns)
            except ChangedError:
                return self._reread()
            self._disk = OnDisk(text, state, self._disk.has_returns)
            self._saved = {}
            return {"saved": True, "state": state}

    def look(self) -> dict[str, Any]:
        """What is on the disk: the word for it.

        Raises:
            SpecError: it cannot be read.
        """
        return {"state": state_of(self.path)}

    def reread(self) -> dict[str, Any]:
        """The text on the disk."""
        with self._lock:
            return self._reread()

    def _reread(self) -> dict[str, Any]:
        try:
            self._disk = on_disk(self.path)
        except SpecError as error:
            return {"saved": False, "problem": error.diagnostics[0].message}
        self._saved = {}
        return {"saved": False, "text": self._disk.text, "state": self._disk.state}

    def _answer(self, asked: Asked) -> dict[str, Any]:
        saved = None
        if asked.values or asked.text != self._disk.text:
            saved = self._saved_network(asked.variant)
        return self._answers.answer(asked, saved)

    def _saved_network(self, variant: str | None) -> Summary | None:
        if self._disk.text is None:
            return None
        if variant not in self._saved:
            made = summary_of(self._disk.text, self.path, variant, self.plan)
            self._saved = {variant: made}
        return self._saved[variant]
