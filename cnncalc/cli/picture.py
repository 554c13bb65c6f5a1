"""Diagrams of networks, as text, or as pictures that `dot` of Graphviz draws.

All that the package does with that program stands here. Its input may hold a stranger's texts:
they stand in labels alone, escaped; it reads nothing else, and its time and memory are bounded.
"""

import os
from collections.abc import Iterator, Sequence

import click

from cnncalc.cli.output import deliver, deliver_bytes, print_message, reason_of
from cnncalc.cli.programs import bound, find_program
from cnncalc.graph import Graph
from cnncalc.render.diagram import Diagram, diagram
from cnncalc.render.graphviz import render_dot

MOST_NODES, MOST_ARROWS = 1500, 6000
"""What one picture may have: with more, it takes minutes, and nobody reads it."""

LONGEST = 150
"""Nodes that stand one below the other in a picture that can be looked at: some 13,000 points."""

SECONDS = 60
"""What the drawing may take."""

BYTES = 2 << 30
"""The memory that the program may take, on systems that hold it to that."""

RESOLUTION = 144
"""Dots in an inch of a PNG: 11 points are 22 pixels high, for screens of today."""

INCHES = 60, 150
"""The largest PNG, in width and height: what is larger is drawn smaller."""

ENVIRONMENT = {
    "LC_ALL": "C",
    "SERVER_NAME": "cnncalc",  # Graphviz then loads no picture, whatever asks for one
    "GV_FILE_PATH": "",
}
"""Laid over our environment. Source: graphviz.org, "Command-line usage", environment variables."""

FEWER = "draw fewer levels of groups, such as --depth 1"
REMEDY = "write `out.dot` for Graphviz elsewhere, or `out.mmd` for Mermaid"


class PictureError(click.ClickException):
    """A picture that could not be drawn."""

    exit_code = 2


def find_dot() -> str:
    """Where `dot` is.

    Raises:
        PictureError: Graphviz is not installed.
    """
    try:
        return find_program("dot")
    except FileNotFoundError:
        message = "a picture needs Graphviz, and its program `dot` is in no folder of PATH"
        installs = "apt install graphviz, brew install graphviz, winget install graphviz"
        raise PictureError(f"{message}: install it ({installs}), or {REMEDY}") from None


def deliver_diagram(
    graph: Graph, form: str, target: str, *, depth: int | None, auxiliary: bool
) -> None:
    """Print a network as a diagram, or write it to a file: all of it, or nothing.

    Raises:
        PictureError: it cannot be drawn.
        UsageError: the file cannot be written.
    """
    drawn = diagram(graph, depth=depth, auxiliary=auxiliary)
    if form == "dot":
        return deliver(render_dot(drawn), target)
    if form == "mermaid":
        from cnncalc.render.mermaid import render_mermaid  # noqa: PLC0415 - one form of several

        return deliver(render_mermaid(drawn), target)
    find_dot()  # without it nothing need be worked out
    if depth is None:
        drawn = _fitting(graph, drawn, auxiliary=auxiliary)
    data = picture(drawn, form)
    return deliver(data.decode(), target) if form == "svg" else deliver_bytes(data, target)


def _fitting(graph: Graph, drawn: Diagram, *, auxiliary: bool) -> Diagram:
    """The same with as many levels of groups as can be drawn and looked at; what is left is told.

    Where closed groups are of no help it is as it was.
    """
    found, levels = drawn, 0
    large = _too_large(drawn)
    if large is None:
        return drawn
    for level in range(1, max(map(len, drawn.around.values()), default=0) + 1):
        one = diagram(graph, depth=level, auxiliary=auxiliary)
        if _too_large(one) is not None:
            break
        found, levels = one, level
    if levels:
        number = "one level" if levels == 1 else f"{levels} levels"
        told = f"with all it would have {large}; `--depth N` draws N levels"
        print_message(f"the picture has {number} of groups: {told}\n")
    return found


def _too_large(drawn: Diagram) -> str | None:
    """What a picture has too much of to be drawn, or to be looked at."""
    way = ("nodes one below the other", longest_way(drawn.edges), LONGEST)
    sizes = (*_sizes(drawn), way)
    return next((f"{count:,} {what}" for what, count, most in sizes if count > most), None)


def _sizes(drawn: Diagram) -> Iterator[tuple[str, int, int]]:
    """What Graphviz has to place: in words, how many there are, and how many there may be."""
    yield "nodes", sum(1 for item in drawn.items for _ in item.nodes()), MOST_NODES
    yield "arrows", len(drawn.edges), MOST_ARROWS


def longest_way(edges: Sequence[tuple[str, str]]) -> int:
    """How many nodes stand on the longest way along arrows."""
    targets: dict[str, list[str]] = {}
    waits: dict[str, int] = {}
    for source, target in edges:
        targets.setdefault(source, []).append(target)
        waits[target] = waits.get(target, 0) + 1
    ready = [one for one in targets if one not in waits]
    place = dict.fromkeys(ready, 1)
    while ready:
        source = ready.pop()
        for target in targets.get(source, ()):
            place[target] = max(place.get(target, 0), place[source] + 1)
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    return max(place.values(), default=0)


def picture(drawn: Diagram, form: str) -> bytes:
    """A diagram as a picture: `svg`, `png` or `pdf`.

    Raises:
        PictureError: it cannot be drawn.
    """
    program = find_dot()
    for what, count, most in _sizes(drawn):
        if count > most:
            message = f"the picture would have {count:,} {what}, more than {most:,}"
            raise PictureError(f"{message}: {FEWER}, or {REMEDY}")
    data = _drawn(program, render_dot(drawn), form)
    if form != "svg":
        return data
    from cnncalc.render.svg import stand_alone  # noqa: PLC0415 - one form of several

    return stand_alone(data.decode(), drawn).encode()


def _drawn(program: str, text: str, form: str) -> bytes:
    """What Graphviz makes of a text in its language."""
    import subprocess  # noqa: PLC0415 - only a picture runs a program

    size = ",".join(map(str, INCHES))
    sized = [f"-Gdpi={RESOLUTION}", f"-Gsize={size}"] if form == "png" else []
    try:
        with subprocess.Popen(  # noqa: S603 - an argument list, and no shell
            [program, f"-T{form}", *sized],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=os.path.dirname(program),
            env={**os.environ, **ENVIRONMENT},
        ) as process:
            try:
                bound(process.pid, SECONDS, BYTES)
                drawing, said = process.communicate(text.encode(), SECONDS)
            except BaseException:  # an interrupt of ours ends the program, too
                process.kill()
                raise
    except subprocess.TimeoutExpired:
        message = f"Graphviz has not drawn it within {SECONDS} seconds"
        raise PictureError(f"{message}: {FEWER}, or {REMEDY}") from None
    except OSError as fault:
        raise PictureError(f"cannot run `{program}`: {reason_of(fault)}; {REMEDY}") from None
    if process.returncode or not drawing:
        line = said.decode(errors="replace").strip().partition("\n")[0][:200]
        why = f"`dot` ended with {process.returncode}" + (f" and said: {line}" if line else "")
        raise PictureError(f"Graphviz cannot draw it, {why}; {REMEDY}")
    return drawing
