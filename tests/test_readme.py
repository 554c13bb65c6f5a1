"""The README stays true: its commands run, its output is real, its spec is a network."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shown_commands import run, sessions_in

import cnncalc
from cnncalc.analysis.summary import Summary
from cnncalc.ops import OPS
from cnncalc.spec.catalogue import entries
from cnncalc.spec.library import bundled_names

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")
KERAS = Path(__file__).parent / "golden" / "keras"


def sessions() -> list[tuple[str, str]]:
    """Those of the README."""
    return sessions_in(TEXT)


@pytest.mark.parametrize(("command", "output"), sessions(), ids=[c for c, _ in sessions()])
def test_commands_print_what_is_shown(
    command: str, output: str, tmp_path: Path, *, update: bool
) -> None:
    for name, text in specs().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    if command == "cnncalc summarize lenet5.onnx":
        assert not run("cnncalc convert lenet5 lenet5.onnx", tmp_path)  # as the line before it
    if "yolo11.yaml" in command:
        shutil.copy(README.parent / "tests" / "ultralytics" / "yolo11.yaml", tmp_path)
    if "mobilenetv2.keras" in command:
        shutil.copy(KERAS / "MobileNetV2.keras", tmp_path / "mobilenetv2.keras")
    if "picture.png" in command:
        subprocess.run([sys.executable, "-c", examples()[0]], cwd=tmp_path, check=True)
    real = run(command, tmp_path)
    if update:
        text = README.read_text(encoding="utf-8")
        README.write_text(text.replace(f"$ {command}\n{output}", f"$ {command}\n{real}"), "utf-8")
        return
    assert real == output
    if "filtered.png" in command:
        assert (tmp_path / "filtered.png").stat().st_size > 1000


def examples() -> list[str]:
    """The Python that is shown: drawing a picture, and the package."""
    found = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert len(found) == 2
    return found


def specs() -> dict[str, str]:
    """The specs that are shown, under the names that the commands use."""
    [small, *others, broken] = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    numbered = {f"other{place}.yaml": text for place, text in enumerate(others, 1)}
    return {"small.yaml": small, "broken.yaml": broken, **numbered}


def test_the_spec_that_is_shown_is_a_network() -> None:
    text = specs()["small.yaml"]
    assert cnncalc.summarize(cnncalc.parse(text)).outputs == {"fc": (10,)}
    wide = cnncalc.summarize(cnncalc.parse(text, "wide"))
    assert wide.totals.parameters > cnncalc.summarize(cnncalc.parse(text)).totals.parameters


@pytest.mark.parametrize("name", [name for name in specs() if name.startswith("other")])
def test_the_other_specs_that_are_shown_are_networks(name: str) -> None:
    assert cnncalc.summarize(cnncalc.parse(specs()[name])).totals.parameters > 0


def test_every_op_is_named() -> None:
    table = TEXT[TEXT.index("| ops |") : TEXT.index("`padding` takes")]
    ops = (name for name, kind in OPS.items() if not kind.merges)
    assert [name for name in ops if not re.search(rf"`{name}(?![a-z_])", table)] == []


def test_the_table_of_families_has_all_of_them(update: bool) -> None:  # noqa: FBT001 - a fixture
    """By the year of the first source of each."""
    years: dict[int, dict[str, int]] = {}
    for family in bundled_names():
        found = list(entries(family))
        year = min(one.year or 0 for one in found)
        years.setdefault(year, {})[family] = len(found)
    total = sum(sum(one.values()) for one in years.values())
    shown = [f"{total} networks in {sum(map(len, years.values()))} families:", ""]
    shown += ["| year | families, each with its number of networks |", "|--:|---|"]
    for year, families in sorted(years.items()):
        named = ", ".join(f"`{one}` {count}" for one, count in families.items())
        shown.append(f"| {year} | {named} |")
    start = TEXT.index("<!-- list -->\n") + len("<!-- list -->\n")
    end = TEXT.index("<!-- /list -->")
    wanted = "\n".join(shown) + "\n"
    if update:
        README.write_text(TEXT[:start] + wanted + TEXT[end:], encoding="utf-8")
    else:
        assert TEXT[start:end] == wanted


def test_the_python_example_runs() -> None:
    space: dict[str, object] = {}
    exec(examples()[1], space)  # noqa: S102 - our own README
    summary = space["summary"]
    assert isinstance(summary, Summary)
    assert summary.totals.parameters == 25_557_032


def test_what_lint_says_of_the_bundled_specs_is_told() -> None:
    _, _, *found = run("cnncalc check specs", README.parent).splitlines()[-1].split(", ")
    assert f"`{', '.join(found)}`" in re.sub(r"\s+", " ", TEXT)
