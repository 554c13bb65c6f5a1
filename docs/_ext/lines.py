"""What `{figure-gradients}` and `{figure-activations}` draw: lines, of the engine's numbers.

A figure has one view or several. A view has the scale of its values, and series: a name, and
values from the first place on, one step after the other.
"""

from typing import Any

from cnncalc import load
from cnncalc.ops import OPS

Made = tuple[dict[str, Any], list[tuple[object, ...]]]
"""What the script is given, and the same as rows of a table."""


def gradients(options: dict[str, str]) -> Made:
    """The root mean square of the gradient of a weight, layer by layer, of some networks."""
    from cnncalc.engine.gradients import gradients as measure  # noqa: PLC0415 - NumPy comes with it

    series, rows = [], []
    for name in options["nets"].split():
        layers = measure(load(name)).weighty
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
    ops = {name: OPS[name]() for name in options["ops"].split()}
    views = [
        {
            "name": view,
            "scale": "linear",
            "series": [
                {"name": name, "values": [round(FUNCTIONS[type(op)][at](op, x), 4) for x in places]}
                for name, op in ops.items()
            ],
        }
        for at, view in enumerate(("value", "slope"))
    ]
    whole = range(0, count, 4)
    rows: list[tuple[object, ...]] = [("x", *(int(places[index]) for index in whole))]
    for view in views:
        for one in view["series"]:
            shown = (one["values"][index] for index in whole)
            rows.append((f"{one['name']}, {view['name']}", *shown))
    return {"from": low, "step": step, "views": views}, rows
