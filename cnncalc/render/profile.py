"""A network counted by another tool's rule."""

import json
import textwrap

from cnncalc.analysis.profiles import count, find_profile, uncounted
from cnncalc.analysis.summary import Summary
from cnncalc.render.text import printable, share_text


def render_profile(summary: Summary, name: str) -> str:
    """What the tool would print, group by group, under its own word, beside our MACs.

    Raises:
        ValueError: there is no such profile.
    """
    profile = find_profile(name)
    numbers = count(name, [row.layer for row in summary.rows], summary.batch)
    groups: dict[str, list[int]] = {}
    for row, number in zip(summary.rows, numbers, strict=True):
        top = row.layer.scope[0] if row.layer.scope else row.layer.label
        sums = groups.setdefault(top, [0, 0])
        sums[0] += number
        sums[1] += row.macs
    total = sum(numbers)
    rows = [("Layer", profile.word, "%", "MACs")]
    rows += [
        (printable(top), f"{number:,}", share_text(number, total or 1), f"{macs:,}")
        for top, (number, macs) in groups.items()
    ]
    rows.append(("total", f"{total:,}", "100.0", f"{summary.totals.macs:,}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]
    rule = "  ".join("─" * width for width in widths)
    lines = [lines[0], rule, *lines[1:-1], rule, lines[-1]]
    what = f"{profile.word} as {profile.name} counts them: {profile.counts}"
    notes = textwrap.wrap(what, 80)
    if unknown := uncounted(name, [row.layer for row in summary.rows]):
        notes.append(f"Not confirmed for {profile.name}, and left out: {', '.join(unknown)}")
    return "\n".join([printable(summary.graph.name), "", *lines, "", *notes]) + "\n"


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
