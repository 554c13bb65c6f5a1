"""Hostile specs: read and counted, and now and then checked by the command in one of its forms."""

import hashlib
import re
from collections.abc import Iterable
from random import Random

from fuzz.harness import FORMS, check, check_by_command, hostile

SUFFIX = ".yaml"
ATTEMPT_SECONDS = 4.0


def make(random: Random) -> bytes:
    """One spec."""
    return hostile(random)


def attempt(data: bytes) -> Iterable[str]:
    """Examine it; a fourth of them by `cnncalc check`, too.

    Raises:
        AssertionError: a promise is broken; any other exception is one, too.
    """
    examined = check(data)
    yield from {fault.code for fault in examined.faults}
    yield "networks" if examined.graphs else "no network"
    drawn = hashlib.sha256(data).digest()
    if drawn[0] < 64:
        form = FORMS[drawn[1] % len(FORMS)]
        output = check_by_command(data, form)
        yield form
        yield from {f"by command {code}" for code in re.findall(r"\b[EW][0-9]{3}\b", output)}
