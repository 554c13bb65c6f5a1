"""The largest batch that fits, in words and as JSON."""

import json
import textwrap

from cnncalc.analysis.fit import LEFT_OUT, Fit
from cnncalc.analysis.summary import COMPLETE
from cnncalc.facts import bytes_text
from cnncalc.render.text import printable


def render_fit(fit: Fit, width: int) -> str:
    """The batch, how the bytes come about, and what they leave out."""
    summary = fit.summary
    step = summary.training
    what = "inference" if step is None else f"training with {step.optimizer}"
    within = f"in {bytes_text(fit.limit)} ({summary.dtype})"
    sum_of = f"{bytes_text(fit.fixed)} + {max(1, fit.batch or 0):,} x {bytes_text(fit.example)}"
    taken = f"{bytes_text(fit.taken)} = {sum_of}"
    if fit.batch is None:
        lines = [f"Any batch fits for {what} {within}: an example takes no memory of its own"]
    elif fit.is_met:
        lines = [f"Largest batch for {what} {within}: {fit.batch:,}", taken]
    else:
        lines = [f"Nothing fits for {what} {within}: one example takes more", taken]
    lines.append(f"Not counted: {', '.join(LEFT_OUT.values())}.")
    if summary.status != COMPLETE:
        lines.append(f"Status: {printable(summary.status)}")
    return "".join(f"{textwrap.fill(line, width)}\n" for line in lines)


def render_fit_json(fit: Fit) -> str:
    """Raw integers."""
    return json.dumps(fit.to_dict(), indent=1) + "\n"
