"""Random modules of PyTorch: counted as PyTorch counts them, partial by name, or refused."""

import pytest

pytestmark = [pytest.mark.peers, pytest.mark.filterwarnings("ignore")]
pytest.importorskip("torch")


def test_random_modules_are_counted_or_named() -> None:
    from fuzz.modules import cases, judged  # noqa: PLC0415 - it needs PyTorch

    found = {name: judged(module) for name, module in cases(0, 20)}
    assert [one for one in found.items() if one[1][0] == "wrong"] == []
    assert sum(word == "exact" for word, _ in found.values()) > 15
