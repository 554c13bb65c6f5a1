"""What a spec states of its network, in the words of a spec again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from json import dumps

from cnncalc.facts import Fact, Published
from cnncalc.graph import Graph
from cnncalc.spec.kernels import written

WIDTH = 96
"""Columns of a line."""

_PLAIN = re.compile(r"[\w.]++( ?[\w%]++)?")
"""Values that YAML takes without quotes, within braces too."""

_TITLE = re.compile(r"[A-Za-z][A-Za-z0-9_.,;=&%+/()-]*+([ :][A-Za-z0-9_.,;=&%+/()-]++)*+")
"""Texts that YAML takes without quotes: no colon stands before a space, and no two spaces."""
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""What YAML takes for no text."""

Lines = dict[str | None, dict[str, str]]
"""For each layer, or None for the network, its metrics and their values."""


def fact_lines(graph: Graph) -> Iterator[str]:
    """`weights`, `expect`, `budget` and `published`, those that there are."""
    yield from weight_lines(graph)
    for key, facts in (("expect", stated(graph.expect)), ("budget", stated(graph.budget)),
                       ("published", printed(graph.published))):  # fmt: skip
        if facts:
            yield from part(key, facts)


def weight_lines(graph: Graph) -> Iterator[str]:
    """The values of weights, a line a layer; of one that is all there is without its name."""
    if graph.weights:
        yield "weights:"
    for layer, tensors in graph.weights.items():
        own = {name: written(one) for name, one in tensors.items()}
        text = own["weight"] if [*own] == ["weight"] else flow(own)
        yield f"  {value(layer)}: {text}"


def stated(facts: Iterable[Fact]) -> Lines:
    """Facts by their layers."""
    found: Lines = {}
    for fact in facts:
        found.setdefault(fact.layer, {})[fact.metric] = value(fact.text)
    return found


def printed(figures: Iterable[Published]) -> Lines:
    """Figures by their layers, a note of a layer behind its figures."""
    found: Lines = {}
    notes: dict[str | None, str] = {}
    for figure in figures:
        found.setdefault(figure.layer, {})[figure.metric] = value(figure.text)
        if figure.note:
            notes[figure.layer] = figure.note
    for layer, note in notes.items():
        found[layer]["note"] = quoted(note)
    return found


def part(key: str, facts: Lines) -> Iterator[str]:
    """One part: a line where it fits on one, else a line a layer."""
    own = facts.get(None, {})
    short = f"{key}: {flow(own)}"
    if list(facts) == [None] and len(short) <= WIDTH:
        yield short
        return
    yield f"{key}:"
    yield from (f"  {value(metric)}: {text}" for metric, text in own.items())
    yield from (
        f"  {value(layer)}: {flow(one)}" for layer, one in facts.items() if layer is not None
    )


def flow(values: Mapping[str, str]) -> str:
    """A mapping in braces."""
    return f"{{{', '.join(f'{value(name)}: {text}' for name, text in values.items())}}}"


def value(text: str) -> str:
    """A value, in quotes where YAML wants them."""
    return text if _PLAIN.fullmatch(text) else quoted(text)


def title(text: str) -> str:
    """A text of the head of a spec, in quotes where YAML wants them."""
    is_plain = _TITLE.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain else quoted(text)


def quoted(text: str) -> str:
    """Text in quotes, as YAML takes it: what cannot be printed is spelt out."""
    text = dumps(text, ensure_ascii=False)
    return text if text.isprintable() else "".join(map(_spelt, text))


def _spelt(mark: str) -> str:
    if mark.isprintable():
        return mark
    number = ord(mark)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
