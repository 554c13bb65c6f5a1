"""A sweep on a real Dask cluster of several processes, one of which is killed.

Runs where `distributed` is installed: `pip install distributed`.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from designs import TEXT

import cnncalc
from cnncalc.cli.main import main

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.filterwarnings("ignore")  # of Dask's own

VARIABLES = {"width": range(1, 101), "depth": range(1, 11)}
LINE = ["tiny.yaml", "--set", "width=1..100", "--set", "depth=1..10", "--exact"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield made


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TEXT, "utf-8")
    return tmp_path


def test_a_worker_that_is_killed_changes_nothing(cluster: Any) -> None:
    alone = cnncalc.sweep("tiny.yaml", VARIABLES, exact=True)
    killed: list[int] = []

    def kill(done: int, _every: int) -> None:
        if not killed and done >= 100:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    with distributed.Client(cluster, set_as_default=False) as client:
        executor = client.get_executor()
        found = cnncalc.sweep("tiny.yaml", VARIABLES, exact=True, executor=executor, on_done=kill)
        assert executor.submit(int, "3").result() == 3  # it is left open
    assert killed
    assert found == alone


def test_the_command_gives_what_it_gives_here(cluster: Any) -> None:
    for name, more in (("here.csv", []), ("there.csv", ["--dask", cluster.scheduler_address])):
        done = CliRunner().invoke(main, ["sweep", *LINE, "-o", name, *more])
        assert done.exit_code == 0, done.output
    assert Path("here.csv").read_bytes() == Path("there.csv").read_bytes()


def test_nobody_at_the_address_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnncalc.cli.dask.PATIENCE", 1)
    done = CliRunner().invoke(main, ["sweep", *LINE, "--dask", "tcp://127.0.0.1:9"])
    assert done.exit_code == 2
    assert "no Dask scheduler at `tcp://127.0.0.1:9`" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cluster_that_goes_away_leaves_what_is_done() -> None:
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        address = made.scheduler_address
        done: list[Any] = []
        line = ["sweep", *LINE, "-o", "all.csv", "--dask", address]

        def close() -> None:
            path, end = Path("all.csv.part.jsonl"), time.monotonic() + 30
            while time.monotonic() < end and (not path.exists() or path.stat().st_size < 5000):
                time.sleep(0.01)
            made.close()

        closer = threading.Thread(target=close)
        closer.start()
        done.append(CliRunner().invoke(main, line))
        closer.join()
    assert done[0].exit_code in {0, 2}, done[0].output
    if done[0].exit_code == 2:
        assert "the Dask cluster" in done[0].stderr
        assert Path("all.csv.part.jsonl").stat().st_size > 4000
