"""Importing the package changes nothing that belongs to the program that imports it."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import cnncalc

PACKAGE = Path(cnncalc.__file__).parent

STATE = """
import gc, importlib, json, locale, logging, os, signal, sys, threading, warnings

def state():
    logger = logging.getLogger()
    return {
        "collector": [gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), gc.get_debug()],
        "signals": {int(one): repr(signal.getsignal(one)) for one in signal.valid_signals()},
        "warnings": list(map(repr, warnings.filters)),
        "path": list(sys.path),
        "hooks": [sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__],
        "streams": [sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__,
                    sys.stdout.errors, sys.stderr.errors],
        "locale": locale.setlocale(locale.LC_ALL),
        "recursion": sys.getrecursionlimit(),
        "digits": sys.get_int_max_str_digits(),
        "logging": [logger.level, list(map(repr, logger.handlers)), logging.root.manager.disable],
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "threads": threading.active_count(),
    }
"""

OURS = """
# What others do to the process as they are imported is not ours.
for name in {others}:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        pass
for name in {modules}:
    before = state()
    {act}
    if before != (after := state()):
        changed = [key for key in before if before[key] != after[key]]
        print(json.dumps([name, changed]))
"""

OTHERS = [
    "click", "yaml", "rich.cells", "numpy", "onnx", "torch", "PIL", "simpleeval", "tomllib",
    "pygls.lsp.server",
]  # fmt: skip

HAS_PYGLS = find_spec("pygls") is not None
"""Whether there is what the language server alone imports."""


def modules() -> list[str]:
    paths = sorted(PACKAGE.rglob("*.py"))
    names = (path.relative_to(PACKAGE.parent).with_suffix("").parts for path in paths)
    found = [".".join(name).removesuffix(".__init__") for name in names]
    return [one for one in found if HAS_PYGLS or not one.startswith("cnncalc.cli.protocol.")]


def changes(act: str, names: list[str]) -> list[object]:
    code = STATE + OURS.format(others=OTHERS, modules=names, act=act)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_no_module_changes_the_process_that_imports_it() -> None:
    names = modules()
    assert {"cnncalc.cli.main", "cnncalc.__main__", "cnncalc"} <= set(names)
    assert changes("importlib.import_module(name)", names) == []


def test_a_change_would_be_seen() -> None:
    assert changes("gc.disable()", ["gc"]) == [["gc", ["collector"]]]
    assert changes("sys.setrecursionlimit(9999)", ["sys"]) == [["sys", ["recursion"]]]
    assert changes("warnings.simplefilter('error')", ["warnings"]) == [["warnings", ["warnings"]]]


def test_the_program_runs_without_the_collector() -> None:
    code = (
        "import atexit, gc, os, sys\n"
        "leave = os._exit\n"
        "def watched(code):\n"
        "    print(gc.isenabled(), file=sys.stderr, flush=True)\n"
        "    leave(code)\n"
        "os._exit = watched\n"
        "sys.argv = ['cnncalc', 'list', 'lenet5']\n"
        "from cnncalc.__main__ import run\n"
        "run()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stderr == "False\n"
