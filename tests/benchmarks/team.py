"""Speed of `cnncalc check` of a team's specs: `python tests/benchmarks/team.py [COUNT]`.

Processor time of all its processes, for 3,000 generated specs: with nothing kept, again with
nothing changed, and with one file changed; the reports are the same. To compare two states of the
package, name the checkout of the other one: `python tests/benchmarks/team.py 3000 ../other`.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from team_specs import spec, write

COUNT = 3000
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from cnncalc.__main__ import run; run()"


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    roots = [str(Path(__file__).parents[2]), *sys.argv[2:]]
    with tempfile.TemporaryDirectory() as folder:
        specs, cache = Path(folder, "specs"), Path(folder, "cache")
        write(specs, count)
        alone = [measured(root, specs, cache, "--no-cache")[0] for root in roots[:1]]
        for root in roots[1:]:
            report, seconds = measured(root, specs, cache)
            assert report == alone[0], "another report"
            print(f"{root}: {seconds:.2f} s")
        for what in ("nothing kept", "nothing changed", "one file changed"):
            if what == "one file changed":
                (specs / "series00" / "net0000.yaml").write_text(spec(count), encoding="utf-8")
            report, seconds = measured(roots[0], specs, cache)
            assert report == alone[0] or what == "one file changed", "another report"
            print(f"{what}: {seconds:.2f} s")


def measured(root: str, specs: Path, cache: Path, *options: str) -> tuple[bytes, float]:
    """The report of a check, and the processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", START, root, "check", ".", "--format", "json", *options],
        cwd=specs,
        env={**os.environ, "CNNCALC_CACHE_DIR": str(cache)},
        check=False,
        stdout=subprocess.PIPE,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 1, done.returncode  # some of them have a fault
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
