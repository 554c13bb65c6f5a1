"""`{figure-window}` and others: figures that move, of cnncalc's numbers.

    ```{figure-field}
    :layers: 3
    :kernel: 5

    A caption.
    ```

The script is that of `web/src/figures/`. What a figure shows is counted or computed here when the
site is built, and written into the page.
Until the script comes, and where there is none, the same stands there as a table.
"""

import json
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import lines
from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.application import Sphinx

from cnncalc import load, parse, summarize

PICTURES = Path(__file__).parent.parent / "pictures"

Rows = Sequence[Sequence[object]]
Made = tuple[dict[str, Any], Rows]
"""What the script is given, and the same as rows of a table."""


def numbers(text: str) -> list[list[float]]:
    """Rows of numbers, set apart by `/`; a number may be a fraction."""

    def number(word: str) -> float:
        above, _, below = word.partition("/")
        return float(above) / float(below or 1)

    return [[number(word) for word in row.split()] for row in text.split(" / ")]


def tidy(values: Any) -> Any:
    """Whole numbers as such, others with six digits behind the point."""
    if isinstance(values, list):
        return [tidy(one) for one in values]
    return int(values) if values == int(values) else round(values, 6)


def window(options: dict[str, str]) -> Made:
    """A kernel that slides over a map; the outputs in the table are the engine's."""
    import numpy as np

    from cnncalc.engine.execute import execute  # noqa: PLC0415 - NumPy comes with it

    image, kernel = numbers(options["input"]), numbers(options["kernel"])
    stride, padding = int(options.get("stride", "1")), int(options.get("padding", "0"))
    line = f"conv{len(kernel)}x{len(kernel[0])} 1 stride={stride} padding={padding} bias=false"
    graph = parse(f"name: w\ninput: 1x{len(image)}x{len(image[0])}\nlayers: [slide: {line}]\n")
    tensors = {"slide": {"weight": np.array([[kernel]])}}
    [output] = execute(graph, tensors, {"input": np.array([[image]])}).tensors.values()
    given = {"input": tidy(image), "kernel": tidy(kernel), "stride": stride, "padding": padding}
    return given, tidy(output[0, 0].tolist())


def maps(options: dict[str, str]) -> Made:
    """What a network with its own weights makes of a picture in shades of grey.

    The table has the least value of each map, the mean, and the largest.
    """
    from cnncalc.engine.execute import execute  # noqa: PLC0415 - as above
    from cnncalc.engine.images import read_image  # noqa: PLC0415
    from cnncalc.engine.weights import initial_weights  # noqa: PLC0415

    columns, rows = map(int, options["size"].split("x"))
    graph = load(options["net"], input=(1, rows, columns))
    picture = PICTURES / Path(options["picture"]).name
    image = read_image(str(picture), (1, rows, columns), "float64", resize=True)
    [label] = graph.inputs
    weights = initial_weights(graph, 0, "float64")
    tensors = execute(graph, weights, {label: image}).tensors
    made = {label: image} | {name: tensors[name] for name in graph.outputs}
    shown = [
        {
            "name": name,
            "rows": rows,
            "columns": columns,
            "values": tidy(tensor[0, 0].ravel().round(2).tolist()),
        }
        for name, tensor in made.items()
    ]
    ranges = [
        (name, *tidy([round(float(one), 2) for one in (map_.min(), map_.mean(), map_.max())]))
        for name, map_ in made.items()
    ]
    return {"maps": shown}, ranges


def field(options: dict[str, str]) -> Made:
    """Layers behind each other along one axis; the table has the field behind each."""
    given = {
        name: int(options.get(name, default))
        for name, default in (
            ("length", "16"), ("layers", "2"), ("kernel", "3"), ("stride", "1"), ("dilation", "1"),
        )
    }  # fmt: skip
    line = f"conv{given['kernel']} 1 stride={given['stride']} dilation={given['dilation']}"
    rows: list[tuple[str, int]] = []
    for count in range(1, given["layers"] + 1):
        graph = parse(f"name: f\ninput: 1x{given['length']}\nlayers: [repeat {count}: {line}]\n")
        fields = summarize(graph).totals.receptive_field
        rows.extend((f"{count} x {line}", seen.size[0]) for seen in fields.values() if seen)
    return given, rows


def costs(options: dict[str, str]) -> Made:
    """The layers of a network that have weights."""
    rows = [
        (row["name"], row["parameters"], row["macs"])
        for row in summarize(load(options["net"])).rows
        if row["macs"]
    ]
    layers = [dict(zip(("name", "parameters", "macs"), row, strict=True)) for row in rows]
    return {"layers": layers}, rows


def channels(options: dict[str, str]) -> Made:
    """Layers that join what they read with what they make: the `concat`s of a group."""
    graph = load(options["net"])
    rows = []
    for one in graph.layers:
        if one.op.name != "concat" or not one.name.startswith(f"{options['group']}."):
            continue
        read, *added = (shape[0] for shape in one.input_shapes)
        rows.append((one.name.split(".")[-2], read, sum(added)))
    layers = [dict(zip(("name", "reads", "adds"), row, strict=True)) for row in rows]
    return {"layers": layers}, rows


KINDS: dict[str, Callable[[dict[str, str]], Made]] = {
    "window": window,
    "maps": maps,
    "field": field,
    "costs": costs,
    "channels": channels,
    "gradients": lines.gradients,
    "activations": lines.activations,
}


class Figure(Directive):  # type: ignore[misc] # as in `play.py`
    """A figure of one kind; its options say what it shows, its text is the caption."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = dict.fromkeys(
        (
            "input", "kernel", "stride", "padding", "length", "layers", "dilation", "net", "group",
            "picture", "size", "nets", "ops",
        ),
        directives.unchanged_required,
    )  # fmt: skip

    def run(self) -> list[nodes.Node]:
        """The figure with its numbers, as a table until it is drawn."""
        kind = self.name.removeprefix("figure-")
        given, rows = KINDS[kind](self.options)
        data = json.dumps(given, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        caption = " ".join(self.content)
        cells = ["".join(f"<td>{escape(_told(cell))}</td>" for cell in row) for row in rows]
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        html = (
            f'<figure data-cnncalc="{kind}"><script type="application/json">{data}</script>'
            f'<div class="still"><table><tbody>{body}</tbody></table></div>'
            f"<figcaption>{escape(caption)}</figcaption></figure>"
        )
        return [nodes.raw("", html, format="html")]


def _told(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def setup(app: Sphinx) -> None:
    """Let Sphinx know."""
    for kind in KINDS:
        app.add_directive(f"figure-{kind}", Figure)
    app.add_css_file("figures.css")
    app.add_js_file("figures.js", loading_method="defer")
