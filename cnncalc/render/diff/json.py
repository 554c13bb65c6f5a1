"""A difference as JSON, apart from the tables that it does without."""

import json

from cnncalc.analysis.changes import Diff
from cnncalc.render.json_text import json_lines


def render_diff_json(diff: Diff) -> str:
    """The difference by schema version 1, one layer a line."""
    layers = (json.dumps(entry.to_dict(), ensure_ascii=False) for entry in diff.entries)
    return json_lines(diff.head(), "layers", layers, diff.tail())
