"""The page that needs no server: it runs this package itself, and speaks with it in texts."""

import json
from typing import Any

from cnncalc.checks.networks import Plan
from cnncalc.diagnostics import SpecError
from cnncalc.edit.answer import Asked, answer
from cnncalc.edit.answers import Answers
from cnncalc.edit.proposals import proposed
from cnncalc.edit.requests import FaultyValueError, RequestError, requested
from cnncalc.spec import parse_spec
from cnncalc.spec.bounds import TIGHT
from cnncalc.spec.library import bundled_names, find

FILE = "network.yaml"
"""What the text is called in messages: it is in no file."""

PLAN = Plan(bounds=TIGHT._replace(lifted_by=None))
"""A link brings a text of anyone's, and a page has no option that would lift the bounds."""


class Alone:
    """One page, and what it was answered last."""

    def __init__(self) -> None:
        self._answers = Answers(FILE, PLAN)

    def answered(self, request: str) -> str:
        """What a request comes to, both as JSON; `problem` where it was refused.

        One with a place is about what may stand there.
        """
        try:
            asked = _object(request)
            if "at" in asked:
                found = proposed(asked, FILE, PLAN)
            else:
                found = self._answers.answer(requested(asked))
        except (RequestError, FaultyValueError) as fault:
            found = {"problem": str(fault)}
        return json.dumps(found, check_circular=False, separators=(",", ":"))


def offered(name: str) -> dict[str, Any]:
    """What the page starts with: a bundled network with its answer, and what else there is.

    Raises:
        SpecError: there is no network of that name.
    """
    text = find(name).text
    return {
        "name": name,
        "text": text,
        "answer": answer(Asked(text), FILE, PLAN),
        "networks": [{"name": one, "title": _title(one)} for one in bundled_names()],
    }


def _title(name: str) -> str:
    spec, faults = parse_spec(find(name).text, name)
    if spec is None:
        raise SpecError(faults, {})
    return spec.name


def _object(request: str) -> dict[str, Any]:
    try:
        asked = json.loads(request)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise RequestError("the request is no JSON object")
    return asked
