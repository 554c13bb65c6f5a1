"""What tests share lies in modules that are no tests."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def imported(text: str) -> set[str]:
    """The modules that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def among_tests(modules: set[str]) -> set[str]:
    return {one for one in modules if any(part.startswith("test_") for part in one.split("."))}


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: path.name)
def test_no_module_imports_from_a_test_module(path: Path) -> None:
    assert not among_tests(imported(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("line", ["from test_laws import Case", "import tests.test_laws as laws"])
def test_such_an_import_would_be_seen(line: str) -> None:
    assert among_tests(imported(f"def late():\n    {line}\n"))
