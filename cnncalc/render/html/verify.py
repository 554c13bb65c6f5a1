"""A verification as HTML: how many numbers of each kind agree, and those that do not."""

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.render.html.elements import escaped, heading, page, paragraph, table
from cnncalc.render.verify import value_text, verdict, words

if TYPE_CHECKING:
    from cnncalc.engine.verify import Check, Verification

MOST = 50
"""Rows of each table; of disagreements a sound program has none."""


def render_html(found: "Verification") -> str:
    """The verdict, what was checked, and every number that disagrees."""
    wrong = found.disagreements
    made = Counter(words(check) for check in found.checks)
    off = Counter(words(check) for check in wrong)
    kinds = [*made.items()][:MOST]  # a network with many inputs has one for the field of each
    rows = [(escaped(word), f"{count:,}", f"{count - off[word]:,}") for word, count in kinds]
    total = ("total", f"{len(found.checks):,}", f"{len(found.checks) - len(wrong):,}")
    parts = [heading(verdict(found).rstrip())]
    if wrong:
        head = ("Layer", "Checked", "Predicted", "Seen", "")
        parts.append(table(head, map(_disagreement, wrong[:MOST]), (2, 3)))
        more = [f"… {len(wrong) - MOST:,} more disagree"] if len(wrong) > MOST else []
        parts.append(paragraph(more, is_quiet=True))
    parts += [
        table(("Checked", "Numbers", "Agree"), rows, (1, 2), total),
        paragraph(["<code>checks</code> has every number."], is_quiet=True),
    ]
    return page(parts)


def _disagreement(check: "Check") -> tuple[str, ...]:
    texts = (check.layer or "whole network", words(check), value_text(check.predicted))
    return (*map(escaped, (*texts, value_text(check.seen), check.note or "")),)
