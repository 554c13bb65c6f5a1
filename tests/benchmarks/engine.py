"""Speed and memory of the engine: `python tests/benchmarks/engine.py [NETWORK ...]`.

Batch 1, float32, one thread each unless BENCHMARK_THREADS says otherwise. Every measurement is a
process of its own, of whose runs the one with the least processor time counts (wall time with
several threads); ours and PyTorch's take turns, and what is printed are medians of ratios. Memory
is the peak of the process above what it held before the weights were made.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

NETWORKS = (
    "alexnet:torchvision", "vgg:16", "googlenet:torchvision", "resnet:50", "densenet:121",
    "mobilenet",
)  # fmt: skip
THREADS = os.environ.get("BENCHMARK_THREADS", "1")
ROUNDS = 3


def main(networks: tuple[str, ...] = NETWORKS) -> None:
    """Measure every network and print a row for each."""
    print("network | ours ms | PyTorch ms | time ratio | ours MiB | PyTorch MiB | memory ratio | "
          "ONNX reference ms | times faster")  # fmt: skip
    for name in networks:
        pairs = [(measured("ours", name), measured("pytorch", name)) for _ in range(ROUNDS)]
        reference = statistics.median(measured("reference", name)[0] for _ in range(ROUNDS))
        ours, peer = (
            [statistics.median(pair[side][what] for pair in pairs) for what in (0, 1)]
            for side in (0, 1)
        )
        slower, larger = (
            statistics.median(pair[0][what] / pair[1][what] for pair in pairs) for what in (0, 1)
        )
        print(f"{name} | {ours[0] * 1e3:.1f} | {peer[0] * 1e3:.1f} | {slower:.2f} | "
              f"{ours[1]:.0f} | {peer[1]:.0f} | {larger:.2f} | "
              f"{reference * 1e3:.0f} | {reference / ours[0]:.1f}", flush=True)  # fmt: skip

    if networks == NETWORKS:
        for name, limit in (("alexnet", 20), ("resnet:50", 60)):
            print(f"verify {name}: {measured('verify', name)[0]:.1f} s (limit {limit} s)")


def measured(engine: str, name: str) -> tuple[float, float]:
    """Seconds of one run, and MiB at the peak, in a process of its own."""
    threads = {"OPENBLAS_NUM_THREADS": THREADS, "OMP_NUM_THREADS": THREADS}
    environment = {**os.environ, **threads}
    command = [sys.executable, __file__, "--one", engine, name]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak


def one(engine: str, name: str) -> None:
    """Measure one engine on one network, and print it as JSON."""
    import resource
    import time

    import cnncalc
    from cnncalc.engine.execute import execute
    from cnncalc.engine.weights import initial_inputs, initial_weights

    graph = cnncalc.load(name)
    if engine == "verify":
        start = time.perf_counter()
        assert cnncalc.verify(graph).agrees
        print(json.dumps([time.perf_counter() - start, 0]))
        return
    if engine == "pytorch":
        import peer_network
        import torch

        torch.set_num_threads(int(THREADS))
    elif engine == "reference":
        import onnx.reference
        import peer_onnx
    before = resident()
    tensors, inputs = initial_weights(graph), initial_inputs(graph)
    if engine == "ours":
        run: Callable[[], object] = partial(execute, graph, tensors, inputs)
        rounds = 15
    elif engine == "pytorch":
        modules = peer_network.modules_of(graph, tensors)
        given = {key: torch.from_numpy(value) for key, value in inputs.items()}
        run, rounds = partial(peer_network.run, graph, modules, given), 15
    else:
        evaluator = onnx.reference.ReferenceEvaluator(peer_onnx.model_of(graph, tensors))
        run, rounds = partial(evaluator.run, None, inputs), 2
    clock = time.process_time if THREADS == "1" else time.perf_counter
    times = []
    for _ in range(rounds):
        start = clock()
        run()
        times.append(clock() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    print(json.dumps([min(times[1:]), peak]))


def resident() -> float:
    """MiB that the process holds now."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        pages = int(statm.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
    else:
        main(tuple(sys.argv[1:]) or NETWORKS)
