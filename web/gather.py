"""Puts together what the page without a server runs of Python.

    python gather.py FOLDER

writes `cnncalc.zip` and `specs/` into the folder, and prints what the page starts with as JSON.
PyYAML is taken from the Python that runs this; its part in C stays out.
"""

import json
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import yaml

ROOT = Path(__file__).resolve().parent.parent
START = "alexnet"
UNUSED = ("cli", "engine", "interchange", "render", "__main__.py")
"""Rooms that no answer of the page comes through."""


def sources() -> Iterator[tuple[str, bytes]]:
    """Each file of the archive: its name, and what it holds."""
    package = ROOT / "cnncalc"
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).parts[0] not in UNUSED:
            yield str(path.relative_to(ROOT).as_posix()), path.read_bytes()
    folder = Path(yaml.__file__).parent
    for path in sorted(folder.glob("*.py")):
        yield f"yaml/{path.name}", path.read_bytes()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    about = f"Metadata-Version: 2.1\nName: cnncalc\nVersion: {project['version']}\n"
    yield f"cnncalc-{project['version']}.dist-info/METADATA", about.encode()


def main(folder: Path) -> None:
    """Write the files, and print what the page starts with."""
    sys.path.insert(0, str(ROOT))
    from cnncalc.edit.alone import offered  # noqa: PLC0415 - of this checkout

    with ZipFile(folder / "cnncalc.zip", "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sources():
            archive.writestr(ZipInfo(name), data, ZIP_DEFLATED, 9)
    start = offered(START)
    (folder / "specs").mkdir(exist_ok=True)
    for one in start["networks"]:
        shutil.copy(ROOT / "specs" / f"{one['name']}.yaml", folder / "specs")
    json.dump(start, sys.stdout, separators=(",", ":"))


main(Path(sys.argv[1]))
