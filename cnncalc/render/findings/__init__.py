"""What `check` found, in every format that people and CI systems read.

A module writes one format, or several that share their parts. What findings are and how they are
ranked belongs to `checks/`; drawing a single diagnostic belongs to `render/diagnostic.py`.
"""

from collections.abc import Callable, Mapping
from importlib import import_module

from cnncalc.checks.finding import Report

FORMATS: Mapping[str, str] = {
    "full": "text",
    "concise": "text",
    "json": "json",
    "jsonl": "json",
    "github": "github",
    "sarif": "sarif",
    "junit": "junit",
    "gitlab": "json",
    "markdown": "github",
}
"""Every format, and the module here that writes it."""

OF_PROJECTS = ("github", "sarif", "junit", "gitlab", "markdown")
"""Formats whose paths start from the root of the repository; others are of where we are."""


def render_findings(
    report: Report,
    form: str,
    style: Callable[[str, str], str] | None = None,
    *,
    job: str | None = None,
    tree: str | None = None,
) -> str:
    """The report in one of `FORMATS`, whose module is imported now.

    Args:
        report: what was found.
        form: one of `FORMATS`.
        style: colours for a terminal, as `render_diagnostics` takes them; only `full` has any.
        job: the folder of the job where a CI system runs one, see `Places`.
        tree: the address of the repository's files, for links of `markdown`.

    Raises:
        ValueError: there is no such format.
    """
    if form not in FORMATS:
        raise ValueError(f"`{form}` is none of {', '.join(FORMATS)}")
    if form in OF_PROJECTS:
        from cnncalc.render.findings.places import Places  # noqa: PLC0415 - not for people

        report = Places(job).report(report)
    module = import_module(f"cnncalc.render.findings.{FORMATS[form]}")
    render: Callable[..., str] = getattr(module, f"render_{form}")
    if form == "markdown":
        return render(report, tree)
    return render(report, style) if style is not None and form == "full" else render(report)
