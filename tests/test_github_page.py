"""`docs/guide/github.md` tells the inputs and outputs that the action has."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "guide" / "github.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_input_and_output_of_the_action_is_told() -> None:
    action = ROOT / "action.yml"
    if not action.exists():
        pytest.skip("only a checkout has the action")
    told = yaml.safe_load(action.read_text("utf-8"))
    assert re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE) == [*told["inputs"]]
    assert all(f"`{output}`" in TEXT for output in told["outputs"])
    [workflow] = re.findall(r"```yml\n(.*?)```", TEXT, re.DOTALL)
    step = yaml.safe_load(workflow)["jobs"]["specs"]["steps"][-1]
    assert step["with"].keys() <= told["inputs"].keys()
