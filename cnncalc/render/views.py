"""The output of `summarize` with `--fit`, `--count` or `--published`."""

import textwrap
from collections.abc import Iterator, Sequence

from cnncalc.analysis.fit import LEFT_OUT, Fit
from cnncalc.analysis.profiles import count, find_profile, uncounted
from cnncalc.analysis.published import Holding
from cnncalc.analysis.summary import COMPLETE, Summary
from cnncalc.facts import bytes_text
from cnncalc.render.grid import draw_table
from cnncalc.render.json_text import json_text
from cnncalc.render.sheet import note_lines
from cnncalc.render.text import printable


def render_fit(fit: Fit, width: int) -> str:
    """The largest batch, the sum of its bytes, and what is not counted."""
    summary, step = fit.summary, fit.summary.training
    what = "inference" if step is None else f"training with {step.optimizer}"
    within = f"for {what} in {bytes_text(fit.limit)} ({printable(summary.dtype)})"
    sum_of = f"{bytes_text(fit.fixed)} + {max(1, fit.batch or 0):,} x {bytes_text(fit.example)}"
    taken = f"{bytes_text(fit.taken)} = {sum_of}"
    if fit.batch is None:
        lines = [f"Any batch fits {within}: an example takes no memory of its own"]
    elif fit.is_met:
        lines = [f"Largest batch {within}: {fit.batch:,}", taken]
    else:
        lines = [f"Nothing fits {within}: one example takes more", taken]
    lines.append(f"Not counted: {', '.join(LEFT_OUT.values())}.")
    if summary.status != COMPLETE:
        lines.append(f"Status: {printable(summary.status)}")
    lines += note_lines(summary)
    return "".join(f"{textwrap.fill(line, width)}\n" for line in lines)


def profile_notes(summary: Summary, name: str) -> Iterator[str]:
    """What another tool counts, in a sentence, and what is not confirmed for it.

    Raises:
        ValueError: there is no such profile.
    """
    profile = find_profile(name)
    yield f"{profile.word} as {profile.name} counts them: {profile.counts}."
    if unknown := uncounted(name, [row.layer for row in summary.rows]):
        names = ", ".join(map(printable, unknown))
        yield f"Not confirmed for {profile.name}, and left out: {names}."


def render_profile_json(summary: Summary, name: str) -> str:
    """What another tool counts for every layer, and the total.

    Raises:
        ValueError: there is no such profile.
    """
    profile = find_profile(name)
    layers = [row.layer for row in summary.rows]
    numbers = count(name, layers, summary.batch)
    return json_text(
        {
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
    )


_NAMES = {"macs": "MACs", "flops": "FLOPs"}


def render_published(
    summary: Summary, holdings: Sequence[Holding], *, is_ascii: bool = False
) -> str:
    """Published numbers and counted ones, one a row; those that differ are marked."""
    graph = summary.graph
    rows = [("Layer", "Metric", "Published", "Ours", "")]
    notes: dict[str, None] = {}
    for one in holdings:
        stated = one.published
        layer = printable(stated.layer or "total")
        metric = _NAMES.get(stated.metric, printable(stated.metric))
        mark = one.reading if one.holds else "DIFFERS"
        rows.append((layer, metric, printable(stated.text), f"{one.exact:,}", mark))
        if stated.note:
            notes[f"{layer}: {printable(stated.note)}"] = None
    head = [printable(graph.name), printable(graph.source or ""), ""]
    lines = [*draw_table(rows, (2, 3), is_ascii=is_ascii), "", *notes, *([""] if notes else [])]
    right = sum(one.holds for one in holdings)
    verdict = f"{right} of {len(holdings)} published numbers match."
    return "\n".join([*head, *lines, verdict]) + "\n"
