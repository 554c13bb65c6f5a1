"""A repository of small specs, by the real git, in the folder that a test is in."""

import subprocess
from pathlib import Path

SPEC = """\
name: {name}
input: 3x16x16
vars: {{width: 8}}
layers:
  - conv1: conv3x3 width padding=1
  - relu
  - sep: conv3x3 {sep}*width padding=1
  - relu
  - globalavgpool
  - flatten
  - fc: linear 10
variants:
  s: {{vars: {{width: 4}}}}
{more}"""


LARGE = "  l: {vars: {width: 16}}\n"
"""A second variant."""


def put(path: Path, sep: int = 2, more: str = "") -> None:
    """Write a spec whose layer `sep` is as wide as is said, with more variants."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(SPEC.format(name=path.stem, sep=sep, more=more), "utf-8")


def tried(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run git, which may refuse."""
    settings = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *settings, *arguments], check=False, capture_output=True, text=True
    )


def git(*arguments: str) -> str:
    """Run git, and give what it prints."""
    done = tried(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(message: str) -> None:
    """Commit everything."""
    git("add", "-A")
    git("commit", "-qm", message)
