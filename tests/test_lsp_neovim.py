"""The language server in a real editor: Neovim, without its screen."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from editing_text import FAMILY

pytest.importorskip("pygls")

NVIM = shutil.which("nvim")
SCRIPT = Path(__file__).parent / "neovim" / "session.lua"

pytestmark = pytest.mark.skipif(NVIM is None, reason="Neovim is not here")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a session came to."""
    folder = tmp_path_factory.mktemp("neovim")
    file, out = folder / "net.yaml", folder / "told.json"
    file.write_text(FAMILY, encoding="utf-8")
    own = {"CNNCALC_PYTHON": sys.executable, "CNNCALC_FILE": str(file), "CNNCALC_OUT": str(out)}
    homes = {f"XDG_{kind}_HOME": str(folder) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    command = [str(NVIM), "--headless", "--clean", "-c", f"luafile {SCRIPT}"]
    environment = {**os.environ, **own, **homes}
    subprocess.run(command, check=True, env=environment, timeout=300, capture_output=True)
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert "fault" not in found, found
    return found


def test_a_fault_is_shown_where_it_is(told: dict[str, Any]) -> None:
    fault = told["diagnostic"]
    assert (fault["line"], fault["column"]) == (26, 5)
    assert fault["message"].startswith("unknown op, block or label `flaten`")


def test_a_fix_is_applied(told: dict[str, Any]) -> None:
    assert told["action"] == "write `flatten`"
    assert told["mended"] == "  - flatten"


def test_half_a_line_is_one_fault(told: dict[str, Any]) -> None:
    assert told["half"] == 1


def test_hover_explains_the_layer(told: dict[str, Any]) -> None:
    assert "| MACs | `in features * out features` | `32*10` | 320 |" in told["hover"]
    assert "Dense (fully connected) layer" in told["hover"]


def test_completion_knows_ops(told: dict[str, Any]) -> None:
    assert told["completion"] == ["flatten"]


def test_definition_is_jumped_to(told: dict[str, Any]) -> None:
    assert told["definition"] == [8, 2]


def test_a_name_is_given_another(told: dict[str, Any]) -> None:
    assert told["renamed"].strip() == FAMILY.replace("conv_bn", "unit3").strip()
    assert "plain" in told["refused"]


def test_the_session_ends(told: dict[str, Any]) -> None:
    assert told["symbols"] == 6
    assert told["stopped"] is True
