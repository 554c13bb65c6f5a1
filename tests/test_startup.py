"""What a start does not load: modules are watched, not milliseconds."""

import subprocess
import sys
from pathlib import Path

import pytest
from loaded_modules import loaded


def test_json_loads_neither_numpy_nor_rich() -> None:
    watched = "numpy,rich,onnx,importlib.metadata,pathlib,difflib,cnncalc.render.table"
    assert loaded(watched, "summarize", "resnet:152", "--format", "json") == []


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "latex"])
def test_no_form_loads_numpy_or_rich(form: str) -> None:
    assert loaded("numpy,onnx,rich,string", "summarize", "alexnet", "--format", form) == []


def test_a_spec_loads_nothing_of_models() -> None:
    watched = "onnx,google.protobuf,cnncalc.interchange,cnncalc.interchange.onnx.read.entry,mmap"
    assert loaded(watched, "summarize", "alexnet") == []


def test_the_watch_sees_what_is_loaded() -> None:
    watched = "cnncalc.render.table,click"
    assert loaded(watched, "summarize", "alexnet") == watched.split(",")


def test_a_model_of_others_loads_nothing_of_specs() -> None:
    model = str(Path(__file__).parent / "golden" / "onnx" / "tv_alexnet.onnx")
    assert loaded("yaml,cnncalc.spec,rich,numpy", "summarize", model) == []


def test_the_package_itself_loads_nothing() -> None:
    code = "import sys, cnncalc; print([m for m in sys.modules if m.startswith('cnncalc.')])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


OPENED = """
import os, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from cnncalc.cli.main import main
main(["summarize", *sys.argv[1:], "--format", "json"], prog_name="cnncalc", standalone_mode=False)
print(*(os.path.basename(one) for one in opened if one.endswith(".yaml")))
"""


@pytest.mark.parametrize(
    ("name", "files"), [("alexnet", "alexnet.yaml"), ("vgg16", "vgg.yaml vgg.yaml")]
)
def test_only_the_files_that_a_name_begins_with_are_read(name: str, files: str) -> None:
    """However many networks are bundled."""
    command = [sys.executable, "-c", OPENED, name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == files


def test_a_check_loads_what_it_needs() -> None:
    watched = "numpy,rich,fractions,difflib,tomllib,concurrent.futures,cnncalc.analysis.memory"
    assert loaded(watched, "check", "lenet5") == []
