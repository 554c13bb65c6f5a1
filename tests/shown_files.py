"""The files that commands of a page read: shown on the page, or told beside it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from shown_commands import run

TESTS = Path(__file__).parent
README = TESTS.parent / "README.md"
DOCS = TESTS.parent / "docs"


def small_spec() -> str:
    """The spec of the README, which every page may use as `small.yaml`."""
    [small] = re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return str(small)


def named_files(page: str) -> dict[str, str]:
    """The files that a page shows under a name: "```yaml net.yaml"."""
    found = re.findall(r"^```\w+ ([\w.-]+)\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    return dict(found)


def programs(page: str) -> list[str]:
    """The Python that a page shows, but what is a session."""
    found = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    return [one for one in found if not one.startswith(">>>")]


def lay_out(folder: Path, page: str, command: str) -> None:
    """Write what a command of a page reads into a folder."""
    texts = {"small.yaml": small_spec()} | named_files(page)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    if command == "cnncalc summarize lenet5.onnx":
        assert not run("cnncalc convert lenet5 lenet5.onnx", folder)  # as the line before it
    if "yolo11.yaml" in command:
        shutil.copy(TESTS / "ultralytics" / "yolo11.yaml", folder)
    if "mobilenetv2.keras" in command:
        shutil.copy(TESTS / "golden" / "keras" / "MobileNetV2.keras", folder / "mobilenetv2.keras")
    if "house.png" in command:
        shutil.copy(DOCS / "pictures" / "house.png", folder)
    if "picture.png" in command:
        subprocess.run([sys.executable, "-c", programs(page)[0]], cwd=folder, check=True)


def rounded(output: str) -> str:
    """An output in which what rounding leaves is a mark: it differs from machine to machine."""
    return re.sub(r" *\b\d(\.\d+)?e-(0[89]|[1-9]\d)\b", " ~0", output)


def hold(path: Path, command: str, output: str, folder: Path, *, update: bool) -> None:
    """Whether a command of a page prints what is shown there; it is written there to update."""
    page = path.read_text(encoding="utf-8")
    lay_out(folder, page, command)
    real = run(command, folder)
    if update:
        words = r"(?: \\\n +| )".join(map(re.escape, command.split(" ")))
        shown = re.compile(rf"(^\$ {words}\n){re.escape(output)}", re.MULTILINE)
        path.write_text(shown.sub(lambda found: found[1] + real, page), "utf-8")
        return
    # How to call a command is told in the words of click, which differ from release to release.
    assert rounded(without_usage(real)) == rounded(without_usage(output))


def without_usage(output: str) -> str:
    """What a command prints but the lines that say how to call it."""
    return re.sub(r"^(Usage: |Try ').*\n", "", output, flags=re.MULTILINE)
