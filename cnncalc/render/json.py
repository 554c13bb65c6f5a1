"""A summary as JSON."""

import json

from cnncalc.analysis.summary import Summary


def render_json(summary: Summary) -> str:
    """The summary by schema version 1, one layer a line: it diffs well and reads well."""
    parts = summary.to_dict()
    layers = ",\n".join(f"  {json.dumps(layer)}" for layer in parts["layers"])
    lines = [
        f'"layers": [\n{layers}\n ]'
        if key == "layers"
        else f"{json.dumps(key)}: {json.dumps(value)}"
        for key, value in parts.items()
    ]
    return "{" + ",\n ".join(lines) + "}\n"
