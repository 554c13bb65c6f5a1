"""Make the device files that are shipped: `python -m benchmarks.devices FOLDER` (from `tests/`).

FOLDER holds the CSV files of timm's `results/` that are named below. Each of their networks that a
bundled spec is equal to is counted and fitted; `docs/guide/timing.md` gets the table of errors,
and `tests/timings/` a small sample for the tests.
"""

import csv
import re
import sys
from collections.abc import Iterator
from math import inf
from pathlib import Path

import cnncalc
from cnncalc.graph import Graph
from cnncalc.spec.catalogue import entries
from cnncalc.spec.library import bundled_names
from cnncalc.timing.calibration import made, told_apart
from cnncalc.timing.device import FAMILIES, Device, Missed
from cnncalc.timing.device_file import device_text, read_device
from cnncalc.timing.estimate import percent
from cnncalc.timing.features import FEATURES, amounts
from cnncalc.timing.features import kinds as kinds_of
from cnncalc.timing.timed import About, Timing

ROOT = Path(__file__).parent.parent.parent
DEVICES = ROOT / "cnncalc" / "timing" / "devices"
PAGE = ROOT / "docs" / "timing.md"
SAMPLE = ROOT / "tests" / "timings" / "rtx4090.csv"
SAMPLED = "rtx4090"
START, END = "<!-- errors -->", "<!-- /errors -->"

DATE = "2026-08"
GPU, CPU = "amp (float16)", "float32"
ABOUT = {
    "rtx3090": (
        "benchmark-infer-amp-nhwc-pt240-cu124-rtx3090", "NVIDIA GeForce RTX 3090",
        f"{GPU}, NHWC", "PyTorch 2.4.0, CUDA 12.4",
    ),
    "rtx4090": (
        "benchmark-infer-amp-nchw-pt291-cu128-4090", "NVIDIA GeForce RTX 4090",
        f"{GPU}, NCHW", "PyTorch 2.9.1, CUDA 12.8",
    ),
    "rtx5090": (
        "benchmark-infer-amp-nchw-pt291-cu130-5090", "NVIDIA GeForce RTX 5090",
        f"{GPU}, NCHW", "PyTorch 2.9.1, CUDA 13.0",
    ),
    "rtxpro6000-maxq": (
        "benchmark-infer-amp-nchw-pt291-cu130-pro6000maxq", "NVIDIA RTX PRO 6000 Max-Q",
        f"{GPU}, NCHW", "PyTorch 2.9.1, CUDA 13.0",
    ),
    "i7-12700h": (
        "benchmark-infer-fp32-nchw-pt240-cpu-i7_12700h-dynamo", "Intel Core i7-12700H",
        f"{CPU}, NCHW", "PyTorch 2.4.0, torch.compile",
    ),
    "i9-10940x": (
        "benchmark-infer-fp32-nchw-pt240-cpu-i9_10940x-dynamo", "Intel Core i9-10940X",
        f"{CPU}, NCHW", "PyTorch 2.4.0, torch.compile",
    ),
}  # fmt: skip
"""For each device its file, its title, its precision with the layout, and its software."""

_PREFIX = re.compile(
    r"(?:tf|test|legacy|nf|dm|wide|ese|hf)_|(?:cs3|csp)(?=dark|res)"
    r"|(?:se|eca|sk|gc)_?(?=res|reg|bot|mob)"
)
"""What a name begins with that makes no other family: who trained it, or a gate put in."""

_BASES = (
    "darknet", "densenet", "ghostnet", "mnasnet", "nfnet", "regnet", "resnet", "vovnet",
)  # fmt: skip
"""Families whose relatives have longer names, as `resnetrs` and `tresnet`."""

_ALIASES = {"deit": "vit"}

PARAMETERS_SHOWN = 0.0061
"""Millions by which a count may differ from one printed with two decimals."""

MACS_NEAR = 0.1
"""Part by which MACs may differ: timm counts normalisations in, and some layers not."""


def family(model: str) -> str:
    """The family of a model of timm: what its name begins with, without versions and additions.

    `resnet50`, `resnetv2_50`, `seresnet50`, `resnetrs50` and `wide_resnet50_2` are one;
    `resnext50_32x4d` is another, and so is `resnest50d`.
    """
    name = model
    while found := _PREFIX.match(name):
        name = name[found.end() :]
    letters = re.match(r"[a-z]*", name)
    stem = letters[0] if letters and letters[0] else name
    if stem.endswith("v") and len(stem) > 3:
        stem = stem[:-1]
    return next((base for base in _BASES if base in stem), _ALIASES.get(stem, stem))


def references() -> dict[str, str]:
    """For each model of timm the bundled network that is equal to it."""
    found: dict[str, str] = {}
    for folder in bundled_names():
        for entry in entries(folder):
            for one in (entry.reference or "").split(","):
                library, _, model = one.strip().partition(":")
                if library == "timm":
                    found[model] = entry.name
                elif library == "torchvision":
                    found.setdefault(model, entry.name)
    return found


class Counter:
    """Networks at input sizes, each counted once for all devices."""

    def __init__(self) -> None:
        self.names = references()
        self.known: dict[tuple[str, int], Graph | None] = {}

    def graph(self, model: str, size: int) -> Graph | None:
        """The network at that size; None where there is none."""
        if (model, size) not in self.known:
            self.known[model, size] = self.loaded(model, size)
        return self.known[model, size]

    def loaded(self, model: str, size: int) -> Graph | None:
        name = self.names.get(model)
        if name is None:
            return None
        graph = cnncalc.load(name)
        if list(graph.inputs.values()) == [(3, size, size)]:
            return graph
        try:
            return cnncalc.load(name, input=(3, size, size))
        except cnncalc.SpecError:
            return None  # tokens that have places take one size


def timings(path: Path, counter: Counter) -> Iterator[tuple[str, int, Timing]]:
    """The rows of a file whose networks are known: the model, the size, and its timing.

    A row is left out where its numbers of parameters or MACs are not those of the network: some
    files have re-parameterised models, which are other networks.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            model, size = row["model"].partition(".")[0], int(row["infer_img_size"])
            graph = counter.graph(model, size)
            if graph is None:
                continue
            found = amounts(graph)
            millions = found["weights"] / 1e6
            stated = float(row["infer_gmacs"] or inf)
            macs = found["macs"] / 1e9
            if abs(millions - float(row["param_count"])) > PARAMETERS_SHOWN or (
                stated < inf and abs(macs - stated) > MACS_NEAR * macs + 0.02
            ):
                continue
            kinds = frozenset(kinds_of(graph))
            batch, time = int(row["infer_batch_size"]), float(row["infer_step_time"])
            yield model, size, Timing(family(model), model, found, kinds, batch, time)


def row_of(name: str, device: Device) -> str:
    """The row of a device in the table of the page."""

    def cell(one: Missed) -> str:
        return f"{percent(one.half)} | {percent(one.nine_of_ten)}"

    compared = (device.compared["macs_alone"], device.compared["macs_and_activations"])
    cells = " | ".join(map(cell, (*compared, device.errors)))
    counts = f"{device.timings} | {device.networks} | {device.groups}"
    return f"| `{name}` | {device.precision} | {counts} | {cells} |"


HEAD = """\
| device | precision | timings | networks | families | MACs alone: half | nine of ten | \
MACs and activations: half | nine of ten | all features: half | nine of ten |
| :-- | :-- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
"""


def sample(rows: list[tuple[str, int, Timing]], counter: Counter) -> str:
    """A row of each of some forty families, as `calibrate` reads them."""
    lines = [
        f"# Published timings of {ABOUT[SAMPLED][1]}: {ABOUT[SAMPLED][0]}.csv of",
        "# huggingface/pytorch-image-models, Apache-2.0. A row of each of forty families.",
        "network,input,batch,milliseconds",
    ]
    seen: set[object] = set()
    for model, size, one in sorted(rows, key=lambda row: (row[0], row[1])):
        if one.group not in seen and len(seen) < 40:
            seen.add(one.group)
            name = counter.names[model]
            lines.append(f"{name},3x{size}x{size},{one.batch},{one.milliseconds}")
    return "".join(f"{line}\n" for line in lines)


def main() -> None:
    """Write the files, the table and the sample."""
    folder, counter, table = Path(sys.argv[1]), Counter(), HEAD
    DEVICES.mkdir(exist_ok=True)
    for name, (file, title, precision, software) in ABOUT.items():
        rows = list(timings(folder / f"{file}.csv", counter))
        source = f"results/{file}.csv of huggingface/pytorch-image-models, Apache-2.0"
        about = About(name, title, source, DATE, precision, software)
        fitted = [one for _, _, one in rows]
        device = made(fitted, about, told_apart(fitted, FEATURES), FAMILIES)
        text = device_text(device)
        (DEVICES / f"{name}.yaml").write_text(text, encoding="utf-8")
        device = read_device(text, f"{name}.yaml", name)  # with the digits that it keeps
        line = row_of(name, device)
        print(line)
        table += f"{line}\n"
        if name == SAMPLED:
            SAMPLE.write_text(sample(rows, counter), encoding="utf-8")
    if PAGE.exists():
        text = PAGE.read_text(encoding="utf-8")
        before, rest = text.split(START)
        PAGE.write_text(f"{before}{START}\n{table}{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
