"""How soon an editor is answered: `python tests/benchmarks/lsp_speed.py`.

From a change of ResNet-152 and DenseNet-201 to their findings and hints: processor time in this
process, and through the server, over pipes, the time on the clock and the processor time of the
server. The bounds are for a machine that does nothing else.
"""

import gc
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

CHANGES = 21
LIMITS = {"in process": 50.0, "through the server": 100.0}
"""Milliseconds, of the median."""

NETWORKS = (("resnet", "152"), ("densenet", "201"))
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}}


def changed(text: str, number: int) -> str:
    """A text whose first convolution has other channels."""
    old = "conv_bn 7 64 2" if "conv_bn 7 64 2" in text else "conv7x7 stem"
    return text.replace(old, old.replace("64", f"{65 + number}").replace("stem", f"{65 + number}"))


def in_process(name: str, variant: str) -> None:
    """Measure the functions alone."""
    from cnncalc.editor.document import Document
    from cnncalc.editor.hints import hints
    from cnncalc.spec.library import find

    source, times, whole = find(name), [], []
    for number in range(CHANGES):
        begun = time.process_time()
        document = Document(changed(source.text, number), source.file, wanted=variant)
        assert hints(document)
        document.first_findings  # noqa: B018 - it is worked out
        times.append(1000 * (time.process_time() - begun))
        document.findings  # noqa: B018 - as above
        whole.append(1000 * (time.process_time() - begun))
        gc.collect()
    told = f"{name}:{variant} in process: median {statistics.median(times):.0f} ms"
    print(f"{told}; with all variants {statistics.median(whole):.0f} ms")


def through_server(name: str, variant: str) -> None:
    """Measure a server in a process of its own."""
    from lsp_client import serving

    from cnncalc.spec.library import find

    text, clock, used = find(name).text, [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), {"variant": variant}) as one,
    ):
        file = {"uri": (Path(folder) / "net.yaml").as_uri()}
        told = {**file, "languageId": "yaml", "version": 1, "text": text}
        one.tell("textDocument/didOpen", {"textDocument": told})
        one.diagnostics(file, 1)
        for number in range(CHANGES):
            time.sleep(1)
            before = processor_time(one.process.pid)
            begun = time.perf_counter()
            version = number + 2
            changes = [{"text": changed(text, number)}]
            head = {**file, "version": version}
            one.tell("textDocument/didChange", {"textDocument": head, "contentChanges": changes})
            asked = one.begin("textDocument/inlayHint", {"textDocument": file, "range": WHOLE})
            one.diagnostics(file, version)
            assert one.answer(asked)["result"]
            clock.append(1000 * (time.perf_counter() - begun))
            used.append(processor_time(one.process.pid) - before)
    told_of = f"{name}:{variant} through the server: median {statistics.median(clock):.0f} ms"
    print(f"{told_of}, {statistics.median(used):.0f} ms of the processor")


def processor_time(process: int) -> float:
    """Milliseconds that a process has used, on Linux."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    gc.disable()  # as the program does
    print(", ".join(f"{what}: at most {limit:.0f} ms" for what, limit in LIMITS.items()))
    for name, variant in NETWORKS:
        in_process(name, variant)
        through_server(name, variant)


if __name__ == "__main__":
    main()
