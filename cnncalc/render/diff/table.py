"""A difference as a table for the terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

from cnncalc.analysis.changes import STATUSES, Diff, Entry
from cnncalc.metrics import METRICS
from cnncalc.render.diff import parts
from cnncalc.render.diff.lines import Line, layer_lines, layer_rows, roughly
from cnncalc.render.diff.parts import Look
from cnncalc.render.grid import GAP, Paint, draw_row, taken, width_of, widths_of
from cnncalc.render.text import printable

MANY = 15
"""Lines of layers above which those that change most are also listed apart."""

LARGEST = 3
"""How many of the layers that change a count most are named."""


def render_diff_table(diff: Diff, look: Look) -> str:
    """Totals, the number of layers by status, and the layers that differ."""
    old, new = parts.titles(diff, look)
    head = look.style(f"{printable(old)} {look.arrow} {printable(new)}", "strong")
    blocks = [[head], _totals_block(diff, look), list(parts.partial_texts(diff))]
    if ends := list(parts.end_texts(diff, look)):
        blocks.append(ends)
    if diff.is_changed:
        lines, is_folded = layer_lines(diff, look)
        blocks.append([_legend(diff, look), *(["", *_layer_block(lines, look)] if lines else [])])
        if is_folded or len(lines) > MANY:
            blocks.append(list(_largest_block(diff, look)))
        if is_folded:
            blocks.append([look.style("`--all` shows every layer that differs.", "dim")])
    else:
        blocks.append([f"Nothing changed in the network: {parts.layers_text(diff.unchanged)}."])
    texts = ["\n".join(line.rstrip() for line in block) for block in blocks if block]
    return "\n\n".join(texts) + "\n"


def _painted(look: Look, *roles: str) -> Paint:
    """Colours cells by their roles; the last is that of all that follow."""
    return lambda place, text: (
        look.style(text, role) if (role := roles[min(place, len(roles) - 1)]) else text
    )


def _totals_block(diff: Diff, look: Look) -> list[str]:
    heading = ["", "old", "new", "change"]
    rows = list(parts.total_rows(diff))
    widths, numbers = widths_of([heading, *rows]), (1, 2, 3)
    lines = [draw_row(heading, widths, numbers, _painted(look, "strong"))]
    for row in rows:
        paint = _painted(look, "dim" if row[-1] == "=" else "")
        lines.append(draw_row(row, widths, numbers, paint))
    types = (printable(one.dtype) for one in (diff.old, diff.new))
    dtype = ", then ".join(dict.fromkeys(types))
    if diff.new.batch == 1 and dtype == "float32":
        return lines
    batch = f"batch {diff.new.batch:,}, " if diff.new.batch > 1 else ""
    return [*lines, look.style(f"({batch}{dtype})", "dim")]


def _legend(diff: Diff, look: Look) -> str:
    """The number of layers of each status, with the mark of that status."""
    counts = [
        (f"{parts.MARKS[status]} {count:,} {STATUSES[status]}", status)
        for status, count in diff.counts.items()
        if count
    ]
    lines, used = [""], 0
    for text, role in [*counts, (f"{parts.layers_text(diff.unchanged)} unchanged", "dim")]:
        if used and look.width and used + 3 + len(text) > look.width:
            lines, used = [*lines, ""], 0
        lines[-1] += " " * (3 if used else 0) + look.style(text, role)
        used += (3 if used else 0) + len(text)
    return "\n".join(lines)


def _layer_block(lines: Sequence[Line], look: Look) -> Iterator[str]:
    """One line a layer where the width allows it, else its name on a line of its own."""
    for has_output in (True, False):
        rows, numbers = layer_rows(lines, has_output=has_output)
        widths = widths_of(rows)
        if look.width is None or taken(widths) <= look.width:
            break
    else:
        yield from _broken(lines, look)
        return
    heading, *body = rows
    yield draw_row(heading, widths, numbers, _painted(look, "strong"))
    for line, row in zip(lines, body, strict=True):
        yield draw_row(row, widths, numbers, _painted(look, line.status, ""))


def _broken(lines: Sequence[Line], look: Look) -> Iterator[str]:
    """For a narrow terminal: below the name what changed, and the numbers at the right."""
    import textwrap  # noqa: PLC0415 - rare

    (heading, *body), places = layer_rows(lines, has_output=False)
    counts = widths_of([row[2:] for row in (heading, *body)])
    room = max(20, (look.width or 80) - sum(GAP + width for width in counts))
    widths, numbers = [room, *counts], [place - 1 for place in places]
    yield draw_row([heading[0], *heading[2:]], widths, numbers, _painted(look, "strong"))
    for line, (name, text, *changes) in zip(lines, body, strict=True):
        paint = _painted(look, line.status, "")
        start = width_of(name)
        if start + (width_of(text) + GAP if text else 0) <= room:
            split = [start, room - start - GAP, *counts]
            yield draw_row([name, text, *changes], split, places, paint)
            continue
        yield draw_row([name], [start], (), paint)
        first, *more = textwrap.wrap(text, room - 4, break_on_hyphens=False) or [""]
        yield draw_row([f"    {first}", *changes], widths, numbers)
        yield from (f"    {rest}" for rest in more)


def _largest_block(diff: Diff, look: Look) -> Iterator[str]:
    """The layers that change most, with equal changes in one line."""
    blocks: dict[str, list[tuple[str, list[str]]]] = {}
    for metric in ("parameters", "macs"):
        alike: dict[Any, list[Entry]] = {}
        for entry in diff.largest(metric, len(diff.entries)):
            alike.setdefault((entry.change(metric), roughly(entry)), []).append(entry)
        for first, *others in list(alike.values())[:LARGEST]:
            name = f"{parts.MARKS[first.status]} {printable(first.layer.name)}"
            more = f"and {len(others):,} more" if others else ""
            row = [parts.signed(first.change(metric)), name, more]
            blocks.setdefault(METRICS[metric].title, []).append((first.status, row))
    every = [row for rows in blocks.values() for _, row in rows]
    widths = widths_of(every)
    for metric, rows in blocks.items():
        yield look.style(f"Largest in {metric}", "strong")
        for status, row in rows:
            yield draw_row(row, widths, (0,), _painted(look, "", status, "dim"))
