"""Speed of `cnncalc summarize model.onnx`, within one run: `python tests/benchmarks/models.py`.

ResNet-50 with its weights, 98 MiB, whole processes one after the other: against importing what a
reader of models imports, and against `onnx_tool.model_profile` where that is installed. And the
memory of a model of 2 GB.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from onnx import TensorProto, helper, load, save

from cnncalc.interchange.onnx_model.wire import written

RUNS = 15
IMPORTS = "import click, yaml, rich.console, onnx"
PROFILE = "import sys, onnx_tool; onnx_tool.model_profile(sys.argv[1])"
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
MOST_OF_IMPORTS, LEAST_OF_PROFILE, MOST_MEGABYTES = 0.5, 4.0, 60
BIG = 2_000_000_000


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "resnet50.onnx")
        run(["-m", "cnncalc", "convert", "resnet:50", path])
        as_of_others(path)
        speed(path)
        memory(str(Path(folder) / "big.onnx"))


def run(arguments: list[str]) -> float:
    """Seconds of a whole process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def as_of_others(path: str) -> None:
    """Without the spec that we write with it, and with a batch of one, as onnx_tool demands."""
    model = load(path)
    del model.metadata_props[:], model.training_info[:]
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    save(model, path)


def speed(path: str) -> None:
    """The ratios of whole processes, interleaved so that noise meets all alike."""
    others = {"imports": ["-c", IMPORTS]}
    if find_spec("onnx_tool"):
        others["onnx_tool"] = ["-c", PROFILE, path]
    own: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in others}
    for _ in range(RUNS):
        own.append(run(["-m", "cnncalc", "summarize", path]))
        for name, arguments in others.items():
            theirs[name].append(run(arguments))
    ours = statistics.median(own)
    imports = ours / statistics.median(theirs["imports"])
    print(f"summarize resnet50.onnx: {ours * 1000:.0f} ms")
    print(f"  of `{IMPORTS}`: {imports:.2f} (limit {MOST_OF_IMPORTS})")
    if "onnx_tool" in theirs:
        faster = statistics.median(theirs["onnx_tool"]) / ours
        print(f"  faster than onnx_tool.model_profile: {faster:.2f} (limit {LEAST_OF_PROFILE})")


def memory(path: str) -> None:
    """The most memory that summarizing a model with 2 GB of weights inside takes."""
    write_sparse(path)
    size = Path(path).stat().st_size
    command = [sys.executable, "-c", PEAK, sys.executable, "-m", "cnncalc", "summarize", path]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    peak = int(done.stdout) * 1024
    print(f"a model of {size / 1e6:,.0f} MB: at the most {peak / 1e6:.0f} MB of memory,")
    print(f"  limit {MOST_MEGABYTES} MB")


def write_sparse(path: str) -> None:
    """A model of one product whose weight is a hole in the file, so that it costs no disk."""
    rows = BIG // 4 // 20_000
    weight = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=(rows, 20_000))
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, size])
        for name, size in (("x", rows), ("y", 20_000))
    ]
    rest = helper.make_graph([node], "big", ends[:1], ends[1:]).SerializeToString()
    told = weight.SerializeToString()
    values = written(9 << 3 | 2) + written(BIG)  # raw_data, the last field of the tensor
    tensor = written(5 << 3 | 2) + written(len(told) + len(values) + BIG) + told + values
    opset = helper.make_opsetid("", 17).SerializeToString()
    with open(path, "wb") as file:
        file.write(written(8 << 3 | 2) + written(len(opset)) + opset)
        file.write(written(7 << 3 | 2) + written(len(rest) + len(tensor) + BIG) + rest + tensor)
        file.truncate(file.tell() + BIG)


if __name__ == "__main__":
    main()
