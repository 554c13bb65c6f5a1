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
    "processes": 0,
    "records": 0,
    "spelling": 0,
    "metrics": 1,
    "diagnostics": 1,
    "ops": 2,
    "shown": 2,
    "bits": 3,
    "facts": 3,
    "graph": 4,
    "spec": 5,
    "analysis": 5,
    "timing": 6,  # it reads specs of devices, and counts as the analyses do
    "engine": 6,  # it holds what the analyses say against what happens
    "interchange": 7,  # it draws weights as the engine does
    "lessons": 7,  # it works again what the engine gives
    "checks": 8,  # a model is held to budgets, too
    "design": 9,
    "report": 10,
    "render": 11,
    "editor": 12,
    "edit": 13,
    "cli": 14,
    "__init__": 15,
    "__main__": 15,
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


LONGEST = 350
"""Lines of a file: what is longer has more than one subject."""


def test_no_file_is_too_long() -> None:
    paths = sorted(PACKAGE.rglob("*.py"))
    lengths = {str(one): len(one.read_text("utf-8").splitlines()) for one in paths}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}
    assert max(lengths.values()) > LONGEST // 2, "no file was found"


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
    for path in sorted((PACKAGE / "engine").rglob("*.py")):
        assert not called(path) & RULES, path
        assert "cnncalc.ops.window" not in set(imports(path)), path
        if path.stem not in {"verify", "verify_training", "field", "estimate"}:
            assert not any(module.startswith("cnncalc.analysis") for module in imports(path)), path


def test_a_rule_called_would_be_seen() -> None:
    assert called(PACKAGE / "ops" / "conv.py") & RULES


def test_every_op_has_its_kernel_under_the_name_of_its_family() -> None:
    from cnncalc.engine import KERNELS  # noqa: PLC0415 - NumPy loads slowly

    for kind in OPS.values():
        kernel = KERNELS[kind]
        assert kernel.__module__.rpartition(".")[2] == kind.__module__.rpartition(".")[2], kind


def test_every_op_has_its_backward_kernel_under_the_name_of_its_family() -> None:
    from cnncalc.engine.backward import BACKWARD, WITHOUT  # noqa: PLC0415 - NumPy loads slowly

    for kind in OPS.values():
        family = kind.__module__.rpartition(".")[2]
        assert kind in WITHOUT or BACKWARD[kind].__module__.rpartition(".")[2] in {
            family,
            "reshape",
        }, kind
        assert kind in BACKWARD or WITHOUT[kind], kind


def test_every_function_of_the_language_has_a_value() -> None:
    assert tuple(FUNCTION_VALUES) == FUNCTIONS


def test_every_op_is_documented_with_its_source() -> None:
    for name, kind in OPS.items():
        documented = [base.__doc__ for base in kind.__mro__[:3] if base.__doc__]
        assert any("Source:" in text for text in documented), name


def test_codes_are_sorted_by_stage() -> None:
    assert list(CODES) == sorted(CODES)


# No circles, and no private name of another module


Edges = dict[str, set[str]]


def dotted(path: Path, root: Path) -> str:
    """A file as imports name it; a folder's `__init__` has the folder's name."""
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parsed(root: Path) -> dict[str, ast.Module]:
    """Every module below a folder, by its dotted name."""
    return {
        dotted(path, root): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.py"))
    }


def names_imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What a module imports, at whatever depth, and the name that it has there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            yield from (
                (f"{node.module}.{one.name}", one.asname or one.name) for one in node.names
            )
        elif isinstance(node, ast.Import):
            yield from ((one.name, one.asname or one.name) for one in node.names)


def file_edges(trees: dict[str, ast.Module]) -> Edges:
    """Which files a file imports, lazily and for types alone too."""
    edges: Edges = {}
    for name, tree in trees.items():
        targets = (one for one, _ in names_imported(tree))
        files = (one if one in trees else one.rpartition(".")[0] for one in targets)
        edges[name] = {one for one in files if one in trees and one != name}
    return edges


def folder_edges(edges: Edges, folder: str) -> Edges:
    """The same between the files and folders that lie in one folder."""

    def entry(name: str) -> str | None:
        rest = name.removeprefix(f"{folder}.")
        return None if rest == name else f"{folder}.{rest.partition('.')[0]}"

    found: Edges = {}
    for name, targets in edges.items():
        own = entry(name)
        if own is not None:
            others = {entry(one) for one in targets} - {own, None}
            found.setdefault(own, set()).update(one for one in others if one is not None)
    return found


def circles(edges: Edges) -> list[set[str]]:
    """The largest sets of names that all lead to each other."""
    reached = {}
    for start in edges:
        pending, seen = [start], set[str]()
        while pending:
            new = edges.get(pending.pop(), set()) - seen
            seen |= new
            pending.extend(new)
        reached[start] = seen
    found: list[set[str]] = []
    for start, seen in reached.items():
        circle = {one for one in seen if start in reached.get(one, ())}
        if circle and circle not in found:
            found.append(circle)
    return found


def all_circles(root: Path) -> list[set[str]]:
    """Circles of files, and of the entries of every folder."""
    edges = file_edges(parsed(root))
    folders = {name.rpartition(".")[0] for name in edges} - {""}
    levels = [edges, *(folder_edges(edges, folder) for folder in sorted(folders))]
    found = [circle for level in levels for circle in circles(level)]
    return [circle for place, circle in enumerate(found) if circle not in found[:place]]


def test_there_are_no_circles() -> None:
    assert all_circles(PACKAGE) == []


def private_uses(tree: ast.Module, root: str) -> set[str]:
    """Private names of other modules of a package that a module imports or asks for."""
    imported = {own: full for full, own in names_imported(tree)}
    found = {
        full
        for full, _ in names_imported(tree)
        if full.startswith(f"{root}.") and is_private(full.rpartition(".")[2])
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            owner = ast.unparse(node.value)
            full = imported.get(owner, "")
            last = full.rpartition(".")[2]
            is_module = full.split(".")[0] == root and last == last.lower()
            if is_module and node.attr not in RECORD_METHODS:
                found.add(f"{full}.{node.attr}")
    return found


RECORD_METHODS = {"_replace", "_asdict", "_fields", "_defaults"}
"""What a record offers everyone, though it begins with `_` as that of a named tuple does."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_no_module_uses_a_private_name_of_another() -> None:
    for name, tree in parsed(PACKAGE).items():
        assert private_uses(tree, "cnncalc") == set(), name


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_lazy_and_type_only_circles_would_be_seen(tmp_path: Path) -> None:
    root = write(
        tmp_path / "package",
        {
            "__init__.py": "",
            "a.py": "def use():\n    from package.b import thing\n",
            "b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import package.a\n",
            "c.py": "from package import a\n",
        },
    )
    assert all_circles(root) == [{"package.a", "package.b"}]


def test_circles_of_folders_at_every_depth_would_be_seen(tmp_path: Path) -> None:
    root = write(
        tmp_path / "package",
        {
            "__init__.py": "",
            "part/__init__.py": "",
            "part/one/__init__.py": "",
            "part/one/a.py": "from package.part.two.b import thing\n",
            "part/one/c.py": "",
            "part/two/__init__.py": "",
            "part/two/b.py": "",
            "part/two/d.py": "from package.part.one.c import thing\n",
        },
    )
    assert all_circles(root) == [{"package.part.one", "package.part.two"}]


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("from package.a import _hidden\n", {"package.a._hidden"}),
        ("from package import a\na._hidden()\n", {"package.a._hidden"}),
        ("import package.a\npackage.a._hidden()\n", {"package.a._hidden"}),
        ("from package.a import shown\nshown()._replace(x=1)\n", set[str]()),
        ("from os import _exit\n", set[str]()),
    ],
)
def test_a_private_name_used_would_be_seen(text: str, uses: set[str]) -> None:
    assert private_uses(ast.parse(text), "package") == uses


def rooms_named(path: Path) -> set[str]:
    """The higher rooms of which a file names a module in a text, as it would to import it."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    texts = (one.value for one in nodes if isinstance(one, ast.Constant))
    names = {text for text in texts if isinstance(text, str) and text.startswith("cnncalc.")}
    rooms = {layer_of(name) for name in names}
    return {room for room in rooms if ORDER.get(room, 0) > ORDER[place(path)]}


def test_only_what_is_shown_reaches_a_higher_room_by_its_name() -> None:
    found = {path.name: rooms for path in modules() if (rooms := rooms_named(path))}
    assert found == {"shown.py": {"render"}}
