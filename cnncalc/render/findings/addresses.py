"""Where the project and its codes are described, by the addresses in `pyproject.toml`."""

from collections.abc import Mapping

from cnncalc.checks.lint import ENTRIES

HOME, PAGES = "Homepage", "Documentation"
"""The labels of `project.urls`."""

RULES, FAULTS = "reference/rules.html", "reference/codes.html"
"""The pages of the documentation that tell all codes, each under its own in small letters."""


def project_urls() -> Mapping[str, str]:
    """The addresses of the project by their labels, as what is installed states them."""
    from importlib.metadata import metadata  # slow to load, and few formats have addresses

    lines = metadata("cnncalc").get_all("Project-URL") or ()
    return {label.strip(): url.strip() for label, _, url in (one.partition(",") for one in lines)}


def help_uri(code: str, urls: Mapping[str, str]) -> str | None:
    """The address at which a code is explained; None where no documentation is stated.

    Example:
        >>> help_uri("W603", {"Documentation": "https://example.org/cnncalc"})
        'https://example.org/cnncalc/reference/rules.html#w603'
    """
    if PAGES not in urls:
        return None
    page = RULES if code in ENTRIES else FAULTS
    return f"{urls[PAGES].rstrip('/')}/{page}#{code.lower()}"
