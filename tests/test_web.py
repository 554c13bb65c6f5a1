"""The source of the page, and what is built of it; needs node, and `npm ci` in `web/`."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "cnncalc" / "report" / "page"
FIGURES = ROOT / "docs" / "_static"
LARGEST = 220_000
"""Bytes of script and style in a report."""

HAS_NODE = pytest.mark.skipif(
    shutil.which("npm") is None or not (WEB / "node_modules").is_dir(),
    reason="node is not here, or `npm ci` has not run in web/",
)


def npm(*arguments: str) -> str:
    done = subprocess.run(
        ["npm", "--silent", *arguments],
        cwd=WEB,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@HAS_NODE
def test_the_built_files_are_what_the_source_gives(tmp_path: Path) -> None:
    npm("run", "build", "--", "--into", str(tmp_path))
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    built = [*BUILT.iterdir(), *FIGURES.glob("figures.*")]
    assert made == {path.name: path.read_bytes() for path in built}, (
        "run `npm run build` in web/, and commit what it writes"
    )


@HAS_NODE
@pytest.mark.parametrize("step", ["check", "lint", "test"])
def test_the_source_is_sound(step: str) -> None:
    npm("run", step)


def test_the_lock_names_no_host() -> None:
    text = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert not re.search(r"https?://(?!opencollective|github\.com)[^\"]*\.tgz", text)


def test_the_code_of_a_report_is_small() -> None:
    assert sum((BUILT / f"report.{end}").stat().st_size for end in ("js", "css")) <= LARGEST


def test_licences_of_what_is_bundled_stand_in_the_file() -> None:
    head = (BUILT / "report.js").read_text(encoding="ascii")[:20_000]
    assert "Permission is hereby granted" in head
    assert "dagre" in head
