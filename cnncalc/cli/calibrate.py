"""`cnncalc calibrate`: a device file from timings of one's own device."""

import os
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.network import load_network
from cnncalc.cli.output import deliver, fail, print_message
from cnncalc.diagnostics import Diagnostic, Span, SpecError
from cnncalc.files import is_within
from cnncalc.graph import Graph
from cnncalc.printable import printable

if TYPE_CHECKING:
    from cnncalc.timing.device import Device
    from cnncalc.timing.features import Amounts
    from cnncalc.timing.timed import About, Timing
    from cnncalc.timing.timings import Row


@options.command()
@click.argument("timings", metavar="TIMINGS", shell_complete=options.completed("files"))
@click.option("--title", metavar="TEXT", help="What the device is; else the name of the file.")
@click.option("--precision", metavar="TEXT", help="The types of the values, such as float16.")
@click.option("--software", metavar="TEXT", help="What ran the networks, with its version.")
@options.output_option
def calibrate(
    timings: str,
    title: str | None,
    precision: str | None,
    software: str | None,
    output: str | None,
) -> None:
    """Make a device for `estimate` of TIMINGS that you took on it.

    TIMINGS is a CSV file, or `-`, with the columns network, milliseconds (of a step) and batch,
    and where needed variant and input; it needs 5 networks or more, and of many kinds.
    """
    from cnncalc.timing.calibration import FewTimingsError, calibrated  # noqa: PLC0415 - the start
    from cnncalc.timing.device_file import device_text  # noqa: PLC0415 - of others loads none of it
    from cnncalc.timing.devices import device_names, find_device  # noqa: PLC0415
    from cnncalc.timing.timings import CODE  # noqa: PLC0415

    about = _about(timings, title, precision, software)
    try:
        known = [find_device(name) for name in device_names()]
        device = calibrated(_timed(timings), about, known)
    except SpecError as error:
        fail(error)
    except FewTimingsError as fault:
        place = Span(timings, 1, 1, 1, 2)
        hint = "time more networks, of different kinds"
        fail(SpecError([Diagnostic(CODE, str(fault), place, (), hint)], {}))
    deliver(device_text(device), output)
    print_message(_told(device))


def _told(device: "Device") -> str:
    from cnncalc.timing.estimate import error_text  # noqa: PLC0415 - as above

    used = len(device.nanoseconds)
    how = f"in proportion to {device.like}" if device.like else f"{used} coefficients"
    return (
        f"{device.timings} timings of {device.networks} networks, {how}: {error_text(device)}.\n"
    )


def _about(
    timings: str, title: str | None, precision: str | None, software: str | None
) -> "About":
    import time  # noqa: PLC0415 - for today alone

    from cnncalc.timing.device_file import LONGEST_TEXT  # noqa: PLC0415
    from cnncalc.timing.timed import About  # noqa: PLC0415 - as above

    file = os.path.basename(timings)
    stem = "timings" if timings == "-" else os.path.splitext(file)[0]
    told = (title, precision, software)
    for name, text in zip(("--title", "--precision", "--software"), told, strict=True):
        if text is not None and not (text.strip() and len(text) <= LONGEST_TEXT):
            raise click.BadParameter(f"a text of at most {LONGEST_TEXT} letters", param_hint=name)
    source = "standard input" if timings == "-" else printable(file)[:LONGEST_TEXT]
    texts = (
        title or printable(stem)[:LONGEST_TEXT],
        precision or "not stated",
        software or "not stated",
    )
    shown = [printable(text)[:LONGEST_TEXT] for text in texts]
    return About(stem, shown[0], source, time.strftime("%Y-%m-%d"), shown[1], shown[2])


def _timed(path: str) -> "list[Timing]":
    """The timings of a file with what their networks have.

    Raises:
        SpecError: the file has faults, or names what is no network.
    """
    from cnncalc.spec.bounds import WIDE  # noqa: PLC0415 - as above
    from cnncalc.spec.library import decode, read_input, read_kept  # noqa: PLC0415
    from cnncalc.timing.features import amounts, kinds  # noqa: PLC0415
    from cnncalc.timing.timed import Timing  # noqa: PLC0415
    from cnncalc.timing.timings import LARGEST_FILE, read_timings  # noqa: PLC0415

    bounds = WIDE._replace(file_bytes=LARGEST_FILE)
    data = read_input(LARGEST_FILE + 1) if path == "-" else read_kept(path, LARGEST_FILE)
    rows = read_timings(decode(data, path, bounds), path)
    counted: dict[tuple[str, str], tuple[Amounts, frozenset[str]]] = {}
    faults = []
    for name, shape in dict.fromkeys((row.name, row.input) for row in rows):
        try:
            graph = _loaded(name, shape, path)
        except (SpecError, click.ClickException) as error:
            first = next(row for row in rows if (row.name, row.input) == (name, shape))
            faults.append(_fault(first, error))
            continue
        counted[name, shape] = (amounts(graph), frozenset(kinds(graph)))
    if faults:
        raise SpecError(faults, {})
    return [
        Timing(row.name, row.name, *counted[row.name, row.input], row.batch, row.milliseconds)
        for row in rows
    ]


def _loaded(name: str, shape: str, path: str) -> Graph:
    """A network that a file names: a bundled one, or a file beside it or below where we are.

    Raises:
        SpecError: there is none, or it has faults.
        ClickException: the shape is none.
    """
    stem = name.rpartition(":")[0] or name
    file = next((one for one in (name, stem) if os.path.lexists(one)), None)
    if file is not None:
        trees = [os.getcwd(), os.path.dirname(os.path.abspath(path))]
        place = os.path.realpath(file)
        if not any(is_within(place, os.path.realpath(tree)) for tree in trees):
            message = "leads out of the folder of the timings"
            raise click.UsageError(message)
    return load_network(name, (), (shape,) if shape else ())


def _fault(row: "Row", error: SpecError | click.ClickException) -> Diagnostic:
    """What is wrong with the network of a row, at that row; nothing of a file is quoted."""
    from cnncalc.timing.timings import CODE  # noqa: PLC0415 - as above

    name = printable(row.name)
    if isinstance(error, click.ClickException):
        return Diagnostic(CODE, f"`{name}`: {printable(error.message)}", row.span)
    first = error.diagnostics[0]
    if first.span is None:
        return Diagnostic(CODE, first.message, row.span, (), first.hint)
    hint = f"`cnncalc check {name}` says which"
    return Diagnostic(CODE, f"`{name}` has faults", row.span, (), hint)
