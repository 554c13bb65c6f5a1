"""A summary as JSON."""

import json
from json.encoder import encode_basestring as quoted

from cnncalc.analysis.summary import Row, Summary


def render_json(summary: Summary) -> str:
    """The summary by schema version 1, one layer a line: it diffs well and reads well."""
    figures: dict[int, str] = {}
    layers = ",\n  ".join([_layer(row, figures) for row in summary.rows])
    head, tail = _dumps(summary.head()), _dumps(summary.tail())
    return f'{head[:-1]},\n "layers": [\n  {layers}],\n {tail[1:]}\n'


def _layer(row: Row, figures: dict[int, str]) -> str:
    """`Row.to_dict` as text; what equal layers have in common is written once and shared."""
    layer, cost = row.layer, id(row.cost)
    if cost not in figures:
        figures[cost] = _dumps(row.figures())[1:-1]
    inputs = ", ".join(map(quoted, layer.inputs))
    line = layer.span.line if layer.span else "null"
    return (
        f'{{"name": {quoted(layer.name)}, "op": "{layer.op.name}", "inputs": [{inputs}], '
        f'{figures[cost]}, "line": {line}}}'
    )


def _dumps(value: object) -> str:
    return json.dumps(value, check_circular=False, ensure_ascii=False)
