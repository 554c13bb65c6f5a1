"""The codes of `cnncalc check` as text, Markdown and JSON: all as a list, or one as a page."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from cnncalc.checks.codes import stage_of
from cnncalc.checks.codes.explained import Explained
from cnncalc.checks.lint.rule import Rule
from cnncalc.diagnostics import Diagnostic
from cnncalc.render.diagnostic import Style, plain, render_diagnostics
from cnncalc.render.findings.encoding import Lines, encoded, listed
from cnncalc.render.grid import draw_row, markdown_table, widths_of

Record = Explained | Rule
"""What is known of a code."""


def render_rules_text(records: Sequence[Record], width: int, style: Style = plain) -> str:
    """Code, level and name of each, below what all of its stage mean."""
    widths = widths_of([_row(one) for one in records])
    lines: list[str] = []
    for stage, group in groupby(records, lambda one: one.code[:2]):
        title = f"{stage}: {stage_of(stage)}"
        lines += [""] if lines else []
        lines.append(style(title, "strong"))
        for one in group:
            severity = one.severity

            def paint(place: int, text: str, role: str = severity) -> str:
                return style(text, role if place == 1 else "strong")

            lines.append(f"  {draw_row(_row(one), widths, (), paint)}")
    lines += ["", *_wrapped("`cnncalc rule W601` explains one of them.", width)]
    return _text(lines)


def render_rules_markdown(records: Sequence[Record]) -> str:
    """A table with a row for each code."""
    rows = ((*_row(one), _first(one)) for one in records)
    return _text(markdown_table(("Code", "Level", "Name", "Finds"), rows))


def render_rules_json(records: Sequence[Record]) -> str:
    """One list, a code a line."""
    return f"{listed(encoded(to_dict(one)) for one in records)}\n"


def to_dict(record: Record) -> dict[str, object]:
    """What is known of a code, for programs."""
    remedy = record.cure if isinstance(record, Explained) else None
    texts = {
        "finds": record.about,
        "because": record.why,
        "remedy": remedy,
        "failing": record.failing,
        "passing": record.passing,
    }
    return {
        "code": record.code,
        "severity": record.severity,
        "name": record.name,
        "stage": stage_of(record.code),
        **{
            name: None if text is None else Lines(text.split("\n")) for name, text in texts.items()
        },
        "can_be_ignored": isinstance(record, Rule),
    }


def render_rule_json(record: Record) -> str:
    """One code as an object."""
    return f"{encoded(to_dict(record))}\n"


def render_rule_text(
    rule: Record, said: Sequence[Diagnostic], width: int, *, style: Style = plain
) -> str:
    """What a code finds and why that matters, an example and its remedy."""
    head = f"{style(f'{rule.code} {rule.name}', 'strong')} ({style(rule.severity, rule.severity)})"
    title, remedy = _remedy(rule)
    drawn = [*_indented(_drawn(rule, said, style))] if said else []
    sections = {
        "Why": [*_paragraphs(rule.why, width)],
        "Found": [*_indented(_shown(rule.failing)), *drawn],
        "Not found": [*_indented(_shown(rule.passing))],
        title: [*_paragraphs(remedy, width)],
    }
    lines = [head, "", *_paragraphs(rule.about, width)]
    for heading, texts in sections.items():
        lines += [style(heading, "strong"), *texts]
    return _text(lines[:-1])


def render_rule_markdown(rule: Record, said: Sequence[Diagnostic]) -> str:
    """The same page as Markdown."""
    title, remedy = _remedy(rule)
    language = "text" if rule.failing.startswith(("$ ", "== ")) else "yaml"
    parts = [
        f"# {rule.code}: {rule.name}",
        f"Level: {rule.severity}.",
        rule.about,
        "## Why",
        rule.why,
        "## Found",
        f"```{language}\n{_shown(rule.failing)}```",
        *([f"```text\n{_drawn(rule, said, plain)}```"] if said else []),
        "## Not found",
        f"```{language}\n{_shown(rule.passing)}```",
        f"## {title}",
        remedy,
    ]
    return "\n\n".join(parts) + "\n"


def _shown(example: str) -> str:
    """An example with the names of its files as comments."""
    return re.sub(r"(?m)^== (.*)$", r"\n# \1", example).removeprefix("\n")


def _row(record: Record) -> tuple[str, str, str]:
    return record.code, record.severity, record.name


def _first(record: Record) -> str:
    """The sentence about what a code finds."""
    return record.about.partition("\n\n")[0]


def _remedy(record: Record) -> tuple[str, str]:
    """What helps, below its title: a rule of lint may be silenced, all else must be mended."""
    if isinstance(record, Rule):
        return "To silence it", _silence(record)
    tail = " An error cannot be ignored." if record.severity == "error" else ""
    return "To mend it", f"{record.cure}{tail}"


def _silence(rule: Rule) -> str:
    if rule.code == "W618":
        return f"Remove the comment, or leave the rule out: `cnncalc check --ignore {rule.code}`."
    return (
        f"End the line with `# cnncalc: ignore[{rule.code}] reason`, or put that comment on the "
        f"line above. To leave the rule out everywhere: `cnncalc check --ignore {rule.code}`."
    )


def _drawn(rule: Record, said: Iterable[Diagnostic], style: Style) -> str:
    """The findings of the failing example, each with its place in it."""
    faults = tuple(said)
    sources = {fault.span.file: rule.failing for fault in faults if fault.span}
    return render_diagnostics(faults, sources, style)


def _paragraphs(text: str, width: int) -> Iterator[str]:
    """Paragraphs set in by two blanks, an empty line behind each."""
    for paragraph in text.split("\n\n"):
        yield from _wrapped(paragraph, width, "  ")
        yield ""


def _wrapped(text: str, width: int, margin: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=margin,
        subsequent_indent=margin,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _indented(text: str) -> Iterator[str]:
    """An example set in by four blanks, an empty line behind it."""
    yield from (f"    {line}".rstrip() for line in text.splitlines())
    yield ""


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
