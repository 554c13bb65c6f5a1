"""The rules of `cnncalc check` as text and Markdown: all of them as a list, or one as a page."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from cnncalc.checks.lint.rule import Rule
from cnncalc.diagnostics import CODES, Diagnostic
from cnncalc.render.diagnostic import Style, plain, render_diagnostics
from cnncalc.render.grid import markdown_table

MARGIN = 6
"""Blanks before the sentence below a rule's code."""


def render_rules_text(rules: Sequence[Rule], width: int, style: Style = plain) -> str:
    """Code, level and name of each rule, and below them what it finds."""
    widest = max(len(rule.severity) for rule in rules)
    lines = []
    for rule in rules:
        level = style(rule.severity, rule.severity) + " " * (widest - len(rule.severity))
        lines.append(f"{style(rule.code, 'strong')}  {level}  {style(rule.name, 'strong')}")
        lines.extend(_wrapped(_first(rule), width, " " * MARGIN))
    lines += ["", *_wrapped("`cnncalc rule W601` explains one of them.", width)]
    return _text(lines)


def render_rules_markdown(rules: Sequence[Rule]) -> str:
    """A table with a row for each rule."""
    rows = ((one.code, one.severity, one.name, _first(one)) for one in rules)
    return _text(markdown_table(("Code", "Level", "Name", "Finds"), rows))


def render_rule_text(
    rule: Rule, said: Iterable[Diagnostic], width: int, *, style: Style = plain
) -> str:
    """What a rule finds and why that matters, an example and its remedy."""
    head = f"{style(f'{rule.code} {rule.name}', 'strong')} ({style(rule.severity, rule.severity)})"
    sections = {
        "Why": [*_paragraphs(rule.why, width)],
        "Found": [*_indented(rule.failing), *_indented(_drawn(rule, said, style))],
        "Not found": [*_indented(rule.passing)],
        "To silence it": [*_paragraphs(_silence(rule), width)],
    }
    lines = [head, "", *_paragraphs(rule.about, width)]
    for title, texts in sections.items():
        lines += [style(title, "strong"), *texts]
    return _text(lines[:-1])


def render_rule_markdown(rule: Rule, said: Sequence[Diagnostic]) -> str:
    """The same page as Markdown."""
    parts = [
        f"# {rule.code}: {rule.name}",
        f"Level: {rule.severity}.",
        rule.about,
        "## Why",
        rule.why,
        "## Found",
        f"```yaml\n{rule.failing}```",
        f"```text\n{_drawn(rule, said, plain)}```",
        "## Not found",
        f"```yaml\n{rule.passing}```",
        "## To silence it",
        _silence(rule),
    ]
    return "\n\n".join(parts) + "\n"


def render_code(code: str, width: int) -> str:
    """A code that is not of lint: its name, and at which stage it is met."""
    from cnncalc.render.findings.sarif import STAGES  # noqa: PLC0415 - with all it needs

    level = "error" if code.startswith("E") else "warning"
    stage = STAGES.get(code[:2])
    lines = [f"{code} {CODES[code]} ({level})", ""]
    lines += _wrapped(f"{stage[:1].upper()}{stage[1:]}.", width) if stage else ()
    if level == "error":
        lines += _wrapped("An error cannot be silenced.", width)
    return _text(lines)


def _first(rule: Rule) -> str:
    """The sentence about what a rule finds."""
    return rule.about.partition("\n\n")[0]


def _silence(rule: Rule) -> str:
    if rule.code == "W618":
        return f"Remove the comment, or leave the rule out: `cnncalc check --ignore {rule.code}`."
    return (
        f"End the line with `# cnncalc: ignore[{rule.code}] reason`, or put that comment on the "
        f"line above. To leave the rule out everywhere: `cnncalc check --ignore {rule.code}`."
    )


def _drawn(rule: Rule, said: Iterable[Diagnostic], style: Style) -> str:
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
