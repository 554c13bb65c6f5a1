"""`docs/github.md` stays true: its commands print what is shown, its inputs are the action's."""

import re
from pathlib import Path

import pytest
import yaml
from shown_commands import run, sessions_in

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "github.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("command", "output"), sessions_in(TEXT))
def test_commands_print_what_is_shown(command: str, output: str, tmp_path: Path) -> None:
    [spec] = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "old.yaml").write_text(spec, encoding="utf-8")
    assert run(command, tmp_path) == output


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
