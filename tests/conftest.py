"""Options of the test run."""

from collections import Counter

import pytest

collect_ignore = [
    "fuzz/modules.py",
    "peer_network.py",
    "peer_onnx.py",
    "zoo/modules.py",
    "zoo/peer.py",
    "zoo/wiring.py",
]
"""Helpers without a test of their own; each needs a package that the ordinary run does without."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update",
        action="store_true",
        help="Write what is rendered now as what is expected; read the diff like code.",
    )
    parser.addoption(
        "--one-of",
        type=int,
        default=1,
        metavar="N",
        help="Run one of N cases of each test: every test, where time is short.",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    count: int = config.getoption("--one-of")
    met: Counter[str] = Counter()
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        name = item.nodeid.partition("[")[0]
        (left if met[name] % count else kept).append(item)
        met[name] += 1
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


@pytest.fixture(autouse=True)
def _no_width_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output is as into a pipe, whatever the terminal, or the runner of the tests, says."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _results_of_tests_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No test is told what another run of the tests has found."""
    monkeypatch.setenv("CNNCALC_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "results"))


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether to rewrite the expected renderings."""
    return bool(request.config.getoption("--update"))
