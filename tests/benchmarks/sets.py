"""How large sets of ONNX models are read: `python tests/benchmarks/sets.py SET ... [OPTIONS]`.

The sets are

* `nodes`: the tests of operators that the package `onnx` makes; the shape of every output must be
  that of the data that comes with the test,
* `timm`: networks of timm drawn by a seed,
* `torchvision`: all of its detection, segmentation and video,
* `transformers`: small random configurations of its models; nothing is downloaded.

Modules are exported by PyTorch, each in a process of its own, by the exporter that reads
`torch.export`'s graph when the older one refuses. Their parameters must be `sum(p.numel())` of
those that the file holds (one that nothing uses is not written), and MACs with product MACs half
of what PyTorch's own `FlopCounterMode` counts in a run, or in one without what nothing reads. The
last three sets need PyTorch and the package that they are named for.

A model is `exact`, `partial` when it names layers that it does not count or give a shape,
`refused` with a diagnostic, or `wrong`: other numbers than the reference, or an error of ours.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from set_modules import TORCHVISION, module_of, timm_names, transformers_names

from cnncalc import SpecError, read_onnx, summarize

SECONDS = 400
"""What one module may take to be exported and run; `--seconds` sets another."""

MOST_BYTES = 12 * 2**30
SETS = ("nodes", "timm", "torchvision", "transformers")
WORDS = ("exact", "partial", "refused", "wrong")

Result = tuple[str, str]
"""One of the words, and why."""


# The tests of operators


def node_tests() -> Iterator[tuple[str, Result]]:
    """What came of every test of an operator that the package `onnx` makes."""
    from onnx.backend.test.case.node import collect_testcases

    for case in collect_testcases(None):
        inputs, outputs = case.data_sets[0]
        yield case.name, node_test(case.model, inputs, outputs)


def node_test(model: Any, inputs: Sequence[Any], outputs: Sequence[Any]) -> Result:
    """What came of one of them; its inputs are read whole, with whatever their first axis is."""
    from cnncalc.interchange.onnx.read.graph import read_graph, tensor_shapes

    named = zip(model.graph.input, inputs, strict=False)
    given = {one.name: data.shape for one, data in named if hasattr(data, "shape") and data.ndim}
    try:
        status = summarize(read_graph(model, "test", given)).status
        shapes = tensor_shapes(model, given)
    except SpecError as fault:
        return "refused", str(fault)
    except Exception as fault:  # noqa: BLE001 - an error of ours is a result
        return "wrong", repr(fault)
    for output, data in zip(model.graph.output, outputs, strict=False):
        found = shapes.get(output.name)
        if found is None or not hasattr(data, "shape") or (not found and data.shape):
            continue  # a list, or nothing; a shape that is not known is told by the status
        if found != data.shape:
            return "wrong", f"{output.name}: {found}, not {data.shape}"
    return ("exact", "") if status == "complete" else ("partial", status)


# Modules


def tried(kind: str, name: str, seed: int) -> Result:
    """What came of one module."""
    import torch

    torch.set_num_threads(1)
    torch.backends.mha.set_fastpath_enabled(value=False)  # the exporter does not know it
    torch.manual_seed(seed)
    try:
        module, inputs, names = module_of(kind, name, seed)
    except Exception as fault:  # noqa: BLE001 - whatever a library raises
        return "left", f"not made: {fault!r:.150}"
    module.eval().requires_grad_(requires_grad=False)  # else the counter asks for gradients
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        path = str(Path(folder) / "model.onnx")
        try:
            macs = counted(module, inputs)
            export(module, inputs, names, path)
        except Exception as fault:  # noqa: BLE001 - as above
            return "left", f"not exported: {fault!r:.150}"
        return compared(path, written(module, path), macs, lambda: counted_alive(module, inputs))


def export(module: Any, inputs: tuple[Any, ...], names: tuple[str, ...], path: str) -> None:
    """Write a module by the exporter that traces it, or else by that of `torch.export`'s graph."""
    import torch

    # Else norms are folded into convolutions, and equal tensors are made one.
    plain = {"do_constant_folding": False, "keep_initializers_as_inputs": True}
    whole = {"optimize": False, "external_data": False}
    given = {"args": inputs, "f": path, "input_names": list(names)}
    try:
        torch.onnx.export(module, dynamo=False, opset_version=17, **plain, **given)
    except Exception:  # noqa: BLE001 - whatever it raises, the other may not
        torch.onnx.export(module, dynamo=True, **whole, **given)


def written(module: Any, path: str) -> int:
    """The parameters of a module without those that a file of it has no tensor for, by name."""
    import onnx

    held = {one.name for one in onnx.load(path).graph.initializer}
    named = dict(module.named_parameters())
    if not held.intersection(named):  # other names: all are looked for
        return sum(one.numel() for one in named.values())
    return sum(one.numel() for name, one in named.items() if name in held)


def counted(module: Any, inputs: tuple[Any, ...]) -> int:
    """The MACs of a run by PyTorch's own counter, which does not count fused attention."""
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        module(*inputs)
    return int(counter.get_total_flops()) // 2


def counted_alive(module: Any, inputs: tuple[Any, ...]) -> int:
    """The same of a run without what nothing reads, which no exporter writes."""
    from torch.fx.experimental.proxy_tensor import make_fx
    from torch.nn.attention import SDPBackend, sdpa_kernel

    with sdpa_kernel(SDPBackend.MATH):
        traced = make_fx(module)(*inputs)
    traced.graph.eliminate_dead_code()
    traced.recompile()
    return counted(traced, inputs)


def compared(path: str, parameters: int, macs: int, alive: Callable[[], int]) -> Result:
    """What is read of a file, beside the numbers of the module that it was written of."""
    try:
        summary = summarize(read_onnx(path))
    except SpecError as fault:
        return "refused", str(fault).replace(path, "FILE")
    except Exception as fault:  # noqa: BLE001 - an error of ours is a result
        return "wrong", repr(fault)
    totals, status = summary.totals, summary.status
    found = totals.macs + totals.product_macs
    told = []
    if totals.parameters != parameters:
        told.append(f"{totals.parameters:,} parameters, not {parameters:,}")
    if found != macs and found != (macs := alive()):
        told.append(f"{found:,} MACs, not {macs:,}")
    if status != "complete":
        return "partial", "; ".join([status, *told])
    return ("wrong", "; ".join(told)) if told else ("exact", "")


def modules(kind: str, given: argparse.Namespace) -> Iterator[tuple[str, Result]]:
    """What came of the modules of a set, each tried in a process of its own."""
    random = Random(given.seed)  # noqa: S311 - no secret
    if kind == "torchvision":
        names = [name for each in TORCHVISION.values() for name in each]
    else:
        names = {"timm": timm_names, "transformers": transformers_names}[kind](random, given.count)
    done = 0
    for name in names:
        if done < given.count or kind == "torchvision":
            result = apart(kind, name, given.seed, given.seconds)
            done += result[0] != "left"
            yield name, result


def apart(kind: str, name: str, seed: int, seconds: int = SECONDS) -> Result:
    """The same of one module."""
    command = [sys.executable, __file__, kind, "--seed", str(seed), "--only", name]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=seconds
        )
        found = json.loads(done.stdout.splitlines()[-1])
    except (subprocess.TimeoutExpired, ValueError, IndexError) as fault:
        return "left", f"not made in time or memory: {type(fault).__name__}"
    return found[0], found[1]


def main() -> None:
    """Read the sets, tell what is not exact, and print a row for each set."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sets", nargs="+", choices=SETS)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for each module")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
        print(json.dumps(tried(given.sets[0], given.only, given.seed)))
        return
    rows = []
    for kind in given.sets:
        words: Counter[str] = Counter()
        results = node_tests() if kind == "nodes" else modules(kind, given)
        try:
            for name, (word, why) in results:
                words[word] += 1
                if word != "exact":
                    print(f"{kind} {word:8} {name}: {why}", flush=True)
        except KeyboardInterrupt:
            print("stopped: the table is of what was tried")
        number = sum(words[word] for word in WORDS)
        rows.append([kind, number, number - words["refused"], *(words[word] for word in WORDS)])
    print(f"{'set':14}{'files':>7}{'read':>7}{'exact':>7}{'partial':>9}{'refused':>9}{'wrong':>7}")
    for kind, files, read, exact, partial, refused, wrong in rows:
        print(f"{kind:14}{files:7}{read:7}{exact:7}{partial:9}{refused:9}{wrong:7}")


if __name__ == "__main__":
    main()
