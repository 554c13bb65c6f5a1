"""Each test runs in Firefox and in WebKit, as far as they are here."""

from collections.abc import Iterator

import pytest

from browsers.drivers import Tab, missing, started


@pytest.fixture(scope="session", params=["firefox", "webkit"])
def tab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A tab of a browser; one for all tests."""
    if (reason := missing(request.param)) is not None:
        pytest.skip(reason)
    with started(request.param, tmp_path_factory.mktemp("profile")) as made:
        yield made
