"""Imports run one way, and every op is described once."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import cnncalc
from cnncalc.diagnostics import CODES
from cnncalc.ops import OPS
from cnncalc.spec.expression_syntax import FUNCTIONS
from cnncalc.spec.operators import FUNCTION_VALUES

PACKAGE = Path(cnncalc.__file__).parent
ORDER = {
    "files": 0,
    "printable": 0,
    "records": 0,
    "metrics": 1,
    "diagnostics": 1,
    "ops": 2,
    "facts": 3,
    "graph": 4,
    "spec": 5,
    "analysis": 5,
    "engine": 6,  # it holds what the analyses say against what happens
    "interchange": 7,  # it draws weights as the engine does
    "checks": 8,  # a model is held to budgets, too
    "render": 9,
    "cli": 10,
    "__init__": 11,
    "__main__": 11,
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def layer_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def place(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    own = place(path)
    for module in imports(path):
        if not module.startswith("cnncalc"):
            continue
        other = layer_of(module)
        assert own == other or ORDER[other] < ORDER[own], f"{own} imports {module}"


def test_the_order_names_every_part_of_the_package() -> None:
    assert {place(path) for path in modules()} <= ORDER.keys()


def test_a_wrong_direction_would_be_seen(tmp_path: Path) -> None:
    module = tmp_path / "graph.py"
    module.write_text("from cnncalc.cli.main import main\n", encoding="utf-8")
    [found] = imports(module)
    assert ORDER[layer_of(found)] > ORDER["graph"]


def test_only_the_command_line_prints_or_exits() -> None:
    for path in modules():
        if place(path) in {"cli", "__main__"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "exit"}, path


RULES = {
    "output_shape",
    "macs",
    "factors",
    "windows",
    "slide",
    "pads",
    "reach",
    "steps",
    "steps_up",
}
"""What an op computes of shapes; `parameters` and `buffers` say what weights there are."""


def called(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    calls = (node.func for node in nodes if isinstance(node, ast.Call))
    return {call.attr for call in calls if isinstance(call, ast.Attribute)}


def test_the_engine_shares_no_arithmetic_with_the_rules() -> None:
    for path in sorted((PACKAGE / "engine").glob("*.py")):
        assert not called(path) & RULES, path
        assert "cnncalc.ops.window" not in set(imports(path)), path
        if path.stem not in {"verify", "field", "estimate"}:
            assert not any(module.startswith("cnncalc.analysis") for module in imports(path)), path


def test_a_rule_called_would_be_seen() -> None:
    assert called(PACKAGE / "ops" / "conv.py") & RULES


def test_every_op_has_its_kernel_under_the_name_of_its_family() -> None:
    from cnncalc.engine import KERNELS  # noqa: PLC0415 - NumPy loads slowly

    for kind in OPS.values():
        kernel = KERNELS[kind]
        assert kernel.__module__.rpartition(".")[2] == kind.__module__.rpartition(".")[2], kind


def test_every_function_of_the_language_has_a_value() -> None:
    assert tuple(FUNCTION_VALUES) == FUNCTIONS


def test_every_op_is_documented_with_its_source() -> None:
    for name, kind in OPS.items():
        documented = [base.__doc__ for base in kind.__mro__[:3] if base.__doc__]
        assert any("Source:" in text for text in documented), name


def test_codes_are_sorted_by_stage() -> None:
    assert list(CODES) == sorted(CODES)
