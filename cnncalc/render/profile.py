"""What another tool counts: its note, and its numbers as JSON."""

import json
from collections.abc import Iterator

from cnncalc.analysis.profiles import count, find_profile, uncounted
from cnncalc.analysis.summary import Summary
from cnncalc.render.text import printable


def profile_notes(summary: Summary, name: str) -> Iterator[str]:
    """What the tool counts, in a sentence, and what is not confirmed for it.

    Raises:
        ValueError: there is no such profile.
    """
    profile = find_profile(name)
    yield f"{profile.word} as {profile.name} counts them: {profile.counts}."
    if unknown := uncounted(name, [row.layer for row in summary.rows]):
        names = ", ".join(map(printable, unknown))
        yield f"Not confirmed for {profile.name}, and left out: {names}."


def render_profile_json(summary: Summary, name: str) -> str:
    """The numbers of every layer and their total.

    Raises:
        ValueError: there is no such profile.
    """
    profile = find_profile(name)
    layers = [row.layer for row in summary.rows]
    numbers = count(name, layers, summary.batch)
    parts = {
        "schema_version": 1,
        "profile": profile.name,
        "word": profile.word,
        "counts": profile.counts,
        "source": profile.source,
        "batch": summary.batch,
        "uncounted": uncounted(name, layers),
        "layers": {layer.name: number for layer, number in zip(layers, numbers, strict=True)},
        "total": sum(numbers),
    }
    return json.dumps(parts, indent=1, ensure_ascii=False) + "\n"
