"""Estimates of time, and the devices that they are for, as tables, JSON, CSV and Markdown."""

import textwrap
from collections.abc import Iterable, Sequence

from cnncalc.render.grid import draw_table, markdown_table, taken, widths_of
from cnncalc.render.json_text import json_text
from cnncalc.render.markdown_text import code, escaped
from cnncalc.render.text import printable
from cnncalc.timing.device import FAMILIES, Device
from cnncalc.timing.estimate import (
    Estimate,
    about,
    error_text,
    percent,
    time_text,
    two_digits,
)

WIDEST = 100
"""Columns beyond which prose is hard to read."""

HEADINGS = ("Network", "Batch", "About", "Each", "Per second", "Half", "9 of 10")
NUMBERS = range(1, len(HEADINGS))

DEVICES = (
    "Device", "What it is", "Batch", "Half", "9 of 10", "Date", "Precision", "Software", "Timings",
)  # fmt: skip
DEVICE_NUMBERS = (2, 3, 4, 8)

DEVICE_PLACES = (range(9), (0, 2, 3, 4, 5, 6, 7), (0, 2, 3, 4, 5, 6), (0, 2, 3, 4), (0, 3, 4))
"""The columns of a page, the first of these that fit."""

SHARES = "Shares are parts that the fit gives to layers; steps were timed as a whole."

HALF = "Half, and 9 of 10, of all unseen families of networks are within these errors."

TRACE = 0.0005
"""A share below this is shown as less than a tenth of a percent."""


def render_estimates(
    found: Sequence[Estimate],
    form: str,
    width: int | None,
    *,
    has_layers: bool = False,
    is_ascii: bool = False,
) -> str:
    """Estimates on one device in a form; widths are of the terminal, None for a file."""
    if form == "json":
        return _json(found, has_layers=has_layers)
    if form == "csv":
        return _csv(found, has_layers=has_layers)
    if form == "markdown":
        return _markdown(found, has_layers=has_layers)
    blocks = []
    if len(found) == 1:
        blocks.append(_wrapped([sentence(found[0])], width))
    else:
        rows = [HEADINGS, *(_cells(one) for one in found)]
        blocks.append(draw_table(rows, NUMBERS, is_ascii=is_ascii))
        blocks.append(_wrapped([errors_line(found[0].device)], width))
    notes = [note for one in found for note in outside_lines(one)]
    blocks += [_wrapped(notes, width)] if notes else []
    blocks.append(_wrapped(device_lines(found[0].device), width))
    if has_layers:
        for one in found:
            title = [] if len(found) == 1 else [printable(one.network)]
            blocks.append([*title, *_layer_table(one, is_ascii=is_ascii)])
        blocks.append(_wrapped([SHARES], width))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def sentence(one: Estimate) -> str:
    """An estimate in a sentence, with what is known of its error."""
    each, batch = one.milliseconds_per_example, one.batch
    known = error_text(one.device) if one.is_within else "error unknown: outside what was timed"
    of = f"a batch of {batch:,}, {time_text(each)} each" if batch > 1 else "one example"
    return f"{printable(one.network)}: {about(one)} ({known}) for {of}."


def errors_line(device: Device) -> str:
    """What the errors in a table are errors of."""
    whole = "families" if device.left_out == FAMILIES else "networks"
    how = f"each of {device.groups} {whole} was predicted by a fit to the others"
    return f"Errors: {error_text(device)}; {how}."


def outside_lines(one: Estimate) -> list[str]:
    """A line for each thing that was never timed."""
    return [f"{printable(one.network)} is outside: {printable(text)}." for text in one.outside]


def device_lines(device: Device) -> list[str]:
    """What was timed where, in two lines."""
    least, most = device.batches
    batches = f"batch {most:,}" if least == most else f"batches {least:,} to {most:,}"
    like = f", in proportion to {printable(device.like)}" if device.like else ""
    source = printable(device.source)
    facts = (device.precision, device.software, batches, device.date)
    title = device.name if device.title == device.name else f"{device.name}, {device.title}"
    return [
        f"{printable(title)}: {printable(', '.join(facts))}.",
        f"{device.timings:,} timings of {device.networks:,} networks{like}: {source}.",
    ]


def _cells(one: Estimate) -> list[str]:
    each = one.milliseconds_per_example
    errors = one.device.errors
    known = [percent(errors.half), percent(errors.nine_of_ten)]
    return [
        printable(one.network),
        f"{one.batch:,}",
        time_text(one.milliseconds),
        time_text(each),
        two_digits(1000 / each) if each else "-",
        *(known if one.is_within else ["unknown", "unknown"]),
    ]


def _wrapped(lines: Iterable[str], width: int | None) -> list[str]:
    most = min(width or WIDEST, WIDEST)
    return [part for one in lines for part in textwrap.wrap(one, most, break_on_hyphens=False)]


def _layer_table(one: Estimate, *, is_ascii: bool) -> list[str]:
    rows = [("Layer", "Op", "Share"), *_layer_rows(one)]
    return draw_table(rows, (2,), is_ascii=is_ascii)


def _layer_rows(one: Estimate) -> list[tuple[str, str, str]]:
    return [(printable(each.name), printable(each.op), share(each.part)) for each in one.layers]


def share(part: float) -> str:
    """A part as percent: `12.3 %`.

    Example:
        >>> share(0.1234), share(0.0001), share(0)
        ('12.3 %', '<0.1 %', '-')
    """
    if not part:
        return "-"
    return f"{100 * part:.1f} %" if part >= TRACE else "<0.1 %"


# Other forms


def device_dict(device: Device) -> dict[str, object]:
    """What JSON has of a device."""
    missed = device.errors
    least, most = device.batches
    return {
        "device": device.name,
        "title": device.title,
        "date": device.date,
        "precision": device.precision,
        "software": device.software,
        "source": device.source,
        "timings": device.timings,
        "networks": device.networks,
        "batch": {"usual": device.usual_batch, "least": least, "most": most},
        "left_out": device.left_out,
        "error": {"half": missed.half, "nine_of_ten": missed.nine_of_ten},
    }


def _json(found: Sequence[Estimate], *, has_layers: bool) -> str:
    estimates = []
    for one in found:
        layers = [{**row, "share": _digits(row["share"])} for row in one.rows]
        estimates.append(one.to_dict() | ({"layers": layers} if has_layers else {}))
    where = device_dict(found[0].device)
    return json_text({"schema_version": 1, "device": where, "estimates": estimates})


def _digits(value: object) -> float:
    return float(f"{value:.4g}")


FIELDS = (
    "network", "device", "batch", "milliseconds", "milliseconds_per_example", "half_within",
    "nine_of_ten_within", "outside",
)  # fmt: skip
"""What CSV has of an estimate; of its layers it has the shares instead."""


def _csv(found: Sequence[Estimate], *, has_layers: bool) -> str:
    if has_layers:
        rows = [
            (_text(one.network), _text(each.name), _text(each.op), f"{each.part:.4g}")
            for one in found
            for each in one.layers
        ]
        return _csv_text(("network", "layer", "op", "share"), rows)
    return _csv_text(FIELDS, [_csv_row(one) for one in found])


def _csv_row(one: Estimate) -> tuple[object, ...]:
    missed = one.device.errors
    known = (missed.half, missed.nine_of_ten) if one.is_within else ("", "")
    times = (f"{one.milliseconds:.4g}", f"{one.milliseconds_per_example:.4g}")
    outside = _text("; ".join(one.outside))
    return (_text(one.network), _text(one.device.name), one.batch, *times, *known, outside)


def _csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    import csv  # noqa: PLC0415 - one format of several
    import io  # noqa: PLC0415 - as above

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([head, *rows])
    return text.getvalue()


def _text(text: str) -> str:
    from cnncalc.render.csv import text_cell  # noqa: PLC0415 - as above

    return text_cell(text)


def _markdown(found: Sequence[Estimate], *, has_layers: bool) -> str:
    rows = [[escaped(cells[0]), *cells[1:]] for cells in map(_cells, found)]
    lines = [*markdown_table(HEADINGS, rows, NUMBERS)]
    notes = [errors_line(found[0].device)]
    notes += [note for one in found for note in outside_lines(one)]
    for note in (*notes, *device_lines(found[0].device)):
        lines += ["", escaped(note)]
    if has_layers:
        for one in found:
            cells = [[code(name), code(op), part] for name, op, part in _layer_rows(one)]
            lines += ["", *markdown_table(("Layer", "Op", "Share"), cells, (2,))]
        lines += ["", SHARES]
    return "".join(f"{line}\n" for line in lines)


def render_devices(
    devices: Sequence[Device], form: str, width: int | None, *, is_ascii: bool = False
) -> str:
    """The devices in a form, with what was timed there and how far estimates miss."""
    if form == "json":
        return json_text({"schema_version": 1, "devices": [device_dict(one) for one in devices]})
    rows = [_device_cells(one) for one in devices]
    if form == "csv":
        return _csv_text([name.lower().replace(" ", "_") for name in DEVICES], rows)
    if form == "markdown":
        told = [[escaped(cell) for cell in row] for row in rows]
        return "".join(f"{line}\n" for line in markdown_table(DEVICES, told, DEVICE_NUMBERS))
    every = [DEVICES, *rows]
    places = next(
        (
            kept
            for kept in DEVICE_PLACES
            if width is None or taken(widths_of(_only(every, kept))) <= width
        ),
        DEVICE_PLACES[-1],
    )
    numbers = [at for at, place in enumerate(places) if place in DEVICE_NUMBERS]
    lines = draw_table(_only(every, places), numbers, is_ascii=is_ascii)
    return "\n".join([*lines, "", *_wrapped([HALF], width)]) + "\n"


def _device_cells(one: Device) -> list[str]:
    return [
        one.name,
        one.title,
        f"{one.usual_batch:,}",
        percent(one.errors.half),
        percent(one.errors.nine_of_ten),
        one.date,
        one.precision,
        one.software,
        f"{one.timings:,}",
    ]


def _only(rows: Iterable[Sequence[str]], places: Sequence[int]) -> list[list[str]]:
    return [[row[place] for place in places] for row in rows]
