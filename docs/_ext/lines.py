"""What `{figure-gradients}` and `{figure-activations}` draw: lines, of the engine's numbers.

A figure has one view or several. A view has the scale of its values, and series: a name, and
values from the first place on, one step after the other.
"""

from typing import Any

from cnncalc import load, parse

Made = tuple[dict[str, Any], list[tuple[object, ...]]]
"""What the script is given, and the same as rows of a table."""


def gradients(options: dict[str, str]) -> Made:
    """The root mean square of the gradient of a weight, layer by layer, of some networks."""
    from cnncalc.engine.gradients import Asked  # noqa: PLC0415 - NumPy comes with it
    from cnncalc.engine.gradients import gradients as measure  # noqa: PLC0415

    series: list[dict[str, Any]] = []
    rows: list[tuple[object, ...]] = []
    for name in options["nets"].split():
        layers = measure(load(name), Asked()).weighty
        values = [float(f"{layer.usual:.3g}") for layer in layers]
        series.append({"name": name.partition(":")[2] or name, "values": values})
        rows.append((series[-1]["name"], values[0], values[len(values) // 2], values[-1]))
    view = {"name": "gradient", "scale": "logarithmic", "series": series}
    return {"from": 1, "step": 1, "views": [view]}, rows


def activations(options: dict[str, str]) -> Made:
    """Values and slopes of functions from -4 to 4."""
    from cnncalc.lessons.worked.activation import FUNCTIONS  # noqa: PLC0415 - as above

    low, count, step = -4.0, 33, 0.25
    places = [low + step * index for index in range(count)]
    names = options["ops"].split()
    graph = parse(f"name: f\ninput: 1\nlayers: [{', '.join(names)}]\n")
    ops = dict(zip(names, (layer.op for layer in graph.layers if layer.inputs), strict=True))
    whole = range(0, count, 4)
    rows: list[tuple[object, ...]] = [("x", *(int(places[index]) for index in whole))]
    views = []
    for at, view in enumerate(("value", "slope")):
        series = []
        for name, op in ops.items():
            values = [round(FUNCTIONS[type(op)][at](op, x), 4) for x in places]
            series.append({"name": name, "values": values})
            rows.append((f"{name}, {view}", *(values[index] for index in whole)))
        views.append({"name": view, "scale": "linear", "series": series})
    return {"from": low, "step": step, "views": views}, rows
