"""A summary as JSON."""

import json
from collections.abc import Mapping
from json.encoder import encode_basestring as quoted

from cnncalc.analysis.field import ReceptiveField
from cnncalc.analysis.summary import Row, Summary, fields_to_dict
from cnncalc.render.columns import PLAIN, Look
from cnncalc.render.json_text import json_lines


def render_json(summary: Summary, look: Look = PLAIN) -> str:
    """The summary by schema version 1, one layer a line, in their order or sorted."""
    shared: dict[int, str] = {}
    rows = summary.rows
    if look.sort is not None:
        from cnncalc.analysis.ranking import ranked  # noqa: PLC0415 - where it is asked for

        rows = ranked(summary, look.sort, look.top)
    layers = [_layer(row, shared) for row in rows]
    return json_lines(summary.head(), "layers", layers, summary.tail())


def _layer(row: Row, shared: dict[int, str]) -> str:
    """`Row.to_dict` as text; what layers have in common is written once and shared."""
    layer, cost, fields = row.layer, id(row.cost), id(row.views)
    if cost not in shared:
        shared[cost] = _dumps(row.figures())[1:-1]
    if fields not in shared:
        shared[fields] = _fields(row.fields)
    inputs = ", ".join(map(quoted, layer.inputs))
    span = layer.span
    line = span.line if span else "null"
    again = f', "shares": {quoted(layer.shares)}' if layer.shares is not None else ""
    if bits := row.bits:
        again += f", {_dumps(bits)[1:-1]}"
    return (
        f'{{"name": {quoted(layer.name)}, "op": {quoted(layer.op.name)}, "inputs": [{inputs}], '
        f'{shared[cost]}, "receptive_field": {shared[fields]}, "line": {line}{again}}}'
    )


def _fields(fields: Mapping[str, ReceptiveField | None]) -> str:
    """`fields_to_dict` as text; the plain case, of which there are many, without the encoder."""
    field = fields.get("input")
    if len(fields) == 1 and field and all(type(n) is int for axis in field for n in axis):
        size, stride, start = map(list, field)
        return f'{{"size": {size}, "stride": {stride}, "start": {start}}}'
    return _dumps(fields_to_dict(fields))


_dumps = json.JSONEncoder(check_circular=False, ensure_ascii=False).encode
