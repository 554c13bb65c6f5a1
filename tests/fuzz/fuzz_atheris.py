"""Guided by coverage: `python -m fuzz.fuzz_atheris [FOLDER] [-max_total_time=600 ...]`.

Needs `atheris`, which is no dependency: without it the script says so and ends. The arguments are
those of libFuzzer.
"""

import importlib
import sys
from random import Random
from types import ModuleType

MOST_BYTES = 20_000


def load() -> ModuleType | None:
    """Atheris, with the package instrumented while it is imported; None where it is missing."""
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        return None
    with atheris.instrument_imports(include=["cnncalc"]):
        importlib.import_module("fuzz.harness")
    return atheris


def main() -> int:
    """Fuzz until libFuzzer has enough."""
    atheris = load()
    if atheris is None:
        sys.stderr.write("atheris is not installed: `pip install atheris`, or use fuzz.run\n")
        return 2
    harness = importlib.import_module("fuzz.harness")

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        """Half of the time libFuzzer's own mutations, else those of the harness."""
        random = Random(seed)  # noqa: S311 - the same again from the same seed
        if random.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        return bytes(harness.mutation(random, data)[:most])

    def attempt(data: bytes) -> None:
        harness.check(data)

    atheris.Setup(
        [*sys.argv, f"-max_len={MOST_BYTES}"],
        attempt,
        custom_mutator=mutate,
    )
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
