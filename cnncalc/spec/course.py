"""The bundled studies in the order of a course, with what each shows."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cnncalc.records import Record
from cnncalc.spec import parse_spec
from cnncalc.spec.library import STUDIES, bundled_folder, bundled_names, find

FILE = "course.toml"
"""What orders the studies; it lies beside them."""

OTHERS = "Further studies"
"""The last part, of those that the course does not name."""


class Study(Record):
    """A study.

    Attributes:
        name: what it is called on the command line.
        shows: what it shows, as half a sentence.
        command: a command that shows it, without the name of the program.
    """

    name: str
    shows: str
    command: str


class Part(Record):
    """Studies of one subject."""

    title: str
    studies: tuple[Study, ...]


def course() -> list[Part]:
    """The parts of the course; studies that it does not name stand in a part at the end."""
    from tomllib import loads  # noqa: PLC0415 - one use of many

    with open(os.path.join(bundled_folder(), STUDIES, FILE), encoding="utf-8") as stream:
        parts = [_part(one) for one in loads(stream.read())["part"]]
    named = {study.name for part in parts for study in part.studies}
    others = tuple(_others(name for name in bundled_names(STUDIES) if name not in named))
    return [*parts, *([Part(OTHERS, others)] if others else [])]


def _part(held: Mapping[str, Any]) -> Part:
    studies = (
        Study(f"{STUDIES}/{one['name']}", one["shows"], one["command"]) for one in held["studies"]
    )
    return Part(held["title"], tuple(studies))


def _others(names: Iterable[str]) -> Iterator[Study]:
    """Studies by their titles; of several variants the first is summarized."""
    for name in names:
        source = find(f"{name}.yaml")
        spec, _ = parse_spec(source.text, source.file)
        if spec is not None:
            variant = "" if spec.is_whole else f":{next(iter(spec.variants), '')}"
            yield Study(name, spec.name, f"summarize {name}{variant}")
