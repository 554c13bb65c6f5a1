"""What a check found, in every form that people and CI systems read."""

from collections.abc import Callable

from cnncalc.checks.finding import Report

FORMATS = (
    "full", "concise", "json", "jsonl", "github", "sarif", "junit", "gitlab", "markdown",
)  # fmt: skip
"""Every form, by the name of its module here."""


def render_findings(
    report: Report, form: str, style: Callable[[str, str], str] | None = None
) -> str:
    """The report in one of `FORMATS`, whose module is imported now.

    Args:
        report: what was found.
        form: one of `FORMATS`.
        style: colours for a terminal, as `render_diagnostics` takes them; only `full` has any.

    Raises:
        ValueError: there is no such form.
    """
    if form not in FORMATS:
        raise ValueError(f"`{form}` is none of {', '.join(FORMATS)}")
    from importlib import import_module  # noqa: PLC0415 - the help of a command has no report

    render: Callable[..., str] = getattr(
        import_module(f"cnncalc.render.findings.{form}"), f"render_{form}"
    )
    return render(report, style) if style is not None and form == "full" else render(report)


def render_step_summary(report: Report) -> str:
    """Markdown for the file that `GITHUB_STEP_SUMMARY` names, well within its limit."""
    from cnncalc.render.findings import github  # noqa: PLC0415 - as above

    return github.render_step_summary(report)
