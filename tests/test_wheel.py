"""The wheel, installed into an environment of its own and used in an empty folder."""

import importlib.util
import json
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder), "."]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    command = [*install, "--disable-pip-version-check", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def home_of(package: str) -> str:
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent.parent)


def run(environment: Path, folder: Path, *arguments: str) -> str:
    # The dependencies are borrowed from where each is, be that our environment or one that it
    # reaches; a mere path entry brings no editable install along.
    borrowed = os.pathsep.join(dict.fromkeys(map(home_of, ("click", "numpy", "rich", "yaml"))))
    done = subprocess.run(
        [str(environment / "bin" / "cnncalc"), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": borrowed, "PYTHONIOENCODING": "utf-8"},
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.stdout


def test_the_wheel_holds_the_specs_the_types_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    specs = (path.relative_to(ROOT) for path in (ROOT / "specs").rglob("*.yaml"))
    assert {f"cnncalc/{path}" for path in specs} <= set(names)
    assert {
        "cnncalc/py.typed",
        "cnncalc/spec/ultralytics/modules.yaml",
        "cnncalc/timing/devices/rtx4090.yaml",
    } <= set(names)
    assert not [name for name in names if "test" in name]
    pages = {
        f"cnncalc/report/page/{name}.{end}" for name in ("report", "edit") for end in ("js", "css")
    }
    assert pages <= set(names)
    assert not [name for name in names if name.startswith("web/")]
    assert wheel.stat().st_size < 2_000_000


def test_bundled_networks_are_found_in_an_empty_folder(environment: Path, tmp_path: Path) -> None:
    assert "60,965,224" in run(environment, tmp_path, "summarize", "alexnet.yaml")
    assert "138,357,544" in run(environment, tmp_path, "list")
    assert list(tmp_path.iterdir()) == []


def test_it_is_the_wheel_that_runs(environment: Path, tmp_path: Path) -> None:
    code = "import cnncalc; print(cnncalc.__file__)"
    done = subprocess.run(
        [str(environment / "bin" / "python"), "-c", code],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(environment)


def test_what_is_installed_says_where_its_rules_are_described(
    environment: Path, tmp_path: Path
) -> None:
    (tmp_path / "net.yaml").write_text(
        "name: n\ninput: 3x8x8\nlayers: [conv3x3 8 padding=1, bn]\n", "utf-8"
    )
    told = run(environment, tmp_path, "check", "net.yaml", "--format", "sarif", "--exit-zero")
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    driver = json.loads(told)["runs"][0]["tool"]["driver"]
    assert driver["informationUri"] == urls["Homepage"]
    [rule] = driver["rules"]
    assert rule["helpUri"] == f"{urls['Documentation']}reference/rules.html#w603"
