"""A difference as JSON."""

import json

from cnncalc.analysis.changes import Diff


def render_diff_json(diff: Diff) -> str:
    """The difference by schema version 1, one layer a line."""
    head, tail = _dumps(diff.head()), _dumps(diff.tail())
    layers = "".join(f"\n  {_dumps(entry.to_dict())}," for entry in diff.entries).rstrip(",")
    return f'{head[:-1]},\n "layers": [{layers}],\n {tail[1:]}\n'


def _dumps(value: object) -> str:
    return json.dumps(value, check_circular=False, ensure_ascii=False)
